//! A server whose handler receives all requests except preflights.

use fetch_cors::{
    conformance::{handler, policies::serve},
    http::{Request, Response},
    server::CorsPolicy,
};

/// Answers preflights, and passes all other requests to the handler, as middleware does.
pub fn before_a_handler(policy: &CorsPolicy, request: &Request<()>) -> Response<()> {
    let decision = policy.decide(request.method(), request.headers());
    match decision.status() {
        Some(_) => serve(policy, request),
        None => handler(request),
    }
}
