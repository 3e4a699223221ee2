//! Ports without a host, and entries with several ports.

use super::scheme::is_scheme_of_the_web;
use crate::server::origin::ambiguous::is_port_number;

const PORT_ALONE: &str =
    "the entry has no host: write it before the port, for example, `http://localhost:3000`";
const SEVERAL_PORTS: &str =
    "an origin has one port: write an entry for each port, or `:*` for any port";

/// Returns the reason for refusing a port without a host, or several ports.
pub(super) fn port_mistake(origin: &str) -> Option<&'static str> {
    if is_port_alone(origin) {
        return Some(PORT_ALONE);
    }
    has_several_ports(origin).then_some(SEVERAL_PORTS)
}

/// Whether the text is only a port, with or without a scheme, such as `:3000`, `http:3000` and `https://8080`.
fn is_port_alone(origin: &str) -> bool {
    let rest = origin.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let scheme = origin.strip_suffix(rest).unwrap_or_default();
    let port = rest.trim_start_matches([':', ';', '/', '.']);
    let port = port.strip_suffix('/').unwrap_or(port);
    (scheme.is_empty() || is_scheme_of_the_web(scheme)) && is_port_number(port)
}

/// Whether the host is followed by several numbers with separators, as in `http://localhost:3000-3010`.
fn has_several_ports(origin: &str) -> bool {
    let (_, rest) = origin.split_once("://").unwrap_or(("", origin));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host_end = authority.find(']').filter(|_| authority.starts_with('['));
    let end = authority.get(host_end.unwrap_or_default()..);
    let Some((_, ports)) = end.and_then(|end| end.split_once(':')) else {
        return false;
    };
    let is_separator = |c: char| "-,;:|[](){} ".contains(c);
    let numbers = ports.split(is_separator).filter(|part| !part.is_empty());
    numbers.clone().count() > 1
        && numbers
            .flat_map(str::bytes)
            .all(|byte| byte.is_ascii_digit())
}
