//! Finds characters that stand between the names of a list, in place of a comma: characters of other scripts, escapes, and
//! signs such as `:`.

use alloc::{format, string::String, vec::Vec};

use super::{
    invisible::{decoded, is_invisible},
    listed_element::{is_custom_header, is_of_list},
    miss,
};
use crate::{
    explain::refusal::{NearMiss, NearMissKind},
    infrastructure::header_values::Abnf,
    wording,
};

/// The escapes of a line break and of a tab in programming languages. In a value, each escape is two characters.
const ESCAPES: [&str; 3] = ["\\r", "\\n", "\\t"];

/// Whether the character is a comma or a semicolon of another script, or a space that is not ASCII and has a width.
fn is_separator(character: char) -> bool {
    matches!(
        character,
        '\u{ff0c}'
            | '\u{ff1b}'
            | '\u{3001}'
            | '\u{fe50}'
            | '\u{fe51}'
            | '\u{ff64}'
            | '\u{60c}'
            | '\u{61b}'
            | '\u{201a}'
    ) || (character.is_whitespace() && is_invisible(character))
}

/// Returns the first escape of a line break or of a tab between two names, as in `GET\nPUT`.
fn first_escape(text: &str) -> Option<&'static str> {
    let found = ESCAPES
        .into_iter()
        .filter_map(|escape| Some((text.find(escape)?, escape)));
    found.min().map(|(_, escape)| escape)
}

/// Returns the sign that separates the names of the list, as in `GET:PUT`. `None` if the text before or after a sign is not
/// a name, as in `PUT: true`.
fn sign_between_names(abnf: Abnf, value: &[u8]) -> Option<char> {
    let sign = value.iter().copied().find(is_sign)?;
    let is_name = |part: &[u8]| {
        let part = part.trim_ascii();
        is_of_list(abnf, part) || abnf != Abnf::AccessControlAllowMethods && is_custom_header(part)
    };
    let mut parts = value.split(|byte| is_sign(byte) || *byte == b',');
    parts.all(is_name).then_some(char::from(sign))
}

/// Returns the value with a comma in place of each separator that is not ASCII, of each escape of a line break or a tab,
/// and of each sign between two names. `None` if there is no such separator.
pub(in crate::explain) fn with_commas(abnf: Abnf, value: &[u8]) -> Option<Vec<u8>> {
    if sign_between_names(abnf, value).is_some() {
        let bytes = value.iter().copied();
        return Some(
            bytes
                .map(|byte| if is_sign(&byte) { b',' } else { byte })
                .collect(),
        );
    }
    let mut text = decoded(value);
    if !text.contains(is_separator) && first_escape(&text).is_none() {
        return None;
    }
    for escape in ESCAPES {
        text = text.replace(escape, ",");
    }
    Some(text.replace(is_separator, ",").into_bytes())
}

/// Returns the known mistake of a list with a separator that is not ASCII, that is written as an escape, or that is a
/// sign.
pub(super) fn near_miss(abnf: Abnf, value: &[u8]) -> Option<NearMiss> {
    if let Some(sign) = sign_between_names(abnf, value) {
        return Some(miss(
            NearMissKind::Separator,
            with_commas_not_with(&[format!("`{sign}`")]),
        ));
    }
    let text = decoded(value);
    if let Some(escape) = first_escape(&text) {
        return Some(miss(
            NearMissKind::Separator,
            format!(
                "the list has the two characters `{escape}` in place of a line break or a tab: remove them, and {}",
                wording::separate_with_commas!()
            ),
        ));
    }
    let separator = text.chars().find(|c| is_separator(*c))?;
    Some(miss(
        NearMissKind::Separator,
        format!(
            "the list has the character U+{:04X}, which is not a comma: remove it, and {}",
            u32::from(separator),
            wording::separate_with_commas!()
        ),
    ))
}

/// Whether the character separates a name from a value, as in `PUT: true`.
pub(super) const fn is_sign(byte: &u8) -> bool {
    matches!(byte, b':' | b'=')
}

/// Returns the advice to separate the names of a list with commas, and not with other characters.
pub(super) fn with_commas_not_with(separators: &[impl AsRef<str>]) -> String {
    let mut advice = String::from(wording::separate_with_commas!());
    for (position, separator) in separators.iter().enumerate() {
        advice += if position == 0 { ", not with " } else { " or " };
        advice += separator.as_ref();
    }
    advice
}
