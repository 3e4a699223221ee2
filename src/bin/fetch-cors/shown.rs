//! Text from an input, escaped and shortened for messages.

/// The maximum length of a printed message, which can list the names of many members.
pub(crate) const MAX_MESSAGE_CHARS: usize = 600;

/// Returns `text` in one line: unprintable characters, such as line breaks and terminal escapes, are escaped,
/// and a long text is cut in the middle.
pub(crate) fn shown(text: &str, max_chars: usize) -> String {
    let length = text.chars().count();
    let escape = |shown: &mut String, part: &mut dyn Iterator<Item = char>| {
        for character in part {
            if matches!(character, '"' | '\'' | '\\') {
                shown.push(character);
            } else {
                shown.extend(character.escape_debug());
            }
        }
    };
    let mut shown = String::with_capacity(text.len().min(max_chars));
    if length <= max_chars {
        escape(&mut shown, &mut text.chars());
    } else {
        let half = max_chars / 2;
        escape(&mut shown, &mut text.chars().take(half));
        shown.push('…');
        escape(&mut shown, &mut text.chars().skip(length - half));
    }
    shown
}

/// Returns `text` in one line of printable ASCII characters, for a heading. The sentences of an explanation have the same
/// escapes, so a reader finds the method and the URL of a heading in the sentences.
pub(crate) fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '\'' | '\\' => printable.push(character),
            '`' => printable.push_str("\\x60"),
            _ if character.is_ascii() => printable.extend(character.escape_debug()),
            _ => printable.extend(character.escape_unicode()),
        }
    }
    printable
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heading_has_only_printable_ascii_characters() {
        for (text, expected) in [
            (
                "GET https://a.test/Users('a1')",
                "GET https://a.test/Users('a1')",
            ),
            ("PUT\u{3164}", "PUT\\u{3164}"),
            ("a\"b\\c`\x1b", "a\"b\\c\\x60\\u{1b}"),
        ] {
            assert_eq!(printable(text), expected);
        }
    }
}
