//! The CORS safelists: the request headers that do not need a preflight, and the response headers that a script can
//! always read.
//!
//! ```
//! use fetch_cors::infrastructure::safelist;
//!
//! assert!(safelist::is_cors_safelisted_request_header(b"Content-Type", b"text/plain;charset=utf-8"));
//! assert!(!safelist::is_cors_safelisted_request_header(b"Content-Type", b"application/json"));
//! ```

use alloc::vec::Vec;

use super::{
    always_exposed::is_always_exposed,
    forbidden::is_forbidden_response_header_name,
    header::HeaderName,
    header_list::{HeaderList, convert_header_names_to_a_sorted_lowercase_set},
    mime::{has_strict_parameters, parse_a_mime_type},
    range::is_simple_range,
};
use crate::engine::{Quirk, QuirkSet};

/// The maximum length of the value of a CORS-safelisted request-header.
pub(crate) const MAX_SAFELISTED_VALUE_BYTES: usize = 128;
/// The maximum total length of the values of all CORS-safelisted request-headers in one request.
pub(crate) const MAX_SAFELISTED_TOTAL_BYTES: usize = 1024;

/// Whether a header is a [CORS-safelisted request-header](https://fetch.spec.whatwg.org/#cors-safelisted-request-header).
/// A cross-origin request can have such a header without a preflight.
///
/// A header with a value of more than 128 bytes is not safelisted. The total length of the values of all safelisted
/// headers also has a limit: see [`cors_unsafe_request_header_names`].
///
/// ```
/// use fetch_cors::infrastructure::safelist::is_cors_safelisted_request_header;
///
/// assert!(is_cors_safelisted_request_header(b"Range", b"bytes=0-"));
/// assert!(!is_cors_safelisted_request_header(b"Range", b"bytes=-500"));
/// assert!(!is_cors_safelisted_request_header(b"Accept", &[b'a'; 129]));
/// ```
pub fn is_cors_safelisted_request_header(name: &[u8], value: &[u8]) -> bool {
    is_cors_safelisted_with_quirks(name, value, QuirkSet::EMPTY)
}

/// Whether an engine with these quirks safelists a header.
pub(crate) fn is_cors_safelisted_with_quirks(name: &[u8], value: &[u8], quirks: QuirkSet) -> bool {
    // cors-safelisted-request-header/1: value longer than 128 bytes: not safe; differs with quirk xhr-body-type-has-no-limit
    value.len() <= MAX_SAFELISTED_VALUE_BYTES && has_cors_safelisted_value(name, value, quirks)
}

/// Whether an engine with these quirks safelists a header. The function does not check the limit on the length of the
/// value.
pub(crate) fn has_cors_safelisted_value(name: &[u8], value: &[u8], quirks: QuirkSet) -> bool {
    let contains_unsafe_byte = |value: &[u8]| {
        contains_unsafe_byte(value)
            || (quirks.contains(Quirk::NonAsciiBytesAreUnsafe) && !value.is_ascii())
    };
    // cors-safelisted-request-header/2: switch on the name in lower case
    let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
    if is(b"accept") {
        // cors-safelisted-request-header/2.accept: Accept with a CORS-unsafe byte: not safe
        if contains_unsafe_byte(value) {
            return false;
        }
    } else if is(b"accept-language") || is(b"content-language") {
        // cors-safelisted-request-header/2.language: language header with a byte outside `A-Za-z0-9 *,-.;=`: not safe
        if !value.iter().all(|&byte| is_language_byte(byte)) {
            return false;
        }
    } else if is(b"content-type") {
        // cors-safelisted-request-header/2.content-type: Content-Type
        // cors-safelisted-request-header/2.content-type.1: a CORS-unsafe byte: not safe
        if contains_unsafe_byte(value) {
            return false;
        }
        // cors-safelisted-request-header/2.content-type.2: parse the value as a MIME type
        // cors-safelisted-request-header/2.content-type.3: it does not parse: not safe; differs with quirk strict-content-type-parameters
        let Some(mime_type) = parse_a_mime_type(value) else {
            return false;
        };
        if quirks.contains(Quirk::StrictContentTypeParameters) && !has_strict_parameters(value) {
            return false;
        }
        // cors-safelisted-request-header/2.content-type.4: essence other than the three of HTML forms: not safe
        if ![
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/plain",
        ]
        .into_iter()
        .any(|essence| mime_type.essence_is(essence))
        {
            return false;
        }
    } else if is(b"range") {
        // cors-safelisted-request-header/2.range: Range
        // cors-safelisted-request-header/2.range.1: parse the value as a single range, without white space
        // cors-safelisted-request-header/2.range.2: it does not parse: not safe
        // cors-safelisted-request-header/2.range.3: no start: not safe
        if !is_simple_range(value, quirks) {
            return false;
        }
    } else {
        // cors-safelisted-request-header/2.otherwise: any other name: not safe; differs with quirk intervention-is-safelisted or client-hints-are-safelisted
        return (quirks.contains(Quirk::InterventionIsSafelisted) && is(b"intervention"))
            || (quirks.contains(Quirk::ClientHintsAreSafelisted) && is_client_hint(name, value));
    }
    // cors-safelisted-request-header/3: no check failed: safe
    true
}

