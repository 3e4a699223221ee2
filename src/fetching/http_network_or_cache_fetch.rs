//! [HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#http-network-or-cache-fetch): the
//! request as it leaves, and the statuses that are answered before CORS is looked at.
//!
//! There is no cache, so this is where the algorithm waits for the network.

use alloc::{string::String, vec::Vec};

use ::url::Url;
use http::Method;

use super::{
    ConnectionFailure, http_fetch::Because, origin_header::append_a_request_origin_header,
};
use crate::{
    Failure, FetchError,
    infrastructure::{
        header_list::{HeaderList, NotAHeaderMap},
        request::{Body, CredentialsMode, Request, ResponseTainting},
        response::Response,
        url::without_fragment_and_userinfo,
    },
};

/// Whether a request carries [credentials](https://fetch.spec.whatwg.org/#credentials): cookies,
/// client certificates, authentication entries.
///
/// ```
/// use fetch_cors::fetching::Credentials;
/// assert_ne!(Credentials::Included, Credentials::Excluded);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Credentials {
    /// It does.
    Included,
    /// It does not.
    Excluded,
}

/// A request that leaves the user agent.
///
/// What has no part in CORS is not on it: of the headers that user agents add there are `Accept`,
/// `Origin` and those of a preflight.
///
/// ```
/// use fetch_cors::fetching::{HttpRequest, Progress, UserAgent, start};
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://a/b#c".parse()?);
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
    /// The URL. Its fragment and userinfo are not sent.
    pub url: Url,
    /// The headers.
    pub header_list: HeaderList,
    /// The body.
    pub body: Option<Body>,
    /// Whether the user agent adds credentials.
    pub credentials: Credentials,
    /// What made it necessary, if it is a preflight.
    pub because: Option<Vec<Because>>,
}

impl TryFrom<&HttpRequest> for http::Request<()> {
    type Error = NotAnHttpRequest;

    fn try_from(http_request: &HttpRequest) -> Result<Self, Self::Error> {
        let url = without_fragment_and_userinfo(&http_request.url);
        let Ok(uri) = url.parse() else {
            return Err(NotAnHttpRequest::Url(url));
        };
        let mut converted = Self::new(());
        *converted.method_mut() = http_request.method.clone();
        *converted.uri_mut() = uri;
        *converted.headers_mut() = (&http_request.header_list).try_into()?;
        Ok(converted)
    }
}

/// The request has what [`http::Request`] cannot.
///
/// ```
/// use fetch_cors::fetching::{Progress, UserAgent, start};
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request};
///
/// let mut request = Request::new(Origin::parse(b"http://a")?, "http://a/b".parse()?);
/// request.header_list = HeaderList::from_pairs([("X-A", b"\x7F")])?;
/// let Progress::Waiting(waiting) = start(&mut UserAgent::new(), request, Default::default()) else { panic!() };
/// assert!(http::Request::try_from(waiting.http_request()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnHttpRequest {
    /// The URL is too long, or has bytes that `http` refuses.
    #[error("`{0}` cannot be an http::Uri")]
    Url(String),
    /// The headers do not fit.
    #[error(transparent)]
    Headers(#[from] NotAHeaderMap),
}

/// Steps 1 to 8, up to the network: the request to send for `request`.
pub(super) fn http_network_or_cache_fetch(request: &Request) -> HttpRequest {
    // http-network-or-cache-fetch/1, http-network-or-cache-fetch/2, http-network-or-cache-fetch/3, http-network-or-cache-fetch/4
    // http-network-or-cache-fetch/8, http-network-or-cache-fetch/8.2, http-network-or-cache-fetch/8.2.1
    let mut http_request = HttpRequest {
        method: request.method.clone(),
        url: request.current_url().clone(),
        header_list: request.header_list.clone(),
        body: request.body,
        // http-network-or-cache-fetch/8.3
        credentials: match (request.credentials_mode, request.response_tainting) {
            (CredentialsMode::Include, _)
            | (CredentialsMode::SameOrigin, ResponseTainting::Basic) => Credentials::Included,
            _ => Credentials::Excluded,
        },
        because: None,
    };
    // http-network-or-cache-fetch/8.12
    append_a_request_origin_header(request, &mut http_request.header_list);
    http_request
}

/// What is to be made of an answer.
#[derive(Debug)]
pub(super) enum Received {
    Response(Response),
    SendAgain,
}

/// Steps 10 to 19: what came back for `http_request`. A preflight has the URLs of the `request` that
/// it is for, but no body.
pub(super) fn receive(
    request: &Request,
    http_request: &HttpRequest,
    is_new_connection_fetch: bool,
    answer: Result<Response, ConnectionFailure>,
) -> Result<Received, FetchError> {
    // http-network-or-cache-fetch/11, http-network-or-cache-fetch/11.2
    // http-network-fetch/8.1
    let mut response =
        answer.map_err(|ConnectionFailure| FetchError::new(Failure::NetworkError))?;
    // http-network-or-cache-fetch/12
    response.url_list = request.clone_url_list();
    // http-network-or-cache-fetch/16, http-network-or-cache-fetch/16.1
    if response.status == 407 {
        return Err(FetchError::new(Failure::ProxyAuthenticationRequired));
    }
    // http-network-or-cache-fetch/17
    if response.status == 421 && !is_new_connection_fetch && http_request.body != Some(Body::Stream)
    {
        // http-network-or-cache-fetch/17.2
        return Ok(Received::SendAgain);
    }
    // http-network-or-cache-fetch/19
    Ok(Received::Response(response))
}
