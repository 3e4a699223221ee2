//! The text of a report.

use fetch_cors::{
    conformance::{
        Cause, CheckConfig, Finding, LibraryOption, Report, Severity, check, policies::PolicySpec,
    },
    server::CorsPolicy,
};
use http::{HeaderMap, Request, Response};

use super::{config, servers};

fn reflection_report() -> Report {
    check(&mut servers::reflecting(), &servers::policy(), config()).unwrap()
}

/// Returns the first line of each displayed finding.
fn headings(text: &str) -> Vec<(Severity, &str)> {
    let severity = |line: &str| {
        let mut all = Severity::ALL.into_iter();
        all.find(|severity| line.starts_with(&format!("{severity}: ")))
    };
    text.lines()
        .filter_map(|line| Some((severity(line)?, line)))
        .collect()
}

#[test]
fn worst_finding_is_first_and_its_violations_are_grouped() {
    let report = reflection_report();
    let text = report.to_string();
    let headings = headings(&text);
    assert_eq!(
        text.lines().next(),
        Some("security: the server reflects any origin (reflects-any-origin)")
    );
    assert!(
        headings.is_sorted_by_key(|(severity, _)| *severity),
        "{text}"
    );
    let causes: Vec<Cause> = report.findings().iter().map(Finding::cause).collect();
    assert_eq!(causes, [Cause::ReflectsAnyOrigin], "{text}");
    assert_eq!(headings.len(), causes.len());
    // All violations have one cause, so there is one finding with one example.
    assert!(report.violations().len() > 30, "{text}");
    // The text counts every violation.
    let more = text.lines().filter_map(|line| {
        let count = line.strip_prefix("more violations: ")?;
        count.split(' ').next()?.parse::<usize>().ok()
    });
    assert_eq!(
        headings.len() + more.sum::<usize>(),
        report.violations().len()
    );
    // Servers that do not reflect every origin can still allow `null` or `http://localhost`. The example has a
    // different origin, because it must show that this server reflects any origin.
    assert_eq!(report.findings()[0].example().probe(), "reflection");
}

/// A reader of a report has not read about laws, probes and the test handler.
#[test]
fn names_of_an_example_are_explained() {
    let names = "each example begins with the violated law (`conformance::laws` explains the law); the name in parentheses is ";
    let header = "`fetch-cors-handler` is a header of test requests: ";
    let text = reflection_report().to_string();
    assert!(text.contains(names) && !text.contains(header), "{text}");
    let mut replaces_vary = servers::changed(servers::policy(), |request, response| {
        let handler = fetch_cors::conformance::handler(request);
        response.headers_mut().extend(handler.headers().clone());
        servers::set(response.headers_mut(), "vary", "Origin");
    });
    let report = check(&mut replaces_vary, &servers::policy(), config()).unwrap();
    let text = report.to_string();
    assert_eq!(report.findings()[0].cause(), Cause::ReplacesVary, "{text}");
    assert!(text.contains(names) && text.contains(header), "{text}");
    let right = super::report_of(&servers::policy(), config()).to_string();
    assert!(!right.contains(names) && !right.contains(header), "{right}");
}

#[test]
fn counts_follow_the_unchecked_parts() {
    let text = reflection_report().to_string();
    let (rest, last) = text.rsplit_once("\n\n").unwrap();
    assert!(
        last.lines().count() <= 3 && last.contains(" parts not checked\n"),
        "{last}"
    );
    let (_, last) = rest.rsplit_once("\n\n").unwrap();
    let mut lines: Vec<_> = last.lines().collect();
    lines.retain(|line| !line.starts_with("an example begins with"));
    assert!(
        lines.iter().all(|line| line.starts_with("not checked: ")),
        "{last}"
    );
    assert!(lines.iter().any(|line| line.contains("error_url")));

    for (origin, is_checked) in [
        ("https://api.example", false),
        ("https://xn--a", false),
        ("tauri://localhost", true),
    ] {
        let policy = fetch_cors::server::CorsPolicy::builder().origin(origin);
        let mut server = |_: Request<()>| Response::new(());
        let report = check(&mut server, &policy.build().unwrap(), super::config()).unwrap();
        let mut unchecked = report.unchecked().iter();
        let has_all = unchecked.any(|part| part.starts_with("everything that the policy allows"));
        assert_eq!(!has_all, is_checked, "{origin}");
    }
}

