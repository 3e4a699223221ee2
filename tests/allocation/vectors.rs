//! The recordings of a vector are checked without allocation.

use std::cell::Cell;

use fetch_cors::cases::{Answer, answer};
use serde_json::value::RawValue;

use crate::ALLOCATIONS;

#[derive(serde::Deserialize)]
struct Vector<'a> {
    #[serde(borrow)]
    case: &'a RawValue,
}

/// Returns the number of allocations while the line is answered.
fn allocations(line: &str) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    let answer = answer(line.as_bytes(), 1);
    let after = ALLOCATIONS.with(Cell::get);
    assert!(matches!(answer, Answer::Outcome(_)), "{answer}");
    after - before
}

#[test]
fn recordings_are_checked_without_allocation() {
    let vectors = include_str!("../vectors/quirks.ndjson");
    assert!(!vectors.is_empty());
    for vector in vectors.lines() {
        let Vector { case } = serde_json::from_str(vector).unwrap();
        assert_eq!(allocations(vector), allocations(case.get()), "{vector}");
    }
}
