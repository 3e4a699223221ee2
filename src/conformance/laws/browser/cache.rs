//! Laws about the CORS-preflight cache.

use alloc::{format, string::String, vec::Vec};
use core::time::Duration;

use crate::conformance::laws::{
    support::{
        limits::{DEFAULT_MAX_AGE_SECONDS, MAX_CACHED_SECONDS},
        token_lists::{TokenList, lines, with_one},
    },
    violation::{LawViolation, ensure},
};
use crate::{
    fetching::{
        UserAgent,
        cors_preflight_cache::{CacheKey, CorsPreflightCache},
        cors_preflight_fetch::judge_cors_preflight_response,
    },
    infrastructure::{
        header_list::HeaderList,
        request::{CredentialsMode, Request},
        response::Response,
        site::NoPublicSuffixes,
    },
};

/// The cache keeps a preflight for the max-age, or for `limit` seconds if the max-age is longer. The max-age is the
/// number of seconds in `Access-Control-Max-Age`. If this header is absent, has several lines, or has a value that is
/// not digits, the max-age is 5 seconds. An entry with max-age 0 never matches.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::max_age_is_clamped as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// law(&request, &HeaderList::from_pairs([("Access-Control-Max-Age", "1.5")])?, 600)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn max_age_is_clamped(
    request: &Request,
    header_list: &HeaderList,
    limit: u64,
) -> Result<(), LawViolation> {
    // The limit also applies to the default max-age of 5 seconds.
    let max_age = seconds(header_list).min(limit);

    let mut request = request.clone();
    (request.method, request.header_list) = (http::Method::PUT, HeaderList::new());
    let origin = String::from(request.serialize_origin());
    let header_list = with_one(header_list, "access-control-allow-origin", &origin);
    let header_list = with_one(&header_list, "access-control-allow-credentials", "true");
    let header_list = with_one(&header_list, "access-control-allow-methods", "PUT");
    let mut header_list = with_one(&header_list, "access-control-allow-headers", "");
    header_list.delete("access-control-expose-headers");
    let response = Response::new(http::StatusCode::OK, header_list);
    let mut user_agent = UserAgent::new();
    user_agent.cors_preflight_cache = CorsPreflightCache::with_limits(limit, 8);
    let result =
        judge_cors_preflight_response(&request, &response, &mut user_agent, Duration::ZERO);
    ensure(result.is_ok(), || {
        format!("a preflight that is granted should succeed, but its result is {result:?}")
    })?;

    let key = CacheKey::new(&request, &NoPublicSuffixes);
    let cache = &user_agent.cors_preflight_cache;
    let end = Duration::from_secs(max_age);
    let just_before = end.checked_sub(Duration::from_nanos(1));
    let moments = [
        (Some(end), false),
        (just_before, true),
        (Some(Duration::ZERO), max_age > 0),
    ];
    for (moment, expected) in moments {
        let Some(moment) = moment else { continue };
        let matches = cache.has_method_cache_entry_match(&key, b"PUT", moment);
        ensure(matches == expected, || {
            format!(
                "at {moment:?}, a cache entry with max-age {max_age} {}",
                wrong_match(matches)
            )
        })?;
    }
    Ok(())
}

