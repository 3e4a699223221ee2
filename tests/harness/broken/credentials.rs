//! Servers that allow credentials although the policy does not.

use super::*;
use fetch_cors::conformance::Cause;

const ADVICE: &str = "do not send `Access-Control-Allow-Credentials`, or, if your pages send cookies, set `credentials` to `true` in the policy";

/// The advice if the policy allows every origin.
const ADVICE_FOR_ANY_ORIGIN: &str = "send `*` to every origin, without `Access-Control-Allow-Credentials`; or, if your pages send cookies, list their origins in the policy, and set its `credentials` to `true`";

fn assert_reported_once(report: &Report, advice: &str) {
    let security: Vec<_> = report.with_severity(Severity::Security).collect();
    assert_eq!(security.len(), 1, "{report}");
    assert_eq!(security[0].cause(), Cause::AllowsCredentials, "{report}");
    assert_eq!(report.to_string().matches(advice).count(), 1, "{report}");
}

fn allows_credentials(response: &mut Response<()>) {
    if is_granted(response) {
        let headers = response.headers_mut();
        set(headers, "access-control-allow-credentials", "true");
    }
}

fn reflects(request: &Request<()>, response: &mut Response<()>) {
    if let Some(origin) = request.headers().get("origin").cloned() {
        let headers = response.headers_mut();
        headers.insert("access-control-allow-origin", origin);
    }
    set(response.headers_mut(), "vary", "origin");
    allows_credentials(response);
}

#[test]
fn credentials_are_the_only_mistake() {
    let builder = CorsPolicy::builder()
        .methods(["PUT"])
        .request_headers(["x-a"]);
    let one = builder.clone().origin("https://app.example");
    let one = one.build().unwrap();
    let mut server = changed(one.clone(), |_, response| allows_credentials(response));
    let report = check(&mut server, &one, config()).unwrap();
    assert_reported_once(&report, ADVICE);
    assert_eq!(report.violations().len(), 1, "{report}");

    // Only preflight responses allow credentials.
    let mut server = changed(one.clone(), |request, response| {
        if is_preflight(request) {
            allows_credentials(response);
        }
    });
    assert_reported_once(&check(&mut server, &one, config()).unwrap(), ADVICE);

    let any = builder.any_origin().build().unwrap();
    let mut server = changed(any.clone(), |request, response| {
        if is_granted(response) {
            reflects(request, response);
        }
    });
    assert_reported_once(
        &check(&mut server, &any, config()).unwrap(),
        ADVICE_FOR_ANY_ORIGIN,
    );
}

/// If the policy denies a fetch even without credentials, the message of the violation does not have the advice about
/// credentials.
#[test]
fn credentials_are_not_the_only_mistake() {
    let policy = policy_of(&["https://app.example", "https://other.example"]);
    let mut server = changed(policy.clone(), reflects);
    let report = check(&mut server, &policy, config()).unwrap();
    finds(&report, Severity::Security, READS, "reflection");
    let security = report.with_severity(Severity::Security);
    let (of_credentials, others): (Vec<_>, Vec<_>) =
        security.partition(|violation| violation.message().ends_with(ADVICE));
    assert_eq!(of_credentials.len(), 1, "{report}");
    assert!(others.len() > 10, "{report}");
}

/// A server can expose other headers if the request has credentials. The value `*` exposes no header to a fetch with
/// credentials.
#[test]
fn headers_exposed_with_credentials_are_judged() {
    let with = |exposed: Option<&'static str>, is_for_all: bool| {
        checked(changed(policy(), move |request, response| {
            let headers = response.headers_mut();
            set(headers, "etag", "1");
            set(headers, "x-secret", "1");
            let names = ["cookie", "authorization"];
            let has_credentials = names
                .iter()
                .any(|name| request.headers().contains_key(*name));
            if (has_credentials || is_for_all) && is_granted(response) && !is_preflight(request) {
                let headers = response.headers_mut();
                headers.remove("access-control-expose-headers");
                if let Some(exposed) = exposed {
                    set(headers, "access-control-expose-headers", exposed);
                }
            }
        }))
    };
    assert_eq!(with(Some("ETag"), false).violations().len(), 0);
    for (exposed, is_for_all, expected, mistake) in [
        (
            Some("etag, x-secret"),
            false,
            &["exposes-other-headers"][..],
            "if the request has `Authorization` or `Cookie`, scripts can read",
        ),
        (
            None,
            false,
            &["lacks-exposed-headers"][..],
            "if the request has `Authorization` or `Cookie`, scripts cannot read",
        ),
        (
            Some("*"),
            false,
            &["lacks-exposed-headers"][..],
            "if the request has `Authorization` or `Cookie`, scripts cannot read",
        ),
        (
            Some("*"),
            true,
            &["exposes-everything"][..],
            "but no header to fetches with credentials",
        ),
        (
            Some("x-secret"),
            true,
            &["exposes-other-headers", "lacks-exposed-headers"],
            "scripts can read response headers that the policy does not expose",
        ),
    ] {
        let report = with(exposed, is_for_all);
        let findings = report.findings();
        let names = findings.iter().map(|finding| finding.cause().name());
        assert_eq!(names.collect::<Vec<_>>(), expected, "{report}");
        let text = report.to_string();
        let first = text.lines().next().unwrap();
        assert!(first.contains(mistake), "{first}");
    }
}

/// A server reflects any origin if the request has credentials, but does not allow credentials. No page can read the response
/// today, but the server compares no origin.
#[test]
fn reflection_with_refused_credentials_is_waste() {
    let policy = policy_of(&["https://app.example", "https://other.example"]);
    for method in ["GET", "HEAD", "POST"] {
        for name in ["cookie", "authorization"] {
            let mut server = changed(policy.clone(), |request, response| {
                if request.method() == method && request.headers().contains_key(name) {
                    reflects(request, response);
                    response
                        .headers_mut()
                        .remove("access-control-allow-credentials");
                }
            });
            let report = check(&mut server, &policy, config()).unwrap();
            finds_only(&report, Severity::Waste, Law::DeniedOriginIsNotReflected);
            let findings = report.findings();
            assert_eq!(findings.len(), 1, "{report}");
            let cause = findings[0].cause().name();
            assert_eq!(cause, "reflects-with-credentials", "{report}");
        }
    }
}
