//! The notes about a fetch that the program prints on the standard error, above the explanation.

use crate::{output::print_aside, width::Width};

/// Notes that are not yet printed.
#[derive(Debug, Clone, Default)]
pub(super) struct Asides(Vec<String>);

impl Asides {
    pub(super) fn add(&mut self, notes: impl IntoIterator<Item = impl Into<String>>) {
        self.0.extend(notes.into_iter().map(Into::into));
    }

    /// Prints the notes. Returns the number of rows of the notes on a terminal with this width.
    pub(super) fn print(&self, width: Width) -> usize {
        let notes = self.0.iter().map(|note| Width::note(note));
        notes
            .map(|note| {
                print_aside(&note);
                width.rows(&note)
            })
            .sum()
    }
}
