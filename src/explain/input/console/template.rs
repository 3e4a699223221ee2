//! Compares lines with the templates of messages. A template is text with the names of fields in braces.

use alloc::{borrow::Cow, string::String, vec::Vec};

use ::url::Url;

use crate::explain::near_miss::invisible::{has_no_width, is_invisible};

/// A part of a template. The text of this part differs between messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Url,
    /// The URL after a redirect, in a message that does not have the URL before the redirect.
    LastUrl,
    RedirectedFrom,
    RedirectTarget,
    Origin,
    Page,
    Kind,
    Value,
    /// The value of a response header, without quotes, at the end of a line. The value can have spaces.
    LastValue,
    Header,
    Method,
    Status,
    /// The directive that forbids the request. The page has this directive in its Content Security Policy.
    Directive,
    /// The directive that the Content Security Policy lacks.
    MissingDirective,
    /// The name of a cookie.
    Cookie,
    /// A part that the parser ignores.
    Other,
}

impl Field {
    fn from_name(name: &str) -> Self {
        match name {
            "url" => Self::Url,
            "last" => Self::LastUrl,
            "from" => Self::RedirectedFrom,
            "to" => Self::RedirectTarget,
            "origin" => Self::Origin,
            "page" => Self::Page,
            "kind" => Self::Kind,
            "value" => Self::Value,
            "list" => Self::LastValue,
            "header" => Self::Header,
            "method" => Self::Method,
            "status" => Self::Status,
            "directive" => Self::Directive,
            "missing" => Self::MissingDirective,
            "cookie" => Self::Cookie,
            _ => Self::Other,
        }
    }

    /// Whether the field can have this text.
    fn accepts(self, text: &str) -> bool {
        match self {
            Self::Value | Self::LastValue | Self::Other => true,
            // Some messages have a word in place of a URL, such as `resource` in `Failed to load resource: …`.
            Self::Url => {
                !matches!(text, "resource" | "inline" | "self" | "eval")
                    && !text.is_empty()
                    && !text.contains(char::is_whitespace)
            }
            // A kind can have several words, such as `CSS stylesheet` and `internal resource`.
            Self::Kind => {
                text.split(' ').count() <= MAX_KIND_WORDS
                    && text.split(' ').all(|word| {
                        !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '-')
                    })
            }
            Self::Directive | Self::MissingDirective => {
                !text.is_empty()
                    && text
                        .bytes()
                        .all(|byte| byte.is_ascii_lowercase() || byte == b'-')
            }
            // A status with fewer digits is cut off.
            Self::Status => {
                text.len() == STATUS_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit())
            }
            _ => !text.is_empty() && !text.contains(char::is_whitespace),
        }
    }
}

/// The number of digits of a status.
pub(super) const STATUS_DIGITS: usize = 3;

/// The maximum number of words that name the kind of a request.
const MAX_KIND_WORDS: usize = 3;

/// The maximum number of positions in a line at which the parser tries a template.
const MAX_ATTEMPTS: usize = 8;

/// Whether the case of letters matters in the comparison of a line with a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LetterCase {
    Exact,
    Ignored,
}

impl LetterCase {
    /// Splits the line at the first occurrence of `text`.
    fn split_once<'l>(self, line: &'l str, text: &str) -> Option<(&'l str, &'l str)> {
        if self == Self::Exact || text.is_empty() {
            return line.split_once(text);
        }
        let mut windows = line.as_bytes().windows(text.len());
        let start = windows.position(|window| window.eq_ignore_ascii_case(text.as_bytes()))?;
        Some((line.get(..start)?, line.get(start + text.len()..)?))
    }
}

/// Finds the text of a template in a line, and returns the values of the fields. `None` if the line does not match the
/// template.
///
/// The template has to begin with text, and has to have text between two fields.
pub(super) fn find<'l>(
    template: &str,
    line: &'l str,
    case: LetterCase,
) -> Option<Vec<(Field, &'l str)>> {
    let (text, template) = template.split_once('{').unwrap_or((template, ""));
    let mut rest = line;
    for _ in 0..MAX_ATTEMPTS {
        (_, rest) = case.split_once(rest, text)?;
        if let Some(fields) = fields(template, rest, case) {
            return Some(fields);
        }
    }
    None
}

