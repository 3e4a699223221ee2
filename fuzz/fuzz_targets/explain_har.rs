//! Reads any bytes as a recording: a slice and a stream give the same fetches, each fetch is judged and explained, and
//! the damaged entries are counted.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::browser::UserAgent;
use fetch_cors::explain::ExplainedAnswer;
use fetch_cors::explain::input::{RecordedFetch, Recording, RecordingRepair};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let recording = match Recording::from_slice(text) {
        Ok(recording) => {
            assert_eq!(shown(&recording), shown(&streamed(text)));
            recording
        }
        Err(error) => {
            assert!(!error.to_string().contains(|c: char| c.is_control()));
            assert!(error.line <= text.split(|byte| *byte == b'\n').count());
            *error.readable
        }
    };
    assert!(recording.problem_count() <= 2 * recording.entry_count());
    assert!(recording.problems().len() <= recording.problem_count());
    let fetches = recording.fetches();
    assert!(fetches.len() <= recording.entry_count());
    let mut entries = Vec::new();
    for fetch in &fetches {
        entries.extend(fetch.exchanges.iter().map(|exchange| exchange.entry));
        let outcomes = fetch
            .credentials_modes()
            .iter()
            .map(|mode| fetch.outcome(*mode));
        let is_judged = outcomes.map(|outcome| outcome.is_some());
        assert!(
            is_judged
                .into_iter()
                .all(|is_judged| is_judged == fetch.obstacle.is_none()),
            "{fetch:?}"
        );
    }
    fetches.iter().for_each(check_explanations);
    let count = entries.len();
    entries.sort_unstable();
    entries.dedup();
    assert_eq!(entries.len(), count, "an entry belongs to two fetches");
});

/// The text is printable. The explanation does not invent request headers of a preflight that the recording lacks.
fn check_explanations(fetch: &RecordedFetch) {
    for mode in fetch.credentials_modes() {
        let Some(explanation) = fetch.explanation(&UserAgent::new(), *mode) else {
            continue;
        };
        let text = explanation.to_string();
        assert!(
            text.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n')),
            "{text:?}"
        );
        for exchange in &explanation.exchanges {
            let is_recorded = exchange.answer != ExplainedAnswer::NotRecorded;
            assert!(is_recorded || !exchange.is_preflight || exchange.headers.is_empty());
        }
    }
}

fn streamed(text: &[u8]) -> Recording {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let (mut repair, mut repaired) = (RecordingRepair::new(), Vec::new());
    text.chunks(7)
        .for_each(|part| repair.push(part, &mut repaired));
    repair.finish(&mut repaired);
    let mut recording = Recording::new();
    recording
        .read_all(&mut serde_json::Deserializer::from_reader(&*repaired))
        .expect("a slice and a stream are the same recording");
    recording
}

fn shown(recording: &Recording) -> String {
    let fetches: Vec<RecordedFetch> = recording.fetches();
    format!(
        "{:?} {} {fetches:?}",
        recording.creator(),
        recording.entry_count()
    )
}
