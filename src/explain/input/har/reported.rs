//! The failure that a browser reports in a recording, as a message of its console.

use alloc::string::{String, ToString};

use super::{
    RecordedFetch,
    browser_error::{has_own_reason, message_of_error},
    fetch::Obstacle,
};
use crate::{Failure, explain::input::console::ConsoleMessage, infrastructure::origin::Origin};

impl RecordedFetch {
    /// Returns the message of the browser's console about the reported failure. The message explains a fetch whose
    /// response is not in the recording. The failure is a CORS failure that Chromium reports by its name, or a network
    /// error with a reason other than the connection, such as `net::ERR_INVALID_REDIRECT`. `None` if the recording has
    /// no such failure.
    ///
    /// ```
    /// use fetch_cors::explain::{NearMissKind, input::Recording};
    ///
    /// let recording = Recording::from_slice(br#"{"log": {"entries": [{
    ///     "request": {"method": "GET", "url": "https://api.example/", "headers": [
    ///         {"name": "Referer", "value": "https://app.example/"}]},
    ///     "response": {"status": 0, "headers": []},
    ///     "_error": "net::ERR_FAILED",
    ///     "_corsErrorStatus": {"corsError": "AllowOriginMismatch", "failedParameter": "https://app.example/"}
    /// }]}}"#)?;
    /// let message = recording.fetches()[0].reported_message().unwrap();
    /// assert_eq!(message.near_misses()[0].kind, NearMissKind::TrailingSlash);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reported_message(&self) -> Option<ConsoleMessage> {
        let mut message = if self.reports_cors_failure {
            ConsoleMessage::of_chromium(self.reported_failure?, self.reported_value.as_deref())?
        } else {
            let message = message_of_error(self.reported_error.as_deref()?)?;
            has_own_reason(&message).then_some(message)?
        };
        let mut exchanges = self.exchanges.iter().rev();
        let last = exchanges.next().map_or(&self.url, |last| &last.url);
        if self.contradiction_of_mixed_content().is_some() {
            return None;
        }
        message.url = Some(last.to_string());
        message.redirected_from = (*last != self.url).then(|| self.url.to_string());
        let origin = self.origin.as_ref();
        message.origin = origin.map(|origin| String::from(origin.serialize()));
        message.method = message.method.or_else(|| Some(self.method.clone()));
        Some(message)
    }

    /// Returns the contradiction between the reported error and the recorded URLs, if the error is about mixed content.
    pub(super) fn contradiction_of_mixed_content(&self) -> Option<Obstacle> {
        let message = self.error_message()?;
        if !message.failures.contains(&Failure::BlockedAsMixedContent) {
            return None;
        }
        let last = self.exchanges.last().map_or(&self.url, |last| &last.url);
        let page = self.origin.as_ref().map(Origin::serialize);
        if last.scheme() == "https" {
            // The URL on http is then the target of a redirect, and is not in the recording.
            Some(Obstacle::MixedContentOfOtherUrl)
        } else if page.is_some_and(|page| page.starts_with("http:")) {
            Some(Obstacle::MixedContentOfHttpPage)
        } else {
            None
        }
    }
}
