//! Entries that are not a single origin: lists, templates, patterns, quotations and ranges.

use core::net::Ipv6Addr;

use super::{local::is_local, valid_form};
use crate::{
    server::origin::{
        address_range::{RANGE, is_range},
        dead::TEMPLATE,
    },
    wording,
};

const SEVERAL: &str = "this entry has several origins: write each origin as an entry of its own";
const LIST_AS_TEXT: &str =
    "this entry is a list that is written as one text: write each origin as an entry of its own";
const ALTERNATIVES: &str =
    "an entry cannot have alternatives in braces: write each origin as an entry of its own";
const REGULAR_EXPRESSION: &str = "an entry is not a regular expression: list each origin, or write `*.` for whole labels before a host (`https://*.example.com`)";
const QUOTED: &str = wording::remove_quotation_marks!();
const ENCLOSED: &str = "the brackets around the origin are part of the value: remove them";
const SEPARATOR_FIRST: &str = "the separator before the origin is part of the value: remove it";
const QUOTATION_MARKS: [char; 8] = [
    '"', '\'', '`', '\u{2018}', '\u{201c}', '\u{201e}', '\u{ab}', '\u{300c}',
];
const NEGATED: &str = "an entry cannot exclude an origin: list only the allowed origins";
const COMMENT: &str = "an entry cannot be a comment: remove it";
const TWO_SCHEMES: &str =
    "this entry has two schemes: write one origin, for example, `https://app.example`";

type IsMistake = fn(&str) -> bool;

/// The checks, in order. Each check has the reason for refusing a text.
const MISTAKES: [(IsMistake, &str); 12] = [
    (is_template, TEMPLATE),
    (is_list_as_text, LIST_AS_TEXT),
    (has_several_origins, SEVERAL),
    (has_alternatives, ALTERNATIVES),
    (|text| text.starts_with('!'), NEGATED),
    (|text| text.starts_with('#'), COMMENT),
    (is_regular_expression, REGULAR_EXPRESSION),
    (|text| text.starts_with(QUOTATION_MARKS), QUOTED),
    (is_enclosed, ENCLOSED),
    (|text| text.starts_with([',', ';']), SEPARATOR_FIRST),
    (is_range, RANGE),
    (|text| text.matches("://").count() > 1, TWO_SCHEMES),
];

pub(super) fn text_mistake(origin: &str) -> Option<&'static str> {
    let mut mistakes = MISTAKES.into_iter();
    let found = mistakes.find(|(is_kind, _)| is_kind(origin));
    found.map(|(_, reason)| reason)
}

/// Whether the text has a placeholder of a template.
fn is_template(origin: &str) -> bool {
    let has = |start: &str| origin.contains(start);
    ["{{", "${", "<%", "%{", "#{", "$(", "%("]
        .into_iter()
        .any(has)
        || has_name_between(origin, '{', '}')
        || has_name_between(origin, '<', '>')
        || has_variable(origin)
}

/// Whether the text has a name between the two characters, such as `{host}`.
fn has_name_between(origin: &str, open: char, close: char) -> bool {
    let is_name = |name: &str| {
        let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(is_name_byte)
    };
    let mut starts = origin.split(open).skip(1);
    starts.any(|rest| {
        rest.split_once(close)
            .is_some_and(|(name, _)| is_name(name))
    })
}

/// Whether the text has the name of a variable in upper case, such as `%HOST%`, `$HOST` and `@@HOST@@`.
fn has_variable(origin: &str) -> bool {
    let is_name_byte =
        |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    let is_name = |name: &str| {
        let is_long = name.len() > HEXADECIMAL_DIGITS;
        is_long
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(is_name_byte)
    };
    let is_between = |sign: &str| {
        let names = origin.split_once(sign);
        let names = names.and_then(|(_, rest)| rest.rsplit_once(sign));
        names.is_some_and(|(names, _)| names.split(sign).any(is_name))
    };
    let mut variables = origin.split('$').skip(1);
    let starts_with_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
    is_between("%") || is_between("@@") || variables.any(starts_with_name)
}

/// The number of digits after the `%` of a percent-encoded byte, such as `%2A`. A longer text after a `%` can be the
/// name of a variable.
const HEXADECIMAL_DIGITS: usize = 2;

/// Whether the text is a list in JSON or a similar notation, such as `["https://a.example"]`.
pub(super) fn is_list_as_text(origin: &str) -> bool {
    let list = origin.trim().strip_prefix('[');
    list.is_some_and(|list| list.trim_start().starts_with(['"', '\'']))
}

/// Whether the text is a pattern with braces, such as `https://{a,b}.example.com`.
fn has_alternatives(origin: &str) -> bool {
    let braces = origin.split_once('{');
    let braces = braces.and_then(|(_, rest)| rest.split_once('}'));
    braces.is_some_and(|(alternatives, _)| alternatives.contains(','))
}

/// Whether the text is enclosed in brackets, such as `<https://a.example>`. False for an IPv6 address in brackets.
fn is_enclosed(origin: &str) -> bool {
    let mut brackets = [('<', '>'), ('[', ']'), ('{', '}')].into_iter();
    brackets.any(|(open, close)| {
        let enclosed = origin.strip_prefix(open);
        let enclosed = enclosed.and_then(|rest| rest.strip_suffix(close));
        enclosed.is_some_and(|enclosed| enclosed.parse::<Ipv6Addr>().is_err())
    })
}

fn is_regular_expression(origin: &str) -> bool {
    const PARTS: [&str; 10] = [
        "\\.", "\\d", "\\w", "\\/", "[^", "/.*", ".+", "?:", "(", "|",
    ];
    const STARTS: [&str; 6] = ["^", "/^", "~", "regex:", "regexp:", "re:"];
    let starts = |start: &str| origin.starts_with(start);
    let host = origin.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    STARTS.into_iter().any(starts)
        || origin.ends_with('$')
        || PARTS.into_iter().any(|part| origin.contains(part))
        || host.contains('+')
        || has_character_class(host)
}

/// Whether the host has brackets that do not enclose an IPv6 address.
fn has_character_class(host: &str) -> bool {
    let is_address_byte = |byte: u8| byte.is_ascii_hexdigit() || b":.*".contains(&byte);
    host.split_once('[').is_some_and(|(before, rest)| {
        // An IPv6 address can end with a zone, which begins with `%`. Only the text before the zone is checked.
        let class = rest.split([']', '%']).next().unwrap_or_default();
        let is_address = class.contains(':') && class.bytes().all(is_address_byte);
        // In `*.[::1]`, the brackets enclose an address. Another check reports the misplaced `*`.
        !is_address || !matches!(before, "" | "*.")
    })
}

/// Whether the text is a list of two or more origins or hosts, separated by commas, semicolons, bars or white space.
pub(super) fn has_several_origins(origin: &str) -> bool {
    let is_separator = |c: char| matches!(c, ',' | ';' | '|') || c.is_whitespace();
    let mut parts = origin.split(is_separator).filter(|part| !part.is_empty());
    let mut count = 0;
    let are_entries = parts.all(|part| {
        count += 1;
        let is_host = |c: char| c.is_ascii_alphanumeric() || "-._*:".contains(c);
        valid_form(part).is_some()
            || is_local(part)
            || (part.contains('.') && part.chars().all(is_host))
    });
    are_entries && count > 1
}
