//! The law of the preflight status.

use alloc::{format, vec::Vec};

use http::{Request, Response};

use crate::conformance::laws::{
    support::{
        headers::{elements, is_preflight, lines, origin},
        limits::is_within_limits,
    },
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec,
    infrastructure::{bytes::is_token, method::is_cors_safelisted_method},
};

const METHOD: &str = "access-control-request-method";
const NAMES: &str = "access-control-request-headers";

/// A preflight gets an ok status exactly when the policy allows its origin, method and request headers. The
/// response with an ok status grants each of them.
///
/// # Errors
///
/// [`LawViolation`], if the law is violated.
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
    let is_ok = response.status().is_success();
    let expected = is_permitted(spec, request);
    ensure(is_ok == expected, || {
        let status = response.status().as_u16();
        if expected {
            format!("the policy permits the preflight, but the status is {status}: {request:?}")
        } else {
            format!(
                "the policy does not permit the preflight, but the status is {status}: {request:?}"
            )
        }
    })?;
    if is_ok {
        all_is_granted(spec, request, response)
    } else {
        Ok(())
    }
}

fn is_permitted(spec: &PolicySpec, request: &Request<()>) -> bool {
    let headers = request.headers();
    let is_listed = |origin: &str| spec.allows_origin(origin, headers);
    let method = match lines(headers, METHOD).as_slice() {
        [only] if is_token(only) => core::str::from_utf8(only).ok(),
        _ => None,
    };
    (spec.origins.is_any() || origin(request).is_some_and(is_listed))
        && method.is_some_and(|method| spec.allows_method(method))
        && names_are_permitted(spec, &lines(headers, NAMES))
}

fn names_are_permitted(spec: &PolicySpec, lines: &[&[u8]]) -> bool {
    let mut elements = lines
        .iter()
        .flat_map(|line| line.split(|&byte| byte == b','))
        .map(without_one_space);
    let is_permitted = |name: &[u8]| {
        let name = core::str::from_utf8(name).ok().filter(|_| is_token(name));
        name.is_some_and(|name| spec.allows_name(name))
    };
    is_within_limits(spec, lines) && elements.all(|name| name.is_empty() || is_permitted(name))
}

/// Removes one space or tab from each side.
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

/// Checks that the response grants each requested value, as a browser reads the lists.
fn all_is_granted(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let granted = |header: &str, wanted: &[u8]| {
        let granted = elements(response.headers(), header);
        let is_authorization = wanted.eq_ignore_ascii_case(b"authorization");
        let is_any = granted.contains(&b"*".as_slice()) && !spec.credentials && !is_authorization;
        is_any || granted.iter().any(|name| name.eq_ignore_ascii_case(wanted))
    };
    let mut requested: Vec<(&str, &[u8])> = Vec::new();
    for origin in lines(request.headers(), "origin").into_iter().take(1) {
        requested.push(("access-control-allow-origin", origin));
    }
    for method in elements(request.headers(), METHOD) {
        if !is_cors_safelisted_method(method) {
            requested.push(("access-control-allow-methods", method));
        }
    }
    for name in elements(request.headers(), NAMES) {
        requested.push(("access-control-allow-headers", name));
    }
    for (header, value) in requested {
        ensure(granted(header, value), || {
            format!(
                "the preflight is allowed, but its {header} does not grant `{}`",
                value.escape_ascii()
            )
        })?;
    }
    Ok(())
}
