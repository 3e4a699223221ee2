//! Applies edits to an answer.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    vec::Vec,
};

use http::StatusCode;

use super::lines::replace_lines;
use crate::{
    explain::fix::{Edit, Wildcard},
    fetching::ConnectionError,
    infrastructure::{
        bytes::{is_http_tab_or_space, strip},
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        response::Response,
    },
};

/// Returns the answer that is assumed if the real answer is not known, or if the connection failed.
pub(super) const fn assumed() -> Response {
    Response::new(StatusCode::OK, HeaderList::new())
}

impl Edit {
    /// Applies the edit to an answer. If the connection failed, only [`Edit::Answer`] has an effect.
    pub fn apply(&self, answer: &mut Result<Response, ConnectionError>) {
        let Ok(response) = answer else {
            if *self == Self::Answer {
                *answer = Ok(assumed());
            }
            return;
        };
        match self {
            Self::Answer => {}
            Self::SetStatus { status } => response.status = *status,
            Self::SetHeader { name, value } => {
                set(&mut response.header_list, name, value.as_bytes());
            }
            Self::RemoveHeader { name } => response.header_list.delete(name),
            Self::ReplaceLines { name, lines, value } => {
                let value = value
                    .as_ref()
                    .map(|value| HeaderValue::received(value.as_bytes()));
                // A value with NUL, CR or LF cannot be sent, so an edit with this value has no effect.
                if let Ok(value) = value.transpose() {
                    replace_lines(&mut response.header_list, name, lines, value);
                }
            }
            Self::RenameHeader { from, to } => {
                if let Some(value) = response.header_list.get(from) {
                    // A tab has the meaning of a space in a list. A printed tab cannot be copied as one character.
                    let value: Vec<u8> = value
                        .iter()
                        .map(|byte| match byte {
                            b'\t' => b' ',
                            other => *other,
                        })
                        .collect();
                    response.header_list.delete(from);
                    set(&mut response.header_list, to, &value);
                }
            }
            Self::AddElement {
                name,
                element,
                in_place_of,
                wildcard,
            } => add_elements(
                response,
                name,
                *wildcard,
                &[(element, in_place_of.as_deref())],
            ),
        }
    }
}

/// Applies edits in order. Consecutive edits that add elements to the same list run as one step. This saves time if a
/// page requests many header names.
pub(super) fn apply_all(edits: &[Edit], answer: &mut Result<Response, ConnectionError>) {
    let mut rest = edits.iter().peekable();
    while let Some(edit) = rest.next() {
        match (edit, &mut *answer) {
            (
                Edit::AddElement {
                    name,
                    element,
                    in_place_of,
                    wildcard,
                },
                Ok(response),
            ) => {
                let mut elements = Vec::from([(element.as_str(), in_place_of.as_deref())]);
                while let Some(Edit::AddElement { element, in_place_of, .. }) = rest.next_if(|next| {
                    matches!(next, Edit::AddElement { name: other, wildcard: same, .. } if other == name && same == wildcard)
                }) {
                    elements.push((element, in_place_of.as_deref()));
                }
                add_elements(response, name, *wildcard, &elements);
            }
            (edit, answer) => edit.apply(answer),
        }
    }
}

/// Adds elements to a list. Each new element comes with the old element that it replaces, or with `None`. The header lines
/// that have an element to remove or to replace become one line. If there is no such line, the last line changes.
fn add_elements(
    response: &mut Response,
    name: &'static str,
    wildcard: Wildcard,
    added: &[(&str, Option<&str>)],
) {
    let replaced = added
        .iter()
        .filter_map(|(element, old)| Some(((*old)?.as_bytes(), *element)));
    let mut unused: BTreeMap<&[u8], &str> = replaced.collect();
    let is_removed = |element: &[u8]| wildcard == Wildcard::Remove && element == b"*";
    let headers = &mut response.header_list;
    let lines = headers.values(name).map(HeaderValue::as_bytes).enumerate();
    let mut changed: Vec<(usize, &[u8])> = lines.collect();
    let last = changed.last().copied();
    changed.retain(|(_, line)| {
        elements(line).any(|element| is_removed(element) || unused.contains_key(element))
    });
    if changed.is_empty() {
        changed.extend(last);
    }
    let (positions, lines): (Vec<usize>, Vec<&[u8]>) = changed.into_iter().unzip();
    let kept = lines.into_iter().flat_map(elements);
    let kept = kept.filter(|element| !is_removed(element));
    let mut all: Vec<&[u8]> = Vec::new();
    let mut in_place = BTreeSet::new();
    for element in kept {
        match unused.remove(element) {
            Some(new) => {
                in_place.insert(new);
                all.push(new.as_bytes());
            }
            None => all.push(element),
        }
    }
    let added = added.iter().map(|(element, _)| *element);
    let last = added.filter(|element| !in_place.contains(element));
    all.extend(last.map(str::as_bytes));
    let value = all.join(b", ".as_slice());
    if positions.is_empty() {
        set(headers, name, &value);
    } else if let Ok(value) = HeaderValue::received(&value) {
        replace_lines(headers, name, &positions, Some(value));
    }
}

/// Returns the elements of a list that are not empty.
fn elements(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    let elements = list.split(|&byte| byte == b',');
    let elements = elements.map(|element| strip(element, is_http_tab_or_space));
    elements.filter(|element| !element.is_empty())
}

fn set(headers: &mut HeaderList, name: &'static str, value: &[u8]) {
    // A value with NUL, CR or LF cannot be sent, so an edit with this value has no effect.
    if let Ok(value) = HeaderValue::received(value) {
        headers.set(HeaderName::from_static(name), value);
    }
}
