//! What has to be in the `Vary` of a response.

use alloc::vec::Vec;

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Names to be in `Vary`, and the line that has them all.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Vary {
    pub(crate) names: Vec<HeaderName>,
    pub(crate) line: Option<HeaderValue>,
}

impl Vary {
    /// Of the names in `line`, and of those in `reads` that are not among them.
    pub(crate) fn new(line: &'static str, reads: &[HeaderName]) -> Self {
        let mut names: Vec<HeaderName> = elements(line.as_bytes()).filter_map(name).collect();
        let known = names.len();
        for name in reads {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        let line = match names.len() == known {
            // No reference is counted where such a one is cloned.
            true => Some(HeaderValue::from_static(line)),
            false => joined(names.iter().map(HeaderName::as_str)),
        };
        Self { names, line }
    }

    /// Adds what is missing of `line`, as one line.
    #[inline]
    pub(crate) fn add(line: &HeaderValue, response: &mut HeaderMap) {
        // An entry takes longer than this and an insertion.
        let line = match response.contains_key(header::VARY) {
            true => missing(line, values(response)),
            false => Some(line.clone()),
        };
        if let Some(line) = line {
            response.append(header::VARY, line);
        }
    }
}

fn values(response: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let lines = response.get_all(header::VARY).into_iter();
    lines.map(HeaderValue::as_bytes)
}

/// The names of `line` that `lines`, those of a response's `Vary`, do not have; as one line.
pub(crate) fn missing<'l>(
    line: &HeaderValue,
    lines: impl IntoIterator<Item = &'l [u8]>,
) -> Option<HeaderValue> {
    let mut names: Vec<&[u8]> = elements(line.as_bytes()).collect();
    for element in lines.into_iter().flat_map(elements) {
        if element == b"*" {
            return None;
        }
        names.retain(|name| !name.eq_ignore_ascii_case(element));
    }
    joined(names.iter().filter_map(|name| str::from_utf8(name).ok()))
}

fn elements(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|&byte| byte == b',').map(without_whitespace)
}

/// Without the spaces and tabs around it.
fn without_whitespace(mut element: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = element {
        element = rest;
    }
    element
}

fn name(element: &[u8]) -> Option<HeaderName> {
    HeaderName::from_bytes(element).ok()
}

fn joined<'n>(names: impl Iterator<Item = &'n str>) -> Option<HeaderValue> {
    let line = names.collect::<Vec<_>>().join(", ");
    let line = Some(line).filter(|line| !line.is_empty())?;
    HeaderValue::try_from(line).ok()
}
