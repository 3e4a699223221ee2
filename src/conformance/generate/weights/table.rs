//! The kinds of random choices: tables, list sizes, probabilities.
//!
//! [`tables`] is the only way to make a table, and registers each table, so that a test can show that every
//! entry is drawn by the strategies and from bytes.

use core::ops::RangeInclusive;

/// Entries with weights: an entry is drawn in proportion to its weight. The first entry is the simplest.
#[derive(Debug)]
pub(crate) struct Weighted<T: 'static> {
    pub(crate) name: &'static str,
    pub(crate) entries: &'static [(u32, T)],
}

/// Entries that are equally likely. The first entry is the simplest.
#[derive(Debug)]
pub(crate) struct Uniform<T: 'static> {
    pub(crate) name: &'static str,
    pub(crate) entries: &'static [T],
}

/// The size of a list. Each size is equally likely.
#[derive(Debug)]
pub(crate) struct Size {
    pub(crate) name: &'static str,
    pub(crate) range: RangeInclusive<usize>,
}

/// The probability of `true`: `yes` times in `total`.
#[derive(Debug)]
pub(crate) struct Odds {
    pub(crate) name: &'static str,
    pub(crate) yes: u32,
    pub(crate) total: u32,
}

/// A value that never varies, or an entry of a table.
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

/// A random choice of any kind. The registry lists all of them.
#[cfg(all(test, feature = "arbitrary"))]
pub(crate) trait Outcomes: Sync {
    fn name(&self) -> &'static str;

    /// The number of different outcomes.
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

/// Defines the tables of a file, and `TABLES`, which lists all of them.
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
