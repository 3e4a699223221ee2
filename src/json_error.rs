//! The errors of the JSON parser, in the words of this crate.

use alloc::{borrow::ToOwned, format, string::String, string::ToString, vec::Vec};

use serde_json::{Error, error::Category};

use crate::{nearest_name::nearest_name, wording};

/// An error shows at most this number of characters of the wrong value.
const MAX_SHOWN_CHARS: usize = 100;

/// Returns the message for an error in `text`. If `text` is not JSON, the message begins with the position of the error.
pub(crate) fn describe(error: &Error, text: &str) -> String {
    let message = without_position(error);
    match error.classify() {
        Category::Syntax | Category::Eof => {
            let (line, column) = position(error, text);
            let line_text = text.split('\n').nth(line - 1).unwrap_or_default();
            let found = line_text.chars().nth(column - 1);
            let position = if text.trim().contains('\n') {
                format!("line {line}, column {column}")
            } else {
                format!("column {column}")
            };
            format!("not JSON, {position}: {}", syntax(&message, text, found))
        }
        Category::Data | Category::Io => type_error(&message),
    }
}

/// Returns the message for an error in one member. The message does not have a position, because the caller adds the path
/// of the member. Returns `None` if the text is not JSON.
pub(crate) fn describe_member(error: &Error) -> Option<String> {
    let message = without_position(error);
    match error.classify() {
        // If a list has too many entries, the parser reports `trailing characters`, although the text is JSON.
        Category::Syntax if message == "trailing characters" => {
            Some("the list has too many entries: remove the extra entries".to_owned())
        }
        Category::Syntax | Category::Eof => None,
        Category::Data | Category::Io => Some(type_error(&message)),
    }
}

/// Returns the reason for the error, without the position. The caller adds the position.
pub(crate) fn reason(error: &Error) -> String {
    let message = without_position(error);
    match error.classify() {
        Category::Syntax | Category::Eof => syntax(&message, &message, None),
        Category::Data | Category::Io => type_error(&message),
    }
}

fn without_position(error: &Error) -> String {
    let message = error.to_string();
    let position = format!(" at line {} column {}", error.line(), error.column());
    message
        .strip_suffix(&*position)
        .map_or(message.clone(), str::to_owned)
}

/// Returns the line and the column of the error. The line and the column are counted from 1. The column is counted in
/// characters.
fn position(error: &Error, text: &str) -> (usize, usize) {
    let number = error.line().max(1);
    let line = text.split('\n').nth(number - 1).unwrap_or_default();
    // The parser counts the column in bytes. The column 0 means the position before the first byte of the line.
    let before = error.column().saturating_sub(1);
    let before = line.char_indices().filter(|(start, _)| *start < before);
    (number, before.count() + 1)
}

/// Returns the reason why a text is not JSON. `found` is the character at the position of the error.
fn syntax(message: &str, text: &str, found: Option<char>) -> String {
    const NOTHING_FOLLOWS: &str = "nothing follows the last comma: remove the comma";
    // The parser uses the following messages only for a position between two tokens. So `found` is not inside a string.
    let is_between_tokens = matches!(
        message,
        "expected value" | "key must be a string" | "trailing characters"
    ) || message.starts_with("expected `");
    let reason = match message {
        _ if is_between_tokens && matches!(found, Some('/' | '#')) => {
            "JSON does not have comments: remove the comment"
        }
        _ if is_between_tokens && found == Some('…') => {
            "`…` is not a value: write the values that it stands for, or remove it"
        }
        "expected value" if found == Some(']') => NOTHING_FOLLOWS,
        _ if text.trim().is_empty() => "the text is empty",
        "trailing comma" => NOTHING_FOLLOWS,
        "key must be a string" if found == Some('}') => NOTHING_FOLLOWS,
        "EOF while parsing a list" => "the text ends inside a list: close it with `]`",
        "EOF while parsing an object" => "the text ends inside an object: close it with `}`",
        "EOF while parsing a string" => "the text ends inside a string: close it with `\"`",
        "EOF while parsing a value" => "the text ends where a value is expected: write the value",
        "expected `:`" => "expected `:` after the name of a member",
        "expected value" | "expected ident" => {
            "expected a value: an object, a list, a string in double quotes, a number, `true`, `false` or `null`"
        }
        "key must be a string" => "expected the name of a member, in double quotes",
        "trailing characters" => "there is more text after the end of the value: remove this text",
        "invalid escape" => "this is not an escape: write `\\\\` for a backslash",
        "control character (\\u0000-\\u001F) found while parsing a string" => {
            "a string cannot have a line break or another control character: write an escape, such as `\\n`"
        }
        "lone leading surrogate in hex escape" | "unexpected end of hex escape" => {
            "half of a surrogate pair is not a character: write both escapes, such as `\\ud83d\\ude00`"
        }
        "invalid unicode code point" => {
            "this escape is not a character: write the escape of a character, such as `\\u00e9`"
        }
        "invalid number" => "this is not a number: write digits, such as `0`, `1.5` or `-2`",
        "number out of range" => "the number is too large: write a smaller number",
        "recursion limit exceeded" => "lists and objects are nested too deeply: write fewer levels",
        other => other,
    };
    reason.to_owned()
}

