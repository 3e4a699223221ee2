//! Edits the lists in a preflight response.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};

use crate::{
    explain::fix::{Edit, Wildcard},
    fetching::HttpRequest,
    infrastructure::{
        bytes::{is_token, is_token_byte},
        header_list::HeaderList,
        header_values::{Abnf, extract_header_list_values},
    },
};

/// Returns an edit that replaces a malformed list with a valid list of the same names. If the malformed value has no
/// names, the edit removes the header.
pub(super) fn separated(abnf: Abnf, name: &'static str, headers: &HeaderList) -> Edit {
    let value = headers.get(abnf.header_name()).unwrap_or_default();
    let is_method_list = matches!(abnf, Abnf::AccessControlAllowMethods);
    let words = value.split(|&byte| {
        matches!(byte, b',' | b';')
            || byte.is_ascii_whitespace()
            || (byte == b'/' && is_method_list)
    });
    // Quotation marks, brackets and colons can be around a word. If another wrong character is in a word, the name is not
    // known, so the new list leaves out the word.
    let words = words.map(trimmed);
    // The new list leaves out `*`, because the edit must not allow names that the value does not list.
    let words = words.filter(|word| is_token(word) && *word != b"*");
    let words: Vec<_> = words.map(String::from_utf8_lossy).collect();
    if words.is_empty() {
        return Edit::RemoveHeader { name };
    }
    Edit::SetHeader {
        name,
        value: words.join(", "),
    }
}

/// Returns the word without the characters at its start and end that a name cannot have.
fn trimmed(word: &[u8]) -> &[u8] {
    let is_part = |byte: &u8| is_token_byte(*byte) && *byte != b'\'' || !byte.is_ascii();
    let start = word.iter().position(is_part).unwrap_or(word.len());
    let end = word.iter().rposition(is_part).map_or(start, |end| end + 1);
    word.get(start..end).unwrap_or_default()
}

/// Returns the edits that allow the missing header names. A name is missing if the preflight asks for the name, but the
/// response does not allow the name.
pub(super) fn missing_names(
    preflight: &HttpRequest,
    headers: &HeaderList,
    is_credentialed: bool,
) -> Vec<Edit> {
    let allowed = extract_header_list_values(Abnf::AccessControlAllowHeaders, headers);
    let mut allowed: Vec<String> = allowed
        .ok()
        .flatten()
        .unwrap_or_default()
        .into_iter()
        .map(|name| String::from_utf8_lossy(name).to_ascii_lowercase())
        .collect();
    allowed.sort_unstable();
    let has = |name: &str| {
        allowed
            .binary_search_by(|other| other.as_str().cmp(name))
            .is_ok()
    };
    let requested = preflight.header_list.get("access-control-request-headers");
    let requested = requested.unwrap_or_default();
    let names = requested.split(|&byte| byte == b',');
    let names: Vec<_> = names.map(String::from_utf8_lossy).collect();
    // If a page sets a header with the name `*`, the preflight asks for `*`, so the fix grants `*`. Without
    // credentials, the granted `*` is a wildcard, so the fix does not need other names, except `authorization`.
    let asks_for_wildcard = names.iter().any(|name| name == "*");
    let is_wildcard = !is_credentialed && (has("*") || asks_for_wildcard);
    let wildcard = if is_credentialed && !asks_for_wildcard {
        Wildcard::Remove
    } else {
        Wildcard::Keep
    };
    let is_missing =
        |name: &str| !has(name) && (!is_wildcard || matches!(name, "*" | "authorization"));
    let missing = names.iter().filter(|name| is_missing(name));
    missing
        .map(|name| Edit::AddElement {
            name: "access-control-allow-headers",
            element: name.to_string(),
            wildcard,
        })
        .collect()
}
