//! Finds how an origin is similar to an entry of the policy's list. A server that compares only a part of the origin
//! can treat a similar origin as a listed origin.

use alloc::{format, string::String};

use crate::{
    conformance::harness::expectations::{origin_for_entry, parent_domains},
    infrastructure::origin::TupleOrigin,
};

/// How an origin is similar to an entry that does not allow the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// An origin with the host of the entry and another scheme.
    Scheme,
    /// An origin with the scheme and the host of the entry, and another port.
    Port,
    /// An origin that begins with the listed origin and its port, and has more digits: `http://a.example:30000` if
    /// `http://a.example:3000` is listed.
    LongerPort,
    /// A subdomain of the listed host, if the entry is not a pattern.
    Subdomain,
    /// The domain of a pattern: `app.example` if `*.app.example` is listed.
    BareDomain,
    /// A host that ends with the listed host, without a dot before the listed host.
    Suffix,
    /// The listed host with another character in place of at least one dot.
    Dot,
    /// A host that begins with the listed host. The next character is a dot, a letter or a digit.
    Prefix,
    /// A host that begins with the listed host. The next character is a special character.
    SpecialCharacter,
    /// A host that contains the listed host in its middle.
    Contained,
    /// A host such as `app-a.b.example` if `app-*.example` is listed: the host would match the entry if `*` also
    /// matched dots.
    DottedWildcard,
    /// A host that ends with a parent domain of the listed host, without a dot before the parent domain. The `usize` is
    /// the number of labels before the parent domain in the listed host: 1 for `evilexample.com` if `app.example.com`
    /// is listed.
    ParentSuffix(usize),
    /// A subdomain of a parent domain of the listed host: `evil.example.com` if `app.example.com` is listed. For the
    /// `usize`, see [`ParentSuffix`](Self::ParentSuffix).
    ParentSubdomain(usize),
    /// A parent domain of the listed host. For the `usize`, see [`ParentSuffix`](Self::ParentSuffix).
    Parent(usize),
    /// A text that is not an origin, but would match an entry such as `https://app-*.example` if `*` matched any text.
    MalformedWildcard,
    /// A text that is not an origin and begins with a listed origin.
    MalformedPrefix,
    /// A text that is not an origin and ends with a listed host.
    MalformedSuffix,
}

/// An entry of the policy's list of origins.
#[derive(Debug)]
pub(super) struct Entry {
    /// An origin that the entry allows.
    page: String,
    scheme: String,
    /// The host of the listed origin, or the domain after the `*.` of a pattern.
    host: String,
    is_pattern: bool,
    /// The text before the `*` and the text after the `*`, if the host of the entry has a `*` within a label.
    around_wildcard: Option<(String, String)>,
    /// The host of `page`.
    page_host: String,
}

impl Entry {
    /// Parses an entry. Returns `None` if the entry matches no web origin.
    pub(super) fn parse(entry: &str) -> Option<Self> {
        let page = origin_for_entry(entry);
        let origin = TupleOrigin::parse(page.as_bytes()).ok()?;
        let is_pattern = entry.contains("://*.");
        let page_host = String::from(origin.host());
        let domain = page_host.strip_prefix("www.").filter(|_| is_pattern);
        let (before, after) = inner_wildcard(entry).unzip();
        Some(Self {
            around_wildcard: before.zip(after),
            scheme: String::from(origin.scheme()),
            host: String::from(domain.unwrap_or(&page_host)),
            page,
            is_pattern,
            page_host,
        })
    }

    /// Returns how an origin is similar to the entry. The entry must not allow the origin. `parsed` is `None` if the
    /// origin is malformed.
    pub(super) fn likeness(&self, origin: &str, parsed: Option<&TupleOrigin>) -> Option<Likeness> {
        let Some(parsed) = parsed else {
            return self.likeness_of_malformed(origin);
        };
        let (host, other) = (&*self.host, parsed.host());
        let is_below = other
            .strip_suffix(host)
            .is_some_and(|before| before.ends_with('.'));
        let is_same = if self.is_pattern {
            is_below
        } else {
            other == host
        };
        if other.strip_suffix('.') == Some(&*self.page_host) {
            // The origin has the host of `page` with a dot at the end (the DNS root). Some servers that compare the
            // whole host ignore this dot, so the origin does not show how the server compares.
            return None;
        }
        let likeness = if self.is_dotted_wildcard(other) {
            Likeness::DottedWildcard
        } else if is_same && self.has_port() && origin.starts_with(&*self.page) {
            Likeness::LongerPort
        } else if is_same && parsed.scheme() == self.scheme {
            Likeness::Port
        } else if is_same {
            Likeness::Scheme
        } else if other == host {
            Likeness::BareDomain
        } else if is_below {
            Likeness::Subdomain
        } else if other.ends_with(host) {
            Likeness::Suffix
        } else if self.has_other_dot(other) {
            Likeness::Dot
        } else if let Some(after) = other.strip_prefix(&*self.page_host) {
            if after.starts_with(|next: char| next == '.' || next.is_ascii_alphanumeric()) {
                Likeness::Prefix
            } else {
                Likeness::SpecialCharacter
            }
        } else if other.contains(host) {
            Likeness::Contained
        } else {
            return self.likeness_to_parent(other);
        };
        Some(likeness)
    }

