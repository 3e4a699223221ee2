//! The checks on a response: CORS, timing, Cross-Origin-Resource-Policy.

use url::Url;

use super::headers::{decode, get_decode_split, join};
use super::{Failed, uri};

/// Runs the CORS check for a page of `origin`, with the lines of `Access-Control-Allow-Origin` and
/// `Access-Control-Allow-Credentials`. The error is the code of the failure.
pub fn cors_check(
    origin: &str,
    include: bool,
    acao: &[&[u8]],
    acac: &[&[u8]],
) -> Result<(), &'static str> {
    let Some(allowed) = join(acao).map(|value| decode(&value)) else {
        return Err("missing-allow-origin-header");
    };
    if allowed == "*" && !include {
        return Ok(());
    }
    if allowed != origin {
        return Err(blame(&allowed));
    }
    if !include || join(acac) == Some(b"true".to_vec()) {
        return Ok(());
    }
    Err("invalid-allow-credentials")
}

/// Returns the code for an Access-Control-Allow-Origin that is not the origin.
fn blame(allowed: &str) -> &'static str {
    if allowed == "*" {
        "wildcard-origin-not-allowed"
    } else if allowed.contains(',') || allowed.contains(' ') {
        "multiple-allow-origin-values"
    } else if allowed != "null" && Url::parse(allowed).is_err() {
        "invalid-allow-origin-value"
    } else {
        "allow-origin-mismatch"
    }
}

/// The code, the code on a preflight, and the step.
const CORS_FAILURES: [(&str, &str, &str); 6] = [
    (
        "missing-allow-origin-header",
        "preflight-missing-allow-origin-header",
        "cors-check/2",
    ),
    (
        "wildcard-origin-not-allowed",
        "preflight-wildcard-origin-not-allowed",
        "cors-check/4",
    ),
    (
        "multiple-allow-origin-values",
        "preflight-multiple-allow-origin-values",
        "cors-check/4",
    ),
    (
        "invalid-allow-origin-value",
        "preflight-invalid-allow-origin-value",
        "cors-check/4",
    ),
    (
        "allow-origin-mismatch",
        "preflight-allow-origin-mismatch",
        "cors-check/4",
    ),
    (
        "invalid-allow-credentials",
        "preflight-invalid-allow-credentials",
        "cors-check/8",
    ),
];

/// Returns the failure for a code of [`cors_check`].
pub fn cors_failure(code: &str, preflight: bool) -> Failed {
    for (plain, on_preflight, step) in CORS_FAILURES {
        if plain == code {
            return Failed {
                code: if preflight { on_preflight } else { plain },
                step,
            };
        }
    }
    panic!("`{code}` is not a code of the CORS check")
}

/// Runs the TAO check for the request mode `cors`, if nothing failed before.
pub fn tao_check(origin: &str, basic: bool, lines: &[&[u8]]) -> bool {
    let values = get_decode_split(lines).unwrap_or_default();
    values.contains(&"*".to_string()) || values.contains(&origin.to_string()) || basic
}

/// Whether Cross-Origin-Resource-Policy allows an opaque response from `url` for a page of `origin`.
///
/// The scheme is ignored, except that a page on http is not the same site as a response over https.
pub fn resource_policy_allows(origin: &str, url: &Url, lines: &[&[u8]]) -> bool {
    let policy = join(lines).unwrap_or_default();
    if policy == b"same-origin" {
        return uri::origin_of(url) == origin;
    }
    if policy == b"same-site" {
        let Ok(page) = Url::parse(origin) else {
            return false;
        };
        // The host in the origin of an app is not a domain, so the result for such a page is false.
        return uri::is_http(&page)
            && uri::site_host(&page) == uri::site_host(url)
            && (page.scheme() == "https" || url.scheme() != "https");
    }
    true
}
