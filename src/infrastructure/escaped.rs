//! Values from requests and responses, escaped for one line of text.

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

fn write_escaped(f: &mut fmt::Formatter<'_>, value: &[u8]) -> fmt::Result {
    value.iter().try_for_each(|&byte| match byte {
        b'`' => f.write_str(r"\x60"),
        // Quotation marks are safe between backticks, so they stay as they are.
        b'"' | b'\'' => write!(f, "{}", char::from(byte)),
        byte => write!(f, "{}", ascii::escape_default(byte)),
    })
}
