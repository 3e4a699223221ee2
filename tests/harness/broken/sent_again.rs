//! Servers with a mistake that only a request with a certain header shows: `Cookie`, `Authorization`, or the header of
//! a preflight for a private network.

use fetch_cors::conformance::Cause;

use super::*;

const OWN: &str = "https://api.example";
const OTHER: &str = "https://other.example";
const PRIVATE_NETWORK: &str = "access-control-request-private-network";

type Change = fn(&Request<()>, &mut Response<()>);

fn remove_cors(response: &mut Response<()>) {
    let names = response.headers().keys().cloned();
    let cors = names.filter(|name| name.as_str().starts_with("access-control-"));
    for name in cors.collect::<Vec<_>>() {
        response.headers_mut().remove(name);
    }
}

fn fail(response: &mut Response<()>, status: StatusCode) {
    remove_cors(response);
    *response.status_mut() = status;
}

/// Returns the report on a server that applies `change` to each response to a request with the header `name`. The error
/// URL has the status 404.
fn report_on(policy: &CorsPolicy, name: &'static str, change: Change) -> Report {
    let config = config().error_url("https://api.example/missing").unwrap();
    let mut server = changed(policy.clone(), move |request, response| {
        if request.uri().path() == "/missing" && !is_preflight(request) {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        if request.headers().contains_key(name) {
            change(request, response);
        }
    });
    check(&mut server, policy, config).unwrap()
}

#[track_caller]
fn finds_cause(report: &Report, severity: Severity, cause: Cause, header: &str) {
    let findings = report.findings();
    let [finding] = &findings[..] else {
        panic!("{cause}: {report}")
    };
    assert_eq!(
        (finding.severity(), finding.cause()),
        (severity, cause),
        "{report}"
    );
    assert!(
        finding.mistake().contains(&format!("`{header}`")),
        "{report}"
    );
    // If the condition were at the end of the text, it would seem to belong to the policy.
    assert!(!finding.mistake().contains(", if "), "{report}");
}

#[test]
fn mistakes_with_credentials_are_found() {
    let mistakes: [(Severity, Cause, Change); 8] = [
        (
            Severity::Broken,
            Cause::LacksHeadersOnErrors,
            |request, response| {
                if request.uri().path() == "/missing" {
                    remove_cors(response);
                }
            },
        ),
        (
            Severity::Broken,
            Cause::RefusesOwnOrigin,
            |request, response| {
                if origin(request) == OWN {
                    fail(response, StatusCode::FORBIDDEN);
                }
            },
        ),
        (
            Severity::Broken,
            Cause::FailsOnNullOrigin,
            |request, response| {
                if origin(request) == "null" {
                    fail(response, StatusCode::INTERNAL_SERVER_ERROR);
                }
            },
        ),
        (
            Severity::Broken,
            Cause::FailsWithoutOrigin,
            |request, response| {
                if origin(request).is_empty() {
                    fail(response, StatusCode::INTERNAL_SERVER_ERROR);
                }
            },
        ),
        (
            Severity::Broken,
            Cause::RefusesRequestsWithoutOrigin,
            |request, response| {
                if origin(request).is_empty() {
                    fail(response, StatusCode::FORBIDDEN);
                }
            },
        ),
        (
            Severity::Broken,
            Cause::LacksHeadersWithCredentials,
            |request, response| {
                if origin(request) == OTHER {
                    remove_cors(response);
                }
            },
        ),
        // The policy lists PATCH before PUT.
        (
            Severity::Broken,
            Cause::LacksHeadersWithCredentials,
            |request, response| {
                if request.method() == "PUT" {
                    remove_cors(response);
                }
            },
        ),
        (
            Severity::Security,
            Cause::AllowsOtherOrigin,
            |request, response| {
                let origin = origin(request);
                if origin.starts_with("https://") && origin.ends_with("app.example") {
                    let headers = response.headers_mut();
                    set(headers, "access-control-allow-origin", &origin);
                    set(headers, "access-control-allow-credentials", "true");
                }
            },
        ),
    ];
    for (name, header) in [("cookie", "Cookie"), ("authorization", "Authorization")] {
        for (severity, cause, change) in mistakes {
            finds_cause(&report_on(&policy(), name, change), severity, cause, header);
        }
    }
}

/// A server does not know the credentials of the check, so it may refuse each request with these credentials.
#[test]
fn refused_credentials_violate_no_law() {
    let right: [Change; 2] = [
        |_, response| *response.status_mut() = StatusCode::UNAUTHORIZED,
        |request, response| {
            // The server expects a token against CSRF in each POST request.
            if request.method() == "POST" {
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
        },
    ];
    for name in ["cookie", "authorization"] {
        for change in right {
            let report = report_on(&policy(), name, change);
            assert!(report.violations().is_empty(), "{report}");
        }
    }
}

/// A shared cache stores a response to a request with `Cookie`, but not a response to a request with `Authorization`
/// (RFC 9111 §3.5).
#[test]
fn vary_is_necessary_with_cookies() {
    let lacks_vary: Change = |request, response| {
        if ["https://app.example", OTHER].contains(&&*origin(request)) {
            response.headers_mut().remove("vary");
        }
    };
    let report = report_on(&policy(), "cookie", lacks_vary);
    finds_cause(&report, Severity::Cache, Cause::LacksVary, "Cookie");
    let report = report_on(&policy(), "authorization", lacks_vary);
    assert!(report.violations().is_empty(), "{report}");

    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let reflects: Change = |request, response| {
        if let Some(origin) = request.headers().get("origin").cloned() {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", origin);
        }
    };
    let report = report_on(&any, "cookie", reflects);
    finds_cause(&report, Severity::Cache, Cause::LacksVary, "Cookie");
    let right: Change = |request, response| {
        if let Some(origin) = request.headers().get("origin").cloned() {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", origin);
            set(headers, "vary", "Cookie, Origin");
        }
    };
    let report = report_on(&any, "cookie", right);
    assert!(report.violations().is_empty(), "{report}");
}

/// The draft about private networks was abandoned, and no policy permits access to a private network. So a server may
/// refuse a preflight for a private network.
#[test]
fn refused_preflights_for_private_networks_violate_no_law() {
    let right: [Change; 3] = [
        |_, response| remove_cors(response),
        |_, response| fail(response, StatusCode::FORBIDDEN),
        |_, response| {
            remove_cors(response);
            *response.status_mut() = StatusCode::OK;
        },
    ];
    for policy in [policy(), policy_of(&["https://app.example"])] {
        for change in right {
            let report = report_on(&policy, PRIVATE_NETWORK, change);
            assert!(report.violations().is_empty(), "{report}");
        }
    }
}

#[test]
fn errors_of_preflights_for_private_networks_are_found() {
    let header = "Access-Control-Request-Private-Network";
    for policy in [policy(), policy_of(&["https://app.example"])] {
        let report = report_on(&policy, PRIVATE_NETWORK, |_, response| {
            fail(response, StatusCode::INTERNAL_SERVER_ERROR);
        });
        finds_cause(&report, Severity::Broken, Cause::FailsWithHeaders, header);
    }
}
