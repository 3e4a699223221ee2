//! Equal errors of several lines, printed once.

use std::{collections::HashMap, fmt};

use crate::{
    output::{Output, Stop, print_aside},
    shown::{MAX_MESSAGE_CHARS, shown},
};

/// The maximum number of different errors that are stored.
const MAX_ERRORS: usize = 1000;

/// The maximum number of lines whose id or number is stored for each error.
const MAX_NAMED_LINES: usize = 5;

/// The errors of an input, in the order in which they first occur. Equal errors are stored once.
#[derive(Debug, Default)]
pub(crate) struct RepeatedErrors {
    errors: Vec<RepeatedError>,
    positions: HashMap<String, usize>,
    /// Whether at least one line has no error.
    has_other_lines: bool,
}

/// An error, and the lines that have the error.
#[derive(Debug)]
struct RepeatedError {
    /// The text of the error, with the place of the first line that has the error.
    first: String,
    lines: u64,
    /// The names of the first lines that have the error. The name of a line is its id, or its number if the line has no
    /// id.
    names: Vec<String>,
}

impl RepeatedErrors {
    /// Adds the error of a line. `text` is the error with the place of the line. If too many different errors are
    /// stored, does not store the error, and returns `text`. The caller then prints `text`.
    pub(crate) fn add(&mut self, error: String, name: String, text: String) -> Option<String> {
        let next = self.errors.len();
        if next >= MAX_ERRORS && !self.positions.contains_key(&error) {
            return Some(text);
        }
        let position = *self.positions.entry(error).or_insert(next);
        match self.errors.get_mut(position) {
            Some(known) => {
                known.lines += 1;
                if known.names.len() < MAX_NAMED_LINES {
                    known.names.push(name);
                }
            }
            None => self.errors.push(RepeatedError {
                first: text,
                lines: 1,
                names: vec![name],
            }),
        }
        None
    }

    /// Adds the error of a malformed line. If too many different errors are stored, does not store the error, and
    /// returns the text of the error.
    pub(crate) fn add_line(&mut self, number: u64, malformed: &str) -> Option<String> {
        let malformed = shown(malformed, MAX_MESSAGE_CHARS);
        let text = format!("line {number} is malformed: {malformed}");
        self.add(malformed, number.to_string(), text)
    }

    /// Whether no line was added.
    pub(crate) const fn is_empty(&self) -> bool {
        self.errors.is_empty() && !self.has_other_lines
    }

    /// Whether an earlier line has this error.
    pub(crate) fn has(&self, malformed: &str) -> bool {
        let malformed = shown(malformed, MAX_MESSAGE_CHARS);
        self.positions.contains_key(&malformed)
    }

    /// Prints the errors, each followed by a blank line.
    pub(crate) fn print(&self, output: &mut Output) -> Result<(), Stop> {
        let mut errors = self.errors.iter();
        errors.try_for_each(|error| output.text(format_args!("{error}\n")))
    }

    /// Adds a line that has no error.
    pub(crate) const fn add_other_line(&mut self) {
        self.has_other_lines = true;
    }

    /// If there are several lines, and all lines have the same error, prints this error to the standard error. The
    /// input is then probably the wrong file. The standard output already has an answer for each line.
    pub(crate) fn print_only_error_aside(&self) {
        if self.errors.len() == 1 && !self.has_other_lines {
            self.print_aside();
        }
    }

    /// Prints the repeated errors to the standard error. A repeated error occurs in several lines.
    pub(crate) fn print_aside(&self) {
        for error in self.errors.iter().filter(|error| error.lines > 1) {
            print_aside(&format!("fetch-cors: {error}"));
        }
    }
}

/// Writes the error, the number of lines that have the error, and the names of the first lines.
impl fmt::Display for RepeatedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            first,
            lines,
            names,
        } = self;
        f.write_str(first)?;
        if *lines == 1 {
            return Ok(());
        }
        write!(f, "\n  {lines} lines have this error: {}", names.join(", "))?;
        if *lines > u64::try_from(names.len()).unwrap_or(u64::MAX) {
            f.write_str(", …")?;
        }
        Ok(())
    }
}
