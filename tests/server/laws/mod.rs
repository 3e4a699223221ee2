//! Compares the server side with a naive model, and checks its laws for generated policies and
//! requests.

use std::fmt::Debug;

#[cfg(feature = "tower")]
use fetch_cors::tower::{Chooser, CorsLayer};
use fetch_cors::{
    conformance::{
        laws::{self, LawViolation},
        policies::{
            self, PolicySpec, fetch_to, handler_headers, origin_near, request_to, serve,
            serve_with_handler,
        },
    },
    infrastructure::request::CredentialsMode,
    server::{AllowList, CorsPolicy},
};
#[cfg(feature = "tower")]
use http::HeaderName;
use http::Request;
#[cfg(feature = "tower")]
use layer::answer_with_layer;
use proptest::{
    strategy::{Just, Strategy},
    test_runner::{Config, RngSeed, TestCaseError, TestRunner},
};

use crate::naive_policy as naive;

mod any_server;
#[path = "../../support/before_a_handler.rs"]
mod before_a_handler;
mod bounded_work;
mod comparison;
mod credentials;
mod fetch_sequences;
#[cfg(feature = "tower")]
#[path = "../../support/layer.rs"]
mod layer;
mod lengths;
mod naive_model;
#[path = "../../support/one_change.rs"]
mod one_change;
mod predicates;

/// The number of cases of each test, unless the variable `PROPTEST_CASES` is set.
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

/// Generates a policy, and a value that `more` generates from the policy.
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

/// Changes the request to a preflight with an allowed origin and an allowed method, so that only the
/// names decide.
fn allowed(spec: &PolicySpec, request: &Request<()>) -> Request<()> {
    let origin = spec.listed_origins().first();
    let origin = origin.map_or("null", String::as_str);
    let origin = origin.replacen(":*", "", 1).replacen('*', "a", 1);
    let mut request = request.clone();
    *request.method_mut() = http::Method::OPTIONS;
    let headers = request.headers_mut();
    headers.insert("origin", origin.parse().unwrap());
    headers.insert("access-control-request-method", "GET".parse().unwrap());
    request
}

