//! Methods and request headers that are harmless if a preflight response grants them: a page gains nothing.

/// Request headers that are harmless if a preflight response grants them. There are two kinds:
///
/// - CORS-safelisted names, which a page can send without a grant. `Content-Type` is not harmless: with a grant, a page
///   can send JSON.
/// - Names that browsers themselves send if a page chooses a cache mode.
const HARMLESS_NAMES: [&str; 8] = [
    "accept",
    "accept-language",
    "content-language",
    "range",
    "cache-control",
    "pragma",
    "if-modified-since",
    "if-none-match",
];

/// Whether a page gains nothing from a grant of the method. OPTIONS is harmless: a request with this method changes
/// nothing, and every preflight has this method.
pub(crate) fn is_harmless_method(method: &[u8]) -> bool {
    method == b"OPTIONS"
}

/// Whether a page gains nothing from a grant of the request header. The names of CORS response headers are harmless
/// too, because servers ignore these headers in a request.
pub(crate) fn is_harmless_name(name: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let mut harmless = HARMLESS_NAMES.into_iter();
    harmless.any(|harmless| harmless.as_bytes() == name) || name.starts_with(b"access-control-")
}
