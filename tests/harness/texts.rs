//! The texts of a report are complete and correct for the responses that the check saw.

use fetch_cors::{
    conformance::{Cause, CheckConfig, Report, check, policies::serve},
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_HEADERS, ALLOW_METHODS, ALLOW_ORIGIN, is_preflight, origin},
    names,
    servers::{allowing, changed, policy, set},
};

const LISTED: [&str; 2] = ["https://app.example", "https://other.example"];

fn report_of(server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    report_with(config(), server)
}

fn report_with(config: CheckConfig, mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, &policy(), config).unwrap()
}

/// Asserts that the report has one finding with this text.
#[track_caller]
fn assert_text(report: &Report, text: &str) {
    assert_eq!(report.findings().len(), 1, "{report}");
    assert!(report.to_string().contains(text), "{text}: {report}");
}

/// Returns the lines of `Origin`, joined with commas. Some servers join the lines before they compare `Origin`.
fn joined_origin(request: &Request<()>) -> String {
    let lines = request.headers().get_all("origin").iter();
    let lines: Vec<_> = lines
        .map(|line| String::from_utf8_lossy(line.as_bytes()).into_owned())
        .collect();
    lines.join(", ")
}

/// The server joins the lines of `Origin`, and compares only a part of the text. The wrong comparison is the cause of
/// the answer to several `Origin` lines.
#[test]
fn joined_origins_belong_to_the_wrong_comparison() {
    type Allows = fn(&str) -> bool;
    let servers: [(&str, Allows); 3] = [
        ("compares-suffix", |origin| {
            origin.ends_with("app.example") || origin == LISTED[1]
        }),
        ("compares-prefix", |origin| {
            origin.starts_with(LISTED[0]) || origin == LISTED[1]
        }),
        ("contains-listed-host", |origin| {
            origin.contains("app.example") || origin == LISTED[1]
        }),
    ];
    for (cause, allows) in servers {
        let report = report_of(|mut request| {
            let joined = joined_origin(&request);
            if !joined.is_empty() {
                set(request.headers_mut(), "origin", &joined);
            }
            allowing(policy(), allows)(request)
        });
        assert_eq!(names(&report), [cause], "{report}");
    }
}

/// The text about several `Origin` lines has the value that the server sends.
#[test]
fn answer_to_several_origins_is_shown() {
    let first = report_of(|mut request| {
        if let Some(origin) = request.headers().get("origin").cloned() {
            request.headers_mut().insert("origin", origin);
        }
        serve(&policy(), &request)
    });
    let text = "the request has several `Origin` lines, so no page sends it, but the server answers with `Access-Control-Allow-Origin: https://app.example`";
    assert_text(&first, text);
    let joined = report_of(changed(policy(), |request, response| {
        let joined = joined_origin(request);
        if joined.contains(", ") && joined.contains("app.example") {
            set(response.headers_mut(), ALLOW_ORIGIN, &joined);
        }
    }));
    let text =
        "answers with `Access-Control-Allow-Origin: https://app.example, https://unlisted.test`";
    assert_eq!(names(&joined), ["reads-one-of-several-origins"], "{joined}");
    let messages = joined
        .violations()
        .iter()
        .map(|violation| violation.message());
    let messages: Vec<&str> = messages.collect();
    assert!(
        messages.iter().any(|message| message.contains(text)),
        "{messages:?}"
    );
}

/// A report about a server that was not judged does not end with "no violations".
#[test]
fn counts_say_that_a_server_is_not_judged() {
    let missing = |has_headers: bool| {
        report_of(changed(policy(), move |request, response| {
            if !is_preflight(request) {
                *response.status_mut() = StatusCode::NOT_FOUND;
                if !has_headers {
                    response.headers_mut().remove(ALLOW_ORIGIN);
                    response
                        .headers_mut()
                        .remove("access-control-allow-credentials");
                    response
                        .headers_mut()
                        .remove("access-control-expose-headers");
                }
            }
        }))
    };
    let right = missing(true);
    assert!(
        right.violations().is_empty() && right.unjudged().is_some(),
        "{right}"
    );
    let text = right.to_string();
    assert!(
        text.contains(" 0 not sent or not recorded: not judged; "),
        "{text}"
    );
    assert!(!text.contains("no violations"), "{text}");
    let text = missing(false).to_string();
    assert!(
        text.contains(" 0 not sent or not recorded: not judged; 1 finding ("),
        "{text}"
    );
}

