//! Entries whose first label is partly fixed, such as `https://app-*.vercel.app`, and the labels that such an entry
//! matches.

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use hashbrown::{Equivalent, HashSet};

use super::{parsed::ParsedOrigin, port::Port};
use crate::infrastructure::serialized_origin::{Scheme, is_serialized_label};

/// An entry with a `*` within the first label of its host. The `*` matches one character or more of this label.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PartialLabel {
    pub(crate) scheme: Scheme,
    /// The part of the label before the `*`.
    pub(crate) start: Box<str>,
    /// The part of the label after the `*`.
    pub(crate) end: Box<str>,
    /// The host after the first label and its dot.
    pub(crate) host: Box<str>,
    pub(crate) port: Port,
}

impl PartialLabel {
    /// Whether this entry matches `origin`. A policy does not call this function, because a policy finds its entries by
    /// look-ups.
    pub(super) fn matches(&self, origin: &ParsedOrigin<'_>) -> bool {
        let Some((label, host)) = origin.host.split_once('.') else {
            return false;
        };
        self.scheme == origin.scheme
            && (self.port == Port::Any || self.port == origin.port)
            && host == &*self.host
            && label.len() > self.start.len() + self.end.len()
            && label.starts_with(&*self.start)
            && label.ends_with(&*self.end)
            && is_serialized_label(label.as_bytes())
    }
}

impl fmt::Display for PartialLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            scheme,
            start,
            end,
            host,
            port,
        } = self;
        write!(f, "{}://{start}*{end}.{host}{port}", scheme.as_str())
    }
}

/// A set of entries with a partial label. The set also stores the lengths of `start` and `end` of each entry as a pair.
/// Entries such as `app-*` and `api-*` have the same pair, and the set stores this pair once. A request needs at most
/// two look-ups for each stored pair. A label has at most 63 bytes, so a set stores at most 2,016 pairs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PartialLabels {
    entries: HashSet<PartialLabel>,
    /// The lengths of `start` and `end` of all entries, as sorted pairs without duplicates.
    lengths: Vec<(usize, usize)>,
}

impl PartialLabels {
    pub(super) fn insert(&mut self, entry: PartialLabel) {
        let lengths = (entry.start.len(), entry.end.len());
        if let Err(place) = self.lengths.binary_search(&lengths) {
            self.lengths.insert(place, lengths);
        }
        self.entries.insert(entry);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &PartialLabel> {
        self.entries.iter()
    }

    /// Whether an entry matches an origin with this scheme, host and port. The result is false if the first label of
    /// the host cannot be a label of a serialized origin.
    pub(super) fn matches(&self, scheme: Scheme, host: &str, port: Port) -> bool {
        let Some((label, host)) = host.split_once('.') else {
            return false;
        };
        let mut lengths = self.lengths.iter();
        let is_listed = lengths.any(|&(start, end)| {
            let Some(end_begins) = label.len().checked_sub(end).filter(|at| *at > start) else {
                return false;
            };
            self.has(
                scheme,
                label.get(..start),
                label.get(end_begins..),
                host,
                port,
            )
        });
        is_listed && is_serialized_label(label.as_bytes())
    }

    /// Whether one entry of the set matches all origins that `inner` matches.
    pub(super) fn covers(&self, inner: &PartialLabel) -> bool {
        self.lengths.iter().any(|&(start, end)| {
            let end_begins = inner.end.len().checked_sub(end);
            let end = end_begins.and_then(|at| inner.end.get(at..));
            let start = inner.start.get(..start);
            self.has(inner.scheme, start, end, &inner.host, inner.port)
        })
    }

    /// Whether the set has the entry `scheme://start*end.host:port`, or the entry `scheme://start*end.host:*`, which
    /// allows any port.
    fn has(
        &self,
        scheme: Scheme,
        start: Option<&str>,
        end: Option<&str>,
        host: &str,
        port: Port,
    ) -> bool {
        let (Some(start), Some(end)) = (start, end) else {
            return false;
        };
        [port, Port::Any].into_iter().any(|port| {
            self.entries.contains(&PartialLabelRef {
                scheme,
                start,
                end,
                host,
                port,
            })
        })
    }
}

/// The borrowed key for the look-up of a [`PartialLabel`]. The two types have the same order of fields, so values with
/// equal fields have the same hash.
#[derive(Debug, Hash)]
struct PartialLabelRef<'a> {
    scheme: Scheme,
    start: &'a str,
    end: &'a str,
    host: &'a str,
    port: Port,
}

impl Equivalent<PartialLabel> for PartialLabelRef<'_> {
    fn equivalent(&self, entry: &PartialLabel) -> bool {
        self.host == &*entry.host
            && self.start == &*entry.start
            && self.end == &*entry.end
            && self.scheme == entry.scheme
            && self.port == entry.port
    }
}
