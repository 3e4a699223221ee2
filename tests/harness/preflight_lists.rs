//! Servers with several mistakes in the lists of preflight responses, or with one mistake that many lists show. The report has
//! one finding for each mistake.

use fetch_cors::{
    conformance::{Report, check},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, origin},
    names,
    servers::{changed, is_granted, is_preflight, set},
};

fn policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins(["https://app.example"]);
    let policy = policy.methods(["PUT"]).request_headers(["x-a", "x-b"]);
    policy.build().unwrap()
}

fn report_of(policy: &CorsPolicy, change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let mut server = changed(policy.clone(), change);
    check(&mut server, policy, config()).unwrap()
}

fn mistakes(report: &Report) -> Vec<String> {
    let findings = report.findings();
    let mistakes = findings.iter().map(|finding| finding.mistake().to_owned());
    mistakes.collect()
}

/// The granted method is the worse mistake, and the misspelled header is another mistake.
#[test]
fn misspelled_list_does_not_hide_a_grant() {
    for (longer, list, lacking, misspelled) in [
        (
            ALLOW_METHODS,
            "PUT, DELETE",
            ALLOW_HEADERS,
            "access-control-allow-header",
        ),
        (
            ALLOW_HEADERS,
            "x-a, x-b, x-c",
            ALLOW_METHODS,
            "access-control-allow-method",
        ),
    ] {
        let report = report_of(&policy(), |request, response| {
            if is_preflight(request) && is_granted(response) {
                let headers = response.headers_mut();
                let right = headers.remove(lacking);
                set(headers, longer, list);
                if let Some(right) = right {
                    headers.insert(misspelled, right);
                }
            }
        });
        let mut found = mistakes(&report);
        // The server sends the longer list in each response.
        found.retain(|mistake| !mistake.contains("browsers ignore"));
        let granted = if list.contains("DELETE") {
            "`DELETE`"
        } else {
            "`x-c`"
        };
        assert!(found[0].ends_with(granted), "{report}");
        assert!(found[1].contains("misspelled"), "{report}");
        assert_eq!(found.len(), 2, "{report}");
        assert!(
            !names(&report).contains(&"grants-other-than-policy"),
            "{report}"
        );
    }
}

/// One answer to the preflights for every other method is one mistake.
#[test]
fn refusal_of_all_other_methods_is_one_finding() {
    for status in [204, 403] {
        let report = report_of(&policy(), |request, response| {
            let is_get = |method: &http::HeaderValue| method == "GET";
            let method = request.headers().get("access-control-request-method");
            if is_preflight(request) && !method.is_some_and(is_get) {
                response.headers_mut().clear();
                *response.status_mut() = StatusCode::from_u16(status).unwrap();
            }
        });
        let found = mistakes(&report);
        assert_eq!(found.len(), 1, "{report}");
        assert!(found[0].contains("`HEAD`, `POST` and `PUT`"), "{report}");
    }
}

/// The fix of both mistakes is to remove all CORS headers, and the policy has no lists.
#[test]
fn grants_of_a_policy_without_origins_are_a_part_of_the_mistake_with_origins() {
    let policy = CorsPolicy::builder().no_origins().build().unwrap();
    type Allows = fn(&str) -> Option<&str>;
    let servers: [(Allows, &str); 3] = [
        (|_| Some("*"), "wildcard-origin"),
        (|origin| (origin == "null").then_some(origin), "allows-null"),
        (
            |origin| origin.starts_with("http://localhost:").then_some(origin),
            "allows-localhost",
        ),
    ];
    for (allows, cause) in servers {
        for list in ["*", "DELETE, x-a"] {
            let report = report_of(&policy, |request, response| {
                let origin = origin(request);
                let headers = response.headers_mut();
                set(headers, "vary", "origin");
                if let Some(value) = allows(&origin) {
                    set(headers, ALLOW_ORIGIN, value);
                    if is_preflight(request) {
                        set(headers, ALLOW_METHODS, list);
                        set(headers, ALLOW_HEADERS, list);
                    }
                }
            });
            assert_eq!(names(&report), [cause], "{report}");
        }
    }
}

/// The policy has an origin, but no lists.
#[test]
fn text_of_an_asterisk_says_that_the_policy_has_no_lists() {
    let policy = CorsPolicy::builder().origins(["https://app.example"]);
    let policy = policy.build().unwrap();
    let report = report_of(&policy, |request, response| {
        if is_preflight(request) && is_granted(response) {
            set(response.headers_mut(), ALLOW_METHODS, "*");
        }
    });
    assert!(
        mistakes(&report)[0]
            .ends_with("although the policy lists no methods and no request headers"),
        "{report}"
    );
}

/// The first line names the form of the list that the server does not understand.
#[test]
fn form_of_a_list_is_named() {
    type IsWrong = fn(&[String]) -> bool;
    let servers: [(IsWrong, &str); 3] = [
        (|lines| lines.len() > 1, "several lines"),
        (
            |lines| lines.concat().contains(' '),
            "a space after a comma",
        ),
        (
            |lines| lines.len() > 1 || lines.concat().contains(' '),
            "several lines or a space after a comma",
        ),
    ];
    for (is_wrong, form) in servers {
        let report = report_of(&policy(), |request, response| {
            let lines = request.headers().get_all("access-control-request-headers");
            let lines = lines
                .iter()
                .map(|line| line.to_str().unwrap_or_default().to_owned());
            if is_preflight(request) && is_wrong(&lines.collect::<Vec<_>>()) {
                response.headers_mut().remove(ALLOW_HEADERS);
            }
        });
        assert_eq!(
            mistakes(&report),
            [format!(
                "the server does not understand a list in `Access-Control-Request-Headers` that has {form}"
            )],
            "{report}"
        );
    }
}
