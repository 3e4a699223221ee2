//! Servers that allow every host with a last label, or every origin with a port, and servers that compare only the first label
//! of a host.

use fetch_cors::{
    conformance::{CheckConfig, Report, check},
    server::CorsPolicy,
};

use super::{
    names,
    servers::{allowing, set},
};

const APP: &str = "https://app.example";
const CORP: &str = "https://app.corp.com";
const LOCAL_URL: &str = "http://127.0.0.1:8000/notes";

fn policy_of(listed: &str) -> CorsPolicy {
    CorsPolicy::builder().origin(listed).build().unwrap()
}

fn report_on(listed: &str, url: &str, allows: impl Fn(&str) -> bool) -> Report {
    let policy = policy_of(listed);
    let config = CheckConfig::new(url).unwrap();
    let mut compared = allowing(policy.clone(), allows);
    // A policy with one origin sends no `Vary`.
    let mut server = |request| {
        let mut response = compared(request);
        set(response.headers_mut(), "vary", "Origin");
        response
    };
    check(&mut server, &policy, config).unwrap()
}

/// Asserts that the report has one finding with this cause, and that its mistake begins with this text.
#[track_caller]
fn finds_one(report: &Report, cause: &str, mistake: &str) {
    assert_eq!(names(report), [cause], "{report}");
    let found = report.findings()[0].mistake();
    assert!(found.starts_with(mistake), "{found}");
}

/// Returns the host and the port with its colon.
fn host_and_port(origin: &str) -> (&str, &str) {
    let (_, rest) = origin.split_once("://").unwrap_or_default();
    rest.split_at(rest.find(':').unwrap_or(rest.len()))
}

fn is_https(origin: &str) -> bool {
    origin.starts_with("https://")
}

