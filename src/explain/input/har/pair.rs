//! Groups the entries of a recording into fetches: each request with its preflights and redirects.

use alloc::{boxed::Box, collections::VecDeque, rc::Rc, vec, vec::Vec};

use core::cell::LazyCell;

use hashbrown::{HashMap, HashSet};

use super::{
    entry::{Entry, origin_of},
    fetch::{has_no_reason, is_of_script, method_of},
    fetch_members::unsafe_names,
    header_names::HeaderNames,
    time::since_1970,
};
use crate::{
    engine::QuirkSet, fetching::cors_preflight_fetch::max_age,
    infrastructure::method::is_cors_safelisted_method,
};

/// The maximum number of redirects that a browser follows.
const MAX_REDIRECTS: usize = 20;

/// The maximum number of preflights to the same URL that are compared with one request.
const MAX_CANDIDATES: usize = 16;

const AUTHORIZATION: &str = "authorization";

/// The positions of entries in the list of entries, by URL and method, or by id and URL.
type Positions<'r> = HashMap<(&'r str, &'r str), VecDeque<usize>>;

/// The entries of a fetch, in the order in which the browser sent the requests.
#[derive(Debug, Clone)]
pub(super) struct Chain {
    /// The first entry. Most fetches have one entry, so its link is not allocated.
    first: Link,
    others: Box<[Link]>,
    /// Whether the first entry is the preflight of an earlier request: the browser had cached its response.
    pub(super) has_cached_preflight: bool,
}

/// The position of an entry in the list of sorted entries, and whether the entry is a preflight.
type Link = (usize, bool);

impl Chain {
    pub(super) fn links(&self) -> impl DoubleEndedIterator<Item = Link> + Clone {
        core::iter::once(self.first).chain(self.others.iter().copied())
    }

    /// Whether the recording does not have the request that follows the preflight.
    pub(super) const fn is_preflight_only(&self) -> bool {
        self.first.1 && self.others.is_empty()
    }

    /// Returns the position of the first entry that is not the preflight of an earlier request.
    pub(super) fn first_own_entry(&self) -> usize {
        let own = self.others.first().filter(|_| self.has_cached_preflight);
        own.unwrap_or(&self.first).0
    }
}

/// Groups the sorted entries into fetches.
pub(super) fn chains(entries: &[&Entry]) -> Vec<Chain> {
    let mut pairing = Pairing::new(entries);
    let mut chains = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        if !entry.is_preflight && !is_used(&pairing.used, index) {
            chains.extend(pairing.chain(index, entry));
        }
    }
    // If a preflight failed, the browser did not send the request. Such a preflight without a request is a separate
    // fetch.
    for (index, entry) in entries.iter().enumerate() {
        if entry.is_preflight && !is_used(&pairing.used, index) {
            chains.push(Chain {
                first: (index, true),
                others: Box::default(),
                has_cached_preflight: false,
            });
        }
    }
    chains
}

struct Pairing<'r> {
    /// The entries, in the order in which the requests started.
    entries: &'r [&'r Entry],
    /// The positions of the requests that are not preflights, by URL. Only for the URLs of preflights, and for the targets
    /// of redirects.
    requests: HashMap<&'r str, VecDeque<usize>>,
    /// The positions of the preflights, by URL and by the id of the request that the preflight is for.
    preflights_by_id: Positions<'r>,
    /// The positions of the preflights, by URL and requested method.
    preflights: Positions<'r>,
    /// The last preflight of an earlier request, by URL and requested method.
    earlier_preflights: HashMap<(&'r str, &'r str), usize>,
    unsafe_names: UnsafeNames,
    /// Whether each entry already belongs to a fetch.
    used: Vec<bool>,
    /// Whether the tool possibly removed the header `Authorization` from the requests.
    can_lack_authorization: bool,
}

