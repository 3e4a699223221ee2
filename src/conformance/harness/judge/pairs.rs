//! Compares exchanges that differ in only one thing: in `Origin`, in another header, or in the length of a header.

use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};
use core::time::Duration;

use http::{Method, StatusCode};

use crate::conformance::{
    harness::{
        expectations::Expectations,
        judge::{
            recognize::facts::{allows_origin, is_about_resource},
            request_parts::parts_without,
            requests::is_own_origin,
        },
        probes::probe::{Plan, Probe},
        report::{cause::Cause, violation::Violation},
    },
    laws::{
        Law, harmless_origin_is_not_refused, law_advice, preflight_time_grows_linearly,
        request_vary_is_not_copied, severity::Severity,
    },
};
use crate::{
    cases::Exchange,
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, origin::Origin},
};

/// A probe and one of its exchanges.
pub(crate) type Judged = (Probe, Exchange);

/// A preflight with long headers, and the time until its response.
#[derive(Debug, Clone)]
pub(crate) struct TimedPreflight {
    /// The kind of the probe. Probes of the same kind differ only in the length of their headers.
    pub(crate) kind: String,
    pub(crate) exchange: Exchange,
    pub(crate) duration: Duration,
}

/// The shortest time of a preflight that makes the server broken: a client can block the server with a few such
/// preflights.
const SLOW: Duration = Duration::from_secs(1);

/// The kinds of `Origin` that a server must not refuse. The policy allows only one of these kinds.
///
/// The origin `null` is not one of these kinds: `null_origin.rs` has the rule for `null`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Harmless {
    /// The origin is the server's own origin.
    Own,
    /// The request has no `Origin`.
    Missing,
    /// The policy allows the origin, and the response allows it too. If the response does not allow the origin, the
    /// failed fetch is already a violation.
    Allowed,
}

impl Harmless {
    fn from_exchange(expectations: &Expectations, exchange: &Exchange) -> Option<Self> {
        let request = &exchange.request;
        if request.method == Method::OPTIONS {
            return None;
        }
        match origin(request) {
            // In some old browsers, a form on another site sends a POST request without `Origin`. To protect its users,
            // a server may refuse such a POST request. A server has no such reason to refuse other requests: GET and
            // HEAD do not change the server, and forms do not send PUT, PATCH and DELETE.
            None => (request.method != Method::POST).then_some(Self::Missing),
            Some(value) if is_own_origin(&value, request) => Some(Self::Own),
            Some(value) => {
                let is_allowed = expectations.lets_read(&value, false)
                    && allows_origin(exchange)
                    && !is_about_resource(exchange.response.status)
                    && Origin::parse(value).is_ok();
                is_allowed.then_some(Self::Allowed)
            }
        }
    }

    const fn described(self) -> &'static str {
        match self {
            Self::Own => "of the server's own pages",
            Self::Missing => "without `Origin`",
            Self::Allowed => "of pages that the policy allows",
        }
    }

    /// Returns the severity of a refusal. Browsers send `Origin` with every PUT, PATCH and DELETE, so a refusal of these
    /// methods without `Origin` breaks other clients, such as command-line programs, but no page.
    fn severity(self, method: &Method) -> Severity {
        match self {
            Self::Missing if !matches!(*method, Method::GET | Method::HEAD) => Severity::Waste,
            _ => Severity::Broken,
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Own => Cause::FailsOnOwnOrigin.advice(),
            Self::Missing => Cause::FailsWithoutOrigin.advice(),
            Self::Allowed => Cause::RefusesAllowedOrigin.advice(),
        }
    }
}

fn origin(request: &HttpRequest) -> Option<String> {
    let value = request.header_list.get("origin")?;
    Some(isomorphic_decode(&value))
}

/// Finds harmless requests that a server refuses: requests from the server's own pages, requests without `Origin`, and
/// requests from pages that the policy allows. A refused request counts if the server answers a request that differs
/// only in `Origin`.
pub(crate) fn find_refusals(expectations: &Expectations, exchanges: &[Judged]) -> Vec<Violation> {
    let mut groups: BTreeMap<String, Vec<&Judged>> = BTreeMap::new();
    for judged in exchanges {
        let parts = parts_without(&judged.1.request, "origin");
        groups.entry(parts).or_default().push(judged);
    }
    let groups = groups.values();
    groups
        .flat_map(|group| refusals_in(expectations, group))
        .collect()
}

