//! The headers of a response.

use http::{HeaderName, HeaderValue, header};

use crate::infrastructure::method::is_cors_safelisted_method;
use crate::server::decision::{
    decide::{Decision, RequestKind},
    header_source::RequestValue,
};

/// The value of a header that a decision puts on a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseValue<'r, V> {
    /// Made ready with the policy.
    Prepared(&'r HeaderValue),
    /// Taken from the request.
    Requested(V),
}

impl<'r, V: RequestValue<'r>> ResponseValue<'r, V> {
    /// Its bytes.
    pub fn bytes(self) -> &'r [u8] {
        match self {
            Self::Prepared(value) => value.as_bytes(),
            Self::Requested(value) => value.bytes(),
        }
    }

    #[inline]
    pub(crate) fn to_header_value(self) -> Option<HeaderValue> {
        match self {
            Self::Prepared(value) => Some(value.clone()),
            Self::Requested(value) => value.to_header_value(),
        }
    }
}

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// The `Access-Control-*` headers of the response.
    pub fn headers(
        &self,
    ) -> impl Iterator<Item = (HeaderName, ResponseValue<'r, V>)> + use<'r, I, V> {
        let policy = &*self.policy.0;
        let prepared = match self.kind {
            RequestKind::Preflight => policy.allowed_preflight.headers(),
            RequestKind::NotCors | RequestKind::Cors => &policy.response,
        };
        let is_said = self.allow_origin().is_some();
        let prepared = prepared
            .iter()
            .filter(move |(name, _)| is_said && **name != header::VARY)
            .map(|(name, value)| (name.clone(), ResponseValue::Prepared(value)));
        let requested = self.requested();
        let requested = requested.map(|(name, value)| (name, ResponseValue::Requested(value)));
        prepared.chain(requested)
    }

    /// What is repeated of the request.
    #[inline]
    pub(crate) fn requested(&self) -> impl Iterator<Item = (HeaderName, V)> + use<'r, I, V> {
        let policy = &*self.policy.0;
        let is_preflight_allowed = self.kind == RequestKind::Preflight && self.verdict().is_ok();
        let is_origin_said = policy.static_origin.is_none() && self.verdict().is_ok();
        let origin = self.origin.filter(|_| is_origin_said);
        let method = self.requested_method.filter(|method| {
            is_preflight_allowed
                && policy.reflects_method
                && !is_cors_safelisted_method(method.bytes())
        });
        let lines = self.requested_headers.as_ref();
        let lines = lines.filter(|_| is_preflight_allowed);
        let origin = origin.map(|origin| (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin));
        let method = method.map(|method| (header::ACCESS_CONTROL_ALLOW_METHODS, method));
        let lines = lines.cloned().into_iter().flatten();
        let lines = lines.map(|line| (header::ACCESS_CONTROL_ALLOW_HEADERS, line));
        origin.into_iter().chain(method).chain(lines)
    }

    /// Without it there is no other one. A static policy says the same on every response, but for a
    /// preflight that it denies.
    #[inline]
    pub(crate) fn allow_origin(&self) -> Option<ResponseValue<'r, V>> {
        match &self.policy.0.static_origin {
            Some(origin) => {
                let is_said = self.kind != RequestKind::Preflight || self.verdict().is_ok();
                is_said.then_some(ResponseValue::Prepared(origin))
            }
            None => {
                let origin = self.origin.filter(|_| self.verdict().is_ok());
                origin.map(ResponseValue::Requested)
            }
        }
    }
}
