//! The state of one fetch, which the algorithms share.

use alloc::{boxed::Box, vec::Vec};

use http::Method;

use super::{author_headers::unsafe_names, http_request::HttpRequest};
use crate::{
    FetchError,
    engine::QuirkSet,
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::Request,
        response::{FilteredResponse, Response},
    },
};

/// The standard's [fetch params](https://fetch.spec.whatwg.org/#fetch-params). The type also has two results of main
/// fetch that later steps need.
#[derive(Debug, Clone)]
pub(super) struct FetchParams {
    pub(super) request: Request,
    /// The CORS-unsafe request-header names that the request had at the start of main fetch.
    pub(super) unsafe_names: Vec<HeaderName>,
    /// Whether step 12 of main fetch has chosen HTTP fetch with a preflight, for the current URL or for an earlier URL.
    pub(super) cors_with_preflight: bool,
    /// The additional state that quirks need, or `None` if no quirk is set.
    pub(super) departures: Option<Box<Departures>>,
}

impl FetchParams {
    pub(super) fn new(request: Request, quirks: QuirkSet) -> Self {
        let departures = (!quirks.is_empty()).then(|| {
            let header_list = request.header_list.clone();
            Box::new(Departures {
                unsafe_names: unsafe_names(&request, quirks),
                header_list,
                method: request.method.clone(),
                sent_origin: None,
                refusal: None,
            })
        });
        Self {
            request,
            unsafe_names: Vec::new(),
            cors_with_preflight: false,
            departures,
        }
    }
}

/// The additional state of a fetch in an engine with quirks.
#[derive(Debug, Clone)]
pub(super) struct Departures {
    /// The headers of the request at the start of the fetch.
    pub(super) header_list: HeaderList,
    /// The method of the request at the start of the fetch.
    pub(super) method: Method,
    /// The CORS-unsafe request-header names at the start of the fetch, by the rules of the engine.
    pub(super) unsafe_names: Vec<HeaderName>,
    /// The Origin header of the last request that was not a preflight.
    pub(super) sent_origin: Option<HeaderValue>,
    /// A failure of a redirect. The engine delays this failure until the next preflight is done.
    pub(super) refusal: Option<FetchError>,
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