/// Returns the values of the fields. `template` is the part of a template after the first opening brace, such as `url}'
/// from origin '{origin}'`. `rest` is the part of the line that begins with the value of the first field.
fn fields<'l>(
    mut template: &str,
    mut rest: &'l str,
    case: LetterCase,
) -> Option<Vec<(Field, &'l str)>> {
    let mut fields = Vec::new();
    while let Some((name, behind)) = template.split_once('}') {
        let (text, next) = behind.split_once('{').unwrap_or((behind, ""));
        template = next;
        let field = Field::from_name(name);
        let (value, behind) = if field == Field::LastValue {
            (without_place(rest), "")
        } else if text.is_empty() {
            let (value, behind) = rest.split_once(' ').unwrap_or((rest, ""));
            let value = match field {
                Field::Status => {
                    let end = value.find(|c: char| !c.is_ascii_digit());
                    end.and_then(|end| value.get(..end)).unwrap_or(value)
                }
                _ => value.trim_end_matches(['.', ',', ')', '\'', '"']),
            };
            (value, behind)
        } else if template.is_empty() && field == Field::Value && case == LetterCase::Exact {
            split_at_end_of_value(rest, text)?
        } else {
            case.split_once(rest, text)?
        };
        if !field.accepts(value) {
            return None;
        }
        fields.push((field, value));
        rest = behind;
    }
    Some(fields)
}

/// Splits a line at the end of a value. `text` is the text of the template after the value. The value can contain this
/// text, and other sentences with this text can follow the message. So the value ends before the first occurrence of the
/// text at the end of a sentence or of the line. Without such an occurrence, the value ends before the last occurrence.
fn split_at_end_of_value<'l>(line: &'l str, text: &str) -> Option<(&'l str, &'l str)> {
    let is_end_of_sentence = |behind: &str| {
        let rest = behind.trim_start_matches(['.', ']', ')']);
        rest.is_empty()
            || (rest.len() < behind.len()
                && rest.starts_with(|c: char| c == ' ' || c.is_ascii_uppercase()))
    };
    let mut ends = line.match_indices(text).map(|(start, _)| start);
    let split = |start: usize| Some((line.get(..start)?, line.get(start + text.len()..)?));
    let first =
        ends.find_map(|start| split(start).filter(|(_, behind)| is_end_of_sentence(behind)));
    first.or_else(|| line.rsplit_once(text))
}

/// Returns the values of the fields of a text that begins like the template, and ends before the template ends. `None` for
/// any other text. A value at the end of the text is left out, because its end is possibly missing. The quotes of the
/// template and of the text are removed.
pub(super) fn fields_before_end<'t>(
    mut template: &str,
    mut text: &'t str,
) -> Option<Vec<(Field, &'t str)>> {
    let mut fields = Vec::new();
    loop {
        let (words, behind) = template.split_once('{').unwrap_or((template, ""));
        let Some(rest) = text.strip_prefix(words) else {
            return words.starts_with(text).then_some(fields);
        };
        let (name, behind) = behind.split_once('}')?;
        let field = Field::from_name(name);
        let words = behind.split('{').next().unwrap_or_default();
        let end = if words.is_empty() {
            rest.find(' ')
        } else {
            rest.find(words)
        };
        let Some((value, next)) = end.and_then(|end| rest.split_at_checked(end)) else {
            // Either the value or the words behind the value are not complete.
            let value = rest.split(' ').next().unwrap_or_default();
            let behind = rest.get(value.len()..).unwrap_or_default();
            let is_beginning = behind.is_empty() || words.starts_with(behind);
            if !behind.is_empty() && is_beginning && field.accepts(value) {
                fields.push((field, value));
            }
            return is_beginning.then_some(fields);
        };
        if !field.accepts(value) {
            return None;
        }
        fields.push((field, value));
        (template, text) = (behind, next);
    }
}

/// Returns the text without the place of the message in a file, such as ` (app.js:12:3)` and ` (notes.html, line 3)`.
pub(super) fn without_place(text: &str) -> &str {
    let place = text
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once(" ("));
    let is_place = |place: &str| {
        let number = place.rsplit([':', ' ']).next().unwrap_or_default();
        place.contains([':', ',']) && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    match place {
        Some((value, place)) if is_place(place) => value,
        _ => text,
    }
}

/// Normalizes a line as [`normalized`] does, but keeps each invisible character.
pub(super) fn normalized_visibly(line: &str) -> String {
    normalized_with(line, |c| {
        if c.is_whitespace() && !is_invisible(c) {
            Seen::Space
        } else {
            Seen::Character
        }
    })
}

/// Returns the line with straight quotes, with one space in place of any white space, and without characters that have no
/// width.
pub(super) fn normalized(line: &str) -> String {
    normalized_with(line, |c| {
        if has_no_width(c) {
            Seen::Nothing
        } else if c.is_whitespace() {
            Seen::Space
        } else {
            Seen::Character
        }
    })
}

/// How a character looks to a reader.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    Nothing,
    Space,
    Character,
}

