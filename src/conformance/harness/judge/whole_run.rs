//! Judges all exchanges together. Finds crashes, and plain OPTIONS requests that do not reach the handler.

use alloc::{collections::BTreeSet, format, string::ToString, vec, vec::Vec};

use http::{Method, StatusCode};

use crate::conformance::{
    harness::{
        expectations::{Expectations, is_possible_origin},
        judge::{recognize::facts::has_credentials, requests::origin_kind},
        probes::probe::{Plan, Probe},
        report::{cause::Cause, request_kind::OriginKind, violation::Violation},
    },
    test_handler::HANDLER_HEADER,
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, plain_options_reaches_handler},
    fetching::HttpRequest,
    infrastructure::origin::Origin,
};

/// The headers that make an OPTIONS request a preflight.
const PREFLIGHT_HEADERS: [&str; 2] = ["origin", "access-control-request-method"];

/// The kind of a request: the method, whether it is a preflight, and the URL.
type Kind<'e> = (&'e Method, bool, &'e ::url::Url);

/// Finds server errors for single requests and for requests from denied pages. An error counts only if an ordinary
/// request (see `is_plain`) of the same kind does not get a server error.
pub(crate) fn find_crashes(
    expectations: &Expectations,
    exchanges: &[(Probe, Exchange)],
) -> Vec<Violation> {
    let mut answered: BTreeSet<Kind<'_>> = BTreeSet::new();
    // The kinds of the requests that also fail for an allowed page. An overloaded server fails on each origin, so
    // failures of these kinds are not due to a denied origin.
    let mut unstable: BTreeSet<Kind<'_>> = BTreeSet::new();
    for (probe, exchange) in exchanges {
        // Skips requests with credentials: a server behind a login answers such a request differently than a request
        // without credentials.
        if !is_plain(probe) || has_credentials(exchange) {
            continue;
        }
        if !fails(exchange) {
            answered.insert(kind(&exchange.request));
        } else if probe.is_from_browser() && !is_denied(expectations, exchange) {
            unstable.insert(kind(&exchange.request));
        }
    }
    let failed = exchanges.iter().filter(|(probe, exchange)| {
        fails(exchange)
            && answered.contains(&kind(&exchange.request))
            && (matches!(probe.plan, Plan::Single)
                || (is_denied(expectations, exchange)
                    && !unstable.contains(&kind(&exchange.request))))
    });
    failed
        .map(|(probe, exchange)| {
            let cause = cause_of_crash(expectations, exchange);
            let advice = cause.advice();
            let message = format!(
                "the status is {}, although other {} requests do not get a server error: {advice}",
                exchange.response.status.as_u16(),
                exchange.request.method,
            );
            let law = Law::EveryRequestGetsAResponse;
            let detail = if cause == Cause::FailsOnRequests {
                probe.kind()
            } else {
                exchange.request.method.as_str()
            };
            Violation {
                detail: detail.to_string(),
                advice,
                ..Violation::new(law, &probe.name, message, vec![exchange.clone()])
            }
        })
        .collect()
}

/// Whether a page of a denied origin sent the request, without credentials. Excludes GET and HEAD requests with the
/// origin `null`: the law about harmless origins judges these requests.
fn is_denied(expectations: &Expectations, exchange: &Exchange) -> bool {
    let request = &exchange.request;
    let is_read = matches!(request.method, Method::GET | Method::HEAD);
    let is_null = request.header_list.get("origin").as_deref() == Some(b"null");
    origin_kind(expectations, request) == OriginKind::Denied
        && !has_credentials(exchange)
        && !(is_read && is_null)
}

/// Returns the cause of a server error. The cause follows from the request.
pub(super) fn cause_of_crash(expectations: &Expectations, exchange: &Exchange) -> Cause {
    let request = &exchange.request;
    let is_well_formed = || {
        let origin = request.header_list.get("origin").unwrap_or_default();
        Origin::parse(&*origin).is_ok_and(|origin| is_possible_origin(&origin))
    };
    let (_, is_preflight, _) = kind(request);
    let is_options = request.method == Method::OPTIONS && !is_preflight;
    match origin_kind(expectations, request) {
        OriginKind::Several => Cause::FailsOnRequests,
        OriginKind::Denied if !is_well_formed() => Cause::FailsOnRequests,
        _ if is_options => Cause::FailsOnOptions,
        OriginKind::Missing => Cause::FailsWithoutOrigin,
        OriginKind::Own => Cause::FailsOnOwnOrigin,
        OriginKind::Denied => Cause::FailsOnDeniedOrigins,
        OriginKind::Allowed => Cause::FailsOnRequests,
    }
}

