//! Laws about one exchange with any server.

use alloc::{format, string::String, vec::Vec};

use http::{Request, Response};

use crate::conformance::laws::{
    support::{
        harmless_grants::{is_harmless_method, is_harmless_name},
        headers::{elements, is_preflight, lines, quoted_lines, quoted_names},
        limits::is_within_limits,
    },
    violation::{LawViolation, ensure},
};
use crate::{
    conformance::generate::policies::policy_spec::PolicySpec,
    explain::allow_origin_values::allow_origin_values,
    infrastructure::{
        bytes::is_token,
        forbidden::is_forbidden_request_header,
        method::{is_cors_safelisted_method, is_forbidden_method, normalize},
        origin::TupleOrigin,
    },
};

const ALLOW_ORIGIN: &str = "access-control-allow-origin";
const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";
const MAX_AGE: &str = "access-control-max-age";

/// A response has at most one value of `Access-Control-Allow-Origin`. An exception is a response that reflects several
/// values of the request's `Origin`. [Browsers](https://fetch.spec.whatwg.org/#concept-cors-check) reject two values,
/// even equal values, in two lines or in one line.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::allow_origin_occurs_once as law;
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// let response = http::Response::builder().header("access-control-allow-origin", "*");
/// assert!(law(&request, &response.header("access-control-allow-origin", "*").body(())?).is_err());
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example, *");
/// assert!(law(&request, &response.body(())?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
pub fn allow_origin_occurs_once(
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let allowed = lines(response.headers(), ALLOW_ORIGIN);
    let given = lines(request.headers(), "origin");
    let all = |lines: &[&'_ [u8]]| -> Vec<Vec<u8>> {
        let values = lines.iter().flat_map(|line| allow_origin_values(line));
        values.map(<[u8]>::to_vec).collect()
    };
    // If a malformed request has several values of `Origin`, in one line or in several lines, a server may reflect
    // these values.
    let is_reflected = match allowed.as_slice() {
        [only] => given.contains(only),
        _ => false,
    } || (all(&given).len() > 1 && all(&given) == all(&allowed));
    let is_one = allowed.len() <= 1 && all(&allowed).len() <= 1;
    ensure(is_one || is_reflected, || {
        format!(
            "browsers reject a response with several values of `Access-Control-Allow-Origin`: {}",
            quoted_lines(&allowed)
        )
    })
}

/// Whether the value is a serialized origin. A URL can have the host `*.a.example`, but this host is a pattern of a
/// server.
fn is_origin(value: &[u8]) -> bool {
    TupleOrigin::parse(value).is_ok() && !value.contains(&b'*')
}

fn has_scheme(value: &[u8]) -> bool {
    value.windows(3).any(|part| part == b"://")
}

/// If the policy does not allow a request, the `Access-Control-Allow-Origin` of the response is absent, `*`, the
/// request's `Origin`, or an origin. The value `null` is permitted only if the policy allows the origin `null`, or if the
/// request has `Origin: null`. If `Origin` is malformed, a value with a scheme is permitted too. Values such as `false`
/// and `undefined` show that the server sends the value of a variable that does not contain an origin.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::allow_origin_names_an_origin as law, policies::PolicySpec};
///
/// let spec = PolicySpec::from_origins(["https://a.example"]);
/// let request = http::Request::builder().header("origin", "https://b.example").body(())?;
/// for value in ["false", "undefined", "null", "", "https://a.example/", "https://a.example,"] {
///     let response = http::Response::builder().header("access-control-allow-origin", value);
///     assert!(law(&spec, &request, &response.body(())?).is_err());
/// }
/// # Ok::<(), http::Error>(())
/// ```
pub fn allow_origin_names_an_origin(
    spec: &PolicySpec,
    request: &Request<()>,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let given = lines(request.headers(), "origin");
    let is_allowed = match given.as_slice() {
        [only] => core::str::from_utf8(only)
            .is_ok_and(|origin| spec.allows_origin(origin, request.headers())),
        _ => false,
    };
    // If the origin is allowed, a wrong `Access-Control-Allow-Origin` only breaks the page. The law
    // `fetch_succeeds_exactly_when_permitted` reports this mistake.
    if is_allowed {
        return Ok(());
    }
    let is_value_allowed = |value: &[u8]| {
        core::str::from_utf8(value).is_ok_and(|text| spec.allows_origin(text, request.headers()))
    };
    // A server that reflects a malformed `Origin` can change its bytes. The response then does not have the same text.
    let is_malformed = given
        .iter()
        .any(|origin| *origin != b"null" && !is_origin(origin));
    let names_an_origin = |value: &[u8]| {
        value == b"*"
            || given.contains(&value)
            || is_value_allowed(value)
            || is_origin(value)
            || (is_malformed && has_scheme(value))
    };
    let allowed = lines(response.headers(), ALLOW_ORIGIN);
    let wrong = allowed.iter().find(|line| {
        let is_named = match *allow_origin_values(line) {
            [] => false,
            // Browsers compare the whole line with `Origin`, so a comma at an end is a part of the value.
            [only] => names_an_origin(only) && (is_malformed || only == line.trim_ascii()),
            ref several => several.iter().all(|value| names_an_origin(value)),
        };
        !given.contains(line) && !is_named
    });
    ensure(wrong.is_none(), || {
        format!(
            "`Access-Control-Allow-Origin` is {}, which is not an origin; the policy does not allow the request",
            quoted_lines(wrong.map_or(&[], core::slice::from_ref))
        )
    })
}

