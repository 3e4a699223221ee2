//! Opaque response blocking: browsers block a response to a `no-cors` request if its content type is not a type of images,
//! scripts, styles or media. The block is not a part of the CORS protocol, so it does not change the verdict.

use alloc::{format, string::String};

use super::{repair::Run, shown::shown_briefly};
use crate::infrastructure::{
    mime::parse_a_mime_type,
    response::{Response, ResponseType},
};

/// Returns a note if browsers can block the opaque response of the run.
pub(super) fn note(run: &Run) -> Option<String> {
    let result = run.result.as_ref().ok()?;
    if result.response_type() != ResponseType::Opaque {
        return None;
    }
    let response = run.exchanges.last()?.answer.as_ref().ok()?;
    let essence = blocked_type(response)?;
    Some(format!(
        "browsers can block this response, because `{}` is not a content type of images, scripts, styles or media (Opaque Response Blocking): the fetch then fails, although CORS allows it",
        shown_briefly(essence)
    ))
}

/// Returns the content type if a browser never loads it for an image, a script, a style or media: HTML, JSON and XML.
/// Browsers also look at the body of most of these responses, and the body is not known.
fn blocked_type(response: &Response) -> Option<String> {
    let value = response.header_list.get("content-type")?;
    let essence = parse_a_mime_type(&value)?.essence();
    let essence = String::from_utf8(essence).ok()?;
    let is_markup = matches!(&*essence, "text/html" | "text/xml" | "application/xml")
        || essence.ends_with("+xml") && essence != "image/svg+xml";
    let is_json =
        matches!(&*essence, "text/json" | "application/json") || essence.ends_with("+json");
    (is_markup || is_json).then_some(essence)
}
