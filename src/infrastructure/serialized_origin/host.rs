//! Hosts: the [host serializer](https://url.spec.whatwg.org/#concept-host-serializer), and the [host
//! parser](https://url.spec.whatwg.org/#concept-host-parser) for ASCII hosts in lower case.

use core::{
    fmt::{self, Display, Write},
    net::{Ipv4Addr, Ipv6Addr},
};

use super::{ipv4, ipv6, punycode};

/// A [host](https://url.spec.whatwg.org/#concept-host). `Display` writes its serialization.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Host<'a> {
    Domain(&'a str),
    Ipv4(Ipv4Addr),
    Ipv6(Ipv6Addr),
}

impl<'a> Host<'a> {
    /// Parses a host in ASCII and in lower case, without percent-encoding.
    #[inline]
    pub(crate) fn parse(input: &'a str) -> Option<Self> {
        if let Some(address) = input.strip_prefix('[') {
            return ipv6::parse(address.strip_suffix(']')?).map(Self::Ipv6);
        }
        if ipv4::ends_in_a_number(input) {
            return ipv4::parse(input).map(Self::Ipv4);
        }
        let mut labels = input.as_bytes().split(|&byte| byte == b'.');
        (!input.is_empty() && labels.all(is_serialized_label)).then_some(Self::Domain(input))
    }
}

impl Display for Host<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(domain) => f.write_str(domain),
            Self::Ipv4(address) => address.fmt(f),
            Self::Ipv6(address) => ipv6::serialize(*address, f),
        }
    }
}

/// Whether `host` is the serialization of a host.
#[inline]
pub(crate) fn is_serialized_host(host: &str) -> bool {
    match Host::parse(host) {
        Some(Host::Domain(_)) => true,
        // The parser of `Ipv4Addr` accepts only a serialized address, such as `127.0.0.1`.
        Some(Host::Ipv4(_)) => host.parse::<Ipv4Addr>().is_ok(),
        Some(address @ Host::Ipv6(_)) => displays_as(address, host),
        None => false,
    }
}

/// Whether `label` is a label of a serialized domain. A label can be empty, as between two dots.
#[inline]
pub(crate) fn is_serialized_label(label: &[u8]) -> bool {
    label.iter().all(|&byte| is_serialized_domain_byte(byte))
        && label
            .strip_prefix(b"xn--")
            .is_none_or(punycode::is_not_ascii)
}

/// Whether a serialized domain can contain the byte. Such a byte is not a [forbidden domain code
/// point](https://url.spec.whatwg.org/#forbidden-domain-code-point), and [domain to
/// ASCII](https://url.spec.whatwg.org/#concept-domain-to-ascii) does not change such a byte.
#[inline]
const fn is_serialized_domain_byte(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~')
        && !byte.is_ascii_uppercase()
        && !matches!(
            byte,
            b'#' | b'%'
                | b'/'
                | b':'
                | b'<'
                | b'>'
                | b'?'
                | b'@'
                | b'['
                | b'\\'
                | b']'
                | b'^'
                | b'|'
        )
}

/// Whether `Display` of `value` writes exactly `text`. The function does not allocate.
fn displays_as(value: impl Display, text: &str) -> bool {
    let mut rest = Rest(text);
    write!(rest, "{value}").is_ok() && rest.0.is_empty()
}

/// A writer that compares the written text with an expected text. The field is the part of the expected text that still
/// must be written.
struct Rest<'a>(&'a str);

impl Write for Rest<'_> {
    fn write_str(&mut self, written: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(written).ok_or(fmt::Error)?;
        Ok(())
    }
}
