//! Finds what all requests without a response have in common, and no answered request has.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use http::Method;

use super::{
    recognize::facts::{REQUEST_HEADERS, REQUEST_METHOD, elements, is_like_preflight},
    requests::{origin_kind, request_kind},
    silence::has_malformed_origin,
};
use crate::{
    cases::ExchangeError,
    conformance::{
        harness::{
            check::Answered,
            expectations::Expectations,
            report::request_kind::{OriginKind, RequestKind},
        },
        laws::support::limits::MIN_LONG_VALUE_BYTES,
    },
    explain::header_name::capitalized,
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, header::HeaderValue},
};

/// The maximum number of values, such as methods, in a condition.
const MAX_VALUES: usize = 3;

/// The minimum number of requests without a response that have a value of a condition. One missing answer can be a coincidence.
const MIN_REQUESTS: usize = 2;

/// A description that does not fit all requests without a response fits at least this number of requests for each other one.
const MIN_COVERED_PER_OTHER: usize = 4;

/// The value of [`Property::Method`] for preflights.
const PREFLIGHT: &str = "preflight";

/// The end of a sentence about requests with such an origin.
const NULL: &str = " with `Origin: null`";
const MALFORMED: &str = " with a malformed `Origin`";

/// The headers that are not a [`Property::Header`], because other properties contain them, or every page sends them.
const OTHER_HEADERS: [&str; 3] = ["origin", "accept", REQUEST_METHOD];

/// The requests of a check that get no response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Silence {
    /// The description of the requests without a response, such as "requests with `Cookie`". No answered request fits it.
    /// `None` if the check found no such description.
    pub(crate) subject: Option<String>,
    /// The minimum length of a header value that gets no response, if only the length is the reason.
    pub(crate) min_length: Option<usize>,
    /// The kinds and methods of the requests that get a response.
    answered: BTreeSet<(RequestKind, String)>,
}

/// A property of requests that can be the reason for a missing response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Property {
    /// The name of a header.
    Header,
    /// The method, or [`PREFLIGHT`].
    Method,
    /// The kind of the origin, as a part of a sentence.
    OriginKind,
    /// The method that a preflight requests.
    RequestedMethod,
    /// A header name that a preflight requests.
    RequestedName,
    Origin,
}

const PROPERTIES: [Property; 6] = [
    Property::Header,
    Property::Method,
    Property::OriginKind,
    Property::RequestedMethod,
    Property::RequestedName,
    Property::Origin,
];

/// The properties that can be the reason only together with the kind of the origin.
const PROPERTIES_OF_KINDS: [Property; 4] = [
    Property::Method,
    Property::Header,
    Property::RequestedMethod,
    Property::RequestedName,
];

/// A request, and whether it got a response.
type Sent<'x> = (&'x HttpRequest, bool);

impl Silence {
    pub(crate) fn new(expectations: &Expectations, answered: &[Answered]) -> Self {
        let requests = answered.iter().flat_map(|(probe, answers)| {
            let lines = probe.requests().iter().zip(answers);
            lines.filter_map(|(line, answer)| Some((&line.request, answer.as_ref()?)))
        });
        let has_timeout = requests
            .clone()
            .any(|(_, answer)| matches!(answer, Err(ExchangeError::Timeout)));
        let requests = requests.map(|(request, answer)| (request, answer.is_ok()));
        let mut requests: Vec<Sent<'_>> = requests.collect();
        let responses = requests.iter().filter(|(_, is_answered)| *is_answered);
        let answered = responses.map(|(request, _)| {
            let method = request.method.to_string();
            (request_kind(expectations, request), method)
        });
        let mut silence = Self {
            answered: answered.collect(),
            ..Self::default()
        };
        let are_all_answered = requests.iter().all(|(_, is_answered)| *is_answered);
        if are_all_answered || silence.answered.is_empty() {
            return silence;
        }
        // A server that is too slow for a long header has no limit for the length.
        silence.min_length = min_length(&requests).filter(|_| !has_timeout);
        // A server can close the connection after a malformed `Origin`, even if the other failures have another reason.
        let is_malformed =
            |(request, is_answered): &Sent<'_>| !is_answered && has_malformed_origin(request);
        let mut failures = requests.iter().filter(|(_, is_answered)| !is_answered);
        if !failures.all(is_malformed) {
            requests.retain(|request| !is_malformed(request));
        }
        silence.subject = match silence.min_length {
            Some(length) => {
                let mut failures = requests.iter().filter(|(_, is_answered)| !is_answered);
                let noun = if failures.all(|(request, _)| is_like_preflight(request)) {
                    "preflights"
                } else {
                    "requests"
                };
                Some(format!("{noun} with a header of {length} bytes or more"))
            }
            None => subject(expectations, &requests),
        };
        silence
    }