#[test]
fn message_names_the_step_once_and_relevant_credentials() {
    let of = |change: fn(&Request<()>, &mut Response<()>)| {
        let policy = servers::policy();
        check(
            &mut servers::changed(policy.clone(), change),
            &policy,
            config(),
        )
        .unwrap()
    };
    let broken = |report: &Report| {
        let violation = report.with_severity(Severity::Broken).next().unwrap();
        let (text, step) = (violation.to_string(), violation.error().unwrap().step());
        assert_eq!(text.matches(step).count(), 1, "{text}");
        violation.message().to_owned()
    };
    let never = broken(&of(|_, response| {
        response.headers_mut().remove("access-control-allow-origin");
    }));
    assert!(!never.contains("credentials"), "{never}");
    let only_with = broken(&of(|_, response| {
        response
            .headers_mut()
            .remove("access-control-allow-credentials");
    }));
    let beginning =
        "a page of https://app.example cannot send GET with credentials and read the response";
    assert!(only_with.starts_with(beginning), "{only_with}");

    let report = reflection_report();
    let reads = report
        .with_severity(Severity::Security)
        .next()
        .unwrap()
        .message();
    assert!(reads.contains(" with the user's credentials"), "{reads}");
    let report = of(|_, response| {
        servers::set(response.headers_mut(), "access-control-allow-origin", "*");
    });
    let reads = report
        .with_severity(Severity::Security)
        .next()
        .unwrap()
        .message();
    assert!(
        reads.contains(" can read the response without credentials,"),
        "{reads}"
    );
    let report = of(|_, response| {
        response.headers_mut().remove("vary");
    });
    let cached = report
        .with_severity(Severity::Cache)
        .next()
        .unwrap()
        .message();
    assert!(
        cached.contains(
            "a shared cache can answer the second request below with the first response, because"
        ),
        "{cached}"
    );
}

/// Returns the line with the example of the finding that has the cause.
fn example_line(report: &Report, cause: Cause) -> String {
    let findings = report.findings();
    let finding = findings.iter().find(|finding| finding.cause() == cause);
    let text = finding.unwrap_or_else(|| panic!("{cause} in {report}"));
    let text = text.to_string();
    let mut lines = text.lines().map(String::from);
    lines.find(|line| line.starts_with("example: ")).unwrap()
}

/// A finding has one fix: the example in the finding does not add a second fix.
#[test]
fn finding_has_one_fix() {
    let policy = servers::policy();
    let mut lacks_safelisted = servers::changed(policy.clone(), |request, response| {
        let method = request.headers().get("access-control-request-method");
        let is_safelisted =
            method.is_some_and(|method| ["GET", "HEAD", "POST"].iter().any(|safe| method == safe));
        if servers::is_preflight(request) && is_safelisted {
            response.headers_mut().clear();
        }
    });
    let report = check(&mut lacks_safelisted, &policy, config()).unwrap();
    let text = report.to_string();
    for line in text.lines().filter(|line| line.starts_with("example: ")) {
        for fix in ["; list ", "; answer ", "; send "] {
            assert!(!line.contains(fix), "{line}");
        }
    }
    for (location, clause) in [
        (
            "/login?next=1",
            " (to `https://api.example/login?next=1`, which looks like a login page)",
        ),
        (
            "/notes/?all",
            " (to `https://api.example/notes/?all`, the URL with or without a slash at the end)",
        ),
        ("/other", " (to `https://api.example/other`)"),
    ] {
        let mut redirects = servers::changed(policy.clone(), |request, response| {
            if servers::is_preflight(request) {
                response.headers_mut().clear();
                servers::set(response.headers_mut(), "location", location);
                *response.status_mut() = http::StatusCode::FOUND;
            }
        });
        let report = check(&mut redirects, &policy, config()).unwrap();
        let line = example_line(&report, Cause::RedirectsPreflights);
        assert!(line.ends_with(clause), "{line}");
    }
}

