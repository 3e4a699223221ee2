//! The part of the scope of a mistake that its violations show: the methods and the statuses of the responses.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
};

use crate::conformance::harness::report::{
    cause::Cause,
    place::Place,
    shown_response::{Shown, ShownMethod},
    violation::Violation,
};

/// Returns the methods and the statuses of the responses that show a mistake. Leaves out the methods if a response to GET
/// shows the mistake, and the statuses if a response with a status from 200 to 299 shows it, because the method or the
/// status is then not the reason. For the causes that concern single requests, also returns the kinds of these requests.
pub(super) fn circumstances(cause: Cause, violations: &[Violation]) -> BTreeSet<String> {
    let shown = || violations.iter().flat_map(|violation| &violation.shown);
    let mut scope = BTreeSet::new();
    let is_of_get = |shown: &Shown| matches!(&shown.0, ShownMethod::Other(name) if name == "GET");
    let is_preflight = |shown: &Shown| shown.0 == ShownMethod::Preflight;
    if cause == Cause::NoResponse || !shown().any(is_of_get) {
        let is_only_preflights = shown().all(is_preflight);
        let names_preflights = cause.places().contains(&Place::Preflights);
        if !(is_only_preflights && names_preflights) {
            scope.extend(shown().map(|(method, _)| match method {
                ShownMethod::Preflight => String::from("preflights"),
                ShownMethod::Other(name) => name.clone(),
            }));
        }
    }
    let statuses = shown().filter_map(|(_, status)| *status);
    if !statuses.clone().any(|status| (200..300).contains(&status)) {
        scope.extend(statuses.map(|status| status.to_string()));
    }
    if cause == Cause::FailsOnRequests {
        let details = violations.iter().map(|violation| &violation.detail);
        scope.extend(details.filter(|detail| !detail.is_empty()).cloned());
    }
    scope
}
