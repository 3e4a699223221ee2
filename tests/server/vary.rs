//! What becomes of the headers that a handler has put on a response.

use fetch_cors::infrastructure::header_list::HeaderList;
use http::HeaderMap;
use serde_json::json;

use super::responses::{OPTIONS_VARY, answer, policy};

/// What a handler has set, and what is left of it on a GET and on an OPTIONS without Origin.
#[test]
fn what_a_handler_set_is_merged() {
    let policy = policy(&json!({"origins": ["https://a.example", "https://b.example"]}));
    for (handler, on_get, on_options) in [
        (
            json!([
                ["Access-Control-Allow-Origin", "*"],
                ["ACCESS-CONTROL-anything", "x"],
                ["access-control-", ""],
                ["Access-Control", "y"]
            ]),
            json!([["access-control", "y"], ["vary", "origin"]]),
            json!([["access-control", "y"], ["vary", OPTIONS_VARY]]),
        ),
        (
            json!([["Vary", "accept"]]),
            json!([["vary", "accept"], ["vary", "origin"]]),
            json!([["vary", "accept"], ["vary", OPTIONS_VARY]]),
        ),
        (
            json!([
                ["x", "2"],
                ["vary", "Accept,\tORIGIN "],
                ["X", "1"],
                ["vary", "b"],
                ["a", "\u{1}\u{ff}"]
            ]),
            json!([
                ["a", "\u{1}\u{ff}"],
                ["vary", "Accept,\tORIGIN"],
                ["vary", "b"],
                ["x", "2"],
                ["x", "1"]
            ]),
            json!([
                ["a", "\u{1}\u{ff}"],
                ["vary", "Accept,\tORIGIN"],
                ["vary", "b"],
                [
                    "vary",
                    "access-control-request-method, access-control-request-headers"
                ],
                ["x", "2"],
                ["x", "1"]
            ]),
        ),
        (
            json!([["vary", "a"], ["vary", "Access-Control-Request-Method , *"]]),
            json!([["vary", "a"], ["vary", "Access-Control-Request-Method , *"]]),
            json!([["vary", "a"], ["vary", "Access-Control-Request-Method , *"]]),
        ),
        (
            json!([
                ["vary", "access-control-request-method"],
                ["vary", "xorigin"]
            ]),
            json!([
                ["vary", "access-control-request-method"],
                ["vary", "xorigin"],
                ["vary", "origin"]
            ]),
            json!([
                ["vary", "access-control-request-method"],
                ["vary", "xorigin"],
                ["vary", "origin, access-control-request-headers"]
            ]),
        ),
        (
            json!([["vary", ""]]),
            json!([["vary", ""], ["vary", "origin"]]),
            json!([["vary", ""], ["vary", OPTIONS_VARY]]),
        ),
    ] {
        for (method, expected) in [("GET", on_get), ("OPTIONS", on_options)] {
            let found = answer(&policy, method, &json!([]), &handler);
            assert_eq!(found["headers"], expected, "{method} {handler}");
        }
    }
    // A preflight that is denied loses what a handler set too, of a static policy as well.
    let any = super::responses::policy(&json!({"origins": "*"}));
    let asks = json!([["origin", "x"], ["access-control-request-method", "PUT"]]);
    let handler = json!([["access-control-allow-origin", "*"], ["vary", "*"]]);
    assert_eq!(
        answer(&any, "OPTIONS", &asks, &handler)["headers"],
        json!([["vary", "*"]])
    );
}

/// The two ways to merge, on everything that both can hold.
#[test]
fn both_ways_to_merge_agree() {
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
                decision.apply_to_list(&mut list);
                decision.apply(&mut map);
                assert_eq!(HeaderMap::try_from(&list).unwrap(), map);
            }
        }
    }
}
