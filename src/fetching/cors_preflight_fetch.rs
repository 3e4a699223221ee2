//! The [CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch), in two halves. The first half creates
//! the request to send. The second half judges the response.
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::browser::{HeaderList, Origin, Request, Response, UserAgent};
//! use fetch_cors::{Failure, fetching::cors_preflight_fetch::*};
//!
//! let mut request = Request::new(Origin::parse("https://a.example")?, "https://b.example".parse()?);
//! request.method = http::Method::PUT;
//!
//! let preflight = cors_preflight_request(&request);
//! assert_eq!(preflight.header_list.get("access-control-request-method").as_deref(), Some(b"PUT".as_slice()));
//!
//! let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")])?;
//! let response = Response::new(http::StatusCode::NO_CONTENT, headers);
//! let error = judge_cors_preflight_response(&request, &response, &mut UserAgent::new(), Duration::ZERO).unwrap_err();
//! assert_eq!(error.failure(), Failure::MethodDisallowedByPreflightResponse);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{borrow::Cow, vec::Vec};
use core::time::Duration;

use http::Method;

use super::{
    UserAgent, cors_check::cors_check, cors_preflight_cache::CacheKey,
    http_network_or_cache_fetch::http_network_or_cache_fetch, http_request::HttpRequest,
    preflight_reason::PreflightReason,
};
use crate::{
    Failure, FetchError,
    engine::{Quirk, QuirkSet},
    infrastructure::{
        header::{
            ACCEPT, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName,
            HeaderValue,
        },
        header_list::{HeaderList, convert_header_names_to_a_sorted_lowercase_set},
        header_values::{Abnf, extract_header_list_values},
        method::is_cors_safelisted_method,
        origin::Origin,
        request::{CredentialsMode, Mode, Request, ResponseTainting},
        response::{Response, is_ok_status, is_redirect_status},
        safelist::{
            cors_unsafe_request_header_names, cors_unsafe_request_header_names_with_quirks,
            is_cors_non_wildcard_request_header_name,
        },
    },
};

/// The max-age of a preflight response that does not have a valid `Access-Control-Max-Age`.
const DEFAULT_MAX_AGE_SECONDS: u64 = 5;

/// Returns the preflight for `request`. This function is the first half of CORS-preflight fetch.
///
/// The function does not check whether a preflight is necessary. The member `preflight_reasons` of the result lists all
/// reasons for the preflight, as in a browser with an empty preflight cache.
///
/// ```
/// # use fetch_cors::{browser::{HeaderList, Origin, Request}, fetching::cors_preflight_fetch::*};
/// let mut request = Request::new(Origin::parse("http://a")?, "http://b".parse()?);
/// request.header_list = HeaderList::from_pairs([("X-B", "1"), ("X-A", "2")])?;
/// let preflight = cors_preflight_request(&request);
/// assert_eq!(preflight.header_list.get("access-control-request-headers").as_deref(), Some(b"x-a,x-b".as_slice()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cors_preflight_request(request: &Request) -> HttpRequest {
    let unsafe_names = cors_unsafe_request_header_names(&request.header_list);
    let mut reasons = Vec::new();
    reasons.extend(
        request
            .use_cors_preflight_flag
            .then_some(PreflightReason::Flag),
    );
    reasons.extend(unsafe_names.iter().cloned().map(PreflightReason::Header));
    let is_safelisted = is_cors_safelisted_method(request.method.as_str().as_bytes());
    reasons.extend((!is_safelisted).then_some(PreflightReason::Method));
    preflight(request, &unsafe_names, reasons, QuirkSet::EMPTY)
}

/// Checks that the preflight response allows `request`. If the response allows `request`, the function stores the
/// allowed methods and header names in the cache. This function is the second half of CORS-preflight fetch.
///
/// # Errors
///
/// Returns the first failure. The possible failures, in the order of the checks, are:
///
/// - a failure of the CORS check, at a step of the CORS check (the code of the failure has the prefix `preflight-`);
/// - [`Failure::PreflightDisallowedRedirect`] and [`Failure::PreflightInvalidStatus`], at step 7;
/// - [`Failure::InvalidAllowMethodsPreflightResponse`] and
///   [`Failure::InvalidAllowHeadersPreflightResponse`], at step 7.3;
/// - [`Failure::MethodDisallowedByPreflightResponse`], at step 7.5;
/// - [`Failure::HeaderDisallowedByPreflightResponse`], at step 7.6 or 7.7.
///
/// ```
/// # use fetch_cors::browser::{HeaderList, Origin, Request, Response, UserAgent};
/// # use fetch_cors::fetching::cors_preflight_fetch::*;
/// # let request = Request::new(Origin::parse("http://a")?, "http://b".parse()?);
/// let headers = HeaderList::from_pairs([("Access-Control-Allow-Origin", "*")])?;
/// let response = Response::new(http::StatusCode::OK, headers);
/// judge_cors_preflight_response(&request, &response, &mut UserAgent::new(), Default::default())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn judge_cors_preflight_response(
    request: &Request,
    response: &Response,
    user_agent: &mut UserAgent,
    now: Duration,
) -> Result<(), FetchError> {
    let unsafe_names =
        cors_unsafe_request_header_names_with_quirks(&request.header_list, user_agent.quirks);
    judge(request, &unsafe_names, response, user_agent, now)
}