    fn has_port(&self) -> bool {
        self.page.len() > self.scheme.len() + "://".len() + self.page_host.len()
    }

    /// Whether [`Likeness::DottedWildcard`] applies to the host.
    fn is_dotted_wildcard(&self, host: &str) -> bool {
        self.around_wildcard
            .as_ref()
            .is_some_and(|(before, after)| {
                let rest = host.strip_prefix(&**before);
                let part = rest.and_then(|rest| rest.strip_suffix(&**after));
                part.is_some_and(|part| part.contains('.'))
            })
    }

    /// Among the parent domains of the listed host, finds the longest domain that is a suffix of `host`. Returns how
    /// `host` is similar to this domain.
    fn likeness_to_parent(&self, host: &str) -> Option<Likeness> {
        let parents = parent_domains(&self.host).into_iter().zip(1..);
        let mut likenesses = parents.filter_map(|(parent, labels)| {
            let before = host.strip_suffix(parent)?;
            Some(if before.is_empty() {
                Likeness::Parent(labels)
            } else if before.ends_with('.') {
                Likeness::ParentSubdomain(labels)
            } else {
                Likeness::ParentSuffix(labels)
            })
        });
        likenesses.next()
    }

    /// Whether `host` ends with a parent domain of the listed host: the listed host without its first `labels` labels.
    pub(super) fn ends_with_parent(&self, host: &str, labels: usize) -> bool {
        let mut parents = parent_domains(&self.host).into_iter().zip(1..);
        parents.any(|(parent, number)| number == labels && host.ends_with(parent))
    }

    fn likeness_of_malformed(&self, text: &str) -> Option<Likeness> {
        let host = text.strip_prefix(&*self.scheme);
        let host = host.and_then(|rest| rest.strip_prefix("://"));
        let is_wildcard = self
            .around_wildcard
            .as_ref()
            .is_some_and(|(before, after)| {
                let rest = host.and_then(|host| host.strip_prefix(&**before));
                rest.is_some_and(|rest| rest.ends_with(&**after))
            });
        if is_wildcard {
            Some(Likeness::MalformedWildcard)
        } else if text.starts_with(&*self.page) {
            Some(Likeness::MalformedPrefix)
        } else if text.ends_with(&*self.host) {
            Some(Likeness::MalformedSuffix)
        } else {
            None
        }
    }

    /// Whether `other` is the listed host with another character in place of at least one dot.
    fn has_other_dot(&self, other: &str) -> bool {
        let start = other.len().checked_sub(self.host.len());
        let Some((before, end)) = start.and_then(|start| other.split_at_checked(start)) else {
            return false;
        };
        let is_whole = if self.is_pattern {
            before.ends_with('.')
        } else {
            before.is_empty()
        };
        let mut pairs = self.host.bytes().zip(end.bytes());
        is_whole && pairs.all(|(listed, given)| listed == given || listed == b'.')
    }

    /// Whether the last label of the listed host is `label`.
    pub(super) fn has_last_label(&self, label: &str) -> bool {
        self.host.rsplit('.').next() == Some(label)
    }

    /// Whether the origin contains the first label of the listed host.
    pub(super) fn shares_first_label(&self, origin: &str) -> bool {
        origin.contains(self.first_label())
    }

    /// Whether the origin begins with the scheme and the first label of the listed host.
    pub(super) fn shares_beginning(&self, origin: &str) -> bool {
        let host = origin
            .strip_prefix(&*self.scheme)
            .and_then(|rest| rest.strip_prefix("://"));
        host.is_some_and(|host| host.starts_with(self.first_label()))
    }

    /// Whether the listed origin contains the text. Some servers search for the `Origin` of a request in their list.
    pub(super) fn contains(&self, text: &str) -> bool {
        self.page.contains(text)
    }

    /// Returns the text before the listed host if `host` ends with the listed host.
    pub(super) fn before<'h>(&self, host: &'h str) -> Option<&'h str> {
        host.strip_suffix(&*self.host)
    }

    pub(super) fn first_label(&self) -> &str {
        self.host.split('.').next().unwrap_or(&self.host)
    }

    pub(super) fn has_same_scheme(&self, parsed: &TupleOrigin) -> bool {
        parsed.scheme() == self.scheme
    }

    /// Whether the origin has the port of the entry, or neither of the two has a port.
    pub(super) fn has_same_port(&self, parsed: &TupleOrigin) -> bool {
        let rest = |origin: &str, host: &str| {
            let end = format!("://{host}").len();
            let scheme = origin.find("://").unwrap_or_default();
            origin
                .get(scheme + end..)
                .map_or_else(String::new, String::from)
        };
        rest(parsed.serialize(), parsed.host()) == rest(&self.page, &self.page_host)
    }
}

