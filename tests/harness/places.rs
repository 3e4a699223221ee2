//! If only error responses, only responses to HEAD or only preflight responses show a mistake, the finding says so.

use fetch_cors::{
    conformance::{Report, check},
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_ORIGIN, is_preflight},
    names,
    servers::{changed, policy, set},
};

const ERROR_URL: &str = "https://api.example/missing";

type Change = fn(&mut Response<()>);

const MISTAKES: [(&str, Change); 3] = [
    ("lacks-credentials", |response| {
        let headers = response.headers_mut();
        headers.remove("access-control-allow-credentials");
    }),
    ("lacks-exposed-headers", |response| {
        response
            .headers_mut()
            .remove("access-control-expose-headers");
    }),
    ("repeats-allow-origin", |response| {
        let headers = response.headers_mut();
        if let Some(value) = headers.get(ALLOW_ORIGIN).cloned() {
            headers.append(ALLOW_ORIGIN, value);
        }
    }),
];

/// Judges a server that makes the mistake only in the responses for which `is_there` returns true. The server answers requests
/// to the error URL with an error, and its handler sends the header `etag`.
fn report_of(is_there: fn(&Request<()>, &Response<()>) -> bool, mistake: Change) -> Report {
    let mut server = changed(policy(), |request, response| {
        response
            .headers_mut()
            .insert("etag", HeaderValue::from_static("1"));
        if request.uri().path() == "/missing" && !is_preflight(request) {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        if is_there(request, response) {
            mistake(response);
        }
    });
    let config = config().error_url(ERROR_URL).unwrap();
    check(&mut server, &policy(), config).unwrap()
}

#[track_caller]
fn assert_place(report: &Report, cause: &str, place: &str) {
    assert_eq!(names(report), [cause], "{report}");
    let findings = report.findings();
    let (mistake, fix) = (findings[0].mistake(), findings[0].advice());
    let of_mistake = format!("; only {place} show this mistake");
    assert!(mistake.ends_with(&of_mistake), "{mistake}");
    let of_fix = format!("; look for the mistake in the code that sends {place}");
    assert!(fix.contains(&of_fix), "{fix}");
}

#[test]
fn mistakes_in_error_responses() {
    for (cause, mistake) in MISTAKES {
        let report = report_of(|_, response| response.status().is_client_error(), mistake);
        assert_place(&report, cause, "error responses");
    }
}

#[test]
fn mistakes_in_responses_to_head() {
    for (cause, mistake) in MISTAKES {
        let report = report_of(|request, _| request.method() == "HEAD", mistake);
        assert_place(&report, cause, "responses to `HEAD`");
    }
}

#[test]
fn mistakes_in_preflight_responses() {
    for (cause, mistake) in [MISTAKES[0], MISTAKES[2]] {
        let report = report_of(|request, _| is_preflight(request), mistake);
        assert_place(&report, cause, "preflight responses");
    }
}

/// A mistake in several kinds of responses has no place. The report keeps only one example of each kind of violation, but all
/// examples count.
#[test]
fn mistakes_in_several_kinds_of_responses_have_no_place() {
    for (cause, mistake) in MISTAKES {
        for is_there in [
            (|_, _| true) as fn(&Request<()>, &Response<()>) -> bool,
            |request, response| request.method() == "HEAD" || response.status().is_client_error(),
        ] {
            let report = report_of(is_there, mistake);
            assert_eq!(names(&report), [cause], "{report}");
            let findings = report.findings();
            let mistake = findings[0].mistake();
            assert!(!mistake.contains("show this mistake"), "{mistake}");
        }
    }
}

/// The status of a denied origin is not the place of the denial.
#[test]
fn refused_origin_has_no_place() {
    let mut server = changed(policy(), |request, response| {
        let origin = request.headers().get("origin");
        if origin.is_some_and(|origin| origin == "https://other.example") {
            *response = Response::new(());
            *response.status_mut() = StatusCode::FORBIDDEN;
            set(response.headers_mut(), "vary", "origin");
        }
    });
    let report = check(&mut server, &policy(), config()).unwrap();
    assert_eq!(names(&report), ["denies-allowed-origin"], "{report}");
    assert!(
        !report.to_string().contains("show this mistake"),
        "{report}"
    );
}

/// If the responses without the mistake have fewer kinds, the text names these responses, and no invented method.
#[test]
fn responses_without_the_mistake_are_named_if_they_are_fewer() {
    type Kind = fn(&Request<()>, &Response<()>) -> bool;
    let (_, removes_credentials) = MISTAKES[0];
    for (is_there, responses) in [
        (
            (|request, _| !is_preflight(request)) as Kind,
            "preflight responses",
        ),
        (|request, _| request.method() != "GET", "responses to `GET`"),
    ] {
        let report = report_of(is_there, removes_credentials);
        assert_eq!(names(&report), ["lacks-credentials"], "{report}");
        let expected = format!("; {responses} do not show this mistake");
        let findings = report.findings();
        assert!(findings[0].mistake().ends_with(&expected), "{report}");
    }
}

#[test]
fn pages_without_credentials_are_named() {
    let policy = CorsPolicy::builder().origins(["https://a.example", "https://b.example"]);
    let policy = policy.credentials(true).build().unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        let origin = request.headers().get("origin");
        if origin.is_some_and(|origin| origin == "https://b.example") {
            let headers = response.headers_mut();
            headers.remove("access-control-allow-credentials");
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    assert_eq!(names(&report), ["lacks-credentials"], "{report}");
    let end = "; only responses to pages of `https://b.example` show this mistake";
    let findings = report.findings();
    assert!(findings[0].mistake().ends_with(end), "{report}");
}
