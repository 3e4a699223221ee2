use alloc::{format, string::String};

use http::{HeaderValue, Request};

use super::{Violation, violation::ensure};
use crate::{
    conformance::policies::{PolicySpec, serve},
    infrastructure::origin::{Origin, matches_origin_or_null},
    server::{CorsPolicy, Denied},
};

/// A policy with credentials allows no origin that nobody has listed. `label` makes the stranger's.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::a_policy_with_credentials_never_allows_a_stranger as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let mut spec = PolicySpec::of(["https://*.a.example"]);
/// spec.credentials = true;
/// law(&spec, &spec.build()?, "qwertyuiop")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn a_policy_with_credentials_never_allows_a_stranger(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    label: &str,
) -> Result<(), Violation> {
    if !spec.credentials || spec.predicate.is_some() {
        return Ok(());
    }
    // No generated policy lists a pattern of this top-level domain.
    let stranger = format!("https://{label}.test");
    let Ok(value) = HeaderValue::from_str(&stranger) else {
        return Ok(());
    };
    let mut request = Request::new(());
    request.headers_mut().insert("origin", value);
    let response = serve(policy, &request);
    let allowed = response.headers().get("access-control-allow-origin");
    ensure(allowed.is_none(), || {
        format!("{stranger} is told {allowed:?}")
    })
}

/// An origin that a list allows is a serialized origin, and some entry means it: by scheme, by host
/// up to the boundary of a label, and by port.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::an_allowed_origin_is_listed_by_scheme_host_and_port as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let spec = PolicySpec::of(["https://*.example"]);
/// law(&spec, &spec.build()?, "https://a.example")?;
/// law(&spec, &spec.build()?, "https://evilexample")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn an_allowed_origin_is_listed_by_scheme_host_and_port(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    origin: &str,
) -> Result<(), Violation> {
    if spec.origins.is_none() || !policy.permits(origin, "GET", [""; 0], false) {
        return Ok(());
    }
    let is_listed = spec
        .listed_origins()
        .iter()
        .any(|entry| means(entry, origin));
    let is_by_predicate = spec.predicate.is_some();
    ensure(is_listed || is_by_predicate, || {
        format!("{origin} is allowed by no entry")
    })?;
    let is_serialized = Origin::parse(origin.as_bytes()).is_ok();
    let is_other = !origin.starts_with("http") && matches_origin_or_null(origin.as_bytes());
    ensure(is_serialized || is_other, || {
        format!("{origin} is allowed and is no origin")
    })
}

fn means(entry: &str, origin: &str) -> bool {
    let parts = |text: &str| {
        let (scheme, rest) = text.split_once("://")?;
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port),
            _ => (rest, ""),
        };
        Some((String::from(scheme), String::from(host), String::from(port)))
    };
    let (Some(entry), Some(origin)) = (parts(entry), parts(origin)) else {
        return entry == origin;
    };
    let host_is_meant = match entry.1.strip_prefix("*.") {
        None => origin.1 == entry.1,
        Some(base) => origin
            .1
            .strip_suffix(base)
            .is_some_and(|labels| labels.ends_with('.') && labels.len() > 1),
    };
    entry.0 == origin.0 && host_is_meant && (entry.2 == "*" || entry.2 == origin.2)
}

/// Every entry of a list allows some origin that browsers send.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::every_listed_origin_allows_one_that_browsers_send as law, policies::PolicySpec};
/// law(&PolicySpec::of(["https://*.example:*", "null"]).build()?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn every_listed_origin_allows_one_that_browsers_send(
    policy: &CorsPolicy,
) -> Result<(), Violation> {
    for entry in policy.origins().into_iter().flatten() {
        let entry = format!("{entry}");
        let origin = entry.replacen("*.", "a.", 1).replacen(":*", ":8080", 1);
        let bytes = origin.as_bytes();
        let is_sent = match origin.starts_with("http://") || origin.starts_with("https://") {
            true => Origin::parse(bytes).is_ok(),
            false => matches_origin_or_null(bytes),
        };
        ensure(is_sent, || {
            format!("{entry} means {origin}, which no browser sends")
        })?;
        let is_allowed = policy.permits(&origin, "GET", [""; 0], false);
        ensure(is_allowed, || {
            format!("{entry} is listed and {origin} is not allowed")
        })?;
    }
    Ok(())
}

/// Under a list, an Origin that is there more than once, or that is not one serialized origin, is
/// denied.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::an_origin_that_is_not_one_origin_is_denied as law;
/// use fetch_cors::conformance::policies::PolicySpec;
///
/// let spec = PolicySpec::of(["https://*.example"]);
/// let request = http::Request::builder().header("origin", "https://a.example/").body(())?;
/// law(&spec, &spec.build()?, &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn an_origin_that_is_not_one_origin_is_denied(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), Violation> {
    let mut origins = request.headers().get_all("origin").iter();
    let Some(first) = origins.next().filter(|_| spec.origins.is_some()) else {
        return Ok(());
    };
    let is_origin =
        Origin::parse(first.as_bytes()).is_ok() || matches_origin_or_null(first.as_bytes());
    if is_origin && origins.next().is_none() {
        return Ok(());
    }
    let allowed = policy.decide(request.method(), request.headers()).allowed();
    ensure(allowed == Some(Err(Denied::Origin)), || {
        format!("{first:?} and more: {allowed:?}")
    })
}
