//! [Header lists](https://fetch.spec.whatwg.org/#concept-header-list). A list has headers in order, and a name can occur
//! several times.
//!
//! ```
//! use fetch_cors::infrastructure::header_list::HeaderList;
//!
//! let mut list = HeaderList::new();
//! list.append("Vary".parse()?, "Origin".try_into()?);
//! list.append("vary".parse()?, "Accept".try_into()?);
//! assert_eq!(list.get("vary").as_deref(), Some(b"Origin, Accept".as_slice()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{borrow::Cow, vec::Vec};

pub use super::get_decode_and_split::get_decode_and_split;
use super::header::{HeaderName, HeaderValue, InvalidHeaderValueError};

/// A [header list](https://fetch.spec.whatwg.org/#concept-header-list).
///
/// ```
/// use fetch_cors::infrastructure::header_list::HeaderList;
///
/// let list = HeaderList::from_pairs([("Content-Type", "text/plain")])?;
/// assert!(list.contains("content-type"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeaderList(Vec<(HeaderName, HeaderValue)>);

impl HeaderList {
    /// Creates an empty list.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Creates an empty list with room for `headers` headers.
    pub fn with_capacity(headers: usize) -> Self {
        Self(Vec::with_capacity(headers))
    }

    /// Creates a list from names and values that were received over HTTP. Removes tabs and spaces at both ends of each
    /// value.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidHeaderError`] for the first pair that is not a valid header.
    pub fn from_pairs<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, InvalidHeaderError> {
        pairs
            .into_iter()
            .map(|(name, value)| {
                Ok((
                    HeaderName::new(name.as_ref())?,
                    HeaderValue::received(value.as_ref())?,
                ))
            })
            .collect()
    }

