//! The reasons why a fetch needs a preflight, or does not need a preflight.

use alloc::{format, string::String, vec::Vec};

use super::shown::{shown_briefly, shown_name};
use crate::{
    fetching::{PreflightReason, cors_preflight_fetch::cors_preflight_request},
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::{Mode, Request},
        safelist::{
            MAX_SAFELISTED_TOTAL_BYTES, MAX_SAFELISTED_VALUE_BYTES,
            is_cors_safelisted_request_header, is_cors_unsafe_request_header_byte,
        },
    },
};

/// The maximum number of listed reasons.
const MAX_REASONS: usize = 20;

/// The reason if the fetch needs no server, or fails before the browser sends a request.
pub(super) const NO_REQUEST: &str = "the browser sends no request to a server";

/// Returns one sentence for each reason. The browser sends at least one request. `preflighted` has the reasons of the
/// first preflight, if the browser sends a preflight.
///
/// `drops_user_agent` is true for an engine that drops a header `User-Agent` that a script sets.
pub(super) fn reasons(
    request: &Request,
    preflighted: Option<&[PreflightReason]>,
    drops_user_agent: bool,
) -> Vec<String> {
    if let Some(reasons) = preflighted {
        let sentences = reasons.iter().map(|reason| {
            reason_in_words(request.method.as_str(), Some(&request.header_list), reason)
        });
        let mut sentences: Vec<String> = sentences.take(MAX_REASONS).collect();
        if let Some(others) = reasons.len().checked_sub(MAX_REASONS).filter(|n| *n > 0) {
            sentences.push(match others {
                1 => String::from("1 more header is not safelisted"),
                _ => format!("{others} more headers are not safelisted"),
            });
        }
        return sentences;
    }
    let is_dropped = |reason: &PreflightReason| {
        let dropped = drops_user_agent.then_some("user-agent");
        matches!(reason, PreflightReason::Header(name) if Some(name.as_str()) == dropped)
    };
    let needed = || {
        cors_preflight_request(request)
            .preflight_reasons
            .unwrap_or_default()
    };
    let because = if request.origin.is_same_origin_with(request.url()) {
        "the URL has the origin of the page"
    } else if request.mode != Mode::Cors {
        "only requests with the mode `cors` have preflights"
    } else if needed().iter().any(|reason| !is_dropped(reason)) {
        "the browser has cached the answer to an earlier preflight"
    } else if needed().iter().any(is_dropped) {
        "the browser drops the header `user-agent`, and the method and all other headers are safelisted"
    } else {
        "the method and all headers are safelisted"
    };
    Vec::from([String::from(because)])
}

/// Returns the reason in words. `headers` has the headers of the request after the preflight. `None` if these headers
/// are not known.
pub(super) fn reason_in_words(
    method: &str,
    headers: Option<&HeaderList>,
    reason: &PreflightReason,
) -> String {
    match reason {
        PreflightReason::Flag => {
            "the upload has listeners (`xhr.upload`), or the body is a stream".into()
        }
        PreflightReason::Method => format!(
            "the method `{}` is not GET, HEAD or POST",
            shown_briefly(method)
        ),
        PreflightReason::Header(name) => match headers {
            Some(headers) => {
                let values = headers.values(name.as_str());
                header_in_words(name, values.map(HeaderValue::as_bytes))
            }
            None => header_without_value(name),
        },
    }
}

/// Returns the reason why a header with these values needs a preflight.
pub(super) fn header_in_words<'v>(
    name: &HeaderName,
    values: impl IntoIterator<Item = &'v [u8]>,
) -> String {
    let is_unsafe = |value: &&[u8]| !is_cors_safelisted_request_header(name.as_bytes(), value);
    let Some(value) = values.into_iter().find(is_unsafe) else {
        return format!(
            "the values of all safelisted headers have more than {MAX_SAFELISTED_TOTAL_BYTES} bytes together, so `{name}` is not safelisted"
        );
    };
    match name.as_str() {
        "accept" | "accept-language" | "content-language" | "content-type" | "range"
            if value.len() > MAX_SAFELISTED_VALUE_BYTES =>
        {
            format!("the value of `{name}` has more than {MAX_SAFELISTED_VALUE_BYTES} bytes")
        }
        "content-type" if !has_unsafe_byte(value) => format!(
            "the content type `{}` is not `text/plain`, `multipart/form-data` or `application/x-www-form-urlencoded`",
            shown_briefly(value)
        ),
        "accept" | "accept-language" | "content-language" | "content-type" => format!(
            "the value of `{name}` has a character that is not safelisted: `{}`",
            shown_briefly(value)
        ),
        "range" => format!(
            "the range `{}` is not of the form `bytes=0-99`",
            shown_briefly(value)
        ),
        _ => header_without_value(name),
    }
}

fn has_unsafe_byte(value: &[u8]) -> bool {
    let mut bytes = value.iter();
    bytes.any(|byte| is_cors_unsafe_request_header_byte(*byte))
}

fn header_without_value(name: &HeaderName) -> String {
    let note = if name.as_str() == "user-agent" {
        " (Chromium drops this header of a script, and then sends no preflight for it)"
    } else {
        ""
    };
    let name = shown_name(name.as_bytes());
    format!("the header `{name}` is not safelisted{note}")
}
