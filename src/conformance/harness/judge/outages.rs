//! Finds outages: for some time, a server fails on every request.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec,
    vec::Vec,
};

use super::{
    known_refusals::KnownRefusals,
    origin_forms::{Form, forms},
    pairs::Judged,
    request_groups::{Groups, Series, close_keys},
    request_origin::has_malformed_origin,
    request_parts::parts,
};
use crate::conformance::harness::{
    expectations::Expectations, report::violation::GENERATED_PREFIX,
};

/// The minimum number of consecutive failures in an outage.
pub(in crate::conformance::harness) const MIN_OUTAGE_LENGTH: usize = 4;

/// The minimum number of generated probes that fail one after the other. Of 100 probes in random order, three failures are
/// consecutive by chance with a probability of less than 1 / 1000.
const MIN_GENERATED: usize = 3;

/// The outages of a server during a check.
///
/// Several consecutive failures are an outage if, for at least half of them, the server answers a very similar request
/// before or after the outage. A failure does not count if it is in a group of similar requests on which the server
/// always fails, and the group also has failures before or after the outage.
pub(super) struct Outages {
    /// For each exchange: whether it is a failure during an outage.
    is_of_outage: Vec<bool>,
    /// The indexes of two similar exchanges: an answer, and a failure during an outage.
    pub(super) example: Option<[usize; 2]>,
}

impl Outages {
    /// Finds outages in which the server sends server errors. `failed` has, for each exchange, whether it is a failure.
    pub(super) fn new(
        expectations: &Expectations,
        exchanges: &[Judged],
        groups: &Groups,
        failed: &[bool],
    ) -> Self {
        let series = failed.chunk_by(|a, b| a == b);
        let series = series.filter(|run| run.first() == Some(&true));
        let has_one_series = series.count() == 1;
        let failures = exchanges
            .iter()
            .zip(failed)
            .filter(|(_, is_failed)| **is_failed);
        let names = failures.map(|((probe, _), _)| &probe.name);
        let generated: BTreeSet<&String> = names
            .filter(|name| name.starts_with(GENERATED_PREFIX))
            .collect();
        let series = match (has_one_series, generated.len()) {
            (false, _) => Series::Several,
            (true, MIN_GENERATED..) => Series::OneOfGenerated,
            (true, _) => Series::One,
        };
        let of_failed = |searched: bool| {
            let of_failed = exchanges.iter().zip(failed);
            let of_failed = of_failed.filter(move |(_, is_failed)| **is_failed == searched);
            of_failed.map(|((_, exchange), _)| exchange)
        };
        // A refusal because of a header does not show that the server usually answers similar requests.
        let refusals = KnownRefusals::new(expectations, of_failed(false), |_| true);
        // A response at the error URL, which is in no group, does not show this either.
        let grouped: BTreeSet<&usize> = groups.values().flatten().collect();
        let keys = exchanges.iter().enumerate().map(|(index, judged)| {
            if refusals.are_of_part(&judged.1) || !grouped.contains(&index) {
                return Vec::new();
            }
            close_keys(expectations, judged, series)
        });
        let mut forms_of_answered: BTreeSet<Form> = BTreeSet::new();
        for exchange in of_failed(false) {
            forms_of_answered.extend(forms(&exchange.request));
        }
        // The form of the origins is the reason if all failures have it, and no answered request has it.
        let mut form_of_all: Option<BTreeSet<Form>> = None;
        // A server can fail on a malformed `Origin` for another reason, and an empty one can be like a missing one.
        let with_form = of_failed(true).filter(|exchange| !has_malformed_origin(&exchange.request));
        for exchange in with_form {
            let forms = forms(&exchange.request);
            let common = form_of_all.get_or_insert_with(|| forms.clone());
            common.retain(|form| forms.contains(form) && !forms_of_answered.contains(form));
        }
        if form_of_all.is_some_and(|forms| !forms.is_empty()) {
            return Self::without_outages(failed.len());
        }
        let keys: Vec<Vec<Vec<String>>> = keys.collect();
        // An error with another known reason does not show that the server answers the requests of a group.
        let is_refused = |(_, exchange): &Judged| refusals.explain(expectations, exchange);
        let refused = exchanges.iter().zip(failed);
        let refused = refused.map(|(judged, is_failed)| !is_failed && is_refused(judged));
        Self::find(groups, failed, &refused.collect::<Vec<_>>(), &keys)
    }

