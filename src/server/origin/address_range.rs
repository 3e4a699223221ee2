//! Ranges of IP addresses, such as `10.0.0.0/8` and `10.0.0.x`. A policy cannot list a range.

use core::net::{Ipv4Addr, Ipv6Addr};

/// The maximum prefix length of an address range, in bits.
const MAX_PREFIX_BITS: u8 = 128;

pub(crate) const RANGE: &str =
    "a range of addresses cannot be listed: list the origin of each address";

/// Whether the text is a range of addresses, with or without a scheme and a port. Examples are `10.0.0.0/8` with a
/// prefix length, `10.0.0.0/255.0.0.0` with a mask, and `10.0.0.x`.
pub(crate) fn is_range(text: &str) -> bool {
    let (_, text) = text.split_once("://").unwrap_or(("", text));
    match text.split_once('/') {
        Some((authority, rest)) => {
            let end = rest.find(['/', '?', '#', ':']).unwrap_or(rest.len());
            let size = rest.get(..end).unwrap_or_default();
            is_start(without_port(authority)) && is_prefix_or_mask(size)
        }
        None => is_range_of_hosts(without_port(text)),
    }
}

/// Whether the host is a range of addresses. A range is two addresses with `-` between them, as in `10.0.0.1-10.0.0.9`,
/// or a host with a label that means several numbers, as in `10.0.0.x`.
pub(super) fn is_range_of_hosts(host: &str) -> bool {
    let is_address = |text: &str| text.parse::<Ipv4Addr>().is_ok();
    if let Some((first, last)) = host.split_once('-')
        && is_address(first)
        && is_address(last)
    {
        return true;
    }
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_part = |label: &str| is_number(label) || is_several_numbers(label);
    host.split_once('.')
        .is_some_and(|(first, _)| is_number(first))
        && host.split('.').all(is_part)
        && host.split('.').any(is_several_numbers)
}

/// Whether the label means several numbers: `x`, `*`, or two numbers with `-` between them.
fn is_several_numbers(label: &str) -> bool {
    let numbers = label.split_once('-');
    matches!(label, "x" | "X" | "*")
        || numbers.is_some_and(|(first, last)| is_number(first) && is_number(last))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns true if the host is an address, or the first numbers of an address, such as `10.0`.
fn is_start(host: &str) -> bool {
    let is_ipv6 = host.parse::<Ipv6Addr>().is_ok();
    let is_in_brackets = host.starts_with('[') && host.ends_with(']');
    is_ipv6 || is_in_brackets || (host.contains('.') && host.split('.').all(is_number))
}

fn is_prefix_or_mask(size: &str) -> bool {
    let is_prefix = size.parse().is_ok_and(|bits: u8| bits <= MAX_PREFIX_BITS);
    is_prefix || size.parse::<Ipv4Addr>().is_ok()
}

fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if is_number(port) || port == "*" => host,
        _ => authority,
    }
}
