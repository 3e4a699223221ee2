//! Finds origins that are misspelled: characters before or after the origin, a malformed scheme, and placeholders.

use alloc::{
    format,
    string::{String, ToString},
};

use super::{
    miss,
    origin_parts::OriginParts,
    placeholder::{PAIRS, is_placeholder},
};
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
    },
    wording,
};

/// Characters that a wrong configuration leaves after an origin, such as `;`. The list does not have `/`, which begins
/// a path.
const TRAILING: [char; 18] = [
    '\\', ';', ',', '.', ':', '?', '#', '!', '&', '=', '|', '"', '\'', '`', '>', ')', '}', ']',
];
/// Characters that a wrong configuration leaves before an origin, such as `=`.
const LEADING: [char; 13] = [
    ';', ',', ':', '=', '!', '@', '"', '\'', '`', '<', '(', '{', '-',
];

/// If a value is misspelled, returns the mistake as a near miss, and the value without this mistake.
pub(super) fn of_spelling(value: &str, sent: &str) -> Option<(NearMiss, String)> {
    if is_placeholder(value) && !has_host_of(value, sent) {
        return None;
    }
    with_name(value)
        .or_else(|| with_link(value))
        .or_else(|| with_tag(value))
        .or_else(|| wrapped(value))
        .or_else(|| with_key(value))
        .or_else(|| with_escape(value))
        .or_else(|| surrounded(value, sent))
        .or_else(|| with_two_schemes(value, sent))
        .or_else(|| with_two_ports(value, sent))
        .or_else(|| without_scheme(value, sent))
        .or_else(|| with_user_info(value))
        .or_else(|| of_scheme(value, sent))
        .or_else(|| with_quotes(value))
}

/// Recognizes a value such as `origin=https://app.example`, `"origin":"https://app.example"` or
/// `Some("https://app.example")`.
fn with_key(value: &str) -> Option<(NearMiss, String)> {
    let starts = ["http://", "https://"].into_iter();
    let start = starts.filter_map(|scheme| value.find(scheme)).min()?;
    let (before, origin) = value.split_at_checked(start)?;
    let key = before.trim_end_matches(['"', '\'', '`', ' ']);
    let is_string = key.len() < before.trim_end().len();
    let key = match key.strip_suffix([':', '=', '(', '[', '{', '<']) {
        Some(key) => key,
        None if is_string => key,
        None => return None,
    };
    let has_key = key.contains(|c: char| c.is_ascii_alphanumeric()) && !key.contains(',');
    if !has_key || value.matches("://").count() > 1 {
        return None;
    }
    let found = miss(
        Kind::ExtraCharacter,
        format!(
            "the value has `{}` before the origin: send the origin only",
            shown_briefly(before.trim())
        ),
    );
    Some((found, String::from(origin)))
}

/// Recognizes a value that ends with the characters of an escape such as `\n` or `\t`.
fn with_escape(value: &str) -> Option<(NearMiss, String)> {
    let mut escapes = [r"\r\n", r"\n", r"\r", r"\t", r"\0"].into_iter();
    let (escape, rest) = escapes.find_map(|escape| Some((escape, value.strip_suffix(escape)?)))?;
    let found = miss(
        Kind::ExtraCharacter,
        format!("the value ends with the characters `{escape}`: remove them"),
    );
    (!rest.is_empty()).then(|| (found, String::from(rest)))
}

/// Recognizes a value such as `https://https://app.example`.
fn with_two_schemes(value: &str, sent: &str) -> Option<(NearMiss, String)> {
    let schemes = ["https://", "http://"];
    let start = schemes
        .into_iter()
        .find(|scheme| value.starts_with(scheme))?;
    let rest = value.strip_prefix(start)?;
    let (second, _) = rest.split_once("://")?;
    let has_two =
        matches!(second, "http" | "https") || !second.is_empty() && scheme_of(sent) == Some(second);
    let found = miss(
        Kind::ExtraCharacter,
        format!("the value has two schemes: remove the first `{start}`"),
    );
    has_two.then(|| (found, String::from(rest)))
}

