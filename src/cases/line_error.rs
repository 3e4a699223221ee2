//! The errors of lines. An error has a reason, and the path of the member with the error.

use alloc::{
    borrow::Cow,
    collections::BTreeMap,
    format,
    string::{String, ToString},
    vec::Vec,
};

use serde::{Deserialize, de::IgnoredAny};
use serde_json::{Deserializer, value::RawValue};
use serde_path_to_error::{Path, Segment};

use super::{
    conflicts::can_be_added,
    object::{Object, OpenObject, UNKNOWN_MEMBER, listed_names, unknown_member},
};
use crate::json_error::{describe, describe_member};

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

    /// Whether the error is about a member with an unknown name.
    pub(super) fn is_unknown_member(&self) -> bool {
        self.reason.starts_with(UNKNOWN_MEMBER)
    }

    /// Returns the path of the member with the error, such as `fetches[0].origin`. If the error is about the whole
    /// line, the path is empty.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the reason of the error, without the path of the member.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// Parses a JSON object, and refuses unknown members. After an error, parses the object again to find the path of the
/// error.
pub(super) fn from_json<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, LineError> {
    parse(json).map(|Object(value)| value)
}

/// Parses a JSON object in the same way as [`from_json`], but ignores unknown members.
pub(super) fn from_open_json<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, LineError> {
    parse(json).map(|OpenObject(value)| value)
}

fn parse<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, LineError> {
    serde_json::from_str(json).map_err(|error| {
        explain::<T>(json).unwrap_or_else(|| {
            // The text after an unknown member can have an error in its JSON syntax. The syntax error is then more
            // useful than `error`, which names the unknown member.
            let not_json = serde_json::from_str::<IgnoredAny>(json).err();
            LineError::new("", describe(&not_json.unwrap_or(error), json))
        })
    })
}

/// Returns the error for a member; `None` if the text is not JSON.
#[cold]
fn explain<'a, T: Deserialize<'a>>(json: &'a str) -> Option<LineError> {
    let mut deserializer = Deserializer::from_str(json);
    let error = serde_path_to_error::deserialize::<_, T>(&mut deserializer).err()?;
    let reason = describe_member(error.inner())?;
    let reason = if reason.starts_with(UNKNOWN_MEMBER) {
        // The parser has not read the text after the unknown member. If this text is not JSON, the function returns
        // `None`.
        serde_json::from_str::<IgnoredAny>(json).ok()?;
        with_nearest(&reason, json, error.path()).unwrap_or(reason)
    } else {
        reason
    };
    let path = error.path().to_string();
    // `.` is the whole line, and `?` is a member whose name could not be read.
    let path = match &*path {
        "." | "?" => "",
        path => path.strip_suffix(".?").unwrap_or(path),
    };
    Some(LineError::new(path, reason))
}

/// Returns the error for an unknown member. The error suggests the nearest member that can be added to the object.
fn with_nearest(reason: &str, json: &str, path: &Path) -> Option<String> {
    let mut segments: Vec<&Segment> = path.iter().collect();
    let Some(Segment::Map { key: given }) = segments.pop() else {
        return None;
    };
    let mut object = json;
    for segment in segments {
        let value = match segment {
            Segment::Map { key } => members(object)?.remove(&**key)?,
            Segment::Seq { index } => {
                let entries = serde_json::from_str::<Vec<&RawValue>>(object).ok()?;
                entries.get(*index).copied()?
            }
            Segment::Enum { .. } | Segment::Unknown => return None,
        };
        object = value.get();
    }
    let present = members(object)?;
    let names = listed_names(reason);
    let names = names.into_iter();
    let possible: Vec<&str> = names.filter(|name| can_be_added(name, &present)).collect();
    Some(unknown_member(given, &possible, &possible))
}

fn members(object: &str) -> Option<BTreeMap<Cow<'_, str>, &RawValue>> {
    serde_json::from_str(object).ok()
}

#[derive(Deserialize)]
struct WithId<'a> {
    #[serde(borrow)]
    id: Option<Cow<'a, str>>,
}

/// Returns the id of a line that cannot be parsed, if the line has an id. The id of a vector is the id of its case.
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

/// Returns the id of a line that is not a vector.
pub(super) fn own_id(json: &str) -> Option<String> {
    let OpenObject(line) = serde_json::from_str::<OpenObject<WithId<'_>>>(json).ok()?;
    line.id.map(Cow::into_owned)
}
