//! Undoes the escapes of the programs from which a line was copied: the entities of HTML, the escapes of JSON, the colors of
//! terminals, and the marks of line breaks.

use alloc::{borrow::Cow, string::String, vec::Vec};

/// Entities of HTML, each with its character. `&amp;` comes last, because a text can be escaped twice: `&amp;#39;`.
const ENTITIES: [(&str, &str); 15] = [
    ("&#39;", "'"),
    ("&#x27;", "'"),
    ("&#X27;", "'"),
    ("&apos;", "'"),
    ("&lsquo;", "'"),
    ("&rsquo;", "'"),
    ("&quot;", "\""),
    ("&#34;", "\""),
    ("&ldquo;", "\""),
    ("&rdquo;", "\""),
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&lt;", "<"),
    ("&gt;", ">"),
    ("&amp;", "&"),
];

/// The number of entities at the beginning of [`ENTITIES`] that show that a text is HTML. The other entities can be a part
/// of a URL.
const CERTAIN_ENTITIES: usize = 12;

/// The maximum number of times that a text is escaped.
const MAX_ESCAPES: usize = 3;

/// Escapes of JSON, in lower case, each with its character.
const JSON_ESCAPES: [(&str, &str); 8] = [
    ("\\u2018", "'"),
    ("\\u2019", "'"),
    ("\\u201c", "\""),
    ("\\u201d", "\""),
    ("\\u0027", "'"),
    ("\\u0022", "\""),
    ("\\u00a0", "\u{a0}"),
    ("\\u2026", "…"),
];

/// The first character of a sequence that changes the color of a terminal. In the text of a log, the character can be escaped
/// or missing.
const COLORS: [&str; 5] = ["\u{1b}", "\\u001b", "\\x1b", "\\033", "\\e"];

/// The maximum length of the numbers of a color.
const MAX_COLOR_BYTES: usize = 20;

/// Returns the text without escapes. The text keeps its line breaks.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let mut text = without_colors(text);
    if let Some(lines) = lines_of_logs(&text) {
        text = Cow::Owned(lines);
    }
    if let Some(lines) = without_line_ends(&text) {
        text = Cow::Owned(lines);
    }
    if text.contains("\\u") {
        if let Cow::Owned(characters) = with_characters_of_bytes(&text) {
            text = Cow::Owned(characters);
        }
        for (escape, character) in JSON_ESCAPES {
            replace(&mut text, escape, character);
            replace(
                &mut text,
                &escape.to_ascii_uppercase().replace('U', "u"),
                character,
            );
        }
    }
    let entities = ENTITIES.iter().take(CERTAIN_ENTITIES);
    for _ in 0..MAX_ESCAPES {
        let mut certain = entities.clone().map(|(entity, _)| *entity);
        let is_html = text.contains('&')
            && certain.any(|entity| {
                let name = entity.trim_start_matches('&');
                text.contains(entity) || text.contains(&alloc::format!("&amp;{name}"))
            });
        if !is_html {
            break;
        }
        for (entity, character) in ENTITIES {
            replace(&mut text, entity, character);
        }
    }
    text
}

/// The beginning of a line of a log of Docker, which has the text as JSON.
const LOG: &str = "{\"log\":\"";

/// Returns the texts in the lines of a log of Docker. `None` if a line has another form.
fn lines_of_logs(text: &str) -> Option<String> {
    let mut lines = String::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let mut characters = line.trim_start().strip_prefix(LOG)?.chars();
        loop {
            match characters.next()? {
                '"' => break,
                '\\' => match characters.next()? {
                    'n' => lines.push('\n'),
                    'r' => lines.push('\r'),
                    't' => lines.push('\t'),
                    'u' => lines.push_str("\\u"),
                    other => lines.push(other),
                },
                other => lines.push(other),
            }
        }
        if !lines.ends_with('\n') {
            lines.push('\n');
        }
    }
    (!lines.is_empty()).then_some(lines)
}

/// The tags of a line break in HTML.
const LINE_BREAKS: [&str; 3] = ["<br>", "<br/>", "<br />"];

