//! The origins of a policy in a form that supports fast hash look-ups.

use alloc::{boxed::Box, vec::Vec};
use core::hash::{Hash, Hasher};

use hashbrown::{Equivalent, HashSet};

use super::{
    app_origin::FILE_ORIGIN,
    extension::ExtensionScheme,
    parsed::ParsedOrigin,
    partial_label::{PartialLabel, PartialLabels},
    pattern::{OriginPattern, Pattern},
    port::Port,
    wildcard::{Subdomains, Wildcard},
};
use crate::infrastructure::serialized_origin::Scheme;

/// The origins of a policy. Exact origins need one look-up. Wildcards need one look-up for each label of the request's
/// host. For entries with a partial label, see [`PartialLabels`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct OriginSet {
    exact: HashSet<Exact>,
    longest_exact: usize,
    null: bool,
    /// Whether the set has an entry that matches more than one origin.
    has_patterns: bool,
    extensions: Vec<ExtensionScheme>,
    partial_labels: PartialLabels,
    wildcards: HashSet<Wildcard>,
    kinds: Kinds,
    shortest_base: usize,
    longest_base: usize,
}

/// The kinds of wildcards in the set. `matches_wildcard` skips the look-ups for kinds that the set does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Kinds {
    any_port: bool,
    subdomains: bool,
    subdomains_and_any_port: bool,
}

impl OriginSet {
    pub(crate) fn new(patterns: impl IntoIterator<Item = OriginPattern>) -> Self {
        let mut set = Self::default();
        for pattern in patterns {
            match pattern.0 {
                Pattern::Null => set.null = true,
                Pattern::Exact(exact) => {
                    set.longest_exact = set.longest_exact.max(exact.len());
                    set.exact.insert(Exact(exact));
                }
                Pattern::Extensions(scheme) => {
                    set.has_patterns = true;
                    if !set.extensions.contains(&scheme) {
                        set.extensions.push(scheme);
                    }
                }
                Pattern::PartialLabel(entry) => {
                    set.has_patterns = true;
                    set.partial_labels.insert(entry);
                }
                Pattern::Wildcard(wildcard) => {
                    set.has_patterns = true;
                    let kind = match (wildcard.subdomains, wildcard.port) {
                        (Subdomains::No, _) => &mut set.kinds.any_port,
                        (Subdomains::Yes, Port::Any) => &mut set.kinds.subdomains_and_any_port,
                        (Subdomains::Yes, _) => &mut set.kinds.subdomains,
                    };
                    *kind = true;
                    let length = wildcard.host.len();
                    set.shortest_base = if set.wildcards.is_empty() {
                        length
                    } else {
                        length.min(set.shortest_base)
                    };
                    set.longest_base = length.max(set.longest_base);
                    set.wildcards.insert(wildcard);
                }
            }
        }
        set.exact.shrink_to_fit();
        set
    }

    #[inline]
    pub(crate) fn contains(&self, origin: &[u8]) -> bool {
        (origin.len() <= self.longest_exact && self.exact.contains(origin))
            || (self.null && origin == b"null")
            || (self.has_patterns && self.matches_pattern(origin))
    }

    /// Returns the only entry of the set, if the entry is an exact origin other than `null` and `file://`. Returns `None`
    /// for any other set.
    pub(crate) fn only_exact(&self) -> Option<&str> {
        let is_alone = self.exact.len() == 1 && !self.null && !self.has_patterns;
        self.exact
            .iter()
            .next()
            .map(|exact| &*exact.0)
            .filter(|exact| is_alone && *exact != FILE_ORIGIN)
    }

    /// Returns the entries, sorted and without duplicates.
    pub(crate) fn patterns(&self) -> Vec<OriginPattern> {
        let exact = self.exact.iter().cloned();
        let exact = exact.map(|Exact(exact)| Pattern::Exact(exact));
        let wildcards = self.wildcards.iter().cloned().map(Pattern::Wildcard);
        let partial_labels = self.partial_labels.iter().cloned();
        let extensions = self.extensions.iter().copied();
        let null = self.null.then_some(Pattern::Null);
        let mut patterns: Vec<_> = null
            .into_iter()
            .chain(exact)
            .chain(wildcards)
            .chain(partial_labels.map(Pattern::PartialLabel))
            .chain(extensions.map(Pattern::Extensions))
            .map(OriginPattern)
            .collect();
        patterns.sort_unstable();
        patterns
    }

    fn matches_pattern(&self, origin: &[u8]) -> bool {
        if self.has_extensions_of(origin) {
            return true;
        }
        let origin = core::str::from_utf8(origin).ok();
        let Some(origin) = origin.and_then(ParsedOrigin::parse) else {
            return false;
        };
        self.matches_wildcard(&origin)
            || self
                .partial_labels
                .matches(origin.scheme, origin.host, origin.port)
    }

