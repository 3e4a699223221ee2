//! The first line of a finding names the mistake of the server that the answers show, and not only a symptom of it.

use fetch_cors::{
    conformance::{CheckConfig, Report, check, check_async, policies::PolicySpec},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_METHODS, ALLOW_ORIGIN, is_preflight, origin},
    names,
    servers::{allowing, changed, set},
};

const LISTED: [&str; 2] = ["https://app.example", "https://admin.shop.example"];

fn policy() -> CorsPolicy {
    let mut spec = PolicySpec::from_origins(LISTED);
    spec.methods = ["PUT", "PATCH"].into();
    spec.request_headers = vec!["content-type".into()];
    spec.build().unwrap()
}

/// Returns the value of the request header, or an empty text.
fn value(request: &Request<()>, name: &str) -> String {
    let value = request.headers().get(name);
    let text = value.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    text.unwrap_or_default()
}

/// Asserts that the report has one finding, and that this finding has the texts.
#[track_caller]
fn assert_finding(report: &Report, cause: &str, texts: &[&str]) {
    assert_eq!(names(report), [cause], "{report}");
    let report = report.to_string();
    for text in texts {
        assert!(report.contains(text), "{text}: {report}");
    }
}

fn report_of(allows: impl Fn(&str) -> bool) -> Report {
    let is_listed = |origin: &str| LISTED.contains(&origin);
    let mut server = allowing(policy(), |origin| !is_listed(origin) && allows(origin));
    check(&mut server, &policy(), config()).unwrap()
}

fn report_of_changed(change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let mut server = changed(policy(), change);
    check(&mut server, &policy(), config()).unwrap()
}

/// Refuses the preflight with an error.
fn refuse(response: &mut Response<()>, status: StatusCode) {
    *response = Response::builder().status(status).body(()).unwrap();
    set(response.headers_mut(), "vary", "origin");
}

#[test]
fn search_in_the_text_of_the_list() {
    let joined = LISTED.join(",");
    let report = report_of(|origin| joined.contains(origin));
    assert_finding(
        &report,
        "searches-list",
        &["security: the server allows a part of a listed origin"],
    );
    // A server can list one shorter origin. So one such origin does not show that the server searches.
    let report = report_of(|origin| origin == "https://app.exampl");
    assert_finding(&report, "allows-other-origin", &[]);
}

#[test]
fn dot_at_the_end_of_the_host() {
    let report = report_of(|origin| LISTED.contains(&origin.trim_end_matches('.')));
    assert_finding(
        &report,
        "ignores-trailing-dot",
        &["security: the server ignores a dot at the end of the host"],
    );
}

/// The server compares the host of `Origin` with its own host.
#[test]
fn own_host_with_another_port_or_scheme() {
    for (url, cause) in [
        ("https://api.example/notes", "allows-own-host"),
        ("http://api.example:8080/notes", "allows-own-host"),
        ("http://127.0.0.1:8080/notes", "allows-own-host"),
        // A server for tests often allows this host in its list.
        ("http://localhost:8080/notes", "allows-localhost"),
    ] {
        let own = url.split(['/', ':']).nth(3).unwrap();
        let mut server = allowing(policy(), |origin| {
            let host = origin.split("://").nth(1).unwrap_or_default();
            let (host, port) = host.split_once(':').unwrap_or((host, "1"));
            origin.starts_with("http") && host == own && port.parse::<u16>().is_ok()
        });
        let report = check(&mut server, &policy(), CheckConfig::new(url).unwrap()).unwrap();
        assert_finding(&report, cause, &[]);
    }
    // The server allows other local hosts too.
    let mut server = allowing(policy(), |origin| {
        let host = origin.strip_prefix("http://").unwrap_or_default();
        matches!(
            host.split(':').next(),
            Some("localhost" | "127.0.0.1" | "192.168.1.2")
        )
    });
    let config = CheckConfig::new("http://127.0.0.1:8080/notes").unwrap();
    let report = check(&mut server, &policy(), config).unwrap();
    assert_finding(&report, "allows-localhost", &[]);
}

