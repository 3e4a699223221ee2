//! Words that stand in place of an origin or of a list.

use alloc::vec::Vec;

/// More bytes than the longest word has. A longer element is not one of the words.
const MAX_WORD_BYTES: usize = 20;

/// Words that turn something off, as in `{"PUT": false}`, in lower case.
const FALSE: [&str; 23] = [
    "0",
    "blocked",
    "denied",
    "deny",
    "disabled",
    "disallow",
    "disallowed",
    "excluded",
    "false",
    "forbidden",
    "nan",
    "never",
    "nil",
    "no",
    "none",
    "null",
    "off",
    "prohibited",
    "refused",
    "rejected",
    "unavailable",
    "undefined",
    "unsupported",
];

/// Words that turn something on, as in `{"PUT": true}`, in lower case.
const TRUE: [&str; 7] = ["1", "allow", "allowed", "enabled", "on", "true", "yes"];

/// Words that stand for every origin or for every name, in lower case, without `-` and `_`.
const EVERY: [&str; 16] = [
    ".*",
    "all",
    "allheaders",
    "allmethods",
    "allorigins",
    "allowall",
    "allowany",
    "any",
    "anyheader",
    "anymethod",
    "anyone",
    "anyorigin",
    "every",
    "everyone",
    "everything",
    "wildcard",
];

pub(in crate::explain) fn is_false(word: &[u8]) -> bool {
    is_one_of(word, &FALSE)
}

pub(in crate::explain) fn is_true(word: &[u8]) -> bool {
    is_one_of(word, &TRUE)
}

/// Whether the author of the word probably wanted to allow every origin or every name.
pub(in crate::explain) fn is_meant_as_wildcard(word: &[u8]) -> bool {
    let has_only_asterisks = word.len() > 1 && word.iter().all(|byte| *byte == b'*');
    has_only_asterisks
        || is_one_of(word, &EVERY)
        || is_one_of(&without_marks(word), &EVERY)
        || is_true(word) && word.iter().any(u8::is_ascii_alphabetic)
}

/// Whether an element of a valid list, or a whole value, probably stands for every name or every origin. In a malformed list,
/// the number 1 can be an index.
pub(in crate::explain) fn is_wildcard_element(element: &[u8]) -> bool {
    element == b"1" || is_meant_as_wildcard(element)
}

/// Returns the word without the characters that separate its parts, as in `allow-all`.
fn without_marks(word: &[u8]) -> Vec<u8> {
    let letters = word.iter().filter(|byte| !b"-_".contains(byte));
    letters.copied().take(MAX_WORD_BYTES).collect()
}

pub(in crate::explain) fn is_one_of(word: &[u8], words: &[&str]) -> bool {
    let mut words = words.iter();
    words.any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
}
