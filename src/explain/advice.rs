//! Advice for a failed fetch, in one line.

use alloc::{format, string::String, vec::Vec};

use super::{
    scheme::{USE_HTTP, unsupported_scheme},
    shown::{shown_briefly, shown_name},
    words,
};
use crate::{Failure, FetchError, wording};

/// The maximum number of changes in one advice, and of header names in one of these changes.
const MAX_ADVICE: usize = 20;

/// Returns the change that makes the fetch succeed. The change is on the server or in the page. `origin` is the origin
/// of the page.
pub(crate) fn advice(error: &FetchError, origin: &str) -> String {
    use Failure as F;
    let value = error.value().unwrap_or_default();
    let name = shown_name(value);
    let url = core::str::from_utf8(value).unwrap_or_default();
    let value = shown_briefly(value);
    match error.failure() {
        F::MissingAllowOriginHeader => format!("send `Access-Control-Allow-Origin: {origin}`"),
        F::PreflightMissingAllowOriginHeader => {
            format!("answer the preflight with `Access-Control-Allow-Origin: {origin}`")
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
        F::InvalidAllowCredentials => wording::send_allow_credentials!().into(),
        F::PreflightInvalidAllowCredentials => {
            "answer the preflight with `Access-Control-Allow-Credentials: true`".into()
        }
        F::PreflightDisallowedRedirect => {
            concat!(wording::answer_at_url!(), ", without a redirect").into()
        }
        F::PreflightInvalidStatus => {
            concat!(
                wording::answer_with_success!(),
                ", ",
                wording::before_authentication_and_routing!()
            )
            .into()
        }
        F::InvalidAllowMethodsPreflightResponse => {
            "send `Access-Control-Allow-Methods` as a list of methods, separated by commas".into()
        }
        F::InvalidAllowHeadersPreflightResponse => {
            "send `Access-Control-Allow-Headers` as a list of header names, separated by commas"
                .into()
        }
        F::MethodDisallowedByPreflightResponse => {
            format!("list `{name}` {}", wording::in_allow_methods!())
        }
        F::HeaderDisallowedByPreflightResponse => {
            format!(
                "list `{name}` by name in `Access-Control-Allow-Headers`: `*` does not cover `authorization`, and {}",
                wording::not_a_wildcard!()
            )
        }
        F::DisallowedByMode => words::USE_CORS_OR_OWN_ORIGIN.into(),
        F::NoCorsRedirectModeNotFollow => {
            words::FOLLOW_OR_USE_CORS.into()
        }
        F::CorsDisabledScheme | F::RedirectDisallowedScheme | F::UnsupportedScheme => {
            unsupported_scheme(url, origin).unwrap_or_else(|| USE_HTTP.into())
        }
        F::BlockedAsMixedContent => {
            unsupported_scheme(url, origin).unwrap_or_else(|| "write `https://` in the URL, and let the server support https".into())
        }
        F::BadPort => "use another port".into(),
        F::RedirectModeError => "fetch the URL that the redirect leads to".into(),
        F::RedirectInvalidLocation => "send one `Location` line with a URL".into(),
        F::TooManyRedirects => "redirect at most 20 times".into(),
        F::RedirectContainsCredentials => {
            words::LOCATION_WITHOUT_CREDENTIALS.into()
        }
        F::NetworkError => "answer the request: the browser gets no response".into(),
        F::ProxyAuthenticationRequired => words::LOG_IN_TO_PROXY.into(),
        F::BlockedByCrossOriginResourcePolicy => {
            "send `Cross-Origin-Resource-Policy: cross-origin`".into()
        }
        F::RedirectBodyWithoutSource | F::AuthenticationBodyWithoutSource => {
            "send a body that the browser can send again, not a stream".into()
        }
        F::UrlIncludesCredentials => "use a URL without a user name and a password".into(),
        F::InvalidMethod | F::ForbiddenMethod => "use another method".into(),
        F::MethodNotNoCorsSafelisted => "use GET, HEAD or POST, or the mode `cors`".into(),
        F::InvalidHeader => {
            "use a header name without white space and without characters such as `,` and `:`, and a value without line breaks".into()
        }
        F::StreamBodyNotAllowed => {
            "send a body that is not a stream, or use the mode `cors`".into()
        }
        F::BodyNotAllowed => words::POST_FOR_BODY.into(),
    }
}

/// Returns the first texts, and the number of the other texts.
pub(super) fn joined(texts: &[String], separator: &str) -> String {
    let first: Vec<&str> = texts.iter().take(MAX_ADVICE).map(String::as_str).collect();
    let text = first.join(separator);
    match texts.len().saturating_sub(MAX_ADVICE) {
        0 => text,
        rest => format!("{text}{separator}and {rest} more"),
    }
}
