//! The response values that do not depend on the request, computed when the policy is built.

use alloc::string::String;

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::vary::{PolicyVary, joined};
use crate::server::policy::{
    lists::{Methods, RequestHeaders, ResponseHeaders},
    rules::{Origins, Rules},
};

/// A validated policy with its precomputed response headers.
#[derive(Debug)]
pub(crate) struct PrecomputedResponses {
    pub(crate) rules: Rules,
    /// The value of Access-Control-Allow-Origin if the policy is static: each response has the same one.
    pub(crate) static_origin: Option<HeaderValue>,
    pub(crate) expose_headers: Option<HeaderValue>,
    /// Whether responses to methods other than OPTIONS get Access-Control-Allow-Origin and no other header.
    pub(super) has_only_allow_origin: bool,
    pub(super) reflects_method: bool,
    pub(crate) reflects_headers: bool,
    pub(crate) vary: PolicyVary,
    /// The headers of the response to an allowed request that is not a preflight.
    pub(crate) response: HeaderMap,
    /// The response to an allowed preflight.
    pub(super) allowed_preflight: Response<()>,
    /// The response to a denied preflight.
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

        let mut on_allowed = on_both;
        let max_age = rules.config.max_age.map(HeaderValue::from);
        add(
            &mut on_allowed,
            header::ACCESS_CONTROL_ALLOW_METHODS,
            allow_methods(&rules).as_ref(),
        );
        add(
            &mut on_allowed,
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            allow_headers(&rules).as_ref(),
        );
        add(
            &mut on_allowed,
            header::ACCESS_CONTROL_MAX_AGE,
            max_age.as_ref(),
        );
        add(&mut on_allowed, header::VARY, vary.on_options.line.as_ref());

        let mut on_denied = HeaderMap::new();
        add(&mut on_denied, header::VARY, vary.on_options.line.as_ref());
        Self {
            response,
            allowed_preflight: with_status(rules.preflight_status, on_allowed),
            denied_preflight: with_status(StatusCode::FORBIDDEN, on_denied),
            // A static policy does not allow credentials, so Access-Control-Allow-Credentials is absent too.
            has_only_allow_origin: static_origin.is_some() && expose_headers.is_none(),
            // A clone of a value is itself faster to clone than the original.
            static_origin: static_origin.clone(),
            expose_headers,
            reflects_method: rules.config.credentials && rules.methods == Methods::Any,
            reflects_headers: rules.config.credentials && rules.request_headers.any,
            vary,
            rules,
        }
    }
}

pub(crate) static TRUE: HeaderValue = HeaderValue::from_static("true");

fn static_origin(rules: &Rules) -> Option<HeaderValue> {
    match &rules.origins {
        // A predicate cannot restrict a policy that allows any origin.
        Origins::Any => Some(HeaderValue::from_static("*")),
        Origins::Listed(_) if rules.config.credentials || rules.predicate.is_some() => None,
        Origins::Listed(set) => HeaderValue::try_from(set.only_exact()?).ok(),
    }
}

/// Returns `None` if the header is not sent, or if the response reflects the method.
fn allow_methods(rules: &Rules) -> Option<HeaderValue> {
    match &rules.methods {
        Methods::Any if rules.config.credentials => None,
        Methods::Any => Some(HeaderValue::from_static("*")),
        Methods::Listed(listed) => comma_separated(listed),
    }
}

/// Returns `None` if the header is not sent, or if the response reflects the names.
fn allow_headers(rules: &Rules) -> Option<HeaderValue> {
    let RequestHeaders { any, listed } = &rules.request_headers;
    if !any {
        comma_separated(listed)
    } else if rules.config.credentials {
        None
    } else if listed.is_empty() {
        Some(HeaderValue::from_static("*"))
    } else {
        Some(HeaderValue::from_static("*,authorization"))
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

/// Not inlined, since a policy is built once and the code is compiled for each call.
#[inline(never)]
fn add(headers: &mut HeaderMap, name: HeaderName, value: Option<&HeaderValue>) {
    if let Some(value) = value {
        headers.append(name, value.clone());
    }
}
