//! What is wrong with a configuration: all of it at once, as data.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, slice};

/// What is wrong with one entry of a configuration.
///
/// ```
/// use fetch_cors::server::ConfigErrorCode;
/// assert_eq!(ConfigErrorCode::UnmatchableOrigin.code(), "unmatchable-origin");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConfigErrorCode {
    /// It is not JSON or TOML, or a member is repeated.
    Malformed,
    /// There is no such member.
    UnknownMember,
    /// The member's value is of another type.
    WrongType,
    /// No origin is listed.
    EmptyOrigins,
    /// It is no origin, or has a `*` where none may be.
    InvalidOrigin,
    /// Browsers send this origin in another form.
    UnmatchableOrigin,
    /// Any origin, with credentials.
    WildcardOriginWithCredentials,
    /// `null`, which anybody can be, with credentials.
    NullOriginWithCredentials,
    /// An origin that anybody on the network can be, with credentials.
    InsecureOriginWithCredentials,
    /// Subdomains that anybody can register, with credentials.
    PublicSuffixWithCredentials,
    /// The method is no token, or `*` in a list.
    InvalidMethod,
    /// Browsers refuse this method.
    ForbiddenMethod,
    /// Browsers send this method in upper case.
    UnmatchableMethod,
    /// The name is no token.
    InvalidHeaderName,
    /// Browsers neither let script set nor read this header.
    ForbiddenHeaderName,
    /// A header of the CORS protocol itself, which is not listed here.
    MisplacedHeaderName,
    /// Every header exposed, with credentials: then `*` is a header's name.
    WildcardExposeWithCredentials,
    /// The max-age is not between 0 and 86400 seconds.
    MaxAgeOutOfRange,
    /// The status is not between 200 and 299.
    InvalidPreflightStatus,
}

impl ConfigErrorCode {
    /// All of them that there are now.
    pub const ALL: &[Self] = &[
        Self::Malformed,
        Self::UnknownMember,
        Self::WrongType,
        Self::EmptyOrigins,
        Self::InvalidOrigin,
        Self::UnmatchableOrigin,
        Self::WildcardOriginWithCredentials,
        Self::NullOriginWithCredentials,
        Self::InsecureOriginWithCredentials,
        Self::PublicSuffixWithCredentials,
        Self::InvalidMethod,
        Self::ForbiddenMethod,
        Self::UnmatchableMethod,
        Self::InvalidHeaderName,
        Self::ForbiddenHeaderName,
        Self::MisplacedHeaderName,
        Self::WildcardExposeWithCredentials,
        Self::MaxAgeOutOfRange,
        Self::InvalidPreflightStatus,
    ];

    /// The name, in kebab-case.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownMember => "unknown-member",
            Self::WrongType => "wrong-type",
            Self::EmptyOrigins => "empty-origins",
            Self::InvalidOrigin => "invalid-origin",
            Self::UnmatchableOrigin => "unmatchable-origin",
            Self::WildcardOriginWithCredentials => "wildcard-origin-with-credentials",
            Self::NullOriginWithCredentials => "null-origin-with-credentials",
            Self::InsecureOriginWithCredentials => "insecure-origin-with-credentials",
            Self::PublicSuffixWithCredentials => "public-suffix-with-credentials",
            Self::InvalidMethod => "invalid-method",
            Self::ForbiddenMethod => "forbidden-method",
            Self::UnmatchableMethod => "unmatchable-method",
            Self::InvalidHeaderName => "invalid-header-name",
            Self::ForbiddenHeaderName => "forbidden-header-name",
            Self::MisplacedHeaderName => "misplaced-header-name",
            Self::WildcardExposeWithCredentials => "wildcard-expose-with-credentials",
            Self::MaxAgeOutOfRange => "max-age-out-of-range",
            Self::InvalidPreflightStatus => "invalid-preflight-status",
        }
    }

    /// What is wrong, and what would mend it.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Malformed => "this cannot be read",
            Self::UnknownMember => "there is no such member",
            Self::WrongType => "this is of a wrong type",
            Self::EmptyOrigins => "at least one origin is needed",
            Self::InvalidOrigin => {
                "this is no origin such as `https://app.example`, `https://*.example.com` or `http://localhost:*`"
            }
            Self::UnmatchableOrigin => {
                "browsers send this origin in another form, so it would never match"
            }
            Self::WildcardOriginWithCredentials => {
                "any origin and credentials do not go together: list the origins"
            }
            Self::NullOriginWithCredentials => {
                "every sandboxed page has the origin `null`, an attacker's too"
            }
            Self::InsecureOriginWithCredentials => {
                "whoever is on the network can be a page of this origin: use https"
            }
            Self::PublicSuffixWithCredentials => {
                "it is a public suffix, or a top-level name that no list knows: anybody may have a subdomain"
            }
            Self::InvalidMethod => "this is no method",
            Self::ForbiddenMethod => "browsers never send this method",
            Self::UnmatchableMethod => {
                "browsers send this method in upper case, so it would never match"
            }
            Self::InvalidHeaderName => "this is no header name",
            Self::ForbiddenHeaderName => "browsers do not give script access to this header",
            Self::MisplacedHeaderName => {
                "this header belongs to the CORS protocol itself, and is not listed"
            }
            Self::WildcardExposeWithCredentials => {
                "with credentials `*` is no wildcard: list the headers"
            }
            Self::MaxAgeOutOfRange => "a max-age is between 0 and 86400 seconds",
            Self::InvalidPreflightStatus => "the status of a preflight is between 200 and 299",
        }
    }
}

