//! Servers that send a text such as `false` in place of a missing `Access-Control-Allow-Origin`, and have a second mistake.

use fetch_cors::conformance::{Report, check};
use http::{Method, Request, Response, StatusCode};

use super::{
    config,
    invented::ALLOW_ORIGIN,
    names,
    servers::{changed, is_granted, is_preflight, origin, policy, set},
};

/// Checks a server that first makes the mistake `change`, and then sends `false` in each response without
/// `Access-Control-Allow-Origin`, if `sends_text` is true.
fn report_of(sends_text: bool, change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let policy = policy();
    let mut server = changed(policy.clone(), |request, response| {
        if request.uri().path() == "/none" {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        change(request, response);
        if sends_text && !is_granted(response) && request.headers().contains_key("origin") {
            set(response.headers_mut(), ALLOW_ORIGIN, "false");
        }
    });
    let config = config().error_url("https://api.example/none").unwrap();
    check(&mut server, &policy, config).unwrap()
}

/// Removes the CORS headers.
fn strip(response: &mut Response<()>) {
    let status = response.status();
    *response = Response::new(());
    *response.status_mut() = status;
    set(response.headers_mut(), "vary", "Origin");
}

fn fails(response: &Response<()>) -> bool {
    response.status().is_client_error()
}

#[test]
fn error_responses_with_a_text_lack_the_headers() {
    let report = report_of(true, |request, response| {
        if fails(response) && !is_preflight(request) {
            strip(response);
        }
    });
    assert_eq!(
        names(&report),
        ["lacks-headers-on-errors", "sends-text"],
        "{report}"
    );
}

#[test]
fn preflights_with_a_text_are_still_missed_or_redirected() {
    for (status, expected) in [(404, "misses-preflights"), (302, "redirects-preflights")] {
        let report = report_of(true, |request, response| {
            if is_preflight(request) {
                strip(response);
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
                if status == 302 {
                    set(response.headers_mut(), "location", "/other");
                }
            }
        });
        let names = names(&report);
        assert!(names.contains(&expected), "{report}");
        assert!(names.contains(&"sends-text"), "{report}");
        assert!(!names.contains(&"wrong-constant-origin"), "{report}");
    }
}

#[test]
fn a_repeated_origin_is_not_a_constant_text() {
    let report = report_of(true, |request, response| {
        if is_granted(response) {
            let origin = origin(request).parse().unwrap();
            response.headers_mut().append(ALLOW_ORIGIN, origin);
        }
    });
    assert_eq!(
        names(&report),
        ["repeats-allow-origin", "sends-text"],
        "{report}"
    );
}

#[test]
fn a_constant_origin_and_a_text_are_two_mistakes() {
    let report = report_of(true, |_, response| {
        if is_granted(response) {
            set(response.headers_mut(), ALLOW_ORIGIN, "https://app.example");
        }
    });
    let names = names(&report);
    assert!(names.contains(&"constant-origin"), "{report}");
    assert!(names.contains(&"sends-text"), "{report}");
    assert!(!names.contains(&"other-allow-origin"), "{report}");
}

/// A slash at the end of the value is a mistake, but the server allows the origin.
#[test]
fn an_origin_with_a_slash_is_not_denied() {
    for (from, to) in [("", "/"), ("", ":443"), ("https://", "")] {
        let report = report_of(false, |request, response| {
            if fails(response) && !is_preflight(request) {
                strip(response);
            } else if is_granted(response) {
                let value = origin(request).replacen(from, "", 1) + to;
                set(response.headers_mut(), ALLOW_ORIGIN, &value);
            }
        });
        let names = names(&report);
        assert!(names.contains(&"lacks-headers-on-errors"), "{report}");
        assert!(!names.contains(&"denies-allowed-origin"), "{report}");
        let other = report.findings();
        let other = other
            .iter()
            .find(|finding| finding.cause().name().starts_with("origin-with"));
        let advice = other.unwrap().advice();
        assert!(advice.contains("this mistake can hide others"), "{report}");
    }
}

/// The list of origins of the server has a space at the end of each entry. The middleware runs, so the text says this.
#[test]
fn other_headers_show_that_the_middleware_runs() {
    let report = report_of(false, |request, response| {
        response.headers_mut().remove(ALLOW_ORIGIN);
        if request.method() != Method::OPTIONS {
            set(
                response.headers_mut(),
                "access-control-allow-credentials",
                "true",
            );
        }
    });
    let findings = report.findings();
    let finding = findings
        .iter()
        .find(|finding| finding.cause().name() == "no-cors-headers");
    let finding = finding.unwrap();
    assert!(
        finding
            .mistake()
            .contains("but responses have `Access-Control-Allow-Credentials`"),
        "{report}"
    );
    assert!(
        finding.advice().contains("compare the list of origins"),
        "{report}"
    );
}
