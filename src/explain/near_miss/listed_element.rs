//! Finds the element of a list that is probably the misspelled name of a method or of a header.

use alloc::{collections::BTreeSet, string::String, vec::Vec};

use super::meant_words::is_meant_as_wildcard;
use crate::{
    fetching::HttpRequest, infrastructure::header_values::Abnf, nearest_name::nearest_spelling,
};

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

/// Request headers that many pages set, and the response header `Allow`, which some lists have. A common name is neither
/// the misspelled name of another header, nor a word that stands for every name.
const COMMON_REQUEST_HEADERS: [&str; 17] = [
    "accept",
    "accept-language",
    "allow",
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

/// Whether `name` is the name of a known method in any letter case.
pub(in crate::explain) fn is_known_method(name: &[u8]) -> bool {
    let mut known = KNOWN_METHODS.iter();
    known.any(|method| method.eq_ignore_ascii_case(name))
}

/// Returns the common name of a request header that equals `name` in any letter case.
pub(in crate::explain) fn common_request_header(name: &[u8]) -> Option<&'static str> {
    let mut names = COMMON_REQUEST_HEADERS.into_iter();
    names.find(|common| name.eq_ignore_ascii_case(common.as_bytes()))
}

/// Whether the element is the name of a common header in a list of methods, or a known method in a list of headers. A header
/// can have the name of a method in lower case.
pub(in crate::explain) fn is_of_other_list(abnf: Abnf, element: &[u8]) -> bool {
    match abnf {
        Abnf::AccessControlAllowMethods => common_request_header(element).is_some(),
        _ => KNOWN_METHODS.contains(&element),
    }
}

/// Whether the element is a known name of the list: a known method, or the common name of a request header.
pub(in crate::explain) fn is_of_list(abnf: Abnf, element: &[u8]) -> bool {
    match abnf {
        Abnf::AccessControlAllowMethods => KNOWN_METHODS.contains(&element),
        _ => common_request_header(element).is_some_and(|name| name != "allow"),
    }
}

/// Whether the name begins like the name of a header that is not in a standard, such as `X-Trace`.
pub(super) fn is_custom_header(name: &[u8]) -> bool {
    let start = name.get(..2).unwrap_or_default();
    name.len() > 2 && start.eq_ignore_ascii_case(b"x-")
}

/// Whether the element is the name that server programs give to the variable of the header `name`, such as
/// `HTTP_AUTHORIZATION` (RFC 3875 §4.1.18).
pub(super) fn is_variable_of(element: &[u8], name: &str) -> bool {
    let Some(rest) = element.strip_prefix(b"HTTP_") else {
        return false;
    };
    let letters = rest.iter().map(|byte| match byte {
        b'_' => b'-',
        byte => byte.to_ascii_lowercase(),
    });
    letters.eq(name.bytes().map(|byte| byte.to_ascii_lowercase()))
}

/// Returns the element of the list that is probably the misspelled `method`: the method is one of the words in the
/// element, as in `GET|PUT`, only the letter case differs, or the spelling is similar to a known method.
pub(in crate::explain) fn misspelled_method<'l>(
    method: &str,
    listed: &[&'l [u8]],
) -> Option<&'l [u8]> {
    let compared = listed.iter().take(MAX_COMPARED_ELEMENTS).copied();
    let mut compared = compared
        .filter(|element| !KNOWN_METHODS.contains(element) && negated_name(element).is_none());
    let is_known = KNOWN_METHODS.contains(&method.as_bytes());
    compared.find(|element| has_word(element, method) || is_known && is_similar(element, method))
}

/// Returns the names that the preflight asks for.
pub(in crate::explain) fn requested_names(preflight: &HttpRequest) -> Vec<String> {
    let requested = preflight.header_list.get("access-control-request-headers");
    let requested = requested.unwrap_or_default();
    let names = requested.split(|&byte| byte == b',');
    let names = names.filter(|name| !name.is_empty());
    let names = names.map(|name| String::from_utf8_lossy(name).into_owned());
    names.collect()
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
    let compared = compared.filter(|element| !is_right(element) && negated_name(element).is_none());
    compared.collect()
}