/// Recognizes a value such as `http://localhost:3000:443`. If one of the two ports is the port of the page, the other
/// port is wrong.
fn with_two_ports(value: &str, sent: &str) -> Option<(NearMiss, String)> {
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (scheme, authority) = value.split_once("://")?;
    let (front, second) = authority.rsplit_once(':')?;
    let (host, first) = front.rsplit_once(':')?;
    // An IPv6 address without brackets also has digits between colons.
    let is_host = !host.contains(':') || host.ends_with(']');
    if !is_port(first) || !is_port(second) || !is_host {
        return None;
    }
    let (port, wrong) = if OriginParts::new(sent).port == second {
        (second, first)
    } else {
        (first, second)
    };
    let found = miss(
        Kind::Port,
        format!(
            "the value has two ports: remove `:{}`",
            shown_briefly(wrong)
        ),
    );
    Some((found, format!("{scheme}://{host}:{port}")))
}

/// Recognizes a value such as `https://user@app.example`.
fn with_user_info(value: &str) -> Option<(NearMiss, String)> {
    let (scheme, rest) = value.split_once("://")?;
    let (user_info, host) = rest.split_once('@')?;
    let is_user_info = !user_info.contains(['/', '?', '#', ',', ' ']) && !host.is_empty();
    let found = miss(
        Kind::ExtraCharacter,
        format!(
            "the value has a user name, but an origin does not: remove `{}@`",
            shown_briefly(user_info)
        ),
    );
    is_user_info.then(|| (found, format!("{scheme}://{host}")))
}

/// Returns the scheme of the origin. Most pages have the scheme `https`, so this scheme stands for the scheme of an
/// origin that is not known.
fn scheme_of(sent: &str) -> Option<&str> {
    if sent.is_empty() {
        return Some("https");
    }
    Some(sent.split_once("://")?.0)
}

/// Recognizes a value such as `//app.example`.
fn without_scheme(value: &str, sent: &str) -> Option<(NearMiss, String)> {
    let scheme = scheme_of(sent)?;
    let host = value.strip_prefix("//")?;
    let found = miss(
        Kind::MissingScheme,
        format!(
            "{}: write `{}:` before `//`",
            wording::no_scheme!(),
            shown_briefly(scheme)
        ),
    );
    (!host.is_empty()).then(|| (found, format!("{scheme}://{host}")))
}

/// Recognizes a value with an HTML tag before or after the origin, as in `https://app.example<br>`.
fn with_tag(value: &str) -> Option<(NearMiss, String)> {
    let start = value.find('<')?;
    let (before, rest) = value.split_at_checked(start)?;
    let (tag, after) = rest.split_at_checked(rest.find('>')? + 1)?;
    let name = tag.trim_matches(['<', '>', '/']);
    let is_tag = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let origin = if before.is_empty() { after } else { before };
    let has_one_origin = (before.is_empty() || after.is_empty()) && origin.contains("://");
    let found = miss(
        Kind::ExtraCharacter,
        format!(
            "the value has the HTML tag `{}`: remove it",
            shown_briefly(tag)
        ),
    );
    (is_tag && has_one_origin).then(|| (found, String::from(origin)))
}

/// Recognizes a link in the form of Markdown, as in `[https://app.example](https://app.example)`, or in the form of Slack,
/// as in `<https://app.example|app.example>`.
fn with_link(value: &str) -> Option<(NearMiss, String)> {
    let markdown = || {
        let (_, target) = value.strip_prefix('[')?.split_once("](")?;
        target.strip_suffix(')')
    };
    let slack = || {
        let (target, _) = value
            .strip_prefix('<')?
            .strip_suffix('>')?
            .split_once('|')?;
        Some(target)
    };
    let origin = markdown().or_else(slack)?;
    let found = miss(
        Kind::ExtraCharacter,
        "the value has a link around the origin, which a text program probably added: send the origin only",
    );
    (origin.matches("://").count() == 1).then(|| (found, String::from(origin)))
}

/// Recognizes a value that contains quotation marks or angle brackets.
fn with_quotes(value: &str) -> Option<(NearMiss, String)> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '<' | '>');
    let is_list = value.contains([',', ' ', ';', '|']);
    let rest: String = value.chars().filter(|c| !is_quote(*c)).collect();
    (!is_list && !rest.is_empty() && rest.len() < value.len()).then(|| (quotes(value), rest))
}

fn quotes(value: &str) -> NearMiss {
    miss(
        Kind::Quotes,
        if value.contains('`') {
            r"the value has quotation marks (shown as `\x60`), which are part of the value: remove them"
        } else {
            "the value has quotation marks or brackets, which are part of the value: remove them"
        },
    )
}

