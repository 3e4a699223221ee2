//! The decoder of Punycode ([RFC 3492, section 6.2](https://www.rfc-editor.org/rfc/rfc3492#section-6.2)). Labels with the
//! prefix `xn--` contain Punycode.
//!
//! The URL standard also requires that [UTS 46](https://www.unicode.org/reports/tr46/#ToASCII) permits the decoded
//! label and all other labels of the host. The decoder does not check this rule, because the check needs Unicode
//! tables. No browser sends a label that UTS 46 refuses, so a server can accept such a label without harm.

use core::slice::Iter;

const BASE: u32 = 36;
const MIN_THRESHOLD: u32 = 1;
const MAX_THRESHOLD: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const FIRST_NOT_ASCII: u32 = 0x80;

/// Whether `encoded` is well-formed and decodes to a label that is not ASCII. `encoded` is a label in lower case, without
/// `xn--`.
///
/// The positions of the decoded code points do not matter, so the function does not store the code points.
pub(super) fn is_not_ascii(encoded: &[u8]) -> bool {
    // The ASCII code points are before the last hyphen. If this hyphen is the first byte, the hyphen stays in `digits`.
    // A hyphen is not a digit, so the decoder then refuses the label.
    let hyphen = encoded.iter().rposition(|&byte| byte == b'-').unwrap_or(0);
    let digits = if hyphen == 0 {
        Some(encoded)
    } else {
        encoded.get(hyphen + 1..)
    };
    let length = u32::try_from(hyphen).ok();
    digits
        .zip(length)
        .is_some_and(|(digits, length)| !digits.is_empty() && decode(digits, length).is_some())
}

/// Decodes the code points that are not ASCII. Each code point is encoded as the difference from the previous code point.
/// `length` is the number of ASCII code points.
fn decode(digits: &[u8], mut length: u32) -> Option<()> {
    let (mut code_point, mut position, mut bias) = (FIRST_NOT_ASCII, 0_u32, INITIAL_BIAS);
    let mut digits = digits.iter();
    while !digits.as_slice().is_empty() {
        let difference = decode_difference(&mut digits, bias)?;
        let is_first = position == 0;
        length += 1;
        bias = adapt(difference, length, is_first);
        position = position.checked_add(difference)?;
        code_point = code_point.checked_add(position / length)?;
        char::from_u32(code_point)?;
        position = position % length + 1;
    }
    Some(())
}

/// Decodes a number with a variable number of digits. The first digit is the least significant digit.
fn decode_difference(digits: &mut Iter<'_, u8>, bias: u32) -> Option<u32> {
    let (mut difference, mut weight, mut k) = (0_u32, 1_u32, BASE);
    loop {
        let digit = digit(*digits.next()?)?;
        difference = difference.checked_add(digit.checked_mul(weight)?)?;
        let threshold = k.saturating_sub(bias).clamp(MIN_THRESHOLD, MAX_THRESHOLD);
        if digit < threshold {
            return Some(difference);
        }
        weight = weight.checked_mul(BASE - threshold)?;
        k += BASE;
    }
}

fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'a'..=b'z' => Some(u32::from(byte - b'a')),
        b'0'..=b'9' => Some(u32::from(byte - b'0') + 26),
        _ => None,
    }
}

/// The [bias adaptation function](https://www.rfc-editor.org/rfc/rfc3492#section-6.1).
const fn adapt(difference: u32, length: u32, is_first: bool) -> u32 {
    let mut difference = difference / if is_first { DAMP } else { 2 };
    difference += difference / length;
    let mut k = 0;
    while difference > (BASE - MIN_THRESHOLD) * MAX_THRESHOLD / 2 {
        difference /= BASE - MIN_THRESHOLD;
        k += BASE;
    }
    k + (BASE - MIN_THRESHOLD + 1) * difference / (difference + SKEW)
}
