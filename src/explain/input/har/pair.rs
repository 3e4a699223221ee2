//! Groups the entries of a recording into fetches: each request with its preflights and redirects.

use alloc::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    string::String,
    vec::Vec,
};

use ::url::Url;

use super::{
    Recording,
    entry::{Entry, NULL_ORIGIN, is_file_url},
    fetch::{Obstacle, RecordedExchange, RecordedFetch, is_of_script, method_of, unsafe_value},
};
use crate::{
    Failure,
    explain::input::console::ConsoleMessage,
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        origin::{Origin, TupleOrigin},
        request::Mode,
        response::Response,
        safelist::is_cors_safelisted_request_header,
    },
};

/// The maximum number of redirects that a browser follows.
const MAX_REDIRECTS: usize = 20;

/// The maximum number of preflights to the same URL that are compared with one request.
const MAX_CANDIDATES: usize = 16;

/// The positions of entries in the list of entries, by URL and method.
type Positions<'r> = BTreeMap<(&'r str, &'r str), VecDeque<usize>>;

pub(super) fn fetches(recording: &Recording) -> Vec<RecordedFetch> {
    let mut pairing = Pairing::new(recording);
    let mut fetches = Vec::new();
    for (index, entry) in recording.entries.iter().enumerate() {
        if !entry.is_preflight && !pairing.used.contains(&index) {
            fetches.extend(pairing.fetch(index, entry));
        }
    }
    // If a preflight failed, the browser did not send the request. Such a preflight without a request is a separate
    // fetch.
    for (index, entry) in recording.entries.iter().enumerate() {
        if entry.is_preflight && !pairing.used.contains(&index) {
            fetches.extend(pairing.fetch_of_preflight(entry));
        }
    }
    fetches.sort_by_key(|fetch| fetch.exchanges.first().map(|exchange| exchange.entry));
    fetches
}

struct Pairing<'r> {
    recording: &'r Recording,
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
}