    fn has_extensions_of(&self, origin: &[u8]) -> bool {
        let mut schemes = self.extensions.iter();
        schemes.any(|scheme| scheme.matches(origin))
    }

    fn matches_wildcard(&self, origin: &ParsedOrigin<'_>) -> bool {
        let kinds = &self.kinds;
        let wildcard =
            |subdomains, host, port| self.wildcard(origin.scheme, subdomains, host, port);
        if kinds.any_port && wildcard(Subdomains::No, origin.host, Port::Any).is_some() {
            return true;
        }
        if !kinds.subdomains && !kinds.subdomains_and_any_port {
            return false;
        }
        // The base of an entry is its text after `*.`. An entry can match only if its base is the text after a dot of
        // the origin's host. The loop skips a dot if the text after the dot is longer than the longest base or shorter
        // than the shortest base.
        let length = origin.host.len();
        let first = length.saturating_sub(self.longest_base + 1);
        let end = length.saturating_sub(self.shortest_base);
        for dot in first..end {
            if origin.host.as_bytes().get(dot) != Some(&b'.') {
                continue;
            }
            let (Some(labels), Some(base)) = (origin.host.get(..dot), origin.host.get(dot + 1..))
            else {
                return false;
            };
            let of = |kind: bool, port| {
                let listed = || wildcard(Subdomains::Yes, base, port);
                kind.then(listed).flatten()
            };
            let listed = of(kinds.subdomains, origin.port)
                .or_else(|| of(kinds.subdomains_and_any_port, Port::Any));
            if listed.is_some() && Wildcard::matches_labels(labels) {
                return true;
            }
        }
        false
    }

    /// Whether one entry of the set matches all origins that `inner` matches.
    pub(crate) fn covers_wildcard(&self, inner: &Wildcard) -> bool {
        let has = |subdomains, host| {
            let has_port = |port| {
                self.wildcard(inner.scheme, subdomains, host, port)
                    .is_some()
            };
            has_port(inner.port) || has_port(Port::Any)
        };
        let host = &*inner.host;
        // The labels of the host are not empty. The entry `*.example.com` therefore matches every host that ends with
        // `.example.com`.
        let mut dots = host.match_indices('.');
        has(inner.subdomains, host)
            || dots.any(|(dot, _)| {
                let base = host.get(dot + 1..).unwrap_or_default();
                has(Subdomains::Yes, base)
            })
            || (inner.subdomains == Subdomains::No
                && self.partial_labels.matches(inner.scheme, host, inner.port))
    }

    /// Whether one entry of the set matches all origins that `inner` matches.
    pub(crate) fn covers_partial_label(&self, inner: &PartialLabel) -> bool {
        // The `*` matches at least one character. Each host that `inner` matches is therefore a subdomain of
        // `inner.host`. An entry that matches all these subdomains covers `inner`.
        let subdomains = Wildcard {
            scheme: inner.scheme,
            subdomains: Subdomains::Yes,
            host: inner.host.clone(),
            port: inner.port,
        };
        self.partial_labels.covers(inner) || self.covers_wildcard(&subdomains)
    }

    /// Whether the set has all extensions of `scheme`.
    pub(crate) fn covers_extensions(&self, scheme: ExtensionScheme) -> bool {
        self.extensions.contains(&scheme)
    }

    fn wildcard(
        &self,
        scheme: Scheme,
        subdomains: Subdomains,
        host: &str,
        port: Port,
    ) -> Option<&Wildcard> {
        self.wildcards.get(&WildcardRef {
            scheme,
            subdomains,
            host,
            port,
        })
    }
}

/// An exact origin. Its hash is the hash of its bytes, so a look-up accepts bytes that are not UTF-8.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Exact(Box<str>);

impl Hash for Exact {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_bytes().hash(state);
    }
}

impl Equivalent<Exact> for [u8] {
    fn equivalent(&self, exact: &Exact) -> bool {
        self == exact.0.as_bytes()
    }
}

/// The borrowed key for the look-up of a [`Wildcard`]. A key and a `Wildcard` with equal fields have the same hash.
#[derive(Debug)]
struct WildcardRef<'a> {
    scheme: Scheme,
    subdomains: Subdomains,
    host: &'a str,
    port: Port,
}

impl Hash for WildcardRef<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.host.hash(state);
        self.port.hash(state);
    }
}

impl Equivalent<Wildcard> for WildcardRef<'_> {
    fn equivalent(&self, other: &Wildcard) -> bool {
        self.host == &*other.host
            && self.scheme == other.scheme
            && self.subdomains == other.subdomains
            && self.port == other.port
    }
}