/// Returns the text without the backslash at the ends of lines, and with a line break in place of a tag of a line break.
/// `None` if there is no such backslash and no such tag. A tag before the end of a quotation belongs to a value.
fn without_line_ends(text: &str) -> Option<String> {
    let has_tag = LINE_BREAKS.iter().any(|tag| text.contains(tag));
    if !text.contains("\\\n") && !text.contains("\\\r\n") && !has_tag {
        return None;
    }
    let mut lines = text.replace("\\\n", "\n").replace("\\\r\n", "\r\n");
    for tag in LINE_BREAKS {
        let text = core::mem::take(&mut lines);
        let mut rest = &*text;
        while let Some((before, behind)) = rest.split_once(tag) {
            lines.push_str(before);
            let next = behind.strip_prefix(['\'', '"']).unwrap_or(behind);
            let is_break = next.starts_with(|c: char| c.is_alphanumeric() || c == '(' || c == '‘');
            if is_break {
                lines.push('\n');
            } else if !behind.trim_start_matches('\r').starts_with('\n') && !behind.is_empty() {
                lines.push_str(tag);
            }
            rest = behind;
        }
        lines.push_str(rest);
    }
    Some(lines)
}

/// The beginning of the code of a byte. Newer versions of Chromium print each byte of a header value that is not printable
/// ASCII as such a code, for example `\u00E2`.
const BYTE: &str = "\\u00";

/// Returns the byte of a code such as `\u00E2` at the beginning of the text.
fn coded_byte(text: &str) -> Option<(u8, &str)> {
    let (digits, rest) = text.strip_prefix(BYTE)?.split_at_checked(2)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
    Some((byte, rest))
}

/// Returns the text with a character in place of the codes of the bytes that encode the character in UTF-8. Codes of ASCII
/// characters stay.
fn with_characters_of_bytes(text: &str) -> Cow<'_, str> {
    let Some(start) = text.find(BYTE) else {
        return Cow::Borrowed(text);
    };
    let mut kept = String::with_capacity(text.len());
    let (before, mut rest) = text.split_at_checked(start).unwrap_or((text, ""));
    kept.push_str(before);
    while !rest.is_empty() {
        if let Some((character, behind)) = character_of_bytes(rest) {
            kept.push(character);
            rest = behind;
            continue;
        }
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest.get(first..).and_then(|after| after.find(BYTE));
        let end = end.map_or(rest.len(), |end| end + first);
        let Some((other, behind)) = rest.split_at_checked(end) else {
            break;
        };
        kept.push_str(other);
        rest = behind;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// Returns the character whose bytes are at the beginning of the text as codes. `None` if the codes are not UTF-8, or the
/// character is ASCII.
fn character_of_bytes(text: &str) -> Option<(char, &str)> {
    const MAX_BYTES: usize = 4;
    let mut bytes = Vec::new();
    let mut rest = text;
    while bytes.len() < MAX_BYTES {
        let (byte, behind) = coded_byte(rest).filter(|(byte, _)| !byte.is_ascii())?;
        bytes.push(byte);
        rest = behind;
        let text = core::str::from_utf8(&bytes).ok();
        if let Some(character) = text.and_then(|text| text.chars().next()) {
            return Some((character, rest));
        }
    }
    None
}

/// Returns a value of a message of Chromium without the codes of control characters, and of bytes that are not UTF-8. Other
/// codes stay, because Chromium prints visible characters without codes: the server sends such a code.
pub(super) fn without_codes_of_bytes(value: &str) -> Cow<'_, str> {
    let parts = value.split(BYTE);
    if !value.contains(BYTE) {
        return Cow::Borrowed(value);
    }
    let mut decoded = String::with_capacity(value.len());
    for (position, part) in parts.enumerate() {
        let code = part.get(..2).filter(|_| position > 0);
        let is_hex = |code: &&str| code.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = code
            .filter(is_hex)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match byte.filter(|byte| !matches!(byte, b' '..=b'~')) {
            Some(byte) => {
                decoded.push(char::from(byte));
                decoded.push_str(part.get(2..).unwrap_or_default());
            }
            None => {
                decoded.push_str(if position > 0 { BYTE } else { "" });
                decoded.push_str(part);
            }
        }
    }
    Cow::Owned(decoded)
}

