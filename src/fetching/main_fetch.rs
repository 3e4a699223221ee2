//! [Main fetch](https://fetch.spec.whatwg.org/#main-fetch). The algorithm chooses how to fetch a request, and filters
//! the response.

use alloc::vec::Vec;
use core::time::Duration;

use super::{
    UserAgent,
    author_headers::unsafe_names,
    fetch_params::{Departures, FetchParams, Flow},
    http_fetch::{MakeCorsPreflight, http_fetch},
    mixed_content::{MixedContent, should_fetching_request_be_blocked_as_mixed_content},
    scheme_fetch::scheme_fetch,
};
use crate::{
    Failure, FetchError,
    engine::{Quirk, QuirkSet},
    infrastructure::{
        bytes::{is_http_tab_or_space, is_token, strip},
        header::HeaderName,
        header_list::convert_header_names_to_a_sorted_lowercase_set,
        header_values::{Abnf, extract_header_list_values},
        method::is_cors_safelisted_method,
        port::{BlockBadPort, should_be_blocked_due_to_a_bad_port},
        referrer_policy::ReferrerPolicy,
        request::{CredentialsMode, Mode, RedirectMode, Request, ResponseTainting},
        response::{FilteredResponse, Response},
        url::is_http_or_https,
    },
};

/// Runs steps 1 to 13, which come before the network request.
pub(super) fn main_fetch(
    fetch_params: &mut FetchParams,
    user_agent: &mut UserAgent,
    now: Duration,
) -> Result<Flow, FetchError> {
    // main-fetch/1: take the request
    // main-fetch/2: start without a response
    let request = &mut fetch_params.request;
    // main-fetch/7: bad port, mixed content or a policy: network error; differs with quirk mixed-content-refused-after-preflight
    if should_be_blocked_due_to_a_bad_port(request.current_url()) == BlockBadPort::Blocked {
        let port = request.current_url().port().unwrap_or_default();
        return Err(FetchError::new(Failure::BadPort).with_value(alloc::format!("{port}")));
    }
    if should_fetching_request_be_blocked_as_mixed_content(request, user_agent)
        == MixedContent::Blocked
    {
        let error = error_with_url(Failure::BlockedAsMixedContent, request);
        match &mut fetch_params.departures {
            Some(departures)
                if user_agent
                    .quirks
                    .contains(Quirk::MixedContentRefusedAfterPreflight)
                    && request.redirect_count > 0
                    && request.mode == Mode::Cors =>
            {
                departures.refusal = Some(error);
            }
            _ => return Err(error),
        }
    }
    // main-fetch/8: no referrer policy: take the policy of the page
    if request.referrer_policy == ReferrerPolicy::Empty {
        request.referrer_policy = ReferrerPolicy::OF_PAGES;
    }
    // main-fetch/12: the first arm that matches gives the response
    if (request.origin.is_same_origin_with(request.current_url())
        && request.response_tainting == ResponseTainting::Basic)
        || request.current_url().scheme() == "data"
    {
        // main-fetch/12.basic: same origin with the page and tainting `basic`, or scheme `data`
        // main-fetch/12.basic.1: set the tainting to `basic`
        request.response_tainting = ResponseTainting::Basic;
        // main-fetch/12.basic.2: run scheme fetch
        return scheme_fetch(fetch_params, user_agent, now);
    }
    if request.mode == Mode::SameOrigin {
        // main-fetch/12.same-origin: mode `same-origin`: network error
        return Err(error_with_url(Failure::DisallowedByMode, request));
    }
    if request.mode == Mode::NoCors {
        // main-fetch/12.no-cors: mode `no-cors`
        // main-fetch/12.no-cors.1: redirect mode other than `follow`: network error
        if request.redirect_mode != RedirectMode::Follow {
            return Err(FetchError::new(Failure::NoCorsRedirectModeNotFollow));
        }
        // main-fetch/12.no-cors.2: set the tainting to `opaque`
        request.response_tainting = ResponseTainting::Opaque;
        // main-fetch/12.no-cors.3: run scheme fetch
        return scheme_fetch(fetch_params, user_agent, now);
    }
    if !is_http_or_https(request.current_url()) {
        // main-fetch/12.scheme: scheme other than http and https: network error
        return Err(error_with_url(Failure::CorsDisabledScheme, request));
    }
    let quirks = user_agent.quirks;
    fetch_params.unsafe_names = unsafe_names(request, quirks);
    if quirks.contains(Quirk::UnsafeNamesSurviveRedirects)
        && let Some(departures) = &fetch_params.departures
    {
        fetch_params
            .unsafe_names
            .clone_from(&departures.unsafe_names);
    }
    let is_unsafe = !is_cors_safelisted_method(request.method.as_str().as_bytes())
        || !fetch_params.unsafe_names.is_empty();
    let needs_preflight =
        request.use_cors_preflight_flag || (request.unsafe_request_flag && is_unsafe);
    let make_cors_preflight = if needs_preflight {
        MakeCorsPreflight::Yes
    } else {
        MakeCorsPreflight::Kept
    };
    if needs_preflight || keeps_preflight(fetch_params, quirks) {
        // main-fetch/12.cors-preflight: use-CORS-preflight flag, or an unsafe method or header of a script; differs with quirk redirect-keeps-preflight
        // main-fetch/12.cors-preflight.1: set the tainting to `cors`
        fetch_params.request.response_tainting = ResponseTainting::Cors;
        // main-fetch/12.cors-preflight.2: run HTTP fetch, with a preflight; differs with quirk unsafe-names-survive-redirects
        // main-fetch/12.cors-preflight.4: return the response
        fetch_params.cors_with_preflight = true;
        return http_fetch(fetch_params, make_cors_preflight, user_agent, now);
    }
    let request = &mut fetch_params.request;
    // main-fetch/12.cors: any other request
    // main-fetch/12.cors.1: set the tainting to `cors`
    request.response_tainting = ResponseTainting::Cors;
    // main-fetch/12.cors.2: run HTTP fetch
    http_fetch(fetch_params, MakeCorsPreflight::No, user_agent, now)
}

