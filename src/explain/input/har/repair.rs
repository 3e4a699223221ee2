//! Repairs text that is almost valid JSON: in strings, the text has halves of surrogate pairs, bytes that are not
//! UTF-8, or control characters.

use alloc::{format, string::String, vec::Vec};

/// Repairs strings that a JSON parser refuses. Line breaks and other control characters in strings become escapes. A byte
/// that is not UTF-8 becomes U+FFFD. An escape of half a surrogate pair, such as `\ud800`, becomes U+FFFD too.
///
/// Such bytes and halves occur where a tool cut off a body. All other text stays as it is.
///
/// The caller can pass the text in several parts.
///
/// ```
/// use fetch_cors::explain::input::RecordingRepair;
///
/// let mut repair = RecordingRepair::new();
/// let mut text = Vec::new();
/// repair.push(br#"{"url": "https://a.example/\ud8"#, &mut text);
/// repair.push(br#"00", "emoji": "\ud83d\ude00"}"#, &mut text);
/// repair.finish(&mut text);
/// assert_eq!(text, br#"{"url": "https://a.example/\ufffd", "emoji": "\ud83d\ude00"}"#);
/// assert!(repair.has_replaced());
/// ```
#[derive(Debug, Clone, Default)]
pub struct RecordingRepair {
    /// The last bytes of the text so far, if these bytes are an incomplete character or an incomplete escape.
    pending: Vec<u8>,
    has_replaced: bool,
    is_in_string: bool,
}

/// The length of an escape such as `\ud800`.
const ESCAPE_BYTES: usize = 6;
const REPLACEMENT: &[u8] = b"\\ufffd";

/// The decision to keep or to replace the first bytes of a text.
enum Beginning {
    /// This number of bytes at the start of the text stays the same.
    Kept(usize),
    /// `\ufffd` replaces this number of bytes at the start of the text.
    Replaced(usize),
    /// The decision depends on bytes that the caller has not passed yet.
    Incomplete,
}

impl RecordingRepair {
    /// Creates a repair that has not read any text.
    ///
    /// ```
    /// use fetch_cors::explain::input::RecordingRepair;
    /// assert!(!RecordingRepair::new().has_replaced());
    /// ```
    pub const fn new() -> Self {
        Self {
            pending: Vec::new(),
            has_replaced: false,
            is_in_string: false,
        }
    }

    /// Whether the repair has replaced a part of the text.
    ///
    /// ```
    /// use fetch_cors::explain::input::RecordingRepair;
    ///
    /// let mut repair = RecordingRepair::new();
    /// repair.push(b"\"\xff\"", &mut Vec::new());
    /// assert!(repair.has_replaced());
    /// ```
    pub const fn has_replaced(&self) -> bool {
        self.has_replaced
    }

    /// Repairs the next part of the text, and appends the result to `repaired`.
    ///
    /// ```
    /// use fetch_cors::explain::input::RecordingRepair;
    ///
    /// let mut repaired = Vec::new();
    /// RecordingRepair::new().push(b"\"a\"", &mut repaired);
    /// assert_eq!(repaired, b"\"a\"");
    /// ```
    pub fn push(&mut self, part: &[u8], repaired: &mut Vec<u8>) {
        if self.pending.is_empty() {
            let rest = self.repair(part, repaired);
            self.pending.extend_from_slice(rest);
        } else {
            let mut text = core::mem::take(&mut self.pending);
            text.extend_from_slice(part);
            let rest = self.repair(&text, repaired).to_vec();
            self.pending = rest;
        }
    }

    /// Ends the repair. If [`push`](Self::push) kept bytes for the next part of the text, appends these bytes to
    /// `repaired`.
    ///
    /// ```
    /// use fetch_cors::explain::input::RecordingRepair;
    ///
    /// let (mut repair, mut repaired) = (RecordingRepair::new(), Vec::new());
    /// repair.push(b"\"\\ud800", &mut repaired);
    /// repair.finish(&mut repaired);
    /// assert_eq!(repaired, b"\"\\ud800");
    /// ```
    pub fn finish(&mut self, repaired: &mut Vec<u8>) {
        let rest = core::mem::take(&mut self.pending);
        repaired.extend_from_slice(String::from_utf8_lossy(&rest).as_bytes());
    }

    /// Repairs a text, and appends the result to `repaired`. Returns the incomplete character or the incomplete escape
    /// at the end of the text. If the end is complete, returns an empty slice.
    fn repair<'t>(&mut self, mut text: &'t [u8], repaired: &mut Vec<u8>) -> &'t [u8] {
        while !text.is_empty() {
            let plain = text
                .iter()
                .position(|byte| matches!(byte, 0..=0x1f | b'"' | b'\\' | 0x80..));
            let (plain, rest) = text.split_at(plain.unwrap_or(text.len()));
            repaired.extend_from_slice(plain);
            if let [byte @ (0..=0x1f | b'"'), behind @ ..] = rest {
                self.push_single(*byte, repaired);
                text = behind;
                continue;
            }
            let length = match beginning(rest) {
                Beginning::Incomplete => return rest,
                Beginning::Kept(length) => {
                    repaired.extend_from_slice(rest.get(..length).unwrap_or(rest));
                    length
                }
                Beginning::Replaced(length) => {
                    self.has_replaced = true;
                    repaired.extend_from_slice(REPLACEMENT);
                    length
                }
            };
            text = rest.get(length..).unwrap_or_default();
        }
        text
    }
}

