//! Servers whose mistake shows only in some circumstances: for one method, one status or one kind of request. The
//! report on a server has the findings about its mistakes, and no other findings. The servers have their own
//! middleware, which does not use the module `server` of the crate.

use fetch_cors::conformance::{Cause, CheckConfig, Severity};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, LISTED, MAX_AGE, Server,
        causes, is_preflight, middleware, origin, reflecting_if, report_with, right_but, sending,
        status,
    },
    servers::{policy, set},
};

const ERROR_URL: &str = "https://api.example/missing";

fn with_error_url() -> CheckConfig {
    config().error_url(ERROR_URL).unwrap()
}

/// Reflects any origin if `reflects` returns true for the request and the status. Otherwise, the response is correct.
/// The error URL has the status 404.
fn reflecting_any_if(
    reflects: fn(&Request<()>, StatusCode) -> bool,
) -> impl Fn(&Request<()>) -> Response<()> {
    let any = reflecting_if(|_| true);
    right_but(move |request, response| {
        let is_missing = request.uri().path() == "/missing";
        let code = if is_missing {
            StatusCode::NOT_FOUND
        } else {
            response.status()
        };
        if request.headers().contains_key("origin") && reflects(request, code) {
            *response = any(request);
        }
        if !is_preflight(request) {
            *response.status_mut() = code;
        }
    })
}

fn fails_if(fails: impl Fn(&Request<()>) -> bool) -> impl Fn(&Request<()>) -> Response<()> {
    right_but(move |request, response| {
        if fails(request) {
            *response = status(500, &[]);
        }
    })
}

fn is_listed(request: &Request<()>) -> bool {
    LISTED.contains(&&*origin(request))
}

fn has(request: &Request<()>, name: &str) -> bool {
    request.headers().contains_key(name)
}

