//! Servers that grant too much or too little to preflights.

use super::*;

#[test]
fn too_many_grants_are_found() {
    let grants = |name: &'static str, value: &'static str| {
        checked(changed(policy(), move |request, response| {
            if is_preflight(request) {
                *response.status_mut() = StatusCode::OK;
                let origin = request.headers().get("origin").cloned();
                let origin = origin.filter(|origin| origin == "https://app.example");
                if let Some(origin) = origin {
                    response
                        .headers_mut()
                        .insert("access-control-allow-origin", origin);
                    set(
                        response.headers_mut(),
                        "access-control-allow-credentials",
                        "true",
                    );
                    set(
                        response.headers_mut(),
                        "access-control-allow-methods",
                        "PUT,PATCH",
                    );
                    set(
                        response.headers_mut(),
                        "access-control-allow-headers",
                        "x-a,x-b",
                    );
                    set(response.headers_mut(), "access-control-max-age", "600");
                    set(response.headers_mut(), name, value);
                }
            }
        }))
    };
    let report = grants(
        "access-control-allow-methods",
        "PUT, PATCH, DELETE, TRACE, put",
    );
    finds(
        &report,
        Severity::Security,
        PERMITS,
        "unlisted-method-delete",
    );
    assert!(
        report
            .with_severity(Severity::Security)
            .any(|violation| violation.law() == GRANTS),
        "{report}"
    );
    assert!(!report.to_string().contains("`TRACE`"), "{report}");
    let report = grants(
        "access-control-allow-headers",
        "x-a, x-b, authorization, origin",
    );
    finds(
        &report,
        Severity::Security,
        PERMITS,
        "unlisted-header-authorization",
    );
    assert!(!report.to_string().contains("`origin`"), "{report}");
    let report = grants("access-control-allow-headers", "x-a, x-b, *");
    // With credentials, `*` is a literal name.
    let sends = report
        .with_severity(Severity::Security)
        .find(|violation| violation.law() == PERMITS);
    assert!(
        !sends.unwrap().message().contains("with credentials"),
        "{report}"
    );
    let report = grants("access-control-allow-methods", "PUT, PATCH");
    assert_eq!(
        report.with_severity(Severity::Security).count(),
        0,
        "{report}"
    );
}

/// Grants a preflight if `grants` returns true for the requested method and the requested header names.
fn granting(
    grants: impl Fn(&str, &[&str]) -> bool + 'static,
) -> impl FnMut(Request<()>) -> Response<()> {
    let policy = policy();
    move |request| {
        let text = |name: &str| {
            let value = request.headers().get(name);
            value
                .map_or("", |value| value.to_str().unwrap_or(""))
                .to_owned()
        };
        let (method, names) = (
            text("access-control-request-method"),
            text("access-control-request-headers"),
        );
        let mut response = serve(&policy, &request);
        let names: Vec<_> = names.split(',').filter(|name| !name.is_empty()).collect();
        let is_page = text("origin") == "https://app.example";
        if !is_preflight(&request) || !is_page || !grants(&method, &names) {
            return response;
        }
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        set(
            headers,
            "access-control-allow-origin",
            "https://app.example",
        );
        set(headers, "access-control-allow-credentials", "true");
        set(headers, "access-control-max-age", "600");
        set(headers, "access-control-allow-methods", &method);
        if !names.is_empty() && names.len() < 9 {
            set(headers, "access-control-allow-headers", &names.join(","));
        }
        response
    }
}

#[test]
fn loose_comparison_of_names_is_found() {
    let listed = |names: &[&str]| names.iter().all(|name| ["x-a", "x-b"].contains(name));
    let is_method = |method: &str| ["GET", "HEAD", "POST", "PUT", "PATCH"].contains(&method);
    let report = checked(granting(move |method, names| {
        is_method(&method.to_ascii_uppercase()) && listed(names)
    }));
    finds(&report, Severity::Security, PERMITS, "case-of-a-method");
    let report = checked(granting(move |method, names| {
        "GET HEAD POST PUT PATCH".contains(method) && listed(names)
    }));
    finds(&report, Severity::Security, PERMITS, "part-of-a-method");
    let report = checked(granting(move |method, names| {
        is_method(method) && names.iter().any(|name| ["x-a", "x-b"].contains(name))
    }));
    finds(
        &report,
        Severity::Security,
        PERMITS,
        "unlisted-and-listed-header",
    );
    let report = checked(granting(move |method, names| {
        is_method(method) && names.iter().all(|name| "x-a,x-b".contains(name))
    }));
    finds(&report, Severity::Security, PERMITS, "part-of-a-header");
}

