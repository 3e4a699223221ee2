//! Probes at the error URL: error responses to allowed origins. Some servers choose the CORS headers of an error response
//! in another place than the headers of other responses, for example in the handler for errors. This handler can ignore
//! the origin, or can work for some methods or for some origins only.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;

use super::{
    attacks::MAX_LISTED_ORIGINS,
    builder::{Call, ProbeBuilder, named, numbered},
    probe::Probe,
};
use crate::{infrastructure::request::Request, wording};

/// The maximum number of methods that the probes of one origin use.
const MAX_METHODS: usize = 6;

const ERRORS: &str = concat!(
    wording::headers_on_errors!(),
    ", or pages cannot read the error"
);

impl ProbeBuilder<'_> {
    /// Adds requests to the error URL: GET from each listed origin, and the other permitted methods from `page`.
    pub(super) fn error_responses(&mut self, page: &str) {
        let Some(url) = &self.config.error_url else {
            return;
        };
        let mut pages = self.expectations.pages().to_vec();
        pages.retain(|other| other != page);
        pages.insert(0, page.to_string());
        pages.truncate(MAX_LISTED_ORIGINS);
        let gets = pages.iter().enumerate().map(|(i, page)| {
            let call = Call::from_page(page);
            (numbered("error-response", i), call)
        });
        let methods = self.methods_other_than_get();
        let permitted = methods.iter().filter(|method| {
            let method = method.as_str();
            self.expectations.permits_method(method)
        });
        let others = permitted.map(|method| {
            let call = Call {
                method,
                ..Call::from_page(page)
            };
            (named("error-response-to-", method), call)
        });
        let probes = gets.chain(others).filter_map(|(name, call)| {
            let request = without_preflight(&call, url)?;
            Probe::fetch(name, ERRORS, request)
        });
        let probes: Vec<Probe> = probes.collect();
        self.probes.extend(probes);
    }

    /// Returns the methods of the probes that try several methods: HEAD, POST, the listed methods, and common methods.
    pub(super) fn methods_other_than_get(&self) -> Vec<String> {
        let mut methods = Vec::from(["HEAD", "POST"].map(String::from));
        let listed = self.expectations.spec.methods.entries().iter().cloned();
        for method in listed.chain(["PUT", "PATCH", "DELETE"].map(String::from)) {
            if method != "GET" && !methods.contains(&method) && methods.len() < MAX_METHODS {
                methods.push(method);
            }
        }
        methods
    }
}

/// Returns the request of a call, without a preflight. A server without a route for the error URL may refuse preflights for
/// this URL, so only the request after a successful preflight is of interest here.
pub(super) fn without_preflight(call: &Call<'_>, url: &Url) -> Option<Request> {
    let mut request = call.request(url)?;
    request.unsafe_request_flag = false;
    Some(request)
}
