//! The sentences that describe failures.

use alloc::{format, string::String};

use super::{
    allow_origin_values::allow_origin_values,
    scheme::has_unsupported_scheme,
    shown::{shown_briefly, shown_name},
};
use crate::{Failure, FetchError, wording};

macro_rules! navigate_to_login {
    () => {
        "let the page navigate to the login page (`location.href = ...`). If the user is logged in, let the page send the cookies or the token"
    };
}

// Advice for explanations of failed fetches and for explanations of console messages.
pub(super) const USE_CORS_OR_OWN_ORIGIN: &str =
    "use the mode `cors`, or a URL of the page's own origin";
pub(super) const FOLLOW_OR_USE_CORS: &str = "use the redirect mode `follow`, or the mode `cors`";
pub(super) const LOCATION_WITHOUT_CREDENTIALS: &str =
    "send a `Location` without a user name and a password";
pub(super) const POST_FOR_BODY: &str =
    "use the method POST, or put the values into the query of the URL";
pub(super) const STATUS_401_FOR_LOGIN: &str = concat!(
    "answer requests of scripts with status 401 and CORS headers in place of the redirect, and ",
    navigate_to_login!()
);
pub(super) const NAVIGATE_TO_LOGIN: &str = navigate_to_login!();
pub(super) const LOG_IN_TO_PROXY: &str = "log in to the proxy of your network: the status 407 asks the user for the name and the password of a proxy, and no CORS header changes this. If the server itself sends 407, send 401 instead";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Preflight,
    Redirect,
    Response,
}

impl Part {
    /// Returns the words that name the answer in a sentence, such as `the preflight response`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Preflight => "the preflight response",
            Self::Redirect => "the redirect response",
            Self::Response => "the response",
        }
    }
}

/// Returns the refusal in words. `is_preflight` is true if the browser refused the answer to a preflight. `origin` is
/// the `Origin` that the browser sent.
#[cfg(feature = "cases")]
pub(crate) fn refusal_in_words(error: &FetchError, is_preflight: bool, origin: &str) -> String {
    let part = if is_preflight {
        Part::Preflight
    } else {
        Part::Response
    };
    refusal(error, part, &shown_briefly(origin))
}

/// Returns the refusal in words. `origin` is the origin that the browser compares with `Access-Control-Allow-Origin`.
pub(super) fn refusal(error: &FetchError, part: Part, origin: &str) -> String {
    use Failure as F;
    let answer = part.name();
    let raw = error.value().unwrap_or_default();
    let name = shown_name(raw);
    let url = core::str::from_utf8(raw).unwrap_or_default();
    let value = shown_briefly(raw);
    match error.failure() {
        F::MissingAllowOriginHeader | F::PreflightMissingAllowOriginHeader => {
            format!("{answer} has no `Access-Control-Allow-Origin`")
        }
        F::WildcardOriginNotAllowed | F::PreflightWildcardOriginNotAllowed => format!(
            "{answer} has `Access-Control-Allow-Origin: *`, which does not allow a request with credentials"
        ),
        // Not every value with a space or a comma is a list, for example the text of an object: `[object Object]`.
        F::MultipleAllowOriginValues | F::PreflightMultipleAllowOriginValues
            if allow_origin_values(raw) == [raw] =>
        {
            format!(
                "{answer} has the value `{value}` in `Access-Control-Allow-Origin`, which is not an origin"
            )
        }
        F::MultipleAllowOriginValues | F::PreflightMultipleAllowOriginValues => {
            several_values(answer, &value)
        }
        F::AllowOriginMismatch | F::PreflightAllowOriginMismatch
            if allow_origin_values(raw).len() > 1 =>
        {
            several_values(answer, &value)
        }
        F::InvalidAllowOriginValue | F::PreflightInvalidAllowOriginValue => {
            format!("{answer} has `Access-Control-Allow-Origin: {value}`, which is not an origin")
        }
        F::AllowOriginMismatch | F::PreflightAllowOriginMismatch if origin == "null" => {
            format!("{answer} allows the origin `{value}`, but the browser sent `Origin: null`")
        }
        F::AllowOriginMismatch | F::PreflightAllowOriginMismatch => {
            format!("{answer} allows the origin `{value}`, but the page has the origin `{origin}`")
        }
        F::InvalidAllowCredentials | F::PreflightInvalidAllowCredentials => match error.value() {
            None => format!(
                "the request has credentials, but {answer} has no `Access-Control-Allow-Credentials: true`"
            ),
            Some([]) => format!(
                "the request has credentials, but {answer} has an empty `Access-Control-Allow-Credentials`"
            ),
            Some(_) => format!(
                "the request has credentials, but {answer} has `Access-Control-Allow-Credentials: {value}`, which is not exactly `true`"
            ),
        },
        F::PreflightDisallowedRedirect => format!(
            "the preflight response is a redirect (status {value}), which browsers do not follow"
        ),
        F::PreflightInvalidStatus => {
            format!("the preflight response has the status {value}, but it must be from 200 to 299")
        }
        F::InvalidAllowMethodsPreflightResponse => format!(
            "`Access-Control-Allow-Methods: {value}` is not a list of methods separated by commas"
        ),
        F::InvalidAllowHeadersPreflightResponse => format!(
            "`Access-Control-Allow-Headers: {value}` is not a list of header names separated by commas"
        ),
        F::MethodDisallowedByPreflightResponse => {
            format!("{answer} {} `{name}`", wording::does_not_allow_method!())
        }
        F::HeaderDisallowedByPreflightResponse => {
            format!("{answer} {} `{name}`", wording::does_not_allow_header!())
        }
        F::BlockedAsMixedContent if has_unsupported_scheme(url) => {
            format!("`fetch()` does not fetch URLs with the scheme of `{value}`")
        }
        F::BlockedAsMixedContent => {
            format!("{}: `{value}`", wording::mixed_content!())
        }
        F::BadPort => format!("browsers do not connect to the port {value}"),
        failure => match error.value() {
            Some(value) if !value.is_empty() => {
                format!("{}: `{}`", failure.message(), shown_briefly(value))
            }
            _ => failure.message().into(),
        },
    }
}

fn several_values(answer: &str, value: &str) -> String {
    format!(
        "{answer} has several values in `Access-Control-Allow-Origin`, which can have only one value: `{value}`"
    )
}
