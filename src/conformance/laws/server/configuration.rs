//! Laws about the configuration of a policy.

use alloc::{format, vec::Vec};

use http::Request;

use crate::conformance::laws::{
    support::{
        headers::{cors_headers, lines},
        limits::{has_wildcard, is_within_limits},
    },
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::{generate::policies::policy_spec::PolicySpec, model::serve::serve},
    server::{AllowList, CorsPolicyBuilder},
};
#[cfg(feature = "serde")]
use crate::{
    infrastructure::site::NoPublicSuffixes,
    server::{CorsPolicy, PolicyFile},
};

/// A builder returns a policy or a non-empty list of errors. Each error has the name of a member, and a message.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::{conformance::laws::build_returns_policy_or_errors as law, server::CorsPolicy};
/// law(CorsPolicy::builder().origin("https://a.example/").credentials(true))?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn build_returns_policy_or_errors(builder: CorsPolicyBuilder) -> Result<(), LawViolation> {
    let Err(errors) = builder.build() else {
        return Ok(());
    };
    let is_explained = |error: &crate::server::ConfigError| {
        !error.member().is_empty() && !error.message().is_empty()
    };
    ensure(
        errors.iter().next().is_some() && errors.iter().all(is_explained),
        || {
            format!(
                "the list of errors is empty, or an error has no member or no message: {errors:?}"
            )
        },
    )
}

/// Reordering or repeating the entries of a policy does not change any response.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::entry_order_changes_nothing as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let spec = PolicySpec::from_origins(["https://a.example", "https://*.example"]);
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// law(&spec, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn entry_order_changes_nothing(
    spec: &PolicySpec,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    let mut other = spec.clone();
    let config = &mut other.config;
    let lists = [
        &mut config.origins,
        &mut config.methods,
        &mut config.expose_headers,
    ];
    let lists = lists.into_iter().filter(|list| !list.is_any());
    let lists = lists.map(AllowList::entries_mut);
    for list in lists.chain([&mut config.request_headers]) {
        let again: Vec<_> = list.iter().rev().cloned().collect();
        list.splice(0..0, again);
    }
    let (policy, other) = (
        spec.build().map_err(LawViolation::new)?,
        other.build().map_err(LawViolation::new)?,
    );
    // Two predicates cannot be compared.
    ensure(policy == other || spec.predicate.is_some(), || {
        format!(
            "the policy with reordered and repeated entries is not equal to the original: {other:?} and {policy:?}"
        )
    })?;
    let (response, other) = (serve(&policy, request), serve(&other, request));
    let is_same =
        (response.status(), cors_headers(&response)) == (other.status(), cors_headers(&other));
    ensure(is_same, || {
        format!(
            "the policy with reordered and repeated entries gives another response: {other:?} instead of {response:?}"
        )
    })
}

/// A request that a policy allows is still allowed after an origin, a method or a request header is added to the
/// policy.
///
/// If the new policy has a wildcard for request headers, the new policy limits the length of
/// `Access-Control-Request-Headers` in bytes. Requests over this limit are outside the scope of the law.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::adding_permissions_denies_nothing as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let (spec, more) = (PolicySpec::from_origins(["https://a.example"]), PolicySpec::from_origins(["https://b.example"]));
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// law(&spec, &more, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn adding_permissions_denies_nothing(
    spec: &PolicySpec,
    more: &PolicySpec,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    let mut wider = spec.clone();
    match (&mut wider.origins, &more.origins) {
        (AllowList::Only(origins), AllowList::Only(more)) => origins.extend(more.iter().cloned()),
        (origins, AllowList::Any) if !spec.credentials => *origins = AllowList::Any,
        _ => {}
    }
    match (&mut wider.methods, &more.methods) {
        (AllowList::Only(methods), AllowList::Only(more)) => methods.extend(more.iter().cloned()),
        (methods, _) => *methods = AllowList::Any,
    }
    wider
        .request_headers
        .extend(more.request_headers.iter().cloned());
    wider.dangerously_allow_any_extension_origin = true;
    wider.dangerously_allow_insecure_origins = true;
    wider.dangerously_allow_null_origin = true;
    wider.dangerously_allow_subdomains_of_public_suffixes = true;
    let requested = lines(request.headers(), "access-control-request-headers");
    if has_wildcard(&wider) && !is_within_limits(&wider, &requested) {
        return Ok(());
    }
    let policy = spec.build().map_err(LawViolation::new)?;
    let wider = wider.build().map_err(LawViolation::new)?;
    let (before, after) = (
        policy.decide(request.method(), request.headers()),
        wider.decide(request.method(), request.headers()),
    );
    let (before, after) = (before.verdict(), after.verdict());
    ensure(!before.is_allowed() || after == before, || {
        format!("an added permission changes the verdict from {before:?} to {after:?}")
    })
}

/// A policy that is serialized and parsed again equals the original policy.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::policy_survives_serialization as law, policies::PolicySpec};
/// law(&PolicySpec::from_origins(["https://*.example", "http://localhost:*"]).build()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "serde")]
pub fn policy_survives_serialization(policy: &CorsPolicy) -> Result<(), LawViolation> {
    let serialized = serde_json::to_string(policy).map_err(LawViolation::new)?;
    let file: PolicyFile = serde_json::from_str(&serialized).map_err(LawViolation::new)?;
    let parsed = file
        .validate(&NoPublicSuffixes)
        .map_err(LawViolation::new)?;
    ensure(parsed == *policy, || {
        format!("the serialized policy {serialized} is parsed as another policy: {parsed:?}")
    })
}
