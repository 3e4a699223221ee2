//! The marks at the beginning of each line of a quotation, a comment, a table, a diff or a log, such as `> `. A message that
//! is wrapped over such lines has the marks between its words.

use alloc::{borrow::Cow, vec::Vec};

/// The marks that are words. A longer mark comes before its beginning.
const WORDS: [&str; 15] = [
    ">>", ">", "//", "#", "*", "--", "-", "+", "•", "◦", "·", "‣", "│", "┃", "|",
];

/// The marks that are also at the end of each line.
const BARS: [&str; 3] = ["│", "┃", "|"];

/// The maximum number of times that a line has the mark. A quotation in a quotation has the mark twice.
const MAX_REPEATED: usize = 3;

/// The maximum number of words that are a date and a time.
const MAX_TIME_WORDS: usize = 2;

/// The mark at the beginning of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark<'l> {
    Word(&'static str),
    /// A time, such as `12:01:02.123` or `[2026-01-02T10:11:12Z]`.
    Time,
    /// The number of the line, with the text after the number.
    Number(&'static str),
    /// The name of a program, as in `web-1  | `.
    Name(&'l str),
}

/// Returns the mark at the beginning of a line.
pub(super) fn mark(line: &str) -> Option<Mark<'_>> {
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let is_attached = first
        .strip_prefix('+')
        .is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    let word = if is_attached { "+" } else { first };
    if let Some(mark) = WORDS.into_iter().find(|mark| *mark == word) {
        return Some(Mark::Word(mark));
    }
    if is_time(first) {
        return Some(Mark::Time);
    }
    if let Some((end, _)) = after_number(line) {
        return Some(Mark::Number(end));
    }
    let is_name = words.next().is_some_and(|second| second == "|");
    let bar = line.find('|').filter(|_| is_name)?;
    line.get(..=bar).map(Mark::Name)
}

/// Returns the line without the mark. Returns the line unchanged if it does not begin with the mark.
pub(super) fn without_mark<'l>(line: &'l str, mark: Mark<'_>) -> &'l str {
    match mark {
        Mark::Word(word) => without_word(line, word),
        Mark::Time => {
            let mut rest = line;
            for _ in 0..MAX_TIME_WORDS {
                let text = rest.trim_start();
                let end = text.find(char::is_whitespace).unwrap_or(text.len());
                match text.split_at_checked(end) {
                    Some((word, behind)) if is_time(word) => rest = behind,
                    _ => break,
                }
            }
            rest
        }
        Mark::Number(end) => match after_number(line) {
            Some((found, rest)) if found == end => rest,
            _ => line,
        },
        Mark::Name(name) => line.strip_prefix(name).unwrap_or(line),
    }
}

fn without_word<'l>(line: &'l str, word: &str) -> &'l str {
    let mut text = line;
    for _ in 0..MAX_REPEATED {
        let Some(rest) = text.trim_start().strip_prefix(word) else {
            break;
        };
        text = rest;
    }
    if BARS.contains(&word) && text.len() < line.len() {
        text.trim_end().trim_end_matches(word)
    } else {
        text
    }
}

/// Whether the word is a date or a time.
fn is_time(word: &str) -> bool {
    let word = word.trim_matches(['[', ']', '(', ')', ',', ':']);
    let is_part = |byte: u8| byte.is_ascii_digit() || b":.-/TZ+,".contains(&byte);
    let separators = word.bytes().filter(|byte| b":-/".contains(byte));
    word.starts_with(|c: char| c.is_ascii_digit())
        && word.bytes().all(is_part)
        && separators.count() > 1
}

/// Returns the text after the number of a line: the characters that end the number, and the rest of the line.
fn after_number(line: &str) -> Option<(&'static str, &str)> {
    let text = line.trim_start();
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() == text.len() {
        return None;
    }
    let mut ends = [": ", " | ", "  ", "\t"].into_iter();
    ends.find_map(|end| Some((end, rest.strip_prefix(end)?)))
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
        for (text, expected) in [
            ("> a\n> b\n", " a\n b"),
            ("> > a\n> > b", " a\n b"),
            ("│ a │\n│ b │", " a \n b "),
            ("+a\n+b", "a\nb"),
            ("- a\n- b", " a\n b"),
            ("• a\n• b", " a\n b"),
            ("12:01:02.123 a\n12:01:02 b", " a\n b"),
            (
                "[2026-01-02T10:11:12Z] a\n[2026-01-02T10:11:12Z] b",
                " a\n b",
            ),
            ("2026-01-02 10:11:12,5 a\n2026-01-02 10:11:12,5 b", " a\n b"),
            ("9: a\n10: b", "a\nb"),
            ("  9  a\n 10  b", "a\nb"),
            ("web-1  | a\nweb-1  | b", " a\n b"),
        ] {
            assert_eq!(without_marks(text), expected, "{text}");
        }
    }

    #[test]
    fn text_without_marks_is_unchanged() {
        for text in [
            "// a\nb",
            "> a",
            ">a\n>b",
            "12:01:02 a\nb",
            "127.0.0.1:80 a\n127.0.0.1:80 b",
            "404 a\n404 b",
            "web-1 | a\nweb-2 | b",
        ] {
            assert_eq!(without_marks(text), text);
        }
    }
}
