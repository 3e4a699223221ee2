//! Hosts of the user's own machine.

use core::net::{Ipv4Addr, Ipv6Addr};

/// Whether the host, in lower case, is a name or a loopback address of the user's own machine.
pub(crate) fn is_this_machine(host: &str) -> bool {
    let bracketed = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    if let Some(address) = bracketed {
        let address = address.parse::<Ipv6Addr>();
        return address.is_ok_and(|address| address.is_loopback());
    }
    let address = host.parse::<Ipv4Addr>();
    host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_loopback_addresses_are_this_machine() {
        for host in [
            "localhost",
            "app.localhost",
            "127.0.0.1",
            "127.9.9.9",
            "[::1]",
        ] {
            assert!(is_this_machine(host), "{host}");
        }
        for host in [
            "",
            "localhost.example",
            "mylocalhost",
            "128.0.0.1",
            "[::2]",
            "::1",
            "[127.0.0.1]",
        ] {
            assert!(!is_this_machine(host), "{host}");
        }
    }
}