    /// Returns the number of headers.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Iterates over the headers, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&HeaderName, &HeaderValue)> + Clone {
        self.0.iter().map(|(name, value)| (name, value))
    }

    /// Whether the list [contains](https://fetch.spec.whatwg.org/#header-list-contains) a header with
    /// this name, in any letter case.
    pub fn contains(&self, name: &str) -> bool {
        // definition/header-list-contains: the list has a header of that name, in any letter case
        self.values(name).next().is_some()
    }

    /// Iterates over the values of the headers with the name `name`, in order.
    pub fn values<'list, 'name>(
        &'list self,
        name: &'name str,
    ) -> impl Iterator<Item = &'list HeaderValue> + use<'list, 'name> {
        self.0
            .iter()
            .filter(move |(other, _)| other == name)
            .map(|(_, value)| value)
    }

    /// [Gets](https://fetch.spec.whatwg.org/#concept-header-list-get) the combined value of a name: the values of all
    /// headers with this name, joined by `, `. Returns `None` (null in the standard) if the list does not have a header
    /// with this name.
    ///
    /// The function allocates only if the list has two or more headers with this name.
    pub fn get(&self, name: &str) -> Option<Cow<'_, [u8]>> {
        // header-list-get/1: no such header: null
        let mut values = self.values(name);
        let first = values.next()?;
        // header-list-get/2: join all values of the name with `, `, in order
        let Some(second) = values.next() else {
            return Some(Cow::Borrowed(first.as_bytes()));
        };
        let mut combined = Vec::from(first.as_bytes());
        for value in core::iter::once(second).chain(values) {
            combined.extend_from_slice(b", ");
            combined.extend_from_slice(value.as_bytes());
        }
        Some(Cow::Owned(combined))
    }

    /// [Gets, decodes, and splits](https://fetch.spec.whatwg.org/#concept-header-list-get-decode-split) the combined
    /// value of a name. Returns `None` (null in the standard) if the list does not have a header with this name.
    ///
    /// ```
    /// # use fetch_cors::infrastructure::header_list::HeaderList;
    /// let list = HeaderList::from_pairs([("A", "\"1,2\", 3")])?;
    /// assert_eq!(list.get_decode_and_split("a"), Some(vec![b"\"1,2\"".to_vec(), b"3".to_vec()]));
    /// assert_eq!(list.get_decode_and_split("b"), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn get_decode_and_split(&self, name: &str) -> Option<Vec<Vec<u8>>> {
        // header-list-get-decode-and-split/1: get the combined value
        // header-list-get-decode-and-split/2: no value: null
        let value = self.get(name)?;
        // header-list-get-decode-and-split/3: split the value
        Some(
            get_decode_and_split(&value)
                .into_iter()
                .map(Vec::from)
                .collect(),
        )
    }

    /// [Appends](https://fetch.spec.whatwg.org/#concept-header-list-append) a header at the end.
    pub fn append(&mut self, name: HeaderName, value: HeaderValue) {
        // header-list-append/2: add the header at the end
        self.0.push((name, value));
    }

    /// [Deletes](https://fetch.spec.whatwg.org/#concept-header-list-delete) all headers with this name.
    pub fn delete(&mut self, name: &str) {
        // definition/header-list-delete: remove every header of that name
        self.0.retain(|(other, _)| other != name);
    }

    /// [Sets](https://fetch.spec.whatwg.org/#concept-header-list-set) a header. After this, `value` is the only value of
    /// `name`.
    pub fn set(&mut self, name: HeaderName, value: HeaderValue) {
        // header-list-set/1: name in the list: change its first value, remove the others
        if let Some(first) = self.0.iter().position(|(other, _)| *other == name) {
            let mut position = 0;
            self.0.retain(|(other, _)| {
                position += 1;
                position <= first + 1 || *other != name
            });
            if let Some((_, old)) = self.0.get_mut(first) {
                *old = value;
            }
        } else {
            // header-list-set/2: otherwise: append the header
            self.append(name, value);
        }
    }

    /// [Combines](https://fetch.spec.whatwg.org/#concept-header-list-combine) a header: adds `, ` and `value` to the
    /// first value of `name`. If the list does not have a header with this name, appends a header with `name` and
    /// `value`.
    pub fn combine(&mut self, name: HeaderName, value: &HeaderValue) {
        // header-list-combine/1: name in the list: add `, ` and the value to its first value
        if let Some((_, first)) = self.0.iter_mut().find(|(other, _)| *other == name) {
            *first = HeaderValue::from_vec(
                [first.as_bytes(), b", ".as_slice(), value.as_bytes()].concat(),
            );
        } else {
            // header-list-combine/2: otherwise: append the header
            self.append(name, value.clone());
        }
    }

    /// Returns the [sorted and combined](https://fetch.spec.whatwg.org/#concept-header-list-sort-and-combine) list. A
    /// script iterates over the headers of this list.
    ///
    /// Headers with the same name become one header, but `set-cookie` headers stay separate.
    ///
    /// ```
    /// # use fetch_cors::infrastructure::header_list::HeaderList;
    /// let list = HeaderList::from_pairs([("B", "1"), ("A", "2"), ("b", "3")])?;
    /// assert_eq!(list.sort_and_combine(), HeaderList::from_pairs([("a", "2"), ("b", "1, 3")])?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sort_and_combine(&self) -> HeaderList {
        // A list with at most one header is already sorted and combined.
        if self.len() < 2 {
            return self.clone();
        }
        // header-list-sort-and-combine/1: start with an empty list
        let mut headers = HeaderList::with_capacity(self.len());
        // header-list-sort-and-combine/2: take the names: lower case, sorted, each once
        let mut sorted: Vec<_> = self.0.iter().collect();
        sorted.sort_by(|(a, _), (b, _)| a.cmp(b)); // a stable sort keeps the order of values
        // header-list-sort-and-combine/3: for each name
        for (name, value) in sorted {
            match headers.0.last_mut() {
                // header-list-sort-and-combine/3.1: `set-cookie`: never combined
                // header-list-sort-and-combine/3.1.1: take its values, in order
                // header-list-sort-and-combine/3.1.2: for each value
                // header-list-sort-and-combine/3.1.2.1: append a header
                _ if name == "set-cookie" => headers.append(name.clone(), value.clone()),
                // header-list-sort-and-combine/3.2: any other name
                // header-list-sort-and-combine/3.2.1: get the combined value
                // header-list-sort-and-combine/3.2.2: assert: there is a value
                Some((last, combined)) if last == name => {
                    let mut bytes =
                        core::mem::replace(combined, HeaderValue::from_static(b"")).into_vec();
                    bytes.extend_from_slice(b", ");
                    bytes.extend_from_slice(value.as_bytes());
                    *combined = HeaderValue::from_vec(bytes);
                }
                // header-list-sort-and-combine/3.2.3: append one header with the combined value
                _ => headers.append(name.clone(), value.clone()),
            }
        }
        // header-list-sort-and-combine/4: return the new list
        headers
    }
}

