//! The builder: the effect of each method, and the errors of refused values.

use core::time::Duration;

use fetch_cors::{
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    server::{
        AllowList, ConfigErrorKind, ConfigErrors, ConfigValue, CorsPolicy, CorsPolicyBuilder,
        CredentialsMode, PolicyConfig, PublicSuffixes,
    },
};

fn codes(builder: CorsPolicyBuilder) -> Vec<String> {
    let errors = builder.build().err();
    let errors = errors.iter().flat_map(ConfigErrors::iter);
    errors
        .map(|error| format!("{} {}", error.kind(), error.member()))
        .collect()
}

#[derive(Debug)]
struct LastLabel;

impl PublicSuffixes for LastLabel {
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
        domain.rsplit('.').next()
    }
}

/// Each origin is refused with credentials, until its `dangerously_` method is called.
#[test]
fn each_dangerous_origin_needs_its_own_override() {
    let dangerous = || {
        CorsPolicy::builder()
            .origins([
                "http://a.example",
                "https://*.site.example",
                "chrome-extension://*",
            ])
            .null_origin()
            .public_suffixes(LastLabel)
            .credentials(true)
    };
    let insecure = "insecure-origin-with-credentials origins[0]";
    let extension = "any-extension-origin-with-credentials origins[2]";
    let null = "null-origin-with-credentials origins[3]";
    assert_eq!(codes(dangerous()), [insecure, extension, null]);
    assert_eq!(
        codes(dangerous().dangerously_allow_insecure_origins()),
        [extension, null]
    );
    assert_eq!(
        codes(dangerous().dangerously_allow_null_origin()),
        [insecure, extension]
    );
    assert_eq!(
        codes(dangerous().dangerously_allow_any_extension_origin()),
        [insecure, null]
    );
    let all = dangerous()
        .dangerously_allow_any_extension_origin()
        .dangerously_allow_insecure_origins()
        .dangerously_allow_null_origin();
    assert_eq!(codes(all.clone()), [""; 0]);
    let policy = all.build().unwrap();
    for origin in [
        "http://a.example",
        "https://a.site.example",
        "chrome-extension://abc",
        "null",
    ] {
        assert!(
            policy.permits(origin, "GET", &[], CredentialsMode::Include),
            "{origin}"
        );
    }
    assert!(!policy.permits("https://a.example", "GET", &[], CredentialsMode::Include));

    let suffix = || dangerous().origin("https://*.example");
    let below = "public-suffix-with-credentials origins[4]";
    assert_eq!(codes(suffix()), [insecure, extension, null, below]);
    let insisted = suffix().dangerously_allow_subdomains_of_public_suffixes();
    assert_eq!(codes(insisted), [insecure, extension, null]);
}

#[test]
fn invalid_preflight_status_is_refused() {
    let builder = CorsPolicy::builder().any_origin();
    for (status, expected) in [
        (99, &["invalid-preflight-status preflight_status"][..]),
        (199, &["invalid-preflight-status preflight_status"]),
        (200, &[]),
        (299, &[]),
        (300, &["invalid-preflight-status preflight_status"]),
        (1000, &["invalid-preflight-status preflight_status"]),
    ] {
        assert_eq!(
            codes(builder.clone().preflight_status(status)),
            expected,
            "{status}"
        );
    }
}

#[test]
fn methods_and_names_can_have_types_of_http() {
    let typed = CorsPolicy::builder()
        .any_origin()
        .methods([Method::PUT])
        .request_headers([header::AUTHORIZATION])
        .expose_headers([header::ETAG]);
    let written = CorsPolicy::builder()
        .any_origin()
        .methods(["PUT"])
        .request_headers(["authorization"])
        .expose_headers(["etag"]);
    assert_eq!(typed.build(), written.build());
}

