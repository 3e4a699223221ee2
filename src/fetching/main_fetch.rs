//! [Main fetch](https://fetch.spec.whatwg.org/#main-fetch): which mode a request goes by, and what
//! script may read of the response.

use alloc::vec::Vec;
use core::time::Duration;

use super::{
    UserAgent,
    fetch_params::{FetchParams, Flow},
    http_fetch::{MakeCorsPreflight, http_fetch},
};
use crate::{
    Failure, FetchError,
    infrastructure::{
        header::HeaderName,
        header_list::convert_header_names_to_a_sorted_lowercase_set,
        header_values::{Abnf, extract_header_list_values},
        method::is_cors_safelisted_method,
        port::{BlockBadPort, should_be_blocked_due_to_a_bad_port},
        request::{CredentialsMode, Mode, RedirectMode, Request, ResponseTainting},
        response::{FilteredResponse, Response},
        safelist::cors_unsafe_request_header_names,
        url::is_http_or_https,
    },
};

/// Steps 1 to 13, up to the network.
pub(super) fn main_fetch(
    fetch_params: &mut FetchParams,
    user_agent: &mut UserAgent,
    now: Duration,
) -> Result<Flow, FetchError> {
    // main-fetch/1: take the request
    // main-fetch/2: begin without a response
    let request = &mut fetch_params.request;
    // main-fetch/7: a bad port, mixed content or a policy blocks
    if should_be_blocked_due_to_a_bad_port(request.current_url()) == BlockBadPort::Blocked {
        let port = request.current_url().port().unwrap_or_default();
        return Err(FetchError::new(Failure::BadPort).blaming(alloc::format!("{port}")));
    }
    // main-fetch/12: the first arm that fits gives the response
    if request.origin.is_same_origin_with(request.current_url())
        && request.response_tainting == ResponseTainting::Basic
    {
        // What scheme fetch would make of a blob has no CORS, and is not here.
        if !is_http_or_https(request.current_url()) {
            return Err(blaming_url(Failure::CorsDisabledScheme, request));
        }
        // main-fetch/12.basic: the URL is of the request's own origin and nothing was tainted
        // main-fetch/12.basic.1: the tainting is basic
        request.response_tainting = ResponseTainting::Basic;
        // main-fetch/12.basic.2: fetch it
        return http_fetch(fetch_params, MakeCorsPreflight::No, user_agent, now);
    }
    if request.mode == Mode::SameOrigin {
        // main-fetch/12.same-origin: mode `same-origin`: nothing else is allowed
        return Err(blaming_url(Failure::DisallowedByMode, request));
    }
    if request.mode == Mode::NoCors {
        // main-fetch/12.no-cors: mode `no-cors`
        // main-fetch/12.no-cors.1: redirects must be followed
        if request.redirect_mode != RedirectMode::Follow {
            return Err(FetchError::new(Failure::NoCorsRedirectModeNotFollow));
        }
        // main-fetch/12.no-cors.2: the tainting is opaque
        request.response_tainting = ResponseTainting::Opaque;
        // main-fetch/12.no-cors.3: fetch it
        // The schemes that scheme fetch knows beside these two have no CORS.
        if is_http_or_https(request.current_url()) {
            return http_fetch(fetch_params, MakeCorsPreflight::No, user_agent, now);
        }
    }
    if !is_http_or_https(request.current_url()) {
        // main-fetch/12.scheme: CORS is for http(s) only
        return Err(blaming_url(Failure::CorsDisabledScheme, request));
    }
    fetch_params.unsafe_names = cors_unsafe_request_header_names(&request.header_list);
    let is_unsafe = !is_cors_safelisted_method(request.method.as_str().as_bytes())
        || !fetch_params.unsafe_names.is_empty();
    if request.use_cors_preflight_flag || (request.unsafe_request_flag && is_unsafe) {
        // main-fetch/12.cors-preflight: a preflight may be needed: the flag, the method or an unsafe name asks for it
        // main-fetch/12.cors-preflight.1: the tainting is cors
        request.response_tainting = ResponseTainting::Cors;
        // main-fetch/12.cors-preflight.2: HTTP fetch with a preflight
        // main-fetch/12.cors-preflight.4: give the response
        fetch_params.cors_with_preflight = true;
        return http_fetch(fetch_params, MakeCorsPreflight::Yes, user_agent, now);
    }
    // main-fetch/12.cors: no preflight is needed
    // main-fetch/12.cors.1: the tainting is cors
    request.response_tainting = ResponseTainting::Cors;
    // main-fetch/12.cors.2: HTTP fetch
    http_fetch(fetch_params, MakeCorsPreflight::No, user_agent, now)
}

/// Steps 14 to 19: the response as script sees it.
pub(super) fn filter(request: &Request, mut response: Response) -> FilteredResponse {
    // main-fetch/14: there is a response, and it is not filtered yet
    // main-fetch/14.1: the tainting is cors
    if request.response_tainting == ResponseTainting::Cors {
        // main-fetch/14.1.1: extract the names of Access-Control-Expose-Headers
        let header_names =
            extract_header_list_values(Abnf::AccessControlExposeHeaders, &response.header_list);
        let list = match header_names {
            // main-fetch/14.1.2: `*` without credentials: expose every name
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
            // main-fetch/14.1.3: otherwise expose the names, if there are any
            // "non-null or failure" is read as neither null nor failure.
            Ok(Some(names)) => names.into_iter().map(HeaderName::from_token).collect(),
            Ok(None) | Err(_) => Vec::new(),
        };
        response.cors_exposed_header_name_list =
            convert_header_names_to_a_sorted_lowercase_set(list);
    }
    // main-fetch/14.2: filter the response by the tainting
    let mut filtered = match request.response_tainting {
        // main-fetch/14.2.basic: basic: as a basic filtered response
        ResponseTainting::Basic => FilteredResponse::basic(response),
        // main-fetch/14.2.cors: cors: as a CORS filtered response
        ResponseTainting::Cors => FilteredResponse::cors(response),
        // main-fetch/14.2.opaque: opaque: as an opaque filtered response
        ResponseTainting::Opaque => FilteredResponse::opaque(response),
    };
    // main-fetch/19: times may be seen, unless a check failed
    filtered.set_timing_allow_passed(!request.timing_allow_failed_flag);
    filtered
}

fn blaming_url(failure: Failure, request: &Request) -> FetchError {
    FetchError::new(failure).blaming(request.current_url().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fetching::{ConnectionFailure, fetch},
        infrastructure::origin::Origin,
    };

    /// No case can have such a URL.
    #[test]
    fn a_scheme_without_cors_is_refused_before_anything_is_sent() {
        for (url, mode) in [
            ("data:,a", Mode::Cors),
            ("ftp://b/", Mode::Cors),
            ("file:///b", Mode::NoCors),
            ("blob:http://a/b", Mode::SameOrigin),
        ] {
            let mut request =
                Request::new(Origin::parse(b"http://a").unwrap(), url.parse().unwrap());
            request.mode = mode;
            let mut sent = 0;
            let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
                sent += 1;
                Err(ConnectionFailure)
            });
            let error = result.unwrap_err();
            assert_eq!(
                (error.failure(), error.step(), sent),
                (Failure::CorsDisabledScheme, "main-fetch/12", 0)
            );
        }
    }
}
