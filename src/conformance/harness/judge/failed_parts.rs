//! Finds the parts of requests on which a server always fails: a header of the request, or the beginning of the header names
//! that a preflight requests.

use alloc::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use super::{
    recognize::facts::{
        REQUEST_HEADERS, REQUEST_METHOD, elements_of_line, has_long_names, is_like_preflight,
        requested_names, single,
    },
    request_parts::parts_if,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::probes::{probe::CREDENTIALS, special_headers::is_special_name},
        laws::support::limits::MIN_LONG_VALUE_BYTES,
    },
    explain::header_name::capitalized,
    infrastructure::{bytes::isomorphic_decode, header::HeaderValue},
};

/// The maximum number of conditions. A server that fails on more parts has another reason.
const MAX_CONDITIONS: usize = 3;

/// The methods of requests that usually have a body.
const METHODS_WITH_BODY: [&str; 3] = ["POST", "PUT", "PATCH"];

/// The minimum number of different lists of requested header names with a part. Fewer lists can have another reason.
const MIN_LISTS: usize = 2;

/// A part of a request that can be the reason why a server fails.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The name of a header, in lower case.
    Header(String),
    /// A header with one of several usual values: its name, and its value without parameters.
    Value(&'static str, String),
    /// The beginning of a header name that a preflight requests, up to the first hyphen.
    Names(String),
    /// A preflight requests several header names.
    SeveralNames,
    /// A request with this method has no `Content-Type`. Browsers send this header only with a body.
    NoContentType(String),
}

/// The use of the parts of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    /// The request failed, and its parts are possible reasons. The length of a long header is another possible reason, so a long
    /// header is not a part.
    Search,
    /// The request failed, and a known reason can explain this.
    Explanation,
    /// The request was answered, so its parts are not the reason. A server can compare names byte for byte, and can read only one
    /// of several lines. So the request has only the parts that every server reads.
    Exclusion,
}

impl Part {
    /// Returns the parts of a request. `Cookie` and `Authorization` are parts only if `with_credentials` is true.
    fn all(exchange: &Exchange, used_for: Use, with_credentials: bool) -> BTreeSet<Self> {
        let list = &exchange.request.header_list;
        let names = list.iter().filter(|(_, value)| {
            used_for != Use::Search || value.as_bytes().len() < MIN_LONG_VALUE_BYTES
        });
        let names = names.map(|(name, _)| name.as_str().to_ascii_lowercase());
        let is_part = |name: &String| is_reason(name) && (with_credentials || !is_login(name));
        let headers = names.filter(is_part).map(Self::Header);
        let mut parts: BTreeSet<Self> = headers.collect();
        if let Some(accept) = single(list, "accept").filter(|accept| accept != b"*/*") {
            parts.insert(Self::Value("accept", isomorphic_decode(&accept)));
        }
        let method = exchange.request.method.as_str();
        if METHODS_WITH_BODY.contains(&method) && !list.contains("content-type") {
            parts.insert(Self::NoContentType(String::from(method)));
        }
        if let Some(media_type) = single(list, "content-type") {
            let media_type = isomorphic_decode(&media_type);
            let essence = media_type.split(';').next().unwrap_or_default();
            parts.insert(Self::Value("content-type", String::from(essence.trim())));
        }
        if is_like_preflight(&exchange.request) {
            parts.extend(Self::of_names(exchange, used_for));
        }
        parts
    }

    /// Returns the parts of a preflight that are about the header names that it requests.
    fn of_names(preflight: &Exchange, used_for: Use) -> BTreeSet<Self> {
        let lines = preflight.request.header_list.values(REQUEST_HEADERS);
        let lines: Vec<&[u8]> = lines.map(HeaderValue::as_bytes).collect();
        let mut bytes = lines.iter().flat_map(|line| line.iter());
        let is_clear = match used_for {
            Use::Search => !has_long_names(preflight),
            Use::Explanation => true,
            Use::Exclusion => lines.len() == 1 && !bytes.any(u8::is_ascii_uppercase),
        };
        if !is_clear {
            return BTreeSet::new();
        }
        let lists = lines.iter().map(|line| String::from_utf8_lossy(line));
        let lists: Vec<Cow<'_, str>> = lists.collect();
        let names = lists.iter().flat_map(|line| elements_of_line(line));
        let mut beginnings: Vec<&str> = names.clone().filter_map(beginning).collect();
        // A long list has many names with the same beginning.
        beginnings.dedup();
        let beginnings = beginnings.iter().map(|start| start.to_ascii_lowercase());
        let mut parts: BTreeSet<Self> = beginnings.map(Self::Names).collect();
        // A server that counts commas finds several names in a list with only commas.
        let has_comma = || lines.iter().any(|line| line.contains(&b','));
        if names.take(2).count() > 1 || (used_for == Use::Explanation && has_comma()) {
            parts.insert(Self::SeveralNames);
        }
        parts
    }

