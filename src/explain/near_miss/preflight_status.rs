//! Finds known mistakes that give a preflight response a wrong status.

use alloc::{format, string::String, vec::Vec};

use ::url::Url;

use super::{denied::unknown_to_api_gateway, error_status::place_of_reason, login, miss};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::{shown_briefly, shown_name},
    },
    fetching::HttpRequest,
    infrastructure::{
        bytes::isomorphic_decode,
        port::is_bad_port,
        response::{Response, is_redirect_status},
        url,
    },
    wording,
};

pub(super) fn near_misses(request: &HttpRequest, response: &Response) -> Vec<NearMiss> {
    let status = response.status.as_u16();
    if let Some(found) = unknown_to_api_gateway(response) {
        return Vec::from([found]);
    }
    let found = match status {
        _ if is_redirect_status(response.status) => Some(redirect(&request.url, response)),
        401 | 403 => {
            // Some CORS middleware denies a preflight with the status 403, so for 403 the text also names the CORS
            // policy.
            let other = if status == 403 {
                format!("; or {DENIED}")
            } else {
                String::new()
            };
            Some(miss(
                Kind::PreflightNeedsAuthentication,
                format!(
                    "{}, so preflights must not need authentication (status {status}): {}{other}",
                    wording::preflights_have_no_credentials!(),
                    wording::answer_before_authentication!()
                ),
            ))
        }
        400 => Some(miss(
            Kind::PreflightDenied,
            format!(
                "{DENIED} (Starlette and FastAPI then send the status 400, with the reason in the body of the response); or {HANDLED_AS_REQUEST}"
            ),
        )),
        429 => Some(miss(
            Kind::PreflightRateLimited,
            "the server limits the number of requests, and counts preflights (status 429): answer OPTIONS before the limit, and send `Access-Control-Max-Age`, so that browsers send fewer preflights",
        )),
        404 | 405 | 410 | 501 => Some(miss(
            Kind::NoRouteForOptions,
            format!(
                "the server has no route for OPTIONS at this URL (status {status}): {}",
                wording::answer_before_routing!()
            ),
        )),
        500.. => Some(miss(
            Kind::PreflightServerError,
            format!(
                "the server fails on OPTIONS (status {status}): {}",
                place_of_reason(status)
            ),
        )),
        _ if is_of_handler(status) => Some(miss(
            Kind::PreflightHandledAsRequest,
            format!("{HANDLED_AS_REQUEST} (status {status})"),
        )),
        414 | 431 => Some(too_long(request, status)),
        _ => Some(error_status(status)),
    };
    found.into_iter().collect()
}

/// The reason of a server that denies a preflight with an error status.
const DENIED: &str = wording::policy_denies!();

/// The reason why a server answers a preflight with an error such as 415 or 422, and the fix.
const HANDLED_AS_REQUEST: &str = "the server handles OPTIONS like the request itself, but a preflight has no body and no token: answer OPTIONS before the code that checks the request";

/// Whether the status is an error that the code for the request itself sends.
pub(in crate::explain) const fn is_of_handler(status: u16) -> bool {
    matches!(status, 406 | 409 | 411 | 412 | 415 | 417 | 422 | 424 | 428)
}

fn too_long(request: &HttpRequest, status: u16) -> NearMiss {
    let sentence = if status == 414 {
        "the URL is longer than the server accepts (status 414): let the page fetch a shorter URL, or let the server accept longer URLs"
    } else if request
        .header_list
        .contains("access-control-request-headers")
    {
        "the headers of the preflight are larger than the server accepts (status 431), and `Access-Control-Request-Headers` lists the headers that the page sets: let the page set fewer headers, or let the server accept larger headers"
    } else {
        "the headers of the preflight are larger than the server accepts (status 431): let the server accept larger headers"
    };
    miss(Kind::PreflightTooLong, sentence)
}

/// Returns the known mistake of a server that answers a preflight with a status that has no more specific mistake.
fn error_status(status: u16) -> NearMiss {
    let reason = match status {
        408 => {
            "the server did not receive the whole preflight in time, although a preflight has no body"
        }
        421 => "the server does not serve this host on this connection",
        426 => "the server accepts requests only over another protocol",
        451 => "the server refuses the URL for legal reasons, possibly only in some countries",
        _ => "a part of the server answers the preflight with a status that is not a success",
    };
    miss(
        Kind::PreflightErrorStatus,
        format!(
            "{reason} (status {status}): find the part of the server that sends this status, for example a proxy or a firewall, and answer OPTIONS before this part"
        ),
    )
}

/// Returns the URL in the `Location` of a redirect. `from` is the URL of the request.
pub(in crate::explain) fn redirect_target(from: &Url, response: &Response) -> Option<Url> {
    let location = response.header_list.values("location").next()?;
    url::parse(&isomorphic_decode(location.as_bytes()), from)
}

/// Returns the new URL if the response redirects to another form of the same URL. The page can fetch the new URL.
pub(in crate::explain) fn url_for_page(from: &Url, response: &Response) -> Option<Url> {
    let to = redirect_target(from, response).filter(|_| is_redirect_status(response.status))?;
    let to = with_scheme_of(from, &to).unwrap_or(to);
    is_other_form(from, &to).then_some(to)
}

