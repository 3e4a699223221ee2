//! A policy on one side, a browser on the other: the laws of the round trip.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::laws,
    http::Method,
    infrastructure::{
        origin::Origin,
        request::{CredentialsMode, Request},
    },
    server::CorsPolicy,
};
use fetch_cors_fuzz::{
    hold, naive_policy,
    policies::{FetchSequence, RoundTrip, naive_of},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|visits: FetchSequence| {
    let policy = visits.spec.build().expect("it is valid");
    let (spec, first) = (&visits.spec, &visits.first);
    let holds = |law| hold(law, || format!("{visits:?}"));

    holds(laws::fetch_succeeds_exactly_when_permitted(
        spec, &policy, first,
    ));
    // All of the others on each input would be a tenth as many inputs.
    match &visits.law {
        RoundTrip::Denied => {
            holds(laws::denied_page_reads_nothing(spec, &policy, first));
            holds(laws::denied_page_reads_nothing(
                spec,
                &policy,
                &simple(first),
            ));
            permitted(&visits, &policy);
        }
        RoundTrip::Listed => holds(laws::every_listed_item_is_usable(spec, &policy)),
        RoundTrip::Read { handler } => {
            holds(laws::script_reads_what_policy_exposes(
                spec, &policy, first, handler,
            ));
        }
        RoundTrip::Intermediary => {
            holds(laws::intermediary_changes_no_verdict(&policy, first));
        }
        RoundTrip::PreflightCache { pauses, .. } => {
            // Where they run out there is none.
            let pauses = pauses.iter().copied().chain(std::iter::repeat(0));
            let requests: Vec<_> = pauses.zip(visits.requests()).collect();
            holds(laws::preflight_cache_changes_no_verdict(&policy, &requests));
        }
        RoundTrip::SharedCache { are_simple, .. } => {
            let requests = with_own_page(&visits, *are_simple);
            let law = laws::shared_cache_changes_no_verdict;
            holds(law(&policy, &requests));
        }
        RoundTrip::OtherPolicy { other, .. } => {
            let law = laws::change_applies_after_max_age;
            holds(law(spec, other, &visits.requests()));
            let law = laws::subsuming_policy_keeps_fetches_working;
            for other in [other, &visits.wider(other)] {
                let other = other.build().expect("it is valid");
                holds(law(&other, &policy, first));
            }
        }
    }
});

/// What the policy says that it permits is what the naive model says.
fn permitted(visits: &FetchSequence, policy: &CorsPolicy) {
    let (spec, request) = (&visits.spec, &visits.first);
    let names = request.header_list.iter().map(|(name, _)| name.as_str());
    let names: Vec<_> = names.collect();
    let (origin, method) = (request.serialize_origin(), request.method.as_str());
    let credentials = request.credentials_mode == CredentialsMode::Include;
    let given = policy.permits(origin, method, &names, request.credentials_mode);
    let expected = naive_policy::permits(&naive_of(spec), origin, method, &names, credentials);
    assert_eq!(given, expected, "{visits:?}");
}

/// A page of the server's own origin, which sends no Origin, is among them.
fn with_own_page(visits: &FetchSequence, are_simple: bool) -> Vec<Request> {
    let mut requests = visits.requests();
    let mut same_origin = visits.first.clone();
    same_origin.origin = Origin::parse(b"https://server.test").expect("it is an origin");
    requests.insert(requests.len() / 2, same_origin);
    match are_simple {
        true => requests.iter().map(simple).collect(),
        false => requests,
    }
}

/// What needs no preflight.
fn simple(request: &Request) -> Request {
    let mut request = request.clone();
    (request.method, request.header_list) = (Method::GET, Default::default());
    request.use_cors_preflight_flag = false;
    request
}
