//! Finds characters that a reader cannot see, and characters that look like other characters.

use alloc::{format, string::String, vec::Vec};

use super::miss;
use crate::{
    explain::refusal::{NearMiss, NearMissKind},
    infrastructure::bytes::isomorphic_decode,
};

/// Returns the first character that is not printable ASCII, and the value without all such characters.
pub(super) fn invisible(value: &[u8]) -> Option<(char, String)> {
    let text = match core::str::from_utf8(value) {
        Ok(text) => String::from(text),
        Err(_) => isomorphic_decode(value),
    };
    let is_visible = |c: &char| matches!(c, ' '..='~');
    let first = text.chars().find(|c| !is_visible(c))?;
    Some((first, text.chars().filter(is_visible).collect()))
}

/// Returns the known mistake of a value that has a character other than printable ASCII.
pub(super) fn near_misses(value: &[u8]) -> Vec<NearMiss> {
    let found = invisible(value).map(|(character, _)| {
        let code = format!("U+{:04X}", u32::from(character));
        let sentence = match name(character) {
            Some(name) => format!("the value has an invisible character, {name} ({code}): remove it"),
            None => format!(
                "the value has the character {code}, which is not ASCII and can look like another character: remove it"
            ),
        };
        miss(NearMissKind::InvisibleCharacter, sentence)
    });
    found.into_iter().collect()
}

const fn name(character: char) -> Option<&'static str> {
    match character {
        '\t' => Some("a tab"),
        '\u{a0}' => Some("a no-break space"),
        '\u{ad}' => Some("a soft hyphen"),
        '\u{200b}' => Some("a zero-width space"),
        '\u{200c}' | '\u{200d}' => Some("a zero-width joiner"),
        '\u{200e}' | '\u{200f}' => Some("a direction mark"),
        '\u{2060}' => Some("a word joiner"),
        '\u{feff}' => Some("a byte order mark"),
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => Some("a control character"),
        _ => None,
    }
}
