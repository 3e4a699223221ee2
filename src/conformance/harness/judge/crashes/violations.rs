//! Finds requests that get a server error, although similar requests do not get a server error.

use alloc::{collections::BTreeSet, format, string::String, vec, vec::Vec};

use http::Method;

use super::{
    Crashes,
    failed_credentials::is_usual,
    fails,
    kind::{Kind, PREFLIGHT_HEADERS},
    origin,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::requests::origin_kind,
            probes::probe::{Plan, Probe},
            report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        },
        laws::{Law, severity::Severity},
    },
    fetching::HttpRequest,
    infrastructure::{bytes::isomorphic_decode, origin::Origin},
};

/// Finds server errors for requests that are not from a page, and for requests from denied pages. An error counts only
/// if an ordinary request (see [`is_plain`]) of the same kind does not get a server error.
pub(crate) fn find_crashes(
    expectations: &Expectations,
    crashes: &Crashes,
    exchanges: &[(Probe, Exchange)],
) -> Vec<Violation> {
    let mut answered: BTreeSet<Kind> = BTreeSet::new();
    // The kinds of the requests that get an answer other than a refusal with a known reason.
    let mut unrefused: BTreeSet<Kind> = BTreeSet::new();
    // The kinds of the requests that fail for an allowed page. An overloaded server fails on every origin. So the
    // failure of a request from a denied origin does not count if a request of the same kind from an allowed page also
    // fails.
    let mut unstable: BTreeSet<Kind> = BTreeSet::new();
    for (probe, exchange) in exchanges {
        if !is_plain(probe) || (fails(exchange) && crashes.parts.explains(exchange)) {
            continue;
        }
        let kind = || Kind::new(&exchange.request);
        if !fails(exchange) {
            answered.insert(kind());
            if !crashes.refusals.explain(expectations, exchange) {
                unrefused.insert(kind());
            }
        } else if probe.is_from_browser() && is_usual(expectations, exchange) {
            unstable.insert(kind());
        }
    }
    // If the server answers preflights, and answers every method other than OPTIONS, it implements OPTIONS. So it
    // should also answer OPTIONS requests that are not preflights.
    let mut others = unstable
        .iter()
        .filter(|kind| kind.method != Method::OPTIONS);
    let is_answered =
        |kind: &Kind| answered.contains(kind) || answered.contains(&kind.clone().without_headers());
    if others.all(is_answered) {
        let preflights = answered.iter().filter(|kind| kind.is_preflight);
        let options = preflights.map(|kind| kind.clone().with_method(Method::OPTIONS));
        let options: Vec<Kind> = options.collect();
        unrefused.extend(options.iter().cloned());
        answered.extend(options);
    }
    let answered_origins = exchanges.iter().filter(|(_, exchange)| !fails(exchange));
    let answered_origins: BTreeSet<Vec<u8>> = answered_origins
        .filter_map(|(_, exchange)| origin(&exchange.request))
        .collect();
    // A policy that allows any origin also allows unusual origins. A server may deny them, so no failed fetch shows this error.
    let is_of_unusual_origin = |request: &HttpRequest| {
        let origin = origin(request).unwrap_or_default();
        expectations.spec.origins.is_any()
            && origin_kind(expectations, request) == OriginKind::Allowed
            && !answered_origins.contains(&origin)
            && Origin::parse(&*origin).is_ok_and(|origin| !expectations.is_listed_or_usual(&origin))
    };
    // If the server fails on the requests of allowed pages, the reason is not that a request is malformed or unusual.
    let fails_for_pages = |exchange: &Exchange| {
        let kind = Kind::new(&exchange.request);
        // A preflight can fail because of its method.
        if kind.is_preflight || !has_allowed_line(expectations, &exchange.request) {
            return false;
        }
        let method = match kind.method {
            Method::OPTIONS => Method::GET,
            ref method => method.clone(),
        };
        unstable.contains(&kind.with_method(method))
    };
    let failed = exchanges.iter().filter(|(probe, exchange)| {
        if crashes.credentials.explains(expectations, exchange) {
            return true;
        }
        // The failed fetch of an allowed page shows this error.
        if crashes.is_of_failed_preflight(exchange) {
            return false;
        }
        fails(exchange)
            && answered.contains(&Kind::new(&exchange.request))
            && ((matches!(probe.plan, Plan::Single)
                && unrefused.contains(&Kind::new(&exchange.request))
                && !fails_for_pages(exchange))
                || is_of_unusual_origin(&exchange.request)
                || (is_denied(expectations, exchange)
                    // A handler can choose the status by a header. This matters only if an allowed page sees it.
                    && crashes.parts.headers(exchange).is_none()
                    && !unstable.contains(&Kind::new(&exchange.request))))
    });
    failed
        .map(|(probe, exchange)| {
            let cause = crashes.cause(expectations, exchange);
            let advice = cause.advice();
            let message = format!(
                "the status is {}, although other {} requests do not get a server error: {advice}",
                exchange.response.status.as_u16(),
                exchange.request.method,
            );
            let law = Law::EveryRequestGetsAResponse;
            let method = exchange.request.method.as_str();
            let detail = match cause {
                Cause::FailsOnRequests => String::from(probe.kind()),
                // Errors with different headers are different violations.
                Cause::FailsWithHeaders => {
                    let headers = crashes.parts.headers(exchange).unwrap_or_default();
                    let without_type = crashes.parts.without_content_type(exchange);
                    let parts = core::iter::once(String::from(method)).chain(headers);
                    let parts = parts.chain(without_type);
                    parts.collect::<Vec<_>>().join(" ")
                }
                Cause::FailsWithCredentials => {
                    format!("{method} {:?}", Kind::new(&exchange.request).credentials)
                }
                _ => String::from(method),
            };
            let new = Violation::new(law, &probe.name, message, vec![exchange.clone()]);
            Violation {
                detail,
                advice,
                // Apart from preflights, browsers send OPTIONS only if a script chooses this method.
                severity: if cause == Cause::FailsOnOptions {
                    Severity::Waste
                } else {
                    new.severity
                },
                ..new
            }
        })
        .collect()
}

/// Whether the policy allows the origin of an `Origin` line. A server can read only one of several lines.
fn has_allowed_line(expectations: &Expectations, request: &HttpRequest) -> bool {
    let mut lines = request.header_list.values("origin");
    lines.any(|line| expectations.lets_read(&isomorphic_decode(line.as_bytes()), false))
}

fn is_denied(expectations: &Expectations, exchange: &Exchange) -> bool {
    origin_kind(expectations, &exchange.request) == OriginKind::Denied
}

/// Whether a browser can send the requests of the probe, or the requests have neither `Origin` nor
/// `Access-Control-Request-Method`.
fn is_plain(probe: &Probe) -> bool {
    let has_neither = |request: &HttpRequest| {
        let mut names = PREFLIGHT_HEADERS.into_iter();
        names.all(|name| !request.header_list.contains(name))
    };
    let mut lines = probe.requests().iter();
    probe.is_from_browser() || lines.all(|line| has_neither(&line.request))
}
