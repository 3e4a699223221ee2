//! The work that a request can cause.

use fetch_cors::conformance::{
    laws,
    policies::{PolicySpec, request_to},
};

use super::{allowed, built, check, policy_with};

fn bounded(change: impl Fn(PolicySpec) -> PolicySpec) {
    check(policy_with(request_to), |(spec, request)| {
        let spec = change(spec);
        let (policy, preflight) = (built(&spec), allowed(&spec, &request));
        laws::decision_work_is_bounded(&spec, &policy, &request)?;
        laws::decision_work_is_bounded(&spec, &policy, &preflight)
    });
}

#[test]
fn work_is_bounded_if_names_are_listed() {
    bounded(|mut spec| {
        spec.request_headers.retain(|name| name != "*");
        spec
    });
}

#[test]
fn work_is_bounded_with_a_wildcard_and_names() {
    bounded(|mut spec| {
        spec.request_headers.push("*".into());
        spec
    });
}
