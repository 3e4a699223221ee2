//! What holds of anybody's server, one exchange at a time.

use alloc::{format, string::String, vec::Vec};

use http::{Request, Response};

use super::{
    Violation,
    server_headers::{elements, is_preflight, lines},
    server_response::shown,
    violation::ensure,
};
use crate::{
    conformance::policies::PolicySpec,
    infrastructure::{
        forbidden::is_forbidden_request_header,
        method::{is_forbidden_method, normalize},
    },
};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const MAX_AGE: &str = "access-control-max-age";
const REQUEST_HEADERS: &str = "access-control-request-headers";

/// A response has one line of Access-Control-Allow-Origin at most: of two, even of two that are equal,
/// [browsers](https://fetch.spec.whatwg.org/#concept-cors-check) accept neither.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::a_response_allows_one_origin_at_most as law;
/// let response = http::Response::builder().header("access-control-allow-origin", "*");
/// assert!(law(&response.header("access-control-allow-origin", "*").body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn a_response_allows_one_origin_at_most(response: &Response<()>) -> Result<(), Violation> {
    let allowed = lines(response.headers(), ALLOW_ORIGIN);
    ensure(allowed.len() <= 1, || {
        format!("Access-Control-Allow-Origin: {}", shown(&allowed))
    })
}

/// Where no origin is allowed, the other headers of the CORS protocol are of no use to anybody.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::without_an_allowed_origin_nothing_else_is_said as law;
/// let response = http::Response::builder().header("access-control-allow-credentials", "true");
/// assert!(law(&response.body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn without_an_allowed_origin_nothing_else_is_said(
    response: &Response<()>,
) -> Result<(), Violation> {
    const OTHERS: [&str; 5] = [
        "access-control-allow-credentials",
        ALLOW_METHODS,
        ALLOW_HEADERS,
        "access-control-expose-headers",
        MAX_AGE,
    ];
    let headers = response.headers();
    let said: Vec<_> = OTHERS
        .into_iter()
        .filter(|name| headers.contains_key(*name))
        .collect();
    ensure(
        headers.contains_key(ALLOW_ORIGIN) || said.is_empty(),
        || format!("no origin is allowed, and there is {}", said.join(", ")),
    )
}

/// Methods, request headers and a max-age are said to
/// [preflights](https://fetch.spec.whatwg.org/#cors-preflight-request), and exposed headers to what is
/// none: a plain OPTIONS is no preflight.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::what_preflights_are_told_is_told_to_preflights_alone as law;
/// let response = http::Response::builder().header("access-control-allow-methods", "PUT").body(())?;
/// assert!(law(&http::Request::options("/").body(())?, &response).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn what_preflights_are_told_is_told_to_preflights_alone(
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Violation> {
    let (kind, useless): (_, &[&str]) = match is_preflight(request) {
        true => ("a preflight", &["access-control-expose-headers"]),
        false => ("no preflight", &[ALLOW_METHODS, ALLOW_HEADERS, MAX_AGE]),
    };
    let headers = response.headers();
    let said: Vec<_> = useless
        .iter()
        .filter(|name| headers.contains_key(**name))
        .copied()
        .collect();
    ensure(said.is_empty(), || {
        format!("it is {kind}, and told {}", said.join(", "))
    })
}

/// `Vary` names each header once.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::vary_names_each_header_once as law;
/// let response = http::Response::builder().header("vary", "origin, accept").header("vary", "Origin");
/// assert!(law(&response.body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn vary_names_each_header_once(response: &Response<()>) -> Result<(), Violation> {
    let mut names = elements(response.headers(), "vary");
    names.sort_by_key(|name| name.to_ascii_lowercase());
    let is_twice = names
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.eq_ignore_ascii_case(b)));
    ensure(!is_twice, || {
        format!("Vary: {}", shown(&lines(response.headers(), "vary")))
    })
}

/// A preflight that is granted is [remembered](https://fetch.spec.whatwg.org/#http-access-control-max-age)
/// as long as the policy says, if it says.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::a_preflight_is_remembered_as_long_as_the_policy_says as law, policies::PolicySpec};
///
/// let mut spec = PolicySpec::of(["https://a.example"]);
/// spec.max_age = Some(600);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "PUT").body(())?;
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example");
/// assert!(law(&spec, &request, &response.header("access-control-max-age", "10 minutes").body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn a_preflight_is_remembered_as_long_as_the_policy_says(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Violation> {
    let Some(expected) = spec.max_age.filter(|_| is_granted(request, response)) else {
        return Ok(());
    };
    let said = lines(response.headers(), MAX_AGE);
    let seconds = match said.as_slice() {
        [only] => core::str::from_utf8(only).ok(),
        _ => None,
    };
    let seconds = seconds.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = seconds.and_then(|text| text.parse::<u32>().ok());
    ensure(seconds == Some(expected), || match said.is_empty() {
        true => format!("no Access-Control-Max-Age, and not {expected}"),
        false => format!(
            "Access-Control-Max-Age: {}, and not {expected}",
            shown(&said)
        ),
    })
}

