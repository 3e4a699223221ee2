//! Recognizes the cause of each violation: the mistake of the server that the exchanges show. This file has the facts
//! that show the mistakes. `causes.rs` chooses the cause of one violation, and `merged_causes.rs` merges mistakes that have
//! the same reason.

mod added_asterisk;
mod allowed_entries;
pub(super) mod allowed_origins;
mod causes;
mod comparison_rules;
mod configured_origin;
mod credentials_by_method;
mod credentials_by_origin;
pub(super) mod denied_origins;
pub(super) mod description;
mod differences;
mod errors_without_headers;
mod expressions;
pub(in crate::conformance::harness) mod facts;
mod failures;
mod fixes;
mod folded;
pub(super) mod grants;
mod ignored_headers;
mod letter_case;
mod list_forms;
mod local_hosts;
mod max_age;
mod merged_causes;
mod missing_options;
mod misspelled_headers;
mod mistakes;
mod names;
mod open_ends;
mod options_in_front;
mod origins_without_grants;
pub(super) mod other_forms;
mod refused_pages;
mod required_headers;
mod scope;
mod surroundings;
mod unanswered;
mod unpermitted_parts;
mod violation_facts;
mod wrong_values;

pub(super) use self::names::joined;

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use ::url::Url;
use http::StatusCode;

use self::{
    allowed_origins::AllowedOrigins,
    credentials_by_method::CredentialsByMethod,
    credentials_by_origin::CredentialsByOrigin,
    denied_origins::DeniedOrigins,
    errors_without_headers::needed_credentials,
    facts::{ALLOW_ORIGIN, is_like_preflight},
    grants::Grants,
    missing_options::missing_options,
    options_in_front::OptionsInFront,
    refused_pages::methods_of_others,
    required_headers::RequiredHeaders,
    surroundings::Surroundings,
    violation_facts::{
        compares_wrongly, ends_with_server_error, exposes, grants_everything, grants_too_little,
        grants_too_much, has_several_values, reflects_origins, reflects_with_credentials,
        status_of_refused_preflight,
    },
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::{
        harness::{
            expectations::Expectations,
            judge::{
                crashes::Crashes,
                failed_preflights::{FailedPreflights, lacks_headers, lacks_methods},
                known_refusals::PartsByStatus,
                requests::{origin_kind, request_kind},
                silent_requests::Silence,
            },
            report::{
                cause::Cause,
                request_kind::{OriginKind, RequestKind},
                violation::Violation,
            },
        },
        laws::{Law, severity::Severity},
    },
};

