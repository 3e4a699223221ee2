//! The quirks of the engines predict the recorded outcomes, and each quirk is needed for these
//! predictions.
#![cfg(feature = "cases")]
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use fetch_cors::{
    cases::{Case, Vector},
    engine::{Engine, Quirk, QuirkSet},
    infrastructure::site::NoPublicSuffixes,
};

#[cfg(feature = "conformance")]
#[path = "engines/laws.rs"]
mod laws;
#[path = "engines/unrecorded.rs"]
mod unrecorded;

/// Returns the recorded cases: generated cases, and cases that show a quirk. Returns an empty string in the published
/// package, which lacks the file of generated cases. The file `.cargo_vcs_info.json` marks the package.
fn recordings() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join("tests/vectors").join(name));
    let shown = read("quirks.ndjson").unwrap();
    match read("browsers.ndjson") {
        Ok(text) => text + &shown,
        Err(_) if root.join(".cargo_vcs_info.json").exists() => String::new(),
        Err(error) => panic!("{error}"),
    }
}

/// Whether an engine with these quirks has the recorded outcome.
fn predicts(vector: &Vector<'_>, engine: Engine, quirks: QuirkSet) -> bool {
    let checked = vector.clone().check_with(engine, quirks).unwrap();
    let mut observed = checked.observed.iter();
    observed.all(|(_, differences)| differences.is_empty())
}

fn judged_in(json: &str, engine: Engine) -> Vec<Vec<Quirk>> {
    let case = Case::parse(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let outcome = case.judge_in(engine, Arc::new(NoPublicSuffixes));
    let fetches = outcome.fetches.into_iter();
    fetches.map(|fetch| fetch.quirks).collect()
}

#[test]
fn quirks_predict_each_recording() {
    let text = recordings();
    let mut wrong = Vec::new();
    for line in text.lines() {
        let vector = Vector::parse(line).unwrap();
        for engine in Engine::RECORDED {
            if !predicts(&vector, engine, engine.quirks()) {
                wrong.push(format!("{}: {engine}", vector.id()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_quirk_is_needed_in_each_of_its_engines() {
    let text = recordings();
    if text.is_empty() {
        return;
    }
    let mut needed: BTreeMap<(Quirk, Engine), Vec<String>> = BTreeMap::new();
    for line in text.lines() {
        let vector = Vector::parse(line).unwrap();
        for engine in Engine::RECORDED {
            let quirks = engine.quirks();
            for quirk in quirks.iter() {
                if !predicts(&vector, engine, quirks.without(quirk)) {
                    let ids = needed.entry((quirk, engine)).or_default();
                    ids.push(vector.id().to_owned());
                }
            }
        }
    }
    let mut unneeded = Vec::new();
    for quirk in Quirk::ALL {
        let mut ids = Vec::new();
        for engine in quirk.engines() {
            match needed.get(&(*quirk, *engine)) {
                Some(of_engine) => ids.extend_from_slice(of_engine),
                None if unrecorded::shows(*quirk, *engine) => {}
                None => unneeded.push(format!("{quirk}: {engine}: no case fails without it")),
            }
        }
        for case in quirk.cases() {
            if !ids.iter().any(|id| id == case) {
                unneeded.push(format!("{quirk}: {case} does not show it, {ids:?} do"));
            }
        }
        if quirk.cases().is_empty() && !ids.is_empty() {
            unneeded.push(format!("{quirk}: lists no cases, {ids:?} show it"));
        }
    }
    assert!(unneeded.is_empty(), "{}", unneeded.join("\n"));
}

/// Each case that is not recorded shows the quirk that it names.
#[test]
fn unrecorded_cases_show_their_quirks() {
    for case in unrecorded::CASES {
        for engine in case.engines {
            let quirks = judged_in(case.json, *engine);
            let found = quirks.iter().flatten().any(|quirk| *quirk == case.quirk);
            assert!(found, "{}: {engine}: {quirks:?}", case.quirk);
        }
    }
}

/// If only the removal of two quirks together changes the outcome, both quirks are the cause.
#[test]
fn smallest_set_of_quirks_is_the_cause_if_no_single_quirk_is() {
    let text = recordings();
    for line in text.lines() {
        let json = case_of(line);
        let case = Case::parse(&json).unwrap();
        for engine in Engine::RECORDED {
            let all = case.clone().judge_in(engine, Arc::new(NoPublicSuffixes));
            let spec = case.clone().judge();
            for (found, spec) in all.fetches.iter().zip(&spec.fetches) {
                let is_other = format!("{:?}", found.outcome.result.as_ref().err())
                    != format!("{:?}", spec.result.as_ref().err())
                    || found.outcome.requests != spec.requests;
                assert!(
                    !is_other || !found.quirks.is_empty(),
                    "{}: {engine}: an outcome without a quirk",
                    all.id
                );
            }
        }
    }
}

fn case_of(line: &str) -> String {
    let vector: serde_json::Value = serde_json::from_str(line).unwrap();
    vector["case"].to_string()
}

#[test]
fn standard_has_no_quirks_and_each_engine_has_its_own() {
    assert!(Engine::Spec.quirks().is_empty());
    for quirk in Quirk::ALL {
        for engine in Engine::RECORDED {
            let is_listed = quirk.engines().contains(&engine);
            assert_eq!(engine.quirks().contains(*quirk), is_listed, "{quirk}");
        }
    }
}
