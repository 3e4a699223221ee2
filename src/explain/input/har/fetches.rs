//! The fetches of a recording. Each fetch is built only when it is needed, so that a recording with many fetches needs
//! little memory.

use alloc::{string::String, vec::Vec};

use ::url::Url;

use super::{
    Recording,
    entry::{Entry, NULL_ORIGIN, origin_of},
    fetch::{RecordedFetch, method_of},
    fetch_members::{fetch_of_chain, fetch_of_preflight, first_preflight},
    pair::{Chain, chains},
    recorder::{is_proxy, leaves_out_blocked_bodies},
};
use crate::infrastructure::origin::Origin;

/// The fetches of a recording that are relevant to CORS, and the fetches to the page's own origin that a redirect leaves.
// Public only for the program of this crate.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct RecordedFetches<'r> {
    recording: &'r Recording,
    /// The entries, in the order in which the requests started.
    entries: Vec<&'r Entry>,
    /// The fetches, in the order of the recording.
    chains: Vec<Chain>,
    /// The origin of all requests, if all requests have the same origin.
    only_origin: Option<String>,
    is_of_proxy: bool,
    has_blocked_bodies: bool,
}

impl<'r> RecordedFetches<'r> {
    pub(super) fn new(recording: &'r Recording) -> Self {
        let entries = sorted(&recording.entries);
        let mut chains = chains(&entries);
        chains.sort_by_key(|chain| {
            let first = entries.get(chain.first_own_entry());
            first.map(|entry| entry.position)
        });
        let creator = recording.creator.as_deref();
        Self {
            recording,
            entries,
            chains,
            only_origin: only_origin(recording),
            is_of_proxy: creator.is_some_and(is_proxy),
            has_blocked_bodies: !leaves_out_blocked_bodies(creator, recording.browser.as_deref()),
        }
    }

    /// Returns the number of the fetches, including the fetches that are not relevant.
    pub const fn len(&self) -> usize {
        self.chains.len()
    }

    /// Whether there is no fetch.
    pub const fn is_empty(&self) -> bool {
        self.chains.is_empty()
    }

    /// Returns the fetch at a position.
    pub fn get(&self, position: usize) -> Option<UnbuiltFetch<'_>> {
        let chain = self.chains.get(position)?;
        Some(UnbuiltFetch {
            fetches: self,
            chain,
        })
    }

    /// Iterates over the fetches.
    pub fn iter(&self) -> impl Iterator<Item = UnbuiltFetch<'_>> {
        self.chains.iter().map(|chain| UnbuiltFetch {
            fetches: self,
            chain,
        })
    }

    /// Returns the origin of the page.
    fn origin(&self, entry: &Entry, preflight: Option<&Entry>) -> Option<Origin> {
        let sent = [Some(entry), preflight].into_iter().flatten();
        let sent = sent.filter_map(Entry::sent_origin);
        let referrer = || {
            let referrer = entry.request_header("referer");
            referrer.and_then(|referrer| origin_of(&referrer))
        };
        let page = || {
            let id = entry.page.as_ref()?;
            let mut pages = self.recording.pages.iter();
            let (_, title) = pages.find(|(page, _)| page == id)?;
            origin_of(title)
        };
        let others: [&dyn Fn() -> Option<String>; 3] =
            [&referrer, &page, &|| self.only_origin.clone()];
        let mut origins = sent.chain(others.iter().filter_map(|origin| origin()));
        origins.find_map(|origin| Origin::parse(origin).ok())
    }
}

/// The parts of a fetch that decide its verdict. Two fetches with equal shapes have the same verdict.
#[doc(hidden)]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FetchShape(Vec<u32>);

/// A fetch of a recording, as a reference to its entries.
// Public only for the program of this crate.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct UnbuiltFetch<'r> {
    fetches: &'r RecordedFetches<'r>,
    chain: &'r Chain,
}

