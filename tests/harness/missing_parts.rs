//! Servers that fail on requests without a certain header, and servers that look at only one kind of request. The first line names
//! this condition.

use fetch_cors::{
    conformance::{Report, Severity, check},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE},
    names,
    servers::{changed, is_granted, is_preflight, origin, set},
};

const REQUEST_HEADERS: &str = "access-control-request-headers";
const REQUEST_METHOD: &str = "access-control-request-method";

fn policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://other.example"]);
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    policy.credentials(true).max_age(600).build().unwrap()
}

fn report_of(change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let policy = policy();
    check(&mut changed(policy.clone(), change), &policy, config()).unwrap()
}

/// Answers with this status and without headers if the request fulfills the condition.
fn report_of_errors(code: u16, condition: impl Fn(&Request<()>) -> bool) -> Report {
    report_of(|request, response| {
        if condition(request) {
            *response = Response::new(());
            *response.status_mut() = StatusCode::from_u16(code).unwrap();
        }
    })
}

#[track_caller]
fn assert_mistakes(report: &Report, expected: &[&str]) {
    let found = report.findings();
    let found: Vec<String> = found.iter().map(|finding| finding.mistake()).collect();
    assert_eq!(found, expected, "{report}");
}

fn has(request: &Request<()>, name: &str) -> bool {
    request.headers().contains_key(name)
}

/// The server fails on requests of its own pages and on requests without `Origin` too.
#[test]
fn post_without_content_type_is_one_finding() {
    let report = report_of_errors(500, |request| {
        request.method() == "POST" && !has(request, "content-type")
    });
    assert_mistakes(
        &report,
        &["the server fails on POST requests without `Content-Type` (status 500)"],
    );
    let text = report.to_string();
    let fix = "fix: answer a request without `Content-Type`: browsers do not send this header with an empty request";
    assert!(text.contains(fix), "{text}");
}

#[test]
fn two_methods_without_content_type_are_one_finding() {
    let report = report_of_errors(500, |request| {
        ["POST", "PUT"].contains(&request.method().as_str()) && !has(request, "content-type")
    });
    assert_mistakes(
        &report,
        &["the server fails on POST requests and PUT requests without `Content-Type` (status 500)"],
    );
}

/// The login is behind the middleware for preflights, and in front of it for other requests.
#[test]
fn errors_without_authorization_are_named() {
    let report = report_of_errors(401, |request| {
        !is_preflight(request) && !has(request, "authorization")
    });
    assert_mistakes(
        &report,
        &[
            "the server answers requests without `Authorization` with an error that lacks the CORS headers (status 401)",
        ],
    );
}

/// The response has the status 204, the allowed origin, and no other CORS header.
#[test]
fn a_response_without_lists_to_preflights_without_names_is_named() {
    let report = report_of(|request, response| {
        if is_preflight(request) && is_granted(response) && !has(request, REQUEST_HEADERS) {
            for name in [ALLOW_METHODS, ALLOW_HEADERS, MAX_AGE] {
                response.headers_mut().remove(name);
            }
        }
    });
    assert_mistakes(
        &report,
        &[
            "responses to preflights without `Access-Control-Request-Headers` do not grant the method `PUT`, which the policy permits",
        ],
    );
}

#[test]
fn failed_method_of_null_is_named() {
    for (method, expected) in [
        (
            "HEAD",
            "the server fails on HEAD requests with `Origin: null` (status 500)",
        ),
        (
            "GET",
            "the server fails on GET requests with `Origin: null` (status 500)",
        ),
    ] {
        let report = report_of_errors(500, |request| {
            origin(request) == "null" && request.method() == method
        });
        assert_mistakes(&report, &[expected]);
    }
    let report = report_of_errors(500, |request| origin(request) == "null");
    assert_mistakes(
        &report,
        &["the server fails on requests with `Origin: null` (status 500)"],
    );
}

/// The server reflects the origin of a preflight for `DELETE`. A page of an unlisted origin can send DELETE only if the response also
/// grants this method.
#[test]
fn reflection_for_an_unpermitted_method_matters_if_the_method_is_granted() {
    for is_granted in [false, true] {
        let report = report_of(|request, response| {
            let method = request.headers().get(REQUEST_METHOD);
            if !is_preflight(request) || method.is_none_or(|method| method != "DELETE") {
                return;
            }
            *response.status_mut() = StatusCode::NO_CONTENT;
            set(response.headers_mut(), MAX_AGE, "600");
            set(response.headers_mut(), ALLOW_ORIGIN, &origin(request));
            let methods = if is_granted { "PUT, DELETE" } else { "PUT" };
            set(response.headers_mut(), ALLOW_METHODS, methods);
        });
        let expected: &[&str] = if is_granted {
            &["reflects-on-some-methods", "grants-other-methods"]
        } else {
            &[]
        };
        assert_eq!(names(&report), expected, "{report}");
        let worst = report.findings().first().map(|first| first.severity());
        assert_eq!(worst, is_granted.then_some(Severity::Security), "{report}");
    }
}
