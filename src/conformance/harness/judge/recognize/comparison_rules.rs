//! The wrong comparisons of an origin with an entry of the policy's list, as rules. A rule decides from the text of an
//! origin whether a server with this mistake allows the origin.

use alloc::{format, string::String, vec::Vec};

use crate::{
    conformance::harness::{
        expectations::{origin_for_entry, parent_domains},
        report::cause::Cause,
    },
    infrastructure::origin::TupleOrigin,
};

/// A wrong comparison. If two rules explain the same answers, the rule that comes first is the better explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rule {
    /// The server ignores the port.
    Port,
    /// The server ignores the scheme.
    Scheme,
    /// The server compares only the host.
    Host,
    /// The server accepts subdomains of a listed host.
    Subdomains,
    /// An unescaped dot of a regular expression matches any character.
    Dots,
    /// The `*` of an entry such as `https://app-*.example` matches dots.
    WildcardDots,
    /// The server accepts a longer first label: `evilapp.example`, but not `evil.app.example`.
    LongerLabel,
    /// The server compares the end of the host with the listed host.
    Suffix,
    /// One unescaped dot of a regular expression matches any character. The number is the number of dots before this
    /// dot in the fixed text of the host.
    Dot(usize),
    /// The server compares the beginning of the host with the listed host and a dot.
    PrefixWithDot,
    /// The server compares the beginning of the origin with the listed origin and its port.
    PagePrefix,
    /// The server compares the beginning of the host with the listed host.
    Prefix,
    /// The server searches for the listed host.
    Contained,
    /// The server accepts subdomains of a parent domain. The number is the number of labels before the parent domain in
    /// the listed host.
    ParentSubdomains(usize),
    /// The server compares the end of the host with a parent domain. For the number, see
    /// [`ParentSubdomains`](Self::ParentSubdomains).
    ParentSuffix(usize),
    /// The server searches for a parent domain. For the number, see [`ParentSubdomains`](Self::ParentSubdomains).
    ParentContained(usize),
    /// The server compares the end of the host with a dot and the last label of the listed host.
    LastLabel,
    /// The server compares the end of the host with the last label of the listed host, without the dot.
    LastLabelSuffix,
    /// The server compares the beginning of the host with the first label of the listed host, or with the text before
    /// the `*` of an entry such as `https://app-*.example`.
    FirstLabelPrefix,
    /// The server searches for the first label of the listed host.
    FirstLabelContained,
    /// The server compares only the scheme of the origin of an app.
    AppScheme,
    /// A special character ends the listed host.
    SpecialCharacter,
}

impl Rule {
    pub(super) const fn cause(self) -> Cause {
        match self {
            Self::Port => Cause::IgnoresPort,
            Self::Scheme => Cause::IgnoresScheme,
            Self::Host => Cause::ComparesHost,
            Self::Subdomains => Cause::AllowsSubdomains,
            Self::Dots | Self::Dot(_) => Cause::UnescapedDot,
            Self::WildcardDots => Cause::WildcardMatchesDots,
            Self::LongerLabel
            | Self::Suffix
            | Self::ParentSubdomains(_)
            | Self::ParentSuffix(_)
            | Self::LastLabel
            | Self::LastLabelSuffix => Cause::ComparesSuffix,
            Self::PrefixWithDot | Self::PagePrefix | Self::Prefix | Self::FirstLabelPrefix => {
                Cause::ComparesPrefix
            }
            Self::Contained | Self::ParentContained(_) | Self::FirstLabelContained => {
                Cause::ContainsListedHost
            }
            Self::AppScheme => Cause::AllowsApps,
            Self::SpecialCharacter => Cause::SpecialCharacter,
        }
    }

    /// Whether one refused origin does not exclude the rule. A server can treat only some characters as special, and
    /// accept only some other schemes.
    pub(super) const fn allows_refusals(self) -> bool {
        matches!(self, Self::SpecialCharacter | Self::Scheme)
    }
}

