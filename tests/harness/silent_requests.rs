//! The first line about missing responses has what the requests without a response have in common.

use fetch_cors::{
    cases::ExchangeError,
    conformance::{Cause, Check, Report, Severity, policies::serve},
    fetching::HttpRequest,
    infrastructure::response::Response as FetchResponse,
    server::CorsPolicy,
};
use http::{Request, Response, StatusCode};

use super::config;

const PAGE: &str = "https://app.example";
const OTHER: &str = "https://other.example";

fn policy() -> CorsPolicy {
    let policy = CorsPolicy::builder().origins([PAGE, OTHER]);
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    policy.max_age(600).build().unwrap()
}

const NAMES: &str = "access-control-request-headers";

fn is_preflight(request: &HttpRequest) -> bool {
    request.method == "OPTIONS"
        && request.header_list.contains("origin")
        && request
            .header_list
            .contains("access-control-request-method")
}

fn has(request: &HttpRequest, name: &str, value: &str) -> bool {
    let sent = request.header_list.get(name).unwrap_or_default();
    String::from_utf8_lossy(&sent).contains(value)
}

fn report_with(
    drops: impl Fn(&HttpRequest) -> bool,
    change: impl Fn(&HttpRequest, &mut Response<()>),
) -> Report {
    report_on(&policy(), drops, change)
}

fn report_on(
    policy: &CorsPolicy,
    drops: impl Fn(&HttpRequest) -> bool,
    change: impl Fn(&HttpRequest, &mut Response<()>),
) -> Report {
    let mut check = Check::new(policy, config()).unwrap();
    while let Some(line) = check.request() {
        let sent = &line.request;
        let answer = if drops(sent) {
            Err(ExchangeError::Network)
        } else {
            let mut response = serve(policy, &Request::try_from(sent).unwrap());
            change(sent, &mut response);
            Ok(FetchResponse::from(&response))
        };
        check.answer_after(answer, None);
    }
    check.report()
}

#[test]
fn common_property_of_missing_responses_is_named() {
    type Drops = fn(&HttpRequest) -> bool;
    let servers: [(&str, Drops); 10] = [
        ("requests with `Cookie`", |request| {
            request.header_list.contains("cookie")
        }),
        ("requests with `Authorization`", |request| {
            request.header_list.contains("authorization")
        }),
        ("preflights for the method `DELETE`", |request| {
            has(request, "access-control-request-method", "DELETE")
        }),
        ("preflights of allowed origins", |request| {
            let origin = request.header_list.get("origin").unwrap_or_default();
            request
                .header_list
                .contains("access-control-request-method")
                && (*origin == *PAGE.as_bytes() || *origin == *OTHER.as_bytes())
        }),
        ("requests with `Origin: null`", |request| {
            request.header_list.get("origin").as_deref() == Some(b"null")
        }),
        (
            "preflights with the request header `content-type`",
            |request| {
                let names = request.header_list.get(NAMES).unwrap_or_default();
                let names = String::from_utf8_lossy(&names);
                names.split(',').any(|name| name.trim() == "content-type")
            },
        ),
        (
            "preflights without `Access-Control-Request-Headers`",
            |request| is_preflight(request) && !request.header_list.contains(NAMES),
        ),
        (
            "preflights of `https://other.example` for the method `PUT`",
            |request| {
                is_preflight(request)
                    && request.header_list.get("origin").as_deref() == Some(OTHER.as_bytes())
                    && has(request, "access-control-request-method", "PUT")
            },
        ),
        ("preflights of denied origins", |request| {
            let origin = request.header_list.get("origin").unwrap_or_default();
            is_preflight(request) && *origin != *PAGE.as_bytes() && *origin != *OTHER.as_bytes()
        }),
        ("preflights with a header of ", |request| {
            let mut headers = request.header_list.iter();
            headers.any(|(_, value)| value.as_bytes().len() > 1400)
        }),
    ];
    for (subject, drops) in servers {
        let report = report_with(drops, |_, _| {});
        let found = report.findings();
        let found = found
            .iter()
            .find(|finding| finding.cause() == Cause::NoResponse);
        let mistake = found
            .unwrap_or_else(|| panic!("{subject}: {report}"))
            .mistake();
        assert!(mistake.starts_with(subject), "{mistake}");
        assert!(mistake.ends_with(" get no response"), "{mistake}");
        assert!(!report.to_string().contains("probably the network"));
    }
}

