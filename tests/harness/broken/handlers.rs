//! What middleware does to the handler behind it.

use fetch_cors::conformance::{handler, policies::serve_beside};
use fetch_cors::infrastructure::request::CredentialsMode;
use http::HeaderMap;

use super::*;

/// Our own, before a handler that does what probes say.
fn before_a_handler(changes: impl Fn(&mut HeaderMap)) -> impl FnMut(Request<()>) -> Response<()> {
    let policy = policy();
    move |request| {
        if is_preflight(&request) && request.headers().contains_key("origin") {
            return serve(&policy, &request);
        }
        let mut said = handler(&request).headers().clone();
        changes(&mut said);
        serve_beside(&policy, &request, &said)
    }
}

#[test]
fn what_leaves_the_handler_alone_breaks_no_law() {
    let report = checked(before_a_handler(|_| {}));
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn vary_that_is_lost() {
    let law = Law::HandlerVarySurvives;
    let report = checked(before_a_handler(|said| {
        said.remove("vary");
    }));
    finds_only(&report, Severity::Cache, law);
    // Of two lines the first stays.
    let report = checked(before_a_handler(|said| {
        if let Some(first) = said.get("vary").cloned() {
            said.insert("vary", first);
        }
    }));
    finds_only(&report, Severity::Cache, law);
    assert!(
        report.findings()[0].message().contains("`Vary: cookie`"),
        "{report}"
    );
    // All of it may become one line, in any case.
    let report = checked(before_a_handler(|said| {
        if said.contains_key("vary") {
            said.insert("vary", HeaderValue::from_static("Cookie, X-A, ACCEPT"));
        }
    }));
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_plain_options_that_is_kept_from_the_handler() {
    let law = Law::PlainOptionsReachesHandler;
    let keeps = |status: StatusCode| {
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
    finds_only(&keeps(StatusCode::OK), Severity::Broken, law);
    // No router says that of a method.
    finds_only(&keeps(StatusCode::FORBIDDEN), Severity::Broken, law);
    // That may be the router.
    let report = keeps(StatusCode::METHOD_NOT_ALLOWED);
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_plain_options_that_is_kept_from_the_handler_if_it_has_an_origin() {
    let mut inner = before_a_handler(|_| {});
    let report = checked(move |request: Request<()>| {
        let headers = request.headers();
        let is_plain = request.method() == "OPTIONS" && !is_preflight(&request);
        match is_plain && headers.contains_key("origin") {
            // The router lets others through.
            true => Response::builder().status(405).body(()).unwrap(),
            false => inner(request),
        }
    });
    let law = Law::PlainOptionsReachesHandler;
    finds_only(&report, Severity::Broken, law);
    finds(&report, Severity::Broken, law, "options-with-an-origin");
    let message = report.findings()[0].message();
    assert!(
        message.contains("let every other OPTIONS pass"),
        "{message}"
    );
}

/// A handler that does not always show itself says nothing where it does not, and a server that serves no
/// stranger keeps every method of theirs from it.
#[test]
fn a_handler_that_is_not_seen_for_another_reason() {
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
    assert!(report.findings().is_empty(), "{report}");

    let mut inner = before_a_handler(|_| {});
    let policy = policy();
    let report = checked(move |request: Request<()>| {
        let origin = request.headers().get("origin").cloned();
        let is_stranger = origin.is_some_and(|origin| {
            let origin = origin.to_str().unwrap_or_default();
            !policy.permits(origin, "GET", &[], CredentialsMode::Omit)
        });
        match is_stranger {
            true => Response::builder()
                .status(403)
                .header("vary", "origin")
                .body(())
                .unwrap(),
            false => inner(request),
        }
    });
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn an_origin_that_is_allowed_twice() {
    let policy = policy();
    let report = checked(move |request: Request<()>| {
        let mut response = serve(&policy, &request);
        if !is_preflight(&request) {
            let said = handler(&request);
            let own = said.headers().get("access-control-allow-origin");
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
