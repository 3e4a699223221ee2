//! Hosts without a scheme, misspelled schemes, and schemes without `://`.

use alloc::{format, string::String};
use core::net::Ipv4Addr;

use super::{Mistake, local::is_local, with_scheme};
use crate::server::origin::{
    dead::{MISSPELLED, MISSPELLED_EXTENSION},
    misspelled::{is_misspelled, meant_scheme, misspelled_extension},
};

const NO_SCHEME: &str = "the origin has no scheme: write `http://` or `https://` before the host";
const INVALID_SCHEME: &str = "a scheme begins with a letter, and has only letters, digits, `+`, `-` and dots: write the scheme that the page has";
const NO_HOST: &str = "the origin has no host: write it after `://`";
const NO_SEPARATOR: &str =
    "the scheme and the host are not separated: write `://` after the scheme";

/// Texts that users write by mistake instead of `://`.
const SEPARATORS: [&str; 7] = ["//:", ":://", "//", ":/", ";//", ".//", ":\\\\"];

/// Returns the reason, and often a suggestion, for a host without a scheme or with a misspelled scheme.
pub(super) fn missing_scheme(origin: &str) -> Option<Mistake> {
    let extension = origin
        .split_once("://")
        .and_then(|(name, identifier)| Some((misspelled_extension(name)?, identifier)));
    if let Some((scheme, identifier)) = extension {
        let suggestion = with_scheme(scheme.as_str(), identifier);
        return Some(with_suggestion(MISSPELLED_EXTENSION, suggestion));
    }
    let ends_name = |c: char| !c.is_ascii_alphanumeric() && !"+-".contains(c);
    let name_end = origin.find(ends_name).unwrap_or(origin.len());
    let (name, rest) = origin.split_at_checked(name_end)?;
    if name.is_empty() {
        return host_alone(origin);
    }
    if let Some(host) = rest.strip_prefix("://") {
        return is_misspelled(name).then(|| with_suggestion(MISSPELLED, meant_form(name, host)));
    }
    let mut separators = SEPARATORS.into_iter();
    let host = separators.find_map(|separator| rest.strip_prefix(separator));
    let Some(host) = host else {
        return host_alone(origin);
    };
    let reason = if is_misspelled(name) {
        MISSPELLED
    } else {
        NO_SEPARATOR
    };
    meant_form(name, host).map(|suggestion| with_suggestion(reason, Some(suggestion)))
}

fn with_suggestion(reason: &'static str, suggestion: Option<String>) -> Mistake {
    Mistake {
        suggestion,
        ..Mistake::new(reason)
    }
}

/// Returns the origin of `host` in the form that browsers send. `name` can be a misspelled `http` or `https`: then the
/// origin has the correct scheme. If both schemes are possible, returns `None`. Any other `name` is the scheme itself,
/// such as the scheme of an app.
fn meant_form(name: &str, host: &str) -> Option<String> {
    match meant_scheme(name) {
        Some(scheme) => with_scheme(scheme.as_str(), host),
        None if is_misspelled(name) => None,
        None => with_scheme(&name.to_ascii_lowercase(), host),
    }
}

/// Returns the reason for refusing a host without a scheme. The host can have a port and a path. The result has a
/// suggestion only if the host is the user's own machine, because the scheme of any other host is not clear.
fn host_alone(origin: &str) -> Option<Mistake> {
    let text = origin.trim_start_matches('/');
    if text.contains("://") {
        return None;
    }
    if is_local(text) {
        let suggestion = with_scheme("http", text)?;
        return Some(with_suggestion(NO_SCHEME, Some(suggestion)));
    }
    let end = text.find(['/', '?', '#']).unwrap_or(text.len());
    let authority = text.get(..end)?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let is_port = |port: &str| {
        port == "*" || (!port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let is_host = match port {
        Some(port) => !host.is_empty() && is_port(port),
        None => host.contains('.'),
    };
    is_host.then(
        || match with_scheme("https", text).filter(|_| !is_part_of_address(host)) {
            Some(whole) => Mistake::new(format!("the origin has no scheme: write `{whole}`")),
            None => Mistake::new(NO_SCHEME),
        },
    )
}

/// Whether the host consists of numbers, but is not a complete IPv4 address. The URL parser would read such a host as a
/// different, complete address.
fn is_part_of_address(host: &str) -> bool {
    let is_numeric = host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    is_numeric && host.parse::<Ipv4Addr>().is_err()
}

/// Whether the text is `http` or `https`, perhaps misspelled.
pub(super) fn is_scheme_of_the_web(scheme: &str) -> bool {
    meant_scheme(scheme).is_some() || is_misspelled(scheme)
}

/// Returns the reason for refusing a scheme that the URL parser does not accept, or a scheme without a host.
pub(super) fn invalid_scheme(origin: &str) -> Option<&'static str> {
    let (scheme, host) = origin.split_once("://")?;
    let is_name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+-._".contains(&byte);
    let is_name = !scheme.is_empty() && scheme.bytes().all(is_name_byte);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && !scheme.contains('_');
    match () {
        () if is_name && !is_scheme => Some(INVALID_SCHEME),
        () if is_name && host.bytes().all(|byte| byte == b'/') => Some(NO_HOST),
        () => None,
    }
}
