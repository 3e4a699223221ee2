//! The width of the text on the standard output.

use std::{
    fmt::Display,
    io::{self, IsTerminal},
};

use console::Term;
use fetch_cors::explain::{Wrapped, rows_in};

/// The number of columns if the standard output is not a terminal, or if the width of the terminal is unknown.
const DEFAULT_COLUMNS: usize = 80;

/// The minimum number of columns, and the maximum number of columns. Longer lines are hard to read.
const MIN_COLUMNS: usize = 40;
const MAX_COLUMNS: usize = 100;

/// The width of the text on the standard output, in columns.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Width(usize);

impl Width {
    pub(crate) fn of_standard_output() -> Self {
        let terminal = io::stdout().is_terminal().then(Term::stdout);
        Self::of(terminal.as_ref())
    }

    fn of(terminal: Option<&Term>) -> Self {
        let size = terminal.and_then(Term::size_checked);
        let columns = size.map(|(_, columns)| usize::from(columns));
        // Some terminals report the width 0.
        let columns = columns.filter(|columns| *columns > 0);
        Self(columns.map_or(DEFAULT_COLUMNS, |columns| {
            columns.clamp(MIN_COLUMNS, MAX_COLUMNS)
        }))
    }

    /// Returns the number of columns.
    pub(crate) const fn columns(self) -> usize {
        self.0
    }

    /// Returns the text of an explanation, or of a part of an explanation, in lines of this width.
    pub(crate) fn text(self, explanation: &impl Display) -> String {
        format!("{explanation:width$}", width = self.0)
    }

    /// Returns `text` in lines of this width. The first line begins with `first`, and each later line begins with `rest`.
    pub(crate) fn wrapped(self, first: &str, rest: &str, text: &str) -> String {
        self.text(&Wrapped { first, rest, text })
    }

    /// Returns a note for the standard error. On a terminal, the lines have the width of this terminal. In a pipe, the note stays
    /// as it is.
    pub(crate) fn note(note: &str) -> String {
        if !io::stderr().is_terminal() {
            return note.into();
        }
        let width = Self::of(Some(&Term::stderr()));
        let lines = note.lines().map(|line| width.wrapped("", "  ", line));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Returns the number of rows of the lines.
    pub(crate) fn rows(self, text: &str) -> usize {
        rows_in(text, self.0)
    }
}
