//! A report for a person: the worst first, and of what is alike one.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{Report, finding::Finding, severity::Severity};

/// So many probes are named of what is left out.
const NAMED: usize = 6;

/// Violations of one law, as bad as each other, that are mended in one way; the smallest first.
struct Alike<'r> {
    smallest: &'r Finding,
    others: Vec<&'r Finding>,
}

impl Alike<'_> {
    fn has(&self, violation: &Finding) -> bool {
        let mend = |violation: &Finding| {
            let error = violation.error.as_ref();
            (
                violation.law,
                violation.severity,
                violation.advice,
                error.map(|error| error.failure()),
            )
        };
        mend(self.smallest) == mend(violation)
    }
}

impl fmt::Display for Alike<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.smallest.fmt(f)?;
        if self.others.is_empty() {
            return Ok(());
        }
        let named = self.others.iter().take(NAMED);
        let named: Vec<&str> = named.map(|violation| violation.probe()).collect();
        let rest = if self.others.len() > NAMED {
            ", …"
        } else {
            ""
        };
        write!(
            f,
            "\nand {} more like it: {}{rest}",
            self.others.len(),
            named.join(", ")
        )
    }
}

/// Those of a severity, smallest first, as they are in the report.
fn alike(report: &Report, severity: Severity) -> Vec<Alike<'_>> {
    let mut all: Vec<Alike<'_>> = Vec::new();
    for violation in report.of(severity) {
        match all.iter_mut().find(|alike| alike.has(violation)) {
            Some(alike) => alike.others.push(violation),
            None => all.push(Alike {
                smallest: violation,
                others: Vec::new(),
            }),
        }
    }
    all
}

/// What a person reads: the counts, the violations, the worst first and of those that are alike the
/// smallest, and what was not checked.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> = Severity::ALL
            .into_iter()
            .filter_map(|severity| match self.of(severity).count() {
                0 => None,
                count => Some([count.to_string(), severity.to_string()].join(" ")),
            })
            .collect();
        let found = match counts.as_slice() {
            [] => String::from("no violation"),
            counts => counts.join(", "),
        };
        write!(
            f,
            "{} exchanges, {} fetches, {} missing: {found}",
            self.exchanges, self.fetches, self.missing
        )?;
        for severity in Severity::ALL {
            for alike in alike(self, severity) {
                write!(f, "\n\n{alike}")?;
            }
        }
        for (i, what) in self.unchecked.iter().enumerate() {
            let separator = if i == 0 { "\n\n" } else { "\n" };
            write!(f, "{separator}not checked: {what}")?;
        }
        Ok(())
    }
}
