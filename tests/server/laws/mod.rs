//! The server's side against a naive model, and its laws over generated policies and requests.

use std::fmt::Debug;

use fetch_cors::{
    conformance::{
        laws::{self, LawViolation},
        policies::{
            self, PolicySpec, fetch_to, handler_headers, origin_near, request_to, serve,
            serve_beside,
        },
    },
    infrastructure::request::CredentialsMode,
    server::{AllowList, CorsPolicy},
};
use http::Request;
use proptest::{
    strategy::{Just, Strategy},
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};

mod any_server;
#[path = "../../support/before_a_handler.rs"]
mod before_a_handler;
mod bounded_work;
mod comparison;
mod credentials;
mod fetch_sequences;
#[path = "../../support/naive_policy.rs"]
mod naive;
mod naive_model;
#[path = "../../support/one_change.rs"]
mod one_change;

/// So many cases of each test, unless the variable `PROPTEST_CASES` says how many.
const CASES: u32 = 6000;

/// Checks a law on generated inputs.
fn check<S: Strategy>(inputs: S, law: impl Fn(S::Value) -> Result<(), LawViolation>)
where
    S::Value: Debug,
{
    let mut runner = TestRunner::new(Config {
        cases: match std::env::var_os("PROPTEST_CASES") {
            Some(_) => Config::default().cases,
            None => CASES,
        },
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
    let listed = |list: &AllowList| (!list.is_any()).then(|| list.entries().to_vec());
    naive::Policy {
        origins: listed(&spec.origins),
        predicate: spec.predicate.clone().map(|predicate| naive::Predicate {
            origin: predicate.origin,
            header: predicate.header,
            value: predicate.value,
        }),
        credentials: spec.credentials,
        methods: listed(&spec.methods),
        request_headers: spec.request_headers.clone(),
        expose_headers: listed(&spec.expose_headers),
        max_age: spec.max_age,
        preflight_status: spec.preflight_status,
    }
}

fn built(spec: &PolicySpec) -> CorsPolicy {
    spec.build().expect("a valid policy")
}

/// The request as a preflight of an origin and a method that the policy allows, so that it is about the
/// names.
fn allowed(spec: &PolicySpec, request: &Request<()>) -> Request<()> {
    let origin = spec.listed_origins().first();
    let origin = origin.map_or("null", String::as_str);
    let origin = origin.replacen("*.", "a.", 1).replacen(":*", "", 1);
    let mut request = request.clone();
    *request.method_mut() = http::Method::OPTIONS;
    let headers = request.headers_mut();
    headers.insert("origin", origin.parse().unwrap());
    headers.insert("access-control-request-method", "GET".parse().unwrap());
    request
}

fn same<T: PartialEq + Debug>(given: T, expected: T) -> Result<(), LawViolation> {
    match given == expected {
        true => Ok(()),
        false => Err(LawViolation::new(format!(
            "{given:#?}\nis not {expected:#?}"
        ))),
    }
}

#[test]
fn what_a_response_says() {
    let exchanges = policy_with(|spec| (request_to(spec), request_to(spec), handler_headers()));
    check(exchanges, |(spec, (request, other, handler))| {
        let policy = built(&spec);
        let server = |request: &Request<()>| serve(&policy, request);
        let (bare, response) = (server(&request), serve_beside(&policy, &request, &handler));
        let preflight = allowed(&spec, &request);
        let to_preflight = server(&preflight);
        for (request, response) in [
            (&request, &bare),
            (&request, &response),
            (&preflight, &to_preflight),
        ] {
            laws::a_response_allows_one_origin_and_that_is_the_own_or_any(
                &spec, request, response,
            )?;
            laws::credentials_are_allowed_once_and_to_a_named_origin(response)?;
            laws::a_policy_with_credentials_never_says_a_wildcard(&spec, response)?;
            laws::a_denied_origin_is_told_nothing(&spec, request, response)?;
            laws::the_status_is_ok_exactly_where_all_is_granted(&spec, request, response)?;
            laws::what_is_granted_is_a_token_that_is_allowed(&spec, request, response)?;
        }
        laws::a_static_policy_says_the_same_to_everybody(&spec, &request, &bare)?;
        laws::vary_is_the_same_whoever_asks(server, &request)?;
        laws::what_agrees_on_vary_is_answered_the_same(server, &request, &other)?;
        laws::the_same_request_is_answered_the_same(server, &request)?;
        laws::merging_keeps_the_vary_of_a_handler(&handler, &response, &bare)?;
        laws::merging_replaces_cors_headers_and_no_others(&handler, &response, &bare)?;
        laws::all_ways_of_deciding_agree(&policy, &request, &handler)?;
        laws::all_ways_of_deciding_agree(&policy, &preflight, &handler)
    });
}

#[test]
fn what_a_request_is() {
    let origins = policy_with(|spec| (request_to(spec), origin_near(spec)));
    check(origins, |(spec, (request, origin))| {
        let policy = built(&spec);
        laws::a_preflight_is_an_options_with_both_headers(&policy, &request)?;
        laws::the_same_names_written_otherwise_are_judged_the_same(&spec, &policy, &request)?;
        laws::an_origin_that_is_not_one_origin_is_denied(&spec, &policy, &request)?;
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
        for request in [&request, &allowed(&spec, &request)] {
            laws::one_more_permission_takes_none_away(&spec, &more, request)?;
        }
        #[cfg(feature = "serde")]
        if spec.predicate.is_none() {
            laws::a_policy_read_back_is_the_same(&built(&spec))?;
        }
        // Whatever stands there.
        let near = String::from_utf8_lossy(&near).into_owned();
        let below = near.replacen("://", "://*.", 1);
        let of_any_port = [&near, &below].map(|near| format!("{near}:*"));
        let entries = spec.listed_origins().iter().chain(&of_any_port);
        for entry in entries.chain([&near, &below]) {
            laws::every_listed_origin_allows_one_that_browsers_send(entry)?;
        }
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
        laws::a_fetch_succeeds_exactly_where_the_policy_permits_it(&spec, &policy, &request)?;
        laws::a_denied_page_never_reads_a_response(&spec, &policy, &request)?;
        let mut simple = request.clone();
        (simple.method, simple.header_list) = (http::Method::GET, Default::default());
        laws::a_denied_page_never_reads_a_response(&spec, &policy, &simple)?;
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
        let mode = request.credentials_mode;
        same(spec.permits(origin, method, &names, mode), expected)?;
        same(policy.permits(origin, method, &names, mode), expected)
    });
}
