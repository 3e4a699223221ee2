//! What only all exchanges together show.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use super::{HANDLER, Probe, Severity, Violation, probe::Plan};
use crate::{
    cases::Exchange, conformance::laws::an_options_that_is_no_preflight_reaches_its_handler,
};

/// What no browser sends is answered with an error of the server, and plainer requests are not.
pub(super) fn crashes(exchanges: &[(Probe, Exchange)]) -> Vec<Violation> {
    let is_plain = |probe: &Probe| {
        probe.is_from_browser()
            || probe
                .requests()
                .iter()
                .all(|line| !line.request.header_list.contains("origin"))
    };
    let fails = |exchange: &Exchange| exchange.response.status.is_server_error();
    let is_well = |method: &http::Method| {
        let mut exchanges = exchanges.iter();
        exchanges.any(|(probe, exchange)| {
            is_plain(probe) && exchange.request.method == *method && !fails(exchange)
        })
    };
    let exchanges = exchanges.iter();
    let failed = exchanges.filter(|(probe, exchange)| {
        matches!(probe.plan, Plan::Alone) && fails(exchange) && is_well(&exchange.request.method)
    });
    failed
        .map(|(probe, exchange)| Violation {
            law: "every_request_is_answered",
            severity: Severity::Broken,
            probe: probe.name.clone(),
            message: "the server fails at this request and not at plainer ones: refuse what is malformed, do not fail at it".to_string(),
            exchanges: vec![exchange.clone()],
            unanswered: None,
            error: None,
            detail: probe.kind().to_string(),
        })
        .collect()
}

/// The handler shows that it is asked, and is not where it should be.
pub(super) fn unreached(exchanges: &[(Probe, Exchange)]) -> Option<Violation> {
    let exchanges = exchanges.iter();
    let shows = |exchange: &Exchange| exchange.response.header_list.contains(HANDLER);
    exchanges.clone().find(|(_, exchange)| shows(exchange))?;
    let is_kept = |exchange: &Exchange| {
        let request = http::Request::try_from(&exchange.request);
        let response = http::Response::try_from(&exchange.response);
        // An error may be the router's.
        let response = response
            .ok()
            .filter(|response| response.status().is_success());
        matches!((request, response), (Ok(request), Some(response))
            if an_options_that_is_no_preflight_reaches_its_handler(&request, &response).is_err())
    };
    let mut kept = exchanges.filter(|(_, exchange)| is_kept(exchange));
    let (probe, exchange) = kept.next()?;
    Some(Violation {
        law: "an_options_that_is_no_preflight_reaches_its_handler",
        severity: Severity::Broken,
        probe: probe.name.clone(),
        message: format!("the handler has not seen it: {}", probe.advice),
        exchanges: vec![exchange.clone()],
        unanswered: None,
        error: None,
        detail: String::new(),
    })
}
