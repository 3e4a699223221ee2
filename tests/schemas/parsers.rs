//! What a schema refuses the parser refuses, and the other way round but for what no schema can say.

use fetch_cors::{
    cases::{Answer, Case, PolicyAnswer, answer, respond},
    conformance::generate,
    infrastructure::site::NoPublicSuffixes,
    server::{CorsPolicy, PolicyFile},
};
use serde_json::{Value, json};

use crate::{mutants::pointers, samples::samples, validator::Schemas};

/// Each document with each of its values replaced by each of these.
fn variants(document: &Value) -> Vec<Value> {
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0.5),
        json!(199),
        json!(86_401),
        json!(1e19),
        json!(1e20),
        json!(""),
        json!("*"),
        json!("null"),
        json!("a b"),
        json!(" a\t"),
        json!("a\nb"),
        json!("\u{ff}"),
        json!("\u{100}"),
        json!("http:"),
        json!("http://a"),
        json!("http://a:80"),
        json!(" hT\ntP:\\u@A:80/b#c"),
        json!("ftp://a/"),
        json!([]),
        json!(["a"]),
        json!(["a", "b", "c"]),
        json!([["a", "b"]]),
        json!({}),
        json!({"error": "network"}),
        json!({"status": 200}),
    ];
    let mut variants = Vec::new();
    for pointer in pointers(document) {
        for value in &values {
            let mut variant = document.clone();
            *variant.pointer_mut(&pointer).unwrap() = value.clone();
            variants.push(variant);
        }
    }
    variants
}

fn documents(schema: &str) -> Vec<Value> {
    let sample = samples().find(|sample| sample.schema == schema).unwrap();
    let lines = sample.lines.iter();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// `parse` gives the reason, if it refuses a document. One that begins with one of `unsaid` is nothing
/// that the schema could have.
#[track_caller]
fn assert_agree(
    schema: &str,
    documents: &[Value],
    parse: impl Fn(&str) -> Option<String>,
    unsaid: &[&str],
) {
    let schemas = Schemas::load();
    let mut said = vec![false; unsaid.len()];
    for variant in documents.iter().flat_map(variants) {
        match (schemas.takes(schema, &variant), parse(&variant.to_string())) {
            (false, None) => {
                let refusal = schemas.refusal(schema, &variant);
                panic!("taken by the parser: {variant}\n{refusal:?}")
            }
            (true, Some(reason)) => {
                let known = unsaid.iter().position(|known| reason.contains(known));
                said[known.unwrap_or_else(|| panic!("{reason}: {variant}"))] = true;
            }
            _ => {}
        }
    }
    let needless: Vec<_> = unsaid.iter().zip(said).filter(|(_, said)| !said).collect();
    assert!(needless.is_empty(), "{schema}: {needless:?}");
}

#[test]
fn cases() {
    let mut cases = documents("case");
    cases.push(json!({
        "id": "a",
        "fetches": [{"origin": "http://a", "url": "http://a"}],
        "server": [
            {"url": "http://a", "response": {"status": 200}},
            {"url": "http://b", "response": {"status": 201}},
        ],
    }));
    cases.extend(generate(1, None).take(24).map(|case| json!(case)));
    let parse = |line: &str| Some(Case::parse(line).err()?.to_string());
    let unsaid = [
        "is not a serialized origin",
        "this is before the previous fetch",
        "is listed above with other answers",
        "unsupported scheme",
        "cannot have a user name or password",
        "empty host",
    ];
    assert_agree("case", &cases, parse, &unsaid);
}

/// Every ASCII character in every place: what the patterns refuse is no URL and no origin.
#[test]
fn urls_and_origins() {
    let schemas = Schemas::load();
    let mut taken = 0;
    for c in (0..128_u8).map(char::from) {
        for text in [
            format!("{c}http://a"),
            format!("ht{c}tp://a"),
            format!("http{c}//a"),
            format!("https{c}://a"),
            format!("http:{c}a"),
            format!("http://{c}"),
            format!("http://a{c}b"),
            format!("http://a.{c}"),
            format!("http://a:{c}"),
            format!("http://a:8{c}"),
            format!("http://[::{c}]"),
            format!("http://[::1]{c}"),
        ] {
            for [origin, url] in [[&*text, "http://a"], ["null", &*text]] {
                let fetch = json!({"origin": origin, "url": url});
                let case = json!({"id": "a", "fetches": [fetch], "server": []});
                if Case::parse(&case.to_string()).is_ok() {
                    taken += 1;
                    assert_eq!(schemas.refusal("case", &case), None, "{case}");
                }
            }
        }
    }
    assert!(taken > 500, "{taken}");
}

#[test]
fn questions() {
    let parse = |line: &str| match answer(line.as_bytes(), 1) {
        Answer::Malformed { malformed, .. } => Some(malformed),
        _ => None,
    };
    let unsaid = [
        "is not a serialized origin",
        "relative URL without a base",
        "empty host",
    ];
    assert_agree("question", &documents("question"), parse, &unsaid);
}

#[test]
fn requests() {
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    let parse = |line: &str| match respond(&policy, line.as_bytes(), 1) {
        PolicyAnswer::Malformed { malformed, .. } => Some(malformed),
        PolicyAnswer::Response(_) => None,
    };
    assert_agree("request", &documents("request"), parse, &[]);
}

#[test]
fn policies() {
    let parse = |json: &str| {
        let built = PolicyFile::from_json(json).and_then(|file| file.validate(&NoPublicSuffixes));
        Some(built.err()?.to_string())
    };
    let unsaid = ["invalid-origin", "unmatchable-origin"];
    assert_agree("policy", &documents("policy"), parse, &unsaid);
}
