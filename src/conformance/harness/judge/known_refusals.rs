//! Finds errors with a known reason: a header of the request, or the kind of its origin. If a request has two mistakes of the
//! server as possible reasons, only one of them decides the response. So such an error does not show whether the server has
//! another mistake.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use http::StatusCode;

use super::{
    failed_parts::FailedParts,
    recognize::facts::{ALLOW_ORIGIN, is_error},
    request_properties::described_kind,
    requests::origin_kind,
};
use crate::{
    cases::Exchange,
    conformance::harness::{expectations::Expectations, report::request_kind::OriginKind},
    fetching::HttpRequest,
};

/// For each status of failed requests: the parts of requests that explain the failures. All statuses that are not errors are one
/// status, `None`.
#[derive(Debug, Default)]
pub(super) struct PartsByStatus(BTreeMap<Option<StatusCode>, FailedParts>);

impl PartsByStatus {
    /// Finds the parts for each status of a failure. A failure with another status neither shows nor excludes a reason.
    pub(super) fn new<'x>(
        exchanges: impl Iterator<Item = &'x Exchange>,
        with_credentials: bool,
        is_failure: impl Fn(&Exchange) -> bool,
    ) -> Self {
        let (failed, answered): (Vec<&Exchange>, Vec<&Exchange>) =
            exchanges.partition(|exchange| is_failure(exchange));
        let mut by_status: BTreeMap<Option<StatusCode>, Vec<&Exchange>> = BTreeMap::new();
        for exchange in failed {
            by_status
                .entry(status(exchange))
                .or_default()
                .push(exchange);
        }
        let parts = by_status.into_iter().map(|(status, failed)| {
            let parts = FailedParts::new(failed, &answered, with_credentials, |_| false);
            (status, parts)
        });
        Self(parts.collect())
    }

    /// Returns the names of the headers that explain why the request fails (see [`FailedParts::headers`]).
    pub(super) fn headers(&self, exchange: &Exchange) -> Option<BTreeSet<String>> {
        self.0.get(&status(exchange))?.headers(exchange)
    }

    fn explains(&self, exchange: &Exchange) -> bool {
        let parts = self.0.get(&status(exchange));
        parts.is_some_and(|parts| parts.explains(exchange))
    }
}

fn status(exchange: &Exchange) -> Option<StatusCode> {
    is_error(exchange).then_some(exchange.response.status)
}

/// The errors without the CORS headers that have a known reason.
#[derive(Debug, Default)]
pub(super) struct KnownRefusals {
    parts: PartsByStatus,
    /// The kinds of origins whose requests get only errors without the CORS headers, and not each error because of a header. Empty
    /// if allowed origins are such a kind.
    kinds: BTreeSet<&'static str>,
}

impl KnownRefusals {
    /// Finds the errors with a known reason among the errors for which `is_refusal` returns true.
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
        is_refusal: impl Fn(&Exchange) -> bool,
    ) -> Self {
        let refusals = exchanges.clone().filter(|exchange| is_bare_error(exchange));
        if !refusals.clone().any(&is_refusal) {
            return Self::default();
        }
        let statuses: BTreeSet<Option<StatusCode>> = refusals
            .filter(|exchange| is_refusal(exchange))
            .map(status)
            .collect();
        // An error with another status neither shows nor excludes a reason.
        let of_parts = exchanges
            .clone()
            .filter(|exchange| !is_bare_error(exchange) || statuses.contains(&status(exchange)));
        let mut known = Self {
            parts: PartsByStatus::new(of_parts, true, is_bare_error),
            ..Self::default()
        };
        let (mut answered, mut answers_pages) = (BTreeSet::new(), false);
        for exchange in exchanges {
            let kind = described_kind(expectations, &exchange.request);
            if !is_bare_error(exchange) {
                let origin_kind = origin_kind(expectations, &exchange.request);
                answers_pages |= origin_kind == OriginKind::Allowed;
                answered.insert(kind);
            } else if !known.parts.explains(exchange) {
                // If a header explains an error, the kind of the origin is not its reason.
                known.kinds.insert(kind);
            }
        }
        known
            .kinds
            .retain(|kind| answers_pages && !answered.contains(kind));
        known
    }

    /// Whether a header of the request explains the error.
    pub(super) fn are_of_part(&self, exchange: &Exchange) -> bool {
        is_bare_error(exchange) && self.parts.explains(exchange)
    }

    /// Whether a header of the request, or the kind of its origin, explains the error.
    pub(super) fn explain(&self, expectations: &Expectations, exchange: &Exchange) -> bool {
        is_bare_error(exchange)
            && (self.parts.explains(exchange) || self.are_of_kind(expectations, &exchange.request))
    }

    /// Whether each answered request with this kind of origin gets an error.
    pub(super) fn are_of_kind(&self, expectations: &Expectations, request: &HttpRequest) -> bool {
        self.kinds.contains(described_kind(expectations, request))
    }

    /// Returns the names of the headers that explain the error.
    pub(super) fn headers(&self, exchange: &Exchange) -> Option<BTreeSet<String>> {
        self.parts
            .headers(exchange)
            .filter(|_| is_bare_error(exchange))
    }

    /// Returns the headers with credentials that the server refuses.
    pub(super) fn credentials(&self) -> impl Iterator<Item = String> {
        self.parts.0.values().flat_map(FailedParts::credentials)
    }

    /// Returns the statuses of the refusals of headers with credentials.
    pub(super) fn statuses_of_credentials(&self) -> impl Iterator<Item = String> {
        let parts = self.parts.0.iter();
        let refused = parts.filter(|(_, parts)| parts.credentials().next().is_some());
        refused.filter_map(|(status, _)| Some(String::from(status.as_ref()?.as_str())))
    }
}

/// Whether the response is an error without `Access-Control-Allow-Origin`.
pub(super) fn is_bare_error(exchange: &Exchange) -> bool {
    is_error(exchange) && !exchange.response.header_list.contains(ALLOW_ORIGIN)
}
