//! The error of a line, with the path of the member.

use alloc::{
    borrow::Cow,
    format,
    string::{String, ToString},
};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Deserializer;

use super::object::{Object, OpenObject, UNKNOWN_MEMBER};

/// An error in a line: the path of a member, and the reason.
///
/// ```
/// use fetch_cors::cases::Case;
///
/// let error = Case::parse(r#"{"id": "a", "fetches": [], "server": []}"#).unwrap_err();
/// assert_eq!(error.to_string(), "fetches: the list is empty: add a fetch");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{reason}", .path, if .path.is_empty() { "" } else { ": " })]
pub struct LineError {
    path: String,
    reason: String,
}

impl LineError {
    pub(super) fn new(path: impl Into<String>, reason: impl ToString) -> Self {
        Self {
            path: path.into(),
            reason: reason.to_string(),
        }
    }

    /// Prepends the member `outer` to the path.
    pub(super) fn within(self, outer: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') {
            ""
        } else {
            "."
        };
        Self {
            path: format!("{outer}{dot}{}", self.path),
            reason: self.reason,
        }
    }

    /// Whether the line has a member that it cannot have.
    pub(super) fn is_unknown_member(&self) -> bool {
        self.reason.starts_with(UNKNOWN_MEMBER)
    }

    /// The path of the member, such as `fetches[0].origin`; empty for the whole line.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The error of the member.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Parses a JSON object whose members are all known. If that fails, parses it again to find the path of the
/// error.
pub(super) fn from_json<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, LineError> {
    parse(json).map(|Object(value)| value)
}

/// Parses a JSON object like [`from_json`], and ignores unknown members.
pub(super) fn from_open_json<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, LineError> {
    parse(json).map(|OpenObject(value)| value)
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, LineError> {
    serde_json::from_str(json)
        .map_err(|error| explain::<T>(json).unwrap_or_else(|| LineError::new("", error)))
}

#[cold]
fn explain<'a, T: Deserialize<'a>>(json: &'a str) -> Option<LineError> {
    let mut deserializer = Deserializer::from_str(json);
    let error = serde_path_to_error::deserialize::<_, T>(&mut deserializer).err()?;
    let path = error.path().to_string();
    // `.` is the whole line, and `?` is a member whose name could not be read.
    let path = match &*path {
        "." | "?" => "",
        path => path.strip_suffix(".?").unwrap_or(path),
    };
    let reason = error.inner().to_string();
    if reason.starts_with(UNKNOWN_MEMBER) {
        // The path has the name, so the position in the line does not help.
        let (line, column) = (error.inner().line(), error.inner().column());
        let position = format!(" at line {line} column {column}");
        let reason = reason.strip_suffix(&*position).unwrap_or(&reason);
        return Some(LineError::new(path, reason));
    }
    Some(LineError::new(path, reason))
}

#[derive(Deserialize)]
struct WithId<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
}

/// The id of a line that does not parse, if the line has an id. For a vector, this is the id of its
/// case.
pub(super) fn readable_id(json: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct WithCase<'a> {
        #[serde(borrow)]
        case: OpenObject<WithId<'a>>,
    }
    serde_json::from_str::<IgnoredAny>(json).ok()?;
    let of_case = serde_json::from_str::<OpenObject<WithCase<'_>>>(json)
        .ok()
        .and_then(|OpenObject(vector)| vector.case.0.id);
    of_case.map(Cow::into_owned).or_else(|| own_id(json))
}

/// The id of a line that is not a vector.
pub(super) fn own_id(json: &str) -> Option<String> {
    let OpenObject(line) = serde_json::from_str::<OpenObject<WithId<'_>>>(json).ok()?;
    line.id.map(Cow::into_owned)
}
