//! Values from requests and responses, escaped for one line of text.

#[cfg(feature = "browser")]
use alloc::vec::Vec;
use core::{ascii, fmt};

/// The maximum number of bytes that [`Escaped`] prints.
const SHOWN_BYTES: usize = 256;

/// A value to print between backticks. `Display` writes the first [`SHOWN_BYTES`] bytes of the value, as printable
/// ASCII without backticks. Printable ASCII is written unchanged, except if the value has a backtick, or the characters of
/// an escape, such as `\n`.
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
    while let Some((byte, behind)) = first_character(rest) {
        value.push(byte);
        rest = behind;
    }
    rest.is_empty().then_some(value)
}

fn write_escaped(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    let is_unchanged = is_unchanged(value);
    value.iter().try_for_each(|&byte| match byte {
        b'`' => f.write_str(r"\x60"),
        b'\\' if is_unchanged => f.write_str(r"\"),
        // Quotation marks are safe between backticks, so they stay as they are.
        b'"' | b'\'' => write!(f, "{}", char::from(byte)),
        byte => write!(f, "{}", ascii::escape_default(byte)),
    })
}

/// Whether a value is printed unchanged: its characters are printable ASCII, and none of them looks like an escape.
fn is_unchanged(value: &[u8]) -> bool {
    let is_printable = |byte: &u8| matches!(byte, b' '..=b'~') && *byte != b'`';
    let starts = value.iter().enumerate().filter(|(_, byte)| **byte == b'\\');
    let mut rests = starts.filter_map(|(start, _)| value.get(start..));
    value.iter().all(is_printable) && !rests.any(|rest| first_character(rest).is_some())
}

/// Returns the character at the start of an escaped value, and the text after the character. `None` if the text is empty,
/// or starts with a backslash that does not begin an escape.
fn first_character(text: &[u8]) -> Option<(u8, &[u8])> {
    Some(match text {
        [b'\\', b't', rest @ ..] => (b'\t', rest),
        [b'\\', b'r', rest @ ..] => (b'\r', rest),
        [b'\\', b'n', rest @ ..] => (b'\n', rest),
        [b'\\', b'\\', rest @ ..] => (b'\\', rest),
        [b'\\', b'x', digits @ ..] => {
            let (digits, rest) = digits.split_at_checked(2)?;
            let digits = core::str::from_utf8(digits).ok()?;
            (u8::from_str_radix(digits, 16).ok()?, rest)
        }
        [b'\\', ..] | [] => return None,
        [byte, rest @ ..] => (*byte, rest),
    })
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
            r"\", r"\x1", r"\xg0", r"^\.a\/$", r"\n", r"a\\b", r"\x41", "`", "",
        ] {
            let escaped = EscapedWhole(value.as_bytes()).to_string();
            assert_eq!(unescaped(&escaped), Some(value.into()), "{value}");
        }
        assert_eq!(unescaped(r"\n\q"), None);
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
