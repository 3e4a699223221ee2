//! Laws about the headers of a response.

use alloc::{format, string::String};

use http::{Method, Request, Response};

use crate::conformance::generate::policies::policy_spec::PolicySpec;
use crate::conformance::laws::{
    any_server::exchange::allow_origin_occurs_once,
    support::headers::{cors_headers, elements, is_preflight, lines, origin, quoted_lines},
    violation::{LawViolation, ensure},
};

/// A response has at most one `Access-Control-Allow-Origin` line. Its value is `*`, the only `Origin` of the request,
/// or the only origin of a policy that lists one origin.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::allow_origin_fits_request as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let spec = PolicySpec::from_origins(["https://*.example"]);
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// law(&spec, &request, &serve(&spec.build()?, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn allow_origin_fits_request(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    allow_origin_occurs_once(request, response)?;
    let allowed = lines(response.headers(), "access-control-allow-origin");
    let is_right = match allowed.as_slice() {
        [value] => {
            let own = lines(request.headers(), "origin");
            let listed = spec.listed_origins().first().filter(|_| spec.is_static());
            *value == b"*"
                || own.as_slice() == [*value]
                || listed.is_some_and(|listed| listed.as_bytes() == *value)
        }
        _ => true,
    };
    ensure(is_right, || {
        format!(
            "`Access-Control-Allow-Origin` is {}, which is not `*`, the request's `Origin` or the only origin of the policy",
            quoted_lines(&allowed)
        )
    })
}

/// A response has at most one `Access-Control-Allow-Credentials` line. If the response has this line, the value is
/// `true`, and the response also has an `Access-Control-Allow-Origin` that is not `*`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::allow_credentials_needs_named_origin as law;
/// let response = http::Response::builder().header("access-control-allow-credentials", "true");
/// let response = response.header("access-control-allow-origin", "*").body(())?;
/// assert!(law(&response).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn allow_credentials_needs_named_origin(response: &Response<()>) -> Result<(), LawViolation> {
    let credentials = lines(response.headers(), "access-control-allow-credentials");
    let origins = lines(response.headers(), "access-control-allow-origin");
    let is_named = !origins.is_empty() && !origins.contains(&b"*".as_slice());
    let is_right = credentials.is_empty() || (credentials == [b"true"] && is_named);
    ensure(is_right, || {
        let origins = if origins.is_empty() {
            String::from("absent")
        } else {
            quoted_lines(&origins)
        };
        format!(
            "`Access-Control-Allow-Credentials` has no effect: its value is {}, and `Access-Control-Allow-Origin` is {origins}",
            quoted_lines(&credentials)
        )
    })
}

/// A policy that allows credentials never sends `*` in a CORS header. In responses to credentialed requests, `*` is not
/// a wildcard.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::credentialed_policy_sends_no_wildcard as law, policies::PolicySpec};
///
/// let mut spec = PolicySpec::from_origins(["https://a.example"]);
/// spec.credentials = true;
/// let response = http::Response::builder().header("access-control-allow-methods", "*").body(())?;
/// assert!(law(&spec, &response).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn credentialed_policy_sends_no_wildcard(
    spec: &PolicySpec,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    for name in [
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-expose-headers",
    ] {
        let has_wildcard = elements(response.headers(), name).contains(&b"*".as_slice());
        ensure(!(spec.credentials && has_wildcard), || {
            format!("the policy allows credentials, but {name} has `*`")
        })?;
    }
    Ok(())
}

/// A response to a denied origin does not have CORS headers. For a static policy, this law applies only to preflights,
/// because a static policy sends the same CORS headers in all other responses. A static policy allows any origin or
/// exactly one origin, and does not allow credentials.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::denied_origin_gets_no_headers as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let spec = PolicySpec::from_origins(["https://*.example"]);
/// let request = http::Request::builder().header("origin", "https://a.test").body(())?;
/// law(&spec, &request, &serve(&spec.build()?, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn denied_origin_gets_no_headers(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let is_listed = |origin: &str| spec.allows_origin(origin, request.headers());
    let is_allowed = spec.origins.is_any() || origin(request).is_some_and(is_listed);
    let is_static = spec.is_static() && !is_preflight(request);
    let must_be_bare = !(is_allowed || is_static);
    let sent = cors_headers(response);
    ensure(!must_be_bare || sent.is_empty(), || {
        format!("the request is denied, but its response has the CORS headers {sent:?}")
    })
}

