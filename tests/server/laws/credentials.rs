//! Unlisted origins have no credentials.

use fetch_cors::conformance::{laws, policies::policy};
use proptest::{sample, strategy::Strategy};

use super::check;

/// Generates an origin that anyone can register.
fn unlisted_origin() -> impl Strategy<Value = String> {
    let scheme = sample::select(&["https", "https", "http"]);
    let domain = sample::select(&["", ".com", ".test", ".example", ".a", ".ab", ".com."]);
    let port = sample::select(&["", "", ":81", ":8443", ":65535"]);
    (scheme, "([a-z]{1,3}\\.)?[a-z]{12,16}", domain, port)
        .prop_map(|(scheme, name, domain, port)| format!("{scheme}://{name}{domain}{port}"))
}

/// The test does not make the generated policies valid, because the law can judge an invalid entry. Some policies
/// cannot be built.
#[test]
fn unlisted_origins_do_not_get_credentials() {
    check(
        (policy(), policy(), unlisted_origin()),
        |(mut spec, more, unlisted)| {
            let origins = spec.origins.entries_mut();
            origins.extend_from_slice(more.listed_origins());
            spec.credentials = true;
            spec.predicate = None;
            spec.expose_headers.entries_mut();
            spec.dangerously_allow_any_extension_origin = true;
            spec.dangerously_allow_insecure_origins = true;
            spec.dangerously_allow_null_origin = true;
            for is_allowed in [false, true] {
                spec.dangerously_allow_subdomains_of_public_suffixes = is_allowed;
                if let Ok(policy) = spec.build() {
                    laws::credentials_exclude_unlisted_origins(&spec, &policy, &unlisted)?;
                }
            }
            Ok(())
        },
    );
}
