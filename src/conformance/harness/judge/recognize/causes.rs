//! Chooses the cause of a violation. If several mistakes fit the violation, this module decides which mistake is the cause.

use super::{
    Evidence,
    allowed_origins::allow_origin_values::several_values,
    facts::{ALLOW_ORIGIN, allows_origin, elements, single},
    other_forms::has_other_form,
    violation_facts::{
        copies_nothing, exposes, has_several_values, is_about_allow_origin, is_any,
        lets_authorization_through,
    },
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::report::{cause::Cause, request_kind::OriginKind, violation::Violation},
        laws::{Law, severity::Severity},
    },
    engine::Engine,
};

impl Evidence<'_> {
    pub(crate) fn cause(&self, violation: &Violation) -> Cause {
        match self.merged_cause(violation) {
            cause if self.folds_waste && cause.severity() == Severity::Waste => {
                self.cause_of_waste()
            }
            cause => cause,
        }
    }

    /// Returns the cause that says that the server reflects any origin, if the server does this.
    pub(super) fn cause_of_reflection(&self) -> Option<Cause> {
        let reflection = self.denied.reflects()?;
        Some(if self.allows_everything {
            Cause::AllowsEverything
        } else {
            reflection
        })
    }

    /// Returns the cause of a violation, as if it were the only violation in the report.
    pub(super) fn single_cause(&self, violation: &Violation) -> Cause {
        // The comparison of similar requests has found the cause.
        if violation.cause != Cause::Other {
            return violation.cause;
        }
        if violation.is_due_to_credentials() {
            return Cause::AllowsCredentials;
        }
        if violation.advice == Cause::SendsOtherOrigin.advice() {
            let of_constant = self.allowed.values.constant(&violation.exchanges);
            return of_constant.unwrap_or(Cause::SendsOtherOrigin);
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
            Law::EveryRequestGetsAResponse
                if self.fails_like_preflights(violation)
                    && !self.fail_with_any_origin(core::slice::from_ref(violation)) =>
            {
                Cause::RefusesPreflights
            }
            Law::EveryRequestGetsAResponse => self.crash(violation),
            Law::SharedCacheChangesNoVerdict if violation.severity == Severity::Security => {
                Cause::AllowsWithoutOrigin
            }
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
                let is_reflected = violation.exchanges.iter().any(|exchange| {
                    let given = elements(&exchange.request.header_list, "origin");
                    let sent = elements(&exchange.response.header_list, ALLOW_ORIGIN);
                    sent.iter().any(|value| given.contains(value))
                });
                // The server can send the same values to every denied origin.
                let mut exchanges = violation.exchanges.iter();
                let is_sent_to_all = exchanges.all(|exchange| self.denied.is_constant(exchange));
                if is_reflected && !is_sent_to_all {
                    self.reflection(violation)
                } else {
                    self.text(violation)
                }
            }
            Law::AllowOriginOccursOnce => violation
                .exchanges
                .first()
                .map_or(Cause::RepeatsAllowOrigin, several_values),
            Law::AllowOriginNamesAnOrigin if self.sends_null(violation) => {
                let of_reflection = self.denied.reflects();
                // A server that parses `Origin` as a URL sends `null` in place of the origin of an app.
                let is_copied =
                    |exchange: &Exchange| copies_nothing(exchange) || !is_of_web(exchange);
                let are_copied = violation.exchanges.iter().all(is_copied);
                let of_reflection = of_reflection.filter(|_| are_copied);
                of_reflection.unwrap_or(Cause::SendsNull)
            }
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
                let is_asterisk = exchanges.any(|exchange| is_any(exchange, ALLOW_ORIGIN));
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

    /// Returns the cause if an exchange of the violation allows a denied origin.
    fn origin_cause(&self, violation: &Violation) -> Option<Cause> {
        let mut exchanges = violation.exchanges.iter();
        exchanges.find_map(|exchange| self.denied.cause(exchange))
    }

    /// Returns why a response has `Access-Control-Allow-Origin` although the policy allows no origin.
    fn allowed_by_none(&self, violation: &Violation) -> Cause {
        let mut exchanges = violation.exchanges.iter();
        let is_asterisk = exchanges.any(|exchange| {
            let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
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
        let mut exchanges = violation.exchanges.iter();
        if (self.repeats_allow_origin || self.repeats_denied_origin)
            && let Some(repeated) = exchanges.find(|exchange| has_several_values(exchange))
        {
            return several_values(repeated);
        }
        // A server that copies `Origin` sends an empty value if there is no `Origin`.
        let mut exchanges = violation.exchanges.iter();
        if let Some(reflection) = self.denied.reflects()
            && exchanges.all(|exchange| copies_nothing(exchange) || has_other_form(exchange))
        {
            return reflection;
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
            let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
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
        if let Some(several) = violation
            .exchanges
            .iter()
            .find(|exchange| has_several(exchange))
        {
            let of_reflection = self.denied.reflects();
            let of_changes = self
                .denied
                .changes
                .is_some()
                .then_some(Cause::AllowsSometimes);
            let of_reflection = of_reflection.or(of_changes);
            let cause = of_reflection.or_else(|| self.denied.limited_reflection(several));
            cause.unwrap_or(
                if self.repeats_denied_origin && has_several_values(several) {
                    Cause::RepeatsAllowOrigin
                } else {
                    Cause::ReadsOneOfSeveralOrigins
                },
            )
        } else {
            let cause = self.origin_cause(violation);
            cause.or(self.denied.reflects()).unwrap_or_else(|| {
                if violation.exchanges.iter().any(has_several_values) {
                    Cause::RepeatsAllowOrigin
                } else {
                    Cause::AllowsMalformedOrigin
                }
            })
        }
    }

    fn sends_null(&self, violation: &Violation) -> bool {
        let mut exchanges = violation.exchanges.iter();
        self.denied.is_null_sent()
            && exchanges.any(|exchange| {
                let sent = single(&exchange.response.header_list, ALLOW_ORIGIN);
                sent.as_deref() == Some(b"null")
            })
    }
}

/// Whether the scheme of the `Origin` is `http` or `https`.
fn is_of_web(exchange: &Exchange) -> bool {
    let origin = single(&exchange.request.header_list, "origin").unwrap_or_default();
    origin.starts_with(b"http://") || origin.starts_with(b"https://")
}
