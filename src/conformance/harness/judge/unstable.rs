//! Finds responses that say nothing about the policy: the server is unavailable, or it answers some requests with an
//! error that does not depend on the request.
//!
//! There are two kinds of evidence. Of two equal requests, only one gets the error. Or consecutive requests get the
//! error, and similar requests before or after this series do not.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

use ::url::Url;
use http::StatusCode;

use super::requests::origin_kind;
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::{
                change_of_state::ChangeOfState,
                crashes::fails,
                denials::{Denials, denies_sometimes},
                failure_patterns::{Failures, is_improbable},
                outages::MIN_OUTAGE_LENGTH,
                pairs::Judged,
                recognize::facts::{ALLOW_ORIGIN, is_about_resource},
                request_groups::{Groups, Property, groups},
            },
            probes::probe::Probe,
            report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        },
        laws::Law,
    },
    fetching::HttpRequest,
    wording,
};

/// The errors that do not depend on the request.
#[derive(Default)]
pub(crate) struct Unstable {
    /// The indexes of the exchanges with such an error.
    pub(crate) indexes: BTreeSet<usize>,
    /// The violations that show the errors. There is at most one violation for each cause.
    pub(crate) violations: Vec<Violation>,
    /// The number of responses that are left out, except those after a change of state.
    left_out: usize,
    /// The texts about requests that cannot be judged.
    pub(crate) unchecked: Vec<String>,
}

/// Returns the indexes of the exchanges with the status 503, if the server is unavailable or limits the number of
/// requests. Returns no indexes if the server is available.
///
/// The server is unavailable if most requests get the status 503. A failure with a pattern does not count. An example
/// of a pattern: all requests of denied origins get the status 503, and all other requests get another status. If the
/// status 503 depends on the kind of the request, the server is available.
pub(crate) fn find_unavailable(
    expectations: &Expectations,
    exchanges: &[Judged],
) -> BTreeSet<usize> {
    let is_unavailable =
        |exchange: &Exchange| exchange.response.status == StatusCode::SERVICE_UNAVAILABLE;
    if !exchanges
        .iter()
        .any(|(_, exchange)| is_unavailable(exchange))
    {
        return BTreeSet::new();
    }
    let groups = groups(expectations, requests(exchanges));
    let failures = Failures::new(expectations, exchanges, &groups, is_unavailable);
    let failed = failures.failed();
    let answered = exchanges.len() - failed.len();
    if failures.depend_on_kind() || failures.without_pattern().len() <= answered {
        return BTreeSet::new();
    }
    failed
}

/// Finds server errors and refusals that have no pattern.
///
/// A refusal is a redirect or a client error without CORS headers, in place of the answer that an equal request gets.
/// For example, the refusal is from a firewall. The evidence is an equal request whose response has CORS headers. The
/// handler of the server can also give different answers to equal requests, but the CORS middleware adds the headers to
/// each of its answers.
///
/// If the state of the server changes (see [`ChangeOfState`]), the refusals are right, but should have the CORS headers.
///
/// A server error at `error_url` is the expected answer, so it does not count.
pub(crate) fn find_unstable(
    expectations: &Expectations,
    error_url: Option<&Url>,
    exchanges: &[Judged],
) -> Unstable {
    let mut unstable = Unstable::default();
    let is_expected =
        |exchange: &Exchange| fails(exchange) && error_url == Some(&exchange.request.url);
    let is_error = |exchange: &Exchange| fails(exchange) && !is_expected(exchange);
    // The groups are needed only if a server error exists.
    if exchanges.iter().any(|(_, exchange)| is_error(exchange)) {
        let mut groups = groups(expectations, requests(exchanges));
        // A response at the error URL does not show how the server usually answers similar requests.
        for group in groups.values_mut() {
            group.retain(|index| {
                let judged = exchanges.get(*index);
                judged.is_some_and(|(_, exchange)| error_url != Some(&exchange.request.url))
            });
        }
        groups.retain(|_, group| !group.is_empty());
        let errors = Failures::new(expectations, exchanges, &groups, is_error);
        if let Some(found) = Found::new(&errors, |_| true) {
            unstable.insert(found, Cause::FailsSometimes, exchanges, "a server error");
        }
    }
    unstable.insert_refusals(expectations, exchanges);
    let denials = Denials::new(expectations, exchanges, |index| {
        unstable.indexes.contains(&index)
    });
    if let Some(denials) = denials {
        unstable.insert_denials(denials);
    }
    if unstable.left_out > 0 {
        unstable.unchecked.push(format!(
            "the responses to {} of {} requests, because {}: {}",
            unstable.left_out,
            exchanges.len(),
            wording::server_is_unstable!(),
            wording::find_reason_in_log!(),
        ));
    }
    unstable
}

