//! A server that fails on some requests has one finding for each condition. The first line names the condition.

use fetch_cors::{
    conformance::{Report, Severity, check},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config, names,
    servers::{changed, is_preflight, origin, set},
};

type Condition = fn(&Request<()>) -> bool;

const SECOND: &str = "https://other.example";

fn with_header() -> CorsPolicy {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    policy.max_age(600).build().unwrap()
}

fn with_credentials() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example", SECOND]);
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    policy.credentials(true).max_age(600).build().unwrap()
}

/// Answers with the status `code` and without headers if the request fulfills the condition.
fn report_of(policy: &CorsPolicy, code: u16, condition: impl Fn(&Request<()>) -> bool) -> Report {
    let fails = |request: &Request<()>, response: &mut Response<()>| {
        if condition(request) {
            *response = Response::new(());
            *response.status_mut() = StatusCode::from_u16(code).unwrap();
        }
    };
    check(&mut changed(policy.clone(), fails), policy, config()).unwrap()
}

fn mistakes(report: &Report) -> Vec<String> {
    let findings = report.findings();
    findings.iter().map(|finding| finding.mistake()).collect()
}

fn value(request: &Request<()>, name: &str) -> String {
    let value = request.headers().get(name);
    value.map_or_else(String::new, |value| {
        String::from_utf8_lossy(value.as_bytes()).into_owned()
    })
}

fn names_no_header(request: &Request<()>) -> bool {
    is_preflight(request)
        && !origin(request).is_empty()
        && value(request, "access-control-request-headers").is_empty()
}

fn requests_method(request: &Request<()>, method: &str) -> bool {
    is_preflight(request)
        && !origin(request).is_empty()
        && value(request, "access-control-request-method") == method
}

fn has_cookie(request: &Request<()>) -> bool {
    request.headers().contains_key("cookie")
}

fn has_login(request: &Request<()>) -> bool {
    request.headers().contains_key("authorization")
}

fn has_no_origin(request: &Request<()>) -> bool {
    !request.headers().contains_key("origin")
}

fn is_null(request: &Request<()>) -> bool {
    origin(request) == "null"
}

fn is_of_evil_page(request: &Request<()>) -> bool {
    origin(request).contains("evil")
}

#[test]
fn preflights_without_requested_headers_are_one_finding() {
    for code in [400, 403, 404, 500, 502] {
        let report = report_of(&with_header(), code, names_no_header);
        let expected =
            format!("preflights without `Access-Control-Request-Headers` get the status {code}");
        assert_eq!(mistakes(&report), [expected], "{report}");
        assert_eq!(report.findings()[0].severity(), Severity::Broken);
    }
}

/// A preflight without requested headers fails before the server looks at its list of methods. So the list is not the reason.
#[test]
fn missing_method_does_not_hide_a_failed_preflight() {
    for (code, cause) in [
        (400, "refuses-preflights"),
        (405, "misses-preflights"),
        (500, "refuses-preflights"),
    ] {
        let change = |request: &Request<()>, response: &mut Response<()>| {
            response
                .headers_mut()
                .remove("access-control-allow-methods");
            if names_no_header(request) {
                *response = Response::new(());
                *response.status_mut() = StatusCode::from_u16(code).unwrap();
            }
        };
        let policy = with_header();
        let report = check(&mut changed(policy.clone(), change), &policy, config()).unwrap();
        assert_eq!(names(&report), [cause, "lacks-method"], "{report}");
        assert_eq!(
            mistakes(&report),
            [
                format!(
                    "preflights without `Access-Control-Request-Headers` get the status {code}"
                ),
                "preflight responses do not grant the method `PUT`, which the policy permits"
                    .into(),
            ]
        );
        for finding in report.findings() {
            assert_eq!(finding.severity(), Severity::Broken, "{report}");
        }
    }
}

