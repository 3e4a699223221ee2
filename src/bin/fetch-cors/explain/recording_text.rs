//! Explanations of the fetches of a HAR recording, as text.

use super::{
    print,
    recording_line::{Line, heading, main_position, problem_position},
};
use crate::output::{Output, Stop, counted};

/// The maximum number of reasons in the overview. The overview then fits on the first screen.
const MAX_OVERVIEW_REASONS: usize = 9;
/// The width of a line of the overview.
const MAX_COLUMNS: usize = 80;

/// Prints the fetches as text. If there are several fetches, first prints an overview: each reason, with the number of its
/// fetches.
pub(super) fn print_fetches(
    fetches: &[Vec<Line<'_>>],
    is_all: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let has_overview = fetches.len() > 1;
    if has_overview {
        print_overview(fetches, output)?;
    }
    let mut is_after_repeated = false;
    for lines in fetches {
        let Some(line) = lines.first() else {
            continue;
        };
        let (number, heading) = (line.fetch, heading(line));
        if let Some(first) = line.same_as {
            output.text(format_args!(
                "Fetch {number}: {heading}: the same as fetch {first}"
            ))?;
            is_after_repeated = true;
            continue;
        }
        if std::mem::take(&mut is_after_repeated) {
            output.text("")?;
        }
        if has_overview {
            output.text(format_args!("Fetch {number}: {heading}"))?;
        } else {
            output.text(heading)?;
        }
        for obstacle in lines.iter().filter_map(|line| line.obstacle.as_deref()) {
            output.text(format_args!("cannot be judged: {obstacle}"))?;
        }
        print_fetch(lines, is_all, output)?;
        output.text("")?;
    }
    Ok(())
}

/// Prints each reason with the first fetch that has the reason, and with the number of further fetches.
fn print_overview(fetches: &[Vec<Line<'_>>], output: &mut Output) -> Result<(), Stop> {
    let mut reasons: Vec<(String, String, Vec<usize>)> = Vec::new();
    for (number, lines) in (1..).zip(fetches) {
        let Some(line) = lines.get(problem_position(lines).unwrap_or_default()) else {
            continue;
        };
        let reason = conditional_reason(line, lines);
        match reasons.iter_mut().find(|(other, ..)| *other == reason) {
            Some((.., numbers)) => numbers.push(number),
            None => reasons.push((reason, heading(line), Vec::from([number]))),
        }
    }
    output.text(format_args!("{} fetches:\n", fetches.len()))?;
    for (reason, heading, numbers) in reasons.iter().take(MAX_OVERVIEW_REASONS) {
        let first = numbers.first().copied().unwrap_or_default();
        let others = match numbers.len().saturating_sub(1) {
            0 => String::new(),
            others => format!(" (and {others} more)"),
        };
        let start = format!("{first}. ");
        let width = MAX_COLUMNS.saturating_sub(start.len() + others.len());
        output.text(format_args!("{start}{}{others}", shortened(heading, width)))?;
        output.text(format_args!("   {}", shortened(reason, MAX_COLUMNS - 3)))?;
    }
    match reasons.len().saturating_sub(MAX_OVERVIEW_REASONS) {
        0 => {}
        rest => output.text(format_args!(
            "and {}",
            counted(rest, "more reason", "more reasons")
        ))?,
    }
    output.text("")
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
    match (&line.explanation, &line.obstacle) {
        (Some(explanation), _) => explanation.headline.clone(),
        (None, Some(obstacle)) => format!("cannot be judged: {obstacle}"),
        (None, None) => String::new(),
    }
}

/// Cuts off the end of a text that has more than `max_columns` characters.
fn shortened(text: &str, max_columns: usize) -> String {
    const DOTS: &str = "...";
    if text.chars().count() <= max_columns {
        return text.into();
    }
    let kept = max_columns.saturating_sub(DOTS.len());
    text.chars().take(kept).chain(DOTS.chars()).collect()
}

/// Prints the explanations of a fetch as text. Prints one explanation as a whole. For each other credentials mode,
/// prints only the differences. If the fetch succeeds in such a mode, prints only one sentence, unless `is_all` is
/// true.
fn print_fetch(lines: &[Line<'_>], is_all: bool, output: &mut Output) -> Result<(), Stop> {
    let main = main_position(lines);
    let main_line = main.and_then(|main| lines.get(main));
    let Some((line, explanation)) =
        main_line.and_then(|line| Some((line, line.explanation.as_ref()?)))
    else {
        return Ok(());
    };
    if line.contradicts_recording {
        output.text("The recording has another result than the explanation below.\nThe browser differs from the standard, or the recording is incomplete.")?;
    }
    if let Some(mode) = line.assumed_credentials {
        output.text(format_args!(
            "The recording does not show the credentials mode. If it is `{mode}`:"
        ))?;
    }
    print(explanation.summary(), explanation.verdict, output)?;
    for (position, line) in lines.iter().enumerate() {
        let (Some(mode), Some(other)) = (line.assumed_credentials, &line.explanation) else {
            continue;
        };
        if Some(position) == main {
            continue;
        }
        output.text(format_args!("\nIf the credentials mode is `{mode}`:"))?;
        if (line.is_success() || (line.has_worked && main_line.is_some_and(Line::is_success)))
            && !is_all
        {
            output.text(&other.headline)?;
        } else {
            print(other.summary_after(explanation), other.verdict, output)?;
        }
    }
    print(explanation.details(), explanation.verdict, output)
}
