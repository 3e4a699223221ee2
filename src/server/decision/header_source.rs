//! The headers of a request, in a [`HeaderMap`] or in the type of a framework.

use core::{fmt, ops::ControlFlow};

use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{ACCESS_CONTROL_REQUEST_HEADERS, ValueIter},
};

use self::sealed::Source;

/// The headers of a request: a reference to a [`HeaderMap`], or a reference to a function. The argument of the function
/// is a header name in lower case. The function returns the values of that header.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, HeaderSource};
///
/// fn is_allowed<'r>(policy: &'r CorsPolicy, headers: impl HeaderSource<'r>) -> bool {
///     policy.decide_raw(b"GET", headers).verdict().is_allowed()
/// }
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// let origin = |name: &str| (name == "origin").then_some(&b"https://a.example"[..]).into_iter();
/// assert!(is_allowed(&policy, &origin));
/// assert!(!is_allowed(&policy, &http::HeaderMap::new()));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
pub trait HeaderSource<'r>: Source<'r> {}

impl<'r, S: Source<'r>> HeaderSource<'r> for S {}

mod sealed {
    use http::HeaderName;

    use super::Requested;

    /// The functions that a decision uses to look up the headers of a request.
    pub trait Source<'r>: Copy {
        /// The type of a header value.
        type Value: Copy;

        /// Returns the first value of a header, and whether the header has more than one value.
        fn first(self, name: HeaderName) -> Option<(Self::Value, bool)>;
        /// Returns the bytes of a value.
        fn bytes(value: Self::Value) -> &'r [u8];
        /// Returns the lines of Access-Control-Request-Headers.
        fn requested_headers(self) -> impl Iterator<Item = &'r [u8]>;
        /// Returns the first value of the header `name`, for a predicate.
        fn read(self, name: &HeaderName) -> Option<&'r [u8]>;
        /// Returns the parts of the request that a decision keeps.
        fn requested(
            self,
            origin: Option<Self::Value>,
            method: Option<Self::Value>,
        ) -> Requested<'r>;
    }
}

/// The parts of a request that a decision keeps: the value of `Origin`, the value of `Access-Control-Request-Method`,
/// and a reference to all headers.
#[derive(Clone, Copy)]
// Exhaustive: the module of this enum is private, so other crates cannot match on the enum.
pub enum Requested<'r> {
    Map {
        headers: &'r HeaderMap,
        origin: Option<&'r HeaderValue>,
        method: Option<&'r HeaderValue>,
    },
    ByName {
        headers: &'r (dyn LinesByName<'r> + Sync + 'r),
        origin: Option<&'r [u8]>,
        method: Option<&'r [u8]>,
    },
}

/// A value of a request or of a policy.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ValueRef<'r> {
    Value(&'r HeaderValue),
    Bytes(&'r [u8]),
}

impl<'r> ValueRef<'r> {
    #[inline]
    pub(crate) fn bytes(self) -> &'r [u8] {
        match self {
            Self::Value(value) => value.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }

    /// Converts the value to a header value of a response. Returns `None` if the bytes are not a valid header value.
    #[inline]
    pub(crate) fn to_header_value(self) -> Option<HeaderValue> {
        match self {
            Self::Value(value) => Some(value.clone()),
            Self::Bytes(bytes) => copied(bytes),
        }
    }
}

/// This function is not inlined. Most requests are in a `HeaderMap`, and such requests do not need this function.
#[cold]
fn copied(bytes: &[u8]) -> Option<HeaderValue> {
    HeaderValue::from_bytes(bytes).ok()
}

impl<'r> Requested<'r> {
    #[inline]
    pub(crate) fn origin(&self) -> Option<ValueRef<'r>> {
        match *self {
            Self::Map { origin, .. } => origin.map(ValueRef::Value),
            Self::ByName { origin, .. } => origin.map(ValueRef::Bytes),
        }
    }

    #[inline]
    pub(crate) fn origin_value(&self) -> Option<HeaderValue> {
        match *self {
            Self::Map { origin, .. } => origin.cloned(),
            Self::ByName { origin, .. } => copied(origin?),
        }
    }

    /// Returns the value of Access-Control-Request-Method.
    #[inline]
    pub(crate) fn method(&self) -> Option<ValueRef<'r>> {
        match *self {
            Self::Map { method, .. } => method.map(ValueRef::Value),
            Self::ByName { method, .. } => method.map(ValueRef::Bytes),
        }
    }

    /// Calls `each` for each line of Access-Control-Request-Headers until `each` returns `Break`.
    #[inline]
    pub(crate) fn try_for_each_header_line<B>(
        &self,
        mut each: impl FnMut(ValueRef<'r>) -> ControlFlow<B>,
    ) -> Option<B> {
        match *self {
            Self::Map { headers, .. } => lines(headers)
                .map(ValueRef::Value)
                .try_for_each(each)
                .break_value(),
            Self::ByName { headers, .. } => {
                let mut broken = None;
                headers.visit(
                    ACCESS_CONTROL_REQUEST_HEADERS.as_str(),
                    &mut |line| match each(ValueRef::Bytes(line)) {
                        ControlFlow::Continue(()) => ControlFlow::Continue(()),
                        ControlFlow::Break(value) => {
                            broken = Some(value);
                            ControlFlow::Break(())
                        }
                    },
                );
                broken
            }
        }
    }
}

