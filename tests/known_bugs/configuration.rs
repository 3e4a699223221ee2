//! Configurations that an implementation must refuse.

use fetch_cors::server::CorsPolicy;

use super::{METHOD, NAMES, allows, answer, codes, headers, policy, preflight};

/// rs/cors had this bug. Starlette, flask-cors, django-cors-headers and actix-cors have the bug in their present
/// versions.
#[test]
fn cve_2018_20744_and_rs_cors_55_wildcard_with_credentials_reflects_any_origin() {
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

/// gofiber: with credentials, the environment variable with the list of origins could contain a wildcard.
#[test]
fn cve_2024_25124_and_gofiber_2338_wildcard_in_a_list_with_credentials() {
    for (list, expected) in [
        ("*", "invalid-origin"),
        ("https://a.example,*", "invalid-origin"),
        ("*, https://a.example", "invalid-origin"),
        ("https://a.example,null", "invalid-origin"),
    ] {
        let builder = CorsPolicy::builder().origins_from_list(list);
        assert!(
            codes(builder.credentials(true)).contains(&expected),
            "{list}"
        );
    }
}

/// Hono, rack-cors, RESTEasy: any origin was allowed, with credentials.
#[test]
fn ghsa_88fw_hqm2_52qc_rack_cors_142_ghsa_972r_f3fv_whm3_any_origin_is_reflected() {
    let policies = [
        policy(&["https://a.example"]),
        policy(&["https://*.a.example", "http://localhost:*"]),
        policy(&["https://a.example"])
            .any_method()
            .any_request_header(),
    ];
    for policy in policies.map(|builder| builder.credentials(true).build().unwrap()) {
        for origin in [
            "https://evil.com",
            "null",
            "http://a.example",
            "https://example",
        ] {
            let request = headers(&[("origin", origin)]);
            let response = answer(&policy, &request, &[]);
            assert_eq!(response, headers(&[("vary", "origin")]), "{origin}");
        }
    }
}

/// corydolphin/flask-cors#337, #363: features were on by default.
#[test]
fn flask_cors_337_and_363_unconfigured_requests_are_allowed() {
    assert_eq!(codes(CorsPolicy::builder()), ["empty-origins"]);
    let policy = policy(&["https://a.example"]).build().unwrap();
    let denied = [
        (&[(METHOD, "PUT")][..], "method `PUT`"),
        (
            &[(METHOD, "GET"), (NAMES, "content-type")],
            "request header `content-type`",
        ),
        (
            &[(METHOD, "GET"), (NAMES, "authorization")],
            "request header `authorization`",
        ),
    ];
    for (request_lines, expected) in denied {
        let expected = Err(format!("the policy does not allow the {expected}"));
        assert_eq!(
            preflight(&policy, request_lines).0,
            expected,
            "{request_lines:?}"
        );
    }
    let only_the_origin = headers(&[("access-control-allow-origin", "https://a.example")]);
    let (_, mut response) = preflight(&policy, &[(METHOD, "GET")]);
    response.remove("vary");
    assert_eq!(response, only_the_origin);
    let request = headers(&[("origin", "https://a.example")]);
    assert_eq!(answer(&policy, &request, &[]), only_the_origin);
}

/// tower-http: a wildcard, or a list in one string, was accepted as an exact origin.
#[test]
fn tower_http_wildcard_is_accepted_as_an_exact_origin() {
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

/// dotnet/aspnetcore#18492, apollographql/router#1448 and tower-http had the same bug: a listed origin with a slash at
/// its end never matched, or the slash was ignored.
#[test]
fn aspnetcore_3060_and_ktor_4163_trailing_slash() {
    for origin in [
        "https://a.com/",
        "https://a.com:443",
        "HTTPS://a.com",
        "https://u@a.com",
        "https://A.com",
    ] {
        let errors = policy(&[origin]).build().unwrap_err();
        let error = errors.iter().next().unwrap();
        assert_eq!(error.kind().as_str(), "unmatchable-origin", "{origin}");
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

/// adamchainz/django-cors-headers#842: the list contained header names that a script can never set.
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

/// The issues 1197 and 6292 of apollographql/router are the same bug: an invalid configuration panicked, or was only
/// logged.
#[test]
fn tower_http_284_and_285_and_router_1087_configuration_panics() {
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