/// If the policy's list of origins is empty, a response never has `Access-Control-Allow-Origin`, because every value of
/// this header allows some page.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::empty_list_allows_no_origin as law, policies::PolicySpec};
/// let response = http::Response::builder().header("access-control-allow-origin", "https://a.example").body(())?;
/// assert!(law(&PolicySpec::from_origins([""; 0]), &response).is_err());
/// assert!(law(&PolicySpec::from_origins(["https://a.example"]), &response).is_ok());
/// # Ok::<(), http::Error>(())
/// ```
pub fn empty_list_allows_no_origin(
    spec: &PolicySpec,
    response: &Response<()>,
) -> Result<(), LawViolation> {
    let allows_none =
        !spec.origins.is_any() && spec.origins.entries().is_empty() && spec.predicate.is_none();
    let sent = lines(response.headers(), ALLOW_ORIGIN);
    ensure(!allows_none || sent.is_empty(), || {
        format!(
            "the policy allows no origin, but the response has `Access-Control-Allow-Origin` with {}",
            quoted_lines(&sent)
        )
    })
}

/// A response without `Access-Control-Allow-Origin` does not have another CORS header, because browsers would ignore
/// this other header.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
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
    let sent: Vec<_> = OTHERS
        .into_iter()
        .filter(|name| headers.contains_key(*name))
        .collect();
    ensure(
        headers.contains_key(ALLOW_ORIGIN) || sent.is_empty(),
        || {
            format!(
                "browsers ignore {}, because the response has no `Access-Control-Allow-Origin`",
                quoted_names(&sent)
            )
        },
    )
}

/// Only a response to a [preflight](https://fetch.spec.whatwg.org/#cors-preflight-request) has a list of allowed
/// methods, a list of allowed request headers, or a max-age. A response to a preflight does not have a list of exposed
/// headers. A plain OPTIONS request is not a preflight.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
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
    let (kind, useless): (_, &[&str]) = if is_preflight(request) {
        ("a preflight", &["access-control-expose-headers"])
    } else {
        ("not a preflight", &[ALLOW_METHODS, ALLOW_HEADERS, MAX_AGE])
    };
    let headers = response.headers();
    let sent: Vec<_> = useless
        .iter()
        .filter(|name| headers.contains_key(**name))
        .copied()
        .collect();
    ensure(sent.is_empty(), || {
        format!(
            "the request is {kind}, but the response has {}",
            quoted_names(&sent)
        )
    })
}

/// `Vary` lists each header name at most once.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
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
        format!(
            "`Vary` lists a name twice: {}",
            quoted_lines(&lines(response.headers(), "vary"))
        )
    })
}

/// If a policy has a [max-age](https://fetch.spec.whatwg.org/#http-access-control-max-age), each response that grants a
/// preflight has the max-age of the policy.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
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
    // If the requested names are over a limit, this crate's server denies the preflight and does not send a max-age.
    // The response can still list each requested name. So the law does not apply to a preflight over a limit.
    let is_cached = allows_origin(request, response)
        && grants_all_requested(request, response)
        && is_within_limits(
            spec,
            &lines(request.headers(), "access-control-request-headers"),
        );
    let Some(expected) = spec.max_age.filter(|_| is_cached) else {
        return Ok(());
    };
    let sent = lines(response.headers(), MAX_AGE);
    let seconds = match sent.as_slice() {
        [only] => core::str::from_utf8(only).ok(),
        _ => None,
    };
    let seconds = seconds.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = seconds.and_then(|text| text.parse::<u32>().ok());
    ensure(seconds == Some(expected), || {
        let sent = if sent.is_empty() {
            String::from("absent")
        } else {
            quoted_lines(&sent)
        };
        format!(
            "`Access-Control-Max-Age` is {sent}, but the policy has a max-age of {expected} seconds"
        )
    })
}

