//! An explanation as JSON: the values of requests and responses as data, and the commands of the text.

use alloc::{string::String, vec::Vec};

use serde::{Serialize, Serializer};

use super::{Explanation, RequestDoubt};
use crate::infrastructure::{bytes::isomorphic_decode, escaped::unescaped};

/// Returns the value that the explanation escaped. Each character of the returned text is a byte of the value, as in
/// the other formats of this crate.
fn value(shown: &str) -> String {
    unescaped(shown).map_or_else(|| shown.into(), |bytes| isomorphic_decode(&bytes))
}

pub(super) fn text<S: Serializer>(shown: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&value(shown))
}

pub(super) fn optional<S: Serializer>(
    shown: &Option<String>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    shown.as_deref().map(value).serialize(serializer)
}

pub(super) fn list<S: Serializer>(shown: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(shown.iter().map(|shown| value(shown)))
}

pub(super) fn headers<S: Serializer>(
    shown: &[(String, String)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let pairs = shown.iter().map(|(name, line)| (value(name), value(line)));
    serializer.collect_seq(pairs)
}

/// The commands of the text, with their notes.
#[derive(Serialize)]
struct Commands {
    next: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    next_notes: Vec<String>,
}

#[derive(Serialize)]
struct Doubt<'e> {
    #[serde(flatten)]
    doubt: &'e RequestDoubt,
    #[serde(flatten)]
    commands: Commands,
}

#[derive(Serialize)]
struct WithCommands<'e> {
    #[serde(flatten, serialize_with = "Explanation::serialize")]
    explanation: &'e Explanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_doubt: Option<Doubt<'e>>,
    #[serde(flatten)]
    commands: Commands,
}

/// The members are the fields, and the commands of the text.
impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let doubt = self.request_doubt.as_ref().map(|doubt| Doubt {
            doubt,
            commands: Commands {
                next: self.doubt_commands(),
                next_notes: self.doubt_command_notes(),
            },
        });
        let with_commands = WithCommands {
            explanation: self,
            request_doubt: doubt,
            commands: Commands {
                next: self.commands(),
                next_notes: self.command_notes(),
            },
        };
        with_commands.serialize(serializer)
    }
}
