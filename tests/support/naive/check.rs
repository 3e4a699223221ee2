//! The checks on a response: CORS, timing, Cross-Origin-Resource-Policy.

use url::Url;

use super::headers::{decode, get_decode_split, join};
use super::{Failed, uri};

/// May a page of `origin` read a response with these two headers, given line by line? If not, the code says why.
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

/// Names what is wrong with an Access-Control-Allow-Origin that is not the origin.
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

/// Code, code on a preflight, and step.
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

/// Completes a code of [`cors_check`].
pub fn cors_failure(code: &str, preflight: bool) -> Failed {
    for (plain, on_preflight, step) in CORS_FAILURES {
        if plain == code {
            return Failed {
                code: if preflight { on_preflight } else { plain },
                step,
            };
        }
    }
    panic!("{code} is no code of the CORS check")
}

/// For mode `cors`, where nothing failed earlier.
pub fn tao_check(origin: &str, basic: bool, lines: &[&[u8]]) -> bool {
    let values = get_decode_split(lines).unwrap_or_default();
    values.contains(&"*".to_string()) || values.contains(&origin.to_string()) || basic
}

/// Does Cross-Origin-Resource-Policy let an opaque response from `url` through to a page of `origin`?
///
/// The scheme does not count, except that a page on http is not the same site as a response over https.
pub fn resource_policy_allows(origin: &str, url: &Url, lines: &[&[u8]]) -> bool {
    let policy = join(lines).unwrap_or_default();
    if policy == b"same-origin" {
        return uri::origin_of(url) == origin;
    }
    if policy == b"same-site" {
        let Ok(page) = Url::parse(origin) else {
            return false;
        };
        return uri::site_host(&page) == uri::site_host(url)
            && (page.scheme() == "https" || url.scheme() != "https");
    }
    true
}
