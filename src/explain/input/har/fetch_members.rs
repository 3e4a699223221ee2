//! Derives the members of a recorded fetch from its entries.

use alloc::{string::String, vec::Vec};
use core::time::Duration;

use super::{
    browser_error::{has_own_reason, is_ambiguous, is_blocked, message_of_error},
    entry::{Entry, NULL_ORIGIN},
    fetch::{
        Obstacle, RecordedExchange, RecordedFetch, has_no_reason, is_of_script, method_of,
        unsafe_value,
    },
    font_url::has_font_extension,
    header_names::HeaderNames,
    internal_redirect::InternalRedirect,
    response_source::ResponseSource,
};
use crate::{
    Failure,
    explain::input::console::ConsoleMessage,
    fetching::{Progress, UserAgent, start},
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        method::is_cors_safelisted_method,
        origin::Origin,
        request::{CredentialsMode, Mode},
        response::Response,
        safelist::is_cors_safelisted_request_header,
    },
};

/// An entry of a fetch, and whether the entry is a preflight.
pub(super) type Link<'r> = (&'r Entry, bool);

/// Returns the fetch with the requests `chain`. `chain` has the order in which the browser sent the requests. `entry`
/// is the first request that is not a preflight. `None` if all requests of the fetch are to the page's own origin.
///
/// If the browser changed the scheme of the first request to `https:`, the fetch begins with the changed request. The
/// standard changes the URL before the request is sent, so the change is not a redirect.
pub(super) fn fetch_of_chain(
    entry: &Entry,
    chain: &[Link<'_>],
    origin: Option<Origin>,
) -> Option<RecordedFetch> {
    let [(first, false), rest @ ..] = chain else {
        return fetch_of_links(entry, chain, origin);
    };
    if first.internal_redirect != Some(InternalRedirect::Upgrade) {
        return fetch_of_links(entry, chain, origin);
    }
    let mut fetch = match rest.iter().find(|(_, is_preflight)| !is_preflight) {
        Some((changed, _)) if is_redirected(changed, origin.as_ref()) => {
            return fetch_of_links(entry, chain, origin);
        }
        Some((changed, _)) => fetch_of_links(changed, rest, origin)?,
        None => {
            let changed = first.redirected_without_response()?;
            fetch_of_links(&changed, &[(&changed, false)], origin)?
        }
    };
    fetch.upgraded_from = Some(first.url.clone());
    Some(fetch)
}

/// Whether the browser treated the change of the URL as a redirect: the changed request has the origin `null`.
fn is_redirected(changed: &Entry, origin: Option<&Origin>) -> bool {
    changed.request_header("origin").as_deref() == Some(NULL_ORIGIN)
        && matches!(origin, Some(Origin::Tuple(_)))
}

fn fetch_of_links(
    entry: &Entry,
    chain: &[Link<'_>],
    origin: Option<Origin>,
) -> Option<RecordedFetch> {
    let is_cross_origin = chain.iter().any(|(entry, _)| {
        origin
            .as_ref()
            .is_none_or(|origin| !origin.is_same_origin_with(&entry.url))
    });
    if !is_cross_origin {
        return None;
    }
    let preflight = first_preflight(chain);
    let last = chain.last().map_or(entry, |(last, _)| *last);
    let error = error(chain).or(last.error.as_deref());
    let mut fetch = RecordedFetch {
        url: entry.url.clone(),
        method: entry.method.clone(),
        names_without_value: unsent_names(entry, preflight).map(to_string).collect(),
        headers: author_headers(entry, preflight),
        has_body: entry.has_body,
        mode: mode(entry, preflight, last),
        sends_credentials: sends_credentials(chain),
        exchanges: exchanges(chain),
        reported_failure: chain
            .iter()
            .find_map(|(entry, _)| entry.reported)
            .or_else(|| failure_of_error(error?)),
        reported_value: chain
            .iter()
            .find(|(entry, _)| entry.reported.is_some())
            .and_then(|(entry, _)| entry.reported_value.clone()),
        reported_error: error.map(String::from),
        obstacle: None,
        origin,
        upgraded_from: None,
        is_of_proxy: false,
        has_cached_preflight: false,
        has_blocked_bodies: false,
        reports_cors_failure: chain.iter().any(|(entry, _)| entry.reported.is_some()),
    };
    fetch.obstacle = obstacle(&fetch, last, chain);
    Some(fetch)
}

/// Returns the error of the last preflight, if the preflight has no response, and if only this error has a reason: the error of
/// the request then says only that the fetch failed.
fn error<'r>(chain: &[Link<'r>]) -> Option<&'r str> {
    let [.., (preflight, true), (last, false)] = chain else {
        return None;
    };
    let has_reason = |error: &&str| message_of_error(error).is_some_and(|it| has_own_reason(&it));
    let of_preflight = preflight.error.as_deref().filter(has_reason);
    let is_without_reason = last.error.is_none() || has_no_reason(last.error.as_deref());
    of_preflight.filter(|_| preflight.has_no_response && is_without_reason)
}

