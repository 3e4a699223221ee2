//! Recognizes the cause of each violation: the mistake of the server that the exchanges show.

pub(super) mod allowed_origins;
pub(super) mod denied_origins;
pub(in crate::conformance::harness::judge) mod facts;
pub(super) mod grants;
pub(super) mod likeness;
mod mistakes;
mod surroundings;

use alloc::{string::String, vec::Vec};

use self::{
    allowed_origins::{AllowedOrigins, several_values},
    denied_origins::DeniedOrigins,
    facts::{
        ALLOW_HEADERS, ALLOW_METHODS, EXPOSE_HEADERS, MAX_AGE, REQUEST_HEADERS, REQUEST_METHOD,
        allows_origin, elements, is_cors_header, single,
    },
    grants::Grants,
    surroundings::Surroundings,
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::{crashes::Crashes, whole_run::is_unreached_options},
            report::{
                cause::Cause,
                request_kind::{OriginKind, Purpose},
                violation::Violation,
            },
        },
        laws::{Law, severity::Severity},
    },
    engine::Engine,
};

/// The facts about all exchanges that show which mistake a server makes.
pub(crate) struct Evidence<'e> {
    expectations: &'e Expectations,
    denied: DeniedOrigins<'e>,
    allowed: AllowedOrigins<'e>,
    grants: Grants<'e>,
    /// Whether a preflight response to an allowed origin grants `*`, although the policy does not permit this.
    grants_any: bool,
    crashes: Crashes,
    surroundings: Surroundings,
    /// Whether a response has several values of `Access-Control-Allow-Origin` that are not an echo of the request.
    repeats_allow_origin: bool,
    /// Whether OPTIONS requests that are not preflights fail to reach the handler.
    intercepts_options: bool,
    /// Whether the server allows credentials, but the policy does not allow them.
    allows_credentials: bool,
    /// Whether the server exposes `*`, and script reads a header that the policy does not expose.
    exposes_everything: bool,
    /// Whether preflight responses list methods or request headers that the policy does not permit, and also lack
    /// methods or request headers that the policy permits.
    has_other_lists: bool,
    /// Whether preflight responses list methods that the policy does not permit, and also request headers that it does
    /// not permit.
    has_longer_lists: bool,
    /// Whether a response to a usual preflight has a malformed list.
    has_malformed_lists: bool,
    /// Whether the server reflects every origin, and grants all requested methods and request headers.
    allows_everything: bool,
}

