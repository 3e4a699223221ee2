//! A number of seconds with a precision of one nanosecond: digits after the ninth decimal place are dropped.

use alloc::{borrow::ToOwned, format, string::String};
use core::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error, ser};
use serde_json::value::RawValue;

/// An error shows at most this number of characters of the wrong value.
const MAX_SHOWN_CHARS: usize = 64;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Seconds(pub(super) Duration);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = <&RawValue>::deserialize(deserializer)?;
        let seconds = seconds(number.get());
        seconds.map(Self).ok_or_else(|| {
            let shown: String = number.get().chars().take(MAX_SHOWN_CHARS).collect();
            D::Error::custom(format!(
                "{shown} is not a time: write a number of seconds, from 0 to less than 2^64"
            ))
        })
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (seconds, nanoseconds) = (self.0.as_secs(), self.0.subsec_nanos());
        if nanoseconds == 0 {
            return seconds.serialize(serializer);
        }
        let number = format!("{seconds}.{nanoseconds:09}");
        let number = number.trim_end_matches('0').to_owned();
        RawValue::from_string(number)
            .map_err(ser::Error::custom)?
            .serialize(serializer)
    }
}

/// Returns the value of a JSON number in seconds, rounded down to nanoseconds. `None` if the number is negative or too
/// large, or if the JSON value is not a number. The function reads digits, because a conversion to floating point could
/// round up.
fn seconds(number: &str) -> Option<Duration> {
    let is_negative = number.starts_with('-');
    let number = number.strip_prefix('-').unwrap_or(number);
    if !number.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let (digits, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let length = whole.len() + fraction.len();
    let digit = |index: usize| {
        let digit = match index.checked_sub(whole.len()) {
            Some(index) => fraction.as_bytes().get(index),
            None => whole.as_bytes().get(index),
        };
        u64::from(digit.map_or(0, |digit| digit - b'0'))
    };
    let Some(first) = (0..length).find(|&index| digit(index) != 0) else {
        return Some(Duration::ZERO);
    };
    if is_negative {
        return None;
    }
    // If the exponent does not fit into an `i64`, the smallest or the largest `i64` replaces the exponent.
    let exponent = exponent.parse().unwrap_or(if exponent.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    });
    // `point` is the position of the decimal point, counted from the first digit that is not 0.
    let whole_length = i64::try_from(whole.len()).ok()?;
    let point = whole_length
        .saturating_add(exponent)
        .saturating_sub(i64::try_from(first).ok()?);
    // A number with more than 20 digits before the decimal point does not fit into a `u64`, because 2^64 has 20 digits.
    if point > 20 {
        return None;
    }
    let place = |place: i64| usize::try_from(place).map_or(0, |place| digit(first + place));
    let mut seconds: u64 = 0;
    for index in 0..point {
        seconds = seconds.checked_mul(10)?.checked_add(place(index))?;
    }
    let decimals = (point..point.saturating_add(9)).map(place);
    let nanoseconds = decimals.fold(0, |nanoseconds, decimal| nanoseconds * 10 + decimal);
    Some(Duration::new(seconds, u32::try_from(nanoseconds).ok()?))
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_number_is_exact_to_the_nanosecond_and_rounded_down() {
        let of = |seconds, nanoseconds| Some(Duration::new(seconds, nanoseconds));
        for (number, expected) in [
            ("0", of(0, 0)),
            ("-0", of(0, 0)),
            ("-0.000e99", of(0, 0)),
            ("0e99999999999999999999", of(0, 0)),
            ("600", of(600, 0)),
            ("0.1", of(0, 100_000_000)),
            ("0.123456789", of(0, 123_456_789)),
            ("0.1234567899", of(0, 123_456_789)),
            ("599.9999999999", of(599, 999_999_999)),
            ("599.99999999999999999999999999", of(599, 999_999_999)),
            ("6e2", of(600, 0)),
            ("6E+2", of(600, 0)),
            ("0.006e5", of(600, 0)),
            ("60000e-2", of(600, 0)),
            ("1e-9", of(0, 1)),
            ("9.99e-10", of(0, 0)),
            ("123456e-7", of(0, 12_345_600)),
            ("1e-99999999999999999999", of(0, 0)),
            ("18446744073709551615", of(u64::MAX, 0)),
            ("18446744073709551615.9999999999", of(u64::MAX, 999_999_999)),
            ("1.8446744073709551615e19", of(u64::MAX, 0)),
            ("18446744073709551616", None),
            ("1e20", None),
            ("1e99999999999999999999", None),
            ("-1", None),
            ("-1e-99", None),
            ("\"1\"", None),
            ("null", None),
            ("[1]", None),
        ] {
            assert_eq!(seconds(number), expected, "{number}");
        }
    }

    #[test]
    fn a_number_is_written_as_it_is_read() {
        for (seconds, nanoseconds, expected) in [
            (0, 0, "0"),
            (600, 0, "600"),
            (0, 500_000_000, "0.5"),
            (u64::MAX, 1, "18446744073709551615.000000001"),
        ] {
            let given = Seconds(Duration::new(seconds, nanoseconds));
            let written = serde_json::to_string(&given).unwrap();
            assert_eq!(written, expected.to_string());
            assert_eq!(serde_json::from_str::<Seconds>(&written).unwrap(), given);
        }
    }
}
