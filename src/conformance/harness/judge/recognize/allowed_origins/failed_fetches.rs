//! Recognizes why a permitted fetch fails.

use alloc::{string::String, vec::Vec};

use http::StatusCode;

use super::{
    super::facts::{
        ALLOW_HEADERS, ALLOW_METHODS, REQUEST_HEADERS, REQUEST_METHOD, elements, has_credentials,
        is_in_joined_names, is_unexpected_error,
    },
    AllowedOrigins,
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::harness::report::{cause::Cause, violation::Violation},
    infrastructure::response::is_redirect_status,
};

fn requested_methods(preflight: &Exchange) -> Vec<String> {
    elements(&preflight.request.header_list, REQUEST_METHOD)
}

fn listed_methods(preflight: &Exchange) -> Vec<String> {
    elements(&preflight.response.header_list, ALLOW_METHODS)
}

impl AllowedOrigins<'_> {
    /// Whether all preflight responses lack a list of methods and a list of request headers, although the policy has
    /// methods and request headers.
    pub(in super::super) fn lacks_lists(&self) -> bool {
        let spec = &self.expectations.spec;
        let has_methods = spec.methods.is_any() || !spec.methods.entries().is_empty();
        !self.granted.has_lists && has_methods && !spec.request_headers.is_empty()
    }

    /// Returns why a permitted fetch fails.
    pub(in super::super) fn failure(&self, violation: &Violation) -> Cause {
        let (Some(error), Some(last)) = (&violation.error, violation.exchanges.last()) else {
            return if violation.unanswered.is_some() {
                Cause::NoResponse
            } else {
                Cause::OtherFailure
            };
        };
        if violation.unanswered.is_some() {
            return Cause::NoResponse;
        }
        match error.failure() {
            Failure::MethodDisallowedByPreflightResponse => self.lacking_method(last),
            Failure::HeaderDisallowedByPreflightResponse => self.lacking_name(last),
            Failure::InvalidAllowMethodsPreflightResponse
            | Failure::InvalidAllowHeadersPreflightResponse => Cause::MalformedLists,
            Failure::InvalidAllowCredentials | Failure::PreflightInvalidAllowCredentials => {
                Cause::LacksCredentials
            }
            Failure::WildcardOriginNotAllowed | Failure::PreflightWildcardOriginNotAllowed => {
                Cause::WildcardWithCredentials
            }
            Failure::PreflightInvalidStatus
            | Failure::PreflightDisallowedRedirect
            | Failure::PreflightMissingAllowOriginHeader => self.failed_preflight(last),
            Failure::MissingAllowOriginHeader => self.missing_headers(last),
            Failure::MultipleAllowOriginValues
            | Failure::PreflightMultipleAllowOriginValues
            | Failure::AllowOriginMismatch
            | Failure::PreflightAllowOriginMismatch
            | Failure::InvalidAllowOriginValue
            | Failure::PreflightInvalidAllowOriginValue => {
                match (
                    self.values.is_denial_text(last),
                    last.request.is_preflight(),
                ) {
                    (true, true) => self.failed_preflight(last),
                    (true, false) => self.missing_headers(last),
                    (false, _) => self.values.wrong_value(last),
                }
            }
            _ => Cause::OtherFailure,
        }
    }

    fn lacking_method(&self, preflight: &Exchange) -> Cause {
        let listed = elements(&preflight.response.header_list, ALLOW_METHODS);
        let requested = elements(&preflight.request.header_list, REQUEST_METHOD);
        let mut methods = requested.iter();
        let is_other_case = methods.any(|method| {
            let mut listed = listed.iter();
            listed.any(|listed| listed.eq_ignore_ascii_case(method))
        });
        let is_joined = |method: &String| {
            is_in_joined_names(&preflight.response.header_list, ALLOW_METHODS, method)
        };
        if listed.contains(&String::from("*")) {
            Cause::WildcardListWithCredentials
        } else if requested.iter().any(is_joined) {
            Cause::MalformedLists
        } else if is_other_case {
            Cause::ListsOtherCase
        } else if self.lacks_lists() {
            Cause::LacksPreflightGrants
        } else if self.granted.refuses_only_names(preflight) {
            // The server sends no lists at all if it does not permit a header name.
            Cause::LacksRequestHeader
        } else {
            Cause::LacksMethod
        }
    }

    fn lacking_name(&self, preflight: &Exchange) -> Cause {
        let listed = elements(&preflight.response.header_list, ALLOW_HEADERS);
        let requested = elements(&preflight.request.header_list, REQUEST_HEADERS);
        let has = |name: &str| {
            let mut listed = listed.iter();
            listed.any(|listed| listed.eq_ignore_ascii_case(name))
        };
        let lacks_authorization =
            requested.iter().any(|name| name == "authorization") && !has("authorization");
        // The policy permits every request header and lists Authorization, but does not allow credentials. The server
        // can then send `*`, and must also list Authorization.
        let can_be_any =
            self.expectations.permits_any_name() && !self.expectations.spec.credentials;
        let is_named = lacks_authorization && can_be_any;
        let is_joined = |name: &String| {
            !has(name) && is_in_joined_names(&preflight.response.header_list, ALLOW_HEADERS, name)
        };
        if has("*") && !is_named {
            Cause::WildcardListWithCredentials
        } else if requested.iter().any(is_joined) {
            Cause::MalformedLists
        } else if self.lacks_lists() {
            Cause::LacksPreflightGrants
        } else if self.granted.grants_only_single_names(preflight) {
            Cause::RefusesSeveralHeaders
        } else if self.granted.grants_names_only_to_others(preflight) {
            Cause::LacksRequestHeader
        } else if self.granted.grants_names_of_other_methods(preflight)
            && !requested_methods(preflight)
                .iter()
                .all(|method| listed_methods(preflight).contains(method))
            && !self
                .granted
                .needs_no_listed_method(&listed_methods(preflight))
        {
            Cause::LacksSafelistedMethod
        } else {
            Cause::LacksRequestHeader
        }
    }

    /// Returns the mistake of a response with an `Access-Control-Allow-Credentials` that is not `true`.
    pub(in super::super) fn useless_credentials(&self) -> Cause {
        if self.expectations.spec.credentials {
            Cause::LacksCredentials
        } else {
            Cause::UselessHeaders
        }
    }

    /// Returns the mistake of a server that redirects a preflight.
    pub(in super::super) const fn redirected_preflight(&self) -> Cause {
        if self.has_other_than_redirect {
            Cause::RedirectsPreflights
        } else {
            Cause::RedirectsEverything
        }
    }

    /// Returns why a preflight fails if its response has an error status or lacks `Access-Control-Allow-Origin`.
    fn failed_preflight(&self, preflight: &Exchange) -> Cause {
        let status = preflight.response.status;
        // If a login answers preflights, the CORS middleware can have other mistakes, or none.
        let is_of_login = status == StatusCode::UNAUTHORIZED || is_redirect_status(status);
        if !self.has_headers && self.has_success && !is_of_login {
            return Cause::NoCorsHeaders;
        }
        if !self.has_other_than_redirect {
            return Cause::RedirectsEverything;
        }
        // The server also denies the other requests of this origin, so the preflight is not the reason.
        if !self.allowed_in_requests.is_empty()
            && self.is_denied(preflight)
            && self.is_denied_in_requests(preflight)
        {
            return Cause::DeniesAllowedOrigin;
        }
        let is_any_granted = !self.granted.methods().is_empty();
        if is_any_granted {
            if self.is_denied(preflight) {
                return Cause::DeniesAllowedOrigin;
            }
            if self.is_unstable(preflight) {
                return Cause::UnstableAnswers;
            }
            if self.granted.refuses_origin(preflight) {
                return Cause::DeniesAllowedOrigin;
            }
            if self.granted.grants_only_single_names(preflight) {
                return Cause::RefusesSeveralHeaders;
            }
            // A redirect and a login are reasons of their own, so the requested method and the requested header names
            // are not the reason. A server error can have any reason. But if other preflights of the same origin
            // succeed, the requested method or a requested header name is the reason.
            let is_explained =
                !is_unexpected_error(status) || self.granted.grants_origin(preflight);
            let is_of_request =
                !is_redirect_status(status) && status != StatusCode::UNAUTHORIZED && is_explained;
            let refused_method = self.granted.refused_method(preflight);
            match refused_method.filter(|_| is_of_request) {
                Some(is_safelisted) if is_safelisted => return Cause::LacksSafelistedMethod,
                Some(_) => return Cause::LacksMethod,
                None => {}
            }
            if is_of_request && !self.granted.grants_names(preflight) {
                return Cause::LacksRequestHeader;
            }
        }
        match status.as_u16() {
            _ if is_redirect_status(status) => Cause::RedirectsPreflights,
            401 => Cause::AuthenticatesPreflights,
            404 | 405 | 501 => Cause::MissesPreflights,
            300.. => Cause::RefusesPreflights,
            _ if self.granted.has_allow_origin => Cause::LacksHeadersOnSomeResponses,
            _ => Cause::IgnoresPreflights,
        }
    }

    /// Returns why a response lacks `Access-Control-Allow-Origin`.
    fn missing_headers(&self, exchange: &Exchange) -> Cause {
        let status = exchange.response.status;
        let is_error = status.is_client_error() || status.is_server_error();
        if !self.has_headers && self.has_success {
            return Cause::NoCorsHeaders;
        }
        if !self.has_other_than_redirect {
            return Cause::RedirectsEverything;
        }
        if self.has_headers_only_on_preflights() {
            return Cause::LacksHeadersOnSomeResponses;
        }
        if self.is_unstable(exchange) {
            return Cause::UnstableAnswers;
        }
        // A server behind a login sends status 401 to every origin, so status 401 does not show that the server denies
        // the origin.
        let is_of_login = status == StatusCode::UNAUTHORIZED && !self.has_success_without_login;
        let can_be_of_origin = !is_of_login && !self.refuses_method(exchange);
        if self.has_headers && can_be_of_origin && self.is_denied_in_requests(exchange) {
            return Cause::DeniesAllowedOrigin;
        }
        if is_redirect_status(status) {
            Cause::LacksHeadersOnRedirects
        } else if is_error {
            Cause::LacksHeadersOnErrors
        } else if has_credentials(exchange)
            && !self.is_method_without_headers(&exchange.request.method)
        {
            Cause::LacksHeadersWithCredentials
        } else {
            Cause::LacksHeadersOnSomeResponses
        }
    }
}
