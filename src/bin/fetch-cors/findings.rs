//! The findings of `check` and `compare`, as text and as JSON.

use std::{collections::BTreeMap, fmt};

use fetch_cors::{
    cases::{Checked, Difference},
    engine::Engine,
};
use serde::Serialize;

use crate::{
    output::{Output, Stop},
    repeated::RepeatedErrors,
    shown::{MAX_MESSAGE_CHARS, shown},
};

/// The maximum length of a printed path. A longer path is cut in the middle.
const MAX_PATH_CHARS: usize = 200;

/// A finding about a vector, an outcome, or an entry of the list of known differences.
#[derive(Debug, Serialize)]
pub(crate) struct Finding<'a> {
    /// The id of the vector, the outcome or the list entry. `None` if the id is not readable.
    pub(crate) id: Option<&'a str>,
    /// The file with the vector or the outcome. `None` if only the list of known differences has the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    #[serde(flatten)]
    pub(crate) kind: FindingKind<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub(crate) enum FindingKind<'a> {
    Malformed {
        malformed: String,
    },
    Differs(Differing),
    /// The outcome differs from the vector, and the vector is listed as a known difference.
    Known {
        step: &'a str,
        reason: &'a str,
        #[serde(flatten)]
        differing: Differing,
    },
    /// The vector is listed as a known difference, but the outcome does not differ from the vector.
    ListedButAgrees,
    /// The list of known differences has an id that no vector has.
    ListedButMissing,
    /// No outcome has the id of the vector.
    Missing,
    /// Several outcomes have the id of the vector.
    Doubled {
        /// The line number of the second outcome that has the id of the vector.
        doubled_by: u64,
    },
    /// An earlier vector has the same id.
    DoubledVector,
    /// The outcome lacks all members that the vector expects.
    NotCompared,
    /// No vector has the id of the outcome.
    Unknown,
}

/// The differences of an outcome.
#[derive(Debug, Serialize)]
pub(crate) struct Differing {
    /// The differences from the expectations.
    differences: Vec<Difference>,
    /// The differences from the recordings of engines, if the vector has recordings.
    #[serde(skip_serializing_if = "Option::is_none")]
    engines: Option<Engines>,
}

#[derive(Debug, Serialize)]
struct Engines {
    /// Whether all recorded engines have the same outcome.
    agree: bool,
    #[serde(flatten)]
    differences: BTreeMap<&'static str, Vec<Difference>>,
}

impl Differing {
    /// Returns the differences. `None` if the vector holds.
    ///
    /// If the engines agree, the outcome must equal the outcome of each engine. If the engines disagree, the outcome
    /// must equal the outcome of at least one engine.
    pub(crate) fn from_checked(checked: Checked) -> Option<Self> {
        let is_equal = |(_, differences): &(Engine, Vec<Difference>)| differences.is_empty();
        let equals_engines = if checked.engines_agree {
            checked.observed.iter().all(is_equal)
        } else {
            checked.observed.iter().any(is_equal)
        };
        let differences = checked.expected.unwrap_or_default();
        if equals_engines && differences.is_empty() {
            return None;
        }
        let observed = checked.observed.into_iter();
        let engines = Engines {
            agree: checked.engines_agree,
            differences: observed
                .map(|(engine, differences)| (engine.name(), differences))
                .collect(),
        };
        Some(Self {
            differences,
            engines: (!engines.differences.is_empty()).then_some(engines),
        })
    }
}

impl Finding<'_> {
    /// Prints the finding as text. Does not print a known difference, because the table counts the known differences.
    /// If the finding can occur for many vectors, stores it in `repeated`, so that it is printed only once.
    pub(crate) fn print(
        &self,
        repeated: &mut RepeatedErrors,
        output: &mut Output,
    ) -> Result<(), Stop> {
        let text = match &self.kind {
            FindingKind::Known { .. } => None,
            FindingKind::Differs(_) | FindingKind::Doubled { .. } => Some(self.to_string()),
            kind => {
                let name = match (self.id, self.line) {
                    (Some(id), _) => id.escape_debug().to_string(),
                    (None, line) => line.unwrap_or_default().to_string(),
                };
                repeated.add(kind.to_string(), name, self.to_string())
            }
        };
        match text {
            Some(text) => output.text(format_args!("{text}\n")),
            None => Ok(()),
        }
    }
}

/// Writes a heading, and the differences below the heading.
impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(file), Some(line)) = (self.file, self.line) {
            write!(f, "{}, line {line}: ", file.escape_debug())?;
        }
        if let Some(id) = self.id {
            write!(f, "{}: ", id.escape_debug())?;
        }
        self.kind.fmt(f)
    }
}

impl fmt::Display for FindingKind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { malformed } => {
                write!(f, "malformed: {}", shown(malformed, MAX_MESSAGE_CHARS))
            }
            Self::Differs(differing) => write!(f, "differs{differing}"),
            Self::Known {
                step,
                reason,
                differing,
            } => write!(f, "known: {step}: {reason}{differing}"),
            Self::ListedButAgrees => {
                f.write_str("this vector is listed as a known difference, but its outcome does not differ: remove the entry from the list")
            }
            Self::ListedButMissing => f.write_str(
                "this id is listed as a known difference, but no vector has it: remove the entry from the list",
            ),
            Self::Missing => f.write_str("no outcome has this id: add the outcome"),
            Self::Doubled { doubled_by } => {
                write!(f, "several outcomes have this id (the second is on line {doubled_by}): keep only one")
            }
            Self::DoubledVector => f.write_str(
                "an earlier vector has the same id, so the outcome of this vector is not known: give each vector its own id",
            ),
            Self::NotCompared => f.write_str(
                "nothing was compared, because the outcome lacks all members that the vector expects: add these members",
            ),
            Self::Unknown => {
                f.write_str("no vector has the id of this outcome: remove the outcome, or add the vector")
            }
        }
    }
}

impl fmt::Display for Differing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.differences.is_empty() {
            f.write_str("\n  from the expectations")?;
            list(f, &self.differences)?;
        }
        let Some(engines) = &self.engines else {
            return Ok(());
        };
        // Engines with the same differences share a heading.
        let mut groups: Vec<(&[Difference], Vec<&str>)> = Vec::new();
        for (engine, differences) in &engines.differences {
            match groups.iter_mut().find(|(other, _)| other == differences) {
                Some((_, engines)) => engines.push(engine),
                None => groups.push((differences, vec![engine])),
            }
        }
        for (differences, names) in groups {
            let are_several_equal = engines.agree && names.len() > 1;
            let names = names.join(", ");
            match (differences, are_several_equal) {
                ([], _) => write!(f, "\n  equals {names}")?,
                (_, true) => write!(f, "\n  from {names}, which agree")?,
                (_, false) => write!(f, "\n  from {names}")?,
            }
            list(f, differences)?;
        }
        Ok(())
    }
}

fn list(f: &mut fmt::Formatter<'_>, differences: &[Difference]) -> fmt::Result {
    for difference in differences {
        // The expected value and the found value begin in the same column, so that a reader sees where they differ.
        write!(
            f,
            "\n    {}\n      expected {}\n      found    {}",
            shown(&difference.path, MAX_PATH_CHARS),
            shown(&difference.expected.to_string(), usize::MAX),
            shown(&difference.found.to_string(), usize::MAX),
        )?;
    }
    Ok(())
}
