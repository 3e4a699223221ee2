//! Kinds of schemes and hosts.

use core::net::Ipv4Addr;

/// Whether web pages can have the scheme (`http` or `https`). An app can have a scheme such as `httpx`.
pub(in super::super) fn is_web_scheme(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// Whether the host is an IPv4 address of a private network or of the user's own machine.
pub(in super::super) fn is_private_address(host: &str) -> bool {
    let address = host.parse::<Ipv4Addr>();
    address.is_ok_and(|address| address.is_loopback() || address.is_private())
}

/// Whether the host has only letters, digits, hyphens and dots, and does not end with a dot. A server can refuse other
/// hosts because of their form.
pub(super) fn is_plain_host(host: &str) -> bool {
    let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"-.".contains(&byte);
    host.bytes().all(is_known) && !host.ends_with('.')
}
