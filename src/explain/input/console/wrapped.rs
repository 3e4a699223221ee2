//! The marks at the beginning of each line of a quotation, a comment or a table, such as `> `. A message that is wrapped
//! over such lines has the marks between its words.

use alloc::{borrow::Cow, vec::Vec};

/// The marks. A longer mark comes before its beginning.
const MARKS: [&str; 9] = [">>", ">", "//", "#", "*", "--", "│", "┃", "|"];

/// The marks that are also at the end of each line.
const BARS: [&str; 3] = ["│", "┃", "|"];

/// Returns the mark at the beginning of a line. A mark is a word of its own.
pub(super) fn mark(line: &str) -> Option<&'static str> {
    let word = line.split_whitespace().next()?;
    MARKS.into_iter().find(|mark| *mark == word)
}

/// Returns the line without the mark. Returns the line unchanged if it does not begin with the mark.
pub(super) fn without_mark<'l>(line: &'l str, mark: &str) -> &'l str {
    let Some(text) = line.trim_start().strip_prefix(mark) else {
        return line;
    };
    if BARS.contains(&mark) {
        text.trim_end().trim_end_matches(mark)
    } else {
        text
    }
}

/// Returns the text without the mark that begins each of its lines. Returns the text unchanged if a line does not begin
/// with the mark.
pub(super) fn without_marks(text: &str) -> Cow<'_, str> {
    let Some(mark) = mark(text).filter(|_| text.trim_end().contains('\n')) else {
        return Cow::Borrowed(text);
    };
    let lines: Vec<&str> = text.trim_end().lines().collect();
    if !lines.iter().all(|line| self::mark(line) == Some(mark)) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = lines
        .into_iter()
        .map(|line| without_mark(line, mark))
        .collect();
    Cow::Owned(lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_all_lines_are_removed() {
        assert_eq!(without_marks("> a\n> b\n"), " a\n b");
        assert_eq!(without_marks("│ a │\n│ b │"), " a \n b ");
        assert_eq!(without_marks("// a\nb"), "// a\nb");
        assert_eq!(without_marks("> a"), "> a");
        assert_eq!(without_marks(">a\n>b"), ">a\n>b");
    }
}
