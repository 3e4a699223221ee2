//! Generates the methods and the header names of a request.

use alloc::string::String;

use proptest::{
    sample,
    strategy::{BoxedStrategy, Just, Strategy},
};

use super::policy_spec::PolicySpec;
use crate::conformance::generate::{
    draw::strategies::{one_of_those, select},
    weights::policy_requests::{NameSource, NameWeights},
};

/// Generates methods. The policy lists some of them.
pub(super) fn methods(spec: &PolicySpec, weights: NameWeights) -> BoxedStrategy<String> {
    let listed = spec.methods.entries();
    named(weights, listed, reflects_any_method(spec))
}

/// Generates header names. The policy lists some of them.
pub(super) fn names(spec: &PolicySpec, weights: NameWeights) -> BoxedStrategy<String> {
    named(weights, &spec.request_headers, false)
}

fn named(weights: NameWeights, listed: &[String], reflects_any: bool) -> BoxedStrategy<String> {
    one_of_those(
        weights.source,
        |source| is_available(source, listed, reflects_any),
        |source| match source {
            NameSource::Known => select(weights.known).prop_map(String::from).boxed(),
            NameSource::Unusual => select(weights.unusual).prop_map(String::from).boxed(),
            NameSource::Listed => sample::select(listed.to_vec()).boxed(),
            NameSource::Asterisk => Just(String::from("*")).boxed(),
        },
    )
}

/// Whether a method or a name can be drawn from the source.
pub(super) const fn is_available(
    source: NameSource,
    listed: &[String],
    reflects_any: bool,
) -> bool {
    match source {
        NameSource::Known | NameSource::Unusual => true,
        NameSource::Listed => !listed.is_empty(),
        NameSource::Asterisk => reflects_any,
    }
}

/// Whether the preflight responses of the policy reflect any method.
pub(super) fn reflects_any_method(spec: &PolicySpec) -> bool {
    spec.methods.is_any() && spec.credentials
}
