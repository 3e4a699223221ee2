//! The values of a request's headers.

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{self, ValueIter},
};

/// A value of a request's header: [`HeaderValue`], or bytes.
pub trait RequestValue<'r>: Copy {
    /// Its bytes.
    fn bytes(self) -> &'r [u8];
    /// The value to put on a response; `None` where it cannot be one.
    fn to_header_value(self) -> Option<HeaderValue>;
}

impl<'r> RequestValue<'r> for &'r HeaderValue {
    #[inline]
    fn bytes(self) -> &'r [u8] {
        self.as_bytes()
    }

    #[inline]
    fn to_header_value(self) -> Option<HeaderValue> {
        Some(self.clone())
    }
}

impl<'r> RequestValue<'r> for &'r [u8] {
    #[inline]
    fn bytes(self) -> &'r [u8] {
        self
    }

    #[inline]
    fn to_header_value(self) -> Option<HeaderValue> {
        HeaderValue::from_bytes(self).ok()
    }
}

/// The values of one header in a [`HeaderMap`].
#[derive(Debug)]
pub struct Values<'r> {
    headers: &'r HeaderMap,
    name: HeaderName,
    iter: ValueIter<'r, HeaderValue>,
}

impl<'r> Values<'r> {
    #[inline]
    pub(super) fn new(headers: &'r HeaderMap, wanted: Wanted<'_>) -> Self {
        let name = match wanted {
            Wanted::Origin => header::ORIGIN,
            Wanted::Method => header::ACCESS_CONTROL_REQUEST_METHOD,
            Wanted::Headers => header::ACCESS_CONTROL_REQUEST_HEADERS,
            Wanted::Other(name) => {
                HeaderName::from_bytes(name.as_bytes()).unwrap_or(header::ORIGIN)
            }
        };
        let iter = headers.get_all(&name).iter();
        Self {
            headers,
            name,
            iter,
        }
    }
}

/// Begins anew, at the first value.
impl Clone for Values<'_> {
    fn clone(&self) -> Self {
        let iter = self.headers.get_all(&self.name).iter();
        Self {
            headers: self.headers,
            name: self.name.clone(),
            iter,
        }
    }
}

impl<'r> Iterator for Values<'r> {
    type Item = &'r HeaderValue;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.iter.next()
    }
}

/// A request header that a decision looks up.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wanted<'n> {
    Origin,
    Method,
    Headers,
    /// One that a predicate reads.
    Other(&'n str),
}

impl Wanted<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Origin => "origin",
            Self::Method => "access-control-request-method",
            Self::Headers => "access-control-request-headers",
            Self::Other(name) => name,
        }
    }
}