/// Returns a layer with a chooser. The chooser reads four request headers, and returns one of two policies or no
/// policy.
#[cfg(feature = "tower")]
fn choosing(
    one: CorsPolicy,
    other: CorsPolicy,
) -> CorsLayer<Chooser<impl Fn(&http::request::Parts) -> Option<CorsPolicy>>> {
    let reads = ["x-tenant", "x-a", "accept", "content-type"].map(HeaderName::from_static);
    CorsLayer::choose(reads.clone(), move |request| {
        let read = |name: &HeaderName| request.headers.get(name);
        let lengths = reads.iter().filter_map(read).map(|value| value.len());
        match lengths.sum::<usize>() % 3 {
            0 => Some(one.clone()),
            1 => Some(other.clone()),
            _ => None,
        }
    })
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
fn response_satisfies_the_laws() {
    let exchanges = policy_with(|spec| {
        let second = (policies::policy(), request_to(spec));
        (request_to(spec), second, handler_headers())
    });
    check(exchanges, |(spec, (request, (more, other), handler))| {
        let policy = built(&spec);
        let server = |request: &Request<()>| serve(&policy, request);
        let (bare, response) = (
            server(&request),
            serve_with_handler(&policy, &request, &handler),
        );
        let preflight = allowed(&spec, &request);
        let to_preflight = server(&preflight);
        for (request, response) in [
            (&request, &bare),
            (&request, &response),
            (&preflight, &to_preflight),
        ] {
            laws::allow_origin_fits_request(&spec, request, response)?;
            laws::allow_credentials_needs_named_origin(response)?;
            laws::credentialed_policy_sends_no_wildcard(&spec, response)?;
            laws::denied_origin_gets_no_headers(&spec, request, response)?;
            laws::preflight_status_matches_decision(&spec, request, response)?;
            laws::grants_are_allowed_tokens(&spec, request, response)?;
        }
        laws::static_policy_ignores_request_origin(&spec, &request, &bare)?;
        laws::vary_depends_on_method_only(server, &request)?;
        laws::vary_distinguishes_responses(server, &request, &other)?;
        laws::same_request_gets_same_response(server, &request)?;
        laws::merging_keeps_handler_vary(&handler, &response, &bare)?;
        laws::merging_replaces_only_cors_headers(&handler, &response, &bare)?;
        laws::apis_produce_same_response(&policy, &request, &handler)?;
        laws::apis_produce_same_response(&policy, &preflight, &handler)?;
        #[cfg(feature = "tower")]
        {
            let layer = choosing(policy.clone(), built(&more));
            let none = http::HeaderMap::new();
            let server = |request: &Request<()>| answer_with_layer(&layer, request.clone(), &none);
            laws::vary_distinguishes_responses(server, &request, &other)?;
            laws::same_request_gets_same_response(server, &request)?;
        }
        #[cfg(not(feature = "tower"))]
        let _ = more;
        #[cfg(feature = "tower")]
        for request in [&request, &preflight] {
            let layer = CorsLayer::new(policy.clone());
            let passing_on = layer.clone().pass_preflights_on();
            laws::middleware_applies_the_decision(
                &policy,
                request,
                &handler,
                |request| answer_with_layer(&layer, request, &handler),
                |request| answer_with_layer(&passing_on, request, &handler),
            )?;
        }
        Ok(())
    });
}

#[test]
fn request_kind_satisfies_the_laws() {
    let origins = policy_with(|spec| (request_to(spec), origin_near(spec)));
    check(origins, |(spec, (request, origin))| {
        let policy = built(&spec);
        laws::preflights_are_recognized_exactly(&policy, &request)?;
        laws::request_header_layout_is_irrelevant(&spec, &policy, &request)?;
        laws::malformed_origin_is_denied(&spec, &policy, &request)?;
        if let Ok(origin) = std::str::from_utf8(&origin) {
            laws::allowed_origin_matches_an_entry(&spec, &policy, origin)?;
            laws::matcher_agrees_with_each_pattern(&spec, &policy, origin)?;
            laws::safelisted_methods_need_no_listing(&spec, &policy, origin)?;
        }
        let hostile = [&origin[..], b"\r\n\0\x1b\x7f\xff"].concat();
        let names = ["origin", "access-control-request-method"];
        let headers = names.map(|name| (name, &hostile[..]));
        laws::explanation_has_no_control_bytes(&policy, "OPTIONS", &headers)
    });
}

#[test]
fn configuration_satisfies_the_laws() {
    let policies = policy_with(|spec| (request_to(spec), policies::policy(), origin_near(spec)));
    check(policies, |(spec, (request, more, near))| {
        laws::entry_order_changes_nothing(&spec, &request)?;
        for request in [&request, &allowed(&spec, &request)] {
            laws::adding_permissions_denies_nothing(&spec, &more, request)?;
        }
        #[cfg(feature = "serde")]
        if spec.predicate.is_none() {
            laws::policy_survives_serialization(&built(&spec))?;
        }
        // The bytes need not be a valid origin.
        let near = String::from_utf8_lossy(&near).into_owned();
        let below = near.replacen("://", "://*.", 1);
        let of_any_port = [&near, &below].map(|near| format!("{near}:*"));
        let partial = [("://", "://a-*."), ("://", "://*-a."), (".", "*.")];
        let partial = partial.map(|(place, star)| near.replacen(place, star, 1));
        let entries = spec
            .listed_origins()
            .iter()
            .chain(&of_any_port)
            .chain(&partial);
        for entry in entries.chain([&near, &below]) {
            laws::every_entry_allows_some_origin(entry)?;
        }
        let others = more.listed_origins().iter().map(String::as_str);
        let others = others.chain(["https://b.example"]).take(1);
        for (entry, other) in spec.listed_origins().iter().zip(others) {
            for mistake in policies::entry_mistakes(entry, other) {
                laws::suggestion_keeps_the_meaning(&mistake.written, &mistake.meant)?;
            }
        }
        let builder = spec.builder().origin(near.clone()).methods([near.clone()]);
        laws::build_returns_policy_or_errors(builder.request_headers([near]))
    });
}

/// Removes the predicate, because the model of a browser cannot evaluate a predicate.
fn plain(mut spec: PolicySpec) -> PolicySpec {
    spec.predicate = None;
    spec
}

#[test]
fn round_trip_satisfies_the_laws() {
    let fetches = policy_with(|spec| (fetch_to(spec), handler_headers()));
    check(fetches, |(spec, (request, handler))| {
        let spec = plain(spec);
        let policy = built(&spec);
        laws::fetch_succeeds_exactly_when_permitted(&spec, &policy, &request)?;
        laws::failure_names_the_denial(&spec, &policy, &request)?;
        laws::denied_page_reads_nothing(&spec, &policy, &request)?;
        let mut simple = request.clone();
        (simple.method, simple.header_list) = (http::Method::GET, Default::default());
        laws::denied_page_reads_nothing(&spec, &policy, &simple)?;
        laws::every_listed_item_is_usable(&spec, &policy)?;
        laws::script_reads_what_policy_exposes(&spec, &policy, &request, &handler)?;
        laws::intermediary_changes_no_verdict(&policy, &request)?;

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
