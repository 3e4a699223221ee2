//! Mistakes in a URL: in the port, and in the text after the host.

use super::with_scheme;
use crate::server::origin::dead::INVALID_PORT;

const ENCODED_ASTERISK: &str =
    "`%2A` is not a wildcard: write `*` itself, for example, `http://localhost:*`";
const LOCAL_FILE: &str =
    "a local document has the origin `null` or `file://`: write one of them, without a path";
const QUERY: &str = "an origin does not have a query, and `?` is not a wildcard: write only the scheme, the host and the port";
const PATH: &str = "the text after the host is not a part of an origin: write only the scheme, the host and the port";

/// Looks for mistakes in an entry with `://`. Returns the reason for refusing the entry.
pub(super) fn url_mistake(origin: &str) -> Option<&'static str> {
    let (scheme, rest) = origin.split_once("://")?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end)?;
    let port = authority.rsplit_once(':').map(|(_, port)| port);
    match tail.bytes().next() {
        _ if scheme.eq_ignore_ascii_case("file") => Some(LOCAL_FILE),
        _ if authority.to_ascii_lowercase().contains("%2a") => Some(ENCODED_ASTERISK),
        _ if port.is_some_and(is_invalid) => Some(INVALID_PORT),
        None => None,
        Some(_) if with_scheme(scheme, authority).is_none() => None,
        Some(b'?') => Some(QUERY),
        Some(_) => Some(PATH),
    }
}

/// Whether the text after the last colon has only letters and digits, but is not a port. For other characters, the
/// result is false: the text can be the end of an IPv6 address (`1]`), a password and a host (`pw@a.example`), or a
/// wildcard (`*`).
fn is_invalid(port: &str) -> bool {
    let is_word = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_word && port.parse::<u16>().is_err()
}