/// No fix asks for something that the policy does not allow: credentials, or the origin of the request.
#[test]
fn fix_follows_the_policy() {
    const ORIGIN: &str = "access-control-allow-origin";
    let any = CorsPolicy::builder().any_origin().build().unwrap();
    let none = PolicySpec::from_origins([""; 0]).build().unwrap();
    type Change = fn(&Request<()>, &mut HeaderMap);
    let with_credentials: Change = |_, headers| {
        servers::set(headers, ORIGIN, "*");
        servers::set(headers, "access-control-allow-credentials", "true");
    };
    let constant: Change = |_, headers| servers::set(headers, ORIGIN, "https://app.example");
    let list: Change =
        |_, headers| servers::set(headers, ORIGIN, "https://app.example, https://b.example");
    let pattern: Change = |_, headers| servers::set(headers, ORIGIN, "https://*");
    let asterisk: Change = |_, headers| servers::set(headers, ORIGIN, "*");
    let reflected: Change =
        |request, headers| servers::set(headers, ORIGIN, &servers::origin(request));
    for (policy, change, fix) in [
        (
            &any,
            with_credentials,
            "remove `Access-Control-Allow-Credentials`: ",
        ),
        (&any, constant, "send `*`: the policy allows every origin"),
        (&any, list, "send `*`: the policy allows every origin"),
        (&any, pattern, "send `*`: the policy allows every origin"),
        (
            &none,
            asterisk,
            "remove the CORS middleware and the CORS headers",
        ),
        (
            &none,
            reflected,
            "remove the CORS middleware and the CORS headers",
        ),
        (
            &none,
            with_credentials,
            "remove the CORS middleware and the CORS headers",
        ),
        (
            &none,
            constant,
            "remove the CORS middleware and the CORS headers",
        ),
        (
            &none,
            list,
            "remove the CORS middleware and the CORS headers",
        ),
    ] {
        let mut server = servers::changed(policy.clone(), |request, response| {
            if request.headers().contains_key("origin") {
                change(request, response.headers_mut());
            }
        });
        let report = check(&mut server, policy, config()).unwrap();
        assert!(!report.findings().is_empty());
        for finding in report.findings() {
            assert!(finding.advice().starts_with(fix), "{fix}: {report}");
        }
    }
}

/// The advice about too many granted methods says that a policy always permits GET, HEAD and POST. So a reader of the
/// advice does not remove these methods.
#[test]
fn fix_of_too_many_grants_keeps_the_safelisted_methods() {
    for cause in Cause::ALL {
        let is_fix_of_methods = cause.name().starts_with("grants-")
            && ![
                "grants-harmless",
                "grants-other-headers",
                "grants-authorization",
                "grants-private-network",
            ]
            .contains(&cause.name());
        let names_methods = cause.advice().contains("GET, HEAD and POST");
        assert!(names_methods || !is_fix_of_methods, "{cause}");
    }
}

/// The guide's table of options is the table of the code. The table of findings without an option has other causes. The
/// column `Findings` of the table of libraries names only causes.
#[test]
fn guide_has_the_options_of_the_code() {
    let page = include_str!("../../src/guide/library_options.md");
    let section = |title: &str| {
        let (_, section) = page.split_once(&format!("\n# {title}\n")).unwrap();
        section.split("\n# ").next().unwrap()
    };
    let rows = LibraryOption::ALL.iter().map(|option| {
        let names: Vec<&str> = option.names().map(|(_, name)| name).collect();
        format!("| {} | {} |\n", option.subject(), names.join(" | "))
    });
    let libraries = LibraryOption::Vary.names().map(|(library, _)| library);
    let libraries: Vec<&str> = libraries.collect();
    let rule = "---|".repeat(libraries.len() + 1);
    let head = format!("| Option for | {} |\n|{rule}\n", libraries.join(" | "));
    let table = head + &rows.collect::<String>();
    assert!(
        section("Options of CORS libraries").contains(&table),
        "{table}"
    );

    // The quoted names in a column of a table, without the texts that are not names of causes.
    let causes = |title: &str, column: usize| {
        let rows = section(title).lines().filter(|line| line.starts_with("| "));
        let cells = rows.filter_map(|row| row.split(" | ").nth(column));
        let quoted = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
        // The findings of a library also name request headers.
        let is_name = |text: &&str| {
            text.contains('-')
                && !text.contains(|c: char| c.is_uppercase())
                && *text != "x-requested-with"
        };
        let named = quoted.filter(is_name).map(|name| {
            let mut causes = Cause::ALL.iter().filter(|cause| cause.name() == name);
            *causes
                .next()
                .unwrap_or_else(|| panic!("{name} is not a cause"))
        });
        named.collect::<Vec<Cause>>()
    };
    assert!(!causes("Findings of libraries", 1).is_empty());
    let others = causes("Findings without an option", 0);
    assert!(!others.is_empty());
    for cause in others {
        assert!(cause.library_options().is_empty(), "{cause} has an option");
    }
}