/// Whether the header is a client hint with a well-formed value. The quirk `client-hints-are-safelisted` safelists such
/// a header.
fn is_client_hint(name: &[u8], value: &[u8]) -> bool {
    let is = |other: &[u8]| name.eq_ignore_ascii_case(other);
    let is_integer = |digits: &[u8]| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    if is(b"device-memory") || is(b"dpr") || is(b"downlink") {
        let mut parts = value.splitn(2, |&byte| byte == b'.');
        return parts.all(is_integer);
    }
    if is(b"width") || is(b"viewport-width") || is(b"rtt") {
        return is_integer(value);
    }
    if is(b"ect") {
        return matches!(value, b"slow-2g" | b"2g" | b"3g" | b"4g");
    }
    is(b"save-data") && value.eq_ignore_ascii_case(b"on")
}

/// Whether `byte` is a [CORS-unsafe request-header byte](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-byte).
///
/// ```
/// use fetch_cors::infrastructure::safelist::is_cors_unsafe_request_header_byte;
/// assert!(is_cors_unsafe_request_header_byte(b'"') && !is_cors_unsafe_request_header_byte(b'\t'));
/// ```
#[inline]
pub const fn is_cors_unsafe_request_header_byte(byte: u8) -> bool {
    // definition/cors-unsafe-request-header-byte: a control byte other than tab, or one of thirteen delimiters; differs with quirk non-ascii-bytes-are-unsafe
    (byte < 0x20 && byte != b'\t')
        || matches!(
            byte,
            b'"' | b'('
                | b')'
                | b':'
                | b'<'
                | b'>'
                | b'?'
                | b'@'
                | b'['
                | b'\\'
                | b']'
                | b'{'
                | b'}'
                | 0x7F
        )
}

/// Returns the [CORS-unsafe request-header names](https://fetch.spec.whatwg.org/#cors-unsafe-request-header-names). These
/// are the names of the headers that need a preflight, in lower case, sorted and without duplicates.
///
/// If the values of the safelisted headers have more than 1024 bytes in total, all safelisted headers are unsafe.
///
/// ```
/// use fetch_cors::{browser::HeaderList, infrastructure::safelist};
///
/// let headers = HeaderList::from_pairs([("X-B", "1"), ("Accept", "*/*"), ("x-a", "2")])?;
/// assert_eq!(safelist::cors_unsafe_request_header_names(&headers), ["x-a", "x-b"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cors_unsafe_request_header_names(headers: &HeaderList) -> Vec<HeaderName> {
    cors_unsafe_request_header_names_with_quirks(headers, QuirkSet::EMPTY)
}

/// Returns the CORS-unsafe request-header names that an engine with these quirks finds.
pub(crate) fn cors_unsafe_request_header_names_with_quirks(
    headers: &HeaderList,
    quirks: QuirkSet,
) -> Vec<HeaderName> {
    if quirks.contains(Quirk::AuthorHeadersJudgedCombined) {
        let quirks = quirks.without(Quirk::AuthorHeadersJudgedCombined);
        return cors_unsafe_request_header_names_with_quirks(&headers.sort_and_combine(), quirks);
    }
    // cors-unsafe-request-header-names/1: start with no unsafe names
    let mut unsafe_names = Vec::new();
    // cors-unsafe-request-header-names/2: start with no potentially unsafe names
    let mut potentially_unsafe_names = Vec::new();
    // cors-unsafe-request-header-names/3: start with a total size of 0
    let mut safelist_value_size = 0;
    // cors-unsafe-request-header-names/4: for each header; differs with quirk author-headers-judged-combined
    for (name, value) in headers.iter() {
        if !is_cors_safelisted_with_quirks(name.as_bytes(), value.as_bytes(), quirks) {
            // cors-unsafe-request-header-names/4.1: not CORS-safelisted: the name is unsafe; differs with quirk charset-changed-after-check
            unsafe_names.push(name.clone());
        } else {
            // cors-unsafe-request-header-names/4.2: otherwise: the name is potentially unsafe; add the value's length
            potentially_unsafe_names.push(name);
            safelist_value_size += value.as_bytes().len();
        }
    }
    // cors-unsafe-request-header-names/5: total above 1024 bytes: potentially unsafe names are unsafe; differs with quirk no-total-limit
    if safelist_value_size > MAX_SAFELISTED_TOTAL_BYTES && !quirks.contains(Quirk::NoTotalLimit) {
        unsafe_names.extend(potentially_unsafe_names.into_iter().cloned());
    }
    // cors-unsafe-request-header-names/6: return the names: lower case, sorted, each once; differs with quirk unsafe-names-repeat
    if quirks.contains(Quirk::UnsafeNamesRepeat) {
        unsafe_names.sort_unstable();
        return unsafe_names;
    }
    convert_header_names_to_a_sorted_lowercase_set(unsafe_names)
}