/// The text of an `Origin`, with its parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Given<'o> {
    text: &'o str,
    /// The scheme, the host, and the port with its colon; `None` if the text has no `://`. If the text is not an origin,
    /// the last part has any text after the host, such as `:443` or `/path`.
    parts: Option<(&'o str, &'o str, &'o str)>,
    is_origin: bool,
}

impl<'o> Given<'o> {
    pub(super) fn new(text: &'o str, parsed: Option<&'o TupleOrigin>) -> Self {
        let of_text = || {
            let (scheme, rest) = text.split_once("://")?;
            let end = rest.find([':', '/', '?', '#']).unwrap_or(rest.len());
            let (host, end) = rest.split_at_checked(end)?;
            Some((scheme, host, end))
        };
        let parts = parsed.map(|parsed| {
            let (scheme, host) = (parsed.scheme(), parsed.host());
            let start = scheme.len() + "://".len() + host.len();
            let port = parsed.serialize().get(start..).unwrap_or_default();
            (scheme, host, port)
        });
        Self {
            text,
            parts: parts.or_else(of_text),
            is_origin: parsed.is_some(),
        }
    }

    /// Returns the text after `://`.
    fn rest(self) -> &'o str {
        let split = self.text.split_once("://");
        split.map_or(self.text, |(_, rest)| rest)
    }
}

/// An entry of the policy's list of origins, as the parts that rules compare.
#[derive(Debug, Clone)]
pub(super) struct Listed {
    scheme: String,
    /// The text of the host before the `*`, or the whole host if there is no `*`.
    before: String,
    /// The text of the host after the `*`: `.example` for `*.example` and for `app-*.example`.
    after: Option<String>,
    /// The port with its colon; `None` if the entry allows any port.
    port: Option<String>,
    /// An origin that the entry allows.
    page: String,
}

