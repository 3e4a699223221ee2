//! The text of a report. The worst finding is first.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::Report;
use crate::conformance::{harness::coverage::counted, laws::severity::Severity};

/// The report in text: the findings, the worst first, each with its best example, then the counts and the list of
/// what was not checked, and the notes.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let findings = self.findings();
        let counts = Severity::ALL.into_iter().filter_map(|severity| {
            let found = findings.iter();
            match found
                .filter(|finding| finding.severity() == severity)
                .count()
            {
                0 => None,
                count => Some([count.to_string(), severity.to_string()].join(" ")),
            }
        });
        let counts: Vec<String> = counts.collect();
        let found = match counts.as_slice() {
            [] => String::from("no violations"),
            counts => format!(
                "{} ({}), {}",
                counted(findings.len(), "finding"),
                counts.join(", "),
                counted(self.violations.len(), "violation"),
            ),
        };
        for finding in &findings {
            write!(f, "{finding}\n\n")?;
        }
        write!(
            f,
            "{} exchanges, {} fetches, {} requests without an answer: {found}",
            self.exchanges, self.fetches, self.missing
        )?;
        for (i, unchecked) in self.unchecked.iter().enumerate() {
            let separator = if i == 0 { "\n\n" } else { "\n" };
            write!(f, "{separator}not checked: {unchecked}")?;
        }
        for note in &self.notes {
            write!(f, "\n\nnote: {note}")?;
        }
        Ok(())
    }
}
