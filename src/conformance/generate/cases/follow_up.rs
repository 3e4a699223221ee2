//! Fetches after the first: what differs, and how much later.

use core::time::Duration;

use proptest::{
    sample,
    strategy::{BoxedStrategy, Strategy},
};

use super::{
    calls::{Api, Call},
    origins::{Host, Page, Rest},
    plan::Target,
    request_headers::RequestHeader,
    server_response::Answer,
};
use crate::conformance::generate::weighted::{often, one_of};
use crate::infrastructure::request::CredentialsMode;

/// One more fetch.
#[derive(Debug, Clone)]
pub(crate) struct Visit {
    /// After the fetch before.
    pub(crate) pause: Duration,
    pub(crate) change: Change,
    /// An answer to one preflight more.
    pub(crate) preflight: Option<Answer>,
}

/// What differs from the first fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Nothing,
    Method(&'static str),
    HeaderMore(&'static str, &'static str),
    NoHeaders,
    Credentials(CredentialsMode),
    Page(Page),
    Fragment,
    Path,
    Query,
    Host(Host),
    Flag,
    NoFlag,
}

pub(crate) fn visit(preflight: BoxedStrategy<Answer>) -> BoxedStrategy<Visit> {
    (sample::select(PAUSES), one_of(CHANGES), often(preflight))
        .prop_map(|(pause, change, preflight)| Visit {
            pause: Duration::from_millis(pause),
            change,
            preflight,
        })
        .boxed()
}

impl Change {
    pub(crate) fn apply(self, mut target: Target, call: &mut Call) -> Target {
        match self {
            Self::Nothing => {}
            Self::Method(method) => call.method = method,
            Self::HeaderMore(name, value) => call.headers.push(RequestHeader::Given(name, value)),
            Self::NoHeaders => call.headers.clear(),
            Self::Credentials(credentials) => call.credentials = credentials,
            Self::Page(page) => target.page = page,
            Self::Fragment => target.rest = Rest::Fragment,
            Self::Query => target.rest = Rest::Query,
            Self::Path => target.path = "/s",
            Self::Host(host) => target.host = host,
            Self::Flag => call.api = Api::XmlHttpRequest,
            Self::NoFlag => call.api = Api::Fetch,
        }
        target
    }
}

/// In milliseconds.
pub(crate) const PAUSES: &[u64] = &[
    0, 0, 0, 0, 1000, 4000, 4999, 5000, 6000, 599_000, 600_000, 601_000, 7_199_000, 7_200_000,
    7_201_000, 500, 1,
];

pub(crate) const CHANGES: &[(u32, Change)] = &[
    (8, Change::Nothing),
    (1, Change::Method("PUT")),
    (1, Change::Method("DELETE")),
    (1, Change::Method("put")),
    (1, Change::Method("Patch")),
    (1, Change::Method("GET")),
    (2, Change::HeaderMore("x-b", "2")),
    (1, Change::HeaderMore("Authorization", "Basic YTpi")),
    (1, Change::HeaderMore("X-Other", "1")),
    (1, Change::NoHeaders),
    (2, Change::Credentials(CredentialsMode::Include)),
    (2, Change::Credentials(CredentialsMode::SameOrigin)),
    (1, Change::Credentials(CredentialsMode::Omit)),
    (1, Change::Page(Page::Plain)),
    (1, Change::Page(Page::Secure)),
    (1, Change::Page(Page::OtherPort)),
    (1, Change::Page(Page::Opaque)),
    (1, Change::Fragment),
    (1, Change::Path),
    (1, Change::Query),
    (1, Change::Host(Host::Localhost)),
    (1, Change::Flag),
    (1, Change::NoFlag),
];
