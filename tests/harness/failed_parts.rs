//! A permitted fetch that fails has one finding. The finding names the reason: the origin, the method, the number of
//! requested header names, or the login in front of the server.

use fetch_cors::conformance::{Report, check, policies::serve};
use http::{HeaderMap, Method, Request, Response, StatusCode};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, is_preflight,
        origin,
    },
    names,
    servers::{changed, policy, set},
};

const SECOND: &str = "https://other.example";
const CORS_HEADERS: [&str; 6] = [
    ALLOW_ORIGIN,
    ALLOW_CREDENTIALS,
    ALLOW_METHODS,
    ALLOW_HEADERS,
    MAX_AGE,
    "access-control-expose-headers",
];

fn report_of(mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, &policy(), config()).unwrap()
}

fn deny(headers: &mut HeaderMap) {
    for name in CORS_HEADERS {
        headers.remove(name);
    }
}

fn requested(request: &Request<()>) -> String {
    let value = request.headers().get("access-control-request-headers");
    value.map_or_else(String::new, |value| String::from(value.to_str().unwrap()))
}

/// Asserts that the report has one finding, and returns its mistake and its fix.
fn finding(report: &Report, cause: &str) -> (String, String) {
    assert_eq!(names(report), [cause], "{report}");
    let findings = report.findings();
    (findings[0].mistake(), findings[0].advice().to_owned())
}

/// Preflight responses and other responses can come from different places, each with its own list of origins.
#[test]
fn origin_that_is_denied_only_in_some_responses_is_named() {
    for (is_of_preflights, place) in [
        (true, "in preflight responses"),
        (false, "in responses other than preflight responses"),
    ] {
        let report = report_of(changed(policy(), move |request, response| {
            if origin(request) == SECOND && is_preflight(request) == is_of_preflights {
                deny(response.headers_mut());
                if is_of_preflights {
                    *response.status_mut() = StatusCode::FORBIDDEN;
                }
            }
        }));
        let (mistake, fix) = finding(&report, "denies-allowed-origin");
        assert_eq!(
            mistake,
            format!("the server denies the origin `{SECOND}`, which the policy allows, {place}")
        );
        assert_eq!(fix, format!("allow the origin `{SECOND}`"));
    }
}

#[test]
fn server_error_for_one_allowed_origin_is_one_finding() {
    let report = report_of(|request| {
        if origin(&request) == SECOND {
            let error = Response::builder().status(500);
            return error.body(()).unwrap();
        }
        serve(&policy(), &request)
    });
    finding(&report, "denies-allowed-origin");
}

#[test]
fn headers_that_depend_on_the_method_are_named() {
    let report = report_of(changed(policy(), |request, response| {
        let method = request.headers().get("access-control-request-method");
        if is_preflight(request) && method.is_none_or(|method| method != "PUT") {
            response.headers_mut().remove(ALLOW_HEADERS);
        }
        if is_preflight(request) && response.headers().contains_key(ALLOW_ORIGIN) {
            let methods = "GET, HEAD, POST, PUT, PATCH";
            set(response.headers_mut(), ALLOW_METHODS, methods);
        }
    }));
    let (mistake, fix) = finding(&report, "lacks-request-header");
    assert!(
        mistake.starts_with("preflight responses for `GET`"),
        "{mistake}"
    );
    assert!(mistake.ends_with(", but those for `PUT` do"), "{mistake}");
    assert!(
        fix.contains("in `Access-Control-Allow-Headers` for every method; "),
        "{fix}"
    );
}

/// Some servers compare the whole value of `Access-Control-Request-Headers` with one name, or split it at a comma and a
/// space. Browsers send no space.
#[test]
fn several_header_names_are_the_reason() {
    type Reads = fn(&str) -> bool;
    let servers: [Reads; 2] = [
        |value| value.split(", ").all(|name| matches!(name, "x-a" | "x-b")),
        |value| matches!(value, "x-a" | "x-b"),
    ];
    for reads in servers {
        let report = report_of(changed(policy(), move |request, response| {
            if is_preflight(request) && !reads(&requested(request)) {
                response.headers_mut().remove(ALLOW_HEADERS);
            }
        }));
        finding(&report, "refuses-several-headers");
    }
    let report = report_of(changed(policy(), |request, response| {
        if is_preflight(request) && requested(request).contains(',') {
            deny(response.headers_mut());
            *response.status_mut() = StatusCode::BAD_REQUEST;
        }
    }));
    finding(&report, "refuses-several-headers");
    // Only the usual form of a list succeeds, because the server does not expect white space.
    let report = report_of(changed(policy(), |request, response| {
        if is_preflight(request) && requested(request).contains(' ') {
            response.headers_mut().remove(ALLOW_HEADERS);
        }
    }));
    finding(&report, "reads-lists-strictly");
}

