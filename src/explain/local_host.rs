//! Origins of a developer's machine and of private networks.

use core::net::{Ipv4Addr, Ipv6Addr};

use crate::infrastructure::{origin::Origin, this_machine::is_this_machine};

/// The last parts of the names that private networks use.
const PRIVATE_SUFFIXES: [&str; 4] = [".local", ".internal", ".test", ".lan"];

/// Whether the host is the user's own machine, or is in a private network.
pub(crate) fn is_local_host(host: &str) -> bool {
    is_this_machine(host)
        || is_private_address(host)
        || PRIVATE_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
        || !host.contains(['.', ':'])
}

/// Whether the host is an address of a private network, or an address that is valid only in one network.
fn is_private_address(host: &str) -> bool {
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    if let Some(address) = bracketed {
        let is_private =
            |address: Ipv6Addr| address.is_unique_local() || address.is_unicast_link_local();
        return address.parse().is_ok_and(is_private);
    }
    let is_private = |address: Ipv4Addr| address.is_private() || address.is_link_local();
    host.parse().is_ok_and(is_private)
}

/// Whether the origin is the origin of a page that a developer tests. Apps use origins such as `capacitor://localhost` in
/// production, so only http and https count.
pub(super) fn is_development_origin(origin: &Origin) -> bool {
    match origin {
        Origin::Tuple(tuple) => {
            matches!(tuple.scheme(), "http" | "https") && is_local_host(tuple.host())
        }
        _ => false,
    }
}
