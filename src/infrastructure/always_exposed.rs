//! The response headers that a script can always read, even without `Access-Control-Expose-Headers`.

/// Whether `name`, in lower case, is one of the seven names that are always a [CORS-safelisted response-header
/// name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name).
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
