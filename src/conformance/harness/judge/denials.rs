//! Finds allowed origins that a server sometimes denies, although the requests are equal.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use http::StatusCode;

use super::{
    crashes::fails,
    failure_patterns::Failures,
    pairs::Judged,
    recognize::facts::{ALLOW_ORIGIN, is_about_resource, single},
    request_groups::groups,
    request_parts::parts,
    requests::origin_kind,
};
use crate::{
    cases::Exchange,
    conformance::harness::{expectations::Expectations, report::request_kind::OriginKind},
};

/// The denials of allowed origins that do not depend on the request. For example, a regular expression with a state
/// denies every second request.
pub(super) struct Denials {
    /// The indexes of the exchanges.
    pub(super) indexes: BTreeSet<usize>,
    /// The number of the exchanges of allowed origins.
    pub(super) all: usize,
    /// Two equal requests: the first response allows the origin, and the second response does not.
    pub(super) example: [Exchange; 2],
    /// The name of the probe of the second request.
    pub(super) probe: String,
}

/// The status of a response, and whether the request is a preflight. Code that denies an origin either keeps the status
/// of the answer or replaces it. So a denial whose status is neither the status of an answer nor the status of a denial
/// in place of an answer has another reason, such as an error handler that omits the CORS headers.
type Status = (StatusCode, bool);

impl Denials {
    /// Finds the denials. Leaves out denials with a pattern, and the exchanges for which `is_left_out` returns true.
    pub(super) fn new(
        expectations: &Expectations,
        exchanges: &[Judged],
        is_left_out: impl Fn(usize) -> bool,
    ) -> Option<Self> {
        let of_pages = exchanges.iter().enumerate().filter(|(index, judged)| {
            let (_, exchange) = judged;
            origin_kind(expectations, &exchange.request) == OriginKind::Allowed
                && !fails(exchange)
                && !is_left_out(*index)
        });
        let of_answers = of_pages.clone().map(|(_, (_, exchange))| exchange);
        let of_answers = of_answers.filter(|exchange| is_answer(exchange));
        let answered: BTreeSet<Status> = of_answers.map(status).collect();
        let credentials = expectations.spec.credentials;
        let is_denial = |exchange: &Exchange| {
            let (code, _) = status(exchange);
            lacks_origin(exchange, credentials)
                && (!is_about_resource(code) || answered.contains(&status(exchange)))
        };
        if !of_pages
            .clone()
            .any(|(_, (_, exchange))| is_denial(exchange))
        {
            return None;
        }
        let (indexes, of_pages): (Vec<usize>, Vec<Judged>) = of_pages
            .map(|(index, judged)| (index, judged.clone()))
            .unzip();
        let requests = of_pages.iter();
        let requests = requests.map(|(probe, exchange)| (probe, &exchange.request));
        let groups = groups(expectations, requests);
        let failures = Failures::of_refusals(&of_pages, &groups, is_denial);
        let example = failures.pair(is_answer).or_else(|| {
            let example = failures.outage_example();
            example.filter(|((_, answer), _)| is_answer(answer))
        });
        let ((_, answer), (probe, denial)) = example?;
        let exchanges = of_pages.iter().map(|(_, exchange)| exchange);
        let mut explained = statuses_of_mixed(exchanges, is_denial);
        explained.extend(&answered);
        let found = failures.without_pattern().into_iter().filter(|index| {
            let judged = of_pages.get(*index);
            judged.is_some_and(|(_, exchange)| explained.contains(&status(exchange)))
        });
        Some(Self {
            indexes: found
                .filter_map(|index| indexes.get(index).copied())
                .collect(),
            all: of_pages.len(),
            example: [answer.clone(), denial.clone()],
            probe: probe.name.clone(),
        })
    }
}

/// Whether the server sometimes denies an allowed origin with a status from 200 to 299, although the requests are equal.
pub(super) fn denies_sometimes(expectations: &Expectations, exchanges: &[Judged]) -> bool {
    let exchanges = exchanges.iter().map(|(_, exchange)| exchange);
    let of_pages = exchanges.filter(|exchange| {
        origin_kind(expectations, &exchange.request) == OriginKind::Allowed
            && exchange.response.status.is_success()
    });
    let lacks_header = |exchange: &Exchange| lacks_origin(exchange, false);
    !statuses_of_mixed(of_pages, lacks_header).is_empty()
}

/// Returns the statuses of the denials whose request is equal to a request with an answer.
fn statuses_of_mixed<'x>(
    exchanges: impl Iterator<Item = &'x Exchange>,
    is_denial: impl Fn(&Exchange) -> bool,
) -> BTreeSet<Status> {
    let mut by_request: BTreeMap<String, (bool, Vec<Status>)> = BTreeMap::new();
    for exchange in exchanges {
        let (is_answered, denials) = by_request.entry(parts(&exchange.request)).or_default();
        *is_answered |= is_answer(exchange);
        denials.extend(is_denial(exchange).then(|| status(exchange)));
    }
    let mixed = by_request
        .into_values()
        .filter(|(is_answered, _)| *is_answered);
    mixed.flat_map(|(_, denials)| denials).collect()
}

fn status(exchange: &Exchange) -> Status {
    (exchange.response.status, exchange.request.is_preflight())
}

/// Whether `Access-Control-Allow-Origin` is the origin of the request.
fn is_answer(exchange: &Exchange) -> bool {
    let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
    sent.is_some() && sent == single(&exchange.request.header_list, "origin")
}

/// Whether `Access-Control-Allow-Origin` is absent. If the policy allows credentials, `*` counts as absent, because it
/// is not a wildcard for requests with credentials.
fn lacks_origin(exchange: &Exchange, credentials: bool) -> bool {
    let list = &exchange.response.header_list;
    !list.contains(ALLOW_ORIGIN)
        || (credentials && single(list, ALLOW_ORIGIN).as_deref() == Some(b"*"))
}
