//! Applies the rules to an entry of the policy's list of origins.

pub(super) mod difference;
mod hosts_of_rules;
mod parents;
mod parts;
mod shared_hosts;
pub(super) mod similarity;

use alloc::{string::String, vec::Vec};

use super::{
    Given, Rule,
    hosts::{is_plain_host, is_private_address, is_web_scheme},
};
use crate::{
    conformance::harness::expectations::origin_for_entry, infrastructure::origin::TupleOrigin,
};

/// An entry of the policy's list of origins, as the parts that rules compare.
#[derive(Debug, Clone)]
pub(in super::super) struct Listed {
    scheme: String,
    /// The text of the host before the `*`, or the whole host if there is no `*`.
    before: String,
    /// The text of the host after the `*`: `.example` for `*.example` and for `app-*.example`.
    after: Option<String>,
    /// The port with its colon; `None` if the entry allows any port.
    port: Option<String>,
    /// An origin that the entry allows.
    page: String,
    /// The text of the entry.
    entry: String,
}

impl Listed {
    /// Parses an entry. Returns `None` if the entry matches no tuple origin, or the host has no fixed text.
    pub(in super::super) fn parse(entry: &str) -> Option<Self> {
        let page = origin_for_entry(entry);
        TupleOrigin::parse(page.as_bytes()).ok()?;
        let (scheme, rest) = entry.split_once("://")?;
        let end_of_address = rest.rfind(']').unwrap_or_default();
        let colon = rest.get(end_of_address..)?.find(':');
        let end = colon.map_or(rest.len(), |colon| end_of_address + colon);
        let (host, port) = rest.split_at_checked(end)?;
        let (before, after) = match host.split_once('*') {
            Some((before, after)) => (before, Some(String::from(after))),
            None => (host, None),
        };
        let listed = Self {
            scheme: String::from(scheme),
            before: String::from(before),
            after,
            port: (port != ":*").then(|| String::from(port)),
            page,
            entry: String::from(entry),
        };
        (!listed.base().is_empty()).then_some(listed)
    }