#[test]
fn responses_to_one_method_lack_the_headers() {
    let report = report_of(changed(policy(), |request, response| {
        if request.method() == Method::PUT {
            deny(response.headers_mut());
        }
    }));
    let (mistake, _) = finding(&report, "lacks-headers-on-some-responses");
    assert_eq!(mistake, "responses to `PUT` lack the CORS headers");
    let report = report_of(changed(policy(), |request, response| {
        if request.method() != Method::GET {
            deny(response.headers_mut());
        }
    }));
    let (mistake, _) = finding(&report, "lacks-headers-on-some-responses");
    assert_eq!(mistake, "only responses to GET have the CORS headers");
}

#[test]
fn beginning_of_header_names_is_one_finding() {
    let report = report_of(changed(policy(), |request, response| {
        if is_preflight(request) && response.headers().contains_key(ALLOW_ORIGIN) {
            let requested = requested(request);
            let requested = requested.split(',').map(str::trim);
            let granted = requested.filter(|name| name.starts_with("x-"));
            let names: Vec<&str> = ["x-a", "x-b"].into_iter().chain(granted).collect();
            set(response.headers_mut(), ALLOW_HEADERS, &names.join(", "));
            set(response.headers_mut(), MAX_AGE, "600");
        }
    }));
    let (mistake, _) = finding(&report, "grants-other-headers");
    assert!(mistake.contains("that begins with `x-`"), "{mistake}");
}

#[test]
fn login_in_front_of_the_server_is_one_finding() {
    let report = report_of(|request| {
        if !request.headers().contains_key("authorization") {
            let error = Response::builder().status(401).header("vary", "origin");
            return error.body(()).unwrap();
        }
        serve(&policy(), &request)
    });
    let (_, fix) = finding(&report, "authenticates-preflights");
    assert!(
        fix.contains("let the CORS middleware run before the login"),
        "{fix}"
    );
}

#[test]
fn missing_origin_is_the_reason_for_failed_options_requests() {
    let report = report_of(|request| {
        if !request.headers().contains_key("origin") {
            let error = Response::builder().status(500);
            return error.body(()).unwrap();
        }
        serve(&policy(), &request)
    });
    finding(&report, "fails-without-origin");
}

#[test]
fn names_that_only_preflight_responses_expose_are_one_finding() {
    let report = report_of(changed(policy(), |request, response| {
        let headers = response.headers_mut();
        headers.remove("access-control-expose-headers");
        set(headers, "etag", "1");
        if is_preflight(request) && headers.contains_key(ALLOW_ORIGIN) {
            set(headers, "access-control-expose-headers", "etag");
        }
    }));
    let (_, fix) = finding(&report, "lacks-exposed-headers");
    assert!(fix.contains("in place of the preflight responses"), "{fix}");
}

/// The server never sends `Access-Control-Expose-Headers`. A page can see the mistake only if the response has the
/// exposed header, and only a request with a preflight gets such a response.
#[test]
fn missing_exposed_headers_are_not_on_preflights() {
    let report = report_of(changed(policy(), |request, response| {
        let headers = response.headers_mut();
        headers.remove("access-control-expose-headers");
        if request.method() == "PUT" {
            set(headers, "etag", "1");
        }
    }));
    let (mistake, fix) = finding(&report, "lacks-exposed-headers");
    assert!(!mistake.contains("only preflight responses"), "{mistake}");
    assert!(!fix.contains("preflight responses"), "{fix}");
}

/// A POST request without a preflight gets an error without the CORS headers. The finding about failed preflights does
/// not hide this mistake.
#[test]
fn refused_post_is_found_although_preflights_fail() {
    for status in [403, 404, 405] {
        for refuses_post in [true, false] {
            let report = report_of(changed(policy(), |request, response| {
                if request.method() == Method::OPTIONS {
                    deny(response.headers_mut());
                    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
                } else if refuses_post && request.method() == Method::POST {
                    deny(response.headers_mut());
                    *response.status_mut() = StatusCode::from_u16(status).unwrap();
                }
            }));
            if !refuses_post {
                assert_eq!(names(&report), ["misses-preflights"], "{report}");
                continue;
            }
            assert_eq!(
                names(&report),
                ["misses-preflights", "lacks-headers-on-errors"],
                "{status}: {report}"
            );
            let findings = report.findings();
            let example = findings[1].example().exchanges();
            assert_eq!(example.len(), 1, "{report}");
            assert_eq!(example[0].request.method, Method::POST, "{report}");
        }
    }
}
