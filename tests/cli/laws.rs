//! `laws`: the index of the laws and the causes, as text and as JSON.

use std::collections::BTreeMap;

use fetch_cors::conformance::{Cause, laws::Law};
use serde_json::json;

use crate::program::ran;

/// Returns the headings of the printed text. Each heading has the paragraphs that follow it, without the line breaks
/// within a paragraph. Only a paragraph that begins with one of the labels of a cause begins a new paragraph.
fn entries(text: &str) -> Vec<(String, Vec<String>)> {
    const LABELS: [&str; 4] = ["severity: ", "fix: ", "violated laws, ", "option for "];
    let mut entries: Vec<(String, Vec<String>)> = Vec::new();
    for line in text.lines() {
        assert!(
            line.chars().count() <= 100 && line == line.trim_end(),
            "{line}"
        );
        let Some(words) = line.strip_prefix("     ") else {
            entries.push((line.to_owned(), Vec::new()));
            continue;
        };
        let (_, paragraphs) = entries.last_mut().expect("a heading");
        let is_label = LABELS.iter().any(|label| words.starts_with(label));
        match paragraphs.last_mut() {
            Some(paragraph) if !is_label => *paragraph = format!("{paragraph} {words}"),
            _ => paragraphs.push(words.to_owned()),
        }
    }
    entries
}

#[test]
fn laws_prints_every_law_and_every_cause_in_a_hundred_columns() {
    let printed = ran(&["laws"], "");
    assert_eq!((printed.status, &*printed.err), (0, ""));
    let laws = Law::ALL.iter().map(|law| {
        let heading = format!("{:<4} {}", law.id(), law.name());
        (heading, vec![law.statement().to_owned()])
    });
    let causes = Cause::ALL
        .iter()
        .map(|cause| (cause.name().to_owned(), vec![cause.mistake().to_owned()]));
    let expected: Vec<_> = laws.chain(causes).collect();
    assert_eq!(entries(&printed.out), expected);
}

#[test]
fn laws_prints_one_json_object_per_law_and_cause() {
    let laws = Law::ALL.iter().map(|law| {
        let mut expected =
            json!({"id": law.id(), "name": law.name(), "statement": law.statement()});
        if let Some(severity) = law.severity() {
            expected["severity"] = json!(severity.name());
        }
        expected
    });
    let causes = Cause::ALL.iter().map(|cause| {
        let laws: Vec<&str> = cause.laws().iter().map(|law| law.name()).collect();
        let options = cause.library_options().iter().map(|option| {
            let names: BTreeMap<_, _> = option.names().collect();
            json!({"subject": option.subject(), "names": names})
        });
        let options: Vec<_> = options.collect();
        json!({"cause": cause.name(), "severity": cause.severity().name(), "mistake": cause.mistake(),
            "consequence": cause.consequence(), "advice": cause.advice(), "laws": laws, "options": options})
    });
    let expected: Vec<_> = laws.chain(causes).collect();
    assert_eq!(ran(&["laws", "--json"], "").json(), expected);
}

#[test]
fn every_cause_is_explained() {
    for cause in Cause::ALL {
        let printed = ran(&["laws", cause.name()], "");
        assert_eq!((printed.status, &*printed.err), (0, ""));
        // The name of a cause can be a part of the name of another cause.
        let mut entries = entries(&printed.out).into_iter();
        let (_, paragraphs) = entries
            .find(|(heading, _)| heading == cause.name())
            .expect("the cause");
        let mut expected = vec![
            format!("a cause of findings: {}", cause.mistake()),
            format!(
                "severity: usually `{}`: {}",
                cause.severity(),
                cause.consequence()
            ),
            format!("fix: {}", cause.advice()),
        ];
        let laws: Vec<&str> = cause.laws().iter().map(|law| law.name()).collect();
        if !laws.is_empty() {
            expected.push(format!("violated laws, usually: {}", laws.join(", ")));
        }
        for option in cause.library_options() {
            let names = option
                .names()
                .map(|(library, name)| format!("{library}: {name}"));
            let names = names.collect::<Vec<_>>().join("; ");
            expected.push(format!("option for {}: {names}", option.subject()));
        }
        assert_eq!(paragraphs, expected);
    }
}

#[test]
fn laws_are_selected_by_id_and_by_a_part_of_a_name() {
    let ids = |arguments: &[&str]| {
        let arguments = [&["laws", "--json"], arguments].concat();
        let ids = ran(&arguments, "").json().into_iter();
        ids.map(|law| law["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&["S13"]), ["S13"]);
    assert_eq!(ids(&["r2", "S1"]), ["S1", "R2"]);
    assert_eq!(ids(&["max_age"]), ["C13", "R9", "A5"]);
    let text = ran(&["laws", "S13"], "").out;
    assert!(text.starts_with("S13  vary_distinguishes_responses\n     Two requests "));
    // A part of a name selects laws and causes.
    let text = ran(&["laws", "vary"], "").out;
    assert!(text.contains(Law::HandlerVarySurvives.name()) && text.contains("\nlacks-vary\n"));
}

#[test]
fn unknown_law_is_an_error() {
    let complaint = ran(&["laws", "S1", "S99\n"], "").complaint();
    assert_eq!(
        complaint,
        r"`S99\n` is neither a law nor a cause: the most similar names are `other`, `sends-null`, `grants-any`, and `fetch-cors laws` prints all names"
    );
    let complaint = ran(&["laws", "every_request_gets_a_reponse"], "").complaint();
    assert_eq!(
        complaint,
        "`every_request_gets_a_reponse` is neither a law nor a cause: write `every_request_gets_a_response`"
    );
    let complaint = ran(&["laws", "lacks-vari"], "").complaint();
    assert_eq!(
        complaint,
        "`lacks-vari` is neither a law nor a cause: write `lacks-vary`"
    );
}
