//! Servers whose CORS headers depend on a header of the request that is not about CORS.

use fetch_cors::conformance::Cause;

use super::*;

/// Headers that a browser or a page adds without a preflight, with the method of the request.
const HEADERS: [(&str, &str, &str); 14] = [
    ("GET", "user-agent", "Mozilla"),
    ("GET", "if-none-match", "*"),
    ("GET", "if-modified-since", "2037"),
    ("GET", "accept", "event-stream"),
    ("GET", "accept", "json"),
    ("GET", "accept-language", "en"),
    ("GET", "range", "bytes"),
    ("GET", "save-data", "on"),
    ("GET", "accept", "image/"),
    ("GET", "content-language", "en"),
    ("GET", "content-type", "text/plain"),
    ("POST", "content-type", "text/plain"),
    ("POST", "content-type", "x-www-form"),
    ("POST", "content-type", "multipart"),
];

fn has(request: &Request<()>, name: &str, part: &str) -> bool {
    let value = request.headers().get(name);
    value.is_some_and(|value| value.to_str().unwrap().contains(part))
}

/// Returns a server that also allows the origins for which `allows` returns true, in responses to the requests for which
/// `is_wrong` returns true.
fn allowing_if(
    is_wrong: impl Fn(&Request<()>) -> bool,
    allows: impl Fn(&str) -> bool,
) -> impl FnMut(Request<()>) -> Response<()> {
    changed(policy(), move |request, response| {
        let given = origin(request);
        if is_wrong(request) && allows(&given) {
            let headers = response.headers_mut();
            set(headers, "access-control-allow-origin", &given);
            set(headers, "access-control-allow-credentials", "true");
        }
        if has(request, "if-none-match", "") {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        }
    })
}

#[test]
fn reflection_with_a_header_is_found() {
    for (method, name, part) in HEADERS {
        let report = checked(allowing_if(
            move |request| request.method() == method && has(request, name, part),
            |origin| !origin.is_empty(),
        ));
        let findings = report.findings();
        let causes: Vec<Cause> = findings.iter().map(|finding| finding.cause()).collect();
        assert_eq!(causes, [Cause::ReflectsWithHeaders], "{name} {report}");
        let finding = &findings[0];
        assert_eq!(finding.severity(), Severity::Security);
        let named = |text: &String| text.eq_ignore_ascii_case(name);
        assert!(finding.scope().iter().any(named), "{report}");
        assert!(finding.scope().contains(&"credentials".into()), "{report}");
    }
}

#[test]
fn null_in_revalidations_is_found() {
    let report = checked(allowing_if(
        |request| has(request, "if-none-match", ""),
        |origin| origin == "null",
    ));
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{report}");
    assert_eq!(
        findings[0].mistake(),
        "if the request has `If-None-Match`, the server allows the origin `null`"
    );
}

#[test]
fn null_with_head_and_a_cookie_is_found() {
    let report = checked(allowing_if(
        |request| request.method() == "HEAD" && has(request, "cookie", ""),
        |origin| origin == "null",
    ));
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{report}");
    let mistake = findings[0].mistake();
    let expected = "if the request has `Cookie`, the server allows the origin `null`";
    assert!(mistake.starts_with(expected), "{mistake}");
}

/// A header is not the reason if the server also reflects any origin without the header.
#[test]
fn headers_are_not_the_reason_for_other_reflections() {
    for (method, cause) in [
        ("GET", Cause::ReflectsAnyOrigin),
        ("POST", Cause::ReflectsOnSomeMethods),
    ] {
        let report = checked(allowing_if(
            move |request| request.method() == method,
            |origin| !origin.is_empty(),
        ));
        let findings = report.findings();
        let causes: Vec<Cause> = findings.iter().map(|finding| finding.cause()).collect();
        assert_eq!(causes, [cause], "{report}");
    }
}

/// Servers choose the status by these headers, whatever the origin. A 304 response can lack `Vary`.
#[test]
fn statuses_by_headers_are_right() {
    for status in [
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        StatusCode::INTERNAL_SERVER_ERROR,
    ] {
        for (method, name, part) in HEADERS {
            let report = checked(changed(policy(), |request, response| {
                if request.method() == method && has(request, name, part) {
                    *response.status_mut() = status;
                }
                if has(request, "if-none-match", "") {
                    *response = Response::new(());
                    *response.status_mut() = StatusCode::NOT_MODIFIED;
                }
            }));
            assert!(report.violations().is_empty(), "{name}: {report}");
        }
    }
}

/// If responses have an `ETag`, browsers send `If-None-Match`. A server that answers `If-None-Match: *` with the status 200 can
/// have a mistake in its 304 responses, which the check does not see.
#[test]
fn unseen_revalidations_are_named() {
    for (status, has_etag, is_named) in [
        (StatusCode::OK, true, true),
        (StatusCode::OK, false, false),
        (StatusCode::NOT_MODIFIED, true, false),
    ] {
        let report = checked(changed(policy(), |request, response| {
            if has_etag {
                set(response.headers_mut(), "etag", "\"1\"");
            }
            if has(request, "if-none-match", "") {
                *response.status_mut() = status;
            }
        }));
        let not_checked = report.unchecked().iter();
        let is_of_status = |text: &String| text.contains("the status 304");
        assert_eq!(not_checked.clone().any(is_of_status), is_named, "{report}");
        assert!(report.violations().is_empty(), "{report}");
    }
}