/// One listed origin gets an error for every request. The report has this origin.
#[test]
fn refused_listed_origin_is_named() {
    for code in [404, 403, 500] {
        let report = report_with(
            |_| false,
            |request, response| {
                if has(request, "origin", OTHER) {
                    *response.status_mut() = StatusCode::from_u16(code).unwrap();
                }
            },
        );
        let text = report.to_string();
        let expected = match code {
            404 => "not checked: the responses to pages of `https://other.example`, ",
            403 => "the server refuses requests of `https://other.example` (status 403), ",
            _ => "the server fails on requests of `https://other.example` (status 500), ",
        };
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("(fails-on-requests)"), "{text}");
    }
}

/// Only denied origins get the value, so it is not constant.
#[test]
fn value_of_denials_is_one_finding() {
    let report = report_with(
        |_| false,
        |request, response| {
            let origin = request.header_list.get("origin").unwrap_or_default();
            let answered = ["", PAGE, OTHER, "https://api.example"];
            if answered
                .iter()
                .all(|answered| *origin != *answered.as_bytes())
            {
                *response.status_mut() = StatusCode::FORBIDDEN;
                let value = "false".parse().unwrap();
                let headers = response.headers_mut();
                headers.insert("access-control-allow-origin", value);
            }
        },
    );
    assert_eq!(
        super::names(&report).first(),
        Some(&"sends-text"),
        "{report}"
    );
    assert!(!report.to_string().contains("is always the same value"));
}

/// A few missing responses of different kinds have no condition, so the first line has their number and their names.
#[test]
fn few_missing_responses_without_a_condition_are_named() {
    let count = core::cell::Cell::new(0);
    let report = report_with(
        |_| {
            count.set(count.get() + 1);
            count.get() % 37 == 0
        },
        |_, _| {},
    );
    let missing = report.without_response();
    let findings = report.findings();
    let mistake = findings[0].mistake();
    let start = format!(
        "{} of {} requests get no response, and similar requests get one: `",
        missing.len(),
        report.exchanges()
    );
    assert!(mistake.starts_with(&start), "{mistake}");
    assert!(
        findings[0]
            .advice()
            .starts_with("send these requests again")
    );
}

#[test]
fn some_denied_origins_without_a_response_are_named() {
    let report = report_with(|request| has(request, "origin", "localhost"), |_, _| {});
    let mistake = report.findings()[0].mistake();
    let start = "requests of some denied origins (`http://localhost`, ";
    assert!(mistake.starts_with(start), "{report}");
}

/// No page needs OPTIONS requests that are not preflights, except if a script chooses this method.
#[test]
fn plain_options_without_a_response_are_harmless() {
    let small = CorsPolicy::builder().origin(PAGE).methods(["PUT"]);
    let small = small.request_headers(["content-type"]).max_age(600);
    for policy in [policy(), small.build().unwrap()] {
        let is_plain =
            |request: &HttpRequest| request.method == "OPTIONS" && !is_preflight(request);
        let report = report_on(&policy, is_plain, |_, _| {});
        let findings = report.findings();
        assert_eq!(findings.len(), 1, "{report}");
        assert_eq!(findings[0].severity(), Severity::Waste, "{report}");
        assert_eq!(
            findings[0].mistake(),
            "OPTIONS requests that are not preflights get no response"
        );
        assert!(!report.to_string().contains("probably the network"));
    }
}

/// A regular expression with a repetition inside a repetition needs very long for one origin, so the server answers no request
/// after it. A program that sends the requests stops after a few timeouts.
#[test]
fn a_request_that_stops_the_server_is_named() {
    let policy = policy();
    let mut check = Check::new(&policy, config()).unwrap();
    let mut timeouts = 0;
    while let Some(line) = check.request() {
        let stops = line.id == "host-of-long-labels/1";
        timeouts += usize::from(stops || timeouts > 0);
        if timeouts > 10 {
            check.skip();
        } else if timeouts > 0 {
            check.answer_after(Err(ExchangeError::Timeout), None);
        } else {
            let response = serve(&policy, &Request::try_from(&line.request).unwrap());
            check.answer_after(Ok(FetchResponse::from(&response)), None);
        }
    }
    let report = check.report();
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{report}");
    assert_eq!(
        findings[0].mistake(),
        "the server answers all requests before `host-of-long-labels/1`, but neither this request nor a later one",
        "{report}"
    );
    let advice = findings[0].advice();
    assert!(
        advice.starts_with(
            "start the server again, and send only the request `host-of-long-labels/1`"
        ),
        "{report}"
    );
}
