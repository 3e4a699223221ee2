//! Laws of any server for requests that its CORS policy is not about.

use alloc::format;

use http::StatusCode;

use crate::conformance::laws::violation::{LawViolation, ensure};

/// A request from the server's own origin, without `Origin` or with `Origin: null` is not refused because of its
/// origin. `status` is the status of its response, and `otherwise` is the status of a response to the same request
/// with another origin or without one. Browsers send the own origin with every POST, PUT, PATCH and DELETE, and `null`
/// with navigations after some redirects.
///
/// # Errors
///
/// [`LawViolation`], if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::harmless_origin_is_not_refused as law;
/// use http::StatusCode;
/// assert!(law(StatusCode::FORBIDDEN, StatusCode::OK).is_err());
/// assert!(law(StatusCode::FORBIDDEN, StatusCode::FORBIDDEN).is_ok());
/// ```
pub fn harmless_origin_is_not_refused(
    status: StatusCode,
    otherwise: StatusCode,
) -> Result<(), LawViolation> {
    let is_refused = status.is_client_error() || status.is_server_error();
    let is_answered = otherwise.is_success() || otherwise.is_redirection();
    ensure(!is_refused || !is_answered, || {
        format!(
            "the status is {}, and {} if only `Origin` differs",
            status.as_u16(),
            otherwise.as_u16()
        )
    })
}
