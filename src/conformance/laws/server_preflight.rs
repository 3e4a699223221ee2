use alloc::{format, string::String};

use http::{HeaderValue, Method, Request, Response};

use super::{
    Violation,
    server_headers::{elements, is_preflight, lines},
    violation::ensure,
};
use crate::{
    conformance::policies::PolicySpec,
    infrastructure::{bytes::is_token, method::is_cors_safelisted_method},
    server::{CorsPolicy, Denied, Kind},
};

/// A preflight is an OPTIONS with Origin and Access-Control-Request-Method, and nothing else is one.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::a_preflight_is_an_options_with_both_headers as law, policies::PolicySpec};
/// let policy = PolicySpec::of(["https://a.example"]).build()?;
/// law(&policy, &http::Request::options("/").body(())?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn a_preflight_is_an_options_with_both_headers(
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), Violation> {
    let decision = policy.decide(request.method(), request.headers());
    let expected = match (
        is_preflight(request),
        request.headers().contains_key("origin"),
    ) {
        (true, _) => Kind::Preflight,
        (false, true) => Kind::Cors,
        (false, false) => Kind::NotCors,
    };
    let (kind, status) = (decision.kind(), decision.status());
    ensure(kind == expected, || {
        format!("{kind:?} and not {expected:?}")
    })?;
    ensure(status.is_some() == (kind == Kind::Preflight), || {
        format!("{kind:?}, status {status:?}")
    })
}

/// The status of a preflight's answer is ok exactly where the policy allows the origin, the method
/// and the headers, and then the answer says so of each.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::the_status_is_ok_exactly_where_all_is_granted as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let spec = PolicySpec::of(["https://*.example"]);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "PUT").body(())?;
/// let policy = spec.build()?;
/// law(&spec, &policy, &request, &serve(&policy, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn the_status_is_ok_exactly_where_all_is_granted(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Violation> {
    if !is_preflight(request) {
        return Ok(());
    }
    let is_ok = response.status().is_success();
    let headers = request.headers();
    let origins = lines(headers, "origin");
    let methods = lines(headers, "access-control-request-method");
    let names = elements(headers, "access-control-request-headers");
    let text = |bytes| core::str::from_utf8(bytes).unwrap_or("\u{fffd}");
    if is_ok {
        let (Some(origin), [method]) = (origins.first(), methods.as_slice()) else {
            return Err(Violation::new(format!(
                "{} methods are allowed",
                methods.len()
            )));
        };
        let names_as_text = names.iter().map(|name| text(name));
        let origin = if spec.origins.is_some() {
            text(origin)
        } else {
            "null"
        };
        let is_permitted = policy.permits(origin, text(method), names_as_text, spec.credentials)
            || spec.predicate.is_some();
        ensure(is_permitted, || {
            format!("{request:?} is not permitted, and ok")
        })?;
        let granted = |name, wanted: &[u8], any: bool| {
            let granted = elements(response.headers(), name);
            let is_named = granted
                .iter()
                .any(|granted| granted.eq_ignore_ascii_case(wanted));
            is_named || (any && granted.contains(&b"*".as_slice()))
        };
        let any = !spec.credentials;
        let method_is_granted = is_cors_safelisted_method(method)
            || granted("access-control-allow-methods", method, any);
        ensure(method_is_granted, || {
            format!("{} is not granted", text(method))
        })?;
        for name in names {
            let any = any && !name.eq_ignore_ascii_case(b"authorization");
            let is_granted = granted("access-control-allow-headers", name, any);
            ensure(is_granted, || format!("{} is not granted", text(name)))?;
        }
        return Ok(());
    }
    // The limits, and what is malformed, are no affair of this law.
    let is_plain = origins.len() == 1
        && methods.len() == 1
        && names.len() <= 8
        && names.iter().all(|name| is_token(name) && name.len() < 64)
        && lines(headers, "access-control-request-headers")
            .iter()
            .all(|line| line.split(|&byte| byte == b',').all(is_token) && line.len() < 1000);
    if let ([origin], [method], true) = (origins.as_slice(), methods.as_slice(), is_plain) {
        let names = names.iter().map(|name| text(name));
        let is_permitted = policy.permits(text(origin), text(method), names, spec.credentials);
        ensure(!is_permitted || !is_token(method), || {
            format!("{request:?} is permitted, and denied")
        })?;
    }
    Ok(())
}

