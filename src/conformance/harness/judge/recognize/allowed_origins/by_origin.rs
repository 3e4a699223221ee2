//! Finds the allowed origins to which a server grants less than to other allowed origins.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

/// The names (of methods, or of request headers) that preflights of each origin request.
#[derive(Default)]
pub(in super::super) struct ByOrigin(BTreeMap<Vec<u8>, Requested>);

#[derive(Default)]
struct Requested {
    granted: BTreeSet<String>,
    /// The names that at least one response does not grant.
    ungranted: BTreeSet<String>,
}

impl Requested {
    /// Returns the names that no response to the origin grants.
    fn lacking(&self) -> impl Iterator<Item = &String> {
        self.ungranted.difference(&self.granted)
    }
}

impl ByOrigin {
    pub(super) fn insert(&mut self, origin: &[u8], name: &str, is_granted: bool) {
        let requested = self.0.entry(origin.to_vec()).or_default();
        let names = if is_granted {
            &mut requested.granted
        } else {
            &mut requested.ungranted
        };
        names.insert(String::from(name));
    }

    /// Returns the names that the server grants to another origin, but never to `origin`.
    pub(in super::super) fn lacking(&self, origin: &[u8]) -> BTreeSet<&String> {
        let requested = self.0.get(origin);
        let lacking = requested.into_iter().flat_map(Requested::lacking);
        let is_granted = |name: &&String| self.origins_with(name).next().is_some();
        lacking.filter(is_granted).collect()
    }

    /// Returns the origins to which the server does not grant all of the names that it grants to others.
    pub(in super::super) fn origins_without(&self) -> impl Iterator<Item = &[u8]> {
        let origins = self.0.keys().map(Vec::as_slice);
        origins.filter(|origin| !self.lacking(origin).is_empty())
    }

    /// Returns the origins to which the server grants `name`.
    pub(in super::super) fn origins_with(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let granted = self.0.iter();
        granted
            .filter(move |(_, requested)| requested.granted.contains(name))
            .map(|(origin, _)| origin.as_slice())
    }
}
