//! The memory that an explanation of a recording allocates grows linearly with the recording.

use fetch_cors::{
    browser::{CredentialsMode, UserAgent},
    explain::{Verdict, input::Recording},
};
use serde_json::{Value, json};

use crate::BYTES;

/// Returns a recording of one fetch, sent `count` times to the same URL. The fetch has a header for each name. Each
/// preflight lists all names.
fn recording(names: usize, count: usize) -> Vec<u8> {
    let names: Vec<String> = (0..names).map(|i| format!("x-{i}")).collect();
    let header = |name: &str, value: &str| json!({"name": name, "value": value});
    let entry = |method: &str, headers: Vec<Value>| {
        json!({
            "request": {"method": method, "url": "https://api.example/", "headers": headers},
            "response": {"status": 200, "headers": [header("Vary", "Origin")]},
        })
    };
    let origin = header("Origin", "https://app.example");
    let preflight = entry(
        "OPTIONS",
        vec![
            origin.clone(),
            header("Access-Control-Request-Method", "PUT"),
            header("Access-Control-Request-Headers", &names.join(",")),
        ],
    );
    let sent = names.iter().map(|name| header(name, "1"));
    let request = entry("PUT", sent.chain([origin]).collect());
    let preflights = vec![preflight; count];
    let entries = [preflights, vec![request; count]].concat();
    json!({"log": {"entries": entries}})
        .to_string()
        .into_bytes()
}

/// Returns the number of bytes that are allocated while the recording is read and its fetches are explained.
fn allocated(text: &[u8]) -> usize {
    let before = BYTES.with(|bytes| bytes.get());
    let recording = Recording::from_slice(text).unwrap();
    for fetch in recording.fetches() {
        let explanation = fetch.explanation(&UserAgent::new(), CredentialsMode::SameOrigin);
        let explanation = explanation.unwrap();
        assert_eq!(explanation.verdict, Verdict::Blocked);
        assert!(!explanation.to_string().is_empty());
    }
    BYTES.with(|bytes| bytes.get()) - before
}

#[test]
fn explanation_of_many_names_allocates_linearly() {
    let [short, long] = [200, 1600].map(|names| allocated(&recording(names, 1)));
    assert!(long < 8 * short * 3 / 2, "{short} {long}");
}

/// The pairing compares each request with several preflights, and must not read the preflights again for each of them.
#[test]
fn pairing_allocates_linearly() {
    let pairing = |count: usize| {
        let recording = Recording::from_slice(&recording(500, count)).unwrap();
        let before = BYTES.with(|bytes| bytes.get());
        assert_eq!(recording.fetches().len(), count);
        BYTES.with(|bytes| bytes.get()) - before
    };
    let [short, long] = [1, 16].map(pairing);
    assert!(long < 16 * short * 3 / 2, "{short} {long}");
}
