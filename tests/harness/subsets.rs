//! Servers that fail on some requests. The finding names these requests, and the first line of the report names the
//! reason.

use std::{cell::Cell, time::Duration};

use fetch_cors::{
    cases::ExchangeError,
    conformance::{
        Check, Report, check,
        policies::{PolicySpec, serve},
    },
    infrastructure::response::Response as FetchResponse,
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{LISTED, is_preflight, origin, status},
    names,
    servers::{changed, policy, set},
};

/// Returns a policy that permits only CORS-safelisted methods and request headers.
fn simple_policy() -> CorsPolicy {
    let spec = PolicySpec::from_origins(["https://app.example"]);
    spec.build().unwrap()
}

fn policies() -> [CorsPolicy; 3] {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    [policy(), simple_policy(), any]
}

fn first_line(report: &Report) -> String {
    let text = report.to_string();
    text.lines().next().unwrap().to_owned()
}

/// Checks a server that answers each request with `respond`. If `respond` returns an error, the request gets no
/// response.
fn report_with(
    policy: &CorsPolicy,
    respond: impl Fn(&Request<()>) -> Result<Response<()>, ExchangeError>,
) -> Report {
    let mut check = Check::new(policy, config()).unwrap();
    while let Some(line) = check.request() {
        let request = Request::try_from(&line.request).unwrap();
        let response = respond(&request).map(|response| FetchResponse::from(&response));
        check.answer_after(response, Some(Duration::from_millis(1)));
    }
    check.report()
}

/// Checks a server that answers with the status 500 if `fails` returns true.
fn failing_if(policy: &CorsPolicy, fails: fn(&Request<()>) -> bool) -> Report {
    let mut server = changed(policy.clone(), |request, response| {
        if fails(request) {
            *response = status(500, &[]);
        }
    });
    check(&mut server, policy, config()).unwrap()
}

fn has(request: &Request<()>, name: &str) -> bool {
    request.headers().contains_key(name)
}

/// A preflight response without `Access-Control-Allow-Credentials` breaks every fetch with credentials that needs a
/// preflight. If the policy lists a method or a header name, the example of the finding uses the listed method or name,
/// and not an upload.
#[test]
fn preflight_without_credentials_breaks_more_than_uploads() {
    let policy = || {
        CorsPolicy::builder()
            .origin("https://app.example")
            .credentials(true)
    };
    for (policy, is_only_uploads) in [
        (policy(), true),
        (policy().methods(["PUT"]), false),
        (policy().request_headers(["x-a"]), false),
    ] {
        let policy = policy.build().unwrap();
        let mut server = changed(policy.clone(), |request, response| {
            if is_preflight(request) {
                response
                    .headers_mut()
                    .remove("access-control-allow-credentials");
            }
        });
        for config in [config(), config().without_unsafe_methods()] {
            let report = check(&mut server, &policy, config).unwrap();
            assert_eq!(names(&report), ["lacks-credentials"], "{report}");
            let text = report.to_string();
            let first = text.lines().next().unwrap();
            assert_eq!(
                first.contains("ignore this finding"),
                is_only_uploads,
                "{text}"
            );
            let example = report.findings()[0].example().message().to_owned();
            assert_eq!(example.contains("listeners"), is_only_uploads, "{example}");
        }
    }
}

/// A policy without methods and request headers needs preflights only for uploads with listeners.
#[test]
fn missing_options_route_of_a_simple_server_breaks_only_uploads() {
    for code in [200, 301, 401, 403, 404, 405, 500, 501] {
        for (policy, is_simple) in [(simple_policy(), true), (policy(), false)] {
            let mut server = changed(policy.clone(), |request, response| {
                if request.method() == "OPTIONS" {
                    *response = status(code, &[("location", "/login")]);
                }
            });
            let report = check(&mut server, &policy, config()).unwrap();
            assert_eq!(names(&report).len(), 1, "{report}");
            let first = first_line(&report);
            let reason =
                "only an `XMLHttpRequest` with listeners for its upload needs this preflight";
            assert_eq!(first.contains(reason), is_simple, "{first}");
            let json = serde_json::to_string(&report).unwrap();
            assert_eq!(json.contains(reason), is_simple, "{json}");
            let message = report.findings()[0].example().message();
            let upload = "cannot send GET with listeners for its upload and read the response";
            assert_eq!(message.contains(upload), is_simple, "{message}");
        }
    }
}

