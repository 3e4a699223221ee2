//! Servers that grant too little in preflight responses. The report names the part that the server does not grant.

use fetch_cors::{
    conformance::{Report, check, policies::PolicySpec},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_HEADERS, ALLOW_METHODS},
    names,
    servers::{allowing, changed, is_granted, is_preflight, origin, policy, set},
};

fn report_of(policy: &CorsPolicy, change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let mut server = changed(policy.clone(), change);
    check(&mut server, policy, config()).unwrap()
}

/// Returns all lines of a header of the request, joined with commas.
fn requested(request: &Request<()>, name: &str) -> String {
    let lines = request.headers().get_all(name).iter();
    let lines = lines.map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    lines.collect::<Vec<_>>().join(",")
}

/// Returns the requested header names, in lower case.
fn requested_names(request: &Request<()>) -> String {
    requested(request, "access-control-request-headers").to_ascii_lowercase()
}

/// A preflight with an unpermitted name gets no lists. The method is not the reason.
#[test]
fn a_response_without_lists_is_about_the_header() {
    let report = report_of(&policy(), |request, response| {
        if is_preflight(request) && requested_names(request).contains("x-b") {
            response.headers_mut().remove(ALLOW_METHODS);
            response.headers_mut().remove(ALLOW_HEADERS);
        }
    });
    assert_eq!(names(&report)[0], "lacks-request-header", "{report}");
    assert!(!names(&report).contains(&"lacks-method"), "{report}");
}

/// The server grants request headers for GET without listing GET, so POST need not be listed either.
#[test]
fn a_safelisted_method_need_not_be_listed() {
    let report = report_of(&policy(), |request, response| {
        if is_preflight(request) && is_granted(response) {
            set(response.headers_mut(), ALLOW_METHODS, "PUT, PATCH");
            if requested(request, "access-control-request-method") == "POST" {
                response.headers_mut().remove(ALLOW_HEADERS);
            }
        }
    });
    let names = names(&report);
    assert!(names.contains(&"lacks-request-header"), "{report}");
    assert!(!names.contains(&"lacks-safelisted-method"), "{report}");
}

/// One allowed origin gets only one of two request headers, in every response. That the server grants both to another origin
/// does not show that it refuses several headers.
#[test]
fn names_of_another_origin_are_not_granted_alone() {
    let report = report_of(&policy(), |request, response| {
        if is_preflight(request)
            && origin(request) == "https://other.example"
            && is_granted(response)
        {
            set(response.headers_mut(), ALLOW_HEADERS, "x-a");
        }
    });
    assert!(
        !names(&report).contains(&"refuses-several-headers"),
        "{report}"
    );
}

/// The server allows only one port, so the preflights of the others fail too. This is one mistake.
#[test]
fn preflights_of_denied_origins_are_not_a_second_mistake() {
    let mut spec = PolicySpec::from_origins(["http://localhost:*"]);
    spec.methods = ["PUT"].into_iter().map(String::from).collect();
    let policy = spec.build().unwrap();
    let report = report_of(&policy, |request, response| {
        if is_granted(response) && origin(request) != "http://localhost:3000" {
            *response = Response::new(());
            set(response.headers_mut(), "vary", "Origin");
            if is_preflight(request) {
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
        }
    });
    assert_eq!(names(&report), ["denies-allowed-origin"], "{report}");
}

/// OPTIONS is only the method of the preflights for PATCH.
#[test]
fn the_method_of_preflights_is_not_a_condition() {
    let policy = policy();
    let mut reflecting = allowing(policy.clone(), |_| true);
    let mut right = changed(policy.clone(), |_, _| {});
    let mut server = |request: Request<()>| {
        let is_of_patch = request.method() == "PATCH"
            || requested(&request, "access-control-request-method") == "PATCH";
        if is_of_patch {
            reflecting(request)
        } else {
            right(request)
        }
    };
    let report = check(&mut server, &policy, config()).unwrap();
    let mistake = report.findings()[0].mistake().to_owned();
    assert!(mistake.contains("if the method is `PATCH`"), "{report}");
    assert!(!mistake.contains("`OPTIONS`"), "{report}");
}

/// A list with `*` does not hide an unpermitted name of the other list.
#[test]
fn names_next_to_an_asterisk_are_named() {
    for (methods, headers, lists, others) in [
        ("PUT, PATCH, DELETE", "*", "Headers", "`DELETE`"),
        ("*", "x-a, x-b, x-token", "Methods", "`x-token`"),
    ] {
        let policy = CorsPolicy::builder().origin("https://app.example");
        let policy = policy
            .methods(["PUT", "PATCH"])
            .request_headers(["x-a", "x-b"]);
        let report = report_of(&policy.build().unwrap(), |request, response| {
            if is_preflight(request) && is_granted(response) {
                set(response.headers_mut(), ALLOW_METHODS, methods);
                set(response.headers_mut(), ALLOW_HEADERS, headers);
            }
        });
        assert_eq!(names(&report)[0], "grants-any", "{report}");
        let expected = format!(
            "preflight responses grant `*` in `Access-Control-Allow-{lists}`, although the policy lists methods or request headers, \
             and also grant {others}, which the policy does not permit"
        );
        assert_eq!(report.findings()[0].mistake(), expected);
    }
}

#[test]
fn every_requested_method_next_to_an_asterisk_is_named() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT"]).request_headers(["x-a"]);
    let policy = policy.credentials(true).build().unwrap();
    let report = report_of(&policy, |request, response| {
        if is_preflight(request) && is_granted(response) {
            let method = requested(request, "access-control-request-method");
            set(response.headers_mut(), ALLOW_METHODS, &method);
            set(response.headers_mut(), ALLOW_HEADERS, "*");
        }
    });
    assert_eq!(names(&report)[0], "grants-any", "{report}");
    let mistake = report.findings()[0].mistake();
    let end = ", and also grant every requested method; requests with credentials and the request header `x-a` fail, \
               because `*` is not a wildcard for them";
    assert!(mistake.ends_with(end), "{mistake}");
}

/// A server can send its list of methods only if it permits the requested headers, so other mistakes can appear later.
#[test]
fn missing_request_header_can_hide_other_mistakes() {
    let report = report_of(&with_one_page(), |_, response| {
        response.headers_mut().remove(ALLOW_HEADERS);
    });
    assert_eq!(names(&report), ["lacks-request-header"], "{report}");
    let advice = report.findings()[0].advice().to_owned();
    assert!(advice.ends_with("this mistake can hide others"), "{advice}");
}

fn with_one_page() -> CorsPolicy {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT"]).request_headers(["x-a"]);
    policy.max_age(600).build().unwrap()
}
