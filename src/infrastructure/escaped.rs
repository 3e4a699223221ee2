//! Values from requests and responses, escaped for one line of text.

#[cfg(feature = "browser")]
use alloc::vec::Vec;
use core::{ascii, fmt};

/// The maximum number of bytes that [`Escaped`] prints.
const SHOWN_BYTES: usize = 256;

/// A value to print between backticks. `Display` writes the first [`SHOWN_BYTES`] bytes of the value, as printable
/// ASCII without backticks. Printable ASCII is written unchanged, except if the value has a backtick, or the characters of
/// an escape, such as `\n`. A character of UTF-8 is written as its code point, such as `\u{e9}`. A byte that is not a part of
/// UTF-8 is written as `\xe9`.
pub(crate) struct Escaped<'r>(pub(crate) &'r [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0.get(..SHOWN_BYTES).unwrap_or(self.0))
    }
}

/// A value to print between backticks. Unlike [`Escaped`], this type prints all bytes of the value.
#[cfg(feature = "browser")]
pub(crate) struct EscapedWhole<'r>(pub(crate) &'r [u8]);

#[cfg(feature = "browser")]
impl fmt::Display for EscapedWhole<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_escaped(f, self.0)
    }
}

/// Returns the value that [`EscapedWhole`] escaped. `None` if the text is not such an escaped value.
#[cfg(feature = "browser")]
pub(crate) fn unescaped(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    if is_unchanged(text) {
        return Some(text.to_vec());
    }
    let mut value = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((character, behind)) = first_character(rest) {
        match character {
            Character::Byte(byte) => value.push(byte),
            Character::CodePoint(point) => {
                value.extend_from_slice(point.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
        rest = behind;
    }
    rest.is_empty().then_some(value)
}

fn write_escaped(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    let is_unchanged = is_unchanged(value);
    for chunk in value.utf8_chunks() {
        for character in chunk.valid().chars() {
            match u8::try_from(character).ok().filter(u8::is_ascii) {
                Some(b'`') => f.write_str(r"\x60")?,
                Some(b'\\') if is_unchanged => f.write_str(r"\")?,
                // Quotation marks are safe between backticks, so they stay as they are.
                Some(byte @ (b'"' | b'\'')) => write!(f, "{}", char::from(byte))?,
                Some(byte) => write!(f, "{}", ascii::escape_default(byte))?,
                None => write!(f, "{}", character.escape_unicode())?,
            }
        }
        write!(f, "{}", chunk.invalid().escape_ascii())?;
    }
    Ok(())
}

/// Whether a value is printed unchanged: its characters are printable ASCII, and none of them looks like an escape.
fn is_unchanged(value: &[u8]) -> bool {
    let is_printable = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'`';
    let starts = value.iter().enumerate().filter(|(_, byte)| **byte == b'\\');
    let mut rests = starts.filter_map(|(start, _)| value.get(start..));
    value.iter().all(is_printable) && !rests.any(|rest| first_character(rest).is_some())
}

/// A character of an escaped value.
#[cfg_attr(
    not(feature = "browser"),
    expect(dead_code, reason = "only `unescaped` reads the characters")
)]
enum Character {
    Byte(u8),
    CodePoint(char),
}

/// Returns the character at the start of an escaped value, and the text after the character. `None` if the text is empty,
/// or starts with a backslash that does not begin an escape.
fn first_character(text: &[u8]) -> Option<(Character, &[u8])> {
    let (byte, rest) = match text {
        [b'\\', b't', rest @ ..] => (b'\t', rest),
        [b'\\', b'r', rest @ ..] => (b'\r', rest),
        [b'\\', b'n', rest @ ..] => (b'\n', rest),
        [b'\\', b'\\', rest @ ..] => (b'\\', rest),
        [b'\\', b'x', digits @ ..] => {
            let (digits, rest) = digits.split_at_checked(2)?;
            (u8::try_from(hexadecimal(digits)?).ok()?, rest)
        }
        [b'\\', b'u', b'{', digits @ ..] => {
            let end = digits.iter().position(|byte| *byte == b'}')?;
            let (digits, rest) = digits.split_at_checked(end)?;
            let point = char::from_u32(hexadecimal(digits)?)?;
            return Some((Character::CodePoint(point), rest.get(1..)?));
        }
        [b'\\', ..] | [] => return None,
        [byte, rest @ ..] => (*byte, rest),
    };
    Some((Character::Byte(byte), rest))
}

fn hexadecimal(digits: &[u8]) -> Option<u32> {
    let digits = core::str::from_utf8(digits).ok()?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(all(test, feature = "browser"))]
mod tests {
    use alloc::{string::ToString, vec::Vec};

    use super::*;

    #[test]
    fn escaped_values_are_unescaped() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unescaped(&EscapedWhole(&bytes).to_string()), Some(bytes));
        for value in [
            r"\",
            r"\x1",
            r"\xg0",
            r"^\.a\/$",
            r"\n",
            r"a\\b",
            r"\x41",
            r"\u{41}",
            r"\u{",
            r"\u{d800}",
            "\u{3164}\u{e9}`",
            "`",
            "",
        ] {
            let escaped = EscapedWhole(value.as_bytes()).to_string();
            assert_eq!(unescaped(&escaped), Some(value.into()), "{value}");
        }
        assert_eq!(unescaped(r"\n\q"), None);
    }

    #[test]
    fn characters_are_code_points_and_other_bytes_are_bytes() {
        for (value, escaped) in [
            (&b"PUT\xe3\x85\xa4"[..], r"PUT\u{3164}"),
            (b"\xe9\n", r"\xe9\n"),
            ("\u{e9}\u{1f600}".as_bytes(), r"\u{e9}\u{1f600}"),
        ] {
            assert_eq!(EscapedWhole(value).to_string(), escaped);
        }
    }

    #[test]
    fn backslash_is_doubled_only_if_it_looks_like_an_escape() {
        for (value, escaped) in [
            (r"^https:\/\/a\.b$", r"^https:\/\/a\.b$"),
            (r"a\", r"a\"),
            (r"a\n\.", r"a\\n\\."),
            ("a\\.\n", r"a\\.\n"),
            (r"a\\b", r"a\\\\b"),
        ] {
            assert_eq!(EscapedWhole(value.as_bytes()).to_string(), escaped);
        }
    }
}
