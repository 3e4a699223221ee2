//! The law about the renewal of cache entries.

use alloc::{format, string::String, string::ToString};
use core::time::Duration;

use crate::conformance::laws::{
    support::token_lists::with_one,
    violation::{LawViolation, ensure},
};
use crate::{
    fetching::{
        UserAgent, cors_preflight_cache::CacheKey,
        cors_preflight_fetch::judge_cors_preflight_response,
    },
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::Request,
        response::Response,
        site::NoPublicSuffixes,
    },
};

/// A later preflight changes the max-age of a cached entry. The new max-age counts from the first preflight, and not
/// from the later preflight.
///
/// If the cached entry has expired, the later preflight stores a new entry, and the max-age counts from the later
/// preflight. An entry is expired if the old max-age or the new max-age has passed since the first preflight.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::renewal_keeps_insertion_time as law;
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// law(&request, 600, 599, 5)?;
/// law(&request, 5, 10, 600)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn renewal_keeps_insertion_time(
    request: &Request,
    max_age: u32,
    later_by: u32,
    later_max_age: u32,
) -> Result<(), LawViolation> {
    let mut request = request.clone();
    let name = HeaderName::from_static("x-renewed");
    request.method = http::Method::PUT;
    request.header_list = HeaderList::new();
    request
        .header_list
        .append(name.clone(), HeaderValue::from_static(b"1"));
    let later = Duration::from_secs(later_by.into());
    let mut user_agent = UserAgent::new();
    for (now, max_age) in [(Duration::ZERO, max_age), (later, later_max_age)] {
        let response = response(&request, max_age);
        let result = judge_cors_preflight_response(&request, &response, &mut user_agent, now);
        ensure(result.is_ok(), || {
            format!("a preflight that is granted should succeed, but its result is {result:?}")
        })?;
    }

    let cache = &user_agent.cors_preflight_cache;
    let limited = |max_age: u32| u64::from(max_age).min(cache.max_age_limit());
    let is_cached = u64::from(later_by) < limited(max_age.min(later_max_age));
    let stored_at = if is_cached { Duration::ZERO } else { later };
    let end = stored_at + Duration::from_secs(limited(later_max_age));
    let key = CacheKey::new(&request, &NoPublicSuffixes);
    for moment in [
        later,
        end,
        end.saturating_sub(Duration::from_nanos(1)).max(later),
    ] {
        let matches = (
            cache.has_method_cache_entry_match(&key, b"PUT", moment),
            cache.has_header_name_cache_entry_match(&key, &name, moment),
        );
        let expected = moment < end;
        ensure(matches == (expected, expected), || {
            format!(
                "the first preflight has max-age {max_age}, and a second preflight {later_by} s later has \
                 max-age {later_max_age}; at {moment:?}, cache matches for the method and the header name: \
                 {matches:?}, expected for both: {expected}"
            )
        })?;
    }
    Ok(())
}

/// Returns a preflight response that grants the request, with the given max-age.
fn response(request: &Request, max_age: u32) -> Response {
    let origin = String::from(request.serialize_origin());
    let header_list = with_one(&HeaderList::new(), "access-control-allow-origin", &origin);
    let header_list = with_one(&header_list, "access-control-allow-credentials", "true");
    let header_list = with_one(&header_list, "access-control-allow-methods", "PUT");
    let header_list = with_one(&header_list, "access-control-allow-headers", "x-renewed");
    let header_list = with_one(&header_list, "access-control-max-age", &max_age.to_string());
    Response::new(http::StatusCode::OK, header_list)
}
