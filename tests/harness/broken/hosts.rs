//! Servers that allow hosts near the listed hosts: local names, addresses, and hosts that a loose pattern matches. For each
//! broken server there is a similar right server, whose policy lists what the server allows.

use std::net::Ipv4Addr;

use fetch_cors::conformance::Cause;

use super::*;

/// An entry that every policy of these tests lists, so that the responses depend on the origin.
const SECOND: &str = "https://second.test";

fn parts(origin: &str) -> (&str, &str, &str) {
    let (scheme, rest) = origin.split_once("://").unwrap_or(("", origin));
    let (host, port) = match rest.rsplit_once(':') {
        Some((host, port)) if !rest.ends_with(']') => (host, port),
        _ => (rest, ""),
    };
    (scheme, host, port)
}

fn is_label(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_known)
}

fn has_address(origin: &str, is_searched: fn(Ipv4Addr) -> bool) -> bool {
    let address = parts(origin).1.parse();
    address.is_ok_and(is_searched)
}

/// Returns the report on a server that allows the listed origins, and the origins for which `other` returns true.
fn report_on(listed: &[&str], other: impl Fn(&str) -> bool) -> Report {
    let listed = [listed, &[SECOND]].concat();
    let policy = policy_of(&listed);
    // Each entry is an origin or a pattern, and the policy allows what it matches.
    let permitted = policy.clone();
    let mut server = allowing(policy.clone(), move |origin| {
        let mode = fetch_cors::infrastructure::request::CredentialsMode::Omit;
        permitted.permits(origin, "GET", &[], mode) || other(origin)
    });
    check(&mut server, &policy, config()).unwrap()
}

/// Returns the causes of the findings, without the finding about requests with several `Origin` lines: these servers read
/// the first line.
fn causes(report: &Report) -> Vec<&'static str> {
    let causes = report.findings().into_iter().map(|finding| finding.cause());
    let causes = causes.filter(|cause| *cause != Cause::ReadsOneOfSeveralOrigins);
    causes.map(|cause| cause.name()).collect()
}

#[track_caller]
fn finds_one(listed: &[&str], cause: Cause, other: impl Fn(&str) -> bool) {
    let report = report_on(listed, other);
    assert_eq!(causes(&report), [cause.name()], "{listed:?}: {report}");
}

const APP: &[&str] = &["https://app.example"];

#[test]
fn local_hosts_are_one_finding() {
    let cause = Cause::AllowsLocalhost;
    let has_no_port = |origin: &str| origin.starts_with("http://") && parts(origin).2.is_empty();
    finds_one(APP, cause, |origin| {
        has_no_port(origin) && has_address(origin, |address| address.octets()[0] == 10)
    });
    finds_one(APP, cause, |origin| {
        has_no_port(origin)
            && has_address(origin, |address| {
                address.octets()[0] == 172 && address.is_private()
            })
    });
    finds_one(APP, cause, |origin| {
        let is_private = has_address(origin, |address| address.is_private());
        is_private && origin.starts_with("http://172.") && !parts(origin).2.is_empty()
    });
    let is_local_name = |origin: &str| parts(origin).1.strip_suffix(".local").is_some_and(is_label);
    finds_one(APP, cause, |origin| {
        has_no_port(origin) && is_local_name(origin)
    });
    finds_one(APP, cause, |origin| {
        origin.starts_with("http://") && is_local_name(origin)
    });
    finds_one(APP, cause, |origin| origin == "https://localhost");
    finds_one(APP, cause, |origin| {
        origin.starts_with("http://[::1]:") && !parts(origin).2.is_empty()
    });
    let right: [&[&str]; 5] = [
        &["http://10.0.0.2", "http://172.16.0.2:3000"],
        DEVELOPMENT,
        &["http://fetch-cors.local:3000"],
        &["https://localhost", "http://[::1]:3000"],
        &["http://localhost:*"],
    ];
    for listed in right {
        let report = report_on(listed, |_| false);
        assert_eq!(causes(&report), [""; 0], "{listed:?}: {report}");
    }
}

/// Origins at which common development servers run, such as Vite, Angular and Vue.
const DEVELOPMENT: &[&str] = &[
    "http://localhost:3000",
    "http://localhost:4200",
    "http://localhost:5173",
    "http://localhost:8080",
    "https://localhost:3000",
    "http://127.0.0.1:8080",
    "http://127.0.0.1:5173",
    "http://[::1]:3000",
];

