//! The violations of a report and the list of known violations.

use std::fmt;

use fetch_cors::conformance::{Cause, Report, Severity, Violation};
use serde::Serialize;

use crate::{
    colors,
    known::{KnownEntry, KnownViolations, Missing, entry_of_cause, entry_of_violation},
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
        let findings = report.findings();
        if let Some(finding) = findings.last() {
            let cause = finding.cause();
            output.text(format_args!(
                "\nthe name in parentheses after a finding is its cause: `fetch-cors laws {cause}` explains it\nto accept a finding, write its line from this list, with your reason, into a file, and give this file with `--known`:"
            ))?;
        }
        for finding in &findings {
            let entry = entry_of_cause(finding.cause(), finding.scope());
            output.text(format_args!("  {entry} our reason"))?;
        }
        let number = self.known.iter().flatten().count();
        if number > 0 {
            output.text(format_args!("\nknown violations, not shown: {number}"))?;
        }
        for stale in stale {
            output.text(format_args!("\n{}: {stale}", stale.place))?;
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
        let other_scopes = stale.iter().filter(|stale| stale.entry.is_some()).count();
        output.json(&SummaryLine {
            report,
            known: has_list.then(|| self.known.iter().flatten().count()),
            listed_but_missing: has_list.then_some(stale.len() - other_scopes),
            listed_with_other_scope: (other_scopes > 0).then_some(other_scopes),
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

/// An entry of the list of known violations that does not match: the violation of the entry did not occur, or has another
/// scope.
#[derive(Serialize)]
pub(super) struct Stale<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    law: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probe: Option<&'a str>,
    status: &'static str,
    /// The entry for the finding or the violation, if it has another scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<String>,
    #[serde(skip)]
    place: &'a str,
}

impl<'a> From<Missing<'a>> for Stale<'a> {
    fn from(missing: Missing<'a>) -> Self {
        let (cause, law, probe) = match missing.entry {
            KnownEntry::Cause(cause) => (Some(*cause), None, None),
            KnownEntry::Probe(law, probe) => (None, Some(law.name()), Some(&**probe)),
        };
        let entry = missing.other_scope.map(|scope| match missing.entry {
            KnownEntry::Cause(cause) => entry_of_cause(*cause, scope),
            KnownEntry::Probe(law, probe) => entry_of_violation(*law, probe, scope),
        });
        Self {
            cause: cause.map(Cause::name),
            law,
            probe,
            status: if entry.is_some() {
                "listed-with-other-scope"
            } else {
                "listed-but-missing"
            },
            entry,
            place: missing.place,
        }
    }
}

/// Displays the problem of the entry and its fix.
impl fmt::Display for Stale<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = self.cause.unwrap_or_default();
        match (self.law, self.probe, &self.entry) {
            (Some(law), Some(probe), Some(entry)) => {
                let (probe, entry) = (probe.escape_debug(), entry.escape_debug());
                write!(
                    f,
                    "the violation `{law} {probe}` has another scope, so it is not accepted: to accept it, begin the line with `{entry}`"
                )
            }
            (Some(law), Some(probe), None) => {
                let probe = probe.escape_debug();
                write!(
                    f,
                    "the violation `{law} {probe}` does not occur: remove the line"
                )
            }
            (_, _, Some(entry)) => write!(
                f,
                "the finding `{cause}` has another scope, so it is not accepted: to accept it, begin the line with `{entry}`"
            ),
            _ => write!(f, "the finding `{cause}` does not occur: remove the line"),
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
    /// The number of the entries whose violation did not occur.
    #[serde(skip_serializing_if = "Option::is_none")]
    listed_but_missing: Option<usize>,
    /// The number of the entries whose finding or violation has another scope. `None` if there are no such entries.
    #[serde(skip_serializing_if = "Option::is_none")]
    listed_with_other_scope: Option<usize>,
}
