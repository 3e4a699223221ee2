//! Access-Control-Request-Headers, read no further than a policy can care.

use alloc::string::String;

use super::decide::DenialReason;
use crate::infrastructure::bytes::is_token_byte;
use crate::server::policy::lists::RequestHeaders;

/// How many elements there may be beside the names that are listed: some repeated, some empty.
const MORE_ELEMENTS: usize = 16;
/// How many bytes there may be in all where a wildcard lists no names to count.
const WILDCARD_LIMIT: usize = 8 * 1024;
/// In so many lines, which may be empty.
const WILDCARD_LINES: usize = WILDCARD_LIMIT;
/// No header name is longer.
const NAME_LIMIT: usize = 8 * 1024;

/// Whether all names in `lines`, one list, are allowed.
///
/// Names may repeat, be empty, stand in any order and case, and have one tab or space on each side.
#[inline]
pub(crate) fn check<'r>(
    allowed: &RequestHeaders,
    credentials: bool,
    lines: impl Iterator<Item = &'r [u8]>,
) -> Result<(), DenialReason> {
    let mut elements_left = allowed.listed.len() + MORE_ELEMENTS;
    let mut bytes_left = WILDCARD_LIMIT;
    let mut lines_left = WILDCARD_LINES;
    let mut verdict = Ok(());
    for line in lines {
        if !allowed.any && has_too_many_commas(line, elements_left) {
            return Err(DenialReason::MalformedRequest);
        }
        if allowed.any {
            bytes_left = bytes_left
                .checked_sub(line.len())
                .ok_or(DenialReason::MalformedRequest)?;
            lines_left = lines_left
                .checked_sub(1)
                .ok_or(DenialReason::MalformedRequest)?;
        }
        let mut rest = line;
        loop {
            if !allowed.any {
                elements_left = elements_left
                    .checked_sub(1)
                    .ok_or(DenialReason::MalformedRequest)?;
            }
            let behind = match behind_listed(&allowed.listed, rest) {
                Some(behind) => behind,
                None => {
                    let (name, behind) = element(rest)?;
                    // A name that is not allowed does not end it: what follows may be malformed.
                    if verdict.is_ok() && !name.is_empty() && !allowed.allows(name, credentials) {
                        verdict = Err(DenialReason::Header);
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

/// Whether that can be told from the first bytes, before any name is looked at: there are more
/// elements than `limit` in them, and none that is too long.
#[inline]
fn has_too_many_commas(line: &[u8], limit: usize) -> bool {
    /// As many as fit in a byte, in which they are counted many at a time.
    const CHUNK: usize = 128;
    let first = line.get(..4 * CHUNK).unwrap_or_default();
    let commas = |chunk: &[u8]| chunk.iter().map(|&byte| u8::from(byte == b',')).sum::<u8>();
    first
        .chunks_exact(CHUNK)
        .map(|chunk| usize::from(commas(chunk)))
        .sum::<usize>()
        >= limit
}

/// What stands behind the comma of a name at the beginning of `rest` that is listed to the letter, as
/// browsers ask for it: its bytes need no look.
#[inline]
fn behind_listed<'l>(listed: &[String], rest: &'l [u8]) -> Option<Option<&'l [u8]>> {
    let few = listed.iter().take(MORE_ELEMENTS);
    few.filter_map(|name| rest.strip_prefix(name.as_bytes()))
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
fn element(rest: &[u8]) -> Result<(&[u8], Option<&[u8]>), DenialReason> {
    let rest = without_whitespace(rest);
    let start = rest.get(..=NAME_LIMIT).unwrap_or(rest);
    let length = start.iter().position(|&byte| !is_token_byte(byte));
    let length = length.unwrap_or(start.len());
    if length > NAME_LIMIT {
        return Err(DenialReason::Header);
    }
    let (name, rest) = rest
        .split_at_checked(length)
        .ok_or(DenialReason::MalformedRequest)?;
    match without_whitespace(rest) {
        [] => Ok((name, None)),
        [b',', behind @ ..] => Ok((name, Some(behind))),
        _ => Err(DenialReason::MalformedRequest),
    }
}

fn without_whitespace(bytes: &[u8]) -> &[u8] {
    match bytes {
        [b' ' | b'\t', rest @ ..] => rest,
        _ => bytes,
    }
}
