//! Header names as people write them.

use alloc::{string::String, vec::Vec};

use crate::{infrastructure::header_list::HeaderList, nearest_name::nearest_name};

/// Returns the header name with an upper-case letter at the start of each word, such as `Content-Type`.
pub(crate) fn capitalized(name: &str) -> String {
    let mut is_first = true;
    name.chars()
        .map(|c| {
            let letter = if is_first { c.to_ascii_uppercase() } else { c };
            is_first = c == '-';
            letter
        })
        .collect()
}

/// Returns a header name of the list that is a misspelling of `name`.
pub(crate) fn misspelled<'l>(name: &str, list: &'l HeaderList) -> Option<&'l str> {
    /// The minimum length of a name to compare. A shorter name is not a misspelled name of a CORS header.
    const MIN_NAME_BYTES: usize = 12;
    let mut names = list.iter().map(|(name, _)| name.as_str());
    names.find(|given| {
        given.len() >= MIN_NAME_BYTES
            && *given != name
            && !is_known(given)
            && (nearest_name(given, &[name]).is_some() || has_words_of(given, name))
    })
}

/// Whether `given` has the words of `name` in another order, or lacks some of these words, as in
/// `Allow-Control-Access-Origin` and `Allow-Origin`. The last word of `name` must be in `given`.
fn has_words_of(given: &str, name: &str) -> bool {
    let mut rest: Vec<&str> = name.split('-').collect();
    let last = rest.last().copied();
    let mut words = given.split(['-', '_']);
    let are_of_name = words.all(|word| {
        let position = rest.iter().position(|other| *other == word);
        position.map(|position| rest.remove(position)).is_some()
    });
    are_of_name && !rest.contains(&last.unwrap_or_default())
}

/// Whether the name is a known header name. Some known names are similar to each other, so a name that is similar to a
/// known name is not always misspelled.
fn is_known(name: &str) -> bool {
    matches!(
        name,
        "access-control-allow-methods"
            | "access-control-allow-headers"
            | "access-control-allow-origin"
            | "access-control-allow-credentials"
            | "access-control-expose-headers"
            | "access-control-max-age"
            | "timing-allow-origin"
    )
}
