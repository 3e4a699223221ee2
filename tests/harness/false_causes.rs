//! Servers whose mistake once had a false cause. The first line of the report names the true cause.

use fetch_cors::{
    conformance::{Report, Severity, check, check_async, policies::serve},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, LISTED, is_preflight,
        origin, status,
    },
    names,
    servers::{allowing, changed, is_granted, policy, reflecting, set},
};

fn with_pattern() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://*.example.com"]);
    let policy = policy
        .methods(["PUT", "DELETE"])
        .request_headers(["content-type", "x-api"]);
    policy.max_age(600).build().unwrap()
}

fn report_of(policy: &CorsPolicy, mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, policy, config()).unwrap()
}

fn report_with_error_url(
    policy: &CorsPolicy,
    mut server: impl FnMut(Request<()>) -> Response<()>,
) -> Report {
    let config = config().error_url("https://api.example/missing").unwrap();
    check(&mut server, policy, config).unwrap()
}

/// Returns the mistake of the first finding.
fn first_line(report: &Report) -> String {
    report
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// A route without the method GET, or with a redirect of GET, answers every origin without CORS headers.
#[test]
fn an_answer_to_a_method_is_not_a_denial_of_an_origin() {
    let expected = [
        (302, "lacks-headers-on-redirects"),
        (308, "lacks-headers-on-redirects"),
        (403, "lacks-headers-on-errors"),
        (404, "lacks-headers-on-errors"),
        (405, "lacks-headers-on-errors"),
        (500, "lacks-headers-on-errors"),
    ];
    for (code, cause) in expected {
        for is_of_get in [true, false] {
            let server = changed(with_pattern(), move |request, response| {
                if is_missing(request) && !is_preflight(request) {
                    *response.status_mut() = StatusCode::NOT_FOUND;
                    return;
                }
                let is_get = matches!(request.method().as_str(), "GET" | "HEAD");
                if !is_preflight(request) && (is_get || !is_of_get) {
                    *response = status(code, &[("location", "/notes/")]);
                }
            });
            let report = report_with_error_url(&with_pattern(), server);
            let found = names(&report);
            assert!(
                found.contains(&cause) && !found.contains(&"denies-allowed-origin"),
                "{code} {is_of_get}: {found:?}\n{report}"
            );
        }
    }
}

/// Middleware with one configured origin can send it to requests without `Origin`, and no CORS headers to other origins.
fn with_one_origin(configured: &str) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |request, response| {
        let origin = origin(request);
        if origin.is_empty() || origin == configured {
            set(response.headers_mut(), ALLOW_ORIGIN, configured);
        } else {
            *response = status(200, &[("vary", "Origin")]);
        }
    })
}

#[test]
fn the_origin_of_responses_without_origin_shows_a_wrong_entry() {
    let policy = CorsPolicy::builder()
        .origins(["https://app.example"])
        .build()
        .unwrap();
    for configured in [
        "http://app.example",
        "https://www.app.example",
        "https://app.example/",
        "https://app.example:443",
    ] {
        let report = report_of(&policy, with_one_origin(configured));
        let expected = format!(
            "the server allows `{configured}`, but denies `https://app.example`, which the policy allows (no-cors-headers)"
        );
        assert!(first_line(&report).ends_with(&expected), "{report}");
        let fix = format!("write `https://app.example` in place of `{configured}`");
        assert!(report.findings()[0].advice().contains(&fix), "{report}");
        let others = [
            "wrong-constant-origin",
            "sends-text",
            "origin-with-slash",
            "sends-other-origin",
        ];
        assert!(
            !names(&report).iter().any(|name| others.contains(name)),
            "{report}"
        );
    }
    for configured in ["app.example", "https://app.example, https://b.example"] {
        let report = report_of(&policy, with_one_origin(configured));
        let expected = format!(
            "the server has the entry `{configured}`, which is not an origin, and denies `https://app.example`"
        );
        assert!(first_line(&report).contains(&expected), "{report}");
        assert!(!names(&report).contains(&"sends-text"), "{report}");
    }
}