impl UnbuiltFetch<'_> {
    /// Returns the URL of the first request that is not a preflight. If the fetch has a [shape](Self::shape), this is the
    /// URL of the call.
    pub fn url(&self) -> Option<&Url> {
        self.first_request().map(|entry| &entry.url)
    }

    /// Returns the method, the URL and the origin of the call. `None` if all requests of the fetch are to the page's own
    /// origin.
    pub fn call(&self) -> Option<(String, Url, Option<Origin>)> {
        if self.shape().is_none() {
            let fetch = self.build()?;
            return Some((fetch.method, fetch.url, fetch.origin));
        }
        let entry = self.first_request()?;
        let origin = self.origin();
        let method = if self.chain.is_preflight_only() {
            method_of(&entry.request_headers)?
        } else {
            let own = origin.as_ref();
            if own.is_some_and(|origin| origin.is_same_origin_with(&entry.url)) {
                return None;
            }
            entry.method.clone()
        };
        Some((method, entry.url.clone(), origin))
    }

    /// Returns the origin of the page. `None` if the recording does not show the origin.
    fn origin(&self) -> Option<Origin> {
        let entry = self.first_request()?;
        let preflight = if self.chain.is_preflight_only() {
            None
        } else {
            first_preflight(&self.links())
        };
        self.fetches.origin(entry, preflight)
    }

    /// Returns the error that the browser reported for the last request.
    pub fn reported_error(&self) -> Option<&str> {
        let (last, _) = self.chain.links().last()?;
        self.fetches.entries.get(last)?.error.as_deref()
    }

    /// Returns the shape. `None` if the verdict also depends on other parts of the fetch.
    pub fn shape(&self) -> Option<FetchShape> {
        let links = self.chain.links();
        let mut numbers = Vec::with_capacity(4);
        numbers.push(u32::from(self.chain.is_preflight_only()));
        numbers.push(u32::from(self.chain.has_cached_preflight));
        for (index, is_preflight) in links {
            let number = self.fetches.entries.get(index)?.key?;
            numbers.push(number * 2 + u32::from(is_preflight));
        }
        Some(FetchShape(numbers))
    }

    /// Returns the fetch. `None` if all requests of the fetch are to the page's own origin.
    pub fn build(&self) -> Option<RecordedFetch> {
        let entry = self.first_request()?;
        let mut fetch = if self.chain.is_preflight_only() {
            fetch_of_preflight(entry, self.origin())?
        } else {
            fetch_of_chain(entry, &self.links(), self.origin())?
        };
        fetch.has_cached_preflight = self.chain.has_cached_preflight;
        fetch.is_of_proxy = self.fetches.is_of_proxy;
        fetch.has_blocked_bodies = self.fetches.has_blocked_bodies;
        fetch.sends_credentials = fetch
            .sends_credentials
            .or_else(|| fetch.credentials_of_result());
        Some(fetch)
    }

    fn links(&self) -> Vec<(&Entry, bool)> {
        let links = self.chain.links();
        let links = links.filter_map(|(index, is_preflight)| {
            Some((*self.fetches.entries.get(index)?, is_preflight))
        });
        links.collect()
    }

    /// Returns the first request that is not a preflight. If there is only a preflight, returns the preflight.
    fn first_request(&self) -> Option<&Entry> {
        let mut links = self.chain.links();
        let (first, _) = links.clone().next()?;
        let request = links.find(|(_, is_preflight)| !is_preflight);
        let (index, _) = request.unwrap_or((first, true));
        self.fetches.entries.get(index).copied()
    }
}

/// Returns the entries in the order in which the requests started. Some tools write the target of a redirect before the
/// redirect. The order does not change if the times do not have the same form.
fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    let first = entries.first().and_then(time_form_of);
    if first.is_some() && entries.iter().all(|entry| time_form_of(entry) == first) {
        sorted.sort_by(|one, other| one.started.cmp(&other.started));
    }
    sorted
}

/// Returns the length and the time zone of the time of an entry.
fn time_form_of(entry: &Entry) -> Option<(usize, &str)> {
    let started = entry.started.as_deref()?;
    let (_, time) = started.split_once('T')?;
    let zone = time.get(time.find(['Z', '+', '-'])?..)?;
    Some((started.len(), zone))
}

/// Returns the origin of all requests. `None` if the requests have different origins. Requests with the origin `null`
/// are ignored, because a redirect can cause `null`.
fn only_origin(recording: &Recording) -> Option<String> {
    let origins = recording.entries.iter().filter_map(Entry::sent_origin);
    let mut origins = origins.filter(|origin| origin != NULL_ORIGIN);
    let first = origins.next()?;
    origins.all(|origin| origin == first).then_some(first)
}