/// The server also fails on preflights of denied origins, which do not need a finding of their own.
#[test]
fn part_of_a_preflight_explains_server_errors() {
    let conditions: [(Condition, &str, &str); 4] = [
        (
            |request| requests_method(request, "GET"),
            "lacks-safelisted-method",
            "preflights for the method `GET` get a server error (status 500)",
        ),
        (
            |request| requests_method(request, "PUT"),
            "lacks-method",
            "preflights for the method `PUT`, which the policy permits, get a server error (status 500)",
        ),
        (
            |request| {
                let names = value(request, "access-control-request-headers");
                is_preflight(request) && names.split(',').any(|name| name == "content-type")
            },
            "lacks-request-header",
            "preflights for the request header `content-type`, which the policy permits, get a server error (status 500)",
        ),
        (
            |request| {
                let names = value(request, "access-control-request-headers");
                let is_other = |name: &str| {
                    let name = name.trim();
                    !name.is_empty() && !name.eq_ignore_ascii_case("content-type")
                };
                is_preflight(request) && names.split(',').any(is_other)
            },
            "fails-on-requests",
            "the server fails on preflights for request headers that the policy does not permit",
        ),
    ];
    for (condition, cause, expected) in conditions {
        let report = report_of(&with_header(), 500, condition);
        assert_eq!(names(&report), [cause], "{report}");
        assert_eq!(mistakes(&report), [expected]);
    }
}

/// Each of two conditions has a finding, whatever the other condition is.
#[test]
fn two_conditions_are_two_findings() {
    const COOKIE: &str = "fails-with-credentials";
    const LOGIN: &str = "fails-with-credentials";
    const MISSING: &str = "fails-without-origin";
    const NULL: &str = "fails-on-null-origin";
    const SOME: &str = "fails-on-some-origins";
    const NO_NAMES: &str = "refuses-preflights";
    const PAGE: &str = "denies-allowed-origin";
    let is_second: Condition = |request| origin(request) == SECOND;
    let pairs: [(Condition, Condition, &[&str]); 10] = [
        (has_cookie, has_no_origin, &[MISSING, COOKIE]),
        (has_cookie, is_null, &[NULL, COOKIE]),
        (has_cookie, is_of_evil_page, &[SOME, COOKIE]),
        (has_login, has_no_origin, &[MISSING, LOGIN]),
        (has_no_origin, is_null, &[MISSING, NULL]),
        (has_cookie, names_no_header, &[NO_NAMES, COOKIE]),
        (names_no_header, is_of_evil_page, &[NO_NAMES, SOME]),
        (names_no_header, has_no_origin, &[NO_NAMES, MISSING]),
        (is_second, has_cookie, &[PAGE, COOKIE]),
        (is_second, names_no_header, &[PAGE, NO_NAMES]),
    ];
    let mut failures = Vec::new();
    for (index, (first, second, expected)) in pairs.into_iter().enumerate() {
        let report = report_of(&with_credentials(), 500, |request| {
            first(request) || second(request)
        });
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let mut found = names(&report);
        found.sort_unstable();
        if found != expected {
            failures.push(format!("{index}: {found:?}\n{report}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n========\n"));
}

fn has(name: &'static str) -> impl Fn(&Request<()>) -> bool {
    move |request| request.headers().contains_key(name)
}

fn accepts_html(request: &Request<()>) -> bool {
    value(request, "accept").contains("html")
}

/// Whether the request is a preflight for a request header that begins with `x-`.
fn requests_custom_header(request: &Request<()>) -> bool {
    is_preflight(request) && value(request, "access-control-request-headers").contains("x-")
}

const OF_CUSTOM_HEADERS: &str =
    "the server fails on preflights for request headers that begin with `x-`";

/// The name of a server, the condition on which it fails, and the expected first lines.
type Failing<'x> = (&'x str, Box<dyn Fn(&Request<()>) -> bool>, &'x [&'x str]);

