//! Values of requests and responses as text that is safe to print.

use alloc::string::{String, ToString};
use core::fmt::{self, Formatter};

use crate::infrastructure::escaped::EscapedWhole;

/// The maximum length of a value in a sentence, in characters.
pub(super) const MAX_VALUE_CHARS: usize = 200;
/// The maximum length, in characters, of a text that the reader has to copy: a URL, a name that a list lacks, or a
/// value that the server has to send.
pub(super) const MAX_NEEDED_CHARS: usize = 4000;
/// The maximum length of a URL or an origin in a heading, in characters. A heading then has two rows of a terminal, so
/// that the fix stays on the first screen. The reader does not copy this URL: the commands have the whole URL.
const MAX_HEADING_URL_CHARS: usize = 96;

/// Returns the value as the sentences of an explanation show it: with an escape for each character that is not printable ASCII.
/// The escape of a character has its code point. A byte that is not a part of UTF-8 has an escape with two digits. If the value
/// looks like an escape, its backslashes are doubled.
///
/// ```
/// use fetch_cors::explain::printable;
///
/// assert_eq!(printable("PUT\u{3164}"), "PUT\\u{3164}");
/// assert_eq!(printable(b"caf\xe9"), "caf\\xe9");
/// assert_eq!(printable(r"a\n"), r"a\\n");
/// ```
pub fn printable(value: impl AsRef<[u8]>) -> String {
    shown(value)
}

/// Returns the value as [`printable`] shows it.
pub(crate) fn shown(value: impl AsRef<[u8]>) -> String {
    EscapedWhole(value.as_ref()).to_string()
}

/// Returns the value as text to print inside a sentence. If the value is long, returns its beginning, its end and its
/// length.
pub(super) fn shown_briefly(value: impl AsRef<[u8]>) -> String {
    shortened(&shown(value), MAX_VALUE_CHARS).to_string()
}

/// Returns the name as text to print inside a sentence. The reader has to copy the name, so only a very long name is
/// shortened.
pub(super) fn shown_name(name: impl AsRef<[u8]>) -> String {
    shortened(&shown(name), MAX_NEEDED_CHARS).to_string()
}

/// Returns the URL, as text that is safe to print, for a heading. If the URL is long, returns its beginning, its end and
/// its length.
pub const fn heading_url(url: &str) -> impl fmt::Display + Copy + '_ {
    shortened(url, MAX_HEADING_URL_CHARS)
}

/// Returns the URL for a sentence next to `other`. If both URLs are long, and their beginnings and ends are equal, returns
/// the whole URL, so that the reader sees a difference.
pub(super) fn url_unlike(url: &str, other: &str) -> String {
    let [short, other_short] = [url, other].map(|url| heading_url(url).to_string());
    if url != other && short == other_short {
        return shortened(url, MAX_NEEDED_CHARS).to_string();
    }
    short
}

/// Returns a printable value unchanged, because the reader copies the value into a program. Escapes any other value as
/// in a sentence.
pub(crate) fn line(value: &[u8]) -> String {
    match core::str::from_utf8(value) {
        Ok(text) if value.iter().all(|byte| matches!(byte, b' '..=b'~')) => text.into(),
        _ => shown(value),
    }
}

/// Returns the text for display. If the text is longer than `max_chars`, displays its first characters, its last
/// characters and its length. Long URLs often differ only at the end.
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
        if self.is_whole() {
            return f.write_str(self.text);
        }
        let count = self.text.chars().count();
        let end_count = self.max_chars / END_SHARE;
        let (start, _) = split_at_char(self.text, self.max_chars - end_count);
        let (before, end) = split_at_char(self.text, count - end_count);
        write!(
            f,
            "{}...{} ({count} characters)",
            without_cut_escape(start),
            after_cut_escape(before, end)
        )
    }
}

/// One part of this number of parts of a shortened text comes from the end of the text.
const END_SHARE: usize = 4;

