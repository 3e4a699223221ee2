//! [HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#http-network-or-cache-fetch). The algorithm creates the
//! request for the network, and handles some statuses before the CORS check.
//!
//! The library does not have an HTTP cache, so the algorithm always waits for the network.

use super::{
    author_headers::rewrite_author_headers,
    http_request::{ConnectionError, Credentials, HttpRequest},
    origin_header::append_a_request_origin_header,
    received_headers::received,
};
use crate::{
    Failure, FetchError,
    engine::{Quirk, QuirkSet},
    infrastructure::{
        request::{Body, CredentialsMode, Mode, Request, ResponseTainting},
        response::Response,
    },
};

/// Runs steps 1 to 8, which create the request to send.
pub(super) fn http_network_or_cache_fetch(request: &Request, quirks: QuirkSet) -> HttpRequest {
    // http-network-or-cache-fetch/1: take the request
    // http-network-or-cache-fetch/2: start without parameters for the network
    // http-network-or-cache-fetch/3: start without a request for the network
    // http-network-or-cache-fetch/4: start without a response
    // http-network-or-cache-fetch/8: prepare the request for the network; differs with quirk author-values-as-utf8
    // http-network-or-cache-fetch/8.2: prompts or redirects are possible: use a copy; differs with quirk empty-author-value-replaces or singleton-author-headers
    // http-network-or-cache-fetch/8.2.1: copy the request; differs with quirk range-rewritten
    let mut http_request = HttpRequest {
        method: request.method.clone(),
        url: request.current_url().clone(),
        header_list: request.header_list.clone(),
        body: request.body,
        // http-network-or-cache-fetch/8.3: credentials: mode `include`, or `same-origin` with tainting `basic`; differs with quirk no-cors-cookies-after-redirect
        credentials: match (request.credentials_mode, request.response_tainting) {
            (CredentialsMode::Include, _)
            | (CredentialsMode::SameOrigin, ResponseTainting::Basic) => Credentials::Included,
            _ if quirks.contains(Quirk::NoCorsCookiesAfterRedirect) && keeps_cookies(request) => {
                Credentials::Included
            }
            _ => Credentials::Excluded,
        },
        preflight_reasons: None,
    };
    if !quirks.is_empty() {
        rewrite_author_headers(&mut http_request, quirks);
    }
    // http-network-or-cache-fetch/8.12: append Origin
    append_a_request_origin_header(request, &mut http_request.header_list, quirks);
    http_request
}

/// Whether an engine with the quirk `no-cors-cookies-after-redirect` sends cookies with the request. The engine sends
/// cookies only if the first URL of the request has the origin of the page.
fn keeps_cookies(request: &Request) -> bool {
    request.mode == Mode::NoCors
        && request.credentials_mode == CredentialsMode::SameOrigin
        && request.origin.is_same_origin_with(request.url())
}

/// The next action after a response from the network: use the response, or send the request again.
#[derive(Debug)]
pub(super) enum Received {
    Response(Response),
    SendAgain,
}

/// Runs steps 10 to 19, which handle the response from the network. `http_request` is `request` itself, or a preflight
/// for `request`. A preflight has the same URLs as `request`, but does not have a body.
pub(super) fn receive(
    request: &Request,
    http_request: &HttpRequest,
    is_new_connection_fetch: bool,
    answer: Result<Response, ConnectionError>,
    quirks: QuirkSet,
) -> Result<Received, FetchError> {
    // http-network-or-cache-fetch/11: there is no response yet
    // http-network-or-cache-fetch/11.2: run HTTP-network fetch; differs with quirk content-type-lines-joined-by-comma or different-locations-fail
    // http-network-fetch/8.1: no connection: network error
    let mut response = answer.map_err(|ConnectionError| FetchError::new(Failure::NetworkError))?;
    if !quirks.is_empty() {
        let has_canonical_names = response.has_canonical_names;
        response.header_list = received(response.header_list, has_canonical_names, quirks);
        if quirks.contains(Quirk::DifferentLocationsFail) {
            let mut locations = response.header_list.values("location");
            let first = locations.next();
            if locations.any(|location| Some(location) != first) {
                let value = response.header_list.get("location").unwrap_or_default();
                return Err(FetchError::new(Failure::RedirectInvalidLocation).with_value(value));
            }
        }
    }
    // http-network-or-cache-fetch/12: give the response the request's URL list; differs with quirk response-bytes-garbled
    response.url_list = request.clone_url_list();
    // http-network-or-cache-fetch/15: status 401 without tainting `cors`, credentials included
    // http-network-or-cache-fetch/15.2: the request has a body
    // http-network-or-cache-fetch/15.2.1: the body has no source: network error
    // http-network-or-cache-fetch/15.3: prompt the user, who does not answer: keep the response
    if response.status == 401
        && request.response_tainting != ResponseTainting::Cors
        && http_request.credentials == Credentials::Included
        && http_request.body == Some(Body::Stream)
    {
        return Err(FetchError::new(Failure::AuthenticationBodyWithoutSource));
    }
    // http-network-or-cache-fetch/16: status 407; differs with quirk proxy-authentication-response-is-returned
    // http-network-or-cache-fetch/16.4: prompt the user, who does not answer: network error
    if response.status == 407 && !quirks.contains(Quirk::ProxyAuthenticationResponseIsReturned) {
        return Err(FetchError::new(Failure::ProxyAuthenticationRequired));
    }
    // http-network-or-cache-fetch/17: status 421 on an old connection, and a body that can be sent again
    if response.status == 421 && !is_new_connection_fetch && http_request.body != Some(Body::Stream)
    {
        // http-network-or-cache-fetch/17.2: fetch again, with a new connection
        return Ok(Received::SendAgain);
    }
    // http-network-or-cache-fetch/19: return the response; differs with quirk empty-lines-dropped or singleton-lines-count-once
    Ok(Received::Response(response))
}
