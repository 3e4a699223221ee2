//! Finds responses that say nothing about the policy: the server is unavailable, or fails now and then, whatever the
//! request.
//!
//! The evidence is two equal requests, of which only one fails.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::StatusCode;

use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::{
                crashes::{fails, is_well_formed},
                pairs::Judged,
                request_parts::parts,
                requests::origin_kind,
            },
            report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        },
        laws::Law,
    },
};

/// All requests of a group can fail by chance. The failures have a pattern if chance makes all requests of the group
/// fail in less than one of this number of runs.
const CHANCES: usize = 1000;

/// The server errors that have no pattern.
pub(crate) struct Unstable {
    /// The ids of the requests that get a server error without a pattern.
    pub(crate) ids: BTreeSet<String>,
    /// The violation that shows two equal requests with different answers.
    pub(crate) violation: Violation,
}

/// Returns the ids of the requests that get the status 503 because the server is unavailable or limits the number of
/// requests. Returns no ids if the server is available.
///
/// The server is unavailable if most requests get the status 503, and the status does not depend on the request. If a
/// server answers only some kinds of requests with 503, it answers other kinds at the same time.
pub(crate) fn find_unavailable(
    expectations: &Expectations,
    exchanges: &[Judged],
) -> BTreeSet<String> {
    let failures = Failures::new(expectations, exchanges, |exchange| {
        exchange.response.status == StatusCode::SERVICE_UNAVAILABLE
    });
    let failed = ids(failures.failed());
    let is_mostly_unavailable = failed.len() * 2 > exchanges.len();
    let is_always_unavailable = failed.len() == exchanges.len();
    let depends_on_request = failures.answers_others(expectations)
        || (failures.pair().is_none() && !is_always_unavailable);
    if !is_mostly_unavailable || depends_on_request {
        return BTreeSet::new();
    }
    failed
}

/// Finds the server errors without a pattern. Returns `None` if there is no evidence for such errors.
pub(crate) fn find_unstable(expectations: &Expectations, exchanges: &[Judged]) -> Option<Unstable> {
    let failures = Failures::new(expectations, exchanges, fails);
    let (answered, failed) = failures.pair()?;
    let ids = ids(failures.without_pattern(expectations));
    let mistake = format!(
        "{} of {} requests get a server error, without a pattern: equal requests get different answers",
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
    let violation = Violation {
        detail: Cause::FailsSometimes.to_string(),
        advice: Cause::FailsSometimes.advice(),
        mistake: Some(mistake),
        ..Violation::new(law, &failed.0.name, message, exchanges)
    };
    Some(Unstable { ids, violation })
}

fn ids<'x>(exchanges: impl Iterator<Item = &'x Judged>) -> BTreeSet<String> {
    exchanges.map(|(_, exchange)| exchange.id.clone()).collect()
}

/// The exchanges of a check, of which some are failures.
struct Failures<'x> {
    exchanges: &'x [Judged],
    is_failure: fn(&Exchange) -> bool,
    /// The number of requests, and the number of requests that do not fail, for each group of similar requests.
    groups: BTreeMap<String, (usize, usize)>,
}

impl<'x> Failures<'x> {
    fn new(
        expectations: &Expectations,
        exchanges: &'x [Judged],
        is_failure: fn(&Exchange) -> bool,
    ) -> Self {
        let mut groups: BTreeMap<String, (usize, usize)> = BTreeMap::new();
        for judged in exchanges {
            for key in keys(expectations, judged) {
                let (all, answered) = groups.entry(key).or_default();
                *all += 1;
                *answered += usize::from(!is_failure(&judged.1));
            }
        }
        Self {
            exchanges,
            is_failure,
            groups,
        }
    }

    fn failed(&self) -> impl Iterator<Item = &'x Judged> {
        let is_failure = self.is_failure;
        let exchanges = self.exchanges.iter();
        exchanges.filter(move |(_, exchange)| is_failure(exchange))
    }

    /// Whether the failures have a pattern, and most requests outside the pattern do not fail. Only the time between the
    /// first and the last failure counts, because the server can be unavailable for a part of the check.
    fn answers_others(&self, expectations: &Expectations) -> bool {
        let is_failure = |(_, exchange): &Judged| (self.is_failure)(exchange);
        let first = self.exchanges.iter().position(is_failure);
        let last = self.exchanges.iter().rposition(is_failure);
        let (Some(first), Some(last)) = (first, last) else {
            return false;
        };
        let during = self.exchanges.get(first..=last).unwrap_or_default();
        let answered = during.iter().filter(|judged| !is_failure(judged)).count();
        self.without_pattern(expectations).count() < answered
    }

    /// Returns two equal requests: the first does not fail, and the second fails.
    fn pair(&self) -> Option<(&'x Judged, &'x Judged)> {
        let mut equal: BTreeMap<String, Vec<&Judged>> = BTreeMap::new();
        for judged in self.exchanges {
            equal
                .entry(parts(&judged.1.request))
                .or_default()
                .push(judged);
        }
        let mut groups = equal.into_values();
        groups.find_map(|group| {
            let (failed, answered): (Vec<&Judged>, Vec<&Judged>) = group
                .into_iter()
                .partition(|(_, exchange)| (self.is_failure)(exchange));
            Some((*answered.first()?, *failed.first()?))
        })
    }

    /// Returns the failures without a pattern. If all requests of a group fail, the failures have a pattern, unless
    /// chance is a probable reason.
    fn without_pattern(&self, expectations: &Expectations) -> impl Iterator<Item = &'x Judged> {
        let failed = self.failed().count();
        let has_pattern = move |judged: &Judged| {
            let mut keys = keys(expectations, judged).into_iter();
            keys.any(|key| {
                let (all, answered) = self.groups.get(&key).copied().unwrap_or_default();
                let chance =
                    (0..all).fold(CHANCES, |chance, _| chance * failed / self.exchanges.len());
                answered == 0 && chance == 0
            })
        };
        self.failed().filter(move |judged| !has_pattern(judged))
    }
}

/// Returns the groups of a request. A server that fails on a part of the requests fails on one of these groups: on
/// equal requests, on the requests of one kind of probe, of one origin, of one method, of one kind of origin, or of one
/// kind of origin with one method.
fn keys(expectations: &Expectations, (probe, exchange): &Judged) -> [String; 6] {
    let request = &exchange.request;
    let (method, is_preflight) = (&request.method, request.is_preflight());
    let origin = request.header_list.get("origin").unwrap_or_default();
    let kind = origin_kind(expectations, request);
    let is_malformed = kind == OriginKind::Denied && !is_well_formed(request);
    [
        format!("equal {}", parts(request)),
        format!("probe {} {is_preflight}", probe.kind()),
        format!("origin {}", origin.escape_ascii()),
        format!("method {method} {is_preflight}"),
        format!("kind {kind:?} {is_malformed}"),
        format!("kind {kind:?} {is_malformed} {method} {is_preflight}"),
    ]
}