fn split_at_char(text: &str, position: usize) -> (&str, &str) {
    let index = text.char_indices().nth(position);
    let index = index.map_or(text.len(), |(index, _)| index);
    text.split_at_checked(index).unwrap_or((text, ""))
}

/// If `before` ends inside an escape, removes the rest of this escape from the text `after` that follows.
fn after_cut_escape<'t>(before: &str, after: &'t str) -> &'t str {
    const HEX_ESCAPE_BYTES: usize = 4;
    const OTHER_ESCAPE_BYTES: usize = 2;
    let cut = before.get(without_cut_escape(before).len()..);
    let Some(kind) = cut.filter(|cut| !cut.is_empty()) else {
        return after;
    };
    let end = match kind.chars().chain(after.chars()).nth(1) {
        Some('x') => HEX_ESCAPE_BYTES - kind.len(),
        Some('u') => after.find('}').map_or(0, |end| end + 1),
        _ => OTHER_ESCAPE_BYTES - kind.len(),
    };
    after.get(end..).unwrap_or(after)
}

/// If a text was cut off inside an escape, removes the incomplete escape at the end. For example, `\x1` is a part of
/// `\x1b`, and `\u{31` is a part of `\u{3164}`.
fn without_cut_escape(text: &str) -> &str {
    /// The longest part of `\x1b`, and the longest part of `\u{10ffff}`.
    const MAX_CUT_BYTES: [usize; 2] = [3, 9];
    let start = text.rfind('\\');
    let Some((before, escape)) = start.and_then(|start| text.split_at_checked(start)) else {
        return text;
    };
    // The second backslash of `\\` is not the start of an escape.
    let backslashes = before.len() - before.trim_end_matches('\\').len();
    let [hex, unicode] = MAX_CUT_BYTES.map(|max| escape.len() <= max);
    let is_incomplete = escape.len() == 1
        || (hex && escape.starts_with("\\x"))
        || (unicode && escape.starts_with("\\u") && !escape.contains('}'));
    if backslashes.is_multiple_of(2) && is_incomplete {
        before
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_text_is_shortened_to_its_beginning_its_end_and_its_length() {
        for (text, max, expected) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "abc... (4 characters)"),
            ("éééé", 3, "ééé... (4 characters)"),
            (r"ab\x1b", 3, "ab... (6 characters)"),
            ("abcdefghij", 8, "abcdef...ij (10 characters)"),
            ("éèéèéèéèéè", 8, "éèéèéè...éè (10 characters)"),
            (r"ab\x1b", 4, "ab... (6 characters)"),
            (r"ab\x1bc", 5, "ab...c (7 characters)"),
            (r"ab\x1bcd", 8, r"ab\x1bcd"),
            (r"abcdefgh\x1b", 8, "abcdef... (12 characters)"),
            (r"abcdefgh\x1bc", 8, "abcdef...c (13 characters)"),
            (r"abcdefghij\n", 4, "abc... (12 characters)"),
            (r"ab\u{3164}", 6, "ab... (10 characters)"),
            (r"abcdefgh\u{3164}cde", 12, "abcdefgh...cde (19 characters)"),
            (
                r"ab\u{e9}abcdefghijkl",
                12,
                r"ab\u{e9}a...jkl (20 characters)",
            ),
            (r"ab\\cd", 4, r"ab...d (6 characters)"),
            (r"ab\\cd", 5, r"ab\\...d (6 characters)"),
            ("", 0, ""),
        ] {
            assert_eq!(shortened(text, max).to_string(), expected, "{text} {max}");
        }
    }

    #[test]
    fn urls_that_differ_stay_different() {
        let url = "a".repeat(200);
        for (position, is_whole) in [(0, false), (100, true), (199, false)] {
            let mut other = url.clone();
            other.replace_range(position..=position, "b");
            let shown = url_unlike(&url, &other);
            assert_ne!(shown, url_unlike(&other, &url));
            assert_eq!(shown == url, is_whole, "{position}");
        }
        assert!(url_unlike(&url, &url).ends_with(" (200 characters)"));
    }
}
