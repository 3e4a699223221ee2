//! Values of requests and responses as text that is safe to print.

use alloc::string::{String, ToString};

use crate::infrastructure::escaped::Escaped;

/// Returns the value as printable ASCII, cut off at a limit. Invisible and other characters are escaped.
pub(super) fn shown(value: impl AsRef<[u8]>) -> String {
    Escaped(value.as_ref()).to_string()
}

/// Returns the whole value of a header line to send. Only characters that are not printable ASCII are escaped.
pub(crate) fn line(value: &[u8]) -> String {
    match core::str::from_utf8(value) {
        Ok(text) if value.iter().all(|byte| matches!(byte, b' '..=b'~')) => text.into(),
        _ => value.escape_ascii().to_string(),
    }
}
