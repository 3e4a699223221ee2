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
    assert_eq!(found["allowed"], false);
    let denied = found["denied"].as_str().unwrap();
    if ["origin", "malformed-request"].contains(&denied) {
        assert_eq!(found["status"], 403);
        assert_eq!(found["headers"], json!([["vary", OPTIONS_VARY]]));
    } else {
        assert_eq!(found["status"], 204);
        let names = found["headers"].as_array().unwrap().iter();
        let names: Vec<_> = names.map(|line| line[0].as_str().unwrap()).collect();
        assert!(names.contains(&"access-control-allow-methods"), "{found}");
        assert!(names.contains(&"access-control-allow-origin"), "{found}");
        assert!(!names.contains(&"access-control-max-age"), "{found}");
    }
    denied.into()
}

/// Asserts the `Access-Control-*` headers of the response to a preflight. `expected` has no prefixes.
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
            ("allow-headers", "x-b"),
            ("allow-methods", "PUT"),
            ("allow-origin", "*"),
        ],
    );
    assert_headers(
        json!({"origins": [A], "methods": "*", "request_headers": ["authorization", "*", "x-a"]}),
        &preflight("QUERY", &["Authorization,x-c"]),
        &[
            ("allow-headers", "Authorization,x-c"),
            ("allow-methods", "QUERY"),
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
fn preflight_that_is_denied_in_part_gets_the_other_grants() {
    let listed = json!({"origins": [A], "credentials": true, "methods": ["PUT", "DELETE"], "request_headers": ["x-a"],
        "max_age": 600, "expose_headers": ["etag"]});
    let grants = |methods: &'static str| {
        [
            ("allow-credentials", "true"),
            ("allow-headers", "x-a"),
            ("allow-methods", methods),
            ("allow-origin", A),
        ]
    };
    for (method, names) in [
        ("PATCH", "x-a"),
        ("PATCH", "x-b"),
        ("PUT", "x-b,x-a"),
        ("GET", "x-b"),
    ] {
        assert_headers(
            listed.clone(),
            &preflight(method, &[names]),
            &grants("DELETE,PUT"),
        );
    }
    // Without the list of methods, a browser allows any method of an XMLHttpRequest with upload listeners.
    let none = json!({"origins": "*", "max_age": 600});
    let safelisted = [("allow-methods", "GET,HEAD,POST"), ("allow-origin", "*")];
    for (method, names) in [("PUT", ""), ("PUT", "x-a"), ("GET", "x-a"), ("POST", "*")] {
        assert_headers(none.clone(), &preflight(method, &[names]), &safelisted);
    }
    let any = json!({"origins": [A], "methods": "*", "request_headers": ["*", "x-a"]});
    assert_headers(
        any.clone(),
        &preflight("QUERY", &["x-b,authorization,*", "", "X-C"]),
        &[
            ("allow-headers", "x-b"),
            ("allow-headers", "X-C"),
            ("allow-methods", "QUERY"),
            ("allow-origin", A),
        ],
    );
    assert_headers(
        any.clone(),
        &preflight("*", &["x-b,a b,x-c"]),
        &[
            ("allow-headers", "x-b"),
            ("allow-methods", "GET,HEAD,POST"),
            ("allow-origin", A),
        ],
    );
    assert_headers(
        any,
        &preflight("GET", &["authorization"]),
        &[("allow-methods", "GET,HEAD,POST"), ("allow-origin", A)],
    );
    let with_authorization = json!({"origins": [A], "request_headers": ["*", "authorization"]});
    assert_headers(
        with_authorization,
        &preflight("PUT", &["x-b,Authorization"]),
        &[
            ("allow-headers", "authorization"),
            ("allow-headers", "x-b"),
            ("allow-methods", "GET,HEAD,POST"),
            ("allow-origin", A),
        ],
    );
}

#[test]
fn unlisted_long_method_is_denied() {
    let long = "A".repeat(8193);
    for members in [
        json!({"origins": [A], "methods": "*"}),
        json!({"origins": [A], "credentials": true, "methods": "*"}),
        json!({"origins": [A], "methods": ["PUT"]}),
    ] {
        assert_eq!(verdict(&members, &preflight(&long, &[])), "method");
        assert_eq!(
            verdict(&members, &preflight(&format!("A {long}"), &[])),
            "malformed-request"
        );
    }
    assert_eq!(
        verdict(
            &json!({"origins": [A], "methods": [long]}),
            &preflight(&long, &[])
        ),
        "allowed"
    );
    assert_eq!(
        verdict(
            &json!({"origins": [A], "methods": "*"}),
            &preflight(&"A".repeat(8192), &[])
        ),
        "allowed"
    );
}

/// With a wildcard, a list allows each request that it allows without the wildcard, even if the list is long.
#[test]
fn wildcard_allows_each_request_that_a_long_list_allows() {
    let names: Vec<String> = (0..400)
        .map(|i| format!("x-{}-{i}", "a".repeat(30)))
        .collect();
    let line = names.join(", ");
    let listed = json!({"origins": [A], "request_headers": names});
    let with_wildcard = [names, vec!["*".into()]].concat();
    let with_wildcard = json!({"origins": [A], "request_headers": with_wildcard});
    for members in [listed, with_wildcard] {
        assert_eq!(verdict(&members, &preflight("GET", &[&line])), "allowed");
    }
}

#[test]
fn wildcard_reflects_the_requested_values() {
    let members = json!({"origins": [A], "credentials": true, "methods": "*", "request_headers": ["*", "authorization"], "max_age": 600});
    assert_headers(
        members.clone(),
        &preflight("pUt", &["X-b,\tx-A ,,x-b", "", ", ,\t", "authorization"]),
        &[
            ("allow-credentials", "true"),
            ("allow-headers", "X-b,\tx-A ,,x-b"),
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
fn checks_run_in_the_documented_order() {
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
        (&two, vec![names(19)], "header"),
        (&two, vec![names(9), names(9)], "allowed"),
        (&two, vec![names(9), names(10)], "header"),
        (&two, vec![",".repeat(17)], "allowed"),
        (&two, vec![",".repeat(18)], "header"),
        (&two, vec!["x-c,".repeat(18)], "header"),
        (&two, vec![long(9000)], "header"),
        (&none, vec![], "allowed"),
        (&none, vec![String::new()], "allowed"),
        (&none, vec![",".repeat(15)], "allowed"),
        (&none, vec![",".repeat(16)], "header"),
        (&none, vec!["x-a".into()], "header"),
        (&any, vec![names(2048)], "allowed"),
        (&any, vec![long(8192)], "allowed"),
        (&any, vec![long(8193)], "header"),
        (&any, vec![long(4096), long(4096)], "allowed"),
        (&any, vec![long(4096), long(4097)], "header"),
        (
            &any,
            vec!["authorization,".to_owned() + &long(8192)],
            "header",
        ),
        (&any, vec!["authorization".into()], "header"),
        (&any, vec!["*".into()], "header"),
    ] {
        let lines: Vec<&str> = lines.iter().map(|line| &**line).collect();
        let found = verdict(members, &preflight("GET", &lines));
        let shown: String = lines.join(" | ").chars().take(60).collect();
        assert_eq!(found, expected, "{members} {shown}");
    }
}
