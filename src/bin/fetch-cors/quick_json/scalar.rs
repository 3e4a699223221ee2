//! The grammar of numbers and words.

/// Whether a number or a word can contain the byte.
pub(super) const fn is_in_scalar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

/// The maximum number of digits of a small integer.
const MAX_SMALL_DIGITS: usize = 18;

/// Returns the integer at the beginning of the text, and the number of its digits. `None` if the text does not begin with a
/// positive integer, if the integer has more than [`MAX_SMALL_DIGITS`] digits, or if the text ends with the integer.
pub(super) fn small_integer(text: &[u8]) -> Option<(u64, usize)> {
    let mut integer = 0;
    for (length, byte) in text.iter().enumerate().take(MAX_SMALL_DIGITS + 1) {
        if !is_in_scalar(*byte) {
            let is_first_digit_valid = length == 1 || text.first() != Some(&b'0');
            return (length > 0 && is_first_digit_valid).then_some((integer, length));
        }
        if !byte.is_ascii_digit() {
            return None;
        }
        integer = integer * 10 + u64::from(byte - b'0');
    }
    None
}

/// Whether the text is a word of JSON or a number.
pub(super) fn is_scalar(text: &[u8]) -> bool {
    matches!(text, b"true" | b"false" | b"null") || is_number(text)
}

fn is_number(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let (integer, rest) = split_digits(text);
    let is_integer = matches!(integer, [b'0'] | [b'1'..=b'9', ..]);
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => split_digits(rest),
        rest => (&b"0"[..], rest),
    };
    let exponent = match rest {
        [b'e' | b'E', b'+' | b'-', rest @ ..] | [b'e' | b'E', rest @ ..] => rest,
        [] => b"0",
        _ => return false,
    };
    let (exponent, rest) = split_digits(exponent);
    is_integer && !fraction.is_empty() && !exponent.is_empty() && rest.is_empty()
}

/// Returns the digits at the beginning of the text, and the rest.
fn split_digits(text: &[u8]) -> (&[u8], &[u8]) {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at_checked(digits).unwrap_or((text, b""))
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::{is_scalar, small_integer};

    #[test]
    fn small_integers_end_in_the_text() {
        for (text, expected) in [
            ("0,", Some((0, 1))),
            ("200}", Some((200, 3))),
            ("123456789012345678 ", Some((123_456_789_012_345_678, 18))),
            ("1234567890123456789 ", None),
            ("200", None),
            ("00,", None),
            ("-1,", None),
            ("1.5,", None),
            ("1e5,", None),
            (",", None),
            ("", None),
        ] {
            assert_eq!(small_integer(text.as_bytes()), expected, "{text}");
        }
    }

    /// Compares the grammar with `serde_json`, for all short texts of the characters of numbers, and for the words.
    #[test]
    fn scalars_are_the_scalars_of_serde_json() {
        let mut texts = vec![String::new()];
        for start in 0..5 {
            let longer = texts.iter().filter(|text| text.len() == start);
            let longer = longer.flat_map(|text| {
                ["0", "1", "-", "+", ".", "e", "E"].map(|last| format!("{text}{last}"))
            });
            texts.extend(longer.collect::<Vec<_>>());
        }
        texts.extend(["true", "false", "null", "True", "nul", "-12.50e+07"].map(String::from));
        for text in texts {
            let is_valid = serde_json::from_str::<IgnoredAny>(&text).is_ok();
            assert_eq!(is_scalar(text.as_bytes()), is_valid, "{text}");
        }
    }
}
