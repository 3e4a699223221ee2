//! The law about cache hits. If a browser skips a preflight, an earlier preflight must have granted the request.

use alloc::{format, string::String, vec::Vec};

use super::cache::Visit;
use crate::conformance::laws::{
    support::token_lists::with_one,
    violation::{LawViolation, ensure},
};
use crate::{
    fetching::{UserAgent, fetch},
    infrastructure::{
        header::{ACCEPT, HeaderValue},
        header_list::HeaderList,
        request::{Mode, Request},
        response::Response,
        safelist::cors_unsafe_request_header_names,
    },
};

/// A browser skips the preflight of a request only if an earlier successful preflight granted the method and the header
/// names of the request, and the cached grant has not expired.
///
/// The earlier preflight and the request have the same page and the same URL. If the request has credentials, the
/// earlier preflight was also for a request with credentials. The max-age counts from the time of the earlier
/// preflight, even if a later preflight changes the max-age.
///
/// `visits` is sorted by time.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::conformance::laws::{Visit, cache_hit_needs_fresh_preflight as law};
/// use fetch_cors::{api::RequestInit, infrastructure::{header_list::HeaderList, origin::Origin, response::Response}};
///
/// let mut init = RequestInit::new("http://b".parse()?);
/// init.method = "PUT".into();
/// let request = init.into_request(Origin::parse(b"http://a")?)?;
/// let headers = [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Methods", "PUT")];
/// let preflight_response = Response::new(http::StatusCode::OK, HeaderList::from_pairs(headers)?);
/// let visits = [0, 4, 5].map(|seconds| Visit {
///     at: Duration::from_secs(seconds),
///     request: request.clone(),
///     preflight_response: preflight_response.clone(),
/// });
/// law(&visits)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cache_hit_needs_fresh_preflight(visits: &[Visit]) -> Result<(), LawViolation> {
    // In the standard, a later preflight changes the max-age of a cached entry, but not the time from which the max-age
    // counts. A cached `*` is a wildcard, even if the entry has credentials.
    let mut user_agent = UserAgent::new();
    let mut allowed: Vec<&Visit> = Vec::new();
    for visit in visits {
        let response = permissive(&visit.request);
        let mut sent = Vec::new();
        // The law reads only the sent requests, and not the result. A preflight has succeeded if the browser sends the
        // actual request after the preflight.
        let _ = fetch(
            &mut user_agent,
            visit.request.clone(),
            visit.at,
            |request| {
                sent.push(request.is_preflight());
                Ok(if request.is_preflight() {
                    visit.preflight_response.clone()
                } else {
                    response.clone()
                })
            },
        );
        match *sent {
            [false] => ensure_covered(visit, &allowed)?,
            [true, .., false] => allowed.push(visit),
            _ => {}
        }
    }
    Ok(())
}

/// Checks a request that the browser sent without a preflight: earlier preflights must have granted the request.
fn ensure_covered(visit: &Visit, allowed: &[&Visit]) -> Result<(), LawViolation> {
    let request = &visit.request;
    // Only a request of a script can need a preflight, and only if the request is cross-origin and has the request mode
    // `cors`.
    let is_same_origin = request.origin.is_same_origin_with(request.current_url());
    if is_same_origin || request.mode != Mode::Cors || !request.unsafe_request_flag {
        return Ok(());
    }
    // After a preflight has granted the request, a later preflight for the same page and URL can change the max-age of
    // this grant. The later preflight can even have another credentials mode. So the law accepts the max-age of each
    // later preflight.
    let is_covered = |allows: &dyn Fn(&Visit) -> bool| {
        let stored = allowed
            .iter()
            .filter(|other| visit.may_use(other) && allows(other));
        let set = || {
            allowed
                .iter()
                .filter(|other| visit.is_same_page_and_url(other))
        };
        stored.into_iter().any(|stored| {
            set()
                .filter(|set| set.at >= stored.at)
                .any(|set| visit.at < stored.at + set.max_age())
        })
    };
    let method = request.method.as_str();
    let is_safelisted = matches!(method, "GET" | "HEAD" | "POST");
    if !is_safelisted || request.use_cors_preflight_flag {
        ensure(is_covered(&|other| other.allows_method(method)), || {
            format!(
                "at {:?} the browser skips the preflight, but no cached preflight allows the method {method}",
                visit.at
            )
        })?;
    }
    let mut header_list = request.header_list.clone();
    if !header_list.contains("accept") {
        header_list.append(ACCEPT, HeaderValue::from_static(b"*/*"));
    }
    for name in cors_unsafe_request_header_names(&header_list) {
        let name = name.as_str();
        ensure(is_covered(&|other| other.allows_name(name)), || {
            format!(
                "at {:?} the browser skips the preflight, but no cached preflight allows the header {name}",
                visit.at
            )
        })?;
    }
    Ok(())
}

/// Returns a response that a script can read.
fn permissive(request: &Request) -> Response {
    let origin = String::from(request.serialize_origin());
    let header_list = with_one(&HeaderList::new(), "access-control-allow-origin", &origin);
    let header_list = with_one(&header_list, "access-control-allow-credentials", "true");
    Response::new(http::StatusCode::OK, header_list)
}