impl RecordingRepair {
    /// Appends a quotation mark, or a control character. In a string, a control character is escaped.
    fn push_single(&mut self, byte: u8, repaired: &mut Vec<u8>) {
        if byte == b'"' {
            self.is_in_string = !self.is_in_string;
        } else if self.is_in_string {
            self.has_replaced = true;
            repaired.extend_from_slice(format!("\\u{byte:04x}").as_bytes());
            return;
        }
        repaired.push(byte);
    }
}

/// Decides whether `text` keeps its first escape or its first character. The first byte is a backslash, or is not
/// ASCII.
fn beginning(text: &[u8]) -> Beginning {
    match text {
        [] | [b'\\'] => Beginning::Incomplete,
        [b'\\', b'u', ..] => escape(text),
        [b'\\', ..] => Beginning::Kept(2),
        _ => character(text),
    }
}

/// Decides whether `text` keeps its first character. The first byte is not ASCII.
fn character(text: &[u8]) -> Beginning {
    let text = text.get(..4).unwrap_or(text);
    let (valid, error) = match core::str::from_utf8(text) {
        Ok(valid) => (valid.len(), None),
        Err(error) => (error.valid_up_to(), Some(error.error_len())),
    };
    let valid = text.get(..valid).unwrap_or_default();
    let first = core::str::from_utf8(valid)
        .ok()
        .and_then(|valid| valid.chars().next());
    match (first, error.flatten()) {
        (Some(first), _) => Beginning::Kept(first.len_utf8()),
        (None, Some(length)) => Beginning::Replaced(length),
        (None, None) => Beginning::Incomplete,
    }
}

/// Decides whether `text` keeps its first escape. The escape starts with `\u`, and stands for one code unit of UTF-16.
fn escape(text: &[u8]) -> Beginning {
    let (Some(first), rest) = (text.get(..ESCAPE_BYTES), text.get(ESCAPE_BYTES..)) else {
        return Beginning::Incomplete;
    };
    match unit(first) {
        Some(0xdc00..=0xdfff) => Beginning::Replaced(ESCAPE_BYTES),
        Some(0xd800..=0xdbff) => {
            let rest = rest.unwrap_or_default();
            let next = rest.get(..ESCAPE_BYTES).unwrap_or(rest);
            if next.len() < ESCAPE_BYTES && b"\\u".starts_with(next.get(..2).unwrap_or(next)) {
                return Beginning::Incomplete;
            }
            match unit(next) {
                Some(0xdc00..=0xdfff) => Beginning::Kept(2 * ESCAPE_BYTES),
                _ => Beginning::Replaced(ESCAPE_BYTES),
            }
        }
        Some(_) => Beginning::Kept(ESCAPE_BYTES),
        // An escape without four hexadecimal digits stays in the text. The JSON parser then reports this escape.
        None => Beginning::Kept(2),
    }
}

/// Returns the code unit of an escape such as `\u00e9`.
fn unit(escape: &[u8]) -> Option<u16> {
    let digits = escape.strip_prefix(b"\\u")?;
    let digits = core::str::from_utf8(digits).ok()?;
    let are_digits = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    are_digits.then(|| u16::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_refused_text_is_replaced() {
        for (text, expected) in [
            (&br#"{"a":"b"}"#[..], &br#"{"a":"b"}"#[..]),
            (br#""\ud800""#, br#""\ufffd""#),
            (br#""\uDFFFx""#, br#""\ufffdx""#),
            (br#""\ud83d\ude00""#, br#""\ud83d\ude00""#),
            (br#""\ud83d\ud83d\ude00""#, br#""\ufffd\ud83d\ude00""#),
            (br#""\ud83d\n""#, br#""\ufffd\n""#),
            (br#""\\ud800""#, br#""\\ud800""#),
            (br#""\\\ud800""#, br#""\\\ufffd""#),
            (br#""\ud8zz""#, br#""\ud8zz""#),
            (br#""\ud800\u12zz""#, br#""\ufffd\u12zz""#),
            ("\"é😀\"".as_bytes(), "\"é😀\"".as_bytes()),
            (b"\"\xff\xc3\"", br#""\ufffd\ufffd""#),
            (b"\"\xed\xa0\x80\"", br#""\ufffd\ufffd\ufffd""#),
            (b"\"a\nb\r\t\"\n", b"\"a\\u000ab\\u000d\\u0009\"\n"),
            (b"[\n\"a\\\"\n\"\n]", b"[\n\"a\\\"\\u000a\"\n]"),
            (
                "\"é\"\n\"é\n\"".as_bytes(),
                "\"é\"\n\"é\\u000a\"".as_bytes(),
            ),
            (b"\"\\\\\"\n\"\n\"", b"\"\\\\\"\n\"\\u000a\""),
            (b"", b""),
        ] {
            for size in 1..=text.len().max(1) {
                let (mut repair, mut repaired) = (RecordingRepair::new(), Vec::new());
                for part in text.chunks(size) {
                    repair.push(part, &mut repaired);
                }
                repair.finish(&mut repaired);
                let shown = String::from_utf8_lossy(&repaired);
                assert_eq!(repaired, expected, "{size} {shown}");
                assert_eq!(repair.has_replaced(), text != expected);
            }
        }
    }
}
