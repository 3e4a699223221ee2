//! Checks every vector file. The library meets the expectations, and agrees with the recordings of
//! the engines except for the known differences.
#![cfg(feature = "cases")]
#![allow(missing_docs, clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc};

use fetch_cors::{
    cases::{Answerer, Checked, EngineReport, RecordedComparison, Vector, answer},
    engine::Engine,
    infrastructure::site::NoPublicSuffixes,
};

/// Reads a file of vectors. In the published package, some large files are missing: the result is an empty string for
/// such a file. The file `.cargo_vcs_info.json` shows that the test runs in the published package.
fn read(file: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("tests/vectors").join(file);
    match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(_) if root.join(".cargo_vcs_info.json").exists() => String::new(),
        Err(error) => panic!("{}: {error}", path.display()),
    }
}

fn check(line: &str) -> (String, Checked) {
    let vector = Vector::parse(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let id = vector.id().to_owned();
    (id, vector.check().unwrap())
}

fn assert_expectations_hold(file: &str) {
    let text = read(file);
    let mut wrong = Vec::new();
    for line in text.lines() {
        let (id, checked) = check(line);
        for difference in checked.expected.expect("an expectation") {
            wrong.push(format!("{id}: {difference}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} differences\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// An `Answerer` stores parts of earlier lines. The stored parts must not change an answer.
#[test]
fn answer_does_not_depend_on_earlier_lines() {
    let mut answerer = Answerer::new(Arc::new(NoPublicSuffixes));
    for file in [
        "browsers",
        "failures",
        "functions",
        "spec-issues",
        "verdicts",
        "wpt",
    ] {
        let text = read(&format!("{file}.ndjson"));
        for (number, line) in (1..).zip(text.lines().map(str::as_bytes)) {
            assert_eq!(
                answerer.answer(line, number),
                answer(line, number),
                "{file}"
            );
        }
    }
}

#[test]
fn every_question_is_answered_as_expected() {
    assert_expectations_hold("functions.ndjson");
}

#[test]
fn every_web_platform_test_holds() {
    assert_expectations_hold("wpt.ndjson");
}

#[test]
fn every_failure_has_its_vector() {
    assert_expectations_hold("failures.ndjson");
}

#[test]
fn every_verdict_is_as_expected() {
    assert_expectations_hold("verdicts.ndjson");
}

#[test]
fn every_spec_issue_has_the_outcome_of_the_text() {
    assert_expectations_hold("spec-issues.ndjson");
}

/// The test fails if a difference is not listed, or if a listed vector does not differ.
#[test]
fn engines_agree_except_for_known_differences() {
    let known = read("known-differences.txt");
    let mut known: BTreeMap<&str, &str> = known
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .collect();
    let mut unknown = Vec::new();
    let recorded = read("browsers.ndjson");
    if recorded.is_empty() {
        return;
    }
    for line in recorded.lines() {
        let (id, checked) = check(line);
        let agrees = if checked.engines_agree {
            checked
                .observed
                .iter()
                .all(|(_, differences)| differences.is_empty())
        } else {
            checked
                .observed
                .iter()
                .any(|(_, differences)| differences.is_empty())
        };
        match (agrees, known.remove(&*id)) {
            (true, None) | (false, Some(_)) => {}
            (true, Some(_)) => unknown.push(format!("{id}: listed, and agrees")),
            (false, None) => {
                for (engine, differences) in &checked.observed {
                    for difference in differences {
                        unknown.push(format!("{id}: {}: {difference}", engine.name()));
                    }
                }
            }
        }
    }
    unknown.extend(
        known
            .keys()
            .map(|id| format!("{id}: listed, and not there")),
    );
    assert!(
        unknown.is_empty(),
        "{} lines\n{}",
        unknown.len(),
        unknown.join("\n")
    );
}

/// The README has the percentages of `check --html` and the counts of `check --known`.
#[test]
fn readme_has_the_shares_of_the_engines() {
    let recorded = read("browsers.ndjson");
    if recorded.is_empty() {
        return;
    }
    let mut report = EngineReport::new();
    for line in recorded.lines() {
        report.add(RecordedComparison::parse(line).unwrap());
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let row = |cell: &dyn Fn(Engine) -> String| -> String {
        let cells = Engine::RECORDED.map(|engine| format!(" | {}", cell(engine)));
        format!("{} |\n", cells.concat())
    };
    for (start, end) in [
        (") | ", row(&|engine| engine.version().to_owned())),
        (
            "standard says | ",
            row(&|engine| report.share(engine).of_standard().to_string()),
        ),
        (
            ") predict | ",
            row(&|engine| report.share(engine).of_quirks().to_string()),
        ),
    ] {
        let expected = format!("{start}{}", end.trim_start_matches(" | "));
        assert!(readme.contains(&expected), "no `{expected}` in the README");
    }
    let number = |count: usize| format!("{},{:03}", count / 1000, count % 1000);
    let all = recorded.lines().count();
    let known = read("known-differences.txt");
    let known = known.lines().filter(|line| !line.starts_with('#')).count();
    for text in [
        format!(
            "In {} of the {} recorded cases",
            number(all - known),
            number(all)
        ),
        format!("the other {known} has a reason"),
        format!("with {} cases that Chromium", number(all)),
    ] {
        assert!(readme.contains(&text), "no `{text}` in the README");
    }
}

#[test]
fn readme_names_files_missing_from_the_package() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    // Cargo changes the manifest of a package. `Cargo.toml.orig` is the unchanged manifest.
    let Ok(manifest) = fs::read_to_string(root.join("Cargo.toml.orig"))
        .or_else(|_| fs::read_to_string(root.join("Cargo.toml")))
    else {
        panic!("no manifest");
    };
    let excluded = manifest
        .split('"')
        .filter_map(|word| word.strip_prefix("/tests/vectors/"));
    let readme = fs::read_to_string(root.join("tests/vectors/README.md")).unwrap();
    let said = readme
        .lines()
        .find(|line| line.ends_with("of the published package."));
    let said = said.unwrap().split('`').skip(1).step_by(2);
    assert_eq!(said.collect::<Vec<_>>(), excluded.collect::<Vec<_>>());
}

/// Older recordings do not have the member `timing_allowed`.
#[test]
fn recorded_timing_is_compared_where_it_is_recorded() {
    let case = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://a/"}],"server":[{"url":"http://a/","response":{"status":200}}]}"#;
    let difference = |timing: &str| {
        let result = format!(
            r#"{{"type":"basic","status":200,"url":"http://a/","redirected":false,{timing}"headers":[]}}"#
        );
        let requests = r#"[{"method":"GET","url":"http://a/","headers":[],"credentials":true}]"#;
        let line = format!(
            r#"{{"case":{case},"observed":{{"firefox":{{"fetches":[{{"requests":{requests},"result":{result}}}]}}}}}}"#
        );
        let (_, checked) = check(&line);
        let differences = checked.observed[0].1.iter();
        differences.map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(difference(""), [""; 0]);
    assert_eq!(difference(r#""timing_allowed":true,"#), [""; 0]);
    assert_eq!(
        difference(r#""timing_allowed":false,"#),
        ["fetches[0].result.timing_allowed: expected false, found true"]
    );
}

/// The expected `Access-Control-Request-Method` is looked up in the preflight, because only preflights have this
/// header. A vector can write the name of the header in any letter case.
#[test]
fn request_header_is_found_in_any_case() {
    let case = r#"{"id":"a","fetches":[{"origin":"http://a","url":"http://b/","method":"PUT"}],"server":[{"url":"http://b/","response":{"status":200,"headers":[["Access-Control-Allow-Origin","*"],["Access-Control-Allow-Methods","PUT"]]}}]}"#;
    for name in [
        "access-control-request-method",
        "Access-Control-Request-Method",
        "ACCESS-CONTROL-REQUEST-METHOD",
    ] {
        let expect = format!(r#"{{"fetches":[{{"request_headers":{{"{name}":"PUT"}}}}]}}"#);
        let (_, checked) = check(&format!(r#"{{"case":{case},"expect":{expect}}}"#));
        assert_eq!(checked.expected, Some(Vec::new()), "{name}");
    }
}

/// If each name needed its own search through all headers, this test would take minutes.
#[test]
fn comparison_of_headers_is_not_quadratic() {
    let names: Vec<String> = (0..20_000).map(|i| format!("x-{i:05}")).collect();
    let pairs: Vec<_> = names
        .iter()
        .map(|name| format!(r#"["{name}","1"]"#))
        .collect();
    let values: Vec<_> = names
        .iter()
        .map(|name| format!(r#""{name}":"1""#))
        .collect();
    let hidden: Vec<_> = names.iter().map(|name| format!(r#""z{name}""#)).collect();
    let (pairs, values, hidden) = (pairs.join(","), values.join(","), hidden.join(","));
    let visible = format!("\"{}\"", names.join("\",\""));
    let case = format!(
        r#"{{"id":"a","fetches":[{{"origin":"http://a","url":"http://a/","headers":[{pairs}]}}],"server":[{{"url":"http://a/","response":{{"status":200,"headers":[{pairs}]}}}}]}}"#
    );
    let expect = format!(
        r#"{{"fetches":[{{"visible_headers":[{visible}],"hidden_headers":[{hidden}],"header_values":{{{values}}},"request_headers":{{{values}}},"actual":[{{"headers":{{{values}}}}}]}}]}}"#
    );
    let (_, checked) = check(&format!(r#"{{"case":{case},"expect":{expect}}}"#));
    assert_eq!(checked.expected, Some(Vec::new()));
}
