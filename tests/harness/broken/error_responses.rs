//! Servers whose handler for errors chooses the CORS headers by other rules than the rest of the server.

use super::*;

const ALLOW_ORIGIN: &str = "access-control-allow-origin";

/// Judges a server that answers requests to the error URL with status 404. `change` changes these responses.
fn report_with_errors(change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let mut server = changed(policy(), move |request, response| {
        if request.uri().path() == "/missing" {
            if !is_preflight(request) {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
            change(request, response);
        }
    });
    let config = config().error_url("https://api.example/missing").unwrap();
    check(&mut server, &policy(), config).unwrap()
}

#[track_caller]
fn assert_finding(report: &Report, cause: &str, mistake: &str) {
    let findings = report.findings();
    let found: Vec<_> = findings
        .iter()
        .map(|finding| (finding.cause().name(), finding.mistake()))
        .collect();
    assert_eq!(found, [(cause, mistake.into())], "{report}");
}

fn without_headers(response: &mut Response<()>) {
    *response = Response::new(());
    *response.status_mut() = StatusCode::NOT_FOUND;
    set(response.headers_mut(), "vary", "Origin");
}

/// The handler for errors sends a default origin to every origin. The first allowed origin can read the errors.
#[test]
fn default_origin_in_errors_is_found() {
    for has_vary in [false, true] {
        let report = report_with_errors(|request, response| {
            if !is_preflight(request) {
                let headers = response.headers_mut();
                set(headers, ALLOW_ORIGIN, "https://app.example");
                set(headers, "access-control-allow-credentials", "true");
                if !has_vary {
                    headers.remove("vary");
                }
            }
        });
        let mistake = "in error responses, `Access-Control-Allow-Origin` is always the same listed origin: `https://app.example`";
        assert_finding(&report, "constant-origin", mistake);
        finds(&report, Severity::Broken, PERMITS, "error-response-2");
    }
}

/// Preflight responses can have a default origin too.
#[test]
fn default_origin_in_preflight_responses_is_found() {
    let report = checked(changed(policy(), |request, response| {
        if is_preflight(request) && is_granted(response) {
            set(response.headers_mut(), ALLOW_ORIGIN, "https://app.example");
        }
    }));
    let mistake = "in preflight responses, `Access-Control-Allow-Origin` is always the same listed origin: `https://app.example`";
    assert_finding(&report, "constant-origin", mistake);
}

#[test]
fn errors_that_lack_headers_for_some_methods_or_origins_are_found() {
    let report = report_with_errors(|request, response| {
        if ["POST", "PUT"].contains(&request.method().as_str()) {
            without_headers(response);
        }
    });
    let mistake = "error responses to `POST` and `PUT` lack the CORS headers, but those to other methods have them";
    assert_finding(&report, "lacks-headers-on-errors", mistake);
    assert_eq!(report.findings()[0].scope(), ["404", "POST", "PUT"]);

    let report = report_with_errors(|request, response| {
        if origin(request) == "https://other.example" {
            without_headers(response);
        }
    });
    let mistake = "error responses to the origin `https://other.example` lack the CORS headers, but those to other allowed origins have them";
    assert_finding(&report, "lacks-headers-on-errors", mistake);
    assert_eq!(
        report.findings()[0].scope(),
        ["404", "https://other.example"]
    );
}

/// The handler for errors reflects any origin if the method is PUT.
#[test]
fn reflection_in_errors_for_some_methods_is_found() {
    let report = report_with_errors(|request, response| {
        if request.method() == "PUT" {
            let origin = origin(request);
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, &origin);
            set(headers, "access-control-allow-credentials", "true");
        }
    });
    assert_eq!(report.findings()[0].cause().name(), "reflects-on-errors");
    finds(
        &report,
        Severity::Security,
        READS,
        "unlisted-origin-error-to-put",
    );
}

/// A server without a route for the error URL can refuse preflights for this URL, or refuse some methods with another
/// status.
#[test]
fn right_errors_violate_no_law() {
    let report = report_with_errors(|request, response| {
        if is_preflight(request) {
            without_headers(response);
        } else if request.method() == "PUT" {
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
    });
    assert!(report.violations().is_empty(), "{report}");
}
