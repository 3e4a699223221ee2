//! Wildcard entries, such as `https://*.example.com`, and the subdomains that such an entry matches.

use alloc::boxed::Box;
use core::hash::{Hash, Hasher};

use super::{parsed::ParsedOrigin, port::Port};
use crate::infrastructure::serialized_origin::{Scheme, is_serialized_label};

/// An entry with `*.` before the host, with `:*` after the host, or with both.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wildcard {
    pub(crate) scheme: Scheme,
    pub(crate) subdomains: Subdomains,
    pub(crate) host: Box<str>,
    pub(crate) port: Port,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Subdomains {
    No,
    Yes,
}

/// Hashes only the host and the port. At most four wildcards have the same host and port, so collisions are rare.
impl Hash for Wildcard {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.host.hash(state);
        self.port.hash(state);
    }
}

impl Wildcard {
    /// Whether this entry matches `origin`. `OriginSet` does not call this function, because the set finds entries by
    /// look-ups.
    pub(super) fn matches(&self, origin: &ParsedOrigin<'_>) -> bool {
        let host_matches = match self.subdomains {
            Subdomains::No => origin.host == &*self.host,
            Subdomains::Yes => {
                let labels = origin.host.strip_suffix(&*self.host);
                let labels = labels.and_then(|labels| labels.strip_suffix('.'));
                labels.is_some_and(Self::matches_labels)
            }
        };
        self.scheme == origin.scheme
            && (self.port == Port::Any || self.port == origin.port)
            && host_matches
    }

    /// Whether the `*` of an entry matches `labels`, the labels before the entry's host. The result is true if `labels`
    /// is one or more labels in the form that browsers send. An empty label never matches.
    pub(super) fn matches_labels(labels: &str) -> bool {
        let mut labels = labels.as_bytes().split(|&byte| byte == b'.');
        labels.all(|label| !label.is_empty() && is_serialized_label(label))
    }
}
