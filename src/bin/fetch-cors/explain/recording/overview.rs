//! The overview of the fetches of a HAR recording, for the first screen of a terminal.

use fetch_cors::explain::{Wrapped, rows};

use super::{
    headings::Headings,
    line::{Line, problem_position},
};
use crate::output::{Output, Stop, counted};

/// The maximum number of rows that the groups take in a terminal. With the other lines of the overview, this is a screen
/// of 24 rows.
const MAX_ROWS: usize = 20;

/// Prints for each group: the first fetch, the number of the other fetches, and the reason. If the groups do not fit on
/// a screen, prints the first groups, and the number of the other fetches.
pub(super) fn print_overview(
    fetch_count: usize,
    groups: &[Vec<&[Line<'_>]>],
    headings: &Headings,
    output: &mut Output,
) -> Result<(), Stop> {
    output.text(format_args!("{fetch_count} fetches:\n"))?;
    let mut rest = fetch_count;
    let mut used_rows = 0;
    for group in groups {
        let Some(text) = text_of(group, headings) else {
            continue;
        };
        used_rows += rows(&text);
        if used_rows > MAX_ROWS && rest < fetch_count {
            break;
        }
        output.text(text)?;
        rest -= group.len();
    }
    if rest > 0 {
        let rest = counted(rest, "more fetch", "more fetches");
        output.text(format_args!("and {rest}"))?;
    }
    output.text("")
}

fn text_of(group: &[&[Line<'_>]], headings: &Headings) -> Option<String> {
    let lines = group.first()?;
    let line = lines.get(problem_position(lines).unwrap_or_default())?;
    let others = match group.len() - 1 {
        0 => String::new(),
        others => format!(" (and {others} more)"),
    };
    let heading = headings.short(line);
    let reason = Wrapped {
        first: "   ",
        rest: "   ",
        text: &conditional_reason(line, lines),
    };
    let number = line.fetch;
    Some(format!("{number}. {heading}{others}\n{reason}"))
}

/// Returns the verdict and the reason of a fetch. Adds the assumed credentials mode if the fetch succeeds in at least
/// one credentials mode.
fn conditional_reason(line: &Line<'_>, lines: &[Line<'_>]) -> String {
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
fn reason(line: &Line<'_>) -> String {
    if let Some(message) = &line.message {
        return format!("blocked: {}", message.meaning());
    }
    match (&line.explanation, &line.obstacle) {
        (Some(explanation), _) => explanation.headline.clone(),
        (None, Some(obstacle)) => format!("cannot be judged: {obstacle}"),
        (None, None) => String::new(),
    }
}
