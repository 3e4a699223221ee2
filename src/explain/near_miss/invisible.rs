//! Finds characters that a reader cannot see, and characters that look like other characters.

use alloc::{format, string::String, vec::Vec};

use super::miss;
use crate::{
    explain::refusal::{NearMiss, NearMissKind},
    infrastructure::bytes::isomorphic_decode,
};

/// Returns the first character that is not printable ASCII, and the value as printable ASCII. For the returned
/// value, the function replaces or removes each character that is not printable ASCII (see [`look_alike`]).
pub(in crate::explain) fn invisible(value: &[u8]) -> Option<(char, String)> {
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
    let is_visible = |c: &char| {
        let is_control = c.is_control() && !c.is_ascii_whitespace();
        !has_no_width(*c) && !is_control
    };
    let characters: Vec<char> = text.chars().filter(is_visible).collect();
    let letters = (0..).zip(&characters).map(|(position, character)| {
        let letter = look_alike(*character);
        letter.or_else(|| without_accent(&characters, position))
    });
    let letters = letters.zip(&characters);
    let visible: String = letters
        .map(|(letter, character)| letter.unwrap_or(*character))
        .collect();
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
pub(in crate::explain) fn near_misses(value: &[u8]) -> Vec<NearMiss> {
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

/// Returns one near miss if the list has a character that is not printable ASCII. Otherwise, returns an empty list.
pub(super) fn near_misses_in_list(list: &[u8]) -> Vec<NearMiss> {
    let characters: Vec<char> = decoded(list).chars().collect();
    let is_visible = |character: &char| matches!(character, ' '..='~');
    let first = characters
        .iter()
        .position(|character| !is_visible(character));
    let accented = first.and_then(|position| {
        let letter = without_accent(&characters, position)?;
        Some((characters.get(position)?, letter))
    });
    match accented {
        Some((character, letter)) => Vec::from([miss(
            NearMissKind::InvisibleCharacter,
            format!(
                "the list has the letter U+{:04X}, which is `{letter}` with an accent: write `{letter}`",
                u32::from(*character)
            ),
        )]),
        None => near_misses(list),
    }
}

/// Returns the ASCII letter of the letter with an accent at this position. `None` if the letter has no accent, or is not
/// between two ASCII letters. The letter can then be an extra character, as in `PUTé`.
fn without_accent(characters: &[char], position: usize) -> Option<char> {
    let letter = base_letter(*characters.get(position)?)?;
    let before = characters.get(position.checked_sub(1)?)?;
    let after = characters.get(position + 1)?;
    let is_inside = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
    is_inside.then_some(letter)
}

/// Returns the ASCII letter of a letter with an accent. The function knows the letters of Latin-1, and some others.
fn base_letter(character: char) -> Option<char> {
    Some(match character {
        'À'..='Å' | 'Ą' => 'A',
        'à'..='å' | 'ą' => 'a',
        'Ç' | 'Ć' | 'Č' => 'C',
        'ç' | 'ć' | 'č' => 'c',
        'È'..='Ë' | 'Ę' | 'Ě' => 'E',
        'è'..='ë' | 'ę' | 'ě' => 'e',
        'Ğ' => 'G',
        'ğ' => 'g',
        'Ì'..='Ï' | 'İ' => 'I',
        'ì'..='ï' => 'i',
        'Ł' => 'L',
        'ł' => 'l',
        'Ñ' | 'Ń' | 'Ň' => 'N',
        'ñ' | 'ń' | 'ň' => 'n',
        'Ò'..='Ö' | 'Ø' | 'Ő' => 'O',
        'ò'..='ö' | 'ø' | 'ő' => 'o',
        'Ř' => 'R',
        'ř' => 'r',
        'Ś' | 'Ş' | 'Š' => 'S',
        'ś' | 'ş' | 'š' => 's',
        'Ť' => 'T',
        'ť' => 't',
        'Ù'..='Ü' | 'Ů' | 'Ű' => 'U',
        'ù'..='ü' | 'ů' | 'ű' => 'u',
        'Ý' => 'Y',
        'ý' | 'ÿ' => 'y',
        'Ź' | 'Ż' | 'Ž' => 'Z',
        'ź' | 'ż' | 'ž' => 'z',
        _ => return None,
    })
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
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' | 'Ӏ' => 'I',
        'Ј' => 'J',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' | 'Օ' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ѕ' | 'Տ' => 'S',
        'Т' | 'Τ' => 'T',
        'Ս' => 'U',
        'Х' | 'Χ' => 'X',
        'У' | 'Υ' | 'Ү' => 'Y',
        'Ζ' => 'Z',
        '‐'..='―' | '−' => '-',
        '․' | '。' | '｡' => '.',
        '∶' | '꞉' => ':',
        '⁄' | '∕' => '/',
        _ => return None,
    })
}

/// Whether a reader does not see the character, or takes it for a space.
pub(in crate::explain) fn is_invisible(character: char) -> bool {
    has_no_width(character)
        || is_blank_letter(character)
        || (character.is_whitespace() && !character.is_ascii())
}

/// Whether Unicode has the character as a letter or a symbol, although a reader sees nothing: fillers of Hangul, inherent
/// vowels of Khmer, and the empty pattern of Braille.
const fn is_blank_letter(character: char) -> bool {
    matches!(
        character,
        '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
    )
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
