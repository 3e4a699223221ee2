//! The scope of a mistake: the values that keep two mistakes with the same cause apart.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString},
    vec::Vec,
};

use super::{
    Evidence,
    comparison_rules::is_web_scheme,
    facts::{
        ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, REQUEST_HEADERS, REQUEST_METHOD,
        elements, joined_names, single,
    },
    violation_facts::is_any,
};
use crate::{
    Failure,
    cases::Exchange,
    conformance::{
        harness::{
            probes::attacks::is_app_scheme,
            report::{
                cause::Cause,
                place::Place,
                request_kind::OriginKind,
                shown_response::{Shown, ShownMethod},
                violation::{GENERATED_PREFIX, Violation},
            },
        },
        laws::severity::Severity,
    },
    infrastructure::origin::TupleOrigin,
};

/// The maximum length of the value of a response header in a scope.
const MAX_VALUE_CHARS: usize = 100;

/// The maximum number of values in a scope. A line of `--known` with very many values cannot be read.
const MAX_VALUES: usize = 50;

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
    /// The hosts of these origins. If the server denies another origin of the host, the origins in place of the host.
    Hosts,
    /// The [entries](Self::Entries), and the origins that the server allows.
    EntriesAndOrigins,
    /// The [entries](Self::Entries), and the schemes and ports that the server ignores too (see [`other_parts`]).
    EntriesAndParts,
    /// The values that the description names. Without such values, the kinds of the requests that show the mistake.
    DescribedOrRequests,
    /// The values of a response header. The word `origin` stands for the `Origin` of the request.
    Values(&'static str),
    /// The names that `Vary` repeats.
    RepeatedNames,
    /// The origins that the server allows, or the origins that it denies, if they are fewer.
    FewerOrigins,
    /// The origins that a server denies although it reflects the others.
    Blocked,
    /// The kinds of the requests that show the mistake.
    Requests,
    /// The methods that preflights request, and the unpermitted methods in the responses.
    RequestedMethods,
    /// The header names that preflights request, and the unpermitted names in the responses.
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
        | Cause::ReflectsWithHeaders
        | Cause::AllowsNull
        | Cause::AllowsSharedHosts
        | Cause::SendsOtherOrigin
        | Cause::AllowsEverything
        | Cause::GrantsRequested
        | Cause::GrantsMoreThanPolicy
        | Cause::GrantsOtherMethods
        | Cause::GrantsOtherHeaders
        | Cause::GrantsOtherThanPolicy
        | Cause::DeniesAllowedOrigin
        | Cause::LacksMethod
        | Cause::LacksSafelistedMethod
        | Cause::LacksRequestHeader
        | Cause::LacksHeadersOnErrors
        | Cause::LacksHeadersWithCredentials
        | Cause::LacksHeadersOnSomeResponses
        | Cause::LacksOptions
        | Cause::FailsOnSomeOrigins
        | Cause::FailsWithCredentials
        | Cause::UselessHeaders
        | Cause::GrantsHarmless => Part::Described,
        Cause::ContainsListedHost
        | Cause::ComparesPrefix
        | Cause::ComparesSuffix
        | Cause::SpecialCharacter
        | Cause::UngroupedAlternatives
        | Cause::SearchesList
        | Cause::AllowsSubdomains
        | Cause::AllowsBareDomain
        | Cause::WildcardMatchesDots
        | Cause::DropsHyphenOfPattern
        | Cause::IgnoresTrailingDot
        | Cause::IgnoresScheme => Part::EntriesAndParts,
        Cause::ComparesHost | Cause::IgnoresPort => Part::Entries,
        Cause::UnescapedDot => Part::EntriesAndOrigins,
        Cause::AllowsOtherOrigin => Part::DescribedOrRequests,
        Cause::WrongConstantOrigin
        | Cause::ConstantOrigin
        | Cause::RepeatsAllowOrigin
        | Cause::SendsList
        | Cause::SendsPattern
        | Cause::SendsText
        | Cause::AllowsWithoutOrigin => Part::Values(ALLOW_ORIGIN),
        Cause::WrongMaxAge => Part::Values(MAX_AGE),
        Cause::RepeatsVary => Part::RepeatedNames,
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
        | Cause::FailsOnOptions
        | Cause::SlowPreflights => Part::Nothing,
    }
}

