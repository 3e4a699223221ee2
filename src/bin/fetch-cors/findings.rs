//! What `check` has to say of one vector, for a person and as JSON.

use std::{collections::BTreeMap, fmt};

use fetch_cors::cases::{Checked, Difference, Engine};
use serde::Serialize;

/// A vector that is not plain agreement, or an entry of the list that is none.
#[derive(Debug, Serialize)]
pub(crate) struct Finding<'a> {
    /// Null where it cannot be read.
    pub(crate) id: Option<&'a str>,
    /// Where the vector is, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u64>,
    #[serde(flatten)]
    pub(crate) what: What<'a>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub(crate) enum What<'a> {
    Malformed {
        malformed: String,
    },
    Differs(Differing),
    /// It differs, and the list says so.
    Known {
        step: &'a str,
        reason: &'a str,
        #[serde(flatten)]
        differing: Differing,
    },
    /// It is on the list, and does not differ.
    ListedButAgrees,
    /// It is on the list, and not among the vectors.
    ListedButMissing,
}

/// How the outcome differs.
#[derive(Debug, Serialize)]
pub(crate) struct Differing {
    /// From what is expected.
    differences: Vec<Difference>,
    /// From what the engines did, if they were recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    engines: Option<Engines>,
}

#[derive(Debug, Serialize)]
struct Engines {
    /// With each other.
    agree: bool,
    #[serde(flatten)]
    differences: BTreeMap<&'static str, Vec<Difference>>,
}

impl Differing {
    /// The differences that matter, if there are any.
    ///
    /// Engines that agree are to be equalled; of engines that do not, any one.
    pub(crate) fn of(checked: Checked) -> Option<Self> {
        let is_equal = |(_, differences): &(Engine, Vec<Difference>)| differences.is_empty();
        let as_engines = match checked.engines_agree {
            true => checked.observed.iter().all(is_equal),
            false => checked.observed.iter().any(is_equal),
        };
        let differences = checked.expected.unwrap_or_default();
        if as_engines && differences.is_empty() {
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

/// A heading, and the differences below it.
impl fmt::Display for Finding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(file), Some(line)) = (self.file, self.line) {
            write!(f, "{}, line {line}: ", file.escape_debug())?;
        }
        if let Some(id) = self.id {
            write!(f, "{}: ", id.escape_debug())?;
        }
        match &self.what {
            What::Malformed { malformed } => write!(f, "malformed: {malformed}"),
            What::Differs(differing) => write!(f, "differs{differing}"),
            What::Known {
                step,
                reason,
                differing,
            } => write!(f, "known: {step}: {reason}{differing}"),
            What::ListedButAgrees => f.write_str("listed as a known difference, but agrees"),
            What::ListedButMissing => {
                f.write_str("listed as a known difference, but not among the vectors")
            }
        }
    }
}

impl fmt::Display for Differing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.differences.is_empty() {
            f.write_str("\n  from what is expected")?;
            list(f, &self.differences)?;
        }
        let Some(engines) = &self.engines else {
            return Ok(());
        };
        // Engines that did the same are named together.
        let mut groups: Vec<(&[Difference], Vec<&str>)> = Vec::new();
        for (engine, differences) in &engines.differences {
            match groups.iter_mut().find(|(other, _)| other == differences) {
                Some((_, engines)) => engines.push(engine),
                None => groups.push((differences, vec![engine])),
            }
        }
        for (differences, names) in groups {
            let names = names.join(", ");
            match (differences, engines.agree) {
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
        // Lower case and one below the other, so that the eye finds where they part.
        write!(
            f,
            "\n    {}\n      expected {}\n      found    {}",
            difference.path, difference.expected, difference.found
        )?;
    }
    Ok(())
}
