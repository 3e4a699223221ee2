//! The origin of a URL in the form that browsers send. Errors suggest this form.

use alloc::{string::String, vec::Vec};
use core::fmt;

use crate::infrastructure::serialized_origin::{Host, Scheme};

/// The origin of an `http` or `https` URL. Its `Display` writes the serialization.
#[derive(Debug, Clone)]
pub(super) struct CanonicalOrigin {
    pub(super) scheme: Scheme,
    pub(super) host: String,
    pub(super) is_domain: bool,
    /// The port, or `None` for the default port of the scheme.
    pub(super) port: Option<u16>,
}

impl CanonicalOrigin {
    /// Parses the URL up to its port, by the rules of the [URL
    /// parser](https://url.spec.whatwg.org/#concept-basic-url-parser).
    ///
    /// A host that is not ASCII needs the Unicode tables of the `url` crate. Without the feature `browser`, the result
    /// for such a host is `None`.
    pub(super) fn parse(url: &str) -> Option<Self> {
        let trimmed = url.trim_matches(|c| c <= ' ');
        let url: String = trimmed
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
            .collect();
        let (scheme, rest) = url.split_once(':')?;
        let scheme = [Scheme::Http, Scheme::Https]
            .into_iter()
            .find(|known| scheme.eq_ignore_ascii_case(known.as_str()))?;
        let authority = rest
            .trim_start_matches(['/', '\\'])
            .split(['/', '\\', '?', '#'])
            .next()?;
        let host_and_port = match authority.rsplit_once('@') {
            Some((_, host_and_port)) => host_and_port,
            None => authority,
        };
        let (host, port) = split_port(host_and_port);
        let host = percent_decode(host)?;
        if !host.is_ascii() {
            return not_ascii(&url, scheme);
        }
        let host = host.to_ascii_lowercase();
        let host = Host::parse(core::str::from_utf8(&host).ok()?)?;
        Some(Self {
            scheme,
            host: alloc::format!("{host}"),
            is_domain: matches!(host, Host::Domain(_)),
            port: parse_port(port)?.filter(|&port| port != scheme.default_port()),
        })
    }
}

impl fmt::Display for CanonicalOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.as_str(), self.host)?;
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

/// Splits the text at the first colon that is not in brackets.
fn split_port(host_and_port: &str) -> (&str, &str) {
    let mut is_in_brackets = false;
    let colon = |c| {
        match c {
            '[' => is_in_brackets = true,
            ']' => is_in_brackets = false,
            _ => {}
        }
        c == ':' && !is_in_brackets
    };
    host_and_port
        .split_once(colon)
        .unwrap_or((host_and_port, ""))
}

/// Parses a port that can be empty or can start with zeros. Returns `None` if the port is invalid, and `Some(None)` if
/// the port is empty.
fn parse_port(digits: &str) -> Option<Option<u16>> {
    if digits.is_empty() {
        return Some(None);
    }
    let are_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = match digits.trim_start_matches('0') {
        "" => Some(0),
        digits => digits.parse().ok(),
    };
    number.filter(|_| are_digits).map(Some)
}

/// [Percent-decodes](https://url.spec.whatwg.org/#string-percent-decode) a host. The URL standard does not decode an
/// address in brackets, and refuses an encoded bracket.
fn percent_decode(host: &str) -> Option<Vec<u8>> {
    let is_address = host.starts_with('[');
    let mut decoded = Vec::with_capacity(host.len());
    let mut bytes = host.as_bytes();
    while let Some((&byte, rest)) = bytes.split_first() {
        let hexadecimal = rest.get(..2).filter(|_| byte == b'%' && !is_address);
        let encoded = hexadecimal.and_then(|digits| {
            Some(hex_digit(*digits.first()?)? * 16 + hex_digit(*digits.last()?)?)
        });
        decoded.push(encoded.unwrap_or(byte));
        bytes = match encoded {
            Some(_) => rest.get(2..)?,
            None => rest,
        };
    }
    (is_address || !decoded.contains(&b'[')).then_some(decoded)
}

fn hex_digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
}

#[cfg(feature = "browser")]
fn not_ascii(url: &str, scheme: Scheme) -> Option<CanonicalOrigin> {
    let url = ::url::Url::parse(url).ok()?;
    Some(CanonicalOrigin {
        scheme,
        host: url.host_str()?.into(),
        is_domain: url.domain().is_some(),
        port: url.port(),
    })
}

#[cfg(not(feature = "browser"))]
const fn not_ascii(_: &str, _: Scheme) -> Option<CanonicalOrigin> {
    None
}
