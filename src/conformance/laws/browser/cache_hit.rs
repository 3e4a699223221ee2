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

/// Where the cache spares a request its preflight, an earlier preflight of the same page for the same
/// URL, with credentials if this one has them, was allowed what this one needs; and since then less
/// time has gone than the max-age that it or a later one gave, and than the limit.
///
/// The visits are in the order of time.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
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
    // Not "than its own max-age": a later preflight sets the max-age of an entry that is still there,
    // and leaves the time of its storing as it was. And not "than a fresh preflight would allow": a
    // `*` that was stored with credentials acts as a wildcard.
    let mut user_agent = UserAgent::new();
    let mut allowed: Vec<&Visit> = Vec::new();
    for visit in visits {
        let response = permissive(&visit.request);
        let mut sent = Vec::new();
        // What fails says nothing: only what was sent last was let through.
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
            [false] => ensure_young_enough(visit, &allowed)?,
            [true, .., false] => allowed.push(visit),
            _ => {}
        }
    }
    Ok(())
}

/// The request went out without a preflight.
fn ensure_young_enough(visit: &Visit, allowed: &[&Visit]) -> Result<(), LawViolation> {
    let request = &visit.request;
    // Only requests of script, across origins, of mode `cors` may have a preflight at all.
    let is_same_origin = request.origin.is_same_origin_with(request.current_url());
    if is_same_origin || request.mode != Mode::Cors || !request.unsafe_request_flag {
        return Ok(());
    }
    // Whose max-age it is cannot be told apart here: a preflight with credentials or without may set
    // that of an entry, and one for a method that of a `*`.
    let is_covered = |allows: &dyn Fn(&Visit) -> bool| {
        let stored = allowed
            .iter()
            .filter(|other| visit.may_use(other) && allows(other));
        let set = || allowed.iter().filter(|other| visit.is_like(other));
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
            format!("{method} at {:?} was allowed by no preflight", visit.at)
        })?;
    }
    let mut header_list = request.header_list.clone();
    if !header_list.contains("accept") {
        header_list.append(ACCEPT, HeaderValue::from_static(b"*/*"));
    }
    for name in cors_unsafe_request_header_names(&header_list) {
        let name = name.as_str();
        ensure(is_covered(&|other| other.allows_name(name)), || {
            format!("{name} at {:?} was allowed by no preflight", visit.at)
        })?;
    }
    Ok(())
}

/// What lets script read the response.
fn permissive(request: &Request) -> Response {
    let origin = String::from(request.serialize_origin());
    let header_list = with_one(&HeaderList::new(), "access-control-allow-origin", &origin);
    let header_list = with_one(&header_list, "access-control-allow-credentials", "true");
    Response::new(http::StatusCode::OK, header_list)
}
