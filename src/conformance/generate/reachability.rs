//! Checks that the two generators (the strategies and `Arbitrary`) draw the same entries of the same tables.
//!
//! At each draw, a generator records the name of the table and the index of the drawn entry. The list `TABLES` has
//! every table. The test fails if a table in this list has an entry that one of the generators never draws.

#![allow(clippy::unwrap_used)]

use alloc::{collections::BTreeSet, vec, vec::Vec};
use core::fmt::Debug;

use arbitrary::{Arbitrary, Result, Unstructured};
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};

use super::{
    arbitrary::{cases::plan, fetch_to, handler_headers, origin_near, request_to},
    cases::{family::Family, strategies},
    draw::record::{self, Counts, Drawn},
    policies::{self, PolicySpec},
    weights::{TABLES, families::CaseWeights},
};
use crate::{cases::Case, server::AllowList};

/// The number of values that the test draws for each kind of value. A generator draws the rarest outcome once in a few
/// hundred values.
const VALUES: usize = 6000;

/// The number of bytes for one value. No value needs more bytes.
const BYTES_PER_VALUE: usize = 400;

fn by_strategy<T: Debug>(strategy: impl Strategy<Value = T>) -> Counts {
    record::take();
    let mut runner = TestRunner::deterministic();
    for _ in 0..VALUES {
        let tree = strategy.new_tree(&mut runner).unwrap();
        core::hint::black_box(tree.current());
    }
    record::take()
}

fn from_bytes<T>(make: impl Fn(&mut Unstructured<'_>) -> Result<T>) -> Counts {
    record::take();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    for _ in 0..VALUES {
        let bytes: Vec<u8> = (0..BYTES_PER_VALUE).map(|_| next()).collect();
        make(&mut Unstructured::new(&bytes)).unwrap();
    }
    record::take()
}

/// Draws values of one kind with the strategies and with `Arbitrary`, and adds the drawn outcomes to `reached`.
///
/// The test fails if the two counts of an outcome differ by more than about a third. A smaller difference is normal:
/// `Arbitrary` takes a byte modulo the sum of the weights, so it draws the first entries of a table more often.
fn assert_same_outcomes<T: Debug>(
    kind: impl Debug,
    strategy: impl Strategy<Value = T>,
    make: impl Fn(&mut Unstructured<'_>) -> Result<T>,
    reached: &mut BTreeSet<Drawn>,
) {
    let by_strategy = by_strategy(strategy);
    let from_bytes = from_bytes(make);
    for outcome in by_strategy.keys().chain(from_bytes.keys()) {
        let count = |counts: &Counts| counts.get(outcome).copied().unwrap_or_default();
        let (drawn, made) = (count(&by_strategy), count(&from_bytes));
        assert!(
            drawn > 0 && made > 0 && drawn.abs_diff(made) <= (drawn + made) / 6 + 40,
            "{kind:?}: {outcome:?} was drawn {drawn} times by the strategy, {made} times from bytes"
        );
    }
    reached.extend(by_strategy.into_keys());
}

fn policies_and_requests(reached: &mut BTreeSet<Drawn>) {
    let headers_by_strategy = policies::handler_headers();
    assert_same_outcomes("handler", headers_by_strategy, handler_headers, reached);
    let policy = |bytes: &mut Unstructured<'_>| PolicySpec::arbitrary(bytes);
    assert_same_outcomes("policy", policies::policy(), policy, reached);
    for spec in [listing(), reflecting()] {
        let near = |bytes: &mut Unstructured<'_>| origin_near(&spec, bytes);
        assert_same_outcomes("origin", policies::origin_near(&spec), near, reached);
        let request = |bytes: &mut Unstructured<'_>| request_to(&spec, bytes);
        assert_same_outcomes("request", policies::request_to(&spec), request, reached);
        let fetch = |bytes: &mut Unstructured<'_>| fetch_to(&spec, bytes);
        assert_same_outcomes("fetch", policies::fetch_to(&spec), fetch, reached);
    }
}

/// Returns a policy that lists origins, a method and a header name.
fn listing() -> PolicySpec {
    let mut spec = PolicySpec::from_origins(["https://a.example", "https://*.foo.com:*"]);
    spec.methods = ["PUT"].into();
    spec.request_headers = vec!["x-a".into()];
    spec
}

/// Returns a policy that reflects any method, and any header name except `authorization`.
fn reflecting() -> PolicySpec {
    let mut spec = PolicySpec::from_origins(["https://a.example"]);
    spec.credentials = true;
    spec.methods = AllowList::Any;
    spec.request_headers = vec!["*".into()];
    spec
}

#[test]
fn both_forms_reach_every_entry_of_every_table() {
    let mut reached = BTreeSet::new();
    for &family in Family::ALL {
        let weights = CaseWeights::new(family);
        assert_same_outcomes(
            family,
            strategies::plans(&weights),
            |bytes| plan(bytes, &weights),
            &mut reached,
        );
    }
    let case = |bytes: &mut Unstructured<'_>| Case::arbitrary(bytes);
    assert_same_outcomes("case", strategies::any_cases(), case, &mut reached);

    policies_and_requests(&mut reached);

    let tables: Vec<_> = TABLES.iter().copied().flatten().collect();
    let names: BTreeSet<_> = tables.iter().map(|table| table.name()).collect();
    assert_eq!(names.len(), tables.len(), "two tables have the same name");
    let registered: BTreeSet<Drawn> = tables
        .iter()
        .flat_map(|table| (0..table.count()).map(|outcome| (table.name(), outcome)))
        .collect();
    let differing: Vec<_> = registered.symmetric_difference(&reached).collect();
    assert!(
        differing.is_empty(),
        "outcomes of tables that are registered but never drawn, or drawn but not registered: {differing:?}"
    );
}
