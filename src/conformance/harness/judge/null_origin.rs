//! Finds requests with `Origin: null` that a server refuses, although the server answers the same requests from other
//! denied origins.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::{Method, StatusCode};

use super::{
    outages::MIN_OUTAGE_LENGTH, pairs::Judged, request_origin::is_well_formed,
    request_parts::parts_without, requests::origin_kind,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        },
        laws::{Law, harmless_origin_is_not_refused, severity::Severity},
    },
};

/// The fix if the server refuses `Origin: null` only in GET and HEAD requests.
pub(super) const HARMLESS_FIX: &str = "answer these requests with the usual status and without CORS headers; the refusal is harmless today: only a page that cannot read the response sends `Origin: null` with GET or HEAD, for example a sandboxed page";

/// Finds one refused request for each method.
///
/// A server may refuse every origin that the policy denies. A request with `Origin: null` counts as refused only if the
/// server answers the same request from every denied `http` or `https` origin. During an outage, a server refuses also
/// other requests, so a refusal in a series with refusals of other origins does not count.
pub(crate) fn find_refused_null(
    expectations: &Expectations,
    exchanges: &[Judged],
) -> Vec<Violation> {
    let denied = exchanges.iter().filter(|(_, exchange)| {
        // A server may refuse every preflight of an origin that the policy does not allow: the preflight fails anyway.
        exchange.request.method != Method::OPTIONS
            && origin_kind(expectations, &exchange.request) == OriginKind::Denied
            && is_well_formed(&exchange.request)
    });
    let (null, others): (Vec<&Judged>, Vec<&Judged>) =
        denied.partition(|(_, exchange)| is_null(exchange));
    let mut by_parts: BTreeMap<String, Vec<&Exchange>> = BTreeMap::new();
    for (_, other) in others {
        if is_web_origin(other) {
            let parts = parts_without(&other.request, "origin");
            by_parts.entry(parts).or_default().push(other);
        }
    }
    let in_series = in_series_with_other_origins(exchanges);
    let mut methods = BTreeSet::new();
    let refused = null.into_iter().filter_map(|(probe, exchange)| {
        let status = exchange.response.status;
        // `find_crashes` finds the server errors. Status 429 depends on the number of earlier requests and not on the
        // origin.
        if status.is_server_error()
            || status == StatusCode::TOO_MANY_REQUESTS
            || in_series.contains(&*exchange.id)
        {
            return None;
        }
        let parts = parts_without(&exchange.request, "origin");
        let others = by_parts.get(&parts)?.iter();
        let mut violations = others.map(|other| {
            let law = harmless_origin_is_not_refused(status, other.response.status);
            law.err().map(|violation| (*other, violation))
        });
        // The report has this violation only if the law is violated for each of `others`. The report shows the first
        // of `others` as an example.
        let (other, violation) = violations.next()??;
        if !violations.all(|violation| violation.is_some()) {
            return None;
        }
        let method = &exchange.request.method;
        let advice = Cause::RefusesNullOrigin.advice();
        let message = format!("{method} requests with `Origin: null` fail: {violation}: {advice}");
        let exchanges = vec![other.clone(), exchange.clone()];
        let law = Law::HarmlessOriginIsNotRefused;
        methods.insert(method.to_string()).then(|| Violation {
            detail: format!("null {method}"),
            advice,
            severity: severity(method),
            ..Violation::new(law, &probe.name, message, exchanges)
        })
    });
    refused.collect()
}

/// Returns the ids of the requests in a series of refusals that is probably an outage: consecutive responses have the same
/// status, which is not a status from 200 to 299, and at least one of the refused requests has an origin other than `null`. Preflights do not count,
/// because a server may refuse every preflight of a denied origin.
fn in_series_with_other_origins(exchanges: &[Judged]) -> BTreeSet<&str> {
    let exchanges: Vec<&Exchange> = exchanges.iter().map(|(_, exchange)| exchange).collect();
    let series = exchanges.chunk_by(|a, b| a.response.status == b.response.status);
    let outages = series.filter(|series| {
        let status = series.first().map(|exchange| exchange.response.status);
        let is_refusal = status.is_some_and(|status| !status.is_success());
        let mut others = series
            .iter()
            .filter(|exchange| exchange.request.method != Method::OPTIONS && !is_null(exchange));
        is_refusal && series.len() >= MIN_OUTAGE_LENGTH && others.next().is_some()
    });
    outages.flatten().map(|exchange| &*exchange.id).collect()
}

fn is_null(exchange: &Exchange) -> bool {
    let origin = exchange.request.header_list.get("origin");
    origin.is_some_and(|origin| *origin == *b"null")
}

fn is_web_origin(exchange: &Exchange) -> bool {
    let origin = exchange.request.header_list.get("origin");
    origin.is_some_and(|origin| origin.starts_with(b"http://") || origin.starts_with(b"https://"))
}

/// Returns the severity of a refusal of `Origin: null`. With GET and HEAD, browsers send `Origin: null` only in CORS
/// requests, and the policy does not let pages with the origin `null` read the response. With other methods, the
/// server's own pages can send `Origin: null` if the mode of the request is not `cors` and the page has
/// `Referrer-Policy: no-referrer`.
fn severity(method: &Method) -> Severity {
    if is_harmless(method) {
        Severity::Waste
    } else {
        Severity::Broken
    }
}

/// Whether a refusal of `Origin: null` is harmless for requests with this method.
pub(super) fn is_harmless(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}
