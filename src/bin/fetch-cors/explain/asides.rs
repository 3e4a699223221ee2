//! The notes about a fetch that the program prints on the standard error, above the explanation.

use crate::{output::print_aside, width::Width};

/// Notes that are not yet printed.
#[derive(Debug, Clone, Default)]
pub(super) struct Asides(Vec<String>);

impl Asides {
    pub(super) fn add(&mut self, notes: impl IntoIterator<Item = impl Into<String>>) {
        self.0.extend(notes.into_iter().map(Into::into));
    }

    /// Prints the notes. Returns the number of rows that the notes take in a terminal of this width.
    pub(super) fn print(&self, width: Width) -> usize {
        self.0.iter().for_each(|note| print_aside(note));
        self.0.iter().map(|note| width.rows(note)).sum()
    }
}
