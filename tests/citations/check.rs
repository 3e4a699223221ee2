//! The rules by which notes, citations and failures must agree.

use std::collections::HashMap;

use crate::notes::{Notes, algorithm_of};
use crate::source::{Citation, Role, citations};

/// A source file: its path from the package's root, and its text.
pub(crate) type File = (String, String);

/// Returns the violations of the rules in the citations of the files.
pub(crate) fn check_citations(notes: &Notes, files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    let mut cited: HashMap<String, Vec<String>> = HashMap::new();
    for (path, text) in files {
        let mut latest = HashMap::new();
        for citation in citations(text) {
            let place = format!("{path}:{}", citation.line);
            let known = notes.position(&citation.id);
            match (citation.role, known) {
                (Role::Cites, None) => {
                    offences.push(format!("{place}: unknown id `{}`", citation.id));
                }
                // A word such as `and/or` is not an id.
                (Role::Mentions, None) => {
                    if notes.knows_algorithm(algorithm_of(&citation.id)) {
                        offences.push(format!("{place}: unknown id `{}`", citation.id));
                    }
                }
                (Role::Mentions, Some(_)) => {}
                (Role::Cites, Some(position)) => {
                    offences.extend(out_of_order(&citation, position, &place, &mut latest));
                    offences.extend(other_words(&citation, position, &place, notes));
                    cited.entry(citation.id).or_default().push(place);
                }
            }
        }
    }
    for step in &notes.steps {
        let places = cited.get(&step.id).map_or(&[][..], Vec::as_slice);
        let (id, place_in_notes) = (&step.id, &step.place);
        if step.not_implemented {
            for place in places {
                offences.push(format!(
                    "{place}: `{id}` is cited, but not implemented ({place_in_notes})"
                ));
            }
            continue;
        }
        if places.is_empty() {
            offences.push(format!(
                "{place_in_notes}: `{id}` is not cited in {}",
                step.source
            ));
        }
        if places.len() > 1 {
            offences.push(format!(
                "`{id}` is cited more than once: {}",
                places.join(", ")
            ));
        }
        for place in places {
            if !place.starts_with(&format!("{}:", step.source)) {
                offences.push(format!(
                    "{place}: `{id}` belongs in {} ({place_in_notes})",
                    step.source
                ));
            }
        }
    }
    offences
}

/// The latest step of an algorithm in each function.
type Latest = HashMap<(usize, String), (usize, String)>;

fn out_of_order(
    citation: &Citation,
    position: usize,
    place: &str,
    latest: &mut Latest,
) -> Option<String> {
    let algorithm = algorithm_of(&citation.id);
    // Definitions have no order.
    if algorithm == "definition" {
        return None;
    }
    let key = (citation.function?, algorithm.to_owned());
    let before = latest.insert(key, (position, citation.id.clone()));
    let (_, id) = before.filter(|(earlier, _)| *earlier > position)?;
    Some(format!("{place}: `{}` comes after `{id}`", citation.id))
}

/// Returns a violation, unless the code repeats the paraphrase of the notes word for word.
fn other_words(citation: &Citation, position: usize, place: &str, notes: &Notes) -> Option<String> {
    let expected = notes.words_at(position)?;
    if citation.words.as_deref().map(without_quirks) == Some(expected) {
        return None;
    }
    let id = &citation.id;
    Some(match &citation.words {
        Some(words) => format!("{place}: `{id}` is \"{words}\" here, in the notes \"{expected}\""),
        None => format!("{place}: no words behind the id, expected `// {id}: {expected}`"),
    })
}

/// The words between a step and the quirks that depart from it: `a/1: words; differs with quirk x or y`.
const DIFFERS_WITH_QUIRK: &str = "; differs with quirk ";

/// Returns the words of a citation without the quirks at their end.
fn without_quirks(words: &str) -> &str {
    words
        .split_once(DIFFERS_WITH_QUIRK)
        .map_or(words, |(words, _)| words)
}

/// A quirk: its name, its step, and the line of the notes that describes it.
pub(crate) struct QuirkRow {
    pub(crate) name: String,
    pub(crate) step: String,
    pub(crate) line: String,
}

