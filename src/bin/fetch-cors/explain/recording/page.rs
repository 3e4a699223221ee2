//! Explanations of the fetches of a HAR recording, as entries of the HTML page.

use fetch_cors::explain::input::Recording;

use super::{
    super::page::Entries,
    groups::FinishedGroups,
    headings::Headings,
    line::{Line, main_position},
    with_credentials::hints,
};

/// Adds the damaged entries of a recording to the entries of the HTML page.
pub(super) fn add_problems(entries: &mut Entries, recording: &Recording) {
    for problem in recording.problems() {
        let reason = format!("the recording is damaged here: {}", problem.kind);
        entries.not_judged(format!("Entry {}", problem.entry + 1), reason);
    }
}

/// Adds the fetches to the entries of the HTML page. Each group is one entry.
pub(super) fn add_fetches(entries: &mut Entries, groups: FinishedGroups, headings: &Headings) {
    let numbered = |number: usize| {
        let heading = headings.whole(number)?;
        Some(headings.numbered(number, heading))
    };
    for group in groups.explained {
        let heading = numbered(group.first.number).unwrap_or_default();
        add(entries, group.lines, &heading);
        let equal = group.equal.iter();
        let equal = equal.filter_map(|member| numbered(member.number));
        let equal: Vec<String> = equal.collect();
        let further_count = group.equal.len() - equal.len();
        entries.equal_fetches(equal, further_count);
    }
    if let Some((introduction, items)) = groups.counted.text() {
        entries.list("Further fetches".into(), &introduction, items);
    }
}

/// Adds the explanation of a fetch to the entries of the HTML page.
fn add(entries: &mut Entries, lines: Vec<Line>, heading: &str) {
    let Some(main) = main_position(&lines) else {
        for line in lines {
            let heading = String::from(heading);
            if let Some(message) = line.message {
                entries.message(heading, message);
                continue;
            }
            let reason = line.obstacle.unwrap_or_default();
            entries.not_judged(heading, reason);
        }
        return;
    };
    let hints = hints(&lines);
    // If the verdict is the same in each mode, the heading does not name a condition.
    let is_conditional = lines.iter().any(|line| !line.certain);
    let contradiction = lines.get(main).and_then(Line::contradiction);
    let mut first = None;
    let mut alternatives = Vec::new();
    for (position, line) in lines.into_iter().enumerate() {
        let mut heading = String::from(heading);
        let mode = line.assumed_credentials.unwrap_or_default();
        match line.explanation {
            Some(mut explanation) if position == main => {
                explanation.notes.extend(contradiction.map(String::from));
                explanation.notes.extend(hints.iter().cloned());
                if !mode.is_empty() && is_conditional {
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
