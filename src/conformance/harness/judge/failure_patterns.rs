//! Finds whether failures of a server have a pattern: all requests of a group of similar requests fail.

use alloc::{collections::BTreeSet, vec, vec::Vec};

use crate::{
    cases::Exchange,
    conformance::harness::{
        expectations::Expectations,
        judge::{
            outages::Outages,
            pairs::Judged,
            request_groups::{Groups, Property},
        },
    },
};

/// All requests of a group can fail by chance. The failures have a pattern if the probability of this coincidence is
/// less than 1 / `CHANCES`. A check has hundreds of groups. With this limit, a pattern is seldom a coincidence.
pub(super) const CHANCES: u128 = 5000;
/// Same as [`CHANCES`], for the groups of a kind of origin. There are only few such groups, and a mistake for all
/// requests of such a group is frequent.
const CHANCES_OF_ORIGIN_KIND: u128 = 300;

/// The properties that select a part of a check. A server can fail by chance only on the requests of such a part, for
/// example only on POST requests.
const PROPERTIES_OF_PARTS: [Property; 2] = [Property::Method, Property::Header];

/// The exchanges of a check, of which some are failures.
pub(super) struct Failures<'x> {
    exchanges: &'x [Judged],
    groups: &'x Groups,
    /// For each exchange: whether it is a failure.
    failed: Vec<bool>,
    outages: Outages,
    /// For each exchange: whether it is a failure with a pattern.
    has_pattern: Vec<bool>,
}

impl<'x> Failures<'x> {
    /// Finds server errors, and the outages that they show. `groups` has the groups of `exchanges`.
    pub(super) fn new(
        expectations: &Expectations,
        exchanges: &'x [Judged],
        groups: &'x Groups,
        is_failure: impl Fn(&Exchange) -> bool,
    ) -> Self {
        let failed = failed(exchanges, is_failure);
        let outages = Outages::new(expectations, exchanges, groups, &failed);
        Self::with(exchanges, groups, failed, outages)
    }

    /// Finds refusals, and the outages that they show. `groups` has the groups of `exchanges`.
    pub(super) fn of_refusals(
        exchanges: &'x [Judged],
        groups: &'x Groups,
        is_refusal: impl Fn(&Exchange) -> bool,
    ) -> Self {
        let failed = failed(exchanges, is_refusal);
        let outages = Outages::of_refusals(exchanges, groups, &failed);
        Self::with(exchanges, groups, failed, outages)
    }

    fn with(
        exchanges: &'x [Judged],
        groups: &'x Groups,
        failed: Vec<bool>,
        outages: Outages,
    ) -> Self {
        let mut failures = Self {
            exchanges,
            outages,
            groups,
            has_pattern: vec![false; failed.len()],
            failed,
        };
        failures.find_patterns();
        failures
    }

    /// Marks the failures with a pattern. A large group counts before a small group, so that the failures of the large
    /// group do not hide the pattern of the small group.
    fn find_patterns(&mut self) {
        let groups = self.groups.iter();
        let mut failed: Vec<(Property, Vec<usize>)> = groups
            .filter(|(_, group)| group.iter().all(|index| is_true(&self.failed, *index)))
            .map(|((property, _), group)| {
                let group = group.iter().copied();
                let group = group.filter(|index| !self.outages.contains(*index));
                (*property, group.collect())
            })
            .collect();
        failed.sort_by_key(|(_, group)| core::cmp::Reverse(group.len()));
        let parts = self.groups.iter();
        let parts = parts.filter(|((property, _), _)| PROPERTIES_OF_PARTS.contains(property));
        let parts: Vec<&[usize]> = parts.map(|(_, part)| &**part).collect();
        let mut patterns: Vec<Vec<usize>> = Vec::new();
        let indexes = 0..self.failed.len();
        let answered = indexes
            .clone()
            .filter(|index| !is_true(&self.failed, *index));
        let answered = answered.count();
        // The number of failures that are not in an outage and have no known pattern.
        let others =
            indexes.filter(|index| is_true(&self.failed, *index) && !self.outages.contains(*index));
        let mut others = others.count();
        for (property, mut group) in failed {
            group.retain(|index| !is_true(&self.has_pattern, *index));
            let failed = others - group.len();
            let chances = match property {
                Property::OriginKind => CHANCES_OF_ORIGIN_KIND,
                _ => CHANCES,
            };
            let is_improbable = |failed, all| is_improbable(chances, group.len(), failed, all);
            let is_pattern = !group.is_empty()
                && is_improbable(failed, failed + answered)
                && parts.iter().all(|part| {
                    let others = self.others_of_part(part, &group);
                    others.is_none_or(|(failed, all)| is_improbable(failed, all))
                });
            if is_pattern {
                mark(&mut self.has_pattern, &group);
                others = failed;
                patterns.push(group);
            }
        }
        self.remove_outages(&patterns);
    }