/// Returns the text before the `*` and the text after the `*`, if the host of the entry has a `*` within a label.
fn inner_wildcard(entry: &str) -> Option<(String, String)> {
    let (_, rest) = entry.split_once("://")?;
    let host = rest.split(':').next().unwrap_or(rest);
    let (before, after) = host.split_once('*')?;
    let is_within_label = !(before.is_empty() && (after.is_empty() || after.starts_with('.')));
    is_within_label.then(|| (String::from(before), String::from(after)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(entry: &str, origin: &str) -> Option<Likeness> {
        let parsed = TupleOrigin::parse(origin.as_bytes()).ok();
        Entry::parse(entry)?.likeness(origin, parsed.as_ref())
    }

    #[test]
    fn each_likeness_is_recognized() {
        for (origin, expected) in [
            ("http://app.example", Some(Likeness::Scheme)),
            ("capacitor://app.example", Some(Likeness::Scheme)),
            ("https://app.example:8444", Some(Likeness::Port)),
            ("https://evil.app.example", Some(Likeness::Subdomain)),
            ("https://evilapp.example", Some(Likeness::Suffix)),
            ("https://appxexample", Some(Likeness::Dot)),
            ("https://app.example.evil.test", Some(Likeness::Prefix)),
            ("https://app.exampleother.example", Some(Likeness::Prefix)),
            (
                "https://app.example-.evil.test",
                Some(Likeness::SpecialCharacter),
            ),
            (
                "https://evil-app.example.evil.test",
                Some(Likeness::Contained),
            ),
            (
                "https://app.example@evil.test",
                Some(Likeness::MalformedPrefix),
            ),
            (
                "https://evil.test/app.example",
                Some(Likeness::MalformedSuffix),
            ),
            ("https://unlisted.test", None),
            ("https://app", None),
            ("null", None),
        ] {
            assert_eq!(
                likeness("https://app.example", origin),
                expected,
                "{origin}"
            );
        }
        for (origin, expected) in [
            ("https://app.example", Some(Likeness::BareDomain)),
            ("https://evilapp.example", Some(Likeness::Suffix)),
            ("https://www.appxexample", Some(Likeness::Dot)),
            ("http://www.app.example", Some(Likeness::Scheme)),
            ("https://a.b.app.example:8444", Some(Likeness::Port)),
            ("https://www.app.example.evil.test", Some(Likeness::Prefix)),
        ] {
            assert_eq!(
                likeness("https://*.app.example", origin),
                expected,
                "{origin}"
            );
        }
    }

    #[test]
    fn ports_are_compared() {
        for (origin, expected) in [
            ("http://localhost", Likeness::Port),
            ("http://localhost:300", Likeness::Port),
            ("http://localhost:3001", Likeness::Port),
            ("http://localhost:30000", Likeness::LongerPort),
        ] {
            assert_eq!(
                likeness("http://localhost:3000", origin),
                Some(expected),
                "{origin}"
            );
        }
    }

    #[test]
    fn parent_domains_and_wildcards_are_recognized() {
        for (entry, origin, expected) in [
            (
                "https://app.example.com",
                "https://evilexample.com",
                Some(Likeness::ParentSuffix(1)),
            ),
            (
                "https://a.b.example.com",
                "https://evil.example.com",
                Some(Likeness::ParentSubdomain(2)),
            ),
            (
                "https://app.example.com",
                "https://example.com",
                Some(Likeness::Parent(1)),
            ),
            // A top-level domain is not a parent domain.
            ("https://app.example", "https://evil.example", None),
            ("https://127.0.0.1", "https://1.0.0.1", None),
            (
                "https://app-*.example.com",
                "https://app-a.b.example.com",
                Some(Likeness::DottedWildcard),
            ),
        ] {
            assert_eq!(likeness(entry, origin), expected, "{entry}, {origin}");
        }
    }

    #[test]
    fn scheme_and_port_are_compared() {
        let entry = Entry::parse("https://*.app.example:8443").unwrap();
        for (origin, same_scheme, same_port) in [
            ("https://evilapp.example:8443", true, true),
            ("https://evilapp.example", true, false),
            ("http://evilapp.example:8443", false, true),
        ] {
            let parsed = TupleOrigin::parse(origin.as_bytes()).unwrap();
            assert_eq!(entry.has_same_scheme(&parsed), same_scheme, "{origin}");
            assert_eq!(entry.has_same_port(&parsed), same_port, "{origin}");
        }
    }
}
