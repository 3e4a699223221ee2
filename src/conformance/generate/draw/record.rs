//! A record of the outcomes that were drawn, for the test that compares the two forms.

use alloc::collections::BTreeSet;
use std::{cell::RefCell, thread_local};

/// A table's name and the index of the outcome.
pub(crate) type Drawn = (&'static str, usize);

thread_local! {
    static DRAWN: RefCell<BTreeSet<Drawn>> = const { RefCell::new(BTreeSet::new()) };
}

pub(crate) fn record(table: &'static str, outcome: usize) {
    DRAWN.with_borrow_mut(|drawn| drawn.insert((table, outcome)));
}

/// All that was drawn on this thread since the last call.
pub(crate) fn take() -> BTreeSet<Drawn> {
    DRAWN.take()
}
