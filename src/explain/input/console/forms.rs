//! The English messages that browsers print about failed fetches.

use super::{
    cookie_topics as cookies,
    topics::{self, Topic},
};
use crate::{Failure as F, engine::Engine};

/// A browser that prints a message in its console.
///
/// ```
/// use fetch_cors::explain::input::{Browser, ConsoleMessage};
///
/// let message = ConsoleMessage::parse("Preflight response is not successful. Status code: 404")?;
/// assert_eq!(message.browser, Some(Browser::Safari));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Browser {
    /// Chromium, and the browsers with the engine of Chromium: Chrome, Edge, Brave, Opera.
    Chromium,
    /// Firefox.
    Firefox,
    /// Safari, and the other browsers with the engine WebKit, such as the browsers on iOS.
    Safari,
}

impl Browser {
    /// Returns the name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Chromium => "Chromium",
            Self::Firefox => "Firefox",
            Self::Safari => "Safari",
        }
    }

    /// Returns the engine of the browser.
    pub(super) const fn engine(self) -> Engine {
        match self {
            Self::Chromium => Engine::Chromium,
            Self::Firefox => Engine::Firefox,
            Self::Safari => Engine::Webkit,
        }
    }
}

impl core::fmt::Display for Browser {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The form of a message that a browser prints, and the failures that the message can mean.
///
/// ```
/// use fetch_cors::{Failure, explain::input::{Browser, ConsoleForm}};
///
/// let form = ConsoleForm::all().iter().find(|form| form.template().contains("HTTP ok status")).unwrap();
/// assert_eq!(form.browser(), Some(Browser::Chromium));
/// assert_eq!(form.failures(), [Failure::PreflightInvalidStatus]);
/// ```
#[derive(Debug, Clone, Copy)]
pub struct ConsoleForm {
    browser: Option<Browser>,
    template: &'static str,
    failures: &'static [F],
    pub(super) topic: &'static Topic,
}

impl ConsoleForm {
    /// Returns the forms of all messages. If a line matches several forms, the parser uses the first form.
    pub const fn all() -> &'static [Self] {
        FORMS
    }

    /// Returns the browser, or `None` if several browsers print the message.
    pub const fn browser(&self) -> Option<Browser> {
        self.browser
    }

    /// Returns the text of the message with straight quotes. In place of each part that differs between messages, the text
    /// has a name in braces, such as `{url}`, `{origin}` or `{value}`.
    pub const fn template(&self) -> &'static str {
        self.template
    }

    /// Returns the failures that the message can mean, the likeliest first. The list is empty if the message has no
    /// reason, as in `Failed to fetch`. The list is also empty if no [`Failure`](crate::Failure) stands for the reason
    /// of the message. For example, no `Failure` stands for a block by a Content Security Policy.
    pub const fn failures(&self) -> &'static [F] {
        self.failures
    }

    /// Returns the meaning of the message. As in the [template](Self::template), names in braces such as `{url}` stand
    /// for values.
    pub const fn meaning(&self) -> &'static str {
        self.topic.meaning
    }

    /// Returns a warning if the message is misleading.
    pub const fn caution(&self) -> Option<&'static str> {
        self.topic.caution
    }
}

const C: Option<Browser> = Some(Browser::Chromium);
const M: Option<Browser> = Some(Browser::Firefox);
const S: Option<Browser> = Some(Browser::Safari);

const fn form(
    browser: Option<Browser>,
    template: &'static str,
    failures: &'static [F],
    topic: &'static Topic,
) -> ConsoleForm {
    ConsoleForm {
        browser,
        template,
        failures,
        topic,
    }
}

/// The words before the reason in a message of Chromium about a preflight.
pub(super) const CHROMIUM_PREFLIGHT: &str =
    "Response to preflight request doesn't pass access control check: ";

