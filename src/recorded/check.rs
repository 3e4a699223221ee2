//! The check of a recording against a policy.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use ::url::Url;
use http::StatusCode;

use super::{
    ask::{Ask, asks, granted, needs_permission, run},
    exposed::exposed_headers,
    reasons::{Reasons, reasons_of},
    unchecked::{UncheckedFetch, UncheckedReason},
};
use crate::{
    explain::input::RecordedFetch,
    fetching::HttpRequest,
    infrastructure::{header::HeaderValue, response::Response},
    server::{AllowList, CorsPolicy},
};

/// The requests of a recording, each with the policy's verdict.
///
/// ```
/// use fetch_cors::{recorded::check_policy, server::CorsPolicy};
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let check = check_policy(&policy, &[], |_| true);
/// assert!(check.requests.is_empty() && check.unchecked.is_empty());
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PolicyCheck {
    /// The checked requests. A fetch that reaches several servers has one element for each server.
    pub requests: Vec<CheckedRequest>,
    /// The fetches that are not checked.
    pub unchecked: Vec<UncheckedFetch>,
}

/// A recorded request, and the policy's verdict on the request. A request and its preflight are one `CheckedRequest`.
///
/// ```
/// use fetch_cors::{explain::input::Recording, recorded::{RequestVerdict, check_policy}, server::CorsPolicy};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "GET", "url": "https://api.example/", "headers": [
///         {"name": "Origin", "value": "https://app.example"}, {"name": "Cookie", "value": "a=b"}]},
///     "response": {"status": 200, "headers": []}
/// }]}}"#)?;
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let check = check_policy(&policy, &recording.fetches(), |_| true);
/// let request = &check.requests[0];
/// assert_eq!((&*request.server, request.entry), ("https://api.example", 0));
/// let reasons = vec!["credentialed requests are not allowed: set `credentials` to `true`".to_string()];
/// assert_eq!(request.verdict, RequestVerdict::Denied { reasons });
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckedRequest {
    /// The position of the fetch's first entry in the recording, counted from 0.
    pub entry: usize,
    /// The origin of the server.
    pub server: String,
    /// The method of the request.
    pub method: String,
    /// The URL of the request.
    pub url: Url,
    /// The value of `Origin`.
    pub origin: String,
    /// The policy's verdict on the request.
    pub verdict: RequestVerdict,
    /// The names of the response headers that the policy does not expose, although the recorded server exposes them and
    /// the page could read them. The names are in lower case.
    pub hidden_headers: Vec<String>,
}

/// A policy's verdict on a recorded request.
///
/// ```
/// use fetch_cors::recorded::RequestVerdict;
/// assert!(RequestVerdict::AllowedWithoutCredentials.is_allowed());
/// assert!(!RequestVerdict::Denied { reasons: Vec::new() }.is_allowed());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
// Exhaustive: a policy allows a request, allows it under one condition, or denies it.
pub enum RequestVerdict {
    /// The policy allows the request.
    Allowed,
    /// The policy allows the request only if the request does not have credentials. The recording does not show whether
    /// the request has credentials.
    AllowedWithoutCredentials,
    /// The policy denies the request.
    Denied {
        /// All reasons for the denial, each with the necessary change of the policy or of the page.
        reasons: Vec<String>,
    },
}

impl RequestVerdict {
    /// Returns true if the policy allows the request, even if the policy allows the request only without credentials.
    pub const fn is_allowed(&self) -> bool {
        !matches!(self, Self::Denied { .. })
    }
}

/// Checks the cross-origin requests of a recording against the policy of their server.
///
/// The browser's algorithm runs with the responses of the policy. If a fetch is redirected to another server, the
/// function checks the fetch once for each server. In the check of one server, all other servers grant every request.
/// `is_selected` selects the requests by URL.
///
/// ```
/// use fetch_cors::{explain::input::Recording, recorded::check_policy, server::CorsPolicy};
///
/// let recording = Recording::from_slice(br#"{"log": {"entries": [{
///     "request": {"method": "PUT", "url": "https://api.example/", "headers": [
///         {"name": "Origin", "value": "https://app.example"}]},
///     "response": {"status": 200, "headers": []}
/// }]}}"#)?;
/// let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
/// let check = check_policy(&policy, &recording.fetches(), |url| url.path() == "/");
/// assert!(check.requests[0].verdict.is_allowed());
/// assert!(check_policy(&policy, &recording.fetches(), |_| false).requests.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn check_policy(
    policy: &CorsPolicy,
    fetches: &[RecordedFetch],
    is_selected: impl Fn(&Url) -> bool,
) -> PolicyCheck {
    let facts = Reasons::new(policy);
    let mut check = PolicyCheck::default();
    for fetch in fetches.iter().filter(|fetch| needs_permission(fetch)) {
        match asks(fetch) {
            Ok(asks) => {
                for asks in by_server(asks, &is_selected) {
                    check.requests.extend(checked(&facts, fetch, &asks));
                }
            }
            Err(reason) if is_selected(&fetch.url) => {
                check.unchecked.push(UncheckedFetch::new(fetch, reason));
            }
            Err(_) => {}
        }
    }
    check
}

