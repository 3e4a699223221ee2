//! Cuts the lines of a console into pieces. A text that was pasted without its line breaks has several messages in one
//! line.

use alloc::vec::Vec;

use super::template::{LetterCase, find};

/// The texts with which messages begin. The first character of each beginning is an upper-case letter or `[`.
const BEGINNINGS: [&str; 13] = [
    "Access to ",
    "Redirect from ",
    "Cross-Origin Request Blocked",
    "Cross-Origin Request Warning",
    "Mixed Content: ",
    "Fetch API cannot load ",
    "XMLHttpRequest cannot load ",
    "EventSource cannot load ",
    "Failed to load resource: ",
    "Preflight response is not successful",
    "Uncaught (in promise)",
    "[Error] ",
    "[Warning] ",
];

/// The beginning of a message of Safari. Some messages of Chromium have a second sentence that also begins with `Origin`.
const ORIGIN: &str = "Origin ";
const ORIGIN_NOT_ALLOWED: &str = "Origin {origin} is not allowed by Access-Control-Allow-Origin";

/// The beginnings of lines that have the method and the URL of a request.
const METHODS: [&str; 7] = [
    "GET http",
    "POST http",
    "PUT http",
    "PATCH http",
    "DELETE http",
    "HEAD http",
    "OPTIONS http",
];

/// A part of a line. A message is one or more pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Piece<'t> {
    /// The number of the line, counted from 1.
    pub(super) line: usize,
    pub(super) text: &'t str,
    /// Whether the piece is the beginning of its line.
    pub(super) is_first: bool,
    /// Whether the piece begins like a message.
    pub(super) is_beginning: bool,
}

/// Cuts each line before each known beginning of a message. A line break can be inside such a beginning.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    for (line, text) in (1..).zip(text.split_inclusive('\n')) {
        let mut length = text.len();
        let mut is_first = true;
        loop {
            let end = next_beginning(rest, length).unwrap_or(length);
            let (piece, behind) = rest.split_at(end);
            pieces.push(Piece {
                line,
                text: piece.trim_end_matches(['\r', '\n']),
                is_first,
                is_beginning: begins_like_message(rest),
            });
            (rest, is_first) = (behind, false);
            length -= end;
            if length == 0 {
                break;
            }
        }
    }
    pieces
}

/// Returns the position of the first beginning of a message after the start of the text, and before the position `end`.
fn next_beginning(text: &str, end: usize) -> Option<usize> {
    let mut has_method = begins_like_request(text);
    let positions = text.get(..end).unwrap_or(text).char_indices().skip(1);
    let mut positions = positions.filter(|(_, first)| first.is_ascii_uppercase() || *first == '[');
    let found = positions.find(|(position, _)| {
        let rest = text.get(*position..).unwrap_or_default();
        if begins_like_message(rest) {
            let before = text.get(..*position).unwrap_or_default();
            // After a colon, `Origin` begins the second part of a message, such as `Failed to load resource: Origin`.
            return !(rest.starts_with(ORIGIN) && before.trim_end().ends_with(':'));
        }
        // The line with the method and the URL often follows a message about the same request. So only the second such
        // line begins a new piece.
        let is_request = begins_like_request(rest);
        let is_second = is_request && has_method;
        has_method |= is_request;
        is_second
    });
    found.map(|(position, _)| position)
}

fn begins_like_message(text: &str) -> bool {
    let mut beginnings = BEGINNINGS.iter();
    beginnings.any(|beginning| begins_with_words(text, beginning))
        || (text.starts_with(ORIGIN) && begins_with_template(ORIGIN_NOT_ALLOWED, text))
}

/// Whether the text begins with `words`. A line break in the text counts as a space.
fn begins_with_words(text: &str, words: &str) -> bool {
    let mut text = text.chars().filter(|character| *character != '\r');
    words.chars().all(|word| match text.next() {
        Some('\n') => word == ' ',
        character => character == Some(word),
    })
}

/// Whether the text begins with the template. Only the first words are compared, so that the work does not grow with the
/// length of the text.
fn begins_with_template(template: &str, text: &str) -> bool {
    const WORDS: usize = 7;
    let end = text.match_indices(' ').nth(WORDS - 1);
    let words = end.map_or(text, |(end, _)| text.get(..end).unwrap_or(text));
    find(template, words, LetterCase::Exact).is_some()
}

fn begins_like_request(text: &str) -> bool {
    let mut methods = METHODS.iter();
    methods.any(|method| text.starts_with(method))
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn lines_are_cut_before_messages() {
        let texts = |text| -> Vec<&str> { pieces(text).iter().map(|piece| piece.text).collect() };
        assert_eq!(texts("a\n\nb"), ["a", "", "b"]);
        assert_eq!(texts("Access to a"), ["Access to a"]);
        assert_eq!(texts("x. Access\r\nto a\r\n"), ["x. ", "Access", "to a"]);
        assert_eq!(
            texts("é:1 Access to a.Access to b"),
            ["é:1 ", "Access to a.", "Access to b"]
        );
        assert_eq!(
            texts("Access to a. GET https://a/ 1 GET https://b/ 2"),
            ["Access to a. GET https://a/ 1 ", "GET https://b/ 2"]
        );
        assert_eq!(
            texts("x. Origin https://a is not allowed by Access-Control-Allow-Origin. y"),
            [
                "x. ",
                "Origin https://a is not allowed by Access-Control-Allow-Origin. y"
            ]
        );
        let one = "x. Origin 'https://a' is therefore not allowed access.";
        assert_eq!(texts(one), [one]);
        let piece = |text, is_first, is_beginning| Piece {
            line: 1,
            text,
            is_first,
            is_beginning,
        };
        assert_eq!(
            pieces("a [Error] b"),
            vec![piece("a ", true, false), piece("[Error] b", false, true)]
        );
    }
}