/// A permitted method in lower case fails. This matters more than that a page can send `patch`.
#[test]
fn methods_in_lower_case_fail() {
    let report = report_of_changed(|request, response| {
        if is_preflight(request) && response.headers().contains_key(ALLOW_METHODS) {
            set(response.headers_mut(), ALLOW_METHODS, "put, patch");
        }
    });
    assert_finding(
        &report,
        "lists-other-case",
        &[
            "broken: preflight responses list `patch` and `put` in place of `PATCH` and `PUT`, so requests with the methods `PATCH` and `PUT` fail",
            "cannot send PUT",
        ],
    );
    let report = report_of_changed(|request, response| {
        if is_preflight(request) && response.headers().contains_key(ALLOW_METHODS) {
            set(response.headers_mut(), ALLOW_METHODS, "PUT, PATCH, patch");
        }
    });
    assert_finding(
        &report,
        "lists-other-case",
        &[
            "security: the letter case of a method",
            "do not list `patch`",
        ],
    );
}

#[test]
fn server_error_of_a_preflight_is_not_a_list() {
    let report = report_of_changed(|request, response| {
        if is_preflight(request) && value(request, "access-control-request-method") == "PUT" {
            refuse(response, StatusCode::BAD_GATEWAY);
        }
    });
    assert_finding(
        &report,
        "lacks-method",
        &["preflights for the method `PUT`, which the policy permits, get a server error"],
    );
    let report = report_of_changed(|request, response| {
        let requested = value(request, "access-control-request-headers");
        if is_preflight(request) && requested.contains("content-type") {
            refuse(response, StatusCode::BAD_GATEWAY);
        }
    });
    let first = report.to_string();
    let expected = "preflights for the request header `content-type`, which the policy permits, get a server error";
    assert!(first.contains(expected), "{report}");
}

#[test]
fn preflights_without_header_names_are_named() {
    for (status, cause) in [
        (StatusCode::BAD_REQUEST, "refuses-preflights"),
        (StatusCode::METHOD_NOT_ALLOWED, "misses-preflights"),
    ] {
        let report = report_of_changed(|request, response| {
            let names = value(request, "access-control-request-headers");
            if is_preflight(request) && names.is_empty() {
                refuse(response, status);
            }
        });
        let text = format!(
            "broken: preflights without `Access-Control-Request-Headers` get the status {}",
            status.as_u16()
        );
        assert_finding(&report, cause, &[&text]);
    }
}

/// A cache stores the response to the first GET, although `Vary` lists `Origin`. The answers are the same if the server
/// sends the wrong origin, so the fix says both.
#[test]
fn cache_that_ignores_vary() {
    let mut server = changed(policy(), |request, response| {
        if request.method() == "GET" {
            set(response.headers_mut(), ALLOW_ORIGIN, LISTED[0]);
        }
    });
    let report = check(&mut server, &policy(), config()).unwrap();
    assert_finding(
        &report,
        "other-allow-origin",
        &[
            "a page gets the response for another page, although `Vary` lists `Origin`",
            "send the `Origin` of the request, byte for byte, if the policy allows it; if the server does this already, a cache",
        ],
    );
}

#[test]
fn origins_with_a_semicolon_are_a_list() {
    for separator in [";", "|"] {
        let report = report_of_changed(|request, response| {
            if !origin(request).is_empty() {
                let value = LISTED.join(separator);
                set(response.headers_mut(), ALLOW_ORIGIN, &value);
            }
        });
        assert_finding(&report, "sends-list", &[]);
        assert!(
            !report.to_string().contains("allows the origin"),
            "{report}"
        );
    }
}

#[test]
fn preflights_of_unpermitted_methods_fail() {
    let report = report_of_changed(|request, response| {
        let method = value(request, "access-control-request-method");
        if is_preflight(request) && !["GET", "HEAD", "POST", "PUT", "PATCH"].contains(&&*method) {
            refuse(response, StatusCode::INTERNAL_SERVER_ERROR);
        }
    });
    assert_finding(
        &report,
        "fails-on-requests",
        &[
            "broken: the server fails on preflights for methods that the policy does not permit",
            "fix: answer these preflights without an error",
        ],
    );
}

