//! Merging the headers of a decision into an [`http::HeaderMap`].

use alloc::vec::Vec;

use http::{HeaderMap, HeaderName, HeaderValue, Response, header};

use super::{
    precomputed::{PrecomputedResponses, TRUE},
    vary::Vary,
};
use crate::server::{
    decision::decide::{Decision, RequestKind},
    policy::CorsPolicy,
};

impl<'r> Decision<'r> {
    /// Merges the headers into a response. Call this method for error responses too. The method removes the CORS headers
    /// that a handler has set, and does not change the handler's other headers.
    #[inline]
    pub fn apply(&self, response: &mut HeaderMap) {
        match self.kind {
            RequestKind::Preflight => merge_preflight(self.preflight_headers(), response),
            RequestKind::NotCors | RequestKind::Cors => {
                let other_headers = (&*self.policy.0, self.is_options);
                merge(self.allow_origin_value(), Some(other_headers), response);
            }
        }
    }

    // Without `inline(always)`, the compiler does not inline this function, and moves the response one more time.
    #[allow(clippy::inline_always)]
    #[inline(always)]
    pub(crate) fn preflight_response(&self) -> Response<()> {
        let policy = &*self.policy.0;
        // Cloning the precomputed response is faster than building a response.
        if policy.has_static_preflight && self.checked().is_ok() {
            policy.allowed_preflight.clone()
        } else {
            self.response_with_reflected()
        }
    }

    /// Returns the precomputed response to a preflight, without the reflected values.
    #[inline]
    pub(super) fn precomputed_preflight(&self) -> &'r Response<()> {
        let policy = &*self.policy.0;
        match self.checked() {
            Ok(()) => &policy.allowed_preflight,
            Err(denial) if denial.grants_rest() => &policy.partly_denied_preflight,
            Err(_) => &policy.denied_preflight,
        }
    }

    /// Returns the precomputed response with the reflected values. The function is not inlined, so the code for static
    /// responses stays short.
    #[inline(never)]
    fn response_with_reflected(&self) -> Response<()> {
        let mut response = self.precomputed_preflight().clone();
        self.for_each_reflected(|name, value| {
            if let Some(value) = value.to_header_value() {
                response.headers_mut().append(name, value);
            }
        });
        response
    }

    pub(super) fn preflight_headers(&self) -> HeaderMap {
        self.preflight_response().into_parts().0.headers
    }
}

impl CorsPolicy {
    /// Whether only the policy can set response headers with this name. The policy removes headers with such a name from
    /// a handler's response.
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
    // This loop compiles to less code than `extend`, which also replaces earlier values. The response does not have
    // earlier values here, because the code above has removed them.
    for (name, value) in &headers {
        response.append(name, value.clone());
    }
}

/// Merges the headers into a response to a request that is not a preflight. `other_headers` is a pair. Its first
/// part has the headers other than `allow_origin`, and its second part is true if the method is OPTIONS. If
/// `allow_origin` is `None`, the response gets only `Vary`.
#[inline]
pub(super) fn merge(
    allow_origin: Option<HeaderValue>,
    other_headers: Option<(&PrecomputedResponses, bool)>,
    response: &mut HeaderMap,
) {
    if response.keys().any(is_cors) {
        remove_cors_headers(response);
    }
    let has_allow_origin = allow_origin.is_some();
    if let Some(origin) = allow_origin {
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    let Some((policy, is_options)) = other_headers else {
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
    let names: Vec<HeaderName> = response
        .keys()
        .filter(|name| is_cors(name))
        .cloned()
        .collect();
    for name in names {
        response.remove(name);
    }
}
