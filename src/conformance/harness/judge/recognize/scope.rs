//! The scope of a mistake: the values that keep two mistakes with the same cause apart.

mod circumstances;
pub(super) mod header_values;
mod parts;

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use self::{
    circumstances::circumstances,
    header_values::{repeated_names, values, wrong_lists},
    parts::{Part, part},
};
use super::{
    Evidence,
    comparison_rules::is_web_scheme,
    facts::{ALLOW_HEADERS, ALLOW_METHODS, REQUEST_HEADERS, REQUEST_METHOD, elements},
};
use crate::{
    conformance::harness::{
        probes::apps::is_app_scheme,
        report::{
            cause::Cause,
            violation::{GENERATED_PREFIX, Violation},
        },
    },
    infrastructure::origin::TupleOrigin,
};

/// The maximum number of values in a scope. A line of `--known` with very many values cannot be read.
const MAX_VALUES: usize = 50;

impl Evidence<'_> {
    /// Returns the scope of a mistake whose description names the values `described`.
    pub(super) fn scope(
        &self,
        cause: Cause,
        violations: &[Violation],
        described: BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut scope = circumstances(cause, violations);
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        match part(cause) {
            Part::Described | Part::Nothing => {}
            Part::DescribedOrRequests => {
                if described.is_empty() {
                    let probes = violations.iter().map(|violation| violation.probe.as_str());
                    let named = probes.filter(|probe| !probe.starts_with(GENERATED_PREFIX));
                    scope.extend(named.map(String::from));
                }
            }
            Part::Entries => scope.extend(self.wrong_entries(cause)),
            Part::EntriesAndOrigins => {
                scope.extend(self.wrong_entries(cause));
                scope.extend(self.denied.origins_with(cause));
            }
            Part::EntriesAndParts => {
                let entries = self.wrong_entries(cause);
                scope.extend(other_parts(&entries, self.denied.origins_with(cause)));
                scope.extend(entries);
            }
            Part::Values(name) => {
                scope.extend(exchanges().flat_map(|exchange| values(exchange, name)));
            }
            Part::RepeatedNames => scope.extend(exchanges().flat_map(repeated_names)),
            Part::Origins => scope.extend(self.denied.origins_with(cause)),
            Part::Hosts => {
                let refused: BTreeSet<String> =
                    self.denied.refused_origins().filter_map(host).collect();
                let hosts = self
                    .denied
                    .origins_with(cause)
                    .map(|origin| match host(&origin) {
                        Some(host) if !refused.contains(&host) => host,
                        _ => origin,
                    });
                scope.extend(hosts);
            }
            Part::FewerOrigins => {
                let allowed: Vec<String> = self.denied.origins_with(cause).collect();
                let blocked: Vec<String> = self.denied.blocked().collect();
                let is_fewer = blocked.len() < allowed.len();
                scope.extend(if is_fewer { blocked } else { allowed });
            }
            Part::Blocked => scope.extend(self.denied.blocked()),
            Part::Requests => {
                let kinds = violations.iter().filter_map(|violation| {
                    let kind = violation.detail.split(' ').next()?;
                    (!kind.is_empty() && !kind.starts_with(GENERATED_PREFIX)).then_some(kind)
                });
                scope.extend(kinds.map(String::from));
            }
            Part::RequestedMethods => {
                let permitted = self.grants.permitted_methods();
                scope.extend(exchanges().flat_map(|exchange| {
                    let mut names = elements(&exchange.response.header_list, ALLOW_METHODS);
                    names.retain(|name| !permitted.contains(name));
                    names.extend(elements(&exchange.request.header_list, REQUEST_METHOD));
                    names
                }));
            }
            Part::RequestedHeaders => {
                let permitted = &self.expectations.spec.request_headers;
                let is_permitted = |name: &String| {
                    let mut permitted = permitted.iter();
                    permitted.any(|other| other.eq_ignore_ascii_case(name))
                };
                scope.extend(exchanges().flat_map(|exchange| {
                    let mut names = elements(&exchange.response.header_list, ALLOW_HEADERS);
                    names.retain(|name| !is_permitted(name));
                    names.extend(elements(&exchange.request.header_list, REQUEST_HEADERS));
                    names
                }));
            }
            Part::ListHeaders => {
                let names = violations.iter().flat_map(wrong_lists);
                scope.extend(names.map(String::from));
            }
            Part::ExposedHeaders => scope.extend(self.wrongly_exposed(cause, violations)),
        }
        scope.extend(described);
        limited(scope)
    }

    /// Returns the entries of the policy that the server compares wrongly, and its own origin if it compares this origin
    /// wrongly. If no entry is known, returns the origins that the server allows.
    fn wrong_entries(&self, cause: Cause) -> BTreeSet<String> {
        let entries = self.denied.entries_with(cause).into_iter();
        let entries = entries.map(String::from);
        let own = self.denied.own_origin_with(cause).cloned();
        let entries: BTreeSet<String> = entries.chain(own).collect();
        if entries.is_empty() {
            self.denied.origins_with(cause).collect()
        } else {
            entries
        }
    }
}

/// Returns the schemes of the origins that no entry has. The schemes of generated origins depend on the seed, so only usual
/// schemes count. Also returns `ports` if an origin has a port that no entry has.
fn other_parts(
    entries: &BTreeSet<String>,
    origins: impl Iterator<Item = String>,
) -> BTreeSet<String> {
    let parts_of = |origin: &str| {
        let (scheme, rest) = origin.split_once("://")?;
        let port = rest.rsplit_once(':').map(|(_, port)| String::from(port));
        let is_port = |port: &String| !port.ends_with(']');
        Some((String::from(scheme), port.filter(is_port)))
    };
    let (schemes, ports): (BTreeSet<String>, BTreeSet<Option<String>>) =
        entries.iter().filter_map(|entry| parts_of(entry)).unzip();
    let allows_any_port = ports.contains(&Some(String::from("*")));
    let mut others = BTreeSet::new();
    for (scheme, port) in origins.filter_map(|origin| parts_of(&origin)) {
        if !schemes.contains(&scheme) && (is_web_scheme(&scheme) || is_app_scheme(&scheme)) {
            others.insert(scheme);
        }
        if !allows_any_port && !ports.contains(&port) {
            others.insert(String::from("ports"));
        }
    }
    others
}

/// Returns at most [`MAX_VALUES`] values, and the number of the others.
fn limited(values: BTreeSet<String>) -> BTreeSet<String> {
    let others = values.len().saturating_sub(MAX_VALUES);
    let mut limited: BTreeSet<String> = values.into_iter().take(MAX_VALUES).collect();
    if others > 0 {
        limited.insert(format!("{others}-more"));
    }
    limited
}

fn host(origin: impl AsRef<str>) -> Option<String> {
    let parsed = TupleOrigin::parse(origin.as_ref().as_bytes()).ok()?;
    Some(String::from(parsed.host()))
}
