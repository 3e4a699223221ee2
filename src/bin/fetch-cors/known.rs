//! The list of known differences.

use std::collections::BTreeMap;

use crate::output::Stop;

/// The vectors that are known to differ, by id.
#[derive(Debug, Default)]
pub(crate) struct KnownDifferences(BTreeMap<String, Known>);

/// One of them.
#[derive(Debug)]
pub(crate) struct Known {
    /// The step that makes the difference.
    pub(crate) step: String,
    /// Why it is right to differ.
    pub(crate) reason: String,
    /// Whether a vector has the id.
    found: bool,
}

impl KnownDifferences {
    /// Parses lines of `id step reason…`; blank lines and those with `#` say nothing.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Stop> {
        let mut differences = BTreeMap::new();
        for (i, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |what: String| Stop::Failed(format!("{file}, line {}: {what}", i + 1));
            let mut words = line.splitn(3, ' ');
            let (Some(id), Some(step), Some(reason)) = (words.next(), words.next(), words.next())
            else {
                let line = line.escape_debug();
                return Err(wrong(format!("`{line}` is not an id, a step and a reason")));
            };
            let known = Known {
                step: step.to_owned(),
                reason: reason.trim_start().to_owned(),
                found: false,
            };
            if differences.insert(id.to_owned(), known).is_some() {
                return Err(wrong(format!("`{}` is listed before", id.escape_debug())));
            }
        }
        Ok(Self(differences))
    }

    /// The entry for the vector `id`, which is now known to exist.
    pub(crate) fn find(&mut self, id: &str) -> Option<&Known> {
        let known = self.0.get_mut(id)?;
        known.found = true;
        Some(known)
    }

    /// Those that no vector had the id of.
    pub(crate) fn missing(&self) -> impl Iterator<Item = (&str, &Known)> {
        let all = self.0.iter().filter(|(_, known)| !known.found);
        all.map(|(id, known)| (&**id, known))
    }
}
