//! Laws about any middleware and the handler behind it.

use alloc::format;

use http::{HeaderMap, Method, Request, Response};

use crate::conformance::laws::{
    support::headers::{elements, is_preflight},
    violation::{LawViolation, ensure},
};
use crate::conformance::test_handler::HANDLER_HEADER;

/// The `Vary` of a response is `*`, or lists each name that the handler puts in `Vary`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::handler_vary_survives as law;
/// let handler = [("vary".parse()?, "accept".parse()?)].into_iter().collect();
/// let response = http::Response::builder().header("vary", "origin").body(())?;
/// assert!(law(&handler, &response).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn handler_vary_survives(
    handler: &HeaderMap,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let after = elements(response.headers(), "vary");
    let is_there = |name: &[u8]| {
        let mut after = after.iter();
        after.any(|there| there.eq_ignore_ascii_case(name) || *there == b"*")
    };
    let mut before = elements(handler, "vary").into_iter();
    match before.find(|name| !is_there(name)) {
        None => Ok(()),
        Some(name) => Err(LawViolation::new(format!(
            "the response does not have the handler's `Vary: {}`, so a cache can serve it to the wrong client",
            name.escape_ascii()
        ))),
    }
}

/// An OPTIONS request that is not a [preflight](https://fetch.spec.whatwg.org/#cors-preflight-request) reaches the
/// handler behind the middleware. The handler is the test handler,
/// [`handler`](crate::conformance::test_handler::handler).
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{handler, laws::plain_options_reaches_handler as law};
/// let request = http::Request::options("/").header("origin", "https://a.example").body(())?;
/// assert!(law(&request, &handler(&request)).is_ok());
/// assert!(law(&request, &http::Response::new(())).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn plain_options_reaches_handler(
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let is_plain = request.method() == Method::OPTIONS && !is_preflight(request);
    let is_reached = response.headers().contains_key(HANDLER_HEADER);
    ensure(!is_plain || is_reached, || {
        "this OPTIONS request is not a preflight, but it did not reach the handler".into()
    })
}
