use alloc::{format, string::String};

use http::{Method, Request, Response};

use crate::conformance::generate::policies::policy_spec::PolicySpec;
use crate::conformance::laws::{
    any_server::exchange::allow_origin_occurs_once,
    support::headers::{cors_headers, elements, is_preflight, lines, origin, quoted_lines},
    violation::{LawViolation, ensure},
};

/// A response has at most one Access-Control-Allow-Origin, which is `*`, the request's only Origin, or
/// the one origin that a static policy has.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    allow_origin_occurs_once(response)?;
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
        format!("Access-Control-Allow-Origin: {}", quoted_lines(&allowed))
    })
}

/// Access-Control-Allow-Credentials is there once and is `true`, or is not there; and never without
/// an Access-Control-Allow-Origin that is no `*`.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
        format!(
            "credentials: {}, origin: {}",
            quoted_lines(&credentials),
            quoted_lines(&origins)
        )
    })
}

/// A policy with credentials never says `*`, which then would be a name and no wildcard.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
        ensure(!(spec.credentials && has_wildcard), || format!("{name}: *"))?;
    }
    Ok(())
}

/// To an origin that is not allowed a response says nothing of CORS, but for what a static policy
/// says to everybody; and a preflight that is denied is told nothing at all.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    let is_denied_preflight = is_preflight(request) && !response.status().is_success();
    let is_static = spec.is_static() && !is_preflight(request);
    let nothing = is_denied_preflight || !(is_allowed || is_static);
    let told = cors_headers(response);
    ensure(!nothing || told.is_empty(), || {
        format!("told a denied one {told:?}")
    })
}

/// `Vary` is the same whoever asks: it depends on the method alone, and on whether that is OPTIONS.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
            "Vary: {}, and without Origin {}",
            quoted_lines(&with),
            quoted_lines(&without)
        )
    })
}

/// Two requests that are not OPTIONS, and agree on the method and on all that the response's `Vary`
/// names, are told the same. The second is `other` with what they agree on.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::vary_distinguishes_responses as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let policy = PolicySpec::from_origins(["https://a.example"]).build()?; // static: it needs no Vary
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
    let mut agreeing = other.clone();
    agreeing.method_mut().clone_from(request.method());
    for name in elements(response.headers(), "vary") {
        let name = String::from_utf8_lossy(name).to_ascii_lowercase();
        agreeing.headers_mut().remove(&name);
        for value in request.headers().get_all(&name) {
            if let Ok(name) = http::HeaderName::from_bytes(name.as_bytes()) {
                agreeing.headers_mut().append(name, value.clone());
            }
        }
    }
    let other = server(&agreeing);
    let (told, other) = (cors_headers(&response), cors_headers(&other));
    ensure(told == other, || {
        format!("{told:?}, and from a cache {other:?}")
    })
}

/// A static policy says the same to everybody, those without an Origin too, and adds no `Vary` but on
/// OPTIONS.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
        format!("allowed: {}", quoted_lines(&allowed))
    })?;
    let vary = lines(response.headers(), "vary");
    ensure(
        vary.is_empty() || request.method() == Method::OPTIONS,
        || format!("Vary: {}", quoted_lines(&vary)),
    )
}