#[test]
fn headers_on_preflights_only_are_named() {
    for policy in policies() {
        // The first status is the status of GET. The second status is the status of all other methods.
        for codes in [[200, 200], [200, 404], [200, 500], [404, 200], [302, 200]] {
            let mut server = changed(policy.clone(), |request, response| {
                if !is_preflight(request) {
                    let is_get = request.method() == "GET";
                    let code = if is_get { codes[0] } else { codes[1] };
                    *response = status(code, &[("vary", "Origin"), ("location", "/elsewhere")]);
                }
            });
            let report = check(&mut server, &policy, config()).unwrap();
            assert_eq!(
                names(&report),
                ["lacks-headers-on-some-responses"],
                "{report}"
            );
            let first = first_line(&report);
            let seen = "only preflight responses have the CORS headers: the responses to the actual requests lack them";
            assert!(first.contains(seen), "{first}");
        }
    }
}

#[test]
fn dropped_preflights_are_named() {
    type Drops = fn(&Request<()>) -> bool;
    let options: Drops = |request| request.method() == "OPTIONS";
    let preflights: Drops = |request| has(request, "access-control-request-method");
    for policy in policies() {
        for error in [ExchangeError::Timeout, ExchangeError::Network] {
            for (drops, seen) in [
                (
                    options,
                    "OPTIONS requests, and so all preflights, get no response",
                ),
                (
                    preflights,
                    "preflights get no response, but other requests get one",
                ),
            ] {
                let report = report_with(&policy, |request| {
                    if drops(request) {
                        Err(error)
                    } else {
                        Ok(serve(&policy, request))
                    }
                });
                assert_eq!(names(&report), ["drops-preflights"], "{report}");
                let text = report.to_string();
                assert!(text.lines().next().unwrap().contains(seen), "{text}");
                assert!(
                    text.contains("\nfix: allow OPTIONS requests in the firewall"),
                    "{text}"
                );
                let mut unchecked = report.unchecked().iter();
                let all = unchecked.any(|part| part.contains("every OPTIONS request fails"));
                assert_eq!(all, seen.starts_with("OPTIONS"), "{text}");
            }
        }
        // If the server answers every method except PUT, the report has only the cause `no-response`.
        let report = report_with(&policy, |request| {
            if request.method() == "PUT" {
                Err(ExchangeError::Timeout)
            } else {
                Ok(serve(&policy, request))
            }
        });
        assert_eq!(names(&report), ["no-response"], "{report}");
    }
}

#[test]
fn limit_on_the_number_of_requests_is_not_a_mistake() {
    for policy in policies() {
        for limit in [20, 60] {
            for keeps_headers in [true, false] {
                for is_window in [true, false] {
                    let count = Cell::new(0);
                    let mut server = changed(policy.clone(), |_, response| {
                        count.set(count.get() + 1);
                        let is_refused = if is_window {
                            count.get() % limit > limit / 2
                        } else {
                            count.get() > limit
                        };
                        if !is_refused {
                            return;
                        }
                        if keeps_headers {
                            *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
                        } else {
                            *response = status(429, &[("retry-after", "60")]);
                        }
                    });
                    let report = check(&mut server, &policy, config()).unwrap();
                    assert_eq!(names(&report), [""; 0], "{report}");
                    assert!(!report.is_complete() && !report.limited().is_empty());
                    let text = report.to_string();
                    assert!(text.contains("raise the limit for the test"), "{text}");
                    let mut unchecked = report.unchecked().iter();
                    assert!(unchecked.any(|part| part.contains("with the status 429")));
                }
            }
        }
    }
    // Every third response has the status 429. The other responses show the mistake, so the report names the mistake.
    let count = Cell::new(0);
    let report = report_with(&policy(), |request| {
        count.set(count.get() + 1);
        let mut response = Response::new(());
        let headers = response.headers_mut();
        set(headers, "access-control-allow-origin", &origin(request));
        if count.get() % 3 == 0 {
            response = status(429, &[]);
        }
        Ok(response)
    });
    assert_eq!(names(&report)[0], "reflects-any-origin", "{report}");
    assert!(!report.is_complete());
}