impl Evidence<'_> {
    /// Returns the scope of a mistake whose description names the values `described`.
    pub(super) fn scope(
        &self,
        cause: Cause,
        violations: &[Violation],
        described: BTreeSet<String>,
    ) -> BTreeSet<String> {
        let mut scope = circumstances(cause, violations);
        let exchanges = || violations.iter().flat_map(|violation| &violation.exchanges);
        match part(cause) {
            Part::Described | Part::Nothing => {}
            Part::DescribedOrRequests => {
                if described.is_empty() {
                    let probes = violations.iter().map(|violation| violation.probe.as_str());
                    let named = probes.filter(|probe| !probe.starts_with(GENERATED_PREFIX));
                    scope.extend(named.map(String::from));
                }
            }
            Part::Entries => scope.extend(self.wrong_entries(cause)),
            Part::EntriesAndOrigins => {
                scope.extend(self.wrong_entries(cause));
                scope.extend(self.denied.origins_with(cause));
            }
            Part::EntriesAndParts => {
                let entries = self.wrong_entries(cause);
                scope.extend(other_parts(&entries, self.denied.origins_with(cause)));
                scope.extend(entries);
            }
            Part::Values(name) => {
                scope.extend(exchanges().flat_map(|exchange| values(exchange, name)));
            }
            Part::RepeatedNames => scope.extend(exchanges().flat_map(repeated_names)),
            Part::Origins => scope.extend(self.denied.origins_with(cause)),
            Part::Hosts => {
                let refused: BTreeSet<String> =
                    self.denied.refused_origins().filter_map(host).collect();
                let hosts = self
                    .denied
                    .origins_with(cause)
                    .map(|origin| match host(&origin) {
                        Some(host) if !refused.contains(&host) => host,
                        _ => origin,
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
            Part::RequestedMethods => {
                let permitted = self.grants.permitted_methods();
                scope.extend(exchanges().flat_map(|exchange| {
                    let mut names = elements(&exchange.response.header_list, ALLOW_METHODS);
                    names.retain(|name| !permitted.contains(name));
                    names.extend(elements(&exchange.request.header_list, REQUEST_METHOD));
                    names
                }));
            }
            Part::RequestedHeaders => {
                let permitted = &self.expectations.spec.request_headers;
                let is_permitted = |name: &String| {
                    let mut permitted = permitted.iter();
                    permitted.any(|other| other.eq_ignore_ascii_case(name))
                };
                scope.extend(exchanges().flat_map(|exchange| {
                    let mut names = elements(&exchange.response.header_list, ALLOW_HEADERS);
                    names.retain(|name| !is_permitted(name));
                    names.extend(elements(&exchange.request.header_list, REQUEST_HEADERS));
                    names
                }));
            }
            Part::ListHeaders => {
                let names = violations.iter().flat_map(wrong_lists);
                scope.extend(names.map(String::from));
            }
            Part::ExposedHeaders => scope.extend(self.wrongly_exposed(cause, violations)),
        }
        scope.extend(described);
        limited(scope)
    }

    /// Returns the entries of the policy that the server compares wrongly, and its own origin if it compares this origin
    /// wrongly. If no entry is known, returns the origins that the server allows.
    fn wrong_entries(&self, cause: Cause) -> BTreeSet<String> {
        let entries = self.denied.entries_with(cause).into_iter();
        let entries = entries.map(String::from);
        let own = self.denied.own_origin_with(cause).cloned();
        let entries: BTreeSet<String> = entries.chain(own).collect();
        if entries.is_empty() {
            self.denied.origins_with(cause).collect()
        } else {
            entries
        }
    }
}

/// Returns the schemes of the origins that no entry has. The schemes of generated origins depend on the seed, so only usual
/// schemes count. Also returns `ports` if an origin has a port that no entry has.
fn other_parts(
    entries: &BTreeSet<String>,
    origins: impl Iterator<Item = String>,
) -> BTreeSet<String> {
    let parts_of = |origin: &str| {
        let (scheme, rest) = origin.split_once("://")?;
        let port = rest.rsplit_once(':').map(|(_, port)| String::from(port));
        let is_port = |port: &String| !port.ends_with(']');
        Some((String::from(scheme), port.filter(is_port)))
    };
    let (schemes, ports): (BTreeSet<String>, BTreeSet<Option<String>>) =
        entries.iter().filter_map(|entry| parts_of(entry)).unzip();
    let allows_any_port = ports.contains(&Some(String::from("*")));
    let mut others = BTreeSet::new();
    for (scheme, port) in origins.filter_map(|origin| parts_of(&origin)) {
        if !schemes.contains(&scheme) && (is_web_scheme(&scheme) || is_app_scheme(&scheme)) {
            others.insert(scheme);
        }
        if !allows_any_port && !ports.contains(&port) {
            others.insert(String::from("ports"));
        }
    }
    others
}

/// Returns at most [`MAX_VALUES`] values, and the number of the others.
fn limited(values: BTreeSet<String>) -> BTreeSet<String> {
    let others = values.len().saturating_sub(MAX_VALUES);
    let mut limited: BTreeSet<String> = values.into_iter().take(MAX_VALUES).collect();
    if others > 0 {
        limited.insert(format!("{others}-more"));
    }
    limited
}

fn host(origin: impl AsRef<str>) -> Option<String> {
    let parsed = TupleOrigin::parse(origin.as_ref().as_bytes()).ok()?;
    Some(String::from(parsed.host()))
}

/// Returns the list elements of the response header `name`. The word `origin` stands for the `Origin` of the request.
fn values(exchange: &Exchange, name: &str) -> Vec<String> {
    let given = single(&exchange.request.header_list, "origin").unwrap_or_default();
    let mut values = elements(&exchange.response.header_list, name);
    for value in &mut values {
        *value = if value.as_bytes() == given {
            String::from("origin")
        } else {
            value.chars().take(MAX_VALUE_CHARS).collect()
        };
    }
    values
}

/// Returns the names that `Vary` lists more than once, in lower case.
pub(super) fn repeated_names(exchange: &Exchange) -> BTreeSet<String> {
    let names = elements(&exchange.response.header_list, "vary").into_iter();
    let mut seen = BTreeSet::new();
    let names = names.map(|name| name.to_ascii_lowercase());
    names.filter(|name| !seen.insert(name.clone())).collect()
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

/// Returns the methods and the statuses of the responses that show a mistake, and `credentials` if a page of a denied origin
/// can read the data of a user. Leaves out the methods if a response to GET
/// shows the mistake, and the statuses if a response with a status from 200 to 299 shows it, because the method or the
/// status is then not the reason. If the server lets pages of a denied origin do more than read responses to GET, also returns
/// `POST`, and `preflights` for requests that need a preflight, such as PUT.
fn circumstances(cause: Cause, violations: &[Violation]) -> BTreeSet<String> {
    let shown = || violations.iter().flat_map(|violation| &violation.shown);
    let mut scope = BTreeSet::new();
    let is_of_get =
        |shown: &Shown| matches!(&shown.method, ShownMethod::Other(name) if name == "GET");
    let is_preflight = |shown: &Shown| shown.method == ShownMethod::Preflight;
    if cause == Cause::NoResponse || !shown().any(is_of_get) {
        let is_only_preflights = shown().all(is_preflight);
        let names_preflights = cause.places().contains(&Place::Preflights);
        if !(is_only_preflights && names_preflights) {
            scope.extend(shown().map(|shown| match &shown.method {
                ShownMethod::Preflight => String::from("preflights"),
                ShownMethod::Other(name) => name.clone(),
            }));
        }
    } else {
        scope.extend(allowed_writes(violations).map(String::from));
    }
    let statuses = shown().filter_map(|shown| shown.status);
    if !statuses.clone().any(|status| (200..300).contains(&status)) {
        scope.extend(statuses.map(|status| status.to_string()));
    }
    if violations.iter().any(Violation::allows_credentials) {
        scope.insert(String::from("credentials"));
    }
    scope
}

/// Returns the ways other than GET and HEAD in which pages of a denied origin can send requests and read the responses.
/// Generated requests depend on the seed, so they do not count.
fn allowed_writes(violations: &[Violation]) -> impl Iterator<Item = &'static str> {
    let of_denied = violations.iter().filter(|violation| {
        let mut kinds = violation.requests.iter();
        violation.severity == Severity::Security
            && !violation.probe.starts_with(GENERATED_PREFIX)
            && kinds.any(|kind| kind.origin == OriginKind::Denied)
    });
    let shown = of_denied.flat_map(|violation| &violation.shown);
    shown.filter_map(|shown| match &shown.method {
        ShownMethod::Preflight => Some("preflights"),
        ShownMethod::Other(name) if name == "POST" => Some("POST"),
        ShownMethod::Other(_) => None,
    })
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
