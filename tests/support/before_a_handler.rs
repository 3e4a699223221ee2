//! What a server does whose handler is reached by what is no preflight.

use fetch_cors::{
    conformance::{handler, policies::serve},
    http::{Request, Response},
    server::CorsPolicy,
};

/// As middleware does it, which answers preflights alone.
pub fn before_a_handler(policy: &CorsPolicy, request: &Request<()>) -> Response<()> {
    let decision = policy.decide(request.method(), request.headers());
    match decision.status() {
        Some(_) => serve(policy, request),
        None => handler(request),
    }
}
