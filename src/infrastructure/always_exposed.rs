//! The response headers that a script can always read, even without `Access-Control-Expose-Headers`.

/// Whether `name` is one of the seven names that are always [CORS-safelisted response-header
/// names](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name). `name` is in lower case.
pub(crate) fn is_always_exposed(name: &str) -> bool {
    matches!(
        name,
        "cache-control"
            | "content-language"
            | "content-length"
            | "content-type"
            | "expires"
            | "last-modified"
            | "pragma"
    )
}
