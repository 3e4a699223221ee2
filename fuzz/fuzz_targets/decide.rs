//! What a policy says to a request, against the naive model, and its laws.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::{
        laws::{self, Violation},
        policies::{serve, serve_beside},
    },
    http::{self, HeaderValue},
    server::CorsPolicy,
};
use fetch_cors_fuzz::{
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

    // All of them on each input would be a third as many inputs.
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
            laws::a_policy_with_credentials_never_allows_a_stranger(
                spec,
                policy,
                "https://stranger.com",
            ),
        ],
    );
    if let Ok(origin) = std::str::from_utf8(origin) {
        let is_listed = spec
            .listed_origins()
            .iter()
            .any(|entry| matches(entry, origin));
        let expected = spec.origins.is_none() || is_listed;
        let given = policy.permits(origin, "GET", [""; 0], false);
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

fn hold_all(exchange: &Exchange, laws: impl IntoIterator<Item = Result<(), Violation>>) {
    for law in laws {
        hold(law, || format!("{exchange:?}"));
    }
}
