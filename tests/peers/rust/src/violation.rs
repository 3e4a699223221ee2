//! A law that a server breaks, as the report tells of it.

use fetch_cors::conformance::{self, Severity};

#[derive(Debug, Clone)]
pub(crate) struct Violation {
    pub(crate) law: &'static str,
    pub(crate) severity: Severity,
    pub(crate) probe: String,
    /// What was said and done, at length.
    pub(crate) explanation: String,
    /// Lines for a shell.
    pub(crate) curl: Vec<String>,
}

impl From<&conformance::Violation> for Violation {
    fn from(violation: &conformance::Violation) -> Self {
        Self {
            law: violation.law(),
            severity: violation.severity(),
            probe: violation.probe().to_owned(),
            explanation: format!("{}\n{}", violation.message(), violation.explanation()),
            curl: violation.curl(),
        }
    }
}
