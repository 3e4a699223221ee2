//! The headers that an author sets.

use super::table::{Size, Uniform, Weighted, tables};
use crate::{
    conformance::generate::cases::request_headers::Place,
    infrastructure::safelist::{MAX_SAFELISTED_TOTAL_BYTES, MAX_SAFELISTED_VALUE_BYTES},
};

type Pair = (&'static str, &'static str);

/// The tables for the headers of one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestHeaderWeights {
    pub(crate) size: &'static Size,
    pub(crate) headers: RequestHeaders,
}

/// The source of the headers of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RequestHeaders {
    /// Headers from the table `LISTED`. Most of them need a preflight.
    Listed,
    /// Headers of the kinds in the table `HEADER_KINDS`. Many of these headers are close to a limit, such as the
    /// maximum length of a CORS-safelisted value.
    Limits,
}

/// A kind of header, without its name and its value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum HeaderKind {
    Given(&'static Uniform<Pair>),
    /// A header whose value has a length from the table `VALUE_LENGTHS_BYTES`.
    Long,
    /// A header whose value has a byte from the table `VALUE_BYTES`.
    Byte,
    /// Several headers with safelisted values. The length of all values together is from the table
    /// `TOTAL_LENGTHS_BYTES`.
    Together,
}

pub(crate) const FEW_LISTED: RequestHeaderWeights = RequestHeaderWeights {
    size: &LISTED_COUNT,
    headers: RequestHeaders::Listed,
};

const fn limits(size: &'static Size) -> RequestHeaderWeights {
    RequestHeaderWeights {
        size,
        headers: RequestHeaders::Limits,
    }
}

pub(crate) const SAFELIST_HEADERS: RequestHeaderWeights = limits(&SAFELIST_COUNT);
pub(crate) const MODE_HEADERS: RequestHeaderWeights = limits(&MODE_COUNT);

tables! {
    static LISTED_COUNT: Size = 0..=3;
    static SAFELIST_COUNT: Size = 0..=6;
    static MODE_COUNT: Size = 0..=2;
    static MIXED_COUNT: Size = 0..=4;

    static MIXED_HEADERS: Weighted<Option<RequestHeaderWeights>> = &[
        (2, Some(FEW_LISTED)),
        (1, Some(limits(&MIXED_COUNT))),
    ];

    /// Headers that an author sets. Most of them need a preflight.
    static LISTED: Weighted<Pair> = &[
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

    static HEADER_KINDS: Weighted<HeaderKind> = &[
        (4, HeaderKind::Given(&NOT_SAFELISTED)),
        (5, HeaderKind::Given(&MAYBE_SAFELISTED)),
        (2, HeaderKind::Given(&FORBIDDEN)),
        (1, HeaderKind::Given(&INVALID)),
        (3, HeaderKind::Long),
        (4, HeaderKind::Byte),
        (2, HeaderKind::Together),
        (1, HeaderKind::Given(&ACCEPT)),
    ];

    /// Headers that are never CORS-safelisted, because of their name.
    static NOT_SAFELISTED: Uniform<Pair> = &[
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

    /// Headers that are CORS-safelisted or not, depending on their value.
    static MAYBE_SAFELISTED: Uniform<Pair> = &[
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

    /// Forbidden request-headers, and similar headers that are not forbidden.
    static FORBIDDEN: Uniform<Pair> = &[
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

    /// Headers with an invalid name or an invalid value.
    static INVALID: Uniform<Pair> = &[
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

    static ACCEPT: Uniform<Pair> = &[("Accept", "a")];

    /// The CORS-safelisted request-header names.
    static SAFELISTED_NAMES: Uniform<&'static str> = &[
        "Accept",
        "Accept-Language",
        "Content-Language",
        "Content-Type",
        "Range",
    ];

    /// Lengths that are close to the maximum length of one CORS-safelisted value.
    static VALUE_LENGTHS_BYTES: Uniform<usize> = &[
        MAX_SAFELISTED_VALUE_BYTES,
        MAX_SAFELISTED_VALUE_BYTES + 1,
        MAX_SAFELISTED_VALUE_BYTES - 1,
        1,
    ];

    /// Lengths that are close to the maximum length of all CORS-safelisted values together.
    static TOTAL_LENGTHS_BYTES: Uniform<usize> = &[
        MAX_SAFELISTED_TOTAL_BYTES - 5,
        MAX_SAFELISTED_TOTAL_BYTES - 4,
        MAX_SAFELISTED_TOTAL_BYTES - 3,
        MAX_SAFELISTED_TOTAL_BYTES - 2,
        MAX_SAFELISTED_TOTAL_BYTES - 1,
        MAX_SAFELISTED_TOTAL_BYTES,
        MAX_SAFELISTED_TOTAL_BYTES + 1,
        MAX_SAFELISTED_TOTAL_BYTES + 2,
        MAX_SAFELISTED_TOTAL_BYTES + 3,
    ];

    /// Bytes of header values. Some bytes are safe in most headers, some are safe only in a few headers, and some are
    /// never safe.
    static VALUE_BYTES: Uniform<u8> =
        b"a\x01\x08\t\x0B\x1F !\"#$'()*+,-./09:;<=>?@AZ[\\]^_`z{|}~\x7F\x80\xE9\xFF";

    /// The places at which a value can have a byte from the table `VALUE_BYTES`.
    static BYTE_PLACES: Weighted<Place> = &[(2, Place::Middle), (1, Place::First), (1, Place::Last)];
}