#[track_caller]
fn assert_all(servers: &[(&str, &[Cause], Server)], config: &CheckConfig) {
    let mut failures = Vec::new();
    for (name, expected, server) in servers {
        let report = report_with(&policy(), config.clone(), server);
        let found = causes(&report);
        if found != *expected {
            failures.push(format!("{name}: {found:?}\n{report}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n========\n"));
}

#[test]
fn reflections_in_some_circumstances_are_found() {
    let methods = [Cause::ReflectsOnSomeMethods];
    let errors = [Cause::ReflectsOnErrors];
    let credentials = [Cause::ReflectsWithCredentials];
    let servers: Vec<(&str, &[Cause], Server)> = vec![
        (
            "HEAD",
            &methods,
            Box::new(reflecting_any_if(|request, _| request.method() == "HEAD")),
        ),
        (
            "POST",
            &methods,
            Box::new(reflecting_any_if(|request, _| request.method() == "POST")),
        ),
        (
            "DELETE, which no preflight grants",
            &methods,
            Box::new(reflecting_any_if(|request, _| request.method() == "DELETE")),
        ),
        (
            "every method but GET",
            &methods,
            Box::new(reflecting_any_if(|request, _| request.method() != "GET")),
        ),
        (
            "preflights",
            &methods,
            Box::new(reflecting_any_if(|request, _| is_preflight(request))),
        ),
        (
            "preflights for one method",
            &methods,
            Box::new(reflecting_any_if(|request, _| {
                let method = request.headers().get("access-control-request-method");
                is_preflight(request) && method.is_some_and(|method| method == "PATCH")
            })),
        ),
        (
            "errors",
            &errors,
            Box::new(reflecting_any_if(|_, code| code == StatusCode::NOT_FOUND)),
        ),
        (
            "a session with POST",
            &credentials,
            Box::new(reflecting_any_if(|request, _| {
                request.method() == "POST" && has(request, "cookie")
            })),
        ),
        (
            "a token at the error URL",
            &credentials,
            Box::new(reflecting_any_if(|request, code| {
                code == StatusCode::NOT_FOUND && has(request, "authorization")
            })),
        ),
    ];
    assert_all(&servers, &with_error_url());
    let referers: Vec<(&str, &[Cause], Server)> = vec![(
        "requests with `Referer`, which every browser sends",
        &[Cause::ReflectsWithHeaders],
        Box::new(reflecting_any_if(|request, _| has(request, "referer"))),
    )];
    assert_all(&referers, &with_error_url());
    // Servers that allow an origin that is similar to a listed origin, and servers that allow `null`.
    let similar: Vec<(&str, &[Cause], Server)> = vec![
        (
            "the beginning of the origin with POST",
            &[Cause::AllowsOtherOrigin],
            Box::new(reflecting_any_if(|request, _| {
                request.method() == "POST" && origin(request).starts_with(LISTED[0])
            })),
        ),
        (
            "the end of the origin on errors",
            &[Cause::AllowsOtherOrigin],
            Box::new(reflecting_any_if(|request, code| {
                code == StatusCode::NOT_FOUND && origin(request).ends_with("app.example")
            })),
        ),
        (
            "the beginning of the origin with a session",
            &[Cause::AllowsOtherOrigin],
            Box::new(reflecting_any_if(|request, _| {
                has(request, "cookie") && origin(request).starts_with(LISTED[0])
            })),
        ),
        (
            "`null` with POST",
            &[Cause::AllowsNull],
            Box::new(reflecting_any_if(|request, _| {
                request.method() == "POST" && origin(request) == "null"
            })),
        ),
        (
            "`null` on errors",
            &[Cause::AllowsNull],
            Box::new(reflecting_any_if(|request, code| {
                code == StatusCode::NOT_FOUND && origin(request) == "null"
            })),
        ),
    ];
    assert_all(&similar, &with_error_url());
}

/// A server sends `*` to requests without credentials, and reflects any origin in responses to requests with
/// credentials. The reflection is the more serious mistake, so it is the first finding.
#[test]
fn wildcard_does_not_hide_reflection_with_credentials() {
    // With `*` in its list of origins, Starlette 0.14 also reflects every origin in responses to preflights.
    for (reflects_preflights, end) in [
        (false, "`Cookie`"),
        (true, "`Cookie`, and in responses to preflights"),
    ] {
        let any = reflecting_if(|_| true);
        let server = right_but(move |request, response| {
            if !has(request, "origin") {
                return;
            }
            if has(request, "cookie") || (reflects_preflights && is_preflight(request)) {
                *response = any(request);
            } else if !is_preflight(request) {
                set(response.headers_mut(), ALLOW_ORIGIN, "*");
                set(response.headers_mut(), ALLOW_CREDENTIALS, "true");
            }
        });
        for config in [config(), config().without_unsafe_methods()] {
            let report = report_with(&policy(), config, &server);
            let findings = report.findings();
            let expected = [Cause::ReflectsWithCredentials, Cause::WildcardOrigin];
            assert_eq!(causes(&report), expected, "{report}");
            assert_eq!(findings[0].severity(), Severity::Security);
            let start = "the server reflects any origin if the request has ";
            assert_eq!(findings[0].mistake(), format!("{start}{end}"));
            let example = findings[0].example();
            assert_eq!(example.probe(), "reflection-with-cookie");
            assert!(example.message().contains("with the user's credentials"));
        }
    }
}

/// If the check has no unsafe methods and no error URL, the report says that the responses to unsafe methods and the
/// error responses are not checked.
#[test]
fn circumstances_without_requests_are_not_checked() {
    let server = reflecting_any_if(|request, code| {
        request.method() == "POST" || code == StatusCode::NOT_FOUND
    });
    let report = report_with(&policy(), config().without_unsafe_methods(), &server);
    assert!(report.violations().is_empty(), "{report}");
    for part in [
        "responses to POST, PUT, PATCH, DELETE and other methods that can change data, to allowed and to denied origins and to the server's own pages: ",
        "the CORS headers of error responses, to allowed and to denied origins: ",
    ] {
        let mut unchecked = report.unchecked().iter();
        assert!(
            unchecked.any(|unchecked| unchecked.starts_with(part)),
            "{part}: {report}"
        );
    }
    // A HEAD request does not change data on the server, so the harness always sends it.
    let server = reflecting_any_if(|request, _| request.method() == "HEAD");
    let report = report_with(&policy(), config().without_unsafe_methods(), &server);
    assert_eq!(causes(&report), [Cause::ReflectsOnSomeMethods], "{report}");
}

/// The finding says which well-formed requests fail.
#[test]
fn failures_of_well_formed_requests_are_named() {
    let own = "https://api.example";
    let is_request = |request: &Request<()>| request.method() != "OPTIONS";
    let servers: Vec<(&str, &[Cause], Server)> = vec![
        (
            "no `Origin`",
            &[Cause::FailsWithoutOrigin],
            Box::new(fails_if(move |request| {
                is_request(request) && !has(request, "origin")
            })),
        ),
        (
            "the own origin",
            &[Cause::FailsOnOwnOrigin],
            Box::new(fails_if(move |request| origin(request) == own)),
        ),
        (
            "denied origins",
            &[Cause::FailsOnDeniedOrigins],
            Box::new(fails_if(move |request| {
                has(request, "origin") && !is_listed(request) && origin(request) != own
            })),
        ),
        (
            "preflights of denied origins",
            &[Cause::FailsOnDeniedOrigins],
            Box::new(fails_if(move |request| {
                is_preflight(request) && !is_listed(request)
            })),
        ),
        (
            "the origin `null`",
            &[Cause::FailsOnNullOrigin],
            Box::new(fails_if(|request| {
                ["GET", "HEAD"].contains(&request.method().as_str()) && origin(request) == "null"
            })),
        ),
        (
            "plain OPTIONS requests of pages",
            &[Cause::FailsOnOptions],
            Box::new(fails_if(|request| {
                request.method() == "OPTIONS" && has(request, "origin") && !is_preflight(request)
            })),
        ),
        (
            "long preflights",
            &[Cause::FailsOnRequests],
            Box::new(fails_if(|request| {
                let names = request.headers().get("access-control-request-headers");
                is_preflight(request) && names.is_some_and(|names| names.len() > 3000)
            })),
        ),
        (
            "an origin that is not UTF-8",
            &[Cause::FailsOnRequests],
            Box::new(fails_if(|request| {
                let mut lines = request.headers().get_all("origin").iter();
                lines.any(|line| line.to_str().is_err())
            })),
        ),
    ];
    assert_all(&servers, &config());
    // An overloaded server fails on allowed origins too, so the report does not have the cause `FailsOnDeniedOrigins`.
    let count = std::cell::Cell::new(0);
    let overloaded = right_but(move |request, response| {
        count.set(count.get() + 1);
        if count.get() % 3 == 0 && is_request(request) {
            *response = status(503, &[]);
        }
    });
    let report = report_with(&policy(), config(), &overloaded);
    assert!(
        !causes(&report).contains(&Cause::FailsOnDeniedOrigins),
        "{report}"
    );
    // A correct server may answer the error URL `/missing` with the status 500, if requests from every
    // origin get this status.
    let right: Server = Box::new(right_but(|request, response| {
        if request.uri().path() == "/missing" {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        }
    }));
    assert_all(&[("an error URL", &[], right)], &with_error_url());
}

/// If responses at the error URL have no CORS headers, the report still has the mistakes that the server makes at other
/// URLs.
#[test]
fn errors_without_cors_headers_hide_no_mistake() {
    let bare = Cause::LacksHeadersOnErrors;
    let on_errors = |allows: fn(&str) -> bool| -> Server {
        let server = reflecting_if(allows);
        Box::new(move |request| match request.uri().path() {
            "/missing" if !is_preflight(request) => status(404, &[]),
            _ => server(request),
        })
    };
    let right_on_errors = |allows: fn(&str) -> bool| -> Server {
        let (server, right) = (
            reflecting_if(allows),
            reflecting_if(|origin| LISTED.contains(&origin)),
        );
        Box::new(move |request| match request.uri().path() {
            "/missing" if !is_preflight(request) => {
                let mut response = right(request);
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
            _ => server(request),
        })
    };
    let https = |origin: &str| origin.starts_with("https://");
    assert_all(
        &[
            (
                "any origin",
                &[Cause::ReflectsAnyOrigin, bare],
                on_errors(|origin| !origin.is_empty()),
            ),
            (
                "https",
                &[Cause::ReflectsAnyHttpsOrigin, bare],
                on_errors(https),
            ),
            (
                "the beginning",
                &[Cause::ComparesPrefix, bare],
                on_errors(|origin| LISTED.iter().any(|listed| origin.starts_with(listed))),
            ),
            (
                "any origin, with right errors",
                &[Cause::ReflectsAnyOrigin],
                right_on_errors(|origin| !origin.is_empty()),
            ),
        ],
        &with_error_url(),
    );
}

/// A violation has the fix of its finding.
#[test]
fn violations_have_the_fix_of_their_finding() {
    let reflects = reflecting_if(|_| true);
    let lacks_vary = right_but(|request, response| {
        if is_preflight(request) {
            *response = status(404, &[]);
        } else {
            response.headers_mut().remove("vary");
        }
    });
    let servers: [Server; 2] = [Box::new(reflects), Box::new(lacks_vary)];
    for server in &servers {
        let report = report_with(&policy(), config(), server);
        let findings = report.findings();
        assert!(!findings.is_empty());
        for finding in findings {
            let fix = format!(": {}", finding.advice());
            for violation in finding.violations() {
                assert!(
                    violation.message().ends_with(&fix),
                    "{}",
                    violation.message()
                );
            }
        }
    }
}

/// One mistake is one finding.
#[test]
fn one_mistake_is_one_finding() {
    let servers: Vec<(&str, &[Cause], Server)> = vec![
        (
            "the requested headers, or a fixed list",
            &[Cause::GrantsRequested],
            Box::new(right_but(|request, response| {
                if !response.headers().contains_key(ALLOW_METHODS) {
                    return;
                }
                let requested = request.headers().get("access-control-request-headers");
                let list = HeaderValue::from_static("x-a, x-b, content-type, x, authorization");
                let list = requested.cloned().unwrap_or(list);
                response.headers_mut().insert(ALLOW_HEADERS, list);
            })),
        ),
        (
            "`null` and the origin, for everyone",
            &[Cause::RepeatsAllowOrigin],
            Box::new(middleware(|_| Some("null, https://app.example".into()))),
        ),
        (
            "`null` and the origin",
            &[Cause::RepeatsAllowOrigin],
            Box::new(sending(|origin| format!("null, {origin}"))),
        ),
        (
            "the origin and `*`",
            &[Cause::RepeatsAllowOrigin],
            Box::new(sending(|origin| format!("{origin}, *"))),
        ),
        (
            "the origin and `*`, for everyone",
            &[Cause::RepeatsAllowOrigin],
            Box::new(middleware(|_| Some("https://app.example, *".into()))),
        ),
        (
            "a comma at the end",
            &[Cause::OriginWithComma],
            Box::new(sending(|origin| format!("{origin},"))),
        ),
        (
            "a comma at the end, for everyone",
            &[Cause::OriginWithComma],
            Box::new(middleware(|_| Some("https://app.example,".into()))),
        ),
        (
            "a comma at the beginning",
            &[Cause::OriginWithComma],
            Box::new(sending(|origin| format!(", {origin}"))),
        ),
        (
            "a semicolon at the end",
            &[Cause::OtherAllowOrigin],
            Box::new(sending(|origin| format!("{origin};"))),
        ),
        (
            "the origin in quotation marks",
            &[Cause::OtherAllowOrigin],
            Box::new(sending(|origin| format!("\"{origin}\""))),
        ),
    ];
    assert_all(&servers, &config());
}

/// Realistic mistakes that are easy to overlook.
#[test]
fn mistakes_that_hide_are_found() {
    let servers: Vec<(&str, &[Cause], Server)> = vec![
        (
            "a comparison without regard to case",
            &[Cause::AllowsMalformedOrigin],
            Box::new(reflecting_if(|origin| {
                LISTED.contains(&&*origin.to_ascii_lowercase())
            })),
        ),
        (
            "the beginning of the scheme",
            &[Cause::IgnoresScheme],
            Box::new(reflecting_if(|origin| {
                let (scheme, host) = origin.split_once("://").unwrap_or_default();
                scheme.starts_with("http") && ["app.example", "other.example"].contains(&host)
            })),
        ),
        (
            "`True`",
            &[Cause::LacksCredentials],
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(ALLOW_CREDENTIALS) {
                    set(response.headers_mut(), ALLOW_CREDENTIALS, "True");
                }
            })),
        ),
        (
            "`*` on preflights only",
            &[Cause::WildcardOrigin],
            Box::new(right_but(|request, response| {
                if is_preflight(request) {
                    *response = status(204, &[]);
                    let headers = response.headers_mut();
                    set(headers, ALLOW_ORIGIN, "*");
                    set(headers, ALLOW_CREDENTIALS, "true");
                    set(headers, ALLOW_METHODS, "GET, HEAD, POST, PUT, PATCH");
                    set(headers, ALLOW_HEADERS, "x-a, x-b");
                    set(headers, MAX_AGE, "600");
                }
            })),
        ),
        (
            "`Vary` is missing for requests without `Origin`",
            &[Cause::LacksVary],
            Box::new(right_but(|request, response| {
                if !has(request, "origin") {
                    response.headers_mut().remove("vary");
                }
            })),
        ),
        (
            "a negative max-age",
            &[Cause::WrongMaxAge],
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(MAX_AGE) {
                    set(response.headers_mut(), MAX_AGE, "-1");
                }
            })),
        ),
        (
            "a huge max-age",
            &[Cause::WrongMaxAge],
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(MAX_AGE) {
                    set(response.headers_mut(), MAX_AGE, "99999999999999999999");
                }
            })),
        ),
        (
            "a max-age with a unit",
            &[Cause::WrongMaxAge],
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(MAX_AGE) {
                    set(response.headers_mut(), MAX_AGE, "600s");
                }
            })),
        ),
        (
            "methods in lower case",
            &[Cause::ListsOtherCase],
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(ALLOW_METHODS) {
                    set(
                        response.headers_mut(),
                        ALLOW_METHODS,
                        "get, head, post, put, patch",
                    );
                }
            })),
        ),
        (
            "a list of methods separated by spaces",
            &[Cause::MalformedLists],
            Box::new(right_but(|_, response| {
                if response.headers().contains_key(ALLOW_METHODS) {
                    set(
                        response.headers_mut(),
                        ALLOW_METHODS,
                        "GET HEAD POST PUT PATCH",
                    );
                }
            })),
        ),
        (
            "`Vary` twice",
            &[Cause::RepeatsVary],
            Box::new(right_but(|_, response| {
                let again = HeaderValue::from_static("Origin");
                response.headers_mut().append("vary", again);
            })),
        ),
        (
            "no list of a preflight with the status 304",
            &[Cause::RefusesPreflights],
            Box::new(right_but(|request, response| {
                if is_preflight(request) {
                    *response.status_mut() = StatusCode::NOT_MODIFIED;
                }
            })),
        ),
        (
            "no headers with the status 304",
            &[Cause::LacksHeadersOnSomeResponses],
            Box::new(right_but(|request, response| {
                if request.method() == "HEAD" {
                    *response = status(304, &[("vary", "Origin")]);
                }
            })),
        ),
        (
            "no credentials on responses, only on preflights",
            &[Cause::LacksCredentials],
            Box::new(right_but(|request, response| {
                if !is_preflight(request) {
                    response.headers_mut().remove(ALLOW_CREDENTIALS);
                }
            })),
        ),
        (
            "a host without its dots",
            &[Cause::UnescapedDot],
            Box::new(reflecting_if(|origin| {
                let rest = origin.strip_prefix("https://app").unwrap_or_default();
                rest.len() == 8 && rest.ends_with("example")
            })),
        ),
        (
            "the status 200 with the headers of a denied preflight",
            &[],
            Box::new(right_but(|request, response| {
                if is_preflight(request) && !response.headers().contains_key(ALLOW_ORIGIN) {
                    *response.status_mut() = StatusCode::OK;
                }
            })),
        ),
        (
            "the first listed origin, if another origin asks",
            &[Cause::RepeatsAllowOrigin],
            Box::new(right_but(|request, response| {
                if is_listed(request) {
                    let second = HeaderValue::from_static("https://app.example");
                    response.headers_mut().append(ALLOW_ORIGIN, second);
                }
            })),
        ),
        (
            "a trailing dot in the host",
            &[Cause::AllowsOtherOrigin, Cause::IgnoresTrailingDot],
            Box::new(reflecting_if(|origin| {
                LISTED.contains(&origin.trim_end_matches('.')) || origin == "https://unlisted.test"
            })),
        ),
        (
            "the host of the server with any port and scheme",
            &[Cause::AllowsOwnHost],
            Box::new(reflecting_if(|origin| {
                let host = origin.split("://").nth(1).unwrap_or_default();
                host.split(':').next() == Some("api.example")
            })),
        ),
        (
            "a listed host with a dot at its end",
            &[Cause::IgnoresTrailingDot],
            Box::new(reflecting_if(|origin| {
                LISTED.contains(&origin.trim_end_matches('.'))
            })),
        ),
        (
            "an origin that begins like localhost",
            &[Cause::AllowsLocalhostPrefix],
            Box::new(reflecting_if(|origin| {
                origin.starts_with("http://localhost")
            })),
        ),
        (
            "an address of the user's machine",
            &[Cause::AllowsLocalhost],
            Box::new(reflecting_if(|origin| {
                origin.starts_with("http://127.0.0.1:")
            })),
        ),
    ];
    assert_all(&servers, &config());
}
