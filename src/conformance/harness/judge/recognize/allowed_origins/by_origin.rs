//! Finds the allowed origins to which a server grants less than to other allowed origins.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};

/// The names (of methods, or of request headers) that the server grants to each origin, or does not grant.
#[derive(Default)]
pub(in super::super) struct ByOrigin {
    origins: BTreeMap<Vec<u8>, Names>,
    /// The names that the server grants to at least one origin.
    granted: BTreeSet<String>,
}

#[derive(Default)]
struct Names {
    granted: BTreeSet<String>,
    /// The names that at least one response does not grant.
    ungranted: BTreeSet<String>,
}

impl Names {
    /// Returns the names that no response to the origin grants.
    fn lacking(&self) -> impl Iterator<Item = &String> {
        self.ungranted.difference(&self.granted)
    }
}

impl ByOrigin {
    pub(super) fn insert(&mut self, origin: &[u8], name: &str, is_granted: bool) {
        let of_origin = self.origins.entry(origin.to_vec()).or_default();
        let names = if is_granted {
            self.granted.insert(String::from(name));
            &mut of_origin.granted
        } else {
            &mut of_origin.ungranted
        };
        names.insert(String::from(name));
    }

    /// Returns the names that the server grants to another origin, but never to `origin`.
    pub(in super::super) fn lacking(&self, origin: &[u8]) -> BTreeSet<&String> {
        let names = self.origins.get(origin);
        let lacking = names.into_iter().flat_map(Names::lacking);
        lacking
            .filter(|name| self.granted.contains(*name))
            .collect()
    }

    /// Returns the origins to which the server does not grant all of the names that it grants to others.
    pub(in super::super) fn origins_without(&self) -> impl Iterator<Item = &[u8]> {
        let origins = self.origins.keys().map(Vec::as_slice);
        origins.filter(|origin| !self.lacking(origin).is_empty())
    }

    /// Returns the origins to which the server grants `name`.
    pub(in super::super) fn origins_with(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let granted = self.origins.iter();
        granted
            .filter(move |(_, names)| names.granted.contains(name))
            .map(|(origin, _)| origin.as_slice())
    }
}
