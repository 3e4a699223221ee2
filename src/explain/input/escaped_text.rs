//! Escapes text from outside the program, such as pasted text, for display.

use alloc::string::String;
use core::fmt::{self, Write as _};

/// The maximum number of displayed characters, or of bytes if the text is not UTF-8.
const MAX_DISPLAYED: usize = 200;

/// Displays text that a user pasted or that a file contains. The caller writes the result between backticks. The result is
/// one line without control characters, invisible characters, terminal escapes and backticks. Long text is cut off.
///
/// Letters of any language stay as they are. In contrast, `infrastructure::escaped` is for header values: it escapes
/// these letters, because header values are bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EscapedText<'a>(pub(crate) &'a [u8]);

impl fmt::Display for EscapedText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A character has at most four bytes, so `beginning` has enough characters for the display.
        let beginning = self.0.get(..4 * MAX_DISPLAYED + 4).unwrap_or(self.0);
        let is_cut = match utf8_prefix(beginning) {
            Some(text) => {
                let mut characters = text.chars();
                characters
                    .by_ref()
                    .take(MAX_DISPLAYED)
                    .try_for_each(|character| write_escaped(f, character))?;
                characters.next().is_some()
            }
            None => {
                let shown = beginning.get(..MAX_DISPLAYED).unwrap_or(beginning);
                shown.iter().try_for_each(|&byte| match byte {
                    b'`' => f.write_str("\\x60"),
                    b'"' | b'\'' => f.write_char(char::from(byte)),
                    byte => write!(f, "{}", byte.escape_ascii()),
                })?;
                beginning.len() > shown.len()
            }
        };
        if is_cut { f.write_char('…') } else { Ok(()) }
    }
}

fn write_escaped(f: &mut fmt::Formatter<'_>, character: char) -> fmt::Result {
    match character {
        '"' | '\'' | '\\' => f.write_char(character),
        '`' => f.write_str("\\u{60}"),
        _ => write!(f, "{}", character.escape_debug()),
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

/// Returns `text` for display.
pub(crate) fn escaped(text: impl AsRef<[u8]>) -> String {
    let mut shown = String::new();
    // Writing to a string does not fail.
    let _ = write!(shown, "{}", EscapedText(text.as_ref()));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn displayed_text_is_one_visible_line() {
        for (bytes, expected) in [
            ("https://a.example/é".as_bytes(), "https://a.example/é"),
            (b"it's \"b\" \\", "it's \"b\" \\"),
            (b"\x1b[31m\r\n`", "\\u{1b}[31m\\r\\n\\u{60}"),
            (
                "\u{202e}\u{200b}\u{feff}".as_bytes(),
                "\\u{202e}\\u{200b}\\u{feff}",
            ),
            (b"\xff`'\x1b", "\\xff\\x60'\\x1b"),
            (b"\xc3", "\\xc3"),
        ] {
            assert_eq!(escaped(bytes), expected);
        }
    }

    #[test]
    fn long_text_is_cut() {
        for unit in ["a", "é", "😀"] {
            let shown = escaped(unit.repeat(MAX_DISPLAYED));
            assert_eq!(shown, unit.repeat(MAX_DISPLAYED));
            let shown = escaped(unit.repeat(MAX_DISPLAYED + 1));
            assert_eq!(shown, unit.repeat(MAX_DISPLAYED) + "…");
            let shown = escaped(unit.repeat(1_000_000));
            assert_eq!(shown, unit.repeat(MAX_DISPLAYED) + "…");
        }
        let shown = escaped([0xff; 1_000]);
        assert_eq!(shown, "\\xff".repeat(MAX_DISPLAYED) + "…");
    }
}
