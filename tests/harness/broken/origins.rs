//! Origins, and what caches are told of them.

use super::*;

#[test]
fn origins_that_are_compared_loosely() {
    let allowed = "https://app.example";
    type Allows = fn(&str) -> bool;
    let mistakes: [(&str, Allows); 10] = [
        ("reflection", |_| true),
        ("prefix", |origin| origin.starts_with("https://app.example")),
        ("suffix", |origin| {
            origin.starts_with("https://") && origin.ends_with("app.example")
        }),
        ("contained", |origin| origin.contains("app.example")),
        ("unescaped-dot", |origin| {
            let host = origin.strip_prefix("https://app").unwrap_or_default();
            host.len() == 8 && host.ends_with("example")
        }),
        ("null", |origin| origin == "null"),
        ("http-trust", |origin| origin.ends_with("://app.example")),
        ("any-subdomain", |origin| {
            origin.starts_with("https://") && origin.ends_with(".app.example")
        }),
        ("any-port", |origin| {
            origin.starts_with("https://app.example:")
        }),
        ("special-character-x60", |origin| {
            origin.starts_with("https://app.example`")
        }),
    ];
    for (probe, allows) in mistakes {
        let report = checked(allowing(policy(), move |origin| {
            origin == "https://other.example" || origin == allowed || allows(origin)
        }));
        finds(&report, Severity::Security, READS, probe);
        let violation = report
            .with_severity(Severity::Security)
            .find(|violation| violation.probe() == probe);
        assert!(
            violation
                .unwrap()
                .message()
                .contains("all that the user may see"),
            "{report}"
        );
    }
}

#[test]
fn what_no_browser_sends_is_no_danger() {
    let report = checked(allowing(policy(), |origin| {
        origin == "https://app.example"
            || origin.starts_with("https://app.example/")
            || origin == "https://other.example"
    }));
    finds_only(&report, Severity::Waste, Law::DeniedOriginIsNotReflected);
    finds(
        &report,
        Severity::Waste,
        Law::DeniedOriginIsNotReflected,
        "origin-with-path",
    );
}

#[test]
fn subdomains_without_a_boundary() {
    let policy = server_of(&["https://*.app.example"]);
    let mut server = allowing(policy.clone(), |origin| origin.ends_with("app.example"));
    let report = check(&mut server, &policy, config()).unwrap();
    for probe in ["suffix", "bare-domain", "http-trust"] {
        finds(&report, Severity::Security, READS, probe);
    }
}

