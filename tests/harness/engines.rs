//! Violations that occur only in some engines.

use fetch_cors::{
    conformance::{
        Cause, CheckConfig, Report, Severity, Violation, check, laws::Law, policies::serve,
    },
    engine::Engine::{self, Chromium, Firefox, Spec, Webkit},
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

const CREDENTIALS: &str = "access-control-allow-credentials";

/// Checks a server that implements the policy. `change` changes each response.
fn report(policy: &CorsPolicy, change: impl Fn(&mut Response<()>)) -> Report {
    let mut server = |request: Request<()>| {
        let mut response = serve(policy, &request);
        change(&mut response);
        response
    };
    let config = CheckConfig::new("https://api.example/").unwrap();
    check(&mut server, policy, config).unwrap()
}

fn policy() -> CorsPolicy {
    let builder = CorsPolicy::builder().origin("https://app.example");
    let builder = builder.credentials(true).request_headers(["x-a"]);
    builder.build().unwrap()
}

/// Returns the list of engines of each violation. Equal lists are returned only once.
fn engines(report: &Report) -> Vec<&[Engine]> {
    let mut lists: Vec<_> = report.violations().iter().map(|v| v.engines()).collect();
    lists.sort_unstable();
    lists.dedup();
    lists
}

#[test]
fn correct_server_has_no_violation_in_any_engine() {
    let report = report(&policy(), |_| ());
    assert!(report.violations().is_empty(), "{report}");
}

/// The response has a second, empty line of `Access-Control-Allow-Credentials`. Firefox drops the empty line, so the
/// fetch succeeds in Firefox. The other engines join the two lines to one value, so the fetch fails in these engines.
#[test]
fn failure_that_one_browser_does_not_have_names_the_others() {
    let report = report(&policy(), |response| {
        if response.headers().contains_key(CREDENTIALS) {
            response
                .headers_mut()
                .append(CREDENTIALS, HeaderValue::from_static(""));
        }
    });
    let others: &[Engine] = &[Spec, Chromium, Webkit];
    assert!(engines(&report).contains(&others), "{report}");
    let text = report.to_string();
    let first = text.lines().next().unwrap();
    assert!(first.ends_with(", in Chromium and WebKit only"), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    let named = &json["findings"][0]["engines"];
    assert_eq!(*named, serde_json::json!(["spec", "chromium", "webkit"]));
    let mut violations = report.violations().iter();
    let marked = violations.find(|violation| violation.engines() == others);
    let json = serde_json::to_value(marked.unwrap()).unwrap();
    assert_eq!(json["engines"], *named);
}

/// The response has two lines of `Access-Control-Allow-Credentials`: `true` and an empty line. Firefox drops the empty
/// line, so only Firefox allows credentials.
#[test]
fn leak_in_one_browser_names_the_browser() {
    let builder = CorsPolicy::builder().origin("https://app.example");
    let report = report(&builder.build().unwrap(), |response| {
        for value in ["true", ""] {
            let value = HeaderValue::from_static(value);
            response.headers_mut().append(CREDENTIALS, value);
        }
    });
    let mut violations = report.violations().iter();
    let leak = violations.find(|violation| violation.engines() == [Firefox]);
    let text = leak.unwrap().to_string();
    let heading = text.lines().next().unwrap();
    assert!(heading.starts_with("security: "), "{text}");
    assert!(heading.ends_with(", in Firefox only"), "{text}");
}

/// The standard does not apply `*` to Authorization, but the engines do.
#[test]
fn wildcard_that_covers_authorization_in_browsers_is_named() {
    let builder = CorsPolicy::builder().origin("https://app.example");
    let policy = builder.any_request_header().build().unwrap();
    let mut server = |request: Request<()>| {
        let mut response = serve(&policy, &request);
        let is_preflight = request
            .headers()
            .contains_key("access-control-request-method");
        let headers = response.headers_mut();
        if is_preflight && headers.contains_key("access-control-allow-origin") {
            headers.insert(
                "access-control-allow-headers",
                HeaderValue::from_static("*"),
            );
        }
        response
    };
    let config = CheckConfig::new("https://api.example/").unwrap();
    let report = check(&mut server, &policy, config).unwrap();
    let findings = report.findings();
    assert_eq!(
        findings[0].cause(),
        Cause::WildcardCoversAuthorization,
        "{report}"
    );
    assert_eq!(
        findings[0].engines(),
        [Chromium, Firefox, Webkit],
        "{report}"
    );
}

/// The second line of `Access-Control-Allow-Origin` is empty. Firefox drops this line, so only Firefox allows the
/// unlisted origin. No request has Authorization, so a wildcard is not the cause of the leak.
#[test]
fn leak_without_authorization_is_not_due_to_a_wildcard() {
    let builder = CorsPolicy::builder().origin("https://app.example");
    let policy = builder.methods(["PUT"]).build().unwrap();
    let mut server = |mut request: Request<()>| {
        let given = request.headers().get("origin").cloned();
        let page = HeaderValue::from_static("https://app.example");
        if given.is_some() {
            request.headers_mut().insert("origin", page);
        }
        let mut response = serve(&policy, &request);
        if let Some(given) = given {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", given);
            headers.append("access-control-allow-origin", HeaderValue::from_static(""));
        }
        response
    };
    let config = CheckConfig::new("https://api.example/").unwrap();
    let report = check(&mut server, &policy, config).unwrap();
    let is_of_firefox = |violation: &&Violation| violation.engines() == [Firefox];
    let leaks: Vec<_> = report.violations().iter().filter(is_of_firefox).collect();
    let sends = |violation: &&Violation| violation.message().contains(" can send ");
    assert!(leaks.iter().any(sends), "{report}");
    for leak in leaks {
        assert_ne!(leak.cause(), Cause::WildcardCoversAuthorization, "{leak}");
        assert_ne!(leak.cause(), Cause::Other, "{leak}");
    }
}

#[test]
fn violation_of_all_engines_has_no_mark() {
    let report = report(&policy(), |response| {
        response.headers_mut().remove("access-control-allow-origin");
    });
    assert_eq!(engines(&report), [Engine::ALL], "{report}");
    let text = report.to_string();
    assert!(!text.lines().next().unwrap().ends_with(" only"), "{text}");
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["findings"][0]["engines"], serde_json::Value::Null);
}

/// The check does not send the PUT, because a PUT can change data. The missing response is not a difference between
/// engines.
#[test]
fn request_without_an_exchange_says_nothing_about_engines() {
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.credentials(true).methods(["PUT"]).build().unwrap();
    let preflights: [fn(&Request<()>) -> HeaderValue; 2] = [
        |request| request.headers()["origin"].clone(),
        |_| HeaderValue::from_static("*"),
    ];
    for allow_origin in preflights {
        let mut server = |request: Request<()>| {
            let mut response = serve(&policy, &request);
            let headers = request.headers();
            if headers.contains_key("access-control-request-method")
                && headers.contains_key("origin")
            {
                *response.status_mut() = StatusCode::NO_CONTENT;
                let headers = response.headers_mut();
                headers.insert("access-control-allow-origin", allow_origin(&request));
                let methods = HeaderValue::from_static("PUT");
                headers.insert("access-control-allow-methods", methods);
            }
            response
        };
        let config = CheckConfig::new("https://api.example/").unwrap();
        let config = config.without_unsafe_methods();
        let report = check(&mut server, &policy, config).unwrap();
        let mut violations = report.with_severity(Severity::Security);
        let law = Law::FetchSucceedsExactlyWhenPermitted;
        assert!(
            violations.any(|violation| violation.law() == law),
            "{report}"
        );
        assert_eq!(engines(&report), [Engine::ALL], "{report}");
    }
}
