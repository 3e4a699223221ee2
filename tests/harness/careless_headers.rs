//! A server reflects every origin, and sends the same other CORS headers with every response, whatever the request asks. The
//! headers that browsers ignore follow from this mistake, so they have no findings of their own.

use fetch_cors::{
    conformance::{Report, check},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{
        ALLOW_CREDENTIALS, ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, MAX_AGE, is_preflight,
    },
    names,
    servers::set,
};

const LISTED: &str = "https://app.example";

fn policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origin(LISTED).methods(["PUT"]);
    let policy = policy.request_headers(["content-type"]);
    let policy = policy.expose_headers(["x-total"]).max_age(600);
    policy.build().unwrap()
}

/// How a server chooses the CORS headers of a response.
#[derive(Clone, Copy)]
struct Careless {
    /// Whether the server reflects every origin.
    reflects: bool,
    /// Whether every response has all headers, even if only preflight responses or only other responses need them.
    is_on_every_response: bool,
    methods: &'static str,
    names: &'static str,
    max_age: &'static str,
}

const EVERYTHING: Careless = Careless {
    reflects: true,
    is_on_every_response: true,
    methods: "GET, POST, PUT, PATCH, DELETE, OPTIONS",
    names: "Content-Type, Authorization, X-Requested-With",
    max_age: "86400",
};

/// A server whose only mistakes are in the reflection, in `Vary`, and in the place of the headers.
const PERMITTED: Careless = Careless {
    methods: "GET, HEAD, POST, PUT",
    names: "Content-Type",
    max_age: "600",
    ..EVERYTHING
};

fn respond(server: Careless, request: &Request<()>, exposed: &str) -> Response<()> {
    let mut response = Response::new(());
    let headers = response.headers_mut();
    set(headers, "x-total", "3");
    set(headers, "x-secret", "1");
    let origin = request.headers().get("origin").cloned();
    if !server.reflects {
        set(headers, "vary", "Origin");
    }
    if server.reflects || origin.as_ref().is_some_and(|origin| origin == LISTED) {
        let origin = origin.unwrap_or_else(|| "*".parse().unwrap());
        headers.insert(ALLOW_ORIGIN, origin);
        if server.is_on_every_response || !is_preflight(request) {
            set(headers, "access-control-expose-headers", exposed);
        }
    }
    if server.is_on_every_response || is_preflight(request) {
        set(headers, ALLOW_METHODS, server.methods);
        set(headers, ALLOW_HEADERS, server.names);
        set(headers, MAX_AGE, server.max_age);
    }
    response
}

fn report_of(mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, &policy(), config()).unwrap()
}

/// Each finding is a mistake that a page gains from, or a mistake of its own. The fix says where the other headers belong.
#[test]
fn everything_on_every_response_is_at_most_five_findings() {
    let report = report_of(|request| {
        let mut response = respond(EVERYTHING, &request, "*");
        set(response.headers_mut(), ALLOW_CREDENTIALS, "true");
        response
    });
    let expected = [
        "reflects-any-origin",
        "allows-credentials",
        "grants-more-than-policy",
        "exposes-everything",
        "lacks-vary",
    ];
    assert_eq!(names(&report), expected, "{report}");
    let fix = report.findings()[0].advice().to_owned();
    assert!(fix.contains("only in preflight responses"), "{fix}");
    assert!(fix.contains("the max-age of the policy"), "{fix}");
}

/// The lists, the max-age, or both are right. Then the fix of the reflection does not change them.
#[test]
fn fix_of_the_reflection_names_only_wrong_headers() {
    let report = report_of(|request| respond(PERMITTED, &request, "x-total"));
    let expected = ["reflects-any-origin", "lacks-vary"];
    assert_eq!(names(&report), expected, "{report}");
    let fix = report.findings()[0].advice().to_owned();
    assert!(fix.contains("only in preflight responses"), "{fix}");
    assert!(!fix.contains("max-age of the policy"), "{fix}");
    let in_place = Careless {
        is_on_every_response: false,
        ..PERMITTED
    };
    let report = report_of(|request| respond(in_place, &request, "x-total"));
    let fix = report.findings()[0].advice().to_owned();
    assert!(!fix.contains("preflight"), "{report}");
}

