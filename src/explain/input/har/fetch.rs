//! A recorded fetch: the call of the page, and the requests of the browser with their responses.

use alloc::{
    borrow::Cow,
    boxed::Box,
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;
use http::Method;

use super::{internal_redirect::InternalRedirect, response_source::ResponseSource};
use crate::{
    Failure, FetchError,
    api::{BodyWithType, RequestInit},
    explain::run_next::UNKNOWN_VALUE,
    fetching::cors_preflight_fetch::cors_preflight_request,
    infrastructure::{
        bytes::isomorphic_decode,
        forbidden::is_forbidden_request_header,
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        origin::Origin,
        request::{Body, CredentialsMode, Mode, Request},
        response::Response,
    },
    wording,
};

/// A recorded fetch: the requests that the browser sent, and the call of the page as far as the recording shows the
/// call.
///
/// ```
/// use fetch_cors::explain::input::Recording;
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "OPTIONS", "url": "https://api.example/", "headers": [
///         {"name": "origin", "value": "https://app.example"},
///         {"name": "access-control-request-method", "value": "PUT"}]},
///     "response": {"status": 404, "headers": []}
/// }]}}"#)?;
/// let fetch = &recording.fetches()[0];
/// assert_eq!((fetch.method.as_str(), fetch.sends_credentials), ("PUT", None));
/// assert!(fetch.exchanges[0].is_preflight && fetch.obstacle.is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedFetch {
    /// The URL of the call.
    pub url: Url,
    /// The method of the call.
    pub method: String,
    /// The headers that the script set, as far as the recording shows them. If only the preflight names a header, the
    /// value of this header is not known. The header then has an assumed value that needs a preflight.
    pub headers: HeaderList,
    /// Whether the recorded request has a body.
    pub has_body: bool,
    /// The origin of the page. `None` if the recording does not show the origin.
    pub origin: Option<Origin>,
    /// The request mode. `None` if the recording does not show the request mode.
    pub mode: Option<Mode>,
    /// Whether the request is credentialed. `None` if the recording does not show whether the request is credentialed.
    /// A request without cookies can be credentialed, because the user may have no cookies, and tools remove cookies
    /// from recordings. The result of the fetch also shows whether the request is credentialed, if the recorded responses
    /// block only a credentialed request.
    pub sends_credentials: Option<bool>,
    /// The requests and their responses, in the order in which the browser sent the requests.
    pub exchanges: Vec<RecordedExchange>,
    /// The failure that the browser reports. A recording of the DevTools protocol has the name of each CORS failure.
    /// Recordings of other tools have at most the name of a network error.
    pub reported_failure: Option<Failure>,
    /// The value that the browser reports with a CORS failure: the value of the refused header, or the name of the
    /// method or of the request header that is not allowed.
    pub reported_value: Option<String>,
    /// The error that the browser reports, such as `net::ERR_FAILED`.
    pub reported_error: Option<String>,
    /// The reason why the outcome of the fetch cannot be computed. `None` if the outcome can be computed.
    pub obstacle: Option<Obstacle>,
    /// The names of the headers whose values the recording does not show. These names come from the preflight, which
    /// lists names without values.
    pub names_without_value: Vec<String>,
    /// The URL that the page fetches, if the browser changes its scheme to `https:` before it sends the request. The
    /// member `url` then has the changed URL.
    pub upgraded_from: Option<Url>,
    /// Whether a proxy between the browser and the servers made the recording. A proxy does not see whether the browser
    /// blocks a response.
    pub is_of_proxy: bool,
    /// Whether `reported_failure` is a CORS failure that Chromium reports by its name. If not, the failure is known from
    /// `reported_error`.
    pub(super) reports_cors_failure: bool,
    /// Whether the first exchange is the preflight of an earlier fetch, whose response the browser had cached.
    pub(super) has_cached_preflight: bool,
    /// Whether the tool that made the recording possibly records the bodies of blocked responses, too.
    pub(super) has_blocked_bodies: bool,
}

/// A request of a recorded fetch, and its response.
///
/// ```
/// use fetch_cors::explain::input::Recording;
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{}, {
///     "request": {"method": "GET", "url": "https://api.example/", "headers": [{"name": "Origin", "value": "null"}]},
///     "response": {"status": "0", "headers": null}
/// }]}}"#)?;
/// let exchange = &recording.fetches()[0].exchanges[0];
/// assert_eq!((exchange.entry, exchange.response.is_none()), (1, true));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RecordedExchange {
    /// The position of the entry in the recording, counted from 0.
    pub entry: usize,
    /// Whether the request is a preflight.
    pub is_preflight: bool,
    /// The method.
    pub method: String,
    /// The URL, without the fragment.
    pub url: Url,
    /// The headers of the request.
    pub request_headers: HeaderList,
    /// The response. `None` if the recording does not have the response.
    pub response: Option<Response>,
    /// Whether the status of the response is assumed. A status is assumed if the recording has the headers of the
    /// response, but not its status.
    pub is_status_assumed: bool,
    /// Whether the response is assumed. If the browser stops after 20 redirects, the recording can lack the last
    /// response. Then `response` is a copy of the previous redirect response.
    pub is_response_assumed: bool,
    /// Whether the recording shows that there was no response. True if the entry has no final status (200 or more), but
    /// has a sign that the request ended: an error, the status 0 or -1, or the JSON member `response.headers`. False if
    /// the error means that the browser blocked a response.
    pub has_no_response: bool,
    /// Whether the recording has the body of the response.
    pub has_response_body: bool,
    /// The body of the response, if it has a text with which servers deny a request.
    pub(super) denial: Option<Box<str>>,
    /// Whether the recording says that there is no error.
    pub(super) has_no_error: bool,
    /// The error that the browser reports, such as `net::ERR_FAILED`.
    pub error: Option<String>,
    /// The reason of the redirect, if the browser makes the redirect itself.
    pub internal_redirect: Option<InternalRedirect>,
    /// The source of the response.
    pub(super) source: ResponseSource,
    /// If the response is from the cache of the browser, the position of the earlier entry that loaded the same URL without
    /// CORS.
    pub(super) stored_by: Option<usize>,
}

/// The reason why the outcome of a recorded fetch cannot be computed.
///
/// ```
/// use fetch_cors::explain::input::Obstacle;
/// assert!(Obstacle::UnknownOrigin.to_string().contains("`Origin`"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Obstacle {
    /// The recording does not show the origin of the page.
    UnknownOrigin,
    /// The header `Origin` of the recorded requests is not an origin.
    InvalidOrigin,
    /// The recording does not have the headers of a response that the browser blocked.
    MissingResponse,
    /// The browser did not send the request, and the recording does not have the preflight.
    MissingPreflight,
    /// The browser reported an error that does not say whether it blocked a response or got no response.
    AmbiguousError,
    /// The browser reported mixed content, but the URL is on `https:`, so the browser blocked another URL.
    MixedContentOfOtherUrl,
    /// The browser reported mixed content, but the page is on `http:`. Such a page has no mixed content.
    MixedContentOfHttpPage,
    /// The entry of the request has neither a response with headers nor an error.
    IncompleteEntry,
    /// The response has the status 304 and lacks a CORS header. The browser then uses the header of a stored response,
    /// which the recording does not have.
    NotModified,
    /// A service worker of the page answered the request, and the fetch failed. The browser does not apply the CORS check
    /// to the answer of a service worker.
    ServiceWorker,
    /// A test stopped the request before it was sent.
    StoppedByTest,
}

