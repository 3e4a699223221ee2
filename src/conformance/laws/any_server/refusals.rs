//! Laws of any server for requests to which its CORS policy does not apply.

use alloc::format;

use http::StatusCode;

use crate::conformance::laws::violation::{LawViolation, ensure};

/// A server that answers a request does not refuse the same request from the server's own origin, without `Origin` or
/// with `Origin: null`. `status` is the status for this request, and `otherwise` is the status if only `Origin`
/// differs. Browsers send the server's own origin with every POST, PUT, PATCH and DELETE, and `null` with navigations
/// after some redirects.
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
            "the status is {}, but a request that differs only in `Origin` gets {}",
            status.as_u16(),
            otherwise.as_u16()
        )
    })
}
