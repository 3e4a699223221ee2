//! Sets of quirks.

use super::Quirk;

/// A set of quirks.
///
/// ```
/// use fetch_cors::engine::{Quirk, QuirkSet};
///
/// let set = QuirkSet::EMPTY.with(Quirk::UnsafeNamesRepeat);
/// assert!(set.contains(Quirk::UnsafeNamesRepeat));
/// assert_eq!(set.without(Quirk::UnsafeNamesRepeat), QuirkSet::EMPTY);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct QuirkSet(u128);

// A set has one bit for each quirk.
const _: () = assert!(Quirk::ALL.len() <= u128::BITS as usize);

impl QuirkSet {
    /// The empty set. A user agent without quirks follows the standard.
    pub const EMPTY: Self = Self(0);

    /// Whether the set has `quirk`.
    #[inline]
    pub const fn contains(self, quirk: Quirk) -> bool {
        self.0 & Self::bit(quirk) != 0
    }

    /// Whether the set is empty.
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Returns a copy of the set with `quirk`.
    #[must_use]
    pub const fn with(self, quirk: Quirk) -> Self {
        Self(self.0 | Self::bit(quirk))
    }

    /// Returns a copy of the set without `quirk`.
    #[must_use]
    pub const fn without(self, quirk: Quirk) -> Self {
        Self(self.0 & !Self::bit(quirk))
    }

    /// Iterates over the quirks of the set, in the order of [`Quirk::ALL`].
    ///
    /// ```
    /// use fetch_cors::engine::{Quirk, QuirkSet};
    /// let set: QuirkSet = [Quirk::UnsafeNamesRepeat].into_iter().collect();
    /// assert!(set.iter().eq([Quirk::UnsafeNamesRepeat]));
    /// ```
    pub fn iter(self) -> impl Iterator<Item = Quirk> + Clone {
        let all = Quirk::ALL.iter().copied();
        all.filter(move |quirk| self.contains(*quirk))
    }

    const fn bit(quirk: Quirk) -> u128 {
        1 << quirk as u8
    }
}

impl FromIterator<Quirk> for QuirkSet {
    fn from_iter<I: IntoIterator<Item = Quirk>>(quirks: I) -> Self {
        quirks.into_iter().fold(Self::EMPTY, Self::with)
    }
}