/// Clearing the cache for a request removes exactly the entries for the page and the URL of the request, with and
/// without credentials. A cleared or expired entry never matches again.
///
/// Each of `entries` is a request and a max-age in seconds. The law checks the cache at each of `moments`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::conformance::laws::cleared_entries_never_match_again as law;
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let request = |url: &str| Ok::<_, Box<dyn std::error::Error>>(Request::new(Origin::parse(b"http://a")?, url.parse()?));
/// let entries = [(request("http://b/1")?, 5), (request("http://b/2")?, 5)];
/// law(&entries, &request("http://b/1")?, &[Duration::from_secs(4), Duration::from_secs(5)])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cleared_entries_never_match_again(
    entries: &[(Request, u64)],
    cleared: &Request,
    moments: &[Duration],
) -> Result<(), LawViolation> {
    // All entries are stored once, at the beginning, because storing an entry again would renew it.
    let mut cache = CorsPreflightCache::new();
    for (number, (request, max_age)) in entries.iter().enumerate() {
        let key = CacheKey::new(request, &NoPublicSuffixes);
        let method = format!("M{number}");
        cache.create_method_entry(&key, *max_age, method.as_bytes(), Duration::ZERO);
    }
    cache.clear_cache_entries(&CacheKey::new(cleared, &NoPublicSuffixes));
    let mut moments = moments.to_vec();
    moments.sort_unstable();
    for moment in moments {
        for (number, (request, max_age)) in entries.iter().enumerate() {
            let is_cached =
                !is_same_page_and_url(request, cleared) && moment < Duration::from_secs(*max_age);
            for credentials_mode in [CredentialsMode::Include, CredentialsMode::Omit] {
                let mut other = request.clone();
                other.credentials_mode = credentials_mode;
                // A cache entry for `request` does not match `other` if only `other` has credentials.
                let is_compatible = includes(request) || !includes(&other);
                let key = CacheKey::new(&other, &NoPublicSuffixes);
                let method = format!("M{number}");
                let matches = cache.has_method_cache_entry_match(&key, method.as_bytes(), moment);
                ensure(matches == (is_cached && is_compatible), || {
                    format!(
                        "at {moment:?}, cache entry {number} {} for credentials mode {credentials_mode:?}",
                        wrong_match(matches)
                    )
                })?;
            }
        }
        cache.remove_expired(moment);
        let cached = entries.iter().filter(|(request, max_age)| {
            !is_same_page_and_url(request, cleared) && moment < Duration::from_secs(*max_age)
        });
        ensure_length(&cache, cached.count())?;
    }
    Ok(())
}

/// A full cache evicts only the entry that was stored first. An entry that is stored again counts as a new entry.
///
/// For each of `requests`, in order, the law stores an entry for the method of the request.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::full_cache_evicts_oldest_entry as law;
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let request = |url: &str| Ok::<_, Box<dyn std::error::Error>>(Request::new(Origin::parse(b"http://a")?, url.parse()?));
/// law(&[request("http://b/1")?, request("http://b/2")?], 1)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn full_cache_evicts_oldest_entry(
    requests: &[Request],
    capacity: usize,
) -> Result<(), LawViolation> {
    let mut cache = CorsPreflightCache::with_limits(1, capacity);
    ensure(cache.capacity() == capacity, || {
        format!(
            "the cache has a capacity of {} instead of {capacity}",
            cache.capacity()
        )
    })?;
    // The method names begin with `M`, because an entry for the method `*` would match all methods.
    let method = |request: &Request| format!("M{}", request.method);
    let is_same = |a: &Request, b: &Request| is_same_page_and_url(a, b) && a.method == b.method;
    let mut stored: Vec<&Request> = Vec::new();
    for request in requests {
        let key = CacheKey::new(request, &NoPublicSuffixes);
        cache.create_method_entry(&key, 1, method(request).as_bytes(), Duration::ZERO);
        stored.retain(|other| !is_same(other, request) || includes(other) != includes(request));
        stored.push(request);
        let evicted = stored.len().saturating_sub(capacity);
        stored.drain(..evicted);
        ensure_length(&cache, stored.len())?;
        for other_request in requests {
            let key = CacheKey::new(other_request, &NoPublicSuffixes);
            let method = method(other_request);
            let expected = stored.iter().any(|other| {
                is_same(other, other_request) && (includes(other) || !includes(other_request))
            });
            let matches =
                cache.has_method_cache_entry_match(&key, method.as_bytes(), Duration::ZERO);
            ensure(matches == expected, || {
                format!(
                    "in a cache with the capacity {capacity}, the entry for {method} in {key:?} {}",
                    wrong_match(matches)
                )
            })?;
        }
    }
    Ok(())
}

