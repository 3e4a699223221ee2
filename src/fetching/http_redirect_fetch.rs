//! [HTTP-redirect fetch](https://fetch.spec.whatwg.org/#http-redirect-fetch). The algorithm checks a redirect and changes
//! the request.

use core::time::Duration;

use ::url::Url;
use http::Method;

use super::{
    UserAgent,
    fetch_params::{FetchParams, Flow},
    main_fetch::main_fetch,
};
use crate::{
    Failure, FetchError,
    engine::Quirk,
    infrastructure::{
        forbidden::request_body_header_names,
        header_list::HeaderList,
        origin::{Origin, TupleOrigin},
        referrer_policy::ReferrerPolicy,
        request::{Body, Mode, Request, ResponseTainting},
        response::Response,
        url::{includes_credentials, is_http_or_https},
    },
};

/// The maximum number of redirects that a fetch follows.
const MAX_REDIRECTS: u8 = 20;

/// Follows the redirect `response`. If the response does not have a location, returns the response.
pub(super) fn http_redirect_fetch(
    fetch_params: &mut FetchParams,
    user_agent: &mut UserAgent,
    now: Duration,
    response: Response,
) -> Result<Flow, FetchError> {
    // http-redirect-fetch/1: take the request
    // http-redirect-fetch/2: take the internal response
    let request = &mut fetch_params.request;
    // http-redirect-fetch/3: take the location URL
    let quirks = user_agent.quirks;
    let fragment = request.current_url().fragment();
    let location_quirks = if request.response_tainting == ResponseTainting::Basic {
        quirks.without(Quirk::LocationBaseHasNoUserinfo)
    } else {
        quirks
    };
    let location_url = match response.location_url_with_quirks(fragment, location_quirks) {
        // http-redirect-fetch/4: no location: return the response as it is
        Ok(None) => return Ok(Flow::Respond(response)),
        Ok(Some(location_url)) => location_url,
        // http-redirect-fetch/5: invalid location: network error
        Err(invalid) => {
            return Err(FetchError::new(Failure::RedirectInvalidLocation).with_value(invalid.value));
        }
    };
    let location = response.header_list.get("location").unwrap_or_default();
    let with_location = |error: FetchError| error.with_value(&*location);
    // http-redirect-fetch/6: scheme other than http and https: network error
    if !is_http_or_https(&location_url) {
        return Err(with_location(FetchError::new(
            Failure::RedirectDisallowedScheme,
        )));
    }
    // http-redirect-fetch/7: twenty redirects already: network error
    if request.redirect_count >= MAX_REDIRECTS {
        return Err(with_location(FetchError::new(Failure::TooManyRedirects)));
    }
    // http-redirect-fetch/8: count this redirect
    request.redirect_count += 1;
    // http-redirect-fetch/9: mode `cors`, userinfo in a location of another origin: network error; differs with quirk userinfo-in-redirect-refused
    let mut refusal = None;
    if includes_credentials(&location_url)
        && ((request.mode == Mode::Cors && !request.origin.is_same_origin_with(&location_url))
            || (quirks.contains(Quirk::UserinfoInRedirectRefused) && !request.is_xhr))
    {
        refusal = Some(FetchError::new(Failure::RedirectContainsCredentials));
    // http-redirect-fetch/10: tainting `cors`, userinfo in the location: network error; differs with quirk userinfo-refused-after-preflight
    //
    // A server of another origin must not redirect the page to a URL with a password, even if the URL has the page's own
    // origin.
    } else if request.response_tainting == ResponseTainting::Cors
        && includes_credentials(&location_url)
    {
        refusal = Some(FetchError::at_second_step(
            Failure::RedirectContainsCredentials,
        ));
    }
    if let Some(refusal) = refusal.map(with_location) {
        match &mut fetch_params.departures {
            Some(departures)
                if quirks.contains(Quirk::UserinfoRefusedAfterPreflight)
                    && request.response_tainting == ResponseTainting::Basic =>
            {
                departures.refusal = Some(refusal);
            }
            _ => return Err(refusal),
        }
    }
    let status = response.status.as_u16();
    // http-redirect-fetch/11: status other than 303, body without a source: network error
    if status != 303 && request.body == Some(Body::Stream) {
        return Err(FetchError::new(Failure::RedirectBodyWithoutSource));
    }
    if quirks.contains(Quirk::RedirectRestoresHeaders)
        && let Some(departures) = &fetch_params.departures
    {
        request.header_list.clone_from(&departures.header_list);
        if becomes_get(status, &departures.method) {
            for header_name in request_body_header_names() {
                request.header_list.delete(header_name);
            }
        }
    }
    let is_same_origin = TupleOrigin::from_url(request.current_url())
        .is_some_and(|origin| Origin::Tuple(origin).is_same_origin_with(&location_url));
    let keeps_method = !becomes_get(status, &request.method);
    // http-redirect-fetch/12: a POST with 301 or 302, or any method but GET and HEAD with 303; differs with quirk delete-becomes-get
    if becomes_get(status, &request.method) {
        // http-redirect-fetch/12.1: change the method to GET, remove the body
        request.method = Method::GET;
        request.body = None;
        // http-redirect-fetch/12.2: delete the headers that describe a body; differs with quirk redirect-restores-body-headers
        for header_name in request_body_header_names() {
            request.header_list.delete(header_name);
        }
    } else if quirks.contains(Quirk::DeleteBecomesGet)
        && request.method == Method::DELETE
        && !is_same_origin
    {
        request.method = Method::GET;
        request.body = None;
    }
    // http-redirect-fetch/13: location of another origin: delete Authorization; differs with quirk redirect-restores-headers or redirect-removes-client-hints
    if !is_same_origin {
        request.header_list.delete("authorization");
    }
    if quirks.contains(Quirk::RedirectRemovesClientHints)
        && !request.origin.is_same_origin_with(&location_url)
    {
        for header_name in DEVICE_HINTS {
            request.header_list.delete(header_name);
        }
    }
    if quirks.contains(Quirk::RedirectRestoresBodyHeaders)
        && keeps_method
        && let Some(departures) = &fetch_params.departures
    {
        restore_body_headers(request, &departures.header_list, &location_url, status);
    }
    // http-redirect-fetch/18: append the location to the URL list
    request.append_url(location_url);
    // http-redirect-fetch/19: set the referrer policy by the response
    set_referrer_policy_on_redirect(request, &response);
    // http-redirect-fetch/20: the next main fetch is recursive
    // http-redirect-fetch/22: run main fetch
    let flow = main_fetch(fetch_params, user_agent, now)?;
    let is_preflight = matches!(&flow, Flow::Send(http_request) if http_request.is_preflight());
    let departures = fetch_params.departures.as_deref_mut();
    let refusal = departures.filter(|_| !is_preflight);
    match refusal.and_then(|departures| departures.refusal.take()) {
        Some(refusal) => Err(refusal),
        None => Ok(flow),
    }
}

