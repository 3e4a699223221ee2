//! Pairs of policies that differ in one member.
//!
//! Two independently generated policies rarely subsume each other.

use fetch_cors::{conformance::policies::PolicySpec, server::AllowList};

/// The number of kinds of changes.
pub const CHANGES: usize = 12;

/// Removes the predicate and sets all `dangerously_` members, so that the policy stays valid after most changes.
pub fn changeable(mut spec: PolicySpec) -> PolicySpec {
    spec.predicate = None;
    spec.dangerously_allow_any_extension_origin = true;
    spec.dangerously_allow_insecure_origins = true;
    spec.dangerously_allow_null_origin = true;
    spec.dangerously_allow_subdomains_of_public_suffixes = true;
    spec
}

/// Returns the policy with one change: a changed member, a removed entry, or an additional entry.
///
/// `at` returns an index that is less than its argument. The result can be invalid.
pub fn one_change(
    spec: &PolicySpec,
    more: &PolicySpec,
    change: usize,
    at: impl Fn(usize) -> usize,
) -> PolicySpec {
    let mut changed = spec.clone();
    let drop_one = |list: &mut Vec<String>| {
        if list.len() > 1 {
            list.remove(at(list.len()));
        }
    };
    let add_one = |list: &mut Vec<String>, more: &[String]| {
        list.extend(more.get(at(more.len().max(1))).cloned());
    };
    let origins = changed.origins.entries_mut();
    match change {
        0 => drop_one(origins),
        1 => add_one(origins, more.listed_origins()),
        2 => changed.credentials ^= true,
        3 => changed.methods = more.methods.clone(),
        4 => drop_one(changed.methods.entries_mut()),
        5 => add_one(changed.methods.entries_mut(), more.methods.entries()),
        6 => changed.request_headers = more.request_headers.clone(),
        7 => changed.request_headers.truncate(at(4)),
        8 => add_one(&mut changed.request_headers, &more.request_headers),
        9 => changed.expose_headers = more.expose_headers.clone(),
        10 => changed.expose_headers.entries_mut().truncate(at(4)),
        _ => {
            let more = more.expose_headers.entries();
            add_one(changed.expose_headers.entries_mut(), more);
        }
    }
    // `entries_mut` has replaced the wildcard of `origins` with a list. If the change is not a change of `origins`, the
    // wildcard is restored.
    if spec.origins.is_any() && change > 1 {
        changed.origins = AllowList::Any;
    }
    changed
}
