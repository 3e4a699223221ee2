//! Uses the bytes of a fuzzer to draw entries of the tables.
//!
//! A byte decides one choice. When the bytes run out, each choice is the first entry of its table, `false` or the
//! smallest size.

use alloc::vec::Vec;

use arbitrary::{Error, Result, Unstructured};

use crate::conformance::generate::weights::table::{Choice, Odds, Size, Uniform, Weighted};

/// Draws an entry of `table`. The probability of an entry is proportional to its weight.
pub(crate) fn one_of<T: Copy>(
    bytes: &mut Unstructured<'_>,
    table: &'static Weighted<T>,
) -> Result<T> {
    one_of_those(bytes, table, |_| true)
}

/// Draws an entry of `table` for which `is_available` returns true.
pub(crate) fn one_of_those<T: Copy>(
    bytes: &mut Unstructured<'_>,
    table: &'static Weighted<T>,
    is_available: impl Fn(T) -> bool,
) -> Result<T> {
    let entries = table.entries.iter().enumerate();
    let available = entries.filter(|(_, (_, entry))| is_available(*entry));
    let total: u32 = available.clone().map(|(_, (weight, _))| weight).sum();
    let mut at = bytes.int_in_range(0..=total.saturating_sub(1))?;
    for (index, (weight, entry)) in available {
        match at.checked_sub(*weight) {
            Some(rest) => at = rest,
            None => {
                record(table.name, index);
                return Ok(*entry);
            }
        }
    }
    Err(Error::EmptyChoose)
}

/// Returns the fixed value, or draws an entry of the table. A fixed value does not need a byte.
pub(crate) fn choose<T: Copy>(bytes: &mut Unstructured<'_>, choice: Choice<T>) -> Result<T> {
    match choice {
        Choice::Fixed(value) => Ok(value),
        Choice::Among(table) => one_of(bytes, table),
    }
}

/// Draws an entry of `table`. All entries have the same probability.
pub(crate) fn select<T: Copy>(
    bytes: &mut Unstructured<'_>,
    table: &'static Uniform<T>,
) -> Result<T> {
    let index = bytes.choose_index(table.entries.len())?;
    record(table.name, index);
    table.entries.get(index).copied().ok_or(Error::EmptyChoose)
}

/// Draws a number within `size`, and makes this number of values.
pub(crate) fn many<T>(
    bytes: &mut Unstructured<'_>,
    size: &'static Size,
    make: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let count = bytes.int_in_range(size.range.clone())?;
    record(size.name, count - size.range.start());
    repeat(bytes, count, make)
}

pub(crate) fn repeat<T>(
    bytes: &mut Unstructured<'_>,
    count: usize,
    mut make: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    (0..count).map(|_| make(bytes)).collect()
}

/// Returns `true` with the probability `odds`.
pub(crate) fn chance(bytes: &mut Unstructured<'_>, odds: &'static Odds) -> Result<bool> {
    let at = bytes.int_in_range(1..=odds.total)?;
    let is_true = at > odds.total - odds.yes;
    record(odds.name, usize::from(is_true));
    Ok(is_true)
}

/// Makes a value with the probability `odds`. Returns `None` if no value is made.
pub(crate) fn optional<T>(
    bytes: &mut Unstructured<'_>,
    odds: &'static Odds,
    make: impl FnOnce(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Option<T>> {
    if chance(bytes, odds)? {
        make(bytes).map(Some)
    } else {
        Ok(None)
    }
}

#[cfg(test)]
use super::record::record;

/// Does nothing. Only tests record which outcomes are drawn.
#[cfg(not(test))]
const fn record(_: &'static str, _: usize) {}
