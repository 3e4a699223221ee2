//! The options of common CORS libraries that fix a mistake.

use super::cause::Cause;

/// The libraries whose options [`LibraryOption::names`] names.
const LIBRARIES: [&str; 9] = [
    "flask-cors",
    "`cors` of Express",
    "django-cors-headers",
    "Starlette, FastAPI",
    "Spring `CorsConfiguration`",
    "rs/cors (Go)",
    "tower-http",
    "ASP.NET Core `CorsPolicyBuilder`",
    "rack-cors (Rails)",
];

/// An option that common CORS libraries have, under different names.
///
/// ```
/// use fetch_cors::conformance::{Cause, LibraryOption};
/// assert_eq!(Cause::LacksMethod.library_options(), [LibraryOption::Methods]);
/// let mut names = LibraryOption::Methods.names();
/// assert!(names.any(|(library, option)| library == "django-cors-headers" && option == "`CORS_ALLOW_METHODS`"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LibraryOption {
    /// The origins that may read responses.
    Origins,
    /// The methods of Access-Control-Allow-Methods.
    Methods,
    /// The names of Access-Control-Allow-Headers.
    RequestHeaders,
    /// Access-Control-Allow-Credentials.
    Credentials,
    /// The names of Access-Control-Expose-Headers.
    ExposedHeaders,
    /// Access-Control-Max-Age.
    MaxAge,
    /// The value `Origin` of `Vary`.
    Vary,
    /// The responses to OPTIONS requests.
    OptionsRequests,
    /// The CORS headers of responses that do not need them.
    UselessHeaders,
}

impl LibraryOption {
    /// All options.
    ///
    /// ```
    /// assert_eq!(fetch_cors::conformance::LibraryOption::ALL.len(), 9);
    /// ```
    pub const ALL: &[Self] = &[
        Self::Origins,
        Self::Methods,
        Self::RequestHeaders,
        Self::Credentials,
        Self::ExposedHeaders,
        Self::MaxAge,
        Self::Vary,
        Self::OptionsRequests,
        Self::UselessHeaders,
    ];

    /// Returns the subject of the option, such as `request headers`.
    ///
    /// ```
    /// use fetch_cors::conformance::LibraryOption;
    /// assert_eq!(LibraryOption::RequestHeaders.subject(), "request headers");
    /// ```
    pub const fn subject(self) -> &'static str {
        match self {
            Self::Origins => "allowed origins",
            Self::Methods => "methods",
            Self::RequestHeaders => "request headers",
            Self::Credentials => "credentials",
            Self::ExposedHeaders => "exposed headers",
            Self::MaxAge => "max-age",
            Self::Vary => "`Vary`",
            Self::OptionsRequests => "OPTIONS requests",
            Self::UselessHeaders => "CORS headers that browsers ignore",
        }
    }

    /// Returns each library with its name of the option. Code is in backticks. If a library does not have the option, the
    /// second text says so: `always sent` or `no option`.
    ///
    /// ```
    /// use fetch_cors::conformance::LibraryOption;
    /// assert!(LibraryOption::MaxAge.names().any(|names| names == ("`cors` of Express", "`maxAge`")));
    /// ```
    pub fn names(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let options = match self {
            Self::Origins => [
                "`origins`",
                "`origin`",
                "`CORS_ALLOWED_ORIGINS`, `CORS_ALLOWED_ORIGIN_REGEXES`",
                "`allow_origins`, `allow_origin_regex`",
                "`setAllowedOrigins`, `setAllowedOriginPatterns`",
                "`AllowedOrigins`",
                "`allow_origin`",
                "`WithOrigins`, `SetIsOriginAllowed`",
                "`origins`",
            ],
            Self::Methods => [
                "`methods`",
                "`methods`",
                "`CORS_ALLOW_METHODS`",
                "`allow_methods`",
                "`setAllowedMethods`",
                "`AllowedMethods`",
                "`allow_methods`",
                "`WithMethods`",
                "`methods` of `resource`",
            ],
            Self::RequestHeaders => [
                "`allow_headers`",
                "`allowedHeaders`",
                "`CORS_ALLOW_HEADERS`",
                "`allow_headers`",
                "`setAllowedHeaders`",
                "`AllowedHeaders`",
                "`allow_headers`",
                "`WithHeaders`",
                "`headers` of `resource`",
            ],
            Self::Credentials => [
                "`supports_credentials`",
                "`credentials`",
                "`CORS_ALLOW_CREDENTIALS`",
                "`allow_credentials`",
                "`setAllowCredentials`",
                "`AllowCredentials`",
                "`allow_credentials`",
                "`AllowCredentials`",
                "`credentials` of `resource`",
            ],
            Self::ExposedHeaders => [
                "`expose_headers`",
                "`exposedHeaders`",
                "`CORS_EXPOSE_HEADERS`",
                "`expose_headers`",
                "`setExposedHeaders`",
                "`ExposedHeaders`",
                "`expose_headers`",
                "`WithExposedHeaders`",
                "`expose` of `resource`",
            ],
            Self::MaxAge => [
                "`max_age`",
                "`maxAge`",
                "`CORS_PREFLIGHT_MAX_AGE`",
                "`max_age`",
                "`setMaxAge`",
                "`MaxAge`",
                "`max_age`",
                "`SetPreflightMaxAge`",
                "`max_age` of `resource`",
            ],
            Self::Vary => [
                "`vary_header=False`, and `response.vary.add(\"Origin\")` in `after_request`",
                "always sent, except if `origin` is a function and passes `false`",
                "always sent",
                "always sent",
                "always sent",
                "always sent",
                "`vary`",
                "no option: call `Response.Headers.Append(\"Vary\", \"Origin\")` in a middleware before `UseCors`",
                "`vary` of `resource`",
            ],
            Self::OptionsRequests => [
                "`automatic_options`",
                "`preflightContinue`, `optionsSuccessStatus`",
                "no option",
                "no option",
                "no option",
                "`OptionsPassthrough`, `OptionsSuccessStatus`",
                "no option",
                "no option",
                "no option",
            ],
            Self::UselessHeaders => [
                "`always_send=False`",
                "no option",
                "no option",
                "no option",
                "no option",
                "no option",
                "no option",
                "no option",
                "no option",
            ],
        };
        LIBRARIES.into_iter().zip(options)
    }
}

