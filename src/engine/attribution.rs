//! The quirks that cause an outcome.

use alloc::{vec, vec::Vec};

use super::{Quirk, QuirkSet};

/// The maximum size of a set in the first search of `smallest_set`. The first search tries every set up to this size.
/// If no set changes the outcome, a second search starts with all quirks, and removes each quirk that is not needed.
const MAX_TRIED_QUIRKS: usize = 3;

/// Runs that differ only in their quirks.
pub(crate) struct Runs<R, E> {
    pub(crate) quirks: QuirkSet,
    /// The function that runs with the given quirks, and returns the outcomes.
    pub(crate) run: R,
    /// The function that returns whether two outcomes are equal.
    pub(crate) are_equal: E,
}

impl<O, R: Fn(QuirkSet) -> Vec<O>, E: Fn(&O, &O) -> bool> Runs<R, E> {
    /// Returns each outcome in the engine, with a list of the quirks that cause the outcome.
    ///
    /// A quirk is necessary for an outcome if the removal of this one quirk changes the outcome. The list contains all
    /// necessary quirks. If no quirk is necessary, but the standard has a different outcome, the list contains the
    /// quirks of [`smallest_set`](Self::smallest_set). If no quirk is necessary, and the standard has the same outcome,
    /// the list is empty.
    pub(crate) fn attributed(&self) -> Vec<(O, Vec<Quirk>)> {
        let all = self.quirks;
        let outcomes = (self.run)(all);
        let mut quirks = vec![Vec::new(); outcomes.len()];
        for quirk in all.iter() {
            let others = (self.run)(all.without(quirk));
            for ((quirks, outcome), other) in quirks.iter_mut().zip(&outcomes).zip(&others) {
                if !(self.are_equal)(outcome, other) {
                    quirks.push(quirk);
                }
            }
        }
        let without_quirks = (self.run)(QuirkSet::EMPTY);
        for (i, ((quirks, outcome), other)) in quirks
            .iter_mut()
            .zip(&outcomes)
            .zip(&without_quirks)
            .enumerate()
        {
            if quirks.is_empty() && !(self.are_equal)(outcome, other) {
                *quirks = self.smallest_set(i, outcome);
            }
        }
        outcomes.into_iter().zip(quirks).collect()
    }

    /// Whether the outcome with the index `i` changes if the quirks in `removed` are removed.
    fn changes_without(&self, i: usize, outcome: &O, removed: &[Quirk]) -> bool {
        let removed = removed.iter().copied();
        let quirks = removed.fold(self.quirks, QuirkSet::without);
        let others = (self.run)(quirks);
        others
            .get(i)
            .is_some_and(|other| !(self.are_equal)(outcome, other))
    }

    /// Returns a small set of quirks that cause the outcome with the index `i`: the outcome changes if all quirks of
    /// the set are removed together.
    ///
    /// If the smallest such set has at most [`MAX_TRIED_QUIRKS`] quirks, the function returns this set. If several
    /// smallest sets exist, the function returns the first of these sets in the order of [`Quirk::ALL`]. A larger
    /// result is not always the smallest possible set.
    ///
    /// The caller has checked two facts. If one quirk is removed alone, the outcome stays the same. If all quirks are
    /// removed, the outcome changes.
    fn smallest_set(&self, i: usize, outcome: &O) -> Vec<Quirk> {
        let all: Vec<Quirk> = self.quirks.iter().collect();
        for size in 2..=MAX_TRIED_QUIRKS {
            let mut sets = Sets::new(&all, size);
            while let Some(set) = sets.next_set() {
                if self.changes_without(i, outcome, &set) {
                    return set;
                }
            }
        }
        let mut set = all.clone();
        for quirk in all.iter().rev() {
            let smaller: Vec<Quirk> = set.iter().copied().filter(|other| other != quirk).collect();
            if self.changes_without(i, outcome, &smaller) {
                set = smaller;
            }
        }
        set
    }
}

/// The subsets of `all`, in lexicographic order. All these subsets have the same size.
struct Sets<'a> {
    all: &'a [Quirk],
    positions: Option<Vec<usize>>,
}

impl<'a> Sets<'a> {
    fn new(all: &'a [Quirk], size: usize) -> Self {
        let positions = (size <= all.len()).then(|| (0..size).collect());
        Self { all, positions }
    }

    fn next_set(&mut self) -> Option<Vec<Quirk>> {
        let positions = self.positions.as_mut()?;
        let set = positions.iter().filter_map(|&i| self.all.get(i).copied());
        let set = set.collect();
        let (size, count) = (positions.len(), self.all.len());
        let mut positions_from_end = (0..size).rev();
        let next = positions_from_end.find_map(|i| {
            let position = positions.get(i).copied()?;
            (position < count - (size - i)).then_some((i, position))
        });
        match next {
            Some((i, position)) => {
                for (offset, slot) in positions.iter_mut().skip(i).enumerate() {
                    *slot = position + 1 + offset;
                }
            }
            None => self.positions = None,
        }
        Some(set)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_ordered_by_their_elements() {
        let all = Quirk::ALL.get(..4).unwrap();
        let mut sets = Sets::new(all, 2);
        let mut found = Vec::new();
        while let Some(set) = sets.next_set() {
            found.push(set.iter().map(|quirk| *quirk as u8).collect::<Vec<_>>());
        }
        assert_eq!(found, [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]);
    }
}