/// Recognizes a value that begins with the name of the header.
fn with_name(value: &str) -> Option<(NearMiss, String)> {
    const NAME: &str = "access-control-allow-origin";
    let (start, rest) = value.split_at_checked(NAME.len())?;
    let found = miss(Kind::RepeatedName, wording::header_name_in_value!());
    let rest = rest.trim_start_matches([':', '=', ' ']);
    start
        .eq_ignore_ascii_case(NAME)
        .then(|| (found, String::from(rest)))
}

/// Recognizes a value in quotation marks or brackets.
fn wrapped(value: &str) -> Option<(NearMiss, String)> {
    let mut pairs = PAIRS.iter();
    let inner = pairs.find_map(|(open, close)| {
        let inner = value.strip_prefix(*open)?.strip_suffix(*close)?;
        // The brackets of an IPv6 address are not a mistake. A value with more than two quotation marks is a list of
        // quoted values.
        let is_whole = !inner.contains([*open, *close]) && !inner.starts_with(':');
        is_whole.then_some(inner)
    })?;
    Some((quotes(value), String::from(inner.trim())))
}

/// Recognizes a value with extra characters before or after the origin.
fn surrounded(value: &str, sent: &str) -> Option<(NearMiss, String)> {
    let is_list = |text: &str| text.contains([',', ' ', ';', '|']);
    let is_trailing =
        |c: char| TRAILING.contains(&c) && !(c == ']' && value.contains('[')) && !sent.ends_with(c);
    let before = value.trim_end_matches(is_trailing);
    let (place, character, rest) = if before != value && !before.is_empty() {
        ("after", value.get(before.len()..)?, before)
    } else {
        let behind = value.trim_start_matches(LEADING);
        let end = value.len().checked_sub(behind.len())?;
        ("before", value.get(..end)?, behind)
    };
    // The separators of a list are not extra characters. A word without `.`, `:` and `/` is not an origin, but a
    // placeholder.
    if character.is_empty() || is_list(rest) || rest != "*" && !rest.contains(['.', ':', '/']) {
        return None;
    }
    let character_word = if character.len() == 1 { "it" } else { "them" };
    let found = miss(
        Kind::ExtraCharacter,
        format!(
            "the value has `{}` {place} {}: remove {character_word}",
            shown_briefly(character),
            if rest == "*" { "`*`" } else { "the origin" }
        ),
    );
    Some((found, rest.to_string()))
}

/// Recognizes a value whose scheme is misspelled, or is not followed by `://`.
fn of_scheme(value: &str, sent: &str) -> Option<(NearMiss, String)> {
    let end = value.find(|c: char| !c.is_ascii_alphabetic())?;
    let (word, rest) = value.split_at_checked(end)?;
    let host = rest.trim_start_matches([':', '/', '\\', ';']);
    let marks = rest.get(..rest.len().checked_sub(host.len())?)?;
    let lower = word.to_ascii_lowercase();
    let is_known = matches!(&*lower, "http" | "https");
    let wanted = if sent.is_empty() && is_known {
        &*lower
    } else {
        scheme_of(sent)?
    };
    let is_similar = ["http", "https"]
        .into_iter()
        .any(|scheme| edit(&lower, scheme).is_some());
    let is_misspelled = match marks {
        "://" => !is_known && is_similar,
        "" => false,
        // In a value such as `http:80`, `http` is the name of a host, and not a scheme.
        ":" => is_known && !host.starts_with(|c: char| c.is_ascii_digit()),
        _ => is_known || is_similar,
    };
    if !is_misspelled || host.is_empty() || host.starts_with(' ') {
        return None;
    }
    let (given, right) = (format!("{word}{marks}"), format!("{wanted}://"));
    // The scheme is not misspelled if the origin of the page has the same scheme, such as `httpx`.
    if given == right {
        return None;
    }
    let kind = match given.len().cmp(&right.len()) {
        core::cmp::Ordering::Less => Kind::MissingCharacter,
        core::cmp::Ordering::Equal => Kind::WrongCharacter,
        core::cmp::Ordering::Greater => Kind::ExtraCharacter,
    };
    let found = miss(
        kind,
        format!(
            "the scheme is misspelled: write `{}` instead of `{}`",
            shown_briefly(&right),
            shown_briefly(&given)
        ),
    );
    Some((found, format!("{right}{host}")))
}

