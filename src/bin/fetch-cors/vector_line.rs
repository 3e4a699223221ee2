//! The id, the family and the error of a line that can be a vector.

use std::borrow::Cow;

use fetch_cors::cases::{Answer, answer, family};
use serde::Deserialize;

use crate::input::{Content, Line, too_long};

/// Returns the id and the error that `run` prints for a line. The error is empty if the line is not malformed.
pub(crate) fn answered_error(bytes: &[u8], number: u64) -> (Option<String>, String) {
    match answer(bytes, number) {
        Answer::Outcome(outcome) => (Some(outcome.id.into_owned()), String::new()),
        Answer::InEngine(outcome) => (Some(outcome.id.into_owned()), String::new()),
        Answer::InAll(outcomes) => (Some(outcomes.spec.id.into_owned()), String::new()),
        Answer::Question(question) => (Some(question.id.into_owned()), String::new()),
        Answer::Malformed { id, malformed, .. } => (id, malformed),
    }
}

/// Returns the id and the error of a malformed line. The id is `None` if the id is not readable.
pub(crate) fn malformed_line(line: &Line<'_>, reason: Option<String>) -> (Option<String>, String) {
    let Content::Bytes(bytes) = line.content else {
        return (None, too_long());
    };
    let (id, answered) = answered_error(bytes, line.number);
    (id, reason.unwrap_or(answered))
}

/// The family of a line without an id.
pub(crate) const NO_ID: &str = "(no id)";

/// Returns the family of a vector. The family of a question is its function. The family of a case is its id without the
/// last number.
pub(crate) fn family_of(id: Option<&str>, json: Option<&str>) -> String {
    let function = json.and_then(function);
    function.unwrap_or_else(|| id.map_or(NO_ID, family).to_owned())
}

/// Returns the function that a question asks about. `None` for a case.
pub(crate) fn function(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Function<'a> {
        #[serde(rename = "fn", borrow)]
        function: Option<Cow<'a, str>>,
    }
    // Most vectors are cases, which do not have the member `fn`. A search for the name is faster than the parser, so
    // the parser reads only lines with `"fn"` or `\u00`. A line with `\u00` can write the name `fn` with escape
    // sequences.
    if !json.contains("\"fn\"") && !json.contains("\\u00") {
        return None;
    }
    let Function { function } = serde_json::from_str(json).ok()?;
    function.map(Cow::into_owned)
}
