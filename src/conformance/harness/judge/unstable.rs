//! Finds responses that say nothing about the policy: the server is unavailable, or fails now and then, whatever the
//! request.
//!
//! The evidence is two equal requests, of which only one fails.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec,
};

use http::StatusCode;

use crate::conformance::{
    harness::{
        expectations::Expectations,
        judge::{crashes::fails, failure_patterns::Failures, pairs::Judged},
        report::{cause::Cause, violation::Violation},
    },
    laws::Law,
};

/// The server errors that have no pattern.
pub(crate) struct Unstable {
    /// The ids of the requests whose server errors have no pattern.
    pub(crate) ids: BTreeSet<String>,
    /// The violation that shows two equal requests with different answers.
    pub(crate) violation: Violation,
}

/// Returns the ids of the requests that get the status 503 because the server is unavailable or limits the number of
/// requests. Returns no ids if the server is available.
///
/// The server is unavailable if most requests get the status 503. A failure with a pattern does not count. An example
/// of a pattern: all requests of denied origins get the status 503, and all other requests get another status. If the
/// status 503 depends on the kind of the request, the server is available.
pub(crate) fn find_unavailable(
    expectations: &Expectations,
    exchanges: &[Judged],
) -> BTreeSet<String> {
    let failures = Failures::new(expectations, exchanges, |exchange| {
        exchange.response.status == StatusCode::SERVICE_UNAVAILABLE
    });
    let failed = ids(failures.failed());
    let answered = exchanges.len() - failed.len();
    if failures.depend_on_kind() || failures.without_pattern().count() <= answered {
        return BTreeSet::new();
    }
    failed
}

/// Finds server errors that have no pattern. Returns `None` if there is no evidence for such errors.
pub(crate) fn find_unstable(expectations: &Expectations, exchanges: &[Judged]) -> Option<Unstable> {
    let failures = Failures::new(expectations, exchanges, fails);
    let (answered, failed) = failures.pair()?;
    let ids = ids(failures.without_pattern());
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
