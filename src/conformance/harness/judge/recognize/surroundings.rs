//! Recognizes what is in front of a server: a firewall that drops preflights, or a limit on the number of requests.

use alloc::{format, string::String};

use http::{Method, StatusCode};

use super::facts::REQUEST_METHOD;
use crate::{
    cases::Exchange,
    conformance::{
        harness::report::{cause::Cause, violation::Violation},
        laws::severity::Severity,
    },
};

/// The facts about the surroundings of a server.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    has_preflight_response: bool,
    has_options_response: bool,
    has_other_response: bool,
    /// The number of responses that refuse a request because there were too many requests.
    limited: usize,
    /// Whether a response that refuses a request because there were too many requests has the status 503.
    has_unavailable: bool,
    responses: usize,
}

impl Surroundings {
    pub(super) fn new<'x>(exchanges: impl Iterator<Item = &'x Exchange>) -> Self {
        let mut surroundings = Self::default();
        for exchange in exchanges {
            let is_options = exchange.request.method == Method::OPTIONS;
            surroundings.has_preflight_response |=
                is_options && exchange.request.header_list.contains(REQUEST_METHOD);
            surroundings.has_options_response |= is_options;
            surroundings.has_other_response |= !is_options;
            let is_limited = is_limited(exchange);
            let is_unavailable = exchange.response.status == StatusCode::SERVICE_UNAVAILABLE;
            surroundings.limited += usize::from(is_limited);
            surroundings.has_unavailable |= is_limited && is_unavailable;
            surroundings.responses += 1;
        }
        surroundings
    }

    /// Returns the cause of a violation if the surroundings of the server are the reason.
    pub(super) fn cause(&self, violation: &Violation) -> Option<Cause> {
        if violation.severity == Severity::Security {
            return None;
        }
        if violation.exchanges.iter().any(is_limited) {
            return Some(Cause::LimitsRequests);
        }
        let request = &violation.unanswered.as_ref()?.request;
        // Some firewalls drop each OPTIONS request that is similar to a preflight.
        let is_like_preflight = request.header_list.contains(REQUEST_METHOD);
        let is_dropped = request.method == Method::OPTIONS
            && (!self.has_options_response || (is_like_preflight && !self.has_preflight_response));
        (is_dropped && self.has_other_response).then_some(Cause::DropsPreflights)
    }

    /// Describes the responses that refuse a request because there were too many requests.
    pub(super) fn described_limit(&self) -> String {
        let Self {
            limited, responses, ..
        } = self;
        let status = if self.has_unavailable {
            "429, or with the status 503 and `Retry-After`"
        } else {
            "429"
        };
        format!("{limited} of {responses} test requests with the status {status}")
    }

    /// Whether no OPTIONS request gets a response.
    pub(super) const fn drops_options(&self) -> bool {
        !self.has_options_response
    }
}

/// Whether the server refuses the request because there were too many requests.
fn is_limited(exchange: &Exchange) -> bool {
    let status = exchange.response.status;
    status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::SERVICE_UNAVAILABLE
            && exchange.response.header_list.contains("retry-after"))
}
