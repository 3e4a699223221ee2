//! Servers that combine two entries of a list, or accept any text as a port.

use super::*;

fn found_by(origins: &[&str], allows: impl Fn(&str) -> bool) -> Report {
    let policy = policy_of(origins);
    let mut server = allowing(policy.clone(), allows);
    check(&mut server, &policy, config()).unwrap()
}

fn assert_right(origins: &[&str]) {
    let policy = policy_of(origins);
    let report = check(
        &mut |request: Request<()>| serve(&policy, &request),
        &policy,
        config(),
    );
    let report = report.unwrap();
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn joined_hosts_are_found() {
    let listed = ["https://foo.com", "https://bar.com"];
    assert_right(&listed);
    for joined in [
        "https://barfoo.com",
        "https://foobar.com",
        "https://bar.foo.com",
    ] {
        let report = found_by(&listed, |origin| {
            listed.contains(&origin) || origin == joined
        });
        finds(&report, Severity::Security, READS, "joined-hosts");
        assert_eq!(report.with_severity(Severity::Security).count(), 1);
    }
    let listed = ["https://*.a.foo.com", "https://*.b.foo.com"];
    assert_right(&listed);
    let report = found_by(&listed, |origin| origin == "https://www.ab.foo.com");
    finds(&report, Severity::Security, READS, "joined-hosts");
}

#[test]
fn server_that_tries_only_the_longest_pattern_is_found() {
    let general = "https://*.example.com";
    for (longer, end) in [
        ("https://*.api.example.com:8443", ".api.example.com"),
        ("https://*.api.example.com:8443", "api.example.com"),
        ("http://api.example.com", "//api.example.com"),
    ] {
        let listed = [general, longer];
        assert_right(&listed);
        let policy = policy_of(&listed);
        let mut server = changed(policy.clone(), |request, response| {
            let origin = request.headers().get("origin");
            let is_under = |origin: &HeaderValue| {
                let origin = origin.to_str().unwrap_or_default();
                origin.starts_with("https://") && origin.ends_with(end)
            };
            if origin.is_some_and(is_under) {
                response.headers_mut().clear();
                set(response.headers_mut(), "vary", "Origin");
            }
        });
        for config in [config(), config().fetches(0)] {
            let report = check(&mut server, &policy, config).unwrap();
            finds_only(&report, Severity::Broken, PERMITS);
            finds(&report, Severity::Broken, PERMITS, "overlapping-patterns");
            let findings = report.findings();
            assert_eq!(findings.len(), 1, "{report}");
            let mistake = findings[0].mistake();
            let expected = format!(": the server tries only `{longer}` for the host");
            assert!(
                mistake.contains(general) && mistake.contains(&expected),
                "{mistake}"
            );
            let fix = findings[0].advice();
            assert!(
                fix.starts_with("compare the origin with every entry"),
                "{fix}"
            );
        }
    }
}

/// A server whose list lacks an entry tries every entry of its list.
#[test]
fn missing_entry_is_not_hidden_by_another_entry() {
    let others = ["https://api.example.com:8443", "https://b.example"];
    let policy = policy_of(&[&["https://*.example.com"], &others[..]].concat());
    let list = policy_of(&others);
    let mut server = changed(list, |_, _| ());
    let report = check(&mut server, &policy, config()).unwrap();
    let text = report.to_string();
    assert!(text.contains("`https://*.example.com`"), "{text}");
    assert!(!text.contains("tries only"), "{text}");
}

#[test]
fn crossed_parts_are_found() {
    let report = found_by(&["https://a.example:8443", "http://b.example"], |origin| {
        [
            "https://a.example:8443",
            "http://b.example",
            "http://a.example",
        ]
        .contains(&origin)
    });
    finds(&report, Severity::Security, READS, "crossed-patterns");
}

#[test]
fn text_after_colon_is_found() {
    let listed = ["http://localhost:*"];
    assert_right(&listed);
    let policy = policy_of(&listed);
    let mut server = changed(policy.clone(), |request, response| {
        let origin = request.headers().get("origin").cloned();
        let is_prefix = |origin: &HeaderValue| origin.as_bytes().starts_with(b"http://localhost:");
        if let Some(origin) = origin.filter(is_prefix) {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", origin);
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let law = Law::DeniedOriginIsNotReflected;
    finds(&report, Severity::Waste, law, "text-after-colon");
    // The server allows only ports with at most four digits.
    let policy = policy_of(&listed);
    let mut server = changed(policy.clone(), |request, response| {
        let origin = request.headers().get("origin");
        let port = origin.and_then(|origin| origin.to_str().ok()?.rsplit_once(':'));
        if port.is_some_and(|(_, port)| port.len() > 4) {
            response.headers_mut().remove("access-control-allow-origin");
        }
    });
    let report = check(&mut server, &policy, config().fetches(0)).unwrap();
    finds(&report, Severity::Broken, PERMITS, "listed-port");
}

/// Servers with a mistake in the comparison of the port.
#[test]
fn wrong_ports_are_found() {
    let listed = "http://app.example:3000";
    assert_right(&[listed]);
    for (probe, cause, allowed) in [
        ("without-port", "allows-other-origin", "http://app.example"),
        (
            "beginning-of-port",
            "allows-other-origin",
            "http://app.example:300",
        ),
        ("longer-port", "compares-prefix", "http://app.example:30000"),
    ] {
        let report = found_by(&[listed], |origin| [listed, allowed].contains(&origin));
        finds(&report, Severity::Security, READS, probe);
        assert_eq!(report.findings()[0].cause().name(), cause, "{report}");
    }
    // The server allows each origin that is a substring of the listed origin. It refuses other ports and other schemes, so
    // the cause is not that it ignores the port or the scheme.
    for listed in [listed, "https://app.example:8443", "https://app.example"] {
        assert_right(&[listed]);
        let report = found_by(&[listed], |origin| {
            !origin.is_empty() && listed.contains(origin)
        });
        for finding in report.findings() {
            let name = finding.cause().name();
            assert!(
                !["compares-host", "ignores-port", "ignores-scheme"].contains(&name),
                "{listed}: {report}"
            );
        }
    }
    // The server ignores the port.
    let report = found_by(&[listed], |origin| {
        let rest = origin.strip_prefix("http://app.example").unwrap_or("-");
        rest.is_empty() || rest.starts_with(':')
    });
    for probe in ["without-port", "longer-port", "any-port"] {
        finds(&report, Severity::Security, READS, probe);
    }
    assert_eq!(report.findings()[0].cause().name(), "ignores-port");

    for listed in ["https://app.example", "https://*.app.example"] {
        assert_right(&[listed]);
        let policy = policy_of(&[listed]);
        let page = policy.origins().unwrap()[0]
            .to_string()
            .replace("*.", "www.");
        for (probe, severity, law, allowed) in [
            (
                "default-port",
                Severity::Waste,
                Law::DeniedOriginIsNotReflected,
                format!("{page}:443"),
            ),
            (
                "prefix-with-port",
                Severity::Security,
                READS,
                format!("{page}.evil.test:8444"),
            ),
            (
                "suffix-with-port",
                Severity::Security,
                READS,
                String::from("https://evilapp.example:8444"),
            ),
        ] {
            let report = found_by(&[listed], |origin| {
                origin == allowed || origin == page || origin.ends_with(".app.example")
            });
            finds(&report, severity, law, probe);
        }
    }
}
