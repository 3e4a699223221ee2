//! The kind of values that keep two mistakes with the same cause apart, for each cause.

use super::super::facts::{ALLOW_ORIGIN, MAX_AGE};
use crate::conformance::harness::report::cause::Cause;

/// The values that keep two mistakes with the same cause apart, in addition to the [`circumstances`](super::circumstances).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
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
    /// The [entries](Self::Entries), and the schemes and ports that the server ignores too (see `other_parts`).
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

/// Returns the kind of values that keep two mistakes with this cause apart.
pub(super) const fn part(cause: Cause) -> Part {
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
        | Cause::FailsWithHeaders
        | Cause::UselessHeaders
        | Cause::GrantsHarmless => Part::Described,
        Cause::ContainsListedHost
        | Cause::ComparesPrefix
        | Cause::ComparesSuffix
        | Cause::ComparesBeginningAndEnd
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
        Cause::ReflectsAnyOrigin | Cause::ReflectsAnyHttpsOrigin | Cause::ReflectsAnyHttpOrigin => {
            Part::Blocked
        }
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
        | Cause::OriginWithName
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
        | Cause::AllowsSometimes
        | Cause::StopsAnswering
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

#[cfg(test)]
mod tests {
    use alloc::{collections::BTreeSet, vec::Vec};

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
                Cause::OriginWithName,
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
                Cause::AllowsSometimes,
                Cause::StopsAnswering,
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
