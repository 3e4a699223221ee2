//! What a policy says to a request, against the naive model, and its laws.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::{
        laws::{self, LawViolation},
        policies::{PolicySpec, serve, serve_beside},
    },
    http::{self, HeaderValue},
    infrastructure::request::CredentialsMode,
    server::CorsPolicy,
};
use fetch_cors_fuzz::{
    before_a_handler::before_a_handler,
    hold,
    naive_policy::{matches, respond},
    policies::{Decided, Exchange, answer, naive_of, pairs, sorted},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|exchange: Exchange| {
    let Exchange {
        spec,
        request,
        handler,
        ..
    } = &exchange;
    let policy = spec.build().expect("it is valid");

    let (method, headers) = (request.method().as_str(), pairs(request.headers()));
    let expected = respond(&naive_of(spec), method, &headers, &pairs(handler));
    assert_eq!(answer(&policy, request, handler), expected, "{exchange:?}");
    // A framework's own headers come to the same.
    let raw = policy.decide_raw(method.as_bytes(), |name: &str| {
        let values = request.headers().get_all(name.to_owned()).into_iter();
        values
            .map(HeaderValue::as_bytes)
            .collect::<Vec<_>>()
            .into_iter()
    });
    let mut response = handler.clone();
    raw.apply(&mut response);
    assert_eq!(sorted(&response), expected.headers, "{exchange:?}");

    // All of them on each input would be far fewer inputs.
    match &exchange.law {
        Decided::Origins { origin } => origins(&exchange, &policy, origin),
        Decided::Answers => answers(&exchange, &policy),
        Decided::Merged { other } => merged(&exchange, &policy, other),
        Decided::Configurations { more } => hold_all(
            &exchange,
            [
                laws::order_and_repetition_of_entries_change_nothing(spec, request),
                laws::one_more_permission_takes_none_away(spec, more, request),
            ],
        ),
        Decided::Strangers { more, stranger } => strangers(&exchange, more, stranger),
        Decided::Work => hold_all(
            &exchange,
            [laws::the_work_of_a_decision_is_bounded_by_the_policy(
                spec, &policy, request,
            )],
        ),
        Decided::Ways => hold_all(
            &exchange,
            [laws::all_ways_of_deciding_agree(&policy, request, handler)],
        ),
        Decided::Subsumed { by, changed } if changed.build().is_ok() => hold_all(
            &exchange,
            [(by, changed), (changed, by)]
                .map(|(wide, narrow)| laws::subsuming_is_permitting_at_least_as_much(wide, narrow)),
        ),
        Decided::Subsumed { .. } => {}
    }
});

fn origins(exchange: &Exchange, policy: &CorsPolicy, origin: &[u8]) {
    let Exchange { spec, request, .. } = exchange;
    hold_all(
        exchange,
        [
            laws::a_preflight_is_an_options_with_both_headers(policy, request),
            laws::the_same_names_written_otherwise_are_judged_the_same(spec, policy, request),
            laws::an_origin_that_is_not_one_origin_is_denied(spec, policy, request),
        ],
    );
    if let Ok(origin) = std::str::from_utf8(origin) {
        let is_listed = spec
            .listed_origins()
            .iter()
            .any(|entry| matches(entry, origin));
        let expected = spec.origins.is_any() || is_listed;
        let given = policy.permits(origin, "GET", &[], CredentialsMode::Omit);
        assert!(
            given == expected || spec.predicate.is_some(),
            "{origin} in {exchange:?}"
        );
        hold_all(
            exchange,
            [
                laws::an_allowed_origin_is_listed_by_scheme_host_and_port(spec, policy, origin),
                laws::safelisted_methods_need_no_listing_and_case_matters(spec, policy, origin),
            ],
        );
    }
    let hostile = [origin, b"\r\n\0\x1b\x7f\xff"].concat();
    let headers = ["origin", "access-control-request-method"].map(|name| (name, &hostile[..]));
    hold_all(
        exchange,
        [laws::an_explanation_has_no_control_byte(
            policy, "OPTIONS", &headers,
        )],
    );
}

