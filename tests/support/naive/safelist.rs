//! CORS-safelisted and forbidden methods and headers.

use super::headers::{self, HeaderList, decode, is_token, lower, sorted_lowercase_set, trim};
use super::tables::{self, ACCEPT_VALUE, LANGUAGE_VALUE, is_fine};

pub fn is_safelisted_method(method: &str) -> bool {
    tables::SAFELISTED_METHODS.contains(&method)
}

pub fn is_forbidden_method(method: &str) -> bool {
    tables::FORBIDDEN_METHODS.contains(&&lower(method)[..])
}

pub fn normalize_method(method: &str) -> String {
    if tables::NORMALIZED_METHODS.contains(&&lower(method)[..]) {
        method.to_ascii_uppercase()
    } else {
        method.to_string()
    }
}

pub fn cors_safelisted_request_header(name: &str, value: &[u8]) -> bool {
    if value.len() > 128 {
        return false;
    }
    match &lower(name)[..] {
        "accept" => value.iter().all(|byte| is_fine(&ACCEPT_VALUE, *byte)),
        "accept-language" | "content-language" => {
            value.iter().all(|byte| is_fine(&LANGUAGE_VALUE, *byte))
        }
        "content-type" => {
            value.iter().all(|byte| is_fine(&ACCEPT_VALUE, *byte))
                && mime_essence(value)
                    .is_some_and(|essence| tables::SAFELISTED_ESSENCES.contains(&&essence[..]))
        }
        "range" => matches!(single_range(value, false), Some((Some(_), _))),
        _ => false,
    }
}

/// Returns the `type/subtype` of a media type, in lower case. Parameters cannot make the parser fail, so they are
/// ignored.
pub fn mime_essence(value: &[u8]) -> Option<String> {
    let value = trim(value, b" \t\r\n");
    let slash = value.iter().position(|byte| *byte == b'/')?;
    let kind = &value[..slash];
    let rest = &value[slash + 1..];
    let end = rest
        .iter()
        .position(|byte| *byte == b';')
        .unwrap_or(rest.len());
    let mut subtype = rest[..end].to_vec();
    while subtype.last().is_some_and(|byte| b" \t\r\n".contains(byte)) {
        subtype.pop();
    }
    if !is_token(kind) || !is_token(&subtype) {
        return None;
    }
    Some(lower(&format!("{}/{}", decode(kind), decode(&subtype))))
}

/// Returns the two ends of a single byte range, as decimal numbers without leading zeros.
pub fn single_range(
    value: &[u8],
    allow_whitespace: bool,
) -> Option<(Option<String>, Option<String>)> {
    let space = |at: &mut usize| {
        while allow_whitespace && value.get(*at).is_some_and(|byte| b" \t".contains(byte)) {
            *at += 1;
        }
    };
    let digits = |at: &mut usize| {
        let mut found = String::new();
        while let Some(byte) = value.get(*at).filter(|byte| byte.is_ascii_digit()) {
            found.push(char::from(*byte));
            *at += 1;
        }
        if found.is_empty() {
            None
        } else {
            Some(plain_number(&found))
        }
    };
    if !value.starts_with(b"bytes") {
        return None;
    }
    let mut at = 5;
    space(&mut at);
    if value.get(at) != Some(&b'=') {
        return None;
    }
    at += 1;
    space(&mut at);
    let start = digits(&mut at);
    space(&mut at);
    if value.get(at) != Some(&b'-') {
        return None;
    }
    at += 1;
    space(&mut at);
    let end = digits(&mut at);
    if at < value.len() {
        return None;
    }
    match (&start, &end) {
        (None, None) => None,
        (Some(a), Some(b)) if (a.len(), a) > (b.len(), b) => None,
        _ => Some((start, end)),
    }
}

fn plain_number(digits: &str) -> String {
    let plain = digits.trim_start_matches('0');
    if plain.is_empty() {
        "0".to_string()
    } else {
        plain.to_string()
    }
}

/// Returns the names that a preflight lists.
pub fn unsafe_names(list: &[(String, Vec<u8>)]) -> Vec<String> {
    let mut names = Vec::new();
    let mut safe_names = Vec::new();
    let mut size = 0;
    for (name, value) in list {
        if cors_safelisted_request_header(name, value) {
            safe_names.push(name.clone());
            size += value.len();
        } else {
            names.push(name.clone());
        }
    }
    if size > 1024 {
        names.extend(safe_names);
    }
    sorted_lowercase_set(&names)
}

pub fn is_non_wildcard_name(name: &str) -> bool {
    tables::NON_WILDCARD_NAMES.contains(&&lower(name)[..])
}

pub fn no_cors_safelisted_request_header(name: &str, value: &[u8]) -> bool {
    tables::NO_CORS_REQUEST_NAMES.contains(&&lower(name)[..])
        && cors_safelisted_request_header(name, value)
}

pub fn forbidden_request_header(name: &str, value: &[u8]) -> bool {
    let name = lower(name);
    if tables::FORBIDDEN_REQUEST_NAMES.contains(&&name[..]) {
        return true;
    }
    if name.starts_with("proxy-") || name.starts_with("sec-") {
        return true;
    }
    tables::METHOD_OVERRIDE_NAMES.contains(&&name[..])
        && headers::split(value)
            .iter()
            .any(|method| is_forbidden_method(method))
}

pub fn is_forbidden_response_name(name: &str) -> bool {
    tables::FORBIDDEN_RESPONSE_NAMES.contains(&&lower(name)[..])
}

pub fn cors_safelisted_response_header_name(name: &str, exposed: &[String]) -> bool {
    tables::SAFELISTED_RESPONSE_NAMES.contains(&&lower(name)[..])
        || (!is_forbidden_response_name(name)
            && exposed.iter().any(|other| lower(other) == lower(name)))
}

/// Returns the names that a response exposes in addition to the CORS-safelisted names.
pub fn exposed_names(list: &HeaderList, include: bool) -> Vec<String> {
    let lines = headers::lines(list, "access-control-expose-headers");
    match headers::parse_list(&headers::borrow(&lines)) {
        Some(Ok(names)) if !include && names.contains(&"*".to_string()) => {
            list.iter().map(|(name, _)| name.clone()).collect()
        }
        Some(Ok(names)) => names,
        Some(Err(())) | None => Vec::new(),
    }
}

/// Returns the headers that a script can read after a successful CORS check.
pub fn cors_filtered(list: &HeaderList, include: bool) -> HeaderList {
    let exposed = exposed_names(list, include);
    let mut readable = list.clone();
    readable.retain(|(name, _)| cors_safelisted_response_header_name(name, &exposed));
    readable
}

/// Returns the headers that a script can read of a same-origin response.
pub fn basic_filtered(list: &HeaderList) -> HeaderList {
    let mut readable = list.clone();
    readable.retain(|(name, _)| !is_forbidden_response_name(name));
    readable
}