impl core::fmt::Display for Obstacle {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::UnknownOrigin => {
                "the recording does not show the origin of the page: no request of this fetch has `Origin` or `Referer`. Open the network panel, load the page, and record again"
            }
            Self::InvalidOrigin => {
                concat!(
                    "the header `Origin` is not an origin. Browsers send scheme, host and port without a slash at the end, such as `https://app.example`: ",
                    wording::another_program!()
                )
            }
            Self::MissingResponse => {
                "the recording does not have the response that the browser blocked, so the reason is unknown. Playwright and some versions of Chromium leave out such responses: record in the network panel of a browser (`Save all as HAR`), explain the red line of the console, or send the request with `curl -i`. If an element without `crossorigin`, such as `<img>`, loaded this URL before, the browser possibly used the response in its cache, which has no CORS headers: send `Vary: Origin` with each response of this URL"
            }
            Self::MissingPreflight => {
                "the request was not sent, and the recording does not have its preflight: show all types of requests in the network panel, switch filters off, and record again; or send the preflight with `curl -i -X OPTIONS`"
            }
            Self::NotModified => {
                "the response has the status 304 (not modified) and lacks a CORS header, so the browser uses the header of the response that it stored earlier, and the recording does not have this response: turn on `Disable cache` in the network panel, and record again"
            }
            Self::ServiceWorker => {
                "a service worker of the page answered this request, and the browser does not check the CORS headers of such an answer: look at the red line of the console, and at the `fetch` event in the code of the service worker. A request that the service worker sends has an entry of its own in the recording"
            }
            Self::StoppedByTest => {
                "a test stopped this request (`route.abort` of Playwright), so no server received it: remove this route from the test, and record again"
            }
            Self::AmbiguousError => {
                "the error in the recording does not say whether the browser blocked the response or got no response, so the reason is unknown: explain the red line of the console, record in the network panel of Chromium (`Save all as HAR`), or send the request with `curl -i`"
            }
            Self::MixedContentOfOtherUrl => {
                "browsers block a URL on `http:` as mixed content if the page is on `https:`. The recorded URL is on `https:`, so the blocked URL is probably the target of a redirect that is not in the recording: send the request with `curl -i`, and look at `Location` in the response"
            }
            Self::MixedContentOfHttpPage => {
                "only a page on `https:` has mixed content, but the recorded page is on `http:`, so the recording contradicts itself: record again in the network panel of a browser (`Save all as HAR`), without editing the file"
            }
            Self::IncompleteEntry => {
                "the recording has neither the headers of the response nor an error for this request, so it is unknown whether there was a response: wait until the request ends, and save the recording again in the network panel (`Save all as HAR`), without editing it"
            }
        })
    }
}

