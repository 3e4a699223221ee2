//! [Methods](https://fetch.spec.whatwg.org/#methods). A method is a token, and is case-sensitive.
//!
//! ```
//! use fetch_cors::infrastructure::method;
//!
//! assert_eq!(method::normalize(b"put"), b"PUT");
//! assert_eq!(method::normalize(b"patch"), b"patch"); // the method stays `patch`, which differs from PATCH
//! ```

use super::bytes::is_token;

const NORMALIZED: [&[u8]; 6] = [b"DELETE", b"GET", b"HEAD", b"OPTIONS", b"POST", b"PUT"];
const FORBIDDEN: [&[u8]; 3] = [b"CONNECT", b"TRACE", b"TRACK"];

/// Whether `value` is a [method](https://fetch.spec.whatwg.org/#concept-method): a token.
///
/// ```
/// use fetch_cors::infrastructure::method::is_method;
/// assert!(is_method(b"CHICKEN") && !is_method(b"G:ET") && !is_method(b""));
/// ```
pub fn is_method(value: &[u8]) -> bool {
    // definition/method: a token
    is_token(value)
}

/// Whether `method` is a [CORS-safelisted method](https://fetch.spec.whatwg.org/#cors-safelisted-method): `GET`, `HEAD`
/// or `POST`. The comparison is case-sensitive.
///
/// ```
/// use fetch_cors::infrastructure::method::is_cors_safelisted_method;
/// assert!(is_cors_safelisted_method(b"HEAD") && !is_cors_safelisted_method(b"head"));
/// ```
#[inline]
pub fn is_cors_safelisted_method(method: &[u8]) -> bool {
    // definition/cors-safelisted-method: GET, HEAD or POST
    matches!(method, b"GET" | b"HEAD" | b"POST")
}

/// Whether `method` is a [forbidden method](https://fetch.spec.whatwg.org/#forbidden-method), in any letter case.
///
/// ```
/// use fetch_cors::infrastructure::method::is_forbidden_method;
/// assert!(is_forbidden_method(b"tRaCe") && !is_forbidden_method(b"PUT"));
/// ```
pub fn is_forbidden_method(method: &[u8]) -> bool {
    // definition/forbidden-method: CONNECT, TRACE or TRACK, in any letter case
    FORBIDDEN
        .iter()
        .any(|forbidden| method.eq_ignore_ascii_case(forbidden))
}

/// [Normalizes](https://fetch.spec.whatwg.org/#concept-method-normalize) a method: converts `DELETE`, `GET`, `HEAD`,
/// `OPTIONS`, `POST` and `PUT`, in any letter case, to upper case.
///
/// Any other method stays unchanged: `patch` does not become `PATCH`.
///
/// ```
/// assert_eq!(fetch_cors::infrastructure::method::normalize(b"Delete"), b"DELETE");
/// ```
pub fn normalize(method: &[u8]) -> &[u8] {
    // definition/normalize-a-method: put six methods in upper case, leave all others as they are
    match NORMALIZED
        .iter()
        .find(|normalized| method.eq_ignore_ascii_case(normalized))
    {
        Some(normalized) => normalized,
        None => method,
    }
}
