//! The two ways in which a script starts a fetch: `fetch()` and `XMLHttpRequest`.

use ::url::Url;

use super::{fetch_method::RequestInit, xml_http_request::XmlHttpRequest};
use crate::{
    FetchError,
    infrastructure::{origin::Origin, request::Request},
};

/// A call of `fetch()` or `XMLHttpRequest`, with its arguments.
///
/// ```
/// use fetch_cors::{api::ApiCall, browser::{Origin, RequestInit}};
/// let call = ApiCall::Fetch(RequestInit::new("http://a".parse()?));
/// assert!(call.into_request(Origin::parse("http://a")?).is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
// Exhaustive: scripts have two APIs for CORS requests.
pub enum ApiCall<'a> {
    /// A call of `fetch()`.
    Fetch(RequestInit<'a>),
    /// A call of `send()` on an `XMLHttpRequest`.
    XmlHttpRequest(XmlHttpRequest<'a>),
}

impl ApiCall<'_> {
    /// Returns the URL of the call.
    pub const fn url(&self) -> &Url {
        match self {
            Self::Fetch(init) => &init.url,
            Self::XmlHttpRequest(xhr) => &xhr.url,
        }
    }

    /// Returns the request that `fetch()` or `XMLHttpRequest` creates for a page with the origin `origin`.
    ///
    /// # Errors
    ///
    /// Returns the errors that [`RequestInit::into_request`] and [`XmlHttpRequest::into_request`] return.
    pub fn into_request(self, origin: Origin) -> Result<Request, FetchError> {
        match self {
            Self::Fetch(init) => init.into_request(origin),
            Self::XmlHttpRequest(xhr) => xhr.into_request(origin),
        }
    }
}
