//! Several fetches, one after the other.

use fetch_cors::{
    conformance::{
        laws,
        policies::{self, fetch_to, serve},
    },
    infrastructure::origin::Origin,
};
use proptest::{bool, collection, sample};

use super::{built, check, plain, policy_with};
#[cfg(feature = "tower")]
use super::{choosing, layer::answer_with_layer};

/// The seconds before the next fetch: close to the max-age of policies, and to the longest time for
/// which browsers cache a preflight.
const PAUSES: &[u32] = &[0, 0, 1, 4, 5, 599, 600, 7199, 7200, 90_000];

#[test]
fn caches_and_policy_changes_satisfy_the_laws() {
    let sequences = policy_with(|spec| {
        let pause = sample::select(PAUSES);
        let requests = collection::vec((pause, fetch_to(spec)), 1..=5);
        (requests, policies::policy(), bool::ANY)
    });
    check(sequences, |(spec, (sequence, other, are_simple))| {
        #[cfg(feature = "tower")]
        let with_predicates = (built(&spec), built(&other));
        let (spec, other) = (plain(spec), plain(other));
        let policy = built(&spec);
        laws::preflight_cache_changes_no_verdict(&policy, &sequence)?;
        let mut requests: Vec<_> = sequence.into_iter().map(|(_, request)| request).collect();
        laws::change_applies_after_max_age(&spec, &other, &requests)?;
        for request in &requests {
            laws::subsuming_policy_keeps_fetches_working(&built(&other), &policy, request)?;
        }
        // A page of the server's own origin sends no Origin.
        let own = Origin::parse(b"https://server.test").unwrap();
        let mut same_origin = requests[0].clone();
        same_origin.origin = own;
        requests.insert(requests.len() / 2, same_origin);
        for request in &mut requests {
            if are_simple {
                (request.method, request.header_list) = (http::Method::GET, Default::default());
                request.use_cors_preflight_flag = false;
            }
        }
        laws::shared_cache_changes_no_verdict(|request| serve(&policy, request), &requests)?;
        #[cfg(feature = "tower")]
        {
            let (one, other) = with_predicates;
            let layer = choosing(one.clone(), other);
            let none = http::HeaderMap::new();
            let server =
                |request: &http::Request<()>| answer_with_layer(&layer, request.clone(), &none);
            laws::shared_cache_changes_no_verdict(server, &requests)?;
            laws::shared_cache_changes_no_verdict(|request| serve(&one, request), &requests)?;
        }
        Ok(())
    });
}
