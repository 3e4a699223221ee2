//! The sentences about a failed fetch for tests of servers: failed assertions, and findings of the harness.

use alloc::{string::String, vec::Vec};

use ::url::Url;

use super::{
    near_miss::{near_misses_of_value, origin::Compared},
    preflight_need::reason_in_words,
    words::refusal_in_words,
};
use crate::{Failure, FetchError, infrastructure::bytes::isomorphic_decode, outcome::SentRequest};

/// Returns the reasons for a preflight in words. `request` is the request after the preflight. `None` if the browser
/// sends no such request.
pub(crate) fn preflight_reasons(
    preflight: &SentRequest,
    request: Option<&SentRequest>,
) -> Vec<String> {
    let method = preflight.header_list.get("access-control-request-method");
    let method = isomorphic_decode(&method.unwrap_or_default());
    let headers = request.map(|request| &request.header_list);
    let reasons = preflight.preflight_reasons.iter().flatten();
    reasons
        .map(|reason| reason_in_words(&method, headers, reason))
        .collect()
}

/// Returns the refusal, and the known mistakes in the refused value. `request` is the last request. `None` if no
/// request was sent.
pub(crate) fn refusal_with_mistakes(
    error: &FetchError,
    request: Option<&SentRequest>,
) -> Vec<String> {
    let origin = request.and_then(|request| request.header_list.get("origin"));
    let origin = isomorphic_decode(&origin.unwrap_or_default());
    let url = request.and_then(|request| Url::parse(&request.url).ok());
    let compared = Compared {
        sent: &origin,
        url: url.as_ref(),
        is_credentialed: error.failure().on_preflight()
            == Failure::PreflightWildcardOriginNotAllowed,
        original: None,
    };
    let value = error.value().unwrap_or_default();
    // The last request does not show why the browser sends `Origin: null`.
    let misses = if origin == "null" {
        Vec::new()
    } else {
        near_misses_of_value(error.failure(), value, &compared)
    };
    let is_preflight = request.is_some_and(SentRequest::is_preflight);
    let misses = misses.into_iter().map(|miss| miss.sentence);
    let refusal = refusal_in_words(error, is_preflight, &origin);
    [refusal].into_iter().chain(misses).collect()
}
