//! Explanations of the fetches of a HAR recording, as text.

use super::{
    print,
    recording_line::{Line, heading, main_position},
};
use crate::output::{Output, Stop};

/// The maximum number of fetches that are printed without an overview.
const MAX_FETCHES_WITHOUT_OVERVIEW: usize = 3;

/// Prints the explanations of the fetches as text. For many fetches, first prints an overview with one line for each fetch.
pub(super) fn print_fetches(
    fetches: &[Vec<Line<'_>>],
    is_all: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    if fetches.len() > MAX_FETCHES_WITHOUT_OVERVIEW {
        for lines in fetches {
            output.text(overview(lines))?;
        }
        output.text("")?;
    }
    for lines in fetches {
        print_fetch(lines, is_all, output)?;
        output.text("")?;
    }
    Ok(())
}

/// Returns the verdict, the method, the URL and the reason of a fetch in one line.
fn overview(lines: &[Line<'_>]) -> String {
    let main = main_position(lines).unwrap_or_default();
    let Some(line) = lines.get(main) else {
        return String::new();
    };
    let heading = heading(line);
    let headline = line.explanation.as_ref().map(|other| &*other.headline);
    match headline.map(|headline| headline.split_once(": ").unwrap_or((headline, ""))) {
        Some((verdict, reason)) => format!("{verdict}  {heading}  {reason}"),
        None => {
            let obstacle = line.obstacle.as_deref().unwrap_or_default();
            format!("not judged  {heading}  {obstacle}")
        }
    }
}

/// Prints the explanations of a fetch as text: one explanation as a whole, and the differences for each other
/// credentials mode. If the fetch succeeds in another mode, prints only one sentence for this mode, unless `is_all` is
/// true.
fn print_fetch(lines: &[Line<'_>], is_all: bool, output: &mut Output) -> Result<(), Stop> {
    if let Some(line) = lines.first() {
        output.text(heading(line))?;
    }
    for obstacle in lines.iter().filter_map(|line| line.obstacle.as_ref()) {
        output.text(format_args!("this fetch cannot be judged: {obstacle}"))?;
    }
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
    if let Some(reported) = &line.reported {
        output.text(reported)?;
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
        if line.is_success() && !is_all {
            output.text(&other.headline)?;
        } else {
            print(other.summary_after(explanation), other.verdict, output)?;
        }
    }
    print(explanation.details(), explanation.verdict, output)
}
