//! Byte sequences: tokens, white space, quoted strings, and isomorphic encoding and decoding.
//!
//! The standard [isomorphic decodes] a header value before it parses the value. The library parses the bytes directly.
//!
//! ```
//! use fetch_cors::infrastructure::bytes;
//!
//! assert!(bytes::is_token(b"X-Requested-With"));
//! assert_eq!(bytes::isomorphic_decode(b"\xE9t\xE9"), "été");
//! assert_eq!(bytes::isomorphic_encode("été"), Some(b"\xE9t\xE9".to_vec()));
//! ```
//!
//! [isomorphic decodes]: https://infra.spec.whatwg.org/#isomorphic-decode

use alloc::{string::String, vec::Vec};

/// Whether `byte` is an [HTTP tab or space byte](https://fetch.spec.whatwg.org/#http-tab-or-space-byte).
///
/// ```
/// assert!(fetch_cors::infrastructure::bytes::is_http_tab_or_space(b'\t'));
/// ```
#[inline]
pub const fn is_http_tab_or_space(byte: u8) -> bool {
    // definition/http-tab-or-space: a tab or a space
    matches!(byte, b'\t' | b' ')
}

/// Whether `byte` is an [HTTP whitespace byte](https://fetch.spec.whatwg.org/#http-whitespace-byte):
/// LF, CR, a tab or a space.
///
/// ```
/// assert!(fetch_cors::infrastructure::bytes::is_http_whitespace(b'\n'));
/// ```
#[inline]
pub const fn is_http_whitespace(byte: u8) -> bool {
    // definition/http-whitespace: LF, CR, tab or space
    matches!(byte, b'\n' | b'\r') || is_http_tab_or_space(byte)
}

/// Whether `byte` is allowed in a [token](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2).
///
/// ```
/// use fetch_cors::infrastructure::bytes::is_token_byte;
/// assert!(is_token_byte(b'~') && !is_token_byte(b'"'));
/// ```
#[inline]
pub const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// Whether `bytes` is a [token](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2). An empty
/// sequence is not a token.
///
/// ```
/// use fetch_cors::infrastructure::bytes::is_token;
/// assert!(is_token(b"PATCH") && !is_token(b"") && !is_token(b"GET, PUT"));
/// ```
#[inline]
pub fn is_token(bytes: &[u8]) -> bool {
    /// For each byte, whether a token can contain the byte. A look-up in this table is faster than comparisons.
    const IS_TOKEN_BYTE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        let mut rest: &mut [bool] = &mut table;
        while let [first, others @ ..] = rest {
            *first = is_token_byte(byte);
            byte = byte.wrapping_add(1);
            rest = others;
        }
        table
    };
    let is_allowed = |byte: &u8| IS_TOKEN_BYTE.get(usize::from(*byte)) == Some(&true);
    !bytes.is_empty() && bytes.iter().all(is_allowed)
}

/// Removes leading and trailing bytes for which `strip` returns true.
///
/// ```
/// use fetch_cors::infrastructure::bytes::{is_http_tab_or_space, strip};
/// assert_eq!(strip(b"\t a b ", is_http_tab_or_space), b"a b");
/// ```
#[inline]
pub fn strip(mut bytes: &[u8], strip: fn(u8) -> bool) -> &[u8] {
    while let [first, rest @ ..] = bytes {
        if !strip(*first) {
            break;
        }
        bytes = rest;
    }
    strip_end(bytes, strip)
}

/// Removes the bytes at the end for which `strip` returns true.
#[inline]
pub(crate) fn strip_end(mut bytes: &[u8], strip: fn(u8) -> bool) -> &[u8] {
    while let [rest @ .., last] = bytes {
        if !strip(*last) {
            break;
        }
        bytes = rest;
    }
    bytes
}