/// A server with a constant list compares no requested name.
#[test]
fn constant_lists_are_not_comparisons_of_a_part() {
    let servers: [(&str, &str, &str); 3] = [
        (
            ALLOW_HEADERS,
            "Content-Type, X-Api, X-Api-Key",
            "grants-other-headers",
        ),
        (ALLOW_METHODS, "PUT, DELETE, UNPUT", "grants-other-methods"),
        (ALLOW_METHODS, "PUT|DELETE", "malformed-lists"),
    ];
    for (header, list, expected) in servers {
        let server = changed(with_pattern(), move |request, response| {
            if is_preflight(request) && is_granted(response) {
                set(response.headers_mut(), header, list);
            }
        });
        let report = report_of(&with_pattern(), server);
        assert_eq!(names(&report), [expected], "{list}\n{report}");
    }
}

/// The fix of a reflection does not remove the permission for private networks.
#[test]
fn a_reflection_does_not_hide_a_grant_of_private_networks() {
    let mut reflecting = reflecting();
    let report = report_of(&policy(), move |request| {
        let asked = request
            .headers()
            .get("access-control-request-headers")
            .cloned();
        let mut response = reflecting(request);
        if let Some(asked) = asked {
            response.headers_mut().insert(ALLOW_HEADERS, asked);
        }
        set(
            response.headers_mut(),
            "access-control-allow-private-network",
            "true",
        );
        response
    });
    let found = names(&report);
    assert!(found.contains(&"grants-private-network"), "{report}");
    assert!(found.len() <= 5, "{report}");
}

/// The status of a server that needs a login, also for requests without `Origin`.
const LOGIN: u16 = 401;

fn is_missing(request: &Request<()>) -> bool {
    request.uri().path() == "/missing"
}

/// Returns a server that reflects any origin if `reflects` returns true, and answers with `code` in this case.
fn reflecting_with(
    code: u16,
    reflects: fn(&Request<()>) -> bool,
) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |request, response| {
        let origin = origin(request);
        if is_missing(request) && !is_preflight(request) {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        let is_of_login = code == LOGIN;
        if is_of_login && origin.is_empty() && reflects(request) {
            *response = status(code, &[]);
        }
        if !origin.is_empty() && reflects(request) {
            set(response.headers_mut(), ALLOW_ORIGIN, &origin);
            set(response.headers_mut(), ALLOW_CREDENTIALS, "true");
            *response.status_mut() = StatusCode::from_u16(code).unwrap();
        }
    })
}

fn has_login(request: &Request<()>) -> bool {
    let headers = request.headers();
    headers.contains_key("cookie") || headers.contains_key("authorization")
}

/// One reflection has one finding, although only some responses have it.
#[test]
fn a_reflection_in_some_responses_is_one_finding() {
    type Reflects = fn(&Request<()>) -> bool;
    let servers: [(&str, u16, Reflects, &[&str]); 4] = [
        (
            "HEAD",
            200,
            |request| request.method() == "HEAD",
            &["reflects-on-some-methods"],
        ),
        (
            "denied, without preflights",
            403,
            |request| request.method() != "OPTIONS" && !LISTED.contains(&&*origin(request)),
            &["reflects-any-origin", "refuses-own-origin"],
        ),
        (
            "a login",
            LOGIN,
            |request| request.method() != "OPTIONS" && !has_login(request),
            &["reflects-on-errors"],
        ),
        (
            "GET",
            403,
            |request| matches!(request.method().as_str(), "GET" | "HEAD"),
            &["reflects-any-origin", "refuses-allowed-origin"],
        ),
    ];
    for (name, code, reflects, expected) in servers {
        let report = report_with_error_url(&policy(), reflecting_with(code, reflects));
        let found = names(&report);
        let security = found
            .iter()
            .filter(|name| name.starts_with("reflects") || name.contains("several"));
        let security: Vec<_> = security.collect();
        assert_eq!(security, [&expected[0]], "{name}: {found:?}\n{report}");
        assert!(
            found.iter().all(|found| expected.contains(found)),
            "{name}: {found:?}\n{report}"
        );
        assert!(
            first_line(&report).len() < 400,
            "{name}: {}",
            first_line(&report)
        );
    }
}

