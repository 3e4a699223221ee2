//! A set of header names.

use alloc::vec::Vec;

use crate::infrastructure::{
    header::HeaderName,
    header_list::{HeaderList, convert_header_names_to_a_sorted_lowercase_set},
};

/// A sorted set of header names. A search takes logarithmic time, so the comparison of two long sets is fast.
#[derive(Debug, Clone, Default)]
pub(super) struct HeaderNames(Vec<HeaderName>);

impl HeaderNames {
    /// Returns the names of the headers.
    pub(super) fn sent(headers: &HeaderList) -> Self {
        headers.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Returns the names that the headers of a preflight list.
    pub(super) fn requested(headers: &HeaderList) -> Self {
        let names = headers.get_decode_and_split("access-control-request-headers");
        let names = names.into_iter().flatten();
        names
            .filter_map(|name| HeaderName::new(&name).ok())
            .collect()
    }

    pub(super) fn contains(&self, name: &HeaderName) -> bool {
        self.0.binary_search(name).is_ok()
    }

    /// Whether the set has all names of `other`.
    pub(super) fn contains_all(&self, other: &Self) -> bool {
        other.iter().all(|name| self.contains(name))
    }

    /// Iterates over the names, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &HeaderName> {
        self.0.iter()
    }

    /// Iterates over the names of the set that `other` does not have, in order.
    pub(super) fn without<'n>(&'n self, other: &'n Self) -> impl Iterator<Item = &'n HeaderName> {
        self.iter().filter(|name| !other.contains(name))
    }
}

impl FromIterator<HeaderName> for HeaderNames {
    fn from_iter<I: IntoIterator<Item = HeaderName>>(names: I) -> Self {
        Self(convert_header_names_to_a_sorted_lowercase_set(
            names.into_iter().collect(),
        ))
    }
}
