//! Servers with mistakes, and correct servers. The tests check the severity, the law and the probe of the violations.

#[path = "broken/browser_headers.rs"]
mod browser_headers;
#[path = "broken/caches.rs"]
mod caches;
#[path = "broken/combinations.rs"]
mod combinations;
#[path = "broken/contexts.rs"]
mod contexts;
#[path = "broken/credentials.rs"]
mod credentials;
#[path = "broken/error_responses.rs"]
mod error_responses;
#[path = "broken/every_law.rs"]
mod every_law;
#[path = "broken/every_probe.rs"]
mod every_probe;
#[path = "broken/handlers.rs"]
mod handlers;
#[path = "broken/hosts.rs"]
mod hosts;
#[path = "broken/later_entries.rs"]
mod later_entries;
#[path = "broken/look_alikes.rs"]
mod look_alikes;
#[path = "broken/neighbors.rs"]
mod neighbors;
#[path = "broken/origins.rs"]
mod origins;
#[path = "broken/other_pages.rs"]
mod other_pages;
#[path = "broken/own_host.rs"]
mod own_host;
#[path = "broken/patterns.rs"]
mod patterns;
#[path = "broken/preflights.rs"]
mod preflights;
#[path = "broken/responses.rs"]
mod responses;
#[path = "broken/right.rs"]
mod right;

#[path = "broken/sent_again.rs"]
mod sent_again;
#[path = "broken/special_headers.rs"]
mod special_headers;
#[path = "broken/stateful.rs"]
mod stateful;
#[path = "broken/surroundings.rs"]
mod surroundings;
#[path = "broken/values.rs"]
mod values;

use fetch_cors::{
    conformance::{CheckConfig, Middleware, Report, Severity, check, laws::Law, policies::serve},
    server::CorsPolicy,
};
use http::{HeaderValue, Request, Response, StatusCode};

use super::{
    config,
    servers::{allowing, changed, is_granted, is_preflight, origin, policy, set},
};

const READS: Law = Law::DeniedPageReadsNothing;
const PERMITS: Law = Law::FetchSucceedsExactlyWhenPermitted;
const GRANTS: Law = Law::GrantsStayWithinPolicy;

fn checked<M: Middleware>(mut server: M) -> Report {
    let report = check(&mut server, &policy(), config()).unwrap();
    assert_findings_are_complete(&report);
    report
}

/// Asserts that the findings have all violations. The exit status of the program depends on the violations, and its report shows
/// the findings. So the exit status is 1 exactly if the report shows a finding of a severity that fails.
#[track_caller]
fn assert_findings_are_complete(report: &Report) {
    let findings = report.findings();
    let count: usize = findings
        .iter()
        .map(|finding| finding.violations().len())
        .sum();
    assert_eq!(count, report.violations().len(), "{report}");
    let text = report.to_string();
    for finding in findings {
        let of_finding = finding.violations().iter();
        let worst = of_finding.map(|violation| violation.severity()).min();
        assert_eq!(worst, Some(finding.severity()), "{report}");
        let line = format!("{}: {}", finding.severity(), finding.mistake());
        assert!(text.contains(&line), "{line} is not in\n{report}");
    }
}

/// Asserts that the report has this violation. `probe` is the name of a probe, with or without its number. An empty
/// `probe` means any probe.
#[track_caller]
fn finds(report: &Report, severity: Severity, law: Law, probe: &str) {
    assert_findings_are_complete(report);
    let mut findings = report.violations().iter();
    let found = findings.any(|violation| {
        let name = violation.probe();
        let kind = name.trim_end_matches(|c: char| c.is_ascii_digit());
        (violation.severity(), violation.law()) == (severity, law)
            && ["", name, kind.trim_end_matches('-')].contains(&probe)
    });
    assert!(found, "{severity} {law} {probe} is not in\n{report}");
}

/// Asserts that the report has violations, and that each violation has this severity and this law.
#[track_caller]
fn finds_only(report: &Report, severity: Severity, law: Law) {
    assert_findings_are_complete(report);
    assert!(!report.violations().is_empty());
    for violation in report.violations() {
        assert_eq!(
            (violation.severity(), violation.law()),
            (severity, law),
            "{report}"
        );
    }
}

fn policy_of(origins: &[&str]) -> CorsPolicy {
    CorsPolicy::builder()
        .origins(origins.iter().copied())
        .build()
        .unwrap()
}
