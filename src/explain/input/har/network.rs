//! The network that answers the requests of a recorded fetch with the recorded responses.

use core::time::Duration;

use http::StatusCode;

use super::fetch::{RecordedExchange, RecordedFetch};
use crate::{
    fetching::{ConnectionError, HttpRequest, UserAgent},
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::CredentialsMode,
        response::Response,
        url::without_fragment_and_userinfo,
    },
    outcome::Outcome,
};

/// The recorded answer to a request.
#[derive(Debug, Clone, Copy)]
pub(super) enum RecordedAnswer<'f> {
    /// The recording has the request.
    Recorded(&'f RecordedExchange),
    /// The recording does not have the preflight, but the browser sent the request that needs the preflight. So the
    /// preflight succeeded, or the browser had cached the answer to an earlier preflight.
    AssumedPreflight,
    /// The recording does not have the request.
    Missing,
}

impl RecordedFetch {
    /// Returns the outcome that the fetch has if its credentials mode is `credentials` and the preflight cache is empty.
    /// `None` if there is an [obstacle](Self::obstacle).
    pub fn outcome(&self, credentials: CredentialsMode) -> Option<Outcome> {
        if self.obstacle.is_some() {
            return None;
        }
        let request = self.request(credentials)?;
        let network = self.network();
        Some(Outcome::fetch(
            &mut UserAgent::new(),
            request,
            Duration::ZERO,
            network,
        ))
    }

    /// Returns a network that answers each request with the recorded response.
    ///
    /// Some recordings lack the preflight of a request that was sent. The browser sends such a request only after a
    /// successful preflight or a match in the preflight cache, so the network allows the missing preflight.
    pub fn network(
        &self,
    ) -> impl FnMut(&HttpRequest) -> Result<Response, ConnectionError> + use<'_> {
        let mut answers = self.answers();
        move |request| match answers(request) {
            RecordedAnswer::Recorded(exchange) => exchange.answer(request).ok_or(ConnectionError),
            RecordedAnswer::AssumedPreflight => Ok(allowing(request)),
            RecordedAnswer::Missing => Err(ConnectionError),
        }
    }

    /// Returns a function that finds the answer to a request. The caller must pass the requests in the order in which
    /// the browser sends the requests.
    pub(super) fn answers<'f>(
        &'f self,
    ) -> impl FnMut(&HttpRequest) -> RecordedAnswer<'f> + use<'f> {
        let mut rest = self.exchanges.iter();
        move |request| {
            let url = without_fragment_and_userinfo(&request.url);
            let is_answer = |exchange: &&RecordedExchange| {
                exchange.is_preflight == request.is_preflight()
                    && without_fragment_and_userinfo(&exchange.url) == url
            };
            let behind = rest.clone();
            let mut recorded = rest.by_ref().skip_while(|exchange| !is_answer(exchange));
            if let Some(exchange) = recorded.next() {
                return RecordedAnswer::Recorded(exchange);
            }
            rest = behind;
            let was_sent = rest
                .clone()
                .any(|exchange| !exchange.is_preflight && exchange.response.is_some());
            if request.is_preflight() && was_sent {
                RecordedAnswer::AssumedPreflight
            } else {
                RecordedAnswer::Missing
            }
        }
    }
}

impl RecordedExchange {
    /// Returns the response to the request. The CORS check does not block a redirect that the browser makes itself, so
    /// such a redirect also has the headers that allow the request.
    pub(super) fn answer(&self, request: &HttpRequest) -> Option<Response> {
        let mut response = self.response.clone()?;
        if self.internal_redirect.is_some() {
            for (name, value) in allowing(request).header_list {
                if !response.header_list.contains(name.as_str()) {
                    response.header_list.append(name, value);
                }
            }
        }
        Some(response)
    }
}

/// Returns a response that allows the request or the preflight.
pub(crate) fn allowing(request: &HttpRequest) -> Response {
    let mut headers = HeaderList::new();
    let granted = [
        ("origin", "access-control-allow-origin"),
        (
            "access-control-request-method",
            "access-control-allow-methods",
        ),
        (
            "access-control-request-headers",
            "access-control-allow-headers",
        ),
    ];
    for (asked, granting) in granted {
        for value in request.header_list.values(asked) {
            headers.append(HeaderName::from_static(granting), value.clone());
        }
    }
    headers.append(
        HeaderName::from_static("access-control-allow-credentials"),
        HeaderValue::from_static(b"true"),
    );
    Response::new(StatusCode::NO_CONTENT, headers)
}
