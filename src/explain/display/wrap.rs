//! Breaks text into lines that fit in a terminal.

use core::fmt;

/// The width of a line, in columns.
const WIDTH_COLUMNS: usize = 80;

/// A text in lines of at most 80 columns, as in the text of an [`Explanation`](crate::explain::Explanation). A line is
/// longer only if a single word is longer. The last line has no line break.
///
/// ```
/// use fetch_cors::explain::Wrapped;
///
/// let wrapped = Wrapped { first: "Note: ", rest: "  ", text: &"word ".repeat(20) };
/// let text = wrapped.to_string();
/// let lines: Vec<&str> = text.lines().collect();
/// assert!(lines[0].starts_with("Note: word word") && lines[1].starts_with("  word"));
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

/// Returns the number of rows of the lines in a terminal with 80 columns.
pub fn rows(text: &str) -> usize {
    let lengths = text.lines().map(|line| line.chars().count());
    lengths
        .map(|length| length.div_ceil(WIDTH_COLUMNS).max(1))
        .sum()
}

/// Writes `text` in lines of at most 80 columns. A line is longer only if a single word is longer. The first line begins
/// with `first`, and each later line begins with `rest`. The last line ends with a line break.
pub(in crate::explain) fn wrapped(
    f: &mut impl fmt::Write,
    first: &str,
    rest: &str,
    text: &str,
) -> fmt::Result {
    wrapped_without_end(f, first, rest, text)?;
    f.write_str("\n")
}

/// Writes the same lines as [`wrapped`], but does not end the last line with a line break.
pub(in crate::explain) fn wrapped_without_end(
    f: &mut impl fmt::Write,
    first: &str,
    rest: &str,
    text: &str,
) -> fmt::Result {
    f.write_str(first)?;
    let mut column = first.len();
    let mut is_start = true;
    for word in text.split(' ') {
        let length = word.len();
        if is_start {
            is_start = false;
        } else if column + 1 + length > WIDTH_COLUMNS {
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
