//! Bugs of other CORS implementations, each named by its number. This library does not have these bugs. There is no
//! test for CVE-2024-6844 and CVE-2024-6866, in which flask-cors compared paths wrongly. A policy of this library has
//! no paths.
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use fetch_cors::server::{CorsPolicy, CorsPolicyBuilder, DenialReason};
use http::{HeaderMap, Method, StatusCode};

#[path = "known_bugs/configuration.rs"]
mod configuration;
#[path = "known_bugs/origins.rs"]
mod origins;
#[path = "known_bugs/preflights.rs"]
mod preflights;
#[path = "known_bugs/vary.rs"]
mod vary;

fn policy(origins: &[&str]) -> CorsPolicyBuilder {
    CorsPolicy::builder().origins(origins.iter().copied())
}

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.append(*name, value.parse().unwrap());
    }
    headers
}

fn allows(policy: &CorsPolicy, origin: &str) -> bool {
    let request = headers(&[("origin", origin)]);
    policy.decide(&Method::GET, &request).verdict().is_allowed()
}

/// Returns the headers of the response to a GET. `handler` has the headers that the handler sets.
fn answer(policy: &CorsPolicy, request: &HeaderMap, handler: &[(&'static str, &str)]) -> HeaderMap {
    let mut response = headers(handler);
    policy.decide(&Method::GET, request).apply(&mut response);
    response
}

/// Returns the verdict on a preflight, and the headers of the response. The error is the reason of the denial.
fn preflight(
    policy: &CorsPolicy,
    request_lines: &[(&'static str, &str)],
) -> (Result<(), String>, HeaderMap) {
    let mut request = headers(&[("origin", "https://a.example")]);
    request.extend(headers(request_lines));
    let decision = policy.decide(&Method::OPTIONS, &request);
    let mut response = HeaderMap::new();
    decision.apply(&mut response);
    let verdict = match decision.verdict().denial() {
        None => Ok(()),
        Some(reason) => Err(reason.to_string()),
    };
    let expected = match decision.verdict().denial() {
        Some(DenialReason::Origin | DenialReason::MalformedRequest) => StatusCode::FORBIDDEN,
        _ => StatusCode::NO_CONTENT,
    };
    assert_eq!(decision.status(), Some(expected));
    (verdict, response)
}

fn codes(builder: CorsPolicyBuilder) -> Vec<&'static str> {
    let errors = builder.build().expect_err("an invalid policy");
    errors.iter().map(|error| error.kind().as_str()).collect()
}

const METHOD: &str = "access-control-request-method";
const NAMES: &str = "access-control-request-headers";
