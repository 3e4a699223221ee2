//! Records which outcomes are drawn. A test uses the record to compare the strategies with `Arbitrary`.

use alloc::collections::BTreeMap;
use std::{cell::RefCell, thread_local};

/// The name of a table, and the index of the drawn outcome.
pub(crate) type Drawn = (&'static str, usize);

/// The number of times that each outcome was drawn.
pub(crate) type Counts = BTreeMap<Drawn, usize>;

thread_local! {
    static COUNTS: RefCell<Counts> = const { RefCell::new(BTreeMap::new()) };
}

pub(crate) fn record(table: &'static str, outcome: usize) {
    COUNTS.with_borrow_mut(|counts| *counts.entry((table, outcome)).or_default() += 1);
}

/// Returns how often each entry of each table was drawn on this thread since the last call, and clears the record.
pub(crate) fn take() -> Counts {
    COUNTS.take()
}
