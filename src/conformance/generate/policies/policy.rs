use alloc::{string::String, vec::Vec};

use proptest::{
    arbitrary::any,
    bool,
    strategy::{BoxedStrategy, Just, Strategy},
};

use super::{
    listed_origins::entry,
    policy_spec::{PolicySpec, PredicateSpec},
};
use crate::conformance::generate::{
    draw::strategies::{chance, many, one_of_then, optional, select},
    weights::{
        policies::{
            ANY_REQUEST_HEADER, EXPOSED_NAMES, HAS_MAX_AGE, HAS_PREDICATE, LIST_SIZE, LIST_SIZES,
            MAX_AGES_SECONDS, METHODS, NAMES, PREDICATE_HEADERS, PREDICATE_ORIGINS,
            PREFLIGHT_STATUSES,
        },
        policy_origins::ORIGIN_LIST_SIZES,
        table::{Size, Uniform, Weighted},
    },
};
use crate::server::{AllowList, PolicyConfig};

/// Generates valid policies.
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
    let origins = list_or_any(&ORIGIN_LIST_SIZES, entry());
    let predicate = optional(&HAS_PREDICATE, predicate());
    let who = (origins, predicate, bool::ANY);
    let what = (or_any(&METHODS), names(), or_any(&EXPOSED_NAMES));
    let max_age = optional(&HAS_MAX_AGE, select(&MAX_AGES_SECONDS));
    let status = select(&PREFLIGHT_STATUSES);
    (who, what, max_age, status, any::<Flags>()).prop_map(
        |(
            (origins, predicate, credentials),
            (methods, request_headers, expose_headers),
            max_age,
            preflight_status,
            flags,
        )| {
            let config = PolicyConfig {
                origins,
                credentials,
                methods,
                request_headers,
                expose_headers,
                max_age,
                preflight_status,
                ..with_flags(flags)
            };
            made_valid(PolicySpec { config, predicate })
        },
    )
}

/// The values of the four `dangerously_` members, in the order in which [`with_flags`] takes them.
pub(super) type Flags = [bool; 4];

/// Returns a configuration with the given values of the `dangerously_` members. The strategies and `Arbitrary` both use
/// this function. The struct expression in this function lists all members and has no `..`. So if a policy gets a new
/// member, the compiler reports an error in this function.
pub(super) fn with_flags([extension, insecure, null, subdomains]: Flags) -> PolicyConfig {
    let default = PolicyConfig::default();
    PolicyConfig {
        origins: default.origins,
        credentials: default.credentials,
        methods: default.methods,
        request_headers: default.request_headers,
        expose_headers: default.expose_headers,
        max_age: default.max_age,
        preflight_status: default.preflight_status,
        dangerously_allow_any_extension_origin: extension,
        dangerously_allow_insecure_origins: insecure,
        dangerously_allow_null_origin: null,
        dangerously_allow_subdomains_of_public_suffixes: subdomains,
    }
}

/// Makes the policy valid. If the policy allows credentials, removes everything that is invalid together with
/// credentials.
pub(super) fn made_valid(mut spec: PolicySpec) -> PolicySpec {
    if !spec.credentials {
        return spec;
    }
    spec.expose_headers.entries_mut();
    let (extension, insecure, null, subdomains) = (
        spec.dangerously_allow_any_extension_origin,
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
        (null || !["null", "file://"].contains(&origin.as_str()))
            && (extension || !origin.ends_with("://*"))
            && (insecure || !origin.starts_with("http://") || is_this_machine(origin))
            && (subdomains || !is_below_one_label(origin) || is_this_machine(origin))
    });
    if origins.is_empty() {
        origins.push(String::from("https://a.example"));
    }
    spec
}

/// Whether the entry has a `*` in its first label, and only one label after the first label. This second label is a
/// top-level domain, so it is a public suffix.
fn is_below_one_label(entry: &str) -> bool {
    let host = entry.split_once("://").map_or("", |(_, host)| host);
    let (label, base) = host.split_once('.').unwrap_or_default();
    if !label.contains('*') {
        return false;
    }
    let host = base.split(':').next().unwrap_or_default();
    !host.is_empty() && !host.trim_end_matches('.').contains('.')
}

fn predicate() -> BoxedStrategy<PredicateSpec> {
    let origin = select(&PREDICATE_ORIGINS);
    let header = select(&PREDICATE_HEADERS);
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

fn or_any(list: &'static Uniform<&'static str>) -> BoxedStrategy<AllowList> {
    list_or_any(&LIST_SIZES, select(list).prop_map(String::from).boxed())
}

fn list_or_any(
    sizes: &'static Weighted<Option<&'static Size>>,
    entry: BoxedStrategy<String>,
) -> BoxedStrategy<AllowList> {
    one_of_then(sizes, |size| match size {
        Some(size) => many(size, entry.clone()).prop_map(AllowList::Only).boxed(),
        None => Just(AllowList::Any).boxed(),
    })
}

fn names() -> BoxedStrategy<Vec<String>> {
    let listed = many(&LIST_SIZE, select(&NAMES).prop_map(String::from).boxed());
    (listed, chance(&ANY_REQUEST_HEADER))
        .prop_map(|(mut names, any)| {
            names.extend(any.then(|| String::from("*")));
            names
        })
        .boxed()
}