/// Whether the quirk `redirect-keeps-preflight` causes a preflight that the request does not need.
fn keeps_preflight(fetch_params: &FetchParams, quirks: QuirkSet) -> bool {
    let was_unsafe = |departures: &Departures| !departures.unsafe_names.is_empty();
    quirks.contains(Quirk::RedirectKeepsPreflight)
        && (fetch_params.cors_with_preflight
            || fetch_params.departures.as_deref().is_some_and(was_unsafe))
}

/// Runs steps 14 to 19. Returns the response with only the parts that the script can read.
pub(super) fn filter(
    request: &Request,
    mut response: Response,
    quirks: QuirkSet,
) -> FilteredResponse {
    // main-fetch/14: a response that is not filtered
    // main-fetch/14.1: tainting `cors`
    if request.response_tainting == ResponseTainting::Cors {
        // main-fetch/14.1.1: extract Access-Control-Expose-Headers; differs with quirk wildcard-before-junk-exposes
        let header_names =
            extract_header_list_values(Abnf::AccessControlExposeHeaders, &response.header_list);
        let list = match header_names {
            // main-fetch/14.1.2: `*` without credentials: expose every header
            Ok(Some(names))
                if request.credentials_mode != CredentialsMode::Include
                    && names.contains(&b"*".as_slice()) =>
            {
                response
                    .header_list
                    .iter()
                    .map(|(name, _)| name.clone())
                    .collect()
            }
            // main-fetch/14.1.3: otherwise: expose the listed names
            //
            // The standard says "non-null or failure". The library reads this as "neither null nor failure".
            Ok(Some(names)) => names.into_iter().map(HeaderName::from_token).collect(),
            Err(_)
                if quirks.contains(Quirk::WildcardBeforeJunkExposes)
                    && request.credentials_mode != CredentialsMode::Include
                    && has_wildcard_before_junk(&response) =>
            {
                response
                    .header_list
                    .iter()
                    .map(|(name, _)| name.clone())
                    .collect()
            }
            Ok(None) | Err(_) => Vec::new(),
        };
        response.cors_exposed_header_name_list =
            convert_header_names_to_a_sorted_lowercase_set(list);
    }
    // main-fetch/14.2: filter the response by the tainting
    let mut filtered = match request.response_tainting {
        // main-fetch/14.2.basic: `basic`: basic filtered response
        ResponseTainting::Basic => FilteredResponse::basic(response),
        // main-fetch/14.2.cors: `cors`: CORS filtered response
        ResponseTainting::Cors => FilteredResponse::cors(response),
        // main-fetch/14.2.opaque: `opaque`: opaque filtered response
        ResponseTainting::Opaque => FilteredResponse::opaque(response),
    };
    set_timing_allow_passed(request, &mut filtered, quirks);
    filtered
}

/// Whether Access-Control-Expose-Headers has a `*` before the first malformed element.
fn has_wildcard_before_junk(response: &Response) -> bool {
    let value = response.header_list.get("access-control-expose-headers");
    let value = value.unwrap_or_default();
    let elements = value.split(|&byte| byte == b',');
    let mut elements = elements
        .map(|element| strip(element, is_http_tab_or_space))
        .filter(|element| !element.is_empty())
        .take_while(|element| is_token(element));
    elements.any(|element| element == b"*")
}

