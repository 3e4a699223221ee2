//! `Vary`: the names that a policy adds to the lines that a handler has set.

use serde_json::json;

use super::responses::{OPTIONS_VARY, answer, policy};

/// Each row has the headers of a handler, and the headers of the response to a GET and to an OPTIONS without Origin.
#[test]
fn missing_names_are_added_to_the_vary_of_a_handler() {
    let policy = policy(&json!({"origins": ["https://a.example", "https://b.example"]}));
    for (handler, on_get, on_options) in [
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
}
