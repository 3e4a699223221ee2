//! The parts of responses that do not depend on the request. These parts are computed when the policy is built.

use alloc::string::{String, ToString};

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::{
    frequent_values::header_value,
    vary::{PolicyVary, joined},
};
use crate::server::policy::{
    lists::{Methods, ResponseHeaders},
    rules::{Origins, Rules},
};

/// A validated policy with its precomputed response headers.
#[derive(Debug)]
pub(crate) struct PrecomputedResponses {
    pub(crate) rules: Rules,
    /// The value of Access-Control-Allow-Origin that a static policy sends, or `None` for any other policy.
    pub(crate) static_origin: Option<HeaderValue>,
    pub(crate) expose_headers: Option<HeaderValue>,
    /// Whether Access-Control-Allow-Origin is the only header that the policy adds to responses. Responses to OPTIONS
    /// requests do not count, because they can have more headers.
    pub(super) has_only_allow_origin: bool,
    /// Whether the response to an allowed preflight does not reflect any value of the request.
    pub(super) has_static_preflight: bool,
    pub(super) reflects_method: bool,
    pub(crate) reflects_headers: bool,
    pub(crate) vary: PolicyVary,
    /// The headers of the response to an allowed request that is not a preflight.
    pub(crate) response: HeaderMap,
    /// The response to an allowed preflight.
    pub(super) allowed_preflight: Response<()>,
    /// The response to a preflight whose method or header is denied. The response grants the other methods and headers
    /// that the policy allows.
    pub(super) partly_denied_preflight: Response<()>,
    /// The response to a preflight whose origin is denied, and to a malformed preflight.
    pub(super) denied_preflight: Response<()>,
}

impl PartialEq for PrecomputedResponses {
    fn eq(&self, other: &Self) -> bool {
        self.rules == other.rules
    }
}

impl PrecomputedResponses {
    pub(crate) fn new(rules: Rules) -> Self {
        let static_origin = static_origin(&rules);
        let expose_headers = match &rules.expose_headers {
            ResponseHeaders::Any => Some(HeaderValue::from_static("*")),
            ResponseHeaders::Listed(listed) => comma_separated(listed),
        };
        let vary = PolicyVary::new(&rules, static_origin.is_some());
        let mut on_both = HeaderMap::new();
        let credentials = rules.config.credentials.then_some(&TRUE);
        add(
            &mut on_both,
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            static_origin.as_ref(),
        );
        add(
            &mut on_both,
            header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
            credentials,
        );

        let mut response = on_both.clone();
        add(
            &mut response,
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            expose_headers.as_ref(),
        );
        add(
            &mut response,
            header::VARY,
            vary.on_other_methods.line.as_ref(),
        );

        let mut on_denied = HeaderMap::new();
        let mut on_partly_denied = on_both.clone();
        let mut on_allowed = on_both;
        let allow_methods = allow_methods(&rules);
        let methods_when_denied = always_allow_methods(&rules, allow_methods.as_ref());
        let allow_headers = comma_separated(&rules.request_headers.listed);
        let max_age = rules
            .config
            .max_age
            .and_then(|seconds| header_value(seconds.to_string()));
        add(
            &mut on_partly_denied,
            header::ACCESS_CONTROL_ALLOW_METHODS,
            methods_when_denied,
        );
        add(
            &mut on_partly_denied,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            allow_headers.as_ref(),
        );
        add(
            &mut on_allowed,
            header::ACCESS_CONTROL_ALLOW_METHODS,
            allow_methods.as_ref(),
        );
        add(
            &mut on_allowed,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            allow_headers
                .as_ref()
                .filter(|_| !rules.request_headers.any),
        );
        add(
            &mut on_allowed,
            header::ACCESS_CONTROL_MAX_AGE,
            max_age.as_ref(),
        );
        for headers in [&mut on_allowed, &mut on_partly_denied, &mut on_denied] {
            add(headers, header::VARY, vary.on_options.line.as_ref());
        }
        let reflects_method = rules.methods == Methods::Any;
        let reflects_headers = rules.request_headers.any;
        Self {
            response,
            allowed_preflight: with_status(rules.preflight_status, on_allowed),
            partly_denied_preflight: with_status(rules.preflight_status, on_partly_denied),
            denied_preflight: with_status(StatusCode::FORBIDDEN, on_denied),
            // A static policy does not allow credentials, so its responses lack Access-Control-Allow-Credentials.
            has_only_allow_origin: static_origin.is_some() && expose_headers.is_none(),
            // The first clone of a value converts its bytes to shared bytes. Cloning the value here makes later clones
            // faster.
            static_origin: static_origin.clone(),
            expose_headers,
            has_static_preflight: static_origin.is_some() && !reflects_method && !reflects_headers,
            reflects_method,
            reflects_headers,
            vary,
            rules,
        }
    }
}

pub(super) static SAFELISTED_METHODS: HeaderValue = HeaderValue::from_static("GET,HEAD,POST");

pub(crate) static TRUE: HeaderValue = HeaderValue::from_static("true");

fn static_origin(rules: &Rules) -> Option<HeaderValue> {
    match &rules.origins {
        // A policy that allows every origin ignores its predicate, so the value is always `*`.
        Origins::Any => Some(HeaderValue::from_static("*")),
        Origins::Listed(_) if rules.config.credentials || rules.predicate.is_some() => None,
        Origins::Listed(set) => HeaderValue::try_from(set.only_exact()?).ok(),
    }
}

/// Returns the value of `Access-Control-Allow-Methods`. Returns `None` if the header is not sent, or if the response
/// reflects the method.
fn allow_methods(rules: &Rules) -> Option<HeaderValue> {
    match &rules.methods {
        Methods::Any => None,
        Methods::Listed(listed) => comma_separated(listed),
    }
}

/// Returns a value of `Access-Control-Allow-Methods` even if the policy does not list any methods. Without this header,
/// the standard allows any method of an XMLHttpRequest with upload listeners (step 7.4 of the [CORS-preflight fetch]).
/// Returns `None` if the response reflects the method.
///
/// [CORS-preflight fetch]: https://fetch.spec.whatwg.org/#cors-preflight-fetch
fn always_allow_methods<'v>(
    rules: &Rules,
    allow_methods: Option<&'v HeaderValue>,
) -> Option<&'v HeaderValue> {
    match &rules.methods {
        Methods::Any => None,
        Methods::Listed(_) => allow_methods.or(Some(&SAFELISTED_METHODS)),
    }
}

fn comma_separated(names: &[String]) -> Option<HeaderValue> {
    joined(&mut names.iter().map(String::as_str), ",")
}

fn with_status(status: StatusCode, headers: HeaderMap) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

/// This function is not inlined. A policy is built once, so the speed does not matter, and inlining would copy the code
/// to each call.
#[inline(never)]
fn add(headers: &mut HeaderMap, name: HeaderName, value: Option<&HeaderValue>) {
    if let Some(value) = value {
        headers.append(name, value.clone());
    }
}
