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
const ALLOWED: [fn(&str) -> bool; 7] = [
    |origin| origin.starts_with("https://other.example"),
    |origin| origin.ends_with("other.example"),
    |origin| origin == "http://other.example",
    |origin| origin == "http://localhost:3000",
    |origin| origin.ends_with(".vercel.app"),
    |origin| origin == "null",
    |origin| origin == "https://unlisted.test",
];

#[test]
fn wrong_origins_are_tried_in_each_context() {
    for (i, context) in CONTEXTS.into_iter().enumerate() {
        for (j, allowed) in ALLOWED.into_iter().enumerate() {
            let mut server = changed(policy(), |request, response| {
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
            let report = check(&mut server, &policy(), config).unwrap();
            let mut found = report.with_severity(Severity::Security);
            assert!(found.next().is_some(), "context {i}, origin {j}: {report}");
        }
    }
}
