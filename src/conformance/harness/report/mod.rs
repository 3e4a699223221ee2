//! The report of a check.

pub(crate) mod curl;
pub(crate) mod display;
pub(crate) mod finding;

use alloc::vec::Vec;

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
    pub(super) unchecked: Vec<&'static str>,
}

impl Report {
    /// Returns the findings, the smallest first. Of findings with the same cause, only the smallest is in the list.
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

    /// Returns the number of requests that were not sent.
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// Returns the checks that were not possible, and says what each of them needs.
    pub fn unchecked(&self) -> &[&'static str] {
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

/// Serializes the counts.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("exchanges", &self.exchanges)?;
        map.serialize_entry("fetches", &self.fetches)?;
        map.serialize_entry("missing", &self.missing)?;
        map.serialize_entry("violations", &self.findings.len())?;
        map.end()
    }
}
