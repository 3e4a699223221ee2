//! The assessments of violations, which are written by hand in `findings.json`.

use std::path::Path;

use fetch_cors::conformance::Violation;
use serde::Deserialize;

use crate::Failure;

/// The assessment of a class of violations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assessment {
    /// The peers of the violations.
    peers: Vec<String>,
    /// The names of the violated laws.
    laws: Vec<String>,
    severity: Option<String>,
    /// The causes that the harness recognizes. Empty means any cause.
    #[serde(default)]
    causes: Vec<String>,
    /// The names of the probes, without the number at the end. Empty means any probe.
    #[serde(default)]
    probes: Vec<String>,
    /// The kinds that the requests of the violation can have. Empty means any kind.
    #[serde(default)]
    requests: Vec<String>,
    /// The beginnings of the policies' file names. Empty means any policy.
    #[serde(default)]
    policies: Vec<String>,
    #[serde(default)]
    pub(crate) verdict: Verdict,
    /// The violation, in one sentence.
    pub(crate) description: String,
    /// The explanation, with the step of the standard.
    pub(crate) explanation: String,
    /// The issue in which the project discusses the violation.
    pub(crate) known_issue: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    #[default]
    Fault,
    /// Caused by a component other than the middleware, or a documented choice.
    NoFault,
}

pub(crate) fn read(path: &Path) -> Result<Vec<Assessment>, Failure> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

impl Assessment {
    pub(crate) fn applies_to(&self, peer: &str, policy: &str, violation: &Violation) -> bool {
        let probe = kind(violation.probe());
        let severity = violation.severity().to_string();
        self.peers.iter().any(|name| name == peer)
            && self.laws.iter().any(|name| name == violation.law().name())
            && self.severity.as_ref().is_none_or(|name| *name == severity)
            && (self.causes.is_empty()
                || self
                    .causes
                    .iter()
                    .any(|name| name == violation.cause().name()))
            && (self.probes.is_empty() || self.probes.iter().any(|name| name == probe))
            && (self.requests.is_empty()
                || violation
                    .requests()
                    .iter()
                    .all(|kind| self.requests.contains(kind)))
            && (self.policies.is_empty()
                || self.policies.iter().any(|name| policy.starts_with(name)))
    }
}

/// Returns the name of a probe without the number at its end.
pub(crate) fn kind(probe: &str) -> &str {
    let kind = probe.trim_end_matches(|c: char| c.is_ascii_digit());
    kind.strip_suffix('-').unwrap_or(kind)
}
