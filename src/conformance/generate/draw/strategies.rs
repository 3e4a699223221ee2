//! Strategies of proptest that draw entries of the tables.

use alloc::vec::Vec;
use core::{fmt::Debug, iter};

use proptest::{
    bool, collection, option, sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use crate::conformance::generate::weights::table::{Choice, Odds, Size, Uniform, Weighted};

/// Draws an entry of `table`. The entry shrinks towards the first entry of the table.
pub(crate) fn one_of<T: Copy + Debug + 'static>(table: &'static Weighted<T>) -> BoxedStrategy<T> {
    // Each entry is repeated as often as its weight says. A `Union` would clone the runner for each entry before the
    // drawn entry.
    let entries = table.entries.iter().enumerate();
    let repeated = entries.flat_map(|(index, (weight, entry))| {
        iter::repeat_n((index, *entry), usize::try_from(*weight).unwrap_or(0))
    });
    select_among(table.name, repeated.collect())
}

/// Draws an entry of `table`, and makes a value from the entry.
pub(crate) fn one_of_then<T: Copy, U: Debug + 'static>(
    table: &'static Weighted<T>,
    make: impl Fn(T) -> BoxedStrategy<U>,
) -> BoxedStrategy<U> {
    one_of_those(table, |_| true, make)
}

/// Draws an entry of `table` for which `is_available` returns true, and makes a value from the entry.
pub(crate) fn one_of_those<T: Copy, U: Debug + 'static>(
    table: &'static Weighted<T>,
    is_available: impl Fn(T) -> bool,
    make: impl Fn(T) -> BoxedStrategy<U>,
) -> BoxedStrategy<U> {
    let entries = table.entries.iter().enumerate();
    let available = entries.filter(|(_, (_, entry))| is_available(*entry));
    let strategies = available.map(|(index, (weight, entry))| {
        let strategy = recorded(make(*entry), table.name, move |_| index);
        (*weight, strategy)
    });
    Union::new_weighted(strategies.collect::<Vec<_>>()).boxed()
}

/// Returns the fixed value, or draws an entry of the table.
pub(crate) fn choose<T: Copy + Debug + 'static>(choice: Choice<T>) -> BoxedStrategy<T> {
    match choice {
        Choice::Fixed(value) => Just(value).boxed(),
        Choice::Among(table) => one_of(table),
    }
}

/// Makes a value from the fixed entry of `choice`, or from an entry that is drawn from the table of `choice`.
pub(crate) fn choose_then<T: Copy, U: Debug + 'static>(
    choice: Choice<T>,
    make: impl Fn(T) -> BoxedStrategy<U>,
) -> BoxedStrategy<U> {
    match choice {
        Choice::Fixed(value) => make(value),
        Choice::Among(table) => one_of_then(table, make),
    }
}

/// Draws an entry of `table`. All entries have the same probability. The entry shrinks towards the first entry of the
/// table.
pub(crate) fn select<T: Copy + Debug + 'static>(table: &'static Uniform<T>) -> BoxedStrategy<T> {
    select_among(
        table.name,
        table.entries.iter().copied().enumerate().collect(),
    )
}

/// Draws one of `entries` of the table `name`. Each entry has its index in the table.
fn select_among<T: Copy + Debug + 'static>(
    name: &'static str,
    entries: Vec<(usize, T)>,
) -> BoxedStrategy<T> {
    let entry = match entries[..] {
        [only] => Just(only).boxed(),
        _ => sample::select(entries).boxed(),
    };
    recorded(entry, name, |(index, _)| *index)
        .prop_map(|(_, entry)| entry)
        .boxed()
}

/// Draws a list of values. The length of the list is within `size`.
pub(crate) fn many<T: Debug + 'static>(
    size: &'static Size,
    value: BoxedStrategy<T>,
) -> BoxedStrategy<Vec<T>> {
    let values = collection::vec(value, size.range.clone()).boxed();
    recorded(values, size.name, |values| {
        values.len() - size.range.start()
    })
}

/// Draws a list of at most `max` values.
pub(crate) fn many_up_to<T: Debug + 'static>(
    max: usize,
    value: BoxedStrategy<T>,
) -> BoxedStrategy<Vec<T>> {
    collection::vec(value, 0..=max).boxed()
}

/// Draws `true` with the probability `odds`. The value shrinks towards `false`.
pub(crate) fn chance(odds: &'static Odds) -> BoxedStrategy<bool> {
    recorded(
        bool::weighted(probability(odds)).boxed(),
        odds.name,
        |is_true| usize::from(*is_true),
    )
}

/// Draws a value with the probability `odds`, and otherwise `None`. The value shrinks towards `None`.
pub(crate) fn optional<T: Debug + 'static>(
    odds: &'static Odds,
    value: BoxedStrategy<T>,
) -> BoxedStrategy<Option<T>> {
    recorded(
        option::weighted(probability(odds), value).boxed(),
        odds.name,
        |value| usize::from(value.is_some()),
    )
}

fn probability(odds: &Odds) -> f64 {
    f64::from(odds.yes) / f64::from(odds.total)
}

/// Makes `strategy` record each drawn outcome. The generated values do not change. Only tests record outcomes.
#[cfg(all(test, feature = "arbitrary"))]
fn recorded<T: Debug + 'static>(
    strategy: BoxedStrategy<T>,
    table: &'static str,
    outcome: impl Fn(&T) -> usize + 'static,
) -> BoxedStrategy<T> {
    strategy
        .prop_map(move |value| {
            super::record::record(table, outcome(&value));
            value
        })
        .boxed()
}

#[cfg(not(all(test, feature = "arbitrary")))]
fn recorded<T>(
    strategy: BoxedStrategy<T>,
    _: &'static str,
    _: impl Fn(&T) -> usize,
) -> BoxedStrategy<T> {
    strategy
}