/// A server that throws for each denied origin also fails on OPTIONS requests of denied origins. If the server throws for
/// each origin that it does not list, it also fails on requests without `Origin`. The failures are one mistake.
#[test]
fn failures_on_denied_origins_are_not_about_options() {
    for fails_without_origin in [false, true] {
        let report = report_of(changed(policy(), move |request, response| {
            let is_failed = match request.headers().get("origin") {
                Some(origin) => !LISTED.iter().any(|listed| origin == listed),
                None => fails_without_origin,
            };
            if is_failed {
                *response = Response::new(());
                *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            }
        }));
        let denied = "fails-on-denied-origins";
        assert_eq!(names(&report), [denied], "{report}");
        let mistake = report.findings()[0].mistake();
        let names_both = mistake.contains("and on requests without `Origin`");
        assert_eq!(names_both, fails_without_origin, "{report}");
        // The status of a request without `Origin` is no example if the server fails on this request.
        let advice = report.findings()[0].advice();
        let has_example = advice.contains("the status that a request without `Origin` gets");
        assert_eq!(has_example, !fails_without_origin, "{report}");
    }
}

/// A server that copies `Origin` sends an empty value to a request without `Origin`. The reflection is the cause.
#[test]
fn empty_value_belongs_to_the_reflection() {
    let copies = |grants: bool| {
        report_of(move |request| {
            let mut response = serve(&policy(), &request);
            let headers = response.headers_mut();
            set(headers, ALLOW_ORIGIN, &origin(&request));
            set(headers, "access-control-allow-credentials", "true");
            set(headers, "access-control-expose-headers", "etag");
            if grants && is_preflight(&request) {
                let requested = request.headers().get("access-control-request-headers");
                if let Some(requested) = requested.cloned() {
                    headers.insert(ALLOW_HEADERS, requested);
                }
            }
            response
        })
    };
    for grants in [false, true] {
        let report = copies(grants);
        assert!(!names(&report).contains(&"sends-text"), "{report}");
    }
    // This server does not reflect any origin.
    let report = report_of(changed(policy(), |request, response| {
        if !request.headers().contains_key("origin") {
            set(response.headers_mut(), ALLOW_ORIGIN, "");
        }
    }));
    assert_eq!(names(&report), ["sends-text"], "{report}");
    let text = "responses to requests without `Origin` have an empty `Access-Control-Allow-Origin` (sends-text)";
    assert_text(&report, text);
}

/// The first line of a finding can be short, but the fix has every name.
#[test]
fn fix_has_every_name() {
    let listed = ["x-a", "x-b", "x-c", "x-d", "x-e"];
    let policy = CorsPolicy::builder()
        .origin("https://app.example")
        .methods(["PUT", "PATCH", "DELETE", "LINK", "UNLINK"])
        .request_headers(listed);
    let policy = policy.build().unwrap();
    let mut lacks = changed(policy.clone(), |_, response| {
        let headers = response.headers_mut();
        if headers.contains_key(ALLOW_METHODS) {
            set(headers, ALLOW_METHODS, "GET, HEAD, POST");
            set(headers, ALLOW_HEADERS, "x-none");
        }
        if !headers.contains_key(ALLOW_ORIGIN) {
            set(headers, "access-control-allow-credentials", "true");
            set(headers, "access-control-expose-headers", "etag");
            set(headers, "access-control-max-age", "5");
            set(headers, ALLOW_METHODS, "GET, HEAD, POST");
        }
    });
    let report = check(&mut lacks, &policy, config()).unwrap();
    let fixes: Vec<&str> = report
        .findings()
        .iter()
        .map(|finding| finding.advice())
        .collect();
    assert!(fixes.iter().all(|fix| !fix.contains(" more")), "{fixes:?}");
    let all = fixes.join("\n");
    for name in [
        "`Access-Control-Allow-Credentials`",
        "`Access-Control-Expose-Headers`",
        "`Access-Control-Max-Age`",
    ] {
        assert!(all.contains(name), "{name}: {all}");
    }
}

/// The server lists an allowed origin with a slash, but the check cannot see the slash.
#[test]
fn fix_of_a_denied_origin_names_the_exact_form() {
    let report = report_of(changed(policy(), |request, response| {
        if origin(request) == LISTED[0] {
            let names: Vec<_> = response.headers().keys().cloned().collect();
            for name in names.iter().filter(|name| *name != "vary") {
                response.headers_mut().remove(name);
            }
        }
    }));
    let text = "fix: allow the origin `https://app.example`, in exactly this form, without a slash at the end\n";
    assert_text(&report, text);
}

/// If only some kinds of responses lack `Origin` in `Vary`, the first line names them.
#[test]
fn missing_vary_names_the_responses() {
    let error_url = config().error_url("https://api.example/none").unwrap();
    let without_vary = |status: u16, is_of_all: bool| {
        report_with(
            error_url.clone(),
            changed(policy(), move |request, response| {
                let is_error = request.uri().path() == "/none" && !is_preflight(request);
                if is_error {
                    *response.status_mut() = StatusCode::from_u16(status).unwrap();
                }
                if is_error || is_of_all {
                    response.headers_mut().remove("vary");
                }
            }),
        )
    };
    let text = "cache: `Vary` of error responses does not list `Origin` (lacks-vary)";
    assert_text(&without_vary(404, false), text);
    let text = "cache: `Vary` does not list `Origin` (lacks-vary)";
    assert_text(&without_vary(404, true), text);
}

