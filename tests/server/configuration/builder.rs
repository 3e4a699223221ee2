//! What each call says, and that it takes nothing back that was said before.

use fetch_cors::{
    http::{Method, header},
    infrastructure::site::PublicSuffixes,
    server::{ConfigErrors, CorsPolicy, CorsPolicyBuilder},
};

fn codes(builder: CorsPolicyBuilder) -> Vec<String> {
    let errors = builder.build().err();
    let errors = errors.iter().flat_map(ConfigErrors::iter);
    errors
        .map(|error| format!("{} {}", error.code(), error.member()))
        .collect()
}

#[derive(Debug)]
struct LastLabel;

impl PublicSuffixes for LastLabel {
    fn public_suffix<'domain>(&self, domain: &'domain str) -> Option<&'domain str> {
        domain.rsplit('.').next()
    }
}

/// Each is wrong with credentials, until it is insisted upon.
#[test]
fn what_is_dangerous_is_insisted_upon_one_by_one() {
    let said = || {
        CorsPolicy::builder()
            .origins(["http://a.example", "https://*.site.example"])
            .null_origin()
            .public_suffixes(LastLabel)
            .credentials(true)
    };
    let insecure = "insecure-origin-with-credentials origins[0]";
    let null = "null-origin-with-credentials origins[2]";
    assert_eq!(codes(said()), [insecure, null]);
    assert_eq!(codes(said().dangerously_allow_insecure_origins()), [null]);
    assert_eq!(codes(said().dangerously_allow_null_origin()), [insecure]);
    let all = said()
        .dangerously_allow_insecure_origins()
        .dangerously_allow_null_origin();
    assert_eq!(codes(all.clone()), [""; 0]);
    let policy = all.build().unwrap();
    for origin in ["http://a.example", "https://a.site.example", "null"] {
        assert!(policy.permits(origin, "GET", [""; 0], true), "{origin}");
    }
    assert!(!policy.permits("https://a.example", "GET", [""; 0], true));

    let suffix = || said().origin("https://*.example");
    let below = "public-suffix-with-credentials origins[3]";
    assert_eq!(codes(suffix()), [insecure, null, below]);
    let insisted = suffix().dangerously_allow_subdomains_of_public_suffixes();
    assert_eq!(codes(insisted), [insecure, null]);
}

#[test]
fn a_status_that_no_preflight_may_have() {
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
fn methods_and_names_may_be_typed() {
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
fn a_policy_equals_what_says_the_same_and_nothing_else() {
    let policy = |builder: CorsPolicyBuilder| builder.build().unwrap();
    let said = || CorsPolicy::builder().origins(["https://a.example", "https://b.example"]);
    let turned = CorsPolicy::builder().origins(["https://b.example", "https://a.example"]);
    assert_eq!(policy(said()), policy(turned));
    for other in [
        CorsPolicy::builder().origin("https://a.example"),
        said().credentials(true),
        said().methods(["PUT"]),
        said().request_headers(["x-a"]),
        said().expose_headers(["x-a"]),
        said().max_age(0),
        said().preflight_status(200),
    ] {
        assert_ne!(policy(other), policy(said()));
    }
}
