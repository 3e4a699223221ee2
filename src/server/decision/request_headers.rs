//! Access-Control-Request-Headers, read no further than it matters to a policy.

use alloc::string::String;

use super::denial::Denial;
use crate::infrastructure::bytes::is_token_byte;
use crate::server::policy::lists::RequestHeaders;

/// The number of elements that a request may have in addition to the listed names: repeated or empty ones.
const EXTRA_ELEMENTS_LIMIT: usize = 16;
/// The number of bytes that a request may have for a policy with a wildcard, which has no names to count.
const WILDCARD_LIMIT_BYTES: usize = 8 * 1024;
/// The number of lines of such a request, since lines may be empty.
const WILDCARD_LIMIT_LINES: usize = WILDCARD_LIMIT_BYTES;
/// The number of listed names that an element is compared with byte by byte, before it is parsed.
const COMPARED_NAMES_LIMIT: usize = 16;
/// The length of the longest header name.
const NAME_LIMIT_BYTES: usize = 8 * 1024;

/// Whether all names in `lines`, one list, are allowed.
///
/// Names may repeat, be empty, stand in any order and case, and have one tab or space on each side.
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
            let behind = match behind_listed(&allowed.listed, rest) {
                Some(behind) => behind,
                None => {
                    let (name, behind) = element(rest)?;
                    // A name that is not allowed does not end it: what follows may be malformed.
                    if verdict.is_ok() && !name.is_empty() && !allowed.allows(name, credentials) {
                        verdict = Err(Denial::Header);
                    }
                    behind
                }
            };
            match behind {
                Some(behind) => rest = behind,
                None => break,
            }
        }
    }
    verdict
}

/// The first name in a line that is not allowed, in a request that is denied for that. A name that is
/// too long is cut off.
pub(super) fn first_denied<'l>(
    allowed: &RequestHeaders,
    credentials: bool,
    line: &'l [u8],
) -> Option<&'l [u8]> {
    let mut rest = Some(line);
    while let Some(elements) = rest {
        let Ok((name, behind)) = element(elements) else {
            return without_whitespace(elements).get(..NAME_LIMIT_BYTES);
        };
        if !name.is_empty() && !allowed.allows(name, credentials) {
            return Some(name);
        }
        rest = behind;
    }
    None
}

/// Whether the first bytes of a line have more elements than `limit`, which is known before a name is read.
#[inline]
fn has_too_many_commas(line: &[u8], limit: usize) -> bool {
    /// The count of a chunk fits in a byte, so that many are counted at a time.
    const CHUNK_BYTES: usize = 128;
    let first = line.get(..4 * CHUNK_BYTES).unwrap_or_default();
    let commas = |chunk: &[u8]| chunk.iter().map(|&byte| u8::from(byte == b',')).sum::<u8>();
    first
        .chunks_exact(CHUNK_BYTES)
        .map(|chunk| usize::from(commas(chunk)))
        .sum::<usize>()
        >= limit
}

/// What stands behind the comma of a name at the beginning of `rest` that is listed to the letter, as
/// browsers ask for it: its bytes need no look.
#[inline]
fn behind_listed<'l>(listed: &[String], rest: &'l [u8]) -> Option<Option<&'l [u8]>> {
    let compared = listed.iter().take(COMPARED_NAMES_LIMIT);
    compared
        .filter_map(|name| rest.strip_prefix(name.as_bytes()))
        .find_map(|behind| match behind {
            [] => Some(None),
            [b',', behind @ ..] => Some(Some(behind)),
            _ => None,
        })
}

/// The name at the beginning of `rest`, and what stands behind its comma, if there is one.
///
/// One that is too long for any header is not allowed, and what it ends with is not looked for.
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
        [b',', behind @ ..] => Ok((name, Some(behind))),
        _ => Err(Denial::MalformedRequest),
    }
}

fn without_whitespace(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b' ' | b'\t', rest @ ..] => rest,
        _ => bytes,
    }
}
