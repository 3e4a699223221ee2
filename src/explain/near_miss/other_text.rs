//! Finds text in a list that is not a name: placeholders such as `${METHODS}`, media types such as `application/json`, and
//! origins.

use alloc::{format, string::String, vec::Vec};
use core::ops::Range;

use super::{
    listed_element::{MAX_COMPARED_ELEMENTS, common_request_header, is_known_method, trimmed},
    meant_words::is_one_of,
    miss, other_header,
    placeholder::{TEMPLATES, is_member, is_unset, is_variable},
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    infrastructure::{bytes::is_token_byte, header_values::Abnf},
    wording,
};

/// The maximum length of a template, so that the work is linear.
const MAX_TEMPLATE_BYTES: usize = 200;

/// The types of media types (RFC 6838 §4.2), in lower case.
const MEDIA_TYPES: [&str; 10] = [
    "*",
    "application",
    "audio",
    "font",
    "image",
    "message",
    "model",
    "multipart",
    "text",
    "video",
];

/// The parameters of a media type, in lower case.
const PARAMETERS: [&[u8]; 3] = [b"boundary=", b"charset=", b"q="];

/// Returns the known mistakes of a list with text that is not a name: at most one mistake of each kind.
pub(in crate::explain) fn near_misses(abnf: Abnf, list: &[u8]) -> Vec<NearMiss> {
    let part = |range: Option<Range<usize>>| list.get(range?).map(shown_briefly);
    let placeholder = part(placeholders(list).into_iter().next()).map(|part| {
        miss(
            Kind::Placeholder,
            format!(
                "`{part}` is not the name of a {}: {}",
                thing(abnf),
                wording::variable_of_list_is_not_set!()
            ),
        )
    });
    let is_value = |range: &Range<usize>| {
        let before = list.get(..range.start).unwrap_or_default();
        let mut before = before.iter().rev();
        let last = before.find(|byte| !byte.is_ascii_whitespace() && !is_bracket(byte));
        matches!(last, Some(b':' | b'='))
    };
    let mut media_types = media_types(list).into_iter();
    // The text after a sign, as in `Content-Type: text/html`, is another known mistake.
    let media_type = part(media_types.find(|range| !is_value(range))).map(|part| {
        miss(
            Kind::ExtraCharacter,
            format!(
                "a list has names of {}s (such as `{}`), not media types: remove `{part}`",
                thing(abnf),
                if abnf == Abnf::AccessControlAllowMethods {
                    "PUT"
                } else {
                    "content-type"
                }
            ),
        )
    });
    let of_other_header = origins(list).into_iter().next();
    let of_other_header =
        of_other_header.and_then(|range| other_header::in_list(abnf, list.get(range)?));
    let misses = of_other_header.into_iter().chain(placeholder);
    misses.chain(media_type).collect()
}

/// Returns the known mistake of a valid list with text that is not a name.
pub(super) fn in_elements(abnf: Abnf, elements: &[&[u8]]) -> Option<NearMiss> {
    let mut compared = elements.iter().take(MAX_COMPARED_ELEMENTS);
    compared.find_map(|element| {
        let others = || near_misses(abnf, element).into_iter().next();
        other_header::in_list(abnf, element).or_else(others)
    })
}

/// Whether the element of a valid list is a placeholder.
pub(in crate::explain) fn is_placeholder(element: &[u8]) -> bool {
    !placeholders(element).is_empty()
}

/// Returns the list with a space in place of each byte of an origin, of a placeholder or of a media type.
pub(in crate::explain) fn without_other_text(list: &[u8]) -> Vec<u8> {
    let list = without(list, origins(list));
    let list = without(&list, placeholders(&list));
    without(&list, media_types(&list))
}

/// Returns the text with a space in place of each byte of the parts.
pub(super) fn without(text: &[u8], parts: Vec<Range<usize>>) -> Vec<u8> {
    let mut rest = text.to_vec();
    for part in parts {
        if let Some(bytes) = rest.get_mut(part) {
            bytes.fill(b' ');
        }
    }
    rest
}

const fn thing(abnf: Abnf) -> &'static str {
    match abnf {
        Abnf::AccessControlAllowMethods => "method",
        _ => "header",
    }
}