/// Runs steps 1 to 6, which create the preflight.
pub(super) fn preflight(
    request: &Request,
    unsafe_names: &[HeaderName],
    reasons: Vec<PreflightReason>,
    quirks: QuirkSet,
) -> HttpRequest {
    // cors-preflight-fetch/1: make an OPTIONS request: same URLs, same origin, mode `cors`; differs with quirk preflight-with-page-origin
    let mut preflight = of_preflight(request, quirks).with_same_urls();
    preflight.method = Method::OPTIONS;
    preflight.referrer_policy = request.referrer_policy;
    preflight.mode = Mode::Cors;
    preflight.response_tainting = ResponseTainting::Cors;
    // cors-preflight-fetch/2: append `Accept: */*`; differs with quirk author-user-agent-on-preflight
    preflight
        .header_list
        .append(ACCEPT, HeaderValue::from_static(b"*/*"));
    if quirks.contains(Quirk::AuthorUserAgentOnPreflight) {
        let headers = request.header_list.iter();
        let user_agents = headers.filter(|(name, _)| *name == "user-agent");
        for (name, value) in user_agents {
            preflight.header_list.append(name.clone(), value.clone());
        }
    }
    // cors-preflight-fetch/3: append Access-Control-Request-Method, byte for byte
    let method = HeaderValue::from_valid(request.method.as_str().as_bytes());
    preflight
        .header_list
        .append(ACCESS_CONTROL_REQUEST_METHOD, method);
    // cors-preflight-fetch/4: take the CORS-unsafe request-header names
    let headers = unsafe_names;
    // cors-preflight-fetch/5: there are unsafe names
    if !headers.is_empty() {
        // cors-preflight-fetch/5.1: join the names with commas, without spaces
        let names: Vec<_> = headers.iter().map(HeaderName::as_bytes).collect();
        let value = names.join(b",".as_slice());
        // cors-preflight-fetch/5.2: append Access-Control-Request-Headers
        let value = HeaderValue::from_vec(value);
        preflight
            .header_list
            .append(ACCESS_CONTROL_REQUEST_HEADERS, value);
    }
    // cors-preflight-fetch/6: run HTTP-network-or-cache fetch for the preflight
    HttpRequest {
        preflight_reasons: Some(reasons),
        ..http_network_or_cache_fetch(&preflight, quirks)
    }
}

/// Runs steps 7 and 8, which judge the preflight response. Returns an error if the preflight fails.
pub(super) fn judge(
    request: &Request,
    unsafe_names: &[HeaderName],
    response: &Response,
    user_agent: &mut UserAgent,
    now: Duration,
) -> Result<(), FetchError> {
    let quirks = user_agent.quirks;
    let method = request.method.as_str().as_bytes();
    // cors-preflight-fetch/7: the CORS check passes for the request, and the status is an ok status
    //
    // The CORS check depends on the credentials mode. The credentials mode of a preflight is always `same-origin`, so
    // the check reads the credentials mode of `request`.
    if !(quirks.contains(Quirk::PreflightWithPageOrigin)
        && request.origin.is_same_origin_with(request.current_url()))
    {
        cors_check(&of_preflight(request, quirks), response).map_err(FetchError::on_preflight)?;
    }
    check_status(response)?;
    // cors-preflight-fetch/7.1: extract Access-Control-Allow-Methods
    let methods =
        extract_header_list_values(Abnf::AccessControlAllowMethods, &response.header_list);
    // cors-preflight-fetch/7.2: extract Access-Control-Allow-Headers
    let header_names =
        extract_header_list_values(Abnf::AccessControlAllowHeaders, &response.header_list);
    // cors-preflight-fetch/7.3: one of the two does not parse: network error
    let with_header_value = |failure: Failure, abnf: Abnf| {
        let value = response
            .header_list
            .get(abnf.header_name())
            .unwrap_or_default();
        FetchError::new(failure).with_value(value)
    };
    let methods = methods.map_err(|_| {
        with_header_value(
            Failure::InvalidAllowMethodsPreflightResponse,
            Abnf::AccessControlAllowMethods,
        )
    })?;
    let header_names = header_names.map_err(|_| {
        with_header_value(
            Failure::InvalidAllowHeadersPreflightResponse,
            Abnf::AccessControlAllowHeaders,
        )
    })?;
    // cors-preflight-fetch/7.4: no list of methods, use-CORS-preflight flag set: list the method; differs with quirk upload-listener-allows-no-method
    let methods = match methods {
        None if request.use_cors_preflight_flag
            && !quirks.contains(Quirk::UploadListenerAllowsNoMethod) =>
        {
            Some(Vec::from([method]))
        }
        methods => methods,
    };
    // After step 7.4, null has the same effect as an empty list.
    let methods = methods.unwrap_or_default();
    let header_names: Vec<_> = header_names
        .unwrap_or_default()
        .into_iter()
        .map(HeaderName::from_token)
        .collect();
    let granted = Granted {
        methods,
        header_names,
    };
    let allowed = granted.allow(request, unsafe_names, quirks);
    if allowed.is_ok() || quirks.contains(Quirk::FailedPreflightFillsCache) {
        granted.fill_cache(request, response, user_agent, now);
    }
    allowed?;
    // cors-preflight-fetch/7.16: return the response
    Ok(())
}