/// Whether the response has the status of a refusal, and no `Access-Control-Allow-Origin`. A refusal is a redirect or a
/// client error, except for an answer about the state of a resource.
fn is_refused(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    (status.is_redirection() || status.is_client_error())
        && !is_about_resource(status)
        && !has_allow_origin(exchange)
}

fn has_allow_origin(exchange: &Exchange) -> bool {
    exchange.response.header_list.contains(ALLOW_ORIGIN)
}

/// Whether the code that compares origins is probably the reason for the refusals: no request without `Origin` is
/// refused, and almost all refusals that differ from the answer to an equal request are for allowed pages. A server may
/// refuse every denied origin, so other refusals of denied origins do not count. Also, chance is an improbable reason, or
/// the server sometimes denies allowed pages without a refusal.
fn depend_on_origin(
    expectations: &Expectations,
    exchanges: &[Judged],
    groups: &Groups,
    refused: &BTreeSet<usize>,
) -> bool {
    let kind = |index: &usize| {
        let judged = exchanges.get(*index);
        judged.map(|(_, exchange)| origin_kind(expectations, &exchange.request))
    };
    let count = |kind_of_origin: OriginKind| {
        let of_kind = (0..exchanges.len()).filter(|index| kind(index) == Some(kind_of_origin));
        let of_kind: Vec<usize> = of_kind.collect();
        let refused = of_kind.iter().filter(|index| refused.contains(index));
        (refused.count(), of_kind.len())
    };
    let (refused_allowed, allowed) = count(OriginKind::Allowed);
    let (refused_without, without) = count(OriginKind::Missing);
    let equal = groups.iter();
    let equal = equal.filter(|((property, _), _)| *property == Property::Equal);
    let mixed = equal.filter(|(_, group)| group.iter().any(|index| !refused.contains(index)));
    let of_mixed = mixed.flat_map(|(_, group)| group);
    let refused_denied =
        of_mixed.filter(|index| refused.contains(index) && kind(index) == Some(OriginKind::Denied));
    refused_without == 0
        && refused_denied.count() * 10 < refused_allowed
        && (is_improbable(100, without, allowed - refused_allowed, allowed)
            || denies_sometimes(expectations, exchanges))
}

/// The errors without a pattern.
struct Found<'x> {
    /// The indexes of the exchanges.
    indexes: BTreeSet<usize>,
    /// Two similar requests: the first gets an answer, and the second gets an error.
    example: (&'x Judged, &'x Judged),
    /// Whether the two requests of the example are equal.
    is_of_equal_requests: bool,
}

impl<'x> Found<'x> {
    /// Finds the errors if two equal requests get different answers. `is_answer` is true for the answer that is not an
    /// error. Also finds the errors of an outage.
    fn new(failures: &Failures<'x>, is_answer: impl Fn(&Exchange) -> bool) -> Option<Self> {
        if let Some(example) = failures.pair(is_answer) {
            // If all failures are consecutive, a pattern has no meaning.
            let failed = failures.failed();
            let is_one_series = series(&failed).len() == 1;
            return Some(Self {
                indexes: if is_one_series {
                    failed
                } else {
                    failures.without_pattern()
                },
                example,
                is_of_equal_requests: true,
            });
        }
        Some(Self {
            indexes: failures.of_outages(),
            example: failures.outage_example()?,
            is_of_equal_requests: false,
        })
    }
}

