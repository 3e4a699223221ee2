//! Servers that refuse every request of allowed pages, and answer the same requests of others.

use fetch_cors::{
    conformance::{Report, check, policies::serve},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config, names,
    servers::{is_granted, set},
};

fn policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://*.example.com"]);
    policy.methods(["PUT"]).max_age(600).build().unwrap()
}

/// Checks a server that answers allowed pages with `status`. The two flags say whether these responses have the CORS headers,
/// and whether preflights get the status too.
fn report_of(status: u16, [has_headers, is_of_preflights]: [bool; 2]) -> Report {
    let policy = policy();
    let mut server = |request: Request<()>| {
        let mut response = serve(&policy, &request);
        let is_refused = is_of_preflights || request.method() != "OPTIONS";
        if is_refused && is_granted(&response) {
            if !has_headers {
                response = Response::new(());
                set(response.headers_mut(), "vary", "Origin");
            }
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
        } else if request.uri().path() == "/none" {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        response
    };
    let config = config().error_url("https://api.example/none").unwrap();
    check(&mut server, &policy, config).unwrap()
}

/// A request without `Origin` is not comparable with a request of an allowed page, so its success does not show that the
/// errors are random.
#[test]
fn errors_for_every_allowed_page_are_one_finding() {
    for (status, properties, expected) in [
        (500, [true, false], "refuses-allowed-origin"),
        (500, [true, true], "refuses-allowed-origin"),
        (503, [true, false], "refuses-allowed-origin"),
        (403, [true, true], "refuses-allowed-origin"),
        (401, [true, true], "refuses-allowed-origin"),
        (302, [true, true], "refuses-allowed-origin"),
        (500, [false, false], "lacks-headers-on-errors"),
        (503, [false, false], "lacks-headers-on-errors"),
    ] {
        let report = report_of(status, properties);
        assert_eq!(
            names(&report),
            [expected],
            "{status} {properties:?}: {report}"
        );
        let mistake = report.findings()[0].mistake();
        assert!(
            mistake.contains(&format!(" (status {status})")),
            "{mistake}"
        );
    }
}

/// The server answers other requests with the status 200, but no page that the policy allows gets such a response.
#[test]
fn check_without_a_success_for_an_allowed_page_judges_nothing() {
    for status in [404, 410, 401, 403, 500] {
        let report = report_of(status, [true, false]);
        let reason = report.unjudged().unwrap();
        let expected = "no response from https://api.example/notes?all to a page of an allowed origin has a status from 200 to 299 (the status is ";
        assert!(reason.starts_with(expected), "{reason}");
        assert!(reason.contains(&format!(" is {status} in ")), "{reason}");
        assert!(!report.has_success() && !report.is_complete());
        let text = report.to_string();
        let first = text.lines().next().unwrap();
        assert!(first.starts_with("not judged: "), "{first}");
        let summary = text.lines().find(|line| line.contains(" requests sent, "));
        assert!(summary.unwrap().contains(": not judged"), "{text}");
        assert!(!text.contains("no violations"), "{text}");
    }
    assert!(report_of(404, [true, true]).unjudged().is_some());
    assert!(report_of(200, [true, false]).is_complete());
}

/// A CSRF check refuses some methods of allowed pages, without the CORS headers. The first line says what the server refuses.
#[test]
fn a_csrf_check_of_some_methods_is_named() {
    for (methods, named) in [
        (&["POST", "PUT"][..], "the methods `POST` and `PUT`"),
        (&["POST"], "the method `POST`"),
    ] {
        let policy = policy();
        let mut server = |request: Request<()>| {
            let given = request.headers().get("origin");
            let is_other = given.is_some_and(|origin| origin != "https://api.example");
            if is_other && methods.contains(&request.method().as_str()) {
                let mut response = Response::new(());
                set(response.headers_mut(), "vary", "Origin");
                *response.status_mut() = StatusCode::FORBIDDEN;
                return response;
            }
            serve(&policy, &request)
        };
        let report = check(&mut server, &policy, config()).unwrap();
        assert_eq!(names(&report), ["refuses-allowed-origin"], "{report}");
        let finding = &report.findings()[0];
        assert_eq!(
            finding.mistake(),
            format!(
                "the server refuses requests of allowed pages with {named} (status 403), although it answers the same requests of its own pages or without `Origin`"
            )
        );
        assert!(
            finding.advice().contains("such as a CSRF check"),
            "{report}"
        );
        assert!(
            finding
                .advice()
                .contains("send the CORS headers on error responses too"),
            "{report}"
        );
    }
}
