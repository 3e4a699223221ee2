//! Laws about the preflight cache, about shared caches, and about a change of the policy.

use alloc::{format, vec::Vec};
use core::time::Duration;

use http::HeaderMap;

use super::fetches::browse;
use crate::conformance::laws::{
    support::limits::{DEFAULT_MAX_AGE_SECONDS, MAX_CACHED_SECONDS},
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::model::serve::{network, network_to},
    fetching::{ConnectionError, HttpRequest, UserAgent, fetch},
    infrastructure::{request::Request, response::Response},
    server::CorsPolicy,
};

/// A browser with a preflight cache reaches the same verdicts as a browser without a preflight cache. Each request has
/// a number: the browser waits this number of seconds before it sends the request.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::preflight_cache_changes_no_verdict as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// law(&PolicySpec::from_origins(["https://a.example"]).build()?, &[(0, request.clone()), (4, request)])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn preflight_cache_changes_no_verdict(
    policy: &CorsPolicy,
    requests: &[(u32, Request)],
) -> Result<(), LawViolation> {
    let mut user_agent = UserAgent::new().allowing_mixed_content();
    let mut now = Duration::ZERO;
    for (pause, request) in requests {
        now += Duration::from_secs((*pause).into());
        let with_cache = fetch(&mut user_agent, request.clone(), now, |sent| {
            network(policy, sent, &HeaderMap::new())
        });
        let fresh = browse(policy, request, &HeaderMap::new());
        ensure(with_cache.is_ok() == fresh.is_ok(), || {
            format!(
                "the preflight cache changes the result: {with_cache:?} with the cache, {fresh:?} without it"
            )
        })?;
    }
    Ok(())
}

/// An HTTP cache between pages and the server never changes a verdict. The cache can answer a request with the stored
/// response to an earlier request, if the two requests have the same URL, the same method, and the same values of the
/// headers that `Vary` lists. The cache of a browser follows the same rule: pages of different origins share this cache.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::shared_cache_changes_no_verdict as law, policies::{PolicySpec, serve}};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let requests = [b"https://a.test", b"https://b.test"].map(|origin| {
///     let mut request = Request::new(Origin::parse(origin).unwrap(), "https://c.test".parse().unwrap());
///     request.mode = Mode::Cors;
///     request
/// });
/// let policy = PolicySpec::from_origins(["https://b.test"]).build()?;
/// law(|request| serve(&policy, request), &requests)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn shared_cache_changes_no_verdict(
    server: impl Fn(&http::Request<()>) -> http::Response<()>,
    requests: &[Request],
) -> Result<(), LawViolation> {
    let mut stored: Vec<(HttpRequest, Response)> = Vec::new();
    for request in requests {
        let mut through_cache = |sent: &HttpRequest| -> Result<Response, ConnectionError> {
            // A cache does not store a response to OPTIONS.
            if sent.method == http::Method::OPTIONS {
                return network_to(&server, sent);
            }
            if let Some((_, response)) = stored
                .iter()
                .find(|(first, response)| may_answer(first, response, sent))
            {
                return Ok(response.clone());
            }
            let response = network_to(&server, sent)?;
            stored.push((sent.clone(), response.clone()));
            Ok(response)
        };
        let mut user_agent = UserAgent::new().allowing_mixed_content();
        let with_cache = fetch(
            &mut user_agent,
            request.clone(),
            Duration::ZERO,
            &mut through_cache,
        );
        let mut user_agent = UserAgent::new().allowing_mixed_content();
        let direct = fetch(&mut user_agent, request.clone(), Duration::ZERO, |sent| {
            network_to(&server, sent)
        });
        let is_same = match (&with_cache, &direct) {
            (Ok(with_cache), Ok(direct)) => with_cache.headers().eq(direct.headers()),
            (with_cache, direct) => with_cache.is_ok() == direct.is_ok(),
        };
        ensure(is_same, || {
            format!(
                "a shared cache changes the result: {with_cache:?} with the cache, {direct:?} without it"
            )
        })?;
    }
    Ok(())
}

/// Whether `Vary` lets a cache answer the request `other` with the stored response to the request `first`.
pub(crate) fn may_answer(first: &HttpRequest, response: &Response, other: &HttpRequest) -> bool {
    let is_equal = |name: &[u8]| {
        let name = core::str::from_utf8(name).unwrap_or_default();
        let all = |request: &HttpRequest| request.header_list.get(name).map(Vec::from);
        all(first) == all(other)
    };
    let lines = response.header_list.values("vary");
    let mut names = lines.flat_map(|line| line.as_bytes().split(|&byte| byte == b','));
    (&first.method, &first.url) == (&other.method, &other.url)
        && names.all(|name| name.trim_ascii() != b"*" && is_equal(name.trim_ascii()))
}

/// After the max-age of the old policy, a changed policy applies to every fetch, because the cached preflights of the
/// old policy have expired.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::change_applies_after_max_age as law, policies::PolicySpec};
/// use fetch_cors::infrastructure::{origin::Origin, request::{Mode, Request}};
///
/// let mut request = Request::new(Origin::parse(b"https://a.example")?, "https://b.example".parse()?);
/// request.mode = Mode::Cors;
/// let (old, new) = (PolicySpec::from_origins(["https://a.example"]), PolicySpec::from_origins(["https://c.example"]));
/// law(&old, &new, &[request])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn change_applies_after_max_age(
    old: &crate::conformance::generate::policies::policy_spec::PolicySpec,
    new: &crate::conformance::generate::policies::policy_spec::PolicySpec,
    requests: &[Request],
) -> Result<(), LawViolation> {
    let max_age = old.max_age.map_or(DEFAULT_MAX_AGE_SECONDS, u64::from);
    let later = Duration::from_secs(max_age.min(MAX_CACHED_SECONDS));
    let (old, new) = (
        old.build().map_err(LawViolation::new)?,
        new.build().map_err(LawViolation::new)?,
    );
    let none = HeaderMap::new();
    let mut user_agent = UserAgent::new().allowing_mixed_content();
    for request in requests {
        let _ = fetch(&mut user_agent, request.clone(), Duration::ZERO, |sent| {
            network(&old, sent, &none)
        });
    }
    for request in requests {
        let mut user_agent = user_agent.clone();
        let result = fetch(&mut user_agent, request.clone(), later, |sent| {
            network(&new, sent, &none)
        });
        let fresh = browse(&new, request, &none);
        ensure(result.is_ok() == fresh.is_ok(), || {
            format!(
                "the old policy still applies after its max-age: {result:?} with the old preflight cache, {fresh:?} with an empty cache"
            )
        })?;
    }
    Ok(())
}
