//! Finds the names that the author of a malformed list probably meant.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use crate::{
    explain::near_miss::{
        invisible::visible,
        listed_element::{common_request_header, is_known_method, trimmed, without_punctuation},
        lists::split_at_sign,
        meant_words::{is_false, is_meant_as_wildcard, is_one_of, is_true},
        negated::without_negated,
        other_text::without_other_text,
        separators,
    },
    infrastructure::{
        bytes::{is_token, is_token_byte},
        header_values::Abnf,
    },
};

/// Other words of objects, maps, arrays and sentences, as in `[object Object]`, in lower case.
const OTHER_WORDS: [&str; 9] = [
    "always", "and", "array", "headers", "http", "methods", "object", "only", "or",
];

/// The names in a malformed list.
pub(super) struct MeantNames {
    abnf: Abnf,
    /// The names that the preflight asks for, in lower case.
    requested: BTreeSet<String>,
    /// Whether the value has only names and separators: neither a sign such as `:`, nor a path. In such a value, a word in
    /// quotation marks and the only word of an element are names.
    has_only_names: bool,
    found: Vec<String>,
    /// The names in `found`. With this set, each name is added to `found` only once.
    seen: BTreeSet<String>,
}

impl MeantNames {
    /// Returns the names in `value` that are meant. In `{"PUT": true, "GET": false}`, only `PUT` is meant. In
    /// `Content-Type: application/json`, only the text before the colon is meant. In `DELETE (not PATCH)`, only `DELETE` is
    /// meant. The result leaves out `*`.
    pub(super) fn of_list(abnf: Abnf, value: &[u8], requested: &[String]) -> Vec<String> {
        let with_commas = separators::with_commas(abnf, value);
        let visible = visible(with_commas.as_deref().unwrap_or(value));
        let value = without_other_text(&visible);
        let value = without_negated(&value);
        let mut names = Self {
            abnf,
            has_only_names: split_at_sign(&value).is_none() && !value.contains(&b'/'),
            requested: requested
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .collect(),
            found: Vec::new(),
            seen: BTreeSet::new(),
        };
        let is_method = abnf == Abnf::AccessControlAllowMethods;
        let ends = |byte: &u8| {
            matches!(byte, b',' | b';' | b'|' | b'&' | b'+' | b'\\') || *byte == b'/' && is_method
        };
        for element in value.split(ends) {
            let is_several = names.is_several_headers(element);
            let parts = element.split(|byte| *byte == b'/' && is_several);
            parts.for_each(|part| names.read_element(part));
        }
        names.found
    }

    /// Whether the element is several header names, as in `X-A/X-B`, and not a media type.
    fn is_several_headers(&self, element: &[u8]) -> bool {
        let is_custom = |name: &[u8]| {
            name.get(..2)
                .is_some_and(|start| start.eq_ignore_ascii_case(b"x-"))
        };
        let mut parts = element.split(|byte| *byte == b'/').map(<[u8]>::trim_ascii);
        parts.all(|name| {
            is_custom(name) || common_request_header(name).is_some() || self.is_requested(name)
        })
    }

