//! What holds of anybody's server, one exchange at a time.

use alloc::{format, string::String, vec::Vec};

use http::{Request, Response};

use crate::conformance::laws::{
    support::headers::{elements, is_preflight, lines, quoted_lines},
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec,
    infrastructure::{
        bytes::is_token,
        forbidden::is_forbidden_request_header,
        method::{is_cors_safelisted_method, is_forbidden_method, normalize},
    },
};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const MAX_AGE: &str = "access-control-max-age";

/// A response has one line of Access-Control-Allow-Origin at most: of two, even of two that are equal,
/// [browsers](https://fetch.spec.whatwg.org/#concept-cors-check) accept neither.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::allow_origin_occurs_once as law;
/// let response = http::Response::builder().header("access-control-allow-origin", "*");
/// assert!(law(&response.header("access-control-allow-origin", "*").body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn allow_origin_occurs_once(response: &Response<()>) -> Result<(), LawViolation> {
    let allowed = lines(response.headers(), ALLOW_ORIGIN);
    ensure(allowed.len() <= 1, || {
        format!("Access-Control-Allow-Origin: {}", quoted_lines(&allowed))
    })
}

/// Where no origin is allowed, the other headers of the CORS protocol are of no use to anybody.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::cors_headers_need_allow_origin as law;
/// let response = http::Response::builder().header("access-control-allow-credentials", "true");
/// assert!(law(&response.body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn cors_headers_need_allow_origin(response: &Response<()>) -> Result<(), LawViolation> {
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
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::preflight_headers_stay_on_preflights as law;
/// let response = http::Response::builder().header("access-control-allow-methods", "PUT").body(())?;
/// assert!(law(&http::Request::options("/").body(())?, &response).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn preflight_headers_stay_on_preflights(
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
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
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::laws::vary_lists_each_name_once as law;
/// let response = http::Response::builder().header("vary", "origin, accept").header("vary", "Origin");
/// assert!(law(&response.body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn vary_lists_each_name_once(response: &Response<()>) -> Result<(), LawViolation> {
    let mut names = elements(response.headers(), "vary");
    names.sort_by_key(|name| name.to_ascii_lowercase());
    let is_twice = names
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a.eq_ignore_ascii_case(b)));
    ensure(!is_twice, || {
        format!("Vary: {}", quoted_lines(&lines(response.headers(), "vary")))
    })
}

/// A preflight that grants all it is asked for is [remembered](https://fetch.spec.whatwg.org/#http-access-control-max-age)
/// as long as the policy says, if it says.
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::max_age_matches_policy as law, policies::PolicySpec};
///
/// let mut spec = PolicySpec::from_origins(["https://a.example"]);
/// spec.max_age = Some(600);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "GET").body(())?;
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example");
/// assert!(law(&spec, &request, &response.header("access-control-max-age", "10 minutes").body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn max_age_matches_policy(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let is_remembered = is_granted(request, response) && grants_what_is_asked(request, response);
    let Some(expected) = spec.max_age.filter(|_| is_remembered) else {
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
            quoted_lines(&said)
        ),
    })
}

/// A preflight is granted no method and no header that the policy does not permit; what script can
/// never send does not count. By a list that does not parse
/// [nothing is granted](https://fetch.spec.whatwg.org/#cors-preflight-fetch).
///
/// # Errors
///
/// [`LawViolation`], where it does not hold.
///
/// ```
/// use fetch_cors::conformance::{laws::grants_stay_within_policy as law, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = http::Request::options("/").header("origin", "https://a.example");
/// let request = request.header("access-control-request-method", "GET").body(())?;
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example");
/// assert!(law(&spec, &request, &response.header("access-control-allow-methods", "GET, PUT").body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn grants_stay_within_policy(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    if !is_granted(request, response) || !lists_parse(response) {
        return Ok(());
    }
    let is_any_name = spec.request_headers.iter().any(|name| name == "*");
    let methods = elements(response.headers(), ALLOW_METHODS)
        .into_iter()
        .filter(|method| {
            let is_sent = normalize(method) == *method && !is_forbidden_method(method);
            let is_safelisted = [&b"GET"[..], b"HEAD", b"POST"].contains(method);
            let mut listed = spec.methods.entries().iter();
            let is_permitted =
                spec.methods.is_any() || listed.any(|listed| listed.as_bytes() == *method);
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

/// Whether a preflight's response names the method and the headers that are asked for, without which
/// nothing is remembered.
fn grants_what_is_asked(request: &Request<()>, response: &Response<()>) -> bool {
    let [methods, names] =
        [ALLOW_METHODS, ALLOW_HEADERS].map(|name| elements(response.headers(), name));
    let is_named = |name: &[u8]| names.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    let is_any_method = methods.contains(&&b"*"[..]);
    let mut asked_methods =
        elements(request.headers(), "access-control-request-method").into_iter();
    let mut asked_names = elements(request.headers(), "access-control-request-headers").into_iter();
    lists_parse(response)
        && asked_methods.all(|method| {
            is_any_method || methods.contains(&method) || is_cors_safelisted_method(method)
        })
        && asked_names.all(|name| {
            is_named(name) || (is_named(b"*") && !name.eq_ignore_ascii_case(b"authorization"))
        })
}

/// Whether methods and headers are lists of tokens: of one that is none a browser takes nothing.
fn lists_parse(response: &Response<()>) -> bool {
    let mut lists = [ALLOW_METHODS, ALLOW_HEADERS].into_iter();
    lists.all(|name| {
        let mut elements = elements(response.headers(), name).into_iter();
        elements.all(is_token)
    })
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
