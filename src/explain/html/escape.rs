//! Escapes text for HTML.

use alloc::string::ToString;
use core::fmt::{self, Formatter, Write as _};

use crate::explain::{combining_mark::Marks, shown::shortened};

/// Escaped text for the content of an HTML element, or for an attribute value in quotation marks. An invisible character,
/// such as a control character or a character that changes the direction of the text, is written as in `\u{202e}`. A
/// combining mark stays as it is if it belongs to a letter.
pub(super) struct Html<'a>(pub(super) &'a str);

impl fmt::Display for Html<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut marks = Marks::default();
        self.0.chars().try_for_each(|character| match character {
            character if marks.is_readable_mark(character) => f.write_char(character),
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            '\'' => f.write_str("&#39;"),
            character if is_invisible(character) => write!(f, "{}", character.escape_unicode()),
            character => f.write_char(character),
        })
    }
}

/// Whether the character is invisible. False for line feeds and tabs.
fn is_invisible(character: char) -> bool {
    // `escape_debug` writes a short escape, such as `\n`, or a code, such as `\u{1b}`.
    let has_code = character.escape_debug().len() > "\\n".len();
    !matches!(character, '\n' | '\t') && (character.is_control() || has_code)
}

/// Escaped text for HTML, and the maximum number of its characters. A longer text is shortened.
pub(super) struct Short<'a>(pub(super) &'a str, pub(super) usize);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let text = shortened(self.0, self.1).to_string();
        write!(f, "{}", Html(&text))
    }
}

/// A sentence for HTML. Text between backticks becomes a `<code>` element.
pub(super) struct Sentence<'a>(pub(super) &'a str);

impl fmt::Display for Sentence<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = self.0.split('`').peekable();
        let mut is_code = false;
        while let Some(part) = parts.next() {
            let has_end = parts.peek().is_some();
            match (is_code, has_end) {
                (true, true) => write!(f, "<code>{}</code>", Html(part))?,
                // The closing backtick is missing, so the opening backtick is plain text.
                (true, false) => write!(f, "`{}", Html(part))?,
                (false, _) => write!(f, "{}", Html(part))?,
            }
            is_code = !is_code;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_escaped() {
        for (text, expected) in [
            ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;"),
            ("a `b<` c", "a <code>b&lt;</code> c"),
            ("a `b", "a `b"),
            ("`a``b`", "<code>a</code><code>b</code>"),
            (
                "a\u{1b}\u{9b}\r\0b\u{202e}\u{2066}\u{200b}",
                r"a\u{1b}\u{9b}\u{d}\u{0}b\u{202e}\u{2066}\u{200b}",
            ),
            (
                "e\u{301} a\u{308} =\u{338} \u{301}",
                "e\u{301} a\u{308} =\\u{338} \\u{301}",
            ),
            ("a\n\tb ‘é’ → …", "a\n\tb ‘é’ → …"),
            ("", ""),
        ] {
            assert_eq!(Sentence(text).to_string(), expected, "{text}");
        }
    }
}