/// Whether the value has the host of the origin `sent`, in any letter case. The value can be in quotation marks.
pub(super) fn has_host_of(value: &str, sent: &str) -> bool {
    let host = OriginParts::new(value.trim_matches(['"', '\'', '`'])).host;
    !host.is_empty() && host.eq_ignore_ascii_case(OriginParts::new(sent).host)
}

/// If two hosts differ in exactly one character, returns the kind of the difference. `None` if the character is a
/// digit, because the digit can be intended. Also `None` if a host is short, because too many hosts are similar to a
/// short host.
pub(super) fn of_hosts(has: &str, wants: &str) -> Option<Kind> {
    const MIN_HOST_BYTES: usize = 6;
    let is_long = has.len() >= MIN_HOST_BYTES && wants.len() >= MIN_HOST_BYTES;
    let (kind, characters) = edit(&has.to_ascii_lowercase(), &wants.to_ascii_lowercase())?;
    let has_digit = characters.iter().any(u8::is_ascii_digit);
    (is_long && !has_digit).then_some(kind)
}

/// Whether the hosts differ only in the order of two neighboring characters, as `exmaple` and `example` do.
pub(super) fn is_transposed(has: &str, wants: &str) -> bool {
    let (has, wants) = (has.to_ascii_lowercase(), wants.to_ascii_lowercase());
    let (has, wants) = (has.as_bytes(), wants.as_bytes());
    let same_start = has.iter().zip(wants).take_while(|(a, b)| a == b).count();
    match (has.get(same_start..), wants.get(same_start..)) {
        (Some([a, b, has @ ..]), Some([c, d, wants @ ..])) => a == d && b == c && has == wants,
        _ => false,
    }
}

/// If two texts differ in exactly one character, returns the kind of the difference.
pub(super) fn one_edit(has: &str, wants: &str) -> Option<Kind> {
    edit(has, wants).map(|(kind, _)| kind)
}

/// If two texts differ in exactly one character, returns the kind of the difference, and this character of each text.
/// Returns `None` for all other texts.
fn edit(has: &str, wants: &str) -> Option<(Kind, [u8; 2])> {
    let (has, wants) = (has.as_bytes(), wants.as_bytes());
    let same_start = has.iter().zip(wants).take_while(|(a, b)| a == b).count();
    let (has, wants) = (has.get(same_start..)?, wants.get(same_start..)?);
    let (kind, has_rest, wants_rest) = match has.len().checked_sub(wants.len()) {
        Some(1) => (Kind::ExtraCharacter, has.get(1..)?, wants),
        Some(0) => (Kind::WrongCharacter, has.get(1..)?, wants.get(1..)?),
        None => (Kind::MissingCharacter, has, wants.get(1..)?),
        Some(_) => return None,
    };
    let first = |text: &[u8]| text.first().copied().unwrap_or_default();
    let characters = match kind {
        Kind::ExtraCharacter => [first(has), 0],
        Kind::MissingCharacter => [0, first(wants)],
        _ => [first(has), first(wants)],
    };
    (has_rest == wants_rest).then_some((kind, characters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbors_in_the_wrong_order_are_transposed() {
        for (has, wants, expected) in [
            ("exmaple", "example", true),
            ("exampel", "Example", true),
            ("example", "example", false),
            ("exbmple", "example", false),
            ("exmaplf", "example", false),
            ("", "", false),
        ] {
            assert_eq!(is_transposed(has, wants), expected, "{has}");
        }
    }

    #[test]
    fn texts_that_differ_in_one_character_have_an_edit() {
        for (has, wants, expected) in [
            ("https", "https", None),
            ("htps", "https", Some(Kind::MissingCharacter)),
            ("ttps", "https", Some(Kind::MissingCharacter)),
            ("http", "https", Some(Kind::MissingCharacter)),
            ("httpss", "https", Some(Kind::ExtraCharacter)),
            ("xhttps", "https", Some(Kind::ExtraCharacter)),
            ("hxtps", "https", Some(Kind::WrongCharacter)),
            ("htt", "https", None),
            ("htxpx", "https", None),
            ("", "h", Some(Kind::MissingCharacter)),
            ("h", "", Some(Kind::ExtraCharacter)),
            ("", "", None),
        ] {
            assert_eq!(edit(has, wants).map(|(kind, _)| kind), expected, "{has}");
        }
    }
}