    /// Returns two numbers about the requests of the part that are not in the group: the number of failures without a
    /// known pattern, and the number of requests. Returns `None` if the part does not contain the whole group, or has no
    /// such requests.
    fn others_of_part(&self, part: &[usize], group: &[usize]) -> Option<(usize, usize)> {
        let contains_group = group.iter().all(|index| part.binary_search(index).is_ok());
        if !contains_group || part.len() == group.len() {
            return None;
        }
        let others = part.iter().filter(|index| {
            group.binary_search(index).is_err()
                && !is_true(&self.has_pattern, **index)
                && !self.outages.contains(**index)
        });
        let failed = others
            .clone()
            .filter(|index| is_true(&self.failed, **index));
        let count = others.count();
        (count > 0).then(|| (failed.count(), count))
    }

    /// Removes the patterns that are probably part of an outage. During an outage, the server fails on every request, so
    /// a pattern has no meaning.
    ///
    /// A run is a series of consecutive exchanges that all have a pattern. A run is part of an outage if its neighbors
    /// also failed, although the neighbors do not have a pattern. The neighbors are the exchange before the run and the
    /// exchange after the run. At the start or at the end of the check, a run has only one neighbor. A pattern is part
    /// of an outage if at least half of its requests are in such runs.
    fn remove_outages(&mut self, patterns: &[Vec<usize>]) {
        let mut is_surrounded = Vec::new();
        for run in self.has_pattern.chunk_by(|a, b| a == b) {
            let start = is_surrounded.len();
            let end = start + run.len();
            let before = start.checked_sub(1);
            let before = before.and_then(|index| self.failed.get(index));
            let mut neighbors = before.into_iter().chain(self.failed.get(end));
            is_surrounded.resize(end, neighbors.all(|is_failed| *is_failed));
        }
        self.has_pattern.fill(false);
        for pattern in patterns {
            let indexes = pattern.iter();
            let surrounded = indexes.filter(|index| is_true(&is_surrounded, **index));
            if surrounded.count() * 2 < pattern.len() {
                mark(&mut self.has_pattern, pattern);
            }
        }
    }

    /// Returns the indexes of the failures.
    pub(super) fn failed(&self) -> BTreeSet<usize> {
        self.selected(|index| is_true(&self.failed, index))
    }

    /// Returns the indexes of the failures of outages.
    pub(super) fn of_outages(&self) -> BTreeSet<usize> {
        self.selected(|index| self.outages.contains(index))
    }

    /// Returns two similar requests: the first does not fail, and the second fails during an outage.
    pub(super) fn outage_example(&self) -> Option<(&'x Judged, &'x Judged)> {
        let [answered, failed] = self.outages.example?;
        self.exchanges.get(answered).zip(self.exchanges.get(failed))
    }

