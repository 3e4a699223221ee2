//! The kinds of configuration errors, with their messages.

use core::fmt;

use crate::wording;

/// The kind of an error in a configuration.
///
/// ```
/// use fetch_cors::server::ConfigErrorKind;
/// assert_eq!(ConfigErrorKind::UnmatchableOrigin.as_str(), "unmatchable-origin");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ConfigErrorKind {
    /// The text is neither JSON nor TOML, or a member is repeated.
    Malformed,
    /// The member does not exist.
    UnknownMember,
    /// The value has the wrong type.
    WrongType,
    /// The policy does not allow any origin.
    EmptyOrigins,
    /// The builder has more than one predicate.
    RepeatedPredicate,
    /// The entry is not an origin, or has a `*` where a wildcard is not permitted.
    InvalidOrigin,
    /// Browsers send this origin in another form, so the entry never matches.
    UnmatchableOrigin,
    /// The policy allows any origin, and allows credentials.
    WildcardOriginWithCredentials,
    /// The policy allows `null` or `file://`, and allows credentials. Any page can have the origin `null`. Each local
    /// document has the origin `null` or `file://`.
    NullOriginWithCredentials,
    /// The policy allows all browser extensions of one scheme, for example with the entry `moz-extension://*`, and
    /// allows credentials.
    AnyExtensionOriginWithCredentials,
    /// The policy allows an `http:` origin, and allows credentials. An attacker on the network can forge the pages of
    /// this origin.
    InsecureOriginWithCredentials,
    /// The policy allows subdomains that anyone can register, and allows credentials.
    PublicSuffixWithCredentials,
    /// The method is not a token, or a list of methods contains `*`.
    InvalidMethod,
    /// Browsers never send this method.
    ForbiddenMethod,
    /// Browsers send this method in upper case, so the entry never matches.
    UnmatchableMethod,
    /// The name of a header is not a token, or the list `expose_headers` contains `*`.
    InvalidHeaderName,
    /// The name of a request header that scripts cannot set, or of a response header that scripts cannot read.
    ForbiddenHeaderName,
    /// This header belongs to the CORS protocol, so a policy cannot list the header.
    MisplacedHeaderName,
    /// The policy exposes any response header, and allows credentials. With credentials, browsers read the value `*` of
    /// `Access-Control-Expose-Headers` as a header name.
    WildcardExposeWithCredentials,
    /// The max-age is not between 0 and 86400 seconds.
    MaxAgeOutOfRange,
    /// The status is not between 200 and 299.
    InvalidPreflightStatus,
}

impl ConfigErrorKind {
    /// All kinds in this version of the crate.
    pub const ALL: &[Self] = &[
        Self::Malformed,
        Self::UnknownMember,
        Self::WrongType,
        Self::EmptyOrigins,
        Self::RepeatedPredicate,
        Self::InvalidOrigin,
        Self::UnmatchableOrigin,
        Self::WildcardOriginWithCredentials,
        Self::NullOriginWithCredentials,
        Self::AnyExtensionOriginWithCredentials,
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

    /// Returns the name of the kind, in kebab-case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownMember => "unknown-member",
            Self::WrongType => "wrong-type",
            Self::EmptyOrigins => "empty-origins",
            Self::RepeatedPredicate => "repeated-predicate",
            Self::InvalidOrigin => "invalid-origin",
            Self::UnmatchableOrigin => "unmatchable-origin",
            Self::WildcardOriginWithCredentials => "wildcard-origin-with-credentials",
            Self::NullOriginWithCredentials => "null-origin-with-credentials",
            Self::AnyExtensionOriginWithCredentials => "any-extension-origin-with-credentials",
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

    /// Returns a general description of the error and its fix.
    /// [`ConfigError::message`](crate::server::ConfigError::message) is often more precise.
    pub const fn message(self) -> &'static str {
        match self {
            Self::Malformed => {
                "the text is malformed: write JSON or TOML in which each member appears once"
            }
            Self::UnknownMember => "a policy has no member with this name: correct the name",
            Self::WrongType => {
                "the value has the wrong type: write a value of the type that the member needs"
            }
            Self::EmptyOrigins => {
                "no origin is listed: list at least one, or call `any_origin()` or `no_origins()`; in a file, write `\"*\"` for any origin or `\"none\"` to allow no origin"
            }
            Self::RepeatedPredicate => {
                "the builder has several predicates, but a policy can have only one: write one function that combines them"
            }
            Self::InvalidOrigin => {
                "this is not an origin: write, for example, `https://app.example`, `https://*.example.com` or `http://localhost:*`"
            }
            Self::UnmatchableOrigin => {
                "browsers send this origin in another form, so this entry never matches: write it in the form that browsers send"
            }
            Self::WildcardOriginWithCredentials => {
                "with credentials, a policy for any origin would let every website read the data of your users: list the origins"
            }
            Self::NullOriginWithCredentials => {
                concat!(
                    wording::sandboxed_pages_are_null!(),
                    ", and an attacker can make such a page: remove `null`, or set `dangerously_allow_null_origin`"
                )
            }
            Self::AnyExtensionOriginWithCredentials => {
                "anyone can publish an extension, and this entry would let every extension read the data of your users: list the origin of your extension, or set `dangerously_allow_any_extension_origin`"
            }
            Self::InsecureOriginWithCredentials => {
                "an attacker on the network can forge a page of an `http:` origin: use `https:`, or set `dangerously_allow_insecure_origins`"
            }
            Self::PublicSuffixWithCredentials => {
                "this is a public suffix (or an unknown top-level domain), so anyone can register a subdomain: list the subdomains, or set `dangerously_allow_subdomains_of_public_suffixes`"
            }
            Self::InvalidMethod => {
                "this is not a method: write, for example, `PUT`, without white space and without characters such as `,` and `:`"
            }
            Self::ForbiddenMethod => "browsers never send this method: remove it",
            Self::UnmatchableMethod => {
                "browsers send this method in upper case, so this entry never matches: write it in upper case"
            }
            Self::InvalidHeaderName => {
                "this is not a header name: write, for example, `x-request-id`, without white space and without characters such as `,` and `:`"
            }
            Self::ForbiddenHeaderName => "a script cannot set or read this header: remove it",
            Self::MisplacedHeaderName => {
                "this header belongs to the CORS protocol itself: remove it"
            }
            Self::WildcardExposeWithCredentials => {
                concat!(wording::not_a_wildcard!(), ": list the exposed headers")
            }
            Self::MaxAgeOutOfRange => "the max-age must be between 0 and 86400 seconds (one day)",
            Self::InvalidPreflightStatus => {
                "the status of a preflight response must be between 200 and 299"
            }
        }
    }
}

impl fmt::Display for ConfigErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