fn is_port(port: &str) -> bool {
    let digits = port.strip_prefix(':').unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

#[test]
fn every_host_with_a_last_label_is_named() {
    for listed in [APP, CORP] {
        for (url, end) in [
            (LOCAL_URL, ".com"),
            (LOCAL_URL, ".org"),
            (LOCAL_URL, ".net"),
            (LOCAL_URL, ".io"),
            (LOCAL_URL, ".de"),
            (LOCAL_URL, ".fr"),
            (LOCAL_URL, ".dev"),
            (LOCAL_URL, ".co.uk"),
            (LOCAL_URL, ".test"),
            (LOCAL_URL, ".example"),
            ("https://api.corp.test/notes", ".test"),
            ("https://api.corp.org/notes", ".org"),
        ] {
            // The check has no two hosts with the last label `example` if the policy lists none.
            if end == ".example" && listed == CORP {
                continue;
            }
            let mistake = format!("the server allows every host that ends with `{end}`: `");
            let ends: [fn(&str, &str) -> bool; 2] = [
                |origin, end| origin.ends_with(end),
                |origin, end| origin.starts_with("https://") && origin.ends_with(end),
            ];
            for ends in ends {
                let report = report_on(listed, url, |origin| ends(origin, end));
                let found: Vec<&str> = names(&report);
                let others = ["compares-suffix", "reads-one-of-several-origins"];
                assert_eq!(
                    found[0], "compares-suffix",
                    "{listed} {url} {end}: {report}"
                );
                assert!(
                    found.iter().all(|name| others.contains(name)),
                    "{listed} {url} {end}: {report}"
                );
                let finding = &report.findings()[0];
                assert!(finding.mistake().starts_with(&mistake), "{report}");
                let fix = format!(
                    "compare the whole `Origin` with each listed origin, in place of the end `{end}`"
                );
                assert_eq!(finding.advice(), fix, "{report}");
            }
        }
    }
}

/// The end of a host is the reason why the server allows `https://app.example=.evil.com`, and not the special character.
#[test]
fn a_last_label_is_not_a_special_character() {
    let report = report_on(APP, LOCAL_URL, |origin| {
        let (host, port) = host_and_port(origin);
        origin.ends_with(".com") || host == "app.example" && is_port(port) && is_https(origin)
    });
    assert_eq!(
        names(&report),
        ["compares-suffix", "ignores-port"],
        "{report}"
    );
    let found = report.findings();
    let mistakes = found.iter().map(|finding| finding.mistake().to_owned());
    let mistakes: Vec<String> = mistakes.collect();
    assert!(
        mistakes[0].starts_with("the server allows every host that ends with `.com`: `"),
        "{report}"
    );
    assert!(
        mistakes[1].starts_with(
            "the server allows a listed host with another port: `https://app.example:"
        ),
        "{report}"
    );
}

/// Several comparisons of the end of an origin are one finding, which names all of them.
#[test]
fn a_last_label_is_named_with_another_end() {
    let url = "https://api.corp.com/v1";
    let report = report_on(CORP, url, |origin| {
        origin.ends_with(".corp.com") || origin.ends_with(".io")
    });
    let mistake = "the server allows names under `corp.com` that the policy does not list, and also every host that ends with `.io`";
    finds_one(&report, "compares-suffix", mistake);
    let fix = "compare the whole `Origin` with each listed origin, in place of the end `.corp.com` and `.io`";
    assert_eq!(report.findings()[0].advice(), fix, "{report}");
    let report = report_on(CORP, url, |origin| {
        origin.ends_with("api.corp.com") || origin.ends_with(".de")
    });
    let mistake = "the server allows origins whose host ends with its own host `api.corp.com`, and also every host that ends with `.de`";
    finds_one(&report, "compares-suffix", mistake);
}

/// The port of a listed host is not a special character after this host.
#[test]
fn a_port_is_not_a_special_character() {
    let report = report_on(APP, LOCAL_URL, |origin| {
        let (host, port) = host_and_port(origin);
        origin.ends_with(".evil.com") || host == "app.example" && is_port(port) && is_https(origin)
    });
    let expected = ["special-character", "ignores-port"];
    assert_eq!(names(&report), expected, "{report}");
    let mistake = report.findings()[0].mistake().to_owned();
    assert!(!mistake.contains("https://app.example:"), "{report}");
}

/// A list can have a site of another country.
#[test]
fn listed_hosts_with_other_last_labels_are_named() {
    let expected = "the server allows the origin `https://app.corp.fr`, which the policy does not allow: its host is a listed host with another last label";
    let report = report_on(CORP, LOCAL_URL, |origin| origin == "https://app.corp.fr");
    finds_one(&report, "allows-other-origin", expected);
    let expected = "the server allows the origin `https://app.corp.co.uk`, which the policy does not allow: its host is a listed host with other last labels";
    let report = report_on(CORP, LOCAL_URL, |origin| origin == "https://app.corp.co.uk");
    finds_one(&report, "allows-other-origin", expected);
    let expected = "the server allows the origin `https://app.corp.fr`, which the policy does not allow: its host is a listed host with other last labels";
    let listed = "https://app.corp.co.uk";
    let report = report_on(listed, LOCAL_URL, |origin| origin == "https://app.corp.fr");
    finds_one(&report, "allows-other-origin", expected);
    let report = report_on(CORP, LOCAL_URL, |origin| {
        ["https://app.corp.fr", "https://app.corp.co.uk"].contains(&origin)
    });
    let expected = "the server allows the origins `https://app.corp.co.uk` and `https://app.corp.fr`, which the policy does not allow: their hosts are listed hosts with other last labels";
    finds_one(&report, "allows-other-origin", expected);
}

/// Checks a server that allows the origins with this end only if `is_limited` returns true.
fn report_with_end(end: &str, is_limited: fn(&http::Request<()>) -> bool) -> Report {
    let policy = CorsPolicy::builder().origin(APP).methods(["PUT"]);
    let policy = policy.credentials(true).build().unwrap();
    let mut right = allowing(policy.clone(), |_| false);
    let mut wrong = allowing(policy.clone(), |origin| origin.ends_with(end));
    let mut server = |request: http::Request<()>| {
        let mut response = if is_limited(&request) {
            wrong(request)
        } else {
            right(request)
        };
        set(response.headers_mut(), "vary", "Origin");
        response
    };
    check(&mut server, &policy, CheckConfig::new(LOCAL_URL).unwrap()).unwrap()
}

/// A server that allows a host only in some responses does not reflect every origin in these responses.
#[test]
fn an_end_can_be_limited_to_some_responses() {
    let limits: [fn(&http::Request<()>) -> bool; 3] = [
        |request| request.method() == "HEAD",
        |request| request.method() == "OPTIONS",
        |request| request.headers().contains_key("cookie"),
    ];
    for is_limited in limits {
        let report = report_with_end(".com", is_limited);
        assert_eq!(names(&report), ["allows-other-origin"], "{report}");
        let mistake = report.findings()[0].mistake().to_owned();
        assert!(
            mistake.contains("`https://fetch-cors-unlisted.com`"),
            "{report}"
        );
        let report = report_with_end(".vercel.app", is_limited);
        assert_eq!(names(&report), ["allows-shared-hosts"], "{report}");
        let report = report_with_end("", is_limited);
        let found = names(&report);
        assert!(found[0].starts_with("reflects-"), "{report}");
    }
}

/// A server that lists several shared hosts with the same last label does not allow every host with this label.
#[test]
fn shared_hosts_are_not_every_host() {
    let shared = [".pages.dev", ".workers.dev", ".github.io", ".gitlab.io"];
    let report = report_on(APP, LOCAL_URL, |origin| {
        shared.iter().any(|end| origin.ends_with(end))
    });
    assert_eq!(names(&report), ["allows-shared-hosts"], "{report}");
}

/// A server that allows each listed host with another last label does not allow every host with this label.
#[test]
fn other_ends_of_listed_hosts_are_not_every_host() {
    let policy = CorsPolicy::builder().origins(["https://app.example", "https://shop.corp.com"]);
    let policy = policy.build().unwrap();
    let others = [
        (
            "",
            "the server allows the origins `https://app.de` and `https://shop.corp.de`, which the policy does not allow: \
             their hosts are listed hosts with another last label",
        ),
        (
            "https://www.corp.com",
            "the server allows the origins `https://app.de`, `https://shop.corp.de` and `https://www.corp.com`, which the policy \
             does not allow: the hosts of `https://app.de` and `https://shop.corp.de` are listed hosts with another last label",
        ),
    ];
    for (other, expected) in others {
        let mut server = allowing(policy.clone(), move |origin| {
            ["https://app.de", "https://shop.corp.de", other].contains(&origin)
        });
        let config = CheckConfig::new(LOCAL_URL).unwrap();
        let report = check(&mut server, &policy, config).unwrap();
        assert_eq!(names(&report), ["allows-other-origin"], "{report}");
        assert_eq!(report.findings()[0].mistake(), expected);
    }
}

#[test]
fn any_port_is_one_finding() {
    for url in [
        LOCAL_URL,
        "https://api.corp.org/notes",
        "http://api.corp.org/notes",
    ] {
        let report = report_on(APP, url, |origin| is_port(host_and_port(origin).1));
        let mistake = "the server allows any origin with a port: `";
        finds_one(&report, "compares-suffix", mistake);
        assert!(
            report.findings()[0]
                .advice()
                .ends_with("in place of the port"),
            "{report}"
        );
    }
    let report = report_on(APP, LOCAL_URL, |origin| origin.ends_with(":8000"));
    finds_one(
        &report,
        "compares-suffix",
        "the server allows any origin with the port `8000`: `",
    );
    let fix = report.findings()[0].advice();
    assert!(fix.ends_with("in place of the end `:8000`"), "{fix}");
}

/// A server can allow a usual port of development servers at each host, except at hosts of the user's machine.
#[test]
fn any_host_with_a_usual_port_is_one_finding() {
    let local = ["localhost", "127.0", "[::1", "10.0", ".local", "192.168"];
    for port in [
        "1234", "3000", "4200", "5173", "8080", "8081", "8443", "9000",
    ] {
        let end = format!(":{port}");
        let report = report_on(CORP, "https://api.corp.com/v1", |origin| {
            origin.ends_with(&end) && !local.iter().any(|part| origin.contains(part))
        });
        let mistake = format!("the server allows any origin with the port `{port}`: `");
        finds_one(&report, "compares-suffix", &mistake);
    }
}

/// The policy lists a local host with the port. The server does not search for a part of this host.
#[test]
fn port_of_a_listed_local_host_is_one_finding() {
    for port in ["3000", "5173"] {
        let end = format!(":{port}");
        let listed = format!("http://localhost{end}");
        let url = "https://api.corp.com/v1";
        let report = report_on(&listed, url, |origin| origin.ends_with(&end));
        let mistake = format!("the server allows any origin with the port `{port}`: `");
        finds_one(&report, "compares-suffix", &mistake);
    }
}

/// The host of the server is an IP address too, but the server does not compare this address.
#[test]
fn addresses_are_not_the_own_host() {
    let begins_with_address = |origin: &str| {
        let (host, _) = host_and_port(origin);
        let labels: Vec<&str> = host.split('.').take(4).collect();
        labels.join(".").parse::<std::net::Ipv4Addr>().is_ok()
    };
    let report = report_on(APP, LOCAL_URL, begins_with_address);
    finds_one(
        &report,
        "allows-addresses",
        "the server allows every page whose host is an IP address, or only begins with an IP address: `",
    );
    let report = report_on(APP, LOCAL_URL, |origin| {
        host_and_port(origin)
            .0
            .parse::<std::net::Ipv4Addr>()
            .is_ok()
    });
    finds_one(
        &report,
        "allows-addresses",
        "the server allows every page whose host is an IP address: `",
    );
}

/// The last number of an IP address is not a top-level domain.
#[test]
fn any_last_number_is_not_a_last_label() {
    for is_anchored in [true, false] {
        let report = report_on("http://10.0.0.5:3000", LOCAL_URL, |origin| {
            let rest = origin.strip_prefix("http://10.0.0.").unwrap_or_default();
            let (number, port) = rest.split_once(':').unwrap_or_default();
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            is_number && (port == "3000" || !is_anchored && port.starts_with("3000"))
        });
        let text = report.to_string();
        assert!(
            !text.contains("last label") && !text.contains("top-level"),
            "{text}"
        );
        assert_eq!(report.findings().len(), 1, "{text}");
    }
}

/// A server that compares only the first label of the host does not search for a listed origin.
#[test]
fn first_label_is_named() {
    for listed in [APP, CORP] {
        let report = report_on(listed, LOCAL_URL, |origin| {
            // Some programs take the text after the last `//` as the host.
            let host = origin.rsplit("//").next().unwrap_or_default();
            host.split(['.', ':']).next() == Some("app")
        });
        finds_one(
            &report,
            "compares-prefix",
            "the server compares only the first label of the host: it allows `",
        );
        let text = report.to_string();
        assert!(!text.contains("https://a.a.a"), "{text}");
    }
}

/// Shared hosts such as `*.netlify.app` and subdomains of the listed host can have the label too.
#[test]
fn label_in_any_place_is_one_finding() {
    for listed in [APP, CORP] {
        let report = report_on(listed, LOCAL_URL, |origin| {
            let host = host_and_port(origin).0;
            host.split('.').any(|label| label == "app")
        });
        finds_one(
            &report,
            "contains-listed-host",
            "the server allows each host with the first label of a listed host in any place: `https://",
        );
    }
}

/// The server's own host `api.corp.com` has the same second label, so some allowed origins contain this host.
#[test]
fn second_label_is_not_called_the_own_host() {
    let report = report_on(CORP, "https://api.corp.com/v1", |origin| {
        host_and_port(origin).0.split('.').nth(1) == Some("corp")
    });
    finds_one(
        &report,
        "contains-listed-host",
        "the server compares only the second label of the host: it allows `https://",
    );
}

/// A host with the label `corp` in another place has another second label, so the second label is not the rule.
#[test]
fn label_in_any_place_is_not_called_the_second_label() {
    let report = report_on(CORP, LOCAL_URL, |origin| {
        host_and_port(origin).0.contains(".corp.")
    });
    let findings = report.findings();
    let mistake = findings[0].mistake();
    assert!(!mistake.contains("second label"), "{report}");
    assert_eq!(
        findings[0].cause().name(),
        "contains-listed-host",
        "{report}"
    );
}

/// No response to GET has CORS headers, but other responses show how the server compares origins.
#[test]
fn comparison_is_named_if_responses_to_get_lack_the_headers() {
    type Allows = fn(&str) -> bool;
    let expected: [(&str, Allows); 3] = [
        ("compares-prefix", |origin| origin.starts_with(APP)),
        ("ignores-scheme", |origin| origin == "http://app.example"),
        ("reflects-any-origin", |_| true),
    ];
    for (cause, allows) in expected {
        let policy = policy_of(APP);
        let mut compared = allowing(policy.clone(), allows);
        let mut server = |request: http::Request<()>| {
            let is_get = request.method() == "GET";
            let mut response = compared(request);
            if is_get {
                response.headers_mut().remove("access-control-allow-origin");
            }
            set(response.headers_mut(), "vary", "Origin");
            response
        };
        let config = CheckConfig::new(LOCAL_URL).unwrap();
        let report = check(&mut server, &policy, config).unwrap();
        let found = names(&report);
        assert_eq!(
            found,
            [cause, "lacks-headers-on-some-responses"],
            "{report}"
        );
    }
}

/// A host of the maximum length is not the first example.
#[test]
fn long_hosts_are_not_the_first_examples() {
    let report = report_on(APP, LOCAL_URL, |origin| {
        origin.ends_with("unlisted.test") || origin.ends_with("evil.test")
    });
    let text = report.to_string();
    let first = text.lines().next().unwrap();
    assert!(
        !first.contains("https://a.a.a") && !first.contains("https://aaaa"),
        "{first}"
    );
}
