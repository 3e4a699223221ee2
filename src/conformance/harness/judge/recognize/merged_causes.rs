//! Merges mistakes of a server that have the same reason, so that a report has one finding for each reason.

use http::StatusCode;

use super::{
    Evidence,
    facts::{ALLOW_ORIGIN, EXPOSE_HEADERS, MAX_AGE},
    ignored_headers::is_only_useless,
    misspelled_headers::misspelled_name,
    names,
    violation_facts::{
        ends_with_server_error, exposes_any, grants_too_little, grants_too_much,
        has_several_values, is_error_without_https, is_of_allowing_everything, is_of_fixed_lists,
        is_redirected_preflight, status_of_refused_preflight,
    },
};
use crate::conformance::{
    harness::report::{cause::Cause, violation::Violation},
    laws::Law,
};

impl Evidence<'_> {
    /// Returns the cause of a violation. Several mistakes that have the same reason have one cause.
    pub(super) fn merged_cause(&self, violation: &Violation) -> Cause {
        match self.single_cause(violation) {
            // The server stores the `Origin` of a request, and sends it in the responses to later requests.
            Cause::SendsNull
            | Cause::SendsText
            | Cause::WildcardOrigin
            | Cause::SendsOtherOrigin
            | Cause::AllowsOtherOrigin
            | Cause::AllowsMalformedOrigin
            | Cause::OtherAllowOrigin
                if self.denied.sends_earlier_origins() =>
            {
                Cause::AllowsSometimes
            }
            cause if self.is_of_options_in_front(cause, violation) => Cause::WildcardOrigin,
            cause if self.is_of_expression(cause, violation) => Cause::AllowsOtherOrigin,
            _ if self.is_of_configured_origin(violation) => Cause::NoCorsHeaders,
            Cause::SendsOtherOrigin if self.allows_no_origin() => Cause::SendsCorsHeaders,
            // If the policy allows no origin, the fix is to remove all CORS headers.
            cause
                if self.allows_no_origin()
                    && (is_of_fixed_lists(cause)
                        || is_of_allowing_everything(cause)
                        || matches!(
                            cause,
                            Cause::GrantsPrivateNetwork
                                | Cause::GrantsHarmless
                                | Cause::UselessHeaders
                        ))
                    && let Some(mistake) =
                        self.denied.reflects().or(self.mistake_without_origins) =>
            {
                mistake
            }
            // The server looks for `https:` at the beginning of `Origin`, and answers every other request with an error.
            cause
                if is_error_without_https(cause)
                    && self.denied.refuses_without_https
                    && self.denied.reflects() == Some(Cause::ReflectsAnyHttpsOrigin) =>
            {
                Cause::ReflectsAnyHttpsOrigin
            }
            // The server refuses the preflights of allowed pages as it refuses their other requests.
            Cause::RefusesPreflights
            | Cause::MissesPreflights
            | Cause::AuthenticatesPreflights
            | Cause::RedirectsPreflights
            | Cause::RedirectsEverything
                if self.refuses_allowed_pages =>
            {
                Cause::RefusesAllowedOrigin
            }
            // If the server sends `*` to every origin, without credentials, its responses do not need `Vary`.
            Cause::LacksVary | Cause::WildcardWithCredentials if self.reflects_with_credentials => {
                Cause::AllowsCredentials
            }
            // The server does not recognize a preflight without requested header names.
            Cause::WrongMaxAge
                if self.lacks_lists_without_names(violation)
                    && violation
                        .exchanges
                        .iter()
                        .all(|exchange| !exchange.response.header_list.contains(MAX_AGE)) =>
            {
                Cause::LacksMethod
            }
            cause if self.missing_options.contains(&cause) => Cause::LacksOptions,
            // The server reflects the requested method in another letter case, so it does not grant `PUT`.
            Cause::ListsOtherCase
                if self.grants_requested && self.grants.changes_case_of_methods() =>
            {
                self.cause_of_requested_grants()
            }
            // The server reflects one requested header name of each preflight.
            Cause::RefusesSeveralHeaders
                if self.grants_requested && self.grants.reflects_only_single_names() =>
            {
                self.cause_of_requested_grants()
            }
            // A list that contains unpermitted names and lacks permitted names is one mistake, not two mistakes.
            cause
                if self.has_other_lists
                    && is_of_fixed_lists(cause)
                    && !(grants_too_little(cause) && ends_with_server_error(violation))
                    && !self.lacks_misspelled_list(cause, violation) =>
            {
                Cause::GrantsOtherThanPolicy
            }
            // The server refuses every method that is not in its list with the same status.
            Cause::LacksSafelistedMethod
                if !self.has_other_lists
                    && status_of_refused_preflight(violation).is_some_and(|status| {
                        self.statuses_of_refused_methods.contains(&status)
                    }) =>
            {
                Cause::LacksMethod
            }
            // If the server grants unpermitted methods in one response and unpermitted request headers in another
            // response, both are one mistake.
            cause if self.has_longer_lists && grants_too_much(cause) => Cause::GrantsMoreThanPolicy,
            // Harmless names and other unpermitted names come from the same list.
            Cause::GrantsHarmless if let Some(cause) = self.cause_of_same_list(violation) => cause,
            // A server that sends the same headers with every response makes one mistake: it ignores the origin, the
            // requested method and the requested header names.
            Cause::UselessHeaders if self.allows_everything && self.sends_to_all(violation) => {
                Cause::AllowsEverything
            }
            // A server that reflects the origin and sends the same lists and the same max-age with every response does not
            // look at the request. Headers that are useless, wrong or harmless follow from this mistake.
            cause
                if let Some(reflection) = self.cause_of_reflection()
                    && self.is_sent_with_every_response(cause, violation) =>
            {
                reflection
            }
            // The misspelled header is the reason why no response has `Access-Control-Allow-Origin`.
            Cause::UselessHeaders
                if self.denial == Some(Cause::NoCorsHeaders)
                    && misspelled_name(ALLOW_ORIGIN, violation.exchanges.iter()).is_some() =>
            {
                Cause::NoCorsHeaders
            }
            // The headers are useless because no response has `Access-Control-Allow-Origin`.
            Cause::UselessHeaders
                if self.denial == Some(Cause::NoCorsHeaders)
                    && violation.law == Law::CorsHeadersNeedAllowOrigin
                    && !self.allowed.sent_without_allow_origin().is_empty() =>
            {
                Cause::NoCorsHeaders
            }
            // A redirect in place of the answer to a preflight has the headers of another response.
            Cause::UselessHeaders if violation.exchanges.iter().all(is_redirected_preflight) => {
                self.allowed.redirected_preflight()
            }
            Cause::RepeatsAllowOrigin if self.has_added_asterisk(violation) => {
                Cause::WildcardOrigin
            }
            Cause::AllowsMalformedOrigin => self.malformed_origin(violation),
            // The server joins the `Origin` lines into one text, and compares only a part of the text.
            Cause::ReadsOneOfSeveralOrigins
                if violation.exchanges.iter().any(has_several_values)
                    && let Some(comparison) = self.wrong_comparison =>
            {
                comparison
            }
            // The server's list can have a misspelled origin, such as `http://app.example` in place of
            // `https://app.example`. The server then allows the misspelled origin, and denies the correct origin.
            Cause::IgnoresScheme => self.misspelling(violation).unwrap_or(Cause::IgnoresScheme),
            cause if self.allows_everything && is_of_allowing_everything(cause) => {
                Cause::AllowsEverything
            }
            Cause::IgnoresPreflights if self.allowed.has_headers_only_on_get() => {
                Cause::LacksHeadersOnSomeResponses
            }
            Cause::LacksHeadersOnErrors if self.is_refused_method_of_pages(violation) => {
                Cause::RefusesAllowedOrigin
            }
            // The middleware does not run for the method, whatever the status is.
            Cause::LacksHeadersOnErrors if self.is_of_method_without_headers(violation) => {
                Cause::LacksHeadersOnSomeResponses
            }
            // The server refuses all requests with the header, and preflights can have it too.
            Cause::RefusesPreflights
            | Cause::MissesPreflights
            | Cause::LacksMethod
            | Cause::LacksSafelistedMethod
            | Cause::LacksRequestHeader
                if self.is_refused_with_header(violation) =>
            {
                Cause::LacksHeadersOnErrors
            }
            // A login in front of the CORS middleware answers preflights and also other requests.
            Cause::LacksHeadersOnErrors
                if self.authenticates_preflights && is_unauthorized(violation) =>
            {
                Cause::AuthenticatesPreflights
            }
            Cause::UselessHeaders
                if self.exposes_on_preflights && is_only_useless(violation, EXPOSE_HEADERS) =>
            {
                Cause::LacksExposedHeaders
            }
            // The value `*` exposes every header to a fetch without credentials, and no header to a fetch with credentials.
            Cause::LacksExposedHeaders
                if self.exposes_everything && violation.exchanges.iter().any(exposes_any) =>
            {
                Cause::ExposesEverything
            }
            cause => cause,
        }
    }

    /// Returns the cause that says that the server grants every requested name.
    const fn cause_of_requested_grants(&self) -> Cause {
        if self.allows_everything {
            Cause::AllowsEverything
        } else {
            Cause::GrantsRequested
        }
    }

    /// Returns the cause of the finding about the same list, if the list also has unpermitted names that are not harmless.
    fn cause_of_same_list(&self, violation: &Violation) -> Option<Cause> {
        let [of_methods, of_names] = self.grants.unpermitted_lists(&violation.exchanges);
        let is_of_list = |cause: Cause| match cause {
            Cause::GrantsOtherMethods => of_methods,
            Cause::GrantsOtherHeaders => of_names,
            _ => true,
        };
        if self.has_longer_lists {
            return Some(Cause::GrantsMoreThanPolicy);
        }
        let mut of_grants = self.causes_of_grants.iter().copied();
        of_grants.find(|cause| is_of_list(*cause))
    }

    /// Returns why a response allows a text that no browser sends. If the server has another mistake with origins, and
    /// the fix of the other mistake also prevents such a response, returns the other mistake.
    fn malformed_origin(&self, violation: &Violation) -> Cause {
        let denial = self.misspelling(violation);
        denial
            .or(self.wrong_comparison)
            .unwrap_or(Cause::AllowsMalformedOrigin)
    }

    /// Returns why the server denies the origin of an allowed page. `None` if no request of `violation` has another
    /// form of this origin, such as the origin with a slash at its end.
    fn misspelling(&self, violation: &Violation) -> Option<Cause> {
        let origins = names::origins(violation.exchanges.iter())?;
        self.denial.filter(|_| {
            let mut origins_of_colon = origins.iter();
            self.misspelled_entry(&origins).is_some()
                || origins_of_colon.any(|origin| self.page_without_port(origin).is_some())
        })
    }
}

/// Whether the last response has the status 401.
fn is_unauthorized(violation: &Violation) -> bool {
    let last = violation.exchanges.last();
    last.is_some_and(|exchange| exchange.response.status == StatusCode::UNAUTHORIZED)
}