/// For each CORS-safelisted header name, a value that is not safelisted. A preflight lists such a name only if the
/// value is not safelisted, but the preflight does not show the value.
const UNSAFE_VALUES: [(&str, &[u8]); 5] = [
    ("accept", b"\""),
    ("accept-language", b"\""),
    ("content-language", b"\""),
    ("content-type", b"application/json"),
    ("range", b"bytes=-1"),
];

/// Returns a value that is not CORS-safelisted for the header `name`. If a script sets this value, the browser sends a
/// preflight.
pub(super) fn unsafe_value(name: &HeaderName) -> HeaderValue {
    let mut values = UNSAFE_VALUES.iter();
    let value = values.find(|(safelisted, _)| name == safelisted);
    HeaderValue::from_static(value.map_or(UNKNOWN_VALUE.as_bytes(), |(_, value)| value))
}

/// The names of the headers that both the browser and a script can set. A recording does not show whether the browser
/// or a script set such a header. This crate assumes that the browser set the header.
const NAMES_OF_THE_BROWSER: [&str; 20] = [
    "accept",
    "accept-language",
    "alt-used",
    "cache-control",
    "device-memory",
    "downlink",
    "dpr",
    "ect",
    "if-modified-since",
    "if-none-match",
    "pragma",
    "priority",
    "range",
    "rtt",
    "save-data",
    "upgrade-insecure-requests",
    "user-agent",
    "viewport-width",
    "x-client-data",
    "x-browser-validation",
];

/// Whether a script set the header. Returns false if the browser set the header.
pub(super) fn is_of_script(name: &HeaderName, value: &HeaderValue) -> bool {
    let is_of_browser = NAMES_OF_THE_BROWSER.iter().any(|other| name == other);
    !is_of_browser && !is_forbidden_request_header(name.as_bytes(), value.as_bytes())
}

impl RecordedFetch {
    /// Returns the request that the call makes if its credentials mode is `credentials`. `None` if the recording does not
    /// show the origin.
    ///
    /// If the recording does not show the request mode, the request mode is `cors`. If the recording has a preflight,
    /// although the method and the headers need no preflight, the request is an upload of an XMLHttpRequest with
    /// listeners, except if the preflight asks for access to a private network. `Some(Err(_))` if `fetch()` throws.
    pub fn request(&self, credentials: CredentialsMode) -> Option<Result<Request, FetchError>> {
        let origin = self.origin.clone()?;
        let mut init = RequestInit::new(self.url.clone());
        init.method = Cow::Borrowed(&self.method);
        let headers = self.headers.iter().map(|(name, value)| {
            let value = isomorphic_decode(value.as_bytes());
            (Cow::Borrowed(name.as_str()), Cow::Owned(value))
        });
        init.headers = headers.collect();
        let can_have_body = !matches!(&*self.method, "GET" | "HEAD");
        init.body = (self.has_body && can_have_body).then(|| BodyWithType::from(Body::WithSource));
        init.mode = self.mode.unwrap_or(Mode::Cors);
        init.credentials = credentials;
        let request = init.into_request(origin);
        Some(request.map(|mut request| {
            let is_preflighted = self.first_preflight().is_some();
            request.use_cors_preflight_flag =
                is_preflighted && !needs_preflight(&request) && !self.asks_for_private_network();
            request
        }))
    }

    /// Returns the preflight of the first request.
    fn first_preflight(&self) -> Option<&RecordedExchange> {
        self.exchanges.first().filter(|first| first.is_preflight)
    }

    /// Whether the first request has a preflight because its URL is in the local network. Some versions of Chromium send
    /// this preflight also before a request that needs no preflight.
    pub(super) fn asks_for_private_network(&self) -> bool {
        let preflight = self.first_preflight();
        let asked = preflight.and_then(|preflight| {
            let headers = &preflight.request_headers;
            headers.get("access-control-request-private-network")
        });
        asked.as_deref() == Some(b"true")
    }

