//! The short escapes of strings.

use memchr::memchr;

/// Decodes a string with its quotation marks into `decoded`. Returns false if the string has an escape such as `\u00e9`, a
/// control character, or a character that is not ASCII.
pub(super) fn decode_short(string: &[u8], decoded: &mut Vec<u8>) -> bool {
    decoded.clear();
    let [b'"', rest @ .., b'"'] = string else {
        return false;
    };
    if !is_printable(rest) {
        return false;
    }
    let mut rest = rest;
    while let Some(at) = memchr(b'\\', rest) {
        let (before, escape) = rest.split_at(at);
        let [_, escaped, after @ ..] = escape else {
            return false;
        };
        decoded.extend_from_slice(before);
        decoded.push(match escaped {
            b'"' | b'\\' | b'/' => *escaped,
            b'b' => 8,
            b'f' => 12,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            _ => return false,
        });
        rest = after;
    }
    decoded.extend_from_slice(rest);
    true
}

/// Whether the text is ASCII without the control characters that JSON forbids.
fn is_printable(text: &[u8]) -> bool {
    // Unlike `all`, `fold` always reads all bytes, so the processor can compare many bytes at a time.
    let is_printable = |byte: &u8| (0x20..0x80).contains(byte);
    text.iter().fold(true, |all, byte| all & is_printable(byte))
}

/// Removes the first bytes of a character from the end of a text that was cut off inside this character.
pub(super) fn remove_incomplete_character(text: &mut Vec<u8>) {
    let is_first = |byte: &u8| byte & 0b1100_0000 != 0b1000_0000;
    let Some(start) = text.iter().rposition(is_first) else {
        return;
    };
    let last = text.get(start..).unwrap_or_default();
    if std::str::from_utf8(last).is_err() {
        text.truncate(start);
    }
}

#[cfg(test)]
mod tests {
    use super::decode_short;

    /// Compares the result with `serde_json`, for each byte after a backslash and for each byte alone.
    #[test]
    fn decoded_strings_are_the_strings_of_serde_json() {
        let mut decoded = Vec::new();
        let mut decoded_count = 0;
        for byte in 0..=u8::MAX {
            for text in [&b"\"a\\?b\\n\""[..], b"\"?\"", b"\"\\?", b"?"] {
                let text: Vec<u8> = (text.iter())
                    .map(|other| if *other == b'?' { byte } else { *other })
                    .collect();
                // A quotation mark without a backslash ends a string, so the caller never passes it.
                if text != b"\"\"\"" && decode_short(&text, &mut decoded) {
                    decoded_count += 1;
                    let expected: String = serde_json::from_slice(&text).expect("JSON");
                    assert_eq!(decoded, expected.as_bytes());
                }
            }
        }
        assert_eq!(decoded_count, 8 + 94);
    }
}
