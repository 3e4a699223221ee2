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
    laws::a_response_allows_one_origin_at_most(&response)?;
    laws::without_an_allowed_origin_nothing_else_is_said(&response)?;
    laws::what_preflights_are_told_is_told_to_preflights_alone(request, &response)?;
    laws::what_a_handler_says_in_vary_stays(said, &response)?;
    laws::a_preflight_is_remembered_as_long_as_the_policy_says(spec, request, &response)?;
    laws::no_more_is_granted_than_the_policy_permits(spec, request, &response)?;
    laws::an_origin_that_is_not_allowed_is_not_repeated(spec, request, &response)?;
    laws::every_request_is_answered(Some(&response))?;

    // A handler may be wordy, and repeat itself.
    let bare = serve(policy, request);
    laws::vary_names_each_header_once(&bare)?;
    laws::a_long_question_is_not_repeated(spec, request, &bare)?;
    let reached = before_a_handler(policy, request);
    laws::an_options_that_is_no_preflight_reaches_its_handler(request, &reached)
}
