//! Requests as lines of the case format: which lines are malformed.

use fetch_cors::cases::{PolicyAnswer, respond};
use serde_json::{Value, json};

use super::responses::policy;

#[test]
fn malformed_line_is_reported_with_its_member() {
    let policy = policy(&json!({"origins": "*"}));
    for (line, expected) in [
        (
            r#"{"id":"a","method":"","headers":[]}"#,
            json!({"id": "a", "malformed": "method: `` is not a method: write a method without white space and without characters such as `,` and `:`"}),
        ),
        (
            r#"{"id":"a","method":"é","headers":[]}"#,
            json!({"id": "a", "malformed": r"method: `\u{e9}` is not a method: write a method without white space and without characters such as `,` and `:`"}),
        ),
        (
            r#"{"id":"a","x-case":{"id":"b"},"method":1,"headers":[]}"#,
            json!({"id": "a", "malformed": "method: the value is the number `1`, but it must be a string"}),
        ),
        (
            r#"{"id":"a","case":{"id":"b"},"method":"GET","headers":[]}"#,
            json!({"id": "a", "malformed": "case: no member has this name: use one of `response_headers`, `url`, or begin the name with `x-`"}),
        ),
        (
            r#"{"id":"a","headers":[]}"#,
            json!({"id": "a", "malformed": "the member `method` is missing: add it"}),
        ),
        (
            r#"{"id":"a","method":"GET"}"#,
            json!({"id": "a", "malformed": "the member `headers` is missing: add it"}),
        ),
        (
            r#"{"method":"GET","headers":[]}"#,
            json!({"id": null, "line": 9, "malformed": "the member `id` is missing: add it"}),
        ),
        (
            r#"["a","GET",[],[]]"#,
            json!({"id": null, "line": 9, "malformed": "the value is a list, but it must be a request, which is an object with the members `id`, `method` and `headers`"}),
        ),
        (
            r#"{"id":"a","method":"GET","headers":[["a","Ā"]]}"#,
            json!({"id": "a", "malformed": "headers[0][1]: a character above U+00FF is not a byte: write each byte as one character from U+0000 to U+00FF"}),
        ),
        (
            r#"{"id":"a","method":"GET","headers":[],"response_headers":[["a",""],["a b",""]]}"#,
            json!({"id": "a", "malformed": "response_headers[1][0]: `a b` is not a header name: write a name without white space and without characters such as `,` and `:`"}),
        ),
        (
            r#"{"id":"a","method":"GET","headers":[],"response_headers":null}"#,
            json!({"id": "a", "malformed": "response_headers: the value is null, but it must be a list of pairs, such as `[[\"name\", \"value\"]]`"}),
        ),
    ] {
        let found = respond(&policy, line.as_bytes(), 9).to_string();
        assert_eq!(
            serde_json::from_str::<Value>(&found).unwrap(),
            expected,
            "{line}"
        );
    }
    for value in [r"\u0000", r"x\r", r"\n"] {
        for member in ["headers", "response_headers"] {
            let line =
                format!(r#"{{"id":"a","method":"GET","headers":[],"{member}":[["a","{value}"]]}}"#)
                    .replace(r#""headers":[],"headers""#, r#""headers""#);
            let found = respond(&policy, line.as_bytes(), 9);
            let PolicyAnswer::Malformed { malformed, .. } = found else {
                panic!("{line}")
            };
            assert!(
                malformed.starts_with(&format!("{member}[0][1]: ")),
                "{malformed}"
            );
        }
    }
    let ignored = r#"{"id":"a","url":"a","method":"GET","headers":[],"x-a":null}"#;
    assert!(matches!(
        respond(&policy, ignored.as_bytes(), 9),
        PolicyAnswer::Response(_)
    ));
    assert!(matches!(
        respond(&policy, b"\xff", 9),
        PolicyAnswer::Malformed {
            id: None,
            line: Some(9),
            ..
        }
    ));
}
