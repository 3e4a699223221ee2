//! Finds a server that stops answering during a check: from some request on, every request gets the same error, or no
//! response, or every response to an allowed origin lacks the CORS headers.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString},
    vec::Vec,
};

use http::StatusCode;

use super::{
    outages::MIN_OUTAGE_LENGTH, recognize::facts::ALLOW_ORIGIN, request_parts::parts,
    requests::origin_kind,
};
use crate::{
    cases::{Exchange, RequestLine},
    conformance::{
        harness::{
            check::Answered,
            expectations::Expectations,
            probes::probe::is_credentialed,
            replay::Answer,
            report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        },
        laws::Law,
    },
};

/// The minimum number of requests after a stop. A check ends with requests of denied origins, and a server may refuse all of
/// them.
const MIN_STOP_LENGTH: usize = 2 * MIN_OUTAGE_LENGTH;

/// A server that stops answering.
pub(crate) struct Stop {
    /// The positions of the requests from the stop on, among the requests with an answer.
    pub(crate) positions: BTreeSet<usize>,
    pub(crate) violation: Violation,
    /// Describes the responses that are not judged.
    pub(crate) unchecked: String,
}

/// The way in which a server answers after a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// A redirect or an error, without the CORS headers; or the status 503.
    Status(StatusCode),
    /// A status from 200 to 299, without the CORS headers.
    WithoutHeaders,
    NoResponse,
}

/// A request with its answer.
struct Sent<'x> {
    /// The position among the requests with an answer.
    position: usize,
    kind: OriginKind,
    probe: &'x str,
    line: &'x RequestLine,
    answer: &'x Answer,
    failure: Option<Failure>,
}

/// Finds a stop. From some request on, every request fails in the same way. Before this request, the server answers an equal
/// request in another way, or two similar requests, and these requests are not of a denied origin: a server may refuse every
/// denied origin. A server that also fails in this way before the stop has another mistake.
pub(crate) fn find_stop(expectations: &Expectations, answered: &[Answered]) -> Option<Stop> {
    let mut sent = sent(expectations, answered);
    let all = sent.len();
    let found = Found::new(&sent);
    if let Some(found) = found.filter(|found| found.failure != Failure::WithoutHeaders) {
        return Some(found.stop(all));
    }
    // Only requests of allowed origins show that the server does not send the CORS headers.
    sent.retain(|sent| sent.kind == OriginKind::Allowed);
    let found = Found::new(&sent)?;
    (found.failure == Failure::WithoutHeaders).then(|| found.stop(all))
}

/// The requests that show a stop.
struct Found<'s, 'x> {
    failure: Failure,
    /// The first request that fails.
    first: &'s Sent<'x>,
    /// A request before the stop, and an equal or similar request after it.
    answered: &'s Sent<'x>,
    failed: &'s Sent<'x>,
    is_equal: bool,
}

