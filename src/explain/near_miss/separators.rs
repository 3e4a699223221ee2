//! Finds characters of other scripts that stand between the names of a list, in place of a comma.

use alloc::{format, vec::Vec};

use super::{
    invisible::{decoded, is_invisible},
    miss,
};
use crate::{
    explain::refusal::{NearMiss, NearMissKind},
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

/// Returns the value with a comma in place of each separator that is not ASCII, and of each escape of a line break or a
/// tab. `None` if there is no such separator.
pub(in crate::explain) fn with_commas(value: &[u8]) -> Option<Vec<u8>> {
    let mut text = decoded(value);
    if !text.contains(is_separator) && first_escape(&text).is_none() {
        return None;
    }
    for escape in ESCAPES {
        text = text.replace(escape, ",");
    }
    Some(text.replace(is_separator, ",").into_bytes())
}

/// Returns the known mistake of a list with a separator that is not ASCII, or that is written as an escape.
pub(super) fn near_miss(value: &[u8]) -> Option<NearMiss> {
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