/// The client hints that an engine with the quirk `redirect-removes-client-hints` removes. In such an engine, a page
/// needs a permission to send these hints to another origin. The client hint Save-Data does not need a permission, so
/// this list does not contain Save-Data.
const DEVICE_HINTS: [&str; 7] = [
    "device-memory",
    "downlink",
    "dpr",
    "ect",
    "rtt",
    "viewport-width",
    "width",
];

/// Restores request-body-headers that an earlier redirect removed. Only an engine with the quirk
/// `redirect-restores-body-headers` restores these headers.
fn restore_body_headers(
    request: &mut Request,
    first_headers: &HeaderList,
    location_url: &Url,
    status: u16,
) {
    let is_cross_origin = request.response_tainting == ResponseTainting::Cors
        || !request.origin.is_same_origin_with(location_url);
    for header_name in request_body_header_names() {
        let is_restored = if is_cross_origin {
            request.mode == Mode::Cors
        } else {
            header_name == "content-type" && matches!(status, 307 | 308)
        };
        if is_restored && !request.header_list.contains(header_name) {
            let headers = first_headers.iter();
            for (name, value) in headers.filter(|(name, _)| *name == header_name) {
                request.header_list.append(name.clone(), value.clone());
            }
        }
    }
}

/// Whether a redirect with this status changes the method to GET.
fn becomes_get(status: u16, method: &Method) -> bool {
    (matches!(status, 301 | 302) && *method == Method::POST)
        || (status == 303 && !matches!(*method, Method::GET | Method::HEAD))
}

/// Sets the [referrer policy on a redirect](https://w3c.github.io/webappsec-referrer-policy/#set-requests-referrer-policy-on-redirect).
fn set_referrer_policy_on_redirect(request: &mut Request, actual_response: &Response) {
    // set-referrer-policy-on-redirect/1: parse a referrer policy from the response
    let policy = ReferrerPolicy::from_header_list(&actual_response.header_list);
    // set-referrer-policy-on-redirect/2: not the empty string: set the policy of the request
    if policy != ReferrerPolicy::Empty {
        request.referrer_policy = policy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetching::fetch;

    /// The case format does not support a stream as a body, so no case checks the failure for a stream.
    #[test]
    fn stream_is_refused_unless_the_status_is_303() {
        let follow = |status: u16, body| {
            let mut request = Request::new(
                Origin::parse("http://a").unwrap(),
                "http://a/1".parse().unwrap(),
            );
            (request.method, request.body) = (Method::POST, Some(body));
            let headers = HeaderList::from_pairs([("Location", "/2")]).unwrap();
            let mut statuses = [status, 200].into_iter();
            let result = fetch(&mut UserAgent::new(), request, Duration::ZERO, |_| {
                let status = http::StatusCode::from_u16(statuses.next().unwrap()).unwrap();
                Ok(Response::new(status, headers.clone()))
            });
            result
                .map(|_| ())
                .map_err(|error| (error.failure(), error.step()))
        };
        let refused = Err((Failure::RedirectBodyWithoutSource, "http-redirect-fetch/11"));
        assert_eq!(follow(307, Body::Stream), refused);
        assert_eq!(follow(302, Body::Stream), refused);
        assert_eq!(follow(303, Body::Stream), Ok(()));
        assert_eq!(follow(307, Body::WithSource), Ok(()));
    }
}