/// What stands before a pattern's suffix has to be labels, though no browser sends anything else.
#[test]
fn no_labels_before_a_suffix() {
    let law = Law::DeniedOriginIsNotReflected;
    let policy = server_of(&["https://*.app.example"]);
    let mut server = allowing(policy.clone(), |origin| {
        origin.starts_with("https://") && origin.ends_with(".app.example")
    });
    let report = check(&mut server, &policy, config()).unwrap();
    finds_only(&report, Severity::Waste, law);
    for (probe, origin) in [
        ("path-before-suffix", "https://evil.test/a.app.example"),
        ("query-before-suffix", "https://evil.test?.app.example"),
        ("user-before-suffix", "https://user@www.app.example"),
        ("space-before-suffix", "https://a b.app.example"),
        ("upper-case-before-suffix", "https://EVIL.app.example"),
        ("nothing-before-suffix", "https://.app.example"),
    ] {
        finds(&report, Severity::Waste, law, probe);
        let mut violations = report.findings().iter();
        let found = violations.find(|violation| violation.probe() == probe);
        let exchange = &found.unwrap().exchanges()[0];
        let given = exchange.request.header_list.get("origin").unwrap();
        assert_eq!(given, origin.as_bytes());
    }
    let report = check(
        &mut |request: Request<()>| serve(&policy, &request),
        &policy,
        config(),
    )
    .unwrap();
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_listed_origin_that_is_forgotten() {
    let report = checked(changed(server_of(&["https://app.example"]), |_, _| {}));
    finds(&report, Severity::Broken, PERMITS, "listed-origin-2");
    // A pattern with a memory forgets every second request.
    let mut count = 0;
    let policy = policy();
    let report = checked(move |request: Request<()>| {
        count += 1;
        let mut response = serve(&policy, &request);
        if count % 2 == 0 {
            response.headers_mut().remove("access-control-allow-origin");
        }
        response
    });
    finds(&report, Severity::Broken, PERMITS, "listed-origin-again");
}

#[test]
fn caches_that_are_not_told() {
    let law = Law::SharedCacheChangesNoVerdict;
    let report = checked(changed(policy(), |_, response| {
        response.headers_mut().remove("vary");
    }));
    finds_only(&report, Severity::Cache, law);
    let violation = &report.findings()[0];
    assert_eq!(violation.exchanges().len(), 2);
    assert!(violation.curl()[0].contains("curl") && violation.ids().len() == 2);
    // Only those who are denied, or are without an Origin, are not told.
    let report = checked(changed(policy(), |_, response| {
        if !is_granted(response) {
            response.headers_mut().remove("vary");
        }
    }));
    finds_only(&report, Severity::Cache, law);
    // One that no cache keeps is no cache's.
    let report = checked(changed(policy(), |_, response| {
        response.headers_mut().remove("vary");
        set(response.headers_mut(), "cache-control", "no-store");
    }));
    assert!(report.findings().is_empty(), "{report}");
}

#[test]
fn a_wildcard_where_credentials_are_wanted() {
    let report = checked(changed(policy(), |_, response| {
        if is_granted(response) {
            set(response.headers_mut(), "access-control-allow-origin", "*");
        }
    }));
    finds(&report, Severity::Broken, PERMITS, "listed-origin");
    finds(
        &report,
        Severity::Waste,
        Law::AllowCredentialsNeedsNamedOrigin,
        "",
    );
    let report = checked(changed(policy(), |_, response| {
        set(response.headers_mut(), "access-control-allow-origin", "*");
        set(
            response.headers_mut(),
            "access-control-allow-credentials",
            "true",
        );
    }));
    finds(&report, Severity::Security, READS, "reflection");
}

const REPEATED: Law = Law::DeniedOriginIsNotReflected;

/// Answers as if the request had the Origin lines that `chosen` makes of its own.
fn choosing(
    policy: CorsPolicy,
    chosen: fn(Vec<HeaderValue>) -> Option<HeaderValue>,
) -> impl FnMut(Request<()>) -> Response<()> {
    move |mut request| {
        let lines = request.headers().get_all("origin").iter().cloned();
        if let Some(origin) = chosen(lines.collect()) {
            request.headers_mut().insert("origin", origin);
        }
        serve(&policy, &request)
    }
}

#[test]
fn one_of_several_origin_lines() {
    let report = checked(choosing(policy(), |lines| lines.first().cloned()));
    finds_only(&report, Severity::Waste, REPEATED);
    finds(&report, Severity::Waste, REPEATED, "repeated-origin");
    let report = checked(choosing(policy(), |lines| lines.last().cloned()));
    finds_only(&report, Severity::Waste, REPEATED);
    let probe = "repeated-origin-stranger-first";
    finds(&report, Severity::Waste, REPEATED, probe);
    assert!(
        report.findings()[0]
            .message()
            .contains("`https://app.example` is not allowed, and repeated: "),
        "{report}"
    );
}

/// Neither is the only origin of a list told to everybody where its line comes back beside another.
#[test]
fn all_of_several_origin_lines() {
    let policy = server_of(&["https://app.example"]);
    let mut server = changed(policy.clone(), |request, response| {
        let lines: Vec<_> = request.headers().get_all("origin").iter().collect();
        if let [first, second] = lines.as_slice()
            && *first == "https://app.example"
        {
            let headers = response.headers_mut();
            headers.append("access-control-allow-origin", (*second).clone());
        }
    });
    let report = check(&mut server, &policy, config()).unwrap();
    finds(&report, Severity::Waste, REPEATED, "repeated-origin");
    assert_eq!(report.with_severity(Severity::Waste).count(), 1, "{report}");
}

/// What is said to all repeats nobody.
#[test]
fn one_origin_that_is_told_to_everybody() {
    let builder = || CorsPolicy::builder().origin("https://app.example");
    for policy in [builder(), builder().credentials(true)] {
        let policy = policy.build().unwrap();
        let constant = |_| Some(HeaderValue::from_static("https://app.example"));
        let mut server = choosing(policy.clone(), constant);
        let report = check(&mut server, &policy, config()).unwrap();
        assert!(report.findings().is_empty(), "{report}");
    }
    let report = checked(changed(policy(), |_, response| {
        set(response.headers_mut(), "access-control-allow-origin", "*");
    }));
    finds(&report, Severity::Security, READS, "reflection");
    let mut violations = report.findings().iter();
    assert!(
        violations.all(|violation| violation.law() != REPEATED),
        "{report}"
    );
}
