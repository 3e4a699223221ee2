//! The differences between a host and a listed host.

use super::{Listed, Rule};
use crate::conformance::harness::probes::last_labels::split_last_labels;

/// A part of a host that a listed host does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super::super) enum Difference {
    /// The host has one more label at its end, as `app.example.com.au` for `app.example.com`.
    LabelAfter,
    /// The host has another last label.
    LastLabel,
    /// One of the hosts has two other last labels (see [`split_last_labels`]).
    LastLabels,
    /// The host has more labels at its beginning.
    Subdomain,
}

impl Listed {
    /// Returns the difference between the host and the host of the entry. Returns `None` if they have several differences or no
    /// difference, or if the host of the entry is a pattern.
    pub(in super::super::super) fn difference(&self, host: &str) -> Option<Difference> {
        let is_name = host.ends_with(|c: char| c.is_ascii_alphabetic());
        let base = self.base();
        if !is_name || self.after.is_some() || !base.contains('.') {
            return None;
        }
        let after = host
            .strip_prefix(base)
            .and_then(|rest| rest.strip_prefix('.'));
        if self.fits(Rule::Subdomains, host) {
            Some(Difference::Subdomain)
        } else if after.is_some_and(|after| !after.contains('.')) {
            Some(Difference::LabelAfter)
        } else if self.fits(Rule::OtherEnd, host) && host != base {
            Some(Difference::LastLabel)
        } else {
            let [listed, other] = [base, host].map(split_last_labels);
            let is_same = listed?.0 == other?.0 && host != base;
            is_same.then_some(Difference::LastLabels)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_of_hosts() {
        let listed = Listed::parse("https://app.example.com").unwrap();
        for (host, expected) in [
            ("app.example.com", None),
            ("app.example.com.au", Some(Difference::LabelAfter)),
            ("app.example.com.evil.test", None),
            ("app.example.de", Some(Difference::LastLabel)),
            ("app.example.co.uk", Some(Difference::LastLabels)),
            ("7.app.example.com", Some(Difference::Subdomain)),
            ("evilapp.example.com", None),
            ("app-example.com", None),
        ] {
            assert_eq!(listed.difference(host), expected, "{host}");
        }
        let listed = Listed::parse("https://app.example.co.uk").unwrap();
        for (host, expected) in [
            ("app.example.co.uk", None),
            ("app.example.com", Some(Difference::LastLabels)),
            ("app.example.co.nz", Some(Difference::LastLabel)),
        ] {
            assert_eq!(listed.difference(host), expected, "{host}");
        }
        for entry in ["https://*.example.com", "http://192.168.7.25"] {
            let listed = Listed::parse(entry).unwrap();
            assert_eq!(listed.difference("www.evil.com"), None, "{entry}");
        }
    }
}
