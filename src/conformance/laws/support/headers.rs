//! Reading a server's headers, for the laws alone.

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

/// The lines of a name.
pub(crate) fn lines<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h [u8]> {
    headers
        .get_all(name)
        .iter()
        .map(http::HeaderValue::as_bytes)
        .collect()
}

/// The elements of a list, white space around them and empty ones left out.
pub(crate) fn elements<'h>(headers: &'h HeaderMap, name: &str) -> Vec<&'h [u8]> {
    let lines = lines(headers, name).into_iter();
    lines
        .flat_map(|line| line.split(|&byte| byte == b','))
        .map(<[u8]>::trim_ascii)
        .filter(|element| !element.is_empty())
        .collect()
}

/// The only Origin, where there is one and it is text.
pub(crate) fn origin(request: &Request<()>) -> Option<&str> {
    match lines(request.headers(), "origin").as_slice() {
        [only] => core::str::from_utf8(only).ok(),
        _ => None,
    }
}

/// The names and values of the CORS headers, sorted; equal names stay in order.
pub(crate) fn cors_headers(response: &Response<()>) -> Vec<(&str, &[u8])> {
    let headers = response.headers().iter();
    let mut cors: Vec<_> = headers
        .map(|(name, value)| (name.as_str(), value.as_bytes()))
        .filter(|(name, _)| name.starts_with("access-control-"))
        .collect();
    cors.sort_by_key(|(name, _)| *name);
    cors
}

/// Whether it is what browsers send as a preflight.
pub(crate) fn is_preflight(request: &Request<()>) -> bool {
    request.method() == http::Method::OPTIONS
        && request.headers().contains_key("origin")
        && request
            .headers()
            .contains_key("access-control-request-method")
}

/// The lines in backticks, for a message.
pub(crate) fn quoted_lines(lines: &[&[u8]]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .map(|line| format!("`{}`", line.escape_ascii()))
        .collect();
    lines.join(" and ")
}
