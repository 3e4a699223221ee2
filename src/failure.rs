//! The failures of a fetch. Each failure has a code, and lists the steps of the standard at which a fetch fails with
//! this failure.
//!
//! ```
//! use fetch_cors::Failure;
//!
//! let failure: Failure = "allow-origin-mismatch".parse()?;
//! assert_eq!(failure.steps(), ["cors-check/4"]);
//! assert_eq!(failure.anchors(), ["https://fetch.spec.whatwg.org/#concept-cors-check"]);
//! # Ok::<(), fetch_cors::UnknownFailureError>(())
//! ```

use alloc::{string::String, vec::Vec};
use core::{
    fmt::{self, Write as _},
    str::FromStr,
};

use url::Url;

/// Defines the failures in one table, so that codes, steps, anchors and messages stay consistent.
macro_rules! failures {
    (@anchor $step:literal $anchor:literal) => { $anchor };
    (@anchor $step:literal $anchor:literal $other_anchor:literal) => { $other_anchor };
    ($($anchor:literal {
        $(
            #[doc = $doc:literal]
            $variant:ident = $code:literal at $step:literal $(or $other:literal $(of $other_anchor:literal)?)?,
        )*
    })*) => {
        /// A reason why a fetch fails.
        ///
        /// ```
        /// use fetch_cors::Failure;
        ///
        /// for &failure in Failure::ALL {
        ///     assert_eq!(failure.code().parse(), Ok(failure));
        /// }
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        // Exhaustive: if a new revision of the standard adds a failure, each `match` must handle this failure.
        pub enum Failure {
            $($(#[doc = concat!("`", $code, "`:", $doc)] $variant,)*)*
            /// `unsupported-scheme`: the library does not support the scheme of the URL, but the standard supports it.
            ///
            /// The standard does not have this failure, so [`Failure::ALL`] does not contain this failure.
            UnsupportedScheme,
        }

        impl Failure {
            /// All failures that a fetch can have according to the standard: all variants except
            /// [`UnsupportedScheme`](Self::UnsupportedScheme).
            pub const ALL: &'static [Self] = &[$($(Self::$variant,)*)*];

            /// Returns the code in kebab-case. If the developer tools of Chromium have a name for the failure, the code
            /// is this name.
            pub const fn code(self) -> &'static str {
                match self {
                    $($(Self::$variant => $code,)*)*
                    Self::UnsupportedScheme => "unsupported-scheme",
                }
            }

            /// Returns the steps of the standard at which a fetch fails with this failure. Most failures have one step,
            /// and some failures have two steps.
            pub const fn steps(self) -> &'static [&'static str] {
                match self {
                    $($(Self::$variant => &[$step $(, $other)?],)*)*
                    Self::UnsupportedScheme => &["scheme-fetch/3"],
                }
            }

            /// Returns one link for each of the [steps](Self::steps). The link leads to the algorithm of the step.
            pub const fn anchors(self) -> &'static [&'static str] {
                match self {
                    $($(Self::$variant => &[$anchor $(, failures!(@anchor $other $anchor $($other_anchor)?))?],)*)*
                    Self::UnsupportedScheme => &["https://fetch.spec.whatwg.org/#concept-scheme-fetch"],
                }
            }

            /// Returns a description of the failure.
            pub fn message(self) -> &'static str {
                match self {
                    $($(Self::$variant => $doc,)*)*
                    Self::UnsupportedScheme => "the library does not support the scheme of the URL",
                }
                .trim()
                .trim_end_matches('.')
            }
        }
    };
}