impl Cause {
    /// Returns the options of common CORS libraries that fix the mistake. The slice is empty if the fix is not an option.
    ///
    /// ```
    /// use fetch_cors::conformance::{Cause, LibraryOption};
    /// assert_eq!(Cause::WildcardOrigin.library_options(), [LibraryOption::Origins]);
    /// assert!(Cause::RedirectsPreflights.library_options().is_empty());
    /// ```
    pub const fn library_options(self) -> &'static [LibraryOption] {
        match self {
            Self::AllowsEverything
            | Self::ReflectsAnyOrigin
            | Self::ReflectsAnyHttpsOrigin
            | Self::ReflectsAnyHttpOrigin
            | Self::ReflectsManyOrigins
            | Self::WildcardOrigin
            | Self::AllowsOtherOrigin
            | Self::SendsOtherOrigin
            | Self::AllowsNull
            | Self::ContainsListedHost
            | Self::ComparesPrefix
            | Self::ComparesSuffix
            | Self::ComparesBeginningAndEnd
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
            | Self::AllowsLocalhostPrefix
            | Self::AllowsAddresses
            | Self::DropsHyphenOfPattern
            | Self::AllowsApps
            | Self::ComparesHost
            | Self::IgnoresScheme
            | Self::IgnoresPort
            | Self::NoCorsHeaders
            | Self::OriginWithSlash
            | Self::OriginWithComma
            | Self::OriginWithName
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
            | Self::FailsWithoutOrigin => &[LibraryOption::Origins],
            Self::GrantsOtherMethods
            | Self::LacksMethod
            | Self::LacksSafelistedMethod
            | Self::ListsOtherCase => &[LibraryOption::Methods],
            Self::GrantsOtherHeaders
            | Self::GrantsAuthorization
            | Self::WildcardCoversAuthorization
            | Self::LacksRequestHeader => &[LibraryOption::RequestHeaders],
            Self::GrantsRequested
            | Self::GrantsAny
            | Self::GrantsMoreThanPolicy
            | Self::GrantsOtherThanPolicy
            | Self::LacksPreflightGrants
            | Self::WildcardListWithCredentials
            | Self::GrantsHarmless => &[LibraryOption::Methods, LibraryOption::RequestHeaders],
            Self::AllowsCredentials | Self::LacksCredentials => &[LibraryOption::Credentials],
            Self::ExposesEverything | Self::ExposesOtherHeaders | Self::LacksExposedHeaders => {
                &[LibraryOption::ExposedHeaders]
            }
            Self::WrongMaxAge => &[LibraryOption::MaxAge],
            Self::LacksOptions => &[
                LibraryOption::Credentials,
                LibraryOption::ExposedHeaders,
                LibraryOption::MaxAge,
            ],
            Self::AllowsWithoutOrigin
            | Self::LacksVary
            | Self::ReplacesVary
            | Self::RepeatsVary => &[LibraryOption::Vary],
            Self::UselessHeaders => &[LibraryOption::UselessHeaders],
            Self::InterceptsOptions
            | Self::MissesPreflights
            | Self::RefusesPreflights
            | Self::FailsOnOptions => &[LibraryOption::OptionsRequests],
            _ => &[],
        }
    }
}
