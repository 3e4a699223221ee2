//! Finds long preflights that a server does not answer in time, although it answers shorter preflights.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use super::pairs::header_bytes;
use crate::{
    cases::{ExchangeError, RequestLine},
    conformance::{
        harness::{
            check::Answered, probes::probe::LONG_PREFIX, replay::Answer,
            report::violation::Violation,
        },
        laws::{Law, law_advice, severity::Severity},
    },
};

/// The minimum number of preflights of one kind and length without an answer. The reason for one missing answer is often
/// the network.
const MIN_TIMEOUTS: usize = 2;

/// The requests and answers of long preflights that differ only in their length.
type OfKind<'x> = BTreeMap<usize, Vec<(usize, &'x RequestLine, bool)>>;

/// The long preflights that a server does not answer in time.
#[derive(Default)]
pub(crate) struct Stalled {
    /// One violation for each kind of long preflight.
    pub(crate) violations: Vec<Violation>,
    /// The ids of the preflights without an answer.
    pub(crate) ids: BTreeSet<String>,
}

/// Finds the lengths at which every preflight of a kind runs into a timeout. Every longer preflight of this kind runs into a
/// timeout too.
///
/// An outage of the server can have the same effect. So this function reports a kind only if the server answers a request
/// between the first and the last of these preflights, or if every request that is not a long preflight gets a response.
pub(crate) fn find_stalled_preflights(answered: &[Answered]) -> Stalled {
    let requests = answered.iter().flat_map(|(probe, answers)| {
        let lines = probe.requests().iter().zip(answers);
        lines.map(move |(line, answer)| (probe, line, answer))
    });
    let mut kinds: BTreeMap<&str, OfKind<'_>> = BTreeMap::new();
    // The positions of the requests that get a response, in ascending order.
    let (mut responses, mut fails_otherwise) = (Vec::new(), false);
    for (index, (probe, line, answer)) in requests.enumerate() {
        if matches!(answer, Some(Ok(_))) {
            responses.push(index);
        }
        let is_long = probe.name.starts_with(LONG_PREFIX);
        if is_long && let Some(is_timeout) = timed_out(answer) {
            let lengths = kinds.entry(probe.kind()).or_default();
            let of_length = lengths.entry(header_bytes(&line.request)).or_default();
            of_length.push((index, line, is_timeout));
        } else {
            fails_otherwise |= matches!(answer, Some(Err(_)));
        }
    }
    let mut stalled = Stalled::default();
    for (kind, lengths) in kinds {
        let is_stalled = |sent: &&Vec<(usize, &RequestLine, bool)>| {
            sent.len() >= MIN_TIMEOUTS && sent.iter().all(|(.., is_timeout)| *is_timeout)
        };
        let from_longest = lengths.values().rev();
        let lines: Vec<(usize, &RequestLine)> = from_longest
            .take_while(is_stalled)
            .flatten()
            .map(|(index, line, _)| (*index, *line))
            .collect();
        let indexes = || lines.iter().map(|(index, _)| *index);
        let (Some(first), Some(last)) = (indexes().min(), indexes().max()) else {
            continue;
        };
        let after_first = responses.partition_point(|index| *index < first);
        let is_interrupted = responses
            .get(after_first)
            .is_some_and(|index| *index < last);
        let is_every_length = lengths.values().all(|sent| is_stalled(&sent));
        // If no length gets a response, only the other requests show that the length is the reason.
        if (!is_interrupted || is_every_length) && fails_otherwise {
            continue;
        }
        // The shortest preflight without an answer is the best example.
        let Some((_, example)) = lines.last() else {
            continue;
        };
        stalled
            .ids
            .extend(lines.iter().map(|(_, line)| line.id.clone()));
        stalled.violations.push(violation(kind, example));
    }
    stalled
}

/// Returns whether the request ran into a timeout. Returns `None` if it has no answer, or if it failed for another reason. For
/// example, many servers close the connection if a header is too long.
fn timed_out(answer: &Answer) -> Option<bool> {
    match answer {
        Some(Ok(_)) => Some(false),
        Some(Err(ExchangeError::Timeout)) => Some(true),
        _ => None,
    }
}

fn violation(kind: &str, line: &RequestLine) -> Violation {
    let law = Law::PreflightTimeGrowsLinearly;
    let message = format!(
        "a preflight whose headers have {} bytes gets no response in time, although shorter preflights get one: {}",
        header_bytes(&line.request),
        law_advice::preflight_time_grows_linearly()
    );
    Violation {
        // A client can block the server with a few such preflights.
        severity: Severity::Broken,
        unanswered: Some(line.clone()),
        ..Violation::new(law, kind, message, Vec::new())
    }
}