impl<'r> Pairing<'r> {
    fn new(entries: &'r [&'r Entry]) -> Self {
        let preflights = entries.iter().filter(|entry| entry.is_preflight);
        let preflights = preflights.map(|entry| entry.url.as_str());
        let redirects = entries
            .iter()
            .filter_map(|entry| entry.redirects_to.as_ref());
        let looked_up: HashSet<&str> = preflights
            .chain(redirects.map(|url| url.as_str()))
            .collect();
        let mut pairing = Self {
            entries,
            requests: HashMap::new(),
            preflights_by_id: HashMap::new(),
            preflights: HashMap::new(),
            earlier_preflights: HashMap::new(),
            unsafe_names: UnsafeNames::default(),
            used: vec![false; entries.len()],
            can_lack_authorization: can_lack_authorization(entries),
        };
        for (index, entry) in entries.iter().enumerate() {
            let url = entry.url.as_str();
            if !entry.is_preflight {
                if looked_up.contains(url) {
                    pairing.requests.entry(url).or_default().push_back(index);
                }
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

    fn set_used(&mut self, index: usize) {
        if let Some(is_used) = self.used.get_mut(index) {
            *is_used = true;
        }
    }

    /// Returns the fetch that begins with the request `entry`.
    fn chain(&mut self, index: usize, entry: &'r Entry) -> Option<Chain> {
        let mut first = None;
        let mut others = Vec::new();
        let mut request_count = 0;
        let mut has_cached_preflight = false;
        let mut next = Some((index, entry));
        while let Some((index, entry)) = next {
            self.set_used(index);
            let mut preflight = self.preflight(index, entry);
            let key = (entry.url.as_str(), &*entry.method);
            if let Some(preflight) = preflight {
                self.earlier_preflights.insert(key, preflight);
            } else if request_count == 0 {
                let earlier = self.earlier_preflights.get(&key).copied();
                preflight = earlier.filter(|earlier| self.is_cached(*earlier, entry));
                has_cached_preflight = preflight.is_some();
            }
            let links = preflight.map(|preflight| (preflight, true));
            for link in links.into_iter().chain([(index, false)]) {
                match first {
                    None => first = Some(link),
                    Some(_) => others.push(link),
                }
            }
            request_count += 1;
            next = if request_count > MAX_REDIRECTS {
                None
            } else {
                self.redirected(index, entry)
            };
        }
        Some(Chain {
            first: first?,
            others: others.into_boxed_slice(),
            has_cached_preflight,
        })
    }

    /// Whether the browser sent the request without a preflight of its own, because it had cached the response to an
    /// earlier preflight of an equal request.
    fn is_cached(&mut self, preflight: usize, request: &Entry) -> bool {
        let Some(preflight) = self.entries.get(preflight) else {
            return false;
        };
        let is_sent = request.status.is_some() && preflight.error.is_none();
        let is_ok = preflight.status.is_some_and(|status| status.is_success());
        let same_origin = preflight.request_headers.get("origin").is_some()
            && preflight.request_headers.get("origin") == request.request_headers.get("origin");
        let unsafe_names = self.unsafe_names.of(request);
        let asks_for_same = has_requested_headers(request, preflight, self.can_lack_authorization)
            && unsafe_names
                .without(&preflight.requested_names)
                .next()
                .is_none();
        let ages = [request, preflight].map(|entry| since_1970(entry.started.as_deref()?));
        let is_fresh = match ages {
            [Some(now), Some(then)] => now
                .checked_sub(then)
                .is_some_and(|age| age.as_secs() < max_age_seconds(preflight)),
            _ => false,
        };
        let needs_preflight = unsafe_names.iter().next().is_some()
            || !is_cors_safelisted_method(request.method.as_bytes());
        needs_preflight && is_sent && is_ok && same_origin && asks_for_same && is_fresh
    }

    /// Returns the preflight of the request `entry`, and marks the preflight as used. If several preflights can belong
    /// to `entry`, these rules choose the preflight, the most important rule first:
    ///
    /// - The preflight has the id of `entry`.
    /// - The preflight lists only headers that `entry` has, or that the tool possibly removed.
    /// - The preflight lists as many headers of `entry` as possible.
    /// - The preflight is as near to `entry` in the recording as possible.
    fn preflight(&mut self, index: usize, entry: &'r Entry) -> Option<usize> {
        let entries = self.entries;
        let can_lack = self.can_lack_authorization;
        let has_requested_headers = |request: &Entry, preflight: &Entry| {
            has_requested_headers(request, preflight, can_lack)
        };
        let url = entry.url.as_str();
        let id = entry.id.as_deref();
        let by_id = id.and_then(|id| self.preflights_by_id.get_mut(&(id, url)));
        let by_url = self.preflights.get_mut(&(url, entry.method.as_str()));
        if by_id.is_none() && by_url.is_none() {
            return None;
        }
        let requests = self.requests.get_mut(url);
        let requests = requests.map(|positions| {
            while positions
                .front()
                .is_some_and(|index| is_used(&self.used, *index))
            {
                positions.pop_front();
            }
            &*positions
        });
        let unsafe_names = LazyCell::new(|| self.unsafe_names.of(entry));
        for positions in [by_id, by_url].into_iter().flatten() {
            while positions
                .front()
                .is_some_and(|index| is_used(&self.used, *index))
            {
                positions.pop_front();
            }
            // The limit keeps the work linear if a page sends the same request very often.
            let candidates = positions.iter().take(MAX_CANDIDATES).enumerate();
            let free = candidates.filter_map(|(at, position)| {
                let preflight = entries.get(*position)?;
                let is_free =
                    !is_used(&self.used, *position) && is_preflight_of(preflight, entry, can_lack);
                is_free.then_some((at, *position, preflight))
            });
            let free: Vec<_> = free.collect();
            let candidates = free.iter().filter(|(_, position, preflight)| {
                // The other requests that can have this preflight. These requests are not part of a fetch yet.
                let others = requests.into_iter().flatten().take(MAX_CANDIDATES);
                let others = others.filter(|other| {
                    !is_used(&self.used, **other)
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
            if let Some((at, index, _)) = nearest {
                positions.remove(at);
                if let Some(is_used) = self.used.get_mut(index) {
                    *is_used = true;
                }
                return Some(index);
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
            .is_some_and(|position| is_used(&self.used, *position))
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
        let was_followed = redirected.id.is_some()
            || redirected.has_sent_headers()
            || entry.has_no_error
            || is_blocked_target(entry, redirected);
        let is_redirected =
            has_same_id && is_of_page && keeps_method && !adds_header && was_followed;
        is_redirected.then_some((next, redirected))
    }
}

/// The [names of the unsafe headers](unsafe_names) of the requests. Entries with the same key have the same names, so the
/// names are found once.
#[derive(Default)]
struct UnsafeNames(HashMap<u32, Rc<HeaderNames>>);

impl UnsafeNames {
    fn of(&mut self, request: &Entry) -> Rc<HeaderNames> {
        let find = || Rc::new(unsafe_names(request));
        match request.key {
            Some(key) => Rc::clone(self.0.entry(key).or_insert_with(find)),
            None => find(),
        }
    }
}

/// Whether the browser followed the redirect `entry`, and blocked the response to `redirected`. Playwright records neither
/// this response nor the headers that the browser adds.
fn is_blocked_target(entry: &Entry, redirected: &Entry) -> bool {
    let page = |entry: &Entry| origin_of(&entry.request_header("referer")?);
    let page_of_redirect = page(entry);
    entry.error.is_none()
        && redirected.status.is_none()
        && has_no_reason(redirected.error.as_deref())
        && page_of_redirect.is_some()
        && page_of_redirect == page(redirected)
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

/// Returns the number of seconds for which a browser caches the response to a preflight.
fn max_age_seconds(preflight: &Entry) -> u64 {
    max_age(&preflight.response_headers, QuirkSet::EMPTY).unwrap_or(0)
}

fn is_used(used: &[bool], index: usize) -> bool {
    used.get(index).copied().unwrap_or_default()
}
