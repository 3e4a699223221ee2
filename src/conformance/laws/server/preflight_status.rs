//! The law about the status of preflight responses.

use alloc::{format, string::String};

use http::{Request, Response, StatusCode};

use crate::conformance::laws::{
    support::{
        headers::{cors_headers, elements, is_preflight, lines, origin},
        limits::{MAX_METHOD_BYTES, is_within_limits},
    },
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec,
    infrastructure::{bytes::is_token, method::is_cors_safelisted_method},
};

const METHOD: &str = "access-control-request-method";
const NAMES: &str = "access-control-request-headers";

/// A preflight gets status 403 and no CORS headers in exactly two cases: the origin of the preflight is denied, or the
/// preflight is malformed. The response to every other preflight has the configured status. This response grants
/// exactly the requested method and header names that the policy allows, and never `*`.
///
/// As an exception, the status 403 and the configured status are both correct if `Access-Control-Request-Headers` is
/// malformed and also exceeds the limits of the policy.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::preflight_status_matches_decision as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let spec = PolicySpec::from_origins(["https://*.example"]);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "PUT").body(())?;
/// law(&spec, &request, &serve(&spec.build()?, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn preflight_status_matches_decision(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    if !is_preflight(request) {
        return Ok(());
    }
    let expected = expected(spec, request);
    let is_refused = response.status() == StatusCode::FORBIDDEN;
    let is_right = match expected {
        Expected::Refused => is_refused,
        Expected::Any => true,
        Expected::PartlyDenied | Expected::Allowed => {
            response.status().as_u16() == spec.preflight_status
        }
    };
    ensure(is_right, || {
        format!(
            "the response should be {expected:?}, but the status is {}: {request:?}",
            response.status()
        )
    })?;
    if is_refused {
        let sent = cors_headers(response);
        return ensure(sent.is_empty(), || {
            format!("the status is 403, but the response has {sent:?}")
        });
    }
    grants_are_exact(spec, request, response)?;
    let has_max_age = response.headers().contains_key("access-control-max-age");
    let is_cacheable = spec.max_age.is_some() && expected != Expected::PartlyDenied;
    ensure(
        has_max_age == is_cacheable || expected == Expected::Any,
        || {
            let found = if has_max_age { "a" } else { "no" };
            format!("the response should be {expected:?}, but has {found} max-age: {request:?}")
        },
    )
}

/// The expected kind of response.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    /// The origin is not allowed, or the preflight is malformed.
    Refused,
    /// The method or a header is not allowed.
    PartlyDenied,
    Allowed,
    /// `Access-Control-Request-Headers` is malformed, and also exceeds the limits of the policy. The status 403 and the
    /// configured status are both correct.
    Any,
}

fn expected(spec: &PolicySpec, request: &Request<()>) -> Expected {
    let headers = request.headers();
    let is_listed = |origin: &str| spec.allows_origin(origin, headers);
    let is_allowed = spec.origins.is_any() || origin(request).is_some_and(is_listed);
    let methods = lines(headers, METHOD);
    let [method] = methods.as_slice() else {
        return Expected::Refused;
    };
    let start = method.get(..MAX_METHOD_BYTES).unwrap_or(method);
    if !is_allowed || !is_token(start) {
        return Expected::Refused;
    }
    let names = lines(headers, NAMES);
    if !allows_method(spec, method) {
        Expected::PartlyDenied
    } else if !is_within_limits(spec, &names) {
        if requested_names(&names).all(|name| name.is_empty() || is_token(name)) {
            Expected::PartlyDenied
        } else {
            Expected::Any
        }
    } else if !requested_names(&names).all(|name| name.is_empty() || is_token(name)) {
        Expected::Refused
    } else if requested_names(&names).all(|name| name.is_empty() || allows_name(spec, name)) {
        Expected::Allowed
    } else {
        Expected::PartlyDenied
    }
}

/// Whether the policy allows the method. The wildcard of a policy does not cover long methods.
fn allows_method(spec: &PolicySpec, method: &[u8]) -> bool {
    let is_covered = !spec.methods.is_any() || method.len() <= MAX_METHOD_BYTES;
    is_covered && core::str::from_utf8(method).is_ok_and(|method| spec.allows_method(method))
}

fn allows_name(spec: &PolicySpec, name: &[u8]) -> bool {
    core::str::from_utf8(name).is_ok_and(|name| spec.allows_name(name))
}

fn requested_names<'l>(lines: &[&'l [u8]]) -> impl Iterator<Item = &'l [u8]> {
    lines
        .iter()
        .flat_map(|line| line.split(|&byte| byte == b','))
        .map(without_one_space)
}

/// Removes one space or tab at each end of the element, if there is a space or tab at this end.
fn without_one_space(element: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t');
    let element = match element.split_first() {
        Some((first, rest)) if is_space(first) => rest,
        _ => element,
    };
    match element.split_last() {
        Some((last, rest)) if is_space(last) => rest,
        _ => element,
    }
}

/// Checks that the response grants each requested method and header name that the policy allows, and no other requested
/// method or header name.
fn grants_are_exact(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let granted = |header: &str| elements(response.headers(), header);
    let methods = granted("access-control-allow-methods");
    let names = granted("access-control-allow-headers");
    ensure(
        !methods.contains(&b"*".as_slice()) && !names.contains(&b"*".as_slice()),
        || String::from("the response to a preflight has `*` in a list"),
    )?;
    let origins = granted("access-control-allow-origin");
    let sent = lines(request.headers(), "origin");
    ensure(origins == [b"*".as_slice()] || origins == sent, || {
        format!("`Access-Control-Allow-Origin` does not grant the origin: {origins:?}")
    })?;
    for method in elements(request.headers(), METHOD) {
        let is_granted = methods.contains(&method) || is_cors_safelisted_method(method);
        let is_allowed = allows_method(spec, method);
        ensure(is_granted == is_allowed, || {
            let method = method.escape_ascii();
            if is_allowed {
                format!("the policy allows `{method}`, but the response does not grant it")
            } else {
                format!("the response grants `{method}`, but the policy does not allow it")
            }
        })?;
    }
    let requested = lines(request.headers(), NAMES);
    // The law does not check the granted names if the requested names exceed the limits of the policy, or if an element
    // is malformed.
    let is_read = is_within_limits(spec, &requested)
        && requested_names(&requested).all(|name| name.is_empty() || is_token(name));
    for name in requested_names(&requested).filter(|name| is_read && !name.is_empty()) {
        let is_granted = names
            .iter()
            .any(|granted| granted.eq_ignore_ascii_case(name));
        let is_allowed = allows_name(spec, name);
        ensure(is_granted == is_allowed, || {
            let name = name.escape_ascii();
            if is_allowed {
                format!("the policy allows `{name}`, but the response does not grant it")
            } else {
                format!("the response grants `{name}`, but the policy does not allow it")
            }
        })?;
    }
    Ok(())
}