fn normalized_with(line: &str, seen: fn(char) -> Seen) -> String {
    let mut normalized = String::with_capacity(line.len());
    let mut is_space = true;
    for character in line.chars() {
        // The message was wrapped after a hyphen, so the two parts of the word belong together.
        if character == '\n' && ends_with_hyphen(&normalized) {
            normalized.truncate(normalized.trim_end().len());
            is_space = true;
            continue;
        }
        let seen = seen(character);
        if seen == Seen::Nothing {
            continue;
        }
        if seen == Seen::Space {
            if !is_space {
                normalized.push(' ');
            }
            is_space = true;
            continue;
        }
        is_space = false;
        normalized.push(match character {
            '‘' | '’' | '′' => '\'',
            '“' | '”' => '"',
            other => other,
        });
    }
    if is_space {
        normalized.pop();
    }
    // The message was wrapped inside a header name, and the line break became a space.
    normalized.replace("Access-Control- ", "Access-Control-")
}

/// Whether the last word of the text ends with a hyphen. The rest of such a word is on the next line.
pub(super) fn ends_with_hyphen(text: &str) -> bool {
    let word = text.trim_end().strip_suffix('-');
    word.is_some_and(|word| word.ends_with(char::is_alphanumeric))
}

/// Escaped quotes of programming languages.
const ESCAPED_QUOTES: [&str; 2] = ["\\'", "\\\""];

/// Returns the text without quotes. The quotes of a pasted line are often not the quotes of the message: a shell
/// removes single quotes, and chat programs and editors change quotes.
pub(super) fn without_quotes(text: &str) -> String {
    let mut text = String::from(text);
    for escaped in ESCAPED_QUOTES {
        if text.contains(escaped) {
            text = text.replace(escaped, "");
        }
    }
    // Markdown marks bold text with two asterisks. A value of a header has at most one.
    text = text.replace("**", "");
    text.retain(|character| {
        !matches!(
            character,
            '\'' | '"' | '`' | '´' | '«' | '»' | '‹' | '›' | '„' | '‚' | '「' | '」'
        )
    });
    text
}

/// Returns a URL or an origin without the markup that chat programs, editors and Markdown put around it, such as `<URL>`,
/// `<URL|URL>`, `[URL](URL)` or backticks. `None` if the text is then neither a URL, nor a path, nor the origin `null`.
pub(super) fn without_markup(value: &str) -> Option<&str> {
    let opened = value.trim_start_matches(['[', '(', '<', '`', '*', '"', '\'']);
    // Without a mark at the beginning, a mark at the end belongs to the URL.
    let text = if opened.len() == value.len() {
        value
    } else {
        closed(opened)
    };
    let is_known = text == "null" || text.starts_with('/') || Url::parse(text).is_ok();
    is_known.then_some(text)
}

/// Returns the text before the mark that ends a link or code.
fn closed(text: &str) -> &str {
    let text = text.split_once("](").map_or(text, |(text, _)| text);
    let end = text.find(['|', '>', '`']).unwrap_or(text.len());
    let text = text.get(..end).unwrap_or(text);
    let text = text.trim_end_matches([')', '*', '"', '\'']);
    // The bracket of an IPv6 address belongs to the origin.
    if text.contains("://[") {
        text
    } else {
        text.trim_end_matches(']')
    }
}

