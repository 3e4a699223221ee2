//! Recognizes the cause of each violation: the mistake of the server that the exchanges show.

mod added_asterisk;
mod allowed_entries;
pub(super) mod allowed_origins;
mod comparison_rules;
pub(super) mod denied_origins;
pub(in crate::conformance::harness) mod facts;
mod failures;
mod fixes;
pub(super) mod grants;
mod ignored_headers;
mod mistakes;
mod names;
mod surroundings;
mod violation_facts;

use alloc::vec::Vec;

use ::url::Url;
use http::StatusCode;

use self::{
    allowed_origins::{AllowedOrigins, allow_origin_values::several_values},
    denied_origins::DeniedOrigins,
    facts::{EXPOSE_HEADERS, allows_origin, single},
    grants::Grants,
    ignored_headers::is_only_useless,
    surroundings::Surroundings,
    violation_facts::{
        compares_wrongly, exposes, grants_everything, grants_too_little, grants_too_much,
        has_several_values, is_about_allow_origin, is_any, is_of_allowing_everything,
        is_of_fixed_lists, is_redirected_preflight, lets_authorization_through,
    },
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::crashes::Crashes,
            report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        },
        laws::{Law, severity::Severity},
    },
    engine::Engine,
};

/// The facts from all exchanges. These facts show which mistakes a server makes.
pub(crate) struct Evidence<'e> {
    expectations: &'e Expectations,
    denied: DeniedOrigins<'e>,
    allowed: AllowedOrigins<'e>,
    grants: Grants<'e>,
    /// Whether a response grants `*` to an origin that the response allows, although the policy does not permit `*`.
    grants_any: bool,
    crashes: Crashes,
    surroundings: Surroundings,
    /// Whether a response has several values of `Access-Control-Allow-Origin` that are not an echo of the request.
    repeats_allow_origin: bool,
    /// Whether the middleware intercepts OPTIONS requests that are not preflights. The handler then does not get these
    /// requests.
    intercepts_options: bool,
    /// Whether the server allows credentials although the policy does not allow credentials.
    allows_credentials: bool,
    /// Whether the server exposes `*`, and a script reads a header that the policy does not expose.
    exposes_everything: bool,
    /// Whether preflight responses list methods or request headers that the policy does not permit, and do not list
    /// some methods or request headers that the policy permits.
    has_other_lists: bool,
    /// Whether preflight responses list unpermitted methods and also unpermitted request headers.
    has_longer_lists: bool,
    /// Whether a permitted fetch fails because a preflight response has a malformed list. Preflights that an
    /// intermediary rewrites do not count.
    has_malformed_lists: bool,
    /// Whether the server reflects any origin, and grants every requested method, every requested header name, or both.
    allows_everything: bool,
    /// Whether the server answers preflights with status 401.
    authenticates_preflights: bool,
    /// Whether only preflight responses have `Access-Control-Expose-Headers`, although scripts need it in other
    /// responses.
    exposes_on_preflights: bool,
    /// The worst mistake of the server in the comparison of origins.
    wrong_comparison: Option<Cause>,
    /// The mistake by which the server denies an allowed origin, if there is such a mistake.
    denial: Option<Cause>,
}

