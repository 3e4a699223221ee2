//! The [CORS check](https://fetch.spec.whatwg.org/#cors-check), which decides whether a page can read a response.
//!
//! ```
//! use fetch_cors::browser::{CredentialsMode, HeaderList, Origin, Request, Response};
//! use fetch_cors::{Failure, fetching::cors_check::cors_check};
//!
//! let mut request = Request::new(Origin::parse("https://a.example")?, "https://b.example".parse()?);
//! let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")])?;
//! let response = Response::new(http::StatusCode::OK, headers);
//! assert_eq!(cors_check(&request, &response), Ok(()));
//!
//! request.credentials_mode = CredentialsMode::Include;
//! let error = cors_check(&request, &response).unwrap_err();
//! assert_eq!(error.failure(), Failure::WildcardOriginNotAllowed);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use ::url::Url;

use crate::{
    Failure, FetchError,
    infrastructure::{
        bytes::isomorphic_decode,
        request::{CredentialsMode, Request},
        response::Response,
        serialized_origin::is_serialized_without_punycode,
    },
};

/// Performs a [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check) for `request` and `response`.
///
/// If a response has several headers with the same name, their values are joined by a comma. The joined value fails the
/// check, even if all headers have the same value.
///
/// # Errors
///
/// Returns [`FetchError`] with one of these failures. The steps are steps of the CORS check.
///
/// - [`Failure::MissingAllowOriginHeader`], at step 2;
/// - [`Failure::WildcardOriginNotAllowed`], [`Failure::MultipleAllowOriginValues`],
///   [`Failure::InvalidAllowOriginValue`] and [`Failure::AllowOriginMismatch`], at step 4;
/// - [`Failure::InvalidAllowCredentials`], at step 8.
///
/// ```
/// # use fetch_cors::browser::{HeaderList, Origin, Request, Response};
/// # use fetch_cors::{Failure, fetching::cors_check::cors_check};
/// # let request = Request::new(Origin::parse("https://a.example")?, "https://b.example".parse()?);
/// let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "https://a.example/")])?;
/// let error = cors_check(&request, &Response::new(http::StatusCode::OK, headers)).unwrap_err();
/// assert_eq!((error.failure(), error.step()), (Failure::AllowOriginMismatch, "cors-check/4"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cors_check(request: &Request, response: &Response) -> Result<(), FetchError> {
    let includes_credentials = request.credentials_mode == CredentialsMode::Include;
    // cors-check/1: get Access-Control-Allow-Origin, all lines combined
    let origin = response.header_list.get("access-control-allow-origin");
    // cors-check/2: no such header: failure
    let Some(origin) = origin else {
        return Err(FetchError::new(Failure::MissingAllowOriginHeader));
    };
    // cors-check/3: `*` without credentials: success
    if !includes_credentials && *origin == *b"*" {
        return Ok(());
    }
    // cors-check/4: not the serialized origin, byte for byte: failure
    if request.byte_serialize_origin() != &*origin {
        return Err(FetchError::new(mismatch_failure(&origin)).with_value(origin));
    }
    // cors-check/5: without credentials: success
    if !includes_credentials {
        return Ok(());
    }
    // cors-check/6: get Access-Control-Allow-Credentials, all lines combined
    let credentials = response.header_list.get("access-control-allow-credentials");
    // cors-check/7: exactly `true`: success
    if credentials.as_deref() == Some(b"true") {
        return Ok(());
    }
    // cors-check/8: anything else: failure
    let error = FetchError::new(Failure::InvalidAllowCredentials);
    Err(match credentials {
        Some(credentials) => error.with_value(credentials),
        None => error,
    })
}

/// Returns the failure for a value of Access-Control-Allow-Origin that is not the request's origin. The function
/// distinguishes four failures, as the developer tools of browsers do.
#[cold]
fn mismatch_failure(value: &[u8]) -> Failure {
    if value == b"*" {
        Failure::WildcardOriginNotAllowed
    } else if value.iter().any(|byte| matches!(byte, b',' | b' ')) {
        Failure::MultipleAllowOriginValues
    } else if value != b"null"
        && !is_serialized_without_punycode(value)
        && Url::parse(&isomorphic_decode(value)).is_err()
    {
        Failure::InvalidAllowOriginValue
    } else {
        Failure::AllowOriginMismatch
    }
}