/// Returns the preflight of the first request of a fetch.
pub(super) fn first_preflight<'r>(chain: &[Link<'r>]) -> Option<&'r Entry> {
    let first = chain.first().filter(|(_, is_preflight)| *is_preflight);
    first.map(|(preflight, _)| *preflight)
}

/// Returns the fetch that caused the preflight. The recording does not have the request that follows the preflight.
/// `None` if the preflight does not request a valid method.
pub(super) fn fetch_of_preflight(
    preflight: &Entry,
    origin: Option<Origin>,
) -> Option<RecordedFetch> {
    let names = || preflight.requested_names.iter();
    Some(RecordedFetch {
        url: preflight.url.clone(),
        method: method_of(&preflight.request_headers)?,
        names_without_value: names().map(to_string).collect(),
        headers: names().map(with_unsafe_value).collect(),
        has_body: false,
        mode: Some(Mode::Cors),
        sends_credentials: None,
        exchanges: Vec::from([exchange(preflight)]),
        reported_failure: preflight.reported,
        reported_value: preflight.reported_value.clone(),
        reported_error: preflight.error.clone(),
        obstacle: origin.is_none().then(|| missing_origin([preflight])),
        origin,
        upgraded_from: None,
        is_of_proxy: false,
        has_cached_preflight: false,
        has_blocked_bodies: false,
        reports_cors_failure: preflight.reported.is_some(),
    })
}

/// Returns the headers that a script set. Leaves out the headers that the browser set.
fn author_headers(entry: &Entry, preflight: Option<&Entry>) -> HeaderList {
    let sent = entry.request_headers.iter();
    let sent = sent.filter(|(name, value)| match preflight {
        // The preflight lists each header that the script set and that is not safelisted.
        Some(preflight) => {
            preflight.requested_names.contains(name) || is_safelisted_of_script(name, value)
        }
        None => is_of_script(name, value),
    });
    let sent = sent.map(|(name, value)| (name.clone(), value.clone()));
    sent.chain(unsent_names(entry, preflight).map(with_unsafe_value))
        .collect()
}

/// Whether a script set the header, and the header does not need a preflight.
fn is_safelisted_of_script(name: &HeaderName, value: &HeaderValue) -> bool {
    is_of_script(name, value)
        && is_cors_safelisted_request_header(name.as_bytes(), value.as_bytes())
}

/// Returns the requested header names of the preflight, except the names that `entry` has.
fn unsent_names<'r>(
    entry: &'r Entry,
    preflight: Option<&'r Entry>,
) -> impl Iterator<Item = &'r HeaderName> {
    let preflight = preflight.into_iter();
    preflight.flat_map(|preflight| preflight.requested_names.without(&entry.sent_names))
}

/// Returns the header with an assumed value that needs a preflight.
fn with_unsafe_value(name: &HeaderName) -> (HeaderName, HeaderValue) {
    (name.clone(), unsafe_value(name))
}

