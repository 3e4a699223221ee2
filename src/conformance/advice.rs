//! What would let a fetch succeed.

use alloc::{format, string::String};

use crate::{Failure, FetchError};

/// What a server has to say, or to leave, for the fetch of a page of `origin` to succeed.
pub(super) fn mend(error: &FetchError, origin: &str) -> String {
    use Failure as F;
    let value = error.value().unwrap_or_default().escape_ascii();
    match error.failure() {
        F::MissingAllowOriginHeader => format!("send `Access-Control-Allow-Origin: {origin}`"),
        F::PreflightMissingAllowOriginHeader => {
            format!("send `Access-Control-Allow-Origin: {origin}` with the answer to the preflight")
        }
        F::WildcardOriginNotAllowed
        | F::MultipleAllowOriginValues
        | F::InvalidAllowOriginValue
        | F::AllowOriginMismatch => {
            format!("send `Access-Control-Allow-Origin: {origin}` instead of `{value}`")
        }
        F::PreflightWildcardOriginNotAllowed
        | F::PreflightMultipleAllowOriginValues
        | F::PreflightInvalidAllowOriginValue
        | F::PreflightAllowOriginMismatch => format!(
            "answer the preflight with `Access-Control-Allow-Origin: {origin}` instead of `{value}`"
        ),
        F::InvalidAllowCredentials => "send `Access-Control-Allow-Credentials: true`".into(),
        F::PreflightInvalidAllowCredentials => {
            "answer the preflight with `Access-Control-Allow-Credentials: true`".into()
        }
        F::PreflightDisallowedRedirect => "answer the preflight where it is asked".into(),
        F::PreflightInvalidStatus => {
            "answer the preflight with a status from 200 to 299, before anything else does".into()
        }
        F::InvalidAllowMethodsPreflightResponse => {
            "write Access-Control-Allow-Methods as methods with commas between them".into()
        }
        F::InvalidAllowHeadersPreflightResponse => {
            "write Access-Control-Allow-Headers as names with commas between them".into()
        }
        F::MethodDisallowedByPreflightResponse => {
            format!("let Access-Control-Allow-Methods name `{value}`, in that case")
        }
        F::HeaderDisallowedByPreflightResponse => {
            format!(
                "let Access-Control-Allow-Headers name `{value}`; no wildcard covers `authorization`, nor anything with credentials"
            )
        }
        F::DisallowedByMode => "use the mode `cors`, or a URL of the page's own origin".into(),
        F::NoCorsRedirectModeNotFollow => {
            "let redirects be followed, or use the mode `cors`".into()
        }
        F::CorsDisabledScheme | F::RedirectDisallowedScheme => "use an http or https URL".into(),
        F::BlockedAsMixedContent => "serve the URL over https".into(),
        F::UnsupportedScheme => "fetch a URL of http or https".into(),
        F::BadPort => "use another port".into(),
        F::RedirectModeError => "fetch what the redirect leads to".into(),
        F::RedirectInvalidLocation => "send one Location that is a URL".into(),
        F::TooManyRedirects => "redirect less than twenty times".into(),
        F::RedirectContainsCredentials => "leave the user name out of Location".into(),
        F::NetworkError => "answer the request".into(),
        F::ProxyAuthenticationRequired => "answer with 401 instead of 407".into(),
        F::BlockedByCrossOriginResourcePolicy => {
            "send `Cross-Origin-Resource-Policy: cross-origin`".into()
        }
        F::RedirectBodyWithoutSource | F::AuthenticationBodyWithoutSource => {
            "send a body that can be sent again".into()
        }
        F::UrlIncludesCredentials => "leave the user name out of the URL".into(),
        F::InvalidMethod | F::ForbiddenMethod => "use another method".into(),
        F::MethodNotNoCorsSafelisted => "use GET, HEAD or POST, or the mode `cors`".into(),
        F::InvalidHeader => "use a token as the name, and a value without line breaks".into(),
        F::StreamBodyNotAllowed => {
            "send a body that is not a stream, or use the mode `cors`".into()
        }
        F::BodyNotAllowed => "send no body with GET and HEAD".into(),
    }
}
