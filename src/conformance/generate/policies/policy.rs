use alloc::{string::String, vec, vec::Vec};

use proptest::{
    arbitrary::any,
    bool, collection, option, sample,
    strategy::{BoxedStrategy, Just, Strategy, Union},
};

use super::{
    listed_origins::entry,
    policy_spec::{PolicySpec, PredicateSpec},
};
use crate::server::{AllowList, PolicyConfig};

pub(crate) const METHODS: &[&str] = &[
    "PUT",
    "DELETE",
    "PATCH",
    "patch",
    "OPTIONS",
    "GET",
    "HEAD",
    "POST",
    "QUERY",
    "a!#$%&'*+-.^_`|~9",
];

pub(crate) const NAMES: &[&str] = &[
    "x-a",
    "x-b",
    "X-A",
    "x-ab",
    "authorization",
    "Authorization",
    "content-type",
    "accept",
    "range",
    "a!#$%&'*+-.^_`|~9",
    "x-requested-with",
];

pub(super) const EXPOSED: &[&str] = &[
    "etag",
    "ETag",
    "x-a",
    "x-b",
    "cache-control",
    "content-type",
    "vary",
    "authorization",
    "access-control-allow-origin",
];

pub(crate) const MAX_AGES: &[u32] = &[0, 1, 5, 600, 7200, PolicyConfig::MAX_AGE_LIMIT_SECONDS];
pub(crate) const STATUSES: &[u16] = &[204, 200, *PolicyConfig::PREFLIGHT_STATUSES.end()];

/// What a predicate allows, and what it reads.
pub(super) const PREDICATE_ORIGINS: &[&str] =
    &["https://tenant.example", "null", "https://a.example"];
pub(super) const PREDICATE_HEADERS: &[&str] = &["x-tenant", "accept", "origin"];

/// Valid policies.
///
/// ```
/// use fetch_cors::conformance::policies::{PolicySpec, policy};
/// use proptest::test_runner::{TestError, TestRunner};
///
/// TestRunner::deterministic().run(&policy(), |spec| {
///     assert!(spec.build().is_ok());
///     Ok(())
/// })?;
/// # Ok::<(), TestError<PolicySpec>>(())
/// ```
pub fn policy() -> impl Strategy<Value = PolicySpec> {
    let origins = Union::new_weighted(vec![
        (
            5,
            collection::vec(entry(), 1..=5)
                .prop_map(AllowList::Only)
                .boxed(),
        ),
        (
            2,
            entry().prop_map(|entry| AllowList::from([entry])).boxed(),
        ),
        (1, Just(AllowList::Any).boxed()),
    ]);
    let who = (origins, option::weighted(0.1, predicate()), bool::ANY);
    let what = (or_any(METHODS), names(), or_any(EXPOSED));
    let max_age = option::of(sample::select(MAX_AGES));
    let status = sample::select(STATUSES);
    let lifted = (any::<bool>(), any::<bool>(), any::<bool>());
    (who, what, max_age, status, lifted).prop_map(
        |(
            (origins, predicate, credentials),
            (methods, request_headers, expose_headers),
            max_age,
            preflight_status,
            (insecure, null, subdomains),
        )| {
            let config = PolicyConfig {
                origins,
                credentials,
                methods,
                request_headers,
                expose_headers,
                max_age,
                preflight_status,
                dangerously_allow_insecure_origins: insecure,
                dangerously_allow_null_origin: null,
                dangerously_allow_subdomains_of_public_suffixes: subdomains,
            };
            made_valid(PolicySpec { config, predicate })
        },
    )
}

/// With credentials, without what must not have them.
pub(super) fn made_valid(mut spec: PolicySpec) -> PolicySpec {
    if !spec.credentials {
        return spec;
    }
    spec.expose_headers.entries_mut();
    let (insecure, null, subdomains) = (
        spec.dangerously_allow_insecure_origins,
        spec.dangerously_allow_null_origin,
        spec.dangerously_allow_subdomains_of_public_suffixes,
    );
    let origins = spec.origins.entries_mut();
    let is_this_machine = |origin: &str| {
        ["localhost", "[::1]", "127."]
            .into_iter()
            .any(|host| origin.contains(host))
    };
    origins.retain(|origin| {
        (null || origin != "null")
            && (insecure || !origin.starts_with("http://") || is_this_machine(origin))
            && (subdomains || !is_below_one_label(origin) || is_this_machine(origin))
    });
    if origins.is_empty() {
        origins.push(String::from("https://a.example"));
    }
    spec
}

/// `*.` and a single label, which may be a public suffix.
fn is_below_one_label(entry: &str) -> bool {
    let base = entry.split_once("://*.").map_or("", |(_, base)| base);
    let host = base.split(':').next().unwrap_or_default();
    !host.is_empty() && !host.trim_end_matches('.').contains('.')
}

fn predicate() -> BoxedStrategy<PredicateSpec> {
    let origin = sample::select(PREDICATE_ORIGINS);
    let header = sample::select(PREDICATE_HEADERS);
    (origin, header)
        .prop_map(|(origin, header)| predicate_of(origin, header))
        .boxed()
}

pub(super) fn predicate_of(origin: &str, header: &str) -> PredicateSpec {
    PredicateSpec {
        origin: origin.into(),
        header: header.into(),
        value: String::from(if header == "origin" { origin } else { "a" }),
    }
}

fn or_any(list: &'static [&'static str]) -> BoxedStrategy<AllowList> {
    let listed = collection::vec(sample::select(list).prop_map(String::from), 0..=4);
    Union::new_weighted(vec![
        (4, listed.prop_map(AllowList::Only).boxed()),
        (1, Just(AllowList::Any).boxed()),
    ])
    .boxed()
}

fn names() -> BoxedStrategy<Vec<String>> {
    let listed = collection::vec(sample::select(NAMES).prop_map(String::from), 0..=4);
    (listed, bool::weighted(0.25))
        .prop_map(|(mut names, any)| {
            names.extend(any.then(|| String::from("*")));
            names
        })
        .boxed()
}
