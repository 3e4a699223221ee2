//! Preflights: the order of the checks, and the headers of the response.

use serde_json::{Value, json};

use super::responses::{OPTIONS_VARY, answer, policy};

const A: &str = "https://a.example";

/// Returns the headers of a preflight, with these lines of Access-Control-Request-Headers.
fn preflight(method: &str, lines: &[&str]) -> Value {
    let mut headers = vec![
        json!(["Origin", A]),
        json!(["Access-Control-Request-Method", method]),
    ];
    let lines = lines.iter();
    headers.extend(lines.map(|line| json!(["Access-Control-Request-Headers", line])));
    headers.into()
}

/// Returns the reason of the denial, or `allowed`.
fn verdict(members: &Value, headers: &Value) -> String {
    let found = answer(&policy(members), "OPTIONS", headers, &json!([]));
    assert_eq!(found["kind"], "preflight");
    if found["allowed"] == true {
        assert_eq!((&found["status"], found.get("denied")), (&json!(204), None));
        return "allowed".into();
    }
    assert_eq!(
        (&found["allowed"], &found["status"]),
        (&json!(false), &json!(403))
    );
    assert_eq!(found["headers"], json!([["vary", OPTIONS_VARY]]));
    found["denied"].as_str().unwrap().into()
}

/// Asserts the `Access-Control-*` headers of the response to an allowed preflight. `expected` has no prefixes.
#[track_caller]
fn assert_headers(members: Value, headers: &Value, expected: &[(&str, &str)]) {
    let found = answer(&policy(&members), "OPTIONS", headers, &json!([]));
    let expected = expected.iter();
    let expected = expected.map(|(name, value)| json!([format!("access-control-{name}"), value]));
    let expected: Vec<Value> = expected.chain([json!(["vary", OPTIONS_VARY])]).collect();
    assert_eq!(found["headers"], json!(expected), "{members}");
}

#[test]
fn allowed_preflight_has_the_listed_grants() {
    let put = preflight("PUT", &["x-b"]);
    assert_headers(
        json!({"origins": [A], "methods": ["PUT", "DELETE", "PUT", "patch"], "request_headers": ["X-B", "authorization", "x-b"],
            "max_age": 0, "expose_headers": ["etag"]}),
        &put,
        &[
            ("allow-headers", "authorization,x-b"),
            ("allow-methods", "DELETE,PUT,patch"),
            ("allow-origin", A),
            ("max-age", "0"),
        ],
    );
    assert_headers(
        json!({"origins": "*"}),
        &preflight("GET", &[]),
        &[("allow-origin", "*")],
    );
    assert_headers(
        json!({"origins": "*", "methods": "*", "request_headers": "*"}),
        &put,
        &[
            ("allow-headers", "*"),
            ("allow-methods", "*"),
            ("allow-origin", "*"),
        ],
    );
    assert_headers(
        json!({"origins": [A], "methods": "*", "request_headers": ["authorization", "*", "x-a"]}),
        &preflight("*", &["Authorization,*"]),
        &[
            ("allow-headers", "*,authorization"),
            ("allow-methods", "*"),
            ("allow-origin", A),
        ],
    );
    let found = answer(
        &policy(&json!({"origins": [A], "preflight_status": 200})),
        "OPTIONS",
        &preflight("HEAD", &[]),
        &json!([]),
    );
    assert_eq!(found["status"], 200);
}

#[test]
fn wildcard_with_credentials_reflects() {
    let members = json!({"origins": [A], "credentials": true, "methods": "*", "request_headers": ["*", "authorization"], "max_age": 600});
    assert_headers(
        members.clone(),
        &preflight("pUt", &["X-b,\tx-A ,,x-b", "", "authorization"]),
        &[
            ("allow-credentials", "true"),
            ("allow-headers", "X-b,\tx-A ,,x-b"),
            ("allow-headers", ""),
            ("allow-headers", "authorization"),
            ("allow-methods", "pUt"),
            ("allow-origin", A),
            ("max-age", "600"),
        ],
    );
    let safelisted = [
        ("allow-credentials", "true"),
        ("allow-origin", A),
        ("max-age", "600"),
    ];
    assert_headers(members.clone(), &preflight("POST", &[]), &safelisted);
    assert_eq!(verdict(&members, &preflight("*", &[])), "method");
    assert_eq!(verdict(&members, &preflight("GET", &["x-a,*"])), "header");
    let without = json!({"origins": [A], "credentials": true, "request_headers": "*"});
    assert_eq!(verdict(&without, &preflight("GET", &["x-a"])), "allowed");
    assert_eq!(
        verdict(&without, &preflight("GET", &["x-a,AUTHORIZATION"])),
        "header"
    );
    // A list without `*` does not allow the name `*`.
    let listed = json!({"origins": [A], "request_headers": ["x-a"], "methods": ["PUT"]});
    assert_eq!(verdict(&listed, &preflight("*", &[])), "method");
    assert_eq!(verdict(&listed, &preflight("PUT", &["*"])), "header");
}

