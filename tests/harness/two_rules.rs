//! Servers with two rules for origins, or with a rule that applies only to some requests. The report states the scope of each
//! mistake, and states a cause only if no answer contradicts it.

use fetch_cors::{
    conformance::{CheckConfig, Report, check, policies::PolicySpec},
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_ORIGIN, is_preflight, origin},
    names,
    servers::{allowing, changed, set},
};

const APP: &str = "https://app.example";
const SITE: [&str; 2] = ["https://app.corp.com", "https://admin.corp.com"];

type Change = fn(&Request<()>, &mut Response<()>);

fn policy_of(origins: &[&str]) -> CorsPolicy {
    let mut spec = PolicySpec::from_origins(origins.iter().copied());
    spec.methods = ["PUT"].into();
    spec.request_headers = vec!["content-type".into()];
    spec.build().unwrap()
}

/// Checks a server that also allows the origins for which `allows` returns true. `change` changes each response.
fn report_with(
    config: CheckConfig,
    origins: &[&str],
    allows: fn(&str) -> bool,
    change: Change,
) -> Report {
    let policy = policy_of(origins);
    let mut right = allowing(policy.clone(), allows);
    let mut server = |request: Request<()>| {
        let mut response = right(request.clone());
        let vary = HeaderValue::from_static("origin");
        response.headers_mut().insert("vary", vary);
        change(&request, &mut response);
        response
    };
    check(&mut server, &policy, config).unwrap()
}

fn report_of(origins: &[&str], allows: fn(&str) -> bool, change: Change) -> Report {
    report_with(config(), origins, allows, change)
}

fn with_error_url() -> CheckConfig {
    config().error_url("https://api.example/missing").unwrap()
}

fn is_of_error_url(request: &Request<()>) -> bool {
    request.uri().path() == "/missing" && request.method() != "OPTIONS"
}

fn is_denied(request: &Request<()>) -> bool {
    let mut origins = request.headers().get_all("origin").iter();
    origins.any(|given| {
        !["", APP, "https://api.example"]
            .map(str::as_bytes)
            .contains(&given.as_bytes())
    })
}

/// Replaces the response with a response without CORS headers.
fn refuse(response: &mut Response<()>, status: u16) {
    *response = Response::new(());
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    set(response.headers_mut(), "vary", "origin");
}

fn nothing(_: &Request<()>, _: &mut Response<()>) {}

/// Adds quotes to `Access-Control-Allow-Origin`, as a mock integration of an API gateway does if the template is wrong.
fn add_quotes(response: &mut Response<()>) {
    set(
        response.headers_mut(),
        ALLOW_ORIGIN,
        "'https://app.example'",
    );
}

#[track_caller]
fn assert_mistake(report: &Report, cause: &str, texts: &[&str]) {
    assert_eq!(names(report), [cause], "{report}");
    assert_texts(report, cause, texts);
}

#[track_caller]
fn assert_texts(report: &Report, cause: &str, texts: &[&str]) {
    let findings = report.findings();
    let found = findings
        .iter()
        .find(|finding| finding.cause().name() == cause);
    let found = found.unwrap_or_else(|| panic!("{report}"));
    let text = format!("{}\n{}", found.mistake(), found.advice());
    for searched in texts {
        assert!(text.contains(searched), "no {searched}\n{report}");
    }
}

/// Two rules are not alternatives of one regular expression if they also allow names before the entry whose beginning is compared.
#[test]
fn two_rules_are_not_alternatives_without_a_group() {
    let of_prefix_and_parent: fn(&str) -> bool =
        |origin| origin.starts_with("https://app.corp.com") || origin.ends_with(".corp.com");
    let of_label_and_parent: fn(&str) -> bool =
        |origin| origin.starts_with("https://app.") || origin.ends_with(".corp.com");
    let of_label_and_end: fn(&str) -> bool =
        |origin| origin.starts_with("https://app.") || origin.ends_with(".com");
    for (allows, expected) in [
        (of_prefix_and_parent, ["compares-prefix", "compares-suffix"]),
        (of_label_and_parent, ["compares-prefix", "compares-suffix"]),
        (of_label_and_end, ["compares-prefix", "compares-suffix"]),
    ] {
        let config = CheckConfig::new("https://api.corp.com/v1").unwrap();
        let report = report_with(config, &SITE, allows, nothing);
        let mut found = names(&report);
        found.retain(|name| *name != "reads-one-of-several-origins");
        found.sort_unstable();
        assert_eq!(found, expected, "{report}");
    }
    let config = CheckConfig::new("https://api.corp.com/v1").unwrap();
    let of_prefix_and_end: fn(&str) -> bool = |origin| {
        let is_end = SITE
            .iter()
            .any(|page| origin.ends_with(page.trim_start_matches("https://")));
        origin.starts_with("https://app.corp.com") || is_end
    };
    let report = report_with(config, &SITE, of_prefix_and_end, nothing);
    assert!(
        !names(&report).contains(&"ungrouped-alternatives"),
        "{report}"
    );
}

