//! All vectors, and the printed lines about cases, fit their schemas.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::{
    mutants::mutants,
    program::{file, ran, vectors},
    samples::samples,
    validator::Schemas,
};

const ANSWERS: &[&str] = &["outcome", "question-answer", "malformed"];
const FILES: [&str; 7] = [
    "browsers.ndjson",
    "failures.ndjson",
    "functions.ndjson",
    "quirks.ndjson",
    "spec-issues.ndjson",
    "verdicts.ndjson",
    "wpt.ndjson",
];

/// Returns the output of the program. Asserts that each line fits exactly one of `schemas`, and that
/// each schema has a line.
#[track_caller]
pub(crate) fn printed(arguments: &[&str], input: impl Into<Vec<u8>>, schemas: &[&str]) -> String {
    let ran = ran(arguments, input);
    assert_eq!(ran.err, "", "{arguments:?}");
    let loaded = Schemas::load();
    let mut found = BTreeSet::new();
    for line in ran.out.lines() {
        let value = serde_json::from_str(line).unwrap();
        found.insert(loaded.only_accepting(schemas, &value));
    }
    assert_eq!(found, schemas.iter().copied().collect(), "{arguments:?}");
    ran.out
}

/// Returns the files of vectors. Leaves out the large files that the published package lacks. Only the package has
/// `.cargo_vcs_info.json`.
fn files() -> impl Iterator<Item = String> {
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo_vcs_info.json");
    let files = FILES.into_iter().map(vectors);
    files.filter(move |path| !packaged.exists() || Path::new(path).exists())
}

#[test]
fn vectors_fit_the_schema() {
    let schemas = Schemas::load();
    for path in files() {
        for line in fs::read_to_string(&path).unwrap().lines() {
            let value = serde_json::from_str(line).unwrap();
            if let Some(refusal) = schemas.refusal("vector", &value) {
                panic!("{path}: {line}\n{refusal}");
            }
        }
    }
}

#[test]
fn printed_outcomes_and_answers_fit_the_schema() {
    for path in files() {
        let expected: &[_] = if path.ends_with("functions.ndjson") {
            &["question-answer"]
        } else {
            &["outcome"]
        };
        printed(&["run", &path], "", expected);
    }
    let engine = ["run", "--engine=firefox", &vectors("verdicts.ndjson")];
    printed(&engine, "", &["engine-outcome"]);
    let all = ["run", "--engine=all", &vectors("verdicts.ndjson")];
    printed(&all, "", &["engine-outcomes"]);
    let generated = printed(&["generate", "--seed=1", "--count=2000"], "", &["vector"]);
    printed(&["run"], generated, &["outcome"]);
}

/// The input has all mutants of lines of all kinds.
#[test]
fn answers_to_malformed_lines_fit_the_schema() {
    let mut input = String::from("\u{1}\n[]\n{}\n{\"id\":1}\n");
    for sample in samples() {
        if ["case", "question", "vector"].contains(&sample.schema) {
            for line in sample.lines {
                let document: Value = serde_json::from_str(line).unwrap();
                for mutant in mutants(&document) {
                    input += &format!("{}\n", mutant.document);
                }
            }
        }
    }
    printed(&["run"], input.clone(), ANSWERS);
    printed(
        &["check", "--json", "-"],
        input,
        &["finding", "check-summary"],
    );
}

/// The input has all mutants of the lines of a session.
#[test]
fn answers_of_a_session_fit_the_schema() {
    let mut input = String::from("[]\n{}\n");
    let sample = samples().find(|sample| sample.schema == "session-line");
    for line in sample.unwrap().lines {
        let document: Value = serde_json::from_str(line).unwrap();
        for mutant in mutants(&document) {
            input += &format!("{}\n{line}\n", mutant.document);
        }
    }
    printed(&["session"], input, &["session-answer", "malformed"]);
}

fn printed_findings_of_compare() -> String {
    let question = |id: &str| json!({"id": id, "fn": "method", "value": "GET", "expect": true});
    let case = json!({
        "case": {"id": "case", "fetches": [{"origin": "null", "url": "http://a"}], "server": []},
        "expect": {"fetches": [{"credentials": true}]},
    });
    let vectors = [
        question("missing"),
        question("doubled"),
        question("a"),
        question("a"),
        case,
    ];
    let vectors: String = vectors.iter().map(|line| format!("{line}\n")).collect();
    let vectors = file("schemas-compared.ndjson", vectors);
    let answer = |id: &str| json!({"id": id, "result": true});
    let outcomes = [
        answer("doubled"),
        answer("doubled"),
        answer("a"),
        answer("unknown"),
        json!({"id": "case", "fetches": [{"requests": [{"method": "GET", "url": "http://a/", "headers": []}], "result": {"type": "error"}}]}),
    ];
    let outcomes: String = outcomes.iter().map(|line| format!("{line}\n")).collect();
    let arguments = ["compare", "--json", &vectors, "-"];
    printed(&arguments, outcomes, &["finding", "compare-summary"])
}

#[test]
fn printed_findings_of_every_kind_fit_the_schema() {
    let known = file("schemas-known.txt", "known a b\nagrees a b\nmissing a b\n");
    let recorded = json!({"fetches": [{"requests": [], "result": {"type": "error"}}]});
    let question = |id: &str, expect: bool| json!({"id": id, "fn": "method", "value": "GET", "expect": expect});
    let case = json!({
        "case": {"id": "c", "fetches": [{"origin": "null", "url": "http://a"}], "server": []},
        "observed": {"chromium": recorded, "firefox": recorded, "webkit": recorded},
    });
    let lines = [
        json!({}),
        case,
        question("differs", false),
        question("known", false),
        question("agrees", true),
    ];
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let arguments = ["check", "--json", "--known", &known, "-"];
    let checked = printed(&arguments, input, &["finding", "check-summary"]);
    let compared = printed_findings_of_compare();
    let lines = checked.lines().chain(compared.lines());
    let lines = lines.map(|line| serde_json::from_str(line).unwrap());
    let statuses: BTreeSet<_> = lines
        .filter_map(|line: Value| Some(line["status"].as_str()?.to_owned()))
        .collect();
    let finding = crate::validator::document("finding");
    let listed = finding["properties"]["status"]["enum"].as_array().unwrap();
    assert_eq!(
        statuses,
        listed
            .iter()
            .map(|status| status.as_str().unwrap().to_owned())
            .collect()
    );
    for path in files().filter(|path| path.ends_with("browsers.ndjson")) {
        let known = vectors("known-differences.txt");
        let arguments = ["check", "--json", "--known", &known, &path];
        printed(&arguments, "", &["finding", "check-summary"]);
    }
}
