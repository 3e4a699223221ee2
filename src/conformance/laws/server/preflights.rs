//! Laws about preflights.

use alloc::{format, string::String};

use http::{HeaderMap, HeaderValue, Method, Request, Response};

use crate::conformance::laws::{
    support::headers::{elements, is_preflight, lines},
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec,
    infrastructure::{bytes::is_token, method::is_cors_safelisted_method},
    server::{CorsPolicy, DenialReason, RequestKind, Verdict},
};

/// A request is a preflight exactly when the request has the method OPTIONS, and the headers `Origin` and
/// `Access-Control-Request-Method`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::preflights_are_recognized_exactly as law, policies::PolicySpec};
/// let policy = PolicySpec::from_origins(["https://a.example"]).build()?;
/// law(&policy, &http::Request::options("/").body(())?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn preflights_are_recognized_exactly(
    policy: &CorsPolicy,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    let decision = policy.decide(request.method(), request.headers());
    let expected = match (
        is_preflight(request),
        request.headers().contains_key("origin"),
    ) {
        (true, _) => RequestKind::Preflight,
        (false, true) => RequestKind::Cors,
        (false, false) => RequestKind::NotCors,
    };
    let (kind, status) = (decision.kind(), decision.status());
    ensure(kind == expected, || {
        format!("the decision has the kind {kind:?} instead of {expected:?}")
    })?;
    ensure(status.is_some() == (kind == RequestKind::Preflight), || {
        format!(
            "only preflights have a status, but a decision of kind {kind:?} has the status {status:?}"
        )
    })
}

/// A preflight for a CORS-safelisted method is allowed even if the policy does not list the method. All other methods
/// are compared with the listed methods, byte for byte.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::safelisted_methods_need_no_listing as law, policies::PolicySpec};
///
/// let mut spec = PolicySpec::from_origins(["https://a.example"]);
/// spec.methods = ["PATCH"].into();
/// law(&spec, &spec.build()?, "https://a.example")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn safelisted_methods_need_no_listing(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    origin: &str,
) -> Result<(), LawViolation> {
    let (Ok(origin_value), true) = (
        HeaderValue::from_str(origin),
        spec.allows_origin(origin, &HeaderMap::new()),
    ) else {
        return Ok(());
    };
    let has_verdict = |method: &str, expected: Verdict<'_>| {
        let mut request = HeaderMap::new();
        request.insert("origin", origin_value.clone());
        HeaderValue::from_str(method).is_ok_and(|value| {
            request.insert("access-control-request-method", value);
            policy.decide(&Method::OPTIONS, &request).verdict() == expected
        })
    };
    for method in ["GET", "HEAD", "POST"] {
        ensure(has_verdict(method, Verdict::Allowed), || {
            format!(
                "a preflight for {method} is denied, although GET, HEAD and POST are always allowed"
            )
        })?;
    }
    for method in spec.methods.entries() {
        ensure(has_verdict(method, Verdict::Allowed), || {
            format!("a preflight for {method} is denied, although the policy lists it")
        })?;
        let other: String = method.chars().map(swap_case).collect();
        let is_listed =
            |method: &String| spec.methods.entries().iter().any(|listed| listed == method);
        let is_safelisted = is_cors_safelisted_method(other.as_bytes());
        if !is_listed(&other) && !is_safelisted {
            let denied = Verdict::Denied(DenialReason::Method(&other));
            ensure(has_verdict(&other, denied), || {
                format!(
                    "a preflight for {other} is not denied, although the policy lists only {method}"
                )
            })?;
        }
    }
    Ok(())
}

/// Each method and each request-header name that a response grants is a token that the policy allows. A preflight is
/// denied unless the preflight has a single `Access-Control-Request-Method` line whose value is a token.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::grants_are_allowed_tokens as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = http::Request::options("/").body(())?;
/// law(&spec, &request, &serve(&spec.build()?, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn grants_are_allowed_tokens(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let methods = elements(response.headers(), "access-control-allow-methods");
    let names = elements(response.headers(), "access-control-allow-headers");
    let text = |bytes| core::str::from_utf8(bytes).unwrap_or("\u{fffd}");
    for (granted, is_allowed) in methods
        .iter()
        .map(|method| (method, spec.allows_method(text(method))))
        .chain(
            names
                .iter()
                .map(|name| (name, spec.allows_name(text(name)))),
        )
    {
        ensure(is_token(granted) && is_allowed, || {
            format!(
                "the response grants `{}`, which is not a token, or which the policy does not allow",
                granted.escape_ascii()
            )
        })?;
    }
    let requested = lines(request.headers(), "access-control-request-method");
    let is_one = matches!(requested.as_slice(), [method] if is_token(method));
    let is_granted = is_preflight(request) && response.status().is_success();
    ensure(is_one || !is_granted, || {
        format!("a preflight is granted, although its method is not exactly one token: {request:?}")
    })
}

const fn swap_case(c: char) -> char {
    if c.is_ascii_lowercase() {
        c.to_ascii_uppercase()
    } else {
        c.to_ascii_lowercase()
    }
}
