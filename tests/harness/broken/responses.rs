//! Servers that send wrong headers, omit headers on errors, or handle hostile requests wrongly.

use super::*;

#[test]
fn repeated_headers_are_found() {
    let report = checked(changed(policy(), |_, response| {
        for (name, again) in [("access-control-allow-origin", "*"), ("vary", "Origin")] {
            if response.headers().contains_key(name) {
                response
                    .headers_mut()
                    .append(name, HeaderValue::from_static(again));
            }
        }
    }));
    finds(&report, Severity::Broken, Law::AllowOriginOccursOnce, "");
    finds(&report, Severity::Broken, PERMITS, "listed-origin");
    finds(&report, Severity::Waste, Law::VaryListsEachNameOnce, "");
    let failure = report
        .with_severity(Severity::Broken)
        .find_map(|violation| violation.error());
    assert_eq!(
        failure.unwrap().failure().code(),
        "multiple-allow-origin-values"
    );
}

#[test]
fn errors_without_headers_are_found() {
    let report = checked(changed(policy(), |request, response| {
        if request.method() == "PUT" {
            *response = Response::new(());
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
    }));
    let findings = report.findings();
    let causes: Vec<&str> = findings
        .iter()
        .map(|finding| finding.cause().name())
        .collect();
    assert_eq!(causes, ["lacks-headers-on-errors"], "{report}");
    let mut broken = report.with_severity(Severity::Broken);
    let fix = "send the CORS headers on error responses too";
    assert!(
        broken.all(|violation| violation.message().contains(fix)),
        "{report}"
    );

    let policy = policy();
    let mut server = changed(policy.clone(), |request, response| {
        if request.uri() == "/nothing" {
            *response = Response::new(());
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
    });
    let config = config().error_url("https://api.example/nothing").unwrap();
    let report = check(&mut server, &policy, config).unwrap();
    finds(&report, Severity::Broken, PERMITS, "error-response");
}

#[test]
fn wrong_exposed_headers_are_found() {
    let with = |exposed: &'static str| {
        checked(changed(policy(), move |request, response| {
            set(response.headers_mut(), "etag", "1");
            set(response.headers_mut(), "x-secret", "1");
            if is_granted(response) && !is_preflight(request) {
                set(
                    response.headers_mut(),
                    "access-control-expose-headers",
                    exposed,
                );
            }
        }))
    };
    let law = Law::ScriptReadsWhatPolicyExposes;
    assert!(with("ETag").violations().is_empty());
    finds_only(&with("x-other"), Severity::Broken, law);
    finds_only(&with("etag, x-secret"), Severity::Security, law);
}

struct FailsAtLongHeaders(CorsPolicy);

impl Middleware for FailsAtLongHeaders {
    type Error = &'static str;

    fn respond(&mut self, request: Request<()>) -> Result<Response<()>, Self::Error> {
        match request.headers().values().all(|value| value.len() < 5000) {
            true => Ok(serve(&self.0, &request)),
            false => Err("out of memory"),
        }
    }
}

#[test]
fn hostile_requests_are_judged() {
    let law = Law::EveryRequestGetsAResponse;
    let report = checked(FailsAtLongHeaders(policy()));
    finds(
        &report,
        Severity::Broken,
        law,
        "long-request-headers-of-unlisted-names",
    );
    assert_eq!(report.violations()[0].exchanges().len(), 0);
    let curl = &report.violations()[0].curl()[0];
    assert!(curl.contains("printf") && curl.len() < 400, "{curl}");

    let report = checked(changed(policy(), |request, response| {
        if request
            .headers()
            .get("origin")
            .is_some_and(|origin| origin.to_str().is_err())
        {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
    }));
    finds(&report, Severity::Broken, law, "binary-origin");

    let report = checked(changed(policy(), |request, response| {
        if let (true, Some(asked)) = (
            is_preflight(request),
            request.headers().get("access-control-request-headers"),
        ) {
            response.headers_mut().insert("x-asked", asked.clone());
        }
    }));
    finds_only(&report, Severity::Waste, Law::LongHeadersAreNotReflected);
}

#[test]
fn useless_headers_are_found() {
    let report = checked(changed(policy(), |_, response| {
        if !is_granted(response) {
            set(
                response.headers_mut(),
                "access-control-allow-credentials",
                "true",
            );
        }
    }));
    finds_only(&report, Severity::Waste, Law::CorsHeadersNeedAllowOrigin);
    let law = Law::PreflightHeadersStayOnPreflights;
    let report = checked(changed(policy(), |request, response| {
        if request.method() == "OPTIONS" {
            set(
                response.headers_mut(),
                "access-control-allow-methods",
                "PUT",
            );
            set(
                response.headers_mut(),
                "access-control-allow-origin",
                "https://app.example",
            );
        }
    }));
    finds(&report, Severity::Waste, law, "plain-options");
    let report = checked(changed(policy(), |request, response| {
        if is_granted(response) && is_preflight(request) {
            set(
                response.headers_mut(),
                "access-control-expose-headers",
                "etag",
            );
        }
    }));
    finds_only(&report, Severity::Waste, law);
    let report = checked(changed(policy(), |_, response| {
        if response.headers().contains_key("access-control-max-age") {
            set(response.headers_mut(), "access-control-max-age", "+600");
        }
    }));
    finds_only(&report, Severity::Waste, Law::MaxAgeMatchesPolicy);
}

fn is_cors_preflight(request: &Request<()>) -> bool {
    is_preflight(request) && request.headers().contains_key("origin")
}

/// Whether the request has no CORS header.
fn is_plain(request: &Request<()>) -> bool {
    let headers = request.headers();
    !headers.contains_key("origin") && !headers.contains_key("access-control-request-method")
}

/// A server error is a violation only for malformed requests, and for OPTIONS if the server answers preflights. Status 501
/// is not a violation: it means that the server does not implement the method.
#[test]
fn server_errors_for_malformed_requests_are_found() {
    let fails_at = |status: StatusCode, is_failed: fn(&Request<()>) -> bool| {
        checked(changed(policy(), move |request, response| {
            if is_failed(request) {
                *response.status_mut() = status;
            }
        }))
    };
    let report = fails_at(StatusCode::NOT_IMPLEMENTED, |request| {
        request.method() == "OPTIONS" && !is_cors_preflight(request)
    });
    assert!(report.violations().is_empty(), "{report}");
    let report = fails_at(StatusCode::INTERNAL_SERVER_ERROR, |request| {
        request.method() == "OPTIONS" && !is_cors_preflight(request)
    });
    let law = Law::EveryRequestGetsAResponse;
    finds_only(&report, Severity::Waste, law);
    let report = fails_at(StatusCode::INTERNAL_SERVER_ERROR, |request| {
        !is_cors_preflight(request)
    });
    assert!(report.violations().is_empty(), "{report}");

    let report = fails_at(StatusCode::INTERNAL_SERVER_ERROR, |request| {
        request.method() == "OPTIONS" && !is_cors_preflight(request) && !is_plain(request)
    });
    finds_only(&report, Severity::Waste, law);
    finds(&report, Severity::Waste, law, "options-with-an-origin");
    let report = fails_at(StatusCode::INTERNAL_SERVER_ERROR, |request| {
        request.method() == "GET" && is_plain(request)
    });
    finds_only(&report, Severity::Broken, law);
    finds(&report, Severity::Broken, law, "without-an-origin");
}

/// A header that is wrong in every response is reported once, for the simplest fetch.
#[test]
fn mistake_of_every_response_is_reported_once() {
    let assert_reported_once = |report: &Report| {
        let broken = report.with_severity(Severity::Broken);
        let of_fetches = broken.filter(|violation| violation.error().is_some());
        let of_fetches: Vec<_> = of_fetches
            .map(|violation| (violation.law(), violation.probe().to_owned()))
            .collect();
        assert_eq!(of_fetches, [(PERMITS, "listed-origin".into())], "{report}");
    };
    assert_reported_once(&checked(changed(policy(), |_, response| {
        let allowed = response.headers().get("access-control-allow-origin");
        if let Some(allowed) = allowed.cloned() {
            let headers = response.headers_mut();
            headers.append("access-control-allow-origin", allowed);
        }
    })));
    assert_reported_once(&checked(changed(policy(), |_, response| {
        let headers = response.headers_mut();
        headers.remove("access-control-allow-credentials");
    })));
}
