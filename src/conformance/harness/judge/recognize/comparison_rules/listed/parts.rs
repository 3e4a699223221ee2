//! The rules of servers that compare only some parts of the listed host, as a careless regular expression does.

use super::{super::Given, Listed, Rule};

impl Listed {
    /// Whether a rule about parts of the listed host accepts the host. The host can be a text that is not a host.
    pub(super) fn fits_parts(&self, rule: Rule, host: &str) -> bool {
        let base = self.base();
        let is_exact = self.after.is_none();
        match rule {
            Rule::BeginningAndEnd(has_dot) => {
                let (Some((first, rest)), true) = (base.split_once('.'), is_exact) else {
                    return false;
                };
                let middle = host
                    .strip_prefix(first)
                    .and_then(|after| after.strip_suffix(rest));
                middle.is_some_and(|middle| !has_dot || middle.ends_with('.'))
            }
            Rule::OtherEnd => {
                // The last part of an IP address is not a label.
                let parts = base
                    .rsplit_once('.')
                    .filter(|(_, last)| is_exact && last.starts_with(char::is_alphabetic));
                let other =
                    parts.and_then(|(start, _)| host.strip_prefix(start)?.strip_prefix('.'));
                other.is_some_and(|other| !other.is_empty() && !other.contains('.'))
            }
            Rule::OneLabelBeforeEnd => {
                let last = base.rsplit_once('.').map(|(_, last)| last);
                let one_label = host.split_once('.').map(|(_, after)| after);
                is_exact && last.is_some() && one_label == last
            }
            Rule::ContainedWord => is_word(base, host),
            Rule::FirstLabel => {
                let labels = [base, host].map(|host| host.split_once('.'));
                let [Some((first, _)), Some((other, _))] = labels else {
                    return false;
                };
                is_exact && first == other && !first.starts_with(|c: char| c.is_ascii_digit())
            }
            Rule::AnyLabel => {
                let first = base.split_once('.').map(|(first, _)| first);
                let mut labels = host.split('.');
                is_exact && labels.any(|label| Some(label) == first && !is_number(label))
            }
            Rule::SecondLabel => {
                let second = base.split('.').nth(1);
                is_exact
                    && second.is_some_and(|second| !is_number(second))
                    && self.shares_second_label(host)
            }
            _ => false,
        }
    }

    /// Whether the second label of the host is the second label of the listed host.
    pub(super) fn shares_second_label(&self, host: &str) -> bool {
        let [listed, given] = [self.base(), host].map(|host| host.split('.').nth(1));
        listed == given
    }

    /// Whether the host has the second label of the listed host, but only in another place.
    pub(in super::super::super) fn has_second_label_elsewhere(&self, given: Given<'_>) -> bool {
        let second = self.base().split('.').nth(1);
        let host = given.host().unwrap_or_default();
        let mut labels = host.split('.');
        !self.shares_second_label(host) && labels.any(|label| Some(label) == second)
    }

    /// Whether the text in place of the `*.` of an entry has other characters than letters, or several labels. A regular
    /// expression such as `[a-z]+` does not match it.
    pub(super) fn has_unusual_labels(&self, host: &str) -> bool {
        let after = self.after.as_deref().filter(|_| self.is_pattern());
        let start = after.and_then(|after| host.get(..host.len().checked_sub(after.len())?));
        start.is_some_and(|start| !start.bytes().all(|byte| byte.is_ascii_lowercase()))
    }
}

/// Whether the label can be a part of an IPv4 address.
fn is_number(label: &str) -> bool {
    label.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether `text` contains `searched`, without a letter, a digit or `_` before or after it.
fn is_word(searched: &str, text: &str) -> bool {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(searched).any(|(start, _)| {
        let before = text.get(..start).unwrap_or_default();
        let after = text.get(start + searched.len()..).unwrap_or_default();
        !before.ends_with(is_of_word) && !after.starts_with(is_of_word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_host_are_compared() {
        let listed = Listed::parse("https://app.example.com").unwrap();
        for (rule, host, expected) in [
            (Rule::BeginningAndEnd(false), "app-evil.example.com", true),
            (Rule::BeginningAndEnd(false), "appxexample.com", true),
            (Rule::BeginningAndEnd(true), "appxexample.com", false),
            (
                Rule::BeginningAndEnd(true),
                "app.example.com.app.example.com",
                true,
            ),
            (Rule::BeginningAndEnd(true), "evil.app.example.com", false),
            (Rule::OtherEnd, "app.example.net", true),
            (Rule::OtherEnd, "app.example.com.evil", false),
            (Rule::OneLabelBeforeEnd, "evil.com", true),
            (Rule::OneLabelBeforeEnd, "evil.example.com", false),
            (Rule::FirstLabel, "app.evil.test", true),
            (Rule::FirstLabel, "app.example.net", true),
            (Rule::FirstLabel, "app-evil.example.com", false),
            (Rule::AnyLabel, "evil.app.test", true),
            (Rule::AnyLabel, "app.example.net", true),
            (Rule::AnyLabel, "evil-app.example.com", false),
            (Rule::SecondLabel, "evil.example.test", true),
            (Rule::SecondLabel, "evil.app.example.com", false),
            (Rule::ContainedWord, "evil-app.example.com.test", true),
            (Rule::ContainedWord, "evilapp.example.com", false),
            (Rule::ContainedWord, "app.example.common", false),
        ] {
            assert_eq!(listed.fits_parts(rule, host), expected, "{rule:?} {host}");
        }
        let listed = Listed::parse("http://192.168.7.25:8080").unwrap();
        for rule in [Rule::OtherEnd, Rule::AnyLabel, Rule::SecondLabel] {
            assert!(!listed.fits_parts(rule, "192.168.7.254"), "{rule:?}");
        }
        let listed = Listed::parse("https://*.example.com").unwrap();
        for (host, expected) in [
            ("www.example.com", false),
            ("a.b.example.com", true),
            ("a-b.example.com", true),
        ] {
            assert_eq!(listed.has_unusual_labels(host), expected, "{host}");
        }
    }
}
