//! The choice of one kind among several.

use alloc::vec::Vec;
use core::fmt::Debug;

use proptest::strategy::{BoxedStrategy, Just, Strategy, Union};

/// One of `kinds`, each as often as its weight says. It shrinks towards the first one.
pub(super) fn one_of<T: Clone + Debug + 'static>(kinds: &[(u32, T)]) -> BoxedStrategy<T> {
    let kinds = kinds
        .iter()
        .map(|(weight, kind)| (*weight, Just(kind.clone())));
    Union::new_weighted(kinds.collect::<Vec<_>>()).boxed()
}