#[test]
fn origins_from_list_refuses_null() {
    let list = "null, https://a.example ,,https://b.example/,*";
    let errors = CorsPolicy::builder()
        .origins_from_list(list)
        .build()
        .unwrap_err();
    let errors = errors
        .iter()
        .map(|error| (error.kind().as_str(), error.member().to_owned()));
    let expected = [
        ("invalid-origin", 0),
        ("unmatchable-origin", 2),
        ("invalid-origin", 3),
    ];
    let expected = expected.map(|(code, i)| (code, format!("origins[{i}]")));
    assert_eq!(errors.collect::<Vec<_>>(), expected);
}

#[test]
fn second_predicate_is_refused() {
    let one = CorsPolicy::builder().origin_predicate(&["x a"], |_, _| true);
    let two = one
        .clone()
        .raw_origin_predicate(&["x b", "x-c"], |_, _| true);
    let invalid = "invalid-header-name origin_predicate[0]";
    assert_eq!(codes(one), [invalid]);
    let repeated = "repeated-predicate origin_predicate";
    assert_eq!(codes(two.clone()), [repeated, invalid, invalid]);
    // A wildcard makes a predicate useless, but the errors of the predicate are still reported.
    assert_eq!(codes(two.any_origin()), [repeated, invalid, invalid]);
    let message = ConfigErrorKind::RepeatedPredicate.message();
    assert!(message.contains("write one function"), "{message}");
}

type Call = fn(CorsPolicyBuilder) -> CorsPolicyBuilder;

/// Applies the calls in several orders: beginning with each of the calls, forward and backward.
fn in_each_order(calls: &[Call]) -> Vec<CorsPolicyBuilder> {
    let mut builders = Vec::new();
    for start in 0..calls.len() {
        let (before, after) = calls.split_at(start);
        let rotated: Vec<Call> = [after, before].concat();
        let build = |builder, call: &Call| call(builder);
        builders.push(rotated.iter().fold(CorsPolicy::builder(), build));
        builders.push(rotated.iter().rev().fold(CorsPolicy::builder(), build));
    }
    builders
}

#[test]
fn order_of_calls_does_not_matter() {
    fn predicate(builder: CorsPolicyBuilder) -> CorsPolicyBuilder {
        builder.origin_predicate(&["x-tenant"], |origin, _| origin == "https://c.example")
    }
    let listed: &[Call] = &[
        predicate,
        |b| b.origin("https://a.example"),
        |b| b.origins_from_list("https://b.example,http://localhost:3000"),
        CorsPolicyBuilder::no_origins,
        |b| b.credentials(true),
        |b| b.origin("http://intranet.example"),
        CorsPolicyBuilder::dangerously_allow_any_extension_origin,
        CorsPolicyBuilder::dangerously_allow_insecure_origins,
        |b| b.methods(["PUT"]),
        CorsPolicyBuilder::any_method,
        |b| b.methods(["DELETE"]),
        |b| b.request_headers(["x-a"]),
        CorsPolicyBuilder::any_request_header,
        |b| b.expose_headers(["etag"]),
        |b| b.max_age(600),
        |b| b.preflight_status(200),
    ];
    let any: &[Call] = &[
        predicate,
        |b| b.origin("https://a.example"),
        CorsPolicyBuilder::any_origin,
        |b| b.origin("https://b.example"),
        |b| b.expose_headers(["etag"]),
        CorsPolicyBuilder::expose_any_header,
        |b| b.expose_headers(["x-a"]),
    ];
    for calls in [listed, any] {
        let mut request = HeaderMap::new();
        request.insert("origin", HeaderValue::from_static("https://c.example"));
        let response = |policy: &CorsPolicy| {
            let mut response = HeaderMap::new();
            let decision = policy.decide(&Method::GET, &request);
            decision.apply(&mut response);
            response
        };
        let policies = in_each_order(calls).into_iter();
        let policies: Vec<_> = policies.map(|builder| builder.build().unwrap()).collect();
        assert!(!response(&policies[0]).is_empty());
        for policy in &policies {
            assert_eq!(policy.config(), policies[0].config());
            assert_eq!(response(policy), response(&policies[0]));
        }
    }

    let refused: &[Call] = &[
        predicate,
        predicate,
        |b| b.origin("a.example"),
        CorsPolicyBuilder::any_origin,
        |b| b.methods(["put"]),
        CorsPolicyBuilder::any_method,
        |b| b.expose_headers(["set-cookie"]),
        CorsPolicyBuilder::expose_any_header,
    ];
    let expected = [
        "invalid-origin origins[0]",
        "repeated-predicate origin_predicate",
        "unmatchable-method methods[0]",
        "forbidden-header-name expose_headers[0]",
    ];
    for builder in in_each_order(refused) {
        assert_eq!(codes(builder), expected);
    }
}