impl fmt::Display for ConfigErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// One thing that is wrong: what, where, the value, and what was probably meant.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let errors = CorsPolicy::builder().origin("https://a.example/").build().unwrap_err();
/// let error = errors.iter().next().unwrap();
/// assert_eq!((error.code().code(), error.member()), ("unmatchable-origin", "origins[0]"));
/// assert_eq!(error.suggestion(), Some("https://a.example"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ConfigError {
    code: ConfigErrorCode,
    member: String,
    value: ConfigValue,
    suggestion: Option<String>,
    /// What is said instead of the code's message.
    reason: Option<String>,
}

/// A value that is at fault, as it stands in the configuration.
///
/// ```
/// use fetch_cors::server::ConfigValue;
/// assert_eq!(ConfigValue::String("a\n".into()).to_string(), "\"a\\n\"");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ConfigValue {
    /// There is none.
    Absent,
    /// A string.
    String(String),
    /// Anything else, as JSON.
    Json(String),
}

impl fmt::Display for ConfigValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::String(string) => write!(f, "\"{}\"", string.escape_default()),
            Self::Json(json) => f.write_str(json),
        }
    }
}

impl ConfigError {
    pub(super) fn new(code: ConfigErrorCode, member: impl ToString, value: ConfigValue) -> Self {
        Self {
            code,
            member: member.to_string(),
            value,
            suggestion: None,
            reason: None,
        }
    }

    #[cfg(all(feature = "serde", feature = "cases"))]
    pub(super) fn malformed(member: String, reason: String) -> Self {
        Self {
            reason: Some(reason),
            ..Self::new(ConfigErrorCode::Malformed, member, ConfigValue::Absent)
        }
    }

    pub(super) fn suggesting(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// What is wrong.
    pub const fn code(&self) -> ConfigErrorCode {
        self.code
    }

    /// The member that is at fault, such as `origins[0]`.
    pub fn member(&self) -> &str {
        &self.member
    }

    /// The value that is at fault.
    pub const fn value(&self) -> &ConfigValue {
        &self.value
    }

    /// What was probably meant.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }

    /// What is wrong, in words.
    pub fn message(&self) -> &str {
        self.reason.as_deref().unwrap_or(self.code.message())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = match &self.value {
            ConfigValue::Absent => String::new(),
            ConfigValue::String(string) => format!(": `{}`", string.escape_default()),
            ConfigValue::Json(json) => format!(": `{}`", json.escape_default()),
        };
        write!(
            f,
            "{} in {}: {}{value}",
            self.code,
            self.member,
            self.message()
        )?;
        match &self.suggestion {
            Some(suggestion) => write!(f, ", use `{}`", suggestion.escape_default()),
            None => Ok(()),
        }
    }
}

impl core::error::Error for ConfigError {}

/// All that is wrong with a configuration; never empty.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let errors = CorsPolicy::builder().any_origin().credentials(true).max_age(90_000).build().unwrap_err();
/// assert_eq!(errors.iter().count(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub(super) Vec<ConfigError>);

impl ConfigErrors {
    /// The errors, in the order of the members.
    pub fn iter(&self) -> impl Iterator<Item = &ConfigError> {
        self.0.iter()
    }
}

impl<'e> IntoIterator for &'e ConfigErrors {
    type Item = &'e ConfigError;
    type IntoIter = slice::Iter<'e, ConfigError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            let separator = if i == 0 { "" } else { "; " };
            write!(f, "{separator}{error}")?;
        }
        Ok(())
    }
}

impl core::error::Error for ConfigErrors {}
