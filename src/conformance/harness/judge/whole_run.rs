//! Judges all exchanges together: crashes, and whether a plain OPTIONS reaches the handler.

use alloc::{format, string::ToString, vec, vec::Vec};

use http::{Method, StatusCode};

use crate::conformance::{
    harness::{
        expectations::Expectations,
        probes::probe::{Plan, Probe},
        report::finding::Finding,
    },
    test_handler::HANDLER_HEADER,
};
use crate::{
    cases::Exchange,
    conformance::laws::{Law, plain_options_reaches_handler},
    fetching::HttpRequest,
};

/// What makes an OPTIONS a preflight.
const OF_PREFLIGHTS: [&str; 2] = ["origin", "access-control-request-method"];

/// What no browser sends is answered with an error of the server, and plainer requests of that kind are not.
pub(crate) fn find_crashes(exchanges: &[(Probe, Exchange)]) -> Vec<Finding> {
    let is_well = |kind: (&Method, bool)| {
        let mut exchanges = exchanges.iter();
        exchanges.any(|(probe, exchange)| {
            is_plain(probe) && self::kind(&exchange.request) == kind && !fails(exchange)
        })
    };
    let exchanges = exchanges.iter();
    let failed = exchanges.filter(|(probe, exchange)| {
        matches!(probe.plan, Plan::Single) && fails(exchange) && is_well(kind(&exchange.request))
    });
    failed
        .map(|(probe, exchange)| {
            let message = "the server fails at this request and not at others of its kind: refuse what is malformed, do not fail at it".to_string();
            let law = Law::EveryRequestGetsAResponse;
            Finding {
                detail: probe.kind().to_string(),
                ..Finding::new(law, &probe.name, message, vec![exchange.clone()])
            }
        })
        .collect()
}

/// Whether it has nothing in it that a browser would not send, or that is about CORS.
fn is_plain(probe: &Probe) -> bool {
    let has_neither = |request: &HttpRequest| {
        let mut names = OF_PREFLIGHTS.into_iter();
        names.all(|name| !request.header_list.contains(name))
    };
    let mut lines = probe.requests().iter();
    probe.is_from_browser() || lines.all(|line| has_neither(&line.request))
}

/// A preflight that is well says nothing of other OPTIONS, which somebody else answers.
fn kind(request: &HttpRequest) -> (&Method, bool) {
    let mut names = OF_PREFLIGHTS.into_iter();
    let has_both = names.all(|name| request.header_list.contains(name));
    (
        &request.method,
        request.method == Method::OPTIONS && has_both,
    )
}

/// A method that is not implemented is an answer.
fn fails(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
}

/// Whether there is a handler that tells when it is asked.
pub(crate) fn has_marked_handler(exchanges: &[(Probe, Exchange)]) -> bool {
    exchanges.iter().any(|(_, exchange)| shows(exchange))
}

fn shows(exchange: &Exchange) -> bool {
    exchange.response.header_list.contains(HANDLER_HEADER)
}

/// The handler shows that it is asked, and is not where it should be.
pub(crate) fn find_unreached_handler(
    expectations: &Expectations,
    exchanges: &[(Probe, Exchange)],
) -> Option<Finding> {
    let origin = |exchange: &Exchange| exchange.request.header_list.get("origin").map(Vec::from);
    let is_served = |exchange: &Exchange| {
        exchange.request.method != Method::OPTIONS && exchange.response.status.is_success()
    };
    // Where it is not seen now and then, it need not be the middleware that keeps a request from it.
    let is_seen_always = exchanges.iter().all(|(_, exchange)| {
        let is_let_in = origin(exchange).is_none_or(|origin| {
            core::str::from_utf8(&origin).is_ok_and(|origin| expectations.lets_read(origin, false))
        });
        !is_let_in || !is_served(exchange) || shows(exchange)
    });
    let is_routed = exchanges
        .iter()
        .any(|(_, exchange)| exchange.request.method == Method::OPTIONS && shows(exchange));
    let is_kept = |exchange: &Exchange| {
        let status = exchange.response.status;
        // Another error may be the router's, if it lets no OPTIONS through.
        let is_answered = status.is_success()
            || matches!(status, StatusCode::BAD_REQUEST | StatusCode::FORBIDDEN)
            || (status.is_client_error() && is_routed);
        let request = http::Request::try_from(&exchange.request);
        let response = http::Response::try_from(&exchange.response);
        is_answered
            && matches!((request, response), (Ok(request), Ok(response))
                if plain_options_reaches_handler(&request, &response).is_err())
    };
    // Some serve nobody from elsewhere, whatever the method.
    let reaches_otherwise = |kept: &Exchange| {
        exchanges.iter().any(|(_, exchange)| {
            is_served(exchange) && shows(exchange) && origin(exchange) == origin(kept)
        })
    };
    let kept = exchanges
        .iter()
        .filter(|(_, exchange)| is_seen_always && is_kept(exchange) && reaches_otherwise(exchange));
    // The plainest, which asks for it outside of any page.
    let (probe, exchange) = kept.min_by_key(|(probe, _)| probe.is_from_browser())?;
    let law = Law::PlainOptionsReachesHandler;
    let advice = law.advice().unwrap_or(probe.advice);
    let message = format!("the handler has not seen it: {advice}");
    Some(Finding::new(
        law,
        &probe.name,
        message,
        vec![exchange.clone()],
    ))
}