#[test]
fn origin_predicate_refuses_invalid_header_names() {
    let reads = ["x-a", "x b", "", "X-\u{e9}"];
    let built = CorsPolicy::builder()
        .origin_predicate(&reads, |_, _| true)
        .build();
    let found = built.unwrap_err();
    let found = found
        .iter()
        .map(|error| (error.kind().as_str(), error.member(), error.value().clone()));
    let expected = |i: usize, value: &str| {
        let member = [
            "",
            "origin_predicate[1]",
            "origin_predicate[2]",
            "origin_predicate[3]",
        ][i];
        (
            "invalid-header-name",
            member,
            ConfigValue::String(value.into()),
        )
    };
    let expected = [expected(1, "x b"), expected(2, ""), expected(3, "X-\u{e9}")];
    assert!(found.eq(expected));
}

#[test]
fn durations_and_status_codes_are_converted() {
    let any = || CorsPolicy::builder().any_origin();
    let config = |builder: CorsPolicyBuilder| builder.build().unwrap().config().clone();
    let given = config(any().max_age(Duration::from_millis(1999)));
    assert_eq!(given.max_age, Some(1));
    let given = config(any().preflight_status(StatusCode::ACCEPTED));
    assert_eq!(given.preflight_status, 202);
    let error = ["max-age-out-of-range max_age"];
    for seconds in [86_401, u64::from(u32::MAX) + 1, u64::MAX] {
        assert_eq!(codes(any().max_age(Duration::from_secs(seconds))), error);
    }
    let status = ["invalid-preflight-status preflight_status"];
    assert_eq!(codes(any().preflight_status(StatusCode::NOT_FOUND)), status);
}

#[test]
fn messages_have_the_limits_in_digits() {
    let limit = PolicyConfig::MAX_AGE_LIMIT_SECONDS.to_string();
    let message = ConfigErrorKind::MaxAgeOutOfRange.message();
    assert!(message.contains(&limit), "{message}");
    let statuses = PolicyConfig::PREFLIGHT_STATUSES;
    let message = ConfigErrorKind::InvalidPreflightStatus.message();
    for status in [statuses.start(), statuses.end()] {
        assert!(message.contains(&status.to_string()), "{message}");
    }
}

#[test]
fn builder_starts_from_a_configuration() {
    let mut config = PolicyConfig::default();
    config.origins = ["https://a.example"].into();
    config.max_age = Some(600);
    let policy = CorsPolicyBuilder::from(config.clone())
        .methods(["PUT"])
        .build()
        .unwrap();
    config.methods = ["PUT"].into();
    assert_eq!(policy.config(), &config);
}

#[test]
fn configuration_distinguishes_a_list_from_any_value() {
    assert!(AllowList::Any.is_any());
    assert!(!AllowList::default().is_any());
    let without = CorsPolicy::builder()
        .origin("https://a.example")
        .build()
        .unwrap();
    let with = CorsPolicy::builder()
        .origin_predicate(&[], |_, _| true)
        .build()
        .unwrap();
    assert!(with.has_predicate() && !without.has_predicate());
    let error = with.subsumes(&without).unwrap_err().to_string();
    assert!(
        error.starts_with("the policies have different predicates"),
        "{error}"
    );
}
