//! Judges all exchanges together. Finds crashes, and plain OPTIONS requests that do not reach the handler.

use alloc::{format, string::ToString, vec, vec::Vec};

use http::{Method, StatusCode};

use crate::conformance::{
    harness::{
        expectations::Expectations,
        judge::recognize::facts::has_credentials,
        probes::probe::{Plan, Probe},
        report::violation::Violation,
    },
    test_handler::HANDLER_HEADER,
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, plain_options_reaches_handler},
    fetching::HttpRequest,
};

/// The headers that make an OPTIONS request a preflight.
const PREFLIGHT_HEADERS: [&str; 2] = ["origin", "access-control-request-method"];

/// Finds server errors in responses to requests that are not from a page. A server error is a violation only if the
/// server answers plain requests of the same kind without an error.
pub(crate) fn find_crashes(exchanges: &[(Probe, Exchange)]) -> Vec<Violation> {
    let mut answered: Vec<(&Method, bool)> = Vec::new();
    for (probe, exchange) in exchanges {
        let kind = kind(&exchange.request);
        // A server behind a login can answer a request with credentials differently. Such a response is not evidence.
        let is_evidence = is_plain(probe) && !has_credentials(exchange) && !fails(exchange);
        if is_evidence && !answered.contains(&kind) {
            answered.push(kind);
        }
    }
    let exchanges = exchanges.iter();
    let failed = exchanges.filter(|(probe, exchange)| {
        matches!(probe.plan, Plan::Single)
            && fails(exchange)
            && answered.contains(&kind(&exchange.request))
    });
    failed
        .map(|(probe, exchange)| {
            let message = format!(
                "the server fails with status {}, although it answers well-formed requests with the same method: answer malformed requests with a status from 400 to 499",
                exchange.response.status.as_u16()
            );
            let law = Law::EveryRequestGetsAResponse;
            Violation {
                detail: probe.kind().to_string(),
                ..Violation::new(law, &probe.name, message, vec![exchange.clone()])
            }
        })
        .collect()
}

/// Whether the requests of the probe are plain: a page in a browser can send them, or they are not CORS requests.
fn is_plain(probe: &Probe) -> bool {
    let has_neither = |request: &HttpRequest| {
        let mut names = PREFLIGHT_HEADERS.into_iter();
        names.all(|name| !request.header_list.contains(name))
    };
    let mut lines = probe.requests().iter();
    probe.is_from_browser() || lines.all(|line| has_neither(&line.request))
}

/// Returns the kind of a request: its method, and whether the request is a preflight. A server handles preflights and
/// plain OPTIONS requests in different places, so they have different kinds.
fn kind(request: &HttpRequest) -> (&Method, bool) {
    let mut names = PREFLIGHT_HEADERS.into_iter();
    let has_both = names.all(|name| request.header_list.contains(name));
    (
        &request.method,
        request.method == Method::OPTIONS && has_both,
    )
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

/// Finds a plain OPTIONS request that does not reach the handler, although other requests reach the handler.
pub(crate) fn find_unreached_handler(
    expectations: &Expectations,
    exchanges: &[(Probe, Exchange)],
) -> Option<Violation> {
    let origin = |exchange: &Exchange| exchange.request.header_list.get("origin").map(Vec::from);
    let is_served = |exchange: &Exchange| {
        exchange.request.method != Method::OPTIONS && exchange.response.status.is_success()
    };
    // If other responses also lack the mark, the cause is perhaps not the middleware.
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
        // A response with another error can come from a router that does not pass OPTIONS requests on.
        let is_from_middleware = status.is_success()
            || matches!(status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN)
            || (status.is_client_error() && is_routed);
        let request = http::Request::try_from(&exchange.request);
        let response = http::Response::try_from(&exchange.response);
        is_from_middleware
            && matches!((request, response), (Ok(request), Ok(response))
                if plain_options_reaches_handler(&request, &response).is_err())
    };
    // Some servers reject every request from another origin, with any method. So another request with the same origin
    // and the same credentials must reach the handler.
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
