//! Groups the entries of a recording into fetches: each request with its preflights and redirects.

use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    string::String,
    vec::Vec,
};

use core::cell::LazyCell;

use ::url::Url;

use super::{
    Recording,
    entry::{Entry, NULL_ORIGIN, is_file_url},
    fetch::{RecordedFetch, is_of_script, method_of},
    fetch_members::{fetch_of_chain, fetch_of_preflight, first_preflight, unsafe_names},
    recorder::{is_proxy, records_blocked_bodies},
};
use crate::infrastructure::origin::{Origin, TupleOrigin};

/// The maximum number of redirects that a browser follows.
const MAX_REDIRECTS: usize = 20;

/// The maximum number of preflights to the same URL that are compared with one request.
const MAX_CANDIDATES: usize = 16;

const AUTHORIZATION: &str = "authorization";

/// The positions of entries in the list of entries, by URL and method.
type Positions<'r> = BTreeMap<(&'r str, &'r str), VecDeque<usize>>;

pub(super) fn fetches(recording: &Recording) -> Vec<RecordedFetch> {
    let entries = &*sorted(&recording.entries);
    let mut pairing = Pairing::new(recording, entries);
    let mut fetches = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if !entry.is_preflight && !pairing.used.contains(&index) {
            fetches.extend(pairing.fetch(index, entry));
        }
    }
    // If a preflight failed, the browser did not send the request. Such a preflight without a request is a separate
    // fetch.
    for (index, entry) in entries.iter().enumerate() {
        if entry.is_preflight && !pairing.used.contains(&index) {
            fetches.extend(fetch_of_preflight(entry, pairing.origin(entry, None)));
        }
    }
    fetches.sort_by_key(|fetch| fetch.exchanges.first().map(|exchange| exchange.entry));
    let creator = recording.creator.as_deref();
    let is_of_proxy = creator.is_some_and(is_proxy);
    let has_blocked_bodies = creator.is_some_and(records_blocked_bodies);
    for fetch in &mut fetches {
        fetch.is_of_proxy = is_of_proxy;
        fetch.has_blocked_bodies = has_blocked_bodies;
        fetch.sends_credentials = fetch
            .sends_credentials
            .or_else(|| fetch.credentials_of_result());
    }
    fetches
}

/// Returns the entries in the order in which the requests started. Some tools write the target of a redirect before the
/// redirect. The order does not change if the times do not have the same form.
fn sorted(entries: &[Entry]) -> Vec<&Entry> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    let form = |entry: &Entry| {
        let started = entry.started.as_deref()?;
        let (_, time) = started.split_once('T')?;
        let zone = time.get(time.find(['Z', '+', '-'])?..)?;
        Some((started.len(), String::from(zone)))
    };
    let first = entries.first().and_then(form);
    if first.is_some() && entries.iter().all(|entry| form(entry) == first) {
        sorted.sort_by(|one, other| one.started.cmp(&other.started));
    }
    sorted
}

struct Pairing<'r> {
    recording: &'r Recording,
    /// The entries, in the order in which the requests started.
    entries: &'r [&'r Entry],
    /// The positions of the requests that are not preflights, by URL.
    requests: BTreeMap<&'r str, VecDeque<usize>>,
    /// The positions of the preflights, by URL and by the id of the request that the preflight is for.
    preflights_by_id: BTreeMap<(&'r str, &'r str), VecDeque<usize>>,
    /// The positions of the preflights, by URL and requested method.
    preflights: Positions<'r>,
    /// The positions of the entries that already belong to a fetch.
    used: BTreeSet<usize>,
    /// The origin of all requests, if all requests have the same origin.
    only_origin: Option<String>,
    /// Whether the tool possibly removed the header `Authorization` from the requests.
    can_lack_authorization: bool,
}

