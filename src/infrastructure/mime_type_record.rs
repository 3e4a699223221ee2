//! MIME types with their parameters. The safelist needs only [`mime`](super::mime), which does not read parameters.

use alloc::vec::Vec;

use hashbrown::HashSet;

use super::{
    bytes::{
        collect_an_http_quoted_string, is_http_whitespace, is_token, run_length, strip, strip_end,
    },
    mime::parse_a_mime_type,
};

/// A [MIME type record](https://mimesniff.spec.whatwg.org/#mime-type).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MimeTypeRecord {
    essence: Vec<u8>,
    parameters: Vec<(Vec<u8>, Vec<u8>)>,
}

impl MimeTypeRecord {
    /// [Parses a MIME type](https://mimesniff.spec.whatwg.org/#parse-a-mime-type) with its parameters. Returns `None`
    /// (failure in the standard) for an invalid MIME type.
    pub(crate) fn parse(input: &[u8]) -> Option<Self> {
        let essence = parse_a_mime_type(input)?.essence();
        let input = strip(input, is_http_whitespace);
        let end_of_essence = run_length(input, 0, |byte| byte != b';');
        let parameters = parse_parameters(input.get(end_of_essence..)?);
        Some(Self {
            essence,
            parameters,
        })
    }

    /// Returns the value of a parameter. `name` is in lower case.
    pub(crate) fn parameter(&self, name: &str) -> Option<&[u8]> {
        let mut parameters = self.parameters.iter();
        let (_, value) = parameters.find(|(other, _)| other == name.as_bytes())?;
        Some(value)
    }

    /// Sets the value of a parameter that the record has. `name` is in lower case.
    pub(crate) fn set_parameter(&mut self, name: &str, new_value: &[u8]) {
        for (other, value) in &mut self.parameters {
            if other == name.as_bytes() {
                *value = new_value.to_vec();
            }
        }
    }

    /// [Serializes](https://mimesniff.spec.whatwg.org/#serialize-a-mime-type) the MIME type.
    pub(crate) fn serialize(&self) -> Vec<u8> {
        // serialize-a-mime-type/1: start with the type, a slash and the subtype
        let mut serialization = self.essence.clone();
        // serialize-a-mime-type/2: for each parameter
        for (name, value) in &self.parameters {
            // serialize-a-mime-type/2.1: append a semicolon
            serialization.push(b';');
            // serialize-a-mime-type/2.2: append the name
            serialization.extend_from_slice(name);
            // serialize-a-mime-type/2.3: append an equals sign
            serialization.push(b'=');
            // serialize-a-mime-type/2.4: value empty or not a token: put it in quotation marks
            if is_token(value) {
                // serialize-a-mime-type/2.5: append the value
                serialization.extend_from_slice(value);
            } else {
                serialization.extend_from_slice(&quoted(value));
            }
        }
        // serialize-a-mime-type/3: return the serialization
        serialization
    }
}

/// Returns the parameters of a MIME type. `input` is empty or begins with a semicolon.
fn parse_parameters(input: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut parameters = Vec::new();
    let mut names = HashSet::new();
    let mut position = 0;
    let collect = |position: usize, is_collected: fn(u8) -> bool| {
        let end = position + run_length(input, position, is_collected);
        (input.get(position..end).unwrap_or_default(), end)
    };
    // parse-a-mime-type/11: read the parameters
    while position < input.len() {
        // parse-a-mime-type/11.1: step over the semicolon
        position += 1;
        // parse-a-mime-type/11.2: skip white space
        (_, position) = collect(position, is_http_whitespace);
        // parse-a-mime-type/11.3: take the parameter's name
        let name;
        (name, position) = collect(position, |byte| !matches!(byte, b';' | b'='));
        // parse-a-mime-type/11.4: put the name in lower case
        let name = name.to_ascii_lowercase();
        // parse-a-mime-type/11.5: check which character ends the name
        // parse-a-mime-type/11.6: the input has ended
        match input.get(position) {
            Some(b';') => continue,
            Some(_) => position += 1,
            None => break,
        }
        // parse-a-mime-type/11.7: start with no value
        let value = if input.get(position) == Some(&b'"') {
            // parse-a-mime-type/11.8: a quoted value
            let quoted_string = input.get(position..).unwrap_or_default();
            let length = collect_an_http_quoted_string(quoted_string);
            (_, position) = collect(position + length, |byte| byte != b';');
            unquoted(quoted_string.get(..length).unwrap_or_default())
        } else {
            // parse-a-mime-type/11.9: a value without quotation marks
            let value;
            (value, position) = collect(position, |byte| byte != b';');
            let value = strip_end(value, is_http_whitespace);
            if value.is_empty() {
                continue;
            }
            value.to_vec()
        };
        // parse-a-mime-type/11.10: keep the parameter if it is well-formed and new
        if is_token(&name)
            && value.iter().copied().all(is_http_quoted_string_token_byte)
            && names.insert(name.clone())
        {
            parameters.push((name, value));
        }
    }
    // parse-a-mime-type/12: return the MIME type
    parameters
}

