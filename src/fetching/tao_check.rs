//! The [TAO check](https://fetch.spec.whatwg.org/#tao-check), which decides whether a page can read the timing of a
//! response.
//!
//! ```
//! use fetch_cors::browser::{HeaderList, Origin, Request, Response};
//! use fetch_cors::fetching::tao_check::{TaoCheckError, tao_check};
//! use fetch_cors::infrastructure::request::ResponseTainting;
//!
//! let mut request = Request::new(Origin::parse("https://a.example")?, "https://b.example".parse()?);
//! request.response_tainting = ResponseTainting::Cors;
//! let response = |value| HeaderList::from_pairs([("Timing-Allow-Origin", value)]).map(|headers| {
//!     Response::new(http::StatusCode::OK, headers)
//! });
//! assert_eq!(tao_check(&request, &response("x, https://a.example")?), Ok(()));
//! assert_eq!(tao_check(&request, &response("null")?), Err(TaoCheckError));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::infrastructure::{
    header_list::get_decode_and_split,
    request::{Request, ResponseTainting},
    response::Response,
};

/// A failure of the [TAO check](https://fetch.spec.whatwg.org/#concept-tao-check). The failure hides the timing from the
/// page, but the fetch continues.
///
/// ```
/// use fetch_cors::fetching::tao_check::TaoCheckError;
/// assert_eq!(TaoCheckError.to_string(), "`Timing-Allow-Origin` does not list the page's origin");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`Timing-Allow-Origin` does not list the page's origin")]
pub struct TaoCheckError;

/// Performs a [TAO check](https://fetch.spec.whatwg.org/#concept-tao-check) for `request` and `response`.
///
/// The value of `Timing-Allow-Origin` is a list, so the value can contain several origins. The value of
/// `Access-Control-Allow-Origin` is not a list.
///
/// # Errors
///
/// Returns [`TaoCheckError`] in two cases:
///
/// - An earlier check of the same fetch failed.
/// - The header contains neither `*` nor the serialized request origin, and the response tainting is not `basic`.
///
/// ```
/// # use fetch_cors::browser::{HeaderList, Origin, Request, Response};
/// # use fetch_cors::fetching::tao_check::tao_check;
/// let request = Request::new(Origin::parse("http://a")?, "http://a".parse()?);
/// assert!(tao_check(&request, &Response::new(http::StatusCode::OK, HeaderList::new())).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tao_check(request: &Request, response: &Response) -> Result<(), TaoCheckError> {
    // tao-check/2: timing allow failed flag set: failure
    if request.timing_allow_failed_flag {
        return Err(TaoCheckError);
    }
    // tao-check/3: split Timing-Allow-Origin
    let value = response.header_list.get("timing-allow-origin");
    let values = value
        .as_deref()
        .map(get_decode_and_split)
        .unwrap_or_default();
    // tao-check/4: `*`: success
    if values.contains(&b"*".as_slice()) {
        return Ok(());
    }
    // tao-check/5: the serialized origin: success
    if values.contains(&request.byte_serialize_origin()) {
        return Ok(());
    }
    // tao-check/7: tainting `basic`: success
    if request.response_tainting == ResponseTainting::Basic {
        return Ok(());
    }
    // tao-check/8: anything else: failure
    Err(TaoCheckError)
}