#[test]
fn origins_on_which_the_server_fails_are_named() {
    type Fails = fn(&Request<()>) -> bool;
    let null = ["fails-on-null-origin"];
    let some = ["fails-on-some-origins"];
    let all = ["fails-on-denied-origins"];
    let servers: [(&str, Fails, [&str; 1], &str); 11] = [
        (
            "null",
            |request| origin(request) == "null",
            null,
            "`Origin: null`",
        ),
        (
            "null with GET",
            |request| origin(request) == "null" && request.method() == "GET",
            null,
            "`Origin: null`",
        ),
        (
            "preflights of null",
            |request| origin(request) == "null" && request.method() == "OPTIONS",
            null,
            "`Origin: null`",
        ),
        (
            "null with POST",
            |request| origin(request) == "null" && request.method() == "POST",
            null,
            "`Origin: null`",
        ),
        (
            "no URL",
            |request| !origin(request).is_empty() && !origin(request).contains("://"),
            null,
            "`Origin: null`, or with a malformed `Origin`",
        ),
        (
            "apps",
            |request| origin(request).starts_with("capacitor:"),
            some,
            "`capacitor://app.example`",
        ),
        (
            "no web origin",
            |request| !origin(request).is_empty() && !origin(request).starts_with("http"),
            some,
            "`capacitor://localhost`",
        ),
        (
            "http",
            |request| origin(request).starts_with("http:"),
            some,
            "`http://app.example`",
        ),
        (
            "one origin",
            |request| origin(request) == "https://unlisted.test",
            some,
            "`https://unlisted.test`",
        ),
        (
            "preflights of one origin",
            |request| request.method() == "OPTIONS" && origin(request) == "https://unlisted.test",
            some,
            "`https://unlisted.test`",
        ),
        (
            "every unlisted origin, the own origin too",
            |request| has(request, "origin") && !LISTED.contains(&&*origin(request)),
            all,
            "requests of origins that the policy does not allow",
        ),
    ];
    for (name, fails, expected, seen) in servers {
        let report = failing_if(&policy(), fails);
        assert_eq!(names(&report), expected, "{name}: {report}");
        let first = first_line(&report);
        assert!(first.contains(seen), "{name}: {first}");
    }
}

/// If a server fails only on unusual requests, the report does not say that every OPTIONS request fails, or that the
/// failure depends on the origin.
#[test]
fn failures_on_unusual_requests_are_named() {
    type Fails = fn(&Request<()>) -> bool;
    let servers: [(&str, &str, Fails); 3] = [
        ("long preflights", "fails-on-requests", |request| {
            let names = request.headers().get("access-control-request-headers");
            names.is_some_and(|names| names.len() > 3000)
        }),
        ("names in upper case", "fails-on-requests", |request| {
            let names = request.headers().get("access-control-request-headers");
            names.is_some_and(|names| names == "X-A" || names == "X-a")
        }),
        ("`Vary` in a request", "fails-with-headers", |request| {
            has(request, "vary")
        }),
    ];
    for (name, expected, fails) in servers {
        let report = failing_if(&policy(), fails);
        assert_eq!(names(&report), [expected], "{name}: {report}");
    }
    let parts_of_preflights: [Fails; 2] = [
        |request| has(request, "access-control-request-method") && !has(request, "origin"),
        |request| {
            has(request, "access-control-request-headers")
                && !has(request, "access-control-request-method")
        },
    ];
    for fails in parts_of_preflights {
        let report = failing_if(&policy(), fails);
        assert_eq!(names(&report), ["fails-on-options"], "{report}");
    }
    let with_origin = failing_if(&policy(), |request| {
        request.method() == "OPTIONS" && has(request, "origin") && !is_preflight(request)
    });
    assert_eq!(names(&with_origin), ["fails-on-options"]);
    let first = first_line(&with_origin);
    assert!(
        first.contains("OPTIONS requests with `Origin` that are not"),
        "{first}"
    );
}
