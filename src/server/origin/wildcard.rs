//! Entries with a wildcard, and which origins they match.

use alloc::boxed::Box;
use core::hash::{Hash, Hasher};

use super::{
    components::{Port, Scheme},
    parsed::ParsedOrigin,
};

/// `*.` before the host, or `:*` behind it, or both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wildcard {
    pub(crate) scheme: Scheme,
    pub(crate) subdomains: Subdomains,
    pub(crate) host: Box<str>,
    pub(crate) port: Port,
    /// Whether a label of the host is Punycode.
    pub(super) has_punycode: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subdomains {
    No,
    Yes,
}

/// By the host alone, in which nearly all wildcards differ.
impl Hash for Wildcard {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.host.hash(state);
    }
}

impl Wildcard {
    pub(super) fn matches(&self, origin: &ParsedOrigin<'_>) -> bool {
        let host_matches = match self.subdomains {
            Subdomains::No => origin.host == &*self.host,
            Subdomains::Yes => origin.is_below(&self.host, self.has_punycode),
        };
        self.scheme == origin.scheme
            && (self.port == Port::Any || self.port == origin.port)
            && host_matches
    }
}
