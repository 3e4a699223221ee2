//! Finds the condition on which a permitted preflight gets an error: the requested method, a requested header name, or the number
//! of these names, and perhaps also the origin.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use http::StatusCode;

use super::{
    recognize::facts::{
        ALLOW_METHODS, ALLOW_ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, elements, has_long_names,
        is_error, requested_names, single,
    },
    requests::origin_kind,
};
use crate::{
    cases::Exchange,
    conformance::harness::{expectations::Expectations, report::request_kind::OriginKind},
    infrastructure::{header::HeaderValue, origin::Origin},
};

/// The maximum number of conditions. A server that fails on more conditions has another reason.
const MAX_CONDITIONS: usize = 3;

/// A part of a preflight that can be the reason for an error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// The preflight requests no header names.
    NoNames,
    SeveralNames,
    Name(String),
    Method(String),
}

impl Part {
    /// Returns the parts of a preflight.
    fn all(preflight: &Exchange) -> BTreeSet<Self> {
        let list = &preflight.request.header_list;
        let names = requested_names(preflight);
        let lines = list.values(REQUEST_HEADERS).map(HeaderValue::as_bytes);
        let lines: Vec<&[u8]> = lines.collect();
        let of_count = if lines.iter().all(|line| line.is_empty()) {
            Some(Self::NoNames)
        } else if lines.len() > 1 || lines.iter().any(|line| line.contains(&b',')) {
            Some(Self::SeveralNames)
        } else {
            None
        };
        let methods = elements(list, REQUEST_METHOD).into_iter();
        let parts = names.into_iter().map(Self::Name);
        let parts = parts.chain(methods.map(Self::Method));
        parts.chain(of_count).collect()
    }

    /// Returns the end of a sentence that begins with "preflights".
    fn described(&self) -> String {
        match self {
            Self::NoNames => String::from("without `Access-Control-Request-Headers`"),
            Self::SeveralNames => String::from("with several request headers"),
            Self::Name(name) => format!("with the request header `{}`", name.escape_debug()),
            Self::Method(method) => format!("for the method `{}`", method.escape_debug()),
        }
    }
}

/// A condition on which a server sends an error in place of the answer to a permitted preflight: a part of the preflight, and
/// its origin if only preflights of this origin fail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Condition {
    origin: Option<String>,
    pub(super) part: Part,
}

impl Condition {
    /// Returns the conditions that a preflight fulfills, with or without its origin.
    fn all(preflight: &Exchange, with_origin: bool) -> BTreeSet<Self> {
        let origin = single(&preflight.request.header_list, "origin");
        let origin = origin.map(|origin| String::from_utf8_lossy(&origin).into_owned());
        let origin = origin.filter(|_| with_origin);
        let parts = Part::all(preflight).into_iter();
        let conditions = parts.map(|part| Self {
            origin: origin.clone(),
            part,
        });
        conditions.collect()
    }

    /// Whether the condition is that the preflight requests no header names, whatever its origin is.
    pub(super) fn is_of_no_names(&self) -> bool {
        self.origin.is_none() && self.part == Part::NoNames
    }

    /// Returns the origin, if only preflights of this origin fail.
    pub(super) fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// Describes the preflights that fulfill the condition.
    pub(super) fn described(&self) -> String {
        let of = self.origin.as_ref().map_or_else(String::new, |origin| {
            format!(" of `{}`", origin.escape_debug())
        });
        format!("preflights{of} {}", self.part.described())
    }
}

/// The conditions on which a server sends an error in place of the answer to a permitted preflight.
#[derive(Debug, Default)]
pub(super) struct FailedPreflights {
    /// The condition that explains the most errors comes first.
    conditions: Vec<Condition>,
}