/// The first lines of the findings name exactly the conditions, in any order.
#[track_caller]
fn assert_mistakes(policy: &CorsPolicy, servers: Vec<Failing<'_>>) {
    let mut failures = Vec::new();
    for (name, condition, expected) in servers {
        let report = report_of(policy, 500, condition);
        let mut found = mistakes(&report);
        found.sort_unstable();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        if found != expected {
            failures.push(format!("{name}: {found:#?}\n{report}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n========\n"));
}

#[test]
fn failed_request_header_is_named() {
    assert_mistakes(
        &with_credentials(),
        vec![
            (
                "Referer",
                Box::new(has("referer")),
                &["the server fails on requests with `Referer` (status 500)"],
            ),
            (
                "Content-Type",
                Box::new(has("content-type")),
                &["the server fails on requests with `Content-Type` (status 500)"],
            ),
            (
                "Range",
                Box::new(has("range")),
                &["the server fails on requests with `Range` (status 500)"],
            ),
            (
                "Accept: text/html",
                Box::new(accepts_html),
                &["the server fails on requests with `Accept: text/html` (status 500)"],
            ),
            (
                "Content-Language",
                Box::new(has("content-language")),
                &["the server fails on requests with `Content-Language` (status 500)"],
            ),
            (
                "Sec-Fetch-Site",
                Box::new(has("sec-fetch-site")),
                &[
                    "the server fails on requests with `Sec-Fetch-Dest`, `Sec-Fetch-Mode` or `Sec-Fetch-Site` (status 500)",
                ],
            ),
            (
                "names that begin with `x-`",
                Box::new(requests_custom_header),
                &[OF_CUSTOM_HEADERS],
            ),
        ],
    );
}

/// A second condition does not change the name of the first one.
#[test]
fn failed_header_and_failed_origin_are_two_findings() {
    const MISSING: &str = "the server fails on requests without `Origin` (status 500)";
    const NULL: &str = "the server fails on requests with `Origin: null` (status 500)";
    const COOKIE: &str = "the server fails on requests with `Cookie` (status 500)";
    const CONTENT_TYPE: &str = "the server fails on requests with `Content-Type` (status 500)";
    let first: [(&str, Condition, &str); 3] = [
        ("no origin", has_no_origin, MISSING),
        ("null", is_null, NULL),
        ("cookie", has_cookie, COOKIE),
    ];
    const RANGE: &str = "the server fails on requests with `Range` (status 500)";
    const HTML: &str = "the server fails on requests with `Accept: text/html` (status 500)";
    let second: [(&str, Condition, &str); 4] = [
        (
            "range",
            |request| request.headers().contains_key("range"),
            RANGE,
        ),
        ("html", accepts_html, HTML),
        (
            "type",
            |request| request.headers().contains_key("content-type"),
            CONTENT_TYPE,
        ),
        ("x-", requests_custom_header, OF_CUSTOM_HEADERS),
    ];
    for (name, condition, mistake) in first {
        for (other_name, other, other_mistake) in second {
            let expected = [mistake, other_mistake];
            let both = move |request: &Request<()>| condition(request) || other(request);
            assert_mistakes(
                &with_credentials(),
                vec![(&format!("{name}, {other_name}"), Box::new(both), &expected)],
            );
        }
    }
}

/// The method, or several requested header names, are the reason, and not the denied origins whose requests have them.
#[test]
fn failed_method_or_several_names_are_not_failed_origins() {
    const MISSING: &str = "the server fails on requests without `Origin` (status 500)";
    const NULL: &str = "the server fails on requests with `Origin: null` (status 500)";
    let is_put = |request: &Request<()>| request.method() == "PUT";
    let has_names = |request: &Request<()>| {
        is_preflight(request) && value(request, "access-control-request-headers").contains(',')
    };
    assert_mistakes(
        &with_header(),
        vec![
            (
                "PUT or no origin",
                Box::new(move |request| is_put(request) || has_no_origin(request)),
                &[
                    "the server answers requests with the method `PUT` with an error that lacks the CORS headers (status 500)",
                    MISSING,
                ],
            ),
            (
                "several names or `null`",
                Box::new(move |request| has_names(request) || is_null(request)),
                &[
                    "the server fails on preflights for several request headers",
                    NULL,
                ],
            ),
        ],
    );
}

/// The responses without the CORS headers have the same reason.
#[test]
fn header_of_responses_without_cors_headers_is_named() {
    let policy = with_header();
    for (code, expected) in [
        (
            415,
            "if the request has `Content-Type`, error responses lack the CORS headers (status 415)",
        ),
        (200, "if the request has `Content-Type`, responses to "),
    ] {
        let report = report_of(&policy, code, |request| has("content-type")(request));
        let first = mistakes(&report).swap_remove(0);
        assert!(first.starts_with(expected), "{report}");
    }
}

/// Many servers treat an empty `Origin` like a missing one.
#[test]
fn empty_origin_is_not_a_malformed_request() {
    const MISSING: &str =
        "the server fails on requests without `Origin`, or with an empty `Origin` (status 500)";
    const COOKIE: &str = "the server fails on requests with `Cookie` (status 500)";
    const CREDENTIALS: &str =
        "the server fails on requests with `Authorization` or `Cookie` (status 500)";
    let has_none = |request: &Request<()>| origin(request).is_empty();
    assert_mistakes(
        &with_header(),
        vec![
            ("no origin", Box::new(has_none), &[MISSING]),
            (
                "no origin or a cookie",
                Box::new(move |request| has_none(request) || has_cookie(request)),
                &[MISSING, COOKIE],
            ),
            (
                "no origin or credentials",
                Box::new(move |request| {
                    has_none(request) || has_cookie(request) || has_login(request)
                }),
                &[MISSING, CREDENTIALS],
            ),
        ],
    );
}

#[test]
fn length_of_a_header_is_named() {
    let is_long = |request: &Request<()>| {
        let mut values = request.headers().values();
        values.any(|value| value.len() > 500)
    };
    let report = report_of(&with_header(), 500, is_long);
    let mistakes = mistakes(&report);
    assert_eq!(
        mistakes,
        ["the server fails on preflights with a header of 1495 bytes or more"],
        "{report}"
    );
    assert!(report.findings()[0].advice().contains("raise the limit"));
}

/// The response has a status from 200 to 299, so the preflight is not refused.
#[test]
fn preflights_without_cors_headers_are_named() {
    let policy = with_header();
    let change = |request: &Request<()>, response: &mut Response<()>| {
        if names_no_header(request) {
            *response.headers_mut() = http::HeaderMap::new();
            set(response.headers_mut(), "vary", "Origin");
        }
    };
    let report = check(&mut changed(policy.clone(), change), &policy, config()).unwrap();
    assert_eq!(
        mistakes(&report),
        [
            "preflights without `Access-Control-Request-Headers` get a response without the CORS headers"
        ],
        "{report}"
    );
}

#[test]
fn preflights_of_denied_origins_are_not_called_requests() {
    let report = report_of(&with_header(), 500, |request| {
        is_preflight(request) && is_of_evil_page(request)
    });
    for mistake in mistakes(&report) {
        assert!(!mistake.contains("fails on requests"), "{report}");
    }
}

#[test]
fn origin_without_headers_for_cookies_is_named() {
    let policy = with_credentials();
    let change = |request: &Request<()>, response: &mut Response<()>| {
        if has_cookie(request) && origin(request) == SECOND {
            *response.headers_mut() = http::HeaderMap::new();
            set(response.headers_mut(), "vary", "Origin, Cookie");
        }
    };
    let report = check(&mut changed(policy.clone(), change), &policy, config()).unwrap();
    assert_eq!(
        mistakes(&report),
        [format!(
            "responses to requests of `{SECOND}` with `Cookie` lack the CORS headers"
        )],
        "{report}"
    );
}

/// A limit for the number of requests does not depend on the origin.
#[test]
fn status_429_of_denied_origins_is_not_called_a_limit() {
    let is_denied: Condition = |request| {
        let allowed = ["", "https://app.example", "https://api.example"];
        !allowed.contains(&&*origin(request)) && !is_preflight(request)
    };
    let report = report_of(&with_header(), 429, is_denied);
    let unchecked = report.unchecked().join("\n");
    assert!(
        unchecked.contains("refused with the status 429: only requests of origins that the policy does not allow get this status"),
        "{report}"
    );
    assert!(
        !unchecked.contains("the server limits the number of requests"),
        "{report}"
    );
}
