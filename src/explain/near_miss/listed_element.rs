//! Finds the element of a list that is probably the misspelled name of a method or of a header.

use alloc::{string::String, vec::Vec};

use crate::nearest_name::nearest_spelling;

/// The maximum number of elements that are compared with a name.
pub(super) const MAX_COMPARED_ELEMENTS: usize = 100;

/// The minimum length of header names that are compared. A short name is similar to too many other names.
pub(super) const MIN_HEADER_NAME_BYTES: usize = 6;

/// Known methods, most of them from the registry of IANA. A known method is not the misspelled name of another method.
const KNOWN_METHODS: [&[u8]; 40] = [
    b"ACL",
    b"BASELINE-CONTROL",
    b"BIND",
    b"CHECKIN",
    b"CHECKOUT",
    b"CONNECT",
    b"COPY",
    b"DELETE",
    b"GET",
    b"HEAD",
    b"LABEL",
    b"LINK",
    b"LOCK",
    b"MERGE",
    b"MKACTIVITY",
    b"MKCALENDAR",
    b"MKCOL",
    b"MKREDIRECTREF",
    b"MKWORKSPACE",
    b"MOVE",
    b"OPTIONS",
    b"ORDERPATCH",
    b"PATCH",
    b"POST",
    b"PROPFIND",
    b"PROPPATCH",
    b"PURGE",
    b"PUT",
    b"QUERY",
    b"REBIND",
    b"REPORT",
    b"SEARCH",
    b"TRACE",
    b"UNBIND",
    b"UNCHECKOUT",
    b"UNLINK",
    b"UNLOCK",
    b"UPDATE",
    b"UPDATEREDIRECTREF",
    b"VERSION-CONTROL",
];

/// Request headers that many pages set. A common name is not the misspelled name of another header.
const COMMON_REQUEST_HEADERS: [&str; 16] = [
    "accept",
    "accept-language",
    "authorization",
    "cache-control",
    "content-language",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "last-event-id",
    "range",
    "x-api-key",
    "x-csrf-token",
    "x-requested-with",
    "x-xsrf-token",
];

/// Returns the common name of a request header that equals `name` in any letter case.
pub(in crate::explain) fn common_request_header(name: &[u8]) -> Option<&'static str> {
    let mut names = COMMON_REQUEST_HEADERS.into_iter();
    names.find(|common| name.eq_ignore_ascii_case(common.as_bytes()))
}

/// Returns the element of the list that is probably the misspelled `method`: the letter case differs, the spelling is
/// similar, or the method is one of the words in the element, as in `GET|PUT`.
pub(in crate::explain) fn misspelled_method<'l>(
    method: &str,
    listed: &[&'l [u8]],
) -> Option<&'l [u8]> {
    let compared = listed.iter().take(MAX_COMPARED_ELEMENTS).copied();
    let mut compared = compared.filter(|element| !KNOWN_METHODS.contains(element));
    compared
        .find(|element| has_word(element, method, is_part_of_method) || is_similar(element, method))
}

/// Returns the elements of a list of header names that can be misspelled names: neither a common name, nor a name that
/// the preflight asks for.
pub(in crate::explain) fn doubtful_headers<'l>(
    listed: &[&'l [u8]],
    requested: &[String],
) -> Vec<&'l [u8]> {
    let is_right = |element: &[u8]| {
        let mut requested = requested.iter();
        common_request_header(element).is_some()
            || requested.any(|name| element.eq_ignore_ascii_case(name.as_bytes()))
    };
    let compared = listed.iter().take(MAX_COMPARED_ELEMENTS).copied();
    compared.filter(|element| !is_right(element)).collect()
}

/// Returns the [doubtful element](doubtful_headers) that is probably the misspelled header `name`: the name is one of the
/// words in the element, as in `Content-Type|X-Api-Key`, or the spelling is similar.
pub(in crate::explain) fn misspelled_header<'l>(
    name: &str,
    doubtful: &[&'l [u8]],
) -> Option<&'l [u8]> {
    let with_word = doubtful.iter().find(|element| has_header(element, name));
    let similar = || {
        let is_long = |text: &[u8]| text.len() >= MIN_HEADER_NAME_BYTES;
        let mut similar = doubtful.iter().filter(|element| is_long(element));
        similar.find(|element| is_long(name.as_bytes()) && is_similar(element, name))
    };
    with_word.or_else(similar).copied()
}

/// Whether the header `name` is one of the words in the element, as in `Content-Type|X-Api-Key`.
pub(in crate::explain) fn has_header(element: &[u8], name: &str) -> bool {
    has_word(element, name, is_part_of_header)
}

pub(in crate::explain) const fn is_part_of_method(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

pub(in crate::explain) const fn is_part_of_header(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn has_word(element: &[u8], name: &str, is_part: fn(u8) -> bool) -> bool {
    let mut words = element.split(|byte| !is_part(*byte));
    words.any(|word| word.eq_ignore_ascii_case(name.as_bytes()))
}

/// Whether the spelling is similar. False if only digits differ, because different digits can be intended.
fn is_similar(element: &[u8], name: &str) -> bool {
    let letters = |text: &[u8]| {
        let letters = text.iter().filter(|byte| !byte.is_ascii_digit());
        letters.map(u8::to_ascii_lowercase).collect::<Vec<u8>>()
    };
    core::str::from_utf8(element).is_ok_and(|text| {
        let is_other_number = element.len() == name.len()
            && !element.eq_ignore_ascii_case(name.as_bytes())
            && letters(element) == letters(name.as_bytes());
        !is_other_number && nearest_spelling(name, &[text]).is_some()
    })
}
