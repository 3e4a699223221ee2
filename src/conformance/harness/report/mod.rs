//! What a check came to.

pub(crate) mod curl;
pub(crate) mod display;
pub(crate) mod finding;
pub(crate) mod severity;

use alloc::vec::Vec;

use serde::{Serialize, Serializer, ser::SerializeMap};

use self::{finding::Finding, severity::Severity};

/// What a check came to.
///
/// ```
/// use fetch_cors::{conformance::{CheckConfig, check, policies::serve}, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").build()?;
/// let report = check(&mut |request: http::Request<()>| serve(&policy, &request), &policy, CheckConfig::new("https://api.example/")?)?;
/// assert!(report.violations().is_empty(), "{report}");
/// assert!(report.exchanges() > 100 && report.fetches() > 50 && report.missing() == 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub(crate) violations: Vec<Finding>,
    pub(crate) exchanges: usize,
    pub(crate) fetches: usize,
    pub(crate) missing: usize,
    pub(super) unchecked: Vec<&'static str>,
}

impl Report {
    /// The violations, the smallest first; of those that are of one kind the smallest alone.
    pub fn violations(&self) -> &[Finding] {
        &self.violations
    }

    /// Those that are so bad.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        let violations = self.violations.iter();
        violations.filter(move |violation| violation.severity == severity)
    }

    /// How many requests were answered.
    pub const fn exchanges(&self) -> usize {
        self.exchanges
    }

    /// How many fetches of pages were judged.
    pub const fn fetches(&self) -> usize {
        self.fetches
    }

    /// How many requests nobody asked.
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// What was not checked for want of something, and what that is.
    pub fn unchecked(&self) -> &[&'static str] {
        &self.unchecked
    }

    /// Keeps a violation where it is the first of its kind, or smaller than the one before; whether
    /// it did.
    pub(crate) fn insert(&mut self, violation: Finding) -> bool {
        let kind = |other: &Finding| (other.law, other.severity, &*other.detail) == key(&violation);
        match self.violations.iter_mut().find(|other| kind(other)) {
            Some(known) if known.size() <= violation.size() => false,
            Some(known) => {
                *known = violation;
                true
            }
            None => {
                self.violations.push(violation);
                true
            }
        }
    }

    pub(super) fn sort(&mut self) {
        self.violations.sort_by(|a, b| {
            let key = |violation: &Finding| (violation.size(), violation.severity, violation.law);
            (key(a), &a.probe).cmp(&(key(b), &b.probe))
        });
    }
}

fn key(violation: &Finding) -> (&'static str, Severity, &str) {
    (violation.law, violation.severity, &violation.detail)
}

/// The counts.
impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("exchanges", &self.exchanges)?;
        map.serialize_entry("fetches", &self.fetches)?;
        map.serialize_entry("missing", &self.missing)?;
        map.serialize_entry("violations", &self.violations.len())?;
        map.end()
    }
}
