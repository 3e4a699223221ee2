//! A server with two mistakes gets one finding for each mistake: one mistake does not make the other mistake look different.

use fetch_cors::{
    conformance::{Report, check, policies::PolicySpec},
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    invented::{ALLOW_ORIGIN, is_preflight, origin},
    names,
    servers::{changed, is_granted},
};

fn policy() -> CorsPolicy {
    let mut spec = PolicySpec::from_origins(["https://app.example", "https://*.shop.example"]);
    spec.methods = ["PUT", "DELETE"].into();
    spec.request_headers = vec!["content-type".into()];
    spec.build().unwrap()
}

fn report_of(change: impl Fn(&Request<()>, &mut Response<()>)) -> Report {
    let mut server = changed(policy(), change);
    check(&mut server, &policy(), config()).unwrap()
}

/// Sends `Access-Control-Allow-Origin` twice.
fn double(response: &mut Response<()>) {
    let headers = response.headers_mut();
    if let Some(value) = headers.get(ALLOW_ORIGIN).cloned() {
        headers.append(ALLOW_ORIGIN, value);
    }
}

fn fail(response: &mut Response<()>, status: StatusCode) {
    *response = Response::new(());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("vary", HeaderValue::from_static("origin"));
}

/// A response with two equal values of `Access-Control-Allow-Origin` shows that the server allows the origin.
#[test]
fn origin_that_is_sent_twice_is_not_denied() {
    let report = report_of(|request, response| {
        if request.method() == "HEAD" {
            response.headers_mut().remove(ALLOW_ORIGIN);
        }
        double(response);
    });
    assert_eq!(
        names(&report),
        ["repeats-allow-origin", "lacks-headers-on-some-responses"],
        "{report}"
    );
    let text = report.to_string();
    assert!(text.contains("this mistake can hide others"), "{text}");

    let report = report_of(|request, response| {
        if origin(request).matches('.').count() > 2 && is_granted(response) {
            fail(response, StatusCode::FORBIDDEN);
        }
        double(response);
    });
    let mut causes = names(&report);
    causes.sort_unstable();
    assert_eq!(
        causes,
        ["denies-allowed-origin", "repeats-allow-origin"],
        "{report}"
    );
    let text = report.to_string();
    assert!(text.contains("`*.` match only one label"), "{text}");
}

/// A server that fails on denied origins also fails on an origin such as `https://a-*.shop.example`, which no page has. This
/// failure does not show that preflights of allowed origins get server errors.
#[test]
fn failures_of_denied_origins_are_not_failures_of_preflights() {
    type Mistake = fn(&Request<()>, &mut Response<()>);
    let mistakes: [(&str, Mistake); 3] = [
        ("authenticates-preflights", |request, response| {
            if is_preflight(request) {
                fail(response, StatusCode::UNAUTHORIZED);
            }
        }),
        ("misses-preflights", |request, response| {
            if is_preflight(request) {
                fail(response, StatusCode::METHOD_NOT_ALLOWED);
            }
        }),
        ("repeats-allow-origin", |_, response| double(response)),
    ];
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
    for (cause, mistake) in mistakes {
        let report = report_of(|request, response| {
            let given = origin(request);
            let host = given.strip_prefix("https://").unwrap_or_default();
            let name = host.strip_suffix(".shop.example");
            let is_allowed =
                host == "app.example" || name.is_some_and(|name| name.bytes().all(is_label));
            if !given.is_empty() && !is_allowed {
                fail(response, StatusCode::INTERNAL_SERVER_ERROR);
            } else {
                mistake(request, response);
            }
        });
        let mut causes = names(&report);
        causes.sort_unstable();
        let mut expected = [cause, "fails-on-denied-origins"];
        expected.sort_unstable();
        assert_eq!(causes, expected, "{report}");
    }
}
