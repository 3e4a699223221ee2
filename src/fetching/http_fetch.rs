//! [HTTP fetch](https://fetch.spec.whatwg.org/#http-fetch). The algorithm decides whether a preflight is necessary, and
//! checks the response.
//!
//! The algorithm waits for two responses: the response to the preflight, and the response to the request itself. So the
//! algorithm has three functions: `http_fetch` runs before the first response, `after_preflight` runs between the
//! two responses, and `after_network` runs after the last response.

use alloc::vec::Vec;
use core::time::Duration;

use http::{Method, StatusCode};

use super::{
    UserAgent,
    corp_check::{CrossOriginResourcePolicyCheck, cross_origin_resource_policy_check_with_quirks},
    cors_check::cors_check,
    cors_preflight_cache::CacheKey,
    cors_preflight_fetch::{self, can_be_cached, of_preflight},
    fetch_params::{FetchParams, Flow},
    http_network_or_cache_fetch::http_network_or_cache_fetch,
    http_redirect_fetch::http_redirect_fetch,
    origin_header::keep_origin_header,
    preflight_reason::PreflightReason,
    tao_check::tao_check,
};
use crate::{
    Failure, FetchError,
    engine::{Quirk, QuirkSet},
    infrastructure::{
        header::HeaderName,
        method::is_cors_safelisted_method,
        mime::parse_a_mime_type,
        request::{CredentialsMode, RedirectMode, Request, ResponseTainting},
        response::{
            FilteredResponse, Response, is_redirect_status, is_redirect_status_with_quirks,
        },
    },
};

/// The parameter *makeCORSPreflight* of HTTP fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MakeCorsPreflight {
    Yes,
    /// The quirk `redirect-keeps-preflight` causes a preflight that the request does not need.
    Kept,
    No,
}

/// Runs steps 1 to 4.3, which come before the network request.
pub(super) fn http_fetch(
    fetch_params: &mut FetchParams,
    make_cors_preflight: MakeCorsPreflight,
    user_agent: &mut UserAgent,
    now: Duration,
) -> Result<Flow, FetchError> {
    // http-fetch/1: take the request
    // http-fetch/2: start without a response
    // http-fetch/4: there is no response yet
    // http-fetch/4.1: preflight asked for, and the cache lacks the method or a name; differs with quirk opaque-origin-not-cached
    if make_cors_preflight != MakeCorsPreflight::No {
        let Needed {
            reasons,
            is_not_cached,
        } = preflight_reasons(fetch_params, make_cors_preflight, user_agent, now);
        if !reasons.is_empty() || is_not_cached {
            let quirks = user_agent.quirks;
            if quirks.contains(Quirk::OnePreflightPerUrl) {
                let key = CacheKey::new(&fetch_params.request, &*user_agent.public_suffixes);
                user_agent.cors_preflight_cache.clear_cache_entries(&key);
            }
            // http-fetch/4.1.1: run CORS-preflight fetch; differs with quirk head-needs-cache-entry
            return Ok(Flow::Send(cors_preflight_fetch::preflight(
                &fetch_params.request,
                &fetch_params.unsafe_names,
                reasons,
                quirks,
            )));
        }
    }
    // http-fetch/4.3: run HTTP-network-or-cache fetch
    Ok(send(fetch_params, user_agent.quirks))
}

/// Returns the flow that sends the request itself, and not its preflight.
fn send(fetch_params: &mut FetchParams, quirks: QuirkSet) -> Flow {
    let request = &fetch_params.request;
    let mut http_request = http_network_or_cache_fetch(request, quirks);
    if let Some(departures) = &mut fetch_params.departures {
        if let Some(kept) = &departures.sent_origin {
            keep_origin_header(request, &mut http_request.header_list, kept, quirks);
        }
        departures.sent_origin = http_request.header_list.values("origin").next().cloned();
    }
    Flow::Send(http_request)
}

/// Runs steps 4.1.2 and 4.3, which come after the preflight response.
pub(super) fn after_preflight(
    fetch_params: &mut FetchParams,
    user_agent: &mut UserAgent,
    now: Duration,
    preflight_response: &Response,
) -> Result<Flow, FetchError> {
    let FetchParams {
        request,
        unsafe_names,
        ..
    } = &*fetch_params;
    // http-fetch/4.1.2: the preflight fails: network error
    cors_preflight_fetch::judge(request, unsafe_names, preflight_response, user_agent, now)?;
    let departures = fetch_params.departures.as_deref_mut();
    if let Some(refusal) = departures.and_then(|departures| departures.refusal.take()) {
        return Err(refusal);
    }
    Ok(send(fetch_params, user_agent.quirks))
}

