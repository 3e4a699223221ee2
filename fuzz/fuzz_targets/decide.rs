//! Checks the decision of a policy and the resulting response against the naive model and the laws.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    conformance::{
        laws::{self, LawViolation},
        policies::{PolicySpec, serve, serve_with_handler},
    },
    http::{self, HeaderValue},
    infrastructure::request::CredentialsMode,
    server::CorsPolicy,
    tower::CorsLayer,
};
use fetch_cors_fuzz::{
    assert_law,
    before_a_handler::before_a_handler,
    layer::answer_with_layer,
    naive_policy::{matches, respond},
    policies::{DecideLaws, Exchange, answer, naive_of, pairs, sorted},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|exchange: Exchange| {
    let Exchange {
        spec,
        request,
        handler,
        ..
    } = &exchange;
    let policy = spec.build().expect("generated policies are valid");

    let (method, headers) = (request.method().as_str(), pairs(request.headers()));
    let expected = respond(&naive_of(spec), method, &headers, &pairs(handler));
    assert_eq!(answer(&policy, request, handler), expected, "{exchange:?}");
    // `decide_raw`, which is for the header types of other frameworks, must produce the same response as `decide`.
    let lines = |name: &str| {
        let values = request.headers().get_all(name.to_owned()).into_iter();
        values
            .map(HeaderValue::as_bytes)
            .collect::<Vec<_>>()
            .into_iter()
    };
    let raw = policy.decide_raw(method.as_bytes(), &lines);
    let mut response = handler.clone();
    raw.apply(&mut response);
    assert_eq!(sorted(&response), expected.headers, "{exchange:?}");

    // Checking all laws on each input would make the target about ten times slower.
    match &exchange.law {
        DecideLaws::Origins { origin } => origins(&exchange, &policy, origin),
        DecideLaws::Answers => answers(&exchange, &policy),
        DecideLaws::Merged { other } => merged(&exchange, &policy, other),
        DecideLaws::Configurations { more } => assert_laws(
            &exchange,
            [
                laws::entry_order_changes_nothing(spec, request),
                laws::adding_permissions_denies_nothing(spec, more, request),
            ],
        ),
        DecideLaws::UnlistedOrigins { more, unlisted } => {
            unlisted_origins(&exchange, more, unlisted)
        }
        DecideLaws::Work => assert_laws(
            &exchange,
            [laws::decision_work_is_bounded(spec, &policy, request)],
        ),
        DecideLaws::Apis => apis(&exchange, &policy),
        DecideLaws::Subsumed { by, changed } if changed.build().is_ok() => assert_laws(
            &exchange,
            [(by, changed), (changed, by)]
                .map(|(wide, narrow)| laws::subsumption_matches_permissions(wide, narrow)),
        ),
        DecideLaws::Subsumed { .. } => {}
    }
});

fn apis(exchange: &Exchange, policy: &CorsPolicy) {
    let Exchange {
        request, handler, ..
    } = exchange;
    let layer = CorsLayer::new(policy.clone());
    let passing_on = layer.clone().pass_preflights_on();
    assert_laws(
        exchange,
        [
            laws::apis_produce_same_response(policy, request, handler),
            laws::middleware_applies_the_decision(
                policy,
                request,
                handler,
                |request| answer_with_layer(&layer, request, handler),
                |request| answer_with_layer(&passing_on, request, handler),
            ),
        ],
    );
}

