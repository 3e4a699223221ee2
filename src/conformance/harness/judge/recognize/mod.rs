//! Recognizes the cause of each violation from the exchanges.

pub(super) mod allowed_origins;
pub(super) mod denied_origins;
pub(super) mod facts;
pub(super) mod grants;
pub(super) mod likeness;

use alloc::{string::String, vec::Vec};

use self::{
    allowed_origins::{AllowedOrigins, several_values},
    denied_origins::DeniedOrigins,
    facts::{
        ALLOW_HEADERS, ALLOW_METHODS, EXPOSE_HEADERS, REQUEST_HEADERS, REQUEST_METHOD,
        allows_origin, elements, single,
    },
    grants::Grants,
};
use crate::{
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            report::{
                cause::Cause,
                request_kind::{OriginKind, Purpose},
                violation::Violation,
            },
        },
        laws::{Law, severity::Severity},
    },
};

/// The facts about all exchanges that distinguish causes.
pub(crate) struct Evidence<'e> {
    denied: DeniedOrigins<'e>,
    allowed: AllowedOrigins<'e>,
    grants: Grants<'e>,
    /// Whether a preflight response to an allowed origin grants `*`, which the policy does not permit.
    grants_any: bool,
    /// Whether plain OPTIONS requests do not reach the handler.
    intercepts_options: bool,
    /// Whether the server allows credentials, but the policy does not allow them.
    allows_credentials: bool,
    /// Whether the server exposes `*`, and script reads a header that the policy does not expose.
    exposes_everything: bool,
    /// Whether the lists of preflight responses have unpermitted elements and lack permitted elements.
    has_other_lists: bool,
    /// Whether the server reflects any origin, and grants all requested methods and request headers.
    allows_everything: bool,
}

