//! Each mistake is found, by the probe and the law that are for it, and called as bad as it is.

use fetch_cors::{
    conformance::{Config, Middleware, Report, Severity, check, policies::serve},
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    servers::{allowing, changed, is_granted, is_preflight, policy, set},
};

const READS: &str = "a_denied_page_never_reads_a_response";
const PERMITS: &str = "a_fetch_succeeds_exactly_where_the_policy_permits_it";
const GRANTS: &str = "no_more_is_granted_than_the_policy_permits";

fn checked<M: Middleware>(mut server: M) -> Report {
    check(&mut server, &policy(), config()).unwrap()
}

/// `probe` may have any number behind it; of some laws any probe is as good as another.
#[track_caller]
fn finds(report: &Report, severity: Severity, law: &str, probe: &str) {
    let mut violations = report.violations().iter();
    let found = violations.any(|violation| {
        let name = violation.probe();
        let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
        (violation.severity(), violation.law()) == (severity, law)
            && ["", name, kind.trim_end_matches('-')].contains(&probe)
    });
    assert!(found, "{severity} {law} {probe} is not in\n{report}");
}

/// All of them are of that kind.
#[track_caller]
fn finds_only(report: &Report, severity: Severity, law: &str) {
    assert!(!report.violations().is_empty());
    for violation in report.violations() {
        assert_eq!(
            (violation.severity(), violation.law()),
            (severity, law),
            "{report}"
        );
    }
}

fn server_of(origins: &[&str]) -> CorsPolicy {
    CorsPolicy::builder()
        .origins(origins.iter().copied())
        .build()
        .unwrap()
}

#[test]
fn origins_that_are_compared_loosely() {
    let allowed = "https://app.example";
    type Allows = fn(&str) -> bool;
    let mistakes: [(&str, Allows); 10] = [
        ("reflection", |_| true),
        ("prefix", |origin| origin.starts_with("https://app.example")),
        ("suffix", |origin| {
            origin.starts_with("https://") && origin.ends_with("app.example")
        }),
        ("contained", |origin| origin.contains("app.example")),
        ("unescaped-dot", |origin| {
            let host = origin.strip_prefix("https://app").unwrap_or_default();
            host.len() == 8 && host.ends_with("example")
        }),
        ("null", |origin| origin == "null"),
        ("http-trust", |origin| origin.ends_with("://app.example")),
        ("any-subdomain", |origin| {
            origin.starts_with("https://") && origin.ends_with(".app.example")
        }),
        ("any-port", |origin| {
            origin.starts_with("https://app.example:")
        }),
        ("special-character-x60", |origin| {
            origin.starts_with("https://app.example`")
        }),
    ];
    for (probe, allows) in mistakes {
        let report = checked(allowing(policy(), move |origin| {
            origin == "https://other.example" || origin == allowed || allows(origin)
        }));
        finds(&report, Severity::Security, READS, probe);
        let violation = report
            .of(Severity::Security)
            .find(|violation| violation.probe() == probe);
        assert!(
            violation
                .unwrap()
                .message()
                .contains("all that the user may see"),
            "{report}"
        );
    }
}

#[test]
fn what_no_browser_sends_is_no_danger() {
    let report = checked(allowing(policy(), |origin| {
        origin == "https://app.example"
            || origin.starts_with("https://app.example/")
            || origin == "https://other.example"
    }));
    finds_only(
        &report,
        Severity::Waste,
        "an_origin_that_is_not_allowed_is_not_repeated",
    );
    finds(
        &report,
        Severity::Waste,
        "an_origin_that_is_not_allowed_is_not_repeated",
        "origin-with-path",
    );
}

#[test]
fn subdomains_without_a_boundary() {
    let policy = server_of(&["https://*.app.example"]);
    let mut server = allowing(policy.clone(), |origin| origin.ends_with("app.example"));
    let report = check(&mut server, &policy, config()).unwrap();
    for probe in ["suffix", "bare-domain", "http-trust"] {
        finds(&report, Severity::Security, READS, probe);
    }
}

#[test]
fn a_listed_origin_that_is_forgotten() {
    let report = checked(changed(server_of(&["https://app.example"]), |_, _| {}));
    finds(&report, Severity::Broken, PERMITS, "listed-origin-2");
    // A pattern with a memory forgets every second request.
    let mut count = 0;
    let policy = policy();
    let report = checked(move |request: Request<()>| {
        count += 1;
        let mut response = serve(&policy, &request);
        if count % 2 == 0 {
            response.headers_mut().remove("access-control-allow-origin");
        }
        response
    });
    finds(&report, Severity::Broken, PERMITS, "listed-origin-again");
}

