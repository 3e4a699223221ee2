//! Breaks text into lines that fit in a terminal.

use alloc::string::String;
use core::fmt;

/// The width of a line, in columns, if the format has no width.
const DEFAULT_COLUMNS: usize = 80;
/// The minimum width of a line, in columns. Shorter lines are hard to read.
const MIN_COLUMNS: usize = 40;

/// Text in which each line has a maximum width.
pub(in crate::explain) trait Columns: fmt::Write {
    /// Returns the maximum width of a line, in columns.
    fn columns(&self) -> usize;
}

/// The width in a format is the maximum width of a line: `{:60}` writes lines of at most 60 columns.
impl Columns for fmt::Formatter<'_> {
    fn columns(&self) -> usize {
        self.width().unwrap_or(DEFAULT_COLUMNS).max(MIN_COLUMNS)
    }
}

/// A part of a text.
#[derive(Debug)]
pub(in crate::explain) struct Paragraphs {
    pub(in crate::explain) text: String,
    columns: usize,
}

impl Paragraphs {
    /// Creates an empty part for lines of at most `columns` columns.
    pub(in crate::explain) const fn new(columns: usize) -> Self {
        let text = String::new();
        Self { text, columns }
    }
}

impl fmt::Write for Paragraphs {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

impl Columns for Paragraphs {
    fn columns(&self) -> usize {
        self.columns
    }
}

/// A text in lines, as in the text of an [`Explanation`](crate::explain::Explanation). A line has at most 80 columns, or
/// the width of the format. A line is longer only if a single word is longer. The last line has no line break.
///
/// ```
/// use fetch_cors::explain::Wrapped;
///
/// let wrapped = Wrapped { first: "Note: ", rest: "  ", text: &"word ".repeat(20) };
/// let text = wrapped.to_string();
/// let lines: Vec<&str> = text.lines().collect();
/// assert!(lines[0].starts_with("Note: word word") && lines[1].starts_with("  word"));
///
/// // The width in the format is the width of a line.
/// assert!(format!("{wrapped:50}").lines().all(|line| line.len() <= 50));
/// ```
#[derive(Debug, Clone, Copy)]
// Exhaustive: the caller writes all fields.
pub struct Wrapped<'t> {
    /// The beginning of the first line.
    pub first: &'t str,
    /// The beginning of each line after the first.
    pub rest: &'t str,
    /// The text, in one line.
    pub text: &'t str,
}

impl fmt::Display for Wrapped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        wrapped_without_end(f, self.first, self.rest, self.text)
    }
}

/// Returns the number of rows of the lines in a terminal with this number of columns.
pub fn rows_in(text: &str, columns: usize) -> usize {
    let lengths = text.lines().map(|line| line.chars().count());
    lengths
        .map(|length| length.div_ceil(columns.max(1)).max(1))
        .sum()
}

/// Writes `text` in lines of at most [`columns`](Columns::columns) columns. A line is longer only if a single word is
/// longer. The first line begins with `first`, and each later line begins with `rest`. The last line ends with a line
/// break.
pub(in crate::explain) fn wrapped(
    f: &mut impl Columns,
    first: &str,
    rest: &str,
    text: &str,
) -> fmt::Result {
    wrapped_without_end(f, first, rest, text)?;
    f.write_str("\n")
}

/// Writes the same lines as [`wrapped`], but does not end the last line with a line break.
pub(in crate::explain) fn wrapped_without_end(
    f: &mut impl Columns,
    first: &str,
    rest: &str,
    text: &str,
) -> fmt::Result {
    let columns = f.columns();
    f.write_str(first)?;
    let mut column = first.len();
    let mut is_start = true;
    let words = Words {
        rest: Some(text),
        max_bytes: columns.saturating_sub(first.len().max(rest.len())),
    };
    for word in words {
        let length = word.len();
        if is_start {
            is_start = false;
        } else if column + 1 + length > columns {
            write!(f, "\n{rest}")?;
            column = rest.len();
        } else {
            f.write_str(" ")?;
            column += 1;
        }
        f.write_str(word)?;
        column += length;
    }
    Ok(())
}

