//! Judges pairs of exchanges that differ only in the origin, in a header or in a length.

use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};
use core::time::Duration;

use http::Method;

use crate::conformance::{
    harness::{
        expectations::Expectations,
        probes::probe::{Plan, Probe},
        report::violation::Violation,
    },
    laws::{
        Law, harmless_origin_is_not_refused, preflight_time_grows_linearly,
        request_vary_is_not_copied,
    },
};
use crate::{
    cases::Exchange,
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, origin::Origin},
};

/// A probe and one of its exchanges.
pub(crate) type Judged = (Probe, Exchange);

/// The time to answer a long preflight.
#[derive(Debug, Clone)]
pub(crate) struct TimedPreflight {
    /// The kind of the probe: probes of one kind differ in length only.
    pub(crate) kind: String,
    pub(crate) exchange: Exchange,
    pub(crate) duration: Duration,
}

/// The origin of a request that a server answers with every policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harmless {
    /// The server's own origin.
    Own,
    /// No `Origin`.
    Missing,
    /// `Origin: null`.
    Null,
}

impl Harmless {
    fn from_request(request: &HttpRequest) -> Option<Self> {
        let is_read = matches!(request.method, Method::GET | Method::HEAD);
        if request.method == Method::OPTIONS {
            return None;
        }
        match origin(request) {
            // A server may refuse a form that another site submits. Such a request can be without `Origin`, or have the
            // origin `null`.
            None => is_read.then_some(Self::Missing),
            Some(value) if value == "null" => is_read.then_some(Self::Null),
            Some(value) => {
                let origin = Origin::parse(value).ok()?;
                origin
                    .is_same_origin_with(&request.url)
                    .then_some(Self::Own)
            }
        }
    }

    const fn described(self) -> &'static str {
        match self {
            Self::Own => "of the server's own pages",
            Self::Missing => "without `Origin`",
            Self::Null => "with `Origin: null`",
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Own => {
                "do not apply the policy to the server's own origin, which browsers send with every POST, PUT, PATCH and DELETE"
            }
            Self::Missing => {
                "answer requests without `Origin`: they are not cross-origin, or not from a page"
            }
            Self::Null => {
                "answer with the usual status and without CORS headers: the browser keeps the page from reading the response"
            }
        }
    }
}

/// Whether the request has the origin of a page of another server.
fn is_other_page(request: &HttpRequest) -> bool {
    let origin = origin(request).and_then(|origin| Origin::parse(origin).ok());
    origin.is_some_and(|origin| !origin.is_same_origin_with(&request.url))
}

fn origin(request: &HttpRequest) -> Option<String> {
    let value = request.header_list.get("origin")?;
    Some(isomorphic_decode(&value))
}

