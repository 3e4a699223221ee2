//! Header lists, and parsers of their values.

use super::tables::{self, REFERRER_POLICIES, TOKEN};

/// Names keep their case. Comparisons ignore case.
pub type HeaderList = Vec<(String, Vec<u8>)>;

pub fn lower(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// Converts bytes to a string of code points below U+0100.
pub fn decode(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Converts a string to bytes. Returns `None` if a code point is above U+00FF.
pub fn encode(string: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for c in string.chars() {
        bytes.push(u8::try_from(u32::from(c)).ok()?);
    }
    Some(bytes)
}

pub fn is_token(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(|byte| tables::is_fine(&TOKEN, *byte))
}

/// Whether the string is a header name.
pub fn is_name(name: &str) -> bool {
    encode(name).is_some_and(|bytes| is_token(&bytes))
}

pub fn is_value(value: &[u8]) -> bool {
    trim(value, b" \t") == value && !value.iter().any(|byte| b"\0\r\n".contains(byte))
}

/// Normalizes a value, as `Headers` does first.
pub fn normalize_value(value: &[u8]) -> Vec<u8> {
    trim(value, b" \t\r\n")
}

/// Removes the given bytes from both ends.
pub fn trim(value: &[u8], what: &[u8]) -> Vec<u8> {
    let mut rest = value.to_vec();
    while rest.first().is_some_and(|byte| what.contains(byte)) {
        rest.remove(0);
    }
    while rest.last().is_some_and(|byte| what.contains(byte)) {
        rest.pop();
    }
    rest
}

/// Returns the values of all headers with the name, in order.
pub fn lines(list: &HeaderList, name: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for (other, value) in list {
        if lower(other) == lower(name) {
            found.push(value.clone());
        }
    }
    found
}

pub fn contains(list: &HeaderList, name: &str) -> bool {
    !lines(list, name).is_empty()
}

/// Joins lines to one value. Returns `None` if there is no line.
pub fn join(lines: &[&[u8]]) -> Option<Vec<u8>> {
    if lines.is_empty() {
        None
    } else {
        Some(lines.join(&b", "[..]))
    }
}

pub fn get(list: &HeaderList, name: &str) -> Option<Vec<u8>> {
    let lines = lines(list, name);
    join(&borrow(&lines))
}

pub fn borrow(lines: &[Vec<u8>]) -> Vec<&[u8]> {
    lines.iter().map(|line| &line[..]).collect()
}

pub fn delete(list: &mut HeaderList, name: &str) {
    list.retain(|(other, _)| lower(other) != lower(name));
}

/// Adds a header as `XMLHttpRequest` does.
pub fn combine(list: &mut HeaderList, name: &str, value: &[u8]) {
    for (other, old) in list.iter_mut() {
        if lower(other) == lower(name) {
            *old = [old.clone(), b", ".to_vec(), value.to_vec()].concat();
            return;
        }
    }
    list.push((name.to_string(), value.to_vec()));
}

/// Returns the names in lower case, sorted, without duplicates.
pub fn sorted_lowercase_set(names: &[String]) -> Vec<String> {
    let mut set: Vec<String> = Vec::new();
    for name in names {
        if !set.contains(&lower(name)) {
            set.push(lower(name));
        }
    }
    set.sort();
    set
}

/// Returns the list as a script sees it.
pub fn sort_and_combine(list: &HeaderList) -> Vec<(String, String)> {
    let names: Vec<String> = list.iter().map(|(name, _)| name.clone()).collect();
    let mut shown = Vec::new();
    for name in sorted_lowercase_set(&names) {
        let value = get(list, &name).expect("its name was in the list");
        shown.push((name, decode(&value)));
    }
    shown
}

/// Splits lines at commas outside of quotes. The quotes stay. Returns `None` if the header is absent.
pub fn get_decode_split(lines: &[&[u8]]) -> Option<Vec<String>> {
    join(lines).map(|value| split(&value))
}

pub fn split(value: &[u8]) -> Vec<String> {
    let mut values = Vec::new();
    let mut current = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    for byte in value {
        if !quoted && *byte == b',' {
            values.push(decode(&trim(&current, b" \t")));
            current = Vec::new();
            continue;
        }
        current.push(*byte);
        if escaped {
            escaped = false;
        } else if quoted && *byte == b'\\' {
            escaped = true;
        } else if *byte == b'"' {
            quoted = !quoted;
        }
    }
    values.push(decode(&trim(&current, b" \t")));
    values
}

/// Parses a list of tokens. Returns `None` if the header is absent, and `Err` if an element is not a token.
pub fn parse_list(lines: &[&[u8]]) -> Option<Result<Vec<String>, ()>> {
    if lines.is_empty() {
        return None;
    }
    let mut values = Vec::new();
    for line in lines {
        for element in line.split(|byte| *byte == b',') {
            let element = trim(element, b" \t");
            if element.is_empty() {
                continue;
            }
            if !is_token(&element) {
                return Some(Err(()));
            }
            values.push(decode(&element));
        }
    }
    Some(Ok(values))
}

/// Returns the last known name in `Referrer-Policy`. Returns `None` if an element of a line has characters other than
/// letters and hyphens.
pub fn parse_referrer_policy(lines: &[&[u8]]) -> Option<String> {
    let mut last = None;
    for line in lines {
        for element in line.split(|byte| *byte == b',') {
            let element = decode(&trim(element, b" \t"));
            if !element.chars().all(|c| c.is_ascii_alphabetic() || c == '-') {
                return None;
            }
            if REFERRER_POLICIES.contains(&element.as_str()) {
                last = Some(element);
            }
        }
    }
    last
}

/// Returns the seconds for which a preflight is cached: at most 7200, and 5 if the header is absent or malformed.
pub fn parse_max_age(lines: &[&[u8]]) -> u64 {
    let [line] = lines else { return 5 };
    let line = trim(line, b" \t");
    if line.is_empty() || !line.iter().all(u8::is_ascii_digit) {
        return 5;
    }
    let mut seconds: u64 = 0;
    for digit in line {
        seconds = (seconds * 10 + u64::from(digit - b'0')).min(7200);
    }
    seconds
}
