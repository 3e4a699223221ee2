//! The response headers that script can read without `Access-Control-Expose-Headers`.

/// Whether `name`, in lower case, is one of the seven names that are a [CORS-safelisted response-header
/// name](https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name) of every response.
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
