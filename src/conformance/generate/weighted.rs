//! The choice of one kind among several.

use alloc::vec::Vec;
use core::fmt::Debug;

use proptest::{
    collection,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

/// One of `kinds`, each as often as its weight says. It shrinks towards the first one.
pub(super) fn one_of<T: Clone + Debug + 'static>(kinds: &[(u32, T)]) -> BoxedStrategy<T> {
    let kinds = kinds
        .iter()
        .map(|(weight, kind)| (*weight, Just(kind.clone())));
    Union::new_weighted(kinds.collect::<Vec<_>>()).boxed()
}

/// Up to `most` of `kinds`, in any order, the same one twice too.
pub(super) fn some_of<T: Clone + Debug + 'static>(
    kinds: &[(u32, T)],
    most: usize,
) -> BoxedStrategy<Vec<T>> {
    collection::vec(one_of(kinds), 0..=most).boxed()
}

/// `Some` of what `strategy` gives three times out of four.
pub(super) fn often<T: Clone + Debug + 'static>(
    strategy: BoxedStrategy<T>,
) -> BoxedStrategy<Option<T>> {
    Union::new_weighted(Vec::from([
        (3, strategy.prop_map(Some).boxed()),
        (1, Just(None).boxed()),
    ]))
    .boxed()
}
