//! Fetches in a session: the library's outcome is the naive model's, and that of the case as a line.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::cases::{Answer, answer};
use fetch_cors_fuzz::cases::{Session, in_naive_terms, judge_naively};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|session: Session| {
    let (case, outcomes) = session.play();
    let line = case.to_string();

    let naive = judge_naively(&case);
    let found: Vec<_> = outcomes.iter().map(in_naive_terms).collect();
    assert_eq!(
        found, naive.fetches,
        "the library (left) and the naive model (right) differ on\n{line}"
    );

    match answer(line.as_bytes(), 1) {
        Answer::Outcome(outcome) => assert_eq!(
            outcome.fetches, outcomes,
            "as a line it is another case\n{line}"
        ),
        other => panic!("{other}\n{line}"),
    }
});
