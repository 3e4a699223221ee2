//! Servers that decide by the headers that browsers add to each request, such as `Referer` and `Sec-Fetch-Site`.

use super::*;

fn header(request: &Request<()>, name: &str) -> String {
    let value = request.headers().get(name);
    value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
}

/// Returns the report about a server that refuses the requests for which `refuses` returns true.
fn refusing(refuses: impl Fn(&Request<()>) -> bool) -> Report {
    checked(changed(policy(), |request, response| {
        if refuses(request) {
            *response = Response::new(());
            *response.status_mut() = StatusCode::FORBIDDEN;
        }
    }))
}

/// A guard against forged requests can refuse every request of another site, even if the policy allows the page.
#[test]
fn guard_that_refuses_allowed_pages_is_found() {
    for (name, refuses) in [
        (
            "`Sec-Fetch-Site`",
            (|request| header(request, "sec-fetch-site") == "cross-site")
                as fn(&Request<()>) -> bool,
        ),
        ("`Sec-Fetch-Site`", |request| {
            is_preflight(request) && header(request, "sec-fetch-site") == "cross-site"
        }),
        ("`Referer`", |request| {
            let referer = header(request, "referer");
            !referer.is_empty() && !referer.starts_with("https://api.example/")
        }),
        ("`User-Agent`", |request| {
            header(request, "user-agent").starts_with("Mozilla")
        }),
    ] {
        let report = refusing(refuses);
        let findings = report.findings();
        assert!((1..=2).contains(&findings.len()), "{name} {report}");
        for finding in findings {
            assert_eq!(finding.severity(), Severity::Broken, "{name} {report}");
            assert!(finding.mistake().contains(name), "{name} {report}");
        }
    }
}

/// Checks a server that also allows the requests for which `allows` returns true.
fn allowing_requests(allows: impl Fn(&Request<()>) -> bool) -> Report {
    checked(changed(policy(), |request, response| {
        let given = origin(request);
        if allows(request) && !given.is_empty() {
            let headers = response.headers_mut();
            set(headers, "access-control-allow-origin", &given);
            set(headers, "access-control-allow-credentials", "true");
        }
    }))
}

#[test]
fn page_is_allowed_by_a_part_of_its_referer() {
    let report =
        allowing_requests(|request| header(request, "referer").contains("https://app.example/"));
    finds(
        &report,
        Severity::Security,
        READS,
        "unlisted-origin-with-listed-referer",
    );
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{report}");
    assert!(findings[0].mistake().contains("`Referer`"), "{report}");
}

#[test]
fn page_is_allowed_by_the_site_of_the_server() {
    let policy = policy();
    let mut server = changed(policy.clone(), |request, response| {
        let given = origin(request);
        if header(request, "sec-fetch-site") == "same-site" {
            let headers = response.headers_mut();
            set(headers, "access-control-allow-origin", &given);
            set(headers, "access-control-allow-credentials", "true");
        }
    });
    let config = CheckConfig::new("https://api.corp.example/notes").unwrap();
    let report = check(&mut server, &policy, config).unwrap();
    finds(
        &report,
        Severity::Security,
        READS,
        "own-sibling-with-sec-fetch",
    );
    let findings = report.findings();
    assert_eq!(findings.len(), 1, "{report}");
    assert!(
        findings[0].mistake().contains("`Sec-Fetch-Site`"),
        "{report}"
    );
}

/// A server that answers pages of browsers in another way, but with the same CORS headers, has no mistake.
#[test]
fn other_answers_to_browsers_are_right() {
    let report = checked(changed(policy(), |request, response| {
        if !header(request, "sec-fetch-site").is_empty() && !is_preflight(request) {
            set(response.headers_mut(), "content-language", "en");
        }
    }));
    assert!(report.violations().is_empty(), "{report}");
    let cross_site_of_denied_pages = refusing(|request| {
        header(request, "sec-fetch-site") == "cross-site"
            && !["https://app.example", "https://other.example"].contains(&&*origin(request))
    });
    assert!(
        cross_site_of_denied_pages.violations().is_empty(),
        "{cross_site_of_denied_pages}"
    );
}