#[test]
fn permitted_request_without_a_response_is_not_malformed() {
    let server = async |request: Request<()>| {
        if request.method() == "PUT" && LISTED.contains(&&*origin(&request)) {
            return Err("timeout");
        }
        Ok(fetch_cors::conformance::policies::serve(
            &policy(),
            &request,
        ))
    };
    let report = pollster::block_on(check_async(server, &policy(), config())).unwrap();
    assert_finding(
        &report,
        "no-response",
        &["broken: requests with the method `PUT` of allowed origins get no response"],
    );
    assert!(
        !report.to_string().contains("malformed request"),
        "{report}"
    );
}

/// Quotation marks need no escape between backticks.
#[test]
fn quotation_marks_have_no_escape() {
    let report = report_of_changed(|request, response| {
        if LISTED.contains(&&*origin(request)) {
            let value = format!("\"{}\"", origin(request));
            set(response.headers_mut(), ALLOW_ORIGIN, &value);
        }
    });
    let report = report.to_string();
    assert!(report.contains("`\"https://app.example\"`"), "{report}");
    assert!(!report.contains("\\\""), "{report}");
}

/// The name of a probe says which method or which header the request asks for.
#[test]
fn names_of_probes_have_the_requested_name() {
    let check = fetch_cors::conformance::Check::new(&policy(), config()).unwrap();
    let names: Vec<&str> = check.probes().map(|probe| probe.name()).collect();
    for name in [
        "unlisted-method-delete",
        "unlisted-method-chicken",
        "unlisted-header-x-requested-with",
    ] {
        assert!(names.contains(&name), "{name}: {names:?}");
    }
    assert!(!names.contains(&"unlisted-method-2"), "{names:?}");
}

/// A server whose pattern is `[^.]+` also allows `https://EVIL.shop.example`, which no browser sends. The check does not send
/// `https://evil.shop.example`, so it does not state that the server denies this origin.
#[test]
fn origin_without_a_request_is_not_denied() {
    let spec = PolicySpec::from_origins(["https://*.shop.example"]);
    let policy = spec.build().unwrap();
    let has_one_label = |origin: &str| {
        let label = origin.strip_prefix("https://");
        let label = label.and_then(|rest| rest.strip_suffix(".shop.example"));
        label.is_some_and(|label| !label.is_empty() && !label.contains(['.', '/', ':']))
    };
    let mut server = changed(policy.clone(), |request, response| {
        let given = origin(request);
        if has_one_label(&given) {
            set(response.headers_mut(), ALLOW_ORIGIN, &given);
        } else {
            response.headers_mut().remove(ALLOW_ORIGIN);
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let text = report.to_string();
    assert!(
        text.contains("the server lets `*.` match only one label"),
        "{text}"
    );
    for origin in ["but denies", "write `https://evil.shop.example`"] {
        assert!(!text.contains(origin), "{text}");
    }
}

/// A pattern without `^` also matches `ahttps://app.example`, although no page has this scheme.
#[test]
fn pattern_without_a_beginning() {
    let report = report_of(|origin| LISTED.iter().any(|listed| origin.ends_with(listed)));
    assert_finding(
        &report,
        "compares-suffix",
        &[
            "the server compares only the end of the origin: it allows `ahttps://",
            "anchor a regular expression at its beginning (`^`)",
        ],
    );
}

/// The finding about one additional origin of an app, or of files, names the origin.
#[test]
fn additional_origin_of_an_app() {
    for additional in ["capacitor://localhost", "file://"] {
        let report = report_of(|origin| origin == additional);
        let mistake =
            format!("the server allows the origin `{additional}`, which the policy does not allow");
        let remove = format!("remove `{additional}` from the origins that the server allows");
        let add = format!("add `{additional}` to `origins` of the policy");
        assert_finding(&report, "allows-other-origin", &[&mistake, &remove, &add]);
    }
}

/// No page has the origin `https://app.example-*.shop.example`, so a server may deny it, with the value for denied origins.
#[test]
fn value_for_denied_origins_is_not_the_value_for_pages() {
    let spec = PolicySpec::from_origins(["https://app.example", "https://*.shop.example"]);
    let policy = spec.build().unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        let given = origin(request);
        if given.contains(['*', '_']) || !response.headers().contains_key(ALLOW_ORIGIN) {
            set(response.headers_mut(), ALLOW_ORIGIN, "false");
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    assert_finding(&report, "sends-text", &["`false`"]);
}
