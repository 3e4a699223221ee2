//! Kinds of schemes and hosts.

use core::net::Ipv4Addr;

use crate::conformance::harness::expectations::is_label_of_a_host;

/// Whether web pages can have the scheme (`http` or `https`). An app can have a scheme such as `httpx`.
pub(in super::super) fn is_web_scheme(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// Whether the host is an IPv4 address of a private network or of the user's own machine.
pub(in super::super) fn is_private_address(host: &str) -> bool {
    let address = host.parse::<Ipv4Addr>();
    address.is_ok_and(|address| address.is_loopback() || address.is_private())
}

/// Whether all labels of the host are usual. A server can refuse other hosts because of their form.
pub(super) fn is_plain_host(host: &str) -> bool {
    host.split('.').all(is_label_of_a_host)
}

/// Whether the host has at least one more label before the domain.
pub(super) fn is_subdomain(host: &str, domain: &str) -> bool {
    let before = host.strip_suffix(domain);
    before.is_some_and(|before| before.ends_with('.'))
}