    /// Whether both parts are headers, and have different names.
    fn is_other_header(&self, other: &Self) -> bool {
        self.header().is_some() && other.header().is_some() && self.header() != other.header()
    }

    /// Returns the name of a header of the request.
    fn header(&self) -> Option<&str> {
        match self {
            Self::Header(name) => Some(name),
            Self::Value(name, _) => Some(name),
            Self::Names(_) | Self::SeveralNames | Self::NoContentType(_) => None,
        }
    }

    fn is_of_preflights(&self) -> bool {
        matches!(self, Self::Names(_) | Self::SeveralNames)
    }

    fn described(&self) -> String {
        match self {
            Self::Header(name) => capitalized(name),
            Self::Value(name, value) => format!("{}: {value}", capitalized(name)),
            Self::Names(beginning) => format!(
                "preflights for request headers that begin with `{}`",
                beginning.escape_debug()
            ),
            Self::SeveralNames => String::from("preflights for several request headers"),
            Self::NoContentType(method) => format!("{method} requests"),
        }
    }
}

/// Whether a header with this name can be the reason for a failure.
fn is_reason(name: &str) -> bool {
    !["origin", "accept", REQUEST_METHOD, REQUEST_HEADERS].contains(&name)
}

/// Whether the header has the credentials of a user.
fn is_login(name: &str) -> bool {
    let mut credentials = CREDENTIALS.iter();
    credentials.any(|(_, credential, _)| *credential == name)
}

/// Returns the beginning of a header name, with its first hyphen.
fn beginning(name: &str) -> Option<&str> {
    let (beginning, _) = name.split_once('-')?;
    name.get(..=beginning.len())
}

/// The parts that occur in the same failed requests.
type Condition = BTreeSet<Part>;

/// The parts of requests on which a server always fails.
#[derive(Debug, Default)]
pub(super) struct FailedParts {
    /// The condition that explains the most failures comes first.
    conditions: Vec<Condition>,
    /// Whether `Cookie` and `Authorization` are parts of requests. They are a reason of their own for server errors.
    with_credentials: bool,
}

impl FailedParts {
    /// Finds the parts. Every request with such a part fails, and a request that differs only in this part does not fail.
    /// `answered` has the requests that do not fail. An answer that has another reason, for which `has_other_reason` returns
    /// true, does not show that the server answers requests with its parts.
    pub(super) fn new<'x>(
        mut failed: Vec<&'x Exchange>,
        answered: &[&'x Exchange],
        with_credentials: bool,
        has_other_reason: impl Fn(&Exchange) -> bool,
    ) -> Self {
        let mut found = Self {
            with_credentials,
            ..Self::default()
        };
        if failed.is_empty() {
            return found;
        }
        let answered = Answered::new(answered, with_credentials, has_other_reason);
        while found.conditions.len() < MAX_CONDITIONS {
            let mut parts: BTreeMap<Part, BTreeSet<usize>> = BTreeMap::new();
            for (index, exchange) in failed.iter().enumerate() {
                for part in Part::all(exchange, Use::Search, with_credentials) {
                    if !answered.parts.contains(&part) {
                        parts.entry(part).or_default().insert(index);
                    }
                }
            }
            parts.retain(|part, indexes| {
                let failed = indexes.iter().filter_map(|index| failed.get(*index));
                answered.differ_only_in(part, failed.copied())
            });
            let best = parts
                .iter()
                .max_by_key(|(part, indexes)| (indexes.len(), matches!(part, Part::Header(_))));
            let Some((best, indexes)) = best else {
                break;
            };
            let same = parts.iter().filter(|(part, others)| {
                *part == best || (*others == indexes && part.is_other_header(best))
            });
            let condition: Condition = same.map(|(part, _)| part.clone()).collect();
            failed.retain(|exchange| {
                Part::all(exchange, Use::Explanation, with_credentials).is_disjoint(&condition)
            });
            found.conditions.push(condition);
        }
        found
    }

