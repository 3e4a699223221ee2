//! Header names as people write them.

use alloc::{string::String, vec::Vec};

use crate::{
    infrastructure::header_list::HeaderList,
    nearest_name::{nearest_name, nearest_spelling},
};

/// The minimum length of a word of a header name that can be misspelled.
const MIN_WORD_BYTES: usize = 4;

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
/// `Allow-Control-Access-Origin` and `Allow-Origin`. The last word of `name` must be in `given`. If `given` has all words,
/// each word can be misspelled or have another ending, as in `Access-Control-Allowed-Origins`.
fn has_words_of(given: &str, name: &str) -> bool {
    let mut rest: Vec<&str> = name.split('-').collect();
    let last = rest.last().copied();
    let mut words = given.split(['-', '_']);
    let are_of_name = words.all(|word| {
        let position = rest.iter().position(|other| *other == word);
        position.map(|position| rest.remove(position)).is_some()
    });
    are_of_name && !rest.contains(&last.unwrap_or_default()) || has_similar_words(given, name)
}

/// Whether `given` has as many words as `name`, in the same order, and each word is similar.
fn has_similar_words(given: &str, name: &str) -> bool {
    let (given, name) = (given.split(['-', '_']), name.split('-'));
    let is_similar = |(word, other): (&str, &str)| {
        let stem = |word: &str| String::from(word.trim_end_matches('s').trim_end_matches("ed"));
        // A short word, such as `a`, is similar to any other short word.
        let is_long = word.len().min(other.len()) >= MIN_WORD_BYTES;
        word == other
            || (is_long
                && (stem(word) == stem(other) || nearest_spelling(word, &[other]).is_some()))
    };
    given.clone().count() == name.clone().count() && given.zip(name).all(is_similar)
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
