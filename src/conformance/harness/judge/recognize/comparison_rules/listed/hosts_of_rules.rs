//! Decides from the text of a host whether a rule accepts the host.

use super::{super::hosts::is_subdomain, Given, Listed, Rule, parents::fits_parent};

impl Listed {
    /// Whether the host has another character in place of the first dot of a pattern, and nothing before it: `xa.example` for
    /// `*.a.example`.
    pub(super) fn has_no_label(&self, rule: Rule, host: &str) -> bool {
        let after = self.after.as_deref().filter(|_| self.is_pattern());
        after.is_some_and(|after| {
            host.len() == after.len() && self.fits(rule, &["x", host].concat())
        })
    }

    /// Whether the rule accepts the host. The host can be a text that is not a host.
    pub(super) fn fits(&self, rule: Rule, host: &str) -> bool {
        let base = self.base();
        let first_label = self.first_label().filter(|_| base.contains('.'));
        let is_exact = self.after.is_none();
        // The fixed text of an entry such as `https://app-*.example.com` begins with a dot. A server that compares the
        // end of the host with this text accepts subdomains of the parent domain `example.com`.
        let is_after_dot = base.starts_with('.');
        match rule {
            Rule::OneLabel(0) => {
                let after_label = host.split_once('.').map(|(_, after)| after);
                is_exact && after_label == Some(base)
            }
            Rule::OneLabel(labels)
            | Rule::ParentSubdomains(labels)
            | Rule::ParentSuffix(labels)
            | Rule::ParentContained(labels) => self
                .parent(labels)
                .is_some_and(|parent| fits_parent(rule, parent, host)),
            Rule::Subdomains => is_exact && is_subdomain(host, base),
            Rule::BareDomain => self.is_pattern() && host == base,
            Rule::Dots => self.matches_any_character(host, |_, _| true),
            Rule::Dot(dot) => self.matches_any_character(host, |number, _| number == dot),
            Rule::HyphenForDot => self.matches_any_character(host, |_, given| given == b'-'),
            Rule::HyphenForOneDot(dot) => {
                self.matches_any_character(host, |number, given| number == dot && given == b'-')
            }
            Rule::WildcardDots => {
                let after = self.after.as_deref().filter(|_| !self.is_pattern());
                let rest = host.strip_prefix(&*self.before);
                let middle = rest
                    .zip(after)
                    .and_then(|(rest, after)| rest.strip_suffix(after));
                middle.is_some_and(|middle| middle.contains('.'))
            }
            Rule::Hyphen => {
                let before = self.before.trim_end_matches('-');
                let after = self.after.as_deref().filter(|_| !self.is_pattern());
                let after = after.map(|after| after.trim_start_matches('-'));
                let rest = host.strip_prefix(before);
                let middle = rest
                    .zip(after)
                    .and_then(|(rest, after)| rest.strip_suffix(after));
                middle.is_some_and(|middle| !middle.is_empty() && !middle.contains('.'))
            }
            Rule::LongerLabel => {
                let before = host.strip_suffix(base).filter(|_| !is_after_dot);
                before.is_some_and(|before| !before.is_empty() && !before.contains('.'))
            }
            Rule::Suffix => host.ends_with(base) && !is_after_dot,
            Rule::ContainedEnd => {
                let mut end = self.after.iter().filter(|_| self.is_pattern());
                end.any(|end| host.contains(&**end))
            }
            Rule::PrefixWithDot => {
                let rest = self.prefix_end(host).unwrap_or_default();
                rest.starts_with('.') && rest.len() > 1
            }
            Rule::Prefix => self.prefix_end(host).is_some(),
            Rule::SpecialCharacter => {
                let next = self.prefix_end(host).and_then(|rest| rest.chars().next());
                next.is_some_and(|next| !next.is_ascii_alphanumeric() && next != '.')
            }
            Rule::TrailingDot => host.ends_with('.') && self.matches(host.trim_end_matches('.')),
            Rule::BeginningAndEnd(_)
            | Rule::OtherEnd
            | Rule::ContainedWord
            | Rule::FirstLabel
            | Rule::AnyLabel
            | Rule::SecondLabel
            | Rule::OneLabelBeforeEnd => self.fits_parts(rule, host),
            Rule::Contained => host.contains(base),
            Rule::LastLabelSuffix => {
                let last = base.rsplit_once('.').map(|(_, last)| last);
                last.is_some_and(|last| host.ends_with(last))
            }
            Rule::LastLabel => {
                let last = base.rsplit_once('.').map(|(_, last)| last);
                last.is_some_and(|last| is_subdomain(host, last))
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
            Rule::Port
            | Rule::Scheme
            | Rule::Host
            | Rule::PagePrefix
            | Rule::AppScheme
            | Rule::SearchedList
            | Rule::PrivateAddresses => false,
        }
    }

    /// Whether the host begins with a text that the entry allows, and a letter or a digit follows.
    pub(in super::super::super) fn continues(&self, given: Given<'_>) -> bool {
        let rest = given.host().and_then(|host| self.prefix_end(host));
        rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    }

    /// Returns the rest of the host after a text that the entry allows.
    fn prefix_end<'h>(&self, host: &'h str) -> Option<&'h str> {
        let rest = host.strip_prefix(&*self.before)?;
        let Some(after) = &self.after else {
            return Some(rest);
        };
        rest.split_once(&**after).map(|(_, rest)| rest)
    }

    /// Whether the host matches the entry if another character can stand for a dot of the entry. `is_other` decides whether a
    /// character can stand for the dot with a number.
    fn matches_any_character(&self, host: &str, is_other: impl Fn(usize, u8) -> bool) -> bool {
        let mut dots = 0..;
        let mut is_alike = |listed: &str, given: &str| {
            let mut pairs = listed.bytes().zip(given.bytes());
            pairs.all(|(listed, given)| {
                let number = if listed == b'.' { dots.next() } else { None };
                listed == given || number.is_some_and(|number| is_other(number, given))
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
}
