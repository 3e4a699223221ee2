//! What can be wrong with an entry of a configuration.

use core::fmt;

/// What is wrong with one entry of a configuration.
///
/// ```
/// use fetch_cors::server::ConfigErrorKind;
/// assert_eq!(ConfigErrorKind::UnmatchableOrigin.as_str(), "unmatchable-origin");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
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

impl ConfigErrorKind {
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
    pub const fn as_str(self) -> &'static str {
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
            Self::EmptyOrigins => "at least one origin is needed, or `\"*\"` for any",
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
                "every sandboxed page has the origin `null`, an attacker's too: leave it out, or set `dangerously_allow_null_origin`"
            }
            Self::InsecureOriginWithCredentials => {
                "whoever is on the network can be a page of this origin: use https, or set `dangerously_allow_insecure_origins`"
            }
            Self::PublicSuffixWithCredentials => {
                "it is a public suffix, or a top-level name that no list knows: anybody may have a subdomain. List what is below it, or set `dangerously_allow_subdomains_of_public_suffixes`"
            }
            Self::InvalidMethod => {
                "this is no method such as `PUT`: letters, digits and some marks, without white space"
            }
            Self::ForbiddenMethod => "browsers never send this method: leave it out",
            Self::UnmatchableMethod => {
                "browsers send this method in upper case, so it would never match"
            }
            Self::InvalidHeaderName => {
                "this is no header name such as `x-request-id`: letters, digits and some marks, without white space"
            }
            Self::ForbiddenHeaderName => {
                "browsers do not give script access to this header: leave it out"
            }
            Self::MisplacedHeaderName => {
                "this header belongs to the CORS protocol itself: leave it out"
            }
            Self::WildcardExposeWithCredentials => {
                "with credentials `*` is no wildcard: list the headers"
            }
            Self::MaxAgeOutOfRange => "a max-age is between 0 and 86400 seconds, which is a day",
            Self::InvalidPreflightStatus => "the status of a preflight is between 200 and 299",
        }
    }
}

impl fmt::Display for ConfigErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