/// Returns true if the probe is from a browser, and also if no request of the probe has `Origin` or
/// `Access-Control-Request-Method`.
fn is_plain(probe: &Probe) -> bool {
    let has_neither = |request: &HttpRequest| {
        let mut names = PREFLIGHT_HEADERS.into_iter();
        names.all(|name| !request.header_list.contains(name))
    };
    let mut lines = probe.requests().iter();
    probe.is_from_browser() || lines.all(|line| has_neither(&line.request))
}

/// Returns the kind of a request. A server handles a preflight and a plain OPTIONS request in different places, so the
/// two have different kinds.
fn kind(request: &HttpRequest) -> Kind<'_> {
    let mut names = PREFLIGHT_HEADERS.into_iter();
    let has_both = names.all(|name| request.header_list.contains(name));
    let is_preflight = request.method == Method::OPTIONS && has_both;
    (&request.method, is_preflight, &request.url)
}

/// Whether the response is a server error. Status 501 does not count, because it means only that the server does not
/// implement the method.
fn fails(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

/// Whether the response has the mark of the test handler.
fn is_marked(exchange: &Exchange) -> bool {
    exchange.response.header_list.contains(HANDLER_HEADER)
}

/// Whether the exchange is a plain OPTIONS request that does not reach the test handler.
pub(super) fn is_unreached_options(exchange: &Exchange) -> bool {
    let request = http::Request::try_from(&exchange.request);
    let response = http::Response::try_from(&exchange.response);
    matches!((request, response), (Ok(request), Ok(response))
        if plain_options_reaches_handler(&request, &response).is_err())
}

/// Finds a plain OPTIONS request that does not reach the handler, although other requests reach the handler.
pub(crate) fn find_unreached_handler(
    expectations: &Expectations,
    exchanges: &[(Probe, Exchange)],
) -> Option<Violation> {
    let origin = |exchange: &Exchange| exchange.request.header_list.get("origin").map(Vec::from);
    let is_served = |exchange: &Exchange| {
        exchange.request.method != Method::OPTIONS && exchange.response.status.is_success()
    };
    // If responses to requests other than OPTIONS also lack the mark, the cause is perhaps not the middleware. The
    // function then finds nothing.
    let is_always_marked = exchanges.iter().all(|(_, exchange)| {
        let is_allowed = origin(exchange).is_none_or(|origin| {
            core::str::from_utf8(&origin).is_ok_and(|origin| expectations.lets_read(origin, false))
        });
        !is_allowed || !is_served(exchange) || is_marked(exchange)
    });
    let is_routed = exchanges
        .iter()
        .any(|(_, exchange)| exchange.request.method == Method::OPTIONS && is_marked(exchange));
    let is_intercepted = |exchange: &Exchange| {
        let status = exchange.response.status;
        // A response with an error status such as 404 is possibly from a router that does not pass OPTIONS requests on.
        // So a client error other than 400 and 403 counts only if a different OPTIONS request reached the handler.
        let is_from_middleware = status.is_success()
            || matches!(status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN)
            || (status.is_client_error() && is_routed);
        is_from_middleware && is_unreached_options(exchange)
    };
    // Some servers reject every cross-origin request, with any method. So the OPTIONS request counts only if a request
    // with a different method, but with the same origin and the same credentials, reaches the handler.
    let reaches_otherwise = |intercepted: &Exchange| {
        exchanges.iter().any(|(_, exchange)| {
            is_served(exchange)
                && is_marked(exchange)
                && origin(exchange) == origin(intercepted)
                && has_credentials(exchange) == has_credentials(intercepted)
        })
    };
    let intercepted = exchanges.iter().filter(|(_, exchange)| {
        is_always_marked && is_intercepted(exchange) && reaches_otherwise(exchange)
    });
    // A request that is not from a page is the simplest example.
    let (probe, exchange) = intercepted.min_by_key(|(probe, _)| probe.is_from_browser())?;
    let law = Law::PlainOptionsReachesHandler;
    let advice = law.advice().unwrap_or(probe.advice);
    let message =
        format!("an OPTIONS request that is not a preflight does not reach the handler: {advice}");
    Some(Violation::new(
        law,
        &probe.name,
        message,
        vec![exchange.clone()],
    ))
}
