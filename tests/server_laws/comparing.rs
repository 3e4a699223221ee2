//! Two policies side by side.

use fetch_cors::conformance::{
    laws,
    policies::{self, PolicySpec, fetch_to},
};
use proptest::{arbitrary::any, sample::Index};

use super::{built, check, plain, policy_with};

/// Two policies of which one subsumes the other are rare, where both are drawn.
#[test]
fn what_is_wider_lets_more_succeed() {
    let fetches = policy_with(|spec| (fetch_to(spec), policies::policy()));
    check(fetches, |(spec, (request, more))| {
        let narrow = plain(spec);
        let mut wide = narrow.clone();
        if let Some(origins) = &mut wide.origins {
            origins.extend(more.listed_origins().iter().cloned());
        }
        wide.methods = wide.methods.and(more.methods);
        wide.request_headers.extend(more.request_headers);
        if more.credentials && wide.origins.is_some() {
            wide.credentials = true;
            wide.expose_headers.get_or_insert_default();
        }
        wide.dangerously_allow_insecure_origins = true;
        wide.dangerously_allow_null_origin = true;
        wide.dangerously_allow_subdomains_of_public_suffixes = true;
        let (wide, narrow) = (built(&wide), built(&narrow));
        laws::what_subsumes_lets_at_least_the_same_succeed(&wide, &narrow, &request)
    });
}

/// The policy with one member changed, or without one entry, or with one more.
fn one_change(spec: &PolicySpec, more: &PolicySpec, change: usize, at: Index) -> PolicySpec {
    let mut changed = spec.clone();
    let drop_one = |list: &mut Vec<String>| {
        if list.len() > 1 {
            list.remove(at.index(list.len()));
        }
    };
    let add_one = |list: &mut Vec<String>, more: &[String]| {
        list.extend(more.get(at.index(more.len().max(1))).cloned());
    };
    let origins = changed.origins.get_or_insert_default();
    match change {
        0 => drop_one(origins),
        1 => add_one(origins, more.listed_origins()),
        2 => changed.credentials ^= true,
        3 => changed.methods = more.methods.clone(),
        4 => drop_one(changed.methods.get_or_insert_default()),
        5 => add_one(
            changed.methods.get_or_insert_default(),
            more.methods.as_deref().unwrap_or(&[]),
        ),
        6 => changed.request_headers = more.request_headers.clone(),
        7 => changed.request_headers.truncate(at.index(4)),
        8 => add_one(&mut changed.request_headers, &more.request_headers),
        9 => changed.expose_headers = more.expose_headers.clone(),
        10 => changed
            .expose_headers
            .get_or_insert_default()
            .truncate(at.index(4)),
        _ => {
            let more = more.expose_headers.as_deref().unwrap_or(&[]);
            add_one(changed.expose_headers.get_or_insert_default(), more);
        }
    }
    // Any origin is as it was, where it is not about origins.
    if spec.origins.is_none() && change > 1 {
        changed.origins = None;
    }
    changed
}

#[test]
fn what_subsumes_permits_at_least_as_much() {
    let pairs = policy_with(|_| (policies::policy(), 0_usize..12, any::<Index>()));
    check(pairs, |(spec, (more, change, at))| {
        let mut spec = plain(spec);
        spec.dangerously_allow_insecure_origins = true;
        spec.dangerously_allow_null_origin = true;
        spec.dangerously_allow_subdomains_of_public_suffixes = true;
        let changed = one_change(&spec, &more, change, at);
        if changed.build().is_err() {
            return Ok(());
        }
        laws::subsuming_is_permitting_at_least_as_much(&spec, &changed)?;
        laws::subsuming_is_permitting_at_least_as_much(&changed, &spec)
    });
}
