//! The kinds of random choices: tables, list sizes, and probabilities.
//!
//! Every table is made with [`tables`]. This macro also registers the table. So a test can show that the strategies and
//! `Arbitrary` draw every entry of every table.

use core::ops::RangeInclusive;

/// A table of entries with weights. The probability of an entry is proportional to its weight. The first entry is the
/// simplest.
#[derive(Debug)]
pub(crate) struct Weighted<T: 'static> {
    pub(crate) name: &'static str,
    pub(crate) entries: &'static [(u32, T)],
}

/// A table of entries with the same probability. The first entry is the simplest.
#[derive(Debug)]
pub(crate) struct Uniform<T: 'static> {
    pub(crate) name: &'static str,
    pub(crate) entries: &'static [T],
}

/// The range of the length of a list. All lengths have the same probability.
#[derive(Debug)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) range: RangeInclusive<usize>,
}

/// The probability of `true`: `yes` of `total` draws.
#[derive(Debug)]
pub(crate) struct Odds {
    pub(crate) name: &'static str,
    pub(crate) yes: u32,
    pub(crate) total: u32,
}

/// A fixed value, or a table from which an entry is drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Choice<T: 'static> {
    Fixed(T),
    Among(&'static Weighted<T>),
}

impl<T> Weighted<T> {
    pub(super) const fn new(name: &'static str, entries: &'static [(u32, T)]) -> Self {
        Self { name, entries }
    }
}

impl<T> Uniform<T> {
    pub(super) const fn new(name: &'static str, entries: &'static [T]) -> Self {
        Self { name, entries }
    }
}

impl Size {
    pub(super) const fn new(name: &'static str, range: RangeInclusive<usize>) -> Self {
        Self { name, range }
    }
}

impl Odds {
    pub(super) const fn new(name: &'static str, (yes, total): (u32, u32)) -> Self {
        Self { name, yes, total }
    }
}

/// The outcomes of a random choice: the values that a draw can return. `TABLES` lists all random choices.
#[cfg(all(test, feature = "arbitrary"))]
pub(crate) trait Outcomes: Sync {
    fn name(&self) -> &'static str;

    /// Returns the number of values that a draw can return.
    fn count(&self) -> usize;
}

#[cfg(all(test, feature = "arbitrary"))]
mod outcomes {
    use super::{Odds, Outcomes, Size, Uniform, Weighted};

    impl<T: Sync> Outcomes for Weighted<T> {
        fn name(&self) -> &'static str {
            self.name
        }

        fn count(&self) -> usize {
            self.entries.len()
        }
    }

    impl<T: Sync> Outcomes for Uniform<T> {
        fn name(&self) -> &'static str {
            self.name
        }

        fn count(&self) -> usize {
            self.entries.len()
        }
    }

    impl Outcomes for Size {
        fn name(&self) -> &'static str {
            self.name
        }

        fn count(&self) -> usize {
            self.range.clone().count()
        }
    }

    impl Outcomes for Odds {
        fn name(&self) -> &'static str {
            self.name
        }

        fn count(&self) -> usize {
            2
        }
    }
}

/// Defines the tables of a file, and the list `TABLES` of these tables.
macro_rules! tables {
    ($(
        $(#[$doc:meta])*
        static $name:ident: $kind:ident $(<$entry:ty>)? = $entries:expr;
    )*) => {
        $(
            $(#[$doc])*
            pub(crate) static $name: $kind $(<$entry>)? =
                $kind::new(concat!(module_path!(), "::", stringify!($name)), $entries);
        )*

        /// Every table of this file.
        #[cfg(all(test, feature = "arbitrary"))]
        pub(super) static TABLES: &[&dyn $crate::conformance::generate::weights::table::Outcomes] =
            &[$(&$name),*];
    };
}
pub(super) use tables;
