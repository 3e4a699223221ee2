//! The error texts of browsers and of other programs in a recording.

use super::RecordedFetch;
use crate::{Failure, explain::input::console::ConsoleMessage};

/// First words of errors in recordings, and the name that Chromium has for the same error.
const OTHER_WORDS: [(&str, &str); 5] = [
    ("(canceled)", "net::ERR_ABORTED"),
    ("canceled", "net::ERR_ABORTED"),
    ("cancelled", "net::ERR_ABORTED"),
    ("csp", "net::ERR_BLOCKED_BY_CSP"),
    ("mixed-content", "blocked:mixed-content"),
];

/// The errors of Node for a failed connection. Tools that are programs of Node write these errors.
const ERRORS_OF_NODE: [&str; 8] = [
    "EAI_AGAIN",
    "ECONNABORTED",
    "ECONNREFUSED",
    "ECONNRESET",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
    "ETIMEDOUT",
];

impl RecordedFetch {
    /// Returns the console message with the meaning of the [reported error](Self::reported_error). `None` if there is no
    /// error, or if the error is not known.
    ///
    /// ```
    /// use fetch_cors::explain::input::Recording;
    ///
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [{
    ///     "request": {"method": "GET", "url": "https://api.example/", "headers": [
    ///         {"name": "Origin", "value": "https://app.example"}]},
    ///     "response": {"status": -1, "headers": [], "_failureText": "cancelled"}
    /// }]}}"#)?;
    /// assert!(recording.fetches()[0].error_message().unwrap().is_stopped());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn error_message(&self) -> Option<ConsoleMessage> {
        message_of_error(self.reported_error.as_deref()?)
    }
}

/// Returns the console message that has the meaning of the error. `None` if the error is not known.
pub(super) fn message_of_error(error: &str) -> Option<ConsoleMessage> {
    let first = error.split(' ').next().unwrap_or_default();
    let mut words = OTHER_WORDS.iter();
    let other = words.find(|(word, _)| first.eq_ignore_ascii_case(word));
    ConsoleMessage::parse(other.map_or(error, |(_, name)| name)).ok()
}

/// Whether the message has a reason other than the connection, such as a redirect.
pub(super) fn has_own_reason(message: &ConsoleMessage) -> bool {
    let is_of_connection = message.failures.contains(&Failure::NetworkError);
    message.has_reason() && !message.failures.is_empty() && !is_of_connection
}

/// Whether the error means that the browser blocked a response.
pub(super) fn is_blocked(error: &str) -> bool {
    let beginnings = ["net::ERR_FAILED", "net::ERR_BLOCKED_BY_RESPONSE"];
    let is_of_chromium = beginnings
        .iter()
        .any(|beginning| error.starts_with(beginning));
    // Tools that do not use Chromium's names of errors write the console message as the error.
    is_of_chromium || error.contains("Access-Control-") || error.contains("CORS")
}

/// Whether the error does not say why the request has no response. The text is not known, or browsers use the text both for
/// a CORS failure and for a failed connection: for example, `Load failed` and `NS_ERROR_DOM_BAD_URI`.
pub(super) fn is_ambiguous(error: &str) -> bool {
    let is_of_node = ERRORS_OF_NODE.iter().any(|name| error.contains(name));
    let is_explained = message_of_error(error)
        .is_some_and(|message| message.is_complete() || message.is_stopped());
    !is_of_node && !is_explained
}
