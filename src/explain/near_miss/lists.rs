//! Finds known mistakes in a header value that should be a list, but is malformed.

use alloc::{format, string::String, vec::Vec};

use super::{
    invisible,
    listed_element::{self, MAX_COMPARED_ELEMENTS, common_request_header, without_punctuation},
    meant_words::is_wildcard_element,
    miss, negated, other_text,
    separators::{self, is_sign, with_commas_not_with},
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::{shown_briefly, shown_name},
    },
    infrastructure::header_values::Abnf,
    wording,
};

/// Returns the known mistakes in the value.
pub(in crate::explain) fn near_misses(abnf: Abnf, value: &[u8]) -> Vec<NearMiss> {
    let (repeated, value) = repeated_name(abnf, value);
    let mut misses: Vec<NearMiss> = repeated.into_iter().collect();
    misses.extend(separators::near_miss(abnf, value));
    let with_commas = separators::with_commas(abnf, value);
    let value = with_commas.as_deref().unwrap_or(value);
    misses.extend(invisible::near_misses_in_list(value));
    misses.extend(other_text::near_misses(abnf, value));
    let value = &*other_text::without_other_text(value);
    misses.extend(negated::near_miss(value));
    let value = &*negated::without_negated(value);
    if let Some((words, name)) = name_in_two_words(value) {
        misses.push(miss(
            Kind::MisspelledListElement,
            format!("a header name has no space: write `{name}` in place of `{words}`"),
        ));
    }
    let sign = first_sign(value).map(|(_, sign, _)| sign);
    if let Some(sign) = sign {
        misses.push(miss(
            Kind::ExtraCharacter,
            format!(
                "a list has only names: remove each `{}`, and the text beside it that is not a name",
                shown_briefly(sign)
            ),
        ));
    }
    if let Some(wrong) = first_wrong(value).filter(|wrong| *wrong != b'\\' || !has_backslash(value))
    {
        misses.push(miss(
            Kind::ExtraCharacter,
            format!(
                "a name cannot have the character `{}`: remove it",
                char::from(wrong)
            ),
        ));
    }
    if let Some(word) = with_punctuation(value) {
        misses.push(miss(
            Kind::ExtraCharacter,
            format!(
                "the list has `{}`: remove the punctuation before and after the name",
                shown_briefly(word)
            ),
        ));
    }
    if value.iter().any(is_quote_or_bracket) {
        misses.push(miss(
            Kind::Quotes,
            "the value has quotation marks or brackets: remove them",
        ));
    }
    if let Some(separators) = wrong_separators(value) {
        misses.push(miss(Kind::Separator, with_commas_not_with(&separators)));
    }
    misses
}

/// Returns the known mistake of a value that begins with the name of its header, and the rest of the value.
fn repeated_name(abnf: Abnf, value: &[u8]) -> (Option<NearMiss>, &[u8]) {
    let name = abnf.header_name();
    let (start, rest) = value.split_at_checked(name.len()).unwrap_or_default();
    let rest = rest.trim_ascii_start();
    match rest.split_first() {
        Some((b':' | b'=', rest)) if start.eq_ignore_ascii_case(name.as_bytes()) => {
            let sentence = wording::header_name_in_list!();
            (Some(miss(Kind::RepeatedName, sentence)), rest)
        }
        _ => (None, value),
    }
}

const fn is_quote_or_bracket(byte: &u8) -> bool {
    matches!(
        byte,
        b'"' | b'\'' | b'[' | b']' | b'{' | b'}' | b'(' | b')' | b'`'
    )
}

/// Returns the first character that a name cannot have, and that is neither a separator nor another known mistake. The `>`
/// of the sign `=>` is a part of this sign.
fn first_wrong(value: &[u8]) -> Option<u8> {
    let mut before = b' ';
    let mut bytes = value.iter().copied();
    bytes.find(|byte| {
        let is_end_of_sign = *byte == b'>' && before == b'=';
        before = *byte;
        matches!(byte, b'<' | b'>' | b'?' | b'@' | b'\\') && !is_end_of_sign
    })
}