/// The mock of an API gateway answers preflights, and the handler answers other requests.
#[test]
fn quotes_are_named_with_their_responses() {
    let of_preflights = |request: &Request<()>, response: &mut Response<()>| {
        if request.method() == "OPTIONS" {
            add_quotes(response);
        } else {
            set(response.headers_mut(), ALLOW_ORIGIN, APP);
        }
    };
    let of_constant = |_: &Request<()>, response: &mut Response<()>| add_quotes(response);
    let of_requests = |request: &Request<()>, response: &mut Response<()>| {
        if request.method() == "OPTIONS" {
            set(response.headers_mut(), ALLOW_ORIGIN, APP);
        } else {
            add_quotes(response);
        }
    };
    for (change, texts) in [
        (
            of_preflights as Change,
            &[
                "in responses to `OPTIONS`, `Access-Control-Allow-Origin` is always the same value, which is not an allowed origin: \
                 `'https://app.example'`",
                "remove the quotes",
            ][..],
        ),
        (of_constant, &["always the same value", "remove the quotes"]),
        (
            of_requests,
            &["`'https://app.example'`", "remove the quotes"],
        ),
    ] {
        let report = report_of(&[APP], |_| false, change);
        let findings = report.findings();
        let first = &findings[0];
        let text = format!("{}\n{}", first.mistake(), first.advice());
        for searched in texts {
            assert!(text.contains(searched), "no {searched}\n{report}");
        }
    }
}

/// The server sends the CORS headers only if a browser sent the request, or only if the request has `Referer`.
#[test]
fn required_request_header_is_the_cause() {
    let of_mode: [Change; 2] = [
        |request, response| {
            if !request.headers().contains_key("sec-fetch-mode") {
                refuse(response, 200);
            }
        },
        |request, response| {
            if !request.headers().contains_key("sec-fetch-mode") {
                refuse(response, 403);
            }
        },
    ];
    let of_referer: [Change; 2] = [
        |request, response| {
            if !request.headers().contains_key("referer") && request.method() != "OPTIONS" {
                refuse(response, 200);
            }
        },
        |request, response| {
            if !request.headers().contains_key("referer") && request.method() != "OPTIONS" {
                refuse(response, 403);
            }
        },
    ];
    for origins in [&[APP][..], &[APP, "https://b.example"]] {
        for change in of_mode.iter().chain(&of_referer) {
            let config = config().without_unsafe_methods();
            let report = report_with(config, origins, |_| false, *change);
            let first = report.findings()[0].mistake().to_owned();
            assert!(
                first.starts_with("responses to requests without `"),
                "{report}"
            );
            for cause in ["lacks-safelisted-method", "denies-allowed-origin"] {
                assert!(!names(&report).contains(&cause), "{report}");
            }
        }
    }
}

fn is_https(origin: &str) -> bool {
    origin.starts_with("https://")
}

#[test]
fn reflection_of_https_is_named_in_its_scope() {
    let in_preflights: Change = |request, response| {
        if is_denied(request) && !is_preflight(request) {
            refuse(response, 403);
        }
    };
    let report = report_of(&[APP], is_https, in_preflights);
    assert_mistake(
        &report,
        "reflects-on-some-methods",
        &["preflight responses reflect any origin with `https:`"],
    );

    let is_of_scheme = |origin: &str| is_https(origin) || origin == "http://app.example";
    let report = report_of(&[APP], is_of_scheme, nothing);
    assert_eq!(
        names(&report),
        ["reflects-any-https-origin", "ignores-scheme"],
        "{report}"
    );

    let is_of_own_host = |origin: &str| is_https(origin) || origin.starts_with("http://127.0.0.1:");
    let config = CheckConfig::new("http://127.0.0.1:8000/notes").unwrap();
    let report = report_with(config, &[APP], is_of_own_host, nothing);
    assert_eq!(
        names(&report),
        ["reflects-any-https-origin", "allows-own-host"],
        "{report}"
    );

    let on_errors: Change = |request, response| {
        if is_of_error_url(request) {
            *response.status_mut() = StatusCode::NOT_FOUND;
            let given = origin(request);
            let value = if given.is_empty() { "*" } else { &given };
            set(response.headers_mut(), ALLOW_ORIGIN, value);
        }
    };
    let report = report_with(with_error_url(), &[APP], is_https, on_errors);
    let mut found = names(&report);
    found.sort_unstable();
    assert_eq!(
        found,
        ["reflects-any-https-origin", "reflects-on-errors"],
        "{report}"
    );
    assert_texts(
        &report,
        "reflects-on-errors",
        &["reflects any origin in error responses"],
    );
}

