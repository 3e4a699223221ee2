//! A request's `Origin`, split into scheme, host and port without a copy.

use ::url::Url;

use super::components::{Port, Scheme};
use crate::infrastructure::origin::TupleOrigin;

/// The length of the longest domain, including a dot at its end.
pub(crate) const HOST_LIMIT_BYTES: usize = 254;
/// The length of the longest origin whose host is a domain.
pub(crate) const ORIGIN_LIMIT_BYTES: usize = "https://".len() + HOST_LIMIT_BYTES + ":65535".len();

/// An `http` or `https` origin, whose host is not checked yet.
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
        // The colons of an IPv6 address are inside of its brackets.
        let port_at = match host_and_port.strip_prefix('[') {
            Some(_) => host_and_port.find(']')? + 1,
            None => {
                // A port has at most five digits. A colon further left stays in the host, and such a host matches
                // no entry.
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

    /// Whether the URL parser leaves the whole origin unchanged.
    pub(super) fn is_serialized(&self) -> bool {
        Url::parse(self.text)
            .ok()
            .and_then(|url| TupleOrigin::from_url(&url))
            .is_some_and(|origin| origin.serialize() == self.text)
    }
}

/// Parses a port that is empty or starts with a colon.
fn parse_port(scheme: Scheme, port: &str) -> Option<Port> {
    let Some(digits) = port.strip_prefix(':') else {
        return port.is_empty().then_some(Port::Default);
    };
    let is_canonical = digits == "0" || !digits.starts_with(['0', '+']);
    let number = digits.parse().ok().filter(|_| is_canonical)?;
    (number != scheme.default_port()).then_some(Port::Number(number))
}
