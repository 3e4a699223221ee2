//! A record of the outcomes that were drawn, for the test that compares the strategies with `Arbitrary`.

use alloc::collections::BTreeMap;
use std::{cell::RefCell, thread_local};

/// A table's name and the index of the outcome.
pub(crate) type Drawn = (&'static str, usize);

/// The number of times that each outcome was drawn.
pub(crate) type Counts = BTreeMap<Drawn, usize>;

thread_local! {
    static COUNTS: RefCell<Counts> = const { RefCell::new(BTreeMap::new()) };
}

pub(crate) fn record(table: &'static str, outcome: usize) {
    COUNTS.with_borrow_mut(|counts| *counts.entry((table, outcome)).or_default() += 1);
}

/// The outcomes that were drawn on this thread since the last call.
pub(crate) fn take() -> Counts {
    COUNTS.take()
}
