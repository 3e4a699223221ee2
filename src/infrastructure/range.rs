//! The parser for the values of `Range` headers with a [single
//! range](https://fetch.spec.whatwg.org/#simple-range-header-value).
//!
//! ```
//! use fetch_cors::infrastructure::range::{AllowWhitespace, parse_a_single_range_header_value};
//!
//! let range = parse_a_single_range_header_value(b"bytes=0-499", AllowWhitespace::No).unwrap();
//! assert_eq!(range.start.unwrap().digits(), "0");
//! assert_eq!(range.end.unwrap().to_u64(), Some(499));
//! ```

use alloc::vec::Vec;
use core::cmp::Ordering;

use super::bytes::{is_http_tab_or_space, run_length};
use crate::engine::{Quirk, QuirkSet};

/// Whether tabs and spaces are allowed between the parts of a range.
///
/// ```
/// use fetch_cors::infrastructure::range::{AllowWhitespace, parse_a_single_range_header_value};
/// assert!(parse_a_single_range_header_value(b"bytes = 0 - 9", AllowWhitespace::Yes).is_some());
/// assert!(parse_a_single_range_header_value(b"bytes = 0 - 9", AllowWhitespace::No).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
// Exhaustive: the parameter of the algorithm has two values.
pub enum AllowWhitespace {
    /// Tabs and spaces are allowed.
    Yes,
    /// Tabs and spaces are not allowed.
    No,
}

/// A range of bytes, with its first and last position. One of the two positions can be absent.
///
/// ```
/// use fetch_cors::infrastructure::range::{AllowWhitespace, parse_a_single_range_header_value};
/// let range = parse_a_single_range_header_value(b"bytes=-500", AllowWhitespace::No).unwrap();
/// assert_eq!(range.start, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range<'value> {
    /// The position of the first byte.
    pub start: Option<Decimal<'value>>,
    /// The position of the last byte. If `start` is absent, `end` is the number of bytes to read from the end of the
    /// resource.
    pub end: Option<Decimal<'value>>,
}

/// A whole number of any size, stored as decimal digits without leading zeros.
///
/// ```
/// use fetch_cors::infrastructure::range::{AllowWhitespace, parse_a_single_range_header_value};
/// let value = b"bytes=007-99999999999999999999";
/// let range = parse_a_single_range_header_value(value, AllowWhitespace::No).unwrap();
/// assert_eq!(range.start.unwrap().digits(), "7");
/// assert_eq!(range.end.unwrap().to_u64(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal<'value>(&'value str);

impl<'value> Decimal<'value> {
    fn new(digits: &'value [u8]) -> Option<Self> {
        let digits = core::str::from_utf8(digits).ok()?;
        if digits.is_empty() {
            return None;
        }
        let significant = digits.trim_start_matches('0');
        Some(Self(if significant.is_empty() {
            "0"
        } else {
            significant
        }))
    }

