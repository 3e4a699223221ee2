//! IP addresses in forms that an origin cannot have.

use core::net::Ipv6Addr;

const BRACKETS: &str = "an IPv6 address needs brackets: write, for example, `http://[::1]:3000`";
const ZONE: &str =
    "an address in an origin does not have a zone: remove `%` and the text between `%` and `]`";

/// Returns the reason for refusing an IPv6 address without brackets or with a zone.
pub(super) fn address_mistake(origin: &str) -> Option<&'static str> {
    let (_, rest) = origin.split_once("://").unwrap_or(("", origin));
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    if authority.parse::<Ipv6Addr>().is_ok() {
        return Some(BRACKETS);
    }
    let address = authority.strip_prefix('[')?.split(']').next()?;
    let (address, _) = address.split_once('%')?;
    address.parse::<Ipv6Addr>().is_ok().then_some(ZONE)
}
