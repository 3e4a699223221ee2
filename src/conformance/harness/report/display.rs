//! The text of a report. The worst findings are first, and of several similar findings only one is
//! shown.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{Report, finding::Finding};
use crate::conformance::laws::severity::Severity;

const MAX_NAMED_PROBES: usize = 6;

/// Findings with the same law, severity and fix.
struct Group<'r> {
    smallest: &'r Finding,
    others: Vec<&'r Finding>,
}

impl Group<'_> {
    fn includes(&self, finding: &Finding) -> bool {
        let key = |finding: &Finding| {
            let failure = finding.error.as_ref().map(|error| error.failure());
            (finding.law, finding.severity, finding.advice, failure)
        };
        key(self.smallest) == key(finding)
    }
}

impl fmt::Display for Group<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.smallest.fmt(f)?;
        if self.others.is_empty() {
            return Ok(());
        }
        let named = self.others.iter().take(MAX_NAMED_PROBES);
        let named: Vec<&str> = named.map(|finding| finding.probe()).collect();
        let rest = if self.others.len() > MAX_NAMED_PROBES {
            ", …"
        } else {
            ""
        };
        write!(
            f,
            "\nsimilar findings: {} ({}{rest})",
            self.others.len(),
            named.join(", ")
        )
    }
}

/// Returns the findings of a severity in groups, in the report's order: the smallest first.
fn groups(report: &Report, severity: Severity) -> Vec<Group<'_>> {
    let mut all: Vec<Group<'_>> = Vec::new();
    for finding in report.with_severity(severity) {
        match all.iter_mut().find(|group| group.includes(finding)) {
            Some(group) => group.others.push(finding),
            None => all.push(Group {
                smallest: finding,
                others: Vec::new(),
            }),
        }
    }
    all
}

/// The report in text: the counts, the smallest finding of each group (the worst group first), and the list of
/// what was not checked.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> = Severity::ALL
            .into_iter()
            .filter_map(|severity| match self.with_severity(severity).count() {
                0 => None,
                count => Some([count.to_string(), severity.to_string()].join(" ")),
            })
            .collect();
        let found = match counts.as_slice() {
            [] => String::from("no violations"),
            counts => format!("{} violations ({})", self.findings.len(), counts.join(", ")),
        };
        write!(
            f,
            "{} exchanges, {} fetches, {} requests without an answer: {found}",
            self.exchanges, self.fetches, self.missing
        )?;
        for severity in Severity::ALL {
            for group in groups(self, severity) {
                write!(f, "\n\n{group}")?;
            }
        }
        for (i, unchecked) in self.unchecked.iter().enumerate() {
            let separator = if i == 0 { "\n\n" } else { "\n" };
            write!(f, "{separator}not checked: {unchecked}")?;
        }
        Ok(())
    }
}
