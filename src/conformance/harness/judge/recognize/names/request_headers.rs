//! The headers of requests that are the reason for a mistake, such as `Cookie`.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

use super::{
    super::{
        Evidence,
        facts::{
            REQUEST_HEADERS, REQUEST_METHOD, allows_origin, has_credentials, is_cors_header, single,
        },
    },
    Names,
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::requests::origin_kind,
        probes::{
            probe::PRIVATE_NETWORK_HEADER,
            special_headers::{special_header_names, unsafe_header_names},
        },
        report::{request_kind::OriginKind, violation::Violation},
    },
    explain::header_name::capitalized,
    infrastructure::bytes::isomorphic_decode,
};

/// Returns the names of the headers with credentials (`Cookie` and `Authorization`) that the requests have.
pub(in super::super) fn credential_headers<'x>(
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> Option<Names> {
    let with_credentials = exchanges.filter(|exchange| has_credentials(exchange));
    Names::new(with_credentials.flat_map(distinguishing_headers))
}

/// Returns the names of the special headers (see [`distinguishing_headers`]) of the requests. Returns `None` if at least one
/// violation has no request with such a header.
fn common_headers(violations: &[Violation]) -> Option<Names> {
    let is_special = |violation: &Violation| {
        let mut exchanges = violation.exchanges.iter();
        exchanges.any(|exchange| distinguishing_headers(exchange).next().is_some())
    };
    let exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
    let names = Names::new(exchanges.flat_map(distinguishing_headers));
    names.filter(|_| violations.iter().all(is_special))
}

/// Returns the names of the headers on which the server reflects origins. If all requests have some of the special headers (see
/// [`distinguishing_headers`]) and of the headers that need a preflight in common, returns these. Otherwise, returns the fewest
/// headers so that each request has one of them.
///
/// `unreflected` has the headers of requests whose responses do not reflect a denied origin. Such a header is not the reason,
/// unless a violation has no other header.
pub(in super::super) fn reflected_headers(
    violations: &[Violation],
    unreflected: &BTreeSet<String>,
) -> Option<Names> {
    let of_violations = violations.iter().map(|violation| {
        let headers = violation.exchanges.iter().flat_map(|exchange| {
            let unsafe_names = unsafe_header_names(&exchange.request).into_iter();
            let unsafe_names = unsafe_names.map(|name| capitalized(&name));
            distinguishing_headers(exchange).chain(unsafe_names)
        });
        let headers: BTreeSet<String> = headers.collect();
        let reasons: BTreeSet<String> = headers.difference(unreflected).cloned().collect();
        if reasons.is_empty() { headers } else { reasons }
    });
    let mut left: Vec<BTreeSet<String>> = of_violations.filter(|names| !names.is_empty()).collect();
    let mut found = BTreeSet::new();
    while !left.is_empty() {
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for name in left.iter().flatten() {
            *counts.entry(name).or_default() += 1;
        }
        let most = counts.values().max().copied();
        let best = counts.iter().filter(|(_, count)| Some(**count) == most);
        let best: BTreeSet<String> = best.map(|(name, _)| (*name).clone()).collect();
        left.retain(|names| names.is_disjoint(&best));
        found.extend(best);
    }
    Names::new(found)
}

/// Returns the special headers (see [`distinguishing_headers`]) of requests whose responses do not allow a denied origin. The
/// values of `Accept` and `Content-Type` matter, so these headers do not count.
pub(in super::super) fn unreflected_headers<'x>(
    expectations: &Expectations,
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> BTreeSet<String> {
    let unreflected = exchanges.filter(|exchange| {
        !allows_origin(exchange)
            && distinguishing_headers(exchange).next().is_some()
            && origin_kind(expectations, &exchange.request) == OriginKind::Denied
    });
    let headers = unreflected.flat_map(distinguishing_headers);
    headers
        .filter(|name| !["Accept", "Content-Type"].contains(&name.as_str()))
        .collect()
}

/// Returns the keys (see [`response_key`]) of the responses to requests without special headers (see
/// [`distinguishing_headers`]).
pub(in super::super) fn plain_responses<'x>(
    exchanges: impl Iterator<Item = &'x Exchange>,
) -> BTreeSet<String> {
    let plain = exchanges.filter(|exchange| distinguishing_headers(exchange).next().is_none());
    plain.map(response_key).collect()
}

/// Returns a text with the method, the `Origin`, and the requested method and names of the request, and with the status, the
/// CORS headers and `Vary` of the response. The URL is not in the text. If a request with a special header and a request
/// without it have the same key, the header is not the reason for the response.
fn response_key(exchange: &Exchange) -> String {
    let (request, response) = (&exchange.request, &exchange.response);
    let given = ["origin", REQUEST_METHOD, REQUEST_HEADERS].map(|name| {
        let value = single(&request.header_list, name);
        value.map_or_else(String::new, |value| {
            [": ", &isomorphic_decode(&value)].concat()
        })
    });
    let headers = response.header_list.iter();
    let headers = headers.filter(|(name, _)| is_cors_header(name.as_str()) || **name == "vary");
    let headers: BTreeSet<String> = headers
        .map(|(name, value)| {
            let name = name.as_str().to_ascii_lowercase();
            [&*name, ": ", &isomorphic_decode(value.as_bytes())].concat()
        })
        .collect();
    let status = [request.method.as_str(), response.status.as_str()].map(String::from);
    let lines = status.into_iter().chain(given).chain(headers);
    lines.collect::<Vec<_>>().join("\n")
}

impl Evidence<'_> {
    /// Returns the special headers (see [`distinguishing_headers`]) that the requests of all violations have. Returns `None` if a
    /// request without these headers gets the same response, because the headers are then not the reason.
    pub(in super::super) fn headers_with_mistake(&self, violations: &[Violation]) -> Option<Names> {
        let names = common_headers(violations)?;
        // The other exchanges of a violation are only for comparison.
        let shown = violations
            .iter()
            .filter_map(|violation| violation.exchanges.last());
        let mut shown = shown.filter(|exchange| distinguishing_headers(exchange).next().is_some());
        let is_plain = shown.any(|exchange| self.plain_responses.contains(&response_key(exchange)));
        (!is_plain).then_some(names)
    }
}

/// Returns the names of the headers that the request has, and that most requests of the check do not have.
fn distinguishing_headers(exchange: &Exchange) -> impl Iterator<Item = String> {
    let names = ["cookie", "authorization", PRIVATE_NETWORK_HEADER];
    let list = &exchange.request.header_list;
    let sent = names.into_iter().filter(|name| list.contains(name));
    let sent = sent.chain(special_header_names(&exchange.request));
    sent.map(capitalized)
}
