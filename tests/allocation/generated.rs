//! Generated policies and requests, in addition to the listed inputs.

use fetch_cors::conformance::policies::{policy, request_to};
use proptest::{
    strategy::{Just, Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{MAX_PARSER_ALLOCATIONS, decide, decide_raw};

#[test]
fn decisions_on_generated_requests_do_not_allocate() {
    let exchanges = policy().prop_flat_map(|mut spec| {
        // With a predicate, origins without punycode can need the URL parser too.
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
        let needs_the_parser = headers.get_all("origin").iter().any(has_punycode);
        let limit = if needs_the_parser {
            MAX_PARSER_ALLOCATIONS
        } else {
            0
        };
        assert!(allocations <= limit, "{allocations}: {spec:?}, {request:?}");
        let (raw, allocations) = decide_raw(&policy, request.method(), headers);
        assert!(
            raw == verdict && allocations <= limit,
            "{spec:?}, {request:?}"
        );
    }
}
