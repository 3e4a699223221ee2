//! Finds the names that the author of a malformed list probably meant.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use crate::{
    explain::near_miss::{
        listed_element::{common_request_header, is_known_method},
        lists::split_at_sign,
    },
    infrastructure::{
        bytes::{is_token, is_token_byte},
        header_values::Abnf,
    },
};

/// Values that turn off a name, as in `{"PUT": false}`, in lower case.
const FALSE: [&str; 9] = [
    "0",
    "false",
    "nil",
    "no",
    "none",
    "null",
    "off",
    "undefined",
    "disabled",
];

/// Values that turn on a name, as in `{"PUT": true}`, in lower case.
const TRUE: [&str; 5] = ["1", "enabled", "on", "true", "yes"];

/// Other words of objects, maps and arrays, as in `[object Object]`, in lower case.
const OTHER_WORDS: [&str; 4] = ["and", "array", "object", "or"];

/// The names in a malformed list.
pub(super) struct MeantNames {
    abnf: Abnf,
    /// The names that the preflight asks for, in lower case.
    requested: BTreeSet<String>,
    found: Vec<String>,
    /// The names in `found`, because the list names each name once.
    seen: BTreeSet<String>,
}

impl MeantNames {
    /// Returns the names in `value` that are meant. In `{"PUT": true, "GET": false}`, only `PUT` is meant. In
    /// `Content-Type: application/json`, only the text before the colon is meant. The result leaves out `*`.
    pub(super) fn of_list(abnf: Abnf, value: &[u8], requested: &[String]) -> Vec<String> {
        let mut names = Self {
            abnf,
            requested: requested
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            found: Vec::new(),
            seen: BTreeSet::new(),
        };
        let is_method = abnf == Abnf::AccessControlAllowMethods;
        let ends = |byte: &u8| matches!(byte, b',' | b';' | b'|') || *byte == b'/' && is_method;
        for element in value.split(ends) {
            names.read_element(element);
        }
        names.found
    }

    fn read_element(&mut self, mut element: &[u8]) {
        let mut parts = element.split(|byte| !is_token_byte(*byte));
        // The number 0 can be an index, as in `[0] => PUT`.
        let has_false = parts.any(|part| is_one_of(part, &FALSE) && part != b"0");
        while let Some((key, value)) = split_at_sign(element) {
            let (first, rest) = first_word(value);
            if is_one_of(first, &FALSE) {
                element = rest;
            } else if is_one_of(first, &TRUE) {
                self.read_names(key);
                element = rest;
            } else if has_false {
                // The word can turn off each name of the element, as in `{"PUT": {"allowed": false}}`.
                return;
            } else {
                let label = words(key).last().unwrap_or_default();
                let is_own_name = self.is_own_name(label);
                if !is_own_name {
                    self.read_names(key);
                    if self.is_name(label) {
                        return;
                    }
                }
                // The last word before the sign is not a name, but a label, as in `methods: PUT`. So the names are after
                // the sign.
                element = value;
            }
        }
        self.read_names(element);
    }

    fn read_names(&mut self, text_with_names: &[u8]) {
        let is_method = self.abnf == Abnf::AccessControlAllowMethods;
        let words = words(text_with_names);
        let names: Vec<String> = words.filter(|word| self.is_name(word)).map(text).collect();
        // In `Content Type`, a space is in place of a hyphen.
        let joined = names.join("-");
        let mut names = if is_method || !self.is_known_header(&joined) {
            names
        } else {
            Vec::from([joined])
        };
        names.retain(|name| self.seen.insert(name.clone()));
        self.found.append(&mut names);
    }

    /// Whether the word can be a name of this list. If a wrong character is in a word, the name is not known, so the word
    /// is not a name.
    fn is_name(&self, word: &[u8]) -> bool {
        if !is_token(word) || is_one_of(word, &FALSE) || is_one_of(word, &TRUE) {
            return false;
        }
        if self.abnf == Abnf::AccessControlAllowMethods {
            let has = |test: fn(&u8) -> bool| word.iter().any(test);
            let is_upper_case = has(u8::is_ascii_uppercase) && !has(u8::is_ascii_lowercase);
            return is_upper_case || is_known_method(word) || self.is_requested(word);
        }
        let has_letter = word.iter().any(u8::is_ascii_alphabetic);
        has_letter && !is_one_of(word, &OTHER_WORDS) || self.is_known_header(&text(word))
    }

    /// Whether the word names this list, as `methods` and `allowed-headers` do.
    fn is_own_name(&self, word: &[u8]) -> bool {
        let last = self.abnf.header_name().rsplit('-').next();
        let word = text(word).to_ascii_lowercase();
        word.ends_with(last.unwrap_or_default()) && !word.starts_with("x-")
    }

    fn is_known_header(&self, name: &str) -> bool {
        common_request_header(name.as_bytes()).is_some() || self.is_requested(name.as_bytes())
    }

    fn is_requested(&self, name: &[u8]) -> bool {
        self.requested.contains(&text(name).to_ascii_lowercase())
    }
}

fn is_one_of(word: &[u8], words: &[&str]) -> bool {
    let mut words = words.iter();
    words.any(|other| word.eq_ignore_ascii_case(other.as_bytes()))
}

/// Returns the first word, and the text after this word. The word ends before white space and before a sign, so the work
/// is linear if [`split_at_sign`] reads the text after the word next.
fn first_word(value: &[u8]) -> (&[u8], &[u8]) {
    let value = value.trim_ascii_start();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'=');
    let end = value.iter().position(is_end);
    let (word, rest) = value
        .split_at_checked(end.unwrap_or(value.len()))
        .unwrap_or_default();
    (trimmed(word), rest)
}

/// Returns the words of a text. In `map[PUT`, only the text after the bracket is a word.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(u8::is_ascii_whitespace).map(|word| {
        let mut parts = word.rsplit(|byte| matches!(byte, b'(' | b'[' | b'{'));
        trimmed(parts.next().unwrap_or_default())
    })
}

/// Returns the word without the quotation marks and brackets at its start and end.
fn trimmed(word: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| (is_token_byte(*byte) || !byte.is_ascii()) && !b"'`".contains(byte);
    let start = word.iter().position(is_part).unwrap_or(word.len());
    let end = word.iter().rposition(is_part).map_or(start, |end| end + 1);
    word.get(start..end).unwrap_or_default()
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
