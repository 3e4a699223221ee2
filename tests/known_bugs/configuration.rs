//! What ought never to have been configured.

use fetch_cors::server::CorsPolicy;

use super::{allows, answer, codes, headers, policy};

/// rs/cors; gofiber CVE-2024-25124, Hono GHSA-88fw-hqm2-52qc, rack-cors#142, RESTEasy
/// GHSA-972r-f3fv-whm3, and as things stand Starlette, flask-cors, django-cors-headers, actix-cors.
#[test]
fn cve_2018_20744_a_wildcard_with_credentials_reflects_anybody() {
    assert_eq!(
        codes(CorsPolicy::builder().any_origin().credentials(true)),
        ["wildcard-origin-with-credentials"]
    );
    for wildcard in [
        "*",
        "https://*",
        "*://*",
        "http*://a.example",
        "https://*example.com",
        "https://*.*.example",
    ] {
        assert_eq!(codes(policy(&[wildcard])), ["invalid-origin"], "{wildcard}");
    }
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let response = answer(
        &any,
        &headers(&[("origin", "https://evil.com")]),
        &[("access-control-allow-credentials", "true")],
    );
    assert_eq!(response["access-control-allow-origin"], "*");
    assert_eq!(response.get("access-control-allow-credentials"), None);
}

/// tower-http: a wildcard, or a list in a string, handed in as if it were one origin.
#[test]
fn tower_http_a_wildcard_is_smuggled_in_as_an_exact_origin() {
    for origin in [
        "*, https://a.com",
        "https://a.com, https://b.com",
        "https://a.com https://b.com",
        "/not-an-origin",
        "",
    ] {
        assert_eq!(
            codes(policy(&[origin]).credentials(true)),
            ["invalid-origin"],
            "{origin}"
        );
    }
    assert_eq!(
        codes(policy(&["https://a.com"]).methods(["*"])),
        ["invalid-method"]
    );
    assert_eq!(
        codes(policy(&["https://a.com"]).expose_headers(["*"])),
        ["invalid-header-name"]
    );
}

/// tower-http, dotnet/aspnetcore#3060, ktorio/ktor#4163: an origin that can never match, or that
/// is matched in spite of its slash.
#[test]
fn aspnetcore_3060_a_trailing_slash() {
    for origin in [
        "https://a.com/",
        "https://a.com:443",
        "HTTPS://a.com",
        "https://u@a.com",
        "https://A.com",
    ] {
        let errors = policy(&[origin]).build().unwrap_err();
        let error = errors.iter().next().unwrap();
        assert_eq!(error.code().code(), "unmatchable-origin", "{origin}");
        assert_eq!(error.suggestion(), Some("https://a.com"));
    }
    let policy = policy(&["https://a.com", "https://*.a.com"])
        .build()
        .unwrap();
    for origin in [
        "https://a.com/",
        "HTTPS://a.com",
        "https://a.com/evil",
        "https://A.com",
        "https://b.a.com/",
    ] {
        assert!(!allows(&policy, origin), "{origin}");
    }
}

/// adamchainz/django-cors-headers#842: header names that script can never set.
#[test]
fn django_cors_headers_842_forbidden_names_are_listed() {
    let names = [
        "Cookie",
        "host",
        "sec-x",
        "Proxy-A",
        "dnt",
        "user agent",
        "Access-Control-Allow-Origin",
    ];
    let expected: Vec<_> = ["forbidden-header-name"; 5]
        .into_iter()
        .chain(["invalid-header-name", "misplaced-header-name"])
        .collect();
    assert_eq!(
        codes(policy(&["https://a.example"]).request_headers(names)),
        expected
    );
}

/// tower-rs/tower-http#284, apollographql/router#1087: a configuration that somebody wrote panics.
#[test]
fn tower_http_284_a_configuration_panics() {
    let builder = policy(&["*", "https://a.example/"])
        .methods(["a b", "put"])
        .max_age(u32::MAX)
        .preflight_status(0);
    assert_eq!(
        codes(
            builder
                .request_headers(["x a"])
                .expose_any_header()
                .credentials(true)
        ),
        [
            "invalid-origin",
            "unmatchable-origin",
            "invalid-method",
            "unmatchable-method",
            "invalid-header-name",
            "wildcard-expose-with-credentials",
            "max-age-out-of-range",
            "invalid-preflight-status",
        ]
    );
}
