//! Servers that allow one kind of origin that looks like a listed origin, like the server's own origin, or like an origin on a
//! host where anyone can publish a page. For each server, the check has a probe that shows the mistake with every seed.

use super::*;

/// Returns the report on a server that also allows the origins for which `allows` returns true. The check has only the
/// named probes, because the origins of the generated probes depend on the seed.
fn report_on(listed: &[&str], url: &str, allows: impl Fn(&str) -> bool) -> Report {
    let policy = policy_of(listed);
    let config = CheckConfig::new(url).unwrap().fetches(0);
    check(&mut allowing(policy.clone(), allows), &policy, config).unwrap()
}

#[track_caller]
fn finds_probe(listed: &[&str], probe: &str, allows: impl Fn(&str) -> bool) {
    let report = report_on(listed, "https://api.corp.test/notes", allows);
    finds(&report, Severity::Security, READS, probe);
}

fn is_between(origin: &str, start: &str, end: &str) -> bool {
    let rest = origin.strip_prefix(start);
    let middle = rest.and_then(|rest| rest.strip_suffix(end));
    middle.is_some_and(|middle| !middle.is_empty() && !middle.contains('.'))
}

#[test]
fn hyphens_are_not_dots() {
    for entry in ["https://app.example", "https://*.app.example"] {
        finds_probe(&[entry], "hyphen-before-host", |origin| {
            origin.ends_with("-app.example")
        });
    }
    finds_probe(
        &["https://myapp.vercel.app"],
        "hyphen-before-host",
        |origin| origin.ends_with("-myapp.vercel.app"),
    );
    finds_probe(
        &["https://myapp.netlify.app"],
        "branch-on-a-shared-host",
        |origin| origin.ends_with("--myapp.netlify.app"),
    );
}

#[test]
fn longer_first_labels_are_found() {
    for entry in ["https://myapp.vercel.app", "https://myapp.example.com"] {
        let end = entry.strip_prefix("https://myapp").unwrap();
        finds_probe(&[entry], "longer-first-label", |origin| {
            is_between(origin, "https://myapp-", end)
        });
        finds_probe(&[entry], "longer-first-label", |origin| {
            let is_digit = |c: char| c.is_ascii_digit();
            is_between(origin, "https://myapp", end) && origin.contains(is_digit)
        });
    }
    finds_probe(&["https://*.example.com"], "longer-first-label", |origin| {
        origin.ends_with("-evil.com")
    });
}

#[test]
fn other_top_level_domains_are_found() {
    for (entry, end) in [
        ("https://app.example.com", "//app.example.net"),
        ("https://app.example.com", "//app.example.org"),
        ("https://app.example.org", "//app.example.com"),
        ("https://*.example.com", ".example.net"),
    ] {
        finds_probe(&[entry], "other-top-level-domain", |origin| {
            origin.ends_with(end)
        });
    }
}

#[test]
fn one_other_port_is_found() {
    finds_probe(&["https://app.example"], "usual-other-port", |origin| {
        origin == "https://app.example:8443"
    });
}

#[test]
fn parent_of_a_listed_host_is_found() {
    finds_probe(&["https://app.one.example"], "parent", |origin| {
        origin == "https://one.example"
    });
}

/// The server allows its own site: the parent of its own host, and every subdomain of this parent.
#[test]
fn own_site_is_found() {
    let app = &["https://app.example"];
    finds_probe(app, "own-parent", |origin| origin == "https://corp.test");
    finds_probe(app, "own-sibling", |origin| {
        is_between(origin, "https://", ".corp.test")
    });
    finds_probe(app, "own-subdomain", |origin| {
        is_between(origin, "https://", ".api.corp.test")
    });
}

#[test]
fn hosts_of_many_companies_are_found() {
    for (probe, end) in [
        ("shared-host-azure", ".azurewebsites.net"),
        ("shared-host-s3", ".amazonaws.com"),
        ("shared-host-cloudfront", ".cloudfront.net"),
        ("shared-host-render", ".onrender.com"),
        ("shared-host-workers", ".workers.dev"),
    ] {
        finds_probe(&["https://app.example"], probe, |origin| {
            origin.ends_with(end)
        });
    }
}

#[test]
fn hosts_of_maximum_size_are_found() {
    let app = &["https://app.example"];
    finds_probe(app, "host-of-many-labels", |origin| {
        origin.matches('.').count() > 50
    });
    finds_probe(app, "host-of-long-labels", |origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        host.split('.').filter(|label| label.len() == 63).count() > 1
    });
}

/// The mistakes of the last entry of a long list are found too.
#[test]
fn late_entries_are_imitated() {
    let listed: Vec<String> = (0..30)
        .map(|i| format!("https://app{i}.corp{i}.com"))
        .collect();
    let listed: Vec<&str> = listed.iter().map(String::as_str).collect();
    let allowed: [&str; 5] = [
        "https://app29.corp29.net",
        "https://corp29.com",
        "https://evil.corp29.com",
        "https://app29evil.test",
        "https://app29-evil.corp29.com",
    ];
    for allowed in allowed {
        let report = report_on(&listed, "https://api.example/", |origin| origin == allowed);
        finds(&report, Severity::Security, READS, "");
    }
}

/// The policy allows any origin without credentials, and the server allows pages on a shared host with credentials.
#[test]
fn shared_hosts_with_credentials_are_found() {
    let policy = CorsPolicy::builder().any_origin().build().unwrap();
    let mut server = changed(policy.clone(), |request, response| {
        let page = origin(request);
        if page.ends_with(".vercel.app") {
            let headers = response.headers_mut();
            set(headers, "access-control-allow-origin", &page);
            set(headers, "access-control-allow-credentials", "true");
            set(headers, "vary", "Origin");
        }
    });
    let report = check(&mut server, &policy, config().fetches(0)).unwrap();
    finds(&report, Severity::Security, PERMITS, "shared-host-vercel");
}

/// A regular expression for the label of a pattern lacks some characters.
#[test]
fn missing_characters_of_a_pattern_are_found() {
    let lacks: [fn(&str) -> bool; 5] = [
        |label| label.contains(|c: char| c.is_ascii_digit()),
        |label| label.contains('-'),
        |label| label.len() < 2,
        |label| label.starts_with("xn--"),
        |label| label.len() > 62,
    ];
    let policy = policy_of(&["https://*.example.com"]);
    for lacks in lacks {
        let mut server = |mut request: Request<()>| {
            let given = origin(&request);
            let host = given.strip_prefix("https://").unwrap_or_default();
            if host.split('.').any(lacks) {
                set(request.headers_mut(), "origin", "https://unlisted.test");
            }
            serve(&policy, &request)
        };
        let report = check(&mut server, &policy, config().fetches(0)).unwrap();
        finds(&report, Severity::Broken, PERMITS, "form-of-a-label");
    }
}
