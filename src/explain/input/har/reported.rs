//! The CORS failure that Chromium reports in a recording, as a message of its console.

use alloc::string::{String, ToString};

use super::RecordedFetch;
use crate::explain::input::console::ConsoleMessage;

impl RecordedFetch {
    /// Returns the message that Chromium prints in its console for the reported failure. The message explains a fetch
    /// whose outcome cannot be computed. `None` if the recording has no failure that Chromium prints such a message for.
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
        let mut message =
            ConsoleMessage::of_chromium(self.reported_failure?, self.reported_value.as_deref())?;
        let mut exchanges = self.exchanges.iter().rev();
        let last = exchanges.next().map_or(&self.url, |last| &last.url);
        message.url = Some(last.to_string());
        message.redirected_from = (*last != self.url).then(|| self.url.to_string());
        let origin = self.origin.as_ref();
        message.origin = origin.map(|origin| String::from(origin.serialize()));
        let method = (self.method != "GET").then(|| self.method.clone());
        message.method = message.method.or(method);
        Some(message)
    }
}
