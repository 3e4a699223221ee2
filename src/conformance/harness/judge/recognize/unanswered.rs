//! Describes the requests that get no response.

use alloc::{borrow::ToOwned, collections::BTreeSet, format, string::String, vec::Vec};

use http::Method;

use super::{facts::is_like_preflight, names::joined};
use crate::conformance::{
    harness::{
        judge::silence::has_malformed_origin,
        report::{
            request_kind::{OriginKind, Purpose, RequestKind},
            violation::Violation,
        },
    },
    laws::severity::Severity,
};

pub(super) const DENIED: &str = "requests of denied origins";
pub(super) const OWN_PAGES: &str = "requests of the server's own pages";
pub(super) const WITHOUT_ORIGIN: &str = "requests without `Origin`";
pub(super) const SEVERAL_ORIGINS: &str = "requests with several `Origin` lines";

/// Whether each request without a response has an `Origin` that no page can have.
pub(super) fn is_of_malformed_origins(violations: &[Violation]) -> bool {
    let mut requests = violations
        .iter()
        .filter_map(|violation| violation.unanswered.as_ref());
    requests.all(|line| has_malformed_origin(&line.request))
}

/// Describes the requests that get no response, if the missing responses have a pattern.
pub(super) fn mistake(violations: &[Violation]) -> Option<String> {
    if is_of_malformed_origins(violations) {
        return Some(String::from(
            "requests with a malformed `Origin` get no response",
        ));
    }
    let broken = violations
        .iter()
        .filter(|violation| violation.severity != Severity::Waste);
    let kinds: BTreeSet<&str> = broken.filter_map(kind).map(described).collect();
    let kinds: Vec<String> = kinds.into_iter().map(ToOwned::to_owned).collect();
    (!kinds.is_empty()).then(|| format!("{} get no response", joined(kinds, "and")))
}

/// Returns the kind of the request without a response. A fetch can also have an answered request.
fn kind(violation: &Violation) -> Option<RequestKind> {
    let request = &violation.unanswered.as_ref()?.request;
    let purpose = if is_like_preflight(request) {
        Purpose::Preflight
    } else if request.method == Method::OPTIONS {
        Purpose::Options
    } else {
        Purpose::Request
    };
    let origin = violation.requests.first()?.origin;
    Some(RequestKind { origin, purpose })
}

const fn described(kind: RequestKind) -> &'static str {
    match (kind.purpose, kind.origin) {
        (Purpose::Preflight, OriginKind::Allowed) => "preflights of allowed origins",
        (Purpose::Preflight, OriginKind::Denied) => "preflights of denied origins",
        (Purpose::Preflight, _) => "preflights",
        (Purpose::Options, _) => "OPTIONS requests that are not preflights",
        (Purpose::Request, OriginKind::Allowed) => "requests of allowed origins",
        (Purpose::Request, OriginKind::Denied) => DENIED,
        (Purpose::Request, OriginKind::Own) => OWN_PAGES,
        (Purpose::Request, OriginKind::Missing) => WITHOUT_ORIGIN,
        (Purpose::Request, OriginKind::Several) => SEVERAL_ORIGINS,
    }
}