/// Returns the end of the message about a wrong match.
const fn wrong_match(matches: bool) -> &'static str {
    if matches {
        "matches, although it should not match"
    } else {
        "does not match, although it should match"
    }
}

fn ensure_length(cache: &CorsPreflightCache, expected: usize) -> Result<(), LawViolation> {
    let given = cache.len();
    ensure(
        given == expected && cache.is_empty() == (expected == 0),
        || format!("the number of entries in the cache is {given} instead of {expected}"),
    )
}

/// A fetch, its time, and the response to its preflight.
///
/// ```
/// use fetch_cors::conformance::laws::Visit;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request, response::Response};
///
/// let visit = Visit {
///     at: core::time::Duration::ZERO,
///     request: Request::new(Origin::parse(b"http://a")?, "http://b".parse()?),
///     preflight_response: Response::new(http::StatusCode::OK, HeaderList::new()),
/// };
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Visit {
    /// The time from the start of the browser to the fetch.
    pub at: Duration,
    /// The request of the fetch.
    pub request: Request,
    /// The response to the preflight, if the browser sends a preflight.
    pub preflight_response: Response,
}

impl Visit {
    /// Whether the cache entries from the preflight response match `method`.
    pub(crate) fn allows_method(&self, method: &str) -> bool {
        // The cache stores `*` as a name. A stored `*` matches every method, even if the entry has credentials. If the
        // response has no `Access-Control-Allow-Methods` and the request has the use-CORS-preflight flag, the cache
        // stores the method of the request. This method can be `*` too.
        let matches = |stored: &str| stored == method || stored == "*";
        let methods = TokenList::from_header(
            &self.preflight_response.header_list,
            "access-control-allow-methods",
        );
        let is_implied = methods == TokenList::Absent && self.request.use_cors_preflight_flag;
        methods.has(matches) || (is_implied && matches(self.request.method.as_str()))
    }

    /// Whether the cache entries from the preflight response match the header name.
    pub(crate) fn allows_name(&self, name: &str) -> bool {
        let names = TokenList::from_header(
            &self.preflight_response.header_list,
            "access-control-allow-headers",
        );
        names.has_name(name) || (name != "authorization" && names.has_name("*"))
    }

    /// Whether the two visits have the same page and URL.
    pub(super) fn is_same_page_and_url(&self, other: &Self) -> bool {
        is_same_page_and_url(&self.request, &other.request)
    }

    /// Whether a cache entry from the preflight of `other` can match the request of this visit.
    pub(super) fn may_use(&self, other: &Self) -> bool {
        self.is_same_page_and_url(other) && (includes(&other.request) || !includes(&self.request))
    }

    /// Returns the time for which the cache keeps the entries from the preflight response.
    pub(crate) fn max_age(&self) -> Duration {
        Duration::from_secs(seconds(&self.preflight_response.header_list).min(MAX_CACHED_SECONDS))
    }
}

/// Whether the request has credentials mode `include`.
fn includes(request: &Request) -> bool {
    request.credentials_mode == CredentialsMode::Include
}

/// Whether two requests have the same page, and the same URL, including the fragment. A tainted request and a request
/// from an opaque origin both have the origin `null`, but their pages differ.
fn is_same_page_and_url(a: &Request, b: &Request) -> bool {
    a.serialize_origin() == b.serialize_origin()
        && a.origin == b.origin
        && a.current_url().as_str() == b.current_url().as_str()
}

/// Returns the max-age of a response, in seconds.
fn seconds(header_list: &HeaderList) -> u64 {
    let lines: Vec<String> = lines(header_list, "access-control-max-age");
    match &*lines {
        [digits] if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().unwrap_or(u64::MAX)
        }
        _ => DEFAULT_MAX_AGE_SECONDS,
    }
}
