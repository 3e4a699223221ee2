//! Finds a server that stops answering during a check: from some request on, every request gets the same error, or no
//! response.

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

/// The way in which a server answers every request after a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    /// A redirect or an error, without the CORS headers.
    Status(StatusCode),
    NoResponse,
}

/// A request with its answer.
struct Sent<'x> {
    probe: &'x str,
    line: &'x RequestLine,
    answer: &'x Answer,
    failure: Option<Failure>,
}

/// Finds a stop. From some request on, every request fails in the same way. Before this request, the server answers an equal
/// request in another way, or two similar requests, and these requests are not of a denied origin: a server may refuse every
/// denied origin. A server that also fails in this way before the stop has another mistake.
///
/// The status 503 does not count, because the check handles an unavailable server in another way.
pub(crate) fn find_stop(expectations: &Expectations, answered: &[Answered]) -> Option<Stop> {
    let sent = sent(answered);
    let failure = sent.last()?.failure?;
    let is_same = |sent: &&Sent<'_>| sent.failure == Some(failure);
    let length = sent.iter().rev().take_while(is_same).count();
    let (before, after) = sent.split_at_checked(sent.len() - length)?;
    let earlier = before.iter().filter(is_same).count();
    if length < MIN_STOP_LENGTH || earlier * MIN_OUTAGE_LENGTH > length {
        return None;
    }
    let kind = |sent: &Sent<'_>| {
        let request = &sent.line.request;
        let kind = origin_kind(expectations, request);
        let (url, is_preflight) = (request.url.as_str(), request.is_preflight());
        let has_login = is_credentialed(request);
        format!(
            "{kind:?} {} {is_preflight} {url} {has_login}",
            request.method
        )
    };
    let other_answers = || before.iter().filter(|sent| !is_same(sent));
    let equal: BTreeMap<String, &Sent<'_>> = other_answers()
        .map(|sent| (parts(&sent.line.request), sent))
        .collect();
    let similar: BTreeMap<String, &Sent<'_>> =
        other_answers().map(|sent| (kind(sent), sent)).collect();
    let harmless = after
        .iter()
        .filter(|sent| origin_kind(expectations, &sent.line.request) != OriginKind::Denied);
    let of_equal = harmless
        .clone()
        .find_map(|sent| Some((*equal.get(&parts(&sent.line.request))?, sent, "an equal")));
    let of_similar = || {
        let mut similar = harmless
            .clone()
            .filter_map(|sent| Some((*similar.get(&kind(sent))?, sent, "a similar")));
        let first = similar.next()?;
        similar.next().map(|_| first)
    };
    let (answered, failed, other) = of_equal.or_else(of_similar)?;
    let first = after.first()?;
    let (number, all) = (before.len() + 1, sent.len());
    let answer = match failure {
        Failure::Status(status) => format!("the status {}", status.as_u16()),
        Failure::NoResponse => String::from("no response"),
    };
    let cause = Cause::StopsAnswering;
    let id = &first.line.id;
    let mistake = format!(
        "from request {number} of {all} on (`{id}`), every request gets {answer}, but before it, {other} request gets {}",
        described(answered.answer)
    );
    let message = format!(
        "the server answers the first request, and the later request gets {answer}: {}",
        cause.advice()
    );
    let law = Law::EveryRequestGetsAResponse;
    let exchanges = [answered, failed].into_iter().filter_map(exchange);
    let violation = Violation {
        cause,
        detail: cause.to_string(),
        advice: cause.advice(),
        mistake: Some(mistake),
        unanswered: failed
            .failure
            .filter(|failure| *failure == Failure::NoResponse)
            .map(|_| failed.line.clone()),
        severity: cause.severity(),
        ..Violation::new(law, failed.probe, message, exchanges.collect())
    };
    let unchecked = format!(
        "{length} of {all} requests, from `{id}` on, because the server stops answering: find the reason, and send the requests again"
    );
    Some(Stop {
        positions: (before.len()..all).collect(),
        violation,
        unchecked,
    })
}

/// Returns the requests that have an answer.
fn sent(answered: &[Answered]) -> Vec<Sent<'_>> {
    let lines = answered.iter().flat_map(|(probe, answers)| {
        let lines = probe.requests().iter().zip(answers);
        lines.map(move |(line, answer)| (probe.name.as_str(), line, answer))
    });
    let sent = lines.filter(|(.., answer)| answer.is_some());
    sent.map(|(probe, line, answer)| Sent {
        probe,
        line,
        answer,
        failure: failure(answer),
    })
    .collect()
}

fn failure(answer: &Answer) -> Option<Failure> {
    match answer {
        Some(Err(_)) => Some(Failure::NoResponse),
        Some(Ok(response)) => {
            let status = response.status;
            let is_failure = !status.is_success()
                && status != StatusCode::SERVICE_UNAVAILABLE
                && !response.header_list.contains(ALLOW_ORIGIN);
            is_failure.then_some(Failure::Status(status))
        }
        None => None,
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