/// Whether a page that fetches `from` can fetch `to` instead. Browsers refuse a URL with another scheme than http and
/// https, with a user name or a password, with a bad port, and mostly a change from https to http.
pub(super) fn can_be_fetched(from: &Url, to: &Url) -> bool {
    let has_scheme = to.scheme() == "https" || to.scheme() == "http" && from.scheme() == "http";
    let has_user = !to.username().is_empty() || to.password().is_some();
    has_scheme && !has_user && !to.port().is_some_and(is_bad_port)
}

/// Returns `to` with https if a server redirects from https to http on the same host, and both URLs have the default
/// port. Such a server usually runs behind a proxy that receives the requests on https. A page on https cannot fetch an
/// `http` URL, so the page needs the URL with https.
pub(super) fn with_scheme_of(from: &Url, to: &Url) -> Option<Url> {
    let is_downgrade = from.scheme() == "https" && to.scheme() == "http";
    let has_default_ports = from.port().is_none() && to.port().is_none();
    if !is_downgrade || !has_default_ports || from.host() != to.host() {
        return None;
    }
    let mut secure = to.clone();
    secure.set_scheme("https").ok()?;
    Some(secure)
}

/// The advice for a server that redirects from https to http on its own host.
pub(super) const PASS_ON_SCHEME: &str = "the server redirects from https to http, probably because it runs behind a proxy that receives the requests on https: let the proxy send `X-Forwarded-Proto: https`, and let the server use this header";

/// Returns the known mistake of a server that redirects from https to http on its own host.
pub(super) fn redirect_to_http(from: &Url, response: &Response) -> Option<NearMiss> {
    let to = redirect_target(from, response).filter(|_| is_redirect_status(response.status))?;
    let secure = with_scheme_of(from, &to)?;
    let page = if secure == *from {
        String::new()
    } else {
        format!("; or let the page fetch `{}`", shown_name(secure.as_str()))
    };
    Some(miss(Kind::MixedContent, format!("{PASS_ON_SCHEME}{page}")))
}

/// Whether the URLs differ, and differ only in these parts: https in place of http, a `www.` that was added or removed, and
/// a slash that was added or removed at the end of the path.
pub(in crate::explain) fn is_other_form(from: &Url, to: &Url) -> bool {
    let scheme_fits =
        from.scheme() == to.scheme() || (from.scheme() == "http" && to.scheme() == "https");
    let host = |url: &Url| {
        let host = url.host_str().unwrap_or_default();
        String::from(host.strip_prefix("www.").unwrap_or(host))
    };
    let path = |url: &Url| String::from(url.path().trim_end_matches('/'));
    let form = |url: &Url| {
        [url.scheme(), url.host_str().unwrap_or_default(), url.path()].map(String::from)
    };
    scheme_fits
        && form(from) != form(to)
        && host(from) == host(to)
        && from.port() == to.port()
        && path(from) == path(to)
        && from.query() == to.query()
}

fn is_to_https(from: &Url, to: &Url) -> bool {
    let without_scheme = |url: &Url| {
        let (_, rest) = url.as_str().split_once(':').unwrap_or_default();
        String::from(rest)
    };
    from.scheme() == "http" && to.scheme() == "https" && without_scheme(from) == without_scheme(to)
}

fn is_to_slash(from: &Url, to: &Url) -> bool {
    let path = |url: &Url| String::from(url.path().trim_end_matches('/'));
    from.query() == to.query()
        && from.origin() == to.origin()
        && from.path() != to.path()
        && path(from) == path(to)
}

/// Returns the known mistake of a redirect to https or to a slash. The page can fetch the new URL.
pub(super) fn to_other_form(from: &Url, to: &Url) -> Option<NearMiss> {
    let target = shown_briefly(to.as_str());
    if is_to_https(from, to) {
        Some(miss(
            Kind::RedirectToHttps,
            format!("the server redirects from http to https: let the page fetch `{target}`"),
        ))
    } else if is_to_slash(from, to) {
        Some(miss(
            Kind::RedirectToSlash,
            format!(
                "the server only adds or removes a slash at the end of the URL: let the page fetch `{target}`"
            ),
        ))
    } else {
        None
    }
}

fn redirect(from: &Url, response: &Response) -> NearMiss {
    let Some(to) = redirect_target(from, response) else {
        return miss(
            Kind::PreflightRedirected,
            concat!(
                "the server redirects the preflight: ",
                wording::answer_at_url!()
            ),
        );
    };
    if url::without_fragment_and_userinfo(from) == url::without_fragment_and_userinfo(&to) {
        return miss(
            Kind::PreflightRedirected,
            concat!(
                "the server redirects the preflight to the same URL (a loop, often because of a check of a cookie, or of https behind a proxy): ",
                wording::answer_before_redirect!()
            ),
        );
    }
    let known = redirect_to_http(from, response).or_else(|| to_other_form(from, &to));
    if let Some(known) = known {
        return known;
    }
    let target = shown_briefly(to.as_str());
    let to_login = login::Redirect {
        from: Some(from),
        to: &to,
        status: Some(response.status),
        is_get: true,
        is_own_origin: false,
        answer: None,
    };
    if let Some(login) = to_login.near_miss(true) {
        return login;
    }
    let page = if can_be_fetched(from, &to) {
        ", or let the page fetch the new URL"
    } else {
        ""
    };
    miss(
        Kind::PreflightRedirected,
        format!(
            "the server redirects the preflight to `{target}`: {}{page}",
            wording::answer_before_redirect!()
        ),
    )
}