/// A report says where the options of libraries are if a library has an option for the fix.
#[test]
fn report_names_where_the_options_of_libraries_are() {
    let policy = servers::policy();
    let report = check(&mut servers::reflecting(), &policy, config()).unwrap();
    let option = "names the option of each common CORS library";
    assert!(report.to_string().contains(option), "{report}");
    let mut without_options = servers::changed(policy.clone(), |request, response| {
        if servers::is_preflight(request) {
            let redirect = http::Response::builder().status(302);
            *response = redirect.header("location", "/notes/").body(()).unwrap();
        }
    });
    let report = check(&mut without_options, &policy, config()).unwrap();
    assert!(
        !report.findings().is_empty() && !report.to_string().contains(option),
        "{report}"
    );
}

#[test]
fn example_has_an_origin_that_browsers_send_and_a_named_probe() {
    let policy = servers::policy();
    let mut lacks_vary = servers::changed(policy.clone(), |_, response| {
        response.headers_mut().remove("vary");
    });
    let report = check(&mut lacks_vary, &policy, config()).unwrap();
    let findings = report.findings();
    assert_eq!(findings[0].cause(), Cause::LacksVary);
    for violation in findings[0].violations() {
        assert!(!violation.probe().starts_with("generated-"), "{violation}");
    }
    for exchange in findings[0].example().exchanges() {
        if let Some(origin) = exchange.request.header_list.get("origin") {
            let origin = fetch_cors::infrastructure::origin::Origin::parse(&origin);
            assert!(origin.is_ok(), "{report}");
        }
    }
}

#[test]
fn header_values_are_as_on_the_wire() {
    let policy = servers::policy();
    let mut server = servers::changed(policy.clone(), |_, response| {
        response.headers_mut().remove("access-control-allow-origin");
        servers::set(response.headers_mut(), "etag", "W/\"c-1\\'\u{e9}\"");
    });
    let text = check(&mut server, &policy, config()).unwrap().to_string();
    assert!(text.contains("etag: W/\"c-1\\'\\xc3\\xa9\"\n"), "{text}");
}

/// The README has parts of the report of its example: the overview, the fix of the first finding, and the counts.
#[test]
fn readme_has_the_report_of_its_example() {
    let mut reflects = |request: Request<()>| {
        let mut response = Response::new(());
        if let Some(origin) = request.headers().get("origin") {
            let headers = response.headers_mut();
            headers.insert("access-control-allow-origin", origin.clone());
        }
        response
    };
    let policy = CorsPolicy::builder().origin("https://app.example");
    let url = "https://api.example/notes";
    let config = CheckConfig::new(url).unwrap();
    let report = check(&mut reflects, &policy.build().unwrap(), config).unwrap();
    let text = report.to_string();
    let counts = text.lines().find(|line| line.contains(" requests sent, "));
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    let first = report.findings()[0].example().curl();
    let displayed = text.lines().take(5).chain(counts);
    for line in displayed.chain(first.iter().map(String::as_str)) {
        assert!(readme.contains(line), "the README lacks {line}");
    }
}

/// A report with several findings begins with an overview: the first line of each finding. At the end of the report,
/// the line after the counts lists the causes of the findings.
#[test]
fn report_has_an_overview_of_several_findings() {
    let one = reflection_report();
    assert_eq!(one.findings().len(), 1);
    assert!(!one.to_string().contains("\nfindings, "), "{one}");

    let mut server = servers::changed(servers::policy(), |request, response| {
        if request.method() == "PUT" {
            response.headers_mut().remove("access-control-allow-origin");
        }
        response.headers_mut().remove("vary");
    });
    let report = check(&mut server, &servers::policy(), config()).unwrap();
    let findings = report.findings();
    assert!(findings.len() > 1, "{report}");
    let text = report.to_string();
    let (overview, rest) = text.split_once("\n\n").unwrap();
    let lines: Vec<&str> = overview.lines().collect();
    assert_eq!(lines.len(), findings.len(), "{text}");
    for (line, finding) in lines.iter().zip(&findings) {
        let end = format!(": {} ({})", finding.mistake(), finding.cause());
        assert!(line.ends_with(&end), "{text}");
        assert!(rest.contains(&format!("{line}\nfix: ")), "{text}");
    }
    let causes: Vec<&str> = findings
        .iter()
        .map(|finding| finding.cause().name())
        .collect();
    let (_, end) = text.split_once(" findings (").unwrap();
    let last = format!("findings, the worst first: {}", causes.join(", "));
    assert_eq!(end.lines().nth(1), Some(&*last), "{text}");
}