/// Whether `name` is a [CORS non-wildcard request-header
/// name](https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name). The only such name is `Authorization`,
/// which `*` in `Access-Control-Allow-Headers` does not cover.
///
/// ```
/// use fetch_cors::infrastructure::safelist::is_cors_non_wildcard_request_header_name;
/// assert!(is_cors_non_wildcard_request_header_name(b"AUTHORIZATION"));
/// ```
pub fn is_cors_non_wildcard_request_header_name(name: &[u8]) -> bool {
    // definition/cors-non-wildcard-request-header-name: Authorization
    name.eq_ignore_ascii_case(b"authorization")
}

/// Whether `name` is a [no-CORS-safelisted request-header name](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header-name):
/// `Accept`, `Accept-Language`, `Content-Language` or `Content-Type`.
///
/// ```
/// use fetch_cors::infrastructure::safelist::is_no_cors_safelisted_request_header_name;
/// assert!(!is_no_cors_safelisted_request_header_name(b"range"));
/// ```
pub fn is_no_cors_safelisted_request_header_name(name: &[u8]) -> bool {
    // definition/no-cors-safelisted-request-header-name: Accept, Accept-Language, Content-Language or Content-Type
    [
        &b"accept"[..],
        b"accept-language",
        b"content-language",
        b"content-type",
    ]
    .into_iter()
    .any(|safelisted| name.eq_ignore_ascii_case(safelisted))
}

/// Whether a header is a [no-CORS-safelisted
/// request-header](https://fetch.spec.whatwg.org/#no-cors-safelisted-request-header). A request whose request mode is
/// `no-cors` can have such a header.
///
/// ```
/// use fetch_cors::infrastructure::safelist::is_no_cors_safelisted_request_header;
/// assert!(is_no_cors_safelisted_request_header(b"Content-Type", b"text/plain"));
/// assert!(!is_no_cors_safelisted_request_header(b"Range", b"bytes=0-"));
/// ```
pub fn is_no_cors_safelisted_request_header(name: &[u8], value: &[u8]) -> bool {
    // no-cors-safelisted-request-header/1: name not no-CORS-safelisted: not safe
    if !is_no_cors_safelisted_request_header_name(name) {
        return false;
    }
    // no-cors-safelisted-request-header/2: otherwise: safe if CORS-safelisted
    is_cors_safelisted_request_header(name, value)
}

/// Whether `name` is a [privileged no-CORS request-header
/// name](https://fetch.spec.whatwg.org/#privileged-no-cors-request-header-name). The only such name is `Range`.
///
/// ```
/// use fetch_cors::infrastructure::safelist::is_privileged_no_cors_request_header_name;
/// assert!(is_privileged_no_cors_request_header_name(b"Range"));
/// ```
pub fn is_privileged_no_cors_request_header_name(name: &[u8]) -> bool {
    // definition/privileged-no-cors-request-header-name: Range
    name.eq_ignore_ascii_case(b"range")
}

/// Whether `name` is a [CORS-safelisted response-header
/// name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name). A script can read a header with such a
/// name in a cross-origin response. `list` contains the names that the response exposes, in lower case and sorted.
///
/// A forbidden response-header name, such as `Set-Cookie`, is never safelisted, even if `list` contains the name.
///
/// ```
/// use fetch_cors::infrastructure::safelist::is_cors_safelisted_response_header_name;
///
/// assert!(is_cors_safelisted_response_header_name(&"Expires".parse()?, &[]));
/// assert!(is_cors_safelisted_response_header_name(&"ETag".parse()?, &["etag".parse()?]));
/// assert!(!is_cors_safelisted_response_header_name(&"Set-Cookie".parse()?, &["set-cookie".parse()?]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn is_cors_safelisted_response_header_name(name: &HeaderName, list: &[HeaderName]) -> bool {
    // definition/cors-safelisted-response-header-name: one of seven names, or an exposed name that is not forbidden
    is_always_exposed(name.as_str())
        || (list.binary_search(name).is_ok() && !is_forbidden_response_header_name(name.as_bytes()))
}

fn contains_unsafe_byte(value: &[u8]) -> bool {
    value
        .iter()
        .any(|&byte| is_cors_unsafe_request_header_byte(byte))
}

const fn is_language_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'*' | b',' | b'-' | b'.' | b';' | b'=')
}
