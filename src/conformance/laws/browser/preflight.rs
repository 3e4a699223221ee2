//! Laws about preflight requests.

use alloc::{format, string::String, vec::Vec};
use core::time::Duration;

use crate::conformance::laws::{
    support::token_lists::lines,
    violation::{LawViolation, ensure},
};
use crate::{
    fetching::{
        Progress, UserAgent, cors_preflight_cache::CacheKey,
        cors_preflight_fetch::cors_preflight_request, start,
    },
    infrastructure::{
        header::{ACCEPT, HeaderValue},
        request::{Mode, Request},
        safelist::cors_unsafe_request_header_names,
    },
};

/// A browser sends a preflight in exactly two cases:
///
/// - The method needs a preflight, and the cache has no entry for the method. A method needs a preflight if it is not
///   CORS-safelisted, or if the use-CORS-preflight flag is set.
/// - At least one CORS-unsafe request-header name of the request has no entry in the cache.
///
/// The law applies to a request of a script if the request is cross-origin and has the request mode `cors`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use core::time::Duration;
/// use fetch_cors::conformance::laws::preflight_is_sent_when_needed as law;
/// use fetch_cors::{api::RequestInit, fetching::UserAgent, infrastructure::origin::Origin};
///
/// let mut init = RequestInit::new("http://b".parse()?);
/// init.method = "PUT".into();
/// law(&UserAgent::new(), &init.into_request(Origin::parse(b"http://a")?)?, Duration::ZERO)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn preflight_is_sent_when_needed(
    user_agent: &UserAgent,
    request: &Request,
    now: Duration,
) -> Result<(), LawViolation> {
    let is_same_origin =
        request.current_url().origin().ascii_serialization() == request.origin.serialize();
    if is_same_origin || request.mode != Mode::Cors || !request.unsafe_request_flag {
        return Ok(());
    }
    // The browser itself adds `Accept`, which counts towards the limit on safelisted values. So the law adds `Accept`
    // too.
    let mut header_list = request.header_list.clone();
    if !header_list.contains("accept") {
        header_list.append(ACCEPT, HeaderValue::from_static(b"*/*"));
    }
    let cache = &user_agent.cors_preflight_cache;
    let key = CacheKey::new(request, &*user_agent.public_suffixes);
    let method = request.method.as_str();
    let is_safelisted = matches!(method, "GET" | "HEAD" | "POST");
    let for_method = (!is_safelisted || request.use_cors_preflight_flag)
        && !cache.has_method_cache_entry_match(&key, method.as_bytes(), now);
    let for_a_name = cors_unsafe_request_header_names(&header_list)
        .iter()
        .any(|name| !cache.has_header_name_cache_entry_match(&key, name, now));
    // If the browser blocks the port, the fetch fails before the browser sends a request, so the law does not apply.
    let Progress::Waiting(waiting) = start(&mut user_agent.clone(), request.clone(), now) else {
        return Ok(());
    };
    let is_preflight = waiting.http_request().is_preflight();
    ensure(is_preflight == (for_method || for_a_name), || {
        if is_preflight {
            String::from(
                "the browser sends a preflight, although the method and the header names do not need one",
            )
        } else {
            format!(
                "the browser does not send a preflight, although the request needs one \
                 (for its method: {for_method}, for a header name: {for_a_name})"
            )
        }
    })
}

/// The `Access-Control-Request-Method` of a preflight is the unchanged method of the actual request. The preflight has
/// one `Access-Control-Request-Headers` line with all CORS-unsafe request-header names, joined by commas without
/// spaces. If there are no such names, the line is absent.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::preflight_requests_method_and_names as law;
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let mut request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// request.method = "patch".parse()?;
/// law(&request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn preflight_requests_method_and_names(request: &Request) -> Result<(), LawViolation> {
    let header_list = cors_preflight_request(request).header_list;
    let method = lines(&header_list, "access-control-request-method");
    ensure(method == [request.method.as_str()], || {
        format!(
            "the method of the request is {}, but `Access-Control-Request-Method` is {method:?}",
            request.method
        )
    })?;
    let names = cors_unsafe_request_header_names(&request.header_list);
    let mut expected = Vec::new();
    if !names.is_empty() {
        let mut line = String::new();
        for name in &names {
            line.push_str(name.as_str());
            line.push(',');
        }
        line.pop();
        expected.push(line);
    }
    let requested = lines(&header_list, "access-control-request-headers");
    ensure(requested == expected, || {
        format!(
            "the CORS-unsafe header names are {names:?}, but `Access-Control-Request-Headers` is {requested:?}"
        )
    })
}
