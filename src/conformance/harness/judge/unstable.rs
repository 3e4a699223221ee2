//! Finds server errors that have no pattern: the server fails now and then, whatever the request.
//!
//! The evidence is two equal requests, of which only one gets a server error.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::StatusCode;

use crate::conformance::{
    harness::{
        expectations::Expectations,
        judge::{
            crashes::{fails, is_well_formed},
            pairs::{Judged, parts_without},
            requests::origin_kind,
        },
        report::{cause::Cause, request_kind::OriginKind, violation::Violation},
    },
    laws::Law,
};

/// All requests of a group can get a server error by coincidence. If the probability of such a coincidence is below
/// 1 / `CHANCES`, the errors have a pattern.
const CHANCES: usize = 1000;

/// The server errors that have no pattern.
pub(crate) struct Unstable {
    /// The ids of the requests whose server errors have no pattern. If `is_unavailable` is true, the ids of all
    /// requests with a server error.
    pub(crate) ids: BTreeSet<String>,
    /// Whether most requests get the status 503. This status means that the server is not available, or that the
    /// server limits the number of requests.
    pub(crate) is_unavailable: bool,
    /// The violation that shows two equal requests with different answers. `None` if most requests get the status 503.
    pub(crate) violation: Option<Violation>,
}

/// Finds server errors that have no pattern. Returns `None` if there is no evidence for such errors.
pub(crate) fn find_unstable(expectations: &Expectations, exchanges: &[Judged]) -> Option<Unstable> {
    let is_unavailable =
        |judged: &&Judged| judged.1.response.status == StatusCode::SERVICE_UNAVAILABLE;
    let unavailable = exchanges.iter().filter(is_unavailable).count();
    let is_mostly_unavailable = unavailable * 2 > exchanges.len();
    let mut equal: BTreeMap<String, Vec<&Judged>> = BTreeMap::new();
    for judged in exchanges {
        let parts = parts_without(&judged.1.request, "");
        equal.entry(parts).or_default().push(judged);
    }
    let mut pairs = equal.values().filter_map(|group| {
        let answered = group.iter().find(|(_, exchange)| !fails(exchange))?;
        let failed = group.iter().find(|(_, exchange)| fails(exchange))?;
        Some((*answered, *failed))
    });
    let pair = pairs.next();
    if pair.is_none() && (exchanges.is_empty() || unavailable < exchanges.len()) {
        return None;
    }
    let failed: Vec<&Judged> = exchanges.iter().filter(|(_, other)| fails(other)).collect();
    let groups = groups(expectations, exchanges);
    // If all requests of a group fail, the failures have a pattern, unless the failures can be a coincidence: see
    // `CHANCES`.
    let has_pattern = |judged: &Judged| {
        let mut keys = keys(expectations, judged).into_iter();
        keys.any(|key| {
            let (all, answered) = groups.get(&key).copied().unwrap_or_default();
            let chance =
                (0..all).fold(CHANCES, |chance, _| chance * failed.len() / exchanges.len());
            answered == 0 && chance == 0
        })
    };
    let without_pattern = failed
        .iter()
        .filter(|judged| is_mostly_unavailable || !has_pattern(judged));
    let ids: BTreeSet<String> = without_pattern
        .map(|(_, exchange)| exchange.id.clone())
        .collect();
    let violation = pair.map(|(answered, failed)| {
        let mistake = format!(
            "{} of {} requests get a server error, apparently at random: equal requests get different answers",
            ids.len(),
            exchanges.len(),
        );
        let message = format!(
            "the status is {} for the first request, and {} for an equal request: {}",
            answered.1.response.status.as_u16(),
            failed.1.response.status.as_u16(),
            Cause::FailsSometimes.advice(),
        );
        let exchanges = vec![answered.1.clone(), failed.1.clone()];
        let law = Law::EveryRequestGetsAResponse;
        Violation {
            detail: Cause::FailsSometimes.to_string(),
            advice: Cause::FailsSometimes.advice(),
            mistake: Some(mistake),
            ..Violation::new(law, &failed.0.name, message, exchanges)
        }
    });
    Some(Unstable {
        ids,
        is_unavailable: is_mostly_unavailable,
        violation: violation.filter(|_| !is_mostly_unavailable),
    })
}

/// Returns the number of requests, and the number of answered requests, for each group of similar requests.
fn groups(expectations: &Expectations, exchanges: &[Judged]) -> BTreeMap<String, (usize, usize)> {
    let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for judged in exchanges {
        for key in keys(expectations, judged) {
            let (all, answered) = groups.entry(key).or_default();
            *all += 1;
            *answered += usize::from(!fails(&judged.1));
        }
    }
    groups
}

/// Returns the keys of the groups that contain the request. The requests of a group are equal, or have a property in
/// common, such as the origin or the method. If the errors have a pattern, the server fails on a whole group.
fn keys(expectations: &Expectations, (probe, exchange): &Judged) -> [String; 6] {
    let request = &exchange.request;
    let (method, is_preflight) = (&request.method, request.is_preflight());
    let origin = request.header_list.get("origin").unwrap_or_default();
    let kind = origin_kind(expectations, request);
    let is_malformed = kind == OriginKind::Denied && !is_well_formed(request);
    [
        format!("equal {}", parts_without(request, "")),
        format!("probe {} {is_preflight}", probe.kind()),
        format!("origin {}", origin.escape_ascii()),
        format!("method {method} {is_preflight}"),
        format!("kind {kind:?} {is_malformed}"),
        format!("kind {kind:?} {is_malformed} {method} {is_preflight}"),
    ]
}
