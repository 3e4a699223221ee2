//! Lists of names, and header lines.

use std::collections::BTreeSet;

use super::Headers;

/// Removes at most one space or tab from each side.
pub fn without_one_space(element: &[u8]) -> &[u8] {
    let element = match element {
        [b' ' | b'\t', rest @ ..] => rest,
        element => element,
    };
    match element {
        [rest @ .., b' ' | b'\t'] => rest,
        element => element,
    }
}

pub fn lines(headers: &Headers, name: &str) -> Vec<Vec<u8>> {
    let of_name = headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case(name));
    of_name.map(|(_, value)| value.clone()).collect()
}

pub fn lower(names: &[String]) -> Vec<String> {
    names.iter().map(|name| name.to_ascii_lowercase()).collect()
}

/// Returns the sorted names without duplicates, joined.
pub fn sorted(names: &[String], in_lower_case: bool) -> Vec<u8> {
    let names = if in_lower_case {
        lower(names)
    } else {
        names.to_vec()
    };
    let names: BTreeSet<_> = names.into_iter().collect();
    names.into_iter().collect::<Vec<_>>().join(",").into_bytes()
}

pub fn is_token(bytes: &[u8]) -> bool {
    let is_token_byte = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    !bytes.is_empty() && bytes.iter().all(is_token_byte)
}
