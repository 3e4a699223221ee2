//! Turns the edits of a fix into a list of changed answers, with the old and the new status and headers.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    fix::{ChangedAnswer, ChangedHeader, ChangedStatus, Edit},
    header_name::capitalized,
    repair::RunExchange,
    shown::shown,
    vary::varies_by_origin,
};
use crate::infrastructure::{header::HeaderValue, response::Response};

pub(super) fn changed_answers(exchanges: &[RunExchange]) -> Vec<ChangedAnswer> {
    let edited = exchanges
        .iter()
        .enumerate()
        .filter(|(_, exchange)| !exchange.edits.is_empty());
    edited
        .filter_map(|(position, exchange)| changed_answer(position, exchange))
        .collect()
}

fn changed_answer(position: usize, exchange: &RunExchange) -> Option<ChangedAnswer> {
    let after = exchange.edited().ok()?;
    let before = exchange.answer.as_ref().ok();
    let before_status = before.map(|response| response.status);
    let mut names: Vec<&'static str> = Vec::new();
    for name in exchange.edits.iter().filter_map(header_name) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let headers = names
        .into_iter()
        .map(|name| changed_header(name, misspelled_name(exchange, name), before, &after));
    Some(ChangedAnswer {
        exchange: position,
        status: (before_status != Some(after.status)).then(|| ChangedStatus {
            before: before_status.map(|status| status.as_u16()),
            after: after.status.as_u16(),
        }),
        headers: headers.collect(),
        vary: (names_origin(exchange, &after) && !varies_by_origin(&after)).then_some("Origin"),
        edits: exchange.edits.clone(),
    })
}

/// Returns the old and the new lines of a header. `misspelled` is the misspelled name of the header in the old answer.
fn changed_header(
    name: &'static str,
    misspelled: Option<&str>,
    before: Option<&Response>,
    after: &Response,
) -> ChangedHeader {
    let old = before.map_or_else(Vec::new, |before| {
        values(before, misspelled.unwrap_or(name)).collect()
    });
    let mut new: Vec<&[u8]> = values(after, name).collect();
    // The number of the new lines with each value that are not an old line.
    let mut added: BTreeMap<&[u8], usize> = BTreeMap::new();
    for value in &new {
        *added.entry(value).or_default() += 1;
    }
    let mut take = |value: &[u8]| {
        let count = added.get_mut(value).filter(|count| **count > 0);
        count.map(|count| *count -= 1).is_some()
    };
    let (stay, removed): (Vec<&[u8]>, Vec<&[u8]>) = old
        .into_iter()
        .partition(|value| misspelled.is_none() && take(value));
    new.retain(|value| take(value));
    // Two edits can change two lines of one list. A browser joins the lines, so one line with all elements is equal.
    let joined = new.iter().filter(|value| !value.is_empty()).copied();
    let joined = joined.collect::<Vec<_>>().join(b", ".as_slice());
    let shown_all = |values: Vec<&[u8]>| values.into_iter().map(shown).collect();
    ChangedHeader {
        name: capitalized(name),
        renamed_from: misspelled.map(|misspelled| capitalized(&shown(misspelled))),
        kept: shown_all(stay),
        before: shown_all(removed),
        after: (!new.is_empty()).then(|| shown(joined)),
    }
}

/// Whether an edit sets `Access-Control-Allow-Origin` to the origin of the page, in a response that caches can store.
/// Responses to OPTIONS are not cacheable (RFC 9110 §9.3.7).
fn names_origin(exchange: &RunExchange, after: &Response) -> bool {
    const ALLOW_ORIGIN: &str = "access-control-allow-origin";
    let mut edits = exchange.edits.iter();
    let value = after.header_list.get(ALLOW_ORIGIN).unwrap_or_default();
    !exchange.request.is_preflight()
        && edits.any(|edit| header_name(edit) == Some(ALLOW_ORIGIN))
        && *value != *b"*"
        && *value != *b"null"
}

/// Returns the misspelled name of the header. `None` if no edit renames the header.
fn misspelled_name<'e>(exchange: &'e RunExchange, name: &str) -> Option<&'e str> {
    let mut edits = exchange.edits.iter();
    edits.find_map(|edit| match edit {
        Edit::RenameHeader { from, to } if *to == name => Some(&**from),
        _ => None,
    })
}

const fn header_name(edit: &Edit) -> Option<&'static str> {
    match edit {
        Edit::SetHeader { name, .. }
        | Edit::ReplaceLines { name, .. }
        | Edit::RemoveHeader { name }
        | Edit::RenameHeader { to: name, .. }
        | Edit::AddElement { name, .. } => Some(*name),
        Edit::Answer | Edit::SetStatus { .. } => None,
    }
}

fn values<'r>(response: &'r Response, name: &str) -> impl Iterator<Item = &'r [u8]> {
    let values = response.header_list.values(name);
    values.map(HeaderValue::as_bytes)
}