fn replace(text: &mut Cow<'_, str>, old: &str, new: &str) {
    if text.contains(old) {
        *text = Cow::Owned(text.replace(old, new));
    }
}

/// Returns the text before a color, without the beginning of the color. `before` ends before the bracket.
fn color_start(before: &str) -> &str {
    let starts = COLORS.iter().filter_map(|start| before.strip_suffix(start));
    starts.min_by_key(|text| text.len()).unwrap_or(before)
}

/// Whether a line or a word ends with the text. `is_start` is true if nothing comes before the text.
fn is_end_of_line(text: &str, is_start: bool) -> bool {
    text.ends_with(char::is_whitespace) || (is_start && text.is_empty())
}

/// Returns the text without sequences such as `ESC[31m` before a word and at the end of a line. A sequence within a word
/// belongs to a value.
fn without_colors(text: &str) -> Cow<'_, str> {
    if !text.contains('[') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('[') {
        let end = behind
            .bytes()
            .take(MAX_COLOR_BYTES)
            .position(|byte| byte == b'm');
        let numbers = end.and_then(|end| behind.split_at_checked(end));
        let is_number = |byte: u8| byte.is_ascii_digit() || byte == b';';
        let color =
            numbers.filter(|(numbers, _)| !numbers.is_empty() && numbers.bytes().all(is_number));
        let color = color.and_then(|(_, end)| {
            let start = color_start(before);
            let end = end.strip_prefix('m')?;
            let is_outside =
                is_end_of_line(start, kept.is_empty()) || end.starts_with(['\r', '\n']);
            (is_outside || end.is_empty()).then_some((start, end))
        });
        let Some((start, end)) = color else {
            kept.push_str(before);
            kept.push('[');
            rest = behind;
            continue;
        };
        kept.push_str(start);
        rest = end;
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_bytes_become_characters() {
        for (value, expected) in [
            ("a\\u0009b\\u007Fc", "a\tb\u{7f}c"),
            ("a\\u00FC", "aü"),
            ("https:\\u002F\\u002Fa", "https:\\u002F\\u002Fa"),
            ("\\u00zz\\u00é\\u00", "\\u00zz\\u00é\\u00"),
        ] {
            assert_eq!(without_codes_of_bytes(value), expected);
        }
    }

    #[test]
    fn escapes_are_undone() {
        for (text, expected) in [
            ("a &#39;b&#39; &lt;c&gt; &amp;d", "a 'b' <c> &d"),
            ("a &amp;#39;b&amp;#39;", "a 'b'"),
            ("a&nbsp;b", "a b"),
            ("\\u2018a\\u2019 \\u201Cb\\u201D", "'a' \"b\""),
            ("a\\u00E2\\u0080\\u008b.\\u00C2\\u00A0", "a\u{200b}.\u{a0}"),
            ("b\\u00C3\\u00BCcher \\u00fc \\u00", "bücher \\u00fc \\u00"),
            ("\\u00a0b\\u00é\\u00E2", "\u{a0}b\\u00é\\u00E2"),
            ("\u{1b}[31ma\u{1b}[39m\nb", "a\nb"),
            ("\\x1b[1;31ma\\u001b[0m", "a"),
            ("[31ma[0m", "a"),
            // Neither text of HTML nor a color.
            (
                "https://a.example/?a=1&lt=2&amp;b",
                "https://a.example/?a=1&lt=2&amp;b",
            ),
            ("[Error] [1;2] [m a[3]", "[Error] [1;2] [m a[3]"),
            // A value.
            ("'\u{1b}[31ma'", "'\u{1b}[31ma'"),
        ] {
            assert_eq!(decoded(text), expected);
        }
    }
}
