//! Servers that grant other methods or request headers to one of several allowed pages.

use fetch_cors::conformance::Cause;

use super::*;

const ALLOW_METHODS: &str = "access-control-allow-methods";
const ALLOW_HEADERS: &str = "access-control-allow-headers";

/// Checks a server that changes the preflight responses to `page`: a name of the list `header` is added or removed. Returns
/// the causes of the findings, and the first line of the report.
fn report_of(origins: &[&str], page: &str, header: &'static str, list: &'static str) -> Report {
    let policy = CorsPolicy::builder().origins(origins.iter().copied());
    let policy = policy
        .methods(["PUT", "PATCH"])
        .request_headers(["x-a", "x-b"])
        .build()
        .unwrap();
    let page = page.to_owned();
    let mut server = changed(policy.clone(), move |request, response| {
        let has_list = response.headers().contains_key(header);
        if is_preflight(request) && has_list && origin(request) == page {
            set(response.headers_mut(), header, list);
        }
    });
    check(&mut server, &policy, config()).unwrap()
}

/// Returns origins of which the first, the second and the last differ in more than their number.
fn origins(count: usize) -> Vec<String> {
    let numbers = 0..count;
    numbers
        .map(|number| format!("https://app{number}.example"))
        .collect()
}

#[test]
fn grants_to_one_of_several_pages_are_found() {
    for count in [2, 9] {
        let origins = origins(count);
        let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
        for page in [origins[0], origins[1], origins[count - 1]] {
            for (header, list, cause, name) in [
                (
                    ALLOW_METHODS,
                    "PUT, PATCH, DELETE",
                    Cause::GrantsOtherMethods,
                    "`DELETE`",
                ),
                (ALLOW_METHODS, "PUT", Cause::LacksMethod, "`PATCH`"),
                (
                    ALLOW_HEADERS,
                    "x-a, x-b, authorization",
                    Cause::GrantsOtherHeaders,
                    "`authorization`",
                ),
                (ALLOW_HEADERS, "x-a", Cause::LacksRequestHeader, "`x-b`"),
            ] {
                let report = report_of(&origins, page, header, list);
                let findings = report.findings();
                let causes: Vec<Cause> = findings.iter().map(|finding| finding.cause()).collect();
                assert_eq!(causes, [cause], "{page} {list} {report}");
                let mistake = findings[0].mistake();
                assert!(mistake.contains(name), "{page} {report}");
                assert!(
                    cause.severity() == Severity::Security || mistake.contains(page),
                    "{page} {report}"
                );
            }
        }
    }
}

/// A server can handle each method in another place, and forget the CORS headers of a method for some pages.
#[test]
fn methods_without_headers_for_one_page_are_found() {
    let origins = origins(3);
    let origins: Vec<&str> = origins.iter().map(String::as_str).collect();
    for method in ["HEAD", "POST", "PUT"] {
        let policy = CorsPolicy::builder().origins(origins.iter().copied());
        let policy = policy.methods(["PUT"]).build().unwrap();
        let mut server = changed(policy.clone(), |request, response| {
            if request.method() == method && origin(request) == origins[2] {
                response.headers_mut().remove("access-control-allow-origin");
            }
        });
        let report = check(&mut server, &policy, config()).unwrap();
        let findings = report.findings();
        assert_eq!(findings.len(), 1, "{method} {report}");
        let mistake = findings[0].mistake();
        assert!(mistake.contains(method), "{method} {report}");
        assert!(mistake.contains(origins[2]), "{method} {report}");
    }
}

/// Some servers grant request headers only to preflights for certain methods.
#[test]
fn headers_that_are_granted_only_for_some_methods_are_found() {
    for method in ["HEAD", "POST", "PUT", "PATCH"] {
        let policy = policy();
        let mut server = changed(policy.clone(), |request, response| {
            let requested = request.headers().get("access-control-request-method");
            let has_names = request
                .headers()
                .contains_key("access-control-request-headers");
            if requested.is_some_and(|requested| requested == method) && has_names {
                *response = Response::new(());
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
        });
        let report = check(&mut server, &policy, config().fetches(0)).unwrap();
        let findings = report.findings();
        assert_eq!(findings.len(), 1, "{method} {report}");
        assert_eq!(findings[0].severity(), Severity::Broken, "{report}");
        assert!(findings[0].mistake().contains(method), "{report}");
    }
}