#[rustfmt::skip]
const FORMS: &[ConsoleForm] = &[
    // Messages of Chromium about CORS. If a message is about a preflight, the text `CHROMIUM_PREFLIGHT` comes before
    // the reason.
    form(C, "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'", &[F::WildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(C, "A wildcard '*' cannot be used in the 'Access-Control-Allow-Origin' header when the credentials flag is true", &[F::WildcardOriginNotAllowed, F::PreflightWildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(C, "Credentials flag is 'true', but the 'Access-Control-Allow-Origin' header is '*'", &[F::WildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(C, "Credentials flag is 'true', but the 'Access-Control-Allow-Credentials' header is '{value}'. It must be 'true'", &[F::InvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(C, "Credentials flag is 'true', but the 'Access-Control-Allow-Credentials' header is '{value}'", &[F::InvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(C, "Response to preflight request doesn't pass access control check: No 'Access-Control-Allow-Origin' header is present on the requested resource", &[F::PreflightMissingAllowOriginHeader], &topics::PREFLIGHT_NO_ALLOW_ORIGIN),
    form(C, "No 'Access-Control-Allow-Origin' header is present on the requested resource", &[F::MissingAllowOriginHeader], &topics::NO_ALLOW_ORIGIN),
    form(C, "The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only one is allowed", &[F::MultipleAllowOriginValues], &topics::MULTIPLE_ALLOW_ORIGIN),
    form(C, "The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'", &[F::InvalidAllowOriginValue], &topics::INVALID_ALLOW_ORIGIN),
    form(C, "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin", &[F::AllowOriginMismatch], &topics::OTHER_ALLOW_ORIGIN),
    form(C, "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true'", &[F::InvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(C, "It does not have HTTP ok status", &[F::PreflightInvalidStatus], &topics::PREFLIGHT_STATUS_OF_CHROMIUM),
    form(C, "Response for preflight has invalid HTTP status code {status}", &[F::PreflightInvalidStatus], &topics::PREFLIGHT_STATUS_OF_CHROMIUM),
    form(C, "cannot load {url}. Invalid HTTP status code {status}", &[F::PreflightInvalidStatus], &topics::PREFLIGHT_STATUS_OF_CHROMIUM),
    form(C, "The request was redirected to '{to}', which is disallowed for cross-origin requests that require preflight", &[F::PreflightDisallowedRedirect], &topics::OLD_REDIRECT),
    form(C, "Response for preflight is invalid (redirect)", &[F::PreflightDisallowedRedirect], &topics::PREFLIGHT_REDIRECT),
    form(C, "Redirect is not allowed for a preflight request", &[F::PreflightDisallowedRedirect], &topics::PREFLIGHT_REDIRECT),
    form(C, "Request requires preflight, which is disallowed to follow cross-origin redirect", &[F::PreflightDisallowedRedirect], &topics::OLD_REDIRECT),
    form(C, "Cannot parse Access-Control-Allow-Methods response header field in preflight response", &[F::InvalidAllowMethodsPreflightResponse], &topics::MALFORMED_METHODS),
    form(C, "Cannot parse Access-Control-Allow-Headers response header field in preflight response", &[F::InvalidAllowHeadersPreflightResponse], &topics::MALFORMED_HEADERS),
    form(C, "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response", &[F::MethodDisallowedByPreflightResponse], &topics::METHOD),
    form(C, "Request header field {header} is not allowed by Access-Control-Allow-Headers in preflight response", &[F::HeaderDisallowedByPreflightResponse], &topics::HEADER),
    form(C, "Redirect location '{value}' contains a username and password, which is disallowed for cross-origin requests", &[F::RedirectContainsCredentials], &topics::REDIRECT_CREDENTIALS),
    form(C, "Cross origin requests are only supported for protocol schemes", &[F::CorsDisabledScheme], &topics::SCHEME),
    form(C, "The request was redirected to a URL ('{value}') which has a disallowed scheme for cross-origin requests", &[F::RedirectDisallowedScheme], &topics::SCHEME_OF_LOCATION),
    form(C, "Cross origin requests are not allowed by request mode", &[F::DisallowedByMode], &topics::SAME_ORIGIN_MODE),
    form(C, "CORS policy: The response is invalid", &[F::CorsDisabledScheme, F::NetworkError], &topics::INVALID_RESPONSE),
    form(C, "Fetch API cannot load {url}. URL scheme \"{other}\" is not supported", &[F::UnsupportedScheme], &topics::SCHEME),
    form(C, "Fetch API cannot load {url}. Request mode is \"same-origin\" but the URL's origin is not same as the request origin {origin}", &[F::DisallowedByMode], &topics::SAME_ORIGIN_MODE),
    form(C, "Fetch API cannot load {url}. Request mode is \"no-cors\" but the redirect mode is not \"follow\"", &[F::NoCorsRedirectModeNotFollow], &topics::NO_CORS_REDIRECT),
    form(C, "Permission was denied for this request to access the {other} address space", &[], &topics::LOCAL_NETWORK),
    form(C, "Unable to ask for permission to access the {other} IP address space", &[], &topics::LOCAL_NETWORK),
    form(C, "The request client is not a secure context and the resource is in more-private address space", &[], &topics::LOCAL_NETWORK_OF_INSECURE_PAGE),
    form(C, "No 'Access-Control-Allow-Private-Network' header was present in the preflight response", &[], &topics::PRIVATE_NETWORK_PREFLIGHT),
    form(C, "The 'Access-Control-Allow-Private-Network' header in the preflight response", &[], &topics::PRIVATE_NETWORK_PREFLIGHT),
    form(C, "No 'Access-Control-Allow-External' header was present in the preflight response", &[], &topics::EXTERNAL_REQUEST_PREFLIGHT),
    form(C, "The 'Access-Control-Allow-External' header in the preflight response", &[], &topics::EXTERNAL_REQUEST_PREFLIGHT),
    form(C, "Request had a target IP address space of `{other}` yet the resource is in address space `{other}`", &[], &topics::TARGET_ADDRESS_SPACE),
    form(C, "yet the resource is in address space `{other}`", &[], &topics::LOCAL_NETWORK),
    form(C, "Authorization will not be covered by the wildcard symbol (*) in CORS Access-Control-Allow-Headers handling", &[F::HeaderDisallowedByPreflightResponse], &topics::AUTHORIZATION_UNDER_WILDCARD),
    // The tooltip of `CORS error` in the network panel.
    form(C, "Cross-Origin Resource Sharing error: WildcardOriginNotAllowed", &[F::WildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(C, "Cross-Origin Resource Sharing error: MissingAllowOriginHeader", &[F::MissingAllowOriginHeader], &topics::NO_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: MultipleAllowOriginValues", &[F::MultipleAllowOriginValues], &topics::MULTIPLE_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: InvalidAllowOriginValue", &[F::InvalidAllowOriginValue], &topics::UNNAMED_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: AllowOriginMismatch", &[F::AllowOriginMismatch], &topics::UNNAMED_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: InvalidAllowCredentials", &[F::InvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(C, "Cross-Origin Resource Sharing error: PreflightWildcardOriginNotAllowed", &[F::PreflightWildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(C, "Cross-Origin Resource Sharing error: PreflightMissingAllowOriginHeader", &[F::PreflightMissingAllowOriginHeader], &topics::PREFLIGHT_NO_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: PreflightMultipleAllowOriginValues", &[F::PreflightMultipleAllowOriginValues], &topics::MULTIPLE_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: PreflightInvalidAllowOriginValue", &[F::PreflightInvalidAllowOriginValue], &topics::UNNAMED_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: PreflightAllowOriginMismatch", &[F::PreflightAllowOriginMismatch], &topics::UNNAMED_ALLOW_ORIGIN),
    form(C, "Cross-Origin Resource Sharing error: PreflightInvalidAllowCredentials", &[F::PreflightInvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(C, "Cross-Origin Resource Sharing error: PreflightInvalidStatus", &[F::PreflightInvalidStatus], &topics::PREFLIGHT_STATUS_OF_CHROMIUM),
    form(C, "Cross-Origin Resource Sharing error: PreflightDisallowedRedirect", &[F::PreflightDisallowedRedirect], &topics::PREFLIGHT_REDIRECT),
    form(C, "Cross-Origin Resource Sharing error: InvalidAllowMethodsPreflightResponse", &[F::InvalidAllowMethodsPreflightResponse], &topics::MALFORMED_METHODS),
    form(C, "Cross-Origin Resource Sharing error: InvalidAllowHeadersPreflightResponse", &[F::InvalidAllowHeadersPreflightResponse], &topics::MALFORMED_HEADERS),
    form(C, "Cross-Origin Resource Sharing error: MethodDisallowedByPreflightResponse", &[F::MethodDisallowedByPreflightResponse], &topics::UNNAMED_METHOD),
    form(C, "Cross-Origin Resource Sharing error: HeaderDisallowedByPreflightResponse", &[F::HeaderDisallowedByPreflightResponse], &topics::UNNAMED_HEADER),
    form(C, "Cross-Origin Resource Sharing error: RedirectContainsCredentials", &[F::RedirectContainsCredentials], &topics::REDIRECT_CREDENTIALS),
    form(C, "Cross-Origin Resource Sharing error: CorsDisabledScheme", &[F::CorsDisabledScheme], &topics::SCHEME),
    form(C, "Cross-Origin Resource Sharing error: DisallowedByMode", &[F::DisallowedByMode], &topics::SAME_ORIGIN_MODE),
    form(C, "Cross-Origin Resource Sharing error: NoCorsRedirectModeNotFollow", &[F::NoCorsRedirectModeNotFollow], &topics::NO_CORS_REDIRECT),
    form(C, "Cross-Origin Resource Sharing error: PreflightMissingAllowPrivateNetwork", &[], &topics::PRIVATE_NETWORK_PREFLIGHT),
    form(C, "Cross-Origin Resource Sharing error: PreflightInvalidAllowPrivateNetwork", &[], &topics::PRIVATE_NETWORK_PREFLIGHT),
    form(C, "Cross-Origin Resource Sharing error: InsecurePrivateNetwork", &[], &topics::LOCAL_NETWORK_OF_INSECURE_PAGE),
    form(C, "Cross-Origin Resource Sharing error: InsecureLocalNetwork", &[], &topics::LOCAL_NETWORK_OF_INSECURE_PAGE),
    form(C, "Cross-Origin Resource Sharing error: LocalNetworkAccessPermissionDenied", &[], &topics::LOCAL_NETWORK),

    // Messages of Firefox about CORS.
    form(M, "(Reason: CORS header 'Access-Control-Allow-Origin' missing)", &[F::MissingAllowOriginHeader, F::PreflightMissingAllowOriginHeader], &topics::NO_ALLOW_ORIGIN),
    form(M, "(Reason: CORS header 'Access-Control-Allow-Origin' does not match '{value}')", &[F::AllowOriginMismatch, F::PreflightAllowOriginMismatch, F::InvalidAllowOriginValue, F::PreflightInvalidAllowOriginValue, F::MultipleAllowOriginValues, F::PreflightMultipleAllowOriginValues], &topics::OTHER_OR_INVALID_ALLOW_ORIGIN),
    form(M, "(Reason: Multiple CORS header 'Access-Control-Allow-Origin' not allowed)", &[F::MultipleAllowOriginValues, F::PreflightMultipleAllowOriginValues], &topics::MULTIPLE_ALLOW_ORIGIN),
    form(M, "(Reason: Credential is not supported if the CORS header 'Access-Control-Allow-Origin' is '*')", &[F::WildcardOriginNotAllowed, F::PreflightWildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(M, "(Reason: expected 'true' in CORS header 'Access-Control-Allow-Credentials')", &[F::InvalidAllowCredentials, F::PreflightInvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(M, "(Reason: CORS preflight response did not succeed)", &[F::PreflightInvalidStatus], &topics::PREFLIGHT_STATUS),
    form(M, "(Reason: CORS preflight channel did not succeed)", &[F::PreflightInvalidStatus, F::NetworkError], &topics::PREFLIGHT_STATUS),
    form(M, "(Reason: CORS request external redirect not allowed)", &[F::PreflightDisallowedRedirect], &topics::PREFLIGHT_REDIRECT),
    form(M, "(Reason: Did not find method in CORS header 'Access-Control-Allow-Methods')", &[F::MethodDisallowedByPreflightResponse], &topics::UNNAMED_METHOD),
    form(M, "(Reason: header '{header}' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight response)", &[F::HeaderDisallowedByPreflightResponse], &topics::HEADER),
    form(M, "(Reason: missing token '{header}' in CORS header 'Access-Control-Allow-Headers' from CORS preflight channel)", &[F::HeaderDisallowedByPreflightResponse], &topics::HEADER),
    form(M, "(Reason: invalid token '{value}' in CORS header 'Access-Control-Allow-Methods')", &[F::InvalidAllowMethodsPreflightResponse], &topics::MALFORMED_METHODS),
    form(M, "(Reason: invalid token '{value}' in CORS header 'Access-Control-Allow-Headers')", &[F::InvalidAllowHeadersPreflightResponse], &topics::MALFORMED_HEADERS),
    form(M, "(Reason: CORS request not http)", &[F::CorsDisabledScheme], &topics::SCHEME),
    form(M, "(Reason: CORS request did not succeed)", &[F::NetworkError, F::BlockedAsMixedContent, F::BadPort, F::TooManyRedirects, F::RedirectInvalidLocation], &topics::REQUEST_DID_NOT_SUCCEED),
    form(M, "(Reason: CORS request failed)", &[F::MissingAllowOriginHeader, F::PreflightMissingAllowOriginHeader, F::AllowOriginMismatch, F::PreflightInvalidStatus, F::NetworkError], &topics::OLD_FIREFOX),
    form(M, "This can be fixed by moving the resource to the same domain or enabling CORS", &[F::MissingAllowOriginHeader, F::PreflightMissingAllowOriginHeader, F::AllowOriginMismatch, F::PreflightInvalidStatus, F::NetworkError], &topics::OLD_FIREFOX),
    form(M, "bad URI or cross-site access not allowed source: {url}", &[F::MissingAllowOriginHeader, F::AllowOriginMismatch], &topics::FONT),
    form(M, "Security Error: Content at {page} may not load data from {url}", &[F::DisallowedByMode], &topics::SAME_ORIGIN_MODE),
    form(M, "(Reason: CORS disabled)", &[], &topics::CORS_DISABLED),
    form(M, "(Reason: CORS header 'Origin' cannot be added)", &[], &topics::CORS_DISABLED),
    form(M, "(Reason: When the `Access-Control-Allow-Headers` is `*`, the `Authorization` header is not covered", &[F::HeaderDisallowedByPreflightResponse], &topics::AUTHORIZATION_UNDER_WILDCARD),
    // The reasons in the network panel. `CORS disabled` is not in the list: messages of Chromium end with these words.
    form(M, "CORS Failed", &[F::NetworkError, F::BlockedAsMixedContent, F::BadPort, F::TooManyRedirects, F::RedirectInvalidLocation], &topics::REQUEST_DID_NOT_SUCCEED),
    form(M, "CORS Not HTTP", &[F::CorsDisabledScheme], &topics::SCHEME),
    form(M, "CORS Multiple Origin Not Allowed", &[F::MultipleAllowOriginValues, F::PreflightMultipleAllowOriginValues], &topics::MULTIPLE_ALLOW_ORIGIN),
    form(M, "CORS Missing Allow Origin", &[F::MissingAllowOriginHeader, F::PreflightMissingAllowOriginHeader], &topics::NO_ALLOW_ORIGIN),
    form(M, "CORS No Allow Credentials", &[F::WildcardOriginNotAllowed, F::PreflightWildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(M, "CORS Allow Origin Not Matching Origin", &[F::AllowOriginMismatch, F::PreflightAllowOriginMismatch, F::InvalidAllowOriginValue, F::PreflightInvalidAllowOriginValue, F::MultipleAllowOriginValues, F::PreflightMultipleAllowOriginValues], &topics::UNNAMED_ALLOW_ORIGIN),
    form(M, "CORS Missing Allow Credentials", &[F::InvalidAllowCredentials, F::PreflightInvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(M, "CORS Origin Header Missing", &[], &topics::CORS_DISABLED),
    form(M, "CORS External Redirect Not Allowed", &[F::PreflightDisallowedRedirect], &topics::PREFLIGHT_REDIRECT),
    form(M, "CORS Preflight Did Not Succeed", &[F::PreflightInvalidStatus], &topics::PREFLIGHT_STATUS),
    form(M, "CORS Invalid Allow Method", &[F::InvalidAllowMethodsPreflightResponse], &topics::MALFORMED_METHODS),
    form(M, "CORS Method Not Found", &[F::MethodDisallowedByPreflightResponse], &topics::UNNAMED_METHOD),
    form(M, "CORS Invalid Allow Header", &[F::InvalidAllowHeadersPreflightResponse], &topics::MALFORMED_HEADERS),
    form(M, "CORS Missing Allow Header", &[F::HeaderDisallowedByPreflightResponse], &topics::UNNAMED_HEADER),

    // Messages of Safari about CORS.
    form(S, "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true", &[F::WildcardOriginNotAllowed, F::PreflightWildcardOriginNotAllowed], &topics::WILDCARD_WITH_CREDENTIALS),
    form(S, "Access-Control-Allow-Origin cannot contain more than one origin", &[F::MultipleAllowOriginValues, F::PreflightMultipleAllowOriginValues, F::InvalidAllowOriginValue], &topics::COMMA_IN_ALLOW_ORIGIN),
    form(S, "Origin {origin} is not allowed by Access-Control-Allow-Origin", &[F::MissingAllowOriginHeader, F::AllowOriginMismatch, F::PreflightMissingAllowOriginHeader, F::PreflightAllowOriginMismatch, F::InvalidAllowOriginValue, F::PreflightInvalidAllowOriginValue], &topics::ORIGIN_NOT_ALLOWED),
    form(S, "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\"", &[F::InvalidAllowCredentials, F::PreflightInvalidAllowCredentials], &topics::ALLOW_CREDENTIALS),
    form(S, "Preflight response is not successful", &[F::PreflightInvalidStatus, F::PreflightDisallowedRedirect], &topics::PREFLIGHT_STATUS_OF_SAFARI),
    form(S, "Header Access-Control-Allow-Methods has an invalid value: {list}", &[F::InvalidAllowMethodsPreflightResponse], &topics::MALFORMED_METHODS),
    form(S, "Header Access-Control-Allow-Headers has an invalid value: {list}", &[F::InvalidAllowHeadersPreflightResponse], &topics::MALFORMED_HEADERS),
    form(S, "Method {method} is not allowed by Access-Control-Allow-Methods", &[F::MethodDisallowedByPreflightResponse], &topics::METHOD),
    form(S, "Request header field {header} is not allowed by Access-Control-Allow-Headers", &[F::HeaderDisallowedByPreflightResponse], &topics::HEADER),
    form(S, "not allowed to follow a cross-origin CORS redirection with non CORS scheme", &[F::RedirectDisallowedScheme], &topics::SCHEME_OF_LOCATION),
    form(S, "redirection URL {value} has credentials", &[F::RedirectContainsCredentials], &topics::REDIRECT_CREDENTIALS),
    form(S, "Not allowed to follow a redirection while loading {url}", &[F::RedirectModeError], &topics::REDIRECT_MODE),
    form(S, "Load cannot follow more than 20 redirections", &[F::TooManyRedirects], &topics::TOO_MANY_REDIRECTS),
    form(S, "because it violates the resource's Cross-Origin-Resource-Policy response header", &[F::BlockedByCrossOriginResourcePolicy], &topics::RESOURCE_POLICY),
    form(S, "Not allowed to use restricted network port", &[F::BadPort], &topics::PORT),
    form(S, "Cross origin requests are only supported for HTTP", &[F::CorsDisabledScheme], &topics::SCHEME),
    form(S, "load denied by Cross-Origin Resource Sharing policy", &[F::MissingAllowOriginHeader, F::AllowOriginMismatch, F::CorsDisabledScheme], &topics::ACCESS_CONTROL_CHECKS),
    form(S, "was not allowed to run insecure content from {url}", &[F::BlockedAsMixedContent], &topics::MIXED_CONTENT),
    form(S, "was not allowed to display insecure content from {url}", &[F::BlockedAsMixedContent], &topics::MIXED_CONTENT),
    form(S, "[blocked] The page at {page} requested insecure content from {url}", &[F::BlockedAsMixedContent], &topics::MIXED_CONTENT),

    // Messages about failures before the browser sends a request, and about failures outside of CORS.
    form(C, "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure resource '{url}'", &[F::BlockedAsMixedContent], &topics::MIXED_CONTENT),
    form(C, "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure {other} '{url}'", &[F::BlockedAsMixedContent], &topics::MIXED_CONTENT),
    form(C, "blocked:mixed-content", &[F::BlockedAsMixedContent], &topics::MIXED_CONTENT),
    form(M, "Blocked loading mixed active content \"{url}\"", &[F::BlockedAsMixedContent], &topics::MIXED_CONTENT),
    form(C, "net::ERR_BLOCKED_BY_RESPONSE.NotSameOriginAfterDefaultedToSameOriginBy", &[], &topics::EMBEDDER_POLICY),
    form(C, "net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin", &[F::BlockedByCrossOriginResourcePolicy], &topics::RESOURCE_POLICY),
    form(C, "net::ERR_BLOCKED_BY_RESPONSE.NotSameSite", &[F::BlockedByCrossOriginResourcePolicy], &topics::RESOURCE_POLICY),
    form(M, "was blocked due to its Cross-Origin-Resource-Policy header", &[F::BlockedByCrossOriginResourcePolicy], &topics::RESOURCE_POLICY),
    form(M, "NS_ERROR_DOM_CORP_FAILED", &[F::BlockedByCrossOriginResourcePolicy], &topics::RESOURCE_POLICY),
    form(M, "NS_ERROR_DOM_COEP_FAILED", &[], &topics::EMBEDDER_POLICY),
    form(C, "net::ERR_BLOCKED_BY_RESPONSE", &[], &topics::FRAME),
    form(C, "net::ERR_BLOCKED_BY_ORB", &[], &topics::OPAQUE_RESPONSE_BLOCKING),
    form(C, "Cross-Origin Read Blocking (CORB) blocked cross-origin response {url} with MIME type", &[], &topics::OPAQUE_RESPONSE_BLOCKING),
    form(M, "A resource is blocked by OpaqueResponseBlocking", &[], &topics::OPAQUE_RESPONSE_BLOCKING),
    form(C, "Failed to load module script: Expected a JavaScript", &[], &topics::MODULE_TYPE),
    form(M, "Loading module from \"{url}\" was blocked because of a disallowed MIME type", &[], &topics::MODULE_TYPE),
    form(M, "The resource from \"{url}\" was blocked due to MIME type", &[], &topics::MODULE_TYPE),
    form(M, "Module source URI is not allowed in this document", &[F::CorsDisabledScheme], &topics::SCHEME),
    form(C, "Not allowed to load local resource", &[F::CorsDisabledScheme], &topics::SCHEME),
    form(C, "Tainted canvases may not be exported", &[], &topics::TAINTED_CANVAS),
    form(C, "canvas has been tainted by cross-origin data", &[], &topics::TAINTED_CANVAS),
    form(C, "element contains cross-origin data, and may not be loaded", &[], &topics::TAINTED_TEXTURE),
    form(C, "MediaElementAudioSource outputs zeroes due to CORS access restrictions for {url}", &[], &topics::SILENT_AUDIO),
    form(M, "The HTMLMediaElement passed to createMediaElementSource has a cross-origin resource", &[], &topics::SILENT_AUDIO),
    form(C, "The resource '{url}' has an integrity attribute, but the resource requires the request to be CORS enabled", &[], &topics::INTEGRITY),
    form(M, "is not eligible for integrity checks since", &[], &topics::INTEGRITY),
    form(C, "Script at '{url}' cannot be accessed from origin '{origin}'", &[F::DisallowedByMode], &topics::WORKER_SCRIPT),
    form(None, "Blocked a frame with origin \"", &[], &topics::FRAME_ACCESS),
    form(C, "net::ERR_UNSAFE_PORT", &[F::BadPort], &topics::PORT),
    form(M, "NS_ERROR_PORT_ACCESS_NOT_ALLOWED", &[F::BadPort], &topics::PORT),
    form(C, "net::ERR_INVALID_REDIRECT", &[F::RedirectInvalidLocation, F::PreflightDisallowedRedirect], &topics::REDIRECT_LOCATION),
    form(C, "net::ERR_RESPONSE_HEADERS_MULTIPLE_LOCATION", &[F::RedirectInvalidLocation], &topics::DIFFERENT_LOCATIONS),
    form(C, "net::ERR_UNSAFE_REDIRECT", &[F::RedirectDisallowedScheme], &topics::SCHEME_OF_LOCATION),
    form(C, "net::ERR_TOO_MANY_REDIRECTS", &[F::TooManyRedirects], &topics::TOO_MANY_REDIRECTS),
    form(M, "NS_ERROR_REDIRECT_LOOP", &[F::TooManyRedirects], &topics::TOO_MANY_REDIRECTS),
    form(C, "net::ERR_UNEXPECTED_PROXY_AUTH", &[F::ProxyAuthenticationRequired], &topics::PROXY),
    form(C, "Request cannot be constructed from a URL that includes credentials", &[F::UrlIncludesCredentials], &topics::URL_CREDENTIALS),
    form(M, "is an url with embedded credentials", &[F::UrlIncludesCredentials], &topics::URL_CREDENTIALS),
    form(S, "URL is not valid or contains user credentials", &[F::UrlIncludesCredentials], &topics::URL_CREDENTIALS),
    form(C, "TypeError: Failed to execute 'fetch' on 'Window': '{method}' is not a valid HTTP method", &[F::InvalidMethod], &topics::API_METHOD),
    form(C, "' is not a valid HTTP method", &[F::InvalidMethod], &topics::API_METHOD),
    form(C, "TypeError: Failed to execute 'fetch' on 'Window': '{method}' HTTP method is unsupported", &[F::ForbiddenMethod], &topics::API_METHOD),
    form(C, "' HTTP method is unsupported", &[F::ForbiddenMethod], &topics::API_METHOD),
    form(C, "TypeError: Failed to execute 'fetch' on 'Window': '{method}' is unsupported in no-cors mode", &[F::MethodNotNoCorsSafelisted], &topics::NO_CORS_METHOD),
    form(C, "' is unsupported in no-cors mode", &[F::MethodNotNoCorsSafelisted], &topics::NO_CORS_METHOD),
    form(M, "Window.fetch: Invalid request method {method}", &[F::MethodNotNoCorsSafelisted, F::ForbiddenMethod, F::InvalidMethod], &topics::NO_CORS_METHOD),
    form(S, "Method must be GET, POST or HEAD in no-cors mode", &[F::MethodNotNoCorsSafelisted], &topics::NO_CORS_METHOD),
    form(C, "Request with GET/HEAD method cannot have body", &[F::BodyNotAllowed], &topics::BODY),
    form(M, "HEAD or GET Request cannot have a body", &[F::BodyNotAllowed], &topics::BODY),
    form(S, "and cannot have a body", &[F::BodyNotAllowed], &topics::BODY),
    form(C, "Failed to execute 'fetch' on 'Window': Invalid name", &[F::InvalidHeader], &topics::API_HEADER_NAME),
    form(C, "Failed to execute 'fetch' on 'Window': Invalid value", &[F::InvalidHeader], &topics::API_HEADER_VALUE),

    form(C, "String contains non ISO-8859-1 code point", &[F::InvalidHeader], &topics::API_HEADER_VALUE),
    form(M, "to ByteString because the character at index {other} has value {other} which is greater than 255", &[F::InvalidHeader], &topics::API_HEADER_VALUE),
    form(C, "on 'Headers': Invalid name", &[F::InvalidHeader], &topics::API_HEADER_NAME),
    form(C, "on 'Headers': Invalid value", &[F::InvalidHeader], &topics::API_HEADER_VALUE),
    form(C, "is not a valid HTTP header field name", &[F::InvalidHeader], &topics::API_HEADER_NAME),
    form(C, "is not a valid HTTP header field value", &[F::InvalidHeader], &topics::API_HEADER_VALUE),
    form(M, "is an invalid header name", &[F::InvalidHeader], &topics::API_HEADER_NAME),
    form(M, "is an invalid header value", &[F::InvalidHeader], &topics::API_HEADER_VALUE),
    form(None, "Refused to set unsafe header \"{header}\"", &[], &topics::FORBIDDEN_HEADER),
    form(M, "Attempt to set a forbidden header was denied: {header}", &[], &topics::FORBIDDEN_HEADER),

    // A report-only Content Security Policy. The browser does not block the request.
    form(None, "[Report Only] {other} Content Security", &[], &topics::REPORT_ONLY_POLICY),
    form(None, "[Report Only] {other} document requires '{other}' assignment", &[], &topics::REPORT_ONLY_POLICY),
    form(C, "The policy is report-only, so the violation has been logged but no further action has been taken", &[], &topics::REPORT_ONLY_POLICY),
    form(M, "(Report-Only policy) The page's settings would block", &[], &topics::REPORT_ONLY_POLICY),
    form(M, "Content Security Policy: The page's settings observed the loading of a resource", &[], &topics::REPORT_ONLY_POLICY),
    form(M, "A violation occurred for a report-only CSP policy", &[], &topics::REPORT_ONLY_POLICY),
    // A Content Security Policy blocks an inline script or an inline style, which has no URL.
    form(C, "Refused to execute inline {other} because it violates the following Content Security Policy directive", &[], &topics::INLINE_CODE),
    form(C, "Executing inline {other} violates the following Content Security Policy directive", &[], &topics::INLINE_CODE),
    form(C, "Refused to apply inline {other} because it violates the following Content Security Policy directive", &[], &topics::INLINE_CODE),
    form(C, "Applying inline {other} violates the following Content Security Policy directive", &[], &topics::INLINE_CODE),
    form(C, "Refused to run the JavaScript URL because it violates the following Content Security Policy directive", &[], &topics::INLINE_CODE),
    form(C, "Running the JavaScript URL violates the following Content Security Policy directive", &[], &topics::INLINE_CODE),
    form(M, "The page's settings blocked an inline {other} from being", &[], &topics::INLINE_CODE),
    form(M, "The page's settings blocked an event handler", &[], &topics::INLINE_CODE),
    form(M, "The page's settings blocked the loading of a resource at inline", &[], &topics::INLINE_CODE),
    form(M, "The page's settings blocked the loading of a resource at self", &[], &topics::INLINE_CODE),
    form(S, "because its hash, its nonce, or 'unsafe-inline'", &[], &topics::INLINE_CODE),
    form(S, "Refused to execute a script for an inline event handler", &[], &topics::INLINE_CODE),
    form(C, "Evaluating a string as JavaScript violates this document's Trusted Type assignment requirements", &[], &topics::TRUSTED_TYPES),
    form(None, "Refused to evaluate a string as JavaScript because this document requires 'Trusted Type' assignment", &[], &topics::TRUSTED_TYPES),
    form(None, "This document requires '{other}' assignment", &[], &topics::TRUSTED_TYPES),
    form(None, "Refused to create a TrustedTypePolicy named '", &[], &topics::TRUSTED_TYPES),
    form(C, "Creating a TrustedTypePolicy named '{other}' violates the following Content Security", &[], &topics::TRUSTED_TYPES),
    form(M, "The page's settings blocked creating a Trusted Types policy", &[], &topics::TRUSTED_TYPES),
    form(M, "The page's settings blocked assigning to an injection sink", &[], &topics::TRUSTED_TYPES),
    form(None, "Refused to evaluate a string as JavaScript because", &[], &topics::EVALUATED_CODE),
    form(C, "Evaluating a string as JavaScript violates the following Content Security Policy directive", &[], &topics::EVALUATED_CODE),
    form(M, "The page's settings blocked a JavaScript eval", &[], &topics::EVALUATED_CODE),
    form(M, "The page's settings blocked the loading of a resource at eval", &[], &topics::EVALUATED_CODE),
    form(C, "Refused to compile or instantiate WebAssembly module because", &[], &topics::WEB_ASSEMBLY),
    form(C, "Compiling or instantiating {other} violates the following Content Security policy directive", &[], &topics::WEB_ASSEMBLY),
    form(M, "The page's settings blocked WebAssembly", &[], &topics::WEB_ASSEMBLY),
    form(S, "Refused to create a WebAssembly object because", &[], &topics::WEB_ASSEMBLY),
    // In these messages, a Content Security Policy, a browser extension, an administrator or something similar blocks
    // the request.
    form(None, "violates the following Content Security Policy directive", &[], &topics::CONTENT_SECURITY_POLICY),
    form(C, "because it violates the document's Content Security Policy", &[], &topics::CONTENT_SECURITY_POLICY),
    form(M, "Content-Security-Policy: The page's settings blocked", &[], &topics::CONTENT_SECURITY_POLICY),
    form(M, "Content Security Policy: The page's settings blocked", &[], &topics::CONTENT_SECURITY_POLICY),
    form(S, "directive of the Content Security Policy", &[], &topics::CONTENT_SECURITY_POLICY),
    form(C, "net::ERR_BLOCKED_BY_CSP", &[], &topics::CONTENT_SECURITY_POLICY),
    form(C, "blocked:csp", &[], &topics::CONTENT_SECURITY_POLICY),
    form(S, "Blocked by Content Security Policy", &[], &topics::CONTENT_SECURITY_POLICY),
    form(C, "net::ERR_BLOCKED_BY_CLIENT", &[], &topics::EXTENSION),
    form(S, "Blocked by content extension", &[], &topics::EXTENSION),
    form(C, "net::ERR_BLOCKED_BY_ADMINISTRATOR", &[], &topics::ADMINISTRATOR),
    form(C, "net::ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS", &[], &topics::LOCAL_NETWORK),
    form(C, "net::ERR_BLOCKED_BY_PRIVATE_NETWORK_ACCESS_CHECKS", &[], &topics::LOCAL_NETWORK),
    form(C, "net::ERR_BLOCKED_BY_FINGERPRINTING_PROTECTION", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_CONTENT_BLOCKED", &[], &topics::CONTENT_BLOCKED),
    form(M, "NS_ERROR_TRACKING_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_FINGERPRINTING_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_CRYPTOMINING_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_SOCIALTRACKING_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_HARMFUL_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_HARMFULADDON_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_MALWARE_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_PHISHING_URI", &[], &topics::TRACKING_PROTECTION),
    form(M, "NS_ERROR_UNWANTED_URI", &[], &topics::TRACKING_PROTECTION),

    // Messages about cookies. Firefox prints them in its console. Chromium shows them in the network panel, as the reason
    // of a blocked cookie, and in the panel of issues, as titles.
    form(M, "Cookie \"{cookie}\" has been rejected because it is in a cross-site context", &[], &cookies::COOKIE_WITH_SAME_SITE),
    form(M, "Cookie \"{cookie}\" with the \"SameSite\" attribute value \"Lax\" or \"Strict\" was omitted because of a cross-site redirect", &[], &cookies::COOKIE_WITH_SAME_SITE),
    form(M, "Cookie \"{cookie}\" has \"SameSite\" policy set to \"Lax\" because it is missing a \"SameSite\" attribute", &[], &cookies::COOKIE_OF_OTHER_SITE),
    form(M, "Cookie \"{cookie}\" does not have a proper \"SameSite\" attribute value", &[], &cookies::COOKIE_OF_OTHER_SITE),
    form(M, "Cookie \"{cookie}\" rejected because it has the \"SameSite=None\" attribute but is missing the \"secure\" attribute", &[], &cookies::COOKIE_WITHOUT_SECURE),
    form(M, "Cookie \"{cookie}\" will be soon rejected because it has the", &[], &cookies::COOKIE_WITHOUT_SECURE),
    form(M, "Cookie \"{cookie}\" has been rejected because a non-HTTPS cookie can't be set as \"secure\"", &[], &cookies::COOKIE_OVER_HTTP),
    form(M, "Cookie \"{cookie}\" has been rejected because there is an existing \"secure\" cookie", &[], &cookies::COOKIE_OVER_HTTP),
    form(M, "Cookie \"{cookie}\" has been treated as cross-site against", &[], &cookies::COOKIE_OF_OTHER_SCHEME),
    form(M, "Cookie \"{cookie}\" will be soon treated as cross-site cookie against", &[], &cookies::COOKIE_OF_OTHER_SCHEME),
    form(M, "Cookie \"{cookie}\" has been rejected as third-party", &[], &cookies::THIRD_PARTY_COOKIE),
    form(M, "Cookie \"{cookie}\" has been rejected because it is foreign", &[], &cookies::THIRD_PARTY_COOKIE),
    form(M, "Cookie \"{cookie}\" will soon be rejected because it is foreign", &[], &cookies::THIRD_PARTY_COOKIE),
    form(M, "Cookie \"{cookie}\" has been rejected by user set permissions", &[], &cookies::THIRD_PARTY_COOKIE),
    form(M, "Request to access cookie or storage on \"{url}\" was blocked because", &[], &cookies::THIRD_PARTY_COOKIE),
    form(M, "Request to access cookies or storage on \"{url}\" was blocked because", &[], &cookies::THIRD_PARTY_COOKIE),
    form(M, "Cookie \"{cookie}\" has been rejected for invalid domain", &[], &cookies::COOKIE_DOMAIN),
    form(M, "Cookie \"{cookie}\" has been rejected", &[], &cookies::INVALID_COOKIE),
    form(M, "Cookie \"{cookie}\" is invalid because", &[], &cookies::INVALID_COOKIE),
    form(M, "Cookie with an empty name and an empty value has been rejected", &[], &cookies::INVALID_COOKIE),
    form(C, "because the URL has a different scheme than the current site", &[], &cookies::COOKIE_OF_OTHER_SCHEME),
    form(C, "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"SameSite=None\" attribute but did not have the \"Secure\" attribute", &[], &cookies::COOKIE_WITHOUT_SECURE),
    form(C, "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"Secure\" attribute but was not received over a secure connection", &[], &cookies::COOKIE_OVER_HTTP),
    form(C, "This attempt to set a cookie via a Set-Cookie header was blocked because it was not sent over a secure connection", &[], &cookies::COOKIE_OVER_HTTP),
    form(C, "This attempt to set a cookie via a Set-Cookie header was blocked because its Domain attribute was invalid", &[], &cookies::COOKIE_DOMAIN),
    form(C, "This attempt to set a cookie via a Set-Cookie header was blocked because it had the \"{other}\" attribute but came from a cross-site response", &[], &cookies::COOKIE_WITH_SAME_SITE),
    form(C, "This Set-Cookie header didn't specify a \"SameSite\" attribute", &[], &cookies::COOKIE_OF_OTHER_SITE),
    form(C, "This attempt to set a cookie via a Set-Cookie header was blocked due to user preferences", &[], &cookies::THIRD_PARTY_COOKIE),
    form(C, "Setting this cookie was blocked due to", &[], &cookies::THIRD_PARTY_COOKIE),
    form(C, "This attempt to set a cookie via a Set-Cookie header was blocked because", &[], &cookies::INVALID_COOKIE),
    form(C, "This cookie was blocked because it had the \"SameSite=None\" attribute but was not marked \"Secure\"", &[], &cookies::COOKIE_WITHOUT_SECURE),
    form(C, "This cookie was blocked because it had the \"Secure\" attribute and the connection was not secure", &[], &cookies::COOKIE_OVER_HTTP),
    form(C, "This cookie was blocked because it had the \"{other}\" attribute and the request was made from a different site", &[], &cookies::COOKIE_WITH_SAME_SITE),
    form(C, "This cookie didn't specify a \"SameSite\" attribute when it was stored", &[], &cookies::COOKIE_OF_OTHER_SITE),
    form(C, "This cookie was blocked due to", &[], &cookies::THIRD_PARTY_COOKIE),
    form(C, "Indicate whether to send a cookie in a cross-site request by specifying its SameSite attribute", &[], &cookies::COOKIE_OF_OTHER_SITE),
    form(C, "Indicate whether a cookie is intended to be set in cross-site context by specifying its SameSite attribute", &[], &cookies::COOKIE_OF_OTHER_SITE),
    form(C, "Mark cross-site cookies as Secure to allow", &[], &cookies::COOKIE_WITHOUT_SECURE),

    // Safari prints the reason in a separate line, so these messages do not have the reason.
    form(S, "cannot load {url} due to access control checks", &[F::MissingAllowOriginHeader, F::AllowOriginMismatch, F::PreflightInvalidStatus, F::NetworkError], &topics::ACCESS_CONTROL_CHECKS),
    form(S, "due to access control checks", &[F::MissingAllowOriginHeader, F::AllowOriginMismatch, F::PreflightInvalidStatus, F::NetworkError], &topics::ACCESS_CONTROL_CHECKS),
    form(S, "Blocked {url} from asking for credentials because it is a cross-origin request", &[], &topics::CREDENTIALS_PROMPT),
    form(None, "The operation is insecure", &[], &topics::INSECURE_OPERATION),

    // Messages that say nothing about CORS.
    form(C, "net::ERR_FAILED", &[F::MissingAllowOriginHeader, F::PreflightMissingAllowOriginHeader, F::RedirectModeError], &topics::FAILED),
    form(C, "net::ERR_ABORTED", &[], &topics::STOPPED),
    form(C, "net::ERR_CONNECTION_REFUSED", &[F::NetworkError], &topics::REFUSED),
    form(C, "net::ERR_NAME_NOT_RESOLVED", &[F::NetworkError], &topics::NAME_NOT_RESOLVED),
    form(C, "net::ERR_NAME_RESOLUTION_FAILED", &[F::NetworkError], &topics::NAME_NOT_RESOLVED),
    form(C, "net::ERR_DNS_", &[F::NetworkError], &topics::NAME_NOT_RESOLVED),
    form(C, "net::ERR_CERT", &[F::NetworkError], &topics::CERTIFICATE),
    form(C, "net::ERR_SSL_PINNED_KEY_NOT_IN_CERT_CHAIN", &[F::NetworkError], &topics::CERTIFICATE),
    form(C, "net::ERR_SSL_", &[F::NetworkError], &topics::TLS),
    form(C, "net::ERR_BAD_SSL_CLIENT_AUTH_CERT", &[F::NetworkError], &topics::TLS),
    form(C, "net::ERR_TIMED_OUT", &[F::NetworkError], &topics::TIMEOUT),
    form(C, "net::ERR_CONNECTION_TIMED_OUT", &[F::NetworkError], &topics::TIMEOUT),
    form(C, "net::ERR_INTERNET_DISCONNECTED", &[F::NetworkError], &topics::OFFLINE),
    form(C, "net::ERR_ADDRESS_UNREACHABLE", &[F::NetworkError], &topics::OFFLINE),
    form(C, "net::ERR_NETWORK_CHANGED", &[F::NetworkError], &topics::OFFLINE),
    form(C, "net::ERR_NETWORK_IO_SUSPENDED", &[F::NetworkError], &topics::OFFLINE),
    form(C, "net::ERR_PROXY_", &[F::NetworkError], &topics::PROXY_CONNECTION),
    form(C, "net::ERR_TUNNEL_CONNECTION_FAILED", &[F::NetworkError], &topics::PROXY_CONNECTION),
    form(C, "net::ERR_EMPTY_RESPONSE", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_CONNECTION_", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_SOCKET_NOT_CONNECTED", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_INCOMPLETE_CHUNKED_ENCODING", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_CONTENT_LENGTH_MISMATCH", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_INVALID_HTTP_RESPONSE", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_HTTP2_", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_QUIC_", &[F::NetworkError], &topics::CLOSED),
    form(C, "net::ERR_CONTENT_DECODING_", &[F::NetworkError], &topics::ENCODING),
    form(C, "net::ERR_UNKNOWN_URL_SCHEME", &[F::UnsupportedScheme], &topics::SCHEME),
    form(C, "net::ERR_DISALLOWED_URL_SCHEME", &[F::UnsupportedScheme], &topics::SCHEME),
    form(C, "net::ERR_", &[F::NetworkError], &topics::OTHER_ERROR),
    form(M, "NS_BINDING_ABORTED", &[], &topics::STOPPED),
    form(M, "NS_ERROR_ABORT", &[], &topics::STOPPED),
    form(M, "NS_ERROR_DOM_ABORT_ERR", &[], &topics::STOPPED),
    form(M, "NS_ERROR_DOM_BAD_URI", &[], &topics::NO_REASON),
    form(M, "NS_ERROR_DOM_BAD_CROSS_ORIGIN_URI", &[], &topics::NO_REASON),
    form(M, "NS_ERROR_FAILURE", &[], &topics::NO_REASON),
    form(M, "NS_ERROR_CONNECTION_REFUSED", &[F::NetworkError], &topics::REFUSED),
    form(M, "NS_ERROR_UNKNOWN_HOST", &[F::NetworkError], &topics::NAME_NOT_RESOLVED),
    form(M, "SEC_ERROR_", &[F::NetworkError], &topics::CERTIFICATE),
    form(M, "MOZILLA_PKIX_ERROR_", &[F::NetworkError], &topics::CERTIFICATE),
    form(M, "SSL_ERROR_BAD_CERT_DOMAIN", &[F::NetworkError], &topics::CERTIFICATE),
    form(M, "SSL_ERROR_", &[F::NetworkError], &topics::TLS),
    form(M, "NS_ERROR_NET_INADEQUATE_SECURITY", &[F::NetworkError], &topics::TLS),
    form(M, "NS_ERROR_NET_TIMEOUT", &[F::NetworkError], &topics::TIMEOUT),
    form(M, "NS_ERROR_OFFLINE", &[F::NetworkError], &topics::OFFLINE),
    form(M, "NS_ERROR_PROXY_", &[F::NetworkError], &topics::PROXY_CONNECTION),
    form(M, "NS_ERROR_UNKNOWN_PROXY_HOST", &[F::NetworkError], &topics::PROXY_CONNECTION),
    form(M, "NS_ERROR_NET_", &[F::NetworkError], &topics::CLOSED),
    form(M, "NS_ERROR_INVALID_CONTENT_ENCODING", &[F::NetworkError], &topics::ENCODING),
    form(M, "NS_ERROR_CORRUPTED_CONTENT", &[F::NetworkError, F::RedirectInvalidLocation], &topics::CORRUPTED_CONTENT),
    form(M, "NS_ERROR_UNKNOWN_PROTOCOL", &[F::UnsupportedScheme], &topics::SCHEME),
    form(M, "NS_ERROR_", &[F::NetworkError], &topics::OTHER_ERROR),
    form(C, "WebSocket connection to '{url}' failed", &[], &topics::WEB_SOCKET),
    form(M, "can't establish a connection to the server at {url}", &[], &topics::WEB_SOCKET),
    form(C, "TypeError: Failed to fetch", &[], &topics::NO_REASON),
    form(C, "Failed to fetch", &[], &topics::NO_REASON),
    form(M, "NetworkError when attempting to fetch resource", &[], &topics::NO_REASON),
    form(S, "TypeError: Load failed", &[], &topics::NO_REASON),
    form(S, "Load failed", &[], &topics::NO_REASON),
    form(M, "NetworkError: A network error occurred", &[], &topics::NO_REASON),
    form(C, "Failed to execute 'send' on 'XMLHttpRequest': Failed to load '{url}'", &[], &topics::NO_REASON),
    form(C, "CORS error", &[], &topics::NO_REASON),
    form(S, "The network connection was lost", &[F::NetworkError], &topics::CLOSED),
    form(S, "Could not connect to the server", &[F::NetworkError], &topics::REFUSED),
    form(S, "A server with the specified hostname could not be found", &[F::NetworkError], &topics::NAME_NOT_RESOLVED),
    form(S, "The certificate for this server is invalid", &[F::NetworkError], &topics::CERTIFICATE),
    form(S, "An SSL error has occurred", &[F::NetworkError], &topics::TLS),
    form(S, "The request timed out", &[F::NetworkError], &topics::TIMEOUT),
    form(S, "The Internet connection appears to be offline", &[F::NetworkError], &topics::OFFLINE),
    // The bodies of responses: the `cors` package of Express, Spring, Starlette.
    form(None, "Not allowed by CORS", &[F::MissingAllowOriginHeader, F::PreflightMissingAllowOriginHeader], &topics::DENIED_BY_SERVER),
    form(None, "Invalid CORS request", &[F::MissingAllowOriginHeader, F::PreflightMissingAllowOriginHeader], &topics::DENIED_BY_SERVER),
    form(None, "Disallowed CORS origin", &[F::PreflightMissingAllowOriginHeader], &topics::DENIED_BY_SERVER),
    form(None, "Disallowed CORS method", &[F::PreflightInvalidStatus], &topics::METHOD_OR_HEADER_DENIED_BY_SERVER),
    form(None, "Disallowed CORS headers", &[F::PreflightInvalidStatus], &topics::METHOD_OR_HEADER_DENIED_BY_SERVER),
    // The errors of ASP.NET Core and Spring for a policy that browsers do not accept.
    form(None, "The CORS protocol does not allow specifying a wildcard (any) origin and credentials at the same time", &[], &topics::WILDCARD_IN_POLICY),
    form(None, "When allowCredentials is true, allowedOrigins cannot contain the special value \"*\"", &[], &topics::WILDCARD_IN_POLICY),
    // Messages of libraries: axios, Angular, React Native, superagent, Node.
    form(None, "Cross origin {origin} forbidden", &[F::MissingAllowOriginHeader, F::AllowOriginMismatch, F::PreflightMissingAllowOriginHeader, F::PreflightAllowOriginMismatch], &topics::JSDOM),
    form(None, "AxiosError: Network Error", &[], &topics::NO_REASON),
    form(None, "Http failure response for {url}: 0 Unknown Error", &[], &topics::NO_REASON),
    form(None, "Http failure response for (unknown url): 0 Unknown Error", &[], &topics::NO_REASON),
    form(None, "status: 0, statusText: \"Unknown Error\", url: \"{url}\"", &[], &topics::NO_REASON),
    form(None, "status: 0, statusText: 'Unknown Error', url: '{url}'", &[], &topics::NO_REASON),
    form(None, "Network request failed", &[], &topics::NO_REASON),
    form(None, "Request has been terminated", &[], &topics::NO_REASON),
    form(C, "XHR failed loading: {method} \"{url}\"", &[], &topics::NO_REASON),
    form(C, "Fetch failed loading: {method} \"{url}\"", &[], &topics::NO_REASON),
    form(None, "ERR_NETWORK", &[], &topics::NO_REASON),
    form(None, "Network Error", &[], &topics::NO_REASON),
    form(None, "TypeError: fetch failed", &[], &topics::NO_BROWSER),
    form(None, "Refused to get unsafe header \"{header}\"", &[], &topics::UNEXPOSED_HEADER),
    form(None, "Failed to load resource: the server responded with a status of {status}", &[], &topics::HTTP_STATUS),
    form(C, "GET {url} {status} (", &[], &topics::HTTP_STATUS),
    form(C, "POST {url} {status} (", &[], &topics::HTTP_STATUS),
    form(C, "PUT {url} {status} (", &[], &topics::HTTP_STATUS),
    form(C, "PATCH {url} {status} (", &[], &topics::HTTP_STATUS),
    form(C, "DELETE {url} {status} (", &[], &topics::HTTP_STATUS),
    form(C, "HEAD {url} {status} (", &[], &topics::HTTP_STATUS),
    form(C, "OPTIONS {url} {status} (", &[F::PreflightInvalidStatus, F::PreflightMissingAllowOriginHeader], &topics::PREFLIGHT_STATUS_LINE),
    form(M, "[HTTP/1.1 {status}", &[], &topics::HTTP_STATUS),
    form(M, "[HTTP/2 {status}", &[], &topics::HTTP_STATUS),
    form(M, "[HTTP/3 {status}", &[], &topics::HTTP_STATUS),
];

/// The parts of messages that contain the URLs, the origin, the directive or the status, but not the reason.
pub(super) const DETAILS: &[&str] = &[
    "Access to {kind} at '{url}' (redirected from '{from}') from origin '{origin}'",
    "Access to {kind} at '{url}' from origin '{origin}'",
    // `{url}` is the URL whose response the browser refused. In this message, the refused response is the redirect.
    "Redirect from '{url}' to '{to}' has been blocked by CORS policy",
    "disallows reading the remote resource at '{url}'. (Reason",
    "disallows reading the remote resource at {url}. (Reason",
    "disallows reading the remote resource at {url}. This can be fixed",
    "disallow reading the remote resource at {url} soon",
    "Origin '{origin}' is therefore not allowed access",
    "Origin {origin} is not allowed by Access-Control-Allow-Origin",
    "cannot load {url} due to access control checks",
    "Cross-origin redirection to {last} denied by",
    "Cancelled load to {url} because",
    "The resource at \"{url}\" was blocked",
    "Fetch API cannot load {url}. ",
    "XMLHttpRequest cannot load {url}. ",
    "EventSource cannot load {url}. ",
    "\"{url}\" is not eligible for integrity checks since",
    "Failed to load {url}: ",
    "WebSocket connection to '{url}' failed",
    "Module source URI is not allowed in this document: \"{url}\"",
    "Not allowed to load local resource: {url}",
    "URL that includes credentials: {url}",
    // A Content Security Policy blocks the request.
    "'{url}' because it violates the following Content Security Policy directive",
    "'{url}' violates the following Content Security Policy directive",
    "Refused to connect to {url} because it",
    "Refused to load {url} because it",
    "Content Security Policy directive: \"{directive}",
    "Content Security Policy directive: {directive}",
    "Note that '{missing}' was not explicitly set, so",
    "the loading of a resource ({missing}) at {url} because it violates the following directive: \"{directive}",
    "a script ({missing}) at {url} from being executed because it violates the following directive: \"{directive}",
    "a worker script ({missing}) at {url} from being executed because it violates the following directive: \"{directive}",
    "a style ({missing}) at {url} from being applied because it violates the following directive: \"{directive}",
    "the loading of a resource at {url} (\"{directive}",
    "does not appear in the {directive} directive of the Content Security Policy",
    "appears in neither the {missing} directive nor the {directive} directive of the Content Security Policy",
    "Status code: {status}",
    "HTTP status code {status}",
];