/// Runs step 19. The step also applies to a response that HTTP fetch has already filtered.
pub(super) fn set_timing_allow_passed(
    request: &Request,
    filtered: &mut FilteredResponse,
    quirks: QuirkSet,
) {
    // main-fetch/19: no TAO check failed: set the timing allow passed flag; differs with quirk opaque-redirect-hides-timing or opaque-redirect-shows-timing
    let mut passed = !request.timing_allow_failed_flag;
    if filtered.is_redirect_to_location() {
        passed &= !quirks.contains(Quirk::OpaqueRedirectHidesTiming);
        passed |= quirks.contains(Quirk::OpaqueRedirectShowsTiming);
    }
    filtered.set_timing_allow_passed(passed);
}

fn error_with_url(failure: Failure, request: &Request) -> FetchError {
    FetchError::new(failure).with_value(request.current_url().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fetching::{ConnectionError, fetch},
        infrastructure::origin::Origin,
    };

    /// The standard loads some URLs that the library does not load. For these URLs, the library returns
    /// [`Failure::UnsupportedScheme`]. The standard does not have this failure, so the case format cannot contain this
    /// failure.
    #[test]
    fn schemes_without_cors_fail_before_a_request_is_sent() {
        use Failure::{
            BlockedAsMixedContent, CorsDisabledScheme, DisallowedByMode,
            NoCorsRedirectModeNotFollow, UnsupportedScheme,
        };
        for (origin, url, mode, redirect_mode, expected) in [
            (
                "http://a",
                "ftp://b/",
                Mode::Cors,
                RedirectMode::Follow,
                CorsDisabledScheme,
            ),
            (
                "http://a",
                "blob:http://b/1",
                Mode::Cors,
                RedirectMode::Manual,
                CorsDisabledScheme,
            ),
            (
                "http://a",
                "about:blank",
                Mode::Cors,
                RedirectMode::Follow,
                CorsDisabledScheme,
            ),
            (
                "null",
                "blob:null/1",
                Mode::Cors,
                RedirectMode::Follow,
                CorsDisabledScheme,
            ),
            (
                "https://a",
                "file:///b",
                Mode::Cors,
                RedirectMode::Follow,
                CorsDisabledScheme,
            ),
            (
                "https://a",
                "ftp://b/",
                Mode::NoCors,
                RedirectMode::Follow,
                BlockedAsMixedContent,
            ),
            (
                "https://a",
                "blob:http://b/1",
                Mode::Cors,
                RedirectMode::Follow,
                BlockedAsMixedContent,
            ),
            (
                "http://a",
                "blob:http://b/1",
                Mode::SameOrigin,
                RedirectMode::Follow,
                DisallowedByMode,
            ),
            (
                "http://a",
                "about:blank",
                Mode::NoCors,
                RedirectMode::Error,
                NoCorsRedirectModeNotFollow,
            ),
            (
                "http://a",
                "about:blank",
                Mode::NoCors,
                RedirectMode::Follow,
                UnsupportedScheme,
            ),
            (
                "http://a",
                "file:///b",
                Mode::NoCors,
                RedirectMode::Follow,
                UnsupportedScheme,
            ),
            (
                "http://a",
                "data:,a",
                Mode::Cors,
                RedirectMode::Follow,
                UnsupportedScheme,
            ),
            (
                "https://a",
                "data:,a",
                Mode::SameOrigin,
                RedirectMode::Error,
                UnsupportedScheme,
            ),
            (
                "http://a",
                "blob:http://a/b",
                Mode::SameOrigin,
                RedirectMode::Follow,
                UnsupportedScheme,
            ),
        ] {
            let origin = Origin::parse(origin).unwrap();
            let mut request = Request::new(origin, url.parse().unwrap());
            (request.mode, request.redirect_mode) = (mode, redirect_mode);
            let mut sent = 0;
            let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
                sent += 1;
                Err(ConnectionError)
            });
            let error = result.unwrap_err();
            assert_eq!((error.failure(), sent), (expected, 0), "{url} {mode:?}");
        }
    }

    #[test]
    fn a_user_can_allow_mixed_content() {
        for (allows_mixed_content, expected) in [
            (false, Failure::BlockedAsMixedContent),
            (true, Failure::NetworkError),
        ] {
            let mut user_agent = UserAgent::new();
            user_agent.allows_mixed_content = allows_mixed_content;
            let origin = Origin::parse("https://a").unwrap();
            let request = Request::new(origin, "http://b".parse().unwrap());
            let result = fetch(&mut user_agent, request, Duration::ZERO, |_| {
                Err(ConnectionError)
            });
            assert_eq!(result.unwrap_err().failure(), expected);
        }
    }
}