/// Rewrites a message of the parser about a wrong value or a wrong member. A message in any other form stays unchanged.
fn type_error(message: &str) -> String {
    let translated = wrong_value(message)
        .or_else(|| wrong_length(message))
        .or_else(|| unknown_word(message))
        .or_else(|| {
            let member = quoted(message, "missing field ")?;
            Some(format!("the member `{member}` is missing: add it"))
        })
        .or_else(|| {
            let member = quoted(message, "duplicate field ")?;
            Some(wording::repeated_member(member))
        });
    translated.unwrap_or_else(|| message.to_owned())
}

/// Returns the name between backticks if the message consists of `beginning` and this name. Otherwise, returns `None`.
fn quoted<'m>(message: &'m str, beginning: &str) -> Option<&'m str> {
    let name = message.strip_prefix(beginning)?;
    name.strip_prefix('`')?.strip_suffix('`')
}

fn wrong_value(message: &str) -> Option<String> {
    let mut beginnings = ["invalid type: ", "invalid value: "].into_iter();
    let rest = beginnings.find_map(|beginning| message.strip_prefix(beginning))?;
    let (found, expected) = rest.rsplit_once(", expected ")?;
    let (found, expected) = (found_value(found), expected_value(expected));
    Some(format!("the value is {found}, but it must be {expected}"))
}

fn wrong_length(message: &str) -> Option<String> {
    let rest = message.strip_prefix("invalid length ")?;
    let (length, expected) = rest.rsplit_once(", expected ")?;
    let entries = if length == "1" { "entry" } else { "entries" };
    let expected = expected_value(expected);
    Some(format!(
        "the list has {length} {entries}, but it must be {expected}"
    ))
}

/// Returns the message for a word that the member does not permit. The message suggests the most similar permitted
/// word, or lists all permitted words.
fn unknown_word(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown variant `")?;
    let (given, expected) = rest.rsplit_once("`, expected ")?;
    let words: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let shown = shown(given);
    Some(match nearest_name(given, &words) {
        Some(nearest) => format!("`{shown}` is not a value of this member: write `{nearest}`"),
        None => {
            let words = words.join("`, `");
            format!("`{shown}` is not a value of this member: use one of `{words}`")
        }
    })
}

/// Returns a description of the value that the parser found.
fn found_value(found: &str) -> String {
    let (kind, value) = found.split_once(' ').unwrap_or((found, ""));
    match kind {
        "boolean" => value.to_owned(),
        "integer" => format!("the number {value}"),
        "floating" => format!("the number {}", value.trim_start_matches("point ")),
        "string" => format!("the string `{}`", shown(value.trim_matches('"'))),
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        _ => shown(found),
    }
}

/// Returns a description of the type that the parser expected.
fn expected_value(expected: &str) -> String {
    let length = expected.strip_prefix("a tuple of size ");
    let length = length.or_else(|| {
        let length = expected.strip_prefix("tuple of ")?;
        length.strip_suffix(" elements")
    });
    if let Some(length) = length {
        return format!("a list of {length} entries");
    }
    // The parser names the type of this crate.
    if expected.starts_with("tuple struct ") {
        return "a list".to_owned();
    }
    if expected.starts_with("struct ") {
        return "an object".to_owned();
    }
    if expected.starts_with("enum ") {
        return "a string".to_owned();
    }
    let whole_number = |max: u64| format!("a whole number from 0 to {max}");
    match expected {
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "f64" | "f32" => "a number".to_owned(),
        "string or map" | "field identifier" | "variant identifier" | "unit variant" => {
            "a string".to_owned()
        }
        "u8" => whole_number(u8::MAX.into()),
        "u16" => whole_number(u16::MAX.into()),
        "u32" => whole_number(u32::MAX.into()),
        "u64" | "usize" => whole_number(u64::MAX),
        other => other.trim_start_matches("a borrowed ").to_owned(),
    }
}

