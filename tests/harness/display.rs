//! What a person reads of a report.

use fetch_cors::conformance::{Report, Severity, check, handler};
use http::{Request, Response};

use super::{config, servers};

fn of_reflection() -> Report {
    check(&mut servers::reflecting(), &servers::policy(), config()).unwrap()
}

/// The first line of each violation that is shown.
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
fn the_worst_comes_first_and_what_is_alike_once() {
    let report = of_reflection();
    let text = report.to_string();
    let headings = headings(&text);
    assert!(
        headings.is_sorted_by_key(|(severity, _)| *severity),
        "{text}"
    );
    assert!(report.findings().len() > 30, "{text}");
    assert!(headings.len() < 13, "{text}");
    // Nothing is lost.
    let more = text.lines().filter_map(|line| {
        let (count, _) = line.strip_prefix("and ")?.split_once(" more like it: ")?;
        count.parse::<usize>().ok()
    });
    assert_eq!(
        headings.len() + more.sum::<usize>(),
        report.findings().len()
    );
    assert!(
        text.contains("more like it: localhost-port, reflection"),
        "{text}"
    );
}

#[test]
fn what_was_not_checked_is_said_last() {
    let text = of_reflection().to_string();
    let (_, last) = text.rsplit_once("\n\n").unwrap();
    let lines: Vec<_> = last.lines().collect();
    assert!(
        lines[0].starts_with("not checked: ") && lines[0].contains("handler"),
        "{last}"
    );
    assert!(
        lines[1].starts_with("not checked: ") && lines[1].contains("error_url"),
        "{last}"
    );
    assert_eq!(lines.len(), 2);

    // All is checked where there is a handler, and an error.
    let config = config().error_url("https://api.example/none").unwrap();
    let mut server = |request: Request<()>| -> Response<()> { handler(&request) };
    let report = check(&mut server, &servers::policy(), config).unwrap();
    assert_eq!(report.unchecked(), [""; 0]);
    assert!(!report.to_string().contains("not checked"));

    let tauri = fetch_cors::server::CorsPolicy::builder().origin("tauri://localhost");
    let mut server = |_: Request<()>| Response::new(());
    let report = check(&mut server, &tauri.build().unwrap(), super::config()).unwrap();
    assert!(
        report
            .unchecked()
            .iter()
            .any(|what| what.starts_with("methods"))
    );
}

#[test]
fn a_step_is_said_once_and_credentials_where_they_matter() {
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
    let beginning = "the policy lets a page of https://app.example, with credentials, send GET";
    assert!(only_with.starts_with(beginning), "{only_with}");

    let report = of_reflection();
    let reads = report
        .with_severity(Severity::Security)
        .next()
        .unwrap()
        .message();
    assert!(
        reads.contains(" with credentials, and so all that the user may see"),
        "{reads}"
    );
    let report = of(|_, response| {
        servers::set(response.headers_mut(), "access-control-allow-origin", "*");
    });
    let reads = report
        .with_severity(Severity::Security)
        .next()
        .unwrap()
        .message();
    assert!(
        reads.contains(" reads the response without credentials,"),
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
        cached.contains(": without credentials, a page of "),
        "{cached}"
    );
}