impl FailedPreflights {
    /// Finds the conditions. Every permitted preflight that fulfills one of these conditions fails, and a permitted preflight that
    /// fulfills none of them gets another answer.
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange>,
        is_failure: fn(&Exchange) -> bool,
    ) -> Self {
        let (mut failed, mut answered): (Vec<&Exchange>, Vec<&Exchange>) =
            exchanges.partition(|exchange| is_failure(exchange));
        let mut found = Self::default();
        failed.retain(|exchange| is_permitted(expectations, exchange));
        if failed.is_empty() {
            return found;
        }
        answered.retain(|exchange| is_permitted(expectations, exchange));
        for with_origin in [false, true] {
            let answered = answered.iter();
            let answered: BTreeSet<Condition> = answered
                .flat_map(|exchange| Condition::all(exchange, with_origin))
                .collect();
            // If the server refuses all preflights of an origin, the origin is the reason.
            let origins: BTreeSet<&Option<String>> =
                answered.iter().map(|condition| &condition.origin).collect();
            while found.conditions.len() < MAX_CONDITIONS {
                let mut counts: BTreeMap<Condition, usize> = BTreeMap::new();
                let conditions = failed
                    .iter()
                    .flat_map(|exchange| Condition::all(exchange, with_origin));
                for condition in conditions {
                    if !answered.contains(&condition) && origins.contains(&condition.origin) {
                        *counts.entry(condition).or_default() += 1;
                    }
                }
                // If no preflight without names succeeds, the method of such a preflight is not the reason.
                let best = counts
                    .into_iter()
                    .max_by_key(|(condition, count)| (condition.is_of_no_names(), *count));
                let Some((best, _)) = best else {
                    break;
                };
                failed.retain(|exchange| !Condition::all(exchange, with_origin).contains(&best));
                found.conditions.push(best);
            }
        }
        found
    }

    /// Returns the condition that explains why the preflight gets an error.
    pub(super) fn condition(&self, preflight: &Exchange) -> Option<&Condition> {
        if self.conditions.is_empty() {
            return None;
        }
        let mut of_preflight = Condition::all(preflight, false);
        of_preflight.extend(Condition::all(preflight, true));
        let mut conditions = self.conditions.iter();
        conditions.find(|condition| of_preflight.contains(condition))
    }
}

/// Whether the response is an error. A login is a reason of its own, so the status 401 does not count.
pub(super) fn has_error(exchange: &Exchange) -> bool {
    is_error(exchange) && exchange.response.status != StatusCode::UNAUTHORIZED
}

/// Whether the response has a status from 200 to 299, and has no `Access-Control-Allow-Origin`.
pub(super) fn lacks_headers(exchange: &Exchange) -> bool {
    let response = &exchange.response;
    response.status.is_success() && !response.header_list.contains(ALLOW_ORIGIN)
}

/// Whether the response has a status from 200 to 299, and allows an origin, but has no `Access-Control-Allow-Methods`.
pub(super) fn lacks_methods(exchange: &Exchange) -> bool {
    let response = &exchange.response;
    response.status.is_success()
        && response.header_list.contains(ALLOW_ORIGIN)
        && !response.header_list.contains(ALLOW_METHODS)
}

/// Whether the exchange is a preflight of an allowed page that the policy permits. The requested header names are not long, and
/// are in one line.
fn is_permitted(expectations: &Expectations, exchange: &Exchange) -> bool {
    let request = &exchange.request;
    if !request.is_preflight()
        || has_long_names(exchange)
        || request.header_list.values(REQUEST_HEADERS).count() > 1
        || origin_kind(expectations, request) != OriginKind::Allowed
    {
        return false;
    }
    let origin = single(&request.header_list, "origin").unwrap_or_default();
    let is_usual =
        Origin::parse(&*origin).is_ok_and(|origin| expectations.is_listed_or_usual(&origin));
    let origin = String::from_utf8_lossy(&origin);
    let names = elements(&request.header_list, REQUEST_HEADERS);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut methods = elements(&request.header_list, REQUEST_METHOD).into_iter();
    is_usual && methods.all(|method| expectations.permits(&origin, &method, &names, false))
}
