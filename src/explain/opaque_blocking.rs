//! Opaque response blocking: browsers block some responses to `no-cors` requests, so that the content of these responses
//! cannot leak. The block is not a part of the CORS protocol, so it does not change the verdict.
//!
//! The rules are those of the [proposal](https://github.com/annevk/orb) that Chromium and Firefox implement. Most rules
//! depend on the body, which is not known. Only the rules without the body are certain.

use alloc::{format, string::String};

use super::{repair::Run, shown::shown_briefly};
use crate::infrastructure::{
    get_decode_and_split::get_decode_and_split,
    mime::parse_a_mime_type,
    response::{Response, ResponseType, is_ok_status},
};

/// The types of responses that no element of a page loads. Browsers block these types without a look at the body.
const NEVER_LOADED: [&str; 8] = [
    "application/gzip",
    "application/pdf",
    "application/x-gzip",
    "application/x-protobuf",
    "application/zip",
    "multipart/byteranges",
    "text/csv",
    "text/event-stream",
];

/// The types that browsers never block.
const ALWAYS_LOADED: [&str; 4] = [
    "application/javascript",
    "image/svg+xml",
    "text/css",
    "text/javascript",
];

/// Returns a note if browsers block the opaque response of the run, or if they can block the response.
pub(super) fn note(run: &Run) -> Option<String> {
    let result = run.result.as_ref().ok()?;
    if result.response_type() != ResponseType::Opaque {
        return None;
    }
    let response = run.exchanges.last()?.answer.as_ref().ok()?;
    let content_type = content_type(response)?;
    let shown = shown_briefly(&content_type);
    let reason = format!("`{shown}` is not a content type of images, scripts, styles or media");
    let status = response.status.as_u16();
    let is_data = is_data(&content_type);
    Some(if NEVER_LOADED.contains(&&*content_type) {
        certain(&reason)
    } else if is_data && status == 206 {
        certain(&format!("{reason}, and the status is 206"))
    } else if has_nosniff(response) && (is_data || content_type == "text/plain") {
        certain(&format!(
            "{reason}, and the response has `X-Content-Type-Options: nosniff`"
        ))
    } else if is_data {
        possible(&reason)
    } else if !is_ok_status(response.status) && !ALWAYS_LOADED.contains(&&*content_type) {
        possible(&format!("it has the status {status}"))
    } else {
        return None;
    })
}

fn certain(reason: &str) -> String {
    format!(
        "Chromium and Firefox block this response, because {reason} (Opaque Response Blocking): the page gets an error or an empty response, although CORS allows the fetch"
    )
}

fn possible(reason: &str) -> String {
    format!(
        "browsers can block this response, because {reason} (Opaque Response Blocking). This also depends on the body, which is not known here. If the response is blocked, the page gets an error or an empty response, although CORS allows the fetch"
    )
}

/// Returns the content type without its parameters. `None` if the response has no valid content type.
fn content_type(response: &Response) -> Option<String> {
    let value = response.header_list.get("content-type")?;
    String::from_utf8(parse_a_mime_type(&value)?.essence()).ok()
}

/// Whether the content type is HTML, JSON or XML.
fn is_data(content_type: &str) -> bool {
    let is_markup = matches!(content_type, "text/html" | "text/xml" | "application/xml")
        || content_type.ends_with("+xml") && content_type != "image/svg+xml";
    let is_json =
        matches!(content_type, "text/json" | "application/json") || content_type.ends_with("+json");
    is_markup || is_json
}

/// [Determines nosniff](https://fetch.spec.whatwg.org/#determine-nosniff).
fn has_nosniff(response: &Response) -> bool {
    let value = response.header_list.get("x-content-type-options");
    let values = value.as_deref().map(get_decode_and_split);
    let first = values.and_then(|values| values.first().map(|first| first.to_vec()));
    first.is_some_and(|first| first.eq_ignore_ascii_case(b"nosniff"))
}
