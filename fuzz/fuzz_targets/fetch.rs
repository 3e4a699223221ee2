//! Fetches in a session: the library's outcome is the naive model's, and that of the case as a line.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    cases::{Answer, answer},
    conformance::laws,
    infrastructure::header::HeaderValue,
};
use fetch_cors_fuzz::{
    cases::{Input, in_naive_terms, judge_naively},
    hold,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: Input| {
    let (case, outcomes) = input.judge();
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

    // They judge it again and again, so the longer ones are left to the tests.
    if let [_] = case.fetches[..] {
        let name = "timing-allow-origin".parse().expect("it is a name");
        let value = HeaderValue::new(b"*").expect("it is a value");
        for law in [
            laws::every_failure_has_one_step(&case),
            laws::header_order_never_changes_verdict(&case),
            laws::other_headers_never_change_verdict(&case, &name, &value),
        ] {
            hold(law, || line.clone());
        }
    }
});
