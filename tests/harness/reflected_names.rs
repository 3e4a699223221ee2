//! Servers that grant requested methods and header names without a comparison with the policy. The report has one finding for
//! this mistake, and its first line says which names the server grants.

use fetch_cors::{
    conformance::{CheckConfig, Report, Severity, check},
    server::CorsPolicy,
};
use http::Request;

use super::{
    config,
    invented::{ALLOW_HEADERS, ALLOW_METHODS, LISTED},
    names,
    servers::{changed, is_granted, is_preflight, set},
};

const URL: &str = "https://api.example/notes";

fn policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example"]);
    let policy = policy.credentials(true).methods(["PUT"]);
    let policy = policy.request_headers(["content-type"]);
    policy.build().unwrap()
}

fn method(request: &Request<()>) -> String {
    let requested = request.headers().get("access-control-request-method");
    let requested = requested.map(|method| String::from_utf8_lossy(method.as_bytes()).into_owned());
    requested.unwrap_or_default()
}

/// Returns the requested header names, as the server gets them.
fn requested_names(request: &Request<()>) -> Vec<String> {
    let lines = request.headers().get_all("access-control-request-headers");
    let lines = lines
        .iter()
        .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned());
    let lines: Vec<String> = lines.collect();
    let names = lines.iter().flat_map(|line| line.split(','));
    names.map(|name| name.trim().to_owned()).collect()
}

/// Sends the list that `list` returns, in each preflight response that allows the origin.
fn granting(name: &'static str, list: impl Fn(&Request<()>) -> String) -> Report {
    granting_of(&policy(), CheckConfig::new(URL).unwrap(), name, list)
}

fn granting_of(
    policy: &CorsPolicy,
    config: CheckConfig,
    name: &'static str,
    list: impl Fn(&Request<()>) -> String,
) -> Report {
    let mut server = changed(policy.clone(), |request, response| {
        if is_preflight(request) && is_granted(response) {
            set(response.headers_mut(), name, &list(request));
        }
    });
    check(&mut server, policy, config).unwrap()
}

fn assert_only(report: &Report, mistake: &str) {
    assert_eq!(names(report), ["grants-requested"], "{report}");
    assert_eq!(report.findings()[0].mistake(), mistake, "{report}");
}

#[test]
fn methods_in_another_letter_case_are_a_reflection() {
    type Change = fn(&str) -> String;
    let servers: [(Change, &str); 4] = [
        (str::to_owned, ""),
        (str::to_ascii_uppercase, ""),
        (
            str::to_ascii_lowercase,
            ", in lower case, so requests with the method `PUT` fail",
        ),
        (|method| format!("GET, DELETE, {method}"), ""),
    ];
    for (change, limit) in servers {
        for is_unsafe in [false, true] {
            let config = CheckConfig::new(URL).unwrap();
            let config = if is_unsafe {
                config
            } else {
                config.without_unsafe_methods()
            };
            let report = granting_of(&policy(), config, ALLOW_METHODS, |request| {
                change(&method(request))
            });
            assert_only(
                &report,
                &format!("preflight responses grant every requested method{limit}"),
            );
        }
    }
}

#[test]
fn names_in_another_form_are_a_reflection() {
    type Change = fn(Vec<String>) -> String;
    let servers: [(Change, &str); 7] = [
        (|names| names.join(", ").to_lowercase(), ""),
        (|names| names.join(", ").to_uppercase(), ""),
        (
            |names| names.into_iter().rev().collect::<Vec<_>>().join(","),
            "",
        ),
        (|names| format!("authorization, {}", names.join(",")), ""),
        (
            |mut names| {
                names.retain(|name| name != "authorization");
                names.join(",")
            },
            ", except `authorization`",
        ),
        (
            |names| names.first().cloned().unwrap_or_default(),
            ", but not every header name of a list",
        ),
        (
            |names| names.last().cloned().unwrap_or_default(),
            ", but not every header name of a list",
        ),
    ];
    for (change, limit) in servers {
        let report = granting(ALLOW_HEADERS, |request| change(requested_names(request)));
        assert_only(
            &report,
            &format!("preflight responses grant every requested header name{limit}"),
        );
    }
}

/// The server grants header names only for the methods of its list. The denial of POST says nothing about the header names.
#[test]
fn denied_methods_do_not_hide_a_reflection() {
    let without_names = CorsPolicy::builder().origins(["https://app.example"]);
    let without_names = without_names.methods(["PUT"]).build().unwrap();
    for policy in [policy(), without_names] {
        let mut server = changed(policy.clone(), |request, response| {
            if !is_preflight(request) || !is_granted(response) {
                return;
            }
            let headers = response.headers_mut();
            headers.remove(ALLOW_METHODS);
            headers.remove(ALLOW_HEADERS);
            if ["GET", "PUT"].contains(&method(request).as_str()) {
                set(headers, ALLOW_METHODS, "GET, PUT");
                set(headers, ALLOW_HEADERS, &requested_names(request).join(", "));
            }
        });
        let report = check(&mut server, &policy, config()).unwrap();
        let findings = report.findings();
        let severe = findings
            .iter()
            .filter(|finding| finding.severity() == Severity::Security);
        let severe: Vec<String> = severe.map(|finding| finding.mistake()).collect();
        assert_eq!(
            severe,
            ["preflight responses grant every requested header name"],
            "{report}"
        );
    }
}

