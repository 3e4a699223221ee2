//! Bugs in matching origins, and in the responses to denied origins.

use fetch_cors::server::{CorsPolicy, DenialReason, Verdict};
use http::{HeaderMap, Method};

use super::{METHOD, allows, answer, codes, headers, policy};

/// jub0bs/cors and fcors had this bug.
#[test]
fn ghsa_vhxv_fg4m_p2w8_and_ghsa_v84h_653v_4pq9_two_listed_hosts_allow_a_third() {
    let policy = policy(&["https://foo.com", "https://bar.com", "https://*.foo.com"])
        .build()
        .unwrap();
    for origin in ["https://foo.com", "https://bar.com", "https://a.foo.com"] {
        assert!(allows(&policy, origin), "{origin}");
    }
    for origin in [
        "https://barfoo.com",
        "https://foobar.com",
        "https://foo.combar.com",
        "https://bar.foo.co",
    ] {
        assert!(!allows(&policy, origin), "{origin}");
    }
}

#[test]
fn jub0bs_cors_12_allowed_origin_is_denied() {
    let origins: Vec<String> = ["a", "ab", "abc", "b", "ba", "aab", "bab", "aaab"]
        .into_iter()
        .flat_map(|host| {
            [
                format!("https://{host}.example"),
                format!("https://*.{host}.example:8443"),
            ]
        })
        .collect();
    let policy = CorsPolicy::builder()
        .origins(origins.clone())
        .build()
        .unwrap();
    for origin in &origins {
        assert!(allows(&policy, &origin.replace('*', "x.y")), "{origin}");
    }
}

/// gin-contrib/cors had this bug. flask-cors, django-cors-headers, bunner_cors_rs, rocket_cors and rs/cors have or had
/// the same bug.
#[test]
fn cve_2019_25211_unanchored_pattern() {
    for (pattern, code) in [
        ("https://example.com/*", "unmatchable-origin"),
        ("https://example.com*", "invalid-origin"),
        ("https://*example.com", "invalid-origin"),
        ("https://a.*.com", "invalid-origin"),
    ] {
        assert_eq!(codes(policy(&[pattern])), [code], "{pattern}");
    }
    let policy = policy(&[
        "https://*.example.com",
        "https://example.com",
        "https://localhost:*",
    ])
    .build()
    .unwrap();
    for origin in [
        "https://example.community",
        "https://example.com.evil.org",
        "https://a.example.com.evil.org",
        "https://evilexample.com",
        "https://evil.org?https://a.example.com",
        "https://evil.org#.example.com",
        "https://a.example.com:81",
        "https://a.example.com@evil.org",
        "https://aXexample.com",
        "https://a.exampleXcom",
        "https://.example.com",
        "http://a.example.com",
        "https://a.example.com/",
        "https://localhost:81.evil.org",
        "https://localhost.evil.org",
        "https://localhost:81@evil.org",
    ] {
        assert!(!allows(&policy, origin), "{origin}");
    }
    assert!(allows(&policy, "https://b.a.example.com") && allows(&policy, "https://localhost:81"));
}

/// flask-cors treated the longest pattern as the most specific pattern. In this library patterns do not have an order.
#[test]
fn cve_2024_6839_and_ghsa_7rxf_gvfg_47g4_longest_pattern_comes_first() {
    let patterns = [
        "https://*.a.example",
        "https://b.a.example",
        "https://*.a.example:*",
    ];
    for rotation in 0..patterns.len() {
        let mut rotated = patterns;
        rotated.rotate_left(rotation);
        let policy = policy(&rotated).build().unwrap();
        for origin in [
            "https://b.a.example",
            "https://c.a.example",
            "https://b.a.example:81",
        ] {
            assert!(allows(&policy, origin), "{origin}");
        }
    }
}

/// flask-cors: a request could write its own lines into the log.
#[test]
fn cve_2024_1681_and_ghsa_84pr_m4jr_85g5_request_forges_a_log_line() {
    let policy = policy(&["https://a.example"]).build().unwrap();
    let request: [(&str, &[u8]); 2] = [
        ("origin", b"https://a\r\nallowed: \x1b[2Jall"),
        (METHOD, b"PUT\0\n"),
    ];
    let by_name = |name: &str| {
        let lines: Vec<_> = request
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| *value)
            .collect();
        lines.into_iter()
    };
    let decision = policy.decide_raw(b"OPTIONS", &by_name);
    let explanation = decision.describe().to_string();
    assert!(
        !explanation.chars().any(char::is_control),
        "{explanation:?}"
    );
    let mut response = HeaderMap::new();
    decision.apply(&mut response);
    assert!(!response.contains_key("access-control-allow-origin"));
}

/// adamchainz/django-cors-headers#888; expressjs/cors and Hono have this bug too.
#[test]
fn django_cors_headers_888_allow_credentials_for_a_denied_origin() {
    let policy = policy(&["https://a.example"])
        .credentials(true)
        .expose_headers(["x-a"])
        .max_age(1)
        .build()
        .unwrap();
    for origin in [
        "https://evil.com",
        "null",
        "",
        "https://[",
        "https://a.example, https://a.example",
    ] {
        let response = answer(
            &policy,
            &headers(&[("origin", origin)]),
            &[("access-control-allow-credentials", "true")],
        );
        assert_eq!(response, headers(&[("vary", "origin")]), "{origin}");
    }
}

/// adamchainz/django-cors-headers#701: an `Origin` that is not a URL caused a crash.
#[test]
fn django_cors_headers_701_malformed_origin_is_an_error() {
    let policy = policy(&["https://*.example:*", "null"]).build().unwrap();
    for origin in [
        "https://[",
        "://",
        "https://",
        "https://:",
        "https://a.example:99999999999",
        "[::1]",
        "%",
        "https://.",
        "\u{e9}",
    ] {
        assert!(!allows(&policy, origin), "{origin}");
    }
}

/// expressjs/cors: a pattern stored the position of its last match, so only every second request was allowed.
#[test]
fn expressjs_cors_only_every_second_request_is_allowed() {
    let policy = policy(&["https://*.example"]).build().unwrap();
    assert!((0..4).all(|_| allows(&policy, "https://a.example")));
}

/// Quarkus: a request that is not a preflight went to the handler although its origin was denied. In this library the
/// decision has the verdict, so a server can answer with 403.
#[test]
fn cve_2022_4147_denied_simple_request_proceeds() {
    let listed = policy(&["https://a.example", "https://b.example"]);
    let is_static = policy(&["https://a.example"]);
    let credentials = policy(&["https://a.example"]).credentials(true);
    for policy in [listed, is_static, credentials].map(|builder| builder.build().unwrap()) {
        for method in [Method::GET, Method::POST, Method::PUT] {
            let has_verdict = |origin: &str, expected: Verdict<'_>| {
                let request = headers(&[("origin", origin)]);
                policy.decide(&method, &request).verdict() == expected
            };
            assert!(has_verdict("https://a.example", Verdict::Allowed));
            for origin in ["https://evil.com", "null", "https://a.example/"] {
                let denied = Verdict::Denied(DenialReason::Origin);
                assert!(has_verdict(origin, denied), "{method} {origin}");
            }
        }
    }
}