/// Requests of denied origins get a server error, and only the error URL reflects.
#[test]
fn reflection_only_at_the_error_url_is_of_errors() {
    let report = report_with(
        with_error_url(),
        &[APP],
        |_| false,
        |request, response| {
            if is_of_error_url(request) {
                *response.status_mut() = StatusCode::NOT_FOUND;
                let given = origin(request);
                let value = if given.is_empty() { "*" } else { &given };
                set(response.headers_mut(), ALLOW_ORIGIN, value);
                set(response.headers_mut(), "vary", "origin");
            } else if is_denied(request) {
                refuse(response, 500);
            }
        },
    );
    let mut found = names(&report);
    found.sort_unstable();
    assert_eq!(
        found,
        ["fails-on-denied-origins", "reflects-on-errors"],
        "{report}"
    );
}

/// A server error at the error URL does not show that the server usually answers similar requests.
#[test]
fn errors_at_the_error_url_are_no_answers() {
    let report = report_with(
        with_error_url(),
        &[APP],
        |_| false,
        |request, response| {
            if request.headers().contains_key("authorization") {
                refuse(response, 401);
            } else if is_denied(request) {
                refuse(response, 500);
            } else if is_of_error_url(request) {
                *response.status_mut() = StatusCode::NOT_FOUND;
            }
        },
    );
    assert_eq!(names(&report), ["fails-on-denied-origins"], "{report}");
}

#[test]
fn second_mistake_is_named() {
    let is_of_apps = |origin: &str| ["file://", "capacitor://localhost"].contains(&origin);
    let report = report_of(&[APP], is_of_apps, nothing);
    assert_mistake(
        &report,
        "allows-apps",
        &["`capacitor://localhost`", "`file://`"],
    );

    let report = report_of(
        &[APP],
        |_| true,
        |request, response| {
            if request.method() == "OPTIONS" {
                set(response.headers_mut(), "access-control-allow-headers", "*");
                set(
                    response.headers_mut(),
                    "access-control-allow-methods",
                    "PUT, DELETE",
                );
            }
        },
    );
    assert_texts(
        &report,
        "allows-everything",
        &["every requested header name", "`DELETE`"],
    );
}

/// A developer adds an origin by hand, such as the site without `app.`, or the staging site.
#[test]
fn sibling_of_a_listed_host_is_found() {
    for (name, allows) in [
        (
            "https://www.corp.com",
            (|origin| origin == "https://www.corp.com") as fn(&str) -> bool,
        ),
        ("https://dev.corp.com", |origin| {
            origin == "https://dev.corp.com"
        }),
        ("https://staging.corp.com", |origin| {
            origin == "https://staging.corp.com"
        }),
        ("http://corp.com", |origin| origin == "http://corp.com"),
    ] {
        let config = CheckConfig::new("https://api.corp.com/v1").unwrap();
        let report = report_with(config, &["https://app.corp.com"], allows, nothing);
        assert_mistake(&report, "allows-other-origin", &[name]);
    }
}

#[test]
fn methods_of_a_mistake_are_named() {
    let report = report_of(
        &[APP],
        |_| false,
        |request, response| {
            if request.method() == "POST" {
                set(response.headers_mut(), ALLOW_ORIGIN, "*");
            }
        },
    );
    assert_mistake(
        &report,
        "wildcard-origin",
        &["the server sends `*` in responses to `POST`"],
    );

    let report = report_of(
        &[APP],
        |_| false,
        |request, response| {
            if request.method() == "GET" && response.headers().contains_key(ALLOW_ORIGIN) {
                set(
                    response.headers_mut(),
                    "access-control-allow-credentials",
                    "true",
                );
            }
        },
    );
    assert_mistake(
        &report,
        "allows-credentials",
        &["only responses to `GET` show this mistake"],
    );
}

/// The server sends a list of values in place of an origin, also with quotes.
#[test]
fn text_of_allowed_pages_is_not_of_denied_pages() {
    let mut spec = PolicySpec::from_origins([APP]);
    spec.credentials = true;
    let policy = spec.build().unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        if response.headers().contains_key(ALLOW_ORIGIN) {
            let is_options = request.method() == "OPTIONS";
            let value = if is_options {
                "'https://app.example'"
            } else {
                APP
            };
            set(
                response.headers_mut(),
                ALLOW_ORIGIN,
                &[value, value].join(", "),
            );
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    assert_texts(
        &report,
        "sends-text",
        &["responses to OPTIONS requests of allowed pages have"],
    );
}
