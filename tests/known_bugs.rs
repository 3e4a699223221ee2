//! Bugs that other CORS implementations had, each by its number: this one does not have them.
//!
//! There is none of CVE-2024-6844 and CVE-2024-6866 (flask-cors: a `+` in a path was a space, and paths were
//! compared in any case): a policy knows no paths, which are the router's.
#![allow(missing_docs, unreachable_pub)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

use fetch_cors::server::{CorsPolicy, CorsPolicyBuilder};
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

/// What a handler that has set `handler` answers to a GET.
fn answer(policy: &CorsPolicy, request: &HeaderMap, handler: &[(&'static str, &str)]) -> HeaderMap {
    let mut response = headers(handler);
    policy.decide(&Method::GET, request).apply(&mut response);
    response
}

/// The response to a preflight, and why it is denied.
fn preflight(
    policy: &CorsPolicy,
    asks: &[(&'static str, &str)],
) -> (Result<(), String>, HeaderMap) {
    let mut request = headers(&[("origin", "https://a.example")]);
    request.extend(headers(asks));
    let decision = policy.decide(&Method::OPTIONS, &request);
    let mut response = HeaderMap::new();
    decision.apply(&mut response);
    let verdict = match decision.verdict().denial() {
        None => Ok(()),
        Some(reason) => Err(reason.to_string()),
    };
    let expected = if verdict.is_ok() {
        StatusCode::NO_CONTENT
    } else {
        StatusCode::FORBIDDEN
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
