//! Middleware that changes the response of its handler, or does not call its handler.

use fetch_cors::conformance::{handler, policies::serve_with_handler};
use fetch_cors::infrastructure::request::CredentialsMode;
use http::HeaderMap;

use super::*;

/// Returns a server with the middleware of this crate before the test handler. `changes` makes the mistake: it changes
/// the headers that the handler sets.
fn before_a_handler(changes: impl Fn(&mut HeaderMap)) -> impl FnMut(Request<()>) -> Response<()> {
    let policy = policy();
    move |request| {
        if is_preflight(&request) && request.headers().contains_key("origin") {
            return serve(&policy, &request);
        }
        let mut headers = handler(&request).headers().clone();
        changes(&mut headers);
        serve_with_handler(&policy, &request, &headers)
    }
}

#[test]
fn unchanged_handler_violates_no_law() {
    let report = checked(before_a_handler(|_| {}));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn lost_vary_is_found() {
    let law = Law::HandlerVarySurvives;
    let report = checked(before_a_handler(|headers| {
        headers.remove("vary");
    }));
    finds_only(&report, Severity::Cache, law);
    // The response has only the first line of `Vary`.
    let report = checked(before_a_handler(|headers| {
        if let Some(first) = headers.get("vary").cloned() {
            headers.insert("vary", first);
        }
    }));
    finds_only(&report, Severity::Cache, law);
    assert!(
        report.violations()[0].message().contains("`Vary: cookie`"),
        "{report}"
    );
    // One line with all names, in any letter case, is correct.
    let report = checked(before_a_handler(|headers| {
        if headers.contains_key("vary") {
            headers.insert("vary", HeaderValue::from_static("Cookie, X-A, ACCEPT"));
        }
    }));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn intercepted_options_is_found() {
    let law = Law::PlainOptionsReachesHandler;
    let intercepts = |status: StatusCode| {
        let mut inner = before_a_handler(|_| {});
        checked(move |request: Request<()>| {
            let is_cors = request.headers().contains_key("origin");
            let is_plain = request.method() == "OPTIONS" && !(is_cors && is_preflight(&request));
            match is_plain {
                true => Response::builder().status(status).body(()).unwrap(),
                false => inner(request),
            }
        })
    };
    finds_only(&intercepts(StatusCode::OK), Severity::Broken, law);
    // A router does not answer with 403, so this status shows that the middleware intercepts requests.
    finds_only(&intercepts(StatusCode::FORBIDDEN), Severity::Broken, law);
    // A router without a route for OPTIONS answers with 405, so this status is not a violation.
    let report = intercepts(StatusCode::METHOD_NOT_ALLOWED);
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn intercepted_options_with_origin_is_found() {
    let mut inner = before_a_handler(|_| {});
    let report = checked(move |request: Request<()>| {
        let headers = request.headers();
        let is_plain = request.method() == "OPTIONS" && !is_preflight(&request);
        match is_plain && headers.contains_key("origin") {
            // The handler gets OPTIONS requests without `Origin`, so the router has a route for OPTIONS. The status 405
            // therefore comes from the middleware.
            true => Response::builder().status(405).body(()).unwrap(),
            false => inner(request),
        }
    });
    let law = Law::PlainOptionsReachesHandler;
    finds_only(&report, Severity::Broken, law);
    finds(&report, Severity::Broken, law, "options-with-an-origin");
    let message = report.violations()[0].message();
    assert!(
        message.contains("pass every other OPTIONS request to the handler"),
        "{message}"
    );
}

/// Two servers without a violation. The first server removes the header of the test handler from every second response.
/// The second server rejects every unlisted origin except its own origin.
#[test]
fn missing_mark_for_another_reason_is_not_reported() {
    let mut count = 0;
    let mut inner = before_a_handler(|_| {});
    let report = checked(move |request: Request<()>| {
        count += 1;
        let mut response = inner(request);
        if count % 2 == 0 {
            response.headers_mut().remove("fetch-cors-handler");
        }
        response
    });
    assert!(report.violations().is_empty(), "{report}");

    let mut inner = before_a_handler(|_| {});
    let policy = policy();
    let report = checked(move |request: Request<()>| {
        let origin = request.headers().get("origin").cloned();
        let is_unlisted = origin.is_some_and(|origin| {
            let origin = origin.to_str().unwrap_or_default();
            let is_own = origin == "https://api.example";
            !is_own && !policy.permits(origin, "GET", &[], CredentialsMode::Omit)
        });
        match is_unlisted {
            true => Response::builder()
                .status(403)
                .header("vary", "origin")
                .body(())
                .unwrap(),
            false => inner(request),
        }
    });
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn origin_allowed_twice_is_found() {
    let policy = policy();
    let report = checked(move |request: Request<()>| {
        let mut response = serve(&policy, &request);
        if !is_preflight(&request) {
            let handled = handler(&request);
            let own = handled.headers().get("access-control-allow-origin");
            if let Some(own) = own.filter(|_| is_granted(&response)) {
                let headers = response.headers_mut();
                headers.append("access-control-allow-origin", own.clone());
            }
        }
        response
    });
    let law = Law::AllowOriginOccursOnce;
    finds_only(&report, Severity::Broken, law);
    finds(&report, Severity::Broken, law, "handlers-allow-origin");
}
