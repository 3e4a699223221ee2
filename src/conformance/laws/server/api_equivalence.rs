//! Laws about equivalent APIs: every API produces the same response.

use alloc::{format, string::String, vec::Vec};

use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};

use crate::conformance::laws::{
    support::headers::{elements, lines},
    violation::{LawViolation, ensure},
};
use crate::{
    infrastructure::header_list::HeaderList,
    server::{CorsPolicy, Decision},
};

/// All APIs that decide on a request, and all APIs that apply the headers of a decision, produce the same response.
/// `handler` has the headers of the handler's response.
///
/// # Errors
///
/// Returns [`LawViolation`] if two APIs differ.
///
/// ```
/// use fetch_cors::conformance::{laws::apis_produce_same_response as law, policies::PolicySpec};
///
/// let policy = PolicySpec::from_origins(["https://*.example"]).build()?;
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
    let judged = (decision.kind(), decision.verdict(), decision.status());
    let mut expected = handler.clone();
    decision.apply(&mut expected);

    let method = request.method().as_str().as_bytes();
    let by_name = |name: &str| lines(request.headers(), name).into_iter();
    let raw = policy.decide_raw(method, &by_name);
    same(
        "decide_raw",
        &judged,
        &(raw.kind(), raw.verdict(), raw.status()),
    )?;
    same(
        "describe",
        &format!("{}", decision.describe()),
        &format!("{}", raw.describe()),
    )?;
    let (parts, ()) = request.clone().into_parts();
    for (api, whole) in [
        ("decide_request", policy.decide_request(request)),
        ("decide_parts", policy.decide_parts(&parts)),
    ] {
        same(
            api,
            &judged,
            &(whole.kind(), whole.verdict(), whole.status()),
        )?;
        let mut applied = handler.clone();
        whole.apply(&mut applied);
        same(api, &expected, &applied)?;
    }
    let mut applied = handler.clone();
    raw.apply(&mut applied);
    same("decide_raw and apply", &expected, &applied)?;
    same("headers and vary", &expected, &by_hand(handler, &raw))?;
    same("headers and vary", &expected, &by_hand(handler, &decision))?;

    // A header list does not keep white space around values. So the law converts the handler's headers to a header list
    // and back before it computes the expected headers.
    let list = HeaderList::from(handler);
    let mut stripped = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
    decision.apply(&mut stripped);
    let same_on_a_list = |api: &str, apply: &dyn Fn(&mut HeaderList)| {
        let mut list = list.clone();
        apply(&mut list);
        let listed = HeaderMap::try_from(&list).map_err(LawViolation::new)?;
        same(api, &stripped, &listed)
    };
    same_on_a_list("apply_to", &|list| decision.apply_to(list))?;
    same_on_a_list("decide_raw and apply_to", &|list| raw.apply_to(list))?;

    for (api, owned) in [
        ("into_owned", decision.clone().into_owned()),
        ("raw into_owned", raw.clone().into_owned()),
    ] {
        same(
            api,
            &judged,
            &(owned.kind(), owned.verdict(), owned.status()),
        )?;
        let mut applied = handler.clone();
        owned.apply(&mut applied);
        same(api, &expected, &applied)?;
        same_on_a_list(api, &|list| owned.apply_to(list))?;
    }
    Ok(())
}

/// The middleware sends the status and the headers of the policy's decision.
///
/// The handler behind the middleware answers with status 200 and with the headers in `handler`. The middleware
/// `answers_preflights` answers preflights itself. The middleware `passes_preflights_on` passes preflights on to the
/// handler.
///
/// # Errors
///
/// Returns [`LawViolation`] if the status or the headers differ.
///
/// ```
/// use fetch_cors::conformance::laws::middleware_applies_the_decision as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve, serve_with_handler};
///
/// let policy = PolicySpec::from_origins(["https://*.example"]).build()?;
/// let request = http::Request::builder().header("origin", "https://a.example").body(())?;
/// let handler = [("vary".parse()?, "accept".parse()?)].into_iter().collect();
/// let middleware = |request| serve_with_handler(&policy, &request, &handler);
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
        format!("the API `{api}` gives {given:?} instead of {expected:?}")
    })
}

/// Applies the headers and the `Vary` names of a decision one by one. A framework with its own header type does the
/// same.
fn by_hand(handler: &HeaderMap, decision: &Decision<'_>) -> HeaderMap {
    let is_cors = |name: &HeaderName| name.as_str().starts_with("access-control-");
    let others = handler.iter().filter(|(name, _)| !is_cors(name));
    let mut response: HeaderMap = others
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    decision.for_each_header(|name, value| {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            response.append(name.clone(), value);
        }
    });
    let there = elements(handler, "vary");
    let is_there = |name: &str| {
        there
            .iter()
            .any(|there| there.eq_ignore_ascii_case(name.as_bytes()))
    };
    let missing: Vec<&str> = decision
        .vary()
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
