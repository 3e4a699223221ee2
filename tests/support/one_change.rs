//! A policy beside one that differs in little: of two that are drawn neither subsumes the other, mostly.

use fetch_cors::{conformance::policies::PolicySpec, server::AllowList};

/// So many kinds of a change there are.
pub const CHANGES: usize = 12;

/// Without a predicate, and with all dangers allowed, so that most changes leave it valid.
pub fn changeable(mut spec: PolicySpec) -> PolicySpec {
    spec.predicate = None;
    spec.dangerously_allow_insecure_origins = true;
    spec.dangerously_allow_null_origin = true;
    spec.dangerously_allow_subdomains_of_public_suffixes = true;
    spec
}

/// The policy with one member changed, or without one entry, or with one more; `at` gives an index
/// that is less than its argument. Not all that comes of it is valid.
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
    // Any origin is as it was, where it is not about origins.
    if spec.origins.is_any() && change > 1 {
        changed.origins = AllowList::Any;
    }
    changed
}
