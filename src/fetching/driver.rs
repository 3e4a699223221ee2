//! Three ways to connect a fetch to the network: a closure, an asynchronous closure, or a caller that sends each
//! request itself.
//!
//! A fetch pauses when it needs the network. [`Waiting`] stores the state of the fetch until the response arrives.

use alloc::boxed::Box;
use core::time::Duration;

use super::{
    UserAgent,
    author_headers::drop_author_headers,
    cors_preflight_cache::CacheKey,
    cors_preflight_fetch::of_preflight,
    fetch_params::{FetchParams, Flow},
    http_fetch, http_network_or_cache_fetch,
    http_network_or_cache_fetch::Received,
    http_request::{ConnectionError, HttpRequest},
    main_fetch,
};
use crate::{
    Failure, FetchError,
    engine::Quirk,
    infrastructure::{
        header::{ACCEPT, HeaderValue},
        request::Request,
        response::{FilteredResponse, Response},
    },
};

/// [Fetches](https://fetch.spec.whatwg.org/#concept-fetch) `request` over `network`. `now` is the time that has passed
/// since a fixed moment, which the caller chooses.
///
/// The function calls `network` once for each request that the user agent sends, including preflights.
///
/// # Errors
///
/// Returns a [`FetchError`] if the fetch fails. The error has the step of the standard at which the fetch failed.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::{Failure, browser::{ConnectionError, Origin, Request, UserAgent, fetch}};
///
/// let request = Request::new(Origin::parse("http://a")?, "http://a/b".parse()?);
/// let error = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| Err(ConnectionError)).unwrap_err();
/// assert_eq!(error.failure(), Failure::NetworkError);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn fetch(
    user_agent: &mut UserAgent,
    request: Request,
    now: Duration,
    mut network: impl FnMut(&HttpRequest) -> Result<Response, ConnectionError>,
) -> Result<FilteredResponse, FetchError> {
    let mut progress = start(user_agent, request, now);
    loop {
        match progress {
            Progress::Waiting(waiting) => {
                let answer = network(waiting.http_request());
                progress = waiting.answer(user_agent, now, answer);
            }
            Progress::Done(result) => return result,
        }
    }
}

/// Does the same as [`fetch`], but with an asynchronous `network`. The function reads `clock` at the start, and after
/// each response or connection error.
///
/// # Errors
///
/// Returns a [`FetchError`] if the fetch fails. The error has the step of the standard at which the fetch failed.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, Request, Response, UserAgent, fetch_async};
///
/// let request = Request::new(Origin::parse("http://a")?, "http://a/b".parse()?);
/// let mut user_agent = UserAgent::new();
/// let response = fetch_async(&mut user_agent, request, || Duration::ZERO, async |_| {
///     Ok(Response::new(http::StatusCode::NO_CONTENT, HeaderList::new()))
/// });
/// assert_eq!(pollster::block_on(response)?.status(), 204);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn fetch_async(
    user_agent: &mut UserAgent,
    request: Request,
    mut clock: impl FnMut() -> Duration,
    mut network: impl AsyncFnMut(&HttpRequest) -> Result<Response, ConnectionError>,
) -> Result<FilteredResponse, FetchError> {
    let mut progress = start(user_agent, request, clock());
    loop {
        match progress {
            Progress::Waiting(waiting) => {
                let answer = network(waiting.http_request()).await;
                progress = waiting.answer(user_agent, clock(), answer);
            }
            Progress::Done(result) => return result,
        }
    }
}

/// Starts a fetch of `request`. The caller sends each request, and passes the response or the connection error to
/// [`Waiting::answer`].
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Mode, Origin, Progress, Request, Response, UserAgent, start};
///
/// let mut user_agent = UserAgent::new();
/// let mut request = Request::new(Origin::parse("http://a")?, "http://b/c".parse()?);
/// (request.mode, request.unsafe_request_flag) = (Mode::Cors, true);
/// request.header_list = HeaderList::from_pairs([("X-A", "1")])?;
///
/// let Progress::Waiting(waiting) = start(&mut user_agent, request, Duration::ZERO) else { panic!() };
/// assert_eq!(waiting.http_request().method, "OPTIONS");
///
/// let headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Headers", "*")];
/// let response = Response::new(http::StatusCode::OK, HeaderList::from_pairs(headers)?);
/// let Progress::Waiting(waiting) = waiting.answer(&mut user_agent, Duration::ZERO, Ok(response.clone())) else { panic!() };
/// assert_eq!(waiting.http_request().method, "GET");
///
/// let Progress::Done(result) = waiting.answer(&mut user_agent, Duration::ZERO, Ok(response)) else { panic!() };
/// assert_eq!(result?.status(), 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn start(user_agent: &mut UserAgent, mut request: Request, now: Duration) -> Progress {
    let quirks = user_agent.quirks;
    // fetch/12: the request has no Accept header; differs with quirk author-user-agent-dropped
    if quirks.contains(Quirk::AuthorUserAgentDropped) {
        request.header_list.delete("user-agent");
    }
    if !quirks.is_empty() {
        drop_author_headers(&mut request, quirks);
    }
    if !request.header_list.contains("accept") {
        // fetch/12.1: the value is `*/*`
        // fetch/12.4: append Accept
        request
            .header_list
            .append(ACCEPT, HeaderValue::from_static(b"*/*"));
    }
    // fetch/17: run main fetch; differs with quirk upload-listener-needs-body
    if quirks.contains(Quirk::UploadListenerNeedsBody) && request.body.is_none() {
        request.use_cors_preflight_flag = false;
    }
    let mut fetch_params = FetchParams::new(request, quirks);
    let flow = main_fetch::main_fetch(&mut fetch_params, user_agent, now);
    // fetch/18: return the controller
    //
    // The caller drives the fetch, so this function returns the progress instead of a controller.
    proceed(fetch_params, flow, user_agent)
}

