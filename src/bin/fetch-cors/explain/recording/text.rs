//! Explanations of the fetches of a HAR recording, as text.

use std::collections::{HashMap, HashSet};

use super::{
    super::print,
    line::{Line, heading, main_position, problem_position},
};
use crate::output::{Output, Stop, counted};

/// The maximum number of groups in the overview. An overview of this size fits on the first screen.
const MAX_OVERVIEW_GROUPS: usize = 9;
/// The maximum number of headings that are printed for the further fetches of a group. The first fetch of the group
/// does not count.
const MAX_GROUP_HEADINGS: usize = 3;
/// The maximum number of ranges in a list of fetch numbers. A range is a number, or a text such as `4 to 6`.
const MAX_GROUP_RANGES: usize = 5;
/// The width of a line of the overview.
const MAX_COLUMNS: usize = 80;

/// Prints the fetches as text. If there are several fetches, first prints an overview: each group of fetches with equal
/// explanations.
pub(super) fn print_fetches(
    fetches: &[Vec<Line<'_>>],
    is_all: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let has_overview = fetches.len() > 1;
    if has_overview {
        print_overview(fetches, output)?;
    }
    for group in groups(fetches) {
        let [lines, equal @ ..] = &*group else {
            continue;
        };
        let Some(line) = lines.first() else {
            continue;
        };
        let (number, heading) = (line.fetch, heading(line));
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
        print_equal_fetches(number, equal, output)?;
    }
    Ok(())
}

/// Returns the groups of fetches with equal explanations, in the order of their first fetches.
fn groups<'f, 'l>(fetches: &'f [Vec<Line<'l>>]) -> Vec<Vec<&'f [Line<'l>]>> {
    let mut groups: Vec<Vec<&[Line<'_>]>> = Vec::new();
    let mut positions = HashMap::new();
    for lines in fetches {
        let Some(line) = lines.first() else {
            continue;
        };
        let next = groups.len();
        let first = line.same_as.unwrap_or(line.fetch);
        let position = *positions.entry(first).or_insert(next);
        match groups.get_mut(position) {
            Some(group) => group.push(lines),
            None => groups.push(Vec::from([&**lines])),
        }
    }
    groups
}

/// Prints the numbers of the fetches that have the explanation of the fetch `first`, and a few of their URLs.
fn print_equal_fetches(
    first: usize,
    equal: &[&[Line<'_>]],
    output: &mut Output,
) -> Result<(), Stop> {
    let lines: Vec<_> = equal.iter().filter_map(|lines| lines.first()).collect();
    match &*lines {
        [] => return Ok(()),
        [line] => output.text(format_args!(
            "Fetch {}: {}: the same as fetch {first}",
            line.fetch,
            heading(line)
        ))?,
        lines => {
            let numbers: Vec<usize> = lines.iter().map(|line| line.fetch).collect();
            output.text(format_args!(
                "Fetches {}: the same as fetch {first}",
                number_list(&numbers)
            ))?;
            let mut seen = HashSet::new();
            let headings = lines.iter().map(|line| heading(line));
            let headings: Vec<_> = headings
                .filter(|heading| seen.insert(heading.clone()))
                .collect();
            for heading in headings.iter().take(MAX_GROUP_HEADINGS) {
                output.text(format_args!("  {heading}"))?;
            }
            match headings.len().saturating_sub(MAX_GROUP_HEADINGS) {
                0 => {}
                rest => output.text(format_args!("  and {rest} more"))?,
            }
        }
    }
    output.text("")
}

/// Returns the numbers as text, such as `2, 4 to 6 and 3 more`. The numbers are in ascending order.
fn number_list(numbers: &[usize]) -> String {
    let mut ranges = numbers.chunk_by(|one, next| one + 1 == *next);
    let mut listed = Vec::new();
    for range in ranges.by_ref().take(MAX_GROUP_RANGES) {
        match range {
            [first, .., last] => listed.push(format!("{first} to {last}")),
            [number] => listed.push(number.to_string()),
            [] => {}
        }
    }
    let listed = listed.join(", ");
    match ranges.map(<[usize]>::len).sum() {
        0_usize => listed,
        rest => format!("{listed} and {rest} more"),
    }
}

/// Prints for each group: the first fetch, the number of the other fetches, and the reason.
fn print_overview(fetches: &[Vec<Line<'_>>], output: &mut Output) -> Result<(), Stop> {
    output.text(format_args!("{} fetches:\n", fetches.len()))?;
    let groups = groups(fetches);
    let (shown, rest) = groups.split_at(groups.len().min(MAX_OVERVIEW_GROUPS));
    for group in shown {
        let Some(lines) = group.first() else {
            continue;
        };
        let Some(line) = lines.get(problem_position(lines).unwrap_or_default()) else {
            continue;
        };
        let others = match group.len().saturating_sub(1) {
            0 => String::new(),
            others => format!(" (and {others} more)"),
        };
        let start = format!("{}. ", line.fetch);
        let width = MAX_COLUMNS.saturating_sub(start.len() + others.len());
        let heading = shortened(&heading(line), width);
        output.text(format_args!("{start}{heading}{others}"))?;
        let reason = shortened(&conditional_reason(line, lines), MAX_COLUMNS - 3);
        output.text(format_args!("   {reason}"))?;
    }
    match rest.iter().map(Vec::len).sum() {
        0_usize => {}
        rest => output.text(format_args!(
            "and {}",
            counted(rest, "more fetch", "more fetches")
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

/// Prints the explanations of a fetch as text. If the credentials mode is not known, each possible mode has its own
/// explanation. Prints one explanation as a whole, and only the differences of the other explanations. If the fetch
/// succeeds in another explanation, prints only one sentence for this explanation, unless `is_all` is true.
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