#[test]
fn authorization_under_wildcard_is_found() {
    let policy = CorsPolicy::builder()
        .origin("https://app.example")
        .credentials(true);
    let policy = policy.any_request_header().build().unwrap();
    let served = policy.clone();
    let mut server = move |request: Request<()>| {
        let mut response = serve(&served, &request);
        if is_preflight(&request)
            && request
                .headers()
                .get("origin")
                .is_some_and(|origin| origin == "https://app.example")
        {
            *response.status_mut() = StatusCode::NO_CONTENT;
            set(
                response.headers_mut(),
                "access-control-allow-origin",
                "https://app.example",
            );
            set(
                response.headers_mut(),
                "access-control-allow-credentials",
                "true",
            );
            let names = request
                .headers()
                .get("access-control-request-headers")
                .cloned();
            response
                .headers_mut()
                .extend(names.map(|names| (http::header::ACCESS_CONTROL_ALLOW_HEADERS, names)));
        }
        response
    };
    let report = check(&mut server, &policy, config()).unwrap();
    finds(
        &report,
        Severity::Security,
        PERMITS,
        "authorization-under-a-wildcard",
    );
}

#[test]
fn refused_preflights_are_found() {
    type Change = fn(&Request<()>, &mut Response<()>);
    let preflights: [(&str, &str, Change); 5] = [
        (
            "safelisted-method-get",
            "preflight-invalid-status",
            |request, response| {
                if is_preflight(request) {
                    *response.status_mut() = StatusCode::NOT_FOUND;
                }
            },
        ),
        (
            "safelisted-method-get",
            "preflight-invalid-status",
            |request, response| {
                // The standard always allows GET, but this server refuses GET because its list does not have GET.
                if request
                    .headers()
                    .get("access-control-request-method")
                    .is_some_and(|method| method == "GET")
                {
                    *response.status_mut() = StatusCode::FORBIDDEN;
                }
            },
        ),
        (
            "listed-header",
            "header-disallowed-by-preflight-response",
            |_, response| {
                response
                    .headers_mut()
                    .remove("access-control-allow-headers");
            },
        ),
        (
            "listed-method-2",
            "method-disallowed-by-preflight-response",
            |_, response| {
                if response
                    .headers()
                    .contains_key("access-control-allow-methods")
                {
                    set(
                        response.headers_mut(),
                        "access-control-allow-methods",
                        "patch,PATCH",
                    );
                }
            },
        ),
        (
            "all-listed-headers",
            "invalid-allow-headers-preflight-response",
            |request, response| {
                let is_long = |value: &HeaderValue| value.len() > 3;
                if is_granted(response)
                    && request
                        .headers()
                        .get("access-control-request-headers")
                        .is_some_and(is_long)
                {
                    set(
                        response.headers_mut(),
                        "access-control-allow-headers",
                        "x-a x-b",
                    );
                }
            },
        ),
    ];
    for (probe, code, change) in preflights {
        let report = checked(changed(policy(), change));
        let broken = report
            .with_severity(Severity::Broken)
            .find(|violation| violation.probe() == probe);
        let broken = broken.unwrap_or_else(|| panic!("{probe} in {report}"));
        assert_eq!(
            (broken.law(), broken.error().unwrap().failure().code()),
            (PERMITS, code)
        );
    }
}

#[test]
fn server_that_reads_one_line_of_a_list_is_found() {
    let policy = policy();
    let report = checked(move |mut request: Request<()>| {
        let lines = request.headers().get_all("access-control-request-headers");
        let first = lines.iter().next().cloned();
        let is_many = lines.iter().count() > 1;
        let is_spaced = first.is_some_and(|first| first.as_bytes().contains(&b' '));
        if is_many || is_spaced {
            set(request.headers_mut(), "access-control-request-headers", "?");
        }
        serve(&policy, &request)
    });
    let law = Law::IntermediaryChangesNoVerdict;
    finds_only(&report, Severity::Broken, law);
    finds(&report, Severity::Broken, law, "request-headers-in-lines");
    finds(&report, Severity::Broken, law, "request-headers-spaced");
}

/// If a list does not parse, the preflight fails in a browser, so the list grants nothing.
#[test]
fn malformed_lists_grant_nothing() {
    for (name, value) in [
        ("access-control-allow-methods", "PUT; PATCH"),
        ("access-control-allow-headers", "X-A X-C"),
        ("access-control-allow-headers", "x-a, x-c, \"x-d\""),
    ] {
        let report = checked(changed(policy(), move |_, response| {
            if is_granted(response) && response.headers().contains_key(name) {
                set(response.headers_mut(), name, value);
            }
        }));
        finds(&report, Severity::Broken, PERMITS, "listed-method");
        assert_eq!(
            report.with_severity(Severity::Security).count(),
            0,
            "{report}"
        );
    }
}