    /// Whether a server that refuses the origin does not have the mistake `rule`. A regular expression such as `[a-z]+` for the
    /// labels before a domain accepts only some characters, so the refusal of another character shows nothing.
    pub(in super::super) fn refutes(&self, rule: Rule, given: Given<'_>) -> bool {
        let is_of_labels = matches!(
            rule,
            Rule::OneLabel(_)
                | Rule::Subdomains
                | Rule::ParentSubdomains(_)
                | Rule::OneLabelBeforeEnd
                | Rule::LastLabel
                | Rule::OtherEnd
        );
        let host = given.parts.map_or("", |(_, host, _)| host);
        let has_usual_characters = host
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '.' || self.page.contains(c));
        self.is_typical(rule, given)
            && (has_usual_characters || !is_of_labels)
            && (!self.has_unusual_part(host) || !matches!(rule, Rule::Prefix | Rule::PrefixWithDot))
            // A server can accept each letter in place of a dot, but no hyphen.
            && (!(self.has_unusual_labels(host) || self.fits(Rule::HyphenForDot, host))
                || !matches!(rule, Rule::Dots | Rule::Dot(_)))
    }

    /// Whether the host has, in place of the `*` of the entry, other characters than letters. A regular expression such as
    /// `[a-z]+` does not match them.
    fn has_unusual_part(&self, host: &str) -> bool {
        let after = self.after.as_deref();
        let rest = after.and(host.strip_prefix(&*self.before));
        let split = rest
            .zip(after)
            .and_then(|(rest, after)| rest.split_once(after));
        split.is_some_and(|(part, _)| !part.bytes().all(|byte| byte.is_ascii_lowercase()))
    }

    /// Returns an origin that the entry allows.
    pub(in super::super) fn page(&self) -> &str {
        &self.page
    }

    /// Returns the text of the entry.
    pub(in super::super) fn entry(&self) -> &str {
        &self.entry
    }

    /// Returns the rules that a server can apply to the entry.
    pub(in super::super) fn rules(&self) -> Vec<Rule> {
        let mut rules = Vec::from([
            Rule::Port,
            Rule::Scheme,
            Rule::Host,
            Rule::OneLabel(0),
            Rule::Subdomains,
            Rule::BareDomain,
            Rule::Dots,
            Rule::HyphenForDot,
            Rule::WildcardDots,
            Rule::Hyphen,
            Rule::LongerLabel,
            Rule::Suffix,
            Rule::ContainedEnd,
            Rule::PrefixWithDot,
            Rule::PagePrefix,
            Rule::Prefix,
            Rule::BeginningAndEnd(true),
            Rule::BeginningAndEnd(false),
            Rule::OtherEnd,
            Rule::ContainedWord,
            Rule::Contained,
            Rule::OneLabelBeforeEnd,
            Rule::LastLabel,
            Rule::LastLabelSuffix,
            Rule::FirstLabel,
            Rule::AnyLabel,
            Rule::SecondLabel,
            Rule::FirstLabelPrefix,
            Rule::FirstLabelContained,
            Rule::AppScheme,
            Rule::SpecialCharacter,
            Rule::TrailingDot,
            Rule::SearchedList,
            Rule::PrivateAddresses,
        ]);
        let fixed = self
            .before
            .chars()
            .chain(self.after.iter().flat_map(|after| after.chars()));
        let dots = fixed.filter(|c| *c == '.').count();
        rules.extend((0..dots).flat_map(|dot| [Rule::Dot(dot), Rule::HyphenForOneDot(dot)]));
        rules.extend(self.rules_of_parents());
        rules
    }

    /// Whether a server with the mistake `rule` allows the origin, and the origin is typical of this mistake: the origin
    /// differs from an allowed origin only in the part that the rule ignores. If the server refuses such an origin, it
    /// does not have this mistake.
    pub(in super::super) fn is_typical(&self, rule: Rule, given: Given<'_>) -> bool {
        let Some((scheme, host, port)) = given.parts.filter(|_| given.is_origin) else {
            return false;
        };
        let is_scheme = scheme == self.scheme;
        let is_port = self.has_same_port(port);
        let is_other_port = is_scheme && !is_port && !port.is_empty();
        // Some servers accept only `http` and `https`.
        let is_other_scheme = !is_scheme && is_port && is_web_scheme(scheme);
        match rule {
            Rule::Port => is_other_port && self.matches(host),
            Rule::Scheme => is_other_scheme && self.matches(host),
            Rule::Host => (is_other_port || is_other_scheme) && self.matches(host),
            Rule::AppScheme => is_scheme && !self.is_of_web() && !self.matches(host),
            Rule::PrivateAddresses => {
                is_web_scheme(scheme) && is_private_address(host) && !self.matches(host)
            }
            Rule::PagePrefix => {
                let is_longer = given.text.len() > self.page.len();
                self.has_port() && is_longer && given.text.starts_with(&*self.page)
            }
            Rule::SpecialCharacter | Rule::TrailingDot => {
                is_scheme && is_port && self.fits(rule, host)
            }
            // A server that compares the beginning of the origin refuses other schemes.
            Rule::ContainedEnd if !is_web_scheme(scheme) => {
                !is_scheme && is_port && self.is_pattern() && self.matches(host)
            }
            Rule::FirstLabel if self.shares_second_label(host) => false,
            Rule::SearchedList => {
                self.is_text()
                    && is_plain_host(host)
                    && self.page != given.text
                    && self.page.starts_with(given.text)
            }
            _ => {
                is_scheme
                    && is_port
                    && is_plain_host(host)
                    && !self.matches(host)
                    && self.fits(rule, host)
            }
        }
    }

    /// Whether the mistake `rule` explains that a server allows the origin.
    pub(in super::super) fn explains(&self, rule: Rule, given: Given<'_>) -> bool {
        if rule == Rule::SearchedList {
            return self.is_text() && self.page.contains(given.text);
        }
        let Some((scheme, host, port)) = given.parts else {
            return self.fits(rule, given.text);
        };
        let is_scheme = scheme == self.scheme;
        let is_port = self.has_same_port(port);
        match rule {
            Rule::TrailingDot => is_scheme && is_port && self.fits(rule, host),
            Rule::Port => {
                let is_after_colon = port.is_empty() || port.starts_with(':');
                is_scheme && is_after_colon && self.matches(host)
            }
            Rule::Scheme => is_port && self.matches(host),
            Rule::Host => self.matches(host),
            Rule::AppScheme => !is_web_scheme(scheme),
            Rule::PrivateAddresses => is_web_scheme(scheme) && is_private_address(host),
            // A server that compares the beginning of the host also accepts other schemes.
            Rule::PagePrefix => {
                let rest = self.page.split_once("://").map_or("", |(_, rest)| rest);
                given.rest().starts_with(rest)
            }
            Rule::SpecialCharacter => self.fits(rule, given.rest()),
            Rule::OneLabel(labels) | Rule::ParentSubdomains(labels)
                if self.parent(labels) == Some(host) =>
            {
                true
            }
            // The dots are not the reason why the server allows a listed host with another scheme or port.
            Rule::Dots
            | Rule::Dot(_)
            | Rule::HyphenForDot
            | Rule::HyphenForOneDot(_)
            | Rule::WildcardDots
                if self.matches(host) && !(is_scheme && is_port) =>
            {
                false
            }
            // A server that compares the beginning of the host with the listed host and a dot also accepts this dot alone.
            Rule::PrefixWithDot if self.fits(Rule::TrailingDot, host) => is_scheme && is_port,
            // In a regular expression, `.*` also matches an empty text.
            Rule::WildcardDots if self.has_empty_part(host) => true,
            Rule::Dots | Rule::Dot(_) if self.has_no_label(rule, host) => true,
            // A server that compares texts also accepts texts that are not origins.
            _ => self.fits(rule, given.rest()) || self.fits(rule, host),
        }
    }

    /// Whether the entry allows the port. `port` is the port with its colon, or an empty text.
    fn has_same_port(&self, port: &str) -> bool {
        self.port.as_ref().is_none_or(|listed| listed == port)
    }

    /// Whether the entry allows the host.
    pub(in super::super) fn matches(&self, host: &str) -> bool {
        let Some(after) = &self.after else {
            return host == self.before;
        };
        let rest = host.strip_prefix(&*self.before);
        let middle = rest.and_then(|rest| rest.strip_suffix(&**after));
        let is_whole_label = self.is_pattern();
        middle.is_some_and(|middle| !middle.is_empty() && (is_whole_label || !middle.contains('.')))
    }

    /// Whether the host is the host of an entry such as `https://app-*.example` without the `*`.
    fn has_empty_part(&self, host: &str) -> bool {
        let after = self.after.as_deref().filter(|_| !self.is_pattern());
        let rest = host.strip_prefix(&*self.before);
        after.is_some() && rest == after
    }

    /// Whether one entry has the domain of the other: `https://a.example` and `https://*.a.example`.
    pub(in super::super) fn shares_domain(&self, other: &Self) -> bool {
        self.base() == other.base()
    }

    /// Whether the host is the domain of an entry such as `https://*.example`.
    pub(in super::super) fn is_domain(&self, host: &str) -> bool {
        self.is_pattern() && host == self.base()
    }

    /// Returns the fixed text of the host: `app.example` for `app.example` and `*.app.example`.
    fn base(&self) -> &str {
        match &self.after {
            Some(after) if self.is_pattern() => after.strip_prefix('.').unwrap_or(after),
            Some(after) => after,
            None => &self.before,
        }
    }

    /// Returns the fixed text of the first label that has a fixed text: `app` for `app.example` and `*.app.example`, and
    /// `app-` for `app-*.example`.
    fn first_label(&self) -> Option<&str> {
        let text = if self.before.is_empty() {
            self.base()
        } else {
            &self.before
        };
        let mut labels = text.split('.');
        labels.find(|label| !label.is_empty())
    }

    /// Whether the entry begins its host with `*.`.
    fn is_pattern(&self) -> bool {
        let after = self.after.as_ref();
        self.before.is_empty() && after.is_some_and(|after| after.starts_with('.'))
    }

    /// Whether the entry is the text of its only origin.
    fn is_text(&self) -> bool {
        self.after.is_none() && self.port.is_some()
    }

    fn is_of_web(&self) -> bool {
        is_web_scheme(&self.scheme)
    }

    fn has_port(&self) -> bool {
        self.port.as_ref().is_some_and(|port| !port.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_have_typical_origins_and_explain_more_origins() {
        for (entry, rule, origin, is_typical, is_explained) in [
            (
                "https://a.example",
                Rule::Port,
                "https://a.example:8444",
                true,
                true,
            ),
            (
                "https://a.example",
                Rule::Port,
                "https://a.example:443",
                false,
                true,
            ),
            (
                "https://a.example",
                Rule::Port,
                "https://a.example/",
                false,
                false,
            ),
            (
                "https://a.example",
                Rule::Host,
                "app://a.example",
                false,
                true,
            ),
            (
                "https://*.a.example",
                Rule::Dots,
                "https://evila.example",
                true,
                true,
            ),
            (
                "https://b-*.a.example",
                Rule::Dots,
                "https://b-c.d.a.example",
                false,
                false,
            ),
            (
                "https://b-*.a.example",
                Rule::WildcardDots,
                "https://b-.a.example",
                false,
                true,
            ),
            (
                "https://b-*.a.example",
                Rule::Dot(0),
                "https://b-cxa.example",
                true,
                true,
            ),
            (
                "https://b-*.a.example",
                Rule::Dot(1),
                "https://b-cxa.example",
                false,
                false,
            ),
            (
                "https://*.a.example",
                Rule::BareDomain,
                "https://a.example",
                true,
                true,
            ),
            (
                "https://a.example",
                Rule::BareDomain,
                "http://a.example",
                false,
                false,
            ),
            (
                "https://a.example",
                Rule::Suffix,
                "http://evila.example",
                false,
                true,
            ),
            (
                "https://a.example",
                Rule::LongerLabel,
                "https://b.a.example",
                false,
                false,
            ),
            (
                "https://*.a.example",
                Rule::Prefix,
                "https://b.a.example.evil.test",
                true,
                true,
            ),
            (
                "http://[::1]:3000",
                Rule::PagePrefix,
                "http://[::1]:30000",
                true,
                true,
            ),
            (
                "https://b.a.example",
                Rule::ParentSubdomains(1),
                "https://a.example",
                false,
                true,
            ),
        ] {
            let parsed = TupleOrigin::parse(origin.as_bytes()).ok();
            let given = Given::new(origin, parsed.as_ref());
            let listed = Listed::parse(entry).unwrap();
            let found = (listed.is_typical(rule, given), listed.explains(rule, given));
            assert_eq!(
                found,
                (is_typical, is_explained),
                "{entry}, {rule:?}, {origin}"
            );
        }
    }
}
