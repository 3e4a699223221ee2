//! Notes on a recorded fetch: facts of the recording that do not change the verdict.

use alloc::{format, string::String};

use super::{fetch::RecordedFetch, internal_redirect::InternalRedirect};
use crate::explain::Verdict;

/// The error that Chromium reports for a file that it does not use.
const ABORTED: &str = "net::ERR_ABORTED";

impl RecordedFetch {
    /// Returns notes on the redirects that the browser makes itself.
    pub(super) fn internal_redirect_notes(&self) -> impl Iterator<Item = String> {
        let upgraded = self.upgraded_from.iter();
        let upgraded = upgraded.map(|url| InternalRedirect::Upgrade.note(url));
        let redirects = self.exchanges.iter();
        let redirects =
            redirects.filter_map(|exchange| Some(exchange.internal_redirect?.note(&exchange.url)));
        upgraded.chain(redirects)
    }

    /// Returns the note on a response that the page can read, but that the browser did not use, because it is a file with an
    /// error status.
    pub(super) fn note_of_unused_file(&self, verdict: Verdict) -> Option<String> {
        let last = self.exchanges.last()?;
        let error = last.error.as_deref()?;
        let status = last.response.as_ref()?.status.as_u16();
        let is_readable = matches!(verdict, Verdict::Readable | Verdict::Opaque);
        if !is_readable || error != ABORTED || status < 400 {
            return None;
        }
        Some(format!(
            "the browser reported `{ABORTED}`, because the response has the status {status}: Chromium does not use a script, a style sheet or a font with an error status. This is not CORS"
        ))
    }

    /// Returns the note on a preflight that the browser did not send again.
    pub(super) fn cached_preflight_note(&self) -> Option<String> {
        let preflight = self
            .exchanges
            .first()
            .filter(|_| self.has_cached_preflight)?;
        Some(format!(
            "the browser did not send the preflight again: it had cached the response to the preflight in entry {} of the recording",
            preflight.entry + 1
        ))
    }

    /// Returns the notes on the responses that are not from a server.
    pub(super) fn source_notes(&self, is_blocked: bool) -> impl Iterator<Item = String> {
        let exchanges = self.exchanges.iter();
        exchanges.filter_map(move |exchange| exchange.source.note(&exchange.url, is_blocked))
    }
}