/// Returns the words of the list that are placeholders.
fn placeholders(list: &[u8]) -> Vec<Range<usize>> {
    let lower = list.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut position = 0;
    let mut is_first_of_element = true;
    while let Some(byte) = lower.get(position) {
        if is_end_of_word(byte) {
            is_first_of_element |= !byte.is_ascii_whitespace();
            position += 1;
            continue;
        }
        let (end, has_template) = read_word(&lower, position);
        let word = lower.get(position..end).unwrap_or_default();
        let word = String::from_utf8_lossy(trimmed(word, |byte| !is_bracket(byte)));
        let is_only_of_element = || {
            let mut rest = lower.get(end..).unwrap_or_default().iter();
            let next = rest.find(|byte| !byte.is_ascii_whitespace());
            is_first_of_element && next.is_none_or(is_end_of_word)
        };
        if has_template
            || is_variable(&word) && !is_known_name(word.as_bytes())
            || is_member(&word)
            || is_unset(&word) && is_only_of_element()
        {
            found.push(position..end);
        }
        is_first_of_element = false;
        position = end;
    }
    found
}

/// Returns the end of the word that starts at a position, and whether the word has a template. A template can have white
/// space and separators.
fn read_word(list: &[u8], start: usize) -> (usize, bool) {
    let (mut end, mut has_template) = (start, false);
    while let Some(rest) = list.get(end..)
        && rest.first().is_some_and(|byte| !is_end_of_word(byte))
    {
        let length = template_bytes(rest);
        has_template |= length.is_some();
        end += length.unwrap_or(1);
    }
    (end, has_template)
}

/// Returns the length of the template at the start of the text. `None` if the text does not start with a template, or if a
/// known name is between the start and the end, as in `<PUT>`.
fn template_bytes(text: &[u8]) -> Option<usize> {
    let text = text.get(..MAX_TEMPLATE_BYTES).unwrap_or(text);
    // In an origin, a value in angle brackets can also be an origin.
    let mut templates = TEMPLATES.into_iter().chain([("<", ">")]);
    templates.find_map(|(start, end)| {
        let inner = text.strip_prefix(start.as_bytes())?;
        let mut positions = 0..=inner.len();
        let length = positions.find(|position| {
            let rest = inner.get(*position..);
            rest.is_some_and(|rest| rest.starts_with(end.as_bytes()))
        })?;
        let inner = inner.get(..length)?;
        // `<!--` starts a comment.
        let is_template = !inner.starts_with(b"!") && !is_known_name(inner);
        is_template.then(|| start.len() + length + end.len())
    })
}

/// Whether the byte is a quotation mark or a bracket.
fn is_bracket(byte: &u8) -> bool {
    b"\"'`[](){}".contains(byte)
}

/// Whether the text is a known name between other characters.
fn is_known_name(text: &[u8]) -> bool {
    let name = trimmed(text, u8::is_ascii_alphabetic);
    is_known_method(name) || common_request_header(name).is_some()
}

/// Whether the byte is white space or a separator.
fn is_end_of_word(byte: &u8) -> bool {
    byte.is_ascii_whitespace() || b",;|".contains(byte)
}

/// Returns the parts of the list that are origins.
fn origins(list: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    while let Some(origin) = list.get(start..).and_then(other_header::origin) {
        let end = start + origin.end;
        found.push(start + origin.start..end);
        start = end;
    }
    found
}

/// Returns the parts of the list that are media types with their parameters.
fn media_types(list: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let slashes = list.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    for (slash, _) in slashes {
        // No byte belongs to two media types, so the work is linear.
        let earlier = found.last().map_or(0, |range| range.end);
        let (Some(before), Some(after)) = (list.get(earlier..slash), list.get(slash + 1..)) else {
            continue;
        };
        let is_part = |byte: &&u8| is_token_byte(**byte);
        let start = slash - before.iter().rev().take_while(is_part).count();
        let end = slash + 1 + after.iter().take_while(is_part).count();
        let main_type = list.get(start..slash).unwrap_or_default();
        if end > slash + 1 && is_one_of(main_type, &MEDIA_TYPES) {
            let parameters = list.get(end..).unwrap_or_default();
            found.push(start..end + parameter_bytes(parameters));
        }
    }
    found
}

/// Returns the length of the parameters at the start of the text, as in `; charset=utf-8`.
fn parameter_bytes(text: &[u8]) -> usize {
    let mut rest = text;
    while let Some(parameter) = rest.trim_ascii_start().strip_prefix(b";") {
        let parameter = parameter.trim_ascii_start();
        let mut known = PARAMETERS.iter();
        let is_known = known.any(|name| {
            let start = parameter.get(..name.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(name))
        });
        if !is_known {
            break;
        }
        let end = parameter.iter().position(is_end_of_word);
        rest = parameter
            .get(end.unwrap_or(parameter.len())..)
            .unwrap_or_default();
    }
    text.len() - rest.len()
}
