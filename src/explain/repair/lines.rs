//! Edits of some of the header lines with the same name. The other lines are right, so they stay.

use alloc::{string::String, vec::Vec};

use crate::{
    explain::fix::Edit,
    infrastructure::{header::HeaderValue, header_list::HeaderList},
};

/// Returns the edit that keeps the first header line with this value, and removes the other lines with this name. `None` if
/// the header does not have several lines, or if no line has this value.
pub(super) fn keep_only(name: &'static str, value: &[u8], headers: &HeaderList) -> Option<Edit> {
    let kept = headers.values(name).position(|line| *line == *value)?;
    keep_line(name, kept, headers)
}

/// Returns the edit that removes all header lines with this name except the line at a position. `None` if the header does
/// not have several lines.
pub(super) fn keep_line(name: &'static str, kept: usize, headers: &HeaderList) -> Option<Edit> {
    let count = headers.values(name).count();
    let lines: Vec<usize> = (0..count).filter(|position| *position != kept).collect();
    (!lines.is_empty()).then_some(Edit::ReplaceLines {
        name,
        lines,
        value: None,
    })
}

/// Returns the edit that sends one line with the value in place of the lines at these positions. If these are all lines with
/// this name, the edit sets or removes the whole header.
pub(super) fn replace(
    name: &'static str,
    lines: Vec<usize>,
    value: Option<String>,
    headers: &HeaderList,
) -> Edit {
    if lines.len() < headers.values(name).count() {
        return Edit::ReplaceLines { name, lines, value };
    }
    match value {
        Some(value) => Edit::SetHeader { name, value },
        None => Edit::RemoveHeader { name },
    }
}

/// Removes the header lines with this name at these positions, which are in ascending order. Sends `value` in place of the
/// first removed line.
pub(super) fn replace_lines(
    headers: &mut HeaderList,
    name: &str,
    lines: &[usize],
    value: Option<HeaderValue>,
) {
    let mut removed = lines.iter().copied().peekable();
    let mut value = value;
    let mut positions = 0..;
    let mut edited = HeaderList::with_capacity(headers.len());
    for (other, line) in headers.iter() {
        let position = if other == name {
            positions.next()
        } else {
            None
        };
        let is_removed = position.is_some_and(|position| removed.next_if_eq(&position).is_some());
        if !is_removed {
            edited.append(other.clone(), line.clone());
        } else if let Some(value) = value.take() {
            edited.append(other.clone(), value);
        }
    }
    *headers = edited;
}
