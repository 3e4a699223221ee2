//! Messages of a browser's console. `parse.rs` reads the text of a message. `subject.rs` finds the subject of the message.
//! `advice.rs` has the meaning and the fix of the message.

use ::url::Url;
use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use crate::{Failure, infrastructure::origin::TupleOrigin};

mod advice;
mod causes;
mod commands;
mod contradiction;
mod cookie_topics;
mod cut;
mod decoded;
mod description;
mod display;
mod element;
mod forms;
mod joined;
mod lines;
mod page_policy;
mod parse;
mod pieces;
mod possible_causes;
#[cfg(feature = "cases")]
mod report;
mod request_lines;
mod subject;
mod template;
mod templates;
mod topics;
mod unknown;
mod wrapped;

pub use forms::{Browser, ConsoleForm};
pub use lines::ConsoleLine;
pub use unknown::UnknownConsoleMessageError;

use topics::Topic;

/// The maximum length of a message, in bytes.
const MAX_MESSAGE_BYTES: usize = 64 << 10;

/// A message that a browser printed in its console about a failed fetch.
///
/// The parser knows the English text of each message. Before and after this text, a line can have other words, such as
/// `Uncaught (in promise)` or `[Error]`. The quotes can differ or be missing: for example, a shell removes single
/// quotes from an argument.
///
/// ```
/// use fetch_cors::{Failure, explain::input::ConsoleMessage};
///
/// let message = ConsoleMessage::parse(
///     "Access to fetch at 'https://api.example/notes' from origin 'https://app.example' has been blocked by CORS \
///      policy: Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
/// )?;
/// assert_eq!(message.failures, [Failure::PreflightInvalidStatus]);
/// assert_eq!(message.url.as_deref(), Some("https://api.example/notes"));
/// assert_eq!(message.origin.as_deref(), Some("https://app.example"));
/// assert_eq!(message.is_preflight(), Some(true));
/// assert!(message.fix().starts_with("answer OPTIONS at this URL with status 204, before authentication and routing"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConsoleMessage {
    /// The browser, or `None` if several browsers print the message.
    pub browser: Option<Browser>,
    /// The failures that the message can mean, the likeliest first. The list is empty if the message has no reason, as
    /// in `Failed to fetch`. The list is also empty if no `Failure` stands for the reason of the message. For example,
    /// no `Failure` stands for a block by a Content Security Policy.
    pub failures: Vec<Failure>,
    /// The URL of the last request, after all redirects.
    pub url: Option<String>,
    /// The URL of the first request, before all redirects. `None` if the message does not have this URL.
    pub redirected_from: Option<String>,
    /// The origin of the page.
    pub origin: Option<String>,
    /// The value of the response header that the message is about.
    pub value: Option<String>,
    /// The name of the request header that is not allowed.
    pub header_name: Option<String>,
    /// The method that is not allowed.
    pub method: Option<String>,
    /// The status of the response.
    pub status: Option<u16>,
    /// The kind of request, such as `fetch`, `xmlhttprequest` or `font`, in lower case.
    pub resource_kind: Option<String>,
    /// The name of the cookie that the message is about.
    pub cookie: Option<String>,
    /// Whether `url` is the target of a redirect.
    is_redirected: bool,
    /// The URL to which the response redirects, if the browser refused the redirect.
    redirect_target: Option<String>,
    /// The directive that forbids the request. The page has this directive in its Content Security Policy.
    directive: Option<String>,
    /// The directive that the Content Security Policy lacks. Browsers use `directive` in place of the missing
    /// directive.
    missing_directive: Option<String>,
    topic: &'static Topic,
}

/// Returns an origin as browsers send it. The letters of the text can have another case.
fn serialized(origin: &str) -> String {
    let tuple = Url::parse(origin).ok();
    match tuple.and_then(|url| TupleOrigin::from_url(&url)) {
        Some(tuple) => tuple.serialize().to_string(),
        None => origin.to_ascii_lowercase(),
    }
}

/// Returns the origin of the page as the browser sends it: without a path, and in lower case. A user possibly changed the
/// origin of the message. `None` if the text is not an origin, such as `localhost:5173`.
fn origin_of_page(text: &str) -> Option<String> {
    let is_origin = text.eq_ignore_ascii_case("null") || text.contains("://");
    is_origin.then(|| serialized(text))
}

/// Whether a line has words that only messages about CORS have.
fn is_about_cors(line: &str) -> bool {
    let words = [
        "cors policy",
        "cross-origin request ",
        "access-control-",
        "(reason: ",
    ];
    let line = line.to_ascii_lowercase();
    words.iter().any(|word| line.contains(word))
}

/// Whether the failure is possible on preflights only.
const fn is_of_preflight(failure: Failure) -> bool {
    matches!(
        failure,
        Failure::PreflightMissingAllowOriginHeader
            | Failure::PreflightWildcardOriginNotAllowed
            | Failure::PreflightMultipleAllowOriginValues
            | Failure::PreflightInvalidAllowOriginValue
            | Failure::PreflightAllowOriginMismatch
            | Failure::PreflightInvalidAllowCredentials
            | Failure::PreflightDisallowedRedirect
            | Failure::PreflightInvalidStatus
            | Failure::InvalidAllowMethodsPreflightResponse
            | Failure::InvalidAllowHeadersPreflightResponse
            | Failure::MethodDisallowedByPreflightResponse
            | Failure::HeaderDisallowedByPreflightResponse
    )
}