impl fmt::Debug for Requested<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requested")
            .field("origin", &self.origin())
            .field("method", &self.method())
            .finish_non_exhaustive()
    }
}

impl<'r> Source<'r> for &'r HeaderMap {
    type Value = &'r HeaderValue;

    #[inline]
    fn first(self, name: HeaderName) -> Option<(Self::Value, bool)> {
        let first = self.get(&name)?;
        let is_repeated = has_repeated_name(self) && self.get_all(name).iter().nth(1).is_some();
        Some((first, is_repeated))
    }

    #[inline]
    fn bytes(value: Self::Value) -> &'r [u8] {
        value.as_bytes()
    }

    #[inline]
    fn requested_headers(self) -> impl Iterator<Item = &'r [u8]> {
        lines(self).map(HeaderValue::as_bytes)
    }

    fn read(self, name: &HeaderName) -> Option<&'r [u8]> {
        self.get(name).map(HeaderValue::as_bytes)
    }

    #[inline]
    fn requested(self, origin: Option<Self::Value>, method: Option<Self::Value>) -> Requested<'r> {
        Requested::Map {
            headers: self,
            origin,
            method,
        }
    }
}

/// Whether any name in the map has more than one value. Most maps have one value for each name.
#[inline]
fn has_repeated_name(headers: &HeaderMap) -> bool {
    headers.len() > headers.keys_len()
}

/// Returns the lines of Access-Control-Request-Headers. For a single line, the function does not create the iterator of
/// the map.
#[inline]
fn lines(headers: &HeaderMap) -> Lines<'_> {
    let name = ACCESS_CONTROL_REQUEST_HEADERS;
    if has_repeated_name(headers) {
        Lines {
            first: None,
            iter: Some(headers.get_all(name).into_iter()),
        }
    } else {
        Lines {
            first: headers.get(name),
            iter: None,
        }
    }
}

struct Lines<'r> {
    first: Option<&'r HeaderValue>,
    iter: Option<ValueIter<'r, HeaderValue>>,
}

impl<'r> Iterator for Lines<'r> {
    type Item = &'r HeaderValue;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.first.take() {
            Some(first) => Some(first),
            None => self.iter.as_mut()?.next(),
        }
    }
}

/// A function from a header name in lower case to the values of that header.
pub trait LinesByName<'r> {
    /// Calls `each` for each value until `each` returns `Break`.
    fn visit(&self, name: &str, each: &mut dyn FnMut(&'r [u8]) -> ControlFlow<()>);
}

impl<'r, F, I> LinesByName<'r> for F
where
    F: Fn(&str) -> I,
    I: Iterator<Item = &'r [u8]>,
{
    fn visit(&self, name: &str, each: &mut dyn FnMut(&'r [u8]) -> ControlFlow<()>) {
        let _ = self(name).try_for_each(each);
    }
}

impl<'r, F, I> Source<'r> for &'r F
where
    F: Fn(&str) -> I + Sync,
    I: Iterator<Item = &'r [u8]>,
{
    type Value = &'r [u8];

    #[inline]
    fn first(self, name: HeaderName) -> Option<(Self::Value, bool)> {
        let mut values = self(name.as_str());
        Some((values.next()?, values.next().is_some()))
    }

    #[inline]
    fn bytes(value: Self::Value) -> &'r [u8] {
        value
    }

    #[inline]
    fn requested_headers(self) -> impl Iterator<Item = &'r [u8]> {
        self(ACCESS_CONTROL_REQUEST_HEADERS.as_str())
    }

    fn read(self, name: &HeaderName) -> Option<&'r [u8]> {
        self(name.as_str()).next()
    }

    #[inline]
    fn requested(self, origin: Option<Self::Value>, method: Option<Self::Value>) -> Requested<'r> {
        Requested::ByName {
            headers: self,
            origin,
            method,
        }
    }
}
