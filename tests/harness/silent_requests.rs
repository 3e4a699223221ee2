//! The first line about missing responses has what the requests without a response have in common.

use fetch_cors::{
    cases::ExchangeError,
    conformance::{Cause, Check, Report, policies::serve},
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
    policy.methods(["PUT"]).max_age(600).build().unwrap()
}

fn has(request: &HttpRequest, name: &str, value: &str) -> bool {
    let sent = request.header_list.get(name).unwrap_or_default();
    String::from_utf8_lossy(&sent).contains(value)
}

fn report_with(
    drops: impl Fn(&HttpRequest) -> bool,
    change: impl Fn(&HttpRequest, &mut Response<()>),
) -> Report {
    let policy = policy();
    let mut check = Check::new(&policy, config()).unwrap();
    while let Some(line) = check.request() {
        let sent = &line.request;
        let answer = if drops(sent) {
            Err(ExchangeError::Network)
        } else {
            let mut response = serve(&policy, &Request::try_from(sent).unwrap());
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
    let servers: [(&str, Drops); 6] = [
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
