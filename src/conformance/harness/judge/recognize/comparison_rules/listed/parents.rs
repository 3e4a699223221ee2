//! The rules about the parent domains of a listed host, such as `example.com` for `app.example.com`.

use alloc::vec::Vec;

use super::{super::hosts::is_subdomain, Listed, Rule};
use crate::conformance::harness::expectations::parent_domains;

impl Listed {
    /// Returns the rules about the parent domains of the listed host.
    pub(super) fn rules_of_parents(&self) -> Vec<Rule> {
        let parents = 1..=parent_domains(self.base()).len();
        let rules = parents.flat_map(|labels| {
            [
                Rule::OneLabel(labels),
                Rule::ParentSubdomains(labels),
                Rule::ParentSuffix(labels),
                Rule::ParentContained(labels),
            ]
        });
        rules.collect()
    }

    /// Returns the parent domain of the listed host if the rule accepts each name below this parent domain, or each name
    /// with one more label.
    pub(in super::super::super) fn open_parent(&self, rule: Rule) -> Option<&str> {
        match rule {
            Rule::OneLabel(labels) | Rule::ParentSubdomains(labels) => self.parent(labels),
            _ => None,
        }
    }

    /// Whether `host` is a parent domain of the listed host.
    pub(in super::super::super) fn is_below(&self, host: &str) -> bool {
        parent_domains(self.base()).contains(&host)
    }

    /// Returns the parent domain that is the listed host without its first `labels` labels.
    pub(super) fn parent(&self, labels: usize) -> Option<&str> {
        let mut parents = parent_domains(self.base()).into_iter();
        parents.nth(labels.checked_sub(1)?)
    }
}

/// Whether a rule about the parent domain `parent` accepts the host.
pub(super) fn fits_parent(rule: Rule, parent: &str, host: &str) -> bool {
    match rule {
        Rule::OneLabel(_) => host.split_once('.').map(|(_, after)| after) == Some(parent),
        Rule::ParentSubdomains(_) => is_subdomain(host, parent),
        Rule::ParentSuffix(_) => host.ends_with(parent),
        Rule::ParentContained(_) => host.contains(parent),
        _ => false,
    }
}