/// A developer adds the origin of the own machine, and the server still allows it in production.
#[test]
fn origins_of_development_servers_are_found() {
    for local in DEVELOPMENT {
        finds_one(APP, Cause::AllowsLocalhost, |origin| origin == *local);
    }
}

/// The server under test runs on the developer's own machine. A server that compares the host of `Origin` with its own host
/// allows every port.
#[test]
fn origin_of_a_development_server_is_not_the_own_host() {
    let listed = [APP[0], SECOND];
    let policy = policy_of(&listed);
    for (ports, cause) in [
        (&["8080"][..], "allows-localhost"),
        (&[], "allows-own-host"),
    ] {
        let mut server = allowing(policy.clone(), move |origin| {
            let (scheme, host, port) = parts(origin);
            let is_allowed = ports.is_empty() || (scheme == "http" && ports.contains(&port));
            listed.contains(&origin) || (host == "127.0.0.1" && is_allowed)
        });
        let config = CheckConfig::new("http://127.0.0.1:9000/notes").unwrap();
        let report = check(&mut server, &policy, config).unwrap();
        assert_eq!(causes(&report), [cause], "{report}");
    }
}

/// A handler for OPTIONS allows pages of `localhost`, but other responses do not.
#[test]
fn preflights_of_localhost_are_judged() {
    let report = |listed: &[&str]| {
        let policy = CorsPolicy::builder().methods(["PUT"]);
        let policy = policy.origins(listed.iter().copied()).build().unwrap();
        let mut server = changed(policy.clone(), |request, response| {
            let origin = origin(request);
            if is_preflight(request) && origin.starts_with("http://localhost:") {
                *response.status_mut() = StatusCode::NO_CONTENT;
                let headers = response.headers_mut();
                set(headers, "access-control-allow-origin", &origin);
                set(headers, "access-control-allow-methods", "PUT");
            }
        });
        check(&mut server, &policy, config()).unwrap()
    };
    let wrong = report(&[APP[0], SECOND]);
    assert_eq!(causes(&wrong), ["allows-localhost"], "{wrong}");
    finds(&wrong, Severity::Security, PERMITS, "localhost-origin-put");
    let right = report(&[APP[0], "http://localhost:*"]);
    assert_eq!(causes(&right), [""; 0], "{right}");
}

#[test]
fn addresses_are_one_finding() {
    let cause = Cause::AllowsAddresses;
    let of_private: &[&str] = &["http://192.168.7.10:8080"];
    for listed in [APP, of_private, &["http://203.0.113.5"]] {
        finds_one(listed, cause, |origin| {
            let (scheme, host, port) = parts(origin);
            let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.';
            let is_web = matches!(scheme, "http" | "https");
            is_web && port.is_empty() && !host.is_empty() && host.bytes().all(is_number)
        });
        finds_one(listed, cause, |origin| {
            matches!(parts(origin).0, "http" | "https") && has_address(origin, |_| true)
        });
    }
    let report = report_on(&["http://198.51.100.77", "https://198.51.100.77"], |_| {
        false
    });
    assert_eq!(causes(&report), [""; 0], "{report}");
    // A server that compares only the beginning of an address does not allow every address.
    finds_one(&["http://192.168.7.1"], Cause::ComparesPrefix, |origin| {
        origin.starts_with("http://192.168.7.1")
    });
}

#[test]
fn missing_hyphen_of_a_pattern_is_found() {
    let cause = Cause::DropsHyphenOfPattern;
    let matches = |origin: &str, before: &str, after: &str| {
        let rest = origin.strip_prefix(before);
        let middle = rest.and_then(|rest| rest.strip_suffix(after));
        middle.is_some_and(is_label)
    };
    finds_one(&["https://app-*.example.com"], cause, |origin| {
        matches(origin, "https://app", ".example.com")
    });
    finds_one(&["https://*-app.example.com"], cause, |origin| {
        matches(origin, "https://", "app.example.com")
    });
    for listed in [
        &["https://app-*.example.com"][..],
        &["https://*-app.example.com"],
        &["https://app-*.example.com", "https://appevil.example.com"],
    ] {
        let report = report_on(listed, |_| false);
        assert_eq!(causes(&report), [""; 0], "{listed:?}: {report}");
    }
}