    fn read_element(&mut self, mut element: &[u8]) {
        let mut parts = element.split(|byte| !is_token_byte(*byte));
        // The number 0 can be an index, as in `[0] => PUT`.
        let has_false = parts.any(|part| is_false(part) && part != b"0");
        while let Some((key, value)) = split_at_sign(element) {
            let (first, rest) = first_word(value);
            if is_false(first) {
                element = rest;
            } else if is_true(first) && !matches!(rest.first(), Some(b':' | b'=')) {
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
                    if self.is_name(label, false) {
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
        let is_only_word = words(text_with_names)
            .filter(|word| !word.is_empty())
            .count()
            == 1;
        let words = text_with_names.split(u8::is_ascii_whitespace);
        let names = words.filter_map(|raw| {
            let word = unbracketed(raw);
            let word = if is_quoted(raw) || self.is_requested(word) {
                word
            } else {
                without_punctuation(word)
            };
            let is_certain = self.has_only_names
                && (is_quoted(raw) || is_only_word && word.iter().any(u8::is_ascii_uppercase));
            self.is_name(word, is_certain).then(|| self.meant(word))
        });
        let names: Vec<String> = names.collect();
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

    /// Returns the name that the word stands for, without characters that are not ASCII. Browsers change some methods to
    /// upper case, so the method `put` is never sent.
    fn meant(&self, word: &[u8]) -> String {
        let word = without_non_ascii(word);
        if self.abnf == Abnf::AccessControlAllowMethods && is_known_method(word.as_bytes()) {
            return word.to_ascii_uppercase();
        }
        word
    }

    /// Whether the word can be a name of this list. If a wrong character is in a word, the name is usually not known, so
    /// the word is not a name. `is_certain` is true if the word stands at the place of a name.
    fn is_name(&self, word: &[u8], is_certain: bool) -> bool {
        if !is_token(word) {
            // The name is known only if the other characters of the word are a requested name.
            return !word.is_ascii() && self.is_requested(without_non_ascii(word).as_bytes());
        }
        let is_method = self.abnf == Abnf::AccessControlAllowMethods;
        if is_false(word) || is_true(word) || is_meant_as_wildcard(word) {
            return is_certain && !is_method && common_request_header(word).is_some();
        }
        if self.is_requested(word) {
            return true;
        }
        if is_method {
            let has = |test: fn(&u8) -> bool| word.iter().any(test);
            let is_upper_case = has(u8::is_ascii_uppercase) && !has(u8::is_ascii_lowercase);
            let starts_as_name = word.first().is_some_and(u8::is_ascii_alphabetic);
            return is_known_method(word)
                || (is_upper_case || is_certain)
                    && starts_as_name
                    && !is_one_of(word, &OTHER_WORDS);
        }
        let has_letter = word.iter().any(u8::is_ascii_alphabetic);
        has_letter && !is_one_of(word, &OTHER_WORDS)
    }

    /// Whether the word names this list, as `methods`, `allowed-headers` and `allow` do.
    fn is_own_name(&self, word: &[u8]) -> bool {
        if is_meant_as_wildcard(word) {
            return true;
        }
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

/// Returns the first word, and the text after this word. The word ends before white space and before a sign, so the work
/// is linear if [`split_at_sign`] reads the text after the word next.
fn first_word(value: &[u8]) -> (&[u8], &[u8]) {
    let value = value.trim_ascii_start();
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b'=');
    let end = value.iter().position(is_end);
    let (word, rest) = value
        .split_at_checked(end.unwrap_or(value.len()))
        .unwrap_or_default();
    (without_quotes(word), rest)
}

/// Returns the words of a text. In `map[PUT`, only the text after the bracket is a word.
fn words(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(u8::is_ascii_whitespace).map(unbracketed)
}

/// Returns the last part of a word with brackets that is not an index, as `PUT` in `map[PUT` and in `PUT[0]`.
fn unbracketed(word: &[u8]) -> &[u8] {
    let parts = word.rsplit(|byte| matches!(byte, b'(' | b'[' | b'{'));
    let mut parts = parts.map(without_quotes);
    let is_name = |part: &&[u8]| !part.iter().all(u8::is_ascii_digit);
    parts.find(is_name).unwrap_or_default()
}

/// Whether the word has a quotation mark at its start or end, inside its brackets.
fn is_quoted(word: &[u8]) -> bool {
    let is_quote = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`');
    let is_outer = |byte: &&u8| matches!(byte, b'(' | b')' | b'[' | b']' | b'{' | b'}');
    let first = word.iter().find(|byte| !is_outer(byte));
    let last = word.iter().rfind(|byte| !is_outer(byte));
    first.is_some_and(is_quote) || last.is_some_and(is_quote)
}

/// Returns the word without the quotation marks and brackets at its start and end.
fn without_quotes(word: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| is_token_byte(*byte) || !byte.is_ascii();
    trimmed(word, |byte| is_part(byte) && !b"'`".contains(byte))
}

fn without_non_ascii(word: &[u8]) -> String {
    let bytes = word.iter().copied().filter(u8::is_ascii);
    bytes.map(char::from).collect()
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