/// The methods and header names that a preflight response allows.
struct Granted<'a> {
    methods: Vec<&'a [u8]>,
    header_names: Vec<HeaderName>,
}

impl Granted<'_> {
    /// Runs steps 7.5 to 7.7. Returns an error if the response does not allow the request.
    fn allow(
        &self,
        request: &Request,
        unsafe_names: &[HeaderName],
        quirks: QuirkSet,
    ) -> Result<(), FetchError> {
        let Self {
            methods,
            header_names,
        } = self;
        let includes_credentials = request.credentials_mode == CredentialsMode::Include;
        let method = request.method.as_str().as_bytes();
        // cors-preflight-fetch/7.5: method neither listed, safelisted nor covered by `*`: network error; differs with quirk failed-preflight-fills-cache
        if !methods.contains(&method)
            && !is_cors_safelisted_method(method)
            && (includes_credentials || !methods.contains(&b"*".as_slice()))
        {
            return Err(
                FetchError::new(Failure::MethodDisallowedByPreflightResponse).with_value(method),
            );
        }
        let allowed_names = convert_header_names_to_a_sorted_lowercase_set(header_names.clone());
        let is_allowed = |name: &HeaderName| allowed_names.binary_search(name).is_ok();
        // cors-preflight-fetch/7.6: Authorization in the request, but not listed by name: network error; differs with quirk wildcard-covers-authorization
        let non_wildcard_name = request
            .header_list
            .iter()
            .map(|(name, _)| name)
            .find(|name| is_cors_non_wildcard_request_header_name(name.as_bytes()))
            .filter(|_| !quirks.contains(Quirk::WildcardCoversAuthorization));
        if let Some(name) = non_wildcard_name.filter(|name| !is_allowed(name)) {
            return Err(
                FetchError::new(Failure::HeaderDisallowedByPreflightResponse)
                    .with_value(name.as_bytes()),
            );
        }
        // cors-preflight-fetch/7.7: unsafe name neither listed nor covered by `*`: network error
        let is_wildcard = !includes_credentials && allowed_names.iter().any(|name| name == "*");
        if let Some(name) = unsafe_names
            .iter()
            .find(|name| !is_wildcard && !is_allowed(name))
        {
            return Err(
                FetchError::at_second_step(Failure::HeaderDisallowedByPreflightResponse)
                    .with_value(name.as_bytes()),
            );
        }
        Ok(())
    }

    /// Runs steps 7.8 to 7.15, which store the allowed methods and header names in the cache.
    fn fill_cache(
        &self,
        request: &Request,
        response: &Response,
        user_agent: &mut UserAgent,
        now: Duration,
    ) {
        let Self {
            methods,
            header_names,
        } = self;
        let quirks = user_agent.quirks;
        if !can_be_cached(request, quirks) {
            return;
        }
        let request = of_preflight(request, quirks);
        let key = CacheKey::new(&request, &*user_agent.public_suffixes);
        let cache = &mut user_agent.cors_preflight_cache;
        let Some(max_age) = max_age(&response.header_list, quirks) else {
            return;
        };
        // cors-preflight-fetch/7.10: clamp to the imposed limit
        let max_age = max_age.min(cache.max_age_limit());
        // cors-preflight-fetch/7.12: methods with a cache entry match: set the max-age of the entries; differs with quirk one-preflight-per-url
        if quirks.contains(Quirk::OnePreflightPerUrl) {
            cache.clear_cache_entries(&key);
        }
        for method in methods {
            cache.set_max_age_of_method_matches(&key, method, max_age, now, quirks);
        }
        // cors-preflight-fetch/7.13: methods without a cache entry match: create entries; differs with quirk safelisted-method-is-cached
        for method in methods {
            if !cache.has_method_match(&key, method, now, quirks) {
                cache.create_method_entry(&key, max_age, method, now);
            }
        }
        // cors-preflight-fetch/7.14: names with a cache entry match: set the max-age of the entries
        for header_name in header_names {
            cache.set_max_age_of_header_name_matches(&key, header_name, max_age, now, quirks);
        }
        // cors-preflight-fetch/7.15: names without a cache entry match: create entries; differs with quirk safelisted-method-stays-cached
        for header_name in header_names {
            if !cache.has_header_name_match(&key, header_name, now, quirks) {
                cache.create_header_name_entry(&key, max_age, header_name, now);
            }
        }
        if quirks.contains(Quirk::SafelistedMethodStaysCached) {
            cache.create_preflight_entry(&key, u64::MAX, now);
        } else if quirks.contains(Quirk::SafelistedMethodIsCached) {
            cache.create_preflight_entry(&key, max_age, now);
        }
    }
}

