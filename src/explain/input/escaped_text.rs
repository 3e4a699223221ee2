//! Escapes text from outside the program, such as pasted text, for display.

use alloc::string::String;
use core::fmt;

use crate::explain::{combining_mark::Marks, near_miss::invisible::is_invisible};

/// The maximum number of displayed characters, or of bytes if the text is not UTF-8.
const MAX_DISPLAYED: usize = 200;
/// The number of these characters that come from the end of the text. Long URLs often differ only at the end.
const MAX_DISPLAYED_OF_END: usize = 50;

/// A letter that looks like a backtick. A backtick ends the text, because the caller writes the text between backticks.
const LIKE_BACKTICK: char = 'ˋ';

/// Displays text that a user pasted or that a file contains. The caller writes the result between backticks. The result is
/// one line without control characters, invisible characters, terminal escapes and backticks. The middle of a long text is
/// left out.
///
/// Letters of any language stay as they are, because a reader has to recognize a pasted line. [`escaped`] is for a value of
/// a known message: it escapes these letters, because a letter can be invisible or look like another letter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EscapedText<'a>(pub(crate) &'a [u8]);

impl fmt::Display for EscapedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_text(f, self.0, MAX_DISPLAYED, Letters::All)
    }
}

/// The characters that stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// Letters of any language.
    All,
    /// Printable ASCII characters.
    Ascii,
}

/// Writes at most `max` characters of the text, or at most `max` bytes if the text is not UTF-8.
fn write_text(f: &mut impl fmt::Write, text: &[u8], max: usize, letters: Letters) -> fmt::Result {
    let start_length = max - MAX_DISPLAYED_OF_END;
    // A character has at most four bytes, so `beginning` has enough characters for the display.
    let beginning = text.get(..4 * max + 4).unwrap_or(text);
    match utf8_prefix(beginning) {
        Some(start) if start.chars().nth(max).is_none() => {
            return write_characters(f, start.chars(), letters);
        }
        Some(start) => write_characters(f, start.chars().take(start_length), letters)?,
        None if text.len() <= max => return write_bytes(f, text),
        None => write_bytes(f, text.get(..start_length).unwrap_or(text))?,
    }
    f.write_str(match letters {
        Letters::All => "…",
        Letters::Ascii => "...",
    })?;
    let ending = |bytes| text.get(text.len().saturating_sub(bytes)..);
    let last = ending(4 * MAX_DISPLAYED_OF_END).and_then(utf8_suffix);
    match last {
        Some(end) => {
            let others = end.chars().count().saturating_sub(MAX_DISPLAYED_OF_END);
            write_characters(f, end.chars().skip(others), letters)
        }
        None => write_bytes(f, ending(MAX_DISPLAYED_OF_END).unwrap_or_default()),
    }
}

fn write_characters(
    f: &mut impl fmt::Write,
    mut characters: impl Iterator<Item = char>,
    letters: Letters,
) -> fmt::Result {
    if letters == Letters::Ascii {
        return characters.try_for_each(|character| write_as_ascii(f, character));
    }
    let mut marks = Marks::default();
    characters.try_for_each(|character| {
        if marks.is_readable_mark(character) {
            f.write_char(character)
        } else {
            write_escaped(f, character)
        }
    })
}

fn write_bytes(f: &mut impl fmt::Write, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|&byte| match byte {
        b'`' => f.write_str("\\x60"),
        b'"' | b'\'' => f.write_char(char::from(byte)),
        byte => write!(f, "{}", byte.escape_ascii()),
    })
}

fn write_escaped(f: &mut impl fmt::Write, character: char) -> fmt::Result {
    match character {
        '"' | '\'' | '\\' => f.write_char(character),
        '`' => f.write_char(LIKE_BACKTICK),
        _ if is_invisible(character) => write!(f, "{}", character.escape_unicode()),
        _ => write!(f, "{}", character.escape_debug()),
    }
}

fn write_as_ascii(f: &mut impl fmt::Write, character: char) -> fmt::Result {
    match character {
        '`' => f.write_str("\\x60"),
        _ if character.is_ascii() => write_escaped(f, character),
        _ => write!(f, "{}", character.escape_unicode()),
    }
}