impl<'e> Evidence<'e> {
    /// Collects the facts. Each exchange is read a fixed number of times.
    pub(crate) fn new<'x>(
        expectations: &'e Expectations,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
        violations: &[Violation],
    ) -> Self {
        let grants = Grants::new(expectations, exchanges.clone());
        let grants_any = violations
            .iter()
            .any(|violation| grants.grants_any(&violation.exchanges));
        let mut evidence = Self {
            denied: DeniedOrigins::new(expectations, exchanges.clone()),
            allowed: AllowedOrigins::new(expectations, exchanges),
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
            has_other_lists: false,
            allows_everything: false,
        };
        let causes = violations
            .iter()
            .map(|violation| evidence.single_cause(violation));
        let causes: Vec<Cause> = causes.collect();
        let has = |is_searched: fn(Cause) -> bool| causes.iter().any(|cause| is_searched(*cause));
        evidence.has_other_lists = has(grants_too_much) && has(grants_too_little);
        evidence.allows_everything =
            has(|cause| cause == Cause::ReflectsAnyOrigin) && has(grants_everything);
        evidence
    }

    /// Returns the cause of a violation.
    pub(crate) fn cause(&self, violation: &Violation) -> Cause {
        match self.single_cause(violation) {
            // A list that has unpermitted elements and lacks permitted elements is one mistake.
            cause if self.has_other_lists && is_of_fixed_lists(cause) => {
                Cause::GrantsOtherThanPolicy
            }
            // A server that ignores the requested origin, method and headers makes one mistake.
            cause if self.allows_everything && is_of_allowing_everything(cause) => {
                Cause::AllowsEverything
            }
            cause => cause,
        }
    }

    /// Returns the cause of a violation, as if the report had no other violations.
    fn single_cause(&self, violation: &Violation) -> Cause {
        if violation.is_due_to_credentials() {
            return Cause::AllowsCredentials;
        }
        if is_about_allow_origin(violation)
            && let Some(cause) = self.allowed.constant(&violation.exchanges)
        {
            return cause;
        }
        match violation.law {
            Law::DeniedPageReadsNothing => self
                .origin_cause(violation)
                .unwrap_or(Cause::AllowsOtherOrigin),
            Law::DeniedOriginIsNotReflected => self.reflection(violation),
            Law::FetchSucceedsExactlyWhenPermitted if violation.severity == Severity::Security => {
                let of_origin = self.origin_cause(violation);
                let cause = of_origin.or_else(|| self.grants.cause(&violation.exchanges));
                cause.unwrap_or(Cause::Other)
            }
            Law::FetchSucceedsExactlyWhenPermitted => self.failure(violation),
            Law::IntermediaryChangesNoVerdict => self.intermediary(violation),
            Law::GrantsStayWithinPolicy => {
                let cause = self.grants.cause(&violation.exchanges);
                cause.unwrap_or(Cause::GrantsMoreThanPolicy)
            }
            Law::ScriptReadsWhatPolicyExposes => exposes(violation),
            Law::EveryRequestGetsAResponse if violation.exchanges.is_empty() => Cause::NoResponse,
            Law::EveryRequestGetsAResponse if self.fails_like_preflights(violation) => {
                Cause::RefusesPreflights
            }
            Law::EveryRequestGetsAResponse => Cause::FailsOnRequests,
            Law::SharedCacheChangesNoVerdict => Cause::LacksVary,
            Law::HandlerVarySurvives => Cause::ReplacesVary,
            Law::RequestVaryIsNotCopied => Cause::CopiesVary,
            Law::PlainOptionsReachesHandler => Cause::InterceptsOptions,
            Law::HarmlessOriginIsNotRefused => refusal(violation),
            Law::AllowOriginOccursOnce if violation.severity == Severity::Waste => {
                self.reflection(violation)
            }
            Law::AllowOriginOccursOnce => violation
                .exchanges
                .first()
                .map_or(Cause::RepeatsAllowOrigin, several_values),
            Law::AllowOriginNamesAnOrigin if self.sends_null(violation) => Cause::SendsNull,
            Law::AllowOriginNamesAnOrigin => Cause::SendsText,
            Law::AllowCredentialsNeedsNamedOrigin => {
                // A server that reflects any text reflects the text `*` too.
                let is_sent = self.denied.sends_asterisk;
                let cause = self.origin_cause(violation).filter(|_| !is_sent);
                cause.unwrap_or_else(|| self.asterisk())
            }
            Law::EmptyListAllowsNoOrigin => self.allowed_by_none(violation),
            Law::PrivateNetworkIsNotGranted => Cause::GrantsPrivateNetwork,
            Law::CorsHeadersNeedAllowOrigin | Law::PreflightHeadersStayOnPreflights => {
                self.useless(violation)
            }
            Law::MaxAgeMatchesPolicy if self.lacks_max_age(violation) => {
                Cause::LacksPreflightGrants
            }
            Law::MaxAgeMatchesPolicy => Cause::WrongMaxAge,
            Law::LongHeadersAreNotReflected if self.grants.reflects_names() => {
                Cause::GrantsRequested
            }
            Law::LongHeadersAreNotReflected => Cause::ReflectsLongHeaders,
            Law::VaryListsEachNameOnce => Cause::RepeatsVary,
            Law::PreflightTimeGrowsLinearly => Cause::SlowPreflights,
            _ => Cause::Other,
        }
    }

    /// Returns the cause by which the server allows a denied origin of the violation.
    fn origin_cause(&self, violation: &Violation) -> Option<Cause> {
        let mut exchanges = violation.exchanges.iter();
        exchanges.find_map(|exchange| self.denied.cause(exchange))
    }

    /// Returns the cause of `Access-Control-Allow-Origin` with a policy that allows no origin.
    fn allowed_by_none(&self, violation: &Violation) -> Cause {
        let mut exchanges = violation.exchanges.iter();
        let is_asterisk = exchanges.any(|exchange| {
            let sent = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
            sent.as_deref() == Some(b"*")
        });
        if is_asterisk && self.denied.sends_asterisk {
            return Cause::WildcardOrigin;
        }
        // The server reflects its own origin too.
        let mut exchanges = violation.exchanges.iter();
        let of_reflection = self.denied.reflects();
        let of_reflection = of_reflection.filter(|_| exchanges.any(allows_origin));
        let cause = self.origin_cause(violation).or(of_reflection);
        cause.unwrap_or(Cause::SendsCorsHeaders)
    }

    fn reflection(&self, violation: &Violation) -> Cause {
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

    fn failure(&self, violation: &Violation) -> Cause {
        match self.allowed.failure(violation) {
            Cause::WildcardWithCredentials => self.asterisk(),
            Cause::WildcardListWithCredentials if self.grants_any => Cause::GrantsAny,
            cause => cause,
        }
    }

    /// Returns the cause of `*` with credentials.
    const fn asterisk(&self) -> Cause {
        if self.denied.sends_asterisk {
            Cause::WildcardOrigin
        } else {
            Cause::WildcardWithCredentials
        }
    }

    /// Returns the cause of a failure whose preflight differs from other preflights only in the form of its lists.
    fn intermediary(&self, violation: &Violation) -> Cause {
        let mut preflights = violation.exchanges.iter();
        let is_granted = preflights
            .next()
            .is_some_and(|preflight| self.allowed.grants_otherwise(preflight));
        let is_of_lists = |cause: Cause| {
            matches!(
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
            // The server reflects only a part of the list.
            cause if self.grants.reflects_names() && is_of_lists(cause) => Cause::GrantsRequested,
            cause if is_granted && is_of_lists(cause) => Cause::ReadsListsStrictly,
            cause => cause,
        }
    }

    /// Whether OPTIONS requests fail as all preflights do.
    fn fails_like_preflights(&self, violation: &Violation) -> bool {
        let mut kinds = violation.requests.iter();
        self.allowed.fails_on_preflights() && kinds.all(|kind| kind.purpose != Purpose::Request)
    }

    fn sends_null(&self, violation: &Violation) -> bool {
        let mut exchanges = violation.exchanges.iter();
        self.denied.is_null_sent()
            && exchanges.any(|exchange| {
                let sent = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
                sent.as_deref() == Some(b"null")
            })
    }

    /// Returns the cause of CORS headers that browsers ignore.
    fn useless(&self, violation: &Violation) -> Cause {
        let is_options = violation
            .requests
            .iter()
            .any(|kind| kind.purpose == Purpose::Options);
        // A server that reflects the requested methods and headers also reflects them if the request has no `Origin`.
        let is_reflected = |exchange: &Exchange| {
            [
                (ALLOW_METHODS, REQUEST_METHOD),
                (ALLOW_HEADERS, REQUEST_HEADERS),
            ]
            .into_iter()
            .any(|(sent, requested)| {
                let requested = elements(&exchange.request.header_list, requested);
                !requested.is_empty() && elements(&exchange.response.header_list, sent) == requested
            })
        };
        let any = |is_shown: &dyn Fn(&Exchange) -> bool| violation.exchanges.iter().any(is_shown);
        if self.allows_credentials && violation.exchanges.iter().all(has_only_credentials) {
            Cause::AllowsCredentials
        } else if self.grants.reflects() && any(&is_reflected) {
            Cause::GrantsRequested
        } else if self.grants_any && any(&has_list_of_any) {
            Cause::GrantsAny
        } else if self.exposes_everything && any(&exposes_any) {
            Cause::ExposesEverything
        } else if is_options && self.intercepts_options {
            Cause::InterceptsOptions
        } else {
            // A server that does not compare the origin also sends the headers if the request has no `Origin`.
            let reflects = self.denied.reflects();
            let is_without_origin = violation.law == Law::CorsHeadersNeedAllowOrigin;
            let cause = reflects.filter(|_| is_without_origin);
            cause.unwrap_or(Cause::UselessHeaders)
        }
    }

    /// Whether the responses have neither a max-age nor any other grant.
    fn lacks_max_age(&self, violation: &Violation) -> bool {
        let mut exchanges = violation.exchanges.iter();
        let is_absent = |exchange: &Exchange| {
            let response = &exchange.response.header_list;
            !response.contains("access-control-max-age")
        };
        self.allowed.lacks_lists() && exchanges.all(is_absent)
    }
}

/// Whether the violation shows which origins the server allows.
fn is_about_allow_origin(violation: &Violation) -> bool {
    match violation.law {
        Law::FetchSucceedsExactlyWhenPermitted => violation.severity == Severity::Security,
        law => matches!(
            law,
            Law::DeniedPageReadsNothing
                | Law::DeniedOriginIsNotReflected
                | Law::AllowOriginOccursOnce
                | Law::AllowOriginNamesAnOrigin
        ),
    }
}

const fn is_of_fixed_lists(cause: Cause) -> bool {
    grants_too_much(cause) || grants_too_little(cause)
}

const fn grants_too_much(cause: Cause) -> bool {
    matches!(
        cause,
        Cause::GrantsMoreThanPolicy | Cause::GrantsOtherMethods | Cause::GrantsOtherHeaders
    )
}

const fn grants_everything(cause: Cause) -> bool {
    matches!(cause, Cause::GrantsRequested | Cause::GrantsAny)
}

const fn is_of_allowing_everything(cause: Cause) -> bool {
    grants_everything(cause)
        || matches!(
            cause,
            Cause::ReflectsAnyOrigin | Cause::GrantsPrivateNetwork
        )
}

const fn grants_too_little(cause: Cause) -> bool {
    matches!(cause, Cause::LacksMethod | Cause::LacksRequestHeader)
}

/// Whether the only CORS header of a response allows credentials.
fn has_only_credentials(exchange: &Exchange) -> bool {
    let headers = exchange.response.header_list.iter();
    let mut cors = headers.filter(|(name, _)| name.as_str().starts_with("access-control-"));
    cors.all(|(name, _)| name.as_str() == "access-control-allow-credentials")
}

/// Whether a list of the response for preflights has `*`.
fn has_list_of_any(exchange: &Exchange) -> bool {
    let response = &exchange.response.header_list;
    let mut lists = [ALLOW_METHODS, ALLOW_HEADERS].into_iter();
    lists.any(|name| elements(response, name).contains(&String::from("*")))
}

/// Whether the response exposes `*`.
fn exposes_any(exchange: &Exchange) -> bool {
    let exposed = elements(&exchange.response.header_list, EXPOSE_HEADERS);
    exposed.contains(&String::from("*"))
}

fn exposes(violation: &Violation) -> Cause {
    if violation.severity != Severity::Security {
        Cause::LacksExposedHeaders
    } else if violation.exchanges.iter().any(exposes_any) {
        Cause::ExposesEverything
    } else {
        Cause::ExposesOtherHeaders
    }
}

fn refusal(violation: &Violation) -> Cause {
    match violation.requests.first().map(|kind| kind.origin) {
        Some(OriginKind::Own) => Cause::RefusesOwnOrigin,
        Some(OriginKind::Missing) => Cause::RefusesRequestsWithoutOrigin,
        _ => Cause::RefusesNullOrigin,
    }
}
