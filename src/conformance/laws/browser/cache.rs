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

/// Access-Control-Max-Age is 5 where it is absent, there twice or anything but digits; and an entry is
/// kept for that many seconds or for the limit, whichever is less, to the very moment: 0 is never.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    // The limit holds for the 5 too.
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
        format!("a plain preflight gave {result:?}")
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
            format!("kept for {max_age} seconds, at {moment:?} a match was {matches}")
        })?;
    }
    Ok(())
}

/// Clearing the cache for a request removes the entries of the same page and URL, with credentials or
/// without, and no other; and an entry that has expired or gone matches at no later time.
///
/// `entries` are each stored for so many seconds; `moments` are looked at in their order in time.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    // Nothing is stored again: a preflight would renew an entry, though never one that has expired.
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
            let is_kept =
                !is_same_page_and_url(request, cleared) && moment < Duration::from_secs(*max_age);
            for credentials_mode in [CredentialsMode::Include, CredentialsMode::Omit] {
                let mut other = request.clone();
                other.credentials_mode = credentials_mode;
                // What was allowed with credentials is allowed without, and not the other way.
                let is_compatible = includes(request) || !includes(&other);
                let key = CacheKey::new(&other, &NoPublicSuffixes);
                let method = format!("M{number}");
                let matches = cache.has_method_cache_entry_match(&key, method.as_bytes(), moment);
                ensure(matches == (is_kept && is_compatible), || {
                    format!("entry {number} at {moment:?}, for {credentials_mode:?}: {matches}")
                })?;
            }
        }
        cache.remove_expired(moment);
        let kept = entries.iter().filter(|(request, max_age)| {
            !is_same_page_and_url(request, cleared) && moment < Duration::from_secs(*max_age)
        });
        ensure_holds(&cache, kept.count())?;
    }
    Ok(())
}

/// A cache never holds more entries than its capacity: where one more is stored, the one that was
/// stored first goes, and no other. What is stored again is stored last.
///
/// `requests` are each allowed their method, in their order.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
        format!("of {capacity}, {} is the capacity", cache.capacity())
    })?;
    // A method `*` would speak for others.
    let method = |request: &Request| format!("M{}", request.method);
    let is_same = |a: &Request, b: &Request| is_same_page_and_url(a, b) && a.method == b.method;
    let mut stored: Vec<&Request> = Vec::new();
    for request in requests {
        let key = CacheKey::new(request, &NoPublicSuffixes);
        cache.create_method_entry(&key, 1, method(request).as_bytes(), Duration::ZERO);
        stored.retain(|other| !is_same(other, request) || includes(other) != includes(request));
        stored.push(request);
        let forgotten = stored.len().saturating_sub(capacity);
        stored.drain(..forgotten);
        ensure_holds(&cache, stored.len())?;
        for asked in requests {
            let key = CacheKey::new(asked, &NoPublicSuffixes);
            let method = method(asked);
            let expected = stored
                .iter()
                .any(|other| is_same(other, asked) && (includes(other) || !includes(asked)));
            let matches =
                cache.has_method_cache_entry_match(&key, method.as_bytes(), Duration::ZERO);
            ensure(matches == expected, || {
                format!("of {capacity} entries, one for {method} in {key:?}: {matches}")
            })?;
        }
    }
    Ok(())
}

fn ensure_holds(cache: &CorsPreflightCache, expected: usize) -> Result<(), LawViolation> {
    let given = (cache.len(), cache.is_empty());
    ensure(given == (expected, expected == 0), || {
        format!("of {expected} entries, {given:?} are there")
    })
}

/// A fetch, what its preflight would be answered, and when.
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
    /// When, counted from the beginning.
    pub at: Duration,
    /// What is fetched.
    pub request: Request,
    /// What its preflight is answered, if there is one.
    pub preflight_response: Response,
}

impl Visit {
    /// Whether what is stored of the answer speaks for that method.
    pub(crate) fn allows_method(&self, method: &str) -> bool {
        // `*` is stored as a name, and acts as a wildcard whatever the credentials were; also where
        // nothing was said and it is the method that the use-CORS-preflight flag puts in that place.
        let matches = |stored: &str| stored == method || stored == "*";
        let methods = TokenList::from_header(
            &self.preflight_response.header_list,
            "access-control-allow-methods",
        );
        let is_implied = methods == TokenList::Absent && self.request.use_cors_preflight_flag;
        methods.has(matches) || (is_implied && matches(self.request.method.as_str()))
    }

    pub(crate) fn allows_name(&self, name: &str) -> bool {
        let names = TokenList::from_header(
            &self.preflight_response.header_list,
            "access-control-allow-headers",
        );
        names.has_name(name) || (name != "authorization" && names.has_name("*"))
    }

    /// Whether the other's request is of the same page for the same URL.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        is_same_page_and_url(&self.request, &other.request)
    }

    /// Whether an entry that the other's preflight stored may match this one's request.
    pub(super) fn may_use(&self, other: &Self) -> bool {
        self.is_like(other) && (includes(&other.request) || !includes(&self.request))
    }

    pub(crate) fn max_age(&self) -> Duration {
        Duration::from_secs(seconds(&self.preflight_response.header_list).min(MAX_CACHED_SECONDS))
    }
}

fn includes(request: &Request) -> bool {
    request.credentials_mode == CredentialsMode::Include
}

/// The fragment is part of the URL. Of a tainted request and one of an opaque origin, both `null`, the
/// pages differ.
fn is_same_page_and_url(a: &Request, b: &Request) -> bool {
    a.serialize_origin() == b.serialize_origin()
        && a.origin == b.origin
        && a.current_url().as_str() == b.current_url().as_str()
}

fn seconds(header_list: &HeaderList) -> u64 {
    let lines: Vec<String> = lines(header_list, "access-control-max-age");
    match &*lines {
        [digits] if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().unwrap_or(u64::MAX)
        }
        _ => DEFAULT_MAX_AGE_SECONDS,
    }
}