/// Whether `byte` is an [HTTP quoted-string token code
/// point](https://mimesniff.spec.whatwg.org/#http-quoted-string-token-code-point).
const fn is_http_quoted_string_token_byte(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=b'~' | 0x80..=0xFF)
}

/// Returns the text of a quoted string without its quotation marks and escapes. The quotation mark at the end can be
/// missing.
fn unquoted(quoted_string: &[u8]) -> Vec<u8> {
    let mut bytes = quoted_string.iter().copied().skip(1);
    let mut text = Vec::with_capacity(quoted_string.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            // A backslash at the end of the input does not escape a character, so the backslash is a part of the text.
            b'\\' => text.push(bytes.next().unwrap_or(b'\\')),
            _ => text.push(byte),
        }
    }
    text
}

/// Returns the text as a quoted string.
fn quoted(text: &[u8]) -> Vec<u8> {
    let mut quoted_string = Vec::with_capacity(text.len() + 2);
    quoted_string.push(b'"');
    for &byte in text {
        if matches!(byte, b'"' | b'\\') {
            quoted_string.push(b'\\');
        }
        quoted_string.push(byte);
    }
    quoted_string.push(b'"');
    quoted_string
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::*;

    /// The inputs are like the examples in the folder `mimesniff/mime-types` of the web platform tests.
    #[test]
    fn serialization_of_a_parsed_mime_type() {
        for (input, expected) in [
            ("text/html;charset=gbk", "text/html;charset=gbk"),
            ("TEXT/HTML;CHARSET=GBK", "text/html;charset=GBK"),
            (" text/html ; charset=gbk ", "text/html;charset=gbk"),
            (
                "text/html;charset=gbk;charset=windows-1255",
                "text/html;charset=gbk",
            ),
            (
                "text/html;charset=();charset=GBK",
                "text/html;charset=\"()\"",
            ),
            ("text/html;charset =gbk", "text/html"),
            ("text/html;charset= gbk", "text/html;charset=\" gbk\""),
            ("text/html;charset=\"\\ gbk\"", "text/html;charset=\" gbk\""),
            (
                "text/html;charset=\"\\\"\\\\\"x;a=b",
                "text/html;charset=\"\\\"\\\\\";a=b",
            ),
            ("text/html;charset=\"gbk", "text/html;charset=gbk"),
            ("text/html;charset=\"gbk\\", "text/html;charset=\"gbk\\\\\""),
            ("text/html;charset=", "text/html"),
            ("text/html;charset=\"\"", "text/html;charset=\"\""),
            ("text/html;charset", "text/html"),
            ("text/html;;;charset=gbk;;", "text/html;charset=gbk"),
            ("text/html;charset=\"\u{7f}\"", "text/html"),
            ("text/html;charset=gbk\u{c}", "text/html"),
            ("text/html;(=a;a=b", "text/html;a=b"),
        ] {
            let record = MimeTypeRecord::parse(input.as_bytes()).unwrap();
            let found = String::from_utf8(record.serialize()).unwrap();
            assert_eq!(found, expected, "{input}");
        }
        assert_eq!(MimeTypeRecord::parse(b"text;charset=gbk"), None);
    }
}
