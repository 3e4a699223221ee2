//! What can be made ready before a request comes.

use alloc::string::String;

use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use super::vary::Vary;
use crate::server::policy::{
    lists::{Methods, RequestHeaders, ResponseHeaders},
    rules::{Origins, Rules},
};

/// A policy with all that responses say of what does not depend on a request.
#[derive(Debug)]
pub(crate) struct PrecomputedResponses {
    pub(crate) rules: Rules,
    /// The value of Access-Control-Allow-Origin on every response, if the policy is static.
    pub(crate) static_origin: Option<HeaderValue>,
    pub(crate) expose_headers: Option<HeaderValue>,
    /// Whether Access-Control-Allow-Origin is the only header, of responses to other methods than OPTIONS.
    pub(super) has_only_allow_origin: bool,
    pub(super) reflects_method: bool,
    pub(crate) reflects_headers: bool,
    pub(crate) vary: Vary,
    pub(crate) vary_on_options: Vary,
    /// The response to what is no preflight.
    pub(crate) response: HeaderMap,
    /// The response to a preflight that is allowed.
    pub(super) allowed_preflight: Response<()>,
    /// The response to one that is not.
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
            ResponseHeaders::Listed(listed) => joined(listed),
        };
        let predicate = rules.predicate.as_ref();
        let reads = predicate.map_or(&[][..], |predicate| &*predicate.reads);
        let vary = match static_origin.is_some() {
            true => Vary::default(),
            false => Vary::new("origin", reads),
        };
        // No cache keeps such a response, so what a predicate reads is not told.
        let vary_on_options = Vary::new(
            "origin, access-control-request-method, access-control-request-headers",
            &[],
        );
        let on_both = [
            (header::ACCESS_CONTROL_ALLOW_ORIGIN, static_origin.clone()),
            (
                header::ACCESS_CONTROL_ALLOW_CREDENTIALS,
                rules.config.credentials.then(|| TRUE.clone()),
            ),
        ];
        let on_response = [
            (
                header::ACCESS_CONTROL_EXPOSE_HEADERS,
                expose_headers.clone(),
            ),
            (header::VARY, vary.line.clone()),
        ];
        let on_allowed = [
            (header::ACCESS_CONTROL_ALLOW_METHODS, allow_methods(&rules)),
            (header::ACCESS_CONTROL_ALLOW_HEADERS, allow_headers(&rules)),
            (
                header::ACCESS_CONTROL_MAX_AGE,
                rules.config.max_age.map(HeaderValue::from),
            ),
            (header::VARY, vary_on_options.line.clone()),
        ];
        let on_denied = [(header::VARY, vary_on_options.line.clone())];
        Self {
            response: present(on_both.clone().into_iter().chain(on_response)),
            allowed_preflight: with_headers(
                rules.preflight_status,
                on_both.into_iter().chain(on_allowed),
            ),
            denied_preflight: with_headers(StatusCode::FORBIDDEN, on_denied),
            // With credentials none is static.
            has_only_allow_origin: static_origin.is_some() && expose_headers.is_none(),
            // The clone of a value is cloned faster than the value.
            static_origin: static_origin.clone(),
            expose_headers,
            reflects_method: rules.config.credentials && rules.methods == Methods::Any,
            reflects_headers: rules.config.credentials && rules.request_headers.any,
            vary,
            vary_on_options,
            rules,
        }
    }
}

pub(crate) static TRUE: HeaderValue = HeaderValue::from_static("true");

fn static_origin(rules: &Rules) -> Option<HeaderValue> {
    match &rules.origins {
        // It stays any origin beside a predicate.
        Origins::Any => Some(HeaderValue::from_static("*")),
        Origins::Listed(_) if rules.config.credentials || rules.predicate.is_some() => None,
        Origins::Listed(set) => HeaderValue::try_from(set.only_exact()?).ok(),
    }
}

/// None where nothing is sent or where the method is reflected.
fn allow_methods(rules: &Rules) -> Option<HeaderValue> {
    match &rules.methods {
        Methods::Any if rules.config.credentials => None,
        Methods::Any => Some(HeaderValue::from_static("*")),
        Methods::Listed(listed) => joined(listed),
    }
}

/// None where nothing is sent or where the names are reflected.
fn allow_headers(rules: &Rules) -> Option<HeaderValue> {
    let RequestHeaders { any, listed } = &rules.request_headers;
    match any {
        true if rules.config.credentials => None,
        true if listed.is_empty() => Some(HeaderValue::from_static("*")),
        true => Some(HeaderValue::from_static("*,authorization")),
        false => joined(listed),
    }
}

fn joined(names: &[String]) -> Option<HeaderValue> {
    let line = HeaderValue::try_from(names.join(",")).ok();
    line.filter(|_| !names.is_empty())
}

fn with_headers(
    status: StatusCode,
    headers: impl IntoIterator<Item = (HeaderName, Option<HeaderValue>)>,
) -> Response<()> {
    let mut response = Response::new(());
    *response.status_mut() = status;
    *response.headers_mut() = present(headers);
    response
}

fn present(headers: impl IntoIterator<Item = (HeaderName, Option<HeaderValue>)>) -> HeaderMap {
    let headers = headers.into_iter();
    let present = headers.filter_map(|(name, value)| Some((name, value?)));
    present.collect()
}
