//! The outcome of a fetch: the requests that were sent, and the response that the script can read. If the script cannot
//! read a response, the outcome has the reason.
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::Failure;
//! use fetch_cors::browser::{HeaderList, Origin, Outcome, RequestInit, Response, UserAgent};
//!
//! let request = RequestInit::new("https://api.example/".parse()?).into_request(Origin::parse("https://app.example")?);
//! let outcome = Outcome::fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
//!     Ok(Response::new(http::StatusCode::OK, HeaderList::new()))
//! });
//! assert_eq!(outcome.requests.len(), 1);
//! assert_eq!(outcome.result.unwrap_err().failure(), Failure::MissingAllowOriginHeader);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use http::Method;

use crate::{
    FetchError,
    fetching::{
        ConnectionError, Credentials, HttpRequest, PreflightReason, Progress, UserAgent, start,
    },
    infrastructure::{
        header_list::HeaderList,
        request::Request,
        response::{FilteredResponse, Response},
        url::without_fragment_and_userinfo,
    },
};

/// The outcome of one call of `fetch()` or `XMLHttpRequest`.
///
/// ```
/// use fetch_cors::browser::{Origin, Outcome, RequestInit, UserAgent};
///
/// let mut init = RequestInit::new("https://api.example/".parse()?);
/// init.method = "TRACE".into();
/// let request = init.into_request(Origin::parse("https://app.example")?);
/// let outcome = Outcome::fetch(&mut UserAgent::new(), request, Default::default(), |_| unreachable!());
/// assert!(outcome.requests.is_empty() && outcome.result.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The requests that the user agent sent, in order.
    pub requests: Vec<SentRequest>,
    /// The response that the script can read, or the reason why the script cannot read a response.
    pub result: Result<FilteredResponse, FetchError>,
}

impl Outcome {
    /// Fetches `request` over `network` at the time `now`.
    ///
    /// `request` is an error if the API threw an exception. In this case, the browser does not send a request, and the
    /// result of the outcome is this error.
    pub fn fetch(
        user_agent: &mut UserAgent,
        request: Result<Request, FetchError>,
        now: Duration,
        mut network: impl FnMut(&HttpRequest) -> Result<Response, ConnectionError>,
    ) -> Self {
        let request = match request {
            Ok(request) => request,
            Err(error) => return Self::refused(error),
        };
        let mut log = Log::new(&request);
        let mut progress = start(user_agent, request, now);
        loop {
            match progress {
                Progress::Waiting(waiting) => {
                    log.push(waiting.http_request());
                    let answer = network(waiting.http_request());
                    progress = waiting.answer(user_agent, now, answer);
                }
                Progress::Done(result) => return log.ended(result),
            }
        }
    }

    /// Does the same as [`fetch`](Self::fetch), but with an asynchronous `network`. The function reads `clock` at the
    /// start, and after each response or connection error.
    pub async fn fetch_async(
        user_agent: &mut UserAgent,
        request: Result<Request, FetchError>,
        mut clock: impl FnMut() -> Duration,
        mut network: impl AsyncFnMut(&HttpRequest) -> Result<Response, ConnectionError>,
    ) -> Self {
        let request = match request {
            Ok(request) => request,
            Err(error) => return Self::refused(error),
        };
        let mut log = Log::new(&request);
        let mut progress = start(user_agent, request, clock());
        loop {
            match progress {
                Progress::Waiting(waiting) => {
                    log.push(waiting.http_request());
                    let answer = network(waiting.http_request()).await;
                    progress = waiting.answer(user_agent, clock(), answer);
                }
                Progress::Done(result) => return log.ended(result),
            }
        }
    }

    /// Returns the outcome of a call that throws. Such a call does not send a request.
    const fn refused(error: FetchError) -> Self {
        Self {
            requests: Vec::new(),
            result: Err(error),
        }
    }
}

/// The requests that a fetch has sent until now.
struct Log {
    requests: Vec<SentRequest>,
    /// Whether the author set `Accept`. The log does not show the `Accept` header that the user agent adds.
    shows_accept: bool,
}

impl Log {
    fn new(request: &Request) -> Self {
        Self {
            requests: Vec::new(),
            shows_accept: request.header_list.contains("accept"),
        }
    }

    fn push(&mut self, http_request: &HttpRequest) {
        self.requests
            .push(SentRequest::new(http_request, self.shows_accept));
    }

    fn ended(self, result: Result<FilteredResponse, FetchError>) -> Outcome {
        Outcome {
            requests: self.requests,
            result,
        }
    }
}

/// A request that the user agent sent. The type has only the parts that affect CORS.
///
/// ```
/// # use fetch_cors::browser::{ConnectionError, Origin, Outcome, RequestInit, UserAgent};
/// let request = RequestInit::new("http://b/#c".parse()?).into_request(Origin::parse("http://a")?);
/// let outcome = Outcome::fetch(&mut UserAgent::new(), request, Default::default(), |_| Err(ConnectionError));
/// assert_eq!(outcome.requests[0].url, "http://b/");
/// assert_eq!(outcome.requests[0].header_list.get("origin").as_deref(), Some(b"http://a".as_slice()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRequest {
    /// The method.
    pub method: Method,
    /// The URL without its fragment, user name and password.
    pub url: String,
    /// The headers, sorted by name. Headers with equal names are combined. A preflight has `Origin` and its
    /// `Access-Control-Request-*` headers. A request that is not a preflight has the author's headers that no redirect
    /// has removed. Such a request also has `Origin` if the user agent adds this header.
    pub header_list: HeaderList,
    /// Whether the request includes credentials.
    pub credentials: Credentials,
    /// The reasons for this preflight, or `None` if the request is not a preflight.
    pub preflight_reasons: Option<Vec<PreflightReason>>,
}

impl SentRequest {
    /// Whether this is a CORS-preflight request.
    pub const fn is_preflight(&self) -> bool {
        self.preflight_reasons.is_some()
    }

    /// Copies the parts of a request that affect CORS. The copy has `Accept` only if `shows_accept` is true and the
    /// request is not a preflight.
    pub(crate) fn new(http_request: &HttpRequest, shows_accept: bool) -> Self {
        let mut header_list = http_request.header_list.sort_and_combine();
        if !shows_accept || http_request.is_preflight() {
            header_list.delete("accept");
        }
        Self {
            method: http_request.method.clone(),
            url: without_fragment_and_userinfo(&http_request.url),
            header_list,
            credentials: http_request.credentials,
            preflight_reasons: http_request.preflight_reasons.clone(),
        }
    }
}
