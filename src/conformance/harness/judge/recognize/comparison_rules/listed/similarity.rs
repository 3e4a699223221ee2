//! Finds how an origin is similar to an entry of the policy's list. A server with any wrong comparison can treat a
//! similar origin as a listed origin.

use alloc::string::String;

use super::{Given, Listed, Rule};
use crate::{
    conformance::harness::{expectations::parent_domains, report::cause::Cause},
    infrastructure::origin::TupleOrigin,
};

impl Listed {
    /// Whether the host of the origin is similar to the host of the entry, or to a parent domain of this host. A host with the
    /// same first label is similar.
    pub(in super::super::super) fn is_similar(&self, origin: &TupleOrigin) -> bool {
        let host = origin.host();
        let mut rules = [
            Rule::Dots,
            Rule::WildcardDots,
            Rule::Prefix,
            Rule::Contained,
            Rule::FirstLabel,
        ]
        .into_iter();
        let mut parents = parent_domains(self.base()).into_iter();
        self.matches(host)
            || rules.any(|rule| self.fits(rule, host))
            || parents.any(|parent| host.ends_with(parent))
    }

    /// Whether the origin has the first label of the entry in the place where a server with the mistake `rule` compares.
    /// A server that compares only a part of the host of the entry possibly allows such an origin.
    pub(in super::super::super) fn shares_part(&self, rule: Rule, given: Given<'_>) -> bool {
        let Some((scheme, host, _)) = given.parts else {
            return false;
        };
        let mut first = self.first_label().into_iter();
        match rule.cause() {
            Cause::ContainsListedHost => self.shares_first_label(given),
            Cause::ComparesPrefix => {
                scheme == self.scheme && first.any(|first| host.starts_with(first))
            }
            _ => false,
        }
    }

    /// Whether the origin contains the first label of the entry.
    pub(in super::super::super) fn shares_first_label(&self, given: Given<'_>) -> bool {
        let first = self.first_label();
        first.is_some_and(|first| given.text.contains(first))
    }

    /// Whether the host of the origin is the host of the entry with another character in place of at least one dot.
    pub(in super::super::super) fn has_other_dot(&self, given: Given<'_>) -> bool {
        let mut parts = given.parts.into_iter();
        parts.any(|(_, host, _)| !self.matches(host) && self.fits(Rule::Dots, host))
    }

    /// Whether the host of the origin is `www.` and a listed host.
    pub(in super::super::super) fn has_www(&self, given: Given<'_>) -> bool {
        let mut parts = given.parts.into_iter();
        parts.any(|(_, host, _)| {
            host.strip_prefix("www.")
                .is_some_and(|host| self.matches(host))
        })
    }

    /// Returns the text of the host before the first dot, which is the first number of an IPv4 address.
    pub(in super::super::super) fn first_number(&self) -> Option<String> {
        self.before.split('.').next().map(String::from)
    }

    /// Whether the entry contains the text. Some servers search for the `Origin` of a request in their list.
    pub(in super::super::super) fn contains(&self, text: &str) -> bool {
        self.page.contains(text)
    }

    /// Whether the last label of the entry is `label`.
    pub(in super::super::super) fn has_last_label(&self, label: &str) -> bool {
        self.base().rsplit('.').next() == Some(label)
    }
}

