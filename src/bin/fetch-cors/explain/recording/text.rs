//! Explanations of the fetches of a HAR recording, as text.

use super::{
    super::print,
    groups::{FinishedGroups, Group, Rank},
    headings::Headings,
    line::{Line, main_position},
    overview::overview,
    with_credentials::{self, hints},
};
use crate::output::{Output, Stop};

/// The maximum number of headings that are printed for the further fetches of a group. The first fetch of the group
/// does not count.
const MAX_GROUP_HEADINGS: usize = 3;
/// The maximum number of ranges in a list of fetch numbers. A range is a number, or a text such as `4 to 6`.
const MAX_GROUP_RANGES: usize = 5;

/// The maximum number of rows of an overview that is on the first screen together with the fix of the first fetch.
const MAX_SHARED_ROWS: usize = 12;

/// The parts of the text that the options choose.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// Whether the text has the explanations of successes (`--all`).
    pub(super) has_successes: bool,
    /// Whether the text has the whole explanations of the fetches that are blocked only if they have credentials.
    pub(super) has_doubts: bool,
}

/// Prints the fetches as text. If there are several fetches, first prints an overview: each group of fetches with equal
/// explanations. The fetches that are blocked only if they have credentials have no explanation of their own if another
/// fetch is blocked in any case.
pub(super) fn print_fetches(
    groups: &FinishedGroups,
    headings: &Headings,
    shown: Shown,
    output: &mut Output,
) -> Result<(), Stop> {
    let has = |rank| groups.count_of(rank) > 0;
    let is_short = !shown.has_doubts && has(Rank::Blocked) && has(Rank::BlockedWithCredentials);
    let has_overview = groups.fetch_count() > 1;
    let width = output.width();
    let mut rows_above = 0;
    if has_overview {
        let overview = overview(groups, headings, is_short, width);
        output.text(&overview)?;
        rows_above = width.rows(&overview) + 1;
    }
    if rows_above > MAX_SHARED_ROWS {
        rows_above = 0;
    }
    for group in &groups.explained {
        if is_short && group.rank == Rank::BlockedWithCredentials {
            continue;
        }
        let number = group.first.number;
        let heading = headings.numbered(number, headings.short(number).unwrap_or_default());
        output.text(&heading)?;
        for line in &group.lines {
            print_obstacle(line, output)?;
        }
        let rows_above = std::mem::take(&mut rows_above) + width.rows(&heading);
        print_fetch(&group.lines, shown.has_successes, rows_above, output)?;
        output.text("")?;
        print_equal_fetches(group, headings, output)?;
    }
    if is_short {
        with_credentials::print_short(groups, headings, output)?;
    }
    if let Some((introduction, lines)) = groups.counted.text() {
        output.text(width.wrapped("", "  ", &introduction))?;
        for line in lines {
            output.text(width.wrapped("- ", "  ", &line))?;
        }
    }
    Ok(())
}

/// Prints the message of the browser, or the reason why the fetch cannot be judged.
fn print_obstacle(line: &Line, output: &mut Output) -> Result<(), Stop> {
    let width = output.width();
    if let Some(message) = &line.message {
        let start = "The recording does not have the response, but has the error of the browser.";
        output.text(width.wrapped("", "  ", start))?;
        output.text(width.text(message))?;
    }
    match &line.obstacle {
        Some(obstacle) => output.text(width.wrapped("cannot be judged: ", "  ", obstacle)),
        None => Ok(()),
    }
}

/// Prints the numbers of the fetches that have the explanation of the first fetch of the group, and a few of their URLs.
fn print_equal_fetches(
    group: &Group,
    headings: &Headings,
    output: &mut Output,
) -> Result<(), Stop> {
    let first = group.first.number;
    let numbers: Vec<usize> = group.equal.iter().map(|member| member.number).collect();
    let heading = |number: usize| headings.short(number);
    match &*numbers {
        [] => return Ok(()),
        [number] => output.text(format_args!(
            "{}: the same as fetch {first}",
            headings.numbered(*number, heading(*number).unwrap_or_default())
        ))?,
        numbers => {
            output.text(format_args!(
                "Fetches {}: the same as fetch {first}",
                number_list(numbers)
            ))?;
            let mut printed: Vec<&str> = Vec::new();
            let mut rest = 0;
            for number in numbers {
                match heading(*number) {
                    Some(heading) if printed.contains(&heading) => {}
                    Some(heading) if printed.len() < MAX_GROUP_HEADINGS => printed.push(heading),
                    _ => rest += 1,
                }
            }
            for heading in printed {
                output.text(format_args!("  {heading}"))?;
            }
            match rest {
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

/// Prints the explanations of a fetch as text. If the credentials mode is not known, each possible mode has its own
/// explanation. Prints one explanation as a whole, and only the differences of the other explanations. If the fetch
/// succeeds in another explanation, prints only one sentence for this explanation, unless `is_all` is true.
///
/// `heading_rows` is the number of rows above the explanation. With these rows, the fix stays on one screen.
fn print_fetch(
    lines: &[Line],
    is_all: bool,
    heading_rows: usize,
    output: &mut Output,
) -> Result<(), Stop> {
    let main = main_position(lines);
    let main_line = main.and_then(|main| lines.get(main));
    let Some((line, explanation)) =
        main_line.and_then(|line| Some((line, line.explanation.as_ref()?)))
    else {
        return Ok(());
    };
    let width = output.width();
    let mut above = Vec::new();
    if let Some(contradiction) = line.contradiction() {
        above.push(width.wrapped("", "", contradiction));
    }
    let hints = hints(lines);
    above.extend(hints.iter().map(|hint| width.wrapped("", "  ", hint)));
    if let Some(mode) = line.assumed_credentials.filter(|_| !line.certain) {
        above.push(format!("With credentials mode `{mode}`:"));
    }
    // The explanation names the engines that allow the fetch.
    if !line.allowing_engines().is_empty() {
        let text = "The page got the response in the recording, but the standard blocks the fetch:";
        above.push(width.wrapped("", "  ", text));
    }
    above.iter().try_for_each(|text| output.text(text))?;
    let rows_above = heading_rows + above.iter().map(|text| width.rows(text)).sum::<usize>();
    let summary = explanation.summary_below(rows_above);
    print(&width.text(&summary), explanation.verdict, output)?;
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
            output.text(width.wrapped("", "  ", &other.headline))?;
        } else {
            let summary = width.text(&other.summary_after(explanation));
            print(&summary, other.verdict, output)?;
        }
    }
    let details = width.text(&explanation.details());
    print(&details, explanation.verdict, output)
}
