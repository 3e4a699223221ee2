//! The scope of a mistake: the values that keep two mistakes with the same cause apart.

use alloc::{
    collections::BTreeSet,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Evidence,
    facts::{
        ALLOW_HEADERS, ALLOW_METHODS, EXPOSE_HEADERS, REQUEST_HEADERS, REQUEST_METHOD, elements,
        joined_names,
    },
    violation_facts::is_any,
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::harness::report::{
        cause::Cause,
        place::Place,
        shown_response::{Shown, ShownMethod},
        violation::{GENERATED_PREFIX, Violation},
    },
    infrastructure::origin::TupleOrigin,
};

/// The values that keep two mistakes with the same cause apart, in addition to the [`circumstances`].
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// The values that the description of the mistake names.
    Described,
    /// No values: the cause is always the same mistake.
    Nothing,
    /// The entries of the policy that the server compares wrongly. If no entry is known, the allowed origins.
    Entries,
    /// The origins that the server allows, although the policy denies them.
    Origins,
    /// The hosts of these origins.
    Hosts,
    /// The origins that the server allows, or the origins that it denies, if they are fewer.
    FewerOrigins,
    /// The origins that a server denies although it reflects the others.
    Blocked,
    /// The kinds of the requests that show the mistake.
    Requests,
    RequestedMethods,
    RequestedHeaders,
    /// The headers with a wrong list.
    ListHeaders,
    /// The response headers that scripts can read, or cannot read, contrary to the policy.
    ExposedHeaders,
}

const fn part(cause: Cause) -> Part {
    match cause {
        Cause::ReflectsOnSomeMethods
        | Cause::ReflectsWithCredentials
        | Cause::AllowsNull
        | Cause::AllowsSharedHosts
        | Cause::AllowsOtherOrigin
        | Cause::SendsOtherOrigin
        | Cause::AllowsEverything
        | Cause::GrantsRequested
        | Cause::GrantsMoreThanPolicy
        | Cause::GrantsOtherMethods
        | Cause::GrantsOtherHeaders
        | Cause::GrantsOtherThanPolicy
        | Cause::WrongConstantOrigin
        | Cause::DeniesAllowedOrigin
        | Cause::LacksMethod
        | Cause::LacksSafelistedMethod
        | Cause::LacksRequestHeader
        | Cause::LacksHeadersOnErrors
        | Cause::LacksHeadersWithCredentials
        | Cause::LacksHeadersOnSomeResponses
        | Cause::LacksOptions
        | Cause::FailsOnSomeOrigins
        | Cause::SendsText
        | Cause::UselessHeaders
        | Cause::GrantsHarmless => Part::Described,
        Cause::ContainsListedHost
        | Cause::ComparesPrefix
        | Cause::ComparesSuffix
        | Cause::SpecialCharacter
        | Cause::UngroupedAlternatives
        | Cause::UnescapedDot
        | Cause::SearchesList
        | Cause::AllowsSubdomains
        | Cause::AllowsBareDomain
        | Cause::WildcardMatchesDots
        | Cause::DropsHyphenOfPattern
        | Cause::IgnoresTrailingDot
        | Cause::ComparesHost
        | Cause::IgnoresScheme
        | Cause::IgnoresPort => Part::Entries,
        Cause::MixesEntries | Cause::AllowsApps | Cause::AllowsOwnHost => Part::Origins,
        Cause::AllowsLocalhost => Part::Hosts,
        Cause::ReflectsManyOrigins => Part::FewerOrigins,
        Cause::ReflectsAnyOrigin | Cause::ReflectsAnyHttpsOrigin => Part::Blocked,
        Cause::AllowsMalformedOrigin
        | Cause::ReadsOneOfSeveralOrigins
        | Cause::ReadsListsStrictly
        | Cause::ReflectsLongHeaders
        | Cause::FailsOnRequests
        | Cause::OtherFailure
        | Cause::Other => Part::Requests,
        Cause::IgnoresMethodCase | Cause::ComparesPartOfMethod | Cause::ListsOtherCase => {
            Part::RequestedMethods
        }
        Cause::ComparesPartOfHeader => Part::RequestedHeaders,
        Cause::GrantsAny | Cause::WildcardListWithCredentials | Cause::MalformedLists => {
            Part::ListHeaders
        }
        Cause::ExposesOtherHeaders | Cause::LacksExposedHeaders => Part::ExposedHeaders,
        Cause::ReflectsOnErrors
        | Cause::SendsNull
        | Cause::AllowsLocalhostPrefix
        | Cause::AllowsAddresses
        | Cause::WildcardOrigin
        | Cause::SendsCorsHeaders
        | Cause::AllowsCredentials
        | Cause::GrantsAuthorization
        | Cause::WildcardCoversAuthorization
        | Cause::ChecksOneHeader
        | Cause::GrantsPrivateNetwork
        | Cause::ExposesEverything
        | Cause::DropsPreflights
        | Cause::NoResponse
        | Cause::NoCorsHeaders
        | Cause::OriginWithSlash
        | Cause::OriginWithComma
        | Cause::OriginWithPort
        | Cause::OriginWithoutScheme
        | Cause::SendsPattern
        | Cause::SendsList
        | Cause::RepeatsAllowOrigin
        | Cause::ConstantOrigin
        | Cause::OtherAllowOrigin
        | Cause::RedirectsEverything
        | Cause::RedirectsPreflights
        | Cause::AuthenticatesPreflights
        | Cause::MissesPreflights
        | Cause::RefusesPreflights
        | Cause::IgnoresPreflights
        | Cause::WildcardWithCredentials
        | Cause::LacksCredentials
        | Cause::RefusesAllowedOrigin
        | Cause::UnstableAnswers
        | Cause::FailsSometimes
        | Cause::RefusesSometimes
        | Cause::LacksPreflightGrants
        | Cause::RefusesSeveralHeaders
        | Cause::LacksHeadersOnRedirects
        | Cause::RefusesOwnOrigin
        | Cause::RefusesRequestsWithoutOrigin
        | Cause::RefusesNullOrigin
        | Cause::InterceptsOptions
        | Cause::FailsOnOwnOrigin
        | Cause::FailsWithoutOrigin
        | Cause::FailsOnDeniedOrigins
        | Cause::FailsOnNullOrigin
        | Cause::LacksVary
        | Cause::ReplacesVary
        | Cause::CopiesVary
        | Cause::WrongMaxAge
        | Cause::FailsOnOptions
        | Cause::RepeatsVary
        | Cause::SlowPreflights => Part::Nothing,
    }
}

