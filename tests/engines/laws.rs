//! Laws that hold in every engine, over all pairs of small fetches to servers with small policies. A server that
//! answers `*` instead of names violates these laws in every engine: see *Security* in `spec-notes/engines.md`.

use std::{collections::BTreeSet, time::Duration};

use fetch_cors::{
    Failure,
    browser::{
        ConnectionError, CredentialsMode, FilteredResponse, HeaderList, HttpRequest, Mode, Origin,
        Request, Response, UserAgent, fetch,
    },
    conformance::policies::{PolicySpec, network},
    engine::Engine,
    http::HeaderMap,
    infrastructure::{response::ResponseType, safelist::cors_unsafe_request_header_names},
    server::{AllowList, CorsPolicy},
};

const LISTED: &str = "https://a.example";
const UNLISTED: &str = "https://evil.example";
const URL: &str = "https://api.example/r";

/// A violation: the engine, the law, and whether the request has Authorization.
type Violation = (Engine, &'static str, bool);

fn policies() -> Vec<(PolicySpec, CorsPolicy)> {
    let mut policies = Vec::new();
    for (is_any, credentials) in [(false, false), (false, true), (true, false)] {
        for methods in [&[][..], &["PUT"], &["*"]] {
            for request_headers in [
                &[][..],
                &["x-a"],
                &["authorization"],
                &["*"],
                &["*", "authorization"],
            ] {
                let mut spec = PolicySpec::from_origins([LISTED]);
                if is_any {
                    spec.origins = AllowList::Any;
                }
                spec.credentials = credentials;
                spec.methods = match methods {
                    ["*"] => AllowList::Any,
                    listed => AllowList::Only(listed.iter().map(|&name| name.into()).collect()),
                };
                spec.request_headers = request_headers.iter().map(|&name| name.into()).collect();
                // `build` refuses a policy with credentials and a wildcard.
                if let Ok(policy) = spec.build() {
                    policies.push((spec, policy));
                }
            }
        }
    }
    policies
}

fn requests() -> Vec<Request> {
    let mut requests = Vec::new();
    for origin in [LISTED, UNLISTED, "null"] {
        for method in ["GET", "PUT", "POST"] {
            for headers in [
                &[][..],
                &[("X-A", "1")],
                &[("Authorization", "b")],
                &[("Content-Type", "a/b")],
            ] {
                for credentials_mode in [CredentialsMode::Omit, CredentialsMode::Include] {
                    let origin = Origin::parse(origin.as_bytes()).unwrap();
                    let mut request = Request::new(origin, URL.parse().unwrap());
                    request.mode = Mode::Cors;
                    request.unsafe_request_flag = true;
                    request.method = method.parse().unwrap();
                    request.header_list = HeaderList::from_pairs(headers.iter().copied()).unwrap();
                    request.credentials_mode = credentials_mode;
                    requests.push(request);
                }
            }
        }
    }
    requests
}

fn is_readable(response: &FilteredResponse) -> bool {
    response.response_type() == ResponseType::Cors
}

fn permits(spec: &PolicySpec, request: &Request) -> bool {
    let names = cors_unsafe_request_header_names(&request.header_list);
    let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
    let method = request.method.as_str();
    spec.permits(
        request.serialize_origin(),
        method,
        &names,
        request.credentials_mode,
    )
}

type Serve = fn(&CorsPolicy, &HttpRequest) -> Result<Response, ConnectionError>;

fn serve(policy: &CorsPolicy, sent: &HttpRequest) -> Result<Response, ConnectionError> {
    network(policy, sent, &HeaderMap::new())
}

/// Serves as [`serve`] does, but sends `*` in `Access-Control-Allow-Headers` if the policy lists names.
fn serve_with_wildcard(
    policy: &CorsPolicy,
    sent: &HttpRequest,
) -> Result<Response, ConnectionError> {
    let mut response = serve(policy, sent)?;
    if response
        .header_list
        .contains("access-control-allow-headers")
    {
        let name = "access-control-allow-headers".parse().unwrap();
        response.header_list.set(name, "*".try_into().unwrap());
    }
    Ok(response)
}

/// Runs pairs of fetches with one cache, and returns the laws that the second fetch violates.
fn violations(engine: Engine, serve: Serve) -> BTreeSet<Violation> {
    let user_agent = UserAgent::of_engine(engine);
    let mut found = BTreeSet::new();
    let requests = requests();
    for (spec, policy) in &policies() {
        for first in &requests {
            let mut after_first = user_agent.clone();
            let run = |user_agent: &mut UserAgent, request: &Request| {
                fetch(user_agent, request.clone(), Duration::ZERO, |sent| {
                    serve(policy, sent)
                })
            };
            let _ = run(&mut after_first, first);
            for second in requests
                .iter()
                .filter(|second| second.origin == first.origin)
            {
                let result = run(&mut after_first.clone(), second);
                let origin = second.serialize_origin();
                let is_listed = origin == LISTED;
                let is_allowed = is_listed || spec.origins.is_any();
                let includes_credentials = second.credentials_mode == CredentialsMode::Include;
                let has_authorization = second.header_list.contains("authorization");
                let mut violated = |law| _ = found.insert((engine, law, has_authorization));
                let can_read = result.as_ref().is_ok_and(is_readable);
                if can_read && !is_allowed {
                    violated("denied page reads nothing");
                }
                if can_read && includes_credentials && !(is_listed && spec.credentials) {
                    violated("credentials are shared with listed origins alone");
                }
                if can_read != permits(spec, second) {
                    violated("R1");
                }
                if let Err(error) = &result {
                    let names_the_denial = match error.failure() {
                        Failure::MethodDisallowedByPreflightResponse
                        | Failure::HeaderDisallowedByPreflightResponse => {
                            let mut alone = second.clone();
                            if error.failure() == Failure::MethodDisallowedByPreflightResponse {
                                alone.header_list = HeaderList::new();
                            } else {
                                alone.method = "GET".parse().unwrap();
                            }
                            !permits(spec, &alone)
                        }
                        Failure::InvalidAllowCredentials
                        | Failure::PreflightInvalidAllowCredentials
                        | Failure::WildcardOriginNotAllowed
                        | Failure::PreflightWildcardOriginNotAllowed => {
                            includes_credentials && !spec.credentials
                        }
                        _ => !is_allowed,
                    };
                    if !names_the_denial {
                        violated("R10");
                    }
                }
            }
        }
    }
    found
}

#[test]
fn laws_hold_in_every_engine() {
    for engine in Engine::ALL {
        assert_eq!(violations(engine, serve), BTreeSet::new(), "{engine}");
    }
}

/// The laws can fail: every engine sends Authorization to a server that answers `*`, although the policy denies the
/// request. WebKit sends Authorization even after the preflight of another request.
#[test]
fn wildcard_covers_authorization_in_every_engine() {
    for engine in Engine::RECORDED {
        let found = violations(engine, serve_with_wildcard);
        assert!(found.contains(&(engine, "R1", true)), "{engine}: {found:?}");
    }
}