/// The facts from all exchanges. These facts show which mistakes a server makes.
pub(crate) struct Evidence<'e> {
    expectations: &'e Expectations,
    denied: DeniedOrigins<'e>,
    allowed: AllowedOrigins<'e>,
    grants: Grants<'e>,
    credentials: CredentialsByMethod,
    credentials_by_origin: CredentialsByOrigin,
    /// Whether a preflight response grants `*` to an origin that the response allows, although the policy does not permit
    /// `*`.
    grants_any: bool,
    /// Whether a finding says that preflight responses grant every requested method or header name.
    grants_requested: bool,
    crashes: Crashes,
    /// The conditions on which the response to a permitted preflight lacks the CORS headers.
    bare_preflights: FailedPreflights,
    /// The headers of requests of allowed pages on which the response lacks the CORS headers.
    bare_parts: PartsByStatus,
    /// The conditions on which the response to a permitted preflight allows the origin, but lists no methods.
    bare_lists: FailedPreflights,
    /// The headers with credentials that requests of allowed pages need (see [`needed_credentials`]).
    needed_credentials: BTreeSet<&'static str>,
    required_headers: RequiredHeaders,
    silence: Silence,
    surroundings: Surroundings,
    /// The responses to requests without the headers that `headers_with_mistake` names, each as a text (see
    /// `response_key`).
    plain_responses: BTreeSet<String>,
    /// The special headers of requests whose responses do not reflect a denied origin.
    unreflected_headers: BTreeSet<String>,
    options_in_front: OptionsInFront,
    /// The kinds of the requests that get a status from 200 to 299.
    kinds_with_success: BTreeSet<RequestKind>,
    /// The methods of requests without `Origin` or of the server's own pages that get a status from 200 to 299.
    methods_of_others: BTreeSet<String>,
    /// Whether a response has several values of `Access-Control-Allow-Origin` that are not an echo of the request.
    repeats_allow_origin: bool,
    /// Whether a response has several values of `Access-Control-Allow-Origin`, and one of them is the denied origin of the
    /// request.
    repeats_denied_origin: bool,
    /// Whether the middleware intercepts OPTIONS requests that are not preflights. The handler then does not get these
    /// requests.
    intercepts_options: bool,
    /// Whether the server allows credentials although the policy does not allow credentials.
    allows_credentials: bool,
    /// Whether the policy allows every origin, and the server reflects origins together with
    /// `Access-Control-Allow-Credentials: true`.
    reflects_with_credentials: bool,
    /// Whether the server exposes `*`, and a script reads a header that the policy does not expose.
    exposes_everything: bool,
    /// Whether preflight responses list methods or request headers that the policy does not permit, and do not list
    /// some methods or request headers that the policy permits.
    has_other_lists: bool,
    /// Whether preflight responses list unpermitted methods and also unpermitted request headers.
    has_longer_lists: bool,
    /// The causes of findings about unpermitted names in preflight responses.
    causes_of_grants: BTreeSet<Cause>,
    /// Whether a permitted fetch fails because a preflight response has a malformed list. Preflights that an
    /// intermediary rewrites do not count.
    has_malformed_lists: bool,
    /// Whether the server reflects any or many origins, and grants every requested method, every requested header name, or both.
    allows_everything: bool,
    /// Whether the server refuses every request of allowed pages, and answers the same requests without `Origin` or of its own
    /// pages. Preflights do not count.
    refuses_allowed_pages: bool,
    /// Whether the server answers preflights with status 401.
    authenticates_preflights: bool,
    /// The statuses of preflights for a permitted method that the server refuses because of the method.
    statuses_of_refused_methods: BTreeSet<StatusCode>,
    /// The mistake by which the server allows an origin, if the policy allows no origin.
    mistake_without_origins: Option<Cause>,
    /// Whether only preflight responses have `Access-Control-Expose-Headers`, although scripts need it in other
    /// responses.
    exposes_on_preflights: bool,
    /// The mistakes that are one mistake: the configuration of the server lacks several options of the policy.
    missing_options: Vec<Cause>,
    /// The worst mistake of the server in the comparison of origins.
    wrong_comparison: Option<Cause>,
    /// The mistake by which the server denies an allowed origin, if there is such a mistake.
    denial: Option<Cause>,
    /// The entry of the policy that the server reads as a regular expression (see [`find_expression`](Self::find_expression)).
    entry_read_as_expression: Option<&'e str>,
    /// Whether the report has a finding about the max-age.
    has_wrong_max_age: bool,
    /// Whether the server reflects any origin or sends `*`, and has more than [`MAX_CAUSES_OF_REFLECTION`] mistakes. The
    /// harmless mistakes are then parts of this mistake, so that the important findings are easy to see.
    folds_waste: bool,
}

/// If a server that reflects any origin or sends `*` has more mistakes, the harmless mistakes become parts of this mistake.
const MAX_CAUSES_OF_REFLECTION: usize = 5;