/// Returns the violations of the rules for quirks: the code names each quirk once, at its step, and the notes have one
/// line for each quirk.
pub(crate) fn check_quirks(quirks: &[QuirkRow], notes: &str, files: &[File]) -> Vec<String> {
    let mut offences = Vec::new();
    let mut named: HashMap<String, Vec<(String, String)>> = HashMap::new();
    for (path, text) in files {
        for citation in citations(text) {
            let words = citation.words.unwrap_or_default();
            let Some((_, names)) = words.split_once(DIFFERS_WITH_QUIRK) else {
                continue;
            };
            for name in names.split(" or ") {
                let place = format!("{path}:{}", citation.line);
                let places = named.entry(name.to_owned()).or_default();
                places.push((citation.id.clone(), place));
            }
        }
    }
    for quirk in quirks {
        let name = &quirk.name;
        match named.remove(name).unwrap_or_default().as_slice() {
            [] => offences.push(format!("src: no step is cited with quirk `{name}`")),
            [(step, _)] if *step == quirk.step => {}
            [(step, place)] => offences.push(format!(
                "{place}: quirk `{name}` is cited at `{step}`, and its step is `{}`",
                quirk.step
            )),
            [_, (_, second), ..] => {
                offences.push(format!("{second}: quirk `{name}` is cited twice"));
            }
        }
    }
    for (name, places) in named {
        for (_, place) in places {
            offences.push(format!("{place}: unknown quirk `{name}`"));
        }
    }
    let mut rows: Vec<&str> = notes
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for quirk in quirks {
        match rows.iter().position(|row| *row == quirk.line) {
            Some(position) => _ = rows.remove(position),
            None => offences.push(format!("engines.md: no line is\n{}", quirk.line)),
        }
    }
    offences.extend(
        rows.into_iter()
            .map(|row| format!("engines.md: this line does not describe a quirk\n{row}")),
    );
    offences.sort();
    offences
}

/// Returns the (code, step) pairs of the table in `failure.rs`: `Name = "code" at "step" or "step",`.
pub(crate) fn failure_table(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        let mut parts = line.split('"');
        let (Some(name), Some(code)) = (parts.next(), parts.next()) else {
            continue;
        };
        if !name.trim_end().ends_with('=') {
            continue;
        }
        while let (Some(" at " | " or "), Some(step)) = (parts.next(), parts.next()) {
            pairs.push((code.to_owned(), step.to_owned()));
        }
    }
    pairs
}

/// Returns the differences between the table and the `failure:` lines of the notes.
pub(crate) fn check_failures(notes: &Notes, table: &[(String, String)]) -> Vec<String> {
    let mut offences = Vec::new();
    let mut matched = vec![false; table.len()];
    for step in &notes.steps {
        for failure in &step.failures {
            let mut found = false;
            for ((code, at), matched) in table.iter().zip(&mut matched) {
                if *code == failure.code && is_at_or_below(&step.id, at) {
                    (found, *matched) = (true, true);
                }
            }
            if !found {
                let (code, id) = (&failure.code, &step.id);
                offences.push(format!("{}: no failure `{code}` at `{id}`", step.place));
            }
        }
    }
    for ((code, at), matched) in table.iter().zip(matched) {
        if !matched {
            offences.push(format!(
                "src/failure.rs: `{code}` is not in the notes at `{at}`"
            ));
        }
    }
    offences
}

/// Returns the (code, step, anchor) triples with a wrong anchor. The notes have the right anchor for the algorithm of
/// each step.
pub(crate) fn check_anchors(notes: &Notes, anchors: &[(&str, &str, &str)]) -> Vec<String> {
    let mut offences = Vec::new();
    for step in &notes.steps {
        for failure in &step.failures {
            let anchor = anchors
                .iter()
                .find(|(code, at, _)| *code == failure.code && is_at_or_below(&step.id, at));
            if anchor.is_none_or(|(_, _, anchor)| *anchor != step.anchor) {
                let (code, expected) = (&failure.code, &step.anchor);
                offences.push(format!(
                    "{}: the anchor of `{code}` is not {expected}",
                    step.place
                ));
            }
        }
    }
    offences
}

/// Returns the failures that no expected outcome has, although a case can reach them.
pub(crate) fn check_vectors(
    notes: &Notes,
    table: &[(String, String)],
    vectors: &[File],
) -> Vec<String> {
    let library_only = |code: &str| {
        let failures = notes.steps.iter().flat_map(|step| &step.failures);
        failures.clone().any(|failure| failure.code == code)
            && failures
                .filter(|failure| failure.code == code)
                .all(|failure| failure.library_only)
    };
    let expected = |code: &str| {
        let members = [
            format!("\"failure\":\"{code}\""),
            format!("\"failure\": \"{code}\""),
        ];
        vectors
            .iter()
            .flat_map(|(_, text)| text.lines())
            .any(|line| {
                let expect = line.find("\"expect\"").and_then(|at| line.get(at..));
                expect.is_some_and(|expect| members.iter().any(|member| expect.contains(member)))
            })
    };
    let mut codes: Vec<&str> = table.iter().map(|(code, _)| code.as_str()).collect();
    codes.dedup();
    codes.retain(|code| !library_only(code) && !expected(code));
    codes
        .iter()
        .map(|code| format!("tests/vectors: no vector expects `{code}`"))
        .collect()
}

/// Whether the id is the id of the step, or of a step below it.
fn is_at_or_below(id: &str, step: &str) -> bool {
    id.strip_prefix(step)
        .is_some_and(|below| below.is_empty() || below.starts_with('.'))
}
