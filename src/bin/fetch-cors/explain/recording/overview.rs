//! The overview of the fetches of a HAR recording, for the first screen of a terminal.

use std::collections::HashSet;

use fetch_cors::explain::ExplainedAnswer;

use super::{
    groups::{FinishedGroups, Group, Rank},
    headings::{Headings, shortened},
    line::{Line, problem_position},
    with_credentials,
};
use crate::{output::counted, width::Width};

/// The maximum number of rows that the groups take in a terminal. With the other lines of the overview, this is a screen
/// of 24 rows.
const MAX_ROWS: usize = 20;

/// Returns the overview. For each group, the overview has the first fetch, the number of the other fetches, and the
/// reason. If the groups do not fit on a screen, each further group with a blocked fetch has one row with the code of the
/// failure, and the overview has only the number of the other fetches.
///
/// If `is_short` is true, the fetches that are blocked only if they have credentials are one sentence.
pub(super) fn overview(
    groups: &FinishedGroups,
    headings: &Headings,
    is_short: bool,
    width: Width,
) -> String {
    let rows = |text: &str| width.rows(text);
    let count = groups.fetch_count();
    let mut text = format!("{count} fetches:\n");
    let mut rest = count;
    let in_doubt = is_short.then(|| with_credentials::overview(groups));
    let in_doubt = in_doubt.map(|sentence| {
        rest -= with_credentials::count(groups);
        width.wrapped("", "  ", &sentence)
    });
    let mut used_rows = in_doubt.as_deref().map_or(0, rows);
    let mut is_first = true;
    // If an equal text is already in a row, the next such row has the whole heading.
    let mut texts = HashSet::new();
    for group in &groups.explained {
        if is_short && group.rank == Rank::BlockedWithCredentials {
            continue;
        }
        let Some((heading, reason)) = text_of(group, headings, width) else {
            continue;
        };
        let group_rows = rows(&heading) + rows(&reason);
        let fits = is_first || used_rows + group_rows <= MAX_ROWS;
        if !fits && group.rank != Rank::Blocked {
            break;
        }
        is_first = false;
        if fits {
            text += &format!("\n{heading}\n{reason}");
            used_rows += group_rows;
        } else {
            let mut row = row(&heading, group, width);
            let number = group.first.number.to_string();
            let is_new = row
                .strip_prefix(&*number)
                .is_none_or(|text| texts.insert(String::from(text)));
            if !is_new {
                row = heading + &code_at_end(group);
            }
            used_rows += rows(&row);
            text += &format!("\n{row}");
        }
        rest -= group.len();
    }
    if rest > 0 {
        let rest = counted(rest, "more fetch", "more fetches");
        text += &format!("\nand {rest}");
    }
    if let Some(in_doubt) = in_doubt {
        text += &format!("\n{in_doubt}");
    }
    text.push('\n');
    text
}

/// Returns the heading of a group, and the reason.
fn text_of(group: &Group, headings: &Headings, width: Width) -> Option<(String, String)> {
    let lines = &group.lines;
    let line = problem(group)?;
    let others = match group.equal.len() {
        0 => String::new(),
        others => format!(" (and {others} more)"),
    };
    let number = group.first.number;
    let heading = headings.short(number).unwrap_or_default();
    let reason = width.wrapped("   ", "   ", &conditional_reason(line, lines));
    Some((format!("{number}. {heading}{others}"), reason))
}

/// Returns the heading and the code of the failure as one row. Cuts a long heading in its middle.
fn row(heading: &str, group: &Group, width: Width) -> String {
    let code = code_at_end(group);
    let columns = width.columns().saturating_sub(code.len());
    format!("{}{code}", shortened(heading, columns))
}

/// Returns the code of the failure for the end of a row. Empty if the failure is not known.
fn code_at_end(group: &Group) -> String {
    let code = problem(group).and_then(failure_code);
    code.map_or_else(String::new, |code| format!("  {code}"))
}

/// Returns the code of the failure, and the status of the refused response if the status is not a success.
fn failure_code(line: &Line) -> Option<String> {
    if let Some(message) = &line.message {
        return Some(message.failures.first()?.code().into());
    }
    let explanation = line.explanation.as_ref()?;
    let refusal = explanation.refusals.first()?;
    let refused = refusal
        .exchange
        .and_then(|at| explanation.exchanges.get(at));
    let status = match refused.map(|exchange| &exchange.answer) {
        Some(ExplainedAnswer::Response { status, .. }) => *status,
        _ => None,
    };
    let status = status.filter(|status| !(200..300).contains(status));
    let status = status.map_or_else(String::new, |status| format!(" (status {status})"));
    Some(format!("{}{status}", refusal.failure.code()))
}

/// Returns the explanation whose reason is in the overview.
fn problem(group: &Group) -> Option<&Line> {
    let lines = &group.lines;
    lines.get(problem_position(lines).unwrap_or_default())
}

/// Returns the verdict and the reason of a fetch. Adds the assumed credentials mode if the fetch succeeds in at least
/// one credentials mode.
fn conditional_reason(line: &Line, lines: &[Line]) -> String {
    let reason = reason(line);
    let mut others = lines.iter();
    match line.assumed_credentials {
        Some(mode) if others.any(Line::is_success) => {
            format!("if the credentials mode is `{mode}`: {reason}")
        }
        _ => reason,
    }
}

/// Returns the verdict and the reason of a fetch.
fn reason(line: &Line) -> String {
    if let Some(message) = &line.message {
        return format!("blocked: {}", message.meaning());
    }
    match (&line.explanation, &line.obstacle) {
        (Some(explanation), _) => explanation.headline.clone(),
        (None, Some(obstacle)) => format!("cannot be judged: {obstacle}"),
        (None, None) => String::new(),
    }
}
