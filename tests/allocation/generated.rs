//! Generated policies and requests, in addition to the listed inputs.

use fetch_cors::conformance::policies::{policy, request_to};
use proptest::{
    strategy::{Just, Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{decide, decide_raw};

#[test]
fn decisions_on_generated_requests_do_not_allocate() {
    let exchanges = policy().prop_flat_map(|spec| {
        let request = request_to(&spec);
        (Just(spec), request)
    });
    let mut runner = TestRunner::deterministic();
    for _ in 0..4000 {
        let (spec, request) = exchanges.new_tree(&mut runner).unwrap().current();
        let (policy, headers) = (spec.build().unwrap(), request.headers());
        let (verdict, allocations) = decide(&policy, request.method(), headers);
        assert_eq!(allocations, 0, "{spec:?}, {request:?}");
        let declared = spec.predicate.as_ref().map_or("", |spec| &spec.header);
        let (raw, allocations) = decide_raw(&policy, declared, request.method(), headers);
        assert_eq!((raw, allocations), (verdict, 0), "{spec:?}, {request:?}");
    }
}
