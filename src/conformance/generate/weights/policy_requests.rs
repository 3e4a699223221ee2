//! Requests to a server with a policy, and the headers of the handler behind the policy.

use super::{
    policies,
    table::{Odds, Size, Uniform, Weighted, tables},
};
use crate::infrastructure::request::CredentialsMode;

/// The tables for the methods of requests, or for the header names of requests.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NameWeights {
    pub(crate) source: &'static Weighted<NameSource>,
    pub(crate) known: &'static Uniform<&'static str>,
    pub(crate) unusual: &'static Uniform<&'static str>,
}

/// The source of a method or a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NameSource {
    Known,
    Unusual,
    /// The methods or names in the policy's list.
    Listed,
    /// The method `*`. A server must not reflect this method, because `*` is a wildcard in the response.
    Asterisk,
}

/// A kind of line of `Access-Control-Request-Headers`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LineKind {
    List,
    /// A line that repeats one element many times.
    Repeated,
    /// A line with a length from the table `LINE_LENGTHS_BYTES`.
    Long,
}

/// The number of times that a line repeats an element.
#[derive(Debug, Clone, Copy)]
pub(crate) enum RepeatCount {
    /// The number of names in the policy's list, plus the given number.
    MoreThanListed(usize),
    Fixed(usize),
}

impl RepeatCount {
    pub(crate) const fn with_listed(self, listed: usize) -> usize {
        match self {
            Self::MoreThanListed(more) => listed + more,
            Self::Fixed(count) => count,
        }
    }
}

/// The methods of fetches by pages.
pub(crate) const FETCH_METHODS: NameWeights = NameWeights {
    source: &FETCH_SOURCES,
    known: &policies::METHODS,
    unusual: &UNUSUAL_FETCH_METHODS,
};

/// The header names of fetches by pages.
pub(crate) const FETCH_NAMES: NameWeights = NameWeights {
    source: &FETCH_SOURCES,
    known: &policies::NAMES,
    unusual: &UNUSUAL_FETCH_NAMES,
};

/// The values of `Access-Control-Request-Method`.
pub(crate) const REQUESTED_METHODS: NameWeights = NameWeights {
    source: &REQUESTED_METHOD_SOURCES,
    known: &policies::METHODS,
    unusual: &UNUSUAL_REQUESTED_METHODS,
};

/// The elements of `Access-Control-Request-Headers`.
pub(crate) const REQUESTED_NAMES: NameWeights = NameWeights {
    source: &REQUESTED_NAME_SOURCES,
    known: &policies::NAMES,
    unusual: &UNUSUAL_ELEMENTS,
};

tables! {
    static FETCH_SOURCES: Weighted<NameSource> = &[
        (3, NameSource::Known),
        (1, NameSource::Unusual),
        (8, NameSource::Listed),
    ];
    static UNUSUAL_FETCH_METHODS: Uniform<&'static str> = &["*"];
    static UNUSUAL_FETCH_NAMES: Uniform<&'static str> = &["x-c"];
    static FETCH_NAME_COUNT: Size = 0..=3;

    static FETCH_CREDENTIALS_MODES: Uniform<CredentialsMode> = &[
        CredentialsMode::SameOrigin,
        CredentialsMode::Include,
        CredentialsMode::Omit,
    ];

    /// The methods of requests.
    static SENT_METHODS: Uniform<&'static str> = &["OPTIONS", "OPTIONS", "GET", "POST", "PUT", "options"];

    static ORIGIN_LINE_COUNTS: Weighted<usize> = &[(2, 0), (24, 1), (1, 2), (1, 3)];
    static REQUESTED_METHOD_LINE_COUNTS: Weighted<usize> = &[(2, 0), (12, 1), (1, 2)];
    static REQUESTED_NAMES_LINE_COUNTS: Weighted<usize> = &[(2, 0), (6, 1), (1, 2), (1, 3)];

    static REQUESTED_METHOD_SOURCES: Weighted<NameSource> = &[
        (3, NameSource::Known),
        (1, NameSource::Unusual),
        (6, NameSource::Listed),
        (4, NameSource::Asterisk),
    ];

    static UNUSUAL_REQUESTED_METHODS: Uniform<&'static str> = &[
        "", "*", "put", "get", "GET, PUT", "G:T", "PUT ", "AT", "PU", "a\u{e9}", "trace",
    ];

    static LINE_KINDS: Weighted<LineKind> = &[
        (20, LineKind::List),
        (3, LineKind::Repeated),
        (2, LineKind::Long),
    ];

    /// The kinds of lines for a policy that allows any request header. Such a policy limits the length of the lines. To
    /// test this limit, long lines are more frequent in this table than in `LINE_KINDS`.
    static WILDCARD_LINE_KINDS: Weighted<LineKind> = &[
        (20, LineKind::List),
        (3, LineKind::Repeated),
        (6, LineKind::Long),
    ];
    static ELEMENT_COUNT: Size = 0..=5;

    /// Counts of list elements. Most counts are close to the maximum, and one count is much greater.
    static REPEAT_COUNTS: Uniform<RepeatCount> = &[
        RepeatCount::MoreThanListed(14),
        RepeatCount::MoreThanListed(15),
        RepeatCount::MoreThanListed(16),
        RepeatCount::MoreThanListed(17),
        RepeatCount::Fixed(9000),
    ];

    /// Lengths that are close to the maximum length of a line. This maximum exists only if the policy allows all
    /// request headers.
    static LINE_LENGTHS_BYTES: Uniform<usize> = &[8191, 8192, 8193, 9002];

    /// Texts that a long line repeats. The line is then one long name, or a list of names.
    static LONG_LINE_PIECES: Uniform<&'static str> = &["a", "a,", "aaa,"];

    static REQUESTED_NAME_SOURCES: Weighted<NameSource> = &[
        (2, NameSource::Known),
        (1, NameSource::Unusual),
        (12, NameSource::Listed),
    ];

    static UNUSUAL_ELEMENTS: Uniform<&'static str> = &[
        "", " ", "  ", "   ", "x a", "\"x-a\"", "*", "x-\u{e9}", "x-a;", "x", "x-abc", "origin",
    ];

    /// White space before or after an element.
    static WHITE_SPACE: Weighted<&'static str> = &[(12, ""), (2, " "), (1, "\t"), (1, " \t")];

    static UPPER_CASE_ELEMENT: Odds = (1, 5);

    static READ_VALUE_COUNT: Size = 0..=2;

    /// The values of the header that a predicate reads.
    static READ_VALUES: Uniform<&'static str> = &["a", "b"];

    static HANDLER_HEADER_COUNT: Size = 0..=6;

    /// The headers that a handler sets before the policy is applied.
    static HANDLER_HEADERS: Uniform<(&'static str, &'static str)> = &[
        ("vary", "accept"),
        ("vary", "accept, Origin"),
        ("vary", "cookie,,\taccept-encoding "),
        ("vary", "Access-Control-Request-Headers"),
        ("vary", "origins, x-origin"),
        ("vary", "x-tenant"),
        ("vary", "*"),
        ("vary", "accept, *"),
        ("vary", ""),
        ("vary", "\"origin\""),
        ("access-control-allow-origin", "*"),
        ("access-control-allow-origin", "https://evil.com"),
        ("access-control-allow-credentials", "true"),
        ("access-control-max-age", "1"),
        ("access-control-allow-private-network", "true"),
        ("etag", "\"1\""),
        ("x-a", "1"),
        ("x-b", "2"),
        ("set-cookie", "a=b"),
        ("set-cookie", "c=d"),
        ("content-type", "text/plain"),
        ("cache-control", "max-age=60"),
    ];
}