fn to_string(name: &HeaderName) -> String {
    String::from(name.as_str())
}

/// The beginnings of the errors for a response that only a `no-cors` request can get: `Cross-Origin-Resource-Policy` or
/// opaque response blocking refused the response.
const NO_CORS_ERRORS: [&str; 3] = [
    "net::ERR_BLOCKED_BY_RESPONSE.NotSame",
    "net::ERR_BLOCKED_BY_ORB",
    "NS_ERROR_DOM_CORP_FAILED",
];

/// Returns the mode of the requests of a fetch. `entry` is the first request, and `last` is the last request.
fn mode(entry: &Entry, preflight: Option<&Entry>, last: &Entry) -> Option<Mode> {
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
    let error = last.error.as_deref().unwrap_or_default();
    if NO_CORS_ERRORS.iter().any(|start| error.starts_with(start)) {
        return Some(Mode::NoCors);
    }
    // The browser sends `Origin` with a GET or HEAD request only if the request mode is `cors`. So `Origin` in such a
    // request shows this mode.
    let has_cors_origin =
        matches!(&*entry.method, "GET" | "HEAD") && entry.request_headers.contains("origin");
    let is_cors = preflight.is_some()
        || has_cors_origin
        || matches!(
            entry.resource_type.as_deref(),
            Some("xhr" | "eventsource" | "font")
        )
        || !is_cors_safelisted_method(entry.method.as_bytes());
    is_cors.then_some(Mode::Cors)
}