/// Finds requests that a server refuses because of an origin to which a CORS policy does not apply.
pub(crate) fn find_refusals(expectations: &Expectations, exchanges: &[Judged]) -> Vec<Violation> {
    // Similar requests have one representative, so that the number of comparisons stays small.
    let mut harmless_requests: BTreeMap<_, &Judged> = BTreeMap::new();
    for judged in exchanges {
        let (probe, exchange) = judged;
        let status = exchange.response.status;
        // `find_crashes` finds the server errors of requests that are not from a page.
        if matches!(probe.plan, Plan::Single) && status.is_server_error() {
            continue;
        }
        if let Some(harmless) = Harmless::from_request(&exchange.request) {
            let request = &exchange.request;
            let key = (
                harmless,
                request.method.as_str(),
                request.url.as_str(),
                status,
            );
            harmless_requests.entry(key).or_insert(judged);
        }
    }
    let refused = harmless_requests.into_iter().filter_map(|(key, judged)| {
        let (harmless, (probe, exchange)) = (key.0, judged);
        let status = exchange.response.status;
        let is_comparable = |other: &Exchange| {
            let is_same = other.request.method == exchange.request.method
                && other.request.url == exchange.request.url;
            let origin = origin(&other.request);
            let is_allowed = origin
                .as_ref()
                .is_some_and(|origin| expectations.lets_read(origin, false));
            let is_comparable = match harmless {
                Harmless::Own => origin.is_none() || is_allowed,
                Harmless::Missing => is_allowed,
                // A server may refuse every origin that is not allowed.
                Harmless::Null => {
                    expectations.lets_read("null", false)
                        || status.is_server_error()
                        || (!is_allowed && is_other_page(&other.request))
                }
            };
            is_same && is_comparable && origin != self::origin(&exchange.request)
        };
        let others = exchanges.iter().map(|(_, other)| other);
        let mut others = others.filter(|other| is_comparable(other));
        let (other, violation) = others.find_map(|other| {
            let law = harmless_origin_is_not_refused(status, other.response.status);
            law.err().map(|violation| (other, violation))
        })?;
        let message = format!(
            "{} requests {} fail: {violation}: {}",
            exchange.request.method,
            harmless.described(),
            harmless.advice(),
        );
        let exchanges = vec![other.clone(), exchange.clone()];
        let law = Law::HarmlessOriginIsNotRefused;
        Some(Violation {
            detail: format!("{harmless:?} {}", exchange.request.method),
            advice: harmless.advice(),
            ..Violation::new(law, &probe.name, message, exchanges)
        })
    });
    refused.collect()
}

/// Finds a `Vary` that the server copies from the request.
pub(crate) fn find_copied_vary(exchanges: &[Judged]) -> Option<Violation> {
    let with_vary = exchanges.iter().filter(|(_, exchange)| {
        let list = &exchange.request.header_list;
        list.contains("vary")
    });
    with_vary
        .filter_map(|(probe, exchange)| {
            let mut others = exchanges.iter().map(|(_, other)| other);
            let without =
                others.find(|other| is_without_vary(&other.request, &exchange.request))?;
            let request = http::Request::try_from(&exchange.request).ok()?;
            let response = http::Response::try_from(&exchange.response).ok()?;
            let plain = http::Response::try_from(&without.response).ok()?;
            let violation = request_vary_is_not_copied(&request, &response, &plain).err()?;
            let law = Law::RequestVaryIsNotCopied;
            let message = format!("{violation}: {}", law.advice().unwrap_or(probe.advice));
            let exchanges = vec![exchange.clone()];
            Some(Violation::new(law, &probe.name, message, exchanges))
        })
        .next()
}

/// Whether the requests are equal apart from `Vary`, which `plain` does not have.
fn is_without_vary(plain: &HttpRequest, request: &HttpRequest) -> bool {
    const NAMES: [&str; 3] = [
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
    ];
    let mut names = NAMES.into_iter();
    plain.method == request.method
        && plain.url == request.url
        && !plain.header_list.contains("vary")
        && names.all(|name| plain.header_list.get(name) == request.header_list.get(name))
}

/// Finds preflights whose time grows faster than their length.
pub(crate) fn find_slow_preflights(timed: &[TimedPreflight]) -> Option<Violation> {
    let mut kinds: Vec<&str> = Vec::new();
    for preflight in timed {
        if !kinds.contains(&&*preflight.kind) {
            kinds.push(&preflight.kind);
        }
    }
    kinds.into_iter().find_map(|kind| {
        let same = timed.iter().filter(|preflight| preflight.kind == kind);
        let length = |preflight: &TimedPreflight| -> usize {
            let headers = preflight.exchange.request.header_list.iter();
            headers.map(|(_, value)| value.as_bytes().len()).sum()
        };
        let times: Vec<_> = same
            .clone()
            .map(|preflight| (length(preflight), preflight.duration))
            .collect();
        let violation = preflight_time_grows_linearly(&times).err()?;
        let law = Law::PreflightTimeGrowsLinearly;
        let message = format!("{violation}: {}", law.advice().unwrap_or_default());
        let exchanges: Vec<_> = same.map(|preflight| preflight.exchange.clone()).collect();
        Some(Violation::new(law, kind, message, exchanges))
    })
}
