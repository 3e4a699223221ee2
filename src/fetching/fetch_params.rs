//! The state of one fetch, which the algorithms share.

use alloc::vec::Vec;

use super::http_request::HttpRequest;
use crate::infrastructure::{
    header::HeaderName,
    request::Request,
    response::{FilteredResponse, Response},
};

/// The standard's [fetch params](https://fetch.spec.whatwg.org/#fetch-params), with two results of
/// main fetch that later steps need.
#[derive(Debug, Clone)]
pub(super) struct FetchParams {
    pub(super) request: Request,
    /// The CORS-unsafe request-header names of the request at the time of main fetch.
    pub(super) unsafe_names: Vec<HeaderName>,
    /// Whether main fetch has chosen the arm with a preflight, now or before a redirect.
    pub(super) cors_with_preflight: bool,
}

impl FetchParams {
    pub(super) const fn new(request: Request) -> Self {
        Self {
            request,
            unsafe_names: Vec::new(),
            cors_with_preflight: false,
        }
    }
}

/// The result of a step: a request for the network, or the end of the fetch.
#[derive(Debug)]
pub(super) enum Flow {
    /// The fetch sends a request.
    Send(HttpRequest),
    /// The fetch ends with a response, which is not filtered yet.
    Respond(Response),
    /// The fetch ends with a filtered response.
    RespondFiltered(FilteredResponse),
}
