//! The state of one fetch, which its algorithms pass on to each other.

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
    /// Whether any main fetch of this fetch went by the arm with a preflight.
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

/// The way on from a step: to the network, or to the end of the fetch.
#[derive(Debug)]
pub(super) enum Flow {
    /// A request goes to the network.
    Send(HttpRequest),
    /// There is a response, to be filtered.
    Respond(Response),
    /// There is a filtered response.
    RespondFiltered(FilteredResponse),
}
