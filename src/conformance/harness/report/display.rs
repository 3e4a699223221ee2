//! The text of a report.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{Report, cause::Cause, finding::Finding};
use crate::conformance::{
    harness::coverage::counted, laws::severity::Severity, test_handler::HANDLER_HEADER,
};

/// Displays the report as text. If the check could not judge the server, or the server refuses most requests of allowed pages,
/// the text begins with this. If there are
/// several findings, the next part is a list with one line for each finding. The main part has the findings, each with
/// an example. The worst finding is first. The next part names the properties that were not checked, and has the notes.
/// The counts, the causes of the findings and the number of denied origins are at the end, where a terminal shows them.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut findings = self.findings();
        let has_response = self.has_response();
        if !has_response {
            // If no request got a response, the first line of the report states the reason. So the finding about
            // missing responses is left out.
            findings.retain(|finding| finding.cause() != Cause::NoResponse);
        }
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
        let is_unjudged = self.unjudged().is_some() || (self.exchanges > 0 && !has_response);
        let found = match counts.as_slice() {
            [] if is_unjudged => String::from("not judged"),
            [] if self.has_removed => String::from("no other violations"),
            [] => String::from("no violations"),
            counts => format!(
                "{}{} ({}), {}",
                if is_unjudged { "not judged; " } else { "" },
                counted(findings.len(), "finding"),
                counts.join(", "),
                counted(self.violations.len(), "violation"),
            ),
        };
        if let Some(reason) = self.unjudged() {
            writeln!(f, "not judged: {reason}")?;
            if !findings.is_empty() {
                f.write_str("fix this problem first, because it can cause the findings below\n")?;
            }
            f.write_str("\n")?;
        }
        if let Some(text) = &self.mostly_refused {
            writeln!(f, "{text}\n")?;
        }
        let is_long = findings.len() > 1;
        if is_long {
            for finding in &findings {
                writeln!(f, "{}", finding.first_line())?;
            }
            f.write_str("\n")?;
        }
        for finding in &findings {
            write!(f, "{finding}\n\n")?;
        }
        self.explain_names(f, &findings)?;
        for unchecked in &self.unchecked {
            writeln!(f, "not checked: {unchecked}")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        if !self.unchecked.is_empty() || !self.notes.is_empty() {
            f.write_str("\n")?;
        }
        let without_response = match self.without_response.len() {
            0 => String::new(),
            errors => format!("{errors} without a response, "),
        };
        write!(
            f,
            "{} sent, {without_response}{} by pages judged, {} not sent or not recorded: {found}",
            counted(self.exchanges, "request"),
            counted(self.fetches, "fetch"),
            self.missing,
        )?;
        if !self.unchecked.is_empty() {
            write!(f, "; {} not checked", counted(self.unchecked.len(), "part"))?;
        }
        if is_long {
            let causes = findings.iter().map(|finding| finding.cause().name());
            let causes: Vec<&str> = causes.collect();
            write!(f, "\nfindings, the worst first: {}", causes.join(", "))?;
        }
        if self.denied_origins > 0 {
            let sent = counted(self.denied_origins, "origin");
            write!(f, "\nthe check sent {sent} that the policy denies")?;
            let judged = match self.judged_denied_origins {
                judged if judged == self.denied_origins => String::new(),
                0 => ", but none of them".into(),
                judged => format!(", and {judged} of them"),
            };
            if !judged.is_empty() {
                write!(f, "{judged} got a response that the check judged")?;
            }
            if self.judged_denied_origins > 0 {
                f.write_str(": this is only a sample, and the server can allow others")?;
            }
        }
        Ok(())
    }
}

impl Report {
    /// Explains the names in the displayed findings: laws, probes and the header of the test handler.
    fn explain_names(&self, f: &mut fmt::Formatter<'_>, findings: &[Finding<'_>]) -> fmt::Result {
        if findings.is_empty() {
            return Ok(());
        }
        writeln!(
            f,
            "each example begins with the violated law ({} explains the law); the name in parentheses is the test \
             request (the probe)",
            self.interface.laws(),
        )?;
        let mut examples = findings
            .iter()
            .flat_map(|finding| finding.example().exchanges());
        if examples.any(|exchange| exchange.request.header_list.contains(HANDLER_HEADER)) {
            writeln!(
                f,
                "`{HANDLER_HEADER}` is a header of test requests: other servers than a test handler {} ignore it",
                self.interface.test_handler(),
            )?;
        }
        let mut causes = findings.iter().map(Finding::cause);
        if let Some(cause) = causes.find(|cause| !cause.library_options().is_empty()) {
            writeln!(
                f,
                "{} names the option of each common CORS library for this fix",
                self.interface.library_options(cause),
            )?;
        }
        f.write_str("\n")
    }
}
