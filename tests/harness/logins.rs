//! A login in front of the CORS middleware. The first findings name the login and the pattern of the middleware.

use fetch_cors::{
    conformance::{Report, check},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE},
    names,
    servers::{is_preflight, origin, set},
};

/// The origins that the regular expression `^https://*.example.com$` matches.
fn matches_expression(origin: &str) -> bool {
    let rest = origin.strip_prefix("https:/").unwrap_or_default();
    let rest = rest.strip_suffix("example.com").unwrap_or_default();
    let slashes = rest.trim_start_matches('/');
    slashes.chars().count() == 1 || (slashes.is_empty() && !rest.is_empty())
}

fn is_subdomain(origin: &str) -> bool {
    let policy = CorsPolicy::builder().origin("https://*.example.com");
    let policy = policy.build().unwrap();
    policy.permits(
        origin,
        "GET",
        &[],
        fetch_cors::infrastructure::request::CredentialsMode::Omit,
    )
}

/// Returns a report on a server whose middleware adds the CORS headers to every response, and whose login refuses preflights and,
/// if `is_of_all`, every other request.
fn report_of(allows: fn(&str) -> bool, is_of_all: bool) -> Report {
    let policy = CorsPolicy::builder().origin("https://*.example.com");
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    let policy = policy.credentials(true).max_age(600).build().unwrap();
    let mut server = |request: Request<()>| {
        let mut response = Response::new(());
        let origin = origin(&request);
        let headers = response.headers_mut();
        set(headers, "vary", "Origin");
        if allows(&origin) {
            set(headers, ALLOW_ORIGIN, &origin);
            set(headers, ALLOW_CREDENTIALS, "true");
            if is_preflight(&request) {
                set(headers, ALLOW_METHODS, "PUT");
                set(headers, ALLOW_HEADERS, "content-type");
                set(headers, MAX_AGE, "600");
            }
        }
        if request.method() == "OPTIONS" || is_of_all {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
        }
        response
    };
    check(&mut server, &policy, config()).unwrap()
}

const LOGIN: &str = "preflights need authentication: a login answers them with the status 401, in place of the CORS middleware";

#[test]
fn login_in_front_of_the_middleware_is_named() {
    for is_of_all in [false, true] {
        let report = report_of(is_subdomain, is_of_all);
        assert_eq!(names(&report)[0], "authenticates-preflights", "{report}");
        assert_eq!(report.findings()[0].mistake(), LOGIN);
    }
}

/// A regular expression in place of a pattern is one mistake, although the server denies allowed origins and allows others.
#[test]
fn regular_expression_behind_a_login_is_one_finding() {
    for is_of_all in [false, true] {
        let report = report_of(matches_expression, is_of_all);
        let mut found = names(&report);
        found.retain(|name| *name != "allows-malformed-origin");
        let expected = ["allows-other-origin", "authenticates-preflights"];
        assert_eq!(found, expected, "{report}");
        let mistake = report.findings()[0].mistake();
        let start = "the server reads `https://*.example.com` as a regular expression: it allows `https://example.com` and `https://xexample.com`";
        assert!(mistake.starts_with(start), "{mistake}");
    }
}
