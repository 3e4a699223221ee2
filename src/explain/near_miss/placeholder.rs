//! Recognizes text that a wrong configuration sends in place of a value: a variable that is not set or not replaced, such
//! as `undefined` and `${ORIGIN}`, and a value of another type, such as `[object Object]`.

/// Quotation marks and brackets around a value.
pub(super) const PAIRS: [(char, char); 7] = [
    ('"', '"'),
    ('\'', '\''),
    ('`', '`'),
    ('[', ']'),
    ('<', '>'),
    ('(', ')'),
    ('{', '}'),
];

/// The starts and the ends of templates, of objects and of code, in lower case. If the end is empty, the start is the
/// whole text.
pub(super) const TEMPLATES: [(&str, &str); 18] = [
    // Caddy.
    ("{http.", "}"),
    ("${", "}"),
    ("{{", "}}"),
    ("<%", "%>"),
    ("#{", "}"),
    ("%{", "}"),
    ("$(", ")"),
    ("%(", ")"),
    ("[object", "]"),
    ("[function", "]"),
    ("[ljava.", "@"),
    ("system.string", "[]"),
    ("`1[", "]"),
    ("process.env", ""),
    ("import.meta", ""),
    ("function(", "}"),
    ("function (", "}"),
    ("%s", ""),
];

/// Brackets around the name of a variable, as in `https://{host}`.
const BRACKETS: [(char, char); 2] = [('<', '>'), ('{', '}')];

/// Signs before and after the name of a variable, as in `%ORIGIN%`.
const SIGNS: [char; 3] = ['%', '@', '_'];

/// Words that stand for a variable that is not set, and the text of an array in PHP, in lower case.
const UNSET: [&str; 7] = ["array", "false", "nan", "nil", "none", "null", "undefined"];

/// The last words of the name of a member, as in `config.cors.allowedOrigins`, in lower case.
const LAST_OF_MEMBER: [&str; 4] = ["headers", "methods", "origin", "origins"];

/// Whether the word stands for a variable that is not set. `word` is in lower case.
pub(super) fn is_unset(word: &str) -> bool {
    UNSET.contains(&word)
}

/// Whether the text has the name of a variable after `$`, or between two [signs](SIGNS). In a regular expression, `$` is
/// not followed by a name.
pub(super) fn is_variable(text: &str) -> bool {
    let is_name = |c: char| matches!(c, '_' | '{' | '(') || c.is_ascii_alphanumeric();
    let mut signs = SIGNS.into_iter();
    text.split_once('$')
        .is_some_and(|(_, name)| name.starts_with(is_name))
        || signs.any(|sign| is_between(text, (sign, sign)))
}

/// Whether the value is a word such as `undefined`, or contains a template such as `${ORIGIN}`, in place of an origin.
pub(super) fn is_placeholder(value: &str) -> bool {
    // Code in place of a value, which has no origin.
    const CODE: [&str; 5] = ["=>", "('", "(\"", "['", "[\""];
    const EXAMPLES: [&str; 4] = ["true", "origin", "your-origin", "your-domain"];
    let lower = value.to_ascii_lowercase();
    let host = lower.split_once("://").map_or(&*lower, |(_, host)| host);
    let host = host.split([':', '/']).next().unwrap_or_default();
    let is_code =
        !lower.contains("://") && value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '(');
    let is_camel_case =
        |pair: &[u8]| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase());
    TEMPLATES.iter().any(|(start, _)| lower.contains(start))
        || ["}}", "%>"].iter().any(|end| lower.contains(end))
        || is_code && CODE.iter().any(|code| lower.contains(code))
        || is_variable(host)
        || PAIRS.iter().any(|pair| is_between(&lower, *pair))
        || BRACKETS.iter().any(|pair| is_between(host, *pair))
        || EXAMPLES.contains(&host)
        || is_unset(host) && lower != "null"
        // The last name of a host has no `_` and no upper-case letter after a lower-case letter.
        || last_of_member(value).is_some_and(|last| {
            is_member(value) || last.contains('_') || last.as_bytes().windows(2).any(is_camel_case)
        })
}

/// Whether the text is a member of an object in a programming language, such as `config.cors.origin`.
pub(super) fn is_member(text: &str) -> bool {
    last_of_member(text).is_some_and(|last| {
        let last = last.to_ascii_lowercase();
        LAST_OF_MEMBER.iter().any(|word| last.ends_with(word))
    })
}

/// Returns the last name of a text such as `config.cors.origin`. `None` if the text has other characters.
fn last_of_member(text: &str) -> Option<&str> {
    let mut bytes = text.bytes();
    let is_word =
        bytes.all(|byte| matches!(byte, b'_' | b'-' | b'.') || byte.is_ascii_alphanumeric());
    let (_, last) = text.rsplit_once('.').filter(|_| is_word)?;
    Some(last)
}

/// Whether the text is a name between two characters.
fn is_between(text: &str, (start, end): (char, char)) -> bool {
    let inner = text
        .strip_prefix(start)
        .and_then(|rest| rest.strip_suffix(end));
    inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['.', ':', '/', ',', '*']))
}
