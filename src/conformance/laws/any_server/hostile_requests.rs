//! Laws about hostile requests to any server.

use alloc::{format, vec::Vec};

use http::{Request, Response};

use crate::conformance::generate::policies::policy_spec::PolicySpec;
use crate::conformance::laws::{
    support::{
        headers::{elements, lines},
        limits::MIN_LONG_VALUE_BYTES,
    },
    violation::{LawViolation, ensure},
};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const REQUEST_HEADERS: &str = "access-control-request-headers";

/// If `Access-Control-Request-Headers` is long and lists a name that the policy does not permit, the response does not
/// reflect the list.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::long_headers_are_not_reflected as law, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let long = "x-b,".repeat(1000);
/// let request = http::Request::options("/").header("access-control-request-headers", &long).body(())?;
/// assert!(law(&spec, &request, &http::Response::builder().header("access-control-allow-headers", &long).body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn long_headers_are_not_reflected(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let requested: usize = lines(request.headers(), REQUEST_HEADERS)
        .iter()
        .map(|line| line.len())
        .sum();
    let listed = &spec.request_headers;
    let is_permitted = |name: &[u8]| {
        let mut listed = listed.iter();
        listed.any(|listed| listed.as_bytes().eq_ignore_ascii_case(name))
    };
    let names = elements(request.headers(), REQUEST_HEADERS);
    let is_permitted = !names.is_empty() && names.into_iter().all(is_permitted);
    // If the policy permits every name, it also permits a long list of names, so the server may reflect the list.
    if requested < MIN_LONG_VALUE_BYTES || is_permitted || listed.iter().any(|name| name == "*") {
        return Ok(());
    }
    let sent: usize = response.headers().values().map(|value| value.len()).sum();
    ensure(sent < requested / 2, || {
        format!(
            "the server reflects request headers that the policy does not permit: `Access-Control-Request-Headers` \
             has {requested} bytes, and the header values of the response have {sent} bytes"
        )
    })
}

/// A response never reflects an `Origin` that the policy denies.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::denied_origin_is_not_reflected as law, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = http::Request::builder().header("origin", "https://a.example/").body(())?;
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example/").body(())?;
/// assert!(law(&spec, &request, &response).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn denied_origin_is_not_reflected(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let origins = lines(request.headers(), "origin");
    let joined = [origins.join(&b", "[..]), origins.join(&b","[..])];
    let given = origins
        .iter()
        .copied()
        .chain(joined.iter().map(Vec::as_slice));
    let is_allowed = |origin: &[u8]| {
        let origin = core::str::from_utf8(origin).unwrap_or("\u{fffd}");
        spec.allows_origin(origin, request.headers())
    };
    let lines = lines(response.headers(), ALLOW_ORIGIN);
    let mut allowed = lines.clone();
    // A proxy can join several `Access-Control-Allow-Origin` lines into one list. So the law also compares each list
    // element with `Origin`.
    allowed.extend(elements(response.headers(), ALLOW_ORIGIN));
    let reflected = given
        .filter(|origin| !is_allowed(origin))
        .find(|origin| !origins.is_empty() && allowed.contains(origin));
    match reflected {
        None => Ok(()),
        Some(_) if origins.len() > 1 => Err(LawViolation::new(format!(
            "the request has several `Origin` lines, so no page sends it, but the server answers with `Access-Control-Allow-Origin: {}`",
            lines.join(&b", "[..]).escape_ascii()
        ))),
        Some(b"") => Err(LawViolation::new(
            "the server reflects an empty `Origin`, which is not an allowed origin of this request",
        )),
        Some(origin) => Err(LawViolation::new(format!(
            "the server reflects `{}`, which is not an allowed origin of this request",
            origin.escape_ascii()
        ))),
    }
}

/// Every request gets a response, even a malformed request. The response is not a server error.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::every_request_gets_a_response as law;
/// assert!(law(None).is_err());
/// assert!(law(Some(&http::Response::new(()))).is_ok());
/// ```
pub fn every_request_gets_a_response(response: Option<&Response<()>>) -> Result<(), LawViolation> {
    match response {
        None => Err(LawViolation::new("the request gets no response")),
        Some(response) => ensure(!response.status().is_server_error(), || {
            format!(
                "the server fails with status {}",
                response.status().as_u16()
            )
        }),
    }
}
