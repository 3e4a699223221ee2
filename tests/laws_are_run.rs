//! The index of the laws is complete, and each of its laws runs in a test and in a fuzz target.
#![cfg(feature = "conformance")]
#![allow(missing_docs, unreachable_pub)]

use std::{
    collections::BTreeSet,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use fetch_cors::conformance::laws::Law;
use lexer::{Token, tokens};

#[path = "citations/lexer.rs"]
mod lexer;

type Outcome = Result<(), Box<dyn Error>>;

/// A law that does not run everywhere, and the reason.
type Exception = (Law, &'static str);

const NOT_IN_TESTS: &[Exception] = &[];

const NOT_IN_FUZZ_TARGETS: &[Exception] = &[];

#[test]
fn every_law_runs_in_a_test() -> Outcome {
    assert_run(
        &["tests/laws.rs", "tests/laws", "tests/server"],
        NOT_IN_TESTS,
    )
}

/// The published package has no fuzz targets, so the test passes there without a check.
#[test]
fn every_law_runs_in_a_fuzz_target() -> Outcome {
    if path("fuzz").exists() {
        assert_run(&["fuzz/fuzz_targets", "fuzz/src"], NOT_IN_FUZZ_TARGETS)
    } else {
        Ok(())
    }
}

/// The index has each public function of `src/conformance/laws`, and each entry of the index is such a function.
#[test]
fn the_index_lists_exactly_the_functions() -> Outcome {
    let mut functions = BTreeSet::new();
    for source in sources("src/conformance/laws")? {
        let declared = source
            .lines()
            .filter_map(|line| line.strip_prefix("pub fn "));
        let names = declared.map(|rest| rest.split(['(', '<']).next().unwrap_or_default());
        functions.extend(names.map(str::to_owned));
    }
    let indexed: BTreeSet<String> = Law::ALL.iter().map(ToString::to_string).collect();
    assert!(indexed.len() > 60, "only {indexed:?}");
    let missing: Vec<_> = functions.symmetric_difference(&indexed).collect();
    assert!(missing.is_empty(), "not in both: {missing:#?}");
    Ok(())
}

#[test]
fn ids_are_unique_and_in_order() {
    let split = |law: &Law| {
        let (letter, number) = law.id().split_at(1);
        (letter, number.parse::<u32>())
    };
    for pair in Law::ALL.windows(2) {
        let [(a, before), (b, after)] = [split(&pair[0]), split(&pair[1])];
        let is_next = a == b && before.as_ref().ok() < after.as_ref().ok();
        let begins = a != b && after == Ok(1);
        assert!(before.is_ok() && (is_next || begins), "{pair:?}");
    }
    let letters: BTreeSet<&str> = Law::ALL.iter().map(|law| split(law).0).collect();
    assert_eq!(letters, ["A", "C", "R", "S"].into());
}

#[test]
fn variants_names_and_statements_have_their_forms() {
    let mut statements = BTreeSet::new();
    for law in Law::ALL {
        let words: Vec<&str> = law.name().split('_').collect();
        assert!((3..=5).contains(&words.len()), "{law}");
        let variant: String = words.iter().map(|word| capitalized(word)).collect();
        assert_eq!(variant, format!("{law:?}"));
        assert_eq!(Law::from_name(law.name()), Some(*law));

        let statement = law.statement();
        assert!(statement.ends_with('.'), "{statement}");
        assert!(
            !statement.contains('\n') && !statement.contains(". "),
            "{statement}"
        );
        assert!(statement.len() < 260, "{statement}");
        assert!(statements.insert(statement), "twice: {statement}");
        assert!(law.severity().is_some() || law.advice().is_none(), "{law}");
    }
}

/// Code and examples refer to a law by its variant or its function, and not by its name in a string. Only the index
/// has these strings.
#[test]
fn no_law_is_named_by_a_literal() -> Outcome {
    for folder in ["src", "tests", "fuzz/src", "fuzz/fuzz_targets"] {
        let is_index = |source: &String| source.contains("macro_rules! laws");
        for source in sources(folder)?.iter().filter(|source| !is_index(source)) {
            for law in Law::ALL {
                let literal = format!("\"{law}\"");
                let found = source.lines().find(|line| line.contains(&literal));
                assert!(found.is_none(), "in {folder}: {found:?}");
            }
        }
    }
    Ok(())
}

/// Each finding in `tests/peers/findings.json` names laws of the index.
#[test]
fn findings_about_peers_name_laws() -> Outcome {
    let path = path("tests/peers/findings.json");
    if !path.exists() {
        return Ok(());
    }
    let findings: serde_json::Value = serde_json::from_str(&fs::read_to_string(path)?)?;
    let findings = findings.as_array().ok_or("not an array")?;
    assert!(findings.len() > 20, "only {}", findings.len());
    for finding in findings {
        let names = finding["laws"].as_array().ok_or("no list of laws")?;
        assert!(!names.is_empty(), "{finding}");
        for name in names {
            let law = Law::from_name(name.as_str().unwrap_or_default());
            assert!(law.is_some_and(|law| law.severity().is_some()), "{finding}");
        }
    }
    Ok(())
}

/// Asserts that the files in the folders contain the name of each law, except the laws in `exceptions`. The files must
/// not contain the name of an exception.
fn assert_run(folders: &[&str], exceptions: &[Exception]) -> Outcome {
    let mut words = BTreeSet::new();
    for folder in folders {
        for source in sources(folder)? {
            let tokens = tokens(&source);
            words.extend(tokens.iter().filter_map(Token::word).map(str::to_owned));
        }
    }
    let excepted: BTreeSet<Law> = exceptions.iter().map(|(law, _)| *law).collect();
    let is_run = |law: &&Law| words.contains(law.name());
    let forgotten: Vec<_> = Law::ALL.iter().filter(|law| !is_run(law)).collect();
    let expected: Vec<_> = excepted.iter().collect();
    assert_eq!(
        forgotten, expected,
        "not in {folders:?}, and the exceptions"
    );
    Ok(())
}

fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn path(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// Returns the text of a file, or the texts of all Rust files below a folder.
fn sources(below: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let mut paths = vec![path(below)];
    let mut sources = Vec::new();
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                paths.push(entry?.path());
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(fs::read_to_string(path)?);
        }
    }
    Ok(sources)
}
