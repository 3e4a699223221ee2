//! The laws by which the harness judges any server, on a server with this crate.

use fetch_cors::{
    conformance::{
        laws::{self, LawViolation},
        policies::{PolicySpec, handler_headers, request_to, serve, serve_beside},
    },
    server::CorsPolicy,
};
use http::{HeaderMap, Request};

use super::{allowed, before_a_handler::before_a_handler, built, check, policy_with};

#[test]
fn the_laws_of_any_server() {
    let exchanges = policy_with(|spec| (request_to(spec), handler_headers()));
    check(exchanges, |(spec, (request, said))| {
        let (policy, preflight) = (built(&spec), allowed(&spec, &request));
        holds(&spec, &policy, &request, &said)?;
        holds(&spec, &policy, &preflight, &said)
    });
}

fn holds(
    spec: &PolicySpec,
    policy: &CorsPolicy,
    request: &Request<()>,
    said: &HeaderMap,
) -> Result<(), LawViolation> {
    let response = serve_beside(policy, request, said);
    laws::allow_origin_occurs_once(&response)?;
    laws::cors_headers_need_allow_origin(&response)?;
    laws::preflight_headers_stay_on_preflights(request, &response)?;
    laws::handler_vary_survives(said, &response)?;
    laws::max_age_matches_policy(spec, request, &response)?;
    laws::grants_stay_within_policy(spec, request, &response)?;
    laws::denied_origin_is_not_reflected(spec, request, &response)?;
    laws::every_request_gets_a_response(Some(&response))?;

    // A handler may send long headers and repeat names in `Vary`, so these laws judge the response
    // without the headers of the handler.
    let bare = serve(policy, request);
    laws::vary_lists_each_name_once(&bare)?;
    laws::long_headers_are_not_reflected(spec, request, &bare)?;
    let reached = before_a_handler(policy, request);
    laws::plain_options_reaches_handler(request, &reached)
}