    /// Returns the possible credentials modes: one mode if the recording shows whether the request is credentialed, and two
    /// modes otherwise.
    pub fn credentials_modes(&self) -> &'static [CredentialsMode] {
        match self.sends_credentials {
            Some(true) => &[CredentialsMode::Include],
            Some(false) => &[CredentialsMode::SameOrigin],
            None => &[CredentialsMode::SameOrigin, CredentialsMode::Include],
        }
    }

    /// Whether the recording shows that the page got a response: there is no error, and the last response has a status
    /// from 200 to 299 and a body, or the recording of Chromium says that there is no error. A body counts only in a
    /// recording of Chromium. Proxies and Firefox record the bodies of blocked responses, too.
    pub fn has_worked(&self) -> bool {
        let last = self.exchanges.last();
        let has_response = last.is_some_and(|last| {
            let response = last.response.as_ref();
            let is_result = response.is_some_and(|response| {
                let has_body = last.has_response_body && !self.has_blocked_bodies;
                (response.status.is_success() && has_body)
                    || (!response.status.is_redirection() && last.has_no_error)
            });
            is_result && !last.is_status_assumed && !last.is_preflight
        });
        has_response
            && !self.is_of_proxy
            && self.reported_error.is_none()
            && self.reported_failure.is_none()
    }

    /// Returns whether the request is credentialed, if only one credentials mode fits the result of the fetch and the
    /// recorded responses. `None` if both modes fit, or if the recording does not show the result.
    pub(super) fn credentials_of_result(&self) -> Option<bool> {
        let mut responses = self.exchanges.iter().filter_map(|it| it.response.as_ref());
        let has_redirect = responses.any(|response| response.status.is_redirection());
        let reports_other_error =
            !self.reports_cors_failure && self.error_outside_of_cors().is_some();
        let fits = |mode| match (self.failure(mode), self.reported_failure) {
            (None, _) => false,
            (Some(Some(failure)), Some(reported)) if failure == reported => true,
            // A browser reports a CORS failure with another error, so no recorded response blocks the fetch.
            (Some(failure), _) if reports_other_error => {
                failure.is_none_or(|failure| failure == Failure::NetworkError)
            }
            (Some(_), Some(_)) => false,
            // The browser blocked a response. A request without an answer has an error with another reason, but a redirect
            // that the redirect mode `error` forbids also has no next answer.
            (Some(failure), None) if has_no_reason(self.reported_error.as_deref()) => {
                failure.is_some_and(|failure| failure != Failure::NetworkError || has_redirect)
            }
            (Some(failure), None) => self.has_worked() && failure.is_none(),
        };
        match [CredentialsMode::SameOrigin, CredentialsMode::Include].map(fits) {
            [true, false] => Some(false),
            [false, true] => Some(true),
            _ => None,
        }
    }

    /// Whether the recorded responses block the fetch if it has credentials, and allow it if it has none.
    pub(crate) fn is_blocked_only_with_credentials(&self) -> bool {
        let with_credentials = self.failure(CredentialsMode::Include).flatten();
        self.failure(CredentialsMode::SameOrigin) == Some(None)
            && with_credentials.is_some_and(|failure| failure != Failure::NetworkError)
    }

    /// Returns the failure of the outcome for a credentials mode. `Some(None)` if the fetch succeeds. `None` if there is an
    /// [obstacle](Self::obstacle).
    fn failure(&self, mode: CredentialsMode) -> Option<Option<Failure>> {
        let result = self.outcome(mode)?.result;
        Some(result.err().map(|error| error.failure()))
    }

    /// Whether the recording has a preflight.
    pub fn has_preflight(&self) -> bool {
        self.exchanges.iter().any(|exchange| exchange.is_preflight)
    }
}

/// Whether the method or a header needs a preflight.
fn needs_preflight(request: &Request) -> bool {
    let preflight = cors_preflight_request(request);
    preflight
        .preflight_reasons
        .is_some_and(|reasons| !reasons.is_empty())
}

/// Returns the requested method of a preflight. `None` if the preflight has no valid method.
pub(super) fn method_of(preflight: &HeaderList) -> Option<String> {
    let method = preflight.get("access-control-request-method")?;
    Method::from_bytes(&method)
        .ok()
        .map(|method| method.to_string())
}

/// Whether the error of the browser does not say why the fetch failed. Chromium reports this error if it blocks a
/// response.
pub(super) fn has_no_reason(error: Option<&str>) -> bool {
    error.is_some_and(|error| error.starts_with("net::ERR_FAILED"))
}