/// Only one dot of one of several listed hosts is not escaped.
#[test]
fn one_unescaped_dot_is_found() {
    let listed = &[
        "https://a.one.test",
        "https://b.two.test",
        "https://c.three.test",
        "https://d.four.test",
        "https://e.five.test",
        "https://f.six.test",
    ];
    for entry in [listed[0], listed[5]] {
        for (dot, _) in entry.match_indices('.') {
            finds_one(listed, Cause::UnescapedDot, |origin| {
                let parts = |text: &str| {
                    let (before, after) = text.split_at_checked(dot)?;
                    let mut after = after.chars();
                    after.next()?;
                    Some((before.to_owned(), after.as_str().to_owned()))
                };
                parts(origin).is_some() && parts(origin) == parts(entry)
            });
        }
    }
}

/// The probes do not imitate every entry in each way, but the usual mistakes are found for each entry.
#[test]
fn mistakes_of_a_late_entry_are_found() {
    let listed = &[
        "https://a.one.test",
        "https://b.two.test",
        "https://c.three.test",
        "https://d.four.test",
        "https://e.five.test",
        "https://f.six.test",
    ];
    let late = listed[4];
    finds_one(listed, Cause::IgnoresScheme, |origin| {
        origin == "http://e.five.test"
    });
    finds_one(listed, Cause::IgnoresPort, |origin| {
        parts(origin).1 == "e.five.test" && origin.starts_with("https:")
    });
    finds_one(listed, Cause::ComparesPrefix, |origin| {
        origin.starts_with(late)
    });
}

/// A pattern of the policy has no limit for the number of labels.
#[test]
fn limit_of_labels_is_found() {
    let policy = policy_of(&["https://*.example.com"]);
    for (most, text) in [(1, "only one label"), (2, "at most 2 labels"), (3, "")] {
        let mut server = |mut request: Request<()>| {
            let given = origin(&request);
            let host = parts(&given).1;
            let before = host.strip_suffix(".example.com").unwrap_or_default();
            if before.split('.').count() > most {
                set(request.headers_mut(), "origin", "https://unlisted.test");
            }
            serve(&policy, &request)
        };
        let report = check(&mut server, &policy, config()).unwrap();
        let findings = report.findings();
        let mistakes = findings.iter().map(|finding| finding.mistake());
        match &*mistakes.collect::<Vec<_>>() {
            [] => assert_eq!(text, "", "{most}"),
            [mistake] => assert!(!text.is_empty() && mistake.contains(text), "{mistake}"),
            _ => panic!("{report}"),
        }
    }
}

/// With the policy `*`, every origin may read responses without credentials, but no origin may read responses with
/// credentials.
#[test]
fn neighbors_of_the_own_host_get_no_credentials_under_an_asterisk() {
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let config = || CheckConfig::new("https://api.corp.com/notes").unwrap();
    type Reflects = fn(&str) -> bool;
    let servers: [Reflects; 6] = [
        |origin| origin == "https://corp.com",
        |origin| origin.ends_with(".corp.com") && origin.matches('.').count() == 2,
        |origin| origin.ends_with(".api.corp.com"),
        |origin| origin.starts_with("https://api.corp.com:"),
        |origin| origin.starts_with("http://api.corp.com"),
        |origin| origin.len() > 200,
    ];
    for (index, reflects) in servers.into_iter().enumerate() {
        let mut server = changed(any.clone(), |request, response| {
            let origin = origin(request);
            if origin != "https://api.corp.com" && reflects(&origin) {
                let headers = response.headers_mut();
                set(headers, "access-control-allow-origin", &origin);
                set(headers, "access-control-allow-credentials", "true");
                set(headers, "vary", "Origin");
            }
        });
        let report = check(&mut server, &any, config()).unwrap();
        let severities = report.violations().iter();
        let worst = severities.map(|violation| violation.severity()).min();
        assert_eq!(worst, Some(Severity::Security), "server {index}: {report}");
    }
    let report = check(
        &mut |request: Request<()>| serve(&any, &request),
        &any,
        config(),
    );
    let report = report.unwrap();
    assert!(report.violations().is_empty(), "{report}");
}
