//! Servers that make a mistake only if a request combines a method with a header, or has a header that most requests of the
//! check do not have.

use fetch_cors::conformance::Cause;

use super::*;

fn header(request: &Request<()>, name: &str) -> String {
    let value = request.headers().get(name);
    value.map_or_else(String::new, |value| value.to_str().unwrap_or("").to_owned())
}

/// Grants the preflight, or allows the request.
fn allow(request: &Request<()>, response: &mut Response<()>) {
    let given = origin(request);
    let method = header(request, "access-control-request-method");
    let names = header(request, "access-control-request-headers");
    let headers = response.headers_mut();
    set(headers, "access-control-allow-origin", &given);
    set(headers, "access-control-allow-credentials", "true");
    if is_preflight(request) {
        set(headers, "access-control-allow-methods", &method);
        set(headers, "access-control-max-age", "600");
        if !names.is_empty() {
            set(headers, "access-control-allow-headers", &names);
        }
        *response.status_mut() = StatusCode::NO_CONTENT;
    }
}

/// Checks a server that also allows the requests for which `allows` returns true, and asserts that the report has one security
/// finding, with `cause` and `words`.
#[track_caller]
fn finds_one(allows: impl Fn(&Request<()>) -> bool, cause: Cause, words: &[&str]) {
    let report = checked(changed(policy(), |request, response| {
        if allows(request) {
            allow(request, response);
        }
    }));
    let findings = report.findings();
    let security = findings
        .iter()
        .filter(|finding| finding.severity() == Severity::Security);
    let security: Vec<_> = security.collect();
    let causes: Vec<Cause> = security.iter().map(|finding| finding.cause()).collect();
    assert_eq!(causes, [cause], "{report}");
    for word in words {
        assert!(security[0].mistake().contains(word), "{word} {report}");
    }
}

fn is_listed(request: &Request<()>) -> bool {
    ["https://app.example", "https://other.example"].contains(&&*origin(request))
}

#[test]
fn unlisted_method_with_a_listed_header_is_found() {
    let allows = |request: &Request<()>| {
        is_listed(request)
            && header(request, "access-control-request-method") == "DELETE"
            && header(request, "access-control-request-headers") == "x-a"
    };
    finds_one(allows, Cause::GrantsOtherMethods, &["`DELETE`"]);
}

#[test]
fn unlisted_header_with_another_method_is_found() {
    for (method, name) in [
        ("POST", "content-type"),
        ("PUT", "authorization"),
        ("PATCH", "content-type"),
    ] {
        let allows = |request: &Request<()>| {
            is_listed(request)
                && header(request, "access-control-request-method") == method
                && header(request, "access-control-request-headers") == name
        };
        finds_one(allows, Cause::GrantsOtherHeaders, &[name]);
    }
}

/// A server can allow a denied page only if its request has a header that needs a preflight, such as the token of an app.
#[test]
fn denied_page_with_a_listed_header_is_found() {
    let allows = |request: &Request<()>| {
        let names = header(request, "access-control-request-headers");
        !origin(request).is_empty()
            && !is_listed(request)
            && ["", "GET", "HEAD", "POST", "PUT", "PATCH"]
                .contains(&&*header(request, "access-control-request-method"))
            && (names == "x-a" || request.headers().contains_key("x-a"))
    };
    finds_one(allows, Cause::ReflectsWithHeaders, &["`X-A`"]);
}

/// Some servers use the origin of `Referer` if the request has no `Origin`. A page can then read the response from the cache of
/// its browser.
#[test]
fn referer_in_place_of_a_missing_origin_is_found() {
    for (has_vary, expected) in [(false, Some(Cause::AllowsWithoutOrigin)), (true, None)] {
        let report = checked(changed(policy(), |request, response| {
            let referer = header(request, "referer");
            let origin_of_page = referer.strip_suffix('/').unwrap_or_default();
            if origin(request).is_empty() && !origin_of_page.is_empty() {
                let headers = response.headers_mut();
                set(headers, "access-control-allow-origin", origin_of_page);
                if !has_vary {
                    headers.remove("vary");
                }
            }
        }));
        let findings = report.findings();
        let first = findings.first().map(|finding| finding.cause());
        assert_eq!(first, expected, "{report}");
        let names_referer = |finding: &fetch_cors::conformance::Finding<'_>| {
            finding.mistake().contains("`Referer`")
        };
        assert!(findings.iter().all(names_referer), "{report}");
    }
}

/// flask-cors reads `https://*.app.example` as a regular expression, and compares the beginning of the origin with it.
#[test]
fn pattern_as_a_regular_expression_is_found() {
    let policy = policy_of(&["https://*.app.example"]);
    let mut server = changed(policy.clone(), |request, response| {
        let given = origin(request);
        let rest = given
            .strip_prefix("https://")
            .and_then(|rest| rest.get(1..));
        for name in ["access-control-allow-origin", "access-control-max-age"] {
            response.headers_mut().remove(name);
        }
        if rest.is_some_and(|rest| rest.starts_with("app.example")) {
            let headers = response.headers_mut();
            set(headers, "access-control-allow-origin", &given);
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let findings = report.findings();
    assert_eq!(findings[0].severity(), Severity::Security, "{report}");
    assert!(
        findings[0].mistake().contains("`https://xapp.example`"),
        "{report}"
    );
    assert!(
        findings[0].advice().contains("regular expression"),
        "{report}"
    );
}

/// Asserts that a server that also allows the requests for which `allows` returns true has a security finding.
#[track_caller]
fn finds_security(name: &str, allows: impl Fn(&Request<()>) -> bool) {
    let report = checked(changed(policy(), |request, response| {
        if allows(request) && !is_preflight(request) {
            allow(request, response);
        }
    }));
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{name} {report}");
    assert_eq!(
        findings[0].severity(),
        Severity::Security,
        "{name} {report}"
    );
}

#[test]
fn origins_without_tls_are_found() {
    for (name, allows) in [
        (
            "www",
            (|request| origin(request) == "http://www.app.example") as fn(&Request<()>) -> bool,
        ),
        ("port", |request| {
            origin(request).starts_with("http://app.example:")
        }),
        ("subdomain", |request| {
            origin(request).starts_with("http://") && origin(request).ends_with(".app.example")
        }),
        ("letter", |request| {
            let given = origin(request);
            let before = given.strip_prefix("https://");
            let before = before.and_then(|rest| rest.strip_suffix("app.example"));
            before.is_some_and(|before| before.len() == 1)
        }),
    ] {
        finds_security(name, allows);
    }
}

#[test]
fn headers_of_look_alikes_and_sandboxed_pages_are_found() {
    for (name, allows) in [
        (
            "null with the headers of browsers",
            (|request| origin(request) == "null" && !header(request, "sec-fetch-mode").is_empty())
                as fn(&Request<()>) -> bool,
        ),
        ("look-alike in a revalidation", |request| {
            origin(request).starts_with("https://app.example.")
                && !header(request, "if-none-match").is_empty()
        }),
        ("look-alike with POST and a cookie", |request| {
            origin(request).starts_with("https://app.example.")
                && request.method() == "POST"
                && !header(request, "cookie").is_empty()
        }),
        ("loaded again", |request| {
            !origin(request).is_empty() && header(request, "cache-control") == "no-cache"
        }),
        ("HTML", |request| {
            !origin(request).is_empty() && header(request, "accept") == "text/html"
        }),
    ] {
        finds_security(name, allows);
    }
}
