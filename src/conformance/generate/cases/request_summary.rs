//! The parts of a request that decide the values in a generated response.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use super::origins::Page;
use crate::{
    cases::FetchCall,
    infrastructure::{
        header::{ACCEPT, HeaderName, HeaderValue},
        safelist::cors_unsafe_request_header_names,
    },
};

/// The parts of a request that decide the values in a generated response.
#[derive(Debug, Clone)]
pub(crate) struct RequestSummary {
    pub(crate) page: Page,
    /// The serialized origin of the request.
    pub(crate) origin: &'static str,
    pub(crate) method: String,
    /// The CORS-unsafe request-header names, in lower case.
    pub(crate) unsafe_names: Vec<String>,
}

impl RequestSummary {
    /// Returns the parts of the first request of `fetch`. If the API refuses the call, the request counts as a GET
    /// request without headers.
    pub(crate) fn new(page: Page, fetch: &FetchCall<'_>) -> Self {
        let mut summary = Self {
            page,
            origin: page.serialization(),
            method: String::from("GET"),
            unsafe_names: Vec::new(),
        };
        if let Ok(mut request) = fetch.call.clone().into_request(fetch.origin.clone()) {
            if !request.header_list.contains("accept") {
                let value = HeaderValue::from_static(b"*/*");
                request.header_list.append(ACCEPT, value);
            }
            let names = cors_unsafe_request_header_names(&request.header_list);
            summary.unsafe_names = names.iter().map(HeaderName::to_string).collect();
            summary.method = request.method.to_string();
        }
        summary
    }
}
