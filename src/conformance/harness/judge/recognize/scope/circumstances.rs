//! The methods and statuses of the responses that show a mistake.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
};

use crate::conformance::{
    harness::report::{
        cause::Cause,
        place::Place,
        request_kind::OriginKind,
        shown_response::{Shown, ShownMethod},
        violation::{GENERATED_PREFIX, Violation},
    },
    laws::severity::Severity,
};

/// Returns the methods and the statuses of the responses that show a mistake, and `credentials` if a page of a denied origin
/// can read the data of a user. Leaves out the methods if a response to GET
/// shows the mistake, and the statuses if a response with a status from 200 to 299 shows it, because the method or the
/// status is then not the reason. If the server lets pages of a denied origin do more than read responses to GET, also returns
/// `POST`, and `preflights` for requests that need a preflight, such as PUT.
pub(super) fn circumstances(cause: Cause, violations: &[Violation]) -> BTreeSet<String> {
    let shown = || violations.iter().flat_map(|violation| &violation.shown);
    let mut scope = BTreeSet::new();
    let is_of_get =
        |shown: &Shown| matches!(&shown.method, ShownMethod::Other(name) if name == "GET");
    let is_preflight = |shown: &Shown| shown.method == ShownMethod::Preflight;
    if cause == Cause::NoResponse || !shown().any(is_of_get) {
        let is_only_preflights = shown().all(is_preflight);
        let names_preflights = cause.places().contains(&Place::Preflights);
        if !(is_only_preflights && names_preflights) {
            scope.extend(shown().map(|shown| match &shown.method {
                ShownMethod::Preflight => String::from("preflights"),
                ShownMethod::Other(name) => name.clone(),
            }));
        }
    } else {
        scope.extend(allowed_writes(violations).map(String::from));
    }
    let statuses = shown().filter_map(|shown| shown.status);
    if !statuses.clone().any(|status| (200..300).contains(&status)) {
        scope.extend(statuses.map(|status| status.to_string()));
    }
    if violations.iter().any(Violation::allows_credentials) {
        scope.insert(String::from("credentials"));
    }
    scope
}

/// Returns the ways other than GET and HEAD in which pages of a denied origin can send requests and read the responses.
/// Generated requests depend on the seed, so they do not count.
fn allowed_writes(violations: &[Violation]) -> impl Iterator<Item = &'static str> {
    let of_denied = violations.iter().filter(|violation| {
        let mut kinds = violation.requests.iter();
        violation.severity == Severity::Security
            && !violation.probe.starts_with(GENERATED_PREFIX)
            && kinds.any(|kind| kind.origin == OriginKind::Denied)
    });
    let shown = of_denied.flat_map(|violation| &violation.shown);
    shown.filter_map(|shown| match &shown.method {
        ShownMethod::Preflight => Some("preflights"),
        ShownMethod::Other(name) if name == "POST" => Some("POST"),
        ShownMethod::Other(_) => None,
    })
}
