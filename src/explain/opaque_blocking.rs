//! Opaque response blocking: browsers block some responses to `no-cors` requests, so that the content of these responses
//! cannot leak. The block is not a part of the CORS protocol, so it does not change the verdict.
//!
//! The rules are those that Chromium (`services/network/orb`) and Firefox (`OpaqueResponseUtils.cpp`) implement. They differ
//! from each other and from the [proposal](https://github.com/annevk/orb). Most rules depend on the body, which is not known.
//! Only the rules without the body are certain.

use alloc::{format, string::String};

use super::{repair::Run, shown::shown_briefly};
use crate::infrastructure::{
    mime::parse_a_mime_type,
    response::{Response, ResponseType, is_ok_status},
};

const BOTH_BLOCK: &str = "Chromium and Firefox block";

/// Some of the types that Chromium and Firefox block without a look at the body.
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
        certain(BOTH_BLOCK, &reason)
    } else if has_nosniff(response) && (is_data || content_type == "text/plain") {
        let engines_block = if is_data {
            BOTH_BLOCK
        } else {
            "Chromium blocks"
        };
        let reason = format!("{reason}, and the response has `X-Content-Type-Options: nosniff`");
        certain(engines_block, &reason)
    } else if is_data && status == 206 {
        certain(
            "Firefox blocks",
            &format!("{reason}, and the status is 206"),
        )
    } else if is_data {
        possible(&reason)
    } else if !is_ok_status(response.status) && !is_always_loaded(&content_type) {
        possible(&format!("it has the status {status}"))
    } else {
        return None;
    })
}

fn certain(engines_block: &str, reason: &str) -> String {
    format!(
        "{engines_block} this response, because {reason} (Opaque Response Blocking): the page gets an error or an empty response, although CORS allows the fetch"
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
        || content_type.ends_with("+xml") && !is_always_loaded(content_type);
    let is_json =
        matches!(content_type, "text/json" | "application/json") || content_type.ends_with("+json");
    is_markup || is_json
}

/// Whether browsers never block the type: CSS, SVG, DASH and JavaScript.
fn is_always_loaded(content_type: &str) -> bool {
    let mut scripts = ["javascript", "ecmascript", "jscript", "livescript"].into_iter();
    matches!(
        content_type,
        "text/css" | "image/svg+xml" | "application/dash+xml"
    ) || content_type.starts_with("text/javascript1.")
        || scripts.any(|end| content_type.ends_with(end))
}

/// Whether the response certainly has `nosniff`. Chromium compares the whole value, so a list with `nosniff` is not certain.
fn has_nosniff(response: &Response) -> bool {
    let value = response.header_list.get("x-content-type-options");
    value.is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"nosniff"))
}
