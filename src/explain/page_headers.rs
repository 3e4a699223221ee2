//! The headers that a script sets: the header that makes the call throw, and the headers that the browser drops.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{asked::Asked, shown::shown_name};
use crate::infrastructure::{
    bytes::is_token,
    request::{Mode, Request},
};

/// The maximum number of names in a note.
const MAX_NAMES: usize = 10;

/// The mistake in a header or in the method that makes the call throw.
pub(super) struct CallMistake {
    /// The mistake in words.
    pub(super) sentence: String,
    /// The correction of the page.
    pub(super) advice: String,
}

/// Returns the mistake in a header that makes the call throw. `None` if the header is valid.
pub(super) fn mistake(name: &str, value: &str) -> Option<CallMistake> {
    wrong_name(name).or_else(|| wrong_value(name, value))
}

fn wrong_name(name: &str) -> Option<CallMistake> {
    if name.is_empty() {
        return Some(CallMistake {
            sentence: "a header name is empty".into(),
            advice: "remove the header without a name, or give it a name".into(),
        });
    }
    let (wrong, name) = (wrong_character(name)?, shown_name(name));
    Some(CallMistake {
        sentence: format!(
            "the header name `{name}` has the character {wrong}, which a name cannot have"
        ),
        advice: format!("remove {wrong} from the header name `{name}`"),
    })
}

/// Returns the mistake in a method. `None` if the method has only characters that a method can have.
pub(super) fn wrong_method(method: &str) -> Option<CallMistake> {
    let (wrong, method) = (wrong_character(method)?, shown_name(method));
    Some(CallMistake {
        sentence: format!(
            "the method `{method}` has the character {wrong}, which a method cannot have"
        ),
        advice: format!("remove {wrong} from the method `{method}`"),
    })
}

/// Returns the first character that neither a header name nor a method can have.
fn wrong_character(name: &str) -> Option<String> {
    let is_wrong = |c: &char| !is_token(c.encode_utf8(&mut [0; 4]).as_bytes());
    name.chars().find(is_wrong).map(shown_character)
}

fn wrong_value(name: &str, value: &str) -> Option<CallMistake> {
    let value = value.trim_matches(['\t', '\n', '\r', ' ']);
    let is_wrong = |c: &char| matches!(c, '\0' | '\r' | '\n') || u32::from(*c) > 0xFF;
    let wrong = shown_character(value.chars().find(is_wrong)?);
    let name = shown_name(name);
    Some(CallMistake {
        sentence: format!(
            "the value of the header `{name}` has the character {wrong}, which a value cannot have"
        ),
        advice: format!(
            "remove {wrong} from the value of the header `{name}`, or encode the value, for example with `encodeURIComponent`"
        ),
    })
}

/// Returns the character in a sentence. A character that is not visible ASCII is shown as its code point.
fn shown_character(c: char) -> String {
    match c {
        '`' => "U+0060".into(),
        ' ' => "U+0020 (a space)".into(),
        '!'..='~' => format!("`{c}`"),
        _ => format!("U+{:04X}", u32::from(c)),
    }
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
