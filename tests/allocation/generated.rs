//! What is drawn, beside what is listed.

use fetch_cors::conformance::policies::{policy, request_to};
use proptest::{
    strategy::{Just, Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{FOR_THE_PARSER, decide, decide_raw};

#[test]
fn a_decision_on_what_is_drawn_allocates_nothing() {
    let exchanges = policy().prop_flat_map(|mut spec| {
        // One is asked with what it reads, which may be anything.
        spec.predicate = None;
        (Just(spec.clone()), request_to(&spec))
    });
    let mut runner = TestRunner::deterministic();
    for _ in 0..4000 {
        let (spec, request) = exchanges.new_tree(&mut runner).unwrap().current();
        let (policy, headers) = (spec.build().unwrap(), request.headers());
        let (verdict, allocations) = decide(&policy, request.method(), headers);
        let has_punycode = |origin: &http::HeaderValue| {
            let mut labels = origin.as_bytes().windows(4);
            labels.any(|label| label == b"xn--")
        };
        let asks_the_parser = headers.get_all("origin").iter().any(has_punycode);
        let limit = if asks_the_parser { FOR_THE_PARSER } else { 0 };
        assert!(allocations <= limit, "{allocations}: {spec:?}, {request:?}");
        let (raw, allocations) = decide_raw(&policy, request.method(), headers);
        assert!(
            raw == verdict && allocations <= limit,
            "{spec:?}, {request:?}"
        );
    }
}
