//! Undoes the escapes of the programs from which a line was copied: the entities of HTML, the escapes of JSON, and the
//! colors of terminals.

use alloc::{borrow::Cow, string::String};

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
    ("\\u00a0", " "),
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
    if text.contains("\\u") {
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
    fn escapes_are_undone() {
        for (text, expected) in [
            ("a &#39;b&#39; &lt;c&gt; &amp;d", "a 'b' <c> &d"),
            ("a &amp;#39;b&amp;#39;", "a 'b'"),
            ("a&nbsp;b", "a b"),
            ("\\u2018a\\u2019 \\u201Cb\\u201D", "'a' \"b\""),
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
