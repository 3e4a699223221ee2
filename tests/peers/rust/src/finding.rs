//! What was found out about violations, by hand.

use std::path::Path;

use fetch_cors::conformance::Finding;
use serde::Deserialize;

use crate::Failure;

/// The assessment of a class of violations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Assessment {
    /// Of these peers.
    peers: Vec<String>,
    law: String,
    severity: Option<String>,
    /// Found by probes of these names, numbers at their end aside; by any where there is none.
    #[serde(default)]
    probes: Vec<String>,
    /// By policies whose file names begin so.
    #[serde(default)]
    policies: Vec<String>,
    #[serde(default)]
    pub(crate) verdict: Verdict,
    /// In a sentence.
    pub(crate) what: String,
    /// By which step of the standard.
    pub(crate) why: String,
    /// Where its project knows of it.
    pub(crate) known: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    #[default]
    Fault,
    /// Of something other than the middleware, or a choice that its documentation states.
    NoFault,
}

pub(crate) fn read(path: &Path) -> Result<Vec<Assessment>, Failure> {
    Ok(serde_json::from_str(&std::fs::read_to_string(path)?)?)
}

impl Assessment {
    pub(crate) fn is_about(&self, peer: &str, policy: &str, violation: &Finding) -> bool {
        let probe = kind(violation.probe());
        let severity = violation.severity().to_string();
        self.peers.iter().any(|name| name == peer)
            && self.law == violation.law().name()
            && self.severity.as_ref().is_none_or(|name| *name == severity)
            && (self.probes.is_empty() || self.probes.iter().any(|name| name == probe))
            && (self.policies.is_empty()
                || self.policies.iter().any(|name| policy.starts_with(name)))
    }
}

/// A probe's name without the number at its end.
pub(crate) fn kind(probe: &str) -> &str {
    let kind = probe.trim_end_matches(|c: char| c.is_ascii_digit());
    kind.strip_suffix('-').unwrap_or(kind)
}
