//! Describes how an origin that the server allows differs from a listed origin, if it differs in one part of the host.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use super::{
    Evidence,
    comparison_rules::Difference,
    names::{Names, joined},
};

impl Evidence<'_> {
    /// Returns the end of a sentence about the origins. If only some of the origins differ in one part of the host, or if they
    /// differ in other parts, the text names these origins. The text is empty if no origin differs in one part of the host.
    pub(super) fn difference(&self, origins: &Names) -> String {
        let mut by_difference: BTreeMap<Option<Difference>, BTreeSet<&str>> = BTreeMap::new();
        for origin in origins.iter() {
            let difference = self.denied.difference(origin);
            by_difference.entry(difference).or_default().insert(origin);
        }
        if by_difference.contains_key(&Some(Difference::LastLabels)) {
            let of_last = by_difference.remove(&Some(Difference::LastLabel));
            let of_both = by_difference.entry(Some(Difference::LastLabels));
            of_both.or_default().extend(of_last.into_iter().flatten());
        }
        let is_same = by_difference.len() == 1;
        let groups = by_difference.into_iter();
        let groups = groups.filter_map(|(difference, origins)| {
            let (one, several) = texts(difference?);
            let is_one = origins.len() == 1;
            let origins = Names::of_origins(origins)?.joined("and");
            Some(match (is_same, is_one) {
                (true, true) => format!("its host is {one}"),
                (true, false) => format!("their hosts are {several}"),
                (false, true) => format!("the host of {origins} is {one}"),
                (false, false) => format!("the hosts of {origins} are {several}"),
            })
        });
        let groups: Vec<String> = groups.collect();
        if groups.is_empty() {
            return String::new();
        }
        [": ", &joined(groups, "and")].concat()
    }
}

/// Returns the text for one host and the text for several hosts.
const fn texts(difference: Difference) -> (&'static str, &'static str) {
    match difference {
        Difference::LabelAfter => (
            "a listed host with one more label at the end",
            "listed hosts with one more label at the end",
        ),
        Difference::LastLabel => (
            "a listed host with another last label",
            "listed hosts with another last label",
        ),
        Difference::LastLabels => (
            "a listed host with other last labels",
            "listed hosts with other last labels",
        ),
        Difference::Subdomain => ("a subdomain of a listed host", "subdomains of listed hosts"),
    }
}
