//! The check of Access-Control-Request-Headers, with limits on the number of bytes, lines and elements.

use alloc::string::String;

use super::denial::Denial;
use crate::infrastructure::bytes::is_token_byte;
use crate::server::policy::lists::{EXTRA_ELEMENTS_LIMIT, RequestHeaders};

/// The maximum number of listed names that are compared with an element before the element is parsed.
const COMPARED_NAMES_LIMIT: usize = 16;

/// The number of elements, bytes and lines of Access-Control-Request-Headers that the check can still read.
///
/// A policy without a wildcard counts elements. A policy with a wildcard counts bytes. Empty lines do not have bytes, so
/// a policy with a wildcard also counts lines.
pub(crate) struct Limits {
    counts_bytes: bool,
    elements_left: usize,
    bytes_left: usize,
    lines_left: usize,
}

impl Limits {
    #[inline]
    pub(crate) fn new(allowed: &RequestHeaders) -> Self {
        Self {
            counts_bytes: allowed.any,
            elements_left: allowed.listed.len() + EXTRA_ELEMENTS_LIMIT,
            bytes_left: allowed.limit_bytes,
            lines_left: allowed.limit_bytes,
        }
    }

    #[inline]
    fn count_line(&mut self, line: &[u8]) -> Result<(), Denial> {
        if self.counts_bytes {
            self.bytes_left = less(self.bytes_left, line.len())?;
            self.lines_left = less(self.lines_left, 1)?;
        } else if has_too_many_commas(line, self.elements_left) {
            return Err(Denial::TooManyHeaders);
        }
        Ok(())
    }

    #[inline]
    fn count_element(&mut self) -> Result<(), Denial> {
        if !self.counts_bytes {
            self.elements_left = less(self.elements_left, 1)?;
        }
        Ok(())
    }
}

#[inline]
fn less(left: usize, read: usize) -> Result<usize, Denial> {
    left.checked_sub(read).ok_or(Denial::TooManyHeaders)
}

/// Checks that all names in `lines` are allowed. The lines together are one list.
///
/// The names can be repeated, and can be in any order and letter case. List elements can be empty. A name can have at
/// most one tab or space on each side.
#[inline]
pub(crate) fn check<'r>(
    allowed: &RequestHeaders,
    mut lines: impl Iterator<Item = &'r [u8]>,
) -> Result<(), Denial> {
    let Some(first) = lines.next() else {
        return Ok(());
    };
    let second = lines.next();
    // Most preflights need only this comparison.
    if first == allowed.listed_line.as_bytes() && second.is_none() {
        return Ok(());
    }
    let lines = [first].into_iter().chain(second).chain(lines);
    let mut limits = Limits::new(allowed);
    let mut verdict = Ok(());
    for line in lines {
        limits.count_line(line)?;
        let mut rest = line;
        loop {
            limits.count_element()?;
            let after = match after_listed_name(&allowed.listed, rest) {
                Some(after) => after,
                None => {
                    let (name, after) = element(rest, allowed.name_limit_bytes)?;
                    // The loop does not stop at a denied name: a later element can be malformed, and a malformed
                    // request gets a different response.
                    if verdict.is_ok() && !name.is_empty() && !allowed.allows(name) {
                        verdict = Err(Denial::Header);
                    }
                    after
                }
            };
            match after {
                Some(after) => rest = after,
                None => break,
            }
        }
    }
    verdict
}

/// Calls `each` with every name in `line` that the policy does not list but that a wildcard allows. Returns an error if
/// the line is malformed or exceeds a limit.
pub(crate) fn for_each_covered<'l>(
    allowed: &RequestHeaders,
    limits: &mut Limits,
    line: &'l [u8],
    mut each: impl FnMut(&'l [u8]),
) -> Result<(), Denial> {
    limits.count_line(line)?;
    let mut rest = Some(line);
    while let Some(elements) = rest {
        let (name, after) = element(elements, allowed.name_limit_bytes)?;
        if !name.is_empty() && allowed.covers(name) && !allowed.names(name) {
            each(name);
        }
        rest = after;
    }
    Ok(())
}

/// Whether a line has any name. A line of only commas and white space does not have a name.
pub(crate) fn has_name(line: &[u8]) -> bool {
    line.iter().any(|byte| !matches!(byte, b',' | b' ' | b'\t'))
}

/// Returns the first name of `line` that the policy does not allow. A name that is too long is cut. The function is
/// called only if the request is denied because of a name.
pub(super) fn first_denied<'l>(allowed: &RequestHeaders, line: &'l [u8]) -> Option<&'l [u8]> {
    let mut rest = Some(line);
    while let Some(elements) = rest {
        let limit_bytes = allowed.name_limit_bytes;
        let Ok((name, after)) = element(elements, limit_bytes) else {
            return without_whitespace(elements).get(..limit_bytes);
        };
        if !name.is_empty() && !allowed.allows(name) {
            return Some(name);
        }
        rest = after;
    }
    None
}

/// Whether the first 512 bytes of a long line have `limit` commas or more. Such a line has too many elements. This
/// check does not parse names, so it does not report malformed elements.
#[inline]
fn has_too_many_commas(line: &[u8], limit: usize) -> bool {
    /// The number of bytes in a chunk. A counter of one byte is large enough for the commas in a chunk. With such a
    /// counter, the processor can compare many bytes at a time.
    const CHUNK_BYTES: usize = 128;
    let first = line.get(..4 * CHUNK_BYTES).unwrap_or_default();
    let commas = |chunk: &[u8]| chunk.iter().map(|&byte| u8::from(byte == b',')).sum::<u8>();
    first
        .chunks_exact(CHUNK_BYTES)
        .map(|chunk| usize::from(commas(chunk)))
        .sum::<usize>()
        >= limit
}

/// If `rest` starts with a listed name, returns the bytes after the name and its comma. Browsers send names in lower
/// case, so only names in lower case are compared. A listed name is a token, so the name is not parsed again.
#[inline]
fn after_listed_name<'l>(listed: &[String], rest: &'l [u8]) -> Option<Option<&'l [u8]>> {
    let compared = listed.iter().take(COMPARED_NAMES_LIMIT);
    compared
        .filter_map(|name| rest.strip_prefix(name.as_bytes()))
        .find_map(|after| match after {
            [] => Some(None),
            [b',', after @ ..] => Some(Some(after)),
            _ => None,
        })
}

/// Parses the name at the start of `rest`. Returns the name, and the bytes after the next comma. Returns `None` instead
/// of these bytes if no comma follows.
///
/// A name with more bytes than `limit_bytes` is denied. The function does not search for the end of such a name.
#[inline]
fn element(rest: &[u8], limit_bytes: usize) -> Result<(&[u8], Option<&[u8]>), Denial> {
    let rest = without_whitespace(rest);
    let start = rest.get(..=limit_bytes).unwrap_or(rest);
    let length = start.iter().position(|&byte| !is_token_byte(byte));
    let length = length.unwrap_or(start.len());
    if length > limit_bytes {
        return Err(Denial::Header);
    }
    let (name, rest) = rest
        .split_at_checked(length)
        .ok_or(Denial::MalformedRequest)?;
    match without_whitespace(rest) {
        [] => Ok((name, None)),
        [b',', after @ ..] => Ok((name, Some(after))),
        _ => Err(Denial::MalformedRequest),
    }
}

fn without_whitespace(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b' ' | b'\t', rest @ ..] => rest,
        _ => bytes,
    }
}