/// Runs steps 4.4 to 7, which check the response.
pub(super) fn after_network(
    fetch_params: &mut FetchParams,
    user_agent: &mut UserAgent,
    now: Duration,
    response: Response,
) -> Result<Flow, FetchError> {
    let request = &mut fetch_params.request;
    let quirks = user_agent.quirks;
    // http-fetch/4.4: tainting `cors`, and the CORS check fails: network error; differs with quirk credentialed-check-of-redirects
    if request.response_tainting == ResponseTainting::Cors {
        cors_check(request, &response)?;
        if quirks.contains(Quirk::CredentialedCheckOfRedirects)
            && is_redirect(&response, RedirectMode::Error, quirks)
            && let Err(error) = credentialed_check(request, &response)
        {
            match &mut fetch_params.departures {
                Some(departures) if fetch_params.cors_with_preflight => {
                    departures.refusal = Some(error);
                }
                _ => return Err(error),
            }
        }
    }
    // http-fetch/4.5: the TAO check fails: set the timing allow failed flag; differs with quirk error-status-hides-timing
    if tao_check(request, &response).is_err() || hides_timing(request, &response, quirks) {
        request.timing_allow_failed_flag = true;
    }
    // http-fetch/5: opaque, and Cross-Origin-Resource-Policy blocks: network error
    if request.response_tainting == ResponseTainting::Opaque {
        let public_suffixes = &*user_agent.public_suffixes;
        let check = cross_origin_resource_policy_check_with_quirks(
            &request.origin,
            &response,
            public_suffixes,
            quirks,
        );
        if check == CrossOriginResourcePolicyCheck::Blocked {
            let policy = response.header_list.get("cross-origin-resource-policy");
            return Err(FetchError::new(Failure::BlockedByCrossOriginResourcePolicy)
                .with_value(policy.unwrap_or_default()));
        }
    }
    // http-fetch/6: the status is a redirect status; differs with quirk redirect-needs-location
    if is_redirect(&response, request.redirect_mode, quirks) {
        // http-fetch/6.3: switch on the redirect mode
        return match request.redirect_mode {
            // http-fetch/6.3.error: redirect mode `error`
            // http-fetch/6.3.error.1: the result is a network error
            RedirectMode::Error => Err(FetchError::new(Failure::RedirectModeError)),
            // http-fetch/6.3.manual: redirect mode `manual`
            // http-fetch/6.3.manual.2: the result is an opaque-redirect filtered response; differs with quirk manual-redirect-needs-valid-location or manual-redirect-to-ftp-fails
            RedirectMode::Manual => {
                check_manual_redirect(&response, quirks)?;
                Ok(Flow::RespondFiltered(FilteredResponse::opaque_redirect(
                    response,
                )))
            }
            // http-fetch/6.3.follow: redirect mode `follow`
            // http-fetch/6.3.follow.2: run HTTP-redirect fetch
            RedirectMode::Follow => http_redirect_fetch(fetch_params, user_agent, now, response),
        };
    }
    // http-fetch/7: return the response
    Ok(Flow::Respond(response))
}

/// Checks the location of a redirect, if the redirect mode is `manual`. Only an engine with the quirk
/// `manual-redirect-needs-valid-location` or `manual-redirect-to-ftp-fails` checks this location.
fn check_manual_redirect(response: &Response, quirks: QuirkSet) -> Result<(), FetchError> {
    let needs_valid = quirks.contains(Quirk::ManualRedirectNeedsValidLocation);
    let refuses_ftp = quirks.contains(Quirk::ManualRedirectToFtpFails);
    if !needs_valid && !refuses_ftp {
        return Ok(());
    }
    let is_refused = match response.location_url_with_quirks(None, quirks) {
        Ok(Some(location)) => refuses_ftp && location.scheme() == "ftp",
        Ok(None) => false,
        Err(_) => needs_valid,
    };
    if is_refused {
        let location = response.header_list.get("location").unwrap_or_default();
        return Err(FetchError::new(Failure::RedirectInvalidLocation).with_value(location));
    }
    Ok(())
}

/// Whether an engine with these quirks treats the response as a redirect.
fn is_redirect(response: &Response, redirect_mode: RedirectMode, quirks: QuirkSet) -> bool {
    if !is_redirect_status_with_quirks(response.status, quirks) {
        return false;
    }
    let has_location = || {
        let location = response.header_list.get("location");
        location.is_some_and(|location| !location.is_empty())
    };
    // The redirect mode `follow` does not need the check `has_location`, because HTTP-redirect fetch handles a response
    // without a location.
    match redirect_mode {
        RedirectMode::Error if quirks.contains(Quirk::RedirectNeedsLocation) => has_location(),
        RedirectMode::Manual if quirks.contains(Quirk::OtherRedirectStatuses) => {
            is_redirect_status(response.status) || has_location()
        }
        _ => true,
    }
}

