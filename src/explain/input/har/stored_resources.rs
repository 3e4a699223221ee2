//! The resources that a page loads without CORS, such as the image of an `<img>` without `crossorigin`. The browser stores
//! the response, which possibly has no CORS headers. A later fetch of the same URL can get the stored response.

use alloc::{boxed::Box, collections::BTreeMap};

use super::{raw::RawEntry, raw_response::RawResponse, response_source::ResponseSource};

/// The maximum length of all URLs, so that a recording with many resources needs little memory.
const MAX_BYTES: usize = 1 << 20;

/// The types of the resources that the elements of a page load without CORS, if these elements have no `crossorigin`.
const RESOURCE_TYPES: [&str; 4] = ["image", "media", "script", "stylesheet"];

/// The URLs of the resources, without fragments, each with the position of its first entry.
#[derive(Debug, Clone, Default)]
pub(super) struct StoredResources {
    positions: BTreeMap<Box<str>, usize>,
    bytes: usize,
}

impl StoredResources {
    /// Adds the entry at a position if the entry is a loaded resource.
    pub(super) fn add(&mut self, entry: &RawEntry<'_>, position: usize) {
        let Some(url) = url(entry).filter(|_| is_loaded_without_cors(entry)) else {
            return;
        };
        let bytes = self.bytes.saturating_add(url.len());
        if bytes <= MAX_BYTES && !self.positions.contains_key(url) {
            self.positions.insert(url.into(), position);
            self.bytes = bytes;
        }
    }

    /// Returns the position of the entry that probably stored the response of this later entry. `None` if the response is
    /// not from the cache of the browser, or if no earlier entry is a resource with this URL.
    pub(super) fn source_of(&self, entry: &RawEntry<'_>) -> Option<usize> {
        if ResponseSource::new(entry) != ResponseSource::BrowserCache {
            return None;
        }
        self.positions.get(url(entry)?).copied()
    }
}

fn url<'e>(entry: &'e RawEntry<'_>) -> Option<&'e str> {
    entry.request.0.as_ref()?.url.as_str()?.split('#').next()
}

/// Whether the entry is a successful request with the mode `no-cors`.
fn is_loaded_without_cors(entry: &RawEntry<'_>) -> bool {
    let Some(request) = &entry.request.0 else {
        return false;
    };
    let is_ok = entry.response.0.as_ref().is_some_and(RawResponse::is_ok);
    let is_no_cors = match request.headers.value_of("sec-fetch-mode") {
        Some(mode) => mode == "no-cors",
        None => {
            let is_resource = |kind: &str| {
                let mut types = RESOURCE_TYPES.iter();
                types.any(|resource| kind.eq_ignore_ascii_case(resource))
            };
            entry.kind_of_resource().is_some_and(is_resource)
                && request.headers.value_of("origin").is_none()
        }
    };
    is_ok && is_no_cors
}
