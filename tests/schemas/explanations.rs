//! The lines of `explain --json` fit their schemas.

use std::collections::BTreeSet;

use fetch_cors::{explain::NearMissKind, recorded::PolicyWarningKind};
use serde_json::{Value, json};

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

/// The explained cases have every verdict, every kind of fix and every kind of caution in the lists of the schema.
#[test]
fn explanations_of_cases_fit_the_schema() {
    let mut found: [BTreeSet<String>; 3] = Default::default();
    // A page on http that sends cookies.
    let insecure = r#"{"id":"a","fetches":[{"origin":"http://app.example","url":"http://api.example/","credentials":"include"}],"server":[]}"#;
    let app =
        r#"{"id":"b","fetches":[{"origin":"file://","url":"https://api.example/"}],"server":[]}"#;
    let look_alike = r#"{"id":"c","fetches":[{"origin":"https://api.example.evil.test","url":"https://api.example/"}],"server":[]}"#;
    let generated = ran(&["generate", "--seed=1", "--count=1500"], "").out;
    let generated = generated + &[insecure, app, look_alike].join("\n");
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
    // A case has all answers, so no explanation of a case is undecided.
    found[0].insert("\"undecided\"".into());
    assert_eq!(found[0], words("/properties/verdict/enum"));
    let kinds = schema["$defs"]["fix"]["oneOf"].as_array().unwrap();
    let kinds = kinds
        .iter()
        .map(|kind| kind["properties"]["kind"]["const"].to_string());
    // The fix `not-cors` is for an error that a browser reported. Only a recording can contain such an error.
    found[1].insert("\"not-cors\"".into());
    // No vector has a redirect to a login page.
    found[1].insert("\"login-page\"".into());
    assert_eq!(found[1], kinds.collect());
    assert_eq!(
        found[2],
        words("/$defs/cautions/items/properties/kind/enum")
    );
}

/// Returns a recording with a request for each verdict of a check.
fn unclear_recording() -> Value {
    let header = |(name, value): (&str, &str)| json!({"name": name, "value": value});
    let entry = |method: &str, headers: &[(&str, &str)]| {
        let headers: Vec<_> = headers.iter().copied().map(header).collect();
        json!({
            "request": {"method": method, "url": "https://api.example/", "headers": headers},
            "response": {"status": 200, "headers": []},
        })
    };
    let allowed = ("Origin", "http://127.0.0.1:8001");
    let mode = ("Sec-Fetch-Mode", "cors");
    json!({"log": {"entries": [
        entry("GET", &[allowed, mode]),
        entry("GET", &[("Origin", "https://b.example"), mode]),
        entry("PUT", &[allowed, mode, ("Cookie", "a=b")]),
        entry("GET", &[("Origin", "a b"), ("Sec-Fetch-Site", "cross-site"), mode]),
        entry("OPTIONS", &[allowed, ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "x-a")]),
    ]}})
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
    let recording = file("schema-check.har", unclear_recording().to_string());
    let cdp = format!("{folder}/cdp-chromium.har");
    let mut verdicts = BTreeSet::new();
    for credentials in [true, false] {
        let policy = json!({"origins": ["http://127.0.0.1:8001"], "credentials": credentials});
        let policy = file("schema-check.json", policy.to_string());
        for (har, server) in [
            (&recording, "https://api.example/"),
            (&cdp, "http://127.0.0.1:8002/"),
        ] {
            let arguments = [
                "policy",
                "check",
                "--json",
                &policy,
                har,
                "--only-url",
                server,
            ];
            let checked = ran(&arguments, "");
            check("checked-request", &checked.out);
            let lines = checked.json().into_iter();
            verdicts.extend(lines.map(|line| line["verdict"].to_string()));
        }
    }
    for har in [&recording, &cdp] {
        let suggested = ran(&["policy", "suggest", "--json", har], "").out;
        check("policy-suggestion", &suggested);
    }
    assert_eq!(verdicts.len(), 4, "{verdicts:?}");
    let kinds: Vec<_> = PolicyWarningKind::ALL
        .iter()
        .map(|kind| kind.as_str())
        .collect();
    let schema = document("policy-suggestion");
    let listed = schema.pointer("/properties/warnings/items/properties/warning/enum");
    assert_eq!(*listed.unwrap(), json!(kinds));
    let messages = "Access to fetch at 'https://api.example/\u{e9}' from origin 'https://app.example' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the supplied origin.\n\
        Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://a.example/. (Reason: CORS header \u{2018}Access-Control-Allow-Origin\u{2019} missing). Status code: 404.\n";
    check(
        "console-explanation",
        &ran(&["explain", "--json", "-"], messages).out,
    );
}
