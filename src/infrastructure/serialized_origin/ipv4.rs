//! IPv4 addresses: the [ends-in-a-number checker](https://url.spec.whatwg.org/#ends-in-a-number-checker) and the [IPv4
//! parser](https://url.spec.whatwg.org/#concept-ipv4-parser). Letters must be in lower case.

use core::net::Ipv4Addr;

/// Whether the last label of `host` is a number. A dot at the end of the host is ignored. A host whose last label is a
/// number is an IPv4 address, or is invalid.
#[inline]
pub(super) fn ends_in_a_number(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    match last.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// Parses an address of one to four numbers. The last number fills all remaining bytes of the address.
pub(super) fn parse(host: &str) -> Option<Ipv4Addr> {
    let mut numbers = host.strip_suffix('.').unwrap_or(host).split('.');
    let last = parse_number(numbers.next_back()?)?;
    let (mut bits, mut address) = (32, 0);
    for number in numbers {
        let number = parse_number(number).filter(|&number| number <= 255)?;
        // At least eight bits of the address must remain for the last number.
        bits = if bits > 8 { bits - 8 } else { return None };
        address |= number << bits;
    }
    let address = (last >> bits == 0).then_some(address | last)?;
    u32::try_from(address).ok().map(Ipv4Addr::from_bits)
}

/// The [IPv4 number parser](https://url.spec.whatwg.org/#ipv4-number-parser). A number after `0x` is hexadecimal, and a
/// number after `0` is octal. Returns `None` if the text is not a number, or if the number does not fit into 64 bits.
fn parse_number(number: &str) -> Option<u64> {
    let (digits, radix) = match number.strip_prefix("0x") {
        Some("") => return Some(0),
        Some(digits) => (digits, 16),
        None => match number.strip_prefix('0') {
            Some("") | None => (number, 10),
            Some(digits) => (digits, 8),
        },
    };
    let are_digits = digits.chars().all(|digit| digit.is_digit(radix));
    let number = u64::from_str_radix(digits, radix).ok();
    number.filter(|_| are_digits)
}
