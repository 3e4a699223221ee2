//! Which version of a peer it is, by the lock file or the manifest.

use std::path::Path;

/// Where a version stands.
pub(crate) struct Pinned {
    pub(crate) file: &'static str,
    /// What stands right before it.
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
