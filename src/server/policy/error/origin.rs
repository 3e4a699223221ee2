//! The error for an entry that is not an origin: a precise reason, or a suggestion.

use alloc::{format, string::String};

use super::{ConfigError, ConfigErrorKind as Code};
use crate::server::origin::{
    dead::MISSPELLED,
    misspelled::{is_misspelled, meant_scheme},
    pattern::{OriginPattern, OriginPatternError},
};

/// The reason for refusing `null` and `file://` in a list that comes from an environment variable.
pub(crate) const NULL_IN_A_LIST: &str = "every sandboxed page has the origin `null`, and in some clients every local document has the origin `file://`, so neither can be part of this list: call `null_origin` or `origin` to allow it";

const SEVERAL: &str = "this entry has several origins: write each origin as an entry of its own";
const TEMPLATE: &str =
    "the value has a placeholder that was not replaced: write the origin instead of the template";
const REGULAR_EXPRESSION: &str = "an entry is not a regular expression: list each origin, or write `*.` for whole labels before a host (`https://*.example.com`)";
const QUOTED: &str = "the quotation marks are part of the value: remove them";
const RANGE: &str = "a range of addresses cannot be listed: list the origin of each address";
const TWO_SCHEMES: &str =
    "this entry has two schemes: write one origin, for example, `https://app.example`";
const NO_SCHEME: &str = "the origin has no scheme: write `http://` or `https://` before the host";
const NOT_ASCII: &str = "the host is not ASCII: write it as browsers send it, for example, `xn--mnchen-3ya.example` for `m\u{FC}nchen.example`";
const MISPLACED_ASTERISK: &str = "the `*` is misplaced: write it only for whole labels before a host (`https://*.example.com`), within the first label (`https://app-*.example.com`) or for the port (`http://localhost:*`)";

/// Returns the error for an entry that cannot be parsed.
pub(crate) fn origin_error(
    origin: &str,
    invalid: OriginPatternError,
    new_error: impl Fn(Code) -> ConfigError,
) -> ConfigError {
    let reason = match invalid {
        OriginPatternError::Unmatchable { suggestion } => {
            return new_error(Code::UnmatchableOrigin).with_suggestion(suggestion);
        }
        OriginPatternError::Dead { reason } => Some(reason),
        OriginPatternError::Invalid => None,
    };
    let error = new_error(Code::InvalidOrigin);
    if let Some(reason) = text_mistake(origin) {
        return error.with_reason(reason);
    }
    if let Some((reason, suggestion)) = missing_scheme(origin) {
        let error = error.with_reason(reason);
        return match suggestion {
            Some(suggestion) => error.with_suggestion(suggestion),
            None => error,
        };
    }
    match reason {
        Some(reason) => error.with_reason(reason),
        None if origin.as_bytes().contains(&b'*') => error.with_reason(MISPLACED_ASTERISK),
        // With the feature `browser`, the error has the same kind and a suggestion, or no form of the host is valid.
        None if !cfg!(feature = "browser") && !origin.is_ascii() => {
            new_error(Code::UnmatchableOrigin).with_reason(NOT_ASCII)
        }
        None => error,
    }
}

/// Returns the reason for a text that is a list, a template, a regular expression, a quotation or a range.
fn text_mistake(origin: &str) -> Option<&'static str> {
    match () {
        () if is_template(origin) => Some(TEMPLATE),
        () if has_several_origins(origin) => Some(SEVERAL),
        () if is_regular_expression(origin) => Some(REGULAR_EXPRESSION),
        () if origin.starts_with(['"', '\'']) => Some(QUOTED),
        () if is_range(origin) => Some(RANGE),
        () if origin.matches("://").count() > 1 => Some(TWO_SCHEMES),
        () => None,
    }
}

/// Returns the reason, and often a suggestion, for a host without a scheme or with a misspelled one.
fn missing_scheme(origin: &str) -> Option<(String, Option<String>)> {
    let ends_name = |c: char| !c.is_ascii_alphanumeric();
    let name_end = origin.find(ends_name).unwrap_or(origin.len());
    let (name, rest) = origin.split_at_checked(name_end)?;
    let mut separators = ["://", "//", ":/", ";//"].into_iter();
    let host = separators.find_map(|separator| rest.strip_prefix(separator));
    let with_scheme = |scheme: &str, host: &str| valid_form(&format!("{scheme}://{host}"));
    if let Some(host) = host.filter(|_| !name.is_empty()) {
        let scheme = meant_scheme(name);
        let suggestion = scheme.and_then(|scheme| with_scheme(scheme.as_str(), host));
        let is_misspelled = !rest.starts_with("://") || is_misspelled(name);
        return (is_misspelled && (suggestion.is_some() || scheme.is_none()))
            .then(|| (String::from(MISSPELLED), suggestion));
    }
    let host = origin.trim_start_matches('/');
    if is_local(host) {
        let suggestion = with_scheme("http", host)?;
        return Some((String::from(NO_SCHEME), Some(suggestion)));
    }
    let has_only_a_host = host.as_bytes().contains(&b'.') && !host.as_bytes().contains(&b':');
    has_only_a_host.then(|| {
        let whole = format!("https://{}", host.escape_default());
        (format!("the origin has no scheme: write `{whole}`"), None)
    })
}

/// Returns the form in which browsers send the origin, if the text is an origin.
pub(crate) fn valid_form(origin: &str) -> Option<String> {
    match origin.parse::<OriginPattern>() {
        Ok(_) => Some(origin.into()),
        Err(OriginPatternError::Unmatchable { suggestion }) => Some(suggestion),
        Err(_) => None,
    }
}

/// Whether the text begins with a host of this machine, on which pages have the scheme `http`.
fn is_local(origin: &str) -> bool {
    let end = origin.find([':', '/']).unwrap_or(origin.len());
    let host = origin.get(..end).unwrap_or_default();
    matches!(host, "localhost" | "127.0.0.1") || origin.starts_with("[::1]")
}

/// Whether the text has a placeholder of a template.
fn is_template(origin: &str) -> bool {
    ["{{", "${", "<%", "%{"]
        .into_iter()
        .any(|start| origin.contains(start))
}

/// Whether the text looks like a regular expression.
fn is_regular_expression(origin: &str) -> bool {
    const PARTS: [&str; 12] = [
        "\\.", "\\d", "\\w", "\\/", "[^", "[a-z", "[0-9", "/.*", ".+", "?:", "(", "|",
    ];
    origin.starts_with(['^'])
        || origin.starts_with("/^")
        || origin.ends_with('$')
        || PARTS.into_iter().any(|part| origin.contains(part))
}

/// Whether the text is a range of addresses, such as `https://10.0.0.0/8`.
fn is_range(origin: &str) -> bool {
    let (_, rest) = origin.split_once("://").unwrap_or(("", origin));
    rest.split_once('/').is_some_and(|(host, digits)| {
        let is_address = host.parse::<core::net::Ipv4Addr>().is_ok()
            || (host.starts_with('[') && host.ends_with(']'));
        is_address && !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether the text is a list of two or more origins or hosts, separated by commas, semicolons, bars or white space.
fn has_several_origins(origin: &str) -> bool {
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