/// Returns the text of `bytes` if the bytes are UTF-8. An incomplete last character is left out, because the caller may
/// have cut the text inside a character.
fn utf8_prefix(bytes: &[u8]) -> Option<&str> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            let valid = bytes.get(..error.valid_up_to())?;
            core::str::from_utf8(valid).ok()
        }
        Err(_) => None,
    }
}

/// Returns the text of `bytes` if the bytes are UTF-8. An incomplete first character is left out.
fn utf8_suffix(bytes: &[u8]) -> Option<&str> {
    let is_start = |byte: &u8| byte & 0b1100_0000 != 0b1000_0000;
    let start = bytes.iter().position(is_start)?;
    core::str::from_utf8(bytes.get(start..)?).ok()
}

/// Returns `text` for display, with printable ASCII characters only.
pub(crate) fn escaped(text: impl AsRef<[u8]>) -> String {
    escaped_up_to(text, MAX_DISPLAYED)
}

/// Returns at most `max` characters of `text` for display, with printable ASCII characters only.
pub(crate) fn escaped_up_to(text: impl AsRef<[u8]>, max: usize) -> String {
    let mut shown = String::new();
    // Writing to a string does not fail.
    let _ = write_text(
        &mut shown,
        text.as_ref(),
        max.max(MAX_DISPLAYED),
        Letters::Ascii,
    );
    shown
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn displayed_text_is_one_visible_line() {
        for (bytes, expected) in [
            ("https://a.example/é".as_bytes(), "https://a.example/é"),
            (b"it's \"b\" \\", "it's \"b\" \\"),
            (b"\x1b[31m\r\n`", "\\u{1b}[31m\\r\\nˋ"),
            (
                "\u{202e}\u{200b}\u{feff}".as_bytes(),
                "\\u{202e}\\u{200b}\\u{feff}",
            ),
            (
                "X\u{3164}Y\u{115f}\u{2800}".as_bytes(),
                "X\\u{3164}Y\\u{115f}\\u{2800}",
            ),
            (b"\xff`'\x1b", "\\xff\\x60'\\x1b"),
            (b"\xc3", "\\xc3"),
        ] {
            assert_eq!(EscapedText(bytes).to_string(), expected);
        }
    }

    #[test]
    fn value_of_a_message_has_only_ascii_characters() {
        for (text, expected) in [
            ("https://a.example/\u{e9}", "https://a.example/\\u{e9}"),
            ("P\u{410}TCH", "P\\u{410}TCH"),
            ("a\u{3164}\u{115f}\u{2800}", "a\\u{3164}\\u{115f}\\u{2800}"),
            ("e\u{301}\u{2026}", "e\\u{301}\\u{2026}"),
            ("it's \"b\" \\ `\r\u{1b}", "it's \"b\" \\ \\x60\\r\\u{1b}"),
        ] {
            assert_eq!(escaped(text), expected);
        }
        let long = escaped("a".repeat(MAX_DISPLAYED + 1));
        assert_eq!(long, "a".repeat(150) + "..." + &"a".repeat(50));
    }

    #[test]
    fn long_text_is_cut() {
        let cut = |text: &[u8]| EscapedText(text).to_string();
        for unit in ["a", "é", "😀"] {
            let shown = cut(unit.repeat(MAX_DISPLAYED).as_bytes());
            assert_eq!(shown, unit.repeat(MAX_DISPLAYED));
            let expected = unit.repeat(150) + "…" + &unit.repeat(50);
            for count in [MAX_DISPLAYED + 1, 1_000_000] {
                assert_eq!(cut(unit.repeat(count).as_bytes()), expected);
                let long = unit.repeat(count) + "b";
                assert!(cut(long.as_bytes()).ends_with('b'), "{unit}");
            }
        }
        assert_eq!(escaped_up_to("a".repeat(1_000), 4_000), "a".repeat(1_000));
        assert_eq!(
            cut(&[0xff; 1_000]),
            "\\xff".repeat(150) + "…" + &"\\xff".repeat(50)
        );
        let late = [&[b'a'; 1_000][..], &[0xff]].concat();
        assert_eq!(
            cut(&late),
            "a".repeat(150) + "…" + &"a".repeat(49) + "\\xff"
        );
    }
}
