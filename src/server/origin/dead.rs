//! Origins that no page has, although they are well-formed. An entry with such an origin is a mistake.

use super::{misspelled::is_misspelled, parsed::HOST_LIMIT_BYTES};
use crate::infrastructure::{origin_header::is_scheme_without_pages, port::is_bad_port};

/// The length of the longest label of a domain name (RFC 1035 §2.3.4).
const LABEL_LIMIT_BYTES: usize = 63;

const BLOCKED_PORT: &str =
    "browsers block this port, so no page has this origin: write the port of the page";
const EMPTY_LABEL: &str = "the host has two dots in a row or begins with a dot, so no page has this origin: remove the dot";
const LONG_LABEL: &str =
    "a label of the host has more than 63 bytes, so no page has this origin: write a shorter label";
const LONG_HOST: &str =
    "the host has more than 253 bytes, so no page has this origin: write a shorter host";
const ODD_CHARACTER: &str =
    "the host has a character of a list, a template or a quotation, which no domain has: remove it";
const NO_PAGES: &str = "no page has an origin with this scheme: list the origin of the page that sends the request, for example, `https://app.example`";

pub(crate) const MISSPELLED: &str =
    "the scheme is misspelled: write `http://` or `https://` before the host";

/// Characters that the URL parser permits in a host. No domain has them: they belong to lists, quotations, templates
/// and regular expressions.
const ODD_CHARACTERS: [char; 9] = [',', ';', '{', '}', '$', '(', ')', '"', '\''];

/// Returns the reason why no page has a host that ends with `host`, or no page has this port. `labels_bytes` is the
/// length of the shortest text that a wildcard puts before `host`.
pub(super) fn dead_host_or_port(
    host: &str,
    labels_bytes: usize,
    port: Option<u16>,
) -> Option<&'static str> {
    // A domain can have a dot at its end.
    let domain = host.strip_suffix('.').unwrap_or(host);
    let labels = || domain.split('.');
    let limit = HOST_LIMIT_BYTES - 1;
    match () {
        () if host.contains(ODD_CHARACTERS) => Some(ODD_CHARACTER),
        () if labels().any(str::is_empty) => Some(EMPTY_LABEL),
        () if labels().any(|label| label.len() > LABEL_LIMIT_BYTES) => Some(LONG_LABEL),
        () if domain.len() + labels_bytes > limit => Some(LONG_HOST),
        () => None,
    }
    .or_else(|| port.is_some_and(is_bad_port).then_some(BLOCKED_PORT))
}

/// Returns the reason why no page has an origin with this scheme.
pub(super) fn dead_scheme(scheme: &str) -> Option<&'static str> {
    match () {
        () if is_scheme_without_pages(scheme) => Some(NO_PAGES),
        () if is_misspelled(scheme) => Some(MISSPELLED),
        () => None,
    }
}
