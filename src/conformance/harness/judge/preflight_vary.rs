//! Finds request headers that change preflight responses, although the `Vary` of these responses does not list the
//! headers.

use alloc::{collections::BTreeMap, format, string::String, vec::Vec};

use super::pairs::Judged;
use crate::{
    cases::Exchange, conformance::laws::server::caches::may_answer, fetching::HttpRequest,
    infrastructure::header_list::HeaderList,
};

/// The request headers that a server reads to answer a preflight.
const NAMES: [&str; 3] = [
    "Origin",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
];

/// Returns a note if preflight responses depend on a header that their `Vary` does not list. This is not a violation,
/// because responses to OPTIONS are not cacheable (RFC 9110 §9.3.7). But some caches can be configured to store such
/// responses.
pub(crate) fn preflight_vary_note(exchanges: &[Judged]) -> Option<String> {
    let exchanges = exchanges.iter().map(|(_, exchange)| exchange);
    let preflights: Vec<&Exchange> = exchanges
        .filter(|exchange| exchange.request.is_preflight())
        .collect();
    let missing = NAMES.into_iter().filter_map(|name| {
        let [stored, other] = find_mixed(name, &preflights)?;
        Some(format!("`{name}` ({}, {})", stored.id, other.id))
    });
    let missing: Vec<String> = missing.collect();
    if missing.is_empty() {
        return None;
    }
    Some(format!(
        "preflight responses depend on headers that their `Vary` does not list: {}. Responses to OPTIONS are not cacheable \
         (RFC 9110 §9.3.7), but a cache that is configured to store them can answer one preflight \
         with the response to another preflight: list these headers in `Vary` too",
        missing.join(", ")
    ))
}

/// Returns two preflights that differ only in the header `name`, but have different responses. A cache that follows the
/// `Vary` of the first response can answer the second preflight with the first response.
fn find_mixed<'e>(name: &str, preflights: &[&'e Exchange]) -> Option<[&'e Exchange; 2]> {
    let mut similar: BTreeMap<String, Vec<&Exchange>> = BTreeMap::new();
    for exchange in preflights.iter().copied() {
        let known = similar.entry(without(name, &exchange.request)).or_default();
        let mixed = known.iter().find_map(|earlier| {
            if grants(earlier) == grants(exchange) {
                return None;
            }
            let pairs = [[*earlier, exchange], [exchange, *earlier]];
            pairs.into_iter().find(|[stored, other]| {
                let differs = |name| {
                    stored.request.header_list.get(name) != other.request.header_list.get(name)
                };
                differs(name) && may_answer(&stored.request, &stored.response, &other.request)
            })
        });
        if mixed.is_some() {
            return mixed;
        }
        known.push(exchange);
    }
    None
}

/// Returns the URL and the headers of the request as text, without the header `name`. Requests that differ only in this
/// header have equal texts.
fn without(name: &str, request: &HttpRequest) -> String {
    let mut lines = lines(&request.header_list);
    lines.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
    format!("{} {lines:?}", request.url)
}

/// Returns the status and the CORS headers of a preflight response.
fn grants(exchange: &Exchange) -> (u16, Vec<(String, Vec<u8>)>) {
    let mut lines = lines(&exchange.response.header_list);
    lines.retain(|(name, _)| name.starts_with("access-control-"));
    (exchange.response.status.as_u16(), lines)
}

/// Returns the header lines, sorted. The names are in lower case.
fn lines(list: &HeaderList) -> Vec<(String, Vec<u8>)> {
    let lines = list.iter();
    let lines = lines.map(|(name, value)| {
        let name = name.as_str().to_ascii_lowercase();
        (name, value.as_bytes().to_vec())
    });
    let mut lines: Vec<_> = lines.collect();
    lines.sort();
    lines
}
