//! Listed hosts on a shared host, such as `https://a.github.io`: anyone can publish a page with the same parent domain.

use super::{Listed, Rule};
use crate::conformance::harness::{probes::shared_hosts::is_shared_domain, report::cause::Cause};

impl Listed {
    /// Returns the mistake of a server that applies the rule to the entry. A server that accepts each name below a shared
    /// host makes another mistake than a server that accepts each name below a domain of its own.
    pub(in super::super::super) fn cause(&self, rule: Rule) -> Cause {
        let parent = self.open_parent(rule);
        let shared = parent.filter(|parent| is_shared_domain(parent));
        shared.map_or(rule.cause(), |_| Cause::AllowsSharedHosts)
    }
}
