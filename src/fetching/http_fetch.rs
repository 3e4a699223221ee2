//! [HTTP fetch](https://fetch.spec.whatwg.org/#http-fetch): whether a preflight is necessary, and the
//! checks of the response.
//!
//! The algorithm waits for the network twice, so it is three functions: before the network, after the
//! preflight, and after the response.

use alloc::vec::Vec;
use core::time::Duration;

use super::{
    UserAgent,
    corp_check::{CrossOriginResourcePolicyCheck, cross_origin_resource_policy_check},
    cors_check::cors_check,
    cors_preflight_cache::CacheKey,
    cors_preflight_fetch,
    fetch_params::{FetchParams, Flow},
    http_network_or_cache_fetch::http_network_or_cache_fetch,
    http_redirect_fetch::http_redirect_fetch,
    preflight_reason::PreflightReason,
    tao_check::tao_check,
};
use crate::{
    Failure, FetchError,
    infrastructure::{
        header::HeaderName,
        method::is_cors_safelisted_method,
        request::{RedirectMode, ResponseTainting},
        response::{FilteredResponse, Response, is_redirect_status},
    },
};

/// The parameter *makeCORSPreflight* of HTTP fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MakeCorsPreflight {
    Yes,
    No,
}

/// Steps 1 to 4.3, before the network.
pub(super) fn http_fetch(
    fetch_params: &mut FetchParams,
    make_cors_preflight: MakeCorsPreflight,
    user_agent: &UserAgent,
    now: Duration,
) -> Result<Flow, FetchError> {
    // http-fetch/1: take the request
    // http-fetch/2: start without a response
    // http-fetch/4: there is no response yet
    // http-fetch/4.1: preflight asked for, and the cache lacks the method or a name
    if make_cors_preflight == MakeCorsPreflight::Yes {
        let reasons = preflight_reasons(fetch_params, user_agent, now);
        if !reasons.is_empty() {
            // http-fetch/4.1.1: run CORS-preflight fetch
            return Ok(Flow::Send(cors_preflight_fetch::preflight(
                &fetch_params.request,
                &fetch_params.unsafe_names,
                reasons,
            )));
        }
    }
    // http-fetch/4.3: run HTTP-network-or-cache fetch
    Ok(Flow::Send(http_network_or_cache_fetch(
        &fetch_params.request,
    )))
}

/// Steps 4.1.2 and 4.3, after the preflight response.
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
    Ok(Flow::Send(http_network_or_cache_fetch(request)))
}

/// Steps 4.4 to 7, after the response.
pub(super) fn after_network(
    fetch_params: &mut FetchParams,
    user_agent: &mut UserAgent,
    now: Duration,
    response: Response,
) -> Result<Flow, FetchError> {
    let request = &mut fetch_params.request;
    // http-fetch/4.4: tainting `cors`, and the CORS check fails: network error
    if request.response_tainting == ResponseTainting::Cors {
        cors_check(request, &response)?;
    }
    // http-fetch/4.5: the TAO check fails: set the timing allow failed flag
    if tao_check(request, &response).is_err() {
        request.timing_allow_failed_flag = true;
    }
    // http-fetch/5: opaque, and Cross-Origin-Resource-Policy blocks: network error
    if request.response_tainting == ResponseTainting::Opaque {
        let public_suffixes = &*user_agent.public_suffixes;
        let check = cross_origin_resource_policy_check(&request.origin, &response, public_suffixes);
        if check == CrossOriginResourcePolicyCheck::Blocked {
            let policy = response.header_list.get("cross-origin-resource-policy");
            return Err(FetchError::new(Failure::BlockedByCrossOriginResourcePolicy)
                .with_value(policy.unwrap_or_default()));
        }
    }
    // http-fetch/6: the status is a redirect status
    if is_redirect_status(response.status) {
        // http-fetch/6.3: switch on the redirect mode
        return match request.redirect_mode {
            // http-fetch/6.3.error: redirect mode `error`
            // http-fetch/6.3.error.1: the result is a network error
            RedirectMode::Error => Err(FetchError::new(Failure::RedirectModeError)),
            // http-fetch/6.3.manual: redirect mode `manual`
            // http-fetch/6.3.manual.2: the result is an opaque-redirect filtered response
            RedirectMode::Manual => Ok(Flow::RespondFiltered(FilteredResponse::opaque_redirect(
                response,
            ))),
            // http-fetch/6.3.follow: redirect mode `follow`
            // http-fetch/6.3.follow.2: run HTTP-redirect fetch
            RedirectMode::Follow => http_redirect_fetch(fetch_params, user_agent, now, response),
        };
    }
    // http-fetch/7: return the response
    Ok(Flow::Respond(response))
}

/// Returns the conditions of step 4.1 that hold, in the order of their names.
fn preflight_reasons(
    fetch_params: &FetchParams,
    user_agent: &UserAgent,
    now: Duration,
) -> Vec<PreflightReason> {
    let FetchParams {
        request,
        unsafe_names,
        ..
    } = fetch_params;
    let cache = &user_agent.cors_preflight_cache;
    // An empty cache has no match, so it does not need a key. Creating a key copies strings.
    let key = (!cache.is_empty()).then(|| CacheKey::new(request, &*user_agent.public_suffixes));
    let method = request.method.as_str().as_bytes();
    let method_matches = || {
        key.as_ref()
            .is_some_and(|key| cache.has_method_cache_entry_match(key, method, now))
    };
    let name_matches = |name: &HeaderName| {
        key.as_ref()
            .is_some_and(|key| cache.has_header_name_cache_entry_match(key, name, now))
    };
    let mut reasons = Vec::new();
    let is_unsafe = !is_cors_safelisted_method(method);
    if (is_unsafe || request.use_cors_preflight_flag) && !method_matches() {
        reasons.extend(
            request
                .use_cors_preflight_flag
                .then_some(PreflightReason::Flag),
        );
        reasons.extend(is_unsafe.then_some(PreflightReason::Method));
    }
    reasons.extend(
        unsafe_names
            .iter()
            .filter(|&name| !name_matches(name))
            .cloned()
            .map(PreflightReason::Header),
    );
    reasons.sort_unstable();
    reasons
}
