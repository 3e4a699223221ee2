//! Laws of equal APIs: every API gives the same response.

use alloc::{format, string::String, vec::Vec};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};

use crate::conformance::laws::{
    support::headers::{elements, lines},
    violation::{LawViolation, ensure},
};
use crate::{
    infrastructure::header_list::HeaderList,
    server::{CorsPolicy, RequestValue, ResponseValue},
};

/// All APIs for deciding and for applying headers produce the same response. The handler's response has
/// the headers `handler`.
///
/// # Errors
///
/// [`LawViolation`], if two APIs differ.
///
/// ```
/// use fetch_cors::conformance::{laws::apis_produce_same_response as law, policies::PolicySpec};
///
/// let policy = PolicySpec::of(["https://*.example"]).build()?;
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// law(&policy, &request, &http::HeaderMap::new())?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn apis_produce_same_response(
    policy: &CorsPolicy,
    request: &Request<()>,
    handler: &HeaderMap,
) -> Result<(), LawViolation> {
    let decision = policy.decide(request.method(), request.headers());
    let judged = (decision.kind(), decision.allowed(), decision.status());
    let mut expected = handler.clone();
    decision.apply(&mut expected);

    let method = request.method().as_str().as_bytes();
    let raw = policy.decide_raw(method, |name: &str| {
        lines(request.headers(), name).into_iter()
    });
    same(
        "decide_raw",
        &judged,
        &(raw.kind(), raw.allowed(), raw.status()),
    )?;
    same(
        "explain",
        &format!("{}", decision.explain()),
        &format!("{}", raw.explain()),
    )?;
    let mut applied = handler.clone();
    raw.apply(&mut applied);
    same("decide_raw and apply", &expected, &applied)?;
    same(
        "headers and vary",
        &expected,
        &by_hand(handler, raw.headers(), raw.vary()),
    )?;
    same(
        "headers and vary",
        &expected,
        &by_hand(handler, decision.headers(), decision.vary()),
    )?;

    // A header list has no white space around its values.
    let mut list = HeaderList::from(handler);
    let mut stripped = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
    decision.apply(&mut stripped);
    decision.apply_to_list(&mut list);
    let listed = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
    same("apply_to_list", &stripped, &listed)?;

    vary_is_completed(handler, &expected, |present| decision.missing_vary(present))?;
    vary_is_completed(handler, &expected, |present| raw.missing_vary(present))?;

    for (api, owned) in [
        ("into_owned", decision.into_owned()),
        ("raw into_owned", raw.into_owned()),
    ] {
        same(
            api,
            &judged,
            &(owned.kind(), owned.allowed(), owned.status()),
        )?;
        let mut applied = handler.clone();
        owned.apply(&mut applied);
        same(api, &expected, &applied)?;
        vary_is_completed(handler, &expected, |present| owned.missing_vary(present))?;
    }
    Ok(())
}

/// Middleware with a policy gives the status and the headers of the policy's decision.
///
/// The handler behind the middleware answers with status 200 and the headers `handler`. The first closure
/// answers preflights itself, so that the handler does not see them; the second one passes them on to the
/// handler.
///
/// # Errors
///
/// [`LawViolation`], if the status or the headers differ.
///
/// ```
/// use fetch_cors::conformance::laws::middleware_applies_the_decision as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve, serve_beside};
///
/// let policy = PolicySpec::of(["https://*.example"]).build()?;
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// let handler = [("vary".parse()?, "accept".parse()?)].into_iter().collect();
/// let middleware = |request| serve_beside(&policy, &request, &handler);
/// law(&policy, &request, &handler, middleware, middleware)?;
///
/// let loses_vary = |request| serve(&policy, &request);
/// assert!(law(&policy, &request, &handler, middleware, loses_vary).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn middleware_applies_the_decision(
    policy: &CorsPolicy,
    request: &Request<()>,
    handler: &HeaderMap,
    answers_preflights: impl FnOnce(Request<()>) -> Response<()>,
    passes_preflights_on: impl FnOnce(Request<()>) -> Response<()>,
) -> Result<(), LawViolation> {
    let decision = policy.decide(request.method(), request.headers());
    let mut answered = match decision.status() {
        Some(_) => HeaderMap::new(),
        None => handler.clone(),
    };
    decision.apply(&mut answered);
    let status = decision.status().unwrap_or(StatusCode::OK);
    let response = answers_preflights(request.clone());
    same("middleware", &status, &response.status())?;
    same("middleware", &answered, response.headers())?;

    let mut passed_on = handler.clone();
    decision.apply(&mut passed_on);
    let response = passes_preflights_on(request.clone());
    let api = "middleware that passes preflights on";
    same(api, &StatusCode::OK, &response.status())?;
    same(api, &passed_on, response.headers())
}

fn same<T: PartialEq + core::fmt::Debug>(
    api: &str,
    expected: &T,
    given: &T,
) -> Result<(), LawViolation> {
    ensure(expected == given, || {
        format!("{api} gives {given:?}, not {expected:?}")
    })
}

/// Appending the missing `Vary` line to the handler's lines gives the expected lines.
fn vary_is_completed(
    handler: &HeaderMap,
    expected: &HeaderMap,
    missing: impl FnOnce(Vec<&[u8]>) -> Option<HeaderValue>,
) -> Result<(), LawViolation> {
    let present = lines(handler, "vary");
    let missing = missing(present.clone());
    let missing = missing.as_ref().map(HeaderValue::as_bytes);
    let completed: Vec<&[u8]> = present.into_iter().chain(missing).collect();
    same("missing_vary", &lines(expected, "vary"), &completed)
}

/// Applies the headers and the `Vary` names as a framework with a header map of its own does.
fn by_hand<'r, V: RequestValue<'r>>(
    handler: &HeaderMap,
    headers: impl Iterator<Item = (HeaderName, ResponseValue<'r, V>)>,
    vary: &[HeaderName],
) -> HeaderMap {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    let others = handler.iter().filter(|(name, _)| !is_cors(name));
    let mut response: HeaderMap = others
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (name, value) in headers {
        let bytes = match value {
            ResponseValue::Prepared(value) => value.as_bytes(),
            ResponseValue::Requested(value) => value.bytes(),
        };
        response.extend(
            HeaderValue::from_bytes(bytes)
                .ok()
                .map(|value| (name, value)),
        );
    }
    let there = elements(handler, "vary");
    let is_there = |name: &str| {
        there
            .iter()
            .any(|there| there.eq_ignore_ascii_case(name.as_bytes()))
    };
    let missing: Vec<&str> = vary
        .iter()
        .map(HeaderName::as_str)
        .filter(|name| !is_there(name))
        .collect();
    let missing = Some(missing.join(", ")).filter(|missing| !missing.is_empty() && !is_there("*"));
    let line = missing.and_then(|missing: String| HeaderValue::try_from(missing).ok());
    if let Some(line) = line {
        response.append(http::header::VARY, line);
    }
    response
}
