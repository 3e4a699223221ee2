//! Servers that compare origins wrongly, or send a wrong `Vary`.

use fetch_cors::conformance::Cause;

use super::*;

#[test]
fn loose_comparison_is_found() {
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
                .contains("with the user's credentials"),
            "{report}"
        );
    }
}

#[test]
fn origin_that_no_browser_sends_is_waste() {
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
fn missing_label_boundary_is_found() {
    let policy = policy_of(&["https://*.app.example"]);
    let mut server = allowing(policy.clone(), |origin| origin.ends_with("app.example"));
    let report = check(&mut server, &policy, config()).unwrap();
    for probe in ["suffix", "bare-domain", "http-trust"] {
        finds(&report, Severity::Security, READS, probe);
    }
}

/// The server accepts any text before the suffix of a pattern. Browsers send only labels before a suffix, so the
/// mistake is harmless. The report still has a finding.
#[test]
fn text_that_is_not_a_label_before_a_suffix_is_found() {
    let law = Law::DeniedOriginIsNotReflected;
    let policy = policy_of(&["https://*.app.example"]);
    let mut server = allowing(policy.clone(), |origin| {
        origin.starts_with("https://") && origin.ends_with(".app.example")
    });
    let report = check(&mut server, &policy, config()).unwrap();
    finds_only(&report, Severity::Waste, law);
    for (probe, origin) in [
        ("path-before-suffix", "https://evil.test/a.app.example"),
        ("query-before-suffix", "https://evil.test?.app.example"),
        ("port-before-suffix", "https://evil.test:8444.app.example"),
        ("user-before-suffix", "https://user@www.app.example"),
        ("space-before-suffix", "https://a b.app.example"),
        ("upper-case-before-suffix", "https://EVIL.app.example"),
        ("nothing-before-suffix", "https://.app.example"),
    ] {
        finds(&report, Severity::Waste, law, probe);
        let mut violations = report.violations().iter();
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
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn denied_listed_origin_is_found() {
    let report = checked(changed(policy_of(&["https://app.example"]), |_, _| {}));
    finds(&report, Severity::Broken, PERMITS, "listed-origin-2");
    // The server denies every second request. A stateful regular expression can cause this.
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
    finds(&report, Severity::Broken, PERMITS, "");
    assert_eq!(
        report.findings()[0].cause(),
        Cause::UnstableAnswers,
        "{report}"
    );
}

#[test]
fn missing_vary_is_found() {
    let law = Law::SharedCacheChangesNoVerdict;
    let report = checked(changed(policy(), |_, response| {
        response.headers_mut().remove("vary");
    }));
    finds_only(&report, Severity::Cache, law);
    let violation = &report.violations()[0];
    assert_eq!(violation.exchanges().len(), 2);
    assert!(violation.curl()[0].contains("curl") && violation.ids().len() == 2);
    // Only responses to denied requests and to requests without `Origin` lack `Vary`.
    let report = checked(changed(policy(), |_, response| {
        if !is_granted(response) {
            response.headers_mut().remove("vary");
        }
    }));
    finds_only(&report, Severity::Cache, law);
    // A response that is not cacheable does not need `Vary`.
    let report = checked(changed(policy(), |_, response| {
        response.headers_mut().remove("vary");
        set(response.headers_mut(), "cache-control", "no-store");
    }));
    assert!(report.violations().is_empty(), "{report}");
}

#[test]
fn wildcard_with_credentials_is_found() {
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

const REFLECTS: Law = Law::DeniedOriginIsNotReflected;

/// Answers as if the request had only the `Origin` line that `chosen` returns.
fn choosing(
    policy: CorsPolicy,
    chosen: fn(Vec<HeaderValue>) -> Option<HeaderValue>,
) -> impl FnMut(Request<()>) -> Response<()> {
    move |mut request| {
        let lines: Vec<_> = request
            .headers()
            .get_all("origin")
            .iter()
            .cloned()
            .collect();
        // An OPTIONS request without `Origin` stays unchanged, so that it does not become a preflight.
        let is_plain_options = request.method() == "OPTIONS" && lines.is_empty();
        if let Some(origin) = chosen(lines).filter(|_| !is_plain_options) {
            request.headers_mut().insert("origin", origin);
        }
        serve(&policy, &request)
    }
}

#[test]
fn one_of_several_origin_lines_is_found() {
    let report = checked(choosing(policy(), |lines| lines.first().cloned()));
    finds_only(&report, Severity::Waste, REFLECTS);
    finds(&report, Severity::Waste, REFLECTS, "repeated-origin");
    let report = checked(choosing(policy(), |lines| lines.last().cloned()));
    finds_only(&report, Severity::Waste, REFLECTS);
    let probe = "repeated-origin-unlisted-first";
    finds(&report, Severity::Waste, REFLECTS, probe);
    assert!(
        report.violations()[0]
            .message()
            .contains("answers with `Access-Control-Allow-Origin: https://app.example`: "),
        "{report}"
    );
}

/// The server reads the first `Origin` line in lower case. In the responses to origins in upper case, its value is a listed origin,
/// but the server does not send this value to every denied origin.
#[test]
fn one_of_several_origin_lines_in_lower_case_is_found() {
    let report = checked(choosing(policy(), |lines| {
        let first = lines.first()?.to_str().ok()?.to_ascii_lowercase();
        HeaderValue::from_str(&first).ok()
    }));
    finds_only(&report, Severity::Waste, REFLECTS);
    finds(&report, Severity::Waste, REFLECTS, "repeated-origin");
}

/// The server sends its listed origin without an `Origin`, and for an empty `Origin`, like Flask-CORS. So the listed origin is
/// in the response to a denied origin, but it is not the answer to every denied origin.
#[test]
fn reflected_letter_case_is_found_although_an_empty_origin_is_answered() {
    let listed = HeaderValue::from_static("https://app.example");
    let report = checked(changed(
        policy_of(&["https://app.example"]),
        move |request, response| {
            let sent = request
                .headers()
                .get("origin")
                .filter(|sent| !sent.is_empty());
            let sent = sent.unwrap_or(&listed).clone();
            let in_lower_case = sent.as_bytes().to_ascii_lowercase();
            if in_lower_case == listed.as_bytes() {
                let headers = response.headers_mut();
                headers.insert("access-control-allow-origin", sent);
            }
        },
    ));
    finds(&report, Severity::Waste, REFLECTS, "upper-case-origin");
}

/// The server sends two values: the listed origin, and the second `Origin` of the request. The second value is a
/// reflection.
#[test]
fn all_of_several_origin_lines_are_found() {
    let policy = policy_of(&["https://app.example"]);
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
    finds(&report, Severity::Waste, REFLECTS, "repeated-origin");
    assert_eq!(report.with_severity(Severity::Waste).count(), 1, "{report}");
}

/// A constant value does not reflect the request.
#[test]
fn constant_origin_is_not_a_reflection() {
    let builder = || CorsPolicy::builder().origin("https://app.example");
    for policy in [builder(), builder().credentials(true)] {
        let policy = policy.build().unwrap();
        let constant = |_| Some(HeaderValue::from_static("https://app.example"));
        let mut server = choosing(policy.clone(), constant);
        let report = check(&mut server, &policy, config()).unwrap();
        assert!(report.violations().is_empty(), "{report}");
    }
    let report = checked(changed(policy(), |_, response| {
        set(response.headers_mut(), "access-control-allow-origin", "*");
    }));
    finds(&report, Severity::Security, READS, "reflection");
    let mut violations = report.violations().iter();
    assert!(
        violations.all(|violation| violation.law() != REFLECTS),
        "{report}"
    );
}

/// The origins of apps and of local documents are judged like web origins. If the policy also allows a web origin, the
/// probes with methods and headers use this web origin.
#[test]
fn denied_apps_are_found() {
    for app in [
        "file://",
        "app://.",
        "capacitor://localhost",
        "com.example.app://X_y",
    ] {
        for origins in [
            &[app][..],
            &["https://app.example", app],
            &[app, "https://app.example"],
        ] {
            let policy = policy_of(origins);
            let mut right = changed(policy.clone(), |_, _| {});
            let report = check(&mut right, &policy, config()).unwrap();
            assert!(report.violations().is_empty(), "{report}");
            let mut denies = changed(policy.clone(), |request, response| {
                if origin(request) == app {
                    response.headers_mut().remove("access-control-allow-origin");
                }
            });
            let report = check(&mut denies, &policy, config()).unwrap();
            finds(&report, Severity::Broken, PERMITS, "listed-origin");
            let web = origins.iter().find(|origin| origin.starts_with("https:"));
            let page = web.unwrap_or(&app).to_string();
            let mut lacks_head = changed(policy.clone(), move |request, response| {
                if request.method() == "HEAD" && origin(request) == page {
                    response.headers_mut().remove("access-control-allow-origin");
                }
            });
            let report = check(&mut lacks_head, &policy, config()).unwrap();
            finds(&report, Severity::Broken, PERMITS, "head");
        }
    }
}

/// The name of a probe can end with the hexadecimal code of a character. Such a code is not the number of the probe, so
/// the report has a violation for each character.
#[test]
fn each_special_character_is_its_own_kind() {
    let report = checked(allowing(policy(), |origin| {
        let rest = origin.strip_prefix("https://app.example");
        rest.is_some_and(|rest| rest.starts_with(['!', '$', '_']))
    }));
    let violations = report.violations().iter();
    let probes = violations.map(fetch_cors::conformance::Violation::probe);
    let probes: std::collections::BTreeSet<&str> = probes.collect();
    for code in ["21", "24", "5f"] {
        let name = format!("special-character-x{code}");
        assert!(probes.contains(&*name), "{name} is not in {probes:?}");
    }
}