    /// Returns the digits. For zero, the result is `0`.
    pub const fn digits(&self) -> &'value str {
        self.0
    }

    /// Returns the number, or `None` if the number does not fit into 64 bits.
    pub fn to_u64(&self) -> Option<u64> {
        self.0.parse().ok()
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), self.0).cmp(&(other.0.len(), other.0))
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// [Parses a single range header value](https://fetch.spec.whatwg.org/#simple-range-header-value). Returns the range, or
/// `None` (failure in the standard).
///
/// A range with a start that is greater than its end is a failure. A range without a start, such as `bytes=-500`, is
/// valid, but the CORS safelist does not allow it.
///
/// ```
/// # use fetch_cors::infrastructure::range::{AllowWhitespace, parse_a_single_range_header_value};
/// assert_eq!(parse_a_single_range_header_value(b"bytes=9-0", AllowWhitespace::No), None);
/// ```
pub fn parse_a_single_range_header_value(
    value: &[u8],
    allow_whitespace: AllowWhitespace,
) -> Option<Range<'_>> {
    // parse-a-single-range-header-value/1: take the value as a string
    let data = value;
    // parse-a-single-range-header-value/2: it does not start with `bytes`: failure; differs with quirk lenient-range
    if !data.starts_with(b"bytes") {
        return None;
    }
    // parse-a-single-range-header-value/3: start behind `bytes`
    //
    // In the standard, the position after `bytes` is the "5th code point", counted from 0.
    let mut position = 5;
    let skip_whitespace = |position: usize| match allow_whitespace {
        AllowWhitespace::Yes => position + run_length(data, position, is_http_tab_or_space),
        AllowWhitespace::No => position,
    };
    let digits = |position: usize| run_length(data, position, |byte| byte.is_ascii_digit());
    // parse-a-single-range-header-value/4: skip tabs and spaces, if allowed
    position = skip_whitespace(position);
    // parse-a-single-range-header-value/5: no `=`: failure
    if data.get(position) != Some(&b'=') {
        return None;
    }
    // parse-a-single-range-header-value/6: skip the `=`
    position += 1;
    // parse-a-single-range-header-value/7: skip tabs and spaces, if allowed
    position = skip_whitespace(position);
    // parse-a-single-range-header-value/8: collect the digits of the start
    let range_start = data.get(position..position + digits(position))?;
    position += range_start.len();
    // parse-a-single-range-header-value/9: no digits: the start is null; differs with quirk range-above-63-bits-is-unsafe
    let range_start_value = Decimal::new(range_start);
    // parse-a-single-range-header-value/10: skip tabs and spaces, if allowed
    position = skip_whitespace(position);
    // parse-a-single-range-header-value/11: no `-`: failure
    if data.get(position) != Some(&b'-') {
        return None;
    }
    // parse-a-single-range-header-value/12: skip the `-`
    position += 1;
    // parse-a-single-range-header-value/13: skip tabs and spaces, if allowed
    position = skip_whitespace(position);
    // parse-a-single-range-header-value/14: collect the digits of the end
    let range_end = data.get(position..position + digits(position))?;
    position += range_end.len();
    // parse-a-single-range-header-value/15: no digits: the end is null; differs with quirk range-above-64-bits-is-unsafe
    let range_end_value = Decimal::new(range_end);
    // parse-a-single-range-header-value/16: input left: failure
    if position < data.len() {
        return None;
    }
    match (range_start_value, range_end_value) {
        // parse-a-single-range-header-value/17: neither start nor end: failure
        (None, None) => None,
        // parse-a-single-range-header-value/18: start greater than end: failure
        (Some(start), Some(end)) if start > end => None,
        // parse-a-single-range-header-value/19: return start and end
        (start, end) => Some(Range { start, end }),
    }
}

/// Whether an engine with these quirks safelists the value of a Range header. Returns false if the value is not a
/// single range, if the range does not have a start, or if the value contains white space.
pub(crate) fn is_simple_range(value: &[u8], quirks: QuirkSet) -> bool {
    let lenient = quirks
        .contains(Quirk::LenientRange)
        .then(|| normalized(value));
    let value = lenient.as_deref().unwrap_or(value);
    let Some(range) = parse_a_single_range_header_value(value, AllowWhitespace::No) else {
        return false;
    };
    let limit = if quirks.contains(Quirk::RangeAbove63BitsIsUnsafe) {
        Some(i64::MAX.unsigned_abs())
    } else {
        let has_limit = quirks.contains(Quirk::RangeAbove64BitsIsUnsafe);
        has_limit.then_some(u64::MAX)
    };
    let fits = |number: Decimal<'_>| {
        limit.is_none_or(|limit| number.to_u64().is_some_and(|number| number <= limit))
    };
    range.start.is_some_and(fits) && range.end.is_none_or(fits)
}

/// Returns the value in the standard's form: `bytes` in lower case, and numbers without a plus sign.
fn normalized(value: &[u8]) -> Vec<u8> {
    let (unit, rest) = value.split_at(value.len().min(5));
    let mut normalized = unit.to_ascii_lowercase();
    let mut before = None;
    for (i, &byte) in rest.iter().enumerate() {
        let is_sign = byte == b'+'
            && matches!(before, Some(b'=' | b'-'))
            && rest.get(i + 1).is_some_and(u8::is_ascii_digit);
        if !is_sign {
            normalized.push(byte);
        }
        before = Some(byte);
    }
    normalized
}
