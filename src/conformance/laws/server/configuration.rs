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

/// A configuration is a policy, or there is something to say of what is wrong with it.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    let is_said = |error: &crate::server::ConfigError| {
        !error.member().is_empty() && !error.message().is_empty()
    };
    ensure(
        errors.iter().next().is_some() && errors.iter().all(is_said),
        || format!("no policy, and not why: {errors:?}"),
    )
}

/// Neither the order of a policy's entries nor their repetition changes what it answers.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    // Two predicates are never known to be the same.
    ensure(policy == other || spec.predicate.is_some(), || {
        format!("{policy:?} is not {other:?}")
    })?;
    let (answer, other) = (serve(&policy, request), serve(&other, request));
    let is_same =
        (answer.status(), cors_headers(&answer)) == (other.status(), cors_headers(&other));
    ensure(is_same, || format!("{answer:?} is not {other:?}"))
}

/// One more origin, method or request header, or any, takes nothing away that was allowed. Any request
/// header has a limit in bytes that listed ones do not have: of more it says nothing.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    wider.dangerously_allow_insecure_origins = true;
    wider.dangerously_allow_null_origin = true;
    wider.dangerously_allow_subdomains_of_public_suffixes = true;
    let asked = lines(request.headers(), "access-control-request-headers");
    if has_wildcard(&wider) && !is_within_limits(&wider, &asked) {
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
        format!("{before:?} became {after:?}")
    })
}

/// A policy that is written down and read back is the same.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::policy_survives_serialization as law, policies::PolicySpec};
/// law(&PolicySpec::from_origins(["https://*.example", "http://localhost:*"]).build()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[cfg(feature = "serde")]
pub fn policy_survives_serialization(
    policy: &crate::server::CorsPolicy,
) -> Result<(), LawViolation> {
    let written = serde_json::to_string(policy).map_err(LawViolation::new)?;
    let read: crate::server::CorsPolicy =
        serde_json::from_str(&written).map_err(LawViolation::new)?;
    ensure(read == *policy, || {
        format!("{written} was read as {read:?}")
    })
}