/// Returns the [doubtful element](doubtful_headers) that is probably the misspelled header `name`: the name is one of the
/// words in the element, as in `Content-Type|X-Api-Key`, the element is the [variable](is_variable_of) of the header, or no
/// other element has a spelling that is more similar.
pub(in crate::explain) fn misspelled_header<'l>(
    name: &str,
    doubtful: &[&'l [u8]],
) -> Option<&'l [u8]> {
    let mut elements = doubtful.iter().copied();
    let with_word =
        elements.find(|element| has_word(element, name) || is_variable_of(element, name));
    let similar = || {
        let is_long = |text: &[u8]| text.len() >= MIN_HEADER_NAME_BYTES;
        let similar = doubtful.iter().copied();
        let similar = similar.filter(|element| {
            is_long(name.as_bytes()) && is_long(element) && is_similar(element, name)
        });
        let similar: Vec<&str> = similar
            .filter_map(|element| core::str::from_utf8(element).ok())
            .collect();
        nearest_spelling(name, &similar).map(str::as_bytes)
    };
    with_word.or_else(similar)
}

/// Whether `element` can only be the misspelled name of the header `name`: `name` is a common name. Another page can
/// need each other name that is similar, such as `X-Tenant-Id` and `X-Tenant`.
pub(in crate::explain) fn is_replaceable(element: &[u8], name: &str) -> bool {
    let is_custom = |name: &[u8]| {
        let start = name.get(..2).unwrap_or_default();
        start.eq_ignore_ascii_case(b"x-") || start.eq_ignore_ascii_case(b"x_")
    };
    is_variable_of(element, name)
        || common_request_header(name.as_bytes()).is_some()
            && is_custom(element) == is_custom(name.as_bytes())
}

/// Returns the element that excludes the name, as `!PUT` does.
pub(in crate::explain) fn exclusion_of<'l>(name: &str, listed: &[&'l [u8]]) -> Option<&'l [u8]> {
    let mut compared = listed.iter().take(MAX_COMPARED_ELEMENTS).copied();
    let is_name = |other: &[u8]| other.eq_ignore_ascii_case(name.as_bytes());
    compared.find(|element| negated_name(element).is_some_and(is_name))
}

/// Returns the name that the element excludes. `None` if the element excludes no name.
pub(super) fn negated_name(element: &[u8]) -> Option<&[u8]> {
    element.strip_prefix(b"!").filter(|name| !name.is_empty())
}

/// Removes the elements that the preflight asks for. Such an element is the name of one header, also if it has a
/// character that can separate names.
pub(in crate::explain) fn without_requested<'l>(
    listed: &[&'l [u8]],
    requested: &[String],
) -> Vec<&'l [u8]> {
    let requested: BTreeSet<&str> = requested.iter().map(String::as_str).collect();
    let is_requested = |element: &[u8]| {
        let name = String::from_utf8_lossy(element).to_ascii_lowercase();
        requested.contains(&*name)
    };
    let others = listed.iter().copied();
    others.filter(|element| !is_requested(element)).collect()
}

/// Returns an element that has quotation marks around a name, or several names, as in `GET|PUT`. Prefers an element with
/// `name`.
pub(in crate::explain) fn joined_or_quoted<'l>(
    name: &str,
    listed: &[&'l [u8]],
) -> Option<&'l [u8]> {
    let is_one_name = |element: &[u8]| {
        let mut words = words(element);
        words.next() == Some(element) || is_meant_as_wildcard(element)
    };
    let broken = listed.iter().copied();
    let mut broken = broken.filter(|element| !is_one_name(element)).peekable();
    let first = broken.peek().copied();
    broken.find(|element| has_word(element, name)).or(first)
}

/// Whether `name` is one of the words in the element, as in `Content-Type|X-Api-Key`.
pub(in crate::explain) fn has_word(element: &[u8], name: &str) -> bool {
    let mut words = words(element);
    words.any(|word| word.eq_ignore_ascii_case(name.as_bytes()))
}

/// Returns the word without the punctuation at its start and end, as in `GET!` and in the regular expression `^GET$`.
pub(in crate::explain) fn without_punctuation(word: &[u8]) -> &[u8] {
    let is_mark = |byte: &u8| b"!.^$)]}".contains(byte);
    trimmed(word, |byte| !is_mark(byte))
}