impl Evidence<'_> {
    /// Returns the scope of the mistake, without the values that its description names.
    pub(super) fn scope(&self, cause: Cause, violations: &[Violation]) -> BTreeSet<String> {
        let mut scope = circumstances(cause, violations);
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        let requested = |name: &'static str| {
            exchanges().flat_map(move |exchange| elements(&exchange.request.header_list, name))
        };
        match part(cause) {
            Part::Described | Part::Nothing => {}
            Part::Entries => {
                let entries = self.denied.entries_with(cause);
                if entries.is_empty() {
                    scope.extend(self.denied.origins_with(cause));
                } else {
                    scope.extend(entries.into_iter().map(String::from));
                }
            }
            Part::Origins => scope.extend(self.denied.origins_with(cause)),
            Part::Hosts => {
                let hosts = self.denied.origins_with(cause).filter_map(|origin| {
                    let parsed = TupleOrigin::parse(origin.as_bytes()).ok()?;
                    Some(String::from(parsed.host()))
                });
                scope.extend(hosts);
            }
            Part::FewerOrigins => {
                let allowed: Vec<String> = self.denied.origins_with(cause).collect();
                let blocked: Vec<String> = self.denied.blocked().collect();
                let is_fewer = blocked.len() < allowed.len();
                scope.extend(if is_fewer { blocked } else { allowed });
            }
            Part::Blocked => scope.extend(self.denied.blocked()),
            Part::Requests => {
                let kinds = violations.iter().filter_map(|violation| {
                    let kind = violation.detail.split(' ').next()?;
                    (!kind.is_empty() && !kind.starts_with(GENERATED_PREFIX)).then_some(kind)
                });
                scope.extend(kinds.map(String::from));
            }
            Part::RequestedMethods => scope.extend(requested(REQUEST_METHOD)),
            Part::RequestedHeaders => scope.extend(requested(REQUEST_HEADERS)),
            Part::ListHeaders => {
                let names = violations.iter().flat_map(wrong_lists);
                scope.extend(names.map(String::from));
            }
            Part::ExposedHeaders => {
                let listed = self.expectations.spec.expose_headers.entries();
                let listed: BTreeSet<String> = listed
                    .iter()
                    .map(|name| name.to_ascii_lowercase())
                    .collect();
                let sent = exchanges().flat_map(|exchange: &Exchange| {
                    elements(&exchange.response.header_list, EXPOSE_HEADERS)
                });
                let sent: BTreeSet<String> = sent.map(|name| name.to_ascii_lowercase()).collect();
                let wrong = if cause == Cause::ExposesOtherHeaders {
                    sent.difference(&listed)
                } else {
                    listed.difference(&sent)
                };
                scope.extend(wrong.cloned());
            }
        }
        scope
    }
}

/// Returns the names of the list headers that are malformed, or that have a `*`.
fn wrong_lists(violation: &Violation) -> Vec<&'static str> {
    let error = violation.error.as_ref().map(|error| error.failure());
    match error {
        Some(Failure::InvalidAllowMethodsPreflightResponse) => Vec::from([ALLOW_METHODS]),
        Some(Failure::InvalidAllowHeadersPreflightResponse) => Vec::from([ALLOW_HEADERS]),
        _ => {
            let mut names = Vec::from([ALLOW_METHODS, ALLOW_HEADERS]);
            names.retain(|name| {
                let mut exchanges = violation.exchanges.iter();
                exchanges.any(|exchange| {
                    let listed = elements(&exchange.response.header_list, name);
                    is_any(exchange, name)
                        || listed.iter().any(|element| joined_names(element).is_some())
                })
            });
            names
        }
    }
}

