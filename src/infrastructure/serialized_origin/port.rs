//! Ports in the form that the [URL serializer](https://url.spec.whatwg.org/#url-serializing) writes: the shortest decimal
//! number, and never the default port.

/// Parses the digits of a serialized port. Returns `None` if the URL serializer does not write these digits.
#[inline]
pub(crate) fn parse_serialized_port(digits: &str, default_port: u16) -> Option<u16> {
    let is_shortest = digits == "0" || !digits.starts_with(['0', '+']);
    let number = digits.parse().ok().filter(|_| is_shortest)?;
    (number != default_port).then_some(number)
}
