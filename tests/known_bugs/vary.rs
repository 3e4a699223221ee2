//! Bugs in `Vary`, and in merging headers into the response of a handler.

use fetch_cors::server::CorsPolicy;
use http::HeaderMap;

use super::{NAMES, answer, headers, policy};

/// gorilla/handlers#248, vapor/vapor#2539, envoyproxy/envoy#35873 and aspnet/CORS#97 are the same bug.
#[test]
fn expressjs_cors_106_and_330_and_starlette_3516_vary_is_missing_for_some_requests() {
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

/// expressjs/cors#332: if the response is always the same, `Vary` must not make a cache store the response several
/// times.
#[test]
fn expressjs_cors_332_vary_on_constant_responses() {
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

/// tower-http 0.7: a predicate reads a header that `Vary` does not list.
#[test]
fn tower_http_539_headers_of_a_predicate_are_not_in_vary() {
    let policy =
        policy(&["https://a.example"]).origin_predicate(&["X-Tenant"], |origin, request| {
            origin == "https://b.example"
                && request.header("x-tenant").is_some()
                && request.header("cookie").is_none()
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

/// The issue 473 of tower-http and honojs/hono#4471 are the same bug. actix-cors loses a second line.
#[test]
fn tower_http_397_and_398_and_598_and_hono_2932_vary_of_the_handler_is_lost_or_doubled() {
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

/// Hono: the header `Vary` of a request was copied into the response.
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

/// Two responses shared a slice, so a change of one response also changed the other response.
#[test]
fn rs_cors_198_and_jub0bs_cors_14_response_changes_the_next_one() {
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
