//! Finds whether missing responses have a pattern: all requests of a group of similar requests get no response.

use alloc::{collections::BTreeSet, vec::Vec};

use super::{
    failure_patterns::{CHANCES, is_improbable},
    request_groups::{Groups, Property, groups},
    requests::origin_kind,
};
use crate::{
    conformance::harness::{
        expectations::Expectations, probes::probe::Probe, report::request_kind::OriginKind,
    },
    fetching::HttpRequest,
};

/// Returns the kinds of origins for which missing responses have a pattern. Without a pattern, the probable reason is the
/// network. A pattern is a group of two or more requests that all get no response. If at least half of the requests of the
/// check get a response, the group is a pattern only if two facts show that the reason is neither an outage nor chance:
///
/// - The server answers a request between the first and the last request of the group.
/// - The probability of such a group is small; or at least two groups with the same property get no response, and every
///   other group with this property gets only responses.
///
/// `answers` has, for each request, whether it got a response.
pub(crate) fn kinds_without_response(
    expectations: &Expectations,
    answers: &[(&Probe, &HttpRequest, bool)],
) -> BTreeSet<OriginKind> {
    if answers.iter().all(|(_, _, is_answered)| *is_answered) {
        return BTreeSet::new();
    }
    let requests = answers.iter().map(|(probe, request, _)| (*probe, *request));
    let groups = groups(expectations, requests);
    let unanswered: Vec<Option<OriginKind>> = answers
        .iter()
        .map(|(_, request, is_answered)| (!is_answered).then(|| origin_kind(expectations, request)))
        .collect();
    let failed = unanswered.iter().flatten().count();
    let is_mostly_silent = failed * 2 > answers.len();
    let is_silent = |index: &usize| matches!(unanswered.get(*index), Some(Some(_)));
    let decisive = [Property::Equal, Property::Origin].into_iter();
    let decisive: BTreeSet<Property> = decisive
        .filter(|property| decides(&groups, *property, is_silent))
        .collect();
    // For each request: the number of answered requests before it.
    let answered_before = unanswered.iter().scan(0, |answered, kind| {
        let before = *answered;
        *answered += usize::from(kind.is_none());
        Some(before)
    });
    let answered_before: Vec<usize> = answered_before.collect();
    let patterns = groups.iter().filter_map(|((property, _), group)| {
        let is_decided = decisive.contains(property);
        let kinds = group.iter().map(|index| *unanswered.get(*index)?);
        let kinds: Option<Vec<OriginKind>> = kinds.collect();
        kinds.filter(|kinds| {
            let size = kinds.len();
            let (failed, all) = (failed - size, answers.len() - size);
            let [before_first, before_last] = [group.first(), group.last()]
                .map(|index| index.and_then(|index| answered_before.get(*index)));
            let is_interrupted = before_first != before_last;
            let is_pattern = is_decided || is_improbable(CHANCES, size, failed, all);
            size > 1 && (is_mostly_silent || (is_interrupted && is_pattern))
        })
    });
    patterns.flatten().collect()
}

/// Whether all requests of a group with this property get a response, or none. At least two groups with two or more
/// requests get no response.
fn decides(groups: &Groups, property: Property, is_silent: impl Fn(&usize) -> bool) -> bool {
    let of_property = groups.iter().filter(|((other, _), _)| *other == property);
    let mut silent_groups = 0;
    for group in of_property
        .map(|(_, group)| group)
        .filter(|group| group.len() > 1)
    {
        let silent = group.iter().filter(|index| is_silent(index)).count();
        if silent > 0 && silent < group.len() {
            return false;
        }
        silent_groups += usize::from(silent > 0);
    }
    silent_groups > 1
}
