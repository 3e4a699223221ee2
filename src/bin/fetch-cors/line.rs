//! A line of an input.

use fetch_cors::{cases::MAX_LINE_BYTES, wording};

/// A line that is not blank.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The number of the line, counted from 1, blank lines included.
    pub(crate) number: u64,
    /// The line without its line break.
    pub(crate) content: Content<'a>,
}

#[derive(Debug)]
pub(crate) enum Content<'a> {
    Bytes(&'a [u8]),
    /// The line has more than [`MAX_LINE_BYTES`] bytes. The content of the line is not stored.
    TooLong,
}

/// Returns the error of a line that is [`Content::TooLong`].
pub(crate) fn too_long() -> String {
    wording::line_too_long(MAX_LINE_BYTES)
}
