//! The mistakes for which CORS libraries have options.

use super::cause::Cause;

impl Cause {
    /// Whether common CORS libraries have an option that fixes the mistake. The guide page about
    /// [testing a server](crate::guide::testing_your_middleware#options-of-cors-libraries) names the options.
    ///
    /// ```
    /// use fetch_cors::conformance::Cause;
    /// assert!(Cause::LacksMethod.has_library_option() && !Cause::MissesPreflights.has_library_option());
    /// ```
    pub const fn has_library_option(self) -> bool {
        matches!(
            self,
            Self::AllowsEverything
                | Self::ReflectsAnyOrigin
                | Self::ReflectsAnyHttpsOrigin
                | Self::ReflectsManyOrigins
                | Self::WildcardOrigin
                | Self::AllowsOtherOrigin
                | Self::SendsOtherOrigin
                | Self::AllowsNull
                | Self::ContainsListedHost
                | Self::ComparesPrefix
                | Self::ComparesSuffix
                | Self::UngroupedAlternatives
                | Self::UnescapedDot
                | Self::SpecialCharacter
                | Self::MixesEntries
                | Self::SearchesList
                | Self::IgnoresTrailingDot
                | Self::AllowsSubdomains
                | Self::AllowsBareDomain
                | Self::WildcardMatchesDots
                | Self::AllowsSharedHosts
                | Self::AllowsLocalhost
                | Self::AllowsAddresses
                | Self::DropsHyphenOfPattern
                | Self::AllowsApps
                | Self::ComparesHost
                | Self::IgnoresScheme
                | Self::IgnoresPort
                | Self::NoCorsHeaders
                | Self::OriginWithSlash
                | Self::OriginWithComma
                | Self::OriginWithPort
                | Self::OriginWithoutScheme
                | Self::DeniesAllowedOrigin
                | Self::ConstantOrigin
                | Self::WrongConstantOrigin
                | Self::OtherAllowOrigin
                | Self::WildcardWithCredentials
                | Self::SendsList
                | Self::SendsNull
                | Self::SendsPattern
                | Self::SendsText
                | Self::FailsOnDeniedOrigins
                | Self::FailsWithoutOrigin
                | Self::GrantsOtherMethods
                | Self::LacksMethod
                | Self::LacksSafelistedMethod
                | Self::ListsOtherCase
                | Self::GrantsOtherHeaders
                | Self::GrantsAuthorization
                | Self::WildcardCoversAuthorization
                | Self::LacksRequestHeader
                | Self::GrantsRequested
                | Self::GrantsAny
                | Self::GrantsMoreThanPolicy
                | Self::GrantsOtherThanPolicy
                | Self::LacksPreflightGrants
                | Self::WildcardListWithCredentials
                | Self::GrantsHarmless
                | Self::AllowsCredentials
                | Self::LacksCredentials
                | Self::ExposesEverything
                | Self::ExposesOtherHeaders
                | Self::LacksExposedHeaders
                | Self::WrongMaxAge
                | Self::LacksOptions
                | Self::LacksVary
                | Self::ReplacesVary
                | Self::RepeatsVary
                | Self::UselessHeaders
                | Self::InterceptsOptions
                | Self::RefusesPreflights
                | Self::FailsOnOptions
        )
    }
}
