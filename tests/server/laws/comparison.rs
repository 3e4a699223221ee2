//! The laws that compare two policies.

use fetch_cors::conformance::{
    laws,
    policies::{self, fetch_to},
};
use fetch_cors::server::AllowList;
use proptest::{arbitrary::any, sample::Index};

use super::{
    built, check,
    one_change::{CHANGES, changeable, one_change},
    plain, policy_with,
};

/// Two independently generated policies rarely subsume each other. So this test makes the wider policy from the
/// narrower policy.
#[test]
fn wider_policy_keeps_fetches_working() {
    let fetches = policy_with(|spec| (fetch_to(spec), policies::policy()));
    check(fetches, |(spec, (request, more))| {
        let narrow = plain(spec);
        let mut wide = narrow.clone();
        if let AllowList::Only(origins) = &mut wide.origins {
            origins.extend(more.listed_origins().iter().cloned());
        }
        if !wide.methods.is_any() {
            wide.methods = more.methods.clone();
        }
        wide.request_headers
            .extend_from_slice(&more.request_headers);
        if more.credentials && !wide.origins.is_any() {
            wide.credentials = true;
            wide.expose_headers.entries_mut();
        }
        wide.dangerously_allow_any_extension_origin = true;
        wide.dangerously_allow_insecure_origins = true;
        wide.dangerously_allow_null_origin = true;
        wide.dangerously_allow_subdomains_of_public_suffixes = true;
        let (wide, narrow) = (built(&wide), built(&narrow));
        laws::subsuming_policy_keeps_fetches_working(&wide, &narrow, &request)
    });
}

#[test]
fn subsuming_policy_permits_at_least_as_much() {
    let pairs = policy_with(|_| (policies::policy(), 0..CHANGES, any::<Index>()));
    check(pairs, |(spec, (more, change, at))| {
        let spec = changeable(spec);
        let changed = one_change(&spec, &more, change, |length| at.index(length));
        if changed.build().is_err() {
            return Ok(());
        }
        laws::subsumption_matches_permissions(&spec, &changed)?;
        laws::subsumption_matches_permissions(&changed, &spec)
    });
}
