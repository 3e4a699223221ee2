//! Answers any bytes as a case line: the answer is one line of JSON, and a case that is printed and
//! parsed again has the same outcome.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::cases::{Answer, Case, answer};
use libfuzzer_sys::fuzz_target;
use serde_json::value::RawValue;

fuzz_target!(|line: &[u8]| {
    let found = answer(line, 7);
    let printed = found.to_string();
    assert!(!printed.contains(['\n', '\r']), "{printed}");
    let json: serde_json::Value = serde_json::from_str(&printed).expect("the answer is JSON");
    assert!(json.get("id").is_some(), "{printed}");
    assert_eq!(
        answer(line, 7),
        found,
        "the same line got two different answers"
    );

    if let Answer::Outcome(outcome) = found {
        let line = std::str::from_utf8(line).expect("an accepted line is UTF-8");
        let case = case_of(line);
        let again = case.to_string();
        match answer(again.as_bytes(), 7) {
            Answer::Outcome(other) => assert_eq!(other, outcome, "{again}"),
            other => panic!("{other}\n{again}"),
        }
    }
});

/// Parses the line, or the case of the line if it is a vector.
fn case_of(line: &str) -> Case<'_> {
    let members: std::collections::BTreeMap<String, &RawValue> =
        serde_json::from_str(line).expect("an accepted line is an object");
    match members.get("case") {
        Some(case) if case.get() != "null" => Case::parse(case.get()),
        _ => Case::parse(line),
    }
    .expect("an accepted line has a case")
}
