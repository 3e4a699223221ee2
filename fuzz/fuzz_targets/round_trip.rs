//! Checks the round-trip laws: a browser sends fetches to a server with the policy.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::{laws, policies::serve},
    http::Method,
    infrastructure::{
        origin::Origin,
        request::{CredentialsMode, Request},
    },
    server::CorsPolicy,
};
use fetch_cors_fuzz::{
    assert_law, naive_policy,
    policies::{FetchSequence, RoundTripLaw, naive_of},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|visits: FetchSequence| {
    let policy = visits.spec.build().expect("generated policies are valid");
    let (spec, first) = (&visits.spec, &visits.first);
    let check = |law| assert_law(law, || format!("{visits:?}"));

    check(laws::fetch_succeeds_exactly_when_permitted(
        spec, &policy, first,
    ));
    check(laws::failure_names_the_denial(spec, &policy, first));
    // Checking all laws on each input would make the target about ten times slower.
    match &visits.law {
        RoundTripLaw::Denied => {
            check(laws::denied_page_reads_nothing(spec, &policy, first));
            check(laws::denied_page_reads_nothing(
                spec,
                &policy,
                &without_preflight(first),
            ));
            check_permits(&visits, &policy);
        }
        RoundTripLaw::Listed => check(laws::every_listed_item_is_usable(spec, &policy)),
        RoundTripLaw::Read { handler } => {
            check(laws::script_reads_what_policy_exposes(
                spec, &policy, first, handler,
            ));
        }
        RoundTripLaw::Intermediary => {
            check(laws::intermediary_changes_no_verdict(&policy, first));
        }
        RoundTripLaw::PreflightCache { pauses, .. } => {
            // If there are fewer pauses than requests, the last requests come without a pause.
            let pauses = pauses.iter().copied().chain(std::iter::repeat(0));
            let requests: Vec<_> = pauses.zip(visits.requests()).collect();
            check(laws::preflight_cache_changes_no_verdict(&policy, &requests));
        }
        RoundTripLaw::SharedCache { are_simple, .. } => {
            let requests = with_same_origin_page(&visits, *are_simple);
            check(laws::shared_cache_changes_no_verdict(
                |request| serve(&policy, request),
                &requests,
            ));
        }
        RoundTripLaw::OtherPolicy { other, .. } => {
            let law = laws::change_applies_after_max_age;
            check(law(spec, other, &visits.requests()));
            let law = laws::subsuming_policy_keeps_fetches_working;
            for other in [other, &visits.wider(other)] {
                let other = other.build().expect("generated policies are valid");
                check(law(&other, &policy, first));
            }
        }
    }
});

/// Compares `permits` with the naive model.
fn check_permits(visits: &FetchSequence, policy: &CorsPolicy) {
    let (spec, request) = (&visits.spec, &visits.first);
    let names = request.header_list.iter().map(|(name, _)| name.as_str());
    let names: Vec<_> = names.collect();
    let (origin, method) = (request.serialize_origin(), request.method.as_str());
    let credentials = request.credentials_mode == CredentialsMode::Include;
    let given = policy.permits(origin, method, &names, request.credentials_mode);
    let expected = naive_policy::permits(&naive_of(spec), origin, method, &names, credentials);
    assert_eq!(given, expected, "{visits:?}");
}

/// Returns the requests, and one more request from a page of the server's own origin. Such a page sends no
/// `Origin`.
fn with_same_origin_page(visits: &FetchSequence, are_simple: bool) -> Vec<Request> {
    let mut requests = visits.requests();
    let mut same_origin = visits.first.clone();
    same_origin.origin = Origin::parse(b"https://server.test").expect("valid origin");
    requests.insert(requests.len() / 2, same_origin);
    if are_simple {
        requests.iter().map(without_preflight).collect()
    } else {
        requests
    }
}

/// Changes the request to a request that does not need a preflight.
fn without_preflight(request: &Request) -> Request {
    let mut request = request.clone();
    (request.method, request.header_list) = (Method::GET, Default::default());
    request.use_cors_preflight_flag = false;
    request
}
