//! A suggestion for a misspelled name: the name that the author of the text probably meant.

use alloc::{string::String, vec::Vec};

/// The minimum length of a name that can match as a part of a longer name.
const MIN_PART_BYTES: usize = 3;

/// The maximum length of a short name. A short name is suggested only if its distance from the misspelled name is at
/// most 1.
const MAX_SHORT_BYTES: usize = 4;

/// A search compares at most this number of bytes of the misspelled name.
const MAX_COMPARED_BYTES: usize = 64;

/// Returns the name that the author of `given` probably meant. The first search finds the name with the most similar
/// spelling. If no spelling is similar enough, the second search finds a name that contains `given`, or a name that is
/// a part of `given`. For example, the second search finds `max_age` for `max`. If two names match in the second
/// search, the function returns `None`.
pub fn nearest_name<'n>(given: &str, names: &[&'n str]) -> Option<&'n str> {
    if let Some(name) = nearest_spelling(given, names) {
        return Some(name);
    }
    let given = compared(given);
    // Two names with a common part can have different meanings. A wrong suggestion of a `dangerously_` member could do
    // harm, so this search does not suggest such a member.
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

/// Returns the name whose spelling is most similar to `given`. Returns `None` if no name is similar enough.
pub fn nearest_spelling<'n>(given: &str, names: &[&'n str]) -> Option<&'n str> {
    let given = compared(given);
    let spelling_distance = |name: &str| {
        let name = plain(name);
        let short = name.strip_prefix("dangerously").unwrap_or(&name);
        distance(&given, &name).min(distance(&given, short))
    };
    let near = names.iter().map(|name| (spelling_distance(name), *name));
    // The distance between unrelated short names, such as `mode` and `note`, can be 2. So the distance from `given` to
    // a short name must be at most 1.
    let near = near
        .filter(|(distance, name)| *distance <= if name.len() <= MAX_SHORT_BYTES { 1 } else { 2 });
    near.min().map(|(_, name)| name)
}

/// Returns the names, the names that are most similar to `given` first. A name that shares a word of at least three letters
/// with `given` is more similar than the others. The words of a name are separated by `-` or `_`.
pub fn by_similarity<'n>(given: &str, names: &[&'n str]) -> Vec<&'n str> {
    let words = |name: &str| -> Vec<String> {
        let words = name
            .get(..MAX_COMPARED_BYTES)
            .unwrap_or(name)
            .split(['_', '-']);
        words.map(str::to_ascii_lowercase).collect()
    };
    let (given_words, given) = (words(given), compared(given));
    let mut sorted: Vec<&'n str> = names.to_vec();
    sorted.sort_by_cached_key(|name| {
        let others = words(name);
        let shared = given_words
            .iter()
            .filter(|word| others.contains(*word) && word.len() >= MIN_PART_BYTES);
        (
            core::cmp::Reverse(shared.count()),
            distance(&given, &plain(name)),
        )
    });
    sorted
}

/// Converts the first [`MAX_COMPARED_BYTES`] bytes of `given` with [`plain`].
fn compared(given: &str) -> String {
    plain(given.get(..MAX_COMPARED_BYTES).unwrap_or(given))
}

/// Removes `_` and `-`, and converts to lower case, so that `maxAge`, `max-age` and `max_age` become equal.
fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-'));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

/// Returns the optimal string alignment distance: the minimum number of edits that change `from` to `to`. An edit
/// inserts, deletes or replaces one character, or swaps two neighboring characters.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    // For swaps of two characters: the row that was computed before `row`, and the previous character of `from`.
    let mut earlier: Option<(Vec<usize>, char)> = None;
    for (i, current) in from.chars().enumerate() {
        let (mut before, mut left) = (i, i + 1);
        let mut next = Vec::from([left]);
        for (j, (to_current, above)) in to.iter().zip(row.iter().skip(1)).enumerate() {
            left = (before + usize::from(current != *to_current))
                .min(left + 1)
                .min(above + 1);
            if let (Some((earlier, previous)), Some(j)) = (&earlier, j.checked_sub(1))
                && to.get(j) == Some(&current)
                && to_current == previous
                && let Some(cost) = earlier.get(j)
            {
                left = left.min(cost + 1);
            }
            before = *above;
            next.push(left);
        }
        earlier = Some((core::mem::replace(&mut row, next), current));
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{by_similarity, distance, nearest_spelling};

    #[test]
    fn names_with_a_common_word_come_first() {
        let names = ["sends-text", "lacks-vary", "repeats-vary", "lacks-method"];
        assert_eq!(
            by_similarity("vary-missing", &names)[..2],
            ["lacks-vary", "repeats-vary"]
        );
        assert_eq!(by_similarity("send", &names)[0], "sends-text");
        assert_eq!(by_similarity(&"é".repeat(100), &names).len(), 4);
    }

    #[test]
    fn swapped_neighbors_are_one_mistake() {
        for (from, to, expected) in [
            ("", "", 0),
            ("help", "help", 0),
            ("hepl", "help", 1),
            ("ehlp", "help", 1),
            ("ehpl", "help", 2),
            ("hlep", "help", 1),
            ("judg", "judge", 1),
            ("", "run", 3),
            ("run", "", 3),
            ("verison", "version", 1),
            ("chekc", "check", 1),
        ] {
            assert_eq!(distance(from, to), expected, "{from} {to}");
        }
        assert_eq!(nearest_spelling("HEPL", &["run", "help"]), Some("help"));
        assert_eq!(nearest_spelling("rn", &["run", "help"]), Some("run"));
        assert_eq!(nearest_spelling("walk", &["run", "laws"]), None);
    }
}
