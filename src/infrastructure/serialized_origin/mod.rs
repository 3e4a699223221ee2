//! The grammar of [serialized origins](https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin) with the scheme
//! `http` or `https`. Browsers send these origins in the `Origin` header.
//!
//! The parser of this grammar does not allocate and does not have Unicode tables. The parser accepts every origin with
//! these schemes that the URL standard can serialize. The parser also accepts Punycode that UTS 46 refuses (see
//! [`punycode`]), but no browser sends an origin with such Punycode.

mod host;
mod ipv4;
mod ipv6;
mod port;
mod punycode;
mod scheme;

pub(crate) use self::{
    host::{Host, is_serialized_host, is_serialized_label},
    port::parse_serialized_port,
    scheme::Scheme,
};

/// The parts of an origin. The host is not checked yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OriginParts<'a> {
    pub(crate) scheme: Scheme,
    pub(crate) host: &'a str,
    /// The port, or `None` for the default port of the scheme.
    pub(crate) port: Option<u16>,
}

/// Whether `origin` is a serialized origin with the scheme `http` or `https`.
pub(crate) fn is_serialized_origin(origin: &str) -> bool {
    OriginParts::split(origin).is_some_and(|parts| is_serialized_host(parts.host))
}

/// Whether `origin` is a serialized origin without Punycode. For Punycode, the URL parser has rules that this function
/// does not check.
#[cfg(feature = "browser")]
pub(crate) fn is_serialized_without_punycode(origin: &[u8]) -> bool {
    let origin = core::str::from_utf8(origin).ok();
    let has_punycode = |origin: &str| origin.as_bytes().windows(4).any(|part| part == b"xn--");
    origin.is_some_and(|origin| is_serialized_origin(origin) && !has_punycode(origin))
}

impl<'a> OriginParts<'a> {
    /// Splits an origin and checks the scheme and the port.
    #[inline]
    pub(crate) fn split(origin: &'a str) -> Option<Self> {
        let (scheme, host_and_port) = Scheme::split(origin)?;
        // The colons of an IPv6 address are in its brackets, so the port begins after the closing bracket.
        let port_at = match host_and_port.strip_prefix('[') {
            Some(_) => host_and_port.find(']')? + 1,
            None => {
                // A port has at most five digits, so this code searches for the colon only in the last six bytes. If
                // the host contains an earlier colon, a later check refuses the host.
                let without_port = host_and_port.len().saturating_sub(":65535".len());
                let end = host_and_port.as_bytes().get(without_port..)?;
                let colon = end.iter().position(|&byte| byte == b':');
                colon.map_or(host_and_port.len(), |colon| without_port + colon)
            }
        };
        let (host, port) = host_and_port.split_at_checked(port_at)?;
        let port = match port.strip_prefix(':') {
            Some(digits) => Some(parse_serialized_port(digits, scheme.default_port())?),
            None if port.is_empty() => None,
            None => return None,
        };
        Some(Self { scheme, host, port })
    }
}