/// Returns the text without the bytes at its start and end that are not part of a name.
pub(in crate::explain) fn trimmed(text: &[u8], is_part: impl Fn(&u8) -> bool) -> &[u8] {
    let start = text.iter().position(&is_part).unwrap_or(text.len());
    let end = text.iter().rposition(&is_part).map_or(start, |end| end + 1);
    text.get(start..end).unwrap_or_default()
}

/// The codes of separators in a value that is encoded for a URL: a comma, a semicolon, a vertical line and white space.
const SEPARATOR_CODES: [&[u8; 3]; 7] = [b"%2c", b"%3b", b"%7c", b"%20", b"%09", b"%0a", b"%0d"];

/// Returns the position of the first code of a separator, as in `GET%2CPUT`.
pub(super) fn separator_code(element: &[u8]) -> Option<usize> {
    let is_code = |window: &[u8]| {
        let mut codes = SEPARATOR_CODES.iter();
        codes.any(|code| window.eq_ignore_ascii_case(*code))
    };
    element.windows(3).position(is_code)
}

fn split_at_codes(element: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(element);
    core::iter::from_fn(move || {
        let text = rest?;
        let Some(position) = separator_code(text) else {
            rest = None;
            return Some(text);
        };
        rest = text.get(position + 3..);
        text.get(..position)
    })
}

/// The characters that separate names in an element, as in `GET|PUT`. No common method or header has such a character.
const SEPARATORS: &[u8] = b"|&+";

/// The characters that can be a part of a name, and that also separate methods, as in `GET-PUT`.
const METHOD_SEPARATORS: &[u8] = b"-_.~#";

/// The characters that can be a part of a name, and that also separate header names, as in `Authorization.X-Trace`.
const HEADER_SEPARATORS: &[u8] = b".~#";

/// Returns the characters that separate the names if the word is several known methods, as in `GET-PUT`, or several header
/// names of which one is common, as in `Authorization.X-Trace`. Otherwise, returns no characters.
fn separators_in_word(word: &[u8]) -> &'static [u8] {
    let is_all = |separators: &[u8], is_name: &dyn Fn(&[u8]) -> bool| {
        let mut parts = word.split(|byte| separators.contains(byte));
        word.iter().any(|byte| separators.contains(byte)) && parts.all(is_name)
    };
    let is_common = |name: &[u8]| common_request_header(name).is_some();
    if KNOWN_METHODS.contains(&word) {
        return &[];
    }
    if is_all(METHOD_SEPARATORS, &|name| KNOWN_METHODS.contains(&name)) {
        return METHOD_SEPARATORS;
    }
    let mut parts = word.split(|byte| HEADER_SEPARATORS.contains(byte));
    let are_headers = is_all(HEADER_SEPARATORS, &|name| {
        is_common(name) || is_custom_header(name)
    });
    if are_headers && parts.any(is_common) {
        return HEADER_SEPARATORS;
    }
    &[]
}

/// Returns the character that separates the names of an element, as in `GET|PUT`. `None` if there is no such character.
pub(super) fn separator(element: &[u8]) -> Option<char> {
    let is_separator = |byte: &u8| SEPARATORS.contains(byte);
    let in_word = separators_in_word(element);
    let mut bytes = element.iter().copied();
    let found = bytes.find(|byte| is_separator(byte) || in_word.contains(byte));
    found.map(char::from)
}

/// Returns the words of an element such as `GET|PUT` and `GET%2CPUT`, without the quotation marks and dots around them. In
/// `HttpMethod.PUT`, only the method is a word.
pub(in crate::explain) fn words(element: &[u8]) -> impl Iterator<Item = &[u8]> {
    let is_part = |byte: &u8| !matches!(byte, b'\'' | b'`' | b'.');
    let words = element.split(|byte| SEPARATORS.contains(byte));
    let words = words.flat_map(split_at_codes);
    let words = words.flat_map(|word| {
        let separators = separators_in_word(word);
        word.split(move |byte| separators.contains(byte))
    });
    let words = words.map(move |word| trimmed(word, is_part));
    let words = words.map(|word| match word.rsplit(|byte| *byte == b'.').next() {
        Some(last) if KNOWN_METHODS.contains(&last) => last,
        _ => word,
    });
    words.filter(|word| !word.is_empty())
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
