//! Names of members: the known ones, and the one that was probably meant.

use alloc::{string::String, vec::Vec};

use crate::server::policy::config::PolicyConfig;

/// Of a member, or of an entry of its list: unknown ones first, then in the order of the documentation.
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

/// The member that was probably meant: written almost so, or the only one that it has in it or is in.
pub(super) fn nearest(given: &str) -> Option<&'static str> {
    const MAX_COMPARED_BYTES: usize = 64;
    let given = plain(given.get(..MAX_COMPARED_BYTES).unwrap_or(given));
    let written_so = |member: &'static str| {
        let member = plain(member);
        let short = member.strip_prefix("dangerously").unwrap_or(&member);
        distance(&given, &member).min(distance(&given, short))
    };
    let members = PolicyConfig::member_names();
    let near = members.map(|member| (written_so(member), member));
    let near = near.into_iter().min();
    let near = near.filter(|(distance, _)| *distance <= 2);
    if let Some((_, member)) = near {
        return Some(member);
    }
    // A danger is never guessed from a part of its name.
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

/// `maxAge` and `max-age` are `max_age`.
fn plain(member: &str) -> String {
    let letters = member.chars().filter(|c| !matches!(c, '_' | '-'));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// How many characters are to be put in, left out or changed.
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
