//! Laws about the CORS check.

use alloc::{format, string::String};
use core::time::Duration;

use ::url::Url;

use crate::conformance::laws::{
    support::token_lists::lines,
    violation::{LawViolation, ensure},
};
use crate::{
    fetching::{
        Progress, UserAgent, cors_check::cors_check, cors_preflight_fetch::cors_preflight_request,
        start,
    },
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::{CredentialsMode, Mode, Request, ResponseTainting},
        response::Response,
    },
};

/// The CORS check passes in exactly two cases:
///
/// - `Access-Control-Allow-Origin` is `*`, and the request is uncredentialed.
/// - `Access-Control-Allow-Origin` is the request's serialized origin, and the request is uncredentialed or
///   `Access-Control-Allow-Credentials` is `true`.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::cors_check_passes_matching_origin as law;
/// use fetch_cors::infrastructure::{header_list::HeaderList, origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// law(&request, &HeaderList::from_pairs([("Access-Control-Allow-Origin", "http://a")])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn cors_check_passes_matching_origin(
    request: &Request,
    header_list: &HeaderList,
) -> Result<(), LawViolation> {
    let all = |name| {
        let lines = lines(header_list, name);
        (!lines.is_empty()).then(|| lines.join(", "))
    };
    let origin = all("access-control-allow-origin");
    let credentials = all("access-control-allow-credentials");
    let include = request.credentials_mode == CredentialsMode::Include;
    let is_own = origin.as_deref() == Some(request.serialize_origin());
    // A credentialed request needs its own origin as the value of `Access-Control-Allow-Origin`. If the value is `*`,
    // `is_own` is false, so the last arm also refuses `*`.
    let expected = match (include, origin.as_deref() == Some("*")) {
        (false, true) => true,
        (false, false) => is_own,
        (true, _) => is_own && credentials.as_deref() == Some("true"),
    };
    let response = Response::new(http::StatusCode::OK, header_list.clone());
    let passed = cors_check(request, &response).is_ok();
    ensure(passed == expected, || {
        format!(
            "the CORS check {} for the origin {} with credentials mode {:?}, `Access-Control-Allow-Origin` {origin:?} \
             and `Access-Control-Allow-Credentials` {credentials:?}",
            wrong_result(passed),
            request.serialize_origin(),
            request.credentials_mode
        )
    })
}

/// Two `Access-Control-Allow-Origin` lines never pass the CORS check, even if the lines are equal or if one line is
/// empty.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::two_allow_origin_lines_fail as law;
/// use fetch_cors::infrastructure::{header::HeaderValue, origin::Origin, request::Request};
///
/// let request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// law(&request, &HeaderValue::new(b"http://a")?, &HeaderValue::new(b"http://a")?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn two_allow_origin_lines_fail(
    request: &Request,
    first: &HeaderValue,
    second: &HeaderValue,
) -> Result<(), LawViolation> {
    // The standard joins the values of two `Access-Control-Allow-Origin` lines with a comma and a space. A host can
    // contain a comma, but not a space, so the joined value is never an origin.
    let name = HeaderName::from_static("access-control-allow-origin");
    let credentials = HeaderName::from_static("access-control-allow-credentials");
    let header_list = HeaderList::from_iter([
        (name.clone(), first.clone()),
        (credentials, HeaderValue::from_static(b"true")),
        (name, second.clone()),
    ]);
    let response = Response::new(http::StatusCode::OK, header_list);
    ensure(cors_check(request, &response).is_err(), || {
        format!(
            "a response with the two `Access-Control-Allow-Origin` lines {first:?} and {second:?} passes the CORS check"
        )
    })
}

/// If a redirect taints the request, the origin is `null`, both in the `Origin` header and in the CORS check. A
/// redirect taints the request if the redirecting URL is cross-origin to the page and also to the next URL. If no
/// redirect taints the request, the origin is the origin of the page.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::tainted_request_has_null_origin as law;
/// use fetch_cors::infrastructure::{origin::Origin, request::Request};
///
/// let mut request = Request::new(Origin::parse(b"http://a")?, "http://b".parse()?);
/// request.append_url("http://c".parse()?);
/// law(&request)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tainted_request_has_null_origin(request: &Request) -> Result<(), LawViolation> {
    // A redirect from the page's own origin does not taint the request. So the law compares the origin of each
    // redirecting URL with the origin of the next URL, and also with `page`.
    let page = request.origin.serialize();
    let origins = request.url_list().map(serialized_origin);
    let is_tainted = origins
        .clone()
        .zip(origins.skip(1))
        .any(|(from, to)| from != to && from != page);
    let expected = if is_tainted { "null" } else { page };

    let mut request = request.clone();
    (request.mode, request.unsafe_request_flag) = (Mode::Cors, false);
    (request.response_tainting, request.use_cors_preflight_flag) = (ResponseTainting::Cors, false);
    let preflight = cors_preflight_request(&request).header_list;
    let mut sent = alloc::vec::Vec::from([preflight]);
    if let Progress::Waiting(waiting) =
        start(&mut UserAgent::new(), request.clone(), Duration::ZERO)
    {
        sent.push(waiting.http_request().header_list.clone());
    }
    for header_list in sent {
        let origin = lines(&header_list, "origin");
        ensure(origin == [expected], || {
            format!("the `Origin` header is {origin:?} instead of {expected}")
        })?;
    }
    request.credentials_mode = CredentialsMode::SameOrigin;
    for value in [page, "null"] {
        let name = HeaderName::from_static("access-control-allow-origin");
        let value_bytes = HeaderValue::from_vec(value.as_bytes().to_vec());
        let header_list = HeaderList::from_iter([(name, value_bytes)]);
        let passed =
            cors_check(&request, &Response::new(http::StatusCode::OK, header_list)).is_ok();
        ensure(passed == (value == expected), || {
            format!(
                "the CORS check {} for the origin {expected} with `Access-Control-Allow-Origin: {value}`",
                wrong_result(passed)
            )
        })?;
    }
    Ok(())
}

/// Returns the words for a result of the CORS check that differs from the expected result.
const fn wrong_result(passed: bool) -> &'static str {
    if passed {
        "passes, although it should fail,"
    } else {
        "fails, although it should pass,"
    }
}

fn serialized_origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
