//! A wrong comparison of origins has one finding, also if the list of the policy has several entries, ports or patterns.

use fetch_cors::{
    conformance::{
        check,
        policies::{PolicySpec, serve},
    },
    server::CorsPolicy,
};
use http::{Request, StatusCode};

use super::{
    config, names,
    servers::{allowing, changed, origin, set},
};

const HOSTS: &[&str] = &[
    "https://a.example.com",
    "https://b.example.com",
    "https://c.example.com",
    "https://shop.test",
    "https://shop.test:8443",
];
const PORTS: &[&str] = &[
    "https://app.example:8443",
    "http://localhost:3000",
    "http://localhost:5173",
];
const PATTERNS: &[&str] = &[
    "https://*.example.com",
    "https://example.com",
    "http://localhost:*",
];
const PATTERN: &[&str] = &["https://*.corp.example.com"];
const PART: &[&str] = &["https://app-*.example.com"];
const ONE: &[&str] = &["https://app.example"];
const TWO: &[&str] = &["https://app.example", "https://admin.other.test"];
const EXTENSION: &[&str] = &["chrome-extension://abcdefghijklmnopabcdefghijklmnoa"];

type Allows = fn(&[&str], &str) -> bool;

fn policy_of(entries: &[&str]) -> CorsPolicy {
    let mut spec = PolicySpec::from_origins(entries.iter().copied());
    spec.credentials = true;
    spec.methods = ["PUT"].into();
    spec.request_headers = vec!["x-a".into()];
    spec.build().unwrap()
}

/// Asserts that the findings about a server with each list of entries are exactly `expected`, even if the server answers
/// every request with an error.
fn assert_findings(name: &str, lists: &[&[&str]], expected: &[&str], allows: Allows) {
    for entries in lists {
        let policy = policy_of(entries);
        let list = entries.to_vec();
        let mut compared = allowing(policy.clone(), move |origin| allows(&list, origin));
        // The answers show the same comparison if all of them have an error status.
        for status in [
            StatusCode::OK,
            StatusCode::UNAUTHORIZED,
            StatusCode::NOT_FOUND,
        ] {
            let mut server = |request: Request<()>| {
                let is_options = request.method() == "OPTIONS";
                let lines = request.headers().get_all("origin").iter().count();
                let mut response = if lines > 1 {
                    serve(&policy, &request)
                } else {
                    compared(request)
                };
                if !is_options && status != StatusCode::OK {
                    *response.status_mut() = status;
                }
                response
            };
            let report = check(&mut server, &policy, config()).unwrap();
            assert_eq!(
                names(&report),
                expected,
                "{name}, {entries:?}, {status}: {report}"
            );
        }
    }
}

fn host_of(text: &str) -> &str {
    text.split_once("://").map_or(text, |(_, host)| host)
}

fn is_label_text(text: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    !text.is_empty() && text.bytes().all(is_known)
}

fn is_port(text: &str) -> bool {
    text.strip_prefix(':')
        .is_some_and(|port| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether the text matches the entry if each dot of the entry stands for any character.
fn matches_any_dot(entry: &str, origin: &str) -> bool {
    let Some((before, after)) = entry.split_once('*') else {
        let mut pairs = entry.bytes().zip(origin.bytes());
        return entry.len() == origin.len() && pairs.all(|(a, b)| a == b || a == b'.');
    };
    let Some(start) = origin.len().checked_sub(after.len()) else {
        return false;
    };
    let Some((start, end)) = origin.split_at_checked(start) else {
        return false;
    };
    let mut pairs = after.bytes().zip(end.bytes());
    pairs.all(|(a, b)| a == b || a == b'.') && start.strip_prefix(before).is_some_and(is_label_text)
}

#[test]
fn ends_are_one_finding() {
    assert_findings(
        "subdomains",
        &[HOSTS, TWO],
        &["allows-subdomains"],
        |entries, origin| {
            let host = origin.strip_prefix("https://").unwrap_or_default();
            let mut hosts = entries.iter().map(|entry| host_of(entry));
            is_label_text(host) && hosts.any(|listed| host.ends_with(&format!(".{listed}")))
        },
    );
    assert_findings("siblings", &[HOSTS], &["compares-suffix"], |_, origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        host.strip_suffix(".example.com").is_some_and(is_label_text)
    });
    assert_findings(
        "end",
        &[HOSTS, TWO, PATTERN],
        &["compares-suffix"],
        |entries, origin| {
            let mut hosts = entries
                .iter()
                .map(|entry| host_of(entry).trim_start_matches("*."));
            hosts.any(|host| origin.ends_with(host))
        },
    );
    assert_findings("hyphen", &[ONE, TWO], &["compares-suffix"], |_, origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        let before = host.strip_suffix("app.example");
        before.is_some_and(|before| is_label_text(before) && !before.contains('.'))
    });
}

