//! Origins of a developer's machine and of private networks.

use core::net::Ipv4Addr;

use crate::infrastructure::origin::Origin;

/// The last parts of the names that private networks use.
const PRIVATE_SUFFIXES: [&str; 4] = [".local", ".internal", ".test", ".lan"];

/// Whether the host is the user's own machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let address = host.parse::<Ipv4Addr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || host == "[::1]"
        || address.is_ok_and(|address| address.is_loopback())
}

/// Whether the host is the user's own machine, or is in a private network.
pub(crate) fn is_local_host(host: &str) -> bool {
    let address = host.parse::<Ipv4Addr>();
    let is_private = |address: Ipv4Addr| address.is_private() || address.is_link_local();
    is_this_machine(host)
        || address.is_ok_and(is_private)
        || PRIVATE_SUFFIXES.iter().any(|suffix| host.ends_with(suffix))
        || !host.contains(['.', ':'])
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