/// Returns the first word that has punctuation at its start or end, as in `GET!`. Brackets are another known mistake.
fn with_punctuation(value: &[u8]) -> Option<&[u8]> {
    let is_end = |byte: &u8| {
        byte.is_ascii_whitespace() || is_quote_or_bracket(byte) || b",;|&+".contains(byte)
    };
    let mut words = value.split(is_end);
    words.find(|word| {
        let name = without_punctuation(word);
        !name.is_empty() && name.len() < word.len()
    })
}

/// Returns the texts before and after the first sign that separates a name from a value. The sign can have several
/// characters, as in `PUT => true`.
pub(in crate::explain) fn split_at_sign(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (before, _, after) = first_sign(text)?;
    Some((before, after))
}

/// Returns the first sign that separates a name from a value, and the texts before and after this sign.
fn first_sign(text: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (before, rest) = text.split_at_checked(text.iter().position(is_sign)?)?;
    let is_end = |byte: &u8| !is_sign(byte) && *byte != b'>';
    let end = rest.iter().position(is_end).unwrap_or(rest.len());
    let (sign, after) = rest.split_at_checked(end)?;
    Some((before, sign, after))
}

/// Whether a backslash separates two names, as in `GET\PUT`.
fn has_backslash(value: &[u8]) -> bool {
    let has_letter = |part: &&[u8]| part.iter().any(u8::is_ascii_alphabetic);
    let mut elements = value.split(|byte| *byte == b',');
    elements.any(|element| {
        let parts = element.split(|byte| *byte == b'\\');
        parts.filter(has_letter).count() > 1
    })
}

/// Returns the characters other than a comma that separate names, in words, such as `spaces`. Such a character in a value,
/// as in `Content-Type: text/html`, is not a separator. `None` if only commas separate names. The list is empty if only
/// quotation marks or brackets separate names.
fn wrong_separators(value: &[u8]) -> Option<Vec<&'static str>> {
    let is_outside = |byte: &u8| byte.is_ascii_whitespace() || is_quote_or_bracket(byte);
    let has_two_names = |text: &[u8]| {
        let mut names = text.split(is_outside).filter(|name| !name.is_empty());
        names.nth(1).is_some()
    };
    // In `GET; PUT`, the semicolon is the separator, and not the space.
    let has_space = |text: &[u8]| {
        let mut parts = text.split(|byte| b";/|+".contains(byte));
        parts.any(|part| {
            has_two_names(part) && part.trim_ascii().iter().any(u8::is_ascii_whitespace)
        })
    };
    let mut is_wrong = false;
    let mut found = Vec::new();
    for element in value.split(|&byte| byte == b',') {
        let before = split_at_sign(element).map_or(element, |(before, _)| before);
        let is_several = name_in_two_words(element).is_none() && has_two_names(before);
        for (is_found, separator) in [
            (element.contains(&b';'), "`;`"),
            (before.contains(&b'/'), "`/`"),
            (before.contains(&b'|'), "`|`"),
            (before.contains(&b'+'), "`+`"),
            (has_backslash(element), "`\\`"),
            (is_several && has_space(before), "spaces"),
        ] {
            if is_found && !found.contains(&separator) {
                found.push(separator);
            }
        }
        is_wrong |= is_several;
    }
    (is_wrong || !found.is_empty()).then_some(found)
}

/// Returns the words and the name of a common header if the list has the name with a space in place of a hyphen, as in
/// `Content Type`.
fn name_in_two_words(value: &[u8]) -> Option<(String, &'static str)> {
    let mut elements = value.split(|&byte| byte == b',');
    elements.find_map(|element| {
        let words: Vec<&[u8]> = words(element).collect();
        let name = common_request_header(&words.join(b"-".as_slice()))?;
        (words.len() > 1).then(|| (shown_briefly(words.join(b" ".as_slice())), name))
    })
}

/// Whether an element of a malformed list is `*`, perhaps with quotation marks or brackets around it.
pub(in crate::explain) fn has_asterisk(value: &[u8]) -> bool {
    let value = other_text::without_other_text(&invisible::visible(value));
    let value = negated::without_negated(&value);
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",;|&+".contains(byte);
    let mut parts = value.split(is_end);
    parts.any(|part| listed_element::trimmed(part, |byte| !is_quote_or_bracket(byte)) == b"*")
}