/// All responses to requests with the same method have the same `Vary`. The `Vary` does not depend on whether a request
/// is allowed, is denied, or has no `Origin`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::vary_depends_on_method_only as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let policy = PolicySpec::from_origins(["https://*.example"]).build()?;
/// let request = http::Request::builder().header("origin", "https://a.test").body(())?;
/// law(|request| serve(&policy, request), &request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn vary_depends_on_method_only(
    mut server: impl FnMut(&Request<()>) -> Response<()>,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    let mut anonymous = Request::new(());
    anonymous.method_mut().clone_from(request.method());
    let (with, without) = (server(request), server(&anonymous));
    let (with, without) = (
        lines(with.headers(), "vary"),
        lines(without.headers(), "vary"),
    );
    ensure(with == without, || {
        format!(
            "`Vary` depends on the request headers: it is {} for this request, and {} for a request without headers",
            quoted_lines(&with),
            quoted_lines(&without)
        )
    })
}

/// Two requests get the same CORS headers if they have the same method, and the same values for every header that
/// `Vary` lists. The law does not apply to OPTIONS.
///
/// The law makes the second request from `request` and `other`. The second request has the method of `request`. A
/// header that `Vary` lists has the values of `request`. Any other header has the values of `other`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::vary_distinguishes_responses as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let policy = PolicySpec::from_origins(["https://a.example"]).build()?; // this static policy does not need Vary
/// let request = http::Request::builder().header("origin", "https://a.test").body(())?;
/// law(|request| serve(&policy, request), &request, &http::Request::new(()))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn vary_distinguishes_responses(
    mut server: impl FnMut(&Request<()>) -> Response<()>,
    request: &Request<()>,
    other: &Request<()>,
) -> Result<(), LawViolation> {
    if request.method() == Method::OPTIONS {
        return Ok(());
    }
    let response = server(request);
    let mut second_request = other.clone();
    second_request.method_mut().clone_from(request.method());
    for name in elements(response.headers(), "vary") {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        second_request.headers_mut().remove(&name);
        for value in request.headers().get_all(&name) {
            if let Ok(name) = http::HeaderName::from_bytes(name.as_bytes()) {
                second_request.headers_mut().append(name, value.clone());
            }
        }
    }
    let other = server(&second_request);
    let (sent, other) = (cors_headers(&response), cors_headers(&other));
    ensure(sent == other, || {
        format!(
            "two requests with the same values for all headers in `Vary` get different CORS headers: {sent:?} and {other:?}"
        )
    })
}

/// A static policy sends the same `Access-Control-Allow-Origin` in every response, except in responses to preflights.
/// Such a policy adds `Vary` only to responses to OPTIONS requests. A static policy allows any origin or exactly one
/// origin, and does not allow credentials.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::static_policy_ignores_request_origin as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = http::Request::new(());
/// law(&spec, &request, &serve(&spec.build()?, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn static_policy_ignores_request_origin(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    if !spec.is_static() || is_preflight(request) {
        return Ok(());
    }
    let origin = spec.listed_origins().first().map_or("*", String::as_str);
    let allowed = lines(response.headers(), "access-control-allow-origin");
    ensure(allowed == [origin.as_bytes()], || {
        format!(
            "the policy is static (no credentials, and either any origin or exactly one origin), but `Access-Control-Allow-Origin` is {} instead of `{origin}`",
            quoted_lines(&allowed)
        )
    })?;
    let vary = lines(response.headers(), "vary");
    ensure(
        vary.is_empty() || request.method() == Method::OPTIONS,
        || {
            format!(
                "the policy is static (no credentials, and either any origin or exactly one origin), so its responses do not depend on the request, but it sends `Vary`: {}",
                quoted_lines(&vary)
            )
        },
    )
}