/// Groups the requests of a fetch by server. A server is in the result only if a URL of the server is selected.
pub(super) fn by_server(asks: Vec<Ask>, is_selected: impl Fn(&Url) -> bool) -> Vec<Vec<Ask>> {
    let mut servers: Vec<Vec<Ask>> = Vec::new();
    for ask in asks {
        let same = |server: &&mut Vec<Ask>| {
            let first = server.first();
            first.is_some_and(|first| first.server == ask.server)
        };
        match servers.iter_mut().find(same) {
            Some(server) => server.push(ask),
            None => servers.push(Vec::from([ask])),
        }
    }
    servers.retain(|asks| asks.iter().any(|ask| is_selected(&ask.url)));
    servers
}

/// Checks the requests that a fetch sends to one server.
pub(super) fn checked(
    facts: &Reasons<'_>,
    fetch: &RecordedFetch,
    asks: &[Ask],
) -> Option<CheckedRequest> {
    let first = asks.first()?;
    Some(CheckedRequest {
        entry: fetch.exchanges.first().map_or(0, |exchange| exchange.entry),
        server: first.server.clone(),
        method: first.method.clone(),
        url: first.url.clone(),
        origin: first.origin.clone(),
        verdict: verdict(facts, fetch, asks, &first.server),
        hidden_headers: hidden_headers(facts.policy, fetch, &first.server),
    })
}

fn verdict(
    facts: &Reasons<'_>,
    fetch: &RecordedFetch,
    asks: &[Ask],
    server: &str,
) -> RequestVerdict {
    let policy = facts.policy;
    let outcome = run(fetch, |request, response| {
        let ask = Ask::new(request, fetch.origin.as_ref());
        if ask.is_some_and(|ask| ask.server == server) {
            answer(policy, request, response)
        } else {
            granted(request, response)
        }
    });
    let failure = match outcome.map(|outcome| outcome.result) {
        Ok(Ok(_)) if fetch.sends_credentials.is_none() && !policy.config().credentials => {
            return RequestVerdict::AllowedWithoutCredentials;
        }
        Ok(Ok(_)) => return RequestVerdict::Allowed,
        Ok(Err(error)) => UncheckedReason::of_error(&error),
        Err(reason) => reason,
    };
    let mut reasons = Vec::new();
    for ask in asks {
        for reason in reasons_of(facts, ask) {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    if reasons.is_empty() {
        reasons.push(failure.to_string());
    }
    RequestVerdict::Denied { reasons }
}

/// Returns the names of the headers that the recorded server exposes to the page, and that the policy does not expose.
fn hidden_headers(policy: &CorsPolicy, fetch: &RecordedFetch, server: &str) -> Vec<String> {
    let AllowList::Only(entries) = &policy.config().expose_headers else {
        return Vec::new();
    };
    let exposed = exposed_headers(fetch, server);
    let mut names = exposed.names;
    if names.is_empty() && exposed.names_with_wildcard.is_empty() {
        return Vec::new();
    }
    if fetch.sends_credentials != Some(true) {
        names.extend(exposed.names_with_wildcard);
    }
    names.retain(|name| !entries.iter().any(|entry| entry.eq_ignore_ascii_case(name)));
    names.into_iter().collect()
}

/// Returns the response of a server that applies the policy.
fn answer(policy: &CorsPolicy, request: &HttpRequest, mut response: Response) -> Response {
    let lines = |name: &str| {
        let values = request.header_list.values(name);
        let values: Vec<_> = values.map(HeaderValue::as_bytes).collect();
        values.into_iter()
    };
    let decision = policy.decide_raw(request.method.as_str().as_bytes(), &lines);
    decision.apply_to(&mut response.header_list);
    if request.is_preflight() {
        response.status = decision.status().unwrap_or(StatusCode::OK);
    }
    response
}
