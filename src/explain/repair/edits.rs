//! The edits that make the browser accept a refused answer.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;
use http::StatusCode;

use super::{
    lines::{keep_line, keep_only},
    lists::{allow_headers, allow_method, separated},
};
use crate::{
    Failure, FetchError,
    explain::{
        fix::Edit,
        near_miss::{listed_element::trimmed, meant_words::is_one_of},
    },
    fetching::{ConnectionError, HttpRequest},
    infrastructure::{bytes::isomorphic_decode, header_values::Abnf, response::Response, url},
};

pub(super) const ALLOW_ORIGIN: &str = "access-control-allow-origin";
pub(super) const ALLOW_CREDENTIALS: &str = "access-control-allow-credentials";
const RESOURCE_POLICY: &str = "cross-origin-resource-policy";
const LOCATION: &str = "location";

/// An answer that the browser refuses.
pub(super) struct Refused<'r> {
    pub(super) error: &'r FetchError,
    pub(super) request: &'r HttpRequest,
    pub(super) answer: &'r Result<Response, ConnectionError>,
    pub(super) is_credentialed: bool,
}

/// Returns the edits that make the check pass. The list is empty if no edit makes the check pass.
pub(super) fn edits(refused: &Refused<'_>) -> Vec<Edit> {
    use Failure as F;
    let Ok(response) = refused.answer else {
        return Vec::from([Edit::Answer]);
    };
    let edit = match refused.error.failure() {
        F::MissingAllowOriginHeader
        | F::WildcardOriginNotAllowed
        | F::MultipleAllowOriginValues
        | F::InvalidAllowOriginValue
        | F::AllowOriginMismatch
        | F::PreflightMissingAllowOriginHeader
        | F::PreflightWildcardOriginNotAllowed
        | F::PreflightMultipleAllowOriginValues
        | F::PreflightInvalidAllowOriginValue
        | F::PreflightAllowOriginMismatch => {
            set_or_keep(ALLOW_ORIGIN, allowed_origin(refused, response), response)
        }
        F::InvalidAllowCredentials | F::PreflightInvalidAllowCredentials => {
            set_or_keep(ALLOW_CREDENTIALS, "true".into(), response)
        }
        F::PreflightDisallowedRedirect | F::PreflightInvalidStatus => Edit::SetStatus {
            status: StatusCode::NO_CONTENT,
        },
        F::InvalidAllowMethodsPreflightResponse => separated(
            Abnf::AccessControlAllowMethods,
            refused.request,
            &response.header_list,
            refused.is_credentialed,
        ),
        F::InvalidAllowHeadersPreflightResponse => separated(
            Abnf::AccessControlAllowHeaders,
            refused.request,
            &response.header_list,
            refused.is_credentialed,
        ),
        F::MethodDisallowedByPreflightResponse => {
            let method = text(refused.error.value().unwrap_or_default());
            allow_method(method, &response.header_list)
        }
        F::HeaderDisallowedByPreflightResponse => {
            return allow_headers(
                refused.request,
                &response.header_list,
                refused.is_credentialed,
            );
        }
        F::BlockedByCrossOriginResourcePolicy => resource_policy(response),
        F::RedirectInvalidLocation
        | F::RedirectContainsCredentials
        | F::BlockedAsMixedContent
        | F::BadPort => location(refused, response).unwrap_or(DIRECT),
        F::RedirectModeError
        | F::RedirectDisallowedScheme
        | F::TooManyRedirects
        | F::RedirectBodyWithoutSource
        | F::AuthenticationBodyWithoutSource
        | F::DisallowedByMode
        | F::NoCorsRedirectModeNotFollow
        | F::CorsDisabledScheme
        | F::UnsupportedScheme => DIRECT,
        F::NetworkError
        | F::ProxyAuthenticationRequired
        | F::UrlIncludesCredentials
        | F::InvalidMethod
        | F::ForbiddenMethod
        | F::MethodNotNoCorsSafelisted
        | F::BodyNotAllowed
        | F::StreamBodyNotAllowed
        | F::InvalidHeader => return Vec::new(),
    };
    Vec::from([edit])
}

/// Returns the edit that makes the value the only value of the header. If a header line already has the value, the edit
/// only removes the other lines.
fn set_or_keep(name: &'static str, value: String, response: &Response) -> Edit {
    let kept = keep_only(name, value.as_bytes(), &response.header_list);
    kept.unwrap_or(Edit::SetHeader { name, value })
}

/// The edit that sends the status 200 in place of a redirect.
pub(super) const DIRECT: Edit = Edit::SetStatus {
    status: StatusCode::OK,
};

