//! Explanations of the fetches of a HAR recording, as text.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{
    super::print,
    headings::Headings,
    line::{Line, hint_at_console, main_position},
    overview::print_overview,
};
use fetch_cors::explain::{Verdict as FetchVerdict, Wrapped, rows};

use crate::output::{Output, Stop};

/// The maximum number of headings that are printed for the further fetches of a group. The first fetch of the group
/// does not count.
const MAX_GROUP_HEADINGS: usize = 3;
/// The maximum number of ranges in a list of fetch numbers. A range is a number, or a text such as `4 to 6`.
const MAX_GROUP_RANGES: usize = 5;
/// The maximum number of lines that are printed before the fix, because another credentials mode also needs them.
const MAX_FURTHER_LINES: usize = 4;

/// Prints the fetches as text. If there are several fetches, first prints an overview: each group of fetches with equal
/// explanations.
pub(super) fn print_fetches(
    fetches: &[Vec<Line<'_>>],
    is_all: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let groups = groups(fetches);
    let headings = Headings::new(fetches);
    let has_overview = fetches.len() > 1;
    if has_overview {
        print_overview(fetches.len(), &groups, &headings, output)?;
    }
    for group in &groups {
        let [lines, equal @ ..] = &**group else {
            continue;
        };
        let Some(line) = lines.first() else {
            continue;
        };
        let (number, heading) = (line.fetch, headings.short(line));
        let heading = if has_overview {
            format!("Fetch {number}: {heading}")
        } else {
            heading.into()
        };
        output.text(&heading)?;
        for line in *lines {
            print_obstacle(line, output)?;
        }
        print_fetch(lines, is_all, rows(&heading), output)?;
        output.text("")?;
        print_equal_fetches(number, equal, &headings, output)?;
    }
    Ok(())
}

/// Prints the message of the browser, or the reason why the fetch cannot be judged.
fn print_obstacle(line: &Line<'_>, output: &mut Output) -> Result<(), Stop> {
    if let Some(message) = &line.message {
        output
            .text("The recording does not have the response, but has the error of the browser.")?;
        output.text(message)?;
    }
    match &line.obstacle {
        Some(obstacle) => output.text(Wrapped {
            first: "cannot be judged: ",
            rest: "  ",
            text: obstacle,
        }),
        None => Ok(()),
    }
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
    headings: &Headings,
    output: &mut Output,
) -> Result<(), Stop> {
    let lines: Vec<_> = equal.iter().filter_map(|lines| lines.first()).collect();
    match &*lines {
        [] => return Ok(()),
        [line] => output.text(format_args!(
            "Fetch {}: {}: the same as fetch {first}",
            line.fetch,
            headings.short(line)
        ))?,
        lines => {
            let numbers: Vec<usize> = lines.iter().map(|line| line.fetch).collect();
            output.text(format_args!(
                "Fetches {}: the same as fetch {first}",
                number_list(&numbers)
            ))?;
            let mut seen = HashSet::new();
            let headings = lines.iter().map(|line| headings.short(line));
            let headings: Vec<_> = headings.filter(|heading| seen.insert(*heading)).collect();
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

/// Prints the explanations of a fetch as text. If the credentials mode is not known, each possible mode has its own
/// explanation. Prints one explanation as a whole, and only the differences of the other explanations. If the fetch
/// succeeds in another explanation, prints only one sentence for this explanation, unless `is_all` is true.
///
/// `heading_rows` is the number of rows above the explanation. With these rows, the fix stays on one screen.
fn print_fetch(
    lines: &[Line<'_>],
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
    let engines = line.allowing_engines();
    let mut above = Vec::new();
    if let Some(contradiction) = line.contradiction() {
        let wrapped = Wrapped {
            first: "",
            rest: "",
            text: contradiction,
        };
        above.push(wrapped.to_string());
    }
    if let Some(mode) = line.assumed_credentials {
        above.push("The recording does not show whether the page sends cookies.".into());
        above.extend(hint_at_console(lines).map(String::from));
        above.extend(further_lines(lines));
        above.push(format!("With credentials mode `{mode}`:"));
    }
    if !engines.is_empty() {
        let text = format!(
            "The page got the response in the recording. Engines that allow this fetch: {}. The standard blocks it:",
            engines.join(", ")
        );
        let wrapped = Wrapped {
            first: "",
            rest: "  ",
            text: &text,
        };
        above.push(wrapped.to_string());
    }
    above.iter().try_for_each(|text| output.text(text))?;
    let rows_above = heading_rows + above.iter().map(|text| rows(text)).sum::<usize>();
    let summary = explanation.summary_below(rows_above);
    print(summary, explanation.verdict, output)?;
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

/// Returns the lines that the fix of the main explanation lacks for another credentials mode. Without these lines, the
/// fix at the top of the text does not make the fetch of the other mode succeed.
fn further_lines(lines: &[Line<'_>]) -> Vec<String> {
    let main = main_position(lines);
    let mut further = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        let (Some(mode), Some(explanation)) = (line.assumed_credentials, &line.explanation) else {
            continue;
        };
        if Some(position) == main || explanation.verdict != FetchVerdict::Blocked || line.has_worked
        {
            continue;
        }
        let answers = line.also_needed.iter().flatten();
        let place = if answers.clone().count() > 1 {
            ", in each response"
        } else {
            ""
        };
        let headers = answers.flat_map(|answer| &answer.headers);
        let headers: BTreeSet<String> = headers.map(ToString::to_string).collect();
        match headers.len() {
            0 if line.also_needed.is_some() => {}
            1..=MAX_FURTHER_LINES => {
                further.push(format!(
                    "With credentials mode `{mode}`, the fix below also needs{place}:"
                ));
                further.extend(headers);
            }
            _ => further.push(format!(
                "With credentials mode `{mode}`, another fix is needed: it follows below."
            )),
        }
    }
    further
}