/// Returns whether the fetch is credentialed. `None` if the recording does not show whether the fetch is credentialed.
/// False for a font without recorded credentials, because browsers load cross-origin fonts without credentials. True for
/// a beacon, because `sendBeacon` always sends credentials.
fn sends_credentials(chain: &[Link<'_>]) -> Option<bool> {
    let shows_credentials = chain.iter().any(|(entry, is_preflight)| {
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
        let has_cookie = !is_preflight && is_cross_origin && entry.has_cookies;
        needs_credentials || has_cookie
    });
    let is_of_font = || chain.iter().any(|(entry, _)| is_font(entry));
    let is_of_beacon = chain.iter().any(|(entry, _)| entry.is_ping());
    if shows_credentials || is_of_beacon {
        Some(true)
    } else {
        is_of_font().then_some(false)
    }
}

/// Whether the request is for a font. If the recording does not have the type of the resource, the extension of the file
/// name decides.
fn is_font(entry: &Entry) -> bool {
    let destination = entry.request_header("sec-fetch-dest");
    match (&entry.resource_type, destination.as_deref()) {
        (None, None) => has_font_extension(&entry.url),
        (kind, destination) => kind.as_deref() == Some("font") || destination == Some("font"),
    }
}

/// Returns the exchanges of a fetch.
///
/// After too many redirects, the browser stops, and the recording lacks the last response. The redirects probably form
/// a loop, so this function uses the response of the previous redirect as the last response.
fn exchanges(chain: &[Link<'_>]) -> Vec<RecordedExchange> {
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
        has_no_response: entry.has_no_response
            && entry.reported.is_none()
            && !entry
                .error
                .as_deref()
                .is_some_and(|error| is_blocked(error) || is_ambiguous(error)),
        has_response_body: entry.has_response_body,
        denial: entry.denial.clone(),
        has_no_error: entry.has_no_error,
        error: entry.error.clone(),
        internal_redirect: entry.internal_redirect,
        source: entry.source,
        stored_by: entry.stored_by,
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
fn obstacle(fetch: &RecordedFetch, last: &Entry, chain: &[Link<'_>]) -> Option<Obstacle> {
    let has_source = |source| chain.iter().any(|(entry, _)| entry.source == source);
    if has_source(ResponseSource::ServiceWorker) {
        return Some(Obstacle::ServiceWorker);
    }
    if has_source(ResponseSource::StoppedByTest) {
        return Some(Obstacle::StoppedByTest);
    }
    if fetch.origin.is_none() {
        return Some(missing_origin(chain.iter().map(|(entry, _)| *entry)));
    }
    if fetch.mode != Some(Mode::NoCors) && is_not_modified(fetch, last, first_preflight(chain)) {
        return Some(Obstacle::NotModified);
    }
    let contradiction = fetch.contradiction_of_mixed_content();
    if last.status.is_none() && contradiction.is_some() {
        return contradiction;
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
    if last.reported.is_none() && fails_before_network(fetch) {
        return None;
    }
    // The browser blocked a response, or a preflight failed. Some tools leave out the error next to the reported failure.
    match (last.reported, last.error.as_deref()) {
        (Some(reported), None) => Some(missing_part(Some(reported))),
        (reported, Some(error)) if is_blocked(error) => Some(missing_part(reported)),
        (Some(reported), Some(error)) if is_ambiguous(error) => Some(missing_part(Some(reported))),
        (None, Some(error)) if is_ambiguous(error) => Some(Obstacle::AmbiguousError),
        (_, None) if !last.has_no_response => Some(Obstacle::IncompleteEntry),
        // There is a network error or no response, so the outcome does not depend on response headers.
        _ => None,
    }
}

/// Returns the part that the recording lacks, if the browser blocked a response.
fn missing_part(reported: Option<Failure>) -> Obstacle {
    match reported {
        Some(reported) if reported.on_preflight() == reported => Obstacle::MissingPreflight,
        _ => Obstacle::MissingResponse,
    }
}

/// Whether the fetch fails before the browser sends a request: for example, the page is on https and the URL is on http.
/// Such a failure does not depend on the missing parts of the recording.
fn fails_before_network(fetch: &RecordedFetch) -> bool {
    let request = fetch.request(CredentialsMode::SameOrigin);
    request.and_then(Result::ok).is_some_and(|request| {
        let progress = start(&mut UserAgent::new(), request, Duration::ZERO);
        matches!(progress, Progress::Done(Err(_)))
    })
}

/// Whether the result depends on a stored response, because `last` has the status 304 and lacks a header that the CORS
/// check needs. The browser adds the headers of `last` to the stored response (RFC 9111 §4.3.4).
///
/// False if the preflight lists `If-None-Match` or `If-Modified-Since`. In this case, a script set the listed header,
/// so the browser checks only the headers of `last`.
fn is_not_modified(fetch: &RecordedFetch, last: &Entry, preflight: Option<&Entry>) -> bool {
    let headers = &last.response_headers;
    let lacks_header = match headers.get("access-control-allow-origin").as_deref() {
        None => true,
        // With credentials, the CORS check refuses the wildcard before it reads the second header.
        Some(b"*") => false,
        Some(_) => {
            fetch.sends_credentials == Some(true)
                && !headers.contains("access-control-allow-credentials")
        }
    };
    let names = ["if-none-match", "if-modified-since"].map(HeaderName::from_static);
    let lists = |preflight: &Entry| {
        let requested = &preflight.requested_names;
        names.iter().any(|name| requested.contains(name))
    };
    last.status == Some(http::StatusCode::NOT_MODIFIED)
        && lacks_header
        && last.error.is_none()
        && last.reported.is_none()
        && !preflight.is_some_and(lists)
}

/// Returns the names of the request headers that a script set and that need a preflight.
pub(super) fn unsafe_names(request: &Entry) -> HeaderNames {
    let sent = request.request_headers.iter();
    let unsafe_headers = sent.filter(|(name, value)| {
        is_of_script(name, value)
            && !is_cors_safelisted_request_header(name.as_bytes(), value.as_bytes())
    });
    unsafe_headers.map(|(name, _)| name.clone()).collect()
}

/// Returns the failure that a network error means. An example of a network error is `net::ERR_UNSAFE_PORT`.
fn failure_of_error(error: &str) -> Option<Failure> {
    let message = message_of_error(error).filter(ConsoleMessage::has_reason)?;
    match *message.failures {
        [failure] => Some(failure),
        _ => None,
    }
}
