//! Servers that allow a wrong origin only in some requests: with credentials, with a method, in error responses, or in
//! preflights.

use super::*;

const URL_OF_ERROR: &str = "https://api.example/missing";

/// The requests in which a server allows a wrong origin.
const CONTEXTS: [fn(&Request<()>) -> bool; 6] = [
    |request| request.headers().contains_key("cookie"),
    |request| request.headers().contains_key("authorization"),
    |request| request.method() == "POST",
    |request| request.method() == "HEAD",
    |request| request.uri().path() == "/missing",
    |request| is_preflight(request),
];

/// The wrong origins. The second entry of the policy is `https://other.example`.
const ALLOWED: [fn(&str) -> bool; 10] = [
    |origin| origin.starts_with("https://other.example"),
    |origin| origin.ends_with("other.example"),
    |origin| origin == "http://other.example",
    |origin| origin == "http://localhost:3000",
    |origin| origin.ends_with(".vercel.app"),
    |origin| origin == "null",
    |origin| origin == "https://unlisted.test",
    |origin| origin.ends_with(".app.corp.example"),
    |origin| origin.ends_with(".corp.example") && !origin.contains("app"),
    |origin| origin.starts_with("https://app.corp.example:"),
];

/// The wrong origins that are also tried in two contexts at once: with credentials and POST, and with credentials in error
/// responses.
const ALLOWED_IN_TWO: [&str; 2] = ["null", "https://unlisted.test"];

/// Returns whether the check finds a server that allows the origins in requests of the context.
fn is_found(context: &dyn Fn(&Request<()>) -> bool, allowed: &dyn Fn(&str) -> bool) -> bool {
    let policy =
        CorsPolicy::builder().origins(["https://app.corp.example", "https://other.example"]);
    let policy = policy.credentials(true).methods(["PUT", "PATCH"]);
    let policy = policy.build().unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        let page = origin(request);
        if context(request) && allowed(&page) {
            let headers = response.headers_mut();
            set(headers, "access-control-allow-origin", &page);
            set(headers, "access-control-allow-credentials", "true");
            set(headers, "vary", "Origin");
            if is_preflight(request) {
                set(headers, "access-control-allow-methods", "PUT, PATCH");
                *response.status_mut() = StatusCode::NO_CONTENT;
            }
        }
    });
    let config = config().error_url(URL_OF_ERROR).unwrap().fetches(0);
    let report = check(&mut server, &policy, config).unwrap();
    report.with_severity(Severity::Security).next().is_some()
}

#[test]
fn wrong_origins_are_tried_in_each_context() {
    for (i, context) in CONTEXTS.into_iter().enumerate() {
        for (j, allowed) in ALLOWED.into_iter().enumerate() {
            assert!(is_found(&context, &allowed), "context {i}, origin {j}");
        }
    }
}

#[test]
fn origins_that_anyone_can_have_are_tried_in_two_contexts() {
    let [cookie, authorization, post, _, error, _] = CONTEXTS;
    for origin in ALLOWED_IN_TWO {
        for [a, b] in [
            [cookie, post],
            [authorization, post],
            [cookie, error],
            [post, error],
        ] {
            let context = |request: &Request<()>| a(request) && b(request);
            assert!(is_found(&context, &|page| page == origin), "{origin}");
        }
    }
}
