//! Lines that the schemas refuse.

use std::collections::BTreeSet;

use crate::{
    mutants::{Change, mutants},
    samples::samples,
    validator::{Schemas, document, names},
};

/// The schemas accept exactly the listed mutants of a sample: a removed member, another type, any string, or an
/// additional member whose name begins with `x-`.
#[test]
fn schemas_accept_only_the_listed_changes() {
    let schemas = Schemas::load();
    for sample in samples() {
        let mut accepted: [BTreeSet<String>; 5] = Default::default();
        for line in sample.lines {
            let document = serde_json::from_str(line).unwrap();
            if let Some(refusal) = schemas.refusal(sample.schema, &document) {
                panic!("{line}\n{refusal}");
            }
            for mutant in mutants(&document) {
                if !schemas.accepts(sample.schema, &mutant.document) {
                    continue;
                }
                let place = match mutant.change {
                    Change::Retyped => format!("{} {}", mutant.path, mutant.kind),
                    _ => mutant.path,
                };
                accepted[mutant.change as usize].insert(place);
            }
        }
        // The member `value` of a configuration error can be any JSON value.
        let unknown: &[&str] = match sample.schema {
            "configuration-error" => &["value"],
            _ => &[],
        };
        let expected = [
            sample.optional,
            sample.retyped,
            sample.free,
            sample.open,
            unknown,
        ];
        let kinds = ["optional", "retyped", "free", "open", "unknown"];
        for ((kind, found), expected) in kinds.into_iter().zip(accepted).zip(expected) {
            let expected = expected.iter().map(|path| (*path).to_owned()).collect();
            assert_eq!(found, expected, "{}, {kind}", sample.schema);
        }
    }
}

/// If a schema or a member had no sample, the test above would not cover it.
#[test]
fn samples_have_every_schema_and_every_member() {
    let sampled: Vec<_> = samples().map(|sample| sample.schema).collect();
    let lines: Vec<_> = samples().flat_map(|sample| sample.lines).collect();
    for name in names() {
        if !["definitions", "failure"].contains(&&*name) {
            assert!(sampled.contains(&&*name), "{name}");
        }
        let document = document(&name);
        assert_eq!(document["$id"], format!("{name}.json"));
        for pointer in crate::mutants::pointers(&document) {
            let (parent, member) = pointer.rsplit_once('/').unwrap_or_default();
            if parent.ends_with("/properties") {
                let quoted = format!("\"{member}\":");
                assert!(lines.iter().any(|line| line.contains(&quoted)), "{pointer}");
            }
        }
    }
}

