//! Who is not to have credentials.

use fetch_cors::conformance::{laws, policies::policy};
use proptest::{sample, strategy::Strategy};

use super::check;

/// An origin that anybody can have, who has a name registered.
fn stranger() -> impl Strategy<Value = String> {
    let scheme = sample::select(&["https", "https", "http"]);
    let domain = sample::select(&["", ".com", ".test", ".example", ".a", ".ab", ".com."]);
    let port = sample::select(&["", "", ":81", ":8443", ":65535"]);
    (scheme, "([a-z]{1,3}\\.)?[a-z]{12,16}", domain, port)
        .prop_map(|(scheme, name, domain, port)| format!("{scheme}://{name}{domain}{port}"))
}

/// Of a policy that is made valid nothing could be left to find: these are as they are drawn, and some
/// of them cannot be built.
#[test]
fn no_stranger_has_credentials() {
    check(
        (policy(), policy(), stranger()),
        |(mut spec, more, stranger)| {
            let origins = spec.origins.entries_mut();
            origins.extend_from_slice(more.listed_origins());
            spec.credentials = true;
            spec.predicate = None;
            spec.expose_headers.entries_mut();
            spec.dangerously_allow_insecure_origins = true;
            spec.dangerously_allow_null_origin = true;
            for is_allowed in [false, true] {
                spec.dangerously_allow_subdomains_of_public_suffixes = is_allowed;
                if let Ok(policy) = spec.build() {
                    laws::a_policy_with_credentials_never_allows_a_stranger(
                        &spec, &policy, &stranger,
                    )?;
                }
            }
            Ok(())
        },
    );
}