failures! {
    "https://fetch.spec.whatwg.org/#concept-cors-check" {
        /// the response has no Access-Control-Allow-Origin header.
        MissingAllowOriginHeader = "missing-allow-origin-header" at "cors-check/2",
        /// the request has credentials, but Access-Control-Allow-Origin is `*`.
        WildcardOriginNotAllowed = "wildcard-origin-not-allowed" at "cors-check/4",
        /// Access-Control-Allow-Origin has more than one value.
        MultipleAllowOriginValues = "multiple-allow-origin-values" at "cors-check/4",
        /// Access-Control-Allow-Origin is neither an origin nor `null` nor `*`.
        InvalidAllowOriginValue = "invalid-allow-origin-value" at "cors-check/4",
        /// Access-Control-Allow-Origin is not the origin of the request.
        AllowOriginMismatch = "allow-origin-mismatch" at "cors-check/4",
        /// the request has credentials, but Access-Control-Allow-Credentials is not exactly `true`.
        InvalidAllowCredentials = "invalid-allow-credentials" at "cors-check/8",
        /// the preflight response has no Access-Control-Allow-Origin header.
        PreflightMissingAllowOriginHeader = "preflight-missing-allow-origin-header" at "cors-check/2",
        /// the request has credentials, but Access-Control-Allow-Origin of the preflight response is `*`.
        PreflightWildcardOriginNotAllowed = "preflight-wildcard-origin-not-allowed" at "cors-check/4",
        /// Access-Control-Allow-Origin of the preflight response has more than one value.
        PreflightMultipleAllowOriginValues = "preflight-multiple-allow-origin-values" at "cors-check/4",
        /// Access-Control-Allow-Origin of the preflight response is neither an origin nor `null` nor `*`.
        PreflightInvalidAllowOriginValue = "preflight-invalid-allow-origin-value" at "cors-check/4",
        /// Access-Control-Allow-Origin of the preflight response is not the origin of the request.
        PreflightAllowOriginMismatch = "preflight-allow-origin-mismatch" at "cors-check/4",
        /// the request has credentials, but Access-Control-Allow-Credentials of the preflight response is not exactly `true`.
        PreflightInvalidAllowCredentials = "preflight-invalid-allow-credentials" at "cors-check/8",
    }
    "https://fetch.spec.whatwg.org/#cors-preflight-fetch-0" {
        /// the preflight response is a redirect.
        PreflightDisallowedRedirect = "preflight-disallowed-redirect" at "cors-preflight-fetch/7",
        /// the status of the preflight response is not between 200 and 299.
        PreflightInvalidStatus = "preflight-invalid-status" at "cors-preflight-fetch/7",
        /// Access-Control-Allow-Methods is not a list of methods.
        InvalidAllowMethodsPreflightResponse = "invalid-allow-methods-preflight-response" at "cors-preflight-fetch/7.3",
        /// Access-Control-Allow-Headers is not a list of header names.
        InvalidAllowHeadersPreflightResponse = "invalid-allow-headers-preflight-response" at "cors-preflight-fetch/7.3",
        /// Access-Control-Allow-Methods does not allow the request's method.
        MethodDisallowedByPreflightResponse = "method-disallowed-by-preflight-response" at "cors-preflight-fetch/7.5",
        /// Access-Control-Allow-Headers does not allow a header of the request.
        HeaderDisallowedByPreflightResponse = "header-disallowed-by-preflight-response" at "cors-preflight-fetch/7.6" or "cors-preflight-fetch/7.7",
    }
    "https://fetch.spec.whatwg.org/#concept-main-fetch" {
        /// the mode of the request is `same-origin`, but the URL has another origin.
        DisallowedByMode = "disallowed-by-mode" at "main-fetch/12",
        /// the mode is `no-cors` and the URL has another origin, but the redirect mode is not `follow`.
        NoCorsRedirectModeNotFollow = "no-cors-redirect-mode-not-follow" at "main-fetch/12",
        /// a CORS request needs an `http` or `https` URL, but the URL has another scheme.
        CorsDisabledScheme = "cors-disabled-scheme" at "main-fetch/12",
        /// browsers block the port of the URL.
        BadPort = "bad-port" at "main-fetch/7",
        /// the page is on https, but the URL is not secure, for example because it is on http (mixed content).
        BlockedAsMixedContent = "blocked-as-mixed-content" at "main-fetch/7",
    }
    "https://fetch.spec.whatwg.org/#concept-http-fetch" {
        /// the response is a redirect, but the redirect mode of the request is `error`.
        RedirectModeError = "redirect-mode-error" at "http-fetch/6.3",
        /// Cross-Origin-Resource-Policy does not allow the origin of the page.
        BlockedByCrossOriginResourcePolicy = "blocked-by-cross-origin-resource-policy" at "http-fetch/5",
    }
    "https://fetch.spec.whatwg.org/#concept-http-redirect-fetch" {
        /// the redirect has an invalid Location header, or several Location headers.
        RedirectInvalidLocation = "redirect-invalid-location" at "http-redirect-fetch/5",
        /// the scheme of the redirect location is neither `http` nor `https`.
        RedirectDisallowedScheme = "redirect-disallowed-scheme" at "http-redirect-fetch/6",
        /// the fetch has already followed 20 redirects, which is the limit.
        TooManyRedirects = "too-many-redirects" at "http-redirect-fetch/7",
        /// the redirect location has a user name or password.
        RedirectContainsCredentials = "redirect-contains-credentials" at "http-redirect-fetch/9" or "http-redirect-fetch/10",
        /// the body is a stream, which cannot be sent again after a redirect.
        RedirectBodyWithoutSource = "redirect-body-without-source" at "http-redirect-fetch/11",
    }
    "https://fetch.spec.whatwg.org/#concept-http-network-fetch" {
        /// the connection failed.
        NetworkError = "network-error" at "http-network-fetch/8.1",
    }
    "https://fetch.spec.whatwg.org/#concept-http-network-or-cache-fetch" {
        /// the proxy requires authentication.
        ProxyAuthenticationRequired = "proxy-authentication-required" at "http-network-or-cache-fetch/16.4",
        /// the body is a stream, which cannot be sent again after a response with status 401.
        AuthenticationBodyWithoutSource = "authentication-body-without-source" at "http-network-or-cache-fetch/15.2.1",
    }
    "https://fetch.spec.whatwg.org/#dom-request" {
        /// the URL has a user name or password.
        UrlIncludesCredentials = "url-includes-credentials" at "request-constructor/5.3",
        /// the method is empty or has a character that a method cannot have.
        InvalidMethod = "invalid-method" at "request-constructor/25.2" or "webidl-bytestring/2" of "https://webidl.spec.whatwg.org/#js-ByteString",
        /// a page cannot send the methods CONNECT, TRACE and TRACK.
        ForbiddenMethod = "forbidden-method" at "request-constructor/25.2",
        /// the mode `no-cors` allows only the methods GET, HEAD and POST.
        MethodNotNoCorsSafelisted = "method-not-no-cors-safelisted" at "request-constructor/32.1",
        /// a GET or HEAD request cannot have a body.
        BodyNotAllowed = "body-not-allowed" at "request-constructor/35",
        /// the body is a stream, but the mode is `no-cors`.
        StreamBodyNotAllowed = "stream-body-not-allowed" at "request-constructor/39.2",
    }
    "https://fetch.spec.whatwg.org/#headers-validate" {
        /// a header name is empty or has a character that a name cannot have, or a header value has NUL, CR, LF or a character above U+00FF.
        InvalidHeader = "invalid-header" at "headers-validate/1" or "webidl-bytestring/2" of "https://webidl.spec.whatwg.org/#js-ByteString",
    }
}

