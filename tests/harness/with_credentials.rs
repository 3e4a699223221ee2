//! Servers that answer requests with `Cookie` or `Authorization` in another way.

use fetch_cors::{
    conformance::{Report, check, policies::PolicySpec},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config, names,
    servers::{changed, is_preflight},
};

fn policy(credentials: bool) -> CorsPolicy {
    let mut spec = PolicySpec::from_origins(["https://app.example", "https://*.example.com"]);
    spec.credentials = credentials;
    spec.build().unwrap()
}

/// Checks a server that answers the requests for which `fails` returns true with `status`. The response has the CORS headers
/// if `has_headers` is true.
fn report_of(
    policy: &CorsPolicy,
    status: u16,
    has_headers: bool,
    fails: impl Fn(&Request<()>) -> bool,
) -> Report {
    let mut server = changed(policy.clone(), |request, response| {
        if fails(request) {
            if !has_headers {
                *response = Response::new(());
            }
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
        }
    });
    check(&mut server, policy, config()).unwrap()
}

fn has(name: &'static str) -> impl Fn(&Request<()>) -> bool {
    move |request| request.headers().contains_key(name)
}

/// No request with the header gets a response without an error, so a comparison of such requests shows nothing.
#[test]
fn an_error_for_every_request_with_credentials_is_found() {
    for (header, name) in [("cookie", "`Cookie`"), ("authorization", "`Authorization`")] {
        for (credentials, has_headers) in
            [(false, false), (false, true), (true, false), (true, true)]
        {
            for status in [500, 503] {
                let report = report_of(&policy(credentials), status, has_headers, has(header));
                assert_eq!(names(&report), ["fails-with-credentials"], "{report}");
                let mistake = report.findings()[0].mistake().to_owned();
                let expected = format!("the server fails on requests with {name}");
                assert!(mistake.starts_with(&expected), "{report}");
                let mut unchecked = report.unchecked().iter();
                let is_unchecked = unchecked.any(|part| part.contains("requests with credentials"));
                assert_eq!(is_unchecked, status == 500, "{report}");
            }
        }
    }
    let of_post = |request: &Request<()>| request.method() == "POST" && has("cookie")(request);
    let report = report_of(&policy(false), 500, false, of_post);
    assert_eq!(names(&report), ["fails-with-credentials"], "{report}");
    assert!(
        report.findings()[0].mistake().contains("`Cookie`"),
        "{report}"
    );
}

/// The requests with credentials are not the reason if the server also fails on other requests.
#[test]
fn an_error_for_every_request_is_not_about_credentials() {
    let report = report_of(&policy(true), 500, false, |request| !is_preflight(request));
    let names = names(&report);
    assert!(!names.contains(&"fails-with-credentials"), "{report}");
    assert!(names.contains(&"lacks-headers-on-errors"), "{report}");
}

/// The number of earlier requests is the reason for the status 429, and not the cookie.
#[test]
fn a_limit_is_not_about_credentials() {
    let policy = policy(true);
    let mut count = 0;
    let mut server = |request: Request<()>| {
        count += 1;
        let mut response = fetch_cors::conformance::policies::serve(&policy, &request);
        if count > 50 {
            response = Response::new(());
            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
        }
        response
    };
    let report = check(&mut server, &policy, config()).unwrap();
    let unchecked = report.unchecked().join("\n");
    assert!(
        unchecked.contains("refused with the status 429, because"),
        "{report}"
    );
    assert!(!unchecked.contains("requests with credentials"), "{report}");
    assert!(names(&report).is_empty(), "{report}");
}

/// A status of 500 is a failure of the server, and not a refusal.
#[test]
fn a_refused_login_is_not_a_failed_login() {
    for (status, words) in [(403, "the server refuses"), (500, "the server fails on")] {
        let report = report_of(&policy(true), status, true, has("cookie"));
        let unchecked = report.unchecked().join("\n");
        assert!(unchecked.contains(words), "{report}");
    }
}

/// A login answers every method, so no method is without a success.
#[test]
fn a_success_with_credentials_shows_that_a_login_is_needed() {
    let needs = |request: &Request<()>| {
        !is_preflight(request) && !has("cookie")(request) && !has("authorization")(request)
    };
    let report = report_of(&policy(true), 403, true, needs);
    let unchecked = report.unchecked().join("\n");
    assert!(
        unchecked.contains("without `Cookie` and `Authorization`"),
        "{report}"
    );
}
