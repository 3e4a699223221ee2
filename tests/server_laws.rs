//! The server's side against a naive model, and its laws over generated policies and requests.
#![cfg(feature = "conformance")]
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use std::fmt::Debug;

use fetch_cors::{
    conformance::{
        laws::{self, Violation},
        policies::{
            self, PolicySpec, fetch_to, handler_headers, origin_near, request_to, serve,
            serve_beside,
        },
    },
    infrastructure::{origin::Origin, request::CredentialsMode},
    server::CorsPolicy,
};
use http::Request;
use proptest::{
    strategy::{Just, Strategy},
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};

#[path = "server_laws/model.rs"]
mod model;
#[path = "support/naive_policy.rs"]
mod naive;

/// So many cases of each test, unless the variable `PROPTEST_CASES` has more.
const CASES: u32 = 6000;

/// Checks a law on generated inputs.
fn check<S: Strategy>(inputs: S, law: impl Fn(S::Value) -> Result<(), Violation>)
where
    S::Value: Debug,
{
    let mut runner = TestRunner::new(Config {
        cases: Config::default().cases.max(CASES),
        rng_seed: RngSeed::Fixed(0x5E_0125),
        failure_persistence: None,
        max_shrink_iters: 4_000,
        ..Config::default()
    });
    let result = runner.run(&inputs, |input| {
        law(input).map_err(|violation| TestCaseError::fail(violation.to_string()))
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// A policy, and what `more` makes beside it.
fn policy_with<T: Debug, S: Strategy<Value = T>>(
    more: impl Fn(&PolicySpec) -> S,
) -> impl Strategy<Value = (PolicySpec, T)> {
    policies::policy().prop_flat_map(move |spec| (Just(spec.clone()), more(&spec)))
}

fn naive_of(spec: &PolicySpec) -> naive::Policy {
    let spec = spec.clone();
    naive::Policy {
        origins: spec.origins,
        predicate: spec.predicate.map(|predicate| naive::Predicate {
            origin: predicate.origin,
            header: predicate.header,
            value: predicate.value,
        }),
        credentials: spec.credentials,
        methods: spec.methods,
        request_headers: spec.request_headers,
        expose_headers: spec.expose_headers,
        max_age: spec.max_age,
        preflight_status: spec.preflight_status,
    }
}

fn built(spec: &PolicySpec) -> CorsPolicy {
    spec.build().expect("a valid policy")
}

fn same<T: PartialEq + Debug>(given: T, expected: T) -> Result<(), Violation> {
    match given == expected {
        true => Ok(()),
        false => Err(Violation::new(format!("{given:#?}\nis not {expected:#?}"))),
    }
}

#[test]
fn what_a_response_says() {
    let exchanges = policy_with(|spec| (request_to(spec), request_to(spec), handler_headers()));
    check(exchanges, |(spec, (request, other, handler))| {
        let policy = built(&spec);
        let server = |request: &Request<()>| serve(&policy, request);
        let (bare, response) = (server(&request), serve_beside(&policy, &request, &handler));
        for response in [&bare, &response] {
            laws::a_response_allows_one_origin_and_that_is_the_own_or_any(
                &spec, &request, response,
            )?;
            laws::credentials_are_allowed_once_and_to_a_named_origin(response)?;
            laws::a_policy_with_credentials_never_says_a_wildcard(&spec, response)?;
            laws::a_denied_origin_is_told_nothing(&spec, &policy, &request, response)?;
            laws::the_status_is_ok_exactly_where_all_is_granted(
                &spec, &policy, &request, response,
            )?;
            laws::what_is_granted_is_a_token_that_is_allowed(&policy, &request, response)?;
        }
        laws::a_static_policy_says_the_same_to_everybody(&spec, &request, &bare)?;
        laws::vary_is_the_same_whoever_asks(server, &request)?;
        laws::what_agrees_on_vary_is_answered_the_same(server, &request, &other)?;
        laws::the_same_request_is_answered_the_same(server, &request)?;
        laws::merging_keeps_the_vary_of_a_handler(&handler, &response, &bare)?;
        laws::merging_replaces_cors_headers_and_no_others(&handler, &response, &bare)
    });
}

#[test]
fn what_a_request_is() {
    let origins = policy_with(|spec| (request_to(spec), origin_near(spec), "[a-z]{12,16}"));
    check(origins, |(spec, (request, origin, label))| {
        let policy = built(&spec);
        laws::a_preflight_is_an_options_with_both_headers(&policy, &request)?;
        laws::the_same_names_written_otherwise_are_judged_the_same(&policy, &request)?;
        laws::an_origin_that_is_not_one_origin_is_denied(&spec, &policy, &request)?;
        laws::a_policy_with_credentials_never_allows_a_stranger(&spec, &policy, &label)?;
        laws::every_listed_origin_allows_one_that_browsers_send(&policy)?;
        if let Ok(origin) = std::str::from_utf8(&origin) {
            laws::an_allowed_origin_is_listed_by_scheme_host_and_port(&spec, &policy, origin)?;
            laws::safelisted_methods_need_no_listing_and_case_matters(&spec, &policy, origin)?;
        }
        let hostile = [&origin[..], b"\r\n\0\x1b\x7f\xff"].concat();
        let names = ["origin", "access-control-request-method"];
        let headers = names.map(|name| (name, &hostile[..]));
        laws::an_explanation_has_no_control_byte(&policy, "OPTIONS", &headers)
    });
}

#[test]
fn what_a_configuration_makes() {
    let policies = policy_with(|spec| (request_to(spec), policies::policy(), origin_near(spec)));
    check(policies, |(spec, (request, more, near))| {
        laws::order_and_repetition_of_entries_change_nothing(&spec, &request)?;
        laws::one_more_permission_takes_none_away(&spec, &more, &request)?;
        #[cfg(feature = "serde")]
        if spec.predicate.is_none() {
            laws::a_policy_read_back_is_the_same(&built(&spec))?;
        }
        // Whatever stands there.
        let near = String::from_utf8_lossy(&near).into_owned();
        let builder = spec.builder().origin(near.clone()).methods([near.clone()]);
        laws::building_gives_a_policy_or_says_what_is_wrong(builder.request_headers([near]))
    });
}

/// Without a predicate, which a browser's side knows nothing of.
fn plain(mut spec: PolicySpec) -> PolicySpec {
    spec.predicate = None;
    spec
}

#[test]
fn the_round_trip() {
    let fetches = policy_with(|spec| (fetch_to(spec), handler_headers()));
    check(fetches, |(spec, (request, handler))| {
        let spec = plain(spec);
        let policy = built(&spec);
        laws::a_fetch_succeeds_exactly_where_the_policy_permits_it(&policy, &request)?;
        laws::a_denied_page_never_reads_a_response(&policy, &request)?;
        let mut simple = request.clone();
        (simple.method, simple.header_list) = (http::Method::GET, Default::default());
        laws::a_denied_page_never_reads_a_response(&policy, &simple)?;
        laws::all_that_is_listed_can_be_used(&spec, &policy)?;
        laws::script_reads_what_the_policy_exposes(&spec, &policy, &request, &handler)?;
        laws::an_intermediary_that_rewrites_lists_changes_no_verdict(&policy, &request)?;

        let names: Vec<_> = request
            .header_list
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        let (origin, method) = (request.serialize_origin(), request.method.as_str());
        let credentials = request.credentials_mode == CredentialsMode::Include;
        let expected = naive::permits(&naive_of(&spec), origin, method, &names, credentials);
        same(
            policy.permits(origin, method, &names, credentials),
            expected,
        )
    });
}

#[test]
fn caches_and_changes() {
    let sequences = policy_with(|spec| {
        let requests = proptest::collection::vec(fetch_to(spec), 1..=5);
        (requests, policies::policy(), proptest::bool::ANY)
    });
    check(sequences, |(spec, (mut requests, other, are_simple))| {
        let (spec, other) = (plain(spec), plain(other));
        let policy = built(&spec);
        laws::the_preflight_cache_changes_no_verdict(&policy, &requests)?;
        laws::a_change_of_policy_is_felt_after_the_old_max_age(&spec, &other, &requests)?;
        for request in &requests {
            laws::what_subsumes_lets_at_least_the_same_succeed(&built(&other), &policy, request)?;
        }
        // A page of the server's own origin sends no Origin.
        let own = Origin::parse(b"https://server.test").unwrap();
        let mut same_origin = requests[0].clone();
        same_origin.origin = own;
        requests.insert(requests.len() / 2, same_origin);
        for request in &mut requests {
            if are_simple {
                (request.method, request.header_list) = (http::Method::GET, Default::default());
                request.use_cors_preflight_flag = false;
            }
        }
        laws::a_shared_cache_that_honours_vary_changes_no_verdict(&policy, &requests)
    });
}

/// Two policies of which one subsumes the other are rare, where both are drawn.
#[test]
fn what_is_wider_lets_more_succeed() {
    let fetches = policy_with(|spec| (fetch_to(spec), policies::policy()));
    check(fetches, |(spec, (request, more))| {
        let narrow = plain(spec);
        let mut wide = narrow.clone();
        if let Some(origins) = &mut wide.origins {
            origins.extend(more.listed_origins().iter().cloned());
        }
        wide.methods = wide.methods.and(more.methods);
        wide.request_headers.extend(more.request_headers);
        if more.credentials && wide.origins.is_some() {
            wide.credentials = true;
            wide.expose_headers.get_or_insert_default();
        }
        wide.dangerously_allow_insecure_origins = true;
        wide.dangerously_allow_null_origin = true;
        wide.dangerously_allow_subdomains_of_public_suffixes = true;
        let (wide, narrow) = (built(&wide), built(&narrow));
        laws::what_subsumes_lets_at_least_the_same_succeed(&wide, &narrow, &request)
    });
}
