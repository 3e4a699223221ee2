//! Headers that scripts cannot set on a request, and headers that scripts cannot read from a response.
//!
//! ```
//! use fetch_cors::infrastructure::forbidden;
//!
//! assert!(forbidden::is_forbidden_request_header(b"Sec-Anything", b""));
//! assert!(forbidden::is_forbidden_request_header(b"X-HTTP-Method-Override", b"GET, TRACE"));
//! assert!(!forbidden::is_forbidden_request_header(b"X-HTTP-Method-Override", b"PUT"));
//! ```

#[cfg(feature = "browser")]
use super::bytes::{is_http_tab_or_space, strip};
use super::{get_decode_and_split::get_decode_and_split, method::is_forbidden_method};

const FORBIDDEN_REQUEST_HEADERS: [&[u8]; 21] = [
    b"accept-charset",
    b"accept-encoding",
    b"access-control-request-headers",
    b"access-control-request-method",
    b"connection",
    b"content-length",
    b"cookie",
    b"cookie2",
    b"date",
    b"dnt",
    b"expect",
    b"host",
    b"keep-alive",
    b"origin",
    b"referer",
    b"set-cookie",
    b"te",
    b"trailer",
    b"transfer-encoding",
    b"upgrade",
    b"via",
];
const METHOD_OVERRIDES: [&[u8]; 3] = [
    b"x-http-method",
    b"x-http-method-override",
    b"x-method-override",
];
const REQUEST_BODY_HEADERS: [&str; 4] = [
    "content-encoding",
    "content-language",
    "content-location",
    "content-type",
];

/// Whether a header is a [forbidden request-header](https://fetch.spec.whatwg.org/#forbidden-request-header).
///
/// The value matters only for the three method-override headers, such as `X-HTTP-Method-Override`. Such a header is
/// forbidden if its value contains a forbidden method.
///
/// ```
/// use fetch_cors::infrastructure::forbidden::is_forbidden_request_header;
/// assert!(is_forbidden_request_header(b"Cookie", b"a=b"));
/// ```
pub fn is_forbidden_request_header(name: &[u8], value: &[u8]) -> bool {
    let is = |other: &&[u8]| name.eq_ignore_ascii_case(other);
    // forbidden-request-header/1: one of 21 names that belong to the user agent: forbidden
    if FORBIDDEN_REQUEST_HEADERS.iter().any(is) {
        return true;
    }
    // forbidden-request-header/2: name starts with `proxy-` or `sec-`: forbidden
    let starts_with = |prefix: &[u8]| {
        name.get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    if starts_with(b"proxy-") || starts_with(b"sec-") {
        return true;
    }
    // forbidden-request-header/3: name is one of three method-override headers
    if METHOD_OVERRIDES.iter().any(is) {
        // forbidden-request-header/3.1: split the value at commas outside quotation marks; differs with quirk override-values-split-at-commas
        let parsed_values = get_decode_and_split(value);
        // forbidden-request-header/3.2: a value is a forbidden method: forbidden
        if parsed_values.into_iter().any(is_forbidden_method) {
            return true;
        }
    }
    // forbidden-request-header/4: anything else: not forbidden
    false
}

/// Whether a header is forbidden in an engine with the quirk `override-values-split-at-commas`. Such an engine splits
/// the value at every comma, even inside quotation marks.
#[cfg(feature = "browser")]
pub(crate) fn is_forbidden_if_split_at_commas(name: &[u8], value: &[u8]) -> bool {
    let is = |other: &&[u8]| name.eq_ignore_ascii_case(other);
    let mut values = value.split(|&byte| byte == b',');
    METHOD_OVERRIDES.iter().any(is)
        && values.any(|value| is_forbidden_method(strip(value, is_http_tab_or_space)))
}

/// Whether `name` is a [forbidden response-header name](https://fetch.spec.whatwg.org/#forbidden-response-header-name):
/// `Set-Cookie` or `Set-Cookie2`.
///
/// ```
/// use fetch_cors::infrastructure::forbidden::is_forbidden_response_header_name;
/// assert!(is_forbidden_response_header_name(b"Set-Cookie2"));
/// ```
pub fn is_forbidden_response_header_name(name: &[u8]) -> bool {
    // definition/forbidden-response-header-name: Set-Cookie or Set-Cookie2
    name.eq_ignore_ascii_case(b"set-cookie") || name.eq_ignore_ascii_case(b"set-cookie2")
}

/// Returns the [request-body-header names](https://fetch.spec.whatwg.org/#request-body-header-name). A redirect that
/// removes the body also removes the headers with these names.
///
/// ```
/// use fetch_cors::infrastructure::forbidden::request_body_header_names;
/// assert!(request_body_header_names().contains(&"content-type"));
/// ```
pub const fn request_body_header_names() -> [&'static str; 4] {
    // definition/request-body-header-name: one of the four headers that describe a body
    REQUEST_BODY_HEADERS
}
