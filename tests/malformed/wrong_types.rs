//! A value of a wrong type: the error describes the expected value, and has no words of Rust.

use fetch_cors::cases::{Answer, ExchangeRecord, Vector, answer};
use serde_json::{Value, json};

/// Words that the JSON parser takes from the code.
const INTERNAL_WORDS: [&str; 14] = [
    "struct",
    "enum",
    "variant",
    "tuple",
    "newtype",
    "Record",
    "Text<",
    "sequence",
    "identifier",
    "a map",
    "u16",
    "u64",
    "f64",
    "invalid type",
];

/// Replaces each value in `value` with `wrong`, and calls `check` with each changed whole value.
fn replace_each(value: &Value, wrong: &Value, check: &mut dyn FnMut(Value)) {
    check(wrong.clone());
    match value {
        Value::Array(values) => {
            for (i, inner) in values.iter().enumerate() {
                replace_each(inner, wrong, &mut |changed| {
                    let mut whole = value.clone();
                    *whole.get_mut(i).unwrap() = changed;
                    check(whole);
                });
            }
        }
        Value::Object(members) => {
            for (name, inner) in members {
                replace_each(inner, wrong, &mut |changed| {
                    let mut whole = value.clone();
                    *whole.get_mut(name).unwrap() = changed;
                    check(whole);
                });
            }
        }
        _ => {}
    }
}

/// Returns the error for the line.
type Read = fn(&str) -> Option<String>;

#[test]
fn errors_have_no_internal_words() {
    let case = json!({
        "id": "a",
        "fetches": [{
            "origin": "https://a.example", "url": "https://b.example/", "at": 1, "method": "PUT", "mode": "cors",
            "credentials": "include", "redirect": "follow", "headers": [["x-a", "1"]], "body": {"type": "text/plain"},
        }],
        "server": [{
            "url": "https://b.example/", "response": {"status": 200, "headers": [["vary", "origin"]]},
            "preflight": {"status": 200},
        }],
    });
    let requests = json!([{"method": "GET", "url": "https://b.example/", "headers": [["origin", "null"]], "credentials": false}]);
    let outcome =
        json!({"id": "a", "fetches": [{"requests": requests, "result": {"type": "error"}}]});
    let vector = json!({"source": "a", "case": case, "observed": {"chromium": outcome}});
    let expected = json!({"note": "a", "case": case, "expect": {"fetches": [
        {"request_count": 1, "preflighted": false, "result": {"type": "cors", "status": 200, "headers": [["a", "b"]]}},
    ]}});
    let exchange = json!({
        "id": "a", "seconds": 1.5,
        "request": {"method": "GET", "url": "https://b.example/", "headers": [["origin", "null"]]},
        "response": {"status": 200, "headers": [["vary", "origin"]]},
    });
    let of_answer: Read = |line| match answer(line.as_bytes(), 1) {
        Answer::Malformed { malformed, .. } => Some(malformed),
        _ => None,
    };
    let of_vector: Read = |line| Vector::parse(line).err().map(|error| error.to_string());
    let of_exchange: Read = |line| {
        let error = ExchangeRecord::parse(line).err()?;
        Some(error.to_string())
    };
    for (value, read) in [
        (case, of_answer),
        (vector, of_vector),
        (expected, of_vector),
        (exchange, of_exchange),
    ] {
        assert_eq!(read(&value.to_string()), None);
        for wrong in [
            json!(7),
            json!(true),
            json!(null),
            json!("x"),
            json!([]),
            json!({}),
        ] {
            replace_each(&value, &wrong, &mut |changed| {
                let line = changed.to_string();
                let error = read(&line).unwrap_or_default();
                for word in INTERNAL_WORDS {
                    assert!(!error.contains(word), "{line}\n{error}");
                }
            });
        }
    }
}
