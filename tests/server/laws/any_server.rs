//! Checks a server that uses this crate by the laws for any server.

use std::time::Duration;

use fetch_cors::{
    conformance::{
        laws::{self, LawViolation},
        policies::{PolicySpec, handler_headers, request_to, serve, serve_with_handler},
    },
    server::CorsPolicy,
};
use http::{HeaderMap, Request};

use super::{allowed, before_a_handler::before_a_handler, built, check, policy_with};

#[test]
fn policy_satisfies_the_laws_of_any_server() {
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
    let response = serve_with_handler(policy, request, said);
    laws::allow_origin_occurs_once(request, &response)?;
    laws::cors_headers_need_allow_origin(&response)?;
    // The generated policies have at least one origin.
    let none = PolicySpec::from_origins([""; 0]);
    let denied = serve_with_handler(&built(&none), request, said);
    laws::empty_list_allows_no_origin(&none, &denied)?;
    laws::preflight_headers_stay_on_preflights(request, &response)?;
    laws::handler_vary_survives(said, &response)?;
    laws::max_age_matches_policy(spec, request, &response)?;
    laws::grants_stay_within_policy(spec, request, &response)?;
    laws::denied_origin_is_not_reflected(spec, request, &response)?;
    laws::every_request_gets_a_response(Some(&response))?;
    laws::allow_origin_names_an_origin(spec, request, &response)?;
    laws::private_network_is_not_granted(&serve(policy, request))?;
    with_request_metadata(policy, request)?;

    // A handler may send long headers and repeat names in `Vary`, so these laws judge the response
    // without the headers of the handler.
    let bare = serve(policy, request);
    laws::vary_lists_each_name_once(&bare)?;
    laws::long_headers_are_not_reflected(spec, request, &bare)?;
    let reached = before_a_handler(policy, request);
    laws::plain_options_reaches_handler(request, &reached)
}

/// Changes one header of the request, and checks the laws about this header: `Vary`, `Origin`,
/// `Access-Control-Request-Private-Network` or `Access-Control-Request-Headers`.
fn with_request_metadata(policy: &CorsPolicy, request: &Request<()>) -> Result<(), LawViolation> {
    let with = |name: &'static str, value: &str| {
        let mut changed = request.clone();
        changed.headers_mut().insert(name, value.parse().unwrap());
        changed
    };
    let varied = with("vary", "x-fetch-cors, accept");
    let (response, plain) = (serve(policy, &varied), serve(policy, request));
    laws::request_vary_is_not_copied(&varied, &response, &plain)?;
    let private = with("access-control-request-private-network", "true");
    laws::private_network_is_not_granted(&serve(policy, &private))?;
    let status = |request: &Request<()>| before_a_handler(policy, request).status();
    let mut without = request.clone();
    without.headers_mut().remove("origin");
    let own = with("origin", "https://api.example");
    if request.method() != http::Method::OPTIONS {
        laws::harmless_origin_is_not_refused(status(&own), status(&without))?;
        laws::harmless_origin_is_not_refused(status(&without), status(request))?;
    }
    // `preflight_time_grows_linearly` gets the number of bytes in the response in place of a time.
    // `decision_work_is_bounded` checks the work.
    let times = [1_usize, 2, 4].map(|length| {
        let names = "x-a,".repeat(250 * length);
        let long = with("access-control-request-headers", &names);
        let sent: usize = serve(policy, &long)
            .headers()
            .values()
            .map(|value| value.len())
            .sum();
        (names.len(), Duration::from_millis(sent as u64))
    });
    laws::preflight_time_grows_linearly(&times)
}
