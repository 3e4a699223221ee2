//! The headers merged into a response.

use http::{HeaderMap, HeaderName, HeaderValue, Response, header};

use super::{
    precomputed::{PrecomputedResponses, TRUE},
    vary::Vary,
};
use crate::server::{
    decision::decide::{Decision, RequestKind},
    policy::CorsPolicy,
};

impl Decision<'_> {
    /// Merges the headers into a response, of an error too: what a handler set of the CORS headers
    /// goes, everything else of it stays.
    #[inline]
    pub fn apply(&self, response: &mut HeaderMap) {
        match self.kind {
            RequestKind::Preflight => merge_preflight(self.preflight_headers(), response),
            RequestKind::NotCors | RequestKind::Cors => {
                let beside = (&*self.policy.0, self.is_options);
                merge(self.allow_origin_value(), Some(beside), response);
            }
        }
    }

    /// What a preflight is answered with.
    #[inline]
    pub(crate) fn preflight_response(&self) -> Response<()> {
        let policy = &*self.policy.0;
        // Headers are cloned in less time than they are inserted, and with their response in less than
        // they are put into one.
        match policy.static_origin.is_some() && self.checked().is_ok() {
            true => policy.allowed_preflight.clone(),
            false => self.response_with_reflected(),
        }
    }

    /// Out of line, since a static policy reflects nothing.
    #[inline(never)]
    fn response_with_reflected(&self) -> Response<()> {
        let mut response = match self.checked() {
            Ok(()) => self.policy.0.allowed_preflight.clone(),
            Err(_) => self.policy.0.denied_preflight.clone(),
        };
        self.for_each_reflected(|name, value| {
            if let Some(value) = value.to_header_value() {
                response.headers_mut().append(name, value);
            }
        });
        response
    }

    /// Its headers alone.
    pub(super) fn preflight_headers(&self) -> HeaderMap {
        self.preflight_response().into_parts().0.headers
    }
}

impl CorsPolicy {
    /// Whether a response's headers of that name are the policy's: those of a handler are removed.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// assert!(CorsPolicy::owns("Access-Control-Allow-Origin") && !CorsPolicy::owns("vary"));
    /// ```
    pub fn owns(name: &str) -> bool {
        let start = name.as_bytes().get(..OWNED.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(OWNED.as_bytes()))
    }
}

pub(super) fn merge_preflight(mut headers: HeaderMap, response: &mut HeaderMap) {
    if response.is_empty() {
        *response = headers;
        return;
    }
    remove_cors_headers(response);
    if let Some(line) = headers.remove(header::VARY) {
        Vary::add(&line, response);
    }
    response.extend(headers);
}

/// Merges what a response says that is no preflight's. `beside` says the rest of it; the others of its
/// kind are there only if `allow_origin` is.
#[inline]
pub(super) fn merge(
    allow_origin: Option<HeaderValue>,
    beside: Option<(&PrecomputedResponses, bool)>,
    response: &mut HeaderMap,
) {
    if response.keys().any(is_cors) {
        remove_cors_headers(response);
    }
    let has_allow_origin = allow_origin.is_some();
    if let Some(origin) = allow_origin {
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    let Some((policy, is_options)) = beside else {
        return;
    };
    if has_allow_origin && policy.rules.config.credentials {
        response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, TRUE.clone());
    }
    if let Some(names) = policy.expose_headers.as_ref().filter(|_| has_allow_origin) {
        response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, names.clone());
    }
    if let Some(line) = &policy.vary.for_method(is_options).line {
        Vary::add(line, response);
    }
}

const OWNED: &str = "access-control-";

#[inline]
fn is_cors(name: &HeaderName) -> bool {
    name.as_str().starts_with(OWNED)
}

#[cold]
fn remove_cors_headers(response: &mut HeaderMap) {
    while let Some(name) = response.keys().find(|name| is_cors(name)).cloned() {
        response.remove(name);
    }
}
