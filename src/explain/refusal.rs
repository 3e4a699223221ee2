//! The refusals of the browser, and the mistakes that probably cause these refusals.

use alloc::{string::String, vec::Vec};

#[cfg(feature = "cases")]
use super::json;
use crate::Failure;

/// A check that failed in the browser, with the value that the browser refused.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::browser::{HeaderList, Origin, RequestInit, Response, UserAgent};
/// use fetch_cors::{Failure, api::ApiCall, explain::explain};
///
/// let page = Origin::parse("https://app.example")?;
/// let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse()?));
/// let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
///     Some(Ok(Response::new(http::StatusCode::OK, HeaderList::new())))
/// });
/// let refusal = &explanation.refusals[0];
/// assert_eq!((refusal.failure, refusal.step), (Failure::MissingAllowOriginHeader, "cors-check/2"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Refusal {
    /// The position of the exchange in [`exchanges`](super::Explanation::exchanges). `None` if the browser sent no
    /// request.
    pub exchange: Option<usize>,
    /// The failure.
    #[cfg_attr(feature = "cases", serde(serialize_with = "code"))]
    pub failure: Failure,
    /// The step of the standard at which the check fails.
    pub step: &'static str,
    /// The link to the algorithm that has the step.
    pub anchor: &'static str,
    /// The value that the check refuses. `None` if there is no such value, for example if a header is missing.
    #[cfg_attr(feature = "cases", serde(serialize_with = "json::optional"))]
    pub value: Option<String>,
    /// The refusal in words: one or more sentences.
    pub sentence: String,
    /// The mistakes that probably cause the refusal, the likeliest first.
    pub near_misses: Vec<NearMiss>,
}

#[cfg(feature = "cases")]
fn code<S: serde::Serializer>(failure: &Failure, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(failure.code())
}

/// A near miss: a known mistake that explains why the browser refuses an answer.
///
/// ```
/// use fetch_cors::explain::{NearMiss, NearMissKind};
/// let miss = NearMiss::new(NearMissKind::TrailingSlash, "remove the slash at the end".into());
/// assert_eq!(miss.kind.name(), "trailing-slash");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cases", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NearMiss {
    /// The kind of the mistake.
    pub kind: NearMissKind,
    /// The mistake in words: one or more sentences.
    pub sentence: String,
}

impl NearMiss {
    /// Creates a near miss.
    pub const fn new(kind: NearMissKind, sentence: String) -> Self {
        Self { kind, sentence }
    }
}

/// Defines the kinds of near misses with their names.
macro_rules! near_miss_kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $name:literal,)*) => {
        /// The kind of a [`NearMiss`]. In the descriptions of the kinds, "the header value" is the refused value of a
        /// header such as `Access-Control-Allow-Origin`.
        ///
        /// ```
        /// use fetch_cors::explain::NearMissKind;
        /// assert_eq!(NearMissKind::MethodCase.name(), "method-case");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "cases", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
        // Not exhaustive: more mistakes may become known.
        #[non_exhaustive]
        pub enum NearMissKind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl NearMissKind {
            /// All kinds of near misses.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// Returns the name in kebab-case.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }
        }
    };
}

