//! Laws about the CORS safelist of request headers.

use alloc::{format, string::String, vec::Vec};

use crate::conformance::laws::{
    support::limits::{MAX_SAFELISTED_TOTAL_BYTES, MAX_SAFELISTED_VALUE_BYTES},
    violation::{LawViolation, ensure},
};
use crate::infrastructure::{
    header_list::HeaderList,
    safelist::{cors_unsafe_request_header_names, is_cors_safelisted_request_header},
};

/// The CORS-unsafe request-header names are names of the header list, in lower case, sorted and unique. A header list
/// has no CORS-unsafe names exactly when each header is safelisted and all values together have at most 1024 bytes.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::unsafe_names_form_sorted_set as law;
/// use fetch_cors::infrastructure::header_list::HeaderList;
/// law(&HeaderList::from_pairs([("X-B", "1"), ("x-a", "2"), ("x-b", "3")])?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn unsafe_names_form_sorted_set(header_list: &HeaderList) -> Result<(), LawViolation> {
    let names = cors_unsafe_request_header_names(header_list);
    let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
    let is_sorted_set = names.is_sorted_by(|a, b| a < b);
    let is_lower = !names.concat().bytes().any(|byte| byte.is_ascii_uppercase());
    let is_there = names.iter().all(|name| header_list.contains(name));
    ensure(is_sorted_set && is_lower && is_there, || {
        format!(
            "the CORS-unsafe names {names:?} are not sorted, unique, lower-case names of the request headers"
        )
    })?;
    // Only values of safelisted headers count towards the limit of 1024 bytes.
    let mut is_safe = true;
    let mut size = 0;
    for (name, value) in header_list.iter() {
        if is_safelisted(name.as_str(), value.as_bytes()) {
            size += value.as_bytes().len();
        } else {
            is_safe = false;
        }
    }
    ensure(
        names.is_empty() == (is_safe && size <= MAX_SAFELISTED_TOTAL_BYTES),
        || {
            format!(
                "the CORS-unsafe names are wrong: {names:?} (are all headers safelisted? {is_safe}; the safelisted values have {size} bytes)"
            )
        },
    )
}

/// A request header is CORS-safelisted exactly when two conditions are true: its value has at most 128 bytes, and the
/// bytes and the form of the value are permitted for its name. The law also checks longer values that begin with
/// `value` and have 127, 128 or 129 bytes.
///
/// # Errors
///
/// Returns [`LawViolation`] if the law is violated.
///
/// ```
/// use fetch_cors::conformance::laws::safelist_matches_byte_table as law;
/// law("Accept", b"text/html")?;
/// law("Range", b"bytes=-500")?;
/// # Ok::<(), fetch_cors::conformance::laws::LawViolation>(())
/// ```
pub fn safelist_matches_byte_table(name: &str, value: &[u8]) -> Result<(), LawViolation> {
    let agree = |value: &[u8]| {
        let given = is_cors_safelisted_request_header(name.as_bytes(), value);
        ensure(given == is_safelisted(name, value), || {
            format!(
                "`{name}: {}` {}",
                value.escape_ascii(),
                if given {
                    "is safelisted, although it should not be"
                } else {
                    "is not safelisted, although it should be"
                }
            )
        })
    };
    agree(value)?;
    // Zeros make the number in a range longer, and letters make other values longer.
    let filler = if name.eq_ignore_ascii_case("range") {
        b'0'
    } else {
        b'a'
    };
    for length in MAX_SAFELISTED_VALUE_BYTES - 1..=MAX_SAFELISTED_VALUE_BYTES + 1 {
        let mut longer = value.to_vec();
        longer.resize(length.max(value.len()), filler);
        agree(&longer)?;
        let is_safe = is_cors_safelisted_request_header(name.as_bytes(), &longer);
        ensure(
            !is_safe || longer.len() <= MAX_SAFELISTED_VALUE_BYTES,
            || {
                format!(
                    "`{name}` is safelisted, although its value has {} bytes, more than {MAX_SAFELISTED_VALUE_BYTES}",
                    longer.len()
                )
            },
        )?;
    }
    Ok(())
}

/// A table of the ASCII bytes with 32 bytes in each row. A `.` means that the byte is safe, and a `#` means that the
/// byte is unsafe.
const ACCEPT: &str = "\
    #########.######################\
    ..#.....##................#.#.##\
    #..........................###..\
    ...........................#.#.#";
const LANGUAGE: &str = "\
    ################################\
    .#########.#...#..........#.#.##\
    #..........................#####\
    #..........................#####";

fn is_safelisted(name: &str, value: &[u8]) -> bool {
    let all = |table: &str, above_ascii: bool| {
        value.iter().all(|&byte| {
            let safe = table.as_bytes().get(usize::from(byte));
            safe.map_or(above_ascii, |&safe| safe == b'.')
        })
    };
    let text: String = value.iter().map(|&byte| char::from(byte)).collect();
    value.len() <= MAX_SAFELISTED_VALUE_BYTES
        && match &*name.to_ascii_lowercase() {
            "accept" => all(ACCEPT, true),
            "accept-language" | "content-language" => all(LANGUAGE, false),
            "content-type" => all(ACCEPT, true) && has_safelisted_essence(&text),
            "range" => is_simple_range(&text),
            _ => false,
        }
}

/// Whether the MIME type before the parameters is safelisted. The parameters do not matter, because the parser accepts
/// all parameters.
fn has_safelisted_essence(value: &str) -> bool {
    let white = ['\n', '\r', '\t', ' '];
    let essence = value.split(';').next().unwrap_or_default();
    let essence = essence.trim_matches(white);
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "text/plain",
    ]
    .into_iter()
    .any(|safelisted| essence.eq_ignore_ascii_case(safelisted))
}

/// Whether the value is `bytes=`, a number and a hyphen. After the hyphen, the value can have a second number that is
/// not smaller.
fn is_simple_range(value: &str) -> bool {
    let range = value.strip_prefix("bytes=");
    let Some((start, end)) = range.and_then(|range| range.split_once('-')) else {
        return false;
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    // The two numbers of a range can have too many digits for an integer type. So the function puts zeros before the
    // shorter number, and compares the two texts.
    let width = start.len().max(end.len());
    let is_ascending = format!("{start:0>width$}") <= format!("{end:0>width$}");
    !start.is_empty() && is_digits(start) && is_digits(end) && (end.is_empty() || is_ascending)
}