fn answers(exchange: &Exchange, policy: &CorsPolicy) {
    let Exchange { spec, request, .. } = exchange;
    let response = serve_beside(policy, request, &exchange.handler);
    anybodys(exchange, policy, &response);
    hold_all(
        exchange,
        [
            laws::a_response_allows_one_origin_and_that_is_the_own_or_any(spec, request, &response),
            laws::credentials_are_allowed_once_and_to_a_named_origin(&response),
            laws::a_policy_with_credentials_never_says_a_wildcard(spec, &response),
            laws::a_denied_origin_is_told_nothing(spec, request, &response),
            laws::the_status_is_ok_exactly_where_all_is_granted(spec, request, &response),
            laws::what_is_granted_is_a_token_that_is_allowed(spec, request, &response),
        ],
    );
}

/// What the harness holds of anybody's server.
fn anybodys(exchange: &Exchange, policy: &CorsPolicy, response: &http::Response<()>) {
    let Exchange { spec, request, .. } = exchange;
    hold_all(
        exchange,
        [
            laws::a_response_allows_one_origin_at_most(response),
            laws::without_an_allowed_origin_nothing_else_is_said(response),
            laws::what_preflights_are_told_is_told_to_preflights_alone(request, response),
            laws::what_a_handler_says_in_vary_stays(&exchange.handler, response),
            laws::a_preflight_is_remembered_as_long_as_the_policy_says(spec, request, response),
            laws::no_more_is_granted_than_the_policy_permits(spec, request, response),
            laws::an_origin_that_is_not_allowed_is_not_repeated(spec, request, response),
            laws::every_request_is_answered(Some(response)),
        ],
    );
    // A handler may be wordy, and repeat itself.
    let bare = serve(policy, request);
    let reached = before_a_handler(policy, request);
    hold_all(
        exchange,
        [
            laws::vary_names_each_header_once(&bare),
            laws::a_long_question_is_not_repeated(spec, request, &bare),
            laws::an_options_that_is_no_preflight_reaches_its_handler(request, &reached),
        ],
    );
}

fn merged(exchange: &Exchange, policy: &CorsPolicy, other: &http::Request<()>) {
    let Exchange {
        spec,
        request,
        handler,
        ..
    } = exchange;
    let server = |request: &http::Request<()>| serve(policy, request);
    let (bare, response) = (server(request), serve_beside(policy, request, handler));
    hold_all(
        exchange,
        [
            laws::a_static_policy_says_the_same_to_everybody(spec, request, &bare),
            laws::vary_is_the_same_whoever_asks(server, request),
            laws::what_agrees_on_vary_is_answered_the_same(server, request, other),
            laws::the_same_request_is_answered_the_same(server, request),
            laws::merging_keeps_the_vary_of_a_handler(handler, &response, &bare),
            laws::merging_replaces_cors_headers_and_no_others(handler, &response, &bare),
        ],
    );
}

/// Of a policy that is made valid nothing could be left to find: this one has the origins as they are
/// drawn, and cannot always be built.
fn strangers(exchange: &Exchange, more: &PolicySpec, stranger: &str) {
    let mut spec = exchange.spec.clone();
    let origins = spec.origins.entries_mut();
    origins.extend(more.listed_origins().iter().cloned());
    spec.credentials = true;
    spec.predicate = None;
    spec.expose_headers.entries_mut();
    spec.dangerously_allow_insecure_origins = true;
    spec.dangerously_allow_null_origin = true;
    spec.dangerously_allow_subdomains_of_public_suffixes = false;
    if let Ok(policy) = spec.build() {
        let law = laws::a_policy_with_credentials_never_allows_a_stranger;
        hold_all(exchange, [law(&spec, &policy, stranger)]);
    }
}

fn hold_all(exchange: &Exchange, laws: impl IntoIterator<Item = Result<(), LawViolation>>) {
    for law in laws {
        hold(law, || format!("{exchange:?}"));
    }
}
