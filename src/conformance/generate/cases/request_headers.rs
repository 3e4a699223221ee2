//! What an author sets: mostly at the edges of the safelist.

use alloc::{borrow::Cow, string::String, vec, vec::Vec};
use core::ops::RangeInclusive;

use proptest::{
    collection, sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use crate::conformance::generate::weighted::one_of;

/// A header of a request, or several.
#[derive(Debug, Clone)]
pub(crate) enum RequestHeader {
    Given(&'static str, &'static str),
    /// A value of so many bytes.
    Long(&'static str, usize),
    /// A value with that byte at that place.
    Byte(&'static str, u8, Place),
    /// Safe values of so many bytes together.
    Together(usize),
}

/// Where in a value.
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

/// Any number of headers up to `most`.
pub(crate) fn headers(most: usize) -> BoxedStrategy<Vec<RequestHeader>> {
    collection::vec(header(), 0..=most).boxed()
}

/// Headers of which some list has to speak.
pub(super) fn listed_headers() -> BoxedStrategy<Vec<RequestHeader>> {
    let given = one_of(LISTED).prop_map(|(name, value)| RequestHeader::Given(name, value));
    collection::vec(given, 0..=3).boxed()
}

fn header() -> BoxedStrategy<RequestHeader> {
    let given = |list: &'static [(&str, &str)]| {
        sample::select(list).prop_map(|(name, value)| RequestHeader::Given(name, value))
    };
    let name = || sample::select(SAFELISTED);
    let long = (name(), sample::select(LENGTHS));
    let place = one_of(PLACES);
    let byte = (name(), sample::select(BYTES), place);
    Union::new_weighted(vec![
        (4, given(PLAIN).boxed()),
        (5, given(SAFE_OR_NOT).boxed()),
        (2, given(FORBIDDEN).boxed()),
        (1, given(INVALID).boxed()),
        (
            3,
            long.prop_map(|(name, length)| RequestHeader::Long(name, length))
                .boxed(),
        ),
        (
            4,
            byte.prop_map(|(name, byte, place)| RequestHeader::Byte(name, byte, place))
                .boxed(),
        ),
        (2, TOGETHER.prop_map(RequestHeader::Together).boxed()),
        (1, Just(RequestHeader::Given("Accept", "a")).boxed()),
    ])
    .boxed()
}

pub(crate) const LENGTHS: &[usize] = &[128, 129, 127, 1];
pub(crate) const PLACES: &[(u32, Place)] =
    &[(2, Place::Middle), (1, Place::First), (1, Place::Last)];
pub(crate) const TOGETHER: RangeInclusive<usize> = 1019..=1027;

/// A value that would be safe if it were not for its length.
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

/// A value that would be safe if it were not for the byte.
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
        let length = total.min(128);
        pairs.push((name.into(), long(name, length).into()));
        total -= length;
    }
    pairs
}

pub(crate) const SAFELISTED: &[&str] = &[
    "Accept",
    "Accept-Language",
    "Content-Language",
    "Content-Type",
    "Range",
];

/// Bytes at the edges of what is safe somewhere.
pub(crate) const BYTES: &[u8] =
    b"a\x01\x08\t\x0B\x1F !\"#$'()*+,-./09:;<=>?@AZ[\\]^_`z{|}~\x7F\x80\xE9\xFF";

pub(crate) const LISTED: &[(u32, (&str, &str))] = &[
    (6, ("X-A", "1")),
    (4, ("X-B", "2")),
    (2, ("x-a", "3")),
    (4, ("Authorization", "Basic YTpi")),
    (2, ("Content-Type", "application/json")),
    (1, ("X-a.b~c", "1")),
    (1, ("*", "1")),
    (1, ("Accept", "\"")),
    (1, ("Content-Type", "text/plain")),
];

pub(crate) const PLAIN: &[(&str, &str)] = &[
    ("X-A", "1"),
    ("X-B", "2"),
    ("x-a", "3"),
    ("Authorization", "Basic YTpi"),
    ("authorization", ""),
    ("X-A", ""),
    ("X-A", " \t1\r\n"),
    ("X-A", "\u{e9}"),
    ("*", "1"),
    ("Last-Event-ID", "1"),
    ("DPR", "2.0"),
    ("X-HTTP-Method-Override", "PUT"),
    ("Content-Location", "/a"),
    ("Content-Encoding", "gzip"),
];

pub(crate) const SAFE_OR_NOT: &[(&str, &str)] = &[
    ("Accept", "text/html"),
    ("aCCEPT", ""),
    ("Accept-Language", "en"),
    ("Accept-Language", "en_US"),
    ("Content-Language", "de-DE, *;q=0.5"),
    ("Content-Type", "text/plain"),
    ("Content-Type", "TEXT/PLAIN; charset=utf-8"),
    ("Content-Type", "multipart/form-data; boundary=x"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Content-Type", "application/json"),
    ("Content-Type", "text/plain, application/json"),
    ("Content-Type", "text/plainer"),
    ("Content-Type", "text/plain "),
    ("Content-Type", "text /plain"),
    ("Content-Type", "text/ plain"),
    ("Content-Type", "text/plain ;"),
    ("Content-Type", "text"),
    ("Content-Type", "/plain"),
    ("Content-Type", ""),
    ("Range", "bytes=0-"),
    ("Range", "bytes=0-499"),
    ("Range", "bytes=5-5"),
    ("Range", "bytes=6-5"),
    ("Range", "bytes=-500"),
    ("Range", "bytes=-"),
    ("Range", "bytes=0-1,3-4"),
    ("Range", "bytes = 0-"),
    ("Range", "Bytes=0-"),
    ("Range", "bytes=18446744073709551616-18446744073709551615"),
    ("Range", "items=0-"),
];

pub(crate) const FORBIDDEN: &[(&str, &str)] = &[
    ("Cookie", "a=b"),
    ("cookie2", "a"),
    ("Origin", "https://b.example"),
    ("Host", "b.example"),
    ("Access-Control-Request-Method", "PUT"),
    ("Access-Control-Request-Headers", "x-a"),
    ("Sec-", "1"),
    ("Sec-Fetch-Mode", "cors"),
    ("Secure", "1"),
    ("pRoXy-A", "1"),
    ("Proxy", "1"),
    ("X-HTTP-Method-Override", "TRACE"),
    ("X-HTTP-Method", "GET, connect"),
    ("X-Method-Override", "\"TRACE\""),
    ("X-Method-Override", "a\"b,track"),
    ("Set-Cookie", "a=b"),
    ("TE", "trailers"),
];

pub(crate) const INVALID: &[(&str, &str)] = &[
    ("X A", "1"),
    ("", "1"),
    ("X-A:", "1"),
    ("X-\u{e9}", "1"),
    ("X-\u{100}", "1"),
    ("X-A", "1\n2"),
    ("X-A", "1\0"),
    ("X-A", "\u{100}"),
    ("Cookie", "a\rb"),
];