/// Whether the origin combines parts of the entries. The scheme, the host and the port of such an origin are each a part
/// of an entry. The host can also be the first label of an entry together with the host of another entry: `barfoo.test`
/// for `bar.example` and `foo.test`.
pub(in super::super::super) fn combines_parts(entries: &[Listed], given: Given<'_>) -> bool {
    let Some((scheme, host, port)) = given.parts.filter(|_| given.is_origin) else {
        return false;
    };
    let has = |is_part: &dyn Fn(&Listed) -> bool| entries.iter().any(is_part);
    let is_joined = |end: &Listed| {
        let before = host.strip_suffix(end.base());
        before.is_some_and(|before| {
            has(&|listed| listed.page != end.page && listed.first_label() == Some(before))
        })
    };
    has(&|listed| listed.scheme == scheme)
        && has(&|listed| listed.has_same_port(port))
        && has(&|listed| listed.matches(host) || is_joined(listed))
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn listed(entries: &[&str]) -> Vec<Listed> {
        let parsed = entries.iter().map(|entry| Listed::parse(entry).unwrap());
        parsed.collect()
    }

    #[test]
    fn similar_hosts_are_found() {
        for (entry, similar, others) in [
            (
                "https://app.example",
                &[
                    "http://app.example",
                    "https://app.example:8444",
                    "https://evil.app.example",
                    "https://evilapp.example",
                    "https://appxexample",
                    "https://app.example.evil.test",
                    "https://evil-app.example.evil.test",
                ][..],
                // A top-level domain is not a parent domain.
                &["https://unlisted.test", "https://app", "https://b.example"][..],
            ),
            (
                "https://app.example.com",
                &["https://evilexample.com", "https://example.com"],
                &["https://evil.com"],
            ),
            (
                "https://*.app.example",
                &["https://app.example", "https://www.appxexample"],
                &["https://evil.example"],
            ),
            (
                "https://app-*.example.com",
                &["https://app-a.b.example.com", "https://evil.example.com"],
                &["https://evil.com"],
            ),
            (
                "https://127.0.0.1",
                &["http://127.0.0.1:3000"],
                &["https://1.0.0.1"],
            ),
        ] {
            let listed = Listed::parse(entry).unwrap();
            for (origins, expected) in [(similar, true), (others, false)] {
                for origin in origins {
                    let parsed = TupleOrigin::parse(origin.as_bytes()).unwrap();
                    assert_eq!(listed.is_similar(&parsed), expected, "{entry}, {origin}");
                }
            }
        }
    }

    #[test]
    fn combined_parts_are_found() {
        let entries = listed(&[
            "https://app.example:8443",
            "http://localhost:3000",
            "http://foo.test",
            "https://*.c.example",
        ]);
        for (origin, expected) in [
            ("http://app.example:3000", true),
            ("https://localhost", true),
            ("https://appfoo.test", true),
            ("https://app.foo.test", false),
            ("https://app.example:8444", false),
            ("app://app.example:3000", false),
            ("https://b.example:8443", false),
            // A text that is not an origin combines no parts, even if a text between two dots is like a label.
            ("https://a b.c.example", false),
        ] {
            let parsed = TupleOrigin::parse(origin.as_bytes()).ok();
            let given = Given::new(origin, parsed.as_ref());
            assert_eq!(combines_parts(&entries, given), expected, "{origin}");
        }
    }

    #[test]
    fn first_label_stands_where_the_server_compares() {
        for (entry, rule, origin, expected) in [
            (
                "https://app.example",
                Rule::Contained,
                "http://my-app",
                true,
            ),
            (
                "https://app.example",
                Rule::Contained,
                "https://example.test",
                false,
            ),
            (
                "https://app.example",
                Rule::Prefix,
                "https://app.exam",
                true,
            ),
            (
                "https://app.example",
                Rule::Prefix,
                "http://app.exam",
                false,
            ),
            ("https://app.example", Rule::Prefix, "https://my-app", false),
            (
                "https://app-*.a.example",
                Rule::Prefix,
                "https://app-b",
                true,
            ),
            (
                "https://app.example",
                Rule::Suffix,
                "https://app.exam",
                false,
            ),
        ] {
            let parsed = TupleOrigin::parse(origin.as_bytes()).unwrap();
            let given = Given::new(origin, Some(&parsed));
            let listed = Listed::parse(entry).unwrap();
            let found = listed.shares_part(rule, given);
            assert_eq!(found, expected, "{entry}, {rule:?}, {origin}");
        }
    }
}
