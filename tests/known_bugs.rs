//! Bugs that other CORS implementations had, each by its number: this one does not have them.
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use fetch_cors::server::{CorsPolicy, CorsPolicyBuilder, Denied};
use http::{HeaderMap, Method, StatusCode};

fn policy(origins: &[&str]) -> CorsPolicyBuilder {
    CorsPolicy::builder().origins(origins.iter().copied())
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn allows(policy: &CorsPolicy, origin: &str) -> bool {
    let request = headers(&[("origin", origin)]);
    policy.decide(&Method::GET, &request).allowed() == Some(Ok(()))
}

/// What a handler that has set `handler` answers to a GET.
fn answer(policy: &CorsPolicy, request: &HeaderMap, handler: &[(&'static str, &str)]) -> HeaderMap {
    let mut response = headers(handler);
    policy.decide(&Method::GET, request).apply(&mut response);
    response
}

fn preflight(
    policy: &CorsPolicy,
    asks: &[(&'static str, &str)],
) -> (Result<(), Denied>, HeaderMap) {
    let mut request = headers(&[("origin", "https://a.example")]);
    request.extend(headers(asks));
    let decision = policy.decide(&Method::OPTIONS, &request);
    let mut response = HeaderMap::new();
    decision.apply(&mut response);
    let verdict = decision.allowed().unwrap();
    let expected = if verdict.is_ok() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::FORBIDDEN
    };
    assert_eq!(decision.status(), Some(expected));
    (verdict, response)
}

fn codes(builder: CorsPolicyBuilder) -> Vec<&'static str> {
    let errors = builder.build().expect_err("an invalid policy");
    errors.iter().map(|error| error.code().code()).collect()
}

const METHOD: &str = "access-control-request-method";
const NAMES: &str = "access-control-request-headers";

/// jub0bs/cors, and fcors: GHSA-v84h-653v-4pq9.
#[test]
fn ghsa_vhxv_fg4m_p2w8_two_hosts_make_a_third() {
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
fn jub0bs_cors_12_an_allowed_origin_is_refused() {
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

#[test]
fn jub0bs_cors_15_an_allowed_header_is_refused() {
    let names: Vec<String> = (0..40)
        .map(|i| format!("x-{}", "ab".repeat(i % 7) + &i.to_string()))
        .collect();
    let policy = policy(&["https://a.example"])
        .request_headers(names.clone())
        .build()
        .unwrap();
    for name in &names {
        let (verdict, _) = preflight(&policy, &[(METHOD, "GET"), (NAMES, name)]);
        assert_eq!(verdict, Ok(()), "{name}");
    }
    let mut sorted = names;
    sorted.sort();
    let (verdict, _) = preflight(&policy, &[(METHOD, "GET"), (NAMES, &sorted.join(","))]);
    assert_eq!(verdict, Ok(()));
}

/// rs/cors#170, GHSA-vh9x-phq6-fx54, go-chi/cors#36. That nothing is allocated is tested elsewhere.
#[test]
fn ghsa_mh55_gqvf_xfwm_a_mebibyte_of_commas_is_not_worked_through() {
    for builder in [
        policy(&["https://a.example"]).request_headers(["x-a"]),
        policy(&["https://a.example"]).any_request_header(),
    ] {
        let policy = builder.build().unwrap();
        for text in [",", "x-a,", " ,"] {
            let names = text.repeat((1 << 20) / text.len());
            let (verdict, response) = preflight(&policy, &[(METHOD, "GET"), (NAMES, names.trim())]);
            assert_eq!(verdict, Err(Denied::MalformedRequest));
            assert!(!response.contains_key("access-control-allow-headers"));
        }
    }
}

/// And jub0bs/cors#7, kubernetes-sigs/gateway-api#4668.
#[test]
fn rs_cors_184_a_gateway_splits_the_list_into_lines() {
    let builders = [
        policy(&["https://a.example"]).request_headers(["x-a", "x-b"]),
        policy(&["https://a.example"])
            .any_request_header()
            .credentials(true),
    ];
    for policy in builders.map(|builder| builder.build().unwrap()) {
        for lines in [
            &["x-a,x-b"][..],
            &["x-a", "x-b"],
            &["x-a, x-b"],
            &["x-a\t,\tx-b,", "", "X-B"],
            &[",x-b,,x-a"],
        ] {
            let mut asks = Vec::from([(METHOD, "GET")]);
            asks.extend(lines.iter().map(|line| (NAMES, *line)));
            assert_eq!(preflight(&policy, &asks).0, Ok(()), "{lines:?}");
        }
    }
}

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

/// And gorilla/handlers#248, Kludex/starlette#3516, vapor/vapor#2539, envoyproxy/envoy#35873,
/// aspnet/CORS#97.
#[test]
fn expressjs_cors_106_vary_is_missing_where_an_origin_is_denied() {
    let listed = policy(&["https://a.example", "https://b.example"])
        .build()
        .unwrap();
    let credentials = policy(&["https://a.example"])
        .credentials(true)
        .build()
        .unwrap();
    for policy in [listed, credentials] {
        for request in [
            &[][..],
            &[("origin", "https://a.example")],
            &[("origin", "https://evil.com")],
            &[("origin", "x")],
        ] {
            let response = answer(&policy, &headers(request), &[]);
            assert_eq!(response["vary"], "origin", "{request:?}");
        }
    }
}

/// expressjs/cors#332: but where the answer is always the same, caches are not to be split.
#[test]
fn expressjs_cors_332_vary_where_nothing_varies() {
    for builder in [
        CorsPolicy::builder().any_origin(),
        policy(&["https://a.example"]),
    ] {
        let policy = builder.build().unwrap();
        let without_origin = answer(&policy, &HeaderMap::new(), &[]);
        assert!(without_origin.contains_key("access-control-allow-origin"));
        for origin in ["https://a.example", "https://evil.com"] {
            let response = answer(&policy, &headers(&[("origin", origin)]), &[]);
            assert_eq!(response, without_origin);
            assert!(!response.contains_key("vary"));
        }
    }
}

/// tower-http 0.7: a predicate reads a header that `Vary` does not name.
#[test]
fn tower_http_539_a_predicate_s_headers_are_not_in_vary() {
    let policy =
        policy(&["https://a.example"]).origin_predicate(["X-Tenant"], |origin, headers| {
            origin == "https://b.example"
                && headers.get("x-tenant").is_some()
                && headers.get("cookie").is_none()
        });
    let policy = policy.build().unwrap();
    let request = headers(&[
        ("origin", "https://b.example"),
        ("x-tenant", "b"),
        ("cookie", "a"),
    ]);
    let response = answer(&policy, &request, &[]);
    assert_eq!(response["access-control-allow-origin"], "https://b.example");
    assert_eq!(response["vary"], "origin, x-tenant");
    assert_eq!(
        answer(&policy, &HeaderMap::new(), &[])["vary"],
        "origin, x-tenant"
    );
}

/// And #398, #473, #598; honojs/hono#2932, #4471; actix-cors, which loses a second line.
#[test]
fn tower_http_397_the_handler_s_vary_is_lost_or_doubled() {
    let policy = policy(&["https://*.example"]).build().unwrap();
    let vary = |lines: &[&str]| {
        let lines: Vec<_> = lines.iter().map(|line| ("vary", *line)).collect();
        let response = answer(
            &policy,
            &headers(&[("origin", "https://a.example")]),
            &lines,
        );
        let lines = response
            .get_all("vary")
            .iter()
            .map(|line| line.to_str().unwrap().to_owned());
        lines.collect::<Vec<_>>()
    };
    assert_eq!(vary(&["accept", "cookie"]), ["accept", "cookie", "origin"]);
    assert_eq!(
        vary(&["accept, Origin", "cookie"]),
        ["accept, Origin", "cookie"]
    );
    assert_eq!(vary(&["*"]), ["*"]);
}

/// Hono: what a request calls `Vary` ended up in the response.
#[test]
fn ghsa_q7jf_gf43_6x6p_vary_is_taken_from_the_request() {
    let policy = policy(&["https://*.example"])
        .any_request_header()
        .build()
        .unwrap();
    let request = headers(&[
        ("origin", "https://a.example"),
        ("vary", "x-evil"),
        (NAMES, "x-evil"),
    ]);
    let response = answer(&policy, &request, &[]);
    assert_eq!(response["vary"], "origin");
}

/// gin-contrib/cors; flask-cors, django-cors-headers, bunner_cors_rs, rocket_cors, rs/cors.
#[test]
fn cve_2019_25211_unanchored_pattern() {
    for pattern in [
        "https://example.com/*",
        "https://example.com*",
        "https://*example.com",
        "https://a.*.com",
    ] {
        assert_eq!(codes(policy(&[pattern])), ["invalid-origin"], "{pattern}");
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

/// flask-cors, corydolphin/flask-cors#362.
#[test]
fn cve_2024_6221_private_networks_are_opened_by_default() {
    let any = CorsPolicy::builder()
        .any_origin()
        .any_method()
        .any_request_header()
        .build()
        .unwrap();
    let asks = [
        (METHOD, "GET"),
        ("access-control-request-private-network", "true"),
    ];
    let (verdict, response) = preflight(&any, &asks);
    assert_eq!(verdict, Ok(()));
    assert!(!response.contains_key("access-control-allow-private-network"));
}

/// flask-cors: which of several patterns is the most specific was guessed by length. Here each
/// only adds.
#[test]
fn cve_2024_6839_the_longest_pattern_comes_first() {
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

/// flask-cors: a request wrote lines of its own into the log.
#[test]
fn cve_2024_1681_a_request_forges_a_line_of_the_log() {
    let policy = policy(&["https://a.example"]).build().unwrap();
    let request: [(&str, &[u8]); 2] = [
        ("origin", b"https://a\r\nallowed: \x1b[2Jall"),
        (METHOD, b"PUT\0\n"),
    ];
    let decision = policy.decide_raw(b"OPTIONS", |name: &str| {
        let lines: Vec<_> = request
            .iter()
            .filter(|(n, _)| *n == name)
            .map(|(_, value)| *value)
            .collect();
        lines.into_iter()
    });
    let explanation = decision.explain().to_string();
    assert!(
        !explanation.chars().any(char::is_control),
        "{explanation:?}"
    );
    let mut response = HeaderMap::new();
    decision.apply(&mut response);
    assert!(!response.contains_key("access-control-allow-origin"));
}

/// google/go-safeweb: what was asked was copied. And tower-http's mirror, flask-cors's substring.
#[test]
fn go_safeweb_372_the_requested_method_is_reflected_unread() {
    let listed = policy(&["https://a.example"])
        .methods(["PATCH"])
        .build()
        .unwrap();
    let any = policy(&["https://a.example"])
        .any_method()
        .credentials(true)
        .build()
        .unwrap();
    for policy in [&listed, &any] {
        for method in ["GET, DELETE", "PATCH,PUT", "", "P\"T", "PATCH;"] {
            let (verdict, response) = preflight(policy, &[(METHOD, method)]);
            assert_eq!(verdict, Err(Denied::MalformedRequest), "{method}");
            assert!(!response.contains_key("access-control-allow-methods"));
        }
    }
    for method in ["AT", "PATC", "patch", "PATCHX"] {
        assert_eq!(
            preflight(&listed, &[(METHOD, method)]).0,
            Err(Denied::Method),
            "{method}"
        );
    }
    let (_, response) = preflight(&any, &[(METHOD, "AT")]);
    assert_eq!(response["access-control-allow-methods"], "AT");
    let (verdict, _) = preflight(&any, &[(METHOD, "GET"), (NAMES, "x a, \"q\"")]);
    assert_eq!(verdict, Err(Denied::MalformedRequest));
}

/// Starlette, actix-cors: a safelisted method had to be listed, a trailing comma was an error.
#[test]
fn starlette_a_listed_header_with_get_is_refused() {
    let policy = policy(&["https://a.example"])
        .methods(["PUT"])
        .request_headers(["x-a"])
        .build()
        .unwrap();
    for method in ["GET", "HEAD", "POST", "PUT"] {
        for names in ["x-a", "x-a,", ""] {
            assert_eq!(
                preflight(&policy, &[(METHOD, method), (NAMES, names)]).0,
                Ok(()),
                "{method} {names}"
            );
        }
    }
}

/// tower-http intercepts every OPTIONS, actix-cors those without an Origin too.
#[test]
fn tower_http_497_a_plain_options_is_taken_for_a_preflight() {
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    for request in [
        &[][..],
        &[(METHOD, "PUT")],
        &[("origin", "https://a.example")],
        &[("origin", "https://a.example"), (NAMES, "x")],
    ] {
        let request = headers(request);
        assert_eq!(
            policy.decide(&Method::OPTIONS, &request).status(),
            None,
            "{request:?}"
        );
    }
}

/// adamchainz/django-cors-headers#888; expressjs/cors and Hono do so too.
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

/// adamchainz/django-cors-headers#701: an Origin that is no URL was a crash.
#[test]
fn django_cors_headers_701_a_malformed_origin_is_an_error() {
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

/// rs/cors#198, jub0bs/cors#14: two responses shared a slice, and one wrote into it.
#[test]
fn rs_cors_198_a_response_changes_the_next_one() {
    let policy = policy(&["https://a.example", "https://b.example"])
        .build()
        .unwrap();
    let request = headers(&[("origin", "https://a.example")]);
    let mut first = answer(&policy, &request, &[]);
    first.append("vary", "x".parse().unwrap());
    first.insert(
        "access-control-allow-origin",
        "https://b.example".parse().unwrap(),
    );
    let second = answer(&policy, &request, &[]);
    assert_eq!(
        (second["vary"].as_bytes(), second.len()),
        (&b"origin"[..], 2)
    );
}

/// expressjs/cors: a pattern that remembered where it matched last allowed every other request.
#[test]
fn expressjs_cors_the_same_request_is_allowed_every_other_time() {
    let policy = policy(&["https://*.example"]).build().unwrap();
    assert!((0..4).all(|_| allows(&policy, "https://a.example")));
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