impl<'r> Pairing<'r> {
    fn new(recording: &'r Recording) -> Self {
        let mut pairing = Self {
            recording,
            requests: BTreeMap::new(),
            preflights_by_id: BTreeMap::new(),
            preflights: BTreeMap::new(),
            used: BTreeSet::new(),
            only_origin: only_origin(recording),
        };
        for (index, entry) in recording.entries.iter().enumerate() {
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
        let (mut next, mut last) = (Some((index, entry)), entry);
        while let Some((index, entry)) = next {
            self.used.insert(index);
            let preflight = self.preflight(entry);
            chain.extend(preflight.map(|preflight| (preflight, true)));
            chain.push((entry, false));
            last = entry;
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
        let preflight = chain.first().filter(|(_, is_preflight)| *is_preflight);
        let preflight = preflight.map(|(preflight, _)| *preflight);
        let origin = self.origin(entry, preflight);
        let is_cross_origin = chain.iter().any(|(entry, _)| {
            origin
                .as_ref()
                .is_none_or(|origin| !origin.is_same_origin_with(&entry.url))
        });
        if !is_cross_origin {
            return None;
        }
        let mut fetch = RecordedFetch {
            url: entry.url.clone(),
            method: entry.method.clone(),
            names_without_value: names_without_value(entry, preflight),
            headers: author_headers(entry, preflight),
            has_body: entry.has_body,
            mode: mode(entry, preflight),
            sends_credentials: sends_credentials(&chain),
            exchanges: exchanges(&chain),
            reported_failure: chain
                .iter()
                .find_map(|(entry, _)| entry.reported)
                .or_else(|| failure_of_error(last.error.as_deref()?)),
            reported_error: last.error.clone(),
            obstacle: None,
            origin,
        };
        fetch.obstacle = obstacle(&fetch, last, &chain);
        Some(fetch)
    }

    /// Returns the fetch of `preflight`. The recording does not have the request that belongs to this preflight. `None`
    /// if the preflight does not ask for a valid method.
    fn fetch_of_preflight(&self, preflight: &'r Entry) -> Option<RecordedFetch> {
        let mut headers = HeaderList::new();
        add_requested_headers(&mut headers, preflight, &HeaderList::new());
        let names_without_value = headers.iter().map(|(name, _)| String::from(name.as_str()));
        let names_without_value = names_without_value.collect();
        let origin = self.origin(preflight, None);
        Some(RecordedFetch {
            url: preflight.url.clone(),
            method: method_of(&preflight.request_headers)?,
            names_without_value,
            headers,
            has_body: false,
            mode: Some(Mode::Cors),
            sends_credentials: None,
            exchanges: Vec::from([exchange(preflight)]),
            reported_failure: preflight.reported,
            reported_error: preflight.error.clone(),
            obstacle: origin.is_none().then(|| missing_origin([preflight])),
            origin,
        })
    }

    /// Returns the preflight of a request, and marks the preflight as used. If several preflights can belong to the
    /// request, returns the preflight that is nearest to the request in the recording.
    fn preflight(&mut self, entry: &'r Entry) -> Option<&'r Entry> {
        let entries = &self.recording.entries;
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
            let candidates = candidates.filter_map(|(at, index)| {
                let preflight = entries.get(*index)?;
                let is_free = !self.used.contains(index) && is_preflight_of(preflight, entry);
                let is_own = has_requested_headers(entry, preflight)
                    || !is_of_other(&self.used, requests, entries, preflight);
                (is_free && is_own).then_some((at, *index, preflight))
            });
            let nearest = candidates.min_by_key(|(_, _, preflight)| {
                let distance = preflight.position.abs_diff(entry.position);
                (!has_requested_headers(entry, preflight), distance)
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
        let entries = &self.recording.entries;
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
                name.as_str() != "authorization"
                    && is_of_script(name, value)
                    && !entry.request_headers.contains(name.as_str())
            });
        // If an entry has neither an id nor the headers of the browser, the browser did not send the request: its
        // preflight failed. Such an entry belongs to a different fetch.
        let was_sent = redirected.id.is_some() || redirected.has_sent_headers();
        let is_redirected = has_same_id && is_of_page && keeps_method && !adds_header && was_sent;
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

/// Returns the origin of all requests. `None` if the requests have different origins. Requests with the origin `null` are
/// ignored, because a redirect can cause `null`.
fn only_origin(recording: &Recording) -> Option<String> {
    let origins = recording.entries.iter().filter_map(Entry::sent_origin);
    let mut origins = origins.filter(|origin| origin != NULL_ORIGIN);
    let first = origins.next()?;
    origins.all(|origin| origin == first).then_some(first)
}

/// Whether a preflight can belong to a request. The caller has already compared the URL and the method.
fn is_preflight_of(preflight: &Entry, request: &Entry) -> bool {
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
        || has_requested_headers(request, preflight)
}

/// Whether the preflight is probably for a request that does not belong to a fetch yet. The request must have the
/// requested method and all requested headers of the preflight. `requests` has the positions of the requests to the URL
/// of the preflight.
fn is_of_other(
    used: &BTreeSet<usize>,
    requests: Option<&VecDeque<usize>>,
    entries: &[Entry],
    preflight: &Entry,
) -> bool {
    let mut requests = requests.into_iter().flatten().take(MAX_CANDIDATES);
    requests.any(|index| {
        entries.get(*index).is_some_and(|request| {
            !used.contains(index)
                && method_of(&preflight.request_headers).as_ref() == Some(&request.method)
                && has_requested_headers(request, preflight)
        })
    })
}

/// Whether the request has all requested headers of the preflight.
fn has_requested_headers(request: &Entry, preflight: &Entry) -> bool {
    requested_names(preflight).all(|name| request.request_headers.contains(name.as_str()))
}

fn requested_names(preflight: &Entry) -> impl Iterator<Item = HeaderName> {
    let names = preflight
        .request_headers
        .get_decode_and_split("access-control-request-headers");
    let names = names.into_iter().flatten();
    names.filter_map(|name| HeaderName::new(&name).ok())
}

/// Returns the headers that a script set. Leaves out the headers that the browser set.
fn author_headers(entry: &Entry, preflight: Option<&Entry>) -> HeaderList {
    let requested: Vec<_> = preflight.into_iter().flat_map(requested_names).collect();
    let sent = entry.request_headers.iter();
    let sent = sent.filter(|(name, value)| match preflight {
        // The preflight lists each header that the script set and that is not safelisted.
        Some(_) => requested.contains(name) || is_safelisted_of_script(name, value),
        None => is_of_script(name, value),
    });
    let mut headers: HeaderList = sent
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if let Some(preflight) = preflight {
        let sent = headers.clone();
        add_requested_headers(&mut headers, preflight, &sent);
    }
    headers
}

/// Whether a script set the header, and the header does not need a preflight.
fn is_safelisted_of_script(name: &HeaderName, value: &HeaderValue) -> bool {
    is_of_script(name, value)
        && is_cors_safelisted_request_header(name.as_bytes(), value.as_bytes())
}

/// Adds each requested header of the preflight if `sent` does not have the header.
fn add_requested_headers(headers: &mut HeaderList, preflight: &Entry, sent: &HeaderList) {
    for name in requested_names(preflight) {
        if !sent.contains(name.as_str()) {
            let value: HeaderValue = unsafe_value(&name);
            headers.append(name, value);
        }
    }
}

/// Returns the requested header names of the preflight, except the names that `entry` has.
fn names_without_value(entry: &Entry, preflight: Option<&Entry>) -> Vec<String> {
    let names = preflight.into_iter().flat_map(requested_names);
    let names = names.filter(|name| !entry.request_headers.contains(name.as_str()));
    names.map(|name| String::from(name.as_str())).collect()
}

fn mode(entry: &Entry, preflight: Option<&Entry>) -> Option<Mode> {
    match entry.request_header("sec-fetch-mode").as_deref() {
        Some("cors") => return Some(Mode::Cors),
        Some("no-cors") => return Some(Mode::NoCors),
        Some("same-origin") => return Some(Mode::SameOrigin),
        _ => {}
    }
    match entry.reported {
        Some(Failure::DisallowedByMode) => return Some(Mode::SameOrigin),
        Some(Failure::NoCorsRedirectModeNotFollow) => return Some(Mode::NoCors),
        Some(_) => return Some(Mode::Cors),
        None => {}
    }
    // The browser sends `Origin` with a GET or HEAD request only if the request mode is `cors`. So `Origin` in such a
    // request shows this mode.
    let has_cors_origin =
        matches!(&*entry.method, "GET" | "HEAD") && entry.request_headers.contains("origin");
    let is_cors = preflight.is_some()
        || has_cors_origin
        || entry.resource_type.as_deref() == Some("xhr")
        || !matches!(&*entry.method, "GET" | "HEAD" | "POST");
    is_cors.then_some(Mode::Cors)
}

/// Returns whether the fetch is credentialed. `None` if the recording does not show whether the fetch is credentialed.
/// False for a font, because browsers load cross-origin fonts without credentials.
fn sends_credentials(chain: &[(&Entry, bool)]) -> Option<bool> {
    let is_font = |entry: &Entry| {
        entry.resource_type.as_deref() == Some("font")
            || entry.request_header("sec-fetch-dest").as_deref() == Some("font")
    };
    let mut entries = chain.iter();
    if entries.any(|(entry, _)| is_font(entry)) {
        return Some(false);
    }
    chain
        .iter()
        .any(|(entry, is_preflight)| {
            let needs_credentials = matches!(
                entry.reported,
                Some(
                    Failure::WildcardOriginNotAllowed
                        | Failure::PreflightWildcardOriginNotAllowed
                        | Failure::InvalidAllowCredentials
                        | Failure::PreflightInvalidAllowCredentials
                )
            );
            let is_cross_origin = entry.is_same_origin() == Some(false);
            let has_cookie =
                !is_preflight && is_cross_origin && entry.request_headers.contains("cookie");
            needs_credentials || has_cookie
        })
        .then_some(true)
}

/// Returns the exchanges of a fetch.
///
/// After too many redirects, the browser stops, and the recording lacks the last response. The redirects probably form
/// a loop, so this function uses the response of the previous redirect as the last response.
fn exchanges(chain: &[(&Entry, bool)]) -> Vec<RecordedExchange> {
    let mut exchanges: Vec<_> = chain.iter().map(|(entry, _)| exchange(entry)).collect();
    let error = chain.last().and_then(|(entry, _)| entry.error.as_deref());
    let has_looped = error.and_then(failure_of_error) == Some(Failure::TooManyRedirects);
    if let [before @ .., last] = &mut *exchanges
        && has_looped
        && last.response.is_none()
    {
        let mut before = before.iter().rev();
        let redirect = before.find(|exchange| !exchange.is_preflight);
        last.response = redirect.and_then(|redirect| redirect.response.clone());
        last.is_response_assumed = last.response.is_some();
    }
    exchanges
}

fn exchange(entry: &Entry) -> RecordedExchange {
    RecordedExchange {
        entry: entry.position,
        is_preflight: entry.is_preflight,
        method: entry.method.clone(),
        url: entry.url.clone(),
        request_headers: entry.request_headers.clone(),
        response: entry
            .response()
            .map(|(status, headers)| Response::new(status, headers.clone())),
        is_status_assumed: entry.is_status_assumed,
        is_response_assumed: false,
        // If the browser blocked the response, the server sent a response, even if the recording lacks the response.
        has_no_response: entry.has_no_response && !entry.error.as_deref().is_some_and(is_blocked),
        has_response_body: entry.has_response_body,
        error: entry.error.clone(),
    }
}

/// Returns the reason why the origin of the page is unknown.
fn missing_origin<'r>(entries: impl IntoIterator<Item = &'r Entry>) -> Obstacle {
    let mut entries = entries.into_iter();
    if entries.any(|entry| entry.request_headers.contains("origin")) {
        Obstacle::InvalidOrigin
    } else {
        Obstacle::UnknownOrigin
    }
}

/// Returns the reason why the outcome of a fetch cannot be computed.
fn obstacle(fetch: &RecordedFetch, last: &Entry, chain: &[(&Entry, bool)]) -> Option<Obstacle> {
    if fetch.origin.is_none() {
        return Some(missing_origin(chain.iter().map(|(entry, _)| *entry)));
    }
    let is_after_redirect = chain
        .iter()
        .filter(|(_, is_preflight)| !is_preflight)
        .count()
        > 1;
    let last_has_preflight = chain
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|(_, is_preflight)| *is_preflight);
    if last.status.is_some() || last_has_preflight || is_after_redirect {
        return None;
    }
    match last.error.as_deref() {
        // The browser blocked a response, or a preflight failed.
        Some(error) if is_blocked(error) => Some(match last.reported {
            Some(reported) if reported.on_preflight() == reported => Obstacle::MissingPreflight,
            _ => Obstacle::MissingResponse,
        }),
        None if !last.has_no_response => Some(Obstacle::IncompleteEntry),
        // There is a network error or no response, so the outcome does not depend on response headers.
        _ => None,
    }
}

/// Returns the failure that a network error means. An example of a network error is `net::ERR_UNSAFE_PORT`.
fn failure_of_error(error: &str) -> Option<Failure> {
    let message = ConsoleMessage::parse(error)
        .ok()
        .filter(ConsoleMessage::has_reason)?;
    match *message.failures {
        [failure] => Some(failure),
        _ => None,
    }
}

/// Whether the error means that the browser blocked a response.
fn is_blocked(error: &str) -> bool {
    let beginnings = ["net::ERR_FAILED", "net::ERR_BLOCKED_BY_RESPONSE"];
    let is_of_chromium = beginnings
        .iter()
        .any(|beginning| error.starts_with(beginning));
    // Tools that do not use Chromium's names of errors write the console message as the error.
    is_of_chromium || error.contains("Access-Control-") || error.contains("CORS")
}
