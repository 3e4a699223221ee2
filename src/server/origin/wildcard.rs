//! Wildcard entries, such as `https://*.example.com`, and the rule for the subdomains that they match.

use alloc::boxed::Box;
use core::hash::{Hash, Hasher};

use super::{
    components::{Port, Scheme},
    parsed::ParsedOrigin,
};

/// An entry with `*.` before the host, with `:*` after the host, or with both.
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

/// Hashes the host and the port. At most four wildcards are equal in both.
impl Hash for Wildcard {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.host.hash(state);
        self.port.hash(state);
    }
}

impl Wildcard {
    /// Whether this entry matches `origin`. `OriginSet` does not call this function: it finds
    /// entries by look-ups. Both call [`matches_labels`](Self::matches_labels).
    pub(super) fn matches(&self, origin: &ParsedOrigin<'_>) -> bool {
        let host_matches = match self.subdomains {
            Subdomains::No => origin.host == &*self.host,
            Subdomains::Yes => {
                let labels = origin.host.strip_suffix(&*self.host);
                let labels = labels.and_then(|labels| labels.strip_suffix('.'));
                labels.is_some_and(|labels| self.matches_labels(origin, labels))
            }
        };
        self.scheme == origin.scheme
            && (self.port == Port::Any || self.port == origin.port)
            && host_matches
    }

    /// Whether `*` matches `labels`, the part of the origin's host that precedes the host of this entry. It
    /// must have one label or more. Each label must not be empty, and must have the form that browsers send.
    pub(super) fn matches_labels(&self, origin: &ParsedOrigin<'_>, labels: &str) -> bool {
        let mut has_punycode = self.has_punycode;
        let mut labels = labels.as_bytes().split(|&byte| byte == b'.');
        let are_plain = labels.all(|label| {
            has_punycode |= label.starts_with(b"xn--");
            !label.is_empty() && label.iter().all(|&byte| is_domain_byte(byte))
        });
        // A Punycode label can be in a right-to-left script, which limits the characters of all other labels.
        // So the URL parser checks the whole host. Such hosts are rare, and only the parser allocates.
        are_plain && (!has_punycode || origin.is_serialized())
    }
}

/// Whether the URL parser leaves the byte unchanged in a domain.
const fn is_domain_byte(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~')
        && !byte.is_ascii_uppercase()
        && !matches!(
            byte,
            b'#' | b'%'
                | b'/'
                | b':'
                | b'<'
                | b'>'
                | b'?'
                | b'@'
                | b'['
                | b'\\'
                | b']'
                | b'^'
                | b'|'
        )
}
