//! Compares the outcomes of a session with the outcomes of the naive model, and with the outcomes of the
//! recorded case line.
#![no_main]
#![forbid(unsafe_code)]

use fetch_cors::{
    cases::{Answer, answer},
    conformance::laws,
    infrastructure::header::HeaderValue,
};
use fetch_cors_fuzz::{
    assert_law,
    cases::{Input, in_naive_terms, judge_naively},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: Input| {
    let (case, outcomes) = input.judge();
    let line = case.to_string();

    let naive = judge_naively(&case);
    let found: Vec<_> = outcomes.iter().map(in_naive_terms).collect();
    assert_eq!(
        found, naive.fetches,
        "the library (left) and the naive model (right) differ for the case\n{line}"
    );

    match answer(line.as_bytes(), 1) {
        Answer::Outcome(outcome) => assert_eq!(
            outcome.fetches, outcomes,
            "the outcome of the case line differs\n{line}"
        ),
        other => panic!("{other}\n{line}"),
    }

    // These laws judge the case many times, so the target checks them for single fetches only.
    if let [_] = case.fetches[..] {
        let name = "timing-allow-origin".parse().expect("valid header name");
        let value = HeaderValue::new(b"*").expect("valid header value");
        for law in [
            laws::every_failure_has_one_step(&case),
            laws::header_order_never_changes_verdict(&case),
            laws::both_apis_reach_one_outcome(&case),
            laws::body_type_acts_as_header(&case),
            laws::other_headers_never_change_verdict(&case, &name, &value),
        ] {
            assert_law(law, || line.clone());
        }
    }
});
