//! Finds characters that a reader cannot see, and characters that look like other characters.

use alloc::{format, string::String, vec::Vec};

use super::miss;
use crate::{
    explain::refusal::{NearMiss, NearMissKind},
    infrastructure::bytes::isomorphic_decode,
};

/// Returns the first character that is not printable ASCII, and the value as printable ASCII. For the returned
/// value, the function replaces or removes each character that is not printable ASCII (see [`look_alike`]).
pub(super) fn invisible(value: &[u8]) -> Option<(char, String)> {
    let text = decoded(value);
    let is_visible = |c: &char| matches!(c, ' '..='~');
    let first = text.chars().find(|c| !is_visible(c))?;
    let visible = text
        .chars()
        .filter_map(|c| Some(c).filter(is_visible).or_else(|| look_alike(c)));
    Some((first, visible.collect()))
}

/// Returns the value without the characters that a reader cannot see, and with ASCII in place of the characters that look
/// like ASCII. The other characters and the tabs stay.
pub(in crate::explain) fn visible(value: &[u8]) -> Vec<u8> {
    let text = decoded(value);
    let characters = text.chars().filter(|c| {
        let is_control = c.is_control() && !c.is_ascii_whitespace();
        !has_no_width(*c) && !is_control
    });
    let visible: String = characters.map(|c| look_alike(c).unwrap_or(c)).collect();
    visible.into_bytes()
}

/// Decodes a value as UTF-8. If the value is not UTF-8, each byte becomes one character.
pub(super) fn decoded(value: &[u8]) -> String {
    match core::str::from_utf8(value) {
        Ok(text) => String::from(text),
        Err(_) => isomorphic_decode(value),
    }
}

/// Returns one near miss if the value has a character that is not printable ASCII. Otherwise, returns an empty list.
pub(super) fn near_misses(value: &[u8]) -> Vec<NearMiss> {
    let found = invisible(value).map(|(character, _)| {
        let code = format!("U+{:04X}", u32::from(character));
        let sentence = match (name(character), look_alike(character)) {
            (Some(name), _) => format!("the value has an invisible character, {name} ({code}): remove it"),
            (None, Some(letter)) => format!(
                "the value has the character {code} of another alphabet, which looks like `{letter}`: write `{letter}`"
            ),
            (None, None) => format!(
                "the value has the character {code}, which is not ASCII and can look like another character: remove it"
            ),
        };
        miss(NearMissKind::InvisibleCharacter, sentence)
    });
    found.into_iter().collect()
}

/// Returns the ASCII character that `character` looks like. The function knows some letters of Cyrillic, Greek and
/// Armenian, and the full-width forms.
fn look_alike(character: char) -> Option<char> {
    const FULL_WIDTH: u32 = 0xfee0;
    if matches!(character, '\u{ff01}'..='\u{ff5e}') {
        let ascii = u32::from(character).checked_sub(FULL_WIDTH)?;
        return char::from_u32(ascii);
    }
    Some(match character {
        'а' | 'ɑ' | 'α' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'һ' | 'հ' => 'h',
        'і' | 'ι' | 'ı' => 'i',
        'ј' | 'ϳ' => 'j',
        'ӏ' => 'l',
        'ո' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        '‐'..='―' | '−' => '-',
        '․' | '。' | '｡' => '.',
        '∶' | '꞉' => ':',
        '⁄' | '∕' => '/',
        _ => return None,
    })
}

/// Whether a reader does not see the character, or takes it for a space.
pub(in crate::explain) fn is_invisible(character: char) -> bool {
    has_no_width(character) || (character.is_whitespace() && !character.is_ascii())
}

/// Whether the character has no width on the screen. A reader does not see such a character.
pub(in crate::explain) const fn has_no_width(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180b}'..='\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

fn name(character: char) -> Option<&'static str> {
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
        _ if has_no_width(character) => Some("a character without width"),
        _ if is_invisible(character) => Some("an unusual space"),
        _ => None,
    }
}
