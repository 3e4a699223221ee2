//! Describes a server that allows hosts of the user's own machine or of a private network.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::String,
    vec::Vec,
};

use super::{Evidence, comparison_rules::is_loopback, names::Names};
use crate::{
    conformance::harness::report::{cause::Cause, violation::Violation},
    infrastructure::origin::TupleOrigin,
};

impl Evidence<'_> {
    /// Describes the local origins that the server allows.
    pub(super) fn local_hosts(&self, violations: &[Violation]) -> Option<String> {
        let allowed = self.wrongly_allowed(Cause::AllowsLocalhost, violations)?;
        let hosts = kinds(&allowed);
        Some(format!(
            "the server allows {hosts}, which the policy does not allow: {}",
            allowed.joined("and")
        ))
    }

    /// Returns the fix for a server that allows local origins. The fix also names the entries for `origins`, because the
    /// pages of a developer can need them. The check invents the hosts of a private network, so the fix does not name them.
    pub(super) fn fix_of_local_hosts(&self, violations: &[Violation]) -> Option<String> {
        let allowed = self.wrongly_allowed(Cause::AllowsLocalhost, violations)?;
        let place = if allowed.iter().all(is_of_own_machine) {
            "on the user's machine"
        } else {
            "on the user's machine or in the user's network"
        };
        let fix = format!(
            "remove these hosts from the origins that the server allows, at least in production: any program {place} can serve such a page"
        );
        Some(match Names::new(self.local_entries(&allowed)) {
            None => fix,
            Some(entries) => format!(
                "{fix}; or, if pages on a developer's machine may read responses, add {} to `origins` of the policy",
                entries.all()
            ),
        })
    }

    /// Returns the entries of a policy that allow the origins of the user's own machine in `allowed`. If the server denies no
    /// port of a host, the entry of this host ends with `:*`.
    fn local_entries(&self, allowed: &Names) -> BTreeSet<String> {
        let refused: BTreeSet<String> = self
            .denied
            .refused_origins()
            .filter_map(|origin| Some(without_port(origin)?.0))
            .collect();
        let mut by_host: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for origin in allowed.iter().filter(|origin| is_of_own_machine(origin)) {
            if let Some((host, _)) = without_port(origin) {
                by_host.entry(host).or_default().push(origin);
            }
        }
        let entries = by_host.into_iter().flat_map(|(host, origins)| {
            if origins.len() > 1 && !refused.contains(&host) {
                Vec::from([format!("{host}:*")])
            } else {
                origins.into_iter().map(String::from).collect()
            }
        });
        entries.collect()
    }
}

/// Describes the kinds of the hosts.
fn kinds(allowed: &Names) -> &'static str {
    let is_localhost =
        |origin: &str| without_port(origin).is_some_and(|(_, host)| host == "localhost");
    if allowed.iter().all(is_localhost) {
        "pages of `localhost`"
    } else if allowed.iter().all(is_of_own_machine) {
        "pages of the user's own machine"
    } else if allowed.iter().any(is_of_own_machine) {
        "pages of the user's own machine and of private networks"
    } else {
        "pages of private networks"
    }
}

fn is_of_own_machine(origin: &str) -> bool {
    without_port(origin).is_some_and(|(_, host)| is_loopback(&host))
}

/// Returns the origin without its port, and its host.
fn without_port(origin: &str) -> Option<(String, String)> {
    let parsed = TupleOrigin::parse(origin.as_bytes()).ok()?;
    let (scheme, host) = (parsed.scheme(), parsed.host());
    Some((format!("{scheme}://{host}"), String::from(host)))
}
