//! A suggestion for a misspelled name: the name that its author probably meant.

use alloc::{string::String, vec::Vec};

/// The minimum length of a name that can match as a part of another name.
const MIN_PART_BYTES: usize = 3;

/// The maximum length of a short name. A short name is suggested only if at most one letter differs.
const MAX_SHORT_BYTES: usize = 4;

/// Returns the name that the author of `given` probably meant. The function first searches for a similar spelling. The
/// function then searches for a name that contains `given` or that `given` contains, such as `origin` for `origins`. If
/// two names match in the second search, the function returns `None`.
pub(crate) fn nearest_name<'n>(given: &str, names: &[&'n str]) -> Option<&'n str> {
    const MAX_COMPARED_BYTES: usize = 64;
    let given = plain(given.get(..MAX_COMPARED_BYTES).unwrap_or(given));
    let spelling_distance = |name: &str| {
        let name = plain(name);
        let short = name.strip_prefix("dangerously").unwrap_or(&name);
        distance(&given, &name).min(distance(&given, short))
    };
    let near = names.iter().map(|name| (spelling_distance(name), *name));
    // Even unrelated short names, such as `mode` and `note`, have a small distance. So the limit on the distance is
    // lower for a short name.
    let near = near
        .filter(|(distance, name)| *distance <= if name.len() <= MAX_SHORT_BYTES { 1 } else { 2 });
    if let Some((_, name)) = near.min() {
        return Some(name);
    }
    // A common part is not enough to suggest a `dangerously_` member.
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

/// Removes `_` and `-`, and converts to lower case, so that `maxAge`, `max-age` and `max_age` become equal.
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
