//! Two mistakes with the same cause have different scopes, so an entry of `--known` for one of them does not hide the other.

use fetch_cors::conformance::{Cause, Report, check};
use http::{Request, Response};

use super::{
    config,
    servers::{allowing, changed, is_granted, is_preflight, policy, set},
};

const LISTED: [&str; 2] = ["https://app.example", "https://other.example"];

#[track_caller]
fn scope(report: &Report, cause: Cause) -> Vec<String> {
    let findings = report.findings();
    let finding = findings.iter().find(|finding| finding.cause() == cause);
    let finding = finding.unwrap_or_else(|| panic!("no {cause} in {report}"));
    finding.scope().to_vec()
}

fn report_of(mut server: impl FnMut(Request<()>) -> Response<()>) -> Report {
    check(&mut server, &policy(), config()).unwrap()
}

/// Returns the scope for a server that also allows the origins for which `allows` returns true. If a request has several
/// `Origin` lines, the server reads the last line.
fn scope_of(cause: Cause, allows: fn(&str) -> bool) -> Vec<String> {
    let mut server = allowing(policy(), move |origin| {
        LISTED.contains(&origin) || allows(origin)
    });
    let report = report_of(|mut request: Request<()>| {
        let mut lines = request.headers().get_all("origin").iter();
        if let Some(last) = lines.next_back().cloned() {
            request.headers_mut().insert("origin", last);
        }
        server(request)
    });
    scope(&report, cause)
}

type Allows = fn(&str) -> bool;

#[test]
fn comparisons_have_scopes() {
    let servers: [(Cause, Allows, Allows); 5] = [
        (
            Cause::ReflectsManyOrigins,
            |origin| {
                !["evil", "test", "app.example"]
                    .iter()
                    .any(|word| origin.contains(word))
            },
            |origin| {
                !["evil", "test", "example"]
                    .iter()
                    .any(|word| origin.contains(word))
            },
        ),
        (
            Cause::ReflectsAnyOrigin,
            |origin| !origin.contains("evil"),
            |origin| !origin.contains("evil.test"),
        ),
        (
            Cause::AllowsMalformedOrigin,
            |origin| origin == "https://app.example/",
            |origin| origin.starts_with("https://app.example/"),
        ),
        (
            Cause::AllowsLocalhost,
            |origin| origin.starts_with("http://localhost:"),
            |origin| origin.starts_with("http://localhost:") || origin.starts_with("http://10."),
        ),
        (
            Cause::AllowsApps,
            |origin| origin.starts_with("chrome-extension:"),
            |origin| origin.contains("-extension:"),
        ),
    ];
    for (cause, first, second) in servers {
        let [first, second] = [first, second].map(|allows| scope_of(cause, allows));
        assert!(!first.is_empty() && !second.is_empty(), "{cause}");
        assert_ne!(first, second, "{cause}");
    }
}

#[test]
fn several_origins_have_scopes() {
    let cause = Cause::ReadsOneOfSeveralOrigins;
    let last = scope_of(cause, |_| false);
    let first = scope(
        &report_of(allowing(policy(), |origin| LISTED.contains(&origin))),
        cause,
    );
    assert_eq!(first, ["repeated-origin"]);
    assert_eq!(last, ["repeated-origin-unlisted-first"]);
}

#[test]
fn exposed_headers_have_scopes() {
    let exposing = |exposed: &'static str| {
        let report = report_of(changed(policy(), move |request, response| {
            let headers = response.headers_mut();
            for name in ["etag", "x-secret", "x-other"] {
                set(headers, name, "1");
            }
            if is_granted(response) && !is_preflight(request) {
                let name = "access-control-expose-headers";
                set(response.headers_mut(), name, exposed);
            }
        }));
        let causes = [Cause::ExposesOtherHeaders, Cause::LacksExposedHeaders];
        let findings = report.findings();
        let found = causes
            .into_iter()
            .find(|cause| findings.iter().any(|finding| finding.cause() == *cause));
        scope(&report, found.unwrap())
    };
    assert_eq!(exposing("etag, x-secret"), ["x-secret"]);
    assert_eq!(exposing("etag, x-secret, x-other"), ["x-other", "x-secret"]);
    assert_eq!(exposing("x-none"), ["etag"]);
}
