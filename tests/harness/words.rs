//! The first line of a finding, and of the report, names the requests that it is about.

use fetch_cors::conformance::{Cause, CheckConfig, Report};
use http::{Request, Response};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_METHODS, ALLOW_ORIGIN, causes, is_preflight, origin, report_with,
        right_but, status,
    },
    servers::{policy, set},
};

const EXPOSE_HEADERS: &str = "access-control-expose-headers";

fn report_of(server: impl Fn(&Request<()>) -> Response<()>) -> Report {
    report_with(&policy(), config(), &server)
}

/// Asserts that the first finding has this cause, and that the report has these texts.
#[track_caller]
pub(super) fn assert_words(report: &Report, cause: Cause, texts: &[&str]) {
    assert_eq!(causes(report), [cause], "{report}");
    let shown = report.to_string();
    for text in texts {
        assert!(shown.contains(text), "{text}: {report}");
    }
}

#[test]
fn reflection_in_preflights_is_named() {
    let report = report_of(right_but(|request, response| {
        if is_preflight(request) {
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, &origin(request));
            set(headers, ALLOW_CREDENTIALS, "true");
        }
    }));
    let texts = [
        "security: preflight responses reflect any origin, but other responses do not (",
        "fix: compare `Origin` with a list of allowed origins in preflights too\n",
    ];
    assert_words(&report, Cause::ReflectsOnSomeMethods, &texts);
}

#[test]
fn exposed_headers_of_options_are_named() {
    let policy = fetch_cors::server::CorsPolicy::builder()
        .origin("https://app.example")
        .methods(["OPTIONS"])
        .expose_headers(["etag"])
        .build()
        .unwrap();
    let server = |request: &Request<()>| {
        let mut response = fetch_cors::conformance::policies::serve(&policy, request);
        set(response.headers_mut(), "etag", "1");
        if request.method() == "OPTIONS" {
            response.headers_mut().remove(EXPOSE_HEADERS);
        }
        response
    };
    let report = report_with(&policy, config(), &server);
    let texts = [
        "scripts cannot read response headers that the policy exposes, if the method is OPTIONS (",
        "fix: answer only preflights in the middleware, and pass every other OPTIONS request to the handler; or send",
    ];
    assert_words(&report, Cause::LacksExposedHeaders, &texts);
}

#[test]
fn null_in_responses_to_requests_without_origin_is_named() {
    let report = report_of(right_but(|request, response| {
        if !request.headers().contains_key("origin") {
            set(response.headers_mut(), ALLOW_ORIGIN, "null");
        }
    }));
    let text = "responses to requests without `Origin` have `Access-Control-Allow-Origin: null`, which is not the origin of a page that may read them (";
    assert_words(&report, Cause::SendsText, &[text]);
}

/// The headers of a redirected preflight are not a mistake of their own.
#[test]
fn redirects_with_the_headers_of_other_responses_are_one_finding() {
    let redirected = |request: &Request<()>| {
        let mut response = status(301, &[("location", "/notes/"), ("vary", "Origin")]);
        if ["https://app.example", "https://other.example"].contains(&&*origin(request)) {
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, &origin(request));
            set(headers, ALLOW_CREDENTIALS, "true");
            set(headers, EXPOSE_HEADERS, "etag");
        }
        response
    };
    let everything = report_of(redirected);
    assert_words(&everything, Cause::RedirectsEverything, &[]);
    let unjudged = everything.unjudged().unwrap();
    let advice = ": test the URL to which the server redirects (`/notes/`)";
    assert!(unjudged.ends_with(advice), "{unjudged}");
    let preflights = report_of(right_but(move |request, response| {
        if is_preflight(request) {
            *response = redirected(request);
        }
    }));
    assert_words(&preflights, Cause::RedirectsPreflights, &[]);
}