impl Failure {
    /// Converts a failure of the CORS check to the failure of a preflight. For example, `missing-allow-origin-header`
    /// becomes `preflight-missing-allow-origin-header`. Returns any other failure unchanged.
    pub(crate) const fn on_preflight(self) -> Self {
        match self {
            Self::MissingAllowOriginHeader => Self::PreflightMissingAllowOriginHeader,
            Self::WildcardOriginNotAllowed => Self::PreflightWildcardOriginNotAllowed,
            Self::MultipleAllowOriginValues => Self::PreflightMultipleAllowOriginValues,
            Self::InvalidAllowOriginValue => Self::PreflightInvalidAllowOriginValue,
            Self::AllowOriginMismatch => Self::PreflightAllowOriginMismatch,
            Self::InvalidAllowCredentials => Self::PreflightInvalidAllowCredentials,
            Self::PreflightMissingAllowOriginHeader
            | Self::PreflightWildcardOriginNotAllowed
            | Self::PreflightMultipleAllowOriginValues
            | Self::PreflightInvalidAllowOriginValue
            | Self::PreflightAllowOriginMismatch
            | Self::PreflightInvalidAllowCredentials
            | Self::PreflightDisallowedRedirect
            | Self::PreflightInvalidStatus
            | Self::InvalidAllowMethodsPreflightResponse
            | Self::InvalidAllowHeadersPreflightResponse
            | Self::MethodDisallowedByPreflightResponse
            | Self::HeaderDisallowedByPreflightResponse
            | Self::DisallowedByMode
            | Self::NoCorsRedirectModeNotFollow
            | Self::CorsDisabledScheme
            | Self::BadPort
            | Self::BlockedAsMixedContent
            | Self::RedirectModeError
            | Self::BlockedByCrossOriginResourcePolicy
            | Self::RedirectInvalidLocation
            | Self::RedirectDisallowedScheme
            | Self::TooManyRedirects
            | Self::RedirectContainsCredentials
            | Self::RedirectBodyWithoutSource
            | Self::NetworkError
            | Self::ProxyAuthenticationRequired
            | Self::AuthenticationBodyWithoutSource
            | Self::UrlIncludesCredentials
            | Self::InvalidMethod
            | Self::ForbiddenMethod
            | Self::MethodNotNoCorsSafelisted
            | Self::BodyNotAllowed
            | Self::StreamBodyNotAllowed
            | Self::InvalidHeader
            | Self::UnsupportedScheme => self,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Failure {
    type Err = UnknownFailureError;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .iter()
            .copied()
            .find(|failure| failure.code() == code)
            .ok_or_else(|| UnknownFailureError {
                code: String::from(code),
            })
    }
}

/// The error for a string that is not the code of any failure.
///
/// ```
/// use fetch_cors::Failure;
/// let error = "no-such-code".parse::<Failure>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "`no-such-code` is not the code of a failure: write, for example, `allow-origin-mismatch`",
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not the code of a failure: write, for example, `allow-origin-mismatch`", .code.escape_default())]
pub struct UnknownFailureError {
    code: String,
}

/// The error of a failed fetch: the failure, the step at which the fetch failed, and the value that caused the failure.
///
/// ```
/// use fetch_cors::{Failure, FetchError};
///
/// let error = FetchError::new(Failure::AllowOriginMismatch).with_value(b"https://b.example");
/// assert_eq!(error.step(), "cors-check/4");
/// assert_eq!(
///     error.to_string(),
///     "allow-origin-mismatch at cors-check/4: \
///      Access-Control-Allow-Origin is not the origin of the request: `https://b.example`",
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct FetchError {
    failure: Failure,
    step: &'static str,
    value: Option<Vec<u8>>,
}

impl FetchError {
    /// Creates an error for `failure`. The step of the error is the first step in [`Failure::steps`].
    pub fn new(failure: Failure) -> Self {
        let step = failure.steps().first().copied().unwrap_or_default();
        Self {
            failure,
            step,
            value: None,
        }
    }

    /// Creates an error for `failure`. The step of the error is the last step in [`Failure::steps`]: the second step,
    /// if the failure has two steps.
    pub(crate) fn at_second_step(failure: Failure) -> Self {
        let step = failure.steps().last().copied().unwrap_or_default();
        Self {
            failure,
            step,
            value: None,
        }
    }

    /// Creates the error for a URL with a scheme that the library does not support.
    pub(crate) fn unsupported_scheme(url: &Url) -> Self {
        Self::new(Failure::UnsupportedScheme).with_value(url.as_str())
    }

    /// Adds the value that caused the failure.
    #[must_use]
    pub fn with_value(mut self, value: impl Into<Vec<u8>>) -> Self {
        self.value = Some(value.into());
        self
    }

    pub(crate) fn on_preflight(mut self) -> Self {
        self.failure = self.failure.on_preflight();
        self
    }

    /// Returns the failure.
    pub const fn failure(&self) -> Failure {
        self.failure
    }

    /// Returns the step of the standard at which the fetch failed, such as `cors-check/4`.
    pub const fn step(&self) -> &'static str {
        self.step
    }

    /// Returns the link to the algorithm that has the [step](Self::step).
    ///
    /// ```
    /// use fetch_cors::{Failure, FetchError};
    /// let error = FetchError::new(Failure::MissingAllowOriginHeader);
    /// assert_eq!(error.anchor(), "https://fetch.spec.whatwg.org/#concept-cors-check");
    /// ```
    pub fn anchor(&self) -> &'static str {
        let mut links = self.failure.steps().iter().zip(self.failure.anchors());
        let link = links.find(|(step, _)| **step == self.step);
        link.map_or("", |(_, anchor)| *anchor)
    }

    /// Returns the value that caused the failure: a header value, a header name, a method or a URL. Returns `None` if
    /// there is no such value, for example if a header is missing.
    pub fn value(&self) -> Option<&[u8]> {
        self.value.as_deref()
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at {}: {}",
            self.failure,
            self.step,
            self.failure.message()
        )?;
        match &self.value {
            Some(value) => {
                f.write_str(": `")?;
                for byte in value {
                    match byte {
                        b'"' | b'\'' => f.write_char(char::from(*byte))?,
                        byte => write!(f, "{}", byte.escape_ascii())?,
                    }
                }
                f.write_char('`')
            }
            None => Ok(()),
        }
    }
}

/// Shows the bytes of `value` as text, and not as a list of numbers.
impl fmt::Debug for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.value.as_ref().map(|value| isomorphic_text(value));
        f.debug_struct("FetchError")
            .field("failure", &self.failure)
            .field("step", &self.step)
            .field("value", &value)
            .finish()
    }
}

fn isomorphic_text(value: &[u8]) -> String {
    value.iter().map(|&byte| char::from(byte)).collect()
}

impl core::error::Error for FetchError {}
