//! Kinds of schemes and hosts.

use alloc::vec::Vec;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::conformance::harness::expectations::is_label_of_a_host;

/// Whether web pages can have the scheme (`http` or `https`). An app can have a scheme such as `httpx`.
pub(in super::super) fn is_web_scheme(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// Whether the host is a name or an address of a private network or of the user's own machine.
pub(in super::super) fn is_local_host(host: &str) -> bool {
    host == "localhost"
        || host.ends_with(".localhost")
        || host.ends_with(".local")
        || is_private_address(host)
}

/// Whether the host is a name or an address of the user's own machine.
pub(in super::super) fn is_loopback(host: &str) -> bool {
    let address = host.parse::<Ipv4Addr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || address.is_ok_and(|address| address.is_loopback())
}

/// Whether the host is an IP address of a private network or of the user's own machine.
pub(in super::super) fn is_private_address(host: &str) -> bool {
    let address = host.parse::<Ipv4Addr>();
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let of_version_six = inner.and_then(|inner| inner.parse::<Ipv6Addr>().ok());
    address.is_ok_and(|address| {
        address.is_loopback() || address.is_private() || address.is_link_local()
    }) || of_version_six.is_some_and(|address| {
        address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
    })
}

/// Whether the host is an IPv4 address.
pub(in super::super) fn is_address(host: &str) -> bool {
    host.parse::<Ipv4Addr>().is_ok()
}

/// Whether the host of the origin is an IPv4 address, or begins with an address and a dot.
pub(in super::super) fn begins_with_address(origin: &str) -> bool {
    let (_, rest) = origin.split_once("://").unwrap_or_default();
    let host = rest.split(':').next().unwrap_or_default();
    let labels = host.split('.').take(4).collect::<Vec<_>>();
    is_address(&labels.join("."))
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
