//! The option `--only-url`: the URLs that it selects.

use url::Url;

/// Whether the text selects a URL. A text without `*` selects each URL that contains the text. A text with `*` must
/// match the whole URL.
pub(crate) fn selects(text: &str, url: &Url) -> bool {
    if text.contains('*') {
        matches(text, url.as_str())
    } else {
        url.as_str().contains(text)
    }
}

/// Returns the text that selects the URLs of a server, in quotation marks for a shell. `server` is an origin. Without `*`,
/// the text would also select URLs with this URL in their query. Without the slash, the text would also select longer
/// origins, such as an origin with a port.
pub(crate) fn of_server(server: &str) -> String {
    format!("'{server}/*'")
}

/// Describes the URLs that the text selects.
pub(crate) fn described(text: &str) -> String {
    let shown = text.escape_debug();
    if text.contains('*') {
        format!("a URL that matches `{shown}`")
    } else {
        format!("a URL that contains `{shown}`")
    }
}

/// Whether the whole text matches a pattern, in which `*` stands for any characters.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some((_, behind)) = rest.split_once(part) else {
            return false;
        };
        rest = behind;
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_a_server_is_one_word_of_a_shell() {
        assert_eq!(
            of_server("https://a.example:81"),
            "'https://a.example:81/*'"
        );
    }

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, expected) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("*", "", true),
            ("a*", "ab", true),
            ("*b", "ab", true),
            ("*b", "abc", false),
            ("a*c*e", "abcde", true),
            ("a*c*e", "abcdef", false),
            ("a*a", "a", false),
            ("a**a", "aba", true),
            ("*/notes", "https://a.example/notes", true),
            ("*/notes", "https://a.example/my-notes", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