    /// Returns two equal requests outside of outages: the first does not fail, and the second fails. The first request
    /// is one for whose exchange `is_answer` returns true.
    pub(super) fn pair(
        &self,
        is_answer: impl Fn(&Exchange) -> bool,
    ) -> Option<(&'x Judged, &'x Judged)> {
        let equal = self.groups.iter();
        let mut equal = equal.filter(|((property, _), _)| *property == Property::Equal);
        equal.find_map(|(_, group)| {
            let mut indexes = group.iter().copied();
            let is_answer = |index: &usize| {
                let judged = self.exchanges.get(*index);
                !is_true(&self.failed, *index)
                    && judged.is_some_and(|(_, exchange)| is_answer(exchange))
            };
            let answered = indexes.clone().find(is_answer)?;
            let failed = indexes
                .find(|index| is_true(&self.failed, *index) && !self.outages.contains(*index))?;
            self.exchanges.get(answered).zip(self.exchanges.get(failed))
        })
    }

    /// Whether the kind of a request decides whether the request fails. If so, each kind has only failures or no
    /// failures. At least one kind has no failures and two or more requests.
    pub(super) fn depend_on_kind(&self) -> bool {
        let kinds = self.groups.iter();
        let kinds = kinds.filter(|((property, _), _)| *property == Property::OriginKindAndMethod);
        let kinds: Vec<(usize, usize)> = kinds
            .map(|(_, group)| {
                let failed = group.iter().filter(|index| is_true(&self.failed, **index));
                (failed.count(), group.len())
            })
            .collect();
        let mut mixed = kinds
            .iter()
            .filter(|(failed, all)| *failed > 0 && failed < all);
        let mut answered = kinds
            .iter()
            .filter(|(failed, all)| *failed == 0 && *all > 1);
        mixed.next().is_none() && answered.next().is_some()
    }

    /// Returns the indexes of the failures without a pattern, and of the failures of outages.
    pub(super) fn without_pattern(&self) -> BTreeSet<usize> {
        self.selected(|index| is_true(&self.failed, index) && !is_true(&self.has_pattern, index))
    }

    fn selected(&self, is_selected: impl Fn(usize) -> bool) -> BTreeSet<usize> {
        let indexes = 0..self.exchanges.len();
        indexes.filter(|index| is_selected(*index)).collect()
    }
}

/// Returns, for each exchange, whether it is a failure.
fn failed(exchanges: &[Judged], is_failure: impl Fn(&Exchange) -> bool) -> Vec<bool> {
    let exchanges = exchanges.iter();
    exchanges
        .map(|(_, exchange)| is_failure(exchange))
        .collect()
}

fn is_true(marks: &[bool], index: usize) -> bool {
    marks.get(index) == Some(&true)
}

fn mark(marks: &mut [bool], indexes: &[usize]) {
    for index in indexes {
        if let Some(mark) = marks.get_mut(*index) {
            *mark = true;
        }
    }
}

/// Whether the probability that all requests of a group fail by chance is less than 1 / `chances`. `group` is the
/// number of requests in the group, `all` is the number of requests outside of the group, and `failed` is the number of
/// failed requests outside of the group.
pub(super) fn is_improbable(chances: u128, group: usize, failed: usize, all: usize) -> bool {
    // A fixed-point number: `ONE` is the number 1. The factor makes the rounding error of each step small.
    const ONE: u128 = 1 << 40;
    // One more failure than the check saw: a server can fail by chance although it did not fail outside of the group.
    let (failed, all) = (failed as u128 + 1, all as u128 + 1);
    let chance = (0..group).fold(chances * ONE, |chance, _| chance * failed / all);
    chance < ONE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_improbable_groups_count() {
        for (group, failed, all, expected) in [
            // One of two requests fails, so the probability of a group is 1 / 2^n.
            (12, 499, 999, false),
            (13, 499, 999, true),
            // 1 of 424 requests fails.
            (1, 0, 423, false),
            (2, 0, 423, true),
            (1000, 423, 423, false),
            (3, 1, 1 << 40, true),
            (300, (1 << 40) - 1, 1 << 40, false),
        ] {
            let is_improbable = is_improbable(5000, group, failed, all);
            assert_eq!(is_improbable, expected, "{group} {failed} {all}");
        }
        assert!(is_improbable(300, 3, 42, 430) && !is_improbable(5000, 3, 42, 430));
    }
}
