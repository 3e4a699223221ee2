//! Finds known mistakes in a header value that should be a list, but is malformed.

use alloc::{format, string::String, vec::Vec};

use super::{invisible, listed_element::common_request_header, miss};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    infrastructure::{bytes::is_token, header_list::HeaderList},
    wording,
};

pub(super) fn near_misses(value: &[u8]) -> Vec<NearMiss> {
    let mut misses = invisible::near_misses(value);
    if let Some((words, name)) = name_in_two_words(value) {
        misses.push(miss(
            Kind::MisspelledListElement,
            format!("a header name has no space: write `{name}` in place of `{words}`"),
        ));
    } else if value.contains(&b':') {
        misses.push(miss(
            Kind::ExtraCharacter,
            "a list has only names: remove each `:`, and the value after a name",
        ));
    } else if value
        .iter()
        .any(|byte| matches!(byte, b'"' | b'\'' | b'[' | b'{'))
    {
        misses.push(miss(
            Kind::Quotes,
            "the value has quotation marks or brackets: remove them",
        ));
    } else if value
        .iter()
        .any(|byte| matches!(byte, b' ' | b'\t' | b';' | b'/'))
    {
        misses.push(miss(
            Kind::Separator,
            concat!(
                wording::separate_with_commas!(),
                ", not with spaces or semicolons"
            ),
        ));
    }
    misses
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

fn words(element: &[u8]) -> impl Iterator<Item = &[u8]> {
    let words = element.split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty())
}

/// Returns the known mistake of a list that allows nothing because the list is malformed. `None` if the header is missing.
pub(super) fn malformed(
    name: &'static str,
    shown_name: &str,
    headers: &HeaderList,
) -> Option<NearMiss> {
    let value = headers.get(name)?;
    let mut elements = value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    let wrong = elements.find(|element| !element.is_empty() && !is_token(element))?;
    Some(miss(
        Kind::Separator,
        format!(
            "`{shown_name}` is malformed at `{}`, so browsers ignore the whole list: {}, without quotation marks",
            shown_briefly(wrong),
            wording::separate_with_commas!()
        ),
    ))
}
