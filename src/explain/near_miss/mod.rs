//! Finds near misses: known mistakes that explain why the browser refuses an answer.

pub(super) mod cached;
pub(super) mod credentials;
pub(super) mod denied;
mod encoded;
mod error_status;
mod headers;
mod host_form;
pub(super) mod invisible;
pub(super) mod listed_element;
pub(super) mod lists;
mod location;
pub(super) mod login;
pub(super) mod meant_words;
mod methods;
pub(super) mod missing;
pub(super) mod negated;
pub(super) mod origin;
mod origin_parts;
pub(super) mod other_header;
mod other_host;
pub(super) mod other_text;
mod pattern;
mod placeholder;
mod port;
pub(super) mod preflight_status;
mod resource_policy;
pub(super) mod response_headers;
pub(super) mod separators;
mod spelling;

use alloc::{string::String, vec::Vec};

use ::url::Url;

use self::origin::Compared;
use crate::{
    Failure, FetchError,
    explain::refusal::{NearMiss, NearMissKind},
    fetching::{ConnectionError, HttpRequest},
    infrastructure::{header_values::Abnf, response::Response},
    wording,
};

/// An answer that the browser refused.
pub(super) struct Refused<'r> {
    pub(super) error: &'r FetchError,
    pub(super) request: &'r HttpRequest,
    pub(super) answer: &'r Result<Response, ConnectionError>,
    /// The method of the page's call, such as PUT. If `request` is a preflight, the method of `request` is OPTIONS.
    pub(super) method: &'r str,
    pub(super) is_credentialed: bool,
    /// Whether an earlier refusal of this answer is a malformed list of methods or headers. The list of this refusal is
    /// then the corrected list.
    pub(super) has_corrected_list: bool,
    /// The origin of the page.
    pub(super) page: &'r str,
    /// The URL from which the request is redirected. `None` if the request does not follow a redirect.
    pub(super) redirected_from: Option<&'r Url>,
    /// The known mistake if the answer is a redirect to a login page, or if the request follows such a redirect.
    pub(super) login: Option<NearMiss>,
}

/// Returns the known mistakes that explain a refusal, the likeliest first.
pub(super) fn near_misses(refused: &Refused<'_>) -> Vec<NearMiss> {
    use Failure as F;
    let value = refused.error.value().unwrap_or_default();
    let Ok(response) = refused.answer else {
        return Vec::new();
    };
    match refused.error.failure() {
        F::MissingAllowOriginHeader | F::PreflightMissingAllowOriginHeader => {
            let mut misses = missing::near_misses(refused, response);
            misses.extend(origin::null_origin(refused));
            if refused.error.failure() == F::MissingAllowOriginHeader {
                misses.extend(cached::near_miss(response));
            }
            misses
        }
        F::WildcardOriginNotAllowed
        | F::MultipleAllowOriginValues
        | F::InvalidAllowOriginValue
        | F::AllowOriginMismatch
        | F::PreflightWildcardOriginNotAllowed
        | F::PreflightMultipleAllowOriginValues
        | F::PreflightInvalidAllowOriginValue
        | F::PreflightAllowOriginMismatch => {
            let mut misses = origin::near_misses(refused, value);
            let mut others = misses
                .iter()
                .filter(|miss| miss.kind == NearMissKind::OtherOrigin);
            if refused.error.failure() == F::AllowOriginMismatch && others.next().is_some() {
                misses.extend(cached::near_miss(response));
            }
            misses
        }
        F::InvalidAllowCredentials | F::PreflightInvalidAllowCredentials => {
            credentials::near_misses(refused.error.value(), response)
        }
        F::PreflightDisallowedRedirect | F::PreflightInvalidStatus => {
            let bot_check = denied::bot_check(response).into_iter();
            let others = preflight_status::near_misses(refused.request, response);
            bot_check.chain(others).collect()
        }
        F::InvalidAllowMethodsPreflightResponse => {
            lists::near_misses(Abnf::AccessControlAllowMethods, value)
        }
        F::InvalidAllowHeadersPreflightResponse => {
            lists::near_misses(Abnf::AccessControlAllowHeaders, value)
        }
        F::RedirectInvalidLocation => Vec::from([location::near_miss(value, response)]),
        F::BlockedAsMixedContent => {
            preflight_status::redirect_to_http(&refused.request.url, response)
                .into_iter()
                .collect()
        }
        F::BlockedByCrossOriginResourcePolicy => resource_policy::near_misses(refused, response),
        F::MethodDisallowedByPreflightResponse => methods::near_misses(refused, response),
        F::HeaderDisallowedByPreflightResponse => headers::near_misses(refused, response),
        _ => Vec::new(),
    }
}

/// Returns the known mistakes in the value that the browser refused. Unlike [`near_misses`], does not need the answer.
pub(super) fn near_misses_of_value(
    failure: Failure,
    value: &[u8],
    compared: &Compared<'_>,
) -> Vec<NearMiss> {
    use Failure as F;
    match failure.on_preflight() {
        F::PreflightWildcardOriginNotAllowed
        | F::PreflightMultipleAllowOriginValues
        | F::PreflightInvalidAllowOriginValue
        | F::PreflightAllowOriginMismatch => origin::near_misses_of(value, compared),
        F::PreflightInvalidAllowCredentials if !value.is_empty() => {
            credentials::near_misses_of_value(value)
        }
        F::InvalidAllowMethodsPreflightResponse => {
            lists::near_misses(Abnf::AccessControlAllowMethods, value)
        }
        F::InvalidAllowHeadersPreflightResponse => {
            lists::near_misses(Abnf::AccessControlAllowHeaders, value)
        }
        _ => Vec::new(),
    }
}

/// Returns the known mistake of a server that sends a header twice with the same value.
fn same_value_twice() -> NearMiss {
    miss(
        NearMissKind::SameValueTwice,
        concat!(
            "the header has the same value twice: ",
            wording::set_in_two_parts!(),
            "; ",
            wording::set_in_one_part!()
        ),
    )
}

fn miss(kind: NearMissKind, sentence: impl Into<String>) -> NearMiss {
    NearMiss::new(kind, sentence.into())
}