impl Unstable {
    /// Adds the refusals that have no pattern.
    fn insert_refusals(&mut self, expectations: &Expectations, exchanges: &[Judged]) {
        let statuses = exchanges.iter().map(|(_, exchange)| exchange);
        let statuses = statuses.filter(|exchange| is_refused(exchange));
        let statuses: BTreeSet<StatusCode> =
            statuses.map(|exchange| exchange.response.status).collect();
        if statuses.is_empty() {
            return;
        }
        // An equal request that gets a server error does not show that the server usually answers this request.
        let (indexes, others): (Vec<usize>, Vec<Judged>) = exchanges
            .iter()
            .cloned()
            .enumerate()
            .filter(|(_, (_, exchange))| !fails(exchange))
            .unzip();
        let in_all = |of_others: &BTreeSet<usize>| {
            let of_all = of_others.iter().filter_map(|index| indexes.get(*index));
            of_all.copied().collect::<BTreeSet<usize>>()
        };
        let groups = groups(expectations, requests(&others));
        let mut refusals: Vec<(StatusCode, Found<'_>)> = Vec::new();
        for status in statuses {
            if let Some(change) = ChangeOfState::new(expectations, &others, status) {
                self.indexes.extend(in_all(&change.indexes));
                if !change.indexes.is_empty() {
                    self.unchecked.push(format!(
                        "the responses to {} of {} requests, because after some time the server refuses them with the status {}: give the check a token that is valid for longer, or a larger quota, and run it again",
                        change.indexes.len(),
                        exchanges.len(),
                        status.as_u16(),
                    ));
                }
                if change.without_headers > 0 {
                    self.insert_expired(&change, exchanges.len());
                }
                continue;
            }
            let has_status =
                |exchange: &Exchange| exchange.response.status == status && is_refused(exchange);
            let failures = Failures::of_refusals(&others, &groups, has_status);
            // A response that allows a denied origin is a mistake, so it does not show that a refusal of this origin is wrong.
            let is_answer = |exchange: &Exchange| {
                has_allow_origin(exchange)
                    && origin_kind(expectations, &exchange.request) != OriginKind::Denied
            };
            let found = Found::new(&failures, is_answer);
            let found = found
                .filter(|found| !depend_on_origin(expectations, &others, &groups, &found.indexes));
            refusals.extend(found.map(|found| (status, found)));
        }
        // All refusals are one violation, which names only the most frequent status.
        if let Some(most) = (0..refusals.len())
            .max_by_key(|index| refusals.get(*index).map(|(_, found)| found.indexes.len()))
        {
            let (status, mut found) = refusals.swap_remove(most);
            let more = refusals.into_iter().flat_map(|(_, found)| found.indexes);
            found.indexes.extend(more);
            found.indexes = in_all(&found.indexes);
            let answer = format!("the status {}", status.as_u16());
            self.insert(found, Cause::RefusesSometimes, exchanges, &answer);
        }
    }

    /// Adds the violation that the refusals after a change of state lack the CORS headers. `all` is the number of all
    /// requests.
    fn insert_expired(&mut self, change: &ChangeOfState<'_>, all: usize) {
        let (answered, refused) = change.example;
        let count = change.without_headers;
        let status = refused.1.response.status.as_u16();
        let cause = Cause::LacksHeadersOnErrors;
        let mistake = format!(
            "after some time, the server refuses requests with the status {status}, and {count} of {all} requests \
             are from allowed pages and get this status without the CORS headers: probably a token expired, a quota \
             is used up, or a firewall lets only preflights pass"
        );
        let message = format!(
            "the status is {} for the first request, and {status} without the CORS headers for an equal request: {}",
            answered.1.response.status.as_u16(),
            cause.advice(),
        );
        let exchanges = vec![answered.1.clone(), refused.1.clone()];
        let law = Law::FetchSucceedsExactlyWhenPermitted;
        self.violations.push(Violation {
            cause,
            detail: format!("{cause} {status}"),
            advice: cause.advice(),
            mistake: Some(mistake),
            severity: cause.severity(),
            ..Violation::new(law, &refused.0.name, message, exchanges)
        });
    }

    /// Adds the violation that the server sometimes denies allowed origins.
    fn insert_denials(&mut self, denials: Denials) {
        let cause = Cause::UnstableAnswers;
        let mistake = format!(
            "{}: {} of {} responses to allowed origins do not allow the origin, although responses to equal requests do",
            cause.mistake(),
            denials.indexes.len(),
            denials.all,
        );
        let message = format!(
            "the first response allows the origin, and the response to an equal request does not: {}",
            cause.advice(),
        );
        let law = Law::FetchSucceedsExactlyWhenPermitted;
        self.violations.push(Violation {
            cause,
            detail: cause.to_string(),
            advice: cause.advice(),
            mistake: Some(mistake),
            severity: cause.severity(),
            ..Violation::new(law, &denials.probe, message, denials.example.into())
        });
        self.leave_out(denials.indexes);
    }

    /// Adds errors. `exchanges` has all exchanges, and `error` describes the errors.
    fn insert(&mut self, found: Found<'_>, cause: Cause, exchanges: &[Judged], error: &str) {
        let (count, all) = (found.indexes.len(), exchanges.len());
        let (answered, failed) = found.example;
        let status = failed.1.response.status;
        let is_of_limit = matches!(status.as_u16(), 403 | 429 | 503);
        let other = if found.is_of_equal_requests {
            "an equal"
        } else {
            "a similar"
        };
        let evidence = if found.is_of_equal_requests && !is_one_series(&found.indexes) {
            "apparently at random: equal requests get different answers".to_string()
        } else {
            let series = described_series(&found.indexes, exchanges);
            let reason = if is_of_limit {
                ": probably a limit for the number of requests"
            } else {
                ""
            };
            let others = if found.is_of_equal_requests {
                "equal requests before or after them"
            } else {
                "similar requests before or after them"
            };
            format!("{series}, but {others} do not{reason}")
        };
        let mistake = format!("{count} of {all} requests get {error}, {evidence}");
        let message = format!(
            "the status is {} for the first request, and {} for {other} request: {}",
            answered.1.response.status.as_u16(),
            status.as_u16(),
            cause.advice(),
        );
        let exchanges = vec![answered.1.clone(), failed.1.clone()];
        let law = Law::EveryRequestGetsAResponse;
        self.violations.push(Violation {
            cause,
            detail: cause.to_string(),
            advice: cause.advice(),
            mistake: Some(mistake),
            ..Violation::new(law, &failed.0.name, message, exchanges)
        });
        self.leave_out(found.indexes);
    }

    fn leave_out(&mut self, indexes: BTreeSet<usize>) {
        self.left_out += indexes.len();
        self.indexes.extend(indexes);
    }
}

/// Whether almost all of these indexes are in one series of consecutive exchanges, as after a crash of the server.
fn is_one_series(indexes: &BTreeSet<usize>) -> bool {
    let longest = series(indexes)
        .iter()
        .map(Vec::len)
        .max()
        .unwrap_or_default();
    longest >= MIN_OUTAGE_LENGTH && longest * 20 >= indexes.len() * 19
}

/// Returns the series of consecutive indexes.
fn series(indexes: &BTreeSet<usize>) -> Vec<Vec<usize>> {
    let indexes: Vec<usize> = indexes.iter().copied().collect();
    let series = indexes.chunk_by(|before, after| before + 1 == *after);
    series.map(<[usize]>::to_vec).collect()
}

/// Describes the series of consecutive exchanges that have these indexes. Names the first and the last request of the
/// longest series.
fn described_series(indexes: &BTreeSet<usize>, exchanges: &[Judged]) -> String {
    let series = series(indexes);
    let id = |index: Option<&usize>| {
        let judged = index.and_then(|index| exchanges.get(*index));
        judged.map_or("", |(_, exchange)| &*exchange.id)
    };
    let longest = series.iter().max_by_key(|series| series.len());
    let (first, last) = longest.map_or(("", ""), |longest| {
        (id(longest.first()), id(longest.last()))
    });
    match series.len() {
        0 | 1 => format!("one after the other, from `{first}` to `{last}`"),
        count => format!("in {count} series, the longest from `{first}` to `{last}`"),
    }
}

fn requests(exchanges: &[Judged]) -> impl Iterator<Item = (&Probe, &HttpRequest)> {
    let exchanges = exchanges.iter();
    exchanges.map(|(probe, exchange)| (probe, &exchange.request))
}
