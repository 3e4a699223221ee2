//! The report of a check.

pub(crate) mod display;
pub(crate) mod finding;

use alloc::{string::String, vec::Vec};

use serde::{Serialize, Serializer, ser::SerializeMap};

use self::finding::Finding;
use crate::conformance::laws::{Law, severity::Severity};

/// The report of a check.
///
/// ```
/// use fetch_cors::{conformance::{CheckConfig, check, policies::serve}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let report = check(&mut |request: http::Request<()>| serve(&policy, &request), &policy, CheckConfig::new("https://api.example/")?)?;
/// assert!(report.findings().is_empty(), "{report}");
/// assert!(report.exchanges() > 100 && report.fetches() > 50 && report.missing() == 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub(crate) findings: Vec<Finding>,
    pub(crate) exchanges: usize,
    pub(crate) fetches: usize,
    pub(crate) missing: usize,
    pub(super) unchecked: Vec<String>,
    pub(super) unanswered: Vec<String>,
    /// Whether a response at the URL has a status from 200 to 299.
    pub(super) has_success: bool,
}

impl Report {
    /// Returns the findings, the smallest first. If several findings have the same cause, the list has only the smallest one.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Returns the findings of the given severity.
    pub fn with_severity(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        let findings = self.findings.iter();
        findings.filter(move |finding| finding.severity == severity)
    }

    /// Returns the number of requests that got a response or a connection error.
    pub const fn exchanges(&self) -> usize {
        self.exchanges
    }

    /// Returns the number of fetches of pages that were judged.
    pub const fn fetches(&self) -> usize {
        self.fetches
    }

    /// Returns the number of requests without an answer.
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// Returns the ids of the requests without an answer: neither a response nor an error.
    pub fn unanswered(&self) -> &[String] {
        &self.unanswered
    }

    /// Returns the parts that were not checked, each with the reason and with the way to check it.
    pub fn unchecked(&self) -> &[String] {
        &self.unchecked
    }

    /// Removes the findings for which `keep` returns false, such as known ones.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, Severity, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut silent = |_: http::Request<()>| http::Response::new(());
    /// let mut report = check(&mut silent, &policy, CheckConfig::new("https://api.example/")?)?;
    /// report.retain(|finding| finding.severity() == Severity::Security);
    /// assert!(report.findings().is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn retain(&mut self, keep: impl FnMut(&Finding) -> bool) {
        self.findings.retain(keep);
    }

    /// Whether the server was judged at all: every request has an answer, and a response at the URL has a status
    /// from 200 to 299. If not, a report without findings does not mean that the server is right.
    ///
    /// ```
    /// use fetch_cors::{conformance::{CheckConfig, check}, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
    /// let mut misspelled = |_: http::Request<()>| http::Response::builder().status(404).body(()).unwrap();
    /// let report = check(&mut misspelled, &policy, CheckConfig::new("https://api.example/nots")?)?;
    /// assert!(!report.is_complete());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn is_complete(&self) -> bool {
        self.missing == 0 && self.has_success
    }

    /// Inserts a finding, if it is the first one with this cause, or smaller than the earlier one. Returns
    /// whether the finding was inserted.
    pub(crate) fn insert(&mut self, finding: Finding) -> bool {
        let kind = |other: &Finding| (other.law, other.severity, &*other.detail) == key(&finding);
        match self.findings.iter_mut().find(|other| kind(other)) {
            Some(known) if known.size() <= finding.size() => false,
            Some(known) => {
                *known = finding;
                true
            }
            None => {
                self.findings.push(finding);
                true
            }
        }
    }

    pub(super) fn sort(&mut self) {
        self.findings.sort_by(|a, b| {
            let key = |finding: &Finding| (finding.size(), finding.severity, finding.law);
            (key(a), &a.probe).cmp(&(key(b), &b.probe))
        });
    }
}

fn key(finding: &Finding) -> (Law, Severity, &str) {
    (finding.law, finding.severity, &finding.detail)
}

/// Serializes the counts, and what was not checked.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("exchanges", &self.exchanges)?;
        map.serialize_entry("fetches", &self.fetches)?;
        map.serialize_entry("missing", &self.missing)?;
        map.serialize_entry("violations", &self.findings.len())?;
        map.serialize_entry("unanswered", &self.unanswered)?;
        map.serialize_entry("not_checked", &self.unchecked)?;
        map.end()
    }
}
