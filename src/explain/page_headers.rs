//! The headers that a script sets: the header that makes the call throw, and the headers that the browser drops.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{
    asked::Asked,
    refusal::{NearMiss, NearMissKind as Kind},
    shown::shown_name,
};
use crate::infrastructure::{
    bytes::is_token,
    request::{Mode, Request},
};

/// The maximum number of names in a note.
const MAX_NAMES: usize = 10;

/// Returns the known mistake of a header that makes the call throw. `None` if the header is valid.
pub(super) fn mistake(name: &str, value: &str) -> Option<NearMiss> {
    wrong_name(name).or_else(|| wrong_value(name, value))
}

fn wrong_name(name: &str) -> Option<NearMiss> {
    let sentence = if name.is_empty() {
        String::from("a header name is empty: remove the header, or give it a name")
    } else {
        let is_wrong = |c: &char| !is_token(c.encode_utf8(&mut [0; 4]).as_bytes());
        let wrong = name.chars().find(is_wrong)?;
        format!(
            "the header name `{}` has the character {}, which a name cannot have: remove the character",
            shown_name(name),
            code_point(wrong)
        )
    };
    Some(NearMiss::new(Kind::ExtraCharacter, sentence))
}

fn wrong_value(name: &str, value: &str) -> Option<NearMiss> {
    let value = value.trim_matches(['\t', '\n', '\r', ' ']);
    let is_wrong = |c: &char| matches!(c, '\0' | '\r' | '\n') || u32::from(*c) > 0xFF;
    let wrong = value.chars().find(is_wrong)?;
    let sentence = format!(
        "the value of the header `{}` has the character {}, which a value cannot have: remove the character, or encode the value, for example with `encodeURIComponent`",
        shown_name(name),
        code_point(wrong)
    );
    Some(NearMiss::new(Kind::InvisibleCharacter, sentence))
}

fn code_point(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

/// Returns a note about the headers that the script sets and the browser drops. `None` if the browser drops no header.
pub(super) fn note_of_dropped(asked: &Asked, request: &Request) -> Option<String> {
    let sent = request.header_list.iter();
    let sent: BTreeSet<&str> = sent.map(|(name, _)| name.as_str()).collect();
    let dropped = asked.headers.iter().map(|(name, _)| name);
    let dropped = dropped.filter(|name| !sent.contains(&*name.to_ascii_lowercase()));
    let mut names: Vec<String> = Vec::new();
    for name in dropped {
        let name = format!("`{}`", shown_name(name));
        if names.len() < MAX_NAMES && !names.contains(&name) {
            names.push(name);
        }
    }
    let reason = if request.mode == Mode::NoCors {
        "in the mode `no-cors`, a script can set only some headers"
    } else if names.len() == 1 {
        "a script cannot set this header"
    } else {
        "a script cannot set these headers"
    };
    (!names.is_empty()).then(|| format!("the browser does not send {}: {reason}", names.join(", ")))
}
