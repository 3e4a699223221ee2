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
                | Self::WildcardOrigin
                | Self::AllowsOtherOrigin
                | Self::AllowsNull
                | Self::ContainsListedHost
                | Self::ComparesPrefix
                | Self::ComparesSuffix
                | Self::UnescapedDot
                | Self::AllowsSubdomains
                | Self::AllowsLocalhost
                | Self::IgnoresScheme
                | Self::IgnoresPort
                | Self::NoCorsHeaders
                | Self::OriginWithSlash
                | Self::DeniesAllowedOrigin
                | Self::ConstantOrigin
                | Self::SendsList
                | Self::SendsText
                | Self::FailsOnDeniedOrigins
                | Self::FailsWithoutOrigin
                | Self::GrantsOtherMethods
                | Self::LacksMethod
                | Self::LacksSafelistedMethod
                | Self::ListsOtherCase
                | Self::GrantsOtherHeaders
                | Self::LacksRequestHeader
                | Self::GrantsRequested
                | Self::GrantsAny
                | Self::GrantsMoreThanPolicy
                | Self::GrantsOtherThanPolicy
                | Self::LacksPreflightGrants
                | Self::GrantsHarmless
                | Self::AllowsCredentials
                | Self::LacksCredentials
                | Self::ExposesEverything
                | Self::ExposesOtherHeaders
                | Self::LacksExposedHeaders
                | Self::WrongMaxAge
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
