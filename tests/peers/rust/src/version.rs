//! Reads the version of a peer from its lock file or manifest.

use std::path::Path;

/// The place of a version in a file.
pub(crate) struct Pinned {
    pub(crate) file: &'static str,
    /// The text directly before the version.
    pub(crate) after: &'static str,
}

impl Pinned {
    pub(crate) fn version(&self, root: &Path) -> Option<String> {
        let text = std::fs::read_to_string(root.join(self.file)).ok()?;
        let (_, rest) = text.split_once(self.after)?;
        let is_end = |c: char| c == '"' || c.is_whitespace();
        rest.split(is_end).next().map(str::to_owned)
    }
}
