//! The short text about the fetches that are blocked only if they have credentials. The recording does not show whether
//! they have credentials, so the fetches that are blocked in any case are more important.

use fetch_cors::{explain::ExplainedAnswer, wording};

use super::{
    groups::{FinishedGroups, Group, Rank},
    headings::Headings,
    line::{Line, hint_at_console, problem_position},
};
use crate::output::{Output, Stop, counted};

/// The maximum number of groups with the same reason that are listed.
const MAX_LISTED_GROUPS: usize = 8;

/// Returns the number of the fetches that are blocked only if they have credentials.
pub(super) fn count(groups: &FinishedGroups) -> usize {
    groups.count_of(Rank::BlockedWithCredentials)
}

fn in_doubt(groups: &FinishedGroups) -> impl Iterator<Item = &Group> {
    groups
        .explained
        .iter()
        .filter(|group| group.rank == Rank::BlockedWithCredentials)
}

/// Returns the sentence for the overview: the numbers of the fetches, and how to get their verdict.
pub(super) fn overview(groups: &FinishedGroups) -> String {
    let ranks_before = [Rank::Blocked, Rank::NotJudged, Rank::Contradicted];
    let before: usize = ranks_before.map(|rank| groups.count_of(rank)).iter().sum();
    let first = before + 1;
    let subject = match count(groups) {
        1 => format!("Fetch {first} is"),
        // The numbers of these fetches have no gaps.
        count => format!("Fetches {first} to {} are", first + count - 1),
    };
    format!(
        "{subject} blocked only if the page sends credentials: run again with {}",
        wording::SAME_ORIGIN_CREDENTIALS
    )
}

/// Prints the fetches, each group with its first fetch. Prints each reason once.
pub(super) fn print_short(
    groups: &FinishedGroups,
    headings: &Headings,
    output: &mut Output,
) -> Result<(), Stop> {
    let count = counted(count(groups), "fetch", "fetches");
    output.text(format_args!(
        "Blocked only if the page sends credentials: {count}"
    ))?;
    let advice = format!(
        "The recording shows the responses, but does not show whether the page sends cookies. If the console shows no error for a URL, the page can read the response. Run again with {}, or with `--credentials include` if it does. `--all` or `--only-url` shows the whole explanations.",
        wording::SAME_ORIGIN_CREDENTIALS
    );
    print_wrapped("", "", &advice, output)?;
    let mut reasons: Vec<(&str, Vec<&Group>)> = Vec::new();
    for group in in_doubt(groups) {
        let reason = problem(group)
            .and_then(|line| line.explanation.as_ref())
            .map_or("", |explanation| &*explanation.headline);
        match reasons.iter_mut().find(|(other, _)| *other == reason) {
            Some((_, groups)) => groups.push(group),
            None => reasons.push((reason, Vec::from([group]))),
        }
    }
    for (reason, groups) in reasons {
        output.text("")?;
        let reason = reason.strip_prefix("blocked: ").unwrap_or(reason);
        print_wrapped("Reason with credentials: ", "  ", reason, output)?;
        for group in groups.iter().take(MAX_LISTED_GROUPS) {
            output.text(text_of(group, headings))?;
        }
        let rest = groups.iter().skip(MAX_LISTED_GROUPS);
        match rest.map(|group| group.len()).sum::<usize>() {
            0 => {}
            rest => output.text(format_args!(
                "and {}",
                counted(rest, "more fetch", "more fetches")
            ))?,
        }
    }
    output.text("")
}

fn print_wrapped(first: &str, rest: &str, text: &str, output: &mut Output) -> Result<(), Stop> {
    output.text(output.width().wrapped(first, rest, text))
}

fn problem(group: &Group) -> Option<&Line> {
    group.lines.get(problem_position(&group.lines)?)
}

/// Returns the line of a group: its first fetch, the recorded status, and the number of the other fetches.
fn text_of(group: &Group, headings: &Headings) -> String {
    let number = group.first.number;
    let mut text = format!("{number}. {}", headings.short(number).unwrap_or_default());
    if let Some(status) = problem(group).and_then(status) {
        text += &format!(", status {status}");
    }
    match group.equal.len() {
        0 => {}
        others => text += &format!(" (and {others} more)"),
    }
    text
}

/// Returns the recorded status of the last response.
fn status(line: &Line) -> Option<u16> {
    let explanation = line.explanation.as_ref()?;
    let mut exchanges = explanation.exchanges.iter().rev();
    exchanges.find_map(|exchange| match exchange.answer {
        ExplainedAnswer::Response { status, .. } => status,
        _ => None,
    })
}

/// Returns the sentences above the explanation of a fetch that is blocked only in the credentials mode that the
/// explanation assumes. Empty if the recording shows the result.
pub(super) fn hints(lines: &[Line]) -> Vec<String> {
    let Some(hint) = hint_at_console(lines) else {
        return Vec::new();
    };
    let option = format!("Or run again with {}.", wording::SAME_ORIGIN_CREDENTIALS);
    Vec::from([hint.into(), option])
}