    /// Whether a request of this kind gets a response.
    pub(super) fn answers_kind(&self, searched: RequestKind) -> bool {
        self.answered.iter().any(|(kind, _)| *kind == searched)
    }

    /// Whether a request with this method gets a response.
    pub(super) fn answers_method(&self, searched: &str) -> bool {
        self.answered.iter().any(|(_, method)| method == searched)
    }
}

/// Returns the length of the shortest header without a response, if every longer header gets no response, every
/// request without such a header gets one, and the header is long.
fn min_length(requests: &[Sent<'_>]) -> Option<usize> {
    let lengths = |is_searched: bool| {
        let requests = requests
            .iter()
            .filter(move |(_, is_answered)| *is_answered == is_searched);
        requests.map(|(request, _)| {
            let headers = request.header_list.iter();
            let lengths = headers.map(|(_, value)| value.as_bytes().len());
            lengths.max().unwrap_or_default()
        })
    };
    let shortest = lengths(false).min()?;
    let is_reason = lengths(false).count() >= MIN_REQUESTS
        && shortest >= MIN_LONG_VALUE_BYTES
        && lengths(true).all(|length| length < shortest);
    is_reason.then_some(shortest)
}

/// Describes the requests without a response. The description with the fewest values is the best. If no description fits all of
/// these requests, a description that fits most of them also has the number of the others.
fn subject(expectations: &Expectations, requests: &[Sent<'_>]) -> Option<String> {
    let failures = requests.iter().filter(|(_, is_answered)| !is_answered);
    let max_others = failures.count() / MIN_COVERED_PER_OTHER;
    let exact = described_requests(expectations, requests, 0);
    exact.or_else(|| described_requests(expectations, requests, max_others))
}

fn described_requests(
    expectations: &Expectations,
    requests: &[Sent<'_>],
    max_others: usize,
) -> Option<String> {
    let single = PROPERTIES.into_iter().filter_map(|property| {
        let values = |request: &HttpRequest| values(expectations, request, property);
        Some((property, covering_values(requests, max_others, values)?))
    });
    let best = single.min_by_key(|(_, (values, others))| (*others, values.len()));
    if let Some((property, (values, others))) = best {
        return Some(with_others(described(property, &values, ""), others));
    }
    PROPERTIES_OF_KINDS.into_iter().find_map(|property| {
        let of_kind = |request: &HttpRequest| {
            let kind = described_kind(expectations, request);
            let values = values(expectations, request, property).into_iter();
            values.map(|value| (kind, value)).collect::<Vec<_>>()
        };
        let (pairs, others) = covering_values(requests, max_others, of_kind)?;
        let (kinds, values): (BTreeSet<&str>, BTreeSet<String>) = pairs.into_iter().unzip();
        let mut kinds = kinds.into_iter();
        let kind = kinds.next().filter(|_| kinds.next().is_none())?;
        Some(with_others(described(property, &values, kind), others))
    })
}

fn with_others(subject: String, others: usize) -> String {
    match others {
        0 => subject,
        1 => format!("{subject} and 1 other request"),
        _ => format!("{subject} and {others} other requests"),
    }
}

/// Returns the fewest values so that no answered request has one of them, and each request without a response has one. At most
/// `max_others` requests without a response have none of the values; also returns their number.
fn covering_values<T: Ord + Clone>(
    requests: &[Sent<'_>],
    max_others: usize,
    values: impl Fn(&HttpRequest) -> Vec<T>,
) -> Option<(BTreeSet<T>, usize)> {
    let mut failed: BTreeMap<T, BTreeSet<usize>> = BTreeMap::new();
    let mut uncovered: BTreeSet<usize> = BTreeSet::new();
    let mut answered: BTreeSet<T> = BTreeSet::new();
    for (index, (request, is_answered)) in requests.iter().enumerate() {
        let values = values(request);
        if *is_answered {
            answered.extend(values);
            continue;
        }
        uncovered.insert(index);
        for value in values {
            failed.entry(value).or_default().insert(index);
        }
    }
    failed.retain(|value, indexes| !answered.contains(value) && indexes.len() >= MIN_REQUESTS);
    let mut covering = BTreeSet::new();
    while uncovered.len() > max_others && covering.len() < MAX_VALUES {
        let (value, indexes) = failed
            .iter()
            .max_by_key(|(_, indexes)| indexes.intersection(&uncovered).count())?;
        let rest: BTreeSet<usize> = uncovered.difference(indexes).copied().collect();
        if rest.len() == uncovered.len() {
            return None;
        }
        covering.insert(value.clone());
        uncovered = rest;
    }
    (uncovered.len() <= max_others && !covering.is_empty()).then_some((covering, uncovered.len()))
}

fn values(expectations: &Expectations, request: &HttpRequest, property: Property) -> Vec<String> {
    let list = &request.header_list;
    let is_preflight = is_like_preflight(request);
    match property {
        Property::Header => {
            let names = list
                .iter()
                .map(|(name, _)| name.as_str().to_ascii_lowercase());
            let names = names.filter(|name| !OTHER_HEADERS.contains(&name.as_str()));
            names.collect()
        }
        Property::Method if is_preflight => Vec::from([PREFLIGHT.to_string()]),
        Property::Method => Vec::from([request.method.to_string()]),
        Property::OriginKind => Vec::from([described_kind(expectations, request).to_string()]),
        Property::RequestedMethod if is_preflight => elements(list, REQUEST_METHOD),
        Property::RequestedName if is_preflight => {
            let names = elements(list, REQUEST_HEADERS).into_iter();
            names.map(|name| name.to_ascii_lowercase()).collect()
        }
        Property::RequestedMethod | Property::RequestedName => Vec::new(),
        Property::Origin => {
            let lines = list.values("origin").map(HeaderValue::as_bytes);
            lines.map(isomorphic_decode).collect()
        }
    }
}

/// Returns the end of a sentence that begins with "requests".
fn described_kind(expectations: &Expectations, request: &HttpRequest) -> &'static str {
    let is_null = || request.header_list.get("origin").as_deref() == Some(b"null");
    match origin_kind(expectations, request) {
        OriginKind::Denied if is_null() => NULL,
        OriginKind::Denied if has_malformed_origin(request) => MALFORMED,
        OriginKind::Denied => " of denied origins",
        OriginKind::Allowed => " of allowed origins",
        OriginKind::Own => " of the server's own pages",
        OriginKind::Missing => " without `Origin`",
        OriginKind::Several => " with several `Origin` lines",
    }
}

/// Describes the requests with one of the values. `kind` is the kind of their origins, if it matters.
fn described(property: Property, values: &BTreeSet<String>, kind: &str) -> String {
    let quoted = |value: &String| format!("`{}`", value.escape_debug());
    let joined = |quoted: Vec<String>| super::recognize::joined(quoted, "or");
    let named = || joined(values.iter().map(quoted).collect());
    let of_methods = |noun: &str| match values.len() {
        1 => format!("the {noun} {}", named()),
        _ => format!("the {noun}s {}", named()),
    };
    let options = Method::OPTIONS.as_str();
    match property {
        Property::Header => {
            let names = values.iter().map(|name| format!("`{}`", capitalized(name)));
            format!("requests{kind} with {}", joined(names.collect()))
        }
        Property::Method if values.iter().eq([PREFLIGHT]) => format!("preflights{kind}"),
        Property::Method if values.iter().eq([options]) => {
            format!("OPTIONS requests{kind} that are not preflights")
        }
        Property::Method => {
            let values = values.iter().map(|value| match value.as_str() {
                PREFLIGHT => String::from("preflights"),
                method => format!("requests with the method `{}`", method.escape_debug()),
            });
            let each: Vec<String> = values.map(|noun| [&*noun, kind].concat()).collect();
            super::recognize::joined(each, "and")
        }
        Property::OriginKind => {
            let of_denied = [NULL, MALFORMED];
            let has_denied = values.contains(" of denied origins");
            let kinds = values.iter().map(String::as_str);
            let kinds = kinds.filter(|kind| !(has_denied && of_denied.contains(kind)));
            let nouns = kinds.map(|kind| ["requests", kind].concat());
            super::recognize::joined(nouns.collect(), "and")
        }
        Property::RequestedMethod => format!("preflights{kind} for {}", of_methods("method")),
        Property::RequestedName => {
            format!("preflights{kind} with {}", of_methods("request header"))
        }
        Property::Origin => format!("requests with the `Origin` {}", named()),
    }
}