/// The words of a text. Some words belong together, so the space between them does not end a line: a status and its
/// number, as in `status 405` and `HTTP/2 200`, and a text between backticks with a header line.
struct Words<'t> {
    rest: Option<&'t str>,
    /// The maximum length of words that belong together. Longer words are separate, so that they fit in a line.
    max_bytes: usize,
}

impl<'t> Iterator for Words<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let text = self.rest?;
        let first = text.find(' ').unwrap_or(text.len());
        let end = end_of_status(text, first)
            .or_else(|| end_of_header_line(text, first, self.max_bytes))
            .filter(|end| *end <= self.max_bytes)
            .unwrap_or(first);
        let (word, rest) = text.split_at_checked(end)?;
        self.rest = rest.strip_prefix(' ');
        Some(word)
    }
}

/// Returns the end of the words if the text begins with a status and its number. `first` is the end of the first word.
fn end_of_status(text: &str, first: usize) -> Option<usize> {
    let word = text.get(..first)?.trim_start_matches(['(', '`']);
    let number = text.get(first..)?.strip_prefix(' ')?;
    let is_status = word == "status" || word.starts_with("HTTP/");
    let is_number = number.starts_with(|c: char| c.is_ascii_digit());
    let length = number.find(' ').unwrap_or(number.len());
    (is_status && is_number).then_some(first + 1 + length)
}

/// Returns the end of the words if the text begins with a text between backticks that has a header line, such as
/// `-H 'NAME: VALUE'`. `first` is the end of the first
/// word.
fn end_of_header_line(text: &str, first: usize, max_bytes: usize) -> Option<usize> {
    let word = text.get(..first)?.trim_start_matches('(');
    if word.strip_prefix('`')?.contains('`') {
        return None;
    }
    // The limit keeps the work linear.
    let mut following = text.bytes().enumerate().skip(first).take(max_bytes);
    let (close, _) = following.find(|(_, byte)| *byte == b'`')?;
    let (quoted, after) = text.split_at_checked(close)?;
    let length = after.find(' ').unwrap_or(after.len());
    quoted.contains(": ").then_some(close + length)
}

#[cfg(test)]
mod tests {
    use alloc::{format, string::ToString, vec::Vec};

    use super::*;

    #[test]
    fn status_and_header_line_stay_on_one_line() {
        for unit in [
            "(status 405),",
            "status 405",
            "HTTP/2 200",
            "`HTTP/1.1 204",
            "`Vary: Origin`,",
            "(`Vary: Accept, Origin`)",
            "`-H 'NAME: VALUE'`:",
        ] {
            // The unit begins at each column of the line.
            for length in 1..60 {
                let text = ["a".repeat(length).as_str(), unit, "b `c d` e"].join(" ");
                let wrapped = Wrapped {
                    first: "",
                    rest: "  ",
                    text: &text,
                };
                let wrapped = format!("{wrapped:60}");
                assert!(wrapped.contains(unit), "{wrapped}");
                assert!(wrapped.lines().all(|line| line.len() <= 60), "{wrapped}");
                let words: Vec<&str> = wrapped.split_whitespace().collect();
                assert_eq!(words.join(" "), text);
            }
        }
    }

    #[test]
    fn long_header_line_and_other_quotations_are_broken() {
        let long = "word ".repeat(20);
        for text in [
            format!("`Name: {long}`"),
            format!("`{long}`"),
            format!("`Name: {long}"),
        ] {
            let wrapped = Wrapped {
                first: "",
                rest: "",
                text: &text,
            };
            let wrapped = wrapped.to_string();
            assert!(wrapped.lines().all(|line| line.len() <= 80), "{wrapped}");
            assert!(wrapped.lines().next().is_some_and(|line| line.len() > 70));
        }
    }
}
