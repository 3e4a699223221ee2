//! The list of known differences.

use std::collections::BTreeMap;

use crate::output::Stop;

/// The known differences, by the id of their vector.
#[derive(Debug, Default)]
pub(crate) struct KnownDifferences(BTreeMap<String, Known>);

/// A known difference.
#[derive(Debug)]
pub(crate) struct Known {
    /// The step of the standard that causes the difference.
    pub(crate) step: String,
    /// The reason for the difference.
    pub(crate) reason: String,
    /// Whether a vector with the id was read.
    found: bool,
}

impl KnownDifferences {
    /// Parses lines of `id step reason…`. Ignores blank lines and lines that begin with `#`.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Stop> {
        let mut differences = BTreeMap::new();
        for (i, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let error =
                |reason: String| Stop::CannotRun(format!("{file}, line {}: {reason}", i + 1));
            let mut words = line.splitn(3, ' ');
            let (Some(id), Some(step), Some(reason)) = (words.next(), words.next(), words.next())
            else {
                let line = line.escape_debug();
                return Err(error(format!(
                    "`{line}` is not a known difference: write `id step reason`"
                )));
            };
            let known = Known {
                step: step.to_owned(),
                reason: reason.trim_start().to_owned(),
                found: false,
            };
            if differences.insert(id.to_owned(), known).is_some() {
                return Err(error(format!(
                    "`{}` is listed twice: remove one entry",
                    id.escape_debug()
                )));
            }
        }
        Ok(Self(differences))
    }

    /// Returns the entry for the vector `id`, and marks it as found.
    pub(crate) fn find(&mut self, id: &str) -> Option<&Known> {
        let known = self.0.get_mut(id)?;
        known.found = true;
        Some(known)
    }

    /// Returns the entries without a vector.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&str, &Known)> {
        let all = self.0.iter().filter(|(_, known)| !known.found);
        all.map(|(id, known)| (&**id, known))
    }
}
