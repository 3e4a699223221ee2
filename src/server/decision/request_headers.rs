//! The check of Access-Control-Request-Headers, with limits on how much is read.

use alloc::string::String;

use super::denial::Denial;
use crate::infrastructure::bytes::is_token_byte;
use crate::server::policy::lists::RequestHeaders;

/// The number of list elements that a request can have in addition to the listed names, since elements can repeat or
/// be empty.
const EXTRA_ELEMENTS_LIMIT: usize = 16;
/// The number of bytes that the lines can have together if the policy has a wildcard. Such a policy
/// has no list of names to count.
const WILDCARD_LIMIT_BYTES: usize = 8 * 1024;
/// The number of lines that a request can have if the policy has a wildcard. Empty lines have no bytes, so
/// they need a limit of their own.
const WILDCARD_LIMIT_LINES: usize = WILDCARD_LIMIT_BYTES;
/// The number of listed names that are compared with an element byte by byte. If none of them is
/// equal, the element is parsed.
const COMPARED_NAMES_LIMIT: usize = 16;
/// The length of the longest header name.
const NAME_LIMIT_BYTES: usize = 8 * 1024;

/// Checks that all names in `lines`, which are one list, are allowed.
///
/// The names can be in any order and case. They can be empty or repeated, and can have at most one
/// tab or space on each side.
#[inline]
pub(crate) fn check<'r>(
    allowed: &RequestHeaders,
    credentials: bool,
    lines: impl Iterator<Item = &'r [u8]>,
) -> Result<(), Denial> {
    let mut elements_left = allowed.listed.len() + EXTRA_ELEMENTS_LIMIT;
    let mut bytes_left = WILDCARD_LIMIT_BYTES;
    let mut lines_left = WILDCARD_LIMIT_LINES;
    let mut verdict = Ok(());
    for line in lines {
        if !allowed.any && has_too_many_commas(line, elements_left) {
            return Err(Denial::MalformedRequest);
        }
        if allowed.any {
            bytes_left = bytes_left
                .checked_sub(line.len())
                .ok_or(Denial::MalformedRequest)?;
            lines_left = lines_left.checked_sub(1).ok_or(Denial::MalformedRequest)?;
        }
        let mut rest = line;
        loop {
            if !allowed.any {
                elements_left = elements_left
                    .checked_sub(1)
                    .ok_or(Denial::MalformedRequest)?;
            }
            let after = match after_listed_name(&allowed.listed, rest) {
                Some(after) => after,
                None => {
                    let (name, after) = element(rest)?;
                    // The loop continues after a denied name, since the rest of the list can be malformed.
                    if verdict.is_ok() && !name.is_empty() && !allowed.allows(name, credentials) {
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

/// Returns the first name in a line that is not allowed. Called only after a name caused the denial of the request.
/// A name that is too long is cut off.
pub(super) fn first_denied<'l>(
    allowed: &RequestHeaders,
    credentials: bool,
    line: &'l [u8],
) -> Option<&'l [u8]> {
    let mut rest = Some(line);
    while let Some(elements) = rest {
        let Ok((name, after)) = element(elements) else {
            return without_whitespace(elements).get(..NAME_LIMIT_BYTES);
        };
        if !name.is_empty() && !allowed.allows(name, credentials) {
            return Some(name);
        }
        rest = after;
    }
    None
}

/// Whether the start of a line has `limit` commas or more, which means too many elements. The commas are counted
/// before the names are parsed.
#[inline]
fn has_too_many_commas(line: &[u8], limit: usize) -> bool {
    /// The size of a chunk. The number of commas in a chunk fits in a byte, so the processor can
    /// compare many bytes at a time.
    const CHUNK_BYTES: usize = 128;
    let first = line.get(..4 * CHUNK_BYTES).unwrap_or_default();
    let commas = |chunk: &[u8]| chunk.iter().map(|&byte| u8::from(byte == b',')).sum::<u8>();
    first
        .chunks_exact(CHUNK_BYTES)
        .map(|chunk| usize::from(commas(chunk)))
        .sum::<usize>()
        >= limit
}

/// If `rest` starts with a listed name in lower case, as browsers send it, returns the bytes after its comma. Such a
/// name does not need to be parsed.
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

/// Parses the name at the start of `rest`, and returns it with the bytes after its comma, if there is a comma.
///
/// A name that is too long for any header is denied without a search for its end.
#[inline]
fn element(rest: &[u8]) -> Result<(&[u8], Option<&[u8]>), Denial> {
    let rest = without_whitespace(rest);
    let start = rest.get(..=NAME_LIMIT_BYTES).unwrap_or(rest);
    let length = start.iter().position(|&byte| !is_token_byte(byte));
    let length = length.unwrap_or(start.len());
    if length > NAME_LIMIT_BYTES {
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