#[test]
fn caches_that_are_not_told() {
    let law = "a_shared_cache_that_honours_vary_changes_no_verdict";
    let report = checked(changed(policy(), |_, response| {
        response.headers_mut().remove("vary");
    }));
    finds_only(&report, Severity::Cache, law);
    let violation = &report.violations()[0];
    assert_eq!(violation.exchanges().len(), 2);
    assert!(violation.curl()[0].contains("curl") && violation.ids().len() == 2);
    // Only those who are denied, or are without an Origin, are not told.
    let report = checked(changed(policy(), |_, response| {
        if !is_granted(response) {
            response.headers_mut().remove("vary");
        }
    }));
    finds_only(&report, Severity::Cache, law);
    // One that no cache keeps is no cache's.
    let report = checked(changed(policy(), |_, response| {
        response.headers_mut().remove("vary");
        set(response.headers_mut(), "cache-control", "no-store");
    }));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn headers_twice() {
    let report = checked(changed(policy(), |_, response| {
        for (name, again) in [("access-control-allow-origin", "*"), ("vary", "Origin")] {
            if response.headers().contains_key(name) {
                response
                    .headers_mut()
                    .append(name, HeaderValue::from_static(again));
            }
        }
    }));
    finds(
        &report,
        Severity::Broken,
        "a_response_allows_one_origin_at_most",
        "",
    );
    finds(&report, Severity::Broken, PERMITS, "listed-origin");
    finds(&report, Severity::Waste, "vary_names_each_header_once", "");
    let failure = report
        .of(Severity::Broken)
        .find_map(|violation| violation.error());
    assert_eq!(
        failure.unwrap().failure().code(),
        "multiple-allow-origin-values"
    );
}

#[test]
fn a_wildcard_where_credentials_are_wanted() {
    let report = checked(changed(policy(), |_, response| {
        if is_granted(response) {
            set(response.headers_mut(), "access-control-allow-origin", "*");
        }
    }));
    finds(&report, Severity::Broken, PERMITS, "listed-origin");
    finds(
        &report,
        Severity::Waste,
        "credentials_are_allowed_once_and_to_a_named_origin",
        "",
    );
    let report = checked(changed(policy(), |_, response| {
        set(response.headers_mut(), "access-control-allow-origin", "*");
        set(
            response.headers_mut(),
            "access-control-allow-credentials",
            "true",
        );
    }));
    finds(&report, Severity::Security, READS, "reflection");
}

#[test]
fn preflights_that_grant_too_much() {
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
    finds(&report, Severity::Security, PERMITS, "unlisted-method");
    assert!(
        report
            .of(Severity::Security)
            .any(|violation| violation.law() == GRANTS),
        "{report}"
    );
    assert!(!report.to_string().contains("`TRACE`"), "{report}");
    let report = grants(
        "access-control-allow-headers",
        "x-a, x-b, authorization, origin",
    );
    finds(&report, Severity::Security, PERMITS, "unlisted-header-4");
    assert!(
        !report.to_string().contains("not permitted: `origin`"),
        "{report}"
    );
    let report = grants("access-control-allow-headers", "x-a, x-b, *");
    // With credentials it is a name.
    let sends = report
        .of(Severity::Security)
        .find(|violation| violation.law() == PERMITS);
    assert!(
        !sends.unwrap().message().contains("with credentials"),
        "{report}"
    );
    let report = grants("access-control-allow-methods", "PUT, PATCH");
    assert_eq!(report.of(Severity::Security).count(), 0, "{report}");
}

/// Answers preflights by whatever `grants` says of method and names.
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
fn methods_and_names_that_are_compared_loosely() {
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
        "unlisted-header-beside-a-listed-one",
    );
    let report = checked(granting(move |method, names| {
        is_method(method) && names.iter().all(|name| "x-a,x-b".contains(name))
    }));
    finds(&report, Severity::Security, PERMITS, "part-of-a-header");
}

#[test]
fn authorization_under_a_wildcard() {
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
fn preflights_that_are_refused() {
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
                // What is always allowed is not listed, and refused.
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
            .of(Severity::Broken)
            .find(|violation| violation.probe() == probe);
        let broken = broken.unwrap_or_else(|| panic!("{probe} in {report}"));
        assert_eq!(
            (broken.law(), broken.error().unwrap().failure().code()),
            (PERMITS, code)
        );
    }
}

