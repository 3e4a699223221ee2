//! The violations of a report and the list of known violations.

use fetch_cors::conformance::{Report, Severity, Violation};
use serde::Serialize;

use crate::{
    colors,
    known::{KnownEntry, KnownViolations},
    output::{Output, Stop},
};

/// The violations of a report, compared with the list of known violations.
pub(super) struct Judged {
    /// For each violation of the report: the reason from the list of known violations, or `None` if the list does not
    /// have the violation.
    known: Vec<Option<String>>,
    /// Whether `--fail-on` selects at least one violation that is not in the list.
    pub(super) fails: bool,
}

impl Judged {
    pub(super) fn new(report: &Report, known: &mut KnownViolations, fail_on: Severity) -> Self {
        let mut judged = Self {
            known: Vec::new(),
            fails: false,
        };
        for violation in report.violations() {
            let reason = known.find(violation).map(String::from);
            judged.fails |= reason.is_none() && violation.severity() <= fail_on;
            judged.known.push(reason);
        }
        judged
    }

    /// Removes the known violations from the report, and prints the report as text.
    pub(super) fn print(
        &self,
        report: &mut Report,
        stale: &[Stale<'_>],
        output: &mut Output,
    ) -> Result<(), Stop> {
        let mut known = self.known.iter();
        report.retain(|_| known.next().is_none_or(Option::is_none));
        output.text(output.without_missing_colors(colors::painted(report)))?;
        if let Some(finding) = report.findings().last() {
            let cause = finding.cause();
            output.text(format_args!(
                "\nthe name in parentheses after a finding is its cause: `fetch-cors laws {cause}` explains it\nto accept a finding, write a line with its cause and your reason, such as `{cause} our reason`, into a file, and give this file with `--known`"
            ))?;
        }
        let number = self.known.iter().flatten().count();
        if number > 0 {
            output.text(format_args!("\nknown violations, not shown: {number}"))?;
        }
        for stale in stale {
            let entry = match (stale.law, stale.probe) {
                (Some(law), Some(probe)) => format!("violation `{law} {}`", probe.escape_debug()),
                _ => format!("finding `{}`", stale.cause.unwrap_or_default()),
            };
            output.text(format_args!(
                "\n{}: the {entry} does not occur: remove the line",
                stale.place
            ))?;
        }
        Ok(())
    }

    /// Prints the report as lines of JSON. `has_list` is true if the user gives a list of known violations.
    pub(super) fn print_json(
        &self,
        report: &Report,
        stale: &[Stale<'_>],
        has_list: bool,
        output: &mut Output,
    ) -> Result<(), Stop> {
        for (violation, known) in report.violations().iter().zip(&self.known) {
            let known = known.as_deref();
            output.json(&ViolationLine { violation, known })?;
        }
        for stale in stale {
            output.json(stale)?;
        }
        output.json(&SummaryLine {
            report,
            known: has_list.then(|| self.known.iter().flatten().count()),
            listed_but_missing: has_list.then_some(stale.len()),
        })
    }
}

/// A violation as a line of JSON.
#[derive(Serialize)]
struct ViolationLine<'a> {
    #[serde(flatten)]
    violation: &'a Violation,
    /// The reason of a known violation.
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<&'a str>,
}

/// An entry of the list of known violations. The violation of this entry did not occur.
#[derive(Serialize)]
pub(super) struct Stale<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    law: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probe: Option<&'a str>,
    status: &'static str,
    #[serde(skip)]
    place: &'a str,
}

impl<'a> From<(&'a KnownEntry, &'a str)> for Stale<'a> {
    fn from((entry, place): (&'a KnownEntry, &'a str)) -> Self {
        let (cause, law, probe) = match entry {
            KnownEntry::Cause(cause) => (Some(cause.name()), None, None),
            KnownEntry::Probe(law, probe) => (None, Some(law.name()), Some(&**probe)),
        };
        Self {
            cause,
            law,
            probe,
            status: "listed-but-missing",
            place,
        }
    }
}

/// The last line of the output with `--json`.
#[derive(Serialize)]
struct SummaryLine<'a> {
    #[serde(flatten)]
    report: &'a Report,
    #[serde(skip_serializing_if = "Option::is_none")]
    known: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed_but_missing: Option<usize>,
}
