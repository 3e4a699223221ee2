//! A configuration's lists as they were given.

use alloc::{string::String, vec::Vec};

/// The entries of a list; what was no string at all is a gap, so that the others keep their numbers.
pub(super) type Entries = Vec<Option<String>>;

pub(crate) fn entries<S: AsRef<str>>(
    entries: impl IntoIterator<Item = S>,
) -> impl Iterator<Item = Option<String>> {
    entries.into_iter().map(|entry| Some(entry.as_ref().into()))
}

/// The entries that are there, with their numbers.
pub(crate) fn present(entries: &[Option<String>]) -> impl Iterator<Item = (usize, &str)> {
    entries
        .iter()
        .enumerate()
        .filter_map(|(i, entry)| Some((i, entry.as_deref()?)))
}
