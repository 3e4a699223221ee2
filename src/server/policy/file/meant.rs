//! Suggestions for values of a wrong type. For example, the suggestion for the string `"yes"` is the boolean `true`.

use alloc::{string::String, vec::Vec};

use crate::infrastructure::{bytes::is_token, method::normalize};
use crate::server::policy::{error::origin::valid_form, pairs::NONE, raw_value::RawValue};

/// Returns the value that the author probably meant. The author wrote `string` where a list is expected. The string is a word such as
/// `any`, a JSON list, or entries with commas, semicolons or white space between them. Returns `None` if the string has
/// no entry, or if an origin or a header name in the string is malformed.
pub(super) fn meant_list(member: &str, string: &str) -> Option<RawValue> {
    let text = string.trim();
    match &*text.to_ascii_lowercase() {
        "*" | "any" | "all" => return Some(RawValue::String("*".into())),
        NONE if member == "origins" => return Some(RawValue::String(NONE.into())),
        NONE => return Some(RawValue::List(Vec::new())),
        // These words are valid entries: `null` is an origin, and `true` and `false` are tokens. But an author who
        // writes such a word for a whole list probably did not mean an entry.
        "null" | "true" | "false" => return None,
        _ => {}
    }
    let list = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    let is_separator = |c: char| matches!(c, ',' | ';') || c.is_whitespace();
    let entries = list.unwrap_or(text).split(is_separator);
    let entries = entries.map(|entry| match list {
        Some(_) => entry.trim_matches(['"', '\'']),
        None => entry,
    });
    let valid = entries
        .filter(|entry| !entry.is_empty())
        .map(|entry| match member {
            "origins" => valid_form(entry),
            "methods" => String::from_utf8(normalize(entry.as_bytes()).to_vec()).ok(),
            _ => is_token(entry.as_bytes()).then(|| String::from(entry)),
        });
    let entries: Option<Vec<_>> = valid.map(|entry| entry.map(RawValue::String)).collect();
    let entries = entries.filter(|entries| !entries.is_empty());
    entries.map(RawValue::List)
}

/// Returns the boolean that the author of `value` probably meant.
pub(super) fn meant_flag(value: &RawValue) -> Option<bool> {
    match value {
        RawValue::String(word) => match &*word.trim().to_ascii_lowercase() {
            "true" | "yes" | "on" | "1" | "include" => Some(true),
            "false" | "no" | "off" | "0" | "omit" => Some(false),
            _ => None,
        },
        RawValue::Number(number) if number == "1" => Some(true),
        RawValue::Number(number) if number == "0" => Some(false),
        RawValue::Bool(flag) => Some(*flag),
        RawValue::List(list) => match &**list {
            [only] => meant_flag(only),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the whole number that the author of `value` probably meant.
pub(super) fn meant_integer(value: &RawValue) -> Option<u32> {
    let text = match value {
        RawValue::String(text) => text.trim(),
        RawValue::Number(number) => match number.split_once('.') {
            Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole,
            Some(_) => return None,
            None => number,
        },
        RawValue::List(list) => match &**list {
            [only] => return meant_integer(only),
            _ => return None,
        },
        _ => return None,
    };
    text.parse().ok()
}