    fn without_outages(count: usize) -> Self {
        Self {
            is_of_outage: vec![false; count],
            example: None,
        }
    }

    /// Finds outages in which the server refuses requests. A server without mistakes can refuse a whole kind of
    /// requests. So this search compares only equal requests.
    pub(super) fn of_refusals(exchanges: &[Judged], groups: &Groups, refused: &[bool]) -> Self {
        let keys = exchanges
            .iter()
            .map(|(_, exchange)| vec![vec![parts(&exchange.request)]]);
        Self::find(groups, refused, &[], &keys.collect::<Vec<_>>())
    }

    /// Finds the outages. `refused` has, for each exchange, whether it is an answer that has another known reason. `keys` has the
    /// groups of very similar requests for each exchange (see [`close_keys`]).
    fn find(groups: &Groups, failed: &[bool], refused: &[bool], keys: &[Vec<Vec<String>>]) -> Self {
        let mut outages = Self::without_outages(failed.len());
        let mut answered: BTreeMap<&String, usize> = BTreeMap::new();
        for (index, (keys, is_failed)) in keys.iter().zip(failed).enumerate() {
            if !is_failed {
                answered.extend(keys.iter().flatten().map(|key| (key, index)));
            }
        }
        let is_failed = |index: &usize| failed.get(*index) == Some(&true);
        let is_refused = |index: &usize| refused.get(*index) == Some(&true);
        let failed_groups = groups.values().filter_map(|group| {
            let mut answered = group.iter().filter(|index| !is_failed(index));
            let failed = group.iter().copied().filter(is_failed);
            answered.all(is_refused).then(|| failed.collect::<Vec<_>>())
        });
        // For each failure: the first and the last failure of its groups.
        let mut reach: Vec<[usize; 2]> = (0..failed.len()).map(|index| [index, index]).collect();
        for group in failed_groups {
            for index in &group {
                if let (Some(reach), [first, .., last]) = (reach.get_mut(*index), &*group) {
                    let [start, end] = *reach;
                    *reach = [start.min(*first), end.max(*last)];
                }
            }
        }
        let mut start = 0;
        for run in failed.chunk_by(|a, b| a == b) {
            let members = start..start + run.len();
            start = members.end;
            if run.first() != Some(&true) || run.len() < MIN_OUTAGE_LENGTH {
                continue;
            }
            let is_within = |index: &usize| {
                let reach = reach.get(*index);
                reach.is_some_and(|[first, last]| members.contains(first) && members.contains(last))
            };
            let examples = members.clone().filter(is_within);
            let examples = examples.filter_map(|failed| {
                let mut keys = keys.get(failed)?.iter();
                let similar = keys.find_map(|keys| {
                    let mut indexes = keys.iter().map(|key| answered.get(key).copied());
                    let last = indexes.next_back()??;
                    indexes.all(|index| index.is_some()).then_some(last)
                });
                Some([similar?, failed])
            });
            let examples: Vec<[usize; 2]> = examples.collect();
            if examples.len() * 2 >= run.len() {
                outages.example = outages.example.or(examples.first().copied());
                if let Some(marks) = outages.is_of_outage.get_mut(members) {
                    marks.fill(true);
                }
            }
        }
        outages
    }

    pub(super) fn contains(&self, index: usize) -> bool {
        self.is_of_outage.get(index) == Some(&true)
    }
}