/// The fix for a server that allows each subdomain of a parent domain does not advise to compare the dot before the
/// domain: the server already compares it.
#[test]
fn subdomains_of_a_parent_domain_are_named() {
    let policy = policy_of(HOSTS);
    let mut server = allowing(policy.clone(), |origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        let before = host.strip_suffix(".example.com");
        before.is_some_and(is_label_text)
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let finding = &report.findings()[0];
    assert_eq!(
        finding.mistake(),
        "the server allows names under `example.com` that the policy does not list"
    );
    assert_eq!(
        finding.advice(),
        "compare the whole `Origin` with each listed origin, in place of the end `.example.com`"
    );
}

#[test]
fn beginnings_are_one_finding() {
    assert_findings(
        "text",
        &[PORTS, ONE, HOSTS],
        &["compares-prefix"],
        |entries, origin| entries.iter().any(|entry| origin.starts_with(entry)),
    );
    assert_findings("part", &[PART], &["compares-prefix"], |_, origin| {
        origin.starts_with("https://app-")
    });
    assert_findings(
        "pattern",
        &[PATTERNS, PATTERN],
        &["compares-prefix"],
        |entries, origin| {
            entries.iter().any(|entry| {
                let entry = entry.trim_end_matches(":*");
                let Some((before, after)) = entry.split_once('*') else {
                    return origin.starts_with(entry);
                };
                origin
                    .strip_prefix(before)
                    .is_some_and(|rest| rest.contains(after))
            })
        },
    );
}

#[test]
fn ports_and_schemes_are_one_finding() {
    assert_findings("localhost", &[PORTS], &["ignores-port"], |_, origin| {
        origin.strip_prefix("http://localhost").is_some_and(is_port)
    });
    assert_findings(
        "host",
        &[PORTS, ONE, TWO],
        &["compares-host"],
        |entries, origin| {
            let name = |text: &str| {
                host_of(text)
                    .split(':')
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            };
            origin.contains("://") && entries.iter().any(|entry| name(entry) == name(origin))
        },
    );
    assert_findings("extension", &[EXTENSION], &["allows-apps"], |_, origin| {
        origin.starts_with("chrome-extension://")
    });
}

/// The server allows every extension or app of a scheme, but no other text.
#[test]
fn any_identifier_is_one_finding() {
    let allows: Allows = |_, origin| {
        let is_of = |letters: &str, host: &str| host.chars().all(|c| letters.contains(c));
        let Some((scheme, host)) = origin.split_once("://") else {
            return false;
        };
        match scheme {
            "chrome-extension" => host.len() == 32 && is_of("abcdefghijklmnop", host),
            "moz-extension" | "safari-web-extension" | "vscode-webview" => {
                host.len() == 36 && is_of("-0123456789abcdef", &host.to_ascii_lowercase())
            }
            _ => false,
        }
    };
    let moz = &["moz-extension://2c6f7a1e-93d7-4d0a-9c1e-6b2d0d9f1a3b"];
    let lists: [&[&str]; 3] = [ONE, EXTENSION, moz];
    assert_findings("identifier", &lists, &["allows-apps"], allows);
    for scheme in [
        "chrome-extension",
        "moz-extension",
        "safari-web-extension",
        "vscode-webview",
    ] {
        let policy = policy_of(ONE);
        let mut server = allowing(policy.clone(), move |origin| {
            origin == ONE[0] || (origin.starts_with(scheme) && allows(ONE, origin))
        });
        let report = check(&mut server, &policy, config()).unwrap();
        assert_eq!(names(&report), ["allows-apps"], "{scheme}: {report}");
    }
}

#[test]
fn listed_host_of_localhost_is_one_finding() {
    assert_findings(
        "localhost",
        &[ONE],
        &["allows-localhost"],
        |entries, origin| {
            let host = host_of(origin).split(':').next().unwrap_or_default();
            entries.contains(&origin) || (host == "localhost" && origin.contains("://"))
        },
    );
}

/// A request without a preflight shows that the server allows the other default port.
#[test]
fn other_default_port_is_found() {
    let policy = policy_of(ONE);
    let allows = |origin: &str| matches!(origin, "https://app.example" | "https://app.example:80");
    let report = check(&mut allowing(policy.clone(), allows), &policy, config()).unwrap();
    assert_eq!(names(&report), ["allows-other-origin"], "{report}");
    let finding = &report.findings()[0];
    assert_eq!(finding.example().probe(), "other-default-port", "{report}");
}

#[test]
fn dots_are_one_finding() {
    assert_findings(
        "any character",
        &[
            PATTERN,
            HOSTS,
            TWO,
            &["https://*.example.com", "https://example.com"],
        ],
        &["unescaped-dot"],
        |entries, origin| entries.iter().any(|entry| matches_any_dot(entry, origin)),
    );
    assert_findings("part", &[PART], &["unescaped-dot"], |_, origin| {
        let middle = origin.strip_prefix("https://app-").unwrap_or_default();
        let middle = middle.strip_suffix("example.com").unwrap_or_default();
        let mut rest = middle.chars();
        rest.next_back().is_some() && is_label_text(rest.as_str()) && !rest.as_str().contains('.')
    });
}

#[test]
fn several_parts_are_one_finding() {
    assert_findings("joined", &[HOSTS], &["mixes-entries"], |entries, origin| {
        let host = origin.strip_prefix("https://").unwrap_or_default();
        let hosts = entries.iter().map(|entry| host_of(entry));
        let mut firsts = hosts.clone().filter_map(|host| host.split('.').next());
        firsts.any(|first| {
            let rest = host.strip_prefix(first).unwrap_or_default();
            hosts
                .clone()
                .any(|host| host == rest && !host.starts_with(first))
        })
    });
    assert_findings(
        "each part",
        &[PORTS],
        &["mixes-entries"],
        |entries, origin| {
            let parts = |text: &str| {
                let (scheme, rest) = text.split_once("://").unwrap_or_default();
                let (host, port) = rest.split_once(':').unwrap_or((rest, ""));
                [scheme, host, port].map(String::from)
            };
            let listed: Vec<[String; 3]> = entries.iter().map(|entry| parts(entry)).collect();
            let given = parts(origin);
            (0..3).all(|part| listed.iter().any(|listed| listed[part] == given[part]))
        },
    );
    assert_findings("no web page", &[ONE, TWO], &["allows-null"], |_, origin| {
        matches!(origin, "null" | "file://")
    });
}

/// A server that reads `http://localhost:*` as a text with any end denies `http://localhost`. The test also has an IPv6
/// host: it has colons even without a port.
#[test]
fn port_that_is_always_required_is_named() {
    for host in ["http://localhost", "http://[::1]"] {
        let policy = policy_of(&["https://*.app.example", &format!("{host}:*")]);
        let mut server = changed(policy.clone(), |request, response| {
            let origin = origin(request);
            let headers = response.headers_mut();
            if origin == host {
                headers.remove("access-control-allow-origin");
                headers.remove("access-control-allow-credentials");
            } else if origin.starts_with(&format!("{host}:")) {
                set(headers, "access-control-allow-origin", &origin);
                set(headers, "access-control-allow-credentials", "true");
            }
        });
        let report = check(&mut server, &policy, config()).unwrap();
        assert_eq!(names(&report)[0], "denies-allowed-origin", "{report}");
        let finding = &report.findings()[0];
        assert_eq!(
            finding.advice(),
            "let `:*` also match an origin without a port",
            "{report}"
        );
        let wrong_fix = format!("in place of `{host}:`");
        assert!(!report.to_string().contains(&wrong_fix), "{report}");
    }
}

/// A server that reflects every origin except origins with a blocked word makes one mistake, even if the word is in
/// most of the tested origins. The finding has an example of both kinds of origins, and names no comparison.
#[test]
fn blocked_words_are_one_finding() {
    const SHOP: &[&str] = &["https://shop.example"];
    for (entries, blocked) in [
        (ONE, &["evil"][..]),
        (ONE, &["app"]),
        (ONE, &["http:"]),
        (ONE, &["evil", "test", "localhost", "127.0.0.1", "null"]),
        (SHOP, &["shop"]),
    ] {
        let policy = policy_of(entries);
        let mut server = allowing(policy.clone(), |origin| {
            entries.contains(&origin) || !blocked.iter().any(|word| origin.contains(word))
        });
        let report = check(&mut server, &policy, config()).unwrap();
        let names = names(&report);
        let finding = &report.findings()[0];
        let mistake = finding.mistake();
        // A server that blocks few of the tested origins reflects any origin, with exceptions.
        if names == ["reflects-any-origin"] {
            assert!(mistake.contains(" except "), "{report}");
            continue;
        }
        assert_eq!(names, ["reflects-many-origins"], "{report}");
        let (reflected, denied) = mistake.split_once("), and denies others (").unwrap();
        for (text, is_denied) in [(reflected, false), (denied, true)] {
            let quoted = text.split('`').skip(1).step_by(2);
            for origin in quoted {
                let is_blocked = blocked.iter().any(|word| origin.contains(word));
                assert_eq!(is_blocked, is_denied, "{origin}: {report}");
            }
        }
        let fix = finding.advice();
        assert!(fix.starts_with("compare `Origin` with a list"), "{fix}");
    }
}

/// A server that allows some other sites in addition to the listed origins does not reflect origins by default.
#[test]
fn longer_list_is_not_a_list_of_blocked_origins() {
    let policy = policy_of(ONE);
    let mut server = allowing(policy.clone(), |origin| {
        ["null", "http://localhost:3000", "capacitor://localhost"].contains(&origin)
            || origin.ends_with(".vercel.app")
    });
    let report = check(&mut server, &policy, config()).unwrap();
    let found = names(&report);
    assert!(!found.contains(&"reflects-many-origins"), "{report}");
    assert!(found.contains(&"allows-null"), "{report}");
}

/// A regular expression has unescaped dots, and also accepts `http:` or any port. To escape the dots is not enough, so
/// each mistake has its own finding.
#[test]
fn unescaped_dots_do_not_hide_the_scheme_and_the_port() {
    for (is_of_scheme, is_of_port, expected) in [
        (false, false, &["unescaped-dot"][..]),
        (true, false, &["unescaped-dot", "ignores-scheme"]),
        (false, true, &["unescaped-dot", "ignores-port"]),
        (true, true, &["unescaped-dot", "compares-host"]),
    ] {
        for entries in [ONE, TWO] {
            let policy = policy_of(entries);
            let mut compared = allowing(policy.clone(), |origin| {
                let (scheme, rest) = origin.split_once("://").unwrap_or_default();
                let (host, port) = rest.split_at(rest.find(':').unwrap_or(rest.len()));
                let is_scheme = scheme == "https" || (is_of_scheme && scheme == "http");
                let is_allowed_port = port.is_empty() || (is_of_port && is_port(port));
                let mut hosts = entries.iter().map(|entry| host_of(entry));
                is_scheme && is_allowed_port && hosts.any(|listed| matches_any_dot(listed, host))
            });
            let mut server = |request: Request<()>| {
                let lines = request.headers().get_all("origin").iter().count();
                if lines > 1 {
                    serve(&policy, &request)
                } else {
                    compared(request)
                }
            };
            let report = check(&mut server, &policy, config()).unwrap();
            assert_eq!(names(&report), expected, "{entries:?}: {report}");
        }
    }
}