impl<'e> Evidence<'e> {
    pub(crate) fn new<'x>(
        expectations: &'e Expectations,
        error_url: Option<&'e Url>,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
        violations: &[Violation],
    ) -> Self {
        let allowed = AllowedOrigins::new(expectations, exchanges.clone());
        let grants = Grants::new(expectations, &allowed.granted, exchanges.clone());
        let grants_any = violations
            .iter()
            .any(|violation| grants.grants_any(&violation.exchanges));
        let mut evidence = Self {
            expectations,
            crashes: Crashes::new(expectations, exchanges.clone()),
            surroundings: Surroundings::new(exchanges.clone()),
            repeats_allow_origin: violations.iter().any(|violation| {
                violation.law == Law::AllowOriginOccursOnce
                    && violation.severity != Severity::Waste
                    && violation.exchanges.iter().any(has_several_values)
            }),
            denied: DeniedOrigins::new(expectations, error_url, exchanges),
            allowed,
            grants,
            grants_any,
            intercepts_options: violations
                .iter()
                .any(|violation| violation.law == Law::PlainOptionsReachesHandler),
            allows_credentials: violations.iter().any(Violation::is_due_to_credentials),
            exposes_everything: violations.iter().any(|violation| {
                violation.law == Law::ScriptReadsWhatPolicyExposes
                    && exposes(violation) == Cause::ExposesEverything
            }),
            has_malformed_lists: violations.iter().any(|violation| {
                let error = violation.error.as_ref();
                violation.law == Law::FetchSucceedsExactlyWhenPermitted
                    && error.is_some_and(|error| {
                        matches!(
                            error.failure(),
                            Failure::InvalidAllowMethodsPreflightResponse
                                | Failure::InvalidAllowHeadersPreflightResponse
                        )
                    })
            }),
            has_other_lists: false,
            has_longer_lists: false,
            allows_everything: false,
            authenticates_preflights: false,
            exposes_on_preflights: false,
            wrong_comparison: None,
            denial: None,
        };
        let causes = violations
            .iter()
            .map(|violation| evidence.single_cause(violation));
        let causes: Vec<Cause> = causes.collect();
        let has = |is_searched: fn(Cause) -> bool| causes.iter().any(|cause| is_searched(*cause));
        evidence.has_longer_lists = has(|cause| cause == Cause::GrantsMoreThanPolicy)
            || (has(|cause| cause == Cause::GrantsOtherMethods)
                && has(|cause| cause == Cause::GrantsOtherHeaders));
        evidence.authenticates_preflights = has(|cause| cause == Cause::AuthenticatesPreflights);
        evidence.exposes_on_preflights = has(|cause| cause == Cause::LacksExposedHeaders)
            && evidence.allowed.exposes_only_on_preflights();
        evidence.has_other_lists = has(grants_too_much) && has(grants_too_little);
        let compared = causes.iter().filter(|cause| compares_wrongly(**cause));
        evidence.wrong_comparison = compared.min().copied();
        let denials = [Cause::NoCorsHeaders, Cause::DeniesAllowedOrigin];
        evidence.denial = denials.into_iter().find(|cause| causes.contains(cause));
        evidence.allows_everything =
            has(|cause| cause == Cause::ReflectsAnyOrigin) && has(grants_everything);
        evidence
    }

    pub(crate) fn cause(&self, violation: &Violation) -> Cause {
        match self.single_cause(violation) {
            // If the policy allows no origin, the fix of the reflection is to remove all CORS headers.
            cause
                if self.allows_no_origin()
                    && (is_of_fixed_lists(cause)
                        || is_of_allowing_everything(cause)
                        || matches!(cause, Cause::GrantsHarmless | Cause::UselessHeaders))
                    && let Some(reflection) = self.denied.reflects() =>
            {
                reflection
            }
            // A list that contains unpermitted names and lacks permitted names is one mistake, not two mistakes.
            cause if self.has_other_lists && is_of_fixed_lists(cause) => {
                Cause::GrantsOtherThanPolicy
            }
            // If the server grants unpermitted methods in one response and unpermitted request headers in another
            // response, both are one mistake.
            cause if self.has_longer_lists && grants_too_much(cause) => Cause::GrantsMoreThanPolicy,
            // A server that sends the same headers with every response makes one mistake: it ignores the origin, the
            // requested method and the requested header names.
            Cause::UselessHeaders if self.allows_everything && self.sends_to_all(violation) => {
                Cause::AllowsEverything
            }
            // A redirect in place of the answer to a preflight has the headers of another response.
            Cause::UselessHeaders if violation.exchanges.iter().all(is_redirected_preflight) => {
                self.allowed.redirected_preflight()
            }
            Cause::RepeatsAllowOrigin if self.has_added_asterisk(violation) => {
                Cause::WildcardOrigin
            }
            Cause::AllowsMalformedOrigin => self.malformed_origin(violation),
            // The server's list can have a misspelled origin, such as `http://app.example` in place of
            // `https://app.example`. The server then allows the misspelled origin, and denies the correct origin.
            Cause::IgnoresScheme => self.misspelling(violation).unwrap_or(Cause::IgnoresScheme),
            cause if self.allows_everything && is_of_allowing_everything(cause) => {
                Cause::AllowsEverything
            }
            Cause::IgnoresPreflights if self.allowed.has_headers_only_on_get() => {
                Cause::LacksHeadersOnSomeResponses
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
            cause => cause,
        }
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

    /// Returns the cause of a violation, as if it were the only violation in the report.
    fn single_cause(&self, violation: &Violation) -> Cause {
        if violation.is_due_to_credentials() {
            return Cause::AllowsCredentials;
        }
        if let Some(cause) = self.surroundings.cause(violation) {
            return cause;
        }
        if is_about_allow_origin(violation)
            && !self.allows_no_origin()
            && let Some(cause) = self.allowed.values.constant(&violation.exchanges)
        {
            return cause;
        }
        match violation.law {
            Law::DeniedPageReadsNothing => self
                .origin_cause(violation)
                .unwrap_or(Cause::AllowsOtherOrigin),
            Law::DeniedOriginIsNotReflected => self.reflection(violation),
            Law::FetchSucceedsExactlyWhenPermitted if violation.severity != Severity::Broken => {
                let of_origin = self.origin_cause(violation);
                let cause = of_origin.or_else(|| self.grants.cause(&violation.exchanges));
                let is_of_wildcard = !violation.engines().contains(&Engine::Spec)
                    && lets_authorization_through(violation);
                let mut kinds = violation.requests.iter();
                let is_denied = kinds.any(|kind| kind.origin == OriginKind::Denied);
                cause.unwrap_or(if is_of_wildcard {
                    Cause::WildcardCoversAuthorization
                } else if is_denied {
                    Cause::AllowsOtherOrigin
                } else {
                    Cause::Other
                })
            }
            Law::FetchSucceedsExactlyWhenPermitted => self.failure(violation),
            Law::IntermediaryChangesNoVerdict => self.intermediary(violation),
            Law::GrantsStayWithinPolicy => {
                let cause = self.grants.cause(&violation.exchanges);
                cause.unwrap_or(Cause::GrantsMoreThanPolicy)
            }
            Law::ScriptReadsWhatPolicyExposes => match exposes(violation) {
                Cause::LacksExposedHeaders if self.has_intercepted(violation) => {
                    Cause::InterceptsOptions
                }
                cause => cause,
            },
            Law::EveryRequestGetsAResponse if violation.exchanges.is_empty() => Cause::NoResponse,
            // Two similar requests with different answers show the violation.
            Law::EveryRequestGetsAResponse if violation.exchanges.len() > 1 => {
                let last = violation.exchanges.last();
                if last.is_some_and(|last| last.response.status.is_server_error()) {
                    Cause::FailsSometimes
                } else {
                    Cause::RefusesSometimes
                }
            }
            Law::EveryRequestGetsAResponse if self.fails_like_preflights(violation) => {
                Cause::RefusesPreflights
            }
            Law::EveryRequestGetsAResponse => self.crash(violation),
            Law::SharedCacheChangesNoVerdict => Cause::LacksVary,
            Law::HandlerVarySurvives => Cause::ReplacesVary,
            Law::RequestVaryIsNotCopied => Cause::CopiesVary,
            Law::PlainOptionsReachesHandler => Cause::InterceptsOptions,
            Law::HarmlessOriginIsNotRefused => Self::refusal(violation),
            Law::AllowOriginOccursOnce if self.allows_no_origin() => {
                self.allowed_by_none(violation)
            }
            Law::AllowOriginOccursOnce
                if violation.severity == Severity::Waste && !self.repeats_allow_origin =>
            {
                self.reflection(violation)
            }
            Law::AllowOriginOccursOnce => violation
                .exchanges
                .first()
                .map_or(Cause::RepeatsAllowOrigin, several_values),
            Law::AllowOriginNamesAnOrigin if self.sends_null(violation) => Cause::SendsNull,
            Law::AllowOriginNamesAnOrigin => self.text(violation),
            Law::AllowCredentialsNeedsNamedOrigin
                if self.repeats_allow_origin
                    && let Some(repeated) = violation
                        .exchanges
                        .iter()
                        .find(|exchange| has_several_values(exchange)) =>
            {
                several_values(repeated)
            }
            Law::AllowCredentialsNeedsNamedOrigin => {
                // A server that reflects any text answers `Origin: *` with `*`. But if the server also sends `*` to
                // other denied origins, it does not reflect the origin.
                let is_sent = self.denied.sends_asterisk;
                let cause = self.origin_cause(violation).filter(|_| !is_sent);
                let mut exchanges = violation.exchanges.iter();
                let is_asterisk = exchanges.any(|exchange| is_any(exchange, facts::ALLOW_ORIGIN));
                let of_value = if is_asterisk {
                    // Some servers that reflect every origin send `*` if the request has no `Origin`.
                    let of_reflection = self.denied.reflects().filter(|_| !is_sent);
                    of_reflection.unwrap_or_else(|| self.asterisk())
                } else {
                    self.allowed.useless_credentials()
                };
                cause.unwrap_or(of_value)
            }
            Law::EmptyListAllowsNoOrigin => self.allowed_by_none(violation),
            Law::PrivateNetworkIsNotGranted => Cause::GrantsPrivateNetwork,
            Law::CorsHeadersNeedAllowOrigin | Law::PreflightHeadersStayOnPreflights => {
                self.useless(violation)
            }
            Law::MaxAgeMatchesPolicy if self.lacks_max_age(violation) => {
                Cause::LacksPreflightGrants
            }
            Law::MaxAgeMatchesPolicy if self.lacks_safelisted_method(violation) => {
                Cause::LacksSafelistedMethod
            }
            // If the response allows a denied origin, this mistake is also the cause of the wrong max-age.
            Law::MaxAgeMatchesPolicy => self.origin_cause(violation).unwrap_or(Cause::WrongMaxAge),
            Law::LongHeadersAreNotReflected if self.grants.reflects_names() => {
                Cause::GrantsRequested
            }
            Law::LongHeadersAreNotReflected if self.grants.prefix().is_some() => {
                Cause::GrantsOtherHeaders
            }
            Law::LongHeadersAreNotReflected => Cause::ReflectsLongHeaders,
            Law::VaryListsEachNameOnce => Cause::RepeatsVary,
            Law::PreflightTimeGrowsLinearly => Cause::SlowPreflights,
            _ => Cause::Other,
        }
    }

    fn allows_no_origin(&self) -> bool {
        let origins = &self.expectations.spec.origins;
        !origins.is_any() && origins.entries().is_empty()
    }

    /// Returns the cause if an exchange of the violation allows a denied origin.
    fn origin_cause(&self, violation: &Violation) -> Option<Cause> {
        let mut exchanges = violation.exchanges.iter();
        exchanges.find_map(|exchange| self.denied.cause(exchange))
    }

    /// Returns why a response has `Access-Control-Allow-Origin` although the policy allows no origin.
    fn allowed_by_none(&self, violation: &Violation) -> Cause {
        let mut exchanges = violation.exchanges.iter();
        let is_asterisk = exchanges.any(|exchange| {
            let sent = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
            sent.as_deref() == Some(b"*")
        });
        if is_asterisk && self.denied.sends_asterisk {
            return Cause::WildcardOrigin;
        }
        if self.sends_null(violation) {
            return Cause::SendsNull;
        }
        // A server that reflects every origin also reflects its own origin. So reflection is also the cause if the
        // request comes from a page of the server itself.
        let mut exchanges = violation.exchanges.iter();
        let of_reflection = self.denied.reflects();
        let of_reflection = of_reflection.filter(|_| exchanges.any(allows_origin));
        let cause = self.origin_cause(violation).or(of_reflection);
        cause.unwrap_or(Cause::SendsCorsHeaders)
    }

    /// Returns why the value of `Access-Control-Allow-Origin` is not an origin.
    fn text(&self, violation: &Violation) -> Cause {
        if self.allows_no_origin() {
            return self.allowed_by_none(violation);
        }
        if self.repeats_allow_origin && violation.exchanges.iter().any(has_several_values) {
            return Cause::RepeatsAllowOrigin;
        }
        let of_allowed = self.allowed.values.same_wrong_value(&violation.exchanges);
        of_allowed.unwrap_or(Cause::SendsText)
    }

    /// Returns why a response reflects an `Origin` that the policy does not allow.
    fn reflection(&self, violation: &Violation) -> Cause {
        let mut exchanges = violation.exchanges.iter();
        // An empty `Access-Control-Allow-Origin` can be an echo of an empty `Origin`. But if the server also sends the
        // empty value to a request whose `Origin` is not empty, the empty value is not an echo of `Origin`.
        let is_empty = exchanges.clone().any(|exchange| {
            let sent = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
            sent.is_some_and(|sent| sent.is_empty())
        });
        let is_repeated = self.repeats_allow_origin && exchanges.any(has_several_values);
        if is_repeated || (is_empty && self.denied.sends_empty) {
            return self.text(violation);
        }
        let has_several = |exchange: &Exchange| {
            let mut lines = exchange.request.header_list.values("origin");
            lines.nth(1).is_some()
        };
        if violation.exchanges.iter().any(has_several) {
            let cause = self.denied.reflects();
            cause.unwrap_or(Cause::ReadsOneOfSeveralOrigins)
        } else {
            let cause = self.origin_cause(violation);
            cause.unwrap_or(Cause::AllowsMalformedOrigin)
        }
    }

    fn sends_null(&self, violation: &Violation) -> bool {
        let mut exchanges = violation.exchanges.iter();
        self.denied.is_null_sent()
            && exchanges.any(|exchange| {
                let sent = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
                sent.as_deref() == Some(b"null")
            })
    }
}

/// Whether the last response has the status 401.
fn is_unauthorized(violation: &Violation) -> bool {
    let last = violation.exchanges.last();
    last.is_some_and(|exchange| exchange.response.status == StatusCode::UNAUTHORIZED)
}
