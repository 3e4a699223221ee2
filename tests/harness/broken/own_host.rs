//! Servers that compare a part of `Origin` with their own host, the `Host` of the request.

use fetch_cors::conformance::{Cause, Finding};

use super::*;

type Allows = fn(&str) -> bool;

fn security(report: &Report) -> Vec<Finding<'_>> {
    let mut findings = report.findings();
    findings.retain(|finding| finding.severity() == Severity::Security);
    findings
}

#[test]
fn origins_that_imitate_the_own_host_are_found() {
    let servers: [(&str, Allows, Cause, &str); 6] = [
        (
            "https://api.corp.test/notes",
            |origin| origin.starts_with("https://api.corp.test"),
            Cause::ComparesPrefix,
            "begins with its own host `api.corp.test`",
        ),
        (
            "https://api.corp.test/notes",
            |origin| origin.starts_with("https://api.corp.test."),
            Cause::ComparesPrefix,
            "begins with its own host `api.corp.test`",
        ),
        (
            "https://api.corp.test/notes",
            |origin| origin.ends_with("api.corp.test"),
            Cause::ComparesSuffix,
            "ends with its own host `api.corp.test`",
        ),
        (
            "https://api.corp.test/notes",
            |origin| origin.contains("api.corp.test"),
            Cause::ContainsListedHost,
            "contains its own host `api.corp.test`",
        ),
        (
            "http://localhost:8000/notes",
            |origin| origin.starts_with("http://") && origin.ends_with("localhost:8000"),
            Cause::ComparesSuffix,
            "ends with its own host `localhost`",
        ),
        (
            "http://127.0.0.1:8000/notes",
            |origin| origin.starts_with("http://127.0.0.1"),
            Cause::ComparesPrefix,
            "begins with its own host `127.0.0.1`",
        ),
    ];
    for (url, allows, cause, words) in servers {
        let policy = policy_of(&["https://app.example.com", "https://second.test"]);
        let mut server = allowing(policy.clone(), move |origin| {
            ["https://app.example.com", "https://second.test"].contains(&origin) || allows(origin)
        });
        let config = CheckConfig::new(url).unwrap().fetches(0);
        let report = check(&mut server, &policy, config).unwrap();
        let findings = security(&report);
        let causes: Vec<Cause> = findings.iter().map(Finding::cause).collect();
        assert_eq!(causes, [cause], "{url} {report}");
        assert!(findings[0].mistake().contains(words), "{report}");
        let origin = url.strip_suffix("/notes").unwrap().to_owned();
        assert!(findings[0].scope().contains(&origin), "{report}");
    }
}

/// A server that compares the whole host accepts other ports, which is another mistake.
#[test]
fn other_ports_of_the_own_host_are_another_mistake() {
    let policy = policy_of(&["https://app.example.com", "https://second.test"]);
    let mut server = allowing(policy.clone(), |origin| {
        let own = "https://api.corp.test";
        origin == "https://app.example.com"
            || origin == own
            || origin.starts_with(&format!("{own}:"))
    });
    let config = CheckConfig::new("https://api.corp.test/notes").unwrap();
    let report = check(&mut server, &policy, config.fetches(0)).unwrap();
    let findings = security(&report);
    let causes: Vec<Cause> = findings.iter().map(Finding::cause).collect();
    assert_eq!(causes, [Cause::AllowsOwnHost], "{report}");
}

/// A server can take the parent domain from its own host, and allow every host that ends with it.
#[test]
fn parent_domain_of_the_own_host_is_found() {
    let servers: [(Allows, &str); 2] = [
        (
            |origin| origin.ends_with("corp.test"),
            "ends with `corp.test`, which is the parent domain of its own host",
        ),
        (
            |origin| origin.ends_with(".corp.test"),
            "ends with `.corp.test`, which is the parent domain of its own host",
        ),
    ];
    let policy = policy_of(&["https://app.example.com", "https://second.test"]);
    let config = CheckConfig::new("https://api.corp.test/notes").unwrap();
    for (allows, words) in servers {
        let mut server = allowing(policy.clone(), move |origin| {
            ["https://app.example.com", "https://second.test"].contains(&origin) || allows(origin)
        });
        let report = check(&mut server, &policy, config.clone().fetches(0)).unwrap();
        let findings = security(&report);
        let causes: Vec<Cause> = findings.iter().map(Finding::cause).collect();
        assert_eq!(causes, [Cause::ComparesSuffix], "{report}");
        assert!(findings[0].mistake().contains(words), "{report}");
    }
}

/// A server can allow the other subdomains of its site only with a cookie, or only by the header `Sec-Fetch-Site`.
#[test]
fn other_subdomains_of_the_site_are_found() {
    let policy = policy_of(&["https://app.example.com"]);
    for header in ["cookie", "sec-fetch-site"] {
        let mut server = changed(policy.clone(), |request, response| {
            let given = origin(request);
            if given.ends_with(".corp.test") && request.headers().contains_key(header) {
                let headers = response.headers_mut();
                set(headers, "access-control-allow-origin", &given);
                set(headers, "access-control-allow-credentials", "true");
            }
        });
        let config = CheckConfig::new("https://api.corp.test/notes").unwrap();
        let report = check(&mut server, &policy, config.fetches(0)).unwrap();
        let findings = security(&report);
        let causes: Vec<Cause> = findings.iter().map(Finding::cause).collect();
        assert_eq!(causes, [Cause::AllowsOtherOrigin], "{header} {report}");
        let origin = "`https://fetch-cors-sibling.corp.test`";
        assert!(findings[0].mistake().contains(origin), "{header} {report}");
    }
}