    /// Returns the names of the headers, if one of them is the reason why the server fails on the request. A header with usual
    /// values has its value.
    pub(super) fn headers(&self, exchange: &Exchange) -> Option<BTreeSet<String>> {
        let condition = self.condition(exchange, |part| part.header().is_some())?;
        Some(condition.iter().map(Part::described).collect())
    }

    /// Describes the preflights with the same requested header names, if these names are the reason why the server fails.
    pub(super) fn preflights(&self, preflight: &Exchange) -> Option<String> {
        let condition = self.condition(preflight, Part::is_of_preflights)?;
        condition.iter().map(Part::described).next()
    }

    /// Describes the requests with the same method if the server fails on them because they have no `Content-Type`.
    pub(super) fn without_content_type(&self, exchange: &Exchange) -> Option<String> {
        let is_of_type = |part: &Part| matches!(part, Part::NoContentType(_));
        let condition = self.condition(exchange, is_of_type)?;
        condition.iter().map(Part::described).next()
    }

    /// Returns the headers with credentials that are a reason for failures.
    pub(super) fn credentials(&self) -> impl Iterator<Item = String> {
        let parts = self.conditions.iter().flatten();
        let logins = parts.filter(|part| part.header().is_some_and(is_login));
        logins.map(Part::described)
    }

    /// Whether a part of the request is the reason why the server fails on it.
    pub(super) fn explains(&self, exchange: &Exchange) -> bool {
        self.condition(exchange, |_| true).is_some()
    }

    fn condition(
        &self,
        exchange: &Exchange,
        is_selected: impl Fn(&Part) -> bool,
    ) -> Option<&Condition> {
        if self.conditions.is_empty() {
            return None;
        }
        let parts = Part::all(exchange, Use::Explanation, self.with_credentials);
        let mut conditions = self.conditions.iter();
        conditions
            .find(|condition| condition.iter().all(&is_selected) && !parts.is_disjoint(condition))
    }
}

/// The requests on which a server does not fail.
struct Answered<'x> {
    exchanges: &'x [&'x Exchange],
    parts: BTreeSet<Part>,
    /// The texts of the requests without their special headers.
    without_special: BTreeSet<String>,
}

impl<'x> Answered<'x> {
    fn new(
        exchanges: &'x [&'x Exchange],
        with_credentials: bool,
        has_other_reason: impl Fn(&Exchange) -> bool,
    ) -> Self {
        let parts = exchanges.iter();
        let parts = parts.filter(|exchange| !has_other_reason(exchange));
        let parts =
            parts.flat_map(|exchange| Part::all(exchange, Use::Exclusion, with_credentials));
        let texts = exchanges.iter();
        let texts = texts.map(|exchange| without_header(exchange, ""));
        Self {
            exchanges,
            parts: parts.collect(),
            without_special: texts.collect(),
        }
    }

    /// Whether a failed request with the part differs from an answered request only in this part.
    fn differ_only_in<'f>(
        &self,
        part: &Part,
        mut failed: impl Iterator<Item = &'f Exchange>,
    ) -> bool {
        match part {
            Part::Header(name) if !is_special_name(name) => {
                let texts = self.exchanges.iter();
                let texts = texts.map(|exchange| without_header(exchange, name));
                let texts: BTreeSet<String> = texts.collect();
                failed.any(|exchange| texts.contains(&without_header(exchange, name)))
            }
            Part::Header(_) | Part::Value(..) | Part::NoContentType(_) => {
                failed.any(|exchange| self.without_special.contains(&without_header(exchange, "")))
            }
            Part::Names(_) | Part::SeveralNames => {
                let text = |exchange: &Exchange| without_header(exchange, REQUEST_HEADERS);
                let answered = self.exchanges.iter().copied();
                let answered: BTreeSet<String> = answered
                    .filter(|exchange| is_like_preflight(&exchange.request))
                    .map(text)
                    .collect();
                let mut lists = BTreeSet::new();
                let mut is_only_difference = false;
                for exchange in failed {
                    is_only_difference |= answered.contains(&text(exchange));
                    lists.insert(requested_names(exchange));
                }
                is_only_difference && lists.len() >= MIN_LISTS
            }
        }
    }
}

/// Returns the text of a request without its special headers, and without one more header.
fn without_header(exchange: &Exchange, left_out: &str) -> String {
    parts_if(&exchange.request, |name| {
        name != left_out && !is_special_name(name)
    })
}
