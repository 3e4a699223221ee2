//! All headers of a response to an allowed origin, to a denied origin, and to a request without `Origin`.

use fetch_cors::{
    cases::respond,
    server::{CorsPolicy, PolicyFile, PublicSuffixList},
};
use serde_json::{Value, json};

pub(super) fn policy(json: &Value) -> CorsPolicy {
    let file = PolicyFile::from_json(&json.to_string()).unwrap();
    file.validate(&PublicSuffixList).unwrap()
}

/// Returns a line of the case format with a request and the response headers of its handler.
fn line(method: &str, headers: &Value, response_headers: &Value) -> String {
    json!({"id": "a", "method": method, "headers": headers, "response_headers": response_headers})
        .to_string()
}

/// Returns the response without its id.
pub(super) fn answer(
    policy: &CorsPolicy,
    method: &str,
    headers: &Value,
    response_headers: &Value,
) -> Value {
    let line = line(method, headers, response_headers);
    let answer = respond(policy, line.as_bytes(), 1).to_string();
    let mut answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(
        answer.as_object_mut().unwrap().remove("id"),
        Some(json!("a")),
        "{answer}"
    );
    answer
}

#[track_caller]
fn assert_answer(policy: &CorsPolicy, method: &str, headers: Value, expected: Value) {
    let found = answer(policy, method, &headers, &json!([]));
    assert_eq!(found, expected, "{method} {headers}");
}

pub(super) const OPTIONS_VARY: &str =
    "origin, access-control-request-method, access-control-request-headers";

#[test]
fn static_policy_sends_the_same_headers_on_each_response() {
    let a = "https://a.example";
    for (origins, allow_origin) in [
        (json!("*"), "*"),
        (json!([a]), a),
        (json!([a, a]), a),
        (json!(["tauri://localhost"]), "tauri://localhost"),
    ] {
        let policy = policy(&json!({"origins": origins, "expose_headers": ["X-B", "etag"]}));
        let headers = json!([
            ["access-control-allow-origin", allow_origin],
            ["access-control-expose-headers", "etag,x-b"]
        ]);
        assert_answer(
            &policy,
            "GET",
            json!([]),
            json!({"kind": "not-cors", "allowed": null, "headers": headers}),
        );
        let own = if allow_origin == "*" {
            "null"
        } else {
            allow_origin
        };
        assert_answer(
            &policy,
            "PUT",
            json!([["Origin", own]]),
            json!({"kind": "cors", "allowed": true, "headers": headers}),
        );
        let mut other = json!({"kind": "cors", "allowed": true, "headers": headers});
        if allow_origin != "*" {
            other =
                json!({"kind": "cors", "allowed": false, "denied": "origin", "headers": headers});
        }
        for origins in [
            json!([["origin", "x, \u{1}"]]),
            json!([["origin", own], ["ORIGIN", own]]),
        ] {
            assert_answer(&policy, "GET", origins, other.clone());
        }
        // Without Access-Control-Request-Method, or without Origin, OPTIONS is not a preflight.
        let mut with_vary = headers.clone();
        with_vary
            .as_array_mut()
            .unwrap()
            .push(json!(["vary", OPTIONS_VARY]));
        let no_origin = json!([["access-control-request-method", "PUT"]]);
        assert_answer(
            &policy,
            "OPTIONS",
            no_origin,
            json!({"kind": "not-cors", "allowed": null, "headers": with_vary}),
        );
        assert_answer(
            &policy,
            "OPTIONS",
            json!([["origin", own]]),
            json!({"kind": "cors", "allowed": true, "headers": with_vary}),
        );
        // The response to a preflight does not expose headers, and a malformed preflight does not get CORS headers.
        let denied = json!([["origin", own], ["access-control-request-method", ""]]);
        assert_answer(
            &policy,
            "OPTIONS",
            denied,
            json!({"kind": "preflight", "allowed": false, "denied": "malformed-request", "status": 403, "headers": [["vary", OPTIONS_VARY]]}),
        );
        // Methods are compared case-sensitively.
        let lower = json!([["origin", own], ["access-control-request-method", "PUT"]]);
        assert_answer(
            &policy,
            "options",
            lower,
            json!({"kind": "cors", "allowed": true, "headers": headers}),
        );
    }
}

#[test]
fn dynamic_policy_sends_headers_to_allowed_origins_only() {
    let a = "https://a.example";
    for origins in [
        json!([a, "https://b.example"]),
        json!([a, "null"]),
        json!(["https://*.example", "https://a.example:*"]),
    ] {
        let policy = policy(&json!({"origins": origins, "expose_headers": "*"}));
        let vary = json!([["vary", "origin"]]);
        assert_answer(
            &policy,
            "GET",
            json!([]),
            json!({"kind": "not-cors", "allowed": null, "headers": vary}),
        );
        for denied in [
            json!([["origin", "https://c.test"]]),
            json!([["origin", ""]]),
            json!([["origin", "https://a.example, https://a.example"]]),
            json!([["origin", "https://a.example/"]]),
            json!([["origin", "https://A.example"]]),
            json!([["origin", "https://a.example:443"]]),
            json!([["origin", a], ["origin", a]]),
        ] {
            assert_answer(
                &policy,
                "GET",
                denied,
                json!({"kind": "cors", "allowed": false, "denied": "origin", "headers": vary}),
            );
        }
        let allowed = json!({"kind": "cors", "allowed": true, "headers": [
            ["access-control-allow-origin", a], ["access-control-expose-headers", "*"], ["vary", "origin"]
        ]});
        // White space around a value is not a part of the value.
        assert_answer(
            &policy,
            "POST",
            json!([["Origin", " \thttps://a.example\t"]]),
            allowed,
        );
    }
    let credentials = policy(&json!({"origins": [a], "credentials": true}));
    assert_answer(
        &credentials,
        "GET",
        json!([["origin", a]]),
        json!({"kind": "cors", "allowed": true, "headers": [
            ["access-control-allow-credentials", "true"], ["access-control-allow-origin", a], ["vary", "origin"]
        ]}),
    );
    let null = policy(&json!({"origins": ["null"]}));
    assert_answer(
        &null,
        "GET",
        json!([]),
        json!({"kind": "not-cors", "allowed": null, "headers": [["vary", "origin"]]}),
    );
    assert_answer(
        &null,
        "GET",
        json!([["origin", "null"]]),
        json!({"kind": "cors", "allowed": true, "headers": [
            ["access-control-allow-origin", "null"], ["vary", "origin"]
        ]}),
    );
}
