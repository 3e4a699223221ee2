//! Generates headers that an author sets. Many of the headers test the limits of the CORS safelist.

use alloc::{borrow::Cow, string::String, vec, vec::Vec};

use crate::infrastructure::safelist::MAX_SAFELISTED_VALUE_BYTES;

/// One header of a request, or several headers.
#[derive(Debug, Clone)]
pub(crate) enum RequestHeader {
    Given(&'static str, &'static str),
    /// A header with a safe value of the given length in bytes.
    Long(&'static str, usize),
    /// A header whose value has the given byte at the given place.
    Byte(&'static str, u8, Place),
    /// Several headers with safe values. All values together have the given length in bytes.
    Together(usize),
}

/// A place in the value of a header.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    Middle,
    First,
    Last,
}

type Pair = (Cow<'static, str>, Cow<'static, str>);

impl RequestHeader {
    pub(crate) fn pairs(&self) -> Vec<Pair> {
        match *self {
            Self::Given(name, value) => vec![(name.into(), value.into())],
            Self::Long(name, length) => vec![(name.into(), long(name, length).into())],
            Self::Byte(name, byte, place) => {
                vec![(name.into(), with_byte(name, byte, place).into())]
            }
            Self::Together(total) => together(total),
        }
    }
}

impl From<(&'static str, &'static str)> for RequestHeader {
    fn from((name, value): (&'static str, &'static str)) -> Self {
        Self::Given(name, value)
    }
}

/// Returns a value of the given length for the header `name`. All bytes of the value are safe.
fn long(name: &str, length: usize) -> String {
    let (start, filler) = match name {
        "Content-Type" => ("text/plain;", 'a'),
        "Range" => ("bytes=", '0'),
        _ => ("", 'a'),
    };
    let end = if name == "Range" { "-" } else { "" };
    let fillers = length.saturating_sub(start.len() + end.len());
    let mut value = String::from(start);
    value.extend(core::iter::repeat_n(filler, fillers));
    value.push_str(end);
    value
}

/// Returns a value with the given byte. The value is unsafe only if this byte is unsafe.
fn with_byte(name: &str, byte: u8, place: Place) -> String {
    let safe = match name {
        "Content-Type" => "text/plain;a=b",
        "Range" => "bytes=10-20",
        _ => "ab",
    };
    let at = match place {
        Place::First => 0,
        Place::Middle if name == "Content-Type" => 12,
        Place::Middle => safe.len() / 2,
        Place::Last => safe.len(),
    };
    let (before, after) = safe.split_at_checked(at).unwrap_or((safe, ""));
    let mut value = String::from(before);
    value.push(char::from(byte));
    value.push_str(after);
    value
}

fn together(mut total: usize) -> Vec<Pair> {
    let mut pairs = Vec::new();
    for name in ["Accept-Language", "Content-Language"].into_iter().cycle() {
        if total == 0 {
            break;
        }
        let length = total.min(MAX_SAFELISTED_VALUE_BYTES);
        pairs.push((name.into(), long(name, length).into()));
        total -= length;
    }
    pairs
}
