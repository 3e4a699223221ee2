//! Every vector, and every line that the program prints about cases.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Value, json};

use crate::{
    mutants::mutants,
    program::{file, ran, vectors},
    samples::samples,
    validator::Schemas,
};

const ANSWERS: &[&str] = &["outcome", "question-answer", "malformed"];
const FILES: [&str; 5] = [
    "browsers.ndjson",
    "failures.ndjson",
    "functions.ndjson",
    "spec-issues.ndjson",
    "wpt.ndjson",
];

/// What the program prints, of which each line is one of `schemas`, and each schema is met.
#[track_caller]
pub(crate) fn printed(arguments: &[&str], input: impl Into<Vec<u8>>, schemas: &[&str]) -> String {
    let ran = ran(arguments, input);
    assert_eq!(ran.err, "", "{arguments:?}");
    let loaded = Schemas::load();
    let mut met = BTreeSet::new();
    for line in ran.out.lines() {
        let value = serde_json::from_str(line).unwrap();
        met.insert(loaded.the_one(schemas, &value));
    }
    assert_eq!(met, schemas.iter().copied().collect(), "{arguments:?}");
    ran.out
}

/// The files that there are: the published package, which cargo marks, leaves out the large ones.
fn files() -> impl Iterator<Item = String> {
    let packaged = Path::new(env!("CARGO_MANIFEST_DIR")).join(".cargo_vcs_info.json");
    let files = FILES.into_iter().map(vectors);
    files.filter(move |path| !packaged.exists() || Path::new(path).exists())
}

#[test]
fn vectors_are_as_the_schema_says() {
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
fn run_prints_outcomes_and_answers() {
    for path in files() {
        let expected: &[_] = match path.ends_with("functions.ndjson") {
            true => &["question-answer"],
            false => &["outcome"],
        };
        printed(&["run", &path], "", expected);
    }
    let generated = printed(&["generate", "--seed=1", "--count=2000"], "", &["vector"]);
    printed(&["run"], generated, &["outcome"]);
}

/// Lines of all kinds, each with all its mutants.
#[test]
fn run_answers_whatever_it_reads() {
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

#[test]
fn check_prints_findings_of_every_kind() {
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
    let out = printed(&arguments, input, &["finding", "check-summary"]);
    let lines = out.lines().map(|line| serde_json::from_str(line).unwrap());
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