#[test]
fn checks_have_an_order() {
    let members = json!({"origins": [A, "null"], "methods": ["PUT"], "request_headers": ["x-a"]});
    let request = |origin: &str, methods: &[&str], line: &str| {
        let methods = methods.iter();
        let methods = methods.map(|method| json!(["access-control-request-method", method]));
        let others = [
            json!(["origin", origin]),
            json!(["access-control-request-headers", line]),
        ];
        Value::from(others.into_iter().chain(methods).collect::<Vec<_>>())
    };
    for (headers, expected) in [
        (request("https://b.example", &["", ""], "\u{1}"), "origin"),
        (request("", &["PUT"], ""), "origin"),
        (request("null", &["PUT"], ""), "allowed"),
        (request(A, &["PUT", "PUT"], "x-b"), "malformed-request"),
        (request(A, &["DELETE", "PUT"], "x-b"), "malformed-request"),
        (request(A, &[""], "x-b"), "malformed-request"),
        (request(A, &["PUT, PUT"], "x-b"), "malformed-request"),
        (request(A, &["put"], "a b"), "method"),
        (request(A, &["DELETE"], "a b"), "method"),
        (request(A, &["get"], ""), "method"),
        (request(A, &["PUT"], "x-b,a b"), "malformed-request"),
        (request(A, &["PUT"], "x-b,\u{e9}"), "malformed-request"),
        (request(A, &["PUT"], "x-b,x-a"), "header"),
        (request(A, &["PUT"], "content-type"), "header"),
        (request(A, &["PUT"], "accept"), "header"),
        (request(A, &["HEAD"], "X-A"), "allowed"),
    ] {
        assert_eq!(verdict(&members, &headers), expected, "{headers}");
    }
    let twice = json!([
        ["origin", "x"],
        ["origin", "y"],
        ["access-control-request-method", "PUT"]
    ]);
    assert_eq!(verdict(&members, &twice), "origin");
    assert_eq!(
        verdict(&json!({"origins": "*", "methods": ["PUT"]}), &twice),
        "allowed"
    );
}

#[test]
fn header_names_are_a_list_with_limits() {
    let two = json!({"origins": [A], "request_headers": ["x-a", "x-b", "X-A"]});
    let none = json!({"origins": [A]});
    let any = json!({"origins": [A], "request_headers": "*"});
    let names = |count: usize| vec!["x-a"; count].join(",");
    let long = |count: usize| "a".repeat(count);
    for (members, lines, expected) in [
        (&two, vec!["x-b,X-A,x-b".to_owned()], "allowed"),
        (
            &two,
            vec!["x-b".into(), String::new(), "x-a".into()],
            "allowed",
        ),
        (
            &two,
            vec!["x-b \t".replace(" \t", "\t,") + " x-a\t, ,\t"],
            "allowed",
        ),
        (&two, vec!["x-a, \t,x-b".into()], "allowed"),
        (&two, vec!["x-a,  x-b".into()], "malformed-request"),
        (&two, vec!["x-a\t ,x-b".into()], "malformed-request"),
        (&two, vec!["x-a,   ,x-b".into()], "malformed-request"),
        (&two, vec!["x-a x-b".into()], "malformed-request"),
        (&two, vec!["x-a;q".into()], "malformed-request"),
        (&two, vec!["x-a,\"x-b\"".into()], "malformed-request"),
        (&two, vec![names(18)], "allowed"),
        (&two, vec![names(19)], "malformed-request"),
        (&two, vec![names(9), names(9)], "allowed"),
        (&two, vec![names(9), names(10)], "malformed-request"),
        (&two, vec![",".repeat(17)], "allowed"),
        (&two, vec![",".repeat(18)], "malformed-request"),
        (&two, vec!["x-c,".repeat(18)], "malformed-request"),
        (&two, vec![long(9000)], "header"),
        (&none, vec![], "allowed"),
        (&none, vec![String::new()], "allowed"),
        (&none, vec![",".repeat(15)], "allowed"),
        (&none, vec![",".repeat(16)], "malformed-request"),
        (&none, vec!["x-a".into()], "header"),
        (&any, vec![names(2048)], "allowed"),
        (&any, vec![long(8192)], "allowed"),
        (&any, vec![long(8193)], "malformed-request"),
        (&any, vec![long(4096), long(4096)], "allowed"),
        (&any, vec![long(4096), long(4097)], "malformed-request"),
        (
            &any,
            vec!["authorization,".to_owned() + &long(8192)],
            "malformed-request",
        ),
        (&any, vec!["authorization".into()], "header"),
        (&any, vec!["*".into()], "allowed"),
    ] {
        let lines: Vec<&str> = lines.iter().map(|line| &**line).collect();
        let found = verdict(members, &preflight("GET", &lines));
        let shown: String = lines.join(" | ").chars().take(60).collect();
        assert_eq!(found, expected, "{members} {shown}");
    }
}