/// Finds the refused requests in a group of exchanges. The requests of a group differ only in `Origin`.
fn refusals_in(expectations: &Expectations, group: &[&Judged]) -> Vec<Violation> {
    // The first harmless request of `group` for each kind of `Origin` and each response status. Only these requests are
    // compared with the other requests of `group`.
    let mut harmless_requests: BTreeMap<(Harmless, StatusCode), &Judged> = BTreeMap::new();
    for judged in group {
        let (probe, exchange) = judged;
        let status = exchange.response.status;
        // `find_crashes` finds the server errors for requests that are not from a page, so this function skips these
        // errors. Status 429 is skipped too, because it depends on the number of earlier requests and not on the
        // origin.
        let is_other_failure = matches!(probe.plan, Plan::Single) && status.is_server_error();
        if is_other_failure || status == StatusCode::TOO_MANY_REQUESTS {
            continue;
        }
        // Some servers redirect navigations, which have no `Origin`, and do not redirect the requests of scripts.
        let is_other =
            |harmless: &Harmless| matches!(harmless, Harmless::Missing) && status.is_redirection();
        let harmless = Harmless::from_exchange(expectations, exchange);
        if let Some(harmless) = harmless.filter(|harmless| !is_other(harmless)) {
            let key = (harmless, status);
            harmless_requests.entry(key).or_insert(judged);
        }
    }
    let refused =
        harmless_requests
            .into_iter()
            .filter_map(|((harmless, status), (probe, exchange))| {
                let is_comparable = |other: &Exchange| {
                    let origin = origin(&other.request);
                    let is_allowed = || {
                        let origin = origin.as_ref();
                        origin.is_some_and(|origin| expectations.lets_read(origin, false))
                    };
                    let is_comparable = match harmless {
                        Harmless::Own => origin.is_none() || is_allowed(),
                        Harmless::Missing => is_allowed(),
                        Harmless::Allowed => origin
                            .as_deref()
                            .is_none_or(|origin| is_own_origin(origin, &other.request)),
                    };
                    is_comparable && origin != self::origin(&exchange.request)
                };
                let others = group.iter().map(|(_, other)| other);
                let mut others = others.filter(|other| is_comparable(other));
                // The reason can be an earlier request: a resource is deleted, or a token expires.
                let mut of_state = others
                    .clone()
                    .filter(|other| other.response.status == status);
                let is_of_state = of_state.any(|refused| {
                    is_about_resource(status)
                        || others.clone().any(|other| {
                            origin(&other.request) == origin(&refused.request)
                                && other.response.status != status
                        })
                });
                if is_of_state {
                    return None;
                }
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
                    severity: harmless.severity(&exchange.request.method),
                    ..Violation::new(law, &probe.name, message, exchanges)
                })
            });
    refused.collect()
}

/// Finds a response whose `Vary` is a copy of the `Vary` in the request.
pub(crate) fn find_copied_vary(exchanges: &[Judged]) -> Option<Violation> {
    let with_vary = exchanges.iter().filter(|(_, exchange)| {
        let list = &exchange.request.header_list;
        list.contains("vary")
    });
    with_vary
        .filter_map(|(probe, exchange)| {
            let parts = parts_without(&exchange.request, "vary");
            let mut others = exchanges.iter().map(|(_, other)| other);
            let without = others.find(|other| {
                let request = &other.request;
                !request.header_list.contains("vary") && parts_without(request, "vary") == parts
            })?;
            let request = http::Request::try_from(&exchange.request).ok()?;
            let response = http::Response::try_from(&exchange.response).ok()?;
            let plain = http::Response::try_from(&without.response).ok()?;
            let violation = request_vary_is_not_copied(&request, &response, &plain).err()?;
            let law = Law::RequestVaryIsNotCopied;
            let message = format!("{violation}: {}", law_advice::request_vary_is_not_copied());
            let exchanges = vec![exchange.clone()];
            Some(Violation::new(law, &probe.name, message, exchanges))
        })
        .next()
}

/// Finds preflights for which the response time grows faster than the length of the headers. If several preflights have
/// the same length, only the shortest time counts, because a measured time on a busy machine can be too long.
///
/// `usual` has the lengths and the times of the other preflights. If every long preflight is slow, the long preflights
/// are compared with the median of these times.
pub(crate) fn find_slow_preflights(
    timed: &[TimedPreflight],
    usual: &[(usize, Duration)],
) -> Option<Violation> {
    let mut usual = usual.to_vec();
    usual.sort_unstable_by_key(|(_, duration)| *duration);
    let median = usual.get(usual.len() / 2).copied();
    let mut kinds: Vec<&str> = Vec::new();
    for preflight in timed {
        if !kinds.contains(&&*preflight.kind) {
            kinds.push(&preflight.kind);
        }
    }
    kinds.into_iter().find_map(|kind| {
        let mut fastest: BTreeMap<usize, &TimedPreflight> = BTreeMap::new();
        for preflight in timed.iter().filter(|preflight| preflight.kind == kind) {
            let length = header_bytes(&preflight.exchange.request);
            let known = fastest.entry(length).or_insert(preflight);
            if preflight.duration < known.duration {
                *known = preflight;
            }
        }
        let times = fastest.iter();
        let times: Vec<_> = times
            .map(|(length, preflight)| (*length, preflight.duration))
            .collect();
        let are_slow = times.iter().all(|(_, duration)| *duration >= SLOW);
        let with_usual = median.filter(|_| are_slow).zip(times.last().copied());
        let violation = preflight_time_grows_linearly(&times).err().or_else(|| {
            let (usual, longest) = with_usual?;
            preflight_time_grows_linearly(&[usual, longest]).err()
        })?;
        let law = Law::PreflightTimeGrowsLinearly;
        let is_slow = times.iter().any(|(_, duration)| *duration >= SLOW);
        let message = format!(
            "{violation}: {}",
            law_advice::preflight_time_grows_linearly()
        );
        let exchanges = fastest.into_values();
        let exchanges: Vec<_> = exchanges
            .map(|preflight| preflight.exchange.clone())
            .collect();
        let new = Violation::new(law, kind, message, exchanges);
        Some(Violation {
            severity: if is_slow {
                Severity::Broken
            } else {
                new.severity
            },
            ..new
        })
    })
}

/// Returns the number of bytes in the header values of the request.
pub(crate) fn header_bytes(request: &HttpRequest) -> usize {
    let headers = request.header_list.iter();
    headers.map(|(_, value)| value.as_bytes().len()).sum()
}
