//! The headers of a response.

use http::{HeaderName, HeaderValue, header};

use super::{
    compiled::Compiled,
    decide::{Decision, Kind},
    request_value::RequestValue,
};
use crate::infrastructure::method::is_cors_safelisted_method;

/// A header that a decision puts on a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseValue<'r, V> {
    /// Made ready with the policy.
    Prepared(&'r HeaderValue),
    /// Taken from the request.
    Requested(V),
}

impl<'r, I, V> Decision<'r, I>
where
    I: Iterator<Item = V> + Clone,
    V: RequestValue<'r>,
{
    /// The `Access-Control-*` headers of the response.
    #[inline]
    pub fn headers(
        &self,
    ) -> impl Iterator<Item = (HeaderName, ResponseValue<'r, V>)> + use<'r, I, V> {
        let said = self.said();
        let reflected = self.reflected().into_iter().flatten().map(|line| {
            (
                header::ACCESS_CONTROL_ALLOW_HEADERS,
                ResponseValue::Requested(line),
            )
        });
        (0..said.count())
            .filter_map(move |number| said.header(number))
            .chain(reflected)
    }

    #[inline]
    pub(super) fn said(&self) -> Said<'r, V> {
        Said {
            policy: self.policy,
            is_preflight: self.kind == Kind::Preflight,
            is_allowed: self.kind != Kind::NotCors && self.verdict.is_ok(),
            origin: self.origin,
            requested_method: self.requested_method,
        }
    }

    /// The lines of names that an allowed preflight asks for, if they are reflected.
    #[inline]
    pub(super) fn reflected(&self) -> Option<I> {
        let is_reflected = self.verdict.is_ok() && self.policy.reflects_headers;
        let lines = self.requested_headers.as_ref().filter(|_| is_reflected);
        lines.cloned()
    }
}

/// What the headers of a response depend on.
pub(super) struct Said<'r, V> {
    policy: &'r Compiled,
    is_preflight: bool,
    is_allowed: bool,
    origin: Option<V>,
    requested_method: Option<V>,
}

impl<'r, V: RequestValue<'r>> ResponseValue<'r, V> {
    #[inline]
    pub(super) fn to_header_value(self) -> Option<HeaderValue> {
        match self {
            Self::Prepared(value) => Some(value.clone()),
            Self::Requested(value) => value.to_header_value(),
        }
    }
}

impl<'r, V: RequestValue<'r>> Said<'r, V> {
    /// How many there may be, of which any may be absent.
    pub(super) const fn count(&self) -> u8 {
        match (self.is_preflight, self.is_allowed) {
            (false, _) => 3,
            (true, true) => 5,
            (true, false) => 0,
        }
    }

    #[inline]
    pub(super) fn header(&self, number: u8) -> Option<(HeaderName, ResponseValue<'r, V>)> {
        let (name, value) = match (number, self.is_preflight) {
            (0, _) => (header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin()),
            (1, _) => {
                let credentials = self.policy.policy.credentials && self.origin().is_some();
                let value = credentials.then_some(ResponseValue::Prepared(&TRUE));
                (header::ACCESS_CONTROL_ALLOW_CREDENTIALS, value)
            }
            (_, false) => {
                let value = prepared(&self.policy.expose_headers);
                let value = value.filter(|_| self.origin().is_some());
                (header::ACCESS_CONTROL_EXPOSE_HEADERS, value)
            }
            (2, true) => (header::ACCESS_CONTROL_ALLOW_METHODS, self.methods()),
            (3, true) => {
                let value = prepared(&self.policy.allow_headers);
                (header::ACCESS_CONTROL_ALLOW_HEADERS, value)
            }
            (_, true) => {
                let value = prepared(&self.policy.max_age);
                (header::ACCESS_CONTROL_MAX_AGE, value)
            }
        };
        value.map(|value| (name, value))
    }

    /// A static policy says the same on every response, but for a preflight that it denies.
    #[inline]
    fn origin(&self) -> Option<ResponseValue<'r, V>> {
        match &self.policy.static_origin {
            Some(origin) => Some(ResponseValue::Prepared(origin)),
            None => self
                .origin
                .filter(|_| self.is_allowed)
                .map(ResponseValue::Requested),
        }
    }

    #[inline]
    fn methods(&self) -> Option<ResponseValue<'r, V>> {
        match self.policy.reflects_method {
            true => self
                .requested_method
                .filter(|method| !is_cors_safelisted_method(method.bytes()))
                .map(ResponseValue::Requested),
            false => prepared(&self.policy.allow_methods),
        }
    }
}

#[inline]
fn prepared<V>(value: &Option<HeaderValue>) -> Option<ResponseValue<'_, V>> {
    value.as_ref().map(ResponseValue::Prepared)
}

static TRUE: HeaderValue = HeaderValue::from_static("true");
