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

/// Returns the value with a comma in place of each separator that is not ASCII. `None` if there is no such separator.
pub(in crate::explain) fn with_commas(value: &[u8]) -> Option<Vec<u8>> {
    let text = decoded(value);
    text.contains(is_separator)
        .then(|| text.replace(is_separator, ",").into_bytes())
}

/// Returns the known mistake of a list with a separator that is not ASCII.
pub(super) fn near_miss(value: &[u8]) -> Option<NearMiss> {
    let separator = decoded(value).chars().find(|c| is_separator(*c))?;
    Some(miss(
        NearMissKind::Separator,
        format!(
            "the list has the character U+{:04X}, which is not a comma: remove it, and {}",
            u32::from(separator),
            wording::separate_with_commas!()
        ),
    ))
}
