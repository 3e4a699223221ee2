//! Finds values that are encoded for a URL, for JSON or for HTML.

use alloc::vec::Vec;

use super::miss;
use crate::explain::refusal::{NearMiss, NearMissKind as Kind};

/// Characters of an origin, and characters around an origin, with the names of their entities in HTML.
const ENTITIES: [(&str, u8); 9] = [
    ("&ast;", b'*'),
    ("&sol;", b'/'),
    ("&colon;", b':'),
    ("&period;", b'.'),
    ("&quot;", b'"'),
    ("&apos;", b'\''),
    ("&amp;", b'&'),
    ("&lt;", b'<'),
    ("&gt;", b'>'),
];

/// The maximum number of digits of an entity such as `&#47;`.
const MAX_DIGITS: usize = 6;

/// Returns two values if the value is an encoded origin: the mistake, and the decoded value.
pub(super) fn near_miss(value: &[u8]) -> Option<(NearMiss, Vec<u8>)> {
    // A path can have codes, too.
    let origin = before_path(value);
    let (decoded, sentence) = if origin.contains(&b'%') {
        (
            decoded(value, percent_encoded),
            "the value is encoded for a URL: send the origin without codes such as `%3A`",
        )
    } else if origin
        .windows(2)
        .any(|start| start.eq_ignore_ascii_case(b"\\u"))
    {
        (
            decoded(value, code_unit),
            "the value is encoded for JSON: send the origin without codes such as `\\u002F`",
        )
    } else {
        (
            decoded(value, entity),
            "the value is encoded for HTML: send the origin without entities such as `&#x2F;`",
        )
    };
    let text = core::str::from_utf8(&decoded).ok()?;
    if decoded.len() == value.len() {
        return None;
    }
    if text == "*" {
        return Some((
            miss(
                Kind::Encoded,
                "the value is an encoded `*`: send the character itself",
            ),
            decoded,
        ));
    }
    let is_origin = text.contains("://");
    is_origin.then(|| (miss(Kind::Encoded, sentence), decoded))
}

/// Returns the value without a path, if the value has a scheme.
fn before_path(value: &[u8]) -> &[u8] {
    let scheme = value.windows(3).position(|window| window == b"://");
    let Some(start) = scheme.map(|index| index + 3) else {
        return value;
    };
    let mut after = value.iter().skip(start);
    let end = after.position(|byte| matches!(byte, b'/' | b'?' | b'#'));
    let end = end.map_or(value.len(), |length| start + length);
    value.get(..end).unwrap_or(value)
}

/// Returns the first character of a value and the length of its code. `None` if the value does not start with a code.
type Code = fn(&[u8]) -> Option<(u8, usize)>;

/// The maximum number of times that a value is decoded.
const MAX_ROUNDS: usize = 4;

/// Decodes a value until no code is left. A value can be encoded several times.
fn decoded(value: &[u8], code: Code) -> Vec<u8> {
    let mut decoded = value.to_vec();
    for _ in 0..MAX_ROUNDS {
        let once = decoded_once(&decoded, code);
        if once.len() == decoded.len() {
            break;
        }
        decoded = once;
    }
    decoded
}

fn decoded_once(value: &[u8], code: Code) -> Vec<u8> {
    let mut rest = value;
    let mut decoded = Vec::new();
    while let Some(byte) = rest.first() {
        let (character, length) = code(rest).unwrap_or((*byte, 1));
        decoded.push(character);
        rest = rest.get(length..).unwrap_or_default();
    }
    decoded
}

fn percent_encoded(value: &[u8]) -> Option<(u8, usize)> {
    let [b'%', high, low, ..] = value else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let code = digit(*high)? * 16 + digit(*low)?;
    Some((u8::try_from(code).ok()?, 3))
}

fn code_unit(value: &[u8]) -> Option<(u8, usize)> {
    let [b'\\', b'u' | b'U', b'0', b'0', high, low, ..] = value else {
        return None;
    };
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let code = digit(*high)? * 16 + digit(*low)?;
    Some((u8::try_from(code).ok()?, 6))
}

fn entity(value: &[u8]) -> Option<(u8, usize)> {
    let is_start = |entity: &str| {
        let start = value.get(..entity.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(entity.as_bytes()))
    };
    let mut entities = ENTITIES.iter();
    match entities.find(|(entity, _)| is_start(entity)) {
        Some((entity, character)) => Some((*character, entity.len())),
        None => number(value),
    }
}

/// Decodes an entity with the number of a character, such as `&#47;` and `&#x2f;`.
fn number(value: &[u8]) -> Option<(u8, usize)> {
    let number = value.strip_prefix(b"&#")?;
    let (digits, radix) = match number {
        [b'x' | b'X', digits @ ..] => (digits, 16),
        digits => (digits, 10),
    };
    let length = digits
        .iter()
        .take(MAX_DIGITS + 1)
        .position(|byte| *byte == b';')?;
    let text = core::str::from_utf8(digits.get(..length)?).ok()?;
    let character = u8::from_str_radix(text, radix).ok()?;
    let rest = digits.len() - length - 1;
    Some((character, value.len() - rest))
}
