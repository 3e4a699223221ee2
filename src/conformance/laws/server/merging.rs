//! Laws about merging a decision with a handler's response.

use alloc::{format, vec::Vec};

use http::{HeaderMap, Request, Response};

use crate::conformance::laws::{
    any_server::handler::handler_vary_survives,
    support::headers::elements,
    violation::{LawViolation, ensure},
};

/// Merging the policy's `Vary` into a handler's `Vary` keeps each element of the handler's `Vary`, adds each new name
/// once, and does not change `*`. `bare` is a response to the same request, from a handler that does not set headers.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::merging_keeps_handler_vary as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve, serve_with_handler};
///
/// let (policy, request) = (PolicySpec::from_origins(["https://*.example"]).build()?, http::Request::new(()));
/// let handler = [("vary".parse()?, "Accept, origin".parse()?)].into_iter().collect();
/// law(&handler, &serve_with_handler(&policy, &request, &handler), &serve(&policy, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn merging_keeps_handler_vary(
    handler: &HeaderMap,
    response: &Response<()>,
    bare: &Response<()>,
) -> Result<(), LawViolation> {
    handler_vary_survives(handler, response)?;
    let before = elements(handler, "vary");
    let after = elements(response.headers(), "vary");
    let added = after.strip_prefix(before.as_slice());
    let added = added.ok_or_else(|| {
        LawViolation::new(format!("the handler's `Vary` was {before:?}, but the response's `Vary` {after:?} does not begin with these names"))
    })?;
    let is_there = |name: &[u8]| before.iter().any(|there| there.eq_ignore_ascii_case(name));
    let missing: Vec<_> = elements(bare.headers(), "vary")
        .into_iter()
        .filter(|name| !is_there(name) && !is_there(b"*"))
        .collect();
    ensure(added == missing, || {
        format!("the policy adds {added:?} to `Vary` instead of {missing:?}")
    })
}

/// Applying a decision replaces the CORS headers of a handler's response. All other headers except `Vary` stay
/// unchanged. `bare` is a response to the same request, from a handler that does not set headers.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::merging_replaces_only_cors_headers as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve, serve_with_handler};
///
/// let (policy, request) = (PolicySpec::from_origins(["https://*.example"]).build()?, http::Request::new(()));
/// let handler = [("access-control-allow-origin".parse()?, "*".parse()?)].into_iter().collect();
/// law(&handler, &serve_with_handler(&policy, &request, &handler), &serve(&policy, &request))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn merging_replaces_only_cors_headers(
    handler: &HeaderMap,
    response: &Response<()>,
    bare: &Response<()>,
) -> Result<(), LawViolation> {
    for name in handler.keys().chain(response.headers().keys()) {
        if name == "vary" {
            continue;
        }
        let expected = if name.as_str().starts_with("access-control-") {
            bare.headers()
        } else {
            handler
        };
        let values =
            |headers: &HeaderMap| headers.get_all(name).iter().cloned().collect::<Vec<_>>();
        let (given, expected) = (values(response.headers()), values(expected));
        ensure(given == expected, || {
            format!("the response has {given:?} in {name} instead of {expected:?}")
        })?;
    }
    Ok(())
}

/// The explanation of a decision does not contain control bytes of the request. The explanation is for log files.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::{laws::explanation_has_no_control_bytes as law, policies::PolicySpec};
/// let policy = PolicySpec::from_origins(["https://*.example"]).build()?;
/// law(&policy, "OPTIONS", &[("origin", b"a\r\n"), ("access-control-request-method", b"\x1b")])?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explanation_has_no_control_bytes(
    policy: &crate::server::CorsPolicy,
    method: &str,
    headers: &[(&str, &[u8])],
) -> Result<(), LawViolation> {
    let lines = |name: &str| {
        let lines = headers.iter().filter(|(other, _)| *other == name);
        lines
            .map(|(_, value)| *value)
            .collect::<Vec<_>>()
            .into_iter()
    };
    let decision = policy.decide_raw(method.as_bytes(), &lines);
    let explanation = format!("{}", decision.describe());
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte);
    ensure(explanation.bytes().all(is_plain), || {
        format!("the explanation has a byte that is not printable ASCII: {explanation:?}")
    })
}

/// A server gives the same response to the same request.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::same_request_gets_same_response as law;
/// use fetch_cors::conformance::policies::{PolicySpec, serve};
///
/// let policy = PolicySpec::from_origins(["https://*.example"]).build()?;
/// law(|request| serve(&policy, request), &http::Request::new(()))?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn same_request_gets_same_response(
    mut server: impl FnMut(&Request<()>) -> Response<()>,
    request: &Request<()>,
) -> Result<(), LawViolation> {
    let (first, second) = (server(request), server(request));
    let is_same = (first.status(), first.headers()) == (second.status(), second.headers());
    ensure(is_same, || {
        format!("the same request gets two different responses: {first:?} and {second:?}")
    })
}