fn origins(exchange: &Exchange, policy: &CorsPolicy, origin: &[u8]) {
    let Exchange { spec, request, .. } = exchange;
    assert_laws(
        exchange,
        [
            laws::preflights_are_recognized_exactly(policy, request),
            laws::request_header_layout_is_irrelevant(spec, policy, request),
            laws::malformed_origin_is_denied(spec, policy, request),
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
        assert_laws(
            exchange,
            [
                laws::allowed_origin_matches_an_entry(spec, policy, origin),
                laws::matcher_agrees_with_each_pattern(spec, policy, origin),
                laws::safelisted_methods_need_no_listing(spec, policy, origin),
            ],
        );
    }
    let hostile = [origin, b"\r\n\0\x1b\x7f\xff"].concat();
    let headers = ["origin", "access-control-request-method"].map(|name| (name, &hostile[..]));
    assert_laws(
        exchange,
        [laws::explanation_has_no_control_bytes(
            policy, "OPTIONS", &headers,
        )],
    );
}

fn answers(exchange: &Exchange, policy: &CorsPolicy) {
    let Exchange { spec, request, .. } = exchange;
    let response = serve_with_handler(policy, request, &exchange.handler);
    any_server(exchange, policy, &response);
    assert_laws(
        exchange,
        [
            laws::allow_origin_fits_request(spec, request, &response),
            laws::allow_credentials_needs_named_origin(&response),
            laws::credentialed_policy_sends_no_wildcard(spec, &response),
            laws::denied_origin_gets_no_headers(spec, request, &response),
            laws::preflight_status_matches_decision(spec, request, &response),
            laws::grants_are_allowed_tokens(spec, request, &response),
        ],
    );
}

/// Checks the laws that the harness applies to any server.
fn any_server(exchange: &Exchange, policy: &CorsPolicy, response: &http::Response<()>) {
    let Exchange { spec, request, .. } = exchange;
    let none = PolicySpec::from_origins([""; 0]);
    let denies_all = none.build().expect("valid policy");
    assert_laws(
        exchange,
        [
            laws::allow_origin_occurs_once(request, response),
            laws::cors_headers_need_allow_origin(response),
            laws::empty_list_allows_no_origin(&none, &serve(&denies_all, request)),
            laws::preflight_headers_stay_on_preflights(request, response),
            laws::handler_vary_survives(&exchange.handler, response),
            laws::max_age_matches_policy(spec, request, response),
            laws::grants_stay_within_policy(spec, request, response),
            laws::denied_origin_is_not_reflected(spec, request, response),
            laws::every_request_gets_a_response(Some(response)),
            laws::allow_origin_names_an_origin(spec, request, response),
        ],
    );
    // A handler may send long headers and repeat names in `Vary`, so these laws judge the response without the headers
    // of a handler.
    let bare = serve(policy, request);
    let reached = before_a_handler(policy, request);
    assert_laws(
        exchange,
        [
            laws::vary_lists_each_name_once(&bare),
            laws::long_headers_are_not_reflected(spec, request, &bare),
            laws::plain_options_reaches_handler(request, &reached),
        ],
    );
    with_request_metadata(exchange, policy);
}

/// Changes one header of the request, and checks the laws about this header: `Vary`, `Origin`,
/// `Access-Control-Request-Private-Network` or `Access-Control-Request-Headers`.
fn with_request_metadata(exchange: &Exchange, policy: &CorsPolicy) {
    let request = &exchange.request;
    let with = |name: &'static str, value: &str| {
        let mut changed = request.clone();
        let value = value.parse().expect("valid header value");
        changed.headers_mut().insert(name, value);
        changed
    };
    let varied = with("vary", "x-fetch-cors, accept");
    let (response, plain) = (serve(policy, &varied), serve(policy, request));
    let private = with("access-control-request-private-network", "true");
    let status = |request: &http::Request<()>| before_a_handler(policy, request).status();
    let mut without = request.clone();
    without.headers_mut().remove("origin");
    let is_plain = request.method() != http::Method::OPTIONS;
    // In place of a time, the law gets the number of bytes in the response.
    let times = [1_usize, 2, 4].map(|length| {
        let names = "x-a,".repeat(250 * length);
        let long = serve(policy, &with("access-control-request-headers", &names));
        let sent: usize = long.headers().values().map(|value| value.len()).sum();
        (names.len(), std::time::Duration::from_millis(sent as u64))
    });
    let refusal = laws::harmless_origin_is_not_refused(status(&without), status(request));
    assert_laws(
        exchange,
        [
            laws::request_vary_is_not_copied(&varied, &response, &plain),
            laws::private_network_is_not_granted(&serve(policy, &private)),
            if is_plain { refusal } else { Ok(()) },
            laws::preflight_time_grows_linearly(&times),
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
    let (bare, response) = (
        server(request),
        serve_with_handler(policy, request, handler),
    );
    assert_laws(
        exchange,
        [
            laws::static_policy_ignores_request_origin(spec, request, &bare),
            laws::vary_depends_on_method_only(server, request),
            laws::vary_distinguishes_responses(server, request, other),
            laws::same_request_gets_same_response(server, request),
            laws::merging_keeps_handler_vary(handler, &response, &bare),
            laws::merging_replaces_only_cors_headers(handler, &response, &bare),
        ],
    );
}

/// Builds a credentialed policy from the generated origins. The law can judge an invalid entry, so the origins are not
/// made valid first. Some policies cannot be built.
fn unlisted_origins(exchange: &Exchange, more: &PolicySpec, unlisted: &str) {
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
        let law = laws::credentials_exclude_unlisted_origins;
        assert_laws(exchange, [law(&spec, &policy, unlisted)]);
    }
}

fn assert_laws(exchange: &Exchange, laws: impl IntoIterator<Item = Result<(), LawViolation>>) {
    for law in laws {
        assert_law(law, || format!("{exchange:?}"));
    }
}
