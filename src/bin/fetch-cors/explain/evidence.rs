//! Recognizes the form of the evidence. The evidence is the input of `explain`, such as a recording.

use std::{borrow::Cow, cell::RefCell};

use fetch_cors::explain::input::{ConsoleMessage, PastedResponses, RecordingError};
use serde::{
    Deserializer,
    de::{Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};

use crate::recognize::{self, Foreign, Kind};

/// The number of lines of a JSON text or of an HTML text in which the program looks for a console message.
const MAX_LINES_OF_TEXT: usize = 50;

/// The form of an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A HAR recording, or entries of a recording.
    Recording,
    /// Responses that `curl` printed.
    Responses,
    /// Cases and vectors.
    Cases,
    /// Lines of a console.
    Messages,
    /// An input that `explain` does not read.
    Other(Kind),
}

/// Recognizes an input by its beginning.
pub(super) fn form(beginning: &[u8]) -> Form {
    let text = text(beginning);
    let text = text.trim_start();
    let is_compressed = beginning.first() != Some(&0xff) && beginning.first() != Some(&0xfe);
    if is_compressed && RecordingError::format_problem(beginning).is_some() {
        // The input is compressed or has an unreadable encoding. The parser of recordings reads this input, because the
        // error of the parser names the format of the input and the fix.
        return Form::Recording;
    }
    if is_json(text) {
        return form_of_json(text);
    }
    let has_status_line = text.lines().any(recognize::is_status_line);
    if has_status_line || PastedResponses::parse(text.as_bytes()).is_ok() {
        return Form::Responses;
    }
    if text.contains('\0') {
        return Form::Other(Kind::Foreign(Foreign::Binary));
    }
    let first_line = text.lines().next().unwrap_or_default();
    if is_element_with_text(text) && has_message(text) {
        return Form::Messages;
    }
    match recognize::kind_of_first_line(first_line.as_bytes()) {
        // `curl` got no response. The error about an unknown console message then also fits the notes of `curl`.
        Some(Kind::ConsoleMessage | Kind::CurlOutput) | None => Form::Messages,
        Some(kind) => Form::Other(kind),
    }
}

/// Decodes the bytes, without a byte order mark. Also decodes UTF-16, because PowerShell writes files in this encoding.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xff, 0xfe, units @ ..] => Cow::Owned(utf_16(units, u16::from_le_bytes)),
        [0xfe, 0xff, units @ ..] => Cow::Owned(utf_16(units, u16::from_be_bytes)),
        [0xef, 0xbb, 0xbf, text @ ..] | text => utf_8(text),
    }
}

/// Decodes UTF-8. Bytes that are not UTF-8 become the characters of the encoding Windows-1252, because programs for Windows
/// write this encoding.
fn utf_8(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let chunks = text.utf8_chunks().flat_map(|chunk| {
        let others = chunk.invalid().iter().copied();
        chunk.valid().chars().chain(others.map(windows_1252))
    });
    Cow::Owned(chunks.collect())
}

/// Returns the character of a byte in the encoding Windows-1252. Only the quotation marks, the dashes and the ellipsis differ
/// from Latin-1 here: console messages do not have the other characters.
fn windows_1252(byte: u8) -> char {
    match byte {
        0x85 => '…',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x96 => '–',
        0x97 => '—',
        0x80..=0x9f => char::REPLACEMENT_CHARACTER,
        byte => char::from(byte),
    }
}

fn utf_16(units: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units = units.chunks_exact(2);
    let units = units.filter_map(|bytes| Some(unit(bytes.try_into().ok()?)));
    let characters = char::decode_utf16(units);
    characters
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect()
}

/// Whether the text begins like JSON. A bracket alone is not enough: Safari prints lines that begin with `[Error]` and
/// `[blocked]`.
fn is_json(text: &str) -> bool {
    match text.strip_prefix('[') {
        Some(rest) => {
            rest.trim_start().starts_with(['{', '[', ']'])
                || serde_json::from_str::<IgnoredAny>(text).is_ok()
        }
        None => text.starts_with('{') && !is_macro(text),
    }
}

/// Whether the text begins with a macro of Jira or Confluence, such as `{code}` and `{code:java}`.
fn is_macro(text: &str) -> bool {
    const NAMES: [&str; 4] = ["code", "noformat", "panel", "quote"];
    let inner = text.strip_prefix('{').unwrap_or_default();
    let mut names = NAMES.iter();
    names.any(|name| {
        let rest = inner.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with(['}', ':']))
    })
}

/// Whether the text begins with an HTML element that programs write around a message.
fn is_element_with_text(text: &str) -> bool {
    const NAMES: [&str; 9] = [
        "blockquote",
        "br",
        "code",
        "div",
        "li",
        "p",
        "pre",
        "span",
        "td",
    ];
    let name = text.strip_prefix('<').unwrap_or_default();
    let rest = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let name = name.strip_suffix(rest).unwrap_or_default();
    let mut names = NAMES.into_iter();
    names.any(|known| known.eq_ignore_ascii_case(name))
}