impl FromIterator<(HeaderName, HeaderValue)> for HeaderList {
    fn from_iter<I: IntoIterator<Item = (HeaderName, HeaderValue)>>(headers: I) -> Self {
        Self(headers.into_iter().collect())
    }
}

impl IntoIterator for HeaderList {
    type Item = (HeaderName, HeaderValue);
    type IntoIter = alloc::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<&http::HeaderMap> for HeaderList {
    /// Copies the headers. The names are in the order of the map.
    fn from(map: &http::HeaderMap) -> Self {
        map.iter()
            .map(|(name, value)| (name.into(), value.into()))
            .collect()
    }
}

impl TryFrom<&HeaderList> for http::HeaderMap {
    type Error = HeaderMapConversionError;

    fn try_from(list: &HeaderList) -> Result<Self, Self::Error> {
        let mut map = Self::new();
        for (name, value) in list.iter() {
            let http_name = http::HeaderName::try_from(name);
            let http_name = http_name.map_err(|_| HeaderMapConversionError::Name(name.clone()))?;
            let http_value = http::HeaderValue::try_from(value);
            let http_value =
                http_value.map_err(|_| HeaderMapConversionError::Value(name.clone()))?;
            map.try_append(http_name, http_value)
                .map_err(|_| HeaderMapConversionError::Size)?;
        }
        Ok(map)
    }
}

/// The error for a name and a value that are not a valid header.
///
/// ```
/// use fetch_cors::infrastructure::header_list::HeaderList;
/// assert!(HeaderList::from_pairs([("a b", "c")]).is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
// Exhaustive: a header has only a name and a value, and each of the two can be invalid.
pub enum InvalidHeaderError {
    /// The name is not a token.
    #[error(transparent)]
    Name(#[from] super::header::InvalidHeaderNameError),
    /// The value contains NUL, CR or LF.
    #[error(transparent)]
    Value(#[from] InvalidHeaderValueError),
}

/// The error for a header list that does not fit into [`http::HeaderMap`].
///
/// ```
/// use fetch_cors::infrastructure::header_list::HeaderList;
/// let list = HeaderList::from_pairs([("a", b"\x01")])?;
/// assert!(http::HeaderMap::try_from(&list).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
// Not exhaustive: a later version of the crate `http` can add limits.
#[non_exhaustive]
pub enum HeaderMapConversionError {
    /// The name is too long.
    #[error("the name `{0}` is too long: an `http::HeaderMap` does not accept it")]
    Name(HeaderName),
    /// The value of the header with this name contains a control byte.
    #[error(
        "the value of `{0}` contains a control byte, which an `http::HeaderMap` does not accept: remove it"
    )]
    Value(HeaderName),
    /// There are too many headers.
    #[error("there are more headers than an `http::HeaderMap` can have: remove some")]
    Size,
}

/// [Converts header names to a sorted-lowercase set](https://fetch.spec.whatwg.org/#convert-header-names-to-a-sorted-lowercase-set).
/// Returns the names in lower case and in byte order, without duplicates.
///
/// ```
/// use fetch_cors::infrastructure::header_list::convert_header_names_to_a_sorted_lowercase_set;
///
/// let names = ["X-B".parse()?, "x-a".parse()?, "x-b".parse()?];
/// let set = convert_header_names_to_a_sorted_lowercase_set(names.to_vec());
/// assert_eq!(set, ["x-a", "x-b"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn convert_header_names_to_a_sorted_lowercase_set(
    header_names: Vec<HeaderName>,
) -> Vec<HeaderName> {
    // convert-header-names-to-a-sorted-lowercase-set/1: start with an empty set
    // convert-header-names-to-a-sorted-lowercase-set/2: add each name in lower case
    let mut header_names_set = header_names;
    // convert-header-names-to-a-sorted-lowercase-set/3: return the set in byte order
    header_names_set.sort_unstable();
    header_names_set.dedup();
    header_names_set
}
