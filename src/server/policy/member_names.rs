//! The names of members: their order, and the nearest name to an unknown one.

use alloc::{string::String, vec::Vec};

use crate::server::policy::config::PolicyConfig;

/// Returns a key that sorts the errors by their members. Unknown members are first (`None`), then the members
/// in the order of the documentation. The second number is the index in the list of a member.
pub(crate) fn position(member: &str) -> Option<(usize, Option<usize>)> {
    let known = PolicyConfig::member_names()
        .iter()
        .position(|known| *known == name_of(member))?;
    let index = member.split_once('[').and_then(|(_, rest)| {
        let index = rest.strip_suffix(']')?;
        index.parse().ok()
    });
    Some((known, index))
}

pub(super) fn name_of(member: &str) -> &str {
    member.split_once('[').map_or(member, |(name, _)| name)
}

/// Returns the member that was probably meant: first by a similar spelling, then by a common part, such as `origin`
/// for `origins`. Two candidates with a common part are not a clear suggestion.
pub(super) fn nearest(given: &str) -> Option<&'static str> {
    const MAX_COMPARED_BYTES: usize = 64;
    let given = plain(given.get(..MAX_COMPARED_BYTES).unwrap_or(given));
    let spelling_distance = |member: &'static str| {
        let member = plain(member);
        let short = member.strip_prefix("dangerously").unwrap_or(&member);
        distance(&given, &member).min(distance(&given, short))
    };
    let members = PolicyConfig::member_names();
    let near = members.map(|member| (spelling_distance(member), member));
    let near = near.into_iter().min();
    let near = near.filter(|(distance, _)| *distance <= 2);
    if let Some((_, member)) = near {
        return Some(member);
    }
    // A common part is not enough to suggest a `dangerously_` member.
    let mut alike = members.into_iter().filter(|member| {
        let member = plain(member);
        let is_part = member.contains(&given) || given.contains(&member);
        is_part && !member.starts_with("dangerously")
    });
    match (alike.next(), alike.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Removes `_` and `-` and converts to lower case, so that `maxAge` and `max-age` equal `max_age`.
fn plain(member: &str) -> String {
    let letters = member.chars().filter(|c| !matches!(c, '_' | '-'));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the number of characters to insert, delete or change (the Levenshtein distance).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, from) in from.chars().enumerate() {
        let (mut before, mut left) = (i, i + 1);
        let mut next = Vec::from([left]);
        for (to, above) in to.chars().zip(row.iter().skip(1)) {
            left = (before + usize::from(from != to))
                .min(left + 1)
                .min(above + 1);
            before = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