fn form_of_json(text: &str) -> Form {
    let names = first_names(text);
    let has = |name: &str| names.iter().any(|other| other == name);
    // A line of a log of Docker also has the member `log`.
    if has("log") && has("stream") && has_message(text) {
        return Form::Messages;
    }
    let is_recording = has("log") || has("entries") || (has("request") && !has("id"));
    if is_recording {
        return Form::Recording;
    }
    if has("fetches") || has("case") {
        return Form::Cases;
    }
    let line = text.lines().next().unwrap_or_default();
    match recognize::kind(line).or_else(|| recognize::kind(text)) {
        Some(Kind::Case | Kind::Vector | Kind::FlatVector) => Form::Cases,
        // Test runners and log collectors write the messages of a console as JSON.
        Some(Kind::List) | None if has_message(text) => Form::Messages,
        Some(Kind::List) | None => Form::Recording,
        Some(kind) => Form::Other(kind),
    }
}

/// Whether the first lines have a console message that names the reason of the browser.
fn has_message(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().take(MAX_LINES_OF_TEXT).collect();
    let found = ConsoleMessage::parse_all(&lines.join("\n"));
    let mut messages = found.iter().filter_map(|line| line.message.as_ref().ok());
    messages.any(ConsoleMessage::has_reason)
}

/// Returns the names of the members of the first object. If the text ends inside the object, returns the names before the
/// end.
fn first_names(text: &str) -> Vec<String> {
    let names = RefCell::new(Vec::new());
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // The text can be cut off, so an error is normal here.
    let _ = deserializer.deserialize_any(Names(&names));
    names.into_inner()
}

struct Names<'n>(&'n RefCell<Vec<String>>);

impl<'de> serde::de::DeserializeSeed<'de> for Names<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key()? {
            self.0.borrow_mut().push(name);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        seq.next_element_seed(self)?;
        Err(A::Error::custom("only the first element is of interest"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_of_windows_are_decoded() {
        for (bytes, expected) in [
            (&b"a \x91b\x92 \x93c\x94 \x85 \xe9"[..], "a ‘b’ “c” … é"),
            (b"\xe2\x80\x98a\xe2\x80\x99 \x92", "‘a’ ’"),
            (b"\x81", "\u{fffd}"),
        ] {
            assert_eq!(text(bytes), expected);
        }
    }

    #[test]
    fn forms_are_recognized_by_their_beginning() {
        for (beginning, expected) in [
            (&br#"{"log": {"entries": ["#[..], Form::Recording),
            (b"\xef\xbb\xbf\n{\n  \"log\"", Form::Recording),
            (b"\xef\xbb\xbf\n{\n  \"log\": {", Form::Recording),
            (br#"[{"_initiator": {}, "request": {"#, Form::Recording),
            (br#"[ ]"#, Form::Recording),
            (
                br#"{"startedDateTime": "", "request": {}}"#,
                Form::Recording,
            ),
            (br#"{"id": "a", "fetches": [{"origin""#, Form::Cases),
            (br#"{"case": {"id": "a""#, Form::Cases),
            (
                br#"{"id": "a", "request": {}, "response": {}}"#,
                Form::Other(Kind::Exchange),
            ),
            (
                br#"{"origins": ["https://a.example"]}"#,
                Form::Other(Kind::Policy),
            ),
            (b"HTTP/2 200\r\n", Form::Responses),
            (
                b"$ curl -i https://a.example/\nHTTP/1.1 200 OK\n",
                Form::Responses,
            ),
            (b"    HTTP/2 200\n    vary: origin\n", Form::Responses),
            (
                b"* Trying 127.0.0.1:80...\n> GET / HTTP/1.1\n>\n< HTTP/1.1 200 OK\n",
                Form::Responses,
            ),
            (
                b"\xff\xfeH\0T\0T\0P\0/\0\x32\0 \0\x32\0\x30\0\x30\0\n\0",
                Form::Responses,
            ),
            (
                b"[Error] Origin https://a.example is not allowed",
                Form::Messages,
            ),
            (b"Access to fetch at", Form::Messages),
            (
                br#"{"level": "error", "text": "Preflight response is not successful. Status code: 404"}"#,
                Form::Messages,
            ),
            (
                br#"[{'level': 'SEVERE', 'message': "Preflight response is not successful. Status code: 404"}]"#,
                Form::Messages,
            ),
            (
                br#"{"log":"Preflight response is not successful. Status code: 404\n","stream":"stderr"}"#,
                Form::Messages,
            ),
            (b"{code:java}\nOrigin https://a.example is not", Form::Messages),
            (
                b"<p>Preflight response is not successful. Status code: 404</p>",
                Form::Messages,
            ),
            (
                b"<p>A page</p>",
                Form::Other(Kind::Foreign(Foreign::Markup)),
            ),
            (b"\x1f\x8b\x08", Form::Recording),
            (b"", Form::Messages),
        ] {
            let shown = String::from_utf8_lossy(beginning);
            assert_eq!(form(beginning), expected, "{shown}");
        }
    }
}
