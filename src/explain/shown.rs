//! Values of requests and responses as text that is safe to print.

use alloc::string::{String, ToString};
use core::fmt::{self, Formatter};

use crate::infrastructure::escaped::EscapedWhole;

/// The maximum length of a value in a sentence, in characters.
pub(super) const MAX_VALUE_CHARS: usize = 200;
/// The maximum length, in characters, of a text that the reader has to copy: a URL, a name that a list lacks, or a
/// value that the server has to send.
pub(super) const MAX_NEEDED_CHARS: usize = 4000;
/// The maximum length of a URL in a heading, in characters. A longer URL would move the fix off the first screen of a
/// terminal. The reader does not copy this URL: the commands have the whole URL.
pub const MAX_HEADING_URL_CHARS: usize = 120;

/// Returns the value with an escape for each character that is not printable ASCII.
pub(crate) fn shown(value: impl AsRef<[u8]>) -> String {
    EscapedWhole(value.as_ref()).to_string()
}

/// Returns the value as text to print inside a sentence. If the value is long, returns its beginning and its length.
pub(super) fn shown_briefly(value: impl AsRef<[u8]>) -> String {
    shortened(&shown(value), MAX_VALUE_CHARS).to_string()
}

/// Returns the name as text to print inside a sentence. The reader has to copy the name, so only a very long name is
/// shortened.
pub(super) fn shown_name(name: impl AsRef<[u8]>) -> String {
    shortened(&shown(name), MAX_NEEDED_CHARS).to_string()
}

/// Returns a printable value unchanged, because the reader copies the value into a program. Escapes any other value as
/// in a sentence.
pub(crate) fn line(value: &[u8]) -> String {
    match core::str::from_utf8(value) {
        Ok(text) if value.iter().all(|byte| matches!(byte, b' '..=b'~')) => text.into(),
        _ => shown(value),
    }
}

/// Returns the text for display. If the text is longer than `max_chars`, displays its first characters and its length.
pub(super) const fn shortened(text: &str, max_chars: usize) -> Shortened<'_> {
    Shortened { text, max_chars }
}

/// A text with a limit on the number of displayed characters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shortened<'t> {
    text: &'t str,
    max_chars: usize,
}

impl Shortened<'_> {
    /// Whether the display has the whole text.
    pub(super) fn is_whole(self) -> bool {
        self.text.chars().nth(self.max_chars).is_none()
    }
}

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let end = self.text.char_indices().nth(self.max_chars);
        let Some(start) = end.and_then(|(end, _)| self.text.get(..end)) else {
            return f.write_str(self.text);
        };
        let count = self.text.chars().count();
        write!(f, "{}... ({count} characters)", without_cut_escape(start))
    }
}

/// If a text was cut off inside an escape, removes the incomplete escape at the end. For example, `\x1` is a part of
/// `\x1b`.
fn without_cut_escape(text: &str) -> &str {
    const MAX_CUT_BYTES: usize = 3;
    let start = text.rfind('\\');
    let start = start.filter(|start| text.len() - start <= MAX_CUT_BYTES);
    let Some((before, escape)) = start.and_then(|start| text.split_at_checked(start)) else {
        return text;
    };
    // The second backslash of `\\` is not the start of an escape.
    let backslashes = before.len() - before.trim_end_matches('\\').len();
    let is_escape = backslashes.is_multiple_of(2);
    if is_escape && (escape.len() == 1 || escape.starts_with("\\x")) {
        before
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_shortened_to_its_beginning_and_length() {
        for (text, max, expected) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "abc... (4 characters)"),
            ("éééé", 3, "ééé... (4 characters)"),
            (r"ab\x1b", 3, "ab... (6 characters)"),
            (r"ab\x1b", 4, "ab... (6 characters)"),
            (r"ab\x1b", 5, "ab... (6 characters)"),
            (r"ab\x1bc", 6, r"ab\x1b... (7 characters)"),
            (r"ab\\cd", 4, r"ab\\... (6 characters)"),
            (r"ab\\cd", 5, r"ab\\c... (6 characters)"),
            ("", 0, ""),
        ] {
            assert_eq!(shortened(text, max).to_string(), expected, "{text} {max}");
        }
    }
}
