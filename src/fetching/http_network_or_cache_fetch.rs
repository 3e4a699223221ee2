//! [HTTP-network-or-cache fetch](https://fetch.spec.whatwg.org/#http-network-or-cache-fetch): the
//! request as it leaves, and the statuses that are answered before CORS is looked at.
//!
//! There is no cache, so this is where the algorithm waits for the network.

use super::{
    http_request::{ConnectionFailure, Credentials, HttpRequest},
    origin_header::append_a_request_origin_header,
};
use crate::{
    Failure, FetchError,
    infrastructure::{
        request::{Body, CredentialsMode, Request, ResponseTainting},
        response::Response,
    },
};

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
        preflight_reasons: None,
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