/// Replaces each `{name}` in a text with its value. A name without a value is written in upper case.
pub(super) fn filled<'a>(text: &'a str, value: impl Fn(&str) -> Option<String>) -> Cow<'a, str> {
    let Some((before, mut rest)) = text.split_once('{') else {
        return Cow::Borrowed(text);
    };
    let mut filled = String::from(before);
    while let Some((name, behind)) = rest.split_once('}') {
        match value(name) {
            Some(value) => filled.push_str(&value),
            None => filled.push_str(&name.to_ascii_uppercase()),
        }
        let (text, next) = behind.split_once('{').unwrap_or((behind, ""));
        filled.push_str(text);
        rest = next;
    }
    Cow::Owned(filled)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn fields_of_a_template_are_found() {
        assert_eq!(find("a b", "x a b y", LetterCase::Exact), Some(vec![]));
        assert_eq!(find("a b", "x a  b y", LetterCase::Exact), None);
        assert_eq!(
            find(
                "at '{url}' from '{origin}'",
                "at 'u' from 'o'.",
                LetterCase::Exact
            )
            .unwrap(),
            [(Field::Url, "u"), (Field::Origin, "o")]
        );
        assert_eq!(find("at '{url}'", "at 'u v'", LetterCase::Exact), None);
        assert_eq!(find("at '{url}'", "at ''", LetterCase::Exact), None);
        assert_eq!(
            find("is '{value}'", "is ''", LetterCase::Exact).unwrap(),
            [(Field::Value, "")]
        );
        assert_eq!(
            find("is '{value}', but", "is 'a', but', but", LetterCase::Exact).unwrap(),
            [(Field::Value, "a', but")]
        );
        for (line, expected) in [
            ("is 'a'. Set the mode to 'b' then.", "a"),
            ("is 'a'. Origin 'b' is therefore not allowed.", "a"),
            ("is 'a'.Origin 'b' is therefore not allowed.", "a"),
            ("is ''self''. Origin 'b'", "'self'"),
            ("is 'a' b'", "a' b"),
            ("is 'a' (b)", "a"),
            ("is ''. Set 'b'", ""),
        ] {
            assert_eq!(
                find("is '{value}'", line, LetterCase::Exact).unwrap(),
                [(Field::Value, expected)]
            );
        }
        for (line, expected) in [
            ("is: GET PUT", "GET PUT"),
            ("is: GET PUT (app.js:12:3)", "GET PUT"),
            ("is: GET PUT (notes.html, line 3)", "GET PUT"),
            ("is: PUT (not PATCH)", "PUT (not PATCH)"),
            ("is: ", ""),
        ] {
            assert_eq!(
                find("is: {list}", line, LetterCase::Exact).unwrap(),
                [(Field::LastValue, expected)]
            );
        }
        assert_eq!(
            find("code: {status}", "code: 404. More", LetterCase::Exact).unwrap(),
            [(Field::Status, "404")]
        );
        assert_eq!(
            find("code: {status}", "code: (null)", LetterCase::Exact),
            None
        );
        assert_eq!(
            find(
                "Origin {origin} is",
                "Cross-Origin a b: Origin o is",
                LetterCase::Exact
            )
            .unwrap(),
            [(Field::Origin, "o")]
        );
    }

    #[test]
    fn text_that_ends_before_its_template_has_fields() {
        let of = |text| fields_before_end("field {header} is not allowed by {value} x", text);
        assert_eq!(of("fie"), Some(vec![]));
        assert_eq!(of("field x-a"), Some(vec![]));
        let header = (Field::Header, "x-a");
        assert_eq!(of("field x-a is not"), Some(vec![header]));
        assert_eq!(of("field x-a is not allowed by a"), Some(vec![header]));
        assert_eq!(of("field x-a is no-"), None);
        assert_eq!(of("other"), None);
    }

    #[test]
    fn lines_are_normalized() {
        let line = " \u{feff}‘a’ “b”\r\n\tAccess-Control-\n  Allow-Origin\u{a0}";
        assert_eq!(normalized(line), "'a' \"b\" Access-Control-Allow-Origin");
        assert_eq!(
            normalized("a\u{2003}b\u{ad}c\u{2068}d\u{200b} \u{feff}e"),
            "a bcd e"
        );
        assert_eq!(normalized(" \n "), "");
        assert_eq!(normalized("no-\r\n cors - \n a\nb- c"), "no-cors - a b- c");
    }

    #[test]
    fn quotes_are_removed() {
        for quoted in [
            "'a'", "\"a\"", "`a`", "«a»", "**a**", "„a\"", "\\'a\\\"", "a",
        ] {
            assert_eq!(without_quotes(quoted), "a", "{quoted}");
        }
    }

    #[test]
    fn markup_is_removed() {
        for (value, expected) in [
            ("<https://a.example/>", Some("https://a.example/")),
            ("<https://a.example/|a.example>", Some("https://a.example/")),
            (
                "[https://a.example/](https://b.example/)",
                Some("https://a.example/"),
            ),
            ("[http://localhost:8080", Some("http://localhost:8080")),
            ("`https://a.example/x`", Some("https://a.example/x")),
            ("**https://a.example/x**", Some("https://a.example/x")),
            ("(http://[::1]:80)", Some("http://[::1]:80")),
            ("http://[::1]", Some("http://[::1]")),
            ("https://a.example/a_(b)*", Some("https://a.example/a_(b)*")),
            ("https://a.example/<b>", Some("https://a.example/<b>")),
            ("/notes", Some("/notes")),
            ("null", Some("null")),
            ("<a>", None),
            ("a.example", None),
            ("[", None),
        ] {
            assert_eq!(without_markup(value), expected, "{value}");
        }
    }

    #[test]
    fn names_are_replaced() {
        let value = |name: &str| (name == "a").then(|| String::from("1{b}"));
        assert_eq!(filled("x{a}y{b}z", value), "x1{b}yBz");
        assert_eq!(filled("x", value), "x");
    }
}
