//! The cross-origin requests of a recorded fetch. These requests need a server's permission.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use ::url::Url;
use http::StatusCode;

use super::unchecked::UncheckedReason;
use crate::{
    explain::input::{RecordedFetch, allowing},
    fetching::{Credentials, HttpRequest, UserAgent},
    infrastructure::{
        header_list::HeaderList,
        origin::{Origin, TupleOrigin},
        request::{CredentialsMode, Mode},
        response::Response,
    },
    outcome::Outcome,
};

/// A cross-origin request.
#[derive(Debug, Clone)]
pub(super) struct Ask {
    /// The origin of the server.
    pub(super) server: String,
    pub(super) url: Url,
    /// The value of `Origin`.
    pub(super) origin: String,
    /// Whether `Origin` is `null` because of a redirect.
    pub(super) is_redirected: bool,
    /// The requested method of a preflight, or the method of any other request.
    pub(super) method: String,
    /// The requested header names of a preflight.
    pub(super) names: Vec<String>,
    pub(super) is_credentialed: bool,
}

impl Ask {
    /// Returns the request as an `Ask` if the server's origin differs from `Origin`. Returns `None` for any other
    /// request.
    pub(super) fn new(request: &HttpRequest, page: Option<&Origin>) -> Option<Self> {
        let text = |name: &str| {
            let value = request.header_list.get(name)?;
            Some(String::from_utf8_lossy(&value).into_owned())
        };
        let origin = text("origin")?;
        let server = String::from(TupleOrigin::from_url(&request.url)?.serialize());
        if origin == server {
            return None;
        }
        let names = request
            .header_list
            .get_decode_and_split("access-control-request-headers");
        let names = names.into_iter().flatten();
        Some(Self {
            server,
            url: request.url.clone(),
            is_redirected: origin == "null" && matches!(page, Some(Origin::Tuple(_))),
            origin,
            method: text("access-control-request-method")
                .unwrap_or_else(|| String::from(request.method.as_str())),
            names: names
                .map(|name| String::from_utf8_lossy(&name).into_owned())
                .collect(),
            is_credentialed: request.credentials == Credentials::Included
                && !request.is_preflight(),
        })
    }
}

/// Whether the page needs a server's permission to read the response. A `no-cors` request does not need permission.
pub(super) fn needs_permission(fetch: &RecordedFetch) -> bool {
    matches!(fetch.mode, None | Some(Mode::Cors))
}

/// Returns the requests that the fetch sends if every server grants every request. Returns an error if the browser
/// refuses the fetch although the servers grant the requests.
pub(super) fn asks(fetch: &RecordedFetch) -> Result<Vec<Ask>, UncheckedReason> {
    let mut asks = Vec::new();
    let outcome = run(fetch, |request, response| {
        asks.extend(Ask::new(request, fetch.origin.as_ref()));
        granted(request, response)
    })?;
    match outcome.result {
        Ok(_) => Ok(asks),
        Err(error) => Err(UncheckedReason::of_error(&error)),
    }
}

/// Runs a fetch in a browser with an empty cache. For each request, the function calls `answer` with the request and a
/// draft of the response. `answer` returns the response that the browser gets. The draft is the recorded response
/// without CORS headers. For a preflight, and for a request without a recorded response, the draft is an empty response
/// with status 204.
pub(super) fn run(
    fetch: &RecordedFetch,
    mut answer: impl FnMut(&HttpRequest, Response) -> Response,
) -> Result<Outcome, UncheckedReason> {
    let mode = match fetch.sends_credentials {
        Some(true) => CredentialsMode::Include,
        _ => CredentialsMode::SameOrigin,
    };
    let request = fetch.request(mode).ok_or(UncheckedReason::UnknownOrigin)?;
    let mut network = fetch.network();
    let network = |request: &HttpRequest| {
        let recorded = network(request)
            .ok()
            .filter(|_| !request.is_preflight())
            .map(|recorded| without_cors_headers(&recorded));
        let response =
            recorded.unwrap_or_else(|| Response::new(StatusCode::NO_CONTENT, HeaderList::new()));
        Ok(answer(request, response))
    };
    Ok(Outcome::fetch(
        &mut UserAgent::new(),
        request,
        Duration::ZERO,
        network,
    ))
}

/// Adds CORS headers to the response so that the browser allows the request.
pub(super) fn granted(request: &HttpRequest, mut response: Response) -> Response {
    for (name, value) in allowing(request).header_list {
        response.header_list.append(name, value);
    }
    response
}

fn without_cors_headers(recorded: &Response) -> Response {
    let headers = recorded.header_list.iter();
    let headers = headers.filter(|(name, _)| !name.as_str().starts_with("access-control-"));
    let headers = headers.map(|(name, value)| (name.clone(), value.clone()));
    Response::new(recorded.status, headers.collect())
}
