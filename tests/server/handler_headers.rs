//! The headers that a handler has set: CORS headers are replaced, and other headers stay.

use fetch_cors::infrastructure::header_list::HeaderList;
use http::HeaderMap;
use serde_json::json;

use super::responses::{OPTIONS_VARY, answer, policy};

/// Each row has the headers of a handler, and the headers of the response to a GET and to an OPTIONS without Origin.
#[test]
fn cors_headers_of_a_handler_are_replaced() {
    let several = policy(&json!({"origins": ["https://a.example", "https://b.example"]}));
    let handler = json!([
        ["Access-Control-Allow-Origin", "*"],
        ["ACCESS-CONTROL-anything", "x"],
        ["access-control-", ""],
        ["Access-Control", "y"]
    ]);
    for (method, expected) in [
        ("GET", json!([["access-control", "y"], ["vary", "origin"]])),
        (
            "OPTIONS",
            json!([["access-control", "y"], ["vary", OPTIONS_VARY]]),
        ),
    ] {
        let found = answer(&several, method, &json!([]), &handler);
        assert_eq!(found["headers"], expected, "{method} {handler}");
    }
    // A malformed preflight does not get CORS headers, even if the policy is static.
    let any = policy(&json!({"origins": "*"}));
    let preflight = json!([["origin", "x"], ["access-control-request-method", "P T"]]);
    let handler = json!([["access-control-allow-origin", "*"], ["vary", "*"]]);
    assert_eq!(
        answer(&any, "OPTIONS", &preflight, &handler)["headers"],
        json!([["vary", "*"]])
    );
}

/// Tests each header list that a `HeaderMap` can contain.
#[test]
fn apply_and_apply_to_agree() {
    let values = [
        "*",
        "accept",
        "Origin ,accept",
        "access-control-request-headers",
        "",
        "x,,ORIGIN",
    ];
    let names = [
        "Vary",
        "vary",
        "access-control-allow-origin",
        "X-A",
        "Access-Control-X",
    ];
    let lists = values.iter().flat_map(|a| values.map(|b| (*a, b)));
    let lists: Vec<_> = lists
        .flat_map(|(a, b)| {
            names
                .iter()
                .flat_map(move |n| names.map(|m| [(*n, a), (m, b)]))
        })
        .collect();
    for origins in [
        json!("*"),
        json!(["https://a.example"]),
        json!(["https://*.example"]),
    ] {
        let policy = policy(&json!({"origins": origins, "methods": ["PUT"], "max_age": 0}));
        for method in [http::Method::GET, http::Method::OPTIONS] {
            let mut request = HeaderMap::new();
            request.insert("origin", "https://a.example".parse().unwrap());
            request.insert("access-control-request-method", "PUT".parse().unwrap());
            let decision = policy.decide(&method, &request);
            for list in &lists {
                let mut list = HeaderList::from_pairs(*list).unwrap();
                let mut map = HeaderMap::try_from(&list).unwrap();
                decision.apply_to(&mut list);
                decision.apply(&mut map);
                assert_eq!(HeaderMap::try_from(&list).unwrap(), map);
            }
        }
    }
}
