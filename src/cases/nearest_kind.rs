//! Suggests a name for a misspelled member of a line, if the kind of the line is unknown.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use serde::de::IgnoredAny;

use super::{
    LineError,
    case_text::{CaseText, FetchText},
    object::{declared_names, is_free, unknown_member},
    question::Arguments,
};
use crate::nearest_name::nearest_name;

/// Returns the error for a line whose members do not show the kind of the line. For a misspelled member, the error
/// suggests the nearest name among the members of all kinds of lines. If there is no similar name, returns `error`.
/// `of_vectors` has the names of the members of a vector.
#[cold]
pub(super) fn nearest_kind(json: &str, error: LineError, of_vectors: &[&'static str]) -> LineError {
    const SHOW_KIND: [&str; 4] = ["case", "fn", "fetches", "server"];
    if !error.is_unknown_member() {
        return error;
    }
    let Ok(given) = serde_json::from_str::<BTreeMap<String, IgnoredAny>>(json) else {
        return error;
    };
    if SHOW_KIND.iter().any(|name| given.contains_key(*name)) {
        return error;
    }
    let (of_questions, of_cases): (&[_], &[_]) = (
        declared_names::<Arguments<'_>>(),
        declared_names::<CaseText<'_>>(),
    );
    let names = [of_vectors, of_questions, of_cases].concat();
    let absent: Vec<_> = names
        .iter()
        .copied()
        .filter(|name| !given.contains_key(*name))
        .collect();
    let unknown = given
        .keys()
        .filter(|name| !is_free(name) && !names.contains(&&***name));
    let near = unknown.filter_map(|name| Some((name, nearest_name(name, &absent)?)));
    let near: Vec<_> = near.collect();
    if near.is_empty() {
        return misplaced(&given, error);
    }
    let shows_kind = near.iter().find(|(_, nearest)| SHOW_KIND.contains(nearest));
    match shows_kind.or(near.first()) {
        Some((name, _)) => LineError::new(&***name, unknown_member(name, &absent, &absent)),
        None => error,
    }
}

/// Returns the error for a line whose members belong to a fetch or to a question, for example
/// `{"origin": "https://a.example"}`. Any other line has the error `error`.
fn misplaced(given: &BTreeMap<String, IgnoredAny>, error: LineError) -> LineError {
    const COMMON: [&str; 2] = ["id", "source"];
    let are_all_in = |names: &[&str]| {
        let mut given = given.keys().filter(|name| !is_free(name));
        given.all(|name| names.contains(&&**name) || COMMON.contains(&&**name))
    };
    let reason = if are_all_in(declared_names::<FetchText<'_>>()) {
        "this is a member of a fetch: write the fetch into `fetches`, as in `{\"id\": \"a\", \"fetches\": [{\"origin\": \"https://app.example\", \"url\": \"https://api.example/r\"}], \"server\": []}`"
    } else if are_all_in(declared_names::<Arguments<'_>>()) {
        "this is a member of a question, and a question needs `fn`: add `fn`, the name of the function"
    } else {
        return error;
    };
    LineError::new(error.path(), reason)
}
