//! Judges all exchanges together. Finds plain OPTIONS requests that do not reach the handler.

use alloc::{format, vec, vec::Vec};

use http::{Method, StatusCode};

use crate::conformance::{
    harness::{
        expectations::Expectations, judge::recognize::facts::has_credentials, probes::probe::Probe,
        report::violation::Violation,
    },
    test_handler::HANDLER_HEADER,
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, law_advice, plain_options_reaches_handler},
};

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
    // If responses to requests other than OPTIONS also lack the mark of the test handler, the middleware is perhaps not
    // the reason for the missing mark. The function then finds nothing.
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
        // A router that rejects OPTIONS can send a client error such as 404. So a client error other than 400 and 403
        // counts as a response of the middleware only if another OPTIONS request reached the handler.
        let is_from_middleware = status.is_success()
            || matches!(status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN)
            || (status.is_client_error() && is_routed);
        is_from_middleware && is_unreached_options(exchange)
    };
    // Some servers reject every cross-origin request, with any method. So an OPTIONS request counts as intercepted only
    // if a request with another method, but with the same origin and credentials, reaches the handler.
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
    let advice = law_advice::plain_options_reaches_handler();
    let message =
        format!("an OPTIONS request that is not a preflight does not reach the handler: {advice}");
    Some(Violation::new(
        law,
        &probe.name,
        message,
        vec![exchange.clone()],
    ))
}