impl<'e> Evidence<'e> {
    pub(crate) fn new<'x>(
        expectations: &'e Expectations,
        error_url: Option<&'e Url>,
        exchanges: impl Iterator<Item = &'x Exchange> + Clone,
        violations: &[Violation],
        crashes: Crashes,
        silence: Silence,
    ) -> Self {
        let allowed = AllowedOrigins::new(expectations, exchanges.clone());
        let grants = Grants::new(expectations, &allowed.granted, exchanges.clone());
        let grants_any = violations
            .iter()
            .any(|violation| grants.grants_any(&violation.exchanges));
        let mut evidence = Self {
            expectations,
            crashes,
            bare_preflights: FailedPreflights::default(),
            bare_parts: PartsByStatus::default(),
            bare_lists: FailedPreflights::default(),
            needed_credentials: BTreeSet::new(),
            required_headers: RequiredHeaders::default(),
            credentials: CredentialsByMethod::new(exchanges.clone()),
            credentials_by_origin: CredentialsByOrigin::new(expectations, exchanges.clone()),
            silence,
            surroundings: Surroundings::new(exchanges.clone()),
            plain_responses: names::plain_responses(exchanges.clone()),
            unreflected_headers: names::unreflected_headers(expectations, exchanges.clone()),
            options_in_front: OptionsInFront::new(exchanges.clone()),
            kinds_with_success: exchanges
                .clone()
                .filter(|exchange| exchange.response.status.is_success())
                .map(|exchange| request_kind(expectations, &exchange.request))
                .collect(),
            methods_of_others: methods_of_others(expectations, exchanges.clone()),
            repeats_allow_origin: violations.iter().any(|violation| {
                violation.law == Law::AllowOriginOccursOnce
                    && violation.severity != Severity::Waste
                    && violation.exchanges.iter().any(has_several_values)
            }),
            denied: DeniedOrigins::new(expectations, error_url, exchanges.clone()),
            allowed,
            grants,
            grants_any,
            grants_requested: false,
            intercepts_options: violations
                .iter()
                .any(|violation| violation.law == Law::PlainOptionsReachesHandler),
            allows_credentials: violations.iter().any(Violation::is_due_to_credentials),
            reflects_with_credentials: expectations.spec.origins.is_any()
                && violations.iter().any(Violation::is_due_to_credentials)
                && reflects_with_credentials(exchanges.clone()),
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
            repeats_denied_origin: false,
            has_other_lists: false,
            has_longer_lists: false,
            causes_of_grants: BTreeSet::new(),
            allows_everything: false,
            refuses_allowed_pages: false,
            authenticates_preflights: false,
            statuses_of_refused_methods: BTreeSet::new(),
            mistake_without_origins: None,
            exposes_on_preflights: false,
            missing_options: Vec::new(),
            wrong_comparison: None,
            denial: None,
            entry_read_as_expression: None,
            has_wrong_max_age: false,
            folds_waste: false,
        };
        evidence.entry_read_as_expression = evidence.find_expression();
        let is_failed_fetch = |violation: &Violation| violation.error.is_some();
        if violations.iter().any(is_failed_fetch) {
            evidence.insert_bare_responses(exchanges.clone());
        }
        let mut exchanges = violations.iter().flat_map(|violation| &violation.exchanges);
        evidence.repeats_denied_origin = exchanges
            .any(|exchange| has_several_values(exchange) && evidence.is_repeated(exchange));
        let causes = violations
            .iter()
            .map(|violation| evidence.single_cause(violation));
        let causes: Vec<Cause> = causes.collect();
        let has = |is_searched: fn(Cause) -> bool| causes.iter().any(|cause| is_searched(*cause));
        evidence.has_longer_lists = has(|cause| cause == Cause::GrantsMoreThanPolicy)
            || (has(|cause| cause == Cause::GrantsOtherMethods)
                && has(|cause| cause == Cause::GrantsOtherHeaders));
        let of_grants = causes.iter().copied();
        evidence.causes_of_grants = of_grants.filter(|cause| grants_too_much(*cause)).collect();
        evidence.refuses_allowed_pages =
            !evidence.allowed.has_success && has(|cause| cause == Cause::RefusesAllowedOrigin);
        evidence.authenticates_preflights = has(|cause| cause == Cause::AuthenticatesPreflights);
        evidence.exposes_on_preflights = has(|cause| cause == Cause::LacksExposedHeaders)
            && evidence.allowed.exposes_only_on_preflights();
        evidence.missing_options = missing_options(&evidence.allowed, &causes);
        evidence.grants_requested = violations.iter().zip(&causes).any(|(violation, cause)| {
            *cause == Cause::GrantsRequested && violation.severity == Severity::Security
        });
        let mut of_lists = violations.iter().zip(&causes);
        evidence.has_other_lists = has(grants_too_much)
            && of_lists.any(|(violation, cause)| {
                grants_too_little(*cause)
                    && !ends_with_server_error(violation)
                    && !evidence.lacks_misspelled_list(*cause, violation)
            });
        evidence.statuses_of_refused_methods = violations
            .iter()
            .zip(&causes)
            .filter(|(_, cause)| **cause == Cause::LacksMethod)
            .filter_map(|(violation, _)| status_of_refused_preflight(violation))
            .collect();
        let of_origins = violations.iter().zip(&causes).filter(|(violation, _)| {
            matches!(
                violation.law,
                Law::DeniedPageReadsNothing | Law::EmptyListAllowsNoOrigin
            )
        });
        let of_origins = of_origins.map(|(_, cause)| *cause).min();
        evidence.mistake_without_origins = of_origins.filter(|_| evidence.allows_no_origin());
        let compared = causes.iter().filter(|cause| compares_wrongly(**cause));
        evidence.wrong_comparison = compared.min().copied();
        let denials = [Cause::NoCorsHeaders, Cause::DeniesAllowedOrigin];
        evidence.denial = denials.into_iter().find(|cause| causes.contains(cause));
        evidence.allows_everything = has(reflects_origins) && has(grants_everything);
        let causes = violations
            .iter()
            .map(|violation| evidence.merged_cause(violation));
        let causes: BTreeSet<Cause> = causes.collect();
        evidence.has_wrong_max_age = causes.contains(&Cause::WrongMaxAge);
        evidence.folds_waste = (evidence.denied.reflects().is_some()
            || evidence.reflects_with_credentials
            || causes.contains(&Cause::WildcardOrigin))
            && causes.len() > MAX_CAUSES_OF_REFLECTION;
        evidence
    }

    /// Finds the conditions on which responses to allowed pages lack the CORS headers.
    fn insert_bare_responses<'x>(&mut self, exchanges: impl Iterator<Item = &'x Exchange> + Clone) {
        let expectations = self.expectations;
        self.required_headers = RequiredHeaders::new(expectations, exchanges.clone());
        self.bare_preflights =
            FailedPreflights::new(expectations, exchanges.clone(), lacks_headers);
        let is_of_page = |exchange: &&Exchange| {
            !is_like_preflight(&exchange.request)
                && origin_kind(expectations, &exchange.request) == OriginKind::Allowed
        };
        self.bare_lists = FailedPreflights::new(expectations, exchanges.clone(), lacks_methods);
        let of_pages = exchanges.filter(is_of_page);
        self.needed_credentials = needed_credentials(of_pages.clone());
        self.bare_parts = PartsByStatus::new(of_pages, false, |exchange| {
            !exchange.response.header_list.contains(ALLOW_ORIGIN)
        });
    }

    /// Returns the cause of which the harmless mistakes are parts, if the server has too many mistakes.
    fn cause_of_waste(&self) -> Cause {
        if self.reflects_with_credentials {
            return Cause::AllowsCredentials;
        }
        self.cause_of_reflection().unwrap_or(Cause::WildcardOrigin)
    }

    fn allows_no_origin(&self) -> bool {
        let origins = &self.expectations.spec.origins;
        !origins.is_any() && origins.entries().is_empty()
    }
}
