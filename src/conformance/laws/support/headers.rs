//! Functions that read the headers of requests and responses. Only the laws use these functions.

use alloc::{format, string::String, vec::Vec};

use http::{HeaderMap, Request, Response};

/// The CORS-safelisted response-header names.
pub(crate) const SAFELISTED_RESPONSE_HEADER_NAMES: [&str; 7] = [
    "cache-control",
    "content-language",
    "content-length",
    "content-type",
    "expires",
    "last-modified",
    "pragma",
];

/// Returns the values of all header lines that have the given name.
pub(crate) fn lines<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h [u8]> {
    headers
        .get_all(name)
        .iter()
        .map(http::HeaderValue::as_bytes)
        .collect()
}

/// Returns the elements of a list header, without surrounding white space and without empty elements.
pub(crate) fn elements<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h [u8]> {
    let lines = lines(headers, name).into_iter();
    lines
        .flat_map(|line| line.split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|element| !element.is_empty())
        .collect()
}

/// Returns the `Origin` if there is exactly one `Origin` line and its value is text.
pub(crate) fn origin(request: &Request<()>) -> Option<&str> {
    match lines(request.headers(), "origin").as_slice() {
        [only] => core::str::from_utf8(only).ok(),
        _ => None,
    }
}

/// Returns the names and values of the CORS headers, sorted by name. Lines with the same name keep their order.
pub(crate) fn cors_headers(response: &Response<()>) -> Vec<(&str, &[u8])> {
    let headers = response.headers().iter();
    let mut cors: Vec<_> = headers
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .filter(|(name, _)| name.starts_with("access-control-"))
        .collect();
    cors.sort_by_key(|(name, _)| *name);
    cors
}

/// Whether the request is a preflight: OPTIONS with `Origin` and `Access-Control-Request-Method`.
pub(crate) fn is_preflight(request: &Request<()>) -> bool {
    request.method() == http::Method::OPTIONS
        && request.headers().contains_key("origin")
        && request
            .headers()
            .contains_key("access-control-request-method")
}

pub(crate) fn quoted_names(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

pub(crate) fn quoted_lines(lines: &[&[u8]]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("`{}`", line.escape_ascii()))
        .collect();
    lines.join(" and ")
}
