//! Laws about requests to which the CORS policy of a server does not apply.

use alloc::format;

use http::StatusCode;

use crate::conformance::laws::violation::{LawViolation, ensure};

/// If a server accepts a request with an `Origin`, the server also accepts the same request without `Origin` and the
/// same request with the server's own origin. A POST without `Origin` is an exception: a server may refuse it, because
/// in some old browsers a form on another site sends such a request.
///
/// If a server accepts a request without `Origin` or with its own origin, the server also accepts the same request with
/// an origin that the policy allows. The server's own pages send the server's own origin with every POST, PUT, PATCH and
/// DELETE.
///
/// If a server accepts a request from every web origin that the policy denies, the server also accepts the same
/// request with `Origin: null`. The server's own pages can send `Origin: null`: from a page that has
/// `Referrer-Policy: no-referrer`, and from a sandboxed frame.
///
/// A server refuses a request by an error. A redirect also refuses a request if the request with another `Origin`
/// succeeds.
///
/// `status` is the status of the response to the request whose `Origin` is absent, the server's own origin, `null`, or
/// allowed by the policy.
/// `otherwise` is the status of a response to the same request with another `Origin`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::harmless_origin_is_not_refused as law;
/// use http::StatusCode;
/// assert!(law(StatusCode::FORBIDDEN, StatusCode::OK).is_err());
/// assert!(law(StatusCode::FOUND, StatusCode::OK).is_err());
/// assert!(law(StatusCode::SEE_OTHER, StatusCode::OK).is_ok());
/// assert!(law(StatusCode::FORBIDDEN, StatusCode::FORBIDDEN).is_ok());
/// ```
pub fn harmless_origin_is_not_refused(
    status: StatusCode,
    otherwise: StatusCode,
) -> Result<(), LawViolation> {
    let is_refused = status.is_client_error() || status.is_server_error();
    let is_answered = otherwise.is_success() || otherwise.is_redirection();
    // A redirect to a login page is a refusal too. The status 303 is not a refusal: servers send this status after a form
    // was submitted.
    let leads_to_login = status.is_redirection() && status != StatusCode::SEE_OTHER;
    let is_redirected = leads_to_login && otherwise.is_success();
    ensure(!(is_refused && is_answered || is_redirected), || {
        format!(
            "the status is {}, but a request that differs only in `Origin` gets {}",
            status.as_u16(),
            otherwise.as_u16()
        )
    })
}
