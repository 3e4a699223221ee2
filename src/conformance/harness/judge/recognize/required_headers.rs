//! Recognizes a server that sends the CORS headers only if the request has a header that browsers do not always send, such as
//! `Referer` or `Sec-Fetch-Mode`.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use http::Method;

use super::{
    Evidence,
    facts::{
        ALLOW_ORIGIN, REQUEST_HEADERS, REQUEST_METHOD, is_error, is_like_preflight, is_overloaded,
        single,
    },
    names::Names,
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::{request_parts::parts_if, requests::origin_kind},
        probes::{probe::CREDENTIALS, special_headers::is_special_name},
        report::{cause::Cause, request_kind::OriginKind, violation::Violation},
    },
    explain::header_name::capitalized,
    infrastructure::{origin::Origin, response::is_redirect_status},
};

/// The requests that need a header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    All,
    /// The requests with a method other than OPTIONS.
    Requests,
    Preflights,
}

impl Kind {
    fn contains(self, exchange: &Exchange) -> bool {
        match self {
            Self::All => true,
            Self::Requests => exchange.request.method != Method::OPTIONS,
            Self::Preflights => is_like_preflight(&exchange.request),
        }
    }
}

/// The headers without which the server does not send the CORS headers. The test requests have these headers always together, so
/// the answers do not show which of them is necessary.
#[derive(Debug, Default)]
pub(super) struct RequiredHeaders {
    kind: Kind,
    /// The names, in lower case. Empty if the server needs no header.
    names: BTreeSet<String>,
}

impl RequiredHeaders {
    /// Finds the headers. Each response to an allowed page has the CORS headers if the request has one of these headers, and lacks
    /// them otherwise. Two of the requests differ only in these headers.
    pub(super) fn new<'x>(
        expectations: &Expectations,
        exchanges: impl Iterator<Item = &'x Exchange>,
    ) -> Self {
        let of_pages: Vec<&Exchange> = exchanges
            .filter(|exchange| {
                let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
                let origin = Origin::parse(&*origin);
                origin_kind(expectations, &exchange.request) == OriginKind::Allowed
                    && origin.is_ok_and(|origin| expectations.is_listed_or_usual(&origin))
                    && !is_overloaded(exchange)
            })
            .collect();
        let kinds = [Kind::All, Kind::Requests, Kind::Preflights].into_iter();
        let mut found = kinds.map(|kind| Self {
            kind,
            names: required(
                of_pages
                    .iter()
                    .copied()
                    .filter(|of_page| kind.contains(of_page)),
            ),
        });
        let found = found.find(|found| !found.names.is_empty());
        found.unwrap_or_default()
    }

    /// Whether the response lacks the CORS headers because the request has none of the headers.
    fn explains(&self, exchange: &Exchange) -> bool {
        !self.names.is_empty()
            && self.kind.contains(exchange)
            && lacks_headers(exchange)
            && names(exchange).is_disjoint(&self.names)
    }
}

fn lacks_headers(exchange: &Exchange) -> bool {
    !exchange.response.header_list.contains(ALLOW_ORIGIN)
}

/// Returns the names of the headers of the request that a server can require.
fn names(exchange: &Exchange) -> BTreeSet<String> {
    let lines = exchange.request.header_list.iter();
    let names = lines.map(|(name, _)| name.as_str().to_ascii_lowercase());
    let names = names.filter(|name| {
        let mut credentials = CREDENTIALS.iter();
        !["origin", "accept", REQUEST_METHOD, REQUEST_HEADERS].contains(&name.as_str())
            && credentials.all(|(_, credential, _)| credential != name)
    });
    names.collect()
}

fn required<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> BTreeSet<String> {
    let (bare, answered): (Vec<&Exchange>, Vec<&Exchange>) =
        exchanges.partition(|exchange| lacks_headers(exchange));
    let in_all = answered.iter().map(|exchange| names(exchange));
    let in_all = in_all.reduce(|all, names| all.intersection(&names).cloned().collect());
    let mut required = in_all.unwrap_or_default();
    for exchange in &bare {
        required.retain(|name| !exchange.request.header_list.contains(name));
    }
    let text = |exchange: &&Exchange| {
        parts_if(&exchange.request, |name| {
            !required.contains(name) && !is_special_name(name)
        })
    };
    let of_bare: BTreeSet<String> = bare.iter().map(text).collect();
    let has_pair = answered
        .iter()
        .map(text)
        .any(|text| of_bare.contains(&text));
    if has_pair { required } else { BTreeSet::new() }
}

impl Evidence<'_> {
    /// Returns why a permitted fetch fails, if its last request lacks a header that the server requires.
    pub(super) fn lacking_required_header(&self, violation: &Violation) -> Option<Cause> {
        let last = violation.exchanges.last()?;
        let status = last.response.status;
        let is_explained = violation.unanswered.is_none()
            && !is_redirect_status(status)
            && self.required_headers.explains(last);
        is_explained.then(|| {
            if is_error(last) {
                Cause::LacksHeadersOnErrors
            } else {
                Cause::LacksHeadersOnSomeResponses
            }
        })
    }

    /// Returns the headers that the server requires, if they explain all violations.
    pub(super) fn required_headers(&self, violations: &[Violation]) -> Option<Names> {
        let mut violations = violations.iter();
        let is_explained =
            violations.all(|violation| self.lacking_required_header(violation).is_some());
        let names = self.required_headers.names.iter();
        Names::new(names.map(|name| capitalized(name))).filter(|_| is_explained)
    }
}
