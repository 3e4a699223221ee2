//! Servers whose answers depend on earlier requests: a resource is deleted, a version is old, or a token expires.

use std::cell::Cell;

use super::*;

/// The number of requests that the server already handled: of all methods, and of some methods.
#[derive(Default)]
struct Earlier {
    all: Cell<usize>,
    deletes: Cell<usize>,
    patches: Cell<usize>,
    posts: Cell<usize>,
}

/// Returns the status of the response. `None` if the response has the usual status.
type Handler = fn(&Request<()>, &Earlier) -> Option<u16>;

fn report_on(handler: Handler, has_headers: bool) -> Report {
    let policy = CorsPolicy::builder()
        .origins(["https://app.example", "https://other.example"])
        .credentials(true)
        .methods(["PUT", "PATCH", "DELETE"])
        .build()
        .unwrap();
    let earlier = Earlier::default();
    let mut server = |request: Request<()>| {
        let mut response = serve(&policy, &request);
        if request.method() == "OPTIONS" {
            return response;
        }
        if let Some(code) = handler(&request, &earlier) {
            if !has_headers {
                response = Response::new(());
            }
            *response.status_mut() = StatusCode::from_u16(code).unwrap();
        }
        let count = match request.method().as_str() {
            "DELETE" => &earlier.deletes,
            "PATCH" => &earlier.patches,
            "POST" => &earlier.posts,
            _ => &earlier.all,
        };
        count.set(count.get() + 1);
        earlier.all.set(earlier.all.get() + 1);
        response
    };
    check(&mut server, &policy, config()).unwrap()
}

/// The handler of a correct server answers an equal request differently after the first request.
#[test]
fn handlers_with_state_violate_no_law() {
    let right: [Handler; 10] = [
        |request, earlier| {
            (request.method() == "DELETE" && earlier.deletes.get() > 0).then_some(404)
        },
        |request, earlier| {
            (request.method() == "DELETE" && earlier.deletes.get() > 0).then_some(410)
        },
        // The resource does not exist after it was deleted.
        |request, earlier| (request.method() != "PUT" && earlier.deletes.get() > 0).then_some(404),
        |request, earlier| {
            (request.method() == "PATCH" && earlier.patches.get() > 0).then_some(412)
        },
        |request, earlier| (request.method() == "POST" && earlier.posts.get() > 0).then_some(409),
        |request, earlier| (request.method() == "POST" && earlier.posts.get() > 2).then_some(422),
        // The token of the check expires.
        |_, earlier| (earlier.all.get() > 100).then_some(401),
        |_, earlier| (earlier.all.get() > 150).then_some(403),
        // The quota of POST requests is used up.
        |request, earlier| (request.method() == "POST" && earlier.posts.get() > 0).then_some(403),
        |request, earlier| (request.method() == "POST" && earlier.posts.get() > 4).then_some(429),
    ];
    for (i, handler) in right.into_iter().enumerate() {
        let report = report_on(handler, true);
        assert!(report.violations().is_empty(), "{i}: {report}");
        let lines = report.unchecked();
        let is_named = lines.iter().any(|line| line.contains("after some time"));
        assert_eq!(is_named, (6..=8).contains(&i), "{i}: {report}");
        let has_login = lines
            .iter()
            .any(|line| line.contains("without this header"));
        assert!(!has_login, "{i}: {report}");
    }
}

/// The token of the check expires, and the later error responses have a wrong `Access-Control-Allow-Origin`.
#[test]
fn wrong_headers_after_the_token_expired_are_found() {
    let policy = CorsPolicy::builder()
        .origins(["https://app.example", "https://other.example"])
        .credentials(true)
        .build()
        .unwrap();
    let earlier = Cell::new(0);
    let mut server = |request: Request<()>| {
        let mut response = serve(&policy, &request);
        if request.method() == "OPTIONS" {
            return response;
        }
        earlier.set(earlier.get() + 1);
        if earlier.get() > 100 {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            let headers = response.headers_mut();
            if let Some(value) = headers.get_mut("access-control-allow-origin") {
                *value = "https://wrong.example".parse().unwrap();
            }
        }
        response
    };
    let report = check(&mut server, &policy, config()).unwrap();
    let findings = report.findings();
    let mut causes = findings.iter().map(|finding| finding.cause().name());
    assert!(
        causes.any(|cause| cause == "wrong-constant-origin"),
        "{report}"
    );
}

/// An error response of the handler lacks the CORS headers.
#[test]
fn missing_headers_of_handlers_with_state_are_found() {
    let wrong: [Handler; 6] = [
        |request, earlier| {
            (request.method() == "DELETE" && earlier.deletes.get() > 0).then_some(404)
        },
        |request, earlier| {
            (request.method() == "PATCH" && earlier.patches.get() > 0).then_some(412)
        },
        |request, earlier| (request.method() == "POST" && earlier.posts.get() > 0).then_some(409),
        |_, earlier| (earlier.all.get() > 1).then_some(401),
        |_, earlier| (earlier.all.get() > 100).then_some(403),
        |request, earlier| (request.method() == "POST" && earlier.posts.get() > 2).then_some(403),
    ];
    for (i, handler) in wrong.into_iter().enumerate() {
        let report = report_on(handler, false);
        let findings = report.findings();
        let causes: Vec<&str> = findings
            .iter()
            .map(|finding| finding.cause().name())
            .collect();
        assert_eq!(causes, ["lacks-headers-on-errors"], "{i}: {report}");
    }
}