#[test]
fn one_comparison_has_one_finding() {
    type Allows = fn(&str) -> bool;
    let policy = |origin| {
        let policy = CorsPolicy::builder().origins([origin, "https://my-app.example.org"]);
        policy.methods(["PUT"]).build().unwrap()
    };
    let servers: [(&str, &str, Allows, &[&str]); 3] = [
        (
            "a text",
            "https://app.example",
            |origin| origin.contains("example"),
            &["contains-listed-host"],
        ),
        (
            "other schemes",
            "https://app.example",
            |origin| !origin.is_empty() && !origin.starts_with("http"),
            &["allows-null", "allows-apps"],
        ),
        (
            "no anchors",
            "http://localhost:5173",
            |origin| origin.contains("http://localhost:5173"),
            &["contains-listed-host"],
        ),
    ];
    for (name, listed, allows, expected) in servers {
        let policy = policy(listed);
        let report = report_of(&policy, allowing(policy.clone(), allows));
        let findings = report.findings();
        let security = findings
            .iter()
            .filter(|finding| finding.severity() == Severity::Security);
        let security: Vec<&str> = security.map(|finding| finding.cause().name()).collect();
        assert_eq!(security, expected, "{name}\n{report}");
    }
}

/// The fix of a reflection that sends the same headers with every response names the max-age.
#[test]
fn a_reflection_with_constant_headers_is_one_finding() {
    let server = |request: Request<()>| {
        let mut response = Response::new(());
        let headers = response.headers_mut();
        for (asked, name) in [
            ("origin", ALLOW_ORIGIN),
            ("access-control-request-method", ALLOW_METHODS),
            ("access-control-request-headers", ALLOW_HEADERS),
        ] {
            if let Some(asked) = request.headers().get(asked) {
                headers.insert(name, asked.clone());
            }
        }
        set(headers, ALLOW_CREDENTIALS, "true");
        set(headers, "access-control-max-age", "3600");
        set(headers, "vary", "Origin");
        response
    };
    let report = report_of(&policy(), server);
    let reflections = report.findings().into_iter().filter(|finding| {
        ["allows-everything", "reflects-any-origin"].contains(&finding.cause().name())
    });
    let reflections: Vec<_> = reflections.collect();
    assert_eq!(reflections.len(), 1, "{report}");
    assert!(
        reflections[0]
            .advice()
            .contains("send the max-age of the policy"),
        "{report}"
    );
}

