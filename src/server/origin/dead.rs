//! Well-formed origins that no page can have. An entry with such an origin is a mistake.

use super::{
    address_range::{RANGE, is_range_of_hosts},
    misspelled::{is_misspelled, misspelled_extension},
    parsed::HOST_LIMIT_BYTES,
};
use crate::infrastructure::{origin_header::is_scheme_without_pages, port::is_bad_port};

/// The maximum length of a label of a domain name (RFC 1035 §2.3.4).
const LABEL_LIMIT_BYTES: usize = 63;

const BLOCKED_PORT: &str =
    "browsers block this port, so no page has this origin: write the port of the page";
const EMPTY_LABEL: &str = "the host has two dots in a row or begins with a dot, so no page has this origin: remove the dot";
const LONG_LABEL: &str =
    "a label of the host has more than 63 bytes, so no page has this origin: write a shorter label";
const LONG_HOST: &str =
    "the host has more than 253 bytes, so no page has this origin: write a shorter host";
const ODD_CHARACTER: &str = "the host has a character that no domain has, such as a brace or a quotation mark: write only letters, digits, `-`, `_` and dots";
const NO_PAGES: &str = "no page has an origin with this scheme: list the origin of the page that sends the request, for example, `https://app.example`";

pub(crate) const INVALID_PORT: &str =
    "the port is not a number from 0 to 65535: write the port of the page";
pub(crate) const MISSPELLED: &str =
    "the scheme is misspelled: write `http://` or `https://` before the host";
pub(crate) const MISSPELLED_EXTENSION: &str =
    "the scheme is misspelled: write `chrome-extension`, `moz-extension` or `safari-web-extension`";
pub(crate) const TEMPLATE: &str =
    "the value has a placeholder that was not replaced: write the origin instead of the template";

/// Returns the reason why no page can have a host that ends with `host`, or why no page can have this port.
/// `labels_bytes` is the length of the shortest text that a wildcard matches before `host`.
pub(super) fn dead_host_or_port(
    host: &str,
    labels_bytes: usize,
    port: Option<u16>,
) -> Option<&'static str> {
    dead_host(host, labels_bytes).or_else(|| port.is_some_and(is_bad_port).then_some(BLOCKED_PORT))
}

fn dead_host(host: &str, labels_bytes: usize) -> Option<&'static str> {
    if host.starts_with('[') {
        return None;
    }
    // A domain name can end with a dot. This dot does not count for the length, and the text after this dot is not an
    // empty label.
    let domain = host.strip_suffix('.').unwrap_or(host);
    let labels = || domain.split('.');
    let limit = HOST_LIMIT_BYTES - 1;
    match () {
        () if !host.bytes().all(is_domain_byte) => Some(ODD_CHARACTER),
        () if labels().any(str::is_empty) => Some(EMPTY_LABEL),
        () if labels().any(|label| label.len() > LABEL_LIMIT_BYTES) => Some(LONG_LABEL),
        () if domain.len() + labels_bytes > limit => Some(LONG_HOST),
        () if labels().any(is_placeholder) => Some(TEMPLATE),
        () if is_range_of_hosts(host) => Some(RANGE),
        () => None,
    }
}

/// Whether real domains contain the byte. Returns false for `,`, `"`, `{` and `$`, although the URL parser permits
/// these characters. Returns true for `_`, because real hosts contain `_`. Returns true for `*`, because other errors
/// report a misplaced `*`.
const fn is_domain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'*')
}

/// Whether the label is a placeholder of a template, such as `__HOST__`.
pub(super) fn is_placeholder(label: &str) -> bool {
    let name = label.strip_prefix("__");
    let name = name.and_then(|label| label.strip_suffix("__"));
    name.is_some_and(|name| !name.is_empty())
}

/// Returns the reason why no page has an origin with this scheme.
pub(crate) fn dead_scheme(scheme: &str) -> Option<&'static str> {
    match () {
        () if is_scheme_without_pages(scheme) => Some(NO_PAGES),
        () if is_misspelled(scheme) => Some(MISSPELLED),
        () if misspelled_extension(scheme).is_some() => Some(MISSPELLED_EXTENSION),
        () => None,
    }
}