/// The safelisted methods need no listing, and all others are compared byte for byte.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::safelisted_methods_need_no_listing_and_case_matters as law, policies::PolicySpec};
///
/// let mut spec = PolicySpec::of(["https://a.example"]);
/// spec.methods = Some(vec!["PATCH".into()]);
/// law(&spec, &spec.build()?, "https://a.example")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn safelisted_methods_need_no_listing_and_case_matters(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    origin: &str,
) -> Result<(), Violation> {
    let (Ok(origin_value), true) = (
        HeaderValue::from_str(origin),
        policy.permits(origin, "GET", [""; 0], false),
    ) else {
        return Ok(());
    };
    let verdict = |method: &str| {
        let mut request = http::HeaderMap::new();
        request.insert("origin", origin_value.clone());
        request.insert(
            "access-control-request-method",
            HeaderValue::from_str(method).ok()?,
        );
        policy.decide(&Method::OPTIONS, &request).allowed()
    };
    for method in ["GET", "HEAD", "POST"] {
        ensure(verdict(method) == Some(Ok(())), || {
            format!("{method} is not allowed")
        })?;
    }
    for method in spec.methods.iter().flatten() {
        ensure(verdict(method) == Some(Ok(())), || {
            format!("{method} is not allowed")
        })?;
        let other: String = method.chars().map(swap_case).collect();
        let is_listed =
            |method: &String| spec.methods.iter().flatten().any(|listed| listed == method);
        let is_safelisted = is_cors_safelisted_method(other.as_bytes());
        if !is_listed(&other) && !is_safelisted {
            ensure(verdict(&other) == Some(Err(Denied::Method)), || {
                format!("{method} is listed, and {other} is allowed")
            })?;
        }
    }
    Ok(())
}

/// All that is granted to a preflight is a token and is allowed by the policy. What asks for a method
/// that is none is refused.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::what_is_granted_is_a_token_that_is_allowed as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let (policy, request) = (PolicySpec::of(["https://a.example"]).build()?, http::Request::options("/").body(())?);
/// law(&policy, &request, &serve(&policy, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn what_is_granted_is_a_token_that_is_allowed(
    policy: &CorsPolicy,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Violation> {
    let methods = elements(response.headers(), "access-control-allow-methods");
    let names = elements(response.headers(), "access-control-allow-headers");
    for granted in methods.iter().chain(&names) {
        ensure(is_token(granted), || {
            format!("`{}` is no token", granted.escape_ascii())
        })?;
    }
    let text = |bytes| core::str::from_utf8(bytes).unwrap_or("\u{fffd}");
    let listed = policy
        .origins()
        .and_then(|origins| origins.into_iter().next());
    let origin = listed.map_or_else(
        || String::from("null"),
        |origin| {
            format!("{origin}")
                .replacen("*.", "a.", 1)
                .replacen(":*", "", 1)
        },
    );
    // Of a policy whose origins are a predicate's there is no origin to ask with.
    if policy.permits(&origin, "GET", [""; 0], false) {
        for method in &methods {
            let is_allowed = policy.permits(&origin, text(method), [""; 0], false);
            ensure(is_allowed, || format!("{} is granted", text(method)))?;
        }
        for name in &names {
            let is_allowed = policy.permits(&origin, "GET", [text(name)], false);
            ensure(is_allowed, || format!("{} is granted", text(name)))?;
        }
    }
    let asked = lines(request.headers(), "access-control-request-method");
    let is_one = matches!(asked.as_slice(), [method] if is_token(method));
    let is_granted = is_preflight(request) && response.status().is_success();
    ensure(is_one || !is_granted, || format!("{request:?} is granted"))
}

const fn swap_case(c: char) -> char {
    match c.is_ascii_lowercase() {
        true => c.to_ascii_uppercase(),
        false => c.to_ascii_lowercase(),
    }
}
