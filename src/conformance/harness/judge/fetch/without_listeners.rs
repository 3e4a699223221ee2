//! Judges the POST request of an upload whose preflight fails.

use alloc::vec::Vec;

use http::Method;

use super::{Fetch, exchanges, judge_in_engines};
use crate::conformance::harness::{
    expectations::Expectations, probes::probe::Probe, replay::Answer, report::violation::Violation,
};

/// Judges the request of a fetch that has a preflight only because of the listeners for its upload. Without the listeners,
/// the browser sends the same request without a preflight. So the response shows a mistake even if the preflight fails.
/// Only POST requests are judged, because other probes have GET and HEAD requests without a preflight.
pub(super) fn judge_without_listeners(
    expectations: &Expectations,
    probe: &Probe,
    answers: &[Answer],
) -> Vec<Violation> {
    let is_post = |probe: &Probe| {
        let mut lines = probe.requests().iter();
        lines.all(|line| line.request.method == Method::POST)
    };
    let Some((probe, answers)) = probe
        .without_listeners()
        .filter(is_post)
        .zip(answers.get(1..))
    else {
        return Vec::new();
    };
    let exchanges = exchanges(&probe, answers);
    let fetch = Fetch::from_probe(expectations, &probe, &exchanges, answers);
    fetch.map_or_else(Vec::new, |fetch| {
        judge_in_engines(|engine| Some(fetch.in_engine(engine)?.violations()))
    })
}
