//! Breaks text into lines that fit in a terminal.

use core::fmt;

/// The width of a line, in columns.
const WIDTH_COLUMNS: usize = 80;

/// Writes `text` in lines of at most 80 columns. A line is longer only if a single word is longer. The first line begins
/// with `first`, and every other line begins with `rest`. The last line ends with a line break.
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
