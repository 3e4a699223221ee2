//! Schema and parser accept the same documents, except for errors that no schema can express.

use fetch_cors::{
    cases::{Answer, Case, PolicyAnswer, Session, SessionAnswer, answer, respond},
    conformance::generate,
    infrastructure::site::NoPublicSuffixes,
    server::{CorsPolicy, PolicyFile},
};
use serde_json::{Value, json};

use crate::{mutants::pointers, samples::samples, validator::Schemas};

/// Returns the document with each of its values replaced by each value of the list.
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
        json!("app://a"),
        json!([]),
        json!(["a"]),
        json!(["a", "b", "c"]),
        json!([["a", "b"]]),
        json!({}),
        json!({"error": "network"}),
        json!({"type": "a"}),
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

/// Asserts that schema and parser accept the same variants of the documents.
///
/// `parse` returns the error of a refused document. `parser_only` has parts of the error messages for which the schema
/// has no rule. Each part must occur in an error.
#[track_caller]
fn assert_agree(
    schema: &str,
    documents: &[Value],
    parse: impl Fn(&str) -> Option<String>,
    parser_only: &[&str],
) {
    let schemas = Schemas::load();
    let mut occurred = vec![false; parser_only.len()];
    for variant in documents.iter().flat_map(variants) {
        match (
            schemas.accepts(schema, &variant),
            parse(&variant.to_string()),
        ) {
            (false, None) => {
                let refusal = schemas.refusal(schema, &variant);
                panic!("only the parser accepts: {variant}\n{refusal:?}")
            }
            (true, Some(reason)) => {
                let known = parser_only.iter().position(|known| reason.contains(known));
                let known =
                    known.unwrap_or_else(|| panic!("only the schema accepts: {variant}\n{reason}"));
                occurred[known] = true;
            }
            _ => {}
        }
    }
    let entries = parser_only.iter().zip(occurred);
    let unused: Vec<_> = entries.filter(|(_, occurred)| !occurred).collect();
    assert!(unused.is_empty(), "{schema}: {unused:?}");
}

#[test]
fn schema_and_parser_agree_on_cases() {
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
    let parser_only = [
        "is not the origin of a page",
        "this time is before the time of the previous fetch",
        "is listed above with other answers",
        "is not supported: use an `http` or `https` URL",
        "empty host",
    ];
    assert_agree("case", &cases, parse, &parser_only);
}

#[test]
fn schema_and_parser_agree_on_lines_of_sessions() {
    let parse = |line: &str| {
        let mut session = Session::new();
        if line.contains("\"answer\"") {
            session.answer(br#"{"open":{"origin":"null","url":"http://a"}}"#, 1);
        }
        match session.answer(line.as_bytes(), 2) {
            SessionAnswer::Malformed { malformed, .. } => Some(malformed),
            _ => None,
        }
    };
    let parser_only = ["is not the origin of a page", "empty host"];
    assert_agree(
        "session-line",
        &documents("session-line"),
        parse,
        &parser_only,
    );
}

/// Tries every ASCII character in every position. A string that the patterns refuse is neither a URL nor an origin.
#[test]
fn schema_accepts_all_urls_and_origins_that_parse() {
    let schemas = Schemas::load();
    let mut accepted = 0;
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
            format!("{c}app://a"),
            format!("ap{c}p://a"),
            format!("app:{c}/a"),
            format!("app://{c}"),
            format!("app://a{c}b"),
            format!("app://a:{c}"),
            format!("app://[::1]{c}"),
            format!("file://{c}"),
        ] {
            for [origin, url] in [[&*text, "http://a"], ["null", &*text]] {
                let fetch = json!({"origin": origin, "url": url});
                let case = json!({"id": "a", "fetches": [fetch], "server": []});
                if Case::parse(&case.to_string()).is_ok() {
                    accepted += 1;
                    assert_eq!(schemas.refusal("case", &case), None, "{case}");
                }
            }
        }
    }
    assert!(accepted > 500, "{accepted}");
}

#[test]
fn schema_and_parser_agree_on_questions() {
    let parse = |line: &str| match answer(line.as_bytes(), 1) {
        Answer::Malformed { malformed, .. } => Some(malformed),
        _ => None,
    };
    let parser_only = [
        "is not the origin of a page",
        "relative URL without a base",
        "empty host",
    ];
    assert_agree("question", &documents("question"), parse, &parser_only);
}

#[test]
fn schema_and_parser_agree_on_requests() {
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    let parse = |line: &str| match respond(&policy, line.as_bytes(), 1) {
        PolicyAnswer::Malformed { malformed, .. } => Some(malformed),
        PolicyAnswer::Response(_) => None,
    };
    assert_agree("request", &documents("request"), parse, &[]);
}

#[test]
fn schema_and_parser_agree_on_policies() {
    let parse = |json: &str| {
        let built = PolicyFile::from_json(json).and_then(|file| file.validate(&NoPublicSuffixes));
        Some(built.err()?.to_string())
    };
    let parser_only = ["invalid-origin", "unmatchable-origin"];
    assert_agree("policy", &documents("policy"), parse, &parser_only);
}
