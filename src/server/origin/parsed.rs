//! The `Origin` of a request, split into scheme, host and port. The parts are borrowed from the request.

use super::port::Port;
use crate::infrastructure::serialized_origin::{OriginParts, Scheme};

/// The maximum length of a domain name, including a dot at its end.
pub(crate) const HOST_LIMIT_BYTES: usize = 254;
/// The maximum length of an origin with a domain as its host.
pub(crate) const ORIGIN_LIMIT_BYTES: usize = "https://".len() + HOST_LIMIT_BYTES + ":65535".len();

/// An `http` or `https` origin. Its host is not checked yet.
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
