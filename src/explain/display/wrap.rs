//! Breaks text into lines that fit in a terminal.

use alloc::string::String;
use core::fmt;

/// The width of a line, in columns, if the format has no width.
const DEFAULT_COLUMNS: usize = 80;
/// The minimum width of a line, in columns. Shorter lines are hard to read.
const MIN_COLUMNS: usize = 40;

/// Text in which each line has a maximum width.
pub(in crate::explain) trait Columns: fmt::Write {
    /// Returns the maximum width of a line, in columns.
    fn columns(&self) -> usize;
}

/// The width in a format is the maximum width of a line: `{:60}` writes lines of at most 60 columns.
impl Columns for fmt::Formatter<'_> {
    fn columns(&self) -> usize {
        self.width().unwrap_or(DEFAULT_COLUMNS).max(MIN_COLUMNS)
    }
}

/// A part of a text.
#[derive(Debug)]
pub(in crate::explain) struct Paragraphs {
    pub(in crate::explain) text: String,
    columns: usize,
}

impl Paragraphs {
    /// Creates an empty part for lines of at most `columns` columns.
    pub(in crate::explain) const fn new(columns: usize) -> Self {
        let text = String::new();
        Self { text, columns }
    }
}

impl fmt::Write for Paragraphs {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.text.push_str(text);
        Ok(())
    }
}

impl Columns for Paragraphs {
    fn columns(&self) -> usize {
        self.columns
    }
}

/// A text in lines, as in the text of an [`Explanation`](crate::explain::Explanation). A line has at most 80 columns, or
/// the width of the format. A line is longer only if a single word is longer. The last line has no line break.
///
/// ```
/// use fetch_cors::explain::Wrapped;
///
/// let wrapped = Wrapped { first: "Note: ", rest: "  ", text: &"word ".repeat(20) };
/// let text = wrapped.to_string();
/// let lines: Vec<&str> = text.lines().collect();
/// assert!(lines[0].starts_with("Note: word word") && lines[1].starts_with("  word"));
///
/// // The width in the format is the width of a line.
/// assert!(format!("{wrapped:50}").lines().all(|line| line.len() <= 50));
/// ```
#[derive(Debug, Clone, Copy)]
// Exhaustive: the caller writes all fields.
pub struct Wrapped<'t> {
    /// The beginning of the first line.
    pub first: &'t str,
    /// The beginning of each line after the first.
    pub rest: &'t str,
    /// The text, in one line.
    pub text: &'t str,
}

impl fmt::Display for Wrapped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        wrapped_without_end(f, self.first, self.rest, self.text)
    }
}

/// Returns the number of rows of the lines in a terminal with this number of columns.
pub fn rows_in(text: &str, columns: usize) -> usize {
    let lengths = text.lines().map(|line| line.chars().count());
    lengths
        .map(|length| length.div_ceil(columns.max(1)).max(1))
        .sum()
}

/// Writes `text` in lines of at most [`columns`](Columns::columns) columns. A line is longer only if a single word is
/// longer. The first line begins with `first`, and each later line begins with `rest`. The last line ends with a line
/// break.
pub(in crate::explain) fn wrapped(
    f: &mut impl Columns,
    first: &str,
    rest: &str,
    text: &str,
) -> fmt::Result {
    wrapped_without_end(f, first, rest, text)?;
    f.write_str("\n")
}

/// Writes the same lines as [`wrapped`], but does not end the last line with a line break.
pub(in crate::explain) fn wrapped_without_end(
    f: &mut impl Columns,
    first: &str,
    rest: &str,
    text: &str,
) -> fmt::Result {
    let columns = f.columns();
    f.write_str(first)?;
    let mut column = first.len();
    let mut is_start = true;
    for word in text.split(' ') {
        let length = word.len();
        if is_start {
            is_start = false;
        } else if column + 1 + length > columns {
            write!(f, "\n{rest}")?;
            column = rest.len();
        } else {
            f.write_str(" ")?;
            column += 1;
        }
        f.write_str(word)?;
        column += length;
    }
    Ok(())
}
