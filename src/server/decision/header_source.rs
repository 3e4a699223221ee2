//! The values of a request's headers.

use http::{
    HeaderMap, HeaderValue,
    header::{ACCESS_CONTROL_REQUEST_HEADERS, HeaderName, ValueIter},
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

/// The values of Access-Control-Request-Headers in a [`HeaderMap`].
#[derive(Debug)]
pub struct Values<'r> {
    headers: &'r HeaderMap,
    first: Option<&'r HeaderValue>,
    iter: Option<ValueIter<'r, HeaderValue>>,
}

impl<'r> Values<'r> {
    #[inline]
    fn new(headers: &'r HeaderMap) -> Self {
        let name = ACCESS_CONTROL_REQUEST_HEADERS;
        let (first, iter) = match repeats_a_name(headers) {
            true => (None, Some(headers.get_all(name).into_iter())),
            false => (headers.get(name), None),
        };
        Self {
            headers,
            first,
            iter,
        }
    }
}

/// Begins anew, at the first value.
impl Clone for Values<'_> {
    fn clone(&self) -> Self {
        Self::new(self.headers)
    }
}

impl<'r> Iterator for Values<'r> {
    type Item = &'r HeaderValue;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.first.take() {
            Some(first) => Some(first),
            None => self.iter.as_mut()?.next(),
        }
    }
}

/// Where a decision looks up the headers of a request.
pub(super) trait Lookup<'r> {
    type Value: RequestValue<'r>;
    type Values: Iterator<Item = Self::Value> + Clone;

    /// The first value, and whether there are more.
    fn first(&self, name: HeaderName) -> Option<(Self::Value, bool)>;
    /// The values of Access-Control-Request-Headers.
    fn requested_headers(&self) -> Self::Values;
    /// The first value of a header that a predicate reads.
    fn read(&self, name: &HeaderName) -> Option<&'r [u8]>;
}

impl<'r> Lookup<'r> for &'r HeaderMap {
    type Value = &'r HeaderValue;
    type Values = Values<'r>;

    #[inline]
    fn first(&self, name: HeaderName) -> Option<(Self::Value, bool)> {
        let first = self.get(&name)?;
        let is_repeated = repeats_a_name(self) && self.get_all(name).iter().nth(1).is_some();
        Some((first, is_repeated))
    }

    #[inline]
    fn requested_headers(&self) -> Self::Values {
        Values::new(self)
    }

    fn read(&self, name: &HeaderName) -> Option<&'r [u8]> {
        self.get(name).map(HeaderValue::as_bytes)
    }
}

/// Mostly there is none.
#[inline]
fn repeats_a_name(headers: &HeaderMap) -> bool {
    headers.len() > headers.keys_len()
}

/// A function from a header's name, in lower case, to its values.
pub(super) struct ByName<F>(pub(crate) F);

impl<'r, F, I> Lookup<'r> for ByName<F>
where
    F: Fn(&str) -> I,
    I: Iterator<Item = &'r [u8]> + Clone,
{
    type Value = &'r [u8];
    type Values = I;

    #[inline]
    fn first(&self, name: HeaderName) -> Option<(Self::Value, bool)> {
        let mut values = (self.0)(name.as_str());
        Some((values.next()?, values.next().is_some()))
    }

    #[inline]
    fn requested_headers(&self) -> Self::Values {
        (self.0)(ACCESS_CONTROL_REQUEST_HEADERS.as_str())
    }

    fn read(&self, name: &HeaderName) -> Option<&'r [u8]> {
        (self.0)(name.as_str()).next()
    }
}