/// These lines differ from a sample in more than one member, or in a limit.
#[test]
fn schemas_refuse_conflicting_members_and_values_out_of_range() {
    let schemas = Schemas::load();
    let fetch = |members: &str| {
        format!(
            r#"{{"id":"a","fetches":[{{"origin":"null","url":"http://a"{members}}}],"server":[]}}"#
        )
    };
    let origin = |origin: &str| fetch("").replace(r#""null""#, &format!("\"{origin}\""));
    let response = |response: &str| {
        let server = format!(r#""server":[{{"url":"http://a","response":{response}}}]"#);
        fetch("").replace(r#""server":[]"#, &server)
    };
    let result =
        |result: &str| format!(r#"{{"id":"a","fetches":[{{"requests":[],"result":{result}}}]}}"#);
    let request = |members: &str| {
        format!(
            r#"{{"id":"a","fetches":[{{"requests":[{{"credentials":true,{members}}}],"result":{{"type":"error","failure":"bad-port","step":"main-fetch/7","message":"a","anchor":"https://a"}}}}]}}"#
        )
    };
    let policy = |members: &str| format!(r#"{{"origins":["https://a.example"]{members}}}"#);
    let answer = |members: &str| format!(r#"{{"id":"a","headers":[],{members}}}"#);
    let refused = [
        ("case", fetch(r#","at":-0.5"#)),
        ("case", fetch(r#","at":18446744073709551616"#)),
        (
            "case",
            fetch(r#","use_cors_preflight":true,"mode":"no-cors""#),
        ),
        (
            "case",
            fetch(r#","use_cors_preflight":true,"credentials":"omit""#),
        ),
        (
            "case",
            fetch(r#","use_cors_preflight":true,"redirect":"manual""#),
        ),
        ("case", fetch(r#","api":"fetch","use_cors_preflight":true"#)),
        ("case", fetch(r#","api":"xhr","mode":"no-cors""#)),
        ("case", fetch(r#","api":"xhr","credentials":"omit""#)),
        ("case", fetch(r#","api":"xhr","redirect":"error""#)),
        ("case", fetch(r#","api":"xhr","referrer_policy":"origin""#)),
        ("case", fetch(r#","body":{}"#)),
        ("case", fetch(r#","body":{"type":""}"#)),
        ("case", fetch(r#","body":{"type":"a\u00e9"}"#)),
        ("case", fetch(r#","headers":[["a"]]"#)),
        ("case", fetch(r#","headers":[["a","b","c"]]"#)),
        (
            "case",
            response(r#"{"status":200}"#)
                .replace(r#""url":"http://a","r"#, r#""url":"ftp://a","r"#),
        ),
        (
            "case",
            fetch(r#","use_cors_preflight":true,"referrer_policy":"origin""#),
        ),
        ("case", fetch("").replace("http://a", "a")),
        ("case", origin("http://a/")),
        ("case", origin("http://A")),
        ("case", origin("ftp://a")),
        ("case", origin("http://u@a")),
        ("case", origin("app://u@a")),
        ("case", origin("app://a/")),
        ("case", origin("App://a")),
        ("case", origin("app://")),
        ("case", origin("app:a")),
        ("case", origin("app://a:01")),
        ("case", origin("file:///a")),
        ("case", origin("ws://a")),
        ("case", origin("data://a")),
        ("case", origin("http://a:080")),
        ("case", r#"{"id":"a","fetches":[],"server":[]}"#.into()),
        ("case", response(r#"{"status":199}"#)),
        ("case", response(r#"{"status":1000}"#)),
        ("case", response(r#"{"headers":[]}"#)),
        ("case", response(r#"{"error":"network","status":200}"#)),
        ("case", response(r#"{"error":"network","headers":[]}"#)),
        ("case", response(r#"[]"#)),
        (
            "case",
            response(r#"{"status":200,"headers":[["a b","c"]]}"#),
        ),
        (
            "case",
            response(r#"{"status":200,"headers":[["a","b\rc"]]}"#),
        ),
        (
            "case",
            response(r#"{"status":200,"headers":[["a","\u0100"]]}"#),
        ),
        (
            "outcome",
            result(r#"{"type":"error","failure":"bad-port","step":"main-fetch/12","message":"a","anchor":"https://a"}"#),
        ),
        (
            "outcome",
            result(r#"{"type":"error","failure":"bad-port","step":"main-fetch/7","message":"a","anchor":"https://a","status":0}"#),
        ),
        (
            "outcome",
            result(
                r#"{"type":"opaque","status":200,"url":"","redirected":false,"timing_allowed":true,"headers":[]}"#,
            ),
        ),
        (
            "outcome",
            result(
                r#"{"type":"opaque","status":0,"url":"","redirected":false,"timing_allowed":true,"headers":[["a","b"]]}"#,
            ),
        ),
        (
            "outcome",
            result(
                r#"{"type":"cors","status":0,"url":"","redirected":false,"timing_allowed":true,"headers":[]}"#,
            ),
        ),
        (
            "outcome",
            result(
                r#"{"type":"cors","status":200,"url":"http://a/#b","redirected":false,"timing_allowed":true,"headers":[]}"#,
            ),
        ),
        (
            "outcome",
            request(r#""method":"GET","url":"http://a/","headers":[],"because":["flag"]"#),
        ),
        (
            "outcome",
            request(
                r#""method":"OPTIONS","url":"http://a/","headers":[["a","b"]],"because":["flag"]"#,
            ),
        ),
        (
            "outcome",
            request(r#""method":"OPTIONS","url":"http://a/","headers":[],"because":["header:A"]"#),
        ),
        (
            "outcome",
            request(r#""method":"OPTIONS","url":"http://a/","headers":[],"because":[]"#),
        ),
        (
            "outcome",
            request(r#""method":"GET","url":"http://u@a/","headers":[]"#),
        ),
        (
            "outcome",
            request(r#""method":"GET","url":"http://a/","headers":[["A","b"]]"#),
        ),
        (
            "outcome",
            result(r#"{"type":"opaque","status":0,"url":"","redirected":false,"headers":[]}"#),
        ),
        (
            "recorded-outcome",
            result(r#"{"type":"error","timing_allowed":false}"#),
        ),
        ("recorded-outcome", result(r#"{"type":"error","status":0}"#)),
        ("recorded-outcome", result(r#"{"type":"cors"}"#)),
        ("question-answer", r#"{"id":"a","result":[-1,null]}"#.into()),
        ("question-answer", r#"{"id":"a","result":[1,2,3]}"#.into()),
        ("vector", r#"{"id":"a","fn":"method","value":"b"}"#.into()),
        (
            "vector",
            r#"{"id":"a","fn":"method","value":"b","expect":"b"}"#.into(),
        ),
        ("vector", format!(r#"{{"case":{}}}"#, fetch(""))),
        ("malformed", r#"{"id":null,"malformed":"b"}"#.into()),
        ("malformed", r#"{"id":"a","line":1,"malformed":"b"}"#.into()),
        (
            "malformed",
            r#"{"id":null,"line":0,"malformed":"b"}"#.into(),
        ),
        ("policy", r#"{"origins":""}"#.into()),
        ("policy", r#"{"origins":["*"]}"#.into()),
        ("policy", r#"{"origins":"*","credentials":true}"#.into()),
        (
            "policy",
            r#"{"origins":["null"],"credentials":true}"#.into(),
        ),
        (
            "policy",
            policy(r#","credentials":true,"expose_headers":"*""#),
        ),
        ("policy", policy(r#","methods":["*"]"#)),
        ("policy", policy(r#","request_headers":["a b"]"#)),
        ("policy", policy(r#","expose_headers":["*"]"#)),
        ("policy", policy(r#","max_age":86401"#)),
        ("policy", policy(r#","max_age":-1"#)),
        ("policy", policy(r#","max_age":1.5"#)),
        ("policy", policy(r#","preflight_status":199"#)),
        ("policy", policy(r#","preflight_status":300"#)),
        ("answer", answer(r#""kind":"not-cors","allowed":true"#)),
        ("answer", answer(r#""kind":"cors","allowed":null"#)),
        (
            "answer",
            answer(r#""kind":"cors","allowed":true,"denied":"origin""#),
        ),
        ("answer", answer(r#""kind":"cors","allowed":false"#)),
        (
            "answer",
            answer(r#""kind":"cors","allowed":false,"denied":"method""#),
        ),
        (
            "answer",
            answer(r#""kind":"cors","allowed":true,"status":204"#),
        ),
        ("answer", answer(r#""kind":"preflight","allowed":true"#)),
        (
            "answer",
            answer(r#""kind":"preflight","allowed":true,"status":403"#),
        ),
        (
            "answer",
            answer(r#""kind":"preflight","allowed":false,"denied":"origin","status":204"#),
        ),
        (
            "finding",
            r#"{"id":null,"status":"listed-but-missing"}"#.into(),
        ),
        (
            "finding",
            r#"{"id":"a","file":"b","line":1,"status":"listed-but-agrees","step":"c"}"#.into(),
        ),
        (
            "violation",
            r#"{"law":"a_law","severity":"waste","probe":"a","message":"a","ids":[],"explanation":"b"}"#.into(),
        ),
    ];
    for (schema, line) in refused {
        let value = serde_json::from_str(&line).unwrap();
        assert!(!schemas.accepts(schema, &value), "{schema}: {line}");
    }
}
