//! Ports, as the [URL serializer](https://url.spec.whatwg.org/#url-serializing) writes them: the shortest decimal
//! number, and no default port.

/// Parses the digits of a serialized port.
#[inline]
pub(crate) fn parse_serialized_port(digits: &str, default_port: u16) -> Option<u16> {
    let is_shortest = digits == "0" || !digits.starts_with(['0', '+']);
    let number = digits.parse().ok().filter(|_| is_shortest)?;
    (number != default_port).then_some(number)
}