near_miss_kinds! {
    /// The header value has a slash at the end.
    TrailingSlash = "trailing-slash",
    /// The header value has a path, a query or a fragment.
    Path = "path",
    /// The origin in the header value and the origin of the page have different schemes, such as `http` and `https`.
    Scheme = "scheme",
    /// The header value has no scheme.
    MissingScheme = "missing-scheme",
    /// The origin in the header value and the origin of the page have different ports.
    Port = "port",
    /// The header value has the default port of its scheme. Browsers leave out a default port.
    DefaultPort = "default-port",
    /// The header value has upper-case letters in the scheme or in the host.
    Case = "case",
    /// The host in the header value and the host of the page differ only in the prefix `www.`.
    Www = "www",
    /// The host in the header value is a subdomain of the host of the page, or the reverse.
    Subdomain = "subdomain",
    /// The header value has an invisible character, or a character that looks like an ASCII character.
    InvisibleCharacter = "invisible-character",
    /// The header value is in quotation marks.
    Quotes = "quotes",
    /// The header value has extra characters, such as `;` at the end.
    ExtraCharacter = "extra-character",
    /// The header value lacks a character, such as `:` after the scheme.
    MissingCharacter = "missing-character",
    /// One character of the header value is wrong, or two characters are in the wrong order.
    WrongCharacter = "wrong-character",
    /// The header value is encoded, as in `https%3A%2F%2Fapp.example`.
    Encoded = "encoded",
    /// The header value begins with the name of the header.
    RepeatedName = "repeated-name",
    /// The header value is empty.
    Empty = "empty",
    /// The header value is `*`, and the request has credentials.
    WildcardWithCredentials = "wildcard-with-credentials",
    /// The header value is a pattern such as `https://*.example.com`.
    Pattern = "pattern",
    /// The header has the same value twice, because two parts of the server set the header.
    SameValueTwice = "same-value-twice",
    /// The header has several values, but can have only one value.
    SeveralValues = "several-values",
    /// The header value is `null`.
    Null = "null",
    /// The browser sent `Origin: null`.
    OriginIsNull = "origin-is-null",
    /// The header value is the server's own origin.
    ServersOwnOrigin = "servers-own-origin",
    /// The header value is an origin that is neither the origin of the page nor the server's own origin.
    OtherOrigin = "other-origin",
    /// The header value is a word such as `undefined`, and not an origin, or a list has a word such as `all` in place of
    /// names.
    Placeholder = "placeholder",
    /// The header value belongs in another CORS header, such as a list of methods in `Access-Control-Allow-Origin`.
    ValueOfOtherHeader = "value-of-other-header",
    /// The response lacks a CORS header, and contains a header whose name is similar to the name of this CORS header.
    MisspelledHeaderName = "misspelled-header-name",
    /// The value of `Access-Control-Allow-Credentials` is another value than `true`, such as `True`, `1` or `false`.
    NotExactlyTrue = "not-exactly-true",
    /// The response has an error status and no CORS headers.
    ErrorWithoutHeaders = "error-without-headers",
    /// The response lacks `Access-Control-Allow-Origin`, but has a sign of a CORS policy, such as `Vary: Origin`: the policy
    /// probably does not allow the origin.
    OriginNotAllowed = "origin-not-allowed",
    /// A check for bots in front of the server answered in place of the server.
    BotCheck = "bot-check",
    /// The framework of the server answered the preflight with `Allow` and without CORS headers.
    FrameworkAnswersOptions = "framework-answers-options",
    /// The server sends a redirect without CORS headers.
    RedirectWithoutHeaders = "redirect-without-headers",
    /// The request was redirected from `http` to `https`.
    RedirectToHttps = "redirect-to-https",
    /// The request was redirected to the same URL with a slash added or removed at the end.
    RedirectToSlash = "redirect-to-slash",
    /// The preflight was redirected, and neither `RedirectToHttps` nor `RedirectToSlash` applies.
    PreflightRedirected = "preflight-redirected",
    /// The server answered the preflight with 401 or 403. The server probably checks authentication before CORS.
    PreflightNeedsAuthentication = "preflight-needs-authentication",
    /// The server answered the preflight with 404, 405, 410 or 501: the server has no route for OPTIONS.
    NoRouteForOptions = "no-route-for-options",
    /// The server answered the preflight with a status of 500 or more, except 501.
    PreflightServerError = "preflight-server-error",
    /// The server answered the preflight with 400. Some servers deny a preflight with this status.
    PreflightDenied = "preflight-denied",
    /// The server answered the preflight with an error about the content of the request, such as 415 or 422: the server
    /// handles OPTIONS like the request itself.
    PreflightHandledAsRequest = "preflight-handled-as-request",
    /// The server answered the preflight with 429: the server counts preflights as requests.
    PreflightRateLimited = "preflight-rate-limited",
    /// The server answered the preflight with 414 or 431: the URL or the headers are too long.
    PreflightTooLong = "preflight-too-long",
    /// The server answered the preflight with a status that is not a success, such as 408 or 451, and that has no more
    /// specific kind.
    PreflightErrorStatus = "preflight-error-status",
    /// The letter case of a method is wrong. For example, the server lists `put` in place of `PUT`, or the page sends
    /// `patch` in place of `PATCH`.
    MethodCase = "method-case",
    /// The list excludes names, as in `not PUT`.
    Exclusion = "exclusion",
    /// White space or semicolons separate the elements of the list.
    Separator = "separator",
    /// The denied header is `Authorization`, which `*` does not cover.
    AuthorizationUnderWildcard = "authorization-under-wildcard",
    /// The preflight response does not list the denied header name or the denied method.
    MissingFromList = "missing-from-list",
    /// The list lacks the denied header name or the denied method, and contains a similar name.
    MisspelledListElement = "misspelled-list-element",
    /// The page sets a response header, such as `Access-Control-Allow-Origin`, on its request.
    ResponseHeaderOnRequest = "response-header-on-request",
    /// A page on https fetches an `http` URL.
    MixedContent = "mixed-content",
    /// The response comes from a cache. The cache probably stored the response for a different page.
    CachedResponse = "cached-response",
    /// The response has the status 304 (not modified) and lacks a CORS header.
    NotModified = "not-modified",
    /// The server redirects to a login page.
    RedirectToLogin = "redirect-to-login",
    /// The redirects lead back to a URL that the browser already fetched.
    RedirectLoop = "redirect-loop",
    /// The server redirects, but the page fetches with the redirect mode `error`.
    RedirectModeError = "redirect-mode-error",
    /// The `Location` of a redirect is not a valid URL, or the response has several `Location` headers.
    InvalidLocation = "invalid-location",
    /// The page makes the request in the mode `no-cors`. In this mode, a script cannot read the response.
    NoCorsMode = "no-cors-mode",
    /// The host has characters other than ASCII. Browsers send such a host in ASCII, as `xn--…`.
    InternationalHost = "international-host",
    /// The host is an IP address in another form than the form that browsers send, such as `127.1`.
    AddressForm = "address-form",
    /// The browser got no answer, so the failure is not about CORS.
    NoAnswer = "no-answer",
    /// The `server` of a test case has no entry for the URL, so the answer has the status 404.
    UrlWithoutEntry = "url-without-entry",
}
