//! Finds whether missing responses have a pattern: all requests of a group of similar requests get no response.

use alloc::{collections::BTreeSet, vec::Vec};

use super::{
    failure_patterns::{CHANCES, is_improbable},
    request_groups::groups,
    requests::origin_kind,
};
use crate::{
    conformance::harness::{
        expectations::Expectations, probes::probe::Probe, report::request_kind::OriginKind,
    },
    fetching::HttpRequest,
};

/// Returns the kinds of origins for which missing responses have a pattern. A pattern is a group with two or more
/// requests, none of which gets a response, if this is improbable by chance. Without a pattern, the probable reason is
/// the network. If most requests get no response, chance is not the reason.
///
/// `answers` has, for each request, whether it got a response.
pub(crate) fn kinds_without_response(
    expectations: &Expectations,
    answers: &[(&Probe, &HttpRequest, bool)],
) -> BTreeSet<OriginKind> {
    let requests = answers.iter().map(|(probe, request, _)| (*probe, *request));
    let groups = groups(expectations, requests);
    let unanswered: Vec<Option<OriginKind>> = answers
        .iter()
        .map(|(_, request, is_answered)| (!is_answered).then(|| origin_kind(expectations, request)))
        .collect();
    let failed = unanswered.iter().flatten().count();
    let is_mostly_silent = failed * 2 > answers.len();
    let patterns = groups.values().filter_map(|group| {
        let kinds = group.iter().map(|index| *unanswered.get(*index)?);
        let kinds: Option<Vec<OriginKind>> = kinds.collect();
        kinds.filter(|kinds| {
            let size = kinds.len();
            let (failed, all) = (failed - size, answers.len() - size);
            size > 1 && (is_mostly_silent || is_improbable(CHANCES, size, failed, all))
        })
    });
    patterns.flatten().collect()
}