impl<'r> Pairing<'r> {
    fn new(recording: &'r Recording, entries: &'r [&'r Entry]) -> Self {
        let mut pairing = Self {
            recording,
            entries,
            requests: BTreeMap::new(),
            preflights_by_id: BTreeMap::new(),
            preflights: BTreeMap::new(),
            used: BTreeSet::new(),
            only_origin: only_origin(recording),
            can_lack_authorization: can_lack_authorization(entries),
        };
        for (index, entry) in entries.iter().enumerate() {
            let url = entry.url.as_str();
            if !entry.is_preflight {
                pairing.requests.entry(url).or_default().push_back(index);
                continue;
            }
            if let Some(id) = &entry.initiator_request {
                let by_id = pairing.preflights_by_id.entry((id, url)).or_default();
                by_id.push_back(index);
            }
            let method = entry
                .request_headers
                .values("access-control-request-method")
                .next();
            let method = method.and_then(|method| core::str::from_utf8(method.as_bytes()).ok());
            let positions = pairing
                .preflights
                .entry((url, method.unwrap_or_default()))
                .or_default();
            positions.push_back(index);
        }
        pairing
    }

    /// Returns the fetch that begins with the request `entry`. `None` if all requests of the fetch are to the page's
    /// own origin.
    fn fetch(&mut self, index: usize, entry: &'r Entry) -> Option<RecordedFetch> {
        let mut chain = Vec::new();
        let mut next = Some((index, entry));
        while let Some((index, entry)) = next {
            self.used.insert(index);
            let preflight = self.preflight(index, entry);
            chain.extend(preflight.map(|preflight| (preflight, true)));
            chain.push((entry, false));
            next = if chain
                .iter()
                .filter(|(_, is_preflight)| !is_preflight)
                .count()
                > MAX_REDIRECTS
            {
                None
            } else {
                self.redirected(index, entry)
            };
        }
        let preflight = first_preflight(&chain);
        fetch_of_chain(entry, &chain, self.origin(entry, preflight))
    }

    /// Returns the preflight of the request `entry`, and marks the preflight as used. If several preflights can belong
    /// to `entry`, these rules choose the preflight, the most important rule first:
    ///
    /// - The preflight has the id of `entry`.
    /// - The preflight lists only headers that `entry` has, or that the tool possibly removed.
    /// - The preflight lists as many headers of `entry` as possible.
    /// - The preflight is as near to `entry` in the recording as possible.
    fn preflight(&mut self, index: usize, entry: &'r Entry) -> Option<&'r Entry> {
        let entries = self.entries;
        let can_lack = self.can_lack_authorization;
        let has_requested_headers = |request: &Entry, preflight: &Entry| {
            has_requested_headers(request, preflight, can_lack)
        };
        let url = entry.url.as_str();
        let id = entry.id.as_deref();
        let requests = self.requests.get_mut(url);
        let requests = requests.map(|positions| {
            while positions
                .front()
                .is_some_and(|index| self.used.contains(index))
            {
                positions.pop_front();
            }
            &*positions
        });
        let unsafe_names = LazyCell::new(|| unsafe_names(entry));
        let by_id = id.and_then(|id| self.preflights_by_id.get_mut(&(id, url)));
        let by_url = self.preflights.get_mut(&(url, entry.method.as_str()));
        for positions in [by_id, by_url].into_iter().flatten() {
            while positions
                .front()
                .is_some_and(|index| self.used.contains(index))
            {
                positions.pop_front();
            }
            // The limit keeps the work linear if a page sends the same request very often.
            let candidates = positions.iter().take(MAX_CANDIDATES).enumerate();
            let free = candidates.filter_map(|(at, position)| {
                let preflight = entries.get(*position)?;
                let is_free =
                    !self.used.contains(position) && is_preflight_of(preflight, entry, can_lack);
                is_free.then_some((at, *position, preflight))
            });
            let free: Vec<_> = free.collect();
            let candidates = free.iter().filter(|(_, position, preflight)| {
                // The other requests that can have this preflight. These requests are not part of a fetch yet.
                let others = requests.into_iter().flatten().take(MAX_CANDIDATES);
                let others = others.filter(|other| {
                    !self.used.contains(other)
                        && entries.get(**other).is_some_and(|request| {
                            method_of(&preflight.request_headers).as_ref() == Some(&request.method)
                                && has_requested_headers(request, preflight)
                        })
                });
                if !has_requested_headers(entry, preflight) {
                    return others.count() == 0;
                }
                let has_id = id.is_some() && preflight.initiator_request.as_deref() == id;
                if has_id || entry.sent_names.contains_all(&preflight.requested_names) {
                    return true;
                }
                // `Authorization` is not in the recording, so the headers do not show which request has the preflight.
                // If there are more requests than preflights, the nearest request has the preflight.
                let distance = position.abs_diff(index);
                let is_nearer = |other: &usize| position.abs_diff(*other) < distance;
                others.clone().count() < free.len()
                    || !others.copied().any(|other| is_nearer(&other))
            });
            let nearest = candidates.copied().min_by_key(|(_, _, preflight)| {
                let distance = preflight.position.abs_diff(entry.position);
                let is_other = !has_requested_headers(entry, preflight);
                let unlisted = unsafe_names.without(&preflight.requested_names);
                (is_other, unlisted.count(), distance)
            });
            if let Some((at, index, preflight)) = nearest {
                positions.remove(at);
                self.used.insert(index);
                return Some(preflight);
            }
        }
        None
    }

    /// Returns the next request of the fetch, if the response to `entry` is a redirect.
    fn redirected(&mut self, index: usize, entry: &Entry) -> Option<(usize, &'r Entry)> {
        let location = entry.redirects_to.as_ref()?;
        let entries = self.entries;
        let positions = self.requests.get_mut(location.as_str())?;
        while positions
            .front()
            .is_some_and(|position| self.used.contains(position))
        {
            positions.pop_front();
        }
        let next = *positions.front().filter(|position| **position > index)?;
        let redirected = entries.get(next)?;
        let has_same_id = redirected.id.is_none() || redirected.id == entry.id;
        // After a redirect, the browser sends the `Origin` of `entry`, or `null`. A request with any other `Origin`
        // belongs to a different page.
        let origins = entry
            .request_header("origin")
            .zip(redirected.request_header("origin"));
        let is_of_page = origins.is_none_or(|(sent, next)| next == sent || next == "null");
        let keeps_method = redirected.method == entry.method || !entry.keeps_method();
        // A redirect does not add a header that a script sets. So if `redirected` has such a header and `entry` does
        // not, `redirected` belongs to a different fetch. `Authorization` does not count: the browser adds this header
        // if the new URL has a user name.
        let mut sent = redirected.request_headers.iter();
        let adds_header = entry.has_sent_headers()
            && sent.any(|(name, value)| {
                name.as_str() != AUTHORIZATION
                    && is_of_script(name, value)
                    && !entry.request_headers.contains(name.as_str())
            });
        // If an entry has neither an id nor the headers of the browser, the browser did not send the request: its
        // preflight failed. Such an entry belongs to this fetch only if the recording says that the redirect has no
        // error, because the browser then followed the redirect.
        let was_followed =
            redirected.id.is_some() || redirected.has_sent_headers() || entry.has_no_error;
        let is_redirected =
            has_same_id && is_of_page && keeps_method && !adds_header && was_followed;
        is_redirected.then_some((next, redirected))
    }

    /// Returns the origin of the page.
    fn origin(&self, entry: &Entry, preflight: Option<&Entry>) -> Option<Origin> {
        let sent = [Some(entry), preflight].into_iter().flatten();
        let sent = sent.filter_map(Entry::sent_origin);
        let referrer = entry
            .request_header("referer")
            .and_then(|referrer| origin_of(&referrer));
        let page = entry.page.as_ref().and_then(|id| {
            let mut pages = self.recording.pages.iter();
            let (_, title) = pages.find(|(page, _)| page == id)?;
            origin_of(title)
        });
        let mut origins = sent
            .chain(referrer)
            .chain(page)
            .chain(self.only_origin.clone());
        origins.find_map(|origin| Origin::parse(origin).ok())
    }
}

fn origin_of(url: &str) -> Option<String> {
    if is_file_url(url.as_bytes()) {
        return Some(String::from(NULL_ORIGIN));
    }
    let origin = TupleOrigin::from_url(&Url::parse(url).ok()?)?;
    Some(String::from(origin.serialize()))
}

/// Returns the origin of all requests. `None` if the requests have different origins. Requests with the origin `null`
/// are ignored, because a redirect can cause `null`.
fn only_origin(recording: &Recording) -> Option<String> {
    let origins = recording.entries.iter().filter_map(Entry::sent_origin);
    let mut origins = origins.filter(|origin| origin != NULL_ORIGIN);
    let first = origins.next()?;
    origins.all(|origin| origin == first).then_some(first)
}

/// Whether the tool possibly removed the header `Authorization`: no request of the recording has this header. The default
/// export of Chrome removes it from each request.
fn can_lack_authorization(entries: &[&Entry]) -> bool {
    let mut entries = entries.iter();
    !entries.any(|entry| entry.request_headers.contains(AUTHORIZATION))
}

/// Whether a preflight can belong to a request. The caller has already compared the URL and the method.
fn is_preflight_of(preflight: &Entry, request: &Entry, can_lack_authorization: bool) -> bool {
    let origins = preflight
        .request_headers
        .get("origin")
        .zip(request.request_headers.get("origin"));
    if origins.is_some_and(|(preflight, request)| preflight != request) {
        return false;
    }
    // If a preflight fails, the browser does not send the request. Some recordings then lack the headers that the
    // script set, so this function cannot compare these headers with the preflight.
    !request.has_sent_headers()
        || request.status.is_none()
        || has_requested_headers(request, preflight, can_lack_authorization)
}

/// Whether the request has all requested headers of the preflight, except `Authorization` if the tool possibly removed
/// this header.
fn has_requested_headers(request: &Entry, preflight: &Entry, can_lack_authorization: bool) -> bool {
    let mut missing = preflight.requested_names.without(&request.sent_names);
    missing.all(|name| can_lack_authorization && name.as_str() == AUTHORIZATION)
}
