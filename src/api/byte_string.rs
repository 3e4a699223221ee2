//! Web IDL's [`ByteString`](https://webidl.spec.whatwg.org/#js-ByteString), the type of methods and headers.

use alloc::{borrow::Cow, vec::Vec};

use crate::{Failure, FetchError, infrastructure::bytes::isomorphic_encode};

/// Converts a script's string to a byte string. Each code point becomes one byte.
///
/// # Errors
///
/// Returns `failure`, with the step of Web IDL, if a code point is above U+00FF.
pub(super) fn to_byte_string(string: &str, failure: Failure) -> Result<Cow<'_, [u8]>, FetchError> {
    if string.is_ascii() {
        return Ok(Cow::Borrowed(string.as_bytes()));
    }
    // webidl-bytestring/2: a code point above U+00FF: throw
    let encoded: Option<Vec<u8>> = isomorphic_encode(string);
    // webidl-bytestring/3: return a byte for each code point
    encoded
        .map(Cow::Owned)
        .ok_or_else(|| FetchError::at_second_step(failure))
}
