//! Describes how an origin that the server allows differs from a listed origin, if it differs in one part of the host.

use alloc::{collections::BTreeSet, string::String};

use super::{Evidence, comparison_rules::Difference, names::Names};

impl Evidence<'_> {
    /// Returns the end of a sentence about the origins. The text is empty if the origins differ from the listed origins in several
    /// ways.
    pub(super) fn difference(&self, origins: &Names) -> String {
        let differences = origins.iter().map(|origin| self.denied.difference(origin));
        let differences: Option<BTreeSet<Difference>> = differences.collect();
        let mut differences = differences.unwrap_or_default();
        if differences.contains(&Difference::LastLabels) {
            differences.remove(&Difference::LastLabel);
        }
        let mut differences = differences.into_iter();
        let (Some(difference), None) = (differences.next(), differences.next()) else {
            return String::new();
        };
        let is_one = origins.iter().nth(1).is_none();
        let (one, several) = match difference {
            Difference::LabelAfter => (
                "its host is a listed host with one more label at the end",
                "their hosts are listed hosts with one more label at the end",
            ),
            Difference::LastLabel => (
                "its host is a listed host with another last label",
                "their hosts are listed hosts with another last label",
            ),
            Difference::LastLabels => (
                "its host is a listed host with other last labels",
                "their hosts are listed hosts with other last labels",
            ),
            Difference::Subdomain => (
                "its host is a subdomain of a listed host",
                "their hosts are subdomains of listed hosts",
            ),
        };
        [": ", if is_one { one } else { several }].concat()
    }
}
