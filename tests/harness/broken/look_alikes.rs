//! Servers that allow one kind of origin that looks like a listed origin, like the server's own origin, or like an origin on a
//! host where anyone can publish a page. For each server, the check has a probe that shows the mistake with every seed.

use fetch_cors::conformance::Cause;

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

/// Each mistake of a careless regular expression accepts a label, or a part of a label, that the policy does not list.
#[test]
fn one_other_label_is_found() {
    let app = "https://app.corp.com";
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    type Allows<'a> = &'a dyn Fn(&str) -> bool;
    let servers: [(&str, &str, Allows); 7] = [
        (app, "hyphen-for-dot", &|origin| {
            origin == "https://app-corp.com"
        }),
        ("https://*.corp.com.test", "hyphen-for-dot", &|origin| {
            origin.ends_with(".corp-com.test")
        }),
        (app, "label-after-host", &|origin| {
            is_between(origin, "https://app.corp.com.", "") && origin.len() == app.len() + 3
        }),
        (app, "other-country", &|origin| {
            origin == "https://app.corp.de"
        }),
        (app, "digit-before-host", &|origin| {
            let label = origin.strip_prefix("https://").unwrap_or_default();
            label.strip_suffix(".app.corp.com").is_some_and(is_digits)
        }),
        (app, "www-with-port", &|origin| {
            let port = origin.strip_prefix("https://www.app.corp.com:");
            port.is_some_and(is_digits)
        }),
        (app, "first-label", &|origin| {
            is_between(origin, "https://app.", ".test") && !origin.contains("corp")
        }),
    ];
    for (entry, probe, allows) in servers {
        finds_probe(&[entry], probe, allows);
    }
}

/// The finding names the difference, and does not say that the server accepts more than the check saw.
#[test]
fn one_other_label_is_named() {
    for (allowed, mistake) in [
        (
            "https://app-corp.com",
            "the server accepts a hyphen in place of a dot of a listed host: it allows `https://app-corp.com`",
        ),
        (
            "https://app.corp.com.au",
            "the server allows the origin `https://app.corp.com.au`, which the policy does not allow: its host is a listed host with one more label at the end",
        ),
        (
            "https://app.corp.de",
            "the server allows the origin `https://app.corp.de`, which the policy does not allow: its host is a listed host with another last label",
        ),
        (
            "https://7.app.corp.com",
            "the server allows the origin `https://7.app.corp.com`, which the policy does not allow: its host is a subdomain of a listed host",
        ),
        (
            "https://www.app.corp.com:8444",
            "the server allows the origin `https://www.app.corp.com:8444`, which the policy does not allow: its host is a subdomain of a listed host",
        ),
    ] {
        let url = "https://api.corp.test/notes";
        let report = report_on(&["https://app.corp.com"], url, |origin| origin == allowed);
        // A policy with one origin sends no `Vary`.
        let mut findings = report.findings();
        findings.retain(|finding| finding.cause() != Cause::LacksVary);
        assert_eq!(findings.len(), 1, "{report}");
        assert_eq!(findings[0].mistake(), mistake, "{report}");
        assert!(
            report.to_string().contains(&format!("origin: {allowed}")),
            "{report}"
        );
    }
}

/// A pattern can accept a hyphen in place of one of several dots.
#[test]
fn one_hyphen_in_place_of_several_dots_is_named() {
    for (listed, allowed) in [
        ("https://pay.bank.co.uk", "https://pay-bank.co.uk"),
        ("https://pay.bank.co.uk", "https://pay.bank-co.uk"),
        ("https://a.b.c.de", "https://a-b.c.de"),
    ] {
        let report = report_on(&[listed], "https://api.corp.test/", |origin| {
            origin == allowed
        });
        let start = format!(
            "the server accepts a hyphen in place of a dot of a listed host: it allows `{allowed}`"
        );
        assert!(
            report.findings()[0].mistake().starts_with(&start),
            "{report}"
        );
    }
}

/// A server that accepts many characters in place of a dot has the usual text, also if it refuses a hyphen.
#[test]
fn any_character_in_place_of_a_dot_is_not_a_hyphen() {
    let listed = "https://app.corp.com";
    let is_any: [fn(u8) -> bool; 2] = [|_| true, |byte| byte.is_ascii_alphanumeric()];
    for is_any in is_any {
        let report = report_on(&[listed], "https://api.corp.test/", |origin| {
            let mut pairs = listed.bytes().zip(origin.bytes());
            let is_alike = pairs.all(|(a, b)| a == b || a == b'.' && is_any(b));
            origin.len() == listed.len() && is_alike
        });
        let mistake = report.findings()[0].mistake();
        let start = "the server accepts another character in place of a dot of a listed host";
        assert!(mistake.starts_with(start), "{report}");
    }
}

#[test]
fn unlisted_origins_with_other_ends_are_found() {
    let app = &["https://app.example"];
    finds_probe(app, "unlisted-com", |origin| {
        origin == "https://fetch-cors-unlisted.com"
    });
    finds_probe(app, "unlisted-org", |origin| {
        origin == "https://fetch-cors-unlisted.org"
    });
    for (probe, origin) in [
        ("unlisted-de", "https://fetch-cors-unlisted.de"),
        ("unlisted-fr", "https://fetch-cors-unlisted.fr"),
        ("unlisted-dev", "https://fetch-cors-unlisted.dev"),
        ("unlisted-co-uk", "https://fetch-cors-unlisted.co.uk"),
    ] {
        finds_probe(app, probe, |found| found == origin);
    }
    finds_probe(app, "unlisted-with-port", |origin| {
        origin == "https://unlisted.test:8444"
    });
    for (probe, origin) in [
        ("unlisted-with-port-1234", "http://unlisted.test:1234"),
        ("unlisted-with-port-3000", "http://unlisted.test:3000"),
        ("unlisted-with-port-4200", "http://unlisted.test:4200"),
        ("unlisted-with-port-5173", "http://unlisted.test:5173"),
        ("unlisted-with-port-8080", "http://unlisted.test:8080"),
        ("unlisted-with-port-8081", "http://unlisted.test:8081"),
        ("unlisted-with-port-8443", "https://unlisted.test:8443"),
        ("unlisted-with-port-9000", "http://unlisted.test:9000"),
    ] {
        finds_probe(app, probe, |found| found == origin);
    }
    let url = "http://127.0.0.1:8000/notes";
    let report = report_on(app, url, |origin| origin == "http://unlisted.test:8000");
    finds(&report, Severity::Security, READS, "unlisted-with-own-port");
}

#[test]
fn one_other_port_is_found() {
    finds_probe(&["https://app.example"], "usual-other-port", |origin| {
        origin == "https://app.example:8443"
    });
    finds_probe(&["https://app.example"], "development-port", |origin| {
        origin == "https://app.example:3000"
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