/// A redirect to a login page refuses a request, if requests with other origins are not redirected.
#[test]
fn redirects_of_harmless_origins_are_found() {
    let login = || status(302, &[("location", "/login"), ("vary", "Origin")]);
    for (given, cause) in [
        ("null", Cause::RefusesNullOrigin),
        ("https://api.example", Cause::RefusesOwnOrigin),
    ] {
        let report = report_of(right_but(move |request, response| {
            if origin(request) == given && request.method() != "OPTIONS" {
                *response = login();
            }
        }));
        assert_words(
            &report,
            cause,
            &["the status is 302, but a request that differs only in"],
        );
    }
    // Some servers redirect navigations, which have no `Origin`.
    let report = report_of(right_but(move |request, response| {
        if !request.headers().contains_key("origin") && request.method() == "GET" {
            *response = login();
        }
    }));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn summary_counts_the_parts_that_were_not_checked() {
    let report = report_of(right_but(|_, _| {}));
    let parts = report.unchecked().len();
    assert!(parts > 1, "{report}");
    let end = format!(": no violations; {parts} parts not checked\n");
    assert!(report.to_string().contains(&end), "{report}");
}

#[test]
fn methods_of_a_url_without_a_success_are_named() {
    let refused = |_: &Request<()>| status(404, &[("vary", "Origin")]);
    let report = report_with(&policy(), CheckConfig::new(super::URL).unwrap(), &refused);
    let line = "the responses of this URL to the permitted methods (GET, HEAD, POST, PATCH, PUT), because no response has a status from 200 to 299";
    let mut unchecked = report.unchecked().iter();
    assert!(unchecked.any(|part| part.starts_with(line)), "{report}");
}

/// A firewall refuses most requests of allowed pages.
#[test]
fn a_server_that_refuses_most_requests_is_named_first() {
    let refuses = |request: &Request<()>| {
        let has_login = request.headers().contains_key("cookie")
            || request.headers().contains_key("authorization");
        request.method() != "GET" || has_login
    };
    let report = report_of(right_but(move |request, response| {
        if refuses(request) {
            *response = status(403, &[("vary", "Origin")]);
        }
    }));
    let text = report.to_string();
    let first = text.lines().next().unwrap();
    let expected = " responses to requests of allowed origins have the status 403, so this check judges only a small part of the answers: ";
    assert!(first.contains(expected), "{report}");
}

/// Every response to a denied origin is an error, so the text does not say that only error responses show the mistake.
#[test]
fn errors_are_a_place_only_if_other_responses_are_right() {
    let listed = ["https://app.example", "https://other.example"];
    let report = report_of(move |request| {
        let mut response = right_but(|_, _| {})(request);
        let given = origin(request);
        if !given.is_empty() && given != "https://api.example" && !listed.contains(&&*given) {
            response = status(403, &[("vary", "Origin"), (ALLOW_METHODS, "GET, PUT")]);
        }
        response
    });
    assert_eq!(causes(&report), [Cause::UselessHeaders], "{report}");
    let mistake = report.findings()[0].mistake();
    assert!(!mistake.contains("only error responses"), "{mistake}");
}

/// The server does not implement a method. The first line names the method and the status.
#[test]
fn method_and_status_of_a_refusal_are_named() {
    for code in [404, 405, 501] {
        let report = report_of(right_but(move |request, response| {
            if request.method() == "PATCH" {
                *response = status(code, &[("vary", "Origin")]);
            }
        }));
        let text = format!(
            "the server answers requests with the method `PATCH` with an error that lacks the CORS headers (status {code})"
        );
        assert_words(&report, Cause::LacksHeadersOnErrors, &[&text]);
    }
    let report = report_of(right_but(|request, response| {
        let requested = request.headers().get("access-control-request-method");
        if requested.is_some_and(|method| method == "PATCH") {
            *response = status(405, &[("vary", "Origin")]);
        }
    }));
    let text = "preflights for the method `PATCH`, which the policy permits, get the status 405 (";
    assert_words(&report, Cause::LacksMethod, &[text]);
}