/// Returns the max-age of a preflight response with these headers, in seconds. Returns `None` if an engine with these quirks
/// does not cache the response.
pub(crate) fn max_age(headers: &HeaderList, quirks: QuirkSet) -> Option<u64> {
    // cors-preflight-fetch/7.8: extract Access-Control-Max-Age; differs with quirk signed-max-age
    if quirks.contains(Quirk::SignedMaxAge) {
        let value = headers.get("access-control-max-age");
        let seconds = value.and_then(|value| signed_number(&value));
        let seconds = seconds.map(|seconds| u64::try_from(seconds).unwrap_or(0));
        return Some(seconds.unwrap_or(DEFAULT_MAX_AGE_SECONDS));
    }
    let max_age = extract_header_list_values(Abnf::AccessControlMaxAge, headers);
    // cors-preflight-fetch/7.9: absent or malformed: 5 seconds; differs with quirk malformed-max-age-not-cached
    let seconds = match &max_age {
        Ok(Some(digits)) => digits
            .first()
            .map_or(DEFAULT_MAX_AGE_SECONDS, |digits| seconds(digits)),
        Ok(None) | Err(_) => DEFAULT_MAX_AGE_SECONDS,
    };
    if quirks.contains(Quirk::MalformedMaxAgeNotCached) {
        let value = headers.get("access-control-max-age");
        let is_malformed = max_age.is_err() && value.is_some_and(|value| !value.is_empty());
        return (!is_malformed && seconds > 0).then_some(seconds);
    }
    Some(seconds)
}

fn signed_number(value: &[u8]) -> Option<i64> {
    core::str::from_utf8(value).ok()?.parse().ok()
}

/// Returns the request for which an engine builds a preflight. With the quirk `preflight-with-page-origin`, the
/// returned request does not have redirects, so the preflight has the origin of the page.
pub(super) fn of_preflight(request: &Request, quirks: QuirkSet) -> Cow<'_, Request> {
    if quirks.contains(Quirk::PreflightWithPageOrigin) {
        Cow::Owned(request.without_redirects())
    } else {
        Cow::Borrowed(request)
    }
}

/// Whether an engine with these quirks caches the preflights of the page. With the quirk `opaque-origin-not-cached`,
/// the engine does not cache the preflights of a page with an opaque origin.
pub(super) const fn can_be_cached(request: &Request, quirks: QuirkSet) -> bool {
    !(quirks.contains(Quirk::OpaqueOriginNotCached) && matches!(request.origin, Origin::Opaque(_)))
}

fn check_status(response: &Response) -> Result<(), FetchError> {
    if is_ok_status(response.status) {
        return Ok(());
    }
    // cors-preflight-fetch/8: otherwise: network error
    let failure = if is_redirect_status(response.status) {
        Failure::PreflightDisallowedRedirect
    } else {
        Failure::PreflightInvalidStatus
    };
    Err(FetchError::new(failure).with_value(response.status.as_str()))
}

/// Returns the number that `digits` represent. If the number is too large, returns `u64::MAX`.
fn seconds(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |seconds: u64, digit| {
        seconds
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    })
}
