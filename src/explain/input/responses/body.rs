//! Finds the end of a response body in a text. The parser skips the body, because a body may contain text that looks
//! like another response.

use super::{
    head::{HeaderLines, header_line, status_line},
    lines::Lines,
};

/// Whether `curl` decoded the chunked bodies of the text. `curl` leaves a body in chunks only with the option `--raw`.
#[derive(Default)]
pub(super) struct ChunkedBodies {
    are_decoded: bool,
}

impl ChunkedBodies {
    /// Returns the length of a chunked body. `None` if `curl` has decoded the body.
    ///
    /// `curl` decodes either all bodies of a text or none. So after the first decoded body, this function does not look
    /// for chunks again, which keeps the running time linear.
    fn length(&mut self, rest: &[u8]) -> Option<usize> {
        if self.are_decoded {
            return None;
        }
        let length = chunked_length(rest);
        self.are_decoded = length.is_none() && !begins_with_response(rest);
        length
    }
}

/// Returns the number of bytes at the start of `rest` that certainly belong to the body. Also returns whether the body
/// ends after these bytes.
///
/// The headers alone do not show the length of the printed body. `curl` does not print the body of a response to HEAD,
/// or of a redirect that `curl` follows. `curl` also decodes chunked and compressed bodies.
pub(super) fn known_length(
    rest: &[u8],
    headers: &HeaderLines<'_>,
    chunked_bodies: &mut ChunkedBodies,
) -> (usize, bool) {
    let chunked = if is_chunked(headers) {
        chunked_bodies.length(rest)
    } else {
        None
    };
    let Some(length) = chunked.or_else(|| content_length(headers)) else {
        return (0, begins_with_response(rest));
    };
    let behind = rest.get(length..);
    let ends_there = behind
        .is_some_and(|behind| behind.trim_ascii_start().is_empty() || begins_with_response(behind));
    if ends_there {
        (length, true)
    } else if begins_with_response(rest) {
        // A response begins at the start of `rest`, and no response begins `length` bytes later. So `curl` did not
        // print the body.
        (0, true)
    } else {
        (length.min(rest.len()), false)
    }
}

/// Whether the first line that is not empty is a status line.
fn begins_with_response(rest: &[u8]) -> bool {
    let mut lines = Lines::new(rest);
    lines.skip_blank();
    lines
        .next()
        .is_some_and(|line| status_line(line.text).is_some())
}

fn is_chunked(headers: &HeaderLines<'_>) -> bool {
    let mut values = headers.values("transfer-encoding");
    values.any(|value| value.to_ascii_lowercase().ends_with(b"chunked"))
}

/// Returns the value of Content-Length. `None` if the value has a character other than a digit, or if two header lines
/// have different values.
fn content_length(headers: &HeaderLines<'_>) -> Option<usize> {
    let mut values = headers.values("content-length");
    let first = values.next()?;
    let is_number = first.iter().all(u8::is_ascii_digit);
    let same = values.all(|value| value == first);
    let digits = core::str::from_utf8(first).ok()?;
    (is_number && same).then(|| digits.parse().ok()).flatten()
}

/// Returns the length of a body that is still in chunks. `curl --raw` prints such a body. `None` if the text is not in
/// chunks.
fn chunked_length(body: &[u8]) -> Option<usize> {
    let mut rest = body;
    loop {
        let (size, behind) = next_line(rest)?;
        rest = behind;
        match chunk_size(size)? {
            0 => break,
            size => rest = rest.get(size..)?,
        }
        // A line break follows the data of a chunk.
        let (line, behind) = next_line(rest)?;
        rest = line.is_empty().then_some(behind)?;
    }
    // Trailers and an empty line follow the last chunk.
    while let Some((line, behind)) = next_line(rest) {
        rest = behind;
        if line.is_empty() {
            break;
        }
        header_line(line)?;
    }
    Some(body.len() - rest.len())
}

/// Returns the first line, and the text after this line. `None` if the text has no line break.
fn next_line(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = text.iter().position(|byte| *byte == b'\n')?;
    let (line, behind) = text.split_at_checked(end)?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Some((line, behind.get(1..)?))
}

fn chunk_size(line: &[u8]) -> Option<usize> {
    let size = line.split(|byte| *byte == b';').next()?.trim_ascii();
    if !size.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    usize::from_str_radix(core::str::from_utf8(size).ok()?, 16).ok()
}
