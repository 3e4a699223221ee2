//! A request's `Origin`, split into scheme, host and port without a copy.

use super::port::Port;
use crate::infrastructure::serialized_origin::{OriginParts, Scheme};

/// The maximum length of a domain, including a dot at its end.
pub(crate) const HOST_LIMIT_BYTES: usize = 254;
/// The length of the longest origin whose host is a domain.
pub(crate) const ORIGIN_LIMIT_BYTES: usize = "https://".len() + HOST_LIMIT_BYTES + ":65535".len();

/// An `http` or `https` origin, whose host is not checked yet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ParsedOrigin<'a> {
    pub(crate) scheme: Scheme,
    pub(crate) host: &'a str,
    pub(crate) port: Port,
}

impl<'a> ParsedOrigin<'a> {
    pub(crate) fn parse(origin: &'a str) -> Option<Self> {
        if origin.len() > ORIGIN_LIMIT_BYTES {
            return None;
        }
        let OriginParts { scheme, host, port } = OriginParts::split(origin)?;
        (host.len() <= HOST_LIMIT_BYTES).then_some(Self {
            scheme,
            host,
            port: port.into(),
        })
    }
}
