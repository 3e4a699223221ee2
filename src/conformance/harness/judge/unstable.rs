//! Finds responses that say nothing about the policy: the server is unavailable, or answers some requests with an error
//! whatever the request.
//!
//! The evidence is two equal requests, of which only one gets the error, or a series of errors for requests that the
//! server answers at another time.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use http::StatusCode;

use super::requests::origin_kind;
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::{
                crashes::fails,
                failure_patterns::{Failures, is_improbable},
                pairs::Judged,
            },
            report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        },
        laws::Law,
    },
};

/// The errors that do not depend on the request.
#[derive(Default)]
pub(crate) struct Unstable {
    /// The ids of the requests that get such an error.
    pub(crate) ids: BTreeSet<String>,
    /// The violations that show the errors. There is at most one violation for each cause.
    pub(crate) violations: Vec<Violation>,
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

/// Finds server errors and refusals that have no pattern.
///
/// A refusal is a redirect or a client error in place of the answer that an equal request gets. For example, the refusal
/// is from a firewall.
pub(crate) fn find_unstable(expectations: &Expectations, exchanges: &[Judged]) -> Unstable {
    let mut unstable = Unstable::default();
    let errors = Failures::new(expectations, exchanges, fails);
    if let Some(found) = Found::new(&errors) {
        unstable.insert(
            found,
            Cause::FailsSometimes,
            exchanges.len(),
            "a server error",
        );
    }
    // An equal request that gets a server error does not show that the server usually answers this request.
    let others: Vec<Judged> = exchanges
        .iter()
        .filter(|(_, exchange)| !fails(exchange))
        .cloned()
        .collect();
    let statuses = others.iter().map(|(_, exchange)| exchange.response.status);
    let mut refusals: Vec<(StatusCode, Found<'_>)> = Vec::new();
    for status in statuses.collect::<BTreeSet<StatusCode>>() {
        if !status.is_redirection() && !status.is_client_error() {
            continue;
        }
        let has_status = |exchange: &Exchange| exchange.response.status == status;
        let found = Found::new(&Failures::of_refusals(expectations, &others, has_status));
        let found = found.filter(|found| !depend_on_origin(expectations, &others, &found.ids));
        refusals.extend(found.map(|found| (status, found)));
    }
    // The status of most refusals names all refusals.
    if let Some(most) = (0..refusals.len())
        .max_by_key(|index| refusals.get(*index).map(|(_, found)| found.ids.len()))
    {
        let (status, mut found) = refusals.swap_remove(most);
        let more = refusals.into_iter().flat_map(|(_, found)| found.ids);
        found.ids.extend(more);
        let answer = format!("the status {}", status.as_u16());
        unstable.insert(found, Cause::RefusesSometimes, exchanges.len(), &answer);
    }
    unstable
}

/// Whether the code that compares origins is probably the reason for the refusals: almost all refused requests are from
/// allowed pages, and no request without `Origin` is refused, although this is improbable by chance.
fn depend_on_origin(
    expectations: &Expectations,
    exchanges: &[Judged],
    refused: &BTreeSet<String>,
) -> bool {
    let count = |kind: OriginKind| {
        let exchanges = exchanges.iter().map(|(_, exchange)| exchange);
        let of_kind = exchanges
            .filter(|exchange| origin_kind(expectations, &exchange.request) == kind)
            .map(|exchange| refused.contains(&exchange.id));
        let of_kind: Vec<bool> = of_kind.collect();
        let refused = of_kind.iter().filter(|is_refused| **is_refused).count();
        (refused, of_kind.len())
    };
    let (refused_allowed, allowed) = count(OriginKind::Allowed);
    let (refused_without, without) = count(OriginKind::Missing);
    let (refused_denied, _) = count(OriginKind::Denied);
    refused_without == 0
        && refused_denied * 10 < refused_allowed
        && is_improbable(100, without, allowed - refused_allowed, allowed)
}

/// The errors without a pattern.
struct Found<'x> {
    ids: BTreeSet<String>,
    /// Two similar requests: the first gets an answer, and the second gets an error.
    example: (&'x Judged, &'x Judged),
    /// Whether the two requests of the example are equal.
    is_of_equal_requests: bool,
}

impl<'x> Found<'x> {
    fn new(failures: &Failures<'x>) -> Option<Self> {
        if let Some(example) = failures.pair() {
            return Some(Self {
                ids: ids(failures.without_pattern()),
                example,
                is_of_equal_requests: true,
            });
        }
        Some(Self {
            ids: ids(failures.of_outages()),
            example: failures.outage_example()?,
            is_of_equal_requests: false,
        })
    }
}

impl Unstable {
    /// Adds errors. `all` is the number of all requests, and `error` describes the errors.
    fn insert(&mut self, found: Found<'_>, cause: Cause, all: usize, error: &str) {
        let count = found.ids.len();
        let (answered, failed) = found.example;
        let [evidence, other] = if found.is_of_equal_requests {
            [
                "apparently at random: equal requests get different answers",
                "an equal",
            ]
        } else {
            [
                "one after the other: the server answers similar requests at another time",
                "a similar",
            ]
        };
        let mistake = format!("{count} of {all} requests get {error}, {evidence}");
        let message = format!(
            "the status is {} for the first request, and {} for {other} request: {}",
            answered.1.response.status.as_u16(),
            failed.1.response.status.as_u16(),
            cause.advice(),
        );
        let exchanges = vec![answered.1.clone(), failed.1.clone()];
        let law = Law::EveryRequestGetsAResponse;
        self.violations.push(Violation {
            detail: cause.to_string(),
            advice: cause.advice(),
            mistake: Some(mistake),
            ..Violation::new(law, &failed.0.name, message, exchanges)
        });
        self.ids.extend(found.ids);
    }
}

fn ids<'x>(exchanges: impl Iterator<Item = &'x Judged>) -> BTreeSet<String> {
    exchanges.map(|(_, exchange)| exchange.id.clone()).collect()
}