/// The server reflects the requested header names for one method, and has a list for the others.
#[test]
fn method_of_a_reflection_is_named() {
    let report = granting(ALLOW_HEADERS, |request| {
        if method(request) == "GET" {
            requested_names(request).join(",")
        } else {
            "content-type".into()
        }
    });
    assert_only(
        &report,
        "preflight responses grant every requested header name if the requested method is `GET`",
    );
}

/// A list of names is not a reflection, and a part of a name is another mistake.
#[test]
fn servers_that_compare_names_do_not_reflect_them() {
    type List = fn(Vec<String>) -> String;
    let servers: [(List, &[&str]); 4] = [
        (
            |_| "content-type, authorization, x-requested-with".into(),
            &["grants-other-headers"],
        ),
        (
            |mut names| {
                names.retain(|name| name.starts_with("content-ty"));
                names.join(",")
            },
            &["compares-part-of-header"],
        ),
        (
            |names| {
                if names.iter().any(|name| name == "content-type") {
                    names.join(",")
                } else {
                    String::new()
                }
            },
            &["checks-one-header"],
        ),
        (
            |mut names| {
                names.retain(|name| name == "content-type");
                names.join(",")
            },
            &[],
        ),
    ];
    for (list, expected) in servers {
        let report = granting(ALLOW_HEADERS, |request| list(requested_names(request)));
        assert_eq!(names(&report), expected, "{report}");
    }
}

/// The server checks only the length of a requested name.
#[test]
fn limits_of_the_length_are_a_reflection() {
    let policy = CorsPolicy::builder().origins(LISTED);
    let policy = policy.methods(["PUT", "PATCH"]);
    let policy = policy.request_headers(["content-type", "x-token"]);
    let policy = policy.build().unwrap();
    let report = granting_of(&policy, config(), ALLOW_HEADERS, |request| {
        let mut names = requested_names(request);
        names.retain(|name| name.len() <= 15);
        names.join(",")
    });
    assert_only(
        &report,
        "preflight responses grant every requested header name, except long names such as `x-fetch-cors-unlisted` and `x-requested-with`",
    );
    let report = granting_of(&policy, config(), ALLOW_METHODS, |request| {
        let requested = method(request);
        if requested.len() <= 6 {
            requested
        } else {
            "GET".into()
        }
    });
    assert_only(
        &report,
        "preflight responses grant every requested method, except long names such as `CHICKEN` and `OPTIONS`",
    );
}

/// The server knows the usual methods, and grants OPTIONS too. OPTIONS is harmless, and needs no finding of its own.
#[test]
fn harmless_methods_of_a_longer_list_need_no_finding() {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let report = granting(ALLOW_METHODS, |request| {
        let requested = method(request);
        if known.contains(&requested.as_str()) {
            requested
        } else {
            String::new()
        }
    });
    assert_eq!(names(&report), ["grants-other-methods"], "{report}");
    let mistake = report.findings()[0].mistake();
    assert!(mistake.ends_with(": `DELETE` and `PATCH`"), "{report}");
}

/// The policy permits any method, and the server changes the letter case of the requested method.
#[test]
fn changed_letter_case_of_any_method_is_named() {
    let policy = CorsPolicy::builder().origins(LISTED);
    let policy = policy.any_method().request_headers(["content-type"]);
    let policy = policy.build().unwrap();
    let report = granting_of(&policy, config(), ALLOW_METHODS, |request| {
        method(request).to_ascii_uppercase()
    });
    assert_eq!(names(&report), ["lists-other-case"], "{report}");
    let finding = &report.findings()[0];
    assert!(finding.mistake().contains(" in place of `a!"), "{report}");
    assert!(
        finding.advice().starts_with("list the requested method"),
        "{report}"
    );
}

/// A server that grants only one name of a list also refuses permitted preflights with several names.
#[test]
fn first_name_of_a_list_is_one_finding() {
    let policy = CorsPolicy::builder().origins(LISTED);
    let policy = policy.request_headers(["content-type", "x-token"]);
    let policy = policy.build().unwrap();
    let report = granting_of(&policy, config(), ALLOW_HEADERS, |request| {
        requested_names(request)
            .first()
            .cloned()
            .unwrap_or_default()
    });
    assert_only(
        &report,
        "preflight responses grant every requested header name, but not every header name of a list",
    );
}
