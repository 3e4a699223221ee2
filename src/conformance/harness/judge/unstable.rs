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
/// The server is unavailable if most requests get the status 503. Requests whose status 503 has a pattern do not count:
/// a server that answers only the requests of denied origins with 503 is available.
pub(crate) fn find_unavailable(
    expectations: &Expectations,
    exchanges: &[Judged],
) -> BTreeSet<String> {
    let failures = Failures::new(expectations, exchanges, |exchange| {
        exchange.response.status == StatusCode::SERVICE_UNAVAILABLE
    });
    let failed = ids(failures.failed());
    let answered = exchanges.len() - failed.len();
    let depends_on_request = answered > 0 && failures.pair().is_none();
    if depends_on_request || failures.without_pattern().count() <= answered {
        return BTreeSet::new();
    }
    failed
}

/// Finds the server errors without a pattern. Returns `None` if there is no evidence for such errors.
pub(crate) fn find_unstable(expectations: &Expectations, exchanges: &[Judged]) -> Option<Unstable> {
    let failures = Failures::new(expectations, exchanges, fails);
    let (answered, failed) = failures.pair()?;
    let ids = ids(failures.without_pattern());
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
    /// For each exchange: whether it is a failure with a pattern.
    has_pattern: Vec<bool>,
}

impl<'x> Failures<'x> {
    fn new(
        expectations: &Expectations,
        exchanges: &'x [Judged],
        is_failure: fn(&Exchange) -> bool,
    ) -> Self {
        let groups = failed_groups(expectations, exchanges, is_failure);
        let mut is_in_group = vec![false; exchanges.len()];
        mark(&mut is_in_group, groups.iter().flatten());
        let is_of_outage = of_outages(exchanges, is_failure, &is_in_group);
        let has_pattern = |group: &&Vec<usize>| {
            let of_outages = group
                .iter()
                .filter(|index| is_of_outage.get(**index) == Some(&true));
            of_outages.count() * 2 < group.len()
        };
        let mut patterns = vec![false; exchanges.len()];
        mark(&mut patterns, groups.iter().filter(has_pattern).flatten());
        Self {
            exchanges,
            is_failure,
            has_pattern: patterns,
        }
    }

    fn failed(&self) -> impl Iterator<Item = &'x Judged> {
        let is_failure = self.is_failure;
        let exchanges = self.exchanges.iter();
        exchanges.filter(move |(_, exchange)| is_failure(exchange))
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

    fn without_pattern(&self) -> impl Iterator<Item = &'x Judged> {
        let is_failure = self.is_failure;
        let exchanges = self.exchanges.iter().zip(&self.has_pattern);
        let without = exchanges.filter(|(_, has_pattern)| !**has_pattern);
        let without = without.map(|(judged, _)| judged);
        without.filter(move |(_, exchange)| is_failure(exchange))
    }
}

fn mark<'i>(marks: &mut [bool], indexes: impl Iterator<Item = &'i usize>) {
    for index in indexes {
        if let Some(mark) = marks.get_mut(*index) {
            *mark = true;
        }
    }
}

/// Returns the groups of similar requests that all fail, with the indexes of their exchanges. A group does not count if
/// chance is a probable reason.
fn failed_groups(
    expectations: &Expectations,
    exchanges: &[Judged],
    is_failure: fn(&Exchange) -> bool,
) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, judged) in exchanges.iter().enumerate() {
        for key in keys(expectations, judged) {
            groups.entry(key).or_default().push(index);
        }
    }
    let fails = |index: &usize| {
        let judged = exchanges.get(*index);
        judged.is_some_and(|(_, exchange)| is_failure(exchange))
    };
    let failed = (0..exchanges.len()).filter(fails).count();
    let is_failed = |group: &Vec<usize>| {
        let chance = group
            .iter()
            .fold(CHANCES, |chance, _| chance * failed / exchanges.len());
        chance == 0 && group.iter().all(fails)
    };
    groups.into_values().filter(is_failed).collect()
}

/// Returns, for each exchange, whether the server probably failed because of the time, and not because of the request:
/// the exchange is one of several consecutive exchanges of failed groups, and the exchanges before and after them are
/// failures too. At the start and at the end of the check, only one of these two exchanges exists.
fn of_outages(
    exchanges: &[Judged],
    is_failure: fn(&Exchange) -> bool,
    is_in_group: &[bool],
) -> Vec<bool> {
    let mut is_of_outage = Vec::new();
    for run in is_in_group.chunk_by(|a, b| a == b) {
        let start = is_of_outage.len();
        let end = start + run.len();
        let before = start.checked_sub(1).and_then(|index| exchanges.get(index));
        let mut neighbors = before.into_iter().chain(exchanges.get(end));
        let is_surrounded = neighbors.all(|(_, exchange)| is_failure(exchange));
        is_of_outage.resize(end, is_surrounded);
    }
    is_of_outage
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
