//! The source of a recorded response. Some responses are not from a server.

use alloc::{format, string::String};

use ::url::Url;

use super::{raw::RawEntry, raw_response::RawResponse};
use crate::{explain::shown::shown_briefly, infrastructure::url::without_fragment_and_userinfo};

/// The source of the response to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponseSource {
    /// A server. Also the source if the recording does not show the source: Firefox does not record it.
    Server,
    /// The HTTP cache of the browser. The browser checks the stored CORS headers.
    BrowserCache,
    /// A service worker of the page. The browser does not apply the CORS check to the response.
    ServiceWorker,
    /// A test that replaces the response: `route.fulfill` of Playwright. The browser checks the CORS headers of the test.
    Test,
    /// A local override in Safari's Web Inspector.
    Override,
    /// No source, because a test stopped the request: `route.abort` of Playwright.
    StoppedByTest,
}

impl ResponseSource {
    /// Returns the source of the response of an entry.
    pub(super) fn new(entry: &RawEntry<'_>) -> Self {
        let response = entry.response.0.as_ref();
        let fetch_type = entry.fetch_type.as_str().unwrap_or_default();
        if entry.was_aborted.is_true() {
            Self::StoppedByTest
        } else if entry.was_fulfilled.is_true() {
            Self::Test
        } else if fetch_type == "Inspector Override" {
            Self::Override
        } else if fetch_type == "Service Worker"
            || entry.from_service_worker.is_true()
            || response.is_some_and(is_of_service_worker)
        {
            Self::ServiceWorker
        } else if matches!(fetch_type, "Disk Cache" | "Memory Cache")
            || entry.from_cache.filled().is_some()
            || response.is_some_and(|response| response.from_disk_cache.is_true())
        {
            Self::BrowserCache
        } else {
            Self::Server
        }
    }

    /// Returns a note on a response of this source to a request to `url`. `None` if the response is from a server.
    pub(super) fn note(self, url: &Url, is_blocked: bool) -> Option<String> {
        let url = shown_briefly(without_fragment_and_userinfo(url));
        match self {
            Self::BrowserCache if is_blocked => Some(format!(
                "the response of `{url}` is from the cache of the browser, so the server possibly sends other headers now: check `Disable cache` in the network panel, load the page again, and save a new recording"
            )),
            Self::Test => Some(format!(
                "no server sent the response of `{url}`: a test made it (`route.fulfill` of Playwright). Change the headers in the test"
            )),
            Self::Override => Some(format!(
                "no server sent the response of `{url}`: a local override of Web Inspector replaced it. Change the headers in the override, or remove the override"
            )),
            Self::Server | Self::BrowserCache | Self::ServiceWorker | Self::StoppedByTest => None,
        }
    }
}

/// Whether a service worker made the response. If a routing rule of the service worker sent the request to the network, the
/// browser checks the response of the network.
fn is_of_service_worker(response: &RawResponse<'_>) -> bool {
    let is_via_worker =
        response.via_service_worker.is_true() || response.from_service_worker.is_true();
    is_via_worker && response.router_source.as_str() != Some("network")
}
