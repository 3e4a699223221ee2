//! The headers that belong on responses only. Pages set them on requests by mistake, for example copied from a block of
//! headers of a server.

/// The names of response headers, in lower case and in order. Headers that clients also send are not in this list, such
/// as `cache-control`, `content-disposition`, `content-range` and `link`.
const RESPONSE_HEADERS: [&str; 59] = [
    "accept-ch",
    "accept-patch",
    "accept-post",
    "accept-ranges",
    "age",
    "allow",
    "alt-svc",
    "authentication-info",
    "clear-site-data",
    "content-security-policy",
    "critical-ch",
    "cross-origin-embedder-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "document-policy",
    "etag",
    "expect-ct",
    "expires",
    "feature-policy",
    "last-modified",
    "location",
    "nel",
    "origin-agent-cluster",
    "p3p",
    "permissions-policy",
    "proxy-authenticate",
    "proxy-authentication-info",
    "public-key-pins",
    "referrer-policy",
    "refresh",
    "report-to",
    "reporting-endpoints",
    "retry-after",
    "server",
    "server-timing",
    "service-worker-allowed",
    "sourcemap",
    "speculation-rules",
    "strict-transport-security",
    "supports-loading-mode",
    "timing-allow-origin",
    "vary",
    "www-authenticate",
    "x-aspnet-version",
    "x-aspnetmvc-version",
    "x-cache",
    "x-content-type-options",
    "x-dns-prefetch-control",
    "x-download-options",
    "x-frame-options",
    "x-permitted-cross-domain-policies",
    "x-powered-by",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-robots-tag",
    "x-total-count",
    "x-ua-compatible",
    "x-xss-protection",
];

/// Whether `name` is the name of a response header. `name` is in lower case.
///
/// `name` comes from a request header that a script set. A script cannot set
/// `Access-Control-Request-Method` and `Access-Control-Request-Headers`. Every other name that begins with
/// `access-control-` is the name of a response header.
pub(crate) fn is_response_header(name: &str) -> bool {
    // A header with this ending tests a policy, and is named after the header with the policy.
    let name = name.strip_suffix("-report-only").unwrap_or(name);
    name.starts_with("access-control-") || RESPONSE_HEADERS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted() {
        assert!(RESPONSE_HEADERS.is_sorted());
    }

    #[test]
    fn headers_of_requests_are_not_response_headers() {
        for name in [
            "authorization",
            "cache-control",
            "content-disposition",
            "content-range",
            "content-type",
            "if-match",
            "link",
            "pragma",
            "x-csrf-token",
            "x-report-only",
        ] {
            assert!(!is_response_header(name), "{name}");
        }
        for name in [
            "access-control-max-age",
            "content-security-policy-report-only",
        ] {
            assert!(is_response_header(name), "{name}");
        }
    }
}
