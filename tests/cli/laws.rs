//! `laws`: the index as text and as JSON.

use fetch_cors::conformance::laws::Law;
use serde_json::json;

use crate::program::ran;

#[test]
fn laws_prints_every_law_in_a_hundred_columns() {
    let printed = ran(&["laws"], "");
    assert_eq!((printed.status, &*printed.err), (0, ""));
    let mut laws = Law::ALL.iter();
    let (mut heading, mut statement) = (None, Vec::new());
    for line in printed.out.lines().chain(["end"]) {
        assert!(
            line.chars().count() <= 100 && line == line.trim_end(),
            "{line}"
        );
        if let Some(words) = line.strip_prefix("     ") {
            statement.push(words);
            continue;
        }
        if let Some(heading) = heading.replace(line) {
            let law = laws.next().expect("a law");
            assert_eq!(heading, format!("{:<4} {}", law.id(), law.name()));
            assert_eq!(statement.join(" "), law.statement());
            statement.clear();
        }
    }
    assert_eq!(laws.next(), None);
}

#[test]
fn laws_prints_one_json_object_per_law() {
    let lines = ran(&["laws", "--json"], "").json();
    assert_eq!(lines.len(), Law::ALL.len());
    for (line, law) in lines.iter().zip(Law::ALL) {
        let mut expected =
            json!({"id": law.id(), "name": law.name(), "statement": law.statement()});
        if let Some(severity) = law.severity() {
            expected["severity"] = json!(severity.name());
        }
        assert_eq!(*line, expected);
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
}

#[test]
fn unknown_law_is_an_error() {
    let complaint = ran(&["laws", "S1", "S99\n"], "").complaint();
    assert_eq!(
        complaint,
        r"no law has the id or name `S99\n`: run `fetch-cors laws` for the list"
    );
    let complaint = ran(&["laws", "every_request_gets_a_reponse"], "").complaint();
    assert_eq!(
        complaint,
        "no law has the id or name `every_request_gets_a_reponse`: write `every_request_gets_a_response`"
    );
}