/// The text blames a method only if each response to the method is an error without the CORS headers.
#[test]
fn answered_method_is_not_refused() {
    let fails = |is_always: bool| {
        report_of(changed(policy(), move |request, response| {
            if request.method() == "PUT" {
                *response = Response::new(());
                if is_always || !request.headers().contains_key("x-a") {
                    *response.status_mut() = StatusCode::BAD_REQUEST;
                }
            }
        }))
    };
    let text = "the server answers requests with the method `PUT` with an error";
    let always = fails(true).to_string();
    assert!(always.contains(text), "{always}");
    let sometimes = fails(false).to_string();
    assert!(
        sometimes.contains("error responses lack the CORS headers") && !sometimes.contains(text),
        "{sometimes}"
    );
}

#[test]
fn fix_of_the_letter_case_has_the_methods_of_the_server() {
    let report = report_of(changed(policy(), |_, response| {
        if response.headers().contains_key(ALLOW_METHODS) {
            set(
                response.headers_mut(),
                ALLOW_METHODS,
                "GET, HEAD, POST, put, Patch",
            );
        }
    }));
    assert_eq!(
        report.findings()[0].cause(),
        Cause::ListsOtherCase,
        "{report}"
    );
    let text = "fix: list `PATCH` in place of `Patch`; list `PUT` in place of `put`: browsers compare methods byte for byte\n";
    assert!(report.to_string().contains(text), "{report}");
}

/// The title of a finding never ends with `and 1 more`: a name takes about as much space as this text.
#[test]
fn titles_leave_out_at_least_two_names() {
    let methods = ["DELETE", "LINK", "LOCK", "PATCH", "PUT"];
    for (number, names) in [
        (3, "`DELETE`, `LINK` and `LOCK`"),
        (4, "`DELETE`, `LINK`, `LOCK` and `PATCH`"),
        (5, "`DELETE`, `LINK`, `LOCK` and 2 more"),
    ] {
        let policy = CorsPolicy::builder().origin(LISTED[0]);
        let policy = policy.methods(methods[..number].iter().copied());
        let policy = policy.build().unwrap();
        let mut grants_nothing = changed(policy.clone(), |request, response| {
            if is_preflight(request) {
                set(
                    response.headers_mut(),
                    "access-control-allow-methods",
                    "GET, HEAD, POST",
                );
            }
        });
        let report = check(&mut grants_nothing, &policy, config()).unwrap();
        let title = format!("preflight responses do not grant the methods {names}, which");
        assert!(report.to_string().contains(&title), "{title}: {report}");
    }
}

/// The title of a finding about useless headers names all these headers.
#[test]
fn title_names_all_useless_headers() {
    let report = report_of(changed(policy(), |_, response| {
        if !response.headers().contains_key(ALLOW_ORIGIN) {
            for (name, value) in [
                ("access-control-allow-credentials", "true"),
                ("access-control-allow-headers", "x-a, x-b"),
                ("access-control-allow-methods", "PUT, PATCH"),
                ("access-control-expose-headers", "etag"),
                ("access-control-max-age", "600"),
            ] {
                set(response.headers_mut(), name, value);
            }
        }
    }));
    assert_text(
        &report,
        "browsers ignore: `Access-Control-Allow-Credentials`, `Access-Control-Allow-Headers`, \
         `Access-Control-Allow-Methods`, `Access-Control-Expose-Headers` and `Access-Control-Max-Age` (useless-headers)",
    );
}

/// If a preflight response with a wrong status has the CORS headers, the CORS middleware has answered. So only the status
/// is wrong.
#[test]
fn fix_of_a_preflight_status_depends_on_the_headers() {
    let with_status = |has_headers: bool| {
        report_of(changed(policy(), move |request, response| {
            if is_preflight(request) {
                *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
                if !has_headers {
                    response.headers_mut().clear();
                }
            }
        }))
    };
    for (has_headers, fix) in [
        (
            true,
            "the CORS headers are there, so only the status is wrong",
        ),
        (false, "answer OPTIONS before routing"),
    ] {
        let report = with_status(has_headers).to_string();
        assert!(
            report.contains("preflights get the status 405 ("),
            "{report}"
        );
        assert!(report.contains(fix), "{report}");
    }
}

/// A part of the server replaces the `Vary` of the middleware.
#[test]
fn other_value_of_vary_is_in_the_fix() {
    for vary in [Some("Accept-Encoding"), None] {
        let report = report_of(changed(policy(), |_, response| {
            response.headers_mut().remove("vary");
            if let Some(vary) = vary {
                set(response.headers_mut(), "vary", vary);
            }
        }));
        let findings = report.findings();
        let finding = findings.iter().find(|it| it.cause() == Cause::LacksVary);
        let fix = finding.unwrap().advice();
        let is_named = fix.contains("these responses have `Accept-Encoding` in `Vary`");
        assert_eq!(is_named, vary.is_some(), "{fix}");
    }
}