/// A name that is harmless has no finding of its own, if every response has the same list.
#[test]
fn harmless_name_on_every_response_follows_from_the_reflection() {
    let server = Careless {
        methods: "GET, HEAD, POST, PUT, OPTIONS",
        ..PERMITTED
    };
    let on_preflights = Careless {
        is_on_every_response: false,
        ..server
    };
    for (server, is_found) in [(server, false), (on_preflights, true)] {
        let report = report_of(|request| respond(server, &request, "x-total"));
        let found = names(&report).contains(&"grants-harmless");
        assert_eq!(found, is_found, "{report}");
    }
}

/// A server that computes its lists and its max-age for preflights, or that compares origins, makes these mistakes apart from
/// the reflection.
#[test]
fn other_servers_have_findings_for_useless_headers_and_max_age() {
    let on_preflights = Careless {
        is_on_every_response: false,
        ..EVERYTHING
    };
    let report = report_of(|request| respond(on_preflights, &request, "x-total"));
    let found = names(&report);
    assert!(found.contains(&"wrong-max-age"), "{report}");
    assert!(!found.contains(&"useless-headers"), "{report}");
    let compared = Careless {
        reflects: false,
        ..EVERYTHING
    };
    let report = report_of(|request| respond(compared, &request, "x-total"));
    let found = names(&report);
    for cause in ["wrong-max-age", "useless-headers"] {
        assert!(found.contains(&cause), "{report}");
    }
}

/// A server with many careless headers has at most five findings. The fix of the first finding names the harmless mistakes.
#[test]
fn many_mistakes_are_at_most_five_findings() {
    for (is_on_every_response, vary) in [(true, ""), (false, ""), (false, "Origin, Origin")] {
        let server = Careless {
            is_on_every_response,
            ..EVERYTHING
        };
        let report = report_of(|request| {
            let mut response = respond(server, &request, "*");
            let headers = response.headers_mut();
            set(headers, ALLOW_CREDENTIALS, "true");
            set(headers, "access-control-expose-headers", "*");
            if !vary.is_empty() {
                set(headers, "vary", vary);
            }
            // A template without a value.
            if !request.headers().contains_key("origin") {
                set(headers, ALLOW_ORIGIN, "null");
            }
            if let Some(asked) = request.headers().get("access-control-request-headers") {
                headers.insert("x-asked", asked.clone());
            }
            response
        });
        let found = names(&report);
        assert_eq!(found[0], "reflects-any-origin", "{report}");
        assert!(found.len() <= 5, "{report}");
        for cause in ["allows-credentials", "exposes-everything"] {
            assert!(found.contains(&cause), "{report}");
        }
        let fix = report.findings()[0].advice().to_owned();
        assert!(fix.contains("do not reflect the denied names"), "{fix}");
        assert!(!fix.contains("harmless"), "{fix}");
    }
}

/// The server looks only for `https:`, and answers every other request with an error. One finding says both.
#[test]
fn errors_without_https_are_a_part_of_the_reflection() {
    for (code, fails_without_origin) in [(403, true), (403, false), (500, true), (500, false)] {
        let report = report_of(|request| {
            let origin = request.headers().get("origin");
            let is_https = origin.is_some_and(|origin| origin.as_bytes().starts_with(b"https:"));
            let mut response = Response::new(());
            set(response.headers_mut(), "vary", "Origin");
            if is_https {
                let in_place = Careless {
                    is_on_every_response: false,
                    ..PERMITTED
                };
                response = respond(in_place, &request, "x-total");
                set(response.headers_mut(), "vary", "Origin");
            } else if origin.is_some() || fails_without_origin {
                *response.status_mut() = StatusCode::from_u16(code).unwrap();
            }
            response
        });
        assert_eq!(names(&report), ["reflects-any-https-origin"], "{report}");
        let findings = report.findings();
        let (mistake, fix) = (findings[0].mistake(), findings[0].advice());
        assert!(
            mistake.contains("answers other requests with an error"),
            "{mistake}"
        );
        assert!(fix.contains("in place of an error"), "{fix}");
    }
}
