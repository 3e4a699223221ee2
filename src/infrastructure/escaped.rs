//! Values from requests and responses, escaped for one line of text.

#[cfg(feature = "browser")]
use alloc::vec::Vec;
use core::{ascii, fmt};

/// The maximum number of bytes that [`Escaped`] prints.
const SHOWN_BYTES: usize = 256;

/// A value to print between backticks. `Display` writes the first [`SHOWN_BYTES`] bytes of the value, as printable
/// ASCII without backticks.
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
    let mut value = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        rest = behind;
        if *first != b'\\' {
            value.push(*first);
            continue;
        }
        let [kind, behind @ ..] = rest else {
            return None;
        };
        rest = behind;
        value.push(match kind {
            b't' => b'\t',
            b'r' => b'\r',
            b'n' => b'\n',
            b'\\' => b'\\',
            b'x' => {
                let (digits, behind) = rest.split_at_checked(2)?;
                rest = behind;
                u8::from_str_radix(core::str::from_utf8(digits).ok()?, 16).ok()?
            }
            _ => return None,
        });
    }
    Some(value)
}

fn write_escaped(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    value.iter().try_for_each(|&byte| match byte {
        b'`' => f.write_str(r"\x60"),
        // Quotation marks are safe between backticks, so they stay as they are.
        b'"' | b'\'' => write!(f, "{}", char::from(byte)),
        byte => write!(f, "{}", ascii::escape_default(byte)),
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
        for invalid in [r"\", r"\x1", r"\xg0", r"\q"] {
            assert_eq!(unescaped(invalid), None, "{invalid}");
        }
    }
}
