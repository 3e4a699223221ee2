//! Explanations of the fetches of a HAR recording, as entries of the HTML page.

use std::collections::HashMap;

use fetch_cors::explain::input::Recording;

use super::{
    super::page::Entries,
    headings::Headings,
    line::{Line, hint_at_console, main_position},
};

/// Adds the damaged entries of a recording to the entries of the HTML page.
pub(super) fn add_problems(entries: &mut Entries, recording: &Recording) {
    for problem in recording.problems() {
        let reason = format!("the recording is damaged here: {}", problem.kind);
        entries.not_judged(format!("Entry {}", problem.entry + 1), reason);
    }
}

/// Adds the fetches to the entries of the HTML page. Fetches with equal explanations are one entry, at the place of the
/// first of these fetches.
pub(super) fn add_fetches(entries: &mut Entries, fetches: Vec<Vec<Line<'_>>>) {
    let headings = Headings::new(&fetches);
    let mut equal: HashMap<usize, Vec<String>> = HashMap::new();
    for line in fetches.iter().filter_map(|lines| lines.first()) {
        if let Some(first) = line.same_as {
            equal
                .entry(first)
                .or_default()
                .push(headings.whole(line).into());
        }
    }
    for lines in fetches {
        let first = lines.first().filter(|line| line.same_as.is_none());
        let Some(number) = first.map(|line| line.fetch) else {
            continue;
        };
        add(entries, lines, &headings);
        entries.equal_fetches(equal.remove(&number).unwrap_or_default());
    }
}

/// Adds the explanation of a fetch to the entries of the HTML page.
fn add(entries: &mut Entries, lines: Vec<Line<'_>>, headings: &Headings) {
    let Some(main) = main_position(&lines) else {
        for line in lines {
            let heading = String::from(headings.whole(&line));
            if let Some(message) = line.message {
                entries.message(heading, message);
                continue;
            }
            let reason = line.obstacle.unwrap_or_default();
            entries.not_judged(heading, reason);
        }
        return;
    };
    let hint = hint_at_console(&lines);
    let contradiction = lines.get(main).and_then(Line::contradiction);
    let mut first = None;
    let mut alternatives = Vec::new();
    for (position, line) in lines.into_iter().enumerate() {
        let mut heading = String::from(headings.whole(&line));
        let mode = line.assumed_credentials.unwrap_or_default();
        match line.explanation {
            Some(mut explanation) if position == main => {
                let notes = [contradiction, hint].into_iter().flatten();
                explanation.notes.extend(notes.map(String::from));
                if !mode.is_empty() {
                    heading += &format!(", if the credentials mode is {mode}");
                }
                first = Some((heading, explanation));
            }
            Some(explanation) => {
                let assumption = format!("If the credentials mode is {mode}");
                alternatives.push((assumption, explanation));
            }
            None => {}
        }
    }
    if let Some((heading, explanation)) = first {
        entries.fetch_with_alternatives(heading, explanation, alternatives);
    }
}