/// Returns the methods and the statuses of the responses that show a mistake. Leaves out the methods if a response to GET
/// shows the mistake, and the statuses if a response with a status from 200 to 299 shows it, because the method or the
/// status is then not the reason.
fn circumstances(cause: Cause, violations: &[Violation]) -> BTreeSet<String> {
    let shown = || violations.iter().flat_map(|violation| &violation.shown);
    let mut scope = BTreeSet::new();
    let is_of_get = |shown: &Shown| matches!(&shown.0, ShownMethod::Other(name) if name == "GET");
    let is_preflight = |shown: &Shown| shown.0 == ShownMethod::Preflight;
    if cause == Cause::NoResponse || !shown().any(is_of_get) {
        let is_only_preflights = shown().all(is_preflight);
        let names_preflights = cause.places().contains(&Place::Preflights);
        if !(is_only_preflights && names_preflights) {
            scope.extend(shown().map(|(method, _)| match method {
                ShownMethod::Preflight => String::from("preflights"),
                ShownMethod::Other(name) => name.clone(),
            }));
        }
    }
    let statuses = shown().filter_map(|(_, status)| *status);
    if !statuses.clone().any(|status| (200..300).contains(&status)) {
        scope.extend(statuses.map(|status| status.to_string()));
    }
    scope
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The causes without values, by the reason why one entry of `--known` cannot hide a second mistake.
    const WITHOUT_VALUES: [(&str, &[Cause]); 5] = [
        (
            "the cause names the only possible value",
            &[
                Cause::SendsNull,
                Cause::AllowsLocalhostPrefix,
                Cause::AllowsCredentials,
                Cause::GrantsAuthorization,
                Cause::WildcardCoversAuthorization,
                Cause::GrantsPrivateNetwork,
                Cause::WildcardWithCredentials,
                Cause::LacksCredentials,
                Cause::LacksVary,
                Cause::CopiesVary,
                Cause::WrongMaxAge,
                Cause::RepeatsVary,
            ],
        ),
        (
            "the cause is about every value",
            &[
                Cause::WildcardOrigin,
                Cause::AllowsAddresses,
                Cause::ExposesEverything,
                Cause::ChecksOneHeader,
                Cause::RefusesSeveralHeaders,
                Cause::SendsCorsHeaders,
                Cause::ReplacesVary,
                Cause::LacksPreflightGrants,
                Cause::SlowPreflights,
            ],
        ),
        (
            "every response of this kind has the mistake",
            &[
                Cause::NoCorsHeaders,
                Cause::OriginWithSlash,
                Cause::OriginWithComma,
                Cause::OriginWithPort,
                Cause::OriginWithoutScheme,
                Cause::SendsPattern,
                Cause::SendsList,
                Cause::RepeatsAllowOrigin,
                Cause::ConstantOrigin,
                Cause::OtherAllowOrigin,
                Cause::RedirectsEverything,
                Cause::RedirectsPreflights,
                Cause::IgnoresPreflights,
                Cause::DropsPreflights,
                Cause::LacksHeadersOnRedirects,
            ],
        ),
        (
            "the methods and the statuses keep the mistakes apart",
            &[
                Cause::ReflectsOnErrors,
                Cause::NoResponse,
                Cause::AuthenticatesPreflights,
                Cause::MissesPreflights,
                Cause::RefusesPreflights,
                Cause::RefusesAllowedOrigin,
                Cause::RefusesOwnOrigin,
                Cause::RefusesRequestsWithoutOrigin,
                Cause::RefusesNullOrigin,
                Cause::InterceptsOptions,
                Cause::FailsOnOwnOrigin,
                Cause::FailsWithoutOrigin,
                Cause::FailsOnDeniedOrigins,
                Cause::FailsOnNullOrigin,
                Cause::FailsOnOptions,
            ],
        ),
        (
            "the requests that show the mistake are random",
            &[
                Cause::UnstableAnswers,
                Cause::FailsSometimes,
                Cause::RefusesSometimes,
            ],
        ),
    ];

    #[test]
    fn causes_without_a_scope_have_a_reason() {
        let causes = Cause::ALL.iter().copied();
        let without: BTreeSet<Cause> = causes
            .filter(|cause| part(*cause) == Part::Nothing)
            .collect();
        let explained = WITHOUT_VALUES.iter().flat_map(|(_, causes)| *causes);
        let explained: Vec<Cause> = explained.copied().collect();
        assert_eq!(without.len(), explained.len());
        assert_eq!(without, explained.into_iter().collect());
    }
}