fn words(element: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = element.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

/// Returns the element of a list that probably stands for every name, such as `all`.
pub(super) fn wildcard_word<'l>(listed: &[&'l [u8]]) -> Option<&'l [u8]> {
    let compared = listed.iter().copied().take(MAX_COMPARED_ELEMENTS);
    let mut words = compared.filter(|element| is_wildcard_element(element));
    words.next()
}

/// Returns the known mistake of a list with a word such as `all`. `thing` is the meaning of a list element: a method or a
/// header.
pub(super) fn not_a_wildcard(word: &[u8], thing: &str, needs_name: bool) -> NearMiss {
    let other = if needs_name {
        ""
    } else {
        wording::or_send_asterisk!()
    };
    miss(
        Kind::Placeholder,
        format!(
            "`{}` is not a wildcard: list each {thing} by name{other}",
            shown_briefly(word)
        ),
    )
}

/// Returns the known mistake of a list with an element that belongs into the other list of a preflight response: the name
/// of a header in the list of methods, or a method in the list of headers.
pub(super) fn of_other_list(abnf: Abnf, listed: &[&[u8]]) -> Option<NearMiss> {
    let (thing, other) = match abnf {
        Abnf::AccessControlAllowMethods => ("a method", "the name of a header"),
        _ => ("the name of a header", "a method"),
    };
    let mut compared = listed.iter().take(MAX_COMPARED_ELEMENTS);
    let element = compared.find(|element| listed_element::is_of_other_list(abnf, element))?;
    Some(miss(
        Kind::MisspelledListElement,
        format!(
            "the list has `{}`, which is {other}, and not {thing}: send methods in `Access-Control-Allow-Methods`, and the names of headers in `Access-Control-Allow-Headers`",
            shown_briefly(element)
        ),
    ))
}

/// Returns the known mistake of a list with `*`, for a credentialed request.
pub(super) fn not_a_wildcard_with_credentials(thing: &str) -> NearMiss {
    miss(
        Kind::WildcardWithCredentials,
        format!("{}: list each {thing} by name", wording::not_a_wildcard!()),
    )
}

/// Returns the known mistake of a list with an element such as `X-*`.
pub(super) fn pattern(listed: &[&[u8]], thing: &str) -> Option<NearMiss> {
    let mut compared = listed.iter().take(MAX_COMPARED_ELEMENTS);
    let element = compared.find(|element| element.len() > 1 && element.contains(&b'*'))?;
    Some(miss(
        Kind::Pattern,
        format!(
            "`{}` is not a pattern, because `*` is a wildcard only without other characters: list each {thing} by name",
            shown_name(element)
        ),
    ))
}

/// Returns the known mistake of a list whose element `joined` has quotation marks around a name, or several names.
pub(super) fn joined_or_quoted(joined: &[u8]) -> NearMiss {
    if listed_element::separator_code(joined).is_some() {
        return miss(
            Kind::Encoded,
            format!(
                "the list has `{}`, which is encoded for a URL: {}, without codes such as `%2C`",
                shown_name(joined),
                wording::separate_with_commas!()
            ),
        );
    }
    let mut words = listed_element::words(joined);
    let advice = match (words.next(), words.next()) {
        (Some(word), None) if !joined.contains(&b'*') => {
            format!(
                "write `{}`, without other characters around the name",
                shown_name(word)
            )
        }
        _ => match listed_element::separator(joined) {
            Some(separator) => with_commas_not_with(&[format!("`{separator}`")]),
            None => concat!(
                wording::separate_with_commas!(),
                ", without other characters around a name"
            )
            .into(),
        },
    };
    miss(
        Kind::MisspelledListElement,
        format!("the list has `{}`: {advice}", shown_name(joined)),
    )
}

/// Returns the known mistake of a list that is malformed, and also lacks a name. `list` is the name of the header with
/// the list.
pub(super) fn also_lacks(list: &str, name: &str) -> NearMiss {
    miss(
        Kind::MissingFromList,
        format!("`{list}` also lacks `{}`", shown_name(name)),
    )
}
