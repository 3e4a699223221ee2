//! Finds whether failures of a server have a pattern: all requests of a group of similar requests fail.

use alloc::{collections::BTreeMap, format, string::String, vec, vec::Vec};

use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::{
            crashes::is_well_formed, pairs::Judged, request_parts::parts, requests::origin_kind,
        },
        report::request_kind::OriginKind,
    },
};

/// All requests of a group can fail by chance. The failures have a pattern if the probability of this coincidence is
/// less than 1 / `CHANCES`.
const CHANCES: u128 = 1000;

/// The exchanges of a check, of which some are failures.
pub(super) struct Failures<'x> {
    expectations: &'x Expectations,
    exchanges: &'x [Judged],
    is_failure: fn(&Exchange) -> bool,
    /// For each exchange: whether it is a failure with a pattern.
    has_pattern: Vec<bool>,
}

impl<'x> Failures<'x> {
    pub(super) fn new(
        expectations: &'x Expectations,
        exchanges: &'x [Judged],
        is_failure: fn(&Exchange) -> bool,
    ) -> Self {
        let groups = failed_groups(expectations, exchanges, is_failure);
        let mut is_in_group = vec![false; exchanges.len()];
        mark(&mut is_in_group, groups.iter().flatten());
        let is_of_outage = of_outages(exchanges, is_failure, &is_in_group);
        let is_pattern = |group: &&Vec<usize>| {
            let indexes = group.iter();
            let of_outages = indexes.filter(|index| is_of_outage.get(**index) == Some(&true));
            of_outages.count() * 2 < group.len()
        };
        let mut has_pattern = vec![false; exchanges.len()];
        mark(&mut has_pattern, groups.iter().filter(is_pattern).flatten());
        Self {
            expectations,
            exchanges,
            is_failure,
            has_pattern,
        }
    }

    pub(super) fn failed(&self) -> impl Iterator<Item = &'x Judged> {
        let is_failure = self.is_failure;
        let exchanges = self.exchanges.iter();
        exchanges.filter(move |(_, exchange)| is_failure(exchange))
    }

    /// Returns two equal requests: the first does not fail, and the second fails.
    pub(super) fn pair(&self) -> Option<(&'x Judged, &'x Judged)> {
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

    /// Whether the kind of a request decides whether the request fails. If so, each kind has only failures or no
    /// failures. At least one kind has no failures and two or more requests.
    pub(super) fn depend_on_kind(&self) -> bool {
        let mut kinds: BTreeMap<String, Vec<bool>> = BTreeMap::new();
        for judged in self.exchanges {
            let [.., kind] = keys(self.expectations, judged);
            let is_failure = (self.is_failure)(&judged.1);
            kinds.entry(kind).or_default().push(is_failure);
        }
        let is_mixed = |failures: &Vec<bool>| failures.contains(&true) && failures.contains(&false);
        let is_answered = |failures: &Vec<bool>| failures.len() > 1 && !failures.contains(&true);
        !kinds.values().any(is_mixed) && kinds.values().any(is_answered)
    }

    /// Returns the failures without a pattern.
    pub(super) fn without_pattern(&self) -> impl Iterator<Item = &'x Judged> {
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
        is_improbable(group.len(), failed, exchanges.len()) && group.iter().all(fails)
    };
    groups.into_values().filter(is_failed).collect()
}

/// Whether the probability that all requests of a group fail by chance is less than 1 / `CHANCES`. `group` is the
/// number of requests in the group, `all` is the number of all requests, and `failed` is the number of all failed
/// requests.
fn is_improbable(group: usize, failed: usize, all: usize) -> bool {
    // A fixed-point number: `ONE` is the number 1. The factor makes the rounding error of each step small.
    const ONE: u128 = 1 << 40;
    let chance = (0..group).fold(CHANCES * ONE, |chance, _| {
        chance * failed as u128 / all as u128
    });
    chance < ONE
}

/// Returns, for each exchange in a [failed group](failed_groups), whether the exchange is probably part of an outage.
/// During an outage, the server fails on every request. The results for the other exchanges have no meaning.
///
/// A run is a series of consecutive exchanges that are all in failed groups. A run is part of an outage if its
/// neighbors also failed, although the neighbors are not in a failed group. The neighbors are the exchange before the
/// run and the exchange after the run. At the start or at the end of the check, a run has only one neighbor.
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

/// Returns the keys of the groups that contain the request. The requests of a group are equal, or have a property in
/// common, such as the origin or the method. If the errors have a pattern, the server fails on a whole group.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_improbable_groups_count() {
        for (group, failed, all, expected) in [
            (9, 1, 2, false),
            (10, 1, 2, true),
            // (381 / 423)^66 is 1 / 993, and (381 / 423)^67 is 1 / 1103.
            (50, 381, 423, false),
            (66, 381, 423, false),
            (67, 381, 423, true),
            (1000, 423, 423, false),
            (1, 0, 423, true),
            (3, 1, usize::MAX, true),
            (300, usize::MAX - 1, usize::MAX, false),
        ] {
            let is_improbable = is_improbable(group, failed, all);
            assert_eq!(is_improbable, expected, "{group} {failed} {all}");
        }
    }
}
