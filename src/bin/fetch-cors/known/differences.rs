//! The list of known differences of `check` and `compare`.

use std::collections::BTreeMap;

use super::lines;
use crate::output::Stop;

/// The known differences. The key is the id of the vector.
#[derive(Debug, Default)]
pub(crate) struct KnownDifferences(BTreeMap<String, Known>);

#[derive(Debug)]
pub(crate) struct Known {
    /// The step of the standard that causes the difference.
    pub(crate) step: String,
    /// The reason for the difference.
    pub(crate) reason: String,
    /// Whether the vector of this difference was read.
    found: bool,
}

impl KnownDifferences {
    /// Parses lines of `id step reason…`.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Stop> {
        let mut differences = BTreeMap::new();
        for line in lines(file, text) {
            let [id, step, reason] = line.words(
                "difference",
                "the id of the vector, the step of the standard and the reason",
            )?;
            let known = Known {
                step: step.to_owned(),
                reason: reason.to_owned(),
                found: false,
            };
            if differences.insert(id.to_owned(), known).is_some() {
                return Err(line.listed_twice(id));
            }
        }
        Ok(Self(differences))
    }

    /// Returns the entry for the vector `id`, and marks the entry as found.
    pub(crate) fn find(&mut self, id: &str) -> Option<&Known> {
        let known = self.0.get_mut(id)?;
        known.found = true;
        Some(known)
    }

    /// Returns the entries whose vector was not read.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&str, &Known)> {
        let all = self.0.iter().filter(|(_, known)| !known.found);
        all.map(|(id, known)| (&**id, known))
    }
}