/// A preflight is granted no method and no header that the policy does not permit; what script can
/// never send does not count.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::no_more_is_granted_than_the_policy_permits as law, policies::PolicySpec};
///
/// let spec = PolicySpec::of(["https://a.example"]);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "GET").body(())?;
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example");
/// assert!(law(&spec, &request, &response.header("access-control-allow-methods", "GET, PUT").body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn no_more_is_granted_than_the_policy_permits(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Violation> {
    if !is_granted(request, response) {
        return Ok(());
    }
    let is_any_name = spec.request_headers.iter().any(|name| name == "*");
    let methods = elements(response.headers(), ALLOW_METHODS)
        .into_iter()
        .filter(|method| {
            let is_sent = normalize(method) == *method && !is_forbidden_method(method);
            let is_safelisted = [&b"GET"[..], b"HEAD", b"POST"].contains(method);
            let listed = spec.methods.as_ref();
            let is_permitted = listed
                .is_none_or(|listed| listed.iter().any(|listed| listed.as_bytes() == *method));
            is_sent && !is_safelisted && !is_permitted
        });
    let names = elements(response.headers(), ALLOW_HEADERS)
        .into_iter()
        .filter(|name| {
            let is_forbidden = is_forbidden_request_header(name, b"");
            let is_authorization = name.eq_ignore_ascii_case(b"authorization");
            let mut listed = spec.request_headers.iter();
            let is_permitted = (is_any_name && !is_authorization)
                || listed.any(|listed| listed.as_bytes().eq_ignore_ascii_case(name));
            !is_forbidden && !is_permitted
        });
    let beyond: Vec<String> = methods
        .chain(names)
        .map(|element| format!("`{}`", element.escape_ascii()))
        .collect();
    ensure(beyond.is_empty(), || {
        format!("granted, and not permitted: {}", beyond.join(", "))
    })
}

/// Of a long Access-Control-Request-Headers that asks for what the policy does not permit the response
/// repeats nothing.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::a_long_question_is_not_repeated as law, policies::PolicySpec};
///
/// let spec = PolicySpec::of(["https://a.example"]);
/// let long = "x-b,".repeat(1000);
/// let request = http::Request::options("/").header("access-control-request-headers", &long).body(())?;
/// assert!(law(&spec, &request, &http::Response::builder().header("access-control-allow-headers", &long).body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn a_long_question_is_not_repeated(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Violation> {
    const LONG: usize = 1000;
    let asked: usize = lines(request.headers(), REQUEST_HEADERS)
        .iter()
        .map(|line| line.len())
        .sum();
    let listed = &spec.request_headers;
    let is_permitted = |name: &[u8]| {
        let mut listed = listed.iter();
        listed.any(|listed| listed.as_bytes().eq_ignore_ascii_case(name))
    };
    let names = elements(request.headers(), REQUEST_HEADERS);
    let is_permitted = !names.is_empty() && names.into_iter().all(is_permitted);
    // Where any name is permitted, many are.
    if asked < LONG || is_permitted || listed.iter().any(|name| name == "*") {
        return Ok(());
    }
    let said: usize = response.headers().values().map(|value| value.len()).sum();
    ensure(said < asked / 2, || {
        format!("asked in {asked} bytes for what is not permitted, it answers in {said}")
    })
}

/// Under a list of origins, no Origin that is not one of them is repeated to whoever sent it.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::an_origin_that_is_not_allowed_is_not_repeated as law, policies::PolicySpec};
///
/// let policy = PolicySpec::of(["https://a.example"]).build()?;
/// let request = http::Request::builder().header("origin", "https://a.example/").body(())?;
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example/").body(())?;
/// assert!(law(&policy, &request, &response).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn an_origin_that_is_not_allowed_is_not_repeated(
    policy: &crate::server::CorsPolicy,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), Violation> {
    let origins = lines(request.headers(), "origin");
    let joined = [origins.join(&b", "[..]), origins.join(&b","[..])];
    let given = origins
        .iter()
        .copied()
        .chain(joined.iter().map(Vec::as_slice));
    let is_allowed = |origin: &[u8]| {
        let origin = core::str::from_utf8(origin).unwrap_or("\u{fffd}");
        policy.permits(origin, "GET", [""; 0], false)
    };
    let allowed = lines(response.headers(), ALLOW_ORIGIN);
    let repeated = given
        .filter(|origin| !is_allowed(origin))
        .find(|origin| !origins.is_empty() && allowed.contains(origin));
    match repeated {
        None => Ok(()),
        Some(origin) => Err(Violation::new(format!(
            "`{}` is not allowed, and repeated",
            origin.escape_ascii()
        ))),
    }
}

/// What is asked is answered, however strange it is.
///
/// # Errors
///
/// [`Violation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::every_request_is_answered as law;
/// assert!(law(None).is_err());
/// assert!(law(Some(&http::Response::new(()))).is_ok());
/// ```
pub fn every_request_is_answered(response: Option<&Response<()>>) -> Result<(), Violation> {
    match response {
        None => Err(Violation::new("there is no response")),
        Some(response) => ensure(!response.status().is_server_error(), || {
            format!(
                "the server fails with status {}",
                response.status().as_u16()
            )
        }),
    }
}

/// Whether a preflight's response lets its origin in.
fn is_granted(request: &Request<()>, response: &Response<()>) -> bool {
    let allowed = lines(response.headers(), ALLOW_ORIGIN);
    let is_let_in = match allowed.as_slice() {
        [b"*"] => true,
        [only] => lines(request.headers(), "origin") == [*only],
        _ => false,
    };
    is_preflight(request) && is_let_in && response.status().is_success()
}
