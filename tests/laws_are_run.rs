//! Every law of `fetch_cors::conformance::laws` is named in the code of a test, and in that of a fuzz
//! target.
#![allow(missing_docs, unreachable_pub)]

use std::{collections::BTreeSet, error::Error, fs, path::Path};

use lexer::{Token, tokens};

#[path = "citations/lexer.rs"]
mod lexer;

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn every_law_is_run_by_a_test() -> Outcome {
    is_run_by(&["tests"])
}

/// The published package has none.
#[test]
fn every_law_is_run_by_a_fuzz_target() -> Outcome {
    match below("fuzz").exists() {
        true => is_run_by(&["fuzz/fuzz_targets", "fuzz/src"]),
        false => Ok(()),
    }
}

fn is_run_by(folders: &[&str]) -> Outcome {
    let mut named = BTreeSet::new();
    for folder in folders {
        for source in sources(&below(folder))? {
            named.extend(
                tokens(&source)
                    .iter()
                    .filter_map(Token::word)
                    .map(str::to_owned),
            );
        }
    }
    let laws = laws()?;
    assert!(laws.len() > 50, "only {laws:?} are found");
    let forgotten: Vec<_> = laws.difference(&named).collect();
    assert!(forgotten.is_empty(), "not in {folders:?}: {forgotten:#?}");
    Ok(())
}

/// The names of the public functions, methods left out.
fn laws() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let mut laws = BTreeSet::new();
    for source in sources(&below("src/conformance/laws"))? {
        let declared = source
            .lines()
            .filter_map(|line| line.strip_prefix("pub fn "));
        let names = declared.map(|rest| rest.split(['(', '<']).next().unwrap_or_default());
        laws.extend(names.map(str::to_owned));
    }
    Ok(laws)
}

fn below(folder: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// The texts of all files of Rust below a folder.
fn sources(folder: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let mut folders = vec![folder.to_owned()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push(fs::read_to_string(path)?);
            }
        }
    }
    Ok(sources)
}
