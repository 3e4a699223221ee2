//! A request's `Origin`, taken apart without a copy.

use ::url::Url;

use super::components::{Port, Scheme};
use crate::infrastructure::origin::TupleOrigin;

/// The length of the longest domain, with a dot at its end.
pub(crate) const HOST_LIMIT_BYTES: usize = 254;
/// The length of the longest origin; a longer one has a longer host.
pub(crate) const ORIGIN_LIMIT_BYTES: usize = "https://".len() + HOST_LIMIT_BYTES + ":65535".len();

/// An `http` or `https` origin. Whether its host is serialized is not known yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParsedOrigin<'a> {
    text: &'a str,
    pub(crate) scheme: Scheme,
    pub(crate) host: &'a str,
    pub(crate) port: Port,
}

impl<'a> ParsedOrigin<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        if text.len() > ORIGIN_LIMIT_BYTES {
            return None;
        }
        let (scheme, host_and_port) = match text.strip_prefix("https://") {
            Some(rest) => (Scheme::Https, rest),
            None => (Scheme::Http, text.strip_prefix("http://")?),
        };
        // An IPv6 address has colons of its own, all inside of the brackets.
        let port_at = match host_and_port.strip_prefix('[') {
            Some(_) => host_and_port.find(']')? + 1,
            None => {
                // A port has five digits at most, and a host with a colon is found nowhere.
                let without_port = host_and_port.len().saturating_sub(":65535".len());
                let end = host_and_port.as_bytes().get(without_port..)?;
                let colon = end.iter().position(|&byte| byte == b':');
                colon.map_or(host_and_port.len(), |colon| without_port + colon)
            }
        };
        let (host, port) = host_and_port.split_at_checked(port_at)?;
        if host.len() > HOST_LIMIT_BYTES {
            return None;
        }
        Some(Self {
            text,
            scheme,
            host,
            port: parse_port(scheme, port)?,
        })
    }

    /// Whether the host is whole labels, as browsers send them, then `.` and `base`.
    pub(super) fn is_below(&self, base: &str, base_has_punycode: bool) -> bool {
        let labels = self.host.strip_suffix(base);
        let labels = labels.and_then(|labels| labels.strip_suffix('.'));
        labels.is_some_and(|labels| self.labels_are_canonical(labels, base_has_punycode))
    }

    /// Whether `labels`, the beginning of the host, are as the URL parser leaves them.
    pub(super) fn labels_are_canonical(&self, labels: &str, base_has_punycode: bool) -> bool {
        let mut has_punycode = base_has_punycode;
        let mut labels = labels.as_bytes().split(|&byte| byte == b'.');
        let are_plain = labels.all(|label| {
            has_punycode |= label.starts_with(b"xn--");
            !label.is_empty() && label.iter().all(|&byte| is_domain_byte(byte))
        });
        // Labels in Punycode go through the parser, since the script of one label rules what the others may
        // be. They are rare, and only the parser allocates.
        are_plain && (!has_punycode || self.is_serialized())
    }

    fn is_serialized(&self) -> bool {
        Url::parse(self.text)
            .ok()
            .and_then(|url| TupleOrigin::from_url(&url))
            .is_some_and(|origin| origin.serialize() == self.text)
    }
}

/// `port` is empty or begins with a colon.
fn parse_port(scheme: Scheme, port: &str) -> Option<Port> {
    let Some(digits) = port.strip_prefix(':') else {
        return port.is_empty().then_some(Port::Default);
    };
    let is_canonical = digits == "0" || !digits.starts_with(['0', '+']);
    let number = digits.parse().ok().filter(|_| is_canonical)?;
    (number != scheme.default_port()).then_some(Port::Number(number))
}

/// A byte that the URL parser leaves as it is in a domain.
const fn is_domain_byte(byte: u8) -> bool {
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