/// The state of a fetch.
///
/// ```
/// use fetch_cors::browser::{Mode, Origin, Progress, Request, UserAgent, start};
///
/// let mut request = Request::new(Origin::parse("http://a")?, "http://b/".parse()?);
/// request.mode = Mode::SameOrigin;
/// let progress = start(&mut UserAgent::new(), request, Default::default());
/// assert!(matches!(progress, Progress::Done(Err(_))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
// Exhaustive: the caller handles every state.
pub enum Progress {
    /// The fetch waits for a response.
    Waiting(Box<Waiting>),
    /// The fetch is done.
    Done(Result<FilteredResponse, FetchError>),
}

/// A fetch that waits for a response.
///
/// ```
/// use fetch_cors::browser::{Origin, Progress, Request, UserAgent, start};
///
/// let request = Request::new(Origin::parse("http://a")?, "http://a/b".parse()?);
/// let Progress::Waiting(waiting) = start(&mut UserAgent::new(), request, Default::default()) else { panic!() };
/// assert_eq!(waiting.http_request().url.path(), "/b");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Waiting {
    fetch_params: FetchParams,
    http_request: HttpRequest,
    is_new_connection_fetch: bool,
}

impl Waiting {
    /// Returns the request to send.
    pub const fn http_request(&self) -> &HttpRequest {
        &self.http_request
    }

    /// Continues the fetch. `answer` is the response or the connection error, which arrived at the time `now`.
    pub fn answer(
        mut self: Box<Self>,
        user_agent: &mut UserAgent,
        now: Duration,
        answer: Result<Response, ConnectionError>,
    ) -> Progress {
        let received = http_network_or_cache_fetch::receive(
            &self.fetch_params.request,
            &self.http_request,
            self.is_new_connection_fetch,
            answer,
            user_agent.quirks,
        );
        let fetch_params = &mut self.fetch_params;
        let flow = match received {
            Ok(Received::SendAgain) => {
                self.is_new_connection_fetch = true;
                return Progress::Waiting(self);
            }
            Ok(Received::Response(response)) if self.http_request.is_preflight() => {
                http_fetch::after_preflight(fetch_params, user_agent, now, &response)
            }
            Ok(Received::Response(response)) => {
                http_fetch::after_network(fetch_params, user_agent, now, response)
            }
            Err(error) => Err(error),
        };
        proceed(self.fetch_params, flow, user_agent)
    }
}

/// Returns the next request to send, or the result of the fetch.
fn proceed(
    fetch_params: FetchParams,
    flow: Result<Flow, FetchError>,
    user_agent: &mut UserAgent,
) -> Progress {
    match flow {
        Ok(Flow::Send(http_request)) => Progress::Waiting(Box::new(Waiting {
            fetch_params,
            http_request,
            is_new_connection_fetch: false,
        })),
        Ok(Flow::Respond(response)) => {
            let request = &fetch_params.request;
            let filtered = main_fetch::filter(request, response, user_agent.quirks);
            Progress::Done(Ok(filtered))
        }
        Ok(Flow::RespondFiltered(mut response)) => {
            let quirks = user_agent.quirks;
            main_fetch::set_timing_allow_passed(&fetch_params.request, &mut response, quirks);
            Progress::Done(Ok(response))
        }
        Err(error) => {
            // main-fetch/12.cors-preflight.3: network error: clear the cache entries of the request; differs with quirk failed-check-keeps-cache or refused-redirect-keeps-cache
            //
            // The key has the current URL and origin of the request. After a redirect, they can differ from the URL and
            // origin of the preflight.
            let quirks = user_agent.quirks;
            let is_kept = quirks.contains(Quirk::FailedCheckKeepsCache)
                || (quirks.contains(Quirk::RefusedRedirectKeepsCache)
                    && error.failure() == Failure::RedirectModeError);
            if fetch_params.cors_with_preflight && !is_kept {
                let request = of_preflight(&fetch_params.request, quirks);
                let key = CacheKey::new(&request, &*user_agent.public_suffixes);
                user_agent.cors_preflight_cache.clear_cache_entries(&key);
            }
            Progress::Done(Err(error))
        }
    }
}
