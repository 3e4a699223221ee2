//! Values of a request in a log line.

use core::{ascii, fmt};

/// The number of bytes of a value that are printed.
const SHOWN_BYTES: usize = 256;

/// A value to print between backticks: printable ASCII without backticks, cut off at a limit.
pub(super) struct Escaped<'r>(pub(super) &'r [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.get(..SHOWN_BYTES).unwrap_or(self.0);
        shown.iter().try_for_each(|&byte| match byte {
            b'`' => f.write_str(r"\x60"),
            byte => write!(f, "{}", ascii::escape_default(byte)),
        })
    }
}