impl<'s, 'x> Found<'s, 'x> {
    fn new(sent: &'s [Sent<'x>]) -> Option<Self> {
        let failure = sent.last()?.failure?;
        let is_same = |sent: &&Sent<'_>| sent.failure == Some(failure);
        let length = sent.iter().rev().take_while(is_same).count();
        let (before, after) = sent.split_at_checked(sent.len() - length)?;
        let earlier = before.iter().filter(is_same).count();
        if length < MIN_STOP_LENGTH || earlier * MIN_OUTAGE_LENGTH > length {
            return None;
        }
        // If most requests get the status 503, the server is unavailable, and the report has no finding about it.
        if failure == Failure::Status(StatusCode::SERVICE_UNAVAILABLE) && length > before.len() {
            return None;
        }
        let other_answers = || before.iter().filter(|sent| !is_same(sent));
        let equal: BTreeMap<String, &Sent<'x>> = other_answers()
            .map(|sent| (parts(&sent.line.request), sent))
            .collect();
        let similar: BTreeMap<String, &Sent<'x>> =
            other_answers().map(|sent| (sent.key(), sent)).collect();
        let harmless = || {
            let after = after.iter();
            after.filter(|sent| sent.kind != OriginKind::Denied)
        };
        let of_equal =
            harmless().find_map(|sent| Some((*equal.get(&parts(&sent.line.request))?, sent, true)));
        let of_similar = || {
            let mut pairs =
                harmless().filter_map(|sent| Some((*similar.get(&sent.key())?, sent, false)));
            let first = pairs.next()?;
            pairs.next().map(|_| first)
        };
        let (answered, failed, is_equal) = of_equal.or_else(of_similar)?;
        Some(Self {
            failure,
            first: after.first()?,
            answered,
            failed,
            is_equal,
        })
    }

    /// Returns the stop. `all` is the number of all requests with an answer.
    fn stop(&self, all: usize) -> Stop {
        let id = self.first.line.id.escape_debug();
        let start = self.first.position;
        let number = start + 1;
        let other = if self.is_equal {
            "an equal"
        } else {
            "a similar"
        };
        let answer = match self.failure {
            Failure::Status(status) => format!("the status {}", status.as_u16()),
            Failure::WithoutHeaders => String::from("a response without the CORS headers"),
            Failure::NoResponse => String::from("no response"),
        };
        let (requests, before, cause) = match self.failure {
            Failure::WithoutHeaders => (
                "every request of an allowed origin",
                String::from("these headers"),
                Cause::UnstableAnswers,
            ),
            _ => (
                "every request",
                described(self.answered.answer),
                Cause::StopsAnswering,
            ),
        };
        let mistake = format!(
            "from request {number} of {all} on (`{id}`), {requests} gets {answer}, but before it, {other} request gets {before}"
        );
        let message = format!(
            "the server answers the first request, and the later request gets {answer}: {}",
            cause.advice()
        );
        let failed = self.failed;
        let exchanges = [self.answered, failed].into_iter().filter_map(exchange);
        let unanswered = matches!(failed.answer, Some(Err(_))).then(|| failed.line.clone());
        let violation = Violation {
            cause,
            detail: cause.to_string(),
            advice: cause.advice(),
            mistake: Some(mistake),
            unanswered,
            severity: cause.severity(),
            ..Violation::new(
                Law::EveryRequestGetsAResponse,
                failed.probe,
                message,
                exchanges.collect(),
            )
        };
        let stop = match self.failure {
            Failure::WithoutHeaders => "sending the CORS headers",
            _ => "answering",
        };
        let unchecked = format!(
            "{} of {all} requests, from `{id}` on, because the server stops {stop}: find the reason, and send the requests again",
            all - start,
        );
        Stop {
            positions: (start..all).collect(),
            violation,
            unchecked,
        }
    }
}

impl Sent<'_> {
    /// Returns the text that similar requests have in common.
    fn key(&self) -> String {
        let request = &self.line.request;
        let (kind, url) = (self.kind, request.url.as_str());
        let (is_preflight, has_login) = (request.is_preflight(), is_credentialed(request));
        format!(
            "{kind:?} {} {is_preflight} {url} {has_login}",
            request.method
        )
    }
}

/// Returns the requests that have an answer.
fn sent<'x>(expectations: &Expectations, answered: &'x [Answered]) -> Vec<Sent<'x>> {
    let lines = answered.iter().flat_map(|(probe, answers)| {
        let lines = probe.requests().iter().zip(answers);
        lines.map(move |(line, answer)| (probe.name.as_str(), line, answer))
    });
    let sent = lines.filter(|(.., answer)| answer.is_some());
    sent.enumerate()
        .map(|(position, (probe, line, answer))| Sent {
            position,
            kind: origin_kind(expectations, &line.request),
            probe,
            line,
            answer,
            failure: failure(answer),
        })
        .collect()
}

fn failure(answer: &Answer) -> Option<Failure> {
    let response = match answer {
        Some(Ok(response)) => response,
        Some(Err(_)) => return Some(Failure::NoResponse),
        None => return None,
    };
    match response.status {
        // A server can be unavailable behind its CORS middleware.
        StatusCode::SERVICE_UNAVAILABLE => Some(Failure::Status(response.status)),
        _ if response.header_list.contains(ALLOW_ORIGIN) => None,
        status if status.is_success() => Some(Failure::WithoutHeaders),
        status => Some(Failure::Status(status)),
    }
}

fn described(answer: &Answer) -> String {
    match answer {
        Some(Ok(response)) => format!("the status {}", response.status.as_u16()),
        _ => String::from("no response"),
    }
}

fn exchange(sent: &Sent<'_>) -> Option<Exchange> {
    let response = sent.answer.as_ref()?.as_ref().ok()?;
    Some(Exchange {
        id: sent.line.id.clone(),
        request: sent.line.request.clone(),
        response: response.clone(),
    })
}