/// Returns a value of `Access-Control-Allow-Origin` that the browser accepts. The value is `*` in two cases, so that the
/// other pages that the server allows keep their access:
///
/// - The response has asterisks and no origin, as in `*, *`, `"*"` and `* always`.
/// - One of several values is `*`, and no value is the origin of the page.
fn allowed_origin(refused: &Refused<'_>, response: &Response) -> String {
    let value = response.header_list.get(ALLOW_ORIGIN).unwrap_or_default();
    let sent = sent_origin(refused.request);
    let has = |wanted: &[u8]| {
        let mut values = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        values.any(|value| value == wanted)
    };
    let has_asterisk = || has_only_asterisks(&value) || has(b"*") && !has(sent.as_bytes());
    if !refused.is_credentialed && has_asterisk() {
        return "*".into();
    }
    sent
}

/// Whether the value has asterisks and no origin. The value can also have punctuation and words such as `always`.
fn has_only_asterisks(value: &[u8]) -> bool {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || b",;|".contains(byte);
    let is_part = |byte: &u8| *byte == b'*' || !byte.is_ascii_punctuation();
    let is_asterisk = |part: &&[u8]| {
        let part = trimmed(part, is_part);
        !part.is_empty() && part.iter().all(|byte| *byte == b'*')
    };
    // `.*` is a regular expression, and not an asterisk with punctuation.
    let parts = value.split(is_end).filter(|part| !part.starts_with(b"."));
    let (asterisks, others): (Vec<&[u8]>, Vec<&[u8]>) = parts.partition(is_asterisk);
    let is_word = |part: &&[u8]| {
        let part = trimmed(part, is_part);
        part.iter().all(u8::is_ascii_alphabetic) && !is_one_of(part, &["null", "localhost"])
    };
    !asterisks.is_empty() && others.iter().all(is_word)
}

/// Returns the origin that the browser compares with the answer: the `Origin` header of the request.
fn sent_origin(request: &HttpRequest) -> String {
    text(&request.header_list.get("origin").unwrap_or_default())
}

/// Returns an edit that relaxes `Cross-Origin-Resource-Policy`. The new value is `same-site`. If the response already
/// has `same-site`, the new value is `cross-origin`.
fn resource_policy(response: &Response) -> Edit {
    let policy = response.header_list.get(RESOURCE_POLICY);
    let value = match policy.as_deref() {
        Some(b"same-site") => "cross-origin",
        _ => "same-site",
    };
    Edit::SetHeader {
        name: RESOURCE_POLICY,
        value: value.into(),
    }
}

/// Returns an edit of `Location`. Browsers follow the new value.
///
/// The new header is one line. If the first line is right, this line stays. Otherwise, the URL of the new line is serialized as
/// in the URL standard, and has no user name and no password. If the browser blocked mixed content, the URL is on https. If the
/// browser blocked the port, the URL has the default port: the right port is not known.
///
/// `None` if the new header line equals the old header line, or if the new URL is the URL of the request: a redirect to
/// the same URL is an endless loop.
fn location(refused: &Refused<'_>, response: &Response) -> Option<Edit> {
    let given = response.header_list.values(LOCATION).next()?.as_bytes();
    let original: Url = url::parse(&isomorphic_decode(given), &refused.request.url)?;
    let mut target = original.clone();
    target.set_username("").ok()?;
    target.set_password(None).ok()?;
    if refused.error.failure() == Failure::BlockedAsMixedContent {
        target.set_scheme("https").ok()?;
    }
    if refused.error.failure() == Failure::BadPort {
        target.set_port(None).ok()?;
    }
    if is_same(&target, &refused.request.url) {
        return None;
    }
    if target == original && Abnf::Location.parse(given).is_ok() {
        return keep_line(LOCATION, 0, &response.header_list);
    }
    let value = target.to_string();
    let is_new = value.as_bytes() != given || response.header_list.values(LOCATION).count() > 1;
    is_new.then_some(Edit::SetHeader {
        name: LOCATION,
        value,
    })
}

fn is_same(a: &Url, b: &Url) -> bool {
    url::without_fragment_and_userinfo(a) == url::without_fragment_and_userinfo(b)
}

/// Adds an edit. The new edit replaces earlier edits of the same part of the answer.
pub(super) fn add(edits: &mut Vec<Edit>, edit: Edit) {
    match &edit {
        Edit::SetStatus { .. } => edits.retain(|other| {
            // With the new status, the response is not a redirect, so an earlier edit of `Location` is not necessary.
            !matches!(
                other,
                Edit::SetStatus { .. }
                    | Edit::SetHeader { name: LOCATION, .. }
                    | Edit::ReplaceLines { name: LOCATION, .. }
            )
        }),
        Edit::SetHeader { name, .. } => {
            edits.retain(|other| {
                !matches!(
                    other,
                    Edit::SetHeader { name: set, .. } | Edit::ReplaceLines { name: set, .. } if set == name
                )
            });
        }
        Edit::Answer
        | Edit::RemoveHeader { .. }
        | Edit::ReplaceLines { .. }
        | Edit::RenameHeader { .. }
        | Edit::AddElement { .. } => {}
    }
    edits.push(edit);
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value).into_owned()
}
