//! Finds refusals that start when the state of the server changes: a token expires, or a quota is used up.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use http::{Method, StatusCode};

use super::{
    outages::MIN_OUTAGE_LENGTH, pairs::Judged, recognize::facts::ALLOW_ORIGIN,
    request_parts::parts, requests::origin_kind,
};
use crate::{
    cases::Exchange,
    conformance::harness::{expectations::Expectations, report::request_kind::OriginKind},
};

/// The refusals after a change of the state of the server.
pub(super) struct ChangeOfState<'x> {
    /// The indexes of the refusals without `Access-Control-Allow-Origin`. A refusal with this header is judged.
    pub(super) indexes: BTreeSet<usize>,
    /// Two equal requests of an allowed page: the first gets an answer, and the second is refused.
    pub(super) example: (&'x Judged, &'x Judged),
    /// The number of refusals without the CORS headers. Only refusals of requests of allowed pages count.
    pub(super) without_headers: usize,
}

impl<'x> ChangeOfState<'x> {
    /// Finds a change of state: from some request on, the server refuses every request of allowed pages with the status
    /// `status`, but still grants preflights, so the refusals are probably from the handler and not from a firewall.
    ///
    /// Only requests with the method and the URL of a refused request count.
    pub(super) fn new(
        expectations: &Expectations,
        exchanges: &'x [Judged],
        status: StatusCode,
    ) -> Option<Self> {
        let is_refused = |exchange: &Exchange| exchange.response.status == status;
        let of_pages = exchanges.iter().enumerate().filter(|(_, (_, exchange))| {
            origin_kind(expectations, &exchange.request) == OriginKind::Allowed
        });
        let (requests, preflights): (Vec<_>, Vec<_>) =
            of_pages.partition(|(_, (_, exchange))| exchange.request.method != Method::OPTIONS);
        let (refused, answered): (Vec<_>, Vec<_>) = requests
            .into_iter()
            .partition(|(_, (_, exchange))| is_refused(exchange));
        let targets: BTreeSet<_> = refused.iter().map(|(_, judged)| target(judged)).collect();
        let (start, _) = *refused.first()?;
        let answered = answered
            .into_iter()
            .filter(|(_, judged)| targets.contains(&target(judged)));
        let mut earlier: BTreeMap<String, &Judged> = BTreeMap::new();
        let mut last_answer = 0;
        for (index, judged) in answered {
            earlier.insert(parts(&judged.1.request), judged);
            last_answer = index;
        }
        let without_headers = refused
            .iter()
            .filter(|(_, (_, exchange))| lacks_headers(exchange));
        let without_headers = without_headers.count();
        // A refusal without the CORS headers shows more than a refusal with these headers.
        let mut of_example: Vec<_> = refused.iter().collect();
        of_example.sort_by_key(|(_, (_, exchange))| !lacks_headers(exchange));
        let example = of_example
            .into_iter()
            .find_map(|(_, judged)| Some((*earlier.get(&parts(&judged.1.request))?, *judged)))?;
        let mut later = preflights.iter().filter(|(index, _)| *index > start);
        let is_granted = later
            .clone()
            .any(|(_, (_, exchange))| exchange.response.status.is_success())
            && !later.any(|(_, (_, exchange))| is_refused(exchange));
        let is_permanent = last_answer < start && refused.len() >= MIN_OUTAGE_LENGTH;
        let indexes = exchanges.iter().enumerate().skip(last_answer + 1);
        let indexes = indexes.filter(|(_, (_, exchange))| {
            exchange.request.method != Method::OPTIONS
                && is_refused(exchange)
                && lacks_headers(exchange)
        });
        (is_permanent && is_granted).then(|| Self {
            indexes: indexes.map(|(index, _)| index).collect(),
            example,
            without_headers,
        })
    }
}

fn lacks_headers(exchange: &Exchange) -> bool {
    !exchange.response.header_list.contains(ALLOW_ORIGIN)
}

/// Returns the method and the URL of the request.
fn target((_, exchange): &Judged) -> (&str, &str) {
    let request = &exchange.request;
    (request.method.as_str(), request.url.as_str())
}