impl Listed {
    /// Parses an entry. Returns `None` if the entry matches no tuple origin, or the host has no fixed text.
    pub(super) fn parse(entry: &str) -> Option<Self> {
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
        };
        (!listed.base().is_empty()).then_some(listed)
    }

    /// Returns the rules that a server can apply to the entry.
    pub(super) fn rules(&self) -> Vec<Rule> {
        let mut rules = Vec::from([
            Rule::Port,
            Rule::Scheme,
            Rule::Host,
            Rule::Subdomains,
            Rule::Dots,
            Rule::WildcardDots,
            Rule::LongerLabel,
            Rule::Suffix,
            Rule::PrefixWithDot,
            Rule::PagePrefix,
            Rule::Prefix,
            Rule::Contained,
            Rule::LastLabel,
            Rule::LastLabelSuffix,
            Rule::FirstLabelPrefix,
            Rule::FirstLabelContained,
            Rule::AppScheme,
            Rule::SpecialCharacter,
        ]);
        let fixed = self
            .before
            .chars()
            .chain(self.after.iter().flat_map(|after| after.chars()));
        let dots = fixed.filter(|c| *c == '.').count();
        rules.extend((0..dots).map(Rule::Dot));
        for labels in 1..=parent_domains(self.base()).len() {
            rules.extend([
                Rule::ParentSubdomains(labels),
                Rule::ParentSuffix(labels),
                Rule::ParentContained(labels),
            ]);
        }
        rules
    }

    /// Whether a server with the mistake `rule` allows the origin, and the origin is typical of this mistake: the origin
    /// differs from an allowed origin only in the part that the rule ignores. If the server refuses such an origin, it
    /// does not have this mistake.
    pub(super) fn is_typical(&self, rule: Rule, given: Given<'_>) -> bool {
        let Some((scheme, host, port)) = given.parts.filter(|_| given.is_origin) else {
            return false;
        };
        let is_scheme = scheme == self.scheme;
        let is_port = self.port.as_ref().is_none_or(|listed| listed == port);
        let is_other_port = is_scheme && !is_port && !port.is_empty();
        // Some servers accept only `http` and `https`.
        let is_other_scheme = !is_scheme && is_port && scheme.starts_with("http");
        match rule {
            Rule::Port => is_other_port && self.matches(host),
            Rule::Scheme => is_other_scheme && self.matches(host),
            Rule::Host => (is_other_port || is_other_scheme) && self.matches(host),
            Rule::AppScheme => is_scheme && !self.is_of_web() && !self.matches(host),
            Rule::PagePrefix => {
                let is_longer = given.text.len() > self.page.len();
                self.has_port() && is_longer && given.text.starts_with(&*self.page)
            }
            Rule::SpecialCharacter => is_scheme && is_port && self.fits(rule, host),
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
    pub(super) fn explains(&self, rule: Rule, given: Given<'_>) -> bool {
        let Some((scheme, host, port)) = given.parts else {
            return self.fits(rule, given.text);
        };
        let is_scheme = scheme == self.scheme;
        let is_port = self.port.as_ref().is_none_or(|listed| listed == port);
        match rule {
            Rule::Port => {
                let is_after_colon = port.is_empty() || port.starts_with(':');
                is_scheme && is_after_colon && self.matches(host)
            }
            Rule::Scheme => is_port && self.matches(host),
            Rule::Host => self.matches(host),
            Rule::AppScheme => !scheme.starts_with("http"),
            Rule::PagePrefix => given.text.starts_with(&*self.page),
            Rule::SpecialCharacter => self.fits(rule, given.rest()),
            Rule::ParentSubdomains(labels) if self.parent(labels) == Some(host) => true,
            // A server that compares texts also accepts texts that are not origins.
            _ => self.fits(rule, given.rest()) || self.fits(rule, host),
        }
    }

    /// Whether the entry allows the host.
    fn matches(&self, host: &str) -> bool {
        let Some(after) = &self.after else {
            return host == self.before;
        };
        let rest = host.strip_prefix(&*self.before);
        let middle = rest.and_then(|rest| rest.strip_suffix(&**after));
        let is_whole_label = self.is_pattern();
        middle.is_some_and(|middle| !middle.is_empty() && (is_whole_label || !middle.contains('.')))
    }

    /// Whether the rule accepts the host. The host can be a text that is not a host.
    fn fits(&self, rule: Rule, host: &str) -> bool {
        let base = self.base();
        let parent = |labels: usize| self.parent(labels);
        let ends_with_label = |end: &str| {
            let before = host.strip_suffix(end);
            before.is_some_and(|before| before.ends_with('.'))
        };
        let first_label = base.split_once('.').map(|(first, _)| first);
        let is_exact = self.after.is_none();
        match rule {
            Rule::Subdomains => is_exact && ends_with_label(base),
            Rule::Dots => self.matches_any_character(host, None),
            Rule::Dot(dot) => self.matches_any_character(host, Some(dot)),
            Rule::WildcardDots => {
                let after = self.after.as_deref().filter(|_| !self.is_pattern());
                let rest = host.strip_prefix(&*self.before);
                let middle = rest
                    .zip(after)
                    .and_then(|(rest, after)| rest.strip_suffix(after));
                middle.is_some_and(|middle| middle.contains('.'))
            }
            Rule::LongerLabel => {
                let before = host.strip_suffix(base);
                before.is_some_and(|before| !before.is_empty() && !before.contains('.'))
            }
            Rule::Suffix => host.ends_with(base),
            Rule::PrefixWithDot => is_exact && host.starts_with(&format!("{base}.")),
            Rule::Prefix => self.prefix_end(host).is_some(),
            Rule::SpecialCharacter => {
                let next = self.prefix_end(host).and_then(|rest| rest.chars().next());
                next.is_some_and(|next| !next.is_ascii_alphanumeric() && next != '.')
            }
            Rule::Contained => host.contains(base),
            Rule::ParentSubdomains(labels) => parent(labels).is_some_and(ends_with_label),
            Rule::ParentSuffix(labels) => parent(labels).is_some_and(|end| host.ends_with(end)),
            Rule::ParentContained(labels) => {
                parent(labels).is_some_and(|parent| host.contains(parent))
            }
            Rule::LastLabelSuffix => {
                let last = base.rsplit_once('.').map(|(_, last)| last);
                last.is_some_and(|last| host.ends_with(last))
            }
            Rule::LastLabel => {
                let last = base.rsplit_once('.').map(|(_, last)| last);
                last.is_some_and(ends_with_label)
            }
            Rule::FirstLabelPrefix => {
                let beginning = if is_exact {
                    first_label
                } else {
                    Some(&*self.before)
                };
                let beginning = beginning.filter(|beginning| !beginning.is_empty());
                beginning.is_some_and(|beginning| host.starts_with(beginning))
            }
            Rule::FirstLabelContained => first_label.is_some_and(|first| host.contains(first)),
            Rule::Port | Rule::Scheme | Rule::Host | Rule::PagePrefix | Rule::AppScheme => false,
        }
    }

    /// Returns the rest of the host after a text that the entry allows.
    fn prefix_end<'h>(&self, host: &'h str) -> Option<&'h str> {
        let rest = host.strip_prefix(&*self.before)?;
        let Some(after) = &self.after else {
            return Some(rest);
        };
        rest.split_once(&**after).map(|(_, rest)| rest)
    }

    /// Whether the host matches the entry if each dot of the entry stands for any character. With a `dot`, only the dot
    /// with this number stands for any character.
    fn matches_any_character(&self, host: &str, dot: Option<usize>) -> bool {
        let mut dots = 0..;
        let mut is_alike = |listed: &str, given: &str| {
            let mut pairs = listed.bytes().zip(given.bytes());
            pairs.all(|(listed, given)| {
                let number = if listed == b'.' { dots.next() } else { None };
                listed == given || number.is_some_and(|number| dot.is_none_or(|dot| dot == number))
            })
        };
        let Some(after) = &self.after else {
            return host.len() == self.before.len() && is_alike(&self.before, host);
        };
        let start = host.len().checked_sub(after.len());
        let split = start.and_then(|start| host.split_at_checked(start));
        split.is_some_and(|(start, end)| {
            let middle = start.get(self.before.len()..).unwrap_or_default();
            !middle.is_empty()
                && (self.is_pattern() || !middle.contains('.'))
                && is_alike(&self.before, start)
                && is_alike(after, end)
        })
    }

    /// Returns the parent domain of the listed host, after the given number of labels.
    pub(super) fn parent(&self, labels: usize) -> Option<&str> {
        let parents = parent_domains(self.base()).into_iter();
        parents
            .zip(1..)
            .find(|(_, number)| *number == labels)
            .map(|(parent, _)| parent)
    }

    /// Returns the fixed text of the host: `app.example` for `app.example` and `*.app.example`.
    fn base(&self) -> &str {
        match &self.after {
            Some(after) if self.is_pattern() => after.strip_prefix('.').unwrap_or(after),
            Some(after) => after,
            None => &self.before,
        }
    }

    /// Whether the entry begins its host with `*.`.
    fn is_pattern(&self) -> bool {
        let after = self.after.as_ref();
        self.before.is_empty() && after.is_some_and(|after| after.starts_with('.'))
    }

    fn is_of_web(&self) -> bool {
        matches!(&*self.scheme, "http" | "https")
    }

    fn has_port(&self) -> bool {
        self.port.as_ref().is_some_and(|port| !port.is_empty())
    }
}

/// Whether the host has only letters, digits, hyphens and dots, and does not end with a dot. A server can refuse other
/// hosts because of their form.
fn is_plain_host(host: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    host.bytes().all(is_known) && !host.ends_with('.')
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
