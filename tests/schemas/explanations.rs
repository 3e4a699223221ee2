//! The lines of `explain --json` fit their schemas.

use std::collections::BTreeSet;

use fetch_cors::explain::NearMissKind;

use crate::{
    printed::printed,
    program::{file, ran, vectors},
    validator::{Schemas, document},
};

#[test]
fn kinds_of_near_misses_are_listed() {
    let schema = document("explanation");
    let listed = schema["$defs"]["near-miss-kind"]["enum"]
        .as_array()
        .unwrap();
    let listed: Vec<_> = listed.iter().map(|kind| kind.as_str().unwrap()).collect();
    let kinds: Vec<_> = NearMissKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(listed, kinds);
}

/// The explained cases have every verdict, every kind of fix and every kind of caution that the schema lists.
#[test]
fn explanations_of_cases_fit_the_schema() {
    let mut found: [BTreeSet<String>; 3] = Default::default();
    // A page on http that sends cookies.
    let insecure = r#"{"id":"a","fetches":[{"origin":"http://app.example","url":"http://api.example/","credentials":"include"}],"server":[]}"#;
    let generated = ran(&["generate", "--seed=1", "--count=1500"], "").out + insecure;
    let generated = file("schemas-explained.ndjson", generated);
    for path in [
        vectors("failures.ndjson"),
        vectors("verdicts.ndjson"),
        generated,
    ] {
        let lines = printed(
            &["explain", "--json", "--case", &path],
            "",
            &["case-explanation"],
        );
        for line in lines.lines() {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            for fetch in line["fetches"].as_array().unwrap() {
                found[0].insert(fetch["verdict"].to_string());
                found[1].insert(fetch["fix"]["kind"].to_string());
                let cautions = fetch["cautions"].as_array().unwrap();
                found[2].extend(cautions.iter().map(|caution| caution["kind"].to_string()));
            }
        }
    }
    let schema = document("explanation");
    let words = |pointer: &str| -> BTreeSet<String> {
        let list = schema.pointer(pointer).expect(pointer).as_array().unwrap();
        list.iter().map(ToString::to_string).collect()
    };
    // The answers of a case are known.
    found[0].insert("\"undecided\"".into());
    assert_eq!(found[0], words("/properties/verdict/enum"));
    let kinds = schema["$defs"]["fix"]["oneOf"].as_array().unwrap();
    let kinds = kinds
        .iter()
        .map(|kind| kind["properties"]["kind"]["const"].to_string());
    assert_eq!(found[1], kinds.collect());
    assert_eq!(
        found[2],
        words("/properties/cautions/items/properties/kind/enum")
    );
}

#[test]
fn explanations_of_calls_recordings_and_messages_fit_the_schema() {
    let call = [
        "explain",
        "--json",
        "--origin",
        "https://app.example",
        "--url",
        "https://api.example/",
    ];
    printed(&call, "", &["explanation"]);
    printed(&[&call[..], &["-X", "a b"]].concat(), "", &["explanation"]);

    let schemas = Schemas::load();
    let check = |schema: &str, text: &str| {
        assert!(!text.is_empty());
        for line in text.lines() {
            let value = serde_json::from_str(line).unwrap();
            if let Some(refusal) = schemas.refusal(schema, &value) {
                panic!("{line}\n{refusal}");
            }
        }
    };
    let folder = format!("{}/tests/explain/har", env!("CARGO_MANIFEST_DIR"));
    for name in ["cdp-chromium", "netmonitor-firefox", "playwright-chromium"] {
        let har = format!("{folder}/{name}.har");
        check(
            "recorded-explanation",
            &ran(&["explain", "--json", "--all", &har], "").out,
        );
    }
    let messages = "Access to fetch at 'https://api.example/\u{e9}' from origin 'https://app.example' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the supplied origin.\n\
        Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://a.example/. (Reason: CORS header \u{2018}Access-Control-Allow-Origin\u{2019} missing). Status code: 404.\n";
    check(
        "console-explanation",
        &ran(&["explain", "--json", "-"], messages).out,
    );
}