impl<'e> Evidence<'e> {
    /// Collects the facts. Reads each exchange a fixed number of times.
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
            expectations,
            crashes: Crashes::new(expectations, exchanges.clone()),
            surroundings: Surroundings::new(exchanges.clone()),
            repeats_allow_origin: violations.iter().any(|violation| {
                violation.law == Law::AllowOriginOccursOnce && violation.severity != Severity::Waste
            }),
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
        };
        let causes = violations
            .iter()
            .map(|violation| evidence.single_cause(violation));
        let causes: Vec<Cause> = causes.collect();
        let has = |is_searched: fn(Cause) -> bool| causes.iter().any(|cause| is_searched(*cause));
        evidence.has_longer_lists = has(|cause| cause == Cause::GrantsMoreThanPolicy)
            || (has(|cause| cause == Cause::GrantsOtherMethods)
                && has(|cause| cause == Cause::GrantsOtherHeaders));
        evidence.has_other_lists = has(grants_too_much) && has(grants_too_little);
        evidence.allows_everything =
            has(|cause| cause == Cause::ReflectsAnyOrigin) && has(grants_everything);
        evidence
    }

    /// Returns the cause of a violation.
    pub(crate) fn cause(&self, violation: &Violation) -> Cause {
        match self.single_cause(violation) {
            // Lists that contain unpermitted elements and lack permitted elements are one mistake, not two.
            cause if self.has_other_lists && is_of_fixed_lists(cause) => {
                Cause::GrantsOtherThanPolicy
            }
            // A server that grants too many methods and too many headers makes one mistake. Some responses of such a
            // server have only one of the two lists.
            cause if self.has_longer_lists && grants_too_much(cause) => Cause::GrantsMoreThanPolicy,
            // A server that sends the same headers with every response makes one mistake: it ignores the origin, the
            // method and the header names of the request.
            Cause::UselessHeaders if self.allows_everything && self.sends_to_all(violation) => {
                Cause::AllowsEverything
            }
            cause if self.allows_everything && is_of_allowing_everything(cause) => {
                Cause::AllowsEverything
            }
            cause => cause,
        }
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
            Law::EveryRequestGetsAResponse if self.fails_like_preflights(violation) => {
                Cause::RefusesPreflights
            }
            Law::EveryRequestGetsAResponse => self.crash(violation),
            Law::SharedCacheChangesNoVerdict => Cause::LacksVary,
            Law::HandlerVarySurvives => Cause::ReplacesVary,
            Law::RequestVaryIsNotCopied => Cause::CopiesVary,
            Law::PlainOptionsReachesHandler => Cause::InterceptsOptions,
            Law::HarmlessOriginIsNotRefused => self.refusal(violation),
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
            Law::AllowCredentialsNeedsNamedOrigin => {
                // If a request has `Origin: *`, a server that reflects any text also sends `*`. If the server sends `*`
                // to other denied origins too, reflection is not the cause.
                let is_sent = self.denied.sends_asterisk;
                let cause = self.origin_cause(violation).filter(|_| !is_sent);
                let mut exchanges = violation.exchanges.iter();
                let is_asterisk = exchanges.any(|exchange| is_any(exchange, facts::ALLOW_ORIGIN));
                let of_value = if is_asterisk {
                    self.asterisk()
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

    fn allows_no_origin(&self) -> bool {
        let origins = &self.expectations.spec.origins;
        !origins.is_any() && origins.entries().is_empty()
    }

    /// Returns the cause by which the server allows an origin that the policy denies.
    fn origin_cause(&self, violation: &Violation) -> Option<Cause> {
        let mut exchanges = violation.exchanges.iter();
        exchanges.find_map(|exchange| self.denied.cause(exchange))
    }

    /// Returns the cause of a violation where the policy does not allow any origin, but a response has
    /// `Access-Control-Allow-Origin`.
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
        // A server that reflects every origin also reflects its own origin, so reflection is also the cause of a
        // response to the server's own page.
        let mut exchanges = violation.exchanges.iter();
        let of_reflection = self.denied.reflects();
        let of_reflection = of_reflection.filter(|_| exchanges.any(allows_origin));
        let cause = self.origin_cause(violation).or(of_reflection);
        cause.unwrap_or(Cause::SendsCorsHeaders)
    }

    /// Returns the cause of a value of `Access-Control-Allow-Origin` that is not an origin.
    fn text(&self, violation: &Violation) -> Cause {
        if self.allows_no_origin() {
            return self.allowed_by_none(violation);
        }
        if self.repeats_allow_origin && violation.exchanges.iter().any(has_several_values) {
            return Cause::RepeatsAllowOrigin;
        }
        let of_allowed = self.allowed.same_wrong_value(&violation.exchanges);
        of_allowed.unwrap_or(Cause::SendsText)
    }

    /// Returns the cause of a response with the `Origin` of a request that no browser sends.
    fn reflection(&self, violation: &Violation) -> Cause {
        let mut exchanges = violation.exchanges.iter();
        // The probe with an empty `Origin` gets an empty value, which the server sends to other origins too.
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

    fn failure(&self, violation: &Violation) -> Cause {
        match self.allowed.failure(violation) {
            Cause::WildcardWithCredentials => self.asterisk(),
            Cause::WildcardListWithCredentials if self.grants_any => Cause::GrantsAny,
            Cause::LacksHeadersOnErrors | Cause::LacksHeadersOnSomeResponses
                if self.has_intercepted(violation) =>
            {
                Cause::InterceptsOptions
            }
            cause => cause,
        }
    }

    /// Whether the violation has a plain OPTIONS request that the middleware answers itself. The fix of this mistake
    /// lets the request reach the handler, so it also replaces the response of the violation. If the handler already
    /// makes the response, the violation has a different cause.
    fn has_intercepted(&self, violation: &Violation) -> bool {
        self.intercepts_options && violation.exchanges.iter().any(is_unreached_options)
    }

    /// Returns the cause of a response with `Access-Control-Allow-Origin: *` to a request with credentials.
    const fn asterisk(&self) -> Cause {
        if self.denied.sends_asterisk {
            Cause::WildcardOrigin
        } else {
            Cause::WildcardWithCredentials
        }
    }

    /// Returns the cause of a failure after an intermediary rewrote the preflight. The rewritten preflight differs from
    /// other preflights only in the form of its header lists.
    fn intermediary(&self, violation: &Violation) -> Cause {
        let mut preflights = violation.exchanges.iter();
        let is_granted = preflights
            .next()
            .is_some_and(|preflight| self.allowed.grants_otherwise(preflight));
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
            // The server reflects the requested names, but not all names of the rewritten list.
            cause if self.grants.reflects_names() && is_of_lists(cause) => Cause::GrantsRequested,
            cause if is_granted && is_of_lists(cause) => Cause::ReadsListsStrictly,
            cause => cause,
        }
    }

    /// Whether OPTIONS requests fail for the same reason as preflights: the violation has only OPTIONS requests, and no
    /// preflight succeeds.
    fn fails_like_preflights(&self, violation: &Violation) -> bool {
        let mut kinds = violation.requests.iter();
        self.allowed.fails_on_preflights() && kinds.all(|kind| kind.purpose != Purpose::Request)
    }

    /// Returns the cause of a server error.
    fn crash(&self, violation: &Violation) -> Cause {
        let exchange = violation.exchanges.first();
        let cause = exchange.map(|exchange| self.crashes.cause(self.expectations, exchange));
        cause.unwrap_or(Cause::FailsOnRequests)
    }

    /// Returns the cause of an error for a request from the server's own page, without `Origin`, or with
    /// `Origin: null`.
    fn refusal(&self, violation: &Violation) -> Cause {
        let refused = violation.exchanges.last();
        let failed = refused.filter(|exchange| exchange.response.status.is_server_error());
        match violation.requests.first().map(|kind| kind.origin) {
            Some(OriginKind::Own) => Cause::RefusesOwnOrigin,
            Some(OriginKind::Missing) => Cause::RefusesRequestsWithoutOrigin,
            _ => {
                let cause = failed.and_then(|_| self.crashes.cause_of_denied());
                cause.unwrap_or(Cause::RefusesNullOrigin)
            }
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

    /// Returns the cause of CORS headers that browsers ignore. If the fix of another mistake removes all these headers,
    /// this other mistake is the cause.
    fn useless(&self, violation: &Violation) -> Cause {
        const OTHER_CAUSES: [Cause; 4] = [
            Cause::AllowsCredentials,
            Cause::GrantsRequested,
            Cause::GrantsAny,
            Cause::ExposesEverything,
        ];
        let explains = |cause: Cause, exchange: &Exchange, name: &str| match cause {
            Cause::AllowsCredentials => {
                self.allows_credentials && name == "access-control-allow-credentials"
            }
            // A server that reflects the requested methods and headers also reflects them in responses to requests
            // without `Origin`. Browsers ignore the reflected headers of such a response.
            Cause::GrantsRequested => self.grants.reflects() && is_requested(exchange, name),
            Cause::GrantsAny => {
                self.grants_any && is_list_of_grants(name) && is_any(exchange, name)
            }
            Cause::ExposesEverything => {
                self.exposes_everything && name == EXPOSE_HEADERS && is_any(exchange, name)
            }
            _ => false,
        };
        let useless = |exchange: &Exchange| useless_headers(violation, exchange);
        // A server that does not compare the origin sends the same headers with and without an `Origin` in the request.
        // So the reflection of every origin is also the cause of ignored headers.
        let of_reflection = self.denied.reflects();
        let of_reflection =
            of_reflection.filter(|_| violation.law == Law::CorsHeadersNeedAllowOrigin);
        let is_explained = |exchange: &Exchange| {
            useless(exchange).iter().all(|name| {
                let mut causes = OTHER_CAUSES.into_iter();
                causes.any(|cause| explains(cause, exchange, name))
                    || (of_reflection.is_some() && self.denied.is_sent_to_denied(exchange, name))
            })
        };
        let explains_one = |cause: &Cause| {
            violation.exchanges.iter().any(|exchange| {
                let mut names = useless(exchange).into_iter();
                names.any(|name| explains(*cause, exchange, &name))
            })
        };
        let explanation = OTHER_CAUSES.into_iter().find(explains_one);
        let are_explained = violation.exchanges.iter().all(is_explained);
        match explanation.filter(|_| are_explained) {
            Some(cause) => cause,
            None if self.has_intercepted(violation) => Cause::InterceptsOptions,
            None => of_reflection
                .filter(|_| are_explained)
                .unwrap_or(Cause::UselessHeaders),
        }
    }

    /// Whether denied origins too get each ignored header of the violation, with the same value. Returns true only if
    /// the server sends these headers both in responses to OPTIONS requests and in other responses.
    fn sends_to_all(&self, violation: &Violation) -> bool {
        violation.exchanges.iter().all(|exchange| {
            let names = useless_headers(violation, exchange);
            names.iter().all(|name| {
                let mut is_options = [true, false].into_iter();
                is_options.all(|is_options| self.denied.is_sent(is_options, exchange, name))
            })
        })
    }

    /// Whether the responses have no max-age, and no preflight response has a list of methods or of request headers.
    fn lacks_max_age(&self, violation: &Violation) -> bool {
        let mut exchanges = violation.exchanges.iter();
        let is_absent = |exchange: &Exchange| {
            let response = &exchange.response.header_list;
            !response.contains(MAX_AGE)
        };
        self.allowed.lacks_lists() && exchanges.all(is_absent)
    }

    /// Whether the server grants nothing to preflights for a CORS-safelisted method. The responses list no methods and
    /// no request headers, and have no max-age. In contrast, responses to preflights for other methods list the
    /// requested header names.
    fn lacks_safelisted_method(&self, violation: &Violation) -> bool {
        violation.exchanges.iter().all(|exchange| {
            let response = &exchange.response.header_list;
            let mut grants = [ALLOW_METHODS, ALLOW_HEADERS, MAX_AGE].into_iter();
            grants.all(|name| !response.contains(name))
                && self.allowed.grants_names_of_other_methods(exchange)
        })
    }
}

/// Whether the response has several values of `Access-Control-Allow-Origin`, in one line or in several lines.
fn has_several_values(exchange: &Exchange) -> bool {
    let line = single(&exchange.response.header_list, facts::ALLOW_ORIGIN);
    line.is_none_or(|line| line.iter().any(|byte| b", ".contains(byte)))
}

/// Whether the violation shows which origins the server allows.
fn is_about_allow_origin(violation: &Violation) -> bool {
    match violation.law {
        // If the policy allows the origin, the mistake is in the granted methods or request headers, not in the origin.
        Law::FetchSucceedsExactlyWhenPermitted => {
            let mut kinds = violation.requests.iter();
            let is_allowed = kinds.any(|kind| kind.origin == OriginKind::Allowed);
            violation.severity == Severity::Security && !is_allowed
        }
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

/// Returns the names of the response's CORS headers that browsers ignore. The violated law decides which CORS headers
/// count as ignored.
fn useless_headers(violation: &Violation, exchange: &Exchange) -> Vec<String> {
    let headers = exchange.response.header_list.iter();
    let names = headers.map(|(name, _)| name.as_str().to_ascii_lowercase());
    let mut kinds = violation.requests.iter();
    let is_preflight = kinds.any(|kind| kind.purpose == Purpose::Preflight);
    let is_useless = |name: &String| match violation.law {
        Law::CorsHeadersNeedAllowOrigin => is_cors_header(name),
        _ if is_preflight => name == EXPOSE_HEADERS,
        _ => is_list_of_grants(name) || name == MAX_AGE,
    };
    names.filter(is_useless).collect()
}

fn is_list_of_grants(name: &str) -> bool {
    [ALLOW_METHODS, ALLOW_HEADERS].contains(&name)
}

/// Whether the header `name` of a preflight response has exactly the elements that the preflight requests.
fn is_requested(exchange: &Exchange, name: &str) -> bool {
    let requested = match name {
        ALLOW_METHODS => REQUEST_METHOD,
        ALLOW_HEADERS => REQUEST_HEADERS,
        _ => return false,
    };
    let requested = elements(&exchange.request.header_list, requested);
    !requested.is_empty() && elements(&exchange.response.header_list, name) == requested
}

/// Whether the list header `name` of the response has the element `*`.
fn is_any(exchange: &Exchange, name: &str) -> bool {
    elements(&exchange.response.header_list, name).contains(&String::from("*"))
}

/// Whether the response exposes `*`.
fn exposes_any(exchange: &Exchange) -> bool {
    is_any(exchange, EXPOSE_HEADERS)
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

/// Whether a preflight requests Authorization, and its response grants `*`. By the standard, `*` does not cover
/// Authorization.
fn lets_authorization_through(violation: &Violation) -> bool {
    violation.exchanges.iter().any(|exchange| {
        let requested = elements(&exchange.request.header_list, REQUEST_HEADERS);
        let mut requested = requested.iter();
        let granted = elements(&exchange.response.header_list, ALLOW_HEADERS);
        requested.any(|name| name.eq_ignore_ascii_case("authorization"))
            && granted.iter().any(|name| name == "*")
    })
}