/// Returns the value, cut after [`MAX_SHOWN_CHARS`] characters.
fn shown(value: &str) -> String {
    match value.char_indices().nth(MAX_SHOWN_CHARS) {
        Some((end, _)) => value.get(..end).unwrap_or_default().to_owned() + "…",
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error<T: for<'de> serde::Deserialize<'de>>(text: &str) -> String {
        describe(&serde_json::from_str::<T>(text).err().unwrap(), text)
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only the errors are read")]
    struct Members {
        a: u16,
    }

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only the errors are read")]
    struct Pair(u8, u8);

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Word {
        NoCors,
        SameOrigin,
    }

    #[test]
    fn text_that_is_not_json_has_a_position_and_a_reason() {
        for (text, expected) in [
            ("", "column 1: the text is empty"),
            (
                "{",
                "column 1: the text ends inside an object: close it with `}`",
            ),
            (
                "[1",
                "column 2: the text ends inside a list: close it with `]`",
            ),
            (
                "\"a",
                "column 2: the text ends inside a string: close it with `\"`",
            ),
            (
                "{\"a\":",
                "column 5: the text ends where a value is expected: write the value",
            ),
            (
                "{\"a\" 1}",
                "column 6: expected `:` after the name of a member",
            ),
            ("[1 2]", "column 4: expected `,` or `]`"),
            ("{\"a\":1 2}", "column 8: expected `,` or `}`"),
            ("[\"\u{e9}\u{e9}\" 2]", "column 7: expected `,` or `]`"),
            (
                "{a:1}",
                "column 2: expected the name of a member, in double quotes",
            ),
            ("[nul]", "column 5: expected a value: an object, "),
            ("'a'", "column 1: expected a value: an object, "),
            (
                "[1,]",
                "column 4: nothing follows the last comma: remove the comma",
            ),
            (
                "{\"a\":1,}",
                "column 8: nothing follows the last comma: remove the comma",
            ),
            (
                "1 2",
                "column 3: there is more text after the end of the value: remove this text",
            ),
            ("\"\\x\"", "column 3: this is not an escape"),
            ("\"\t\"", "column 2: a string cannot have a line break"),
            ("\"\\ud800\"", "column 8: half of a surrogate pair"),
            ("01", "column 2: this is not a number"),
            (
                "{\"a\":1, // b\n}",
                "line 1, column 9: JSON does not have comments: remove the comment",
            ),
            (
                "[1 /* b */]",
                "column 4: JSON does not have comments: remove the comment",
            ),
            ("# a", "column 1: JSON does not have comments"),
            ("[1,…]", "column 4: `…` is not a value: write the values"),
            (
                "{\n  \"a\": 1,\n  b\n}",
                "line 3, column 3: expected the name of a member",
            ),
        ] {
            let found = error::<serde_json::Value>(text);
            let expected = format!("not JSON, {expected}");
            assert!(found.starts_with(&expected), "{text}: {found}");
            assert!(!found.contains(" at line "), "{found}");
        }
        assert!(
            error::<serde_json::Value>(&"[".repeat(200))
                .ends_with(": lists and objects are nested too deeply: write fewer levels")
        );
        assert!(
            error::<serde_json::Value>("1e999")
                .ends_with(": the number is too large: write a smaller number")
        );
    }

    #[test]
    fn value_of_a_wrong_type_is_described() {
        for (found, expected) in [
            (
                error::<Members>("7"),
                "the value is the number `7`, but it must be an object",
            ),
            (
                error::<Pair>("7"),
                "the value is the number `7`, but it must be a list",
            ),
            (
                error::<f64>("true"),
                "the value is `true`, but it must be a number",
            ),
            (
                error::<String>("7"),
                "the value is the number `7`, but it must be a string",
            ),
            (
                error::<String>("1.5"),
                "the value is the number `1.5`, but it must be a string",
            ),
            (
                error::<String>("true"),
                "the value is `true`, but it must be a string",
            ),
            (
                error::<String>("null"),
                "the value is null, but it must be a string",
            ),
            (
                error::<String>("[]"),
                "the value is a list, but it must be a string",
            ),
            (
                error::<String>("{}"),
                "the value is an object, but it must be a string",
            ),
            (
                error::<bool>("\"a, expected b\""),
                "the value is the string `a, expected b`, but it must be `true` or `false`",
            ),
            (
                error::<Vec<u16>>("{}"),
                "the value is an object, but it must be a list",
            ),
            (
                error::<u16>("70000"),
                "the value is the number `70000`, but it must be a whole number from 0 to 65535",
            ),
            (
                error::<u64>("-1"),
                "the value is the number `-1`, but it must be a whole number from 0 to 18446744073709551615",
            ),
            (
                error::<(String, String)>("[\"a\"]"),
                "the list has 1 entry, but it must be a list of 2 entries",
            ),
            (error::<Members>("{}"), "the member `a` is missing: add it"),
            (
                error::<Members>("{\"a\":1,\"a\":1}"),
                "the member `a` is repeated: write it once",
            ),
            (
                error::<Word>("\"no_cors\""),
                "`no_cors` is not a value of this member: write `no-cors`",
            ),
            (
                error::<Word>("\"`, expected `\""),
                "``, expected `` is not a value of this member: use one of `no-cors`, `same-origin`",
            ),
        ] {
            assert_eq!(found, expected);
        }
        let long = error::<bool>(&format!("\"{}\"", "x".repeat(1000)));
        assert!(long.len() < 200 && long.contains("xx…"), "{long}");
    }
}
