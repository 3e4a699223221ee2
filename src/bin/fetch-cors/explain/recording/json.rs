//! Explanations of the fetches of a HAR recording, as lines of JSON.

use super::{groups::Group, line::Line};
use crate::output::{Output, Stop};

/// Prints the lines of all fetches, in the order of their numbers. `explained` returns the explanations of the fetch at
/// a position of the recording.
pub(super) fn print_json(
    groups: &[Group],
    explained: impl Fn(usize) -> Vec<Line>,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut members = Vec::new();
    for group in groups {
        members.push((group.first, group));
        members.extend(group.equal.iter().map(|member| (*member, group)));
    }
    members.sort_by_key(|(member, _)| member.number);
    for (member, group) in members {
        let first = group.first.number;
        if member.number == first {
            group.lines.iter().try_for_each(|line| output.json(line))?;
            continue;
        }
        for mut line in explained(member.position) {
            line.fetch = member.number;
            line.same_as = Some(first);
            output.json(&line)?;
        }
    }
    Ok(())
}