/// [Isomorphic decodes](https://infra.spec.whatwg.org/#isomorphic-decode) `bytes`: each byte becomes the code point with
/// the same number.
///
/// ```
/// assert_eq!(fetch_cors::infrastructure::bytes::isomorphic_decode(b"\xFF"), "ÿ");
/// ```
pub fn isomorphic_decode(bytes: &[u8]) -> String {
    match core::str::from_utf8(bytes) {
        Ok(ascii) if bytes.is_ascii() => String::from(ascii),
        _ => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// [Isomorphic encodes](https://infra.spec.whatwg.org/#isomorphic-encode) `string`: each code point becomes the byte with
/// the same number. Returns `None` if a code point is above U+00FF.
///
/// ```
/// assert_eq!(fetch_cors::infrastructure::bytes::isomorphic_encode("€"), None);
/// ```
pub fn isomorphic_encode(string: &str) -> Option<Vec<u8>> {
    if string.is_ascii() {
        return Some(string.as_bytes().to_vec());
    }
    string.chars().map(|c| u8::try_from(c).ok()).collect()
}

/// [Collects an HTTP quoted string](https://fetch.spec.whatwg.org/#collect-an-http-quoted-string) at
/// the start of `input`. Returns the length of the string with its quotation marks.
///
/// An unclosed quoted string extends to the end of `input`.
pub(crate) fn collect_an_http_quoted_string(input: &[u8]) -> usize {
    // collect-an-http-quoted-string/1: keep the start position
    let position_start = 0;
    // collect-an-http-quoted-string/3: assert: a quotation mark is first
    // collect-an-http-quoted-string/4: skip the quotation mark
    debug_assert_eq!(input.first(), Some(&b'"'));
    let mut position = position_start + 1;
    // collect-an-http-quoted-string/5: loop until the string ends
    loop {
        // collect-an-http-quoted-string/5.1: skip everything up to a quotation mark or backslash
        position += run_length(input, position, |byte| !matches!(byte, b'"' | b'\\'));
        // collect-an-http-quoted-string/5.2: end of the input: stop
        // collect-an-http-quoted-string/5.3: take the quotation mark or backslash
        let Some(&quote_or_backslash) = input.get(position) else {
            break;
        };
        // collect-an-http-quoted-string/5.4: skip it
        position += 1;
        // collect-an-http-quoted-string/5.5: a backslash
        if quote_or_backslash == b'\\' {
            // collect-an-http-quoted-string/5.5.1: end of the input: stop
            if position >= input.len() {
                break;
            }
            // collect-an-http-quoted-string/5.5.3: skip the escaped character
            position += 1;
        } else {
            // collect-an-http-quoted-string/5.6: a quotation mark
            // collect-an-http-quoted-string/5.6.1: assert: a quotation mark
            // collect-an-http-quoted-string/5.6.2: stop
            break;
        }
    }
    // collect-an-http-quoted-string/7: return the input from the start position to the position
    //
    // The standard says "inclusive". The library reads this word as "exclusive", because only this reading agrees with
    // the standard's examples.
    position - position_start
}

/// Returns the length of the run of bytes that starts at `position`. For each byte of the run, `collect` is true.
pub(crate) fn run_length(input: &[u8], position: usize, collect: impl Fn(u8) -> bool) -> usize {
    let rest = input.get(position..).unwrap_or_default();
    rest.iter()
        .position(|&byte| !collect(byte))
        .unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_strings_match_the_examples_of_the_standard() {
        assert_eq!(collect_an_http_quoted_string(b"\"\\"), 2);
        assert_eq!(collect_an_http_quoted_string(b"\"Hello\" World"), 7);
        assert_eq!(
            collect_an_http_quoted_string(b"\"Hello \\\\ World\\\"\""),
            18
        );
        assert_eq!(collect_an_http_quoted_string(b"\"open"), 5);
    }

    #[test]
    fn token_has_77_possible_bytes() {
        assert_eq!((0..=255).filter(|&byte| is_token_byte(byte)).count(), 77);
    }
}