/// Whether the quirk `error-status-hides-timing` hides the resource timing of an opaque response. The engine has other
/// rules for a response with X-Content-Type-Options. The library does not model these rules, and the function returns
/// false for such a response.
fn hides_timing(request: &Request, response: &Response, quirks: QuirkSet) -> bool {
    let status = response.status;
    quirks.contains(Quirk::ErrorStatusHidesTiming)
        && request.response_tainting == ResponseTainting::Opaque
        && (!status.is_success() || status == StatusCode::PARTIAL_CONTENT)
        && !(is_redirect_status(status) && response.header_list.contains("location"))
        && !response.header_list.contains("x-content-type-options")
        && !is_style_or_script(response)
}

fn is_style_or_script(response: &Response) -> bool {
    let content_type = response.header_list.get("content-type");
    let mime_type = content_type.as_deref().and_then(parse_a_mime_type);
    mime_type.is_some_and(|mime_type| {
        mime_type.essence_is("text/css") || mime_type.essence_is("text/javascript")
    })
}

/// Performs the CORS check that the quirk `credentialed-check-of-redirects` adds. For a request with the credentials
/// mode `same-origin`, this check uses the rules of the mode `include`.
fn credentialed_check(request: &Request, response: &Response) -> Result<(), FetchError> {
    if request.credentials_mode != CredentialsMode::SameOrigin
        || !request.origin.is_same_origin_with(request.url())
    {
        return Ok(());
    }
    let mut credentialed = request.clone();
    credentialed.credentials_mode = CredentialsMode::Include;
    cors_check(&credentialed, response)
}

/// The reasons for a preflight, without the reasons that a cache entry covers.
struct Needed {
    reasons: Vec<PreflightReason>,
    /// Whether a quirk needs a cache entry that the cache does not have. If this is true, the engine sends a preflight
    /// even if `reasons` is empty.
    is_not_cached: bool,
}

/// Returns the conditions of step 4.1 that are true, sorted by their names.
fn preflight_reasons(
    fetch_params: &FetchParams,
    make_cors_preflight: MakeCorsPreflight,
    user_agent: &UserAgent,
    now: Duration,
) -> Needed {
    let FetchParams {
        request,
        unsafe_names,
        ..
    } = fetch_params;
    let quirks = user_agent.quirks;
    let cache = &user_agent.cors_preflight_cache;
    // A new key copies strings, so this code creates a key only if the cache can have a match.
    let is_used = !cache.is_empty() && can_be_cached(request, quirks);
    let key = is_used
        .then(|| CacheKey::new(&of_preflight(request, quirks), &*user_agent.public_suffixes));
    let method = request.method.as_str().as_bytes();
    let is_unsafe = !is_cors_safelisted_method(method);
    let needs_entry = quirks.contains(Quirk::HeadNeedsCacheEntry) && request.method == Method::HEAD;
    let is_cached = |key: &CacheKey| cache.has_preflight_match(key, now, quirks);
    let method_matches = || {
        key.as_ref().is_some_and(|key| {
            cache.has_method_match(key, method, now, quirks)
                || (!is_unsafe && !needs_entry && is_cached(key))
        })
    };
    let name_matches = |name: &HeaderName| {
        key.as_ref()
            .is_some_and(|key| cache.has_header_name_match(key, name, now, quirks))
    };
    let mut reasons = Vec::new();
    let mut is_not_cached = false;
    if (is_unsafe || request.use_cors_preflight_flag) && !method_matches() {
        reasons.extend(
            request
                .use_cors_preflight_flag
                .then_some(PreflightReason::Flag),
        );
        reasons.extend(is_unsafe.then_some(PreflightReason::Method));
    } else if needs_entry {
        is_not_cached = !method_matches();
    }
    if make_cors_preflight == MakeCorsPreflight::Kept {
        is_not_cached = !key.as_ref().is_some_and(is_cached);
    }
    reasons.extend(
        unsafe_names
            .iter()
            .filter(|&name| !name_matches(name))
            .cloned()
            .map(PreflightReason::Header),
    );
    reasons.sort_unstable();
    reasons.dedup();
    Needed {
        reasons,
        is_not_cached,
    }
}
