//! The merging of a decision's headers into a response of any framework.

use http::HeaderValue;

use super::vary::missing;
#[cfg(feature = "browser")]
use crate::infrastructure::{
    header::{HeaderName, HeaderValue as ListValue},
    header_list::HeaderList,
};
use crate::server::{decision::decide::Decision, policy::CorsPolicy};

/// A framework's type for the headers of a response. [`http::HeaderMap`] does not need this trait: use
/// [`Decision::apply`].
///
/// ```
/// use fetch_cors::server::{CorsPolicy, HeaderTarget};
///
/// struct Pairs(Vec<(String, Vec<u8>)>);
///
/// impl HeaderTarget for Pairs {
///     fn remove(&mut self, is_removed: impl Fn(&str) -> bool) {
///         self.0.retain(|(name, _)| !is_removed(name));
///     }
///     fn append(&mut self, name: &str, value: &[u8]) {
///         self.0.push((name.into(), value.into()));
///     }
///     fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
///         self.0.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
///     }
/// }
///
/// let policy = CorsPolicy::builder().any_origin().build()?;
/// let request = http::HeaderMap::new();
/// let mut response = Pairs(vec![("access-control-allow-origin".into(), b"null".into())]);
/// policy.decide(&http::Method::GET, &request).apply_to(&mut response);
/// assert_eq!(response.0, [("access-control-allow-origin".into(), b"*".into())]);
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
pub trait HeaderTarget {
    /// Calls `is_removed` with the name of each header. If the result is true, removes the header.
    fn remove(&mut self, is_removed: impl Fn(&str) -> bool);

    /// Adds a header after the existing headers with the same name. The name is in lower case.
    fn append(&mut self, name: &str, value: &[u8]);

    /// Returns the values of all headers with this name. The letter case of the name does not matter.
    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]>;
}

#[cfg(feature = "browser")]
impl HeaderTarget for HeaderList {
    fn remove(&mut self, is_removed: impl Fn(&str) -> bool) {
        *self = core::mem::take(self)
            .into_iter()
            .filter(|(name, _)| !is_removed(name.as_str()))
            .collect();
    }

    fn append(&mut self, name: &str, value: &[u8]) {
        // A reflected value comes from the request. If the value is not a valid header value, the response does not get
        // the header.
        if let (Ok(name), Ok(value)) =
            (HeaderName::new(name.as_bytes()), ListValue::received(value))
        {
            self.append(name, value);
        }
    }

    fn values(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.values(name).map(ListValue::as_bytes)
    }
}

impl Decision<'_> {
    /// Merges the headers into a response of any type that implements [`HeaderTarget`]; see [`apply`](Self::apply).
    ///
    /// ```
    /// use fetch_cors::{infrastructure::header_list::HeaderList, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().any_origin().build()?;
    /// let request = http::HeaderMap::new();
    /// let mut response = HeaderList::from_pairs([("X-A", b"\x01")])?;
    /// policy.decide(&http::Method::GET, &request).apply_to(&mut response);
    /// let expected = [("x-a", "\u{1}"), ("access-control-allow-origin", "*")];
    /// assert_eq!(response, HeaderList::from_pairs(expected)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn apply_to(&self, response: &mut impl HeaderTarget) {
        merge_into(response, self.vary_line().line.clone(), |target| {
            self.for_each_header(|name, value| target.append(name.as_str(), value));
        });
    }
}

/// Removes the CORS headers that a handler has set.
#[cfg(feature = "actix-web")]
pub(crate) fn remove_cors_headers(response: &mut impl HeaderTarget) {
    response.remove(CorsPolicy::owns);
}

/// Adds a `Vary` line to the response. The added line has the names in `line`, except the names that the response
/// already lists in `Vary`.
pub(crate) fn add_vary(line: &HeaderValue, response: &mut impl HeaderTarget) {
    let missing = missing(line, response.values("vary"));
    if let Some(line) = missing {
        response.append("vary", line.as_bytes());
    }
}

/// Replaces the CORS headers of the response, and adds the missing names to `Vary`.
pub(crate) fn merge_into<T: HeaderTarget>(
    response: &mut T,
    vary: Option<HeaderValue>,
    append: impl FnOnce(&mut T),
) {
    response.remove(CorsPolicy::owns);
    append(response);
    if let Some(line) = vary {
        add_vary(&line, response);
    }
}