#[test]
fn errors_without_headers() {
    let report = checked(changed(policy(), |request, response| {
        if request.method() == "PUT" {
            *response = Response::new(());
            *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        }
    }));
    let broken: Vec<_> = report.of(Severity::Broken).collect();
    assert_eq!(broken.len(), 1, "{report}");
    assert!(
        broken[0]
            .message()
            .ends_with("a response that tells of an error needs the headers as any other")
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
fn lists_in_one_line_alone() {
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
    let law = "an_intermediary_that_rewrites_lists_changes_no_verdict";
    finds_only(&report, Severity::Broken, law);
    finds(&report, Severity::Broken, law, "request-headers-in-lines");
    finds(&report, Severity::Broken, law, "request-headers-spaced");
}

#[test]
fn what_is_exposed() {
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
    let law = "script_reads_what_the_policy_exposes";
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
fn long_requests() {
    let law = "every_request_is_answered";
    let report = checked(FailsAtLongHeaders(policy()));
    finds_only(&report, Severity::Broken, law);
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
    finds_only(&report, Severity::Waste, "a_long_question_is_not_repeated");
}

#[test]
fn headers_that_are_of_no_use() {
    let report = checked(changed(policy(), |_, response| {
        if !is_granted(response) {
            set(
                response.headers_mut(),
                "access-control-allow-credentials",
                "true",
            );
        }
    }));
    finds_only(
        &report,
        Severity::Waste,
        "without_an_allowed_origin_nothing_else_is_said",
    );
    let law = "what_preflights_are_told_is_told_to_preflights_alone";
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
    finds_only(
        &report,
        Severity::Waste,
        "a_preflight_is_remembered_as_long_as_the_policy_says",
    );
}

/// What a server may do otherwise than ours is no violation.
#[test]
fn what_is_right_in_another_way() {
    type Change = fn(&Request<()>, &mut Response<()>);
    let right: [Change; 6] = [
        // Preflights are answered with 200, granted or not.
        |request, response| {
            if is_preflight(request) {
                *response.status_mut() = StatusCode::OK;
            }
        },
        // Nothing is there.
        |request, response| {
            if !is_preflight(request) {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
        },
        // Everything has moved.
        |request, response| {
            if request.method() == "GET" {
                *response.status_mut() = StatusCode::FOUND;
                set(response.headers_mut(), "location", "/elsewhere");
            }
        },
        // Long headers are too long for the server itself.
        |request, response| {
            if request.headers().values().any(|value| value.len() > 5000) {
                *response = Response::new(());
                *response.status_mut() = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
            }
        },
        // More is named in `Vary`, and in lines of its own.
        |_, response| {
            response
                .headers_mut()
                .append("vary", HeaderValue::from_static("accept-encoding"));
        },
        // The lists are spaced, in other case and with what is always allowed.
        |_, response| {
            for (name, list) in [
                (
                    "access-control-allow-methods",
                    "GET, HEAD ,POST, PATCH,\tPUT, CONNECT",
                ),
                ("access-control-allow-headers", "X-B, , x-A"),
            ] {
                if response.headers().contains_key(name) {
                    set(response.headers_mut(), name, list);
                }
            }
        },
    ];
    for (i, change) in right.into_iter().enumerate() {
        let report = checked(changed(policy(), change));
        assert!(report.violations().is_empty(), "{i}: {report}");
    }
}

/// A policy for any origin, answered by reflection; and one origin, told to everybody.
#[test]
fn other_ways_to_allow() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let mut reflects = |request: Request<()>| {
        let mut response = serve(&any, &request);
        if let Some(origin) = request
            .headers()
            .get("origin")
            .filter(|_| is_granted(&response))
        {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", origin.clone());
        }
        set(response.headers_mut(), "vary", "Origin");
        response
    };
    let report = check(&mut reflects, &any, config()).unwrap();
    assert!(report.violations().is_empty(), "{report}");

    let one = server_of(&["https://app.example"]);
    let mut varies = changed(one.clone(), |request, response| {
        if request
            .headers()
            .get("origin")
            .is_none_or(|origin| origin != "https://app.example")
        {
            response.headers_mut().remove("access-control-allow-origin");
        }
        set(response.headers_mut(), "vary", "Origin");
    });
    let report = check(
        &mut varies,
        &one,
        Config::new("http://app.example/").unwrap(),
    )
    .unwrap();
    assert!(report.violations().is_empty(), "{report}");
}