/// A preflight response grants only methods and request headers that the policy permits.
///
/// Forbidden methods and headers do not count, because a script cannot send them. A response with a malformed list does
/// not count either, because it [grants nothing](https://fetch.spec.whatwg.org/#cors-preflight-fetch).
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated. The error names harmless elements, such as `OPTIONS`, only if all
/// elements that the policy does not permit are harmless.
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
    if !allows_origin(request, response) || !lists_parse(response) {
        return Ok(());
    }
    let (harmful, harmless) = grants_beyond(spec, response);
    let beyond = if harmful.is_empty() {
        harmless
    } else {
        harmful
    };
    ensure(beyond.is_empty(), || {
        let quoted = beyond.iter();
        let quoted: Vec<String> = quoted
            .map(|element| format!("`{}`", element.escape_ascii()))
            .collect();
        format!(
            "the preflight response grants {}, which the policy does not permit",
            quoted.join(", ")
        )
    })
}

/// Whether a page gains nothing from the unpermitted methods and request headers in the lists of the response.
pub(crate) fn are_grants_harmless(spec: &PolicySpec, response: &Response<()>) -> bool {
    let (harmful, _) = grants_beyond(spec, response);
    harmful.is_empty()
}

/// Returns the unpermitted methods and request headers in the lists of the response. The first part of the pair has the
/// elements from which a page gains something. The second part has the harmless elements.
fn grants_beyond<'r>(
    spec: &PolicySpec,
    response: &'r Response<()>,
) -> (Vec<&'r [u8]>, Vec<&'r [u8]>) {
    let is_any_name = spec.request_headers.iter().any(|name| name == "*");
    let methods = elements(response.headers(), ALLOW_METHODS)
        .into_iter()
        .filter(|method| {
            let is_sendable = normalize(method) == *method && !is_forbidden_method(method);
            let is_safelisted = [&b"GET"[..], b"HEAD", b"POST"].contains(method);
            let mut listed = spec.methods.entries().iter();
            let is_permitted =
                spec.methods.is_any() || listed.any(|listed| listed.as_bytes() == *method);
            is_sendable && !is_safelisted && !is_permitted
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
    let (harmless_methods, mut harmful): (Vec<&[u8]>, Vec<&[u8]>) =
        methods.partition(|method| is_harmless_method(method));
    let (harmless_names, harmful_names): (Vec<&[u8]>, Vec<&[u8]>) =
        names.partition(|name| is_harmless_name(name));
    harmful.extend(harmful_names);
    (harmful, [harmless_methods, harmless_names].concat())
}

/// Whether a preflight response grants the requested method and all requested headers. Browsers cache only such a
/// response.
fn grants_all_requested(request: &Request<()>, response: &Response<()>) -> bool {
    let [methods, names] =
        [ALLOW_METHODS, ALLOW_HEADERS].map(|name| elements(response.headers(), name));
    let is_named = |name: &[u8]| names.iter().any(|listed| listed.eq_ignore_ascii_case(name));
    let is_any_method = methods.contains(&&b"*"[..]);
    let mut requested_methods =
        elements(request.headers(), "access-control-request-method").into_iter();
    let mut requested_names =
        elements(request.headers(), "access-control-request-headers").into_iter();
    lists_parse(response)
        && requested_methods.all(|method| {
            is_any_method || methods.contains(&method) || is_cors_safelisted_method(method)
        })
        && requested_names.all(|name| {
            is_named(name) || (is_named(b"*") && !name.eq_ignore_ascii_case(b"authorization"))
        })
}

/// Whether the allowed methods and the allowed headers are lists of tokens. A browser rejects all other lists.
fn lists_parse(response: &Response<()>) -> bool {
    let mut lists = [ALLOW_METHODS, ALLOW_HEADERS].into_iter();
    lists.all(|name| {
        let mut elements = elements(response.headers(), name).into_iter();
        elements.all(is_token)
    })
}

/// Whether a preflight response allows the origin of the preflight.
fn allows_origin(request: &Request<()>, response: &Response<()>) -> bool {
    let allowed = lines(response.headers(), ALLOW_ORIGIN);
    let is_allowed = match allowed.as_slice() {
        [b"*"] => true,
        [only] => lines(request.headers(), "origin") == [*only],
        _ => false,
    };
    is_preflight(request) && is_allowed && response.status().is_success()
}