/// The server fails on every preflight of a denied origin, and not only on preflights with a certain header.
#[test]
fn errors_for_denied_preflights_do_not_depend_on_a_header() {
    let policy = policy();
    let report = report_of(&policy, |request| {
        let mut response = serve(&policy, &request);
        if is_preflight(&request) && !is_granted(&response) {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
        response
    });
    assert_eq!(names(&report), ["fails-on-denied-origins"], "{report}");
    assert!(
        !first_line(&report).contains("if the request has"),
        "{report}"
    );
}

/// A server error for a reason that another finding names is not a failure on malformed requests.
#[test]
fn server_errors_of_a_kind_are_one_finding() {
    let of_pages = changed(policy(), |request, response| {
        if !is_preflight(request) && LISTED.contains(&&*origin(request)) {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
    });
    let report = report_of(&policy(), of_pages);
    assert_eq!(names(&report), ["refuses-allowed-origin"], "{report}");
    for code in [500, 502] {
        let of_denied_preflights = changed(policy(), move |request, response| {
            if is_preflight(request) && !LISTED.contains(&&*origin(request)) {
                *response = status(code, &[]);
            }
        });
        let report = report_of(&policy(), of_denied_preflights);
        assert_eq!(names(&report), ["fails-on-denied-origins"], "{report}");
        assert!(!first_line(&report).contains("Private-Network"), "{report}");
    }
}

/// A comma at an end of `Access-Control-Allow-Origin` is a mistake also in responses to denied origins.
#[test]
fn a_comma_in_the_response_to_a_denied_origin_is_found() {
    for value in ["https://x.test,", "*,", ", https://x.test"] {
        let server = changed(policy(), move |request, response| {
            let origin = origin(request);
            if origin.starts_with("https://") && !is_granted(response) {
                set(response.headers_mut(), ALLOW_ORIGIN, value);
            }
        });
        let report = report_of(&policy(), server);
        assert!(!names(&report).is_empty(), "{value}\n{report}");
        assert!(first_line(&report).contains(value), "{value}\n{report}");
    }
}

/// The sentence of a mistake has the wrong values.
#[test]
fn mistakes_name_the_wrong_values() {
    let servers: [(&str, &str, &str); 3] = [
        (
            "access-control-max-age",
            "3600",
            "waste: the max-age of preflight responses is `3600`, but the policy has `600` (wrong-max-age)",
        ),
        (
            "access-control-expose-headers",
            "etag, x-secret",
            "security: scripts can read response headers that the policy does not expose: `x-secret` (exposes-other-headers)",
        ),
        (
            ALLOW_ORIGIN,
            "https://*.example",
            "broken: `Access-Control-Allow-Origin` is a pattern, which browsers do not support: `https://*.example` (sends-pattern)",
        ),
    ];
    for (name, value, expected) in servers {
        let server = changed(policy(), move |_, response| {
            if response.headers().contains_key(name) {
                set(response.headers_mut(), name, value);
            }
            if name == "access-control-expose-headers" {
                set(response.headers_mut(), "x-secret", "3");
            }
        });
        assert_eq!(first_line(&report_of(&policy(), server)), expected);
    }
}

async fn report_without(is_dropped: impl Fn(&Request<()>) -> bool) -> Report {
    let server = async |request: Request<()>| {
        if is_dropped(&request) {
            return Err("timeout");
        }
        Ok(serve(&policy(), &request))
    };
    check_async(server, &policy(), config()).await.unwrap()
}

#[test]
fn requests_without_a_response_are_named() {
    let is_denied = |request: &Request<()>| {
        let origin = origin(request);
        origin.contains("://") && !LISTED.contains(&&*origin)
    };
    let report = pollster::block_on(report_without(|request| {
        is_denied(request) && is_preflight(request)
    }));
    let expected = "broken: preflights of denied origins get no response (no-response)";
    assert_eq!(first_line(&report), expected, "{report}");
    // Preflights of `ahttps://app.example` get a response.
    let report = pollster::block_on(report_without(|request| {
        is_denied(request) && is_preflight(request) && origin(request).starts_with("http")
    }));
    let expected = "broken: some preflights of denied origins get no response (no-response)";
    assert_eq!(first_line(&report), expected, "{report}");
    let report = pollster::block_on(report_without(|request| {
        request
            .headers()
            .get("origin")
            .is_some_and(|origin| origin.to_str().is_err())
    }));
    let expected = "waste: requests with a malformed `Origin` get no response (no-response)";
    assert_eq!(first_line(&report), expected, "{report}");
    assert!(
        !report.to_string().contains("probably the network"),
        "{report}"
    );
}

/// The example of a login that answers preflights is a preflight.
#[test]
fn a_login_before_preflights_shows_a_preflight() {
    let server = changed(policy(), |request, response| {
        if is_preflight(request) || !has_login(request) {
            *response = status(401, &[]);
        }
    });
    let report = report_of(&policy(), server);
    let findings = report.findings();
    let of_login = findings
        .iter()
        .find(|finding| finding.cause().name() == "authenticates-preflights");
    let example = of_login.unwrap().example();
    assert_eq!(
        example.exchanges().last().unwrap().request.method,
        "OPTIONS",
        "{report}"
    );
}
