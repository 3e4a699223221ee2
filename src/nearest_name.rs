//! The name that the author of a misspelled name probably meant.

use alloc::{string::String, vec::Vec};

/// The shortest name that counts as a part of another name.
const MIN_PART_BYTES: usize = 3;

/// The maximum length of a short name. A short name is suggested only if at most one letter differs.
const MAX_SHORT_BYTES: usize = 4;

/// Returns the name that the author probably meant: first by a similar spelling, then by a common part, such as
/// `origin` for `origins`. If two names have a common part, the function does not choose between them and returns
/// `None`.
pub(crate) fn nearest_name<'n>(given: &str, names: &[&'n str]) -> Option<&'n str> {
    const MAX_COMPARED_BYTES: usize = 64;
    let given = plain(given.get(..MAX_COMPARED_BYTES).unwrap_or(given));
    let spelling_distance = |name: &str| {
        let name = plain(name);
        let short = name.strip_prefix("dangerously").unwrap_or(&name);
        distance(&given, &name).min(distance(&given, short))
    };
    let near = names.iter().map(|name| (spelling_distance(name), *name));
    // Short names have a small distance from every other short name, such as `mode` from `note`.
    let near = near
        .filter(|(distance, name)| *distance <= if name.len() <= MAX_SHORT_BYTES { 1 } else { 2 });
    if let Some((_, name)) = near.min() {
        return Some(name);
    }
    // A name that is only a part of a `dangerously_` member does not suggest that member.
    let mut alike = names.iter().filter(|name| {
        let name = plain(name);
        let is_part = name.contains(&given) || given.contains(&name);
        let part_bytes = name.len().min(given.len());
        is_part && part_bytes >= MIN_PART_BYTES && !name.starts_with("dangerously")
    });
    match (alike.next(), alike.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// Removes `_` and `-` and converts to lower case, so that `maxAge` and `max-age` equal `max_age`.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-'));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the number of characters to insert, delete or change so that `from` becomes `to` (the Levenshtein distance).
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
