//! The judgment of the `url` crate, and the comparison of the grammar with this judgment.

use std::sync::LazyLock;

use fetch_cors::server::{CorsPolicy, Verdict};
use url::Url;

use super::punycode;

/// Allows every serialized origin. The predicate is not called for other values.
static ANY_SERIALIZED_ORIGIN: LazyLock<CorsPolicy> = LazyLock::new(|| {
    let policy = CorsPolicy::builder().origin_predicate(&[], |_, _| true);
    policy.build().unwrap()
});

/// Whether the grammar accepts `origin` as the origin of a request.
pub(super) fn is_accepted(origin: &[u8]) -> bool {
    let headers = |name: &str| (name == "origin").then_some(origin).into_iter();
    let decision = ANY_SERIALIZED_ORIGIN.decide_raw(b"GET", &headers);
    decision.verdict() == Verdict::Allowed
}

/// Returns the serialized origin of an `http` or `https` URL.
pub(super) fn serialized_origin(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    let is_http = matches!(url.scheme(), "http" | "https");
    is_http.then(|| url.origin().ascii_serialization())
}

/// Whether `url` leaves `origin` unchanged.
pub(super) fn is_serialized(origin: &str) -> bool {
    serialized_origin(origin).as_deref() == Some(origin)
}

/// Asserts that the grammar and `url` agree on `origin`. Returns whether both accept `origin`.
#[track_caller]
pub(super) fn assert_agreement(origin: &[u8]) -> bool {
    let is_accepted = is_accepted(origin);
    let text = std::str::from_utf8(origin);
    let is_serialized_by_url = text.is_ok_and(is_serialized);
    let shown = String::from_utf8_lossy(origin);
    assert!(is_accepted || !is_serialized_by_url, "refused: {shown:?}");
    // Origins with a scheme other than http and https are not compared. The predicate gets every such origin that
    // matches the grammar of `Origin`.
    if !origin.starts_with(b"http://") && !origin.starts_with(b"https://") {
        return false;
    }
    // The crate `url` checks Punycode by UTS 46, and the policy does not. The comparison therefore replaces well-formed
    // Punycode.
    let without_punycode = text.map(punycode::replace);
    let expected = without_punycode.is_ok_and(|origin| is_serialized(&origin));
    assert_eq!(is_accepted, expected, "{shown:?}");
    is_accepted
}
