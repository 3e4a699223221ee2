//! Requests that the user agent sends.

use alloc::{string::String, vec::Vec};

use ::url::Url;
use http::Method;

use super::preflight_reason::PreflightReason;
use crate::infrastructure::{
    header_list::{HeaderList, HeaderMapConversionError},
    request::Body,
    url::without_fragment_and_userinfo,
};

/// Whether a request includes [credentials](https://fetch.spec.whatwg.org/#credentials): cookies, client certificates and
/// authentication entries.
///
/// ```
/// use fetch_cors::browser::Credentials;
/// assert_ne!(Credentials::Included, Credentials::Excluded);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Exhaustive: credentials are included, or they are not included.
pub enum Credentials {
    /// The request includes credentials.
    Included,
    /// The request does not include credentials.
    Excluded,
}

/// A request that the user agent sends.
///
/// The type has only the parts that affect CORS. A browser adds more headers: `UserAgent` adds only
/// `Accept`, `Origin` and, to a preflight, the `Access-Control-Request-*` headers.
///
/// ```
/// use fetch_cors::browser::{HttpRequest, Origin, Progress, Request, UserAgent, start};
///
/// let request = Request::new(Origin::parse("http://a")?, "http://a/b#c".parse()?);
/// let Progress::Waiting(waiting) = start(&mut UserAgent::new(), request, Default::default()) else { panic!() };
/// let http_request = http::Request::try_from(waiting.http_request())?;
/// assert_eq!(http_request.uri(), "http://a/b");
/// assert_eq!(http_request.headers()["accept"], "*/*");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The URL. The user agent sends the URL without its fragment, user name and password.
    pub url: Url,
    /// The headers.
    pub header_list: HeaderList,
    /// The body.
    pub body: Option<Body>,
    /// Whether the user agent adds credentials to the request.
    pub credentials: Credentials,
    /// The reasons for this preflight, or `None` if the request is not a preflight.
    pub preflight_reasons: Option<Vec<PreflightReason>>,
}

impl HttpRequest {
    /// Whether this is a CORS-preflight request.
    pub const fn is_preflight(&self) -> bool {
        self.preflight_reasons.is_some()
    }
}

impl TryFrom<&HttpRequest> for http::Request<()> {
    type Error = HttpRequestConversionError;

    fn try_from(http_request: &HttpRequest) -> Result<Self, Self::Error> {
        let url = without_fragment_and_userinfo(&http_request.url);
        let Ok(uri) = url.parse() else {
            return Err(HttpRequestConversionError::Url(url));
        };
        let mut converted = Self::new(());
        *converted.method_mut() = http_request.method.clone();
        *converted.uri_mut() = uri;
        *converted.headers_mut() = (&http_request.header_list).try_into()?;
        Ok(converted)
    }
}

/// The error for a request that does not fit into [`http::Request`].
///
/// ```
/// use fetch_cors::browser::{HeaderList, Origin, Progress, Request, UserAgent, start};
///
/// let mut request = Request::new(Origin::parse("http://a")?, "http://a/b".parse()?);
/// request.header_list = HeaderList::from_pairs([("X-A", b"\x7F")])?;
/// let Progress::Waiting(waiting) = start(&mut UserAgent::new(), request, Default::default()) else { panic!() };
/// assert!(http::Request::try_from(waiting.http_request()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
// Not exhaustive: a later version of the crate `http` can add limits.
#[non_exhaustive]
pub enum HttpRequestConversionError {
    /// The URL is too long for [`http::Uri`], or has a character that [`http::Uri`] refuses.
    #[error(
        "`{0}` is too long for an `http::Uri`, or has a character that an `http::Uri` cannot have"
    )]
    Url(String),
    /// The headers do not fit into [`http::HeaderMap`].
    #[error(transparent)]
    Headers(#[from] HeaderMapConversionError),
}

/// The error for a failed connection: the user agent could not establish the connection, or the connection broke.
///
/// ```
/// use fetch_cors::browser::ConnectionError;
/// assert_eq!(ConnectionError.to_string(), "the connection failed");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection failed")]
pub struct ConnectionError;
