//! Recognizes why a request fails although it should succeed.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    Evidence,
    facts::{ALLOW_HEADERS, ALLOW_METHODS, MAX_AGE, is_error},
    names::{Names, joined},
};
use crate::{
    cases::Exchange,
    conformance::harness::{
        judge::{
            crashes::fails, failed_preflights::Condition, requests::origin_kind,
            whole_run::is_unreached_options,
        },
        report::{
            cause::Cause,
            request_kind::{OriginKind, Purpose},
            violation::Violation,
        },
    },
};

impl Evidence<'_> {
    pub(super) fn failure(&self, violation: &Violation) -> Cause {
        if violation.unanswered.is_none()
            && self.fail_with_any_origin(core::slice::from_ref(violation))
        {
            return Cause::FailsWithHeaders;
        }
        if let Some(cause) = self.lacking_required_header(violation) {
            return cause;
        }
        if let Some(cause) = self.failure_without_names(violation) {
            return cause;
        }
        let fails_with_headers = |last: &Exchange| {
            violation.unanswered.is_none() && fails(last) && self.crashes.is_of_headers(last)
        };
        if violation.exchanges.last().is_some_and(fails_with_headers) {
            return Cause::FailsWithHeaders;
        }
        match self.allowed.failure(violation) {
            Cause::WildcardWithCredentials => self.asterisk(),
            Cause::WildcardListWithCredentials if self.grants_any => Cause::GrantsAny,
            Cause::LacksHeadersOnErrors
                if violation.exchanges.last().is_some_and(|last| {
                    self.crashes.credentials.explains(self.expectations, last)
                }) =>
            {
                Cause::FailsWithCredentials
            }
            Cause::LacksHeadersOnErrors | Cause::LacksHeadersOnSomeResponses
                if self.has_intercepted(violation) =>
            {
                Cause::InterceptsOptions
            }
            cause => cause,
        }
    }

    /// Returns the cause if a preflight gets an error because it has no requested header names. The lists of the server are then
    /// not the reason, even if they lack the requested method.
    fn failure_without_names(&self, violation: &Violation) -> Option<Cause> {
        let last = violation.exchanges.last()?;
        let is_error =
            violation.unanswered.is_none() && last.request.is_preflight() && is_error(last);
        let condition = self.crashes.failed_preflights.condition(last)?;
        (is_error && condition.is_of_no_names()).then(|| match last.response.status.as_u16() {
            404 | 405 | 501 => Cause::MissesPreflights,
            _ => Cause::RefusesPreflights,
        })
    }

    /// Describes the preflights of the violations if all of them fail on conditions with an origin.
    pub(super) fn failed_preflights_of_origins(&self, violations: &[Violation]) -> Option<String> {
        let conditions = violations.iter().map(|violation| {
            let last = violation.exchanges.last()?;
            let condition = self.crashes.failed_preflights.condition(last)?;
            condition.origin()?;
            Some(condition.described())
        });
        let conditions: BTreeSet<String> = conditions.collect::<Option<_>>()?;
        Some(joined(conditions.into_iter().collect(), "and"))
    }

    /// Describes the preflights of the violations if conditions explain why all of their responses lack the CORS headers.
    pub(super) fn preflights_without_headers(&self, violations: &[Violation]) -> Option<String> {
        let conditions = violations.iter().map(|violation| {
            let condition = self
                .bare_preflights
                .condition(violation.exchanges.last()?)?;
            Some(condition.described())
        });
        let conditions: BTreeSet<String> = conditions.collect::<Option<_>>()?;
        Some(joined(conditions.into_iter().collect(), "and"))
    }

    /// Whether the response to the preflight has no lists because the preflight requests no header names.
    pub(super) fn lacks_lists_without_names(&self, violation: &Violation) -> bool {
        violation.exchanges.last().is_some_and(|last| {
            let condition = self.bare_lists.condition(last);
            let mut lists = [ALLOW_METHODS, ALLOW_HEADERS].into_iter();
            last.request.is_preflight()
                && condition.is_some_and(Condition::is_of_no_names)
                && lists.all(|name| !last.response.header_list.contains(name))
        })
    }

    /// Returns the headers that are the reason for the server errors of the violations.
    pub(super) fn failed_headers(&self, violations: &[Violation]) -> Option<Names> {
        if self.fail_with_any_origin(violations) {
            return Names::new([String::from("Origin")]);
        }
        let headers = violations.iter().flat_map(|violation| {
            let last = violation.exchanges.last();
            last.and_then(|last| self.crashes.parts.headers(last))
                .unwrap_or_default()
        });
        Names::new(headers)
    }

    /// Whether the server fails on every request with `Origin`, and this is the reason for the server errors of the violations.
    pub(super) fn fail_with_any_origin(&self, violations: &[Violation]) -> bool {
        violations.iter().all(|violation| {
            let last = violation.exchanges.last();
            last.is_some_and(|last| self.crashes.is_of_any_origin(last))
        })
    }

    /// Returns the statuses of refused credentials if [`Self::headers_of_bare_responses`] has these credentials.
    pub(super) fn statuses_of_refused_credentials(
        &self,
        violations: &[Violation],
    ) -> BTreeSet<String> {
        let refusals = &self.crashes.refusals;
        let refused: BTreeSet<String> = refusals.credentials().collect();
        let named = self.headers_of_bare_responses(violations);
        if named.is_none_or(|named| !named.iter().any(|name| refused.contains(name))) {
            return BTreeSet::new();
        }
        refusals.statuses_of_credentials().collect()
    }

    /// Describes the requests of the violations on which the server fails because they have no `Content-Type`.
    pub(super) fn requests_without_content_type(&self, violations: &[Violation]) -> Option<String> {
        let described = violations.iter().filter_map(|violation| {
            let last = violation.exchanges.last()?;
            self.crashes.parts.without_content_type(last)
        });
        let described: BTreeSet<String> = described.collect();
        let described = joined(described.into_iter().collect(), "and");
        (!described.is_empty()).then(|| format!("{described} without `Content-Type`"))
    }

    /// Describes the preflights of all violations, if their requested header names are the reason for the server errors.
    pub(super) fn preflights_with_failed_names(&self, violations: &[Violation]) -> Option<String> {
        let preflights = violations.iter().map(|violation| {
            let last = violation.exchanges.last()?;
            self.crashes.parts.preflights(last)
        });
        let preflights: BTreeSet<String> = preflights.collect::<Option<_>>()?;
        Some(joined(preflights.into_iter().collect(), "and"))
    }

    /// Returns the headers of requests whose responses lack the CORS headers, if these headers are the reason in all violations.
    pub(super) fn headers_of_bare_responses(&self, violations: &[Violation]) -> Option<Names> {
        let headers = violations.iter().map(|violation| {
            let last = violation.exchanges.last()?;
            // The responses to denied origins also show the header that is the reason for an error.
            let headers = self.crashes.refusals.headers(last);
            headers.or_else(|| self.bare_parts.headers(last))
        });
        let headers: Vec<BTreeSet<String>> = headers.collect::<Option<_>>()?;
        let mut headers: BTreeSet<String> = headers.into_iter().flatten().collect();
        // If a header is the reason for some errors, a value of this header is not another reason.
        let names = headers.clone();
        headers.retain(|header| {
            let name = header.split_once(": ").map(|(name, _)| name);
            name.is_none_or(|name| !names.contains(name))
        });
        // Violations that differ only in their credentials are one violation.
        let refused: BTreeSet<String> = self.crashes.refusals.credentials().collect();
        if !refused.is_disjoint(&headers) {
            headers.extend(refused);
        }
        Names::new(headers)
    }

    /// Whether the server refuses the preflight of the violation because of a header that other requests also have.
    pub(super) fn is_refused_with_header(&self, violation: &Violation) -> bool {
        let mut exchanges = violation.exchanges.iter();
        exchanges.next_back().is_some_and(|last| {
            last.request.is_preflight() && self.crashes.refusals.headers(last).is_some()
        })
    }

    /// Whether the violation is about an error, and the method of its request is the reason: other responses to this method also
    /// lack the CORS headers, and errors for other methods have them.
    pub(super) fn is_of_method_without_headers(&self, violation: &Violation) -> bool {
        let last = violation.exchanges.last();
        last.is_some_and(|last| {
            let method = &last.request.method;
            let methods = self.allowed.errors.methods_without();
            methods.contains(method.as_str()) && self.allowed.is_method_without_headers(method)
        })
    }

    /// Whether the preflights of all violations get an error because they have no requested header names.
    pub(super) fn require_names(&self, violations: &[Violation]) -> bool {
        let mut violations = violations.iter();
        self.allowed.granted.requires_names()
            || violations.all(|violation| self.failure_without_names(violation).is_some())
    }

    /// Whether the violation has a plain OPTIONS request that the middleware answers in place of the handler. If so,
    /// the violation disappears when the middleware passes plain OPTIONS requests to the handler.
    pub(super) fn has_intercepted(&self, violation: &Violation) -> bool {
        self.intercepts_options && violation.exchanges.iter().any(is_unreached_options)
    }

    /// Returns why a request with credentials gets `Access-Control-Allow-Origin: *`.
    pub(super) const fn asterisk(&self) -> Cause {
        if self.denied.sends_asterisk {
            Cause::WildcardOrigin
        } else {
            Cause::WildcardWithCredentials
        }
    }

    /// Returns why a permitted fetch fails after an intermediary rewrote its preflight. The intermediary changes only
    /// the form of the list of header names.
    pub(super) fn intermediary(&self, violation: &Violation) -> Cause {
        if let Some(cause) = self.lacking_required_header(violation) {
            return cause;
        }
        let mut preflights = violation.exchanges.iter();
        let is_granted = preflights.next().is_some_and(|preflight| {
            self.allowed.granted.grants_otherwise(preflight)
                && !self
                    .allowed
                    .granted
                    .grants_names_of_other_methods(preflight)
                && !self.allowed.granted.is_refused_in_usual_form(preflight)
                && !self.allowed.granted.grants_names_only_to_others(preflight)
        });
        let is_of_preflight = violation
            .exchanges
            .last()
            .is_some_and(|last| last.request.is_preflight());
        let is_of_lists = |cause: Cause| {
            is_of_preflight
                && matches!(
                    cause,
                    Cause::LacksMethod
                        | Cause::LacksRequestHeader
                        | Cause::LacksPreflightGrants
                        | Cause::MalformedLists
                        | Cause::RefusesPreflights
                        | Cause::MissesPreflights
                        | Cause::LacksHeadersOnSomeResponses
                        | Cause::OtherFailure
                )
        };
        match self.failure(violation) {
            Cause::MalformedLists if self.has_malformed_lists => Cause::MalformedLists,
            // The server reflects the list of requested names. If an intermediary has rewritten this list, the
            // reflected list is wrong. So the cause is the reflection.
            cause if self.grants.reflects_names() && is_of_lists(cause) => Cause::GrantsRequested,
            cause if is_granted && is_of_lists(cause) => Cause::ReadsListsStrictly,
            cause => cause,
        }
    }

    /// Whether the violation has only OPTIONS requests, and no preflight succeeds. The OPTIONS requests then fail for
    /// the same reason as the preflights.
    pub(super) fn fails_like_preflights(&self, violation: &Violation) -> bool {
        let mut kinds = violation.requests.iter();
        self.allowed.fails_on_preflights() && kinds.all(|kind| kind.purpose != Purpose::Request)
    }

    /// Returns the cause of a server error.
    pub(super) fn crash(&self, violation: &Violation) -> Cause {
        let exchange = violation.exchanges.first();
        let is_allowed = |exchange: &&Exchange| {
            origin_kind(self.expectations, &exchange.request) == OriginKind::Allowed
        };
        if exchange
            .filter(is_allowed)
            .is_some_and(|exchange| self.allowed.is_denied(exchange))
            && self.allowed.allows_an_origin()
        {
            return Cause::DeniesAllowedOrigin;
        }
        let cause = exchange.map(|exchange| self.crashes.cause(self.expectations, exchange));
        cause.unwrap_or(Cause::FailsOnRequests)
    }

    /// Returns the mistake of a server that refuses a harmless request: a request from the server's own page or from an
    /// allowed page, a request without `Origin`, or a request with `Origin: null`.
    pub(super) fn refusal(violation: &Violation) -> Cause {
        match violation.requests.first().map(|kind| kind.origin) {
            Some(OriginKind::Missing) => Cause::RefusesRequestsWithoutOrigin,
            Some(OriginKind::Denied) => Cause::RefusesNullOrigin,
            Some(OriginKind::Allowed) => Cause::RefusesAllowedOrigin,
            _ => Cause::RefusesOwnOrigin,
        }
    }

    /// Whether the responses of the violation lack a max-age, and the server does not list methods or request headers in
    /// any preflight response.
    pub(super) fn lacks_max_age(&self, violation: &Violation) -> bool {
        let mut exchanges = violation.exchanges.iter();
        let is_absent = |exchange: &Exchange| {
            let response = &exchange.response.header_list;
            !response.contains(MAX_AGE)
        };
        self.allowed.lacks_lists() && exchanges.all(is_absent)
    }

    /// Whether the server grants nothing to preflights for a CORS-safelisted method, but lists the requested header
    /// names for other methods. A response grants nothing if it lists no methods and no request headers, and has no
    /// max-age.
    pub(super) fn lacks_safelisted_method(&self, violation: &Violation) -> bool {
        violation.exchanges.iter().all(|exchange| {
            let response = &exchange.response.header_list;
            let mut grants = [ALLOW_METHODS, ALLOW_HEADERS, MAX_AGE].into_iter();
            grants.all(|name| !response.contains(name))
                && self.allowed.granted.grants_names_of_other_methods(exchange)
        })
    }
}
