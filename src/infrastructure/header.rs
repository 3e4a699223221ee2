//! [Headers](https://fetch.spec.whatwg.org/#concept-header): names and values.
//!
//! Values can have bytes that [`http::HeaderValue`] refuses, such as 0x01 and 0x7F. Fetch refuses only NUL, CR and LF.
//!
//! ```
//! use fetch_cors::infrastructure::header::{HeaderName, HeaderValue};
//!
//! let name: HeaderName = "X-Requested-With".parse()?;
//! assert_eq!(name, "x-requested-with");
//! assert!(HeaderValue::new(b"\x01\x7F").is_ok());
//! assert!(HeaderValue::new(b"a\nb").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{borrow::Cow, string::String, vec::Vec};
use core::{fmt, str::FromStr};

use super::{
    bytes::{is_http_tab_or_space, is_http_whitespace, is_token, isomorphic_decode, strip},
    short_bytes::ShortBytes,
};

/// A [header name](https://fetch.spec.whatwg.org/#header-name): a token.
///
/// The standard compares names without regard to case, so a name is stored in lower case.
///
/// ```
/// use fetch_cors::infrastructure::header::HeaderName;
///
/// assert_eq!(HeaderName::new(b"ETag")?.as_str(), "etag");
/// assert!(HeaderName::new(b"E Tag").is_err());
/// # Ok::<(), fetch_cors::infrastructure::header::InvalidHeaderNameError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderName(Cow<'static, str>);

impl HeaderName {
    /// Creates a name from a token in any letter case.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidHeaderNameError`] if `name` is not a token.
    pub fn new(name: &[u8]) -> Result<Self, InvalidHeaderNameError> {
        // definition/header-name: a token
        if let Some(common) = common_name(name) {
            Ok(Self::from_static(common))
        } else if is_token(name) {
            Ok(Self::from_uncommon_token(name))
        } else {
            Err(InvalidHeaderNameError {
                name: isomorphic_decode(name),
            })
        }
    }

    /// Creates a name from a token in lower case. The caller has checked that `name` is a token.
    pub(crate) const fn from_static(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Creates a name from a token in any letter case. The caller has checked that the bytes are a token.
    pub(crate) fn from_token(token: &[u8]) -> Self {
        common_name(token).map_or_else(|| Self::from_uncommon_token(token), Self::from_static)
    }

    fn from_uncommon_token(token: &[u8]) -> Self {
        let mut name = isomorphic_decode(token);
        name.make_ascii_lowercase();
        Self(Cow::Owned(name))
    }

    /// Returns the name in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the bytes of the name in lower case.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for HeaderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for HeaderName {
    type Err = InvalidHeaderNameError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::new(name.as_bytes()).map_err(|_| InvalidHeaderNameError {
            name: String::from(name),
        })
    }
}

impl PartialEq<str> for HeaderName {
    fn eq(&self, other: &str) -> bool {
        self.as_str().eq_ignore_ascii_case(other)
    }
}

impl PartialEq<&str> for HeaderName {
    fn eq(&self, other: &&str) -> bool {
        self == *other
    }
}

impl From<&http::HeaderName> for HeaderName {
    fn from(name: &http::HeaderName) -> Self {
        Self::from_token(name.as_str().as_bytes())
    }
}

impl TryFrom<&HeaderName> for http::HeaderName {
    type Error = http::header::InvalidHeaderName;

    /// Converts the name. Returns an error if the name is too long for the crate `http`.
    fn try_from(name: &HeaderName) -> Result<Self, Self::Error> {
        Self::from_bytes(name.as_bytes())
    }
}

/// The error for a string that is not a header name.
///
/// ```
/// use fetch_cors::infrastructure::header::HeaderName;
/// let error = HeaderName::new(b"a b").unwrap_err();
/// assert!(error.to_string().starts_with("`a b` is not a header name: write a name without white space"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a header name: write a name without white space and without characters such as `,` and `:`", .name.escape_default())]
pub struct InvalidHeaderNameError {
    name: String,
}

/// A [header value](https://fetch.spec.whatwg.org/#header-value): bytes without NUL, CR and LF,
/// and without a tab or space at either end.
///
/// ```
/// use fetch_cors::infrastructure::header::HeaderValue;
///
/// assert_eq!(HeaderValue::normalized(b" \r\n a ")?.as_bytes(), b"a");
/// assert!(HeaderValue::new(b" a").is_err());
/// # Ok::<(), fetch_cors::infrastructure::header::InvalidHeaderValueError>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HeaderValue(ShortBytes);

impl HeaderValue {
    /// Creates a value with exactly these bytes.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidHeaderValueError`] if `value` contains NUL, CR or LF, or starts or ends with a tab or space.
    pub fn new(value: impl AsRef<[u8]>) -> Result<Self, InvalidHeaderValueError> {
        let value = value.as_ref();
        if is_header_value(value) {
            Ok(Self(ShortBytes::from(value)))
        } else {
            Err(InvalidHeaderValueError {
                value: isomorphic_decode(value),
            })
        }
    }

    /// Creates a value by the rules of the Fetch API: [`normalize`] removes white space at both ends.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidHeaderValueError`] if the remaining bytes contain NUL, CR or LF.
    pub fn normalized(value: &[u8]) -> Result<Self, InvalidHeaderValueError> {
        Self::new(normalize(value))
    }

    /// Creates a value from received bytes. Removes tabs and spaces at both ends, as HTTP requires from a recipient.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidHeaderValueError`] if the remaining bytes contain NUL, CR or LF.
    pub fn received(value: &[u8]) -> Result<Self, InvalidHeaderValueError> {
        Self::new(strip(value, is_http_tab_or_space))
    }

    pub(crate) const fn from_static(value: &'static [u8]) -> Self {
        Self(ShortBytes::Static(value))
    }

    /// Creates a value. The caller has checked that the bytes are a valid value.
    pub(crate) fn from_valid(value: &[u8]) -> Self {
        Self(ShortBytes::from(value))
    }

    /// Creates a value from the bytes of one valid value, or of several valid values that are joined by `, `. If the last
    /// of the joined values is empty, the result ends with a space.
    pub(crate) fn from_vec(value: Vec<u8>) -> Self {
        Self(ShortBytes::from(value))
    }

    /// Converts the value into its bytes.
    pub(crate) fn into_vec(self) -> Vec<u8> {
        self.0.into_vec()
    }

    /// Returns the bytes of the value.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl fmt::Debug for HeaderValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.as_bytes().escape_ascii())
    }
}

impl TryFrom<&str> for HeaderValue {
    type Error = InvalidHeaderValueError;

    fn try_from(value: &str) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl PartialEq<[u8]> for HeaderValue {
    fn eq(&self, other: &[u8]) -> bool {
        self.as_bytes() == other
    }
}

impl From<&http::HeaderValue> for HeaderValue {
    fn from(value: &http::HeaderValue) -> Self {
        Self(ShortBytes::from(strip(
            value.as_bytes(),
            is_http_tab_or_space,
        )))
    }
}

impl TryFrom<&HeaderValue> for http::HeaderValue {
    type Error = http::header::InvalidHeaderValue;

    /// Converts the value. Returns an error if the value contains a control byte that Fetch allows but the crate `http`
    /// does not allow.
    fn try_from(value: &HeaderValue) -> Result<Self, Self::Error> {
        Self::from_bytes(value.as_bytes())
    }
}

/// The error for a string that is not a header value.
///
/// ```
/// use fetch_cors::infrastructure::header::HeaderValue;
/// let error = HeaderValue::new(b"a\0b").unwrap_err();
/// assert!(error.to_string().starts_with(r"`a\u{0}b` is not a header value"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not a header value: {}", .value.escape_default(), fix(.value))]
pub struct InvalidHeaderValueError {
    value: String,
}

/// Returns a text that names the characters to remove from a string that is not a header value.
fn fix(value: &str) -> &'static str {
    if value.contains(['\0', '\r', '\n']) {
        "remove NUL, CR and LF"
    } else {
        "remove the tabs and spaces at both ends"
    }
}

/// Whether `value` is a [header value](https://fetch.spec.whatwg.org/#header-value). An empty value is
/// allowed.
///
/// ```
/// use fetch_cors::infrastructure::header::is_header_value;
/// assert!(is_header_value(b"") && is_header_value(b"a b") && !is_header_value(b"a "));
/// ```
pub fn is_header_value(value: &[u8]) -> bool {
    // definition/header-value: no NUL, LF or CR, and no tab or space at either end
    strip(value, is_http_tab_or_space).len() == value.len()
        // Unlike `all`, `fold` always reads all bytes, so the processor can compare many bytes at a time.
        && value
            .iter()
            .fold(true, |is_valid, byte| is_valid & !matches!(byte, b'\0' | b'\n' | b'\r'))
}

/// [Normalizes](https://fetch.spec.whatwg.org/#concept-header-value-normalize) a potential value: removes white space,
/// including line breaks, from both ends.
///
/// The result can still contain NUL, CR or LF, so the result is not always a valid header value.
///
/// ```
/// assert_eq!(fetch_cors::infrastructure::header::normalize(b"\r\n a\n"), b"a");
/// ```
pub fn normalize(potential_value: &[u8]) -> &[u8] {
    // definition/normalize-a-header-value: strip HTTP whitespace at both ends
    strip(potential_value, is_http_whitespace)
}

/// Returns the common name that equals `name` in any letter case. All common names are tokens.
fn common_name(name: &[u8]) -> Option<&'static str> {
    let first = usize::from(*SHORTER_COMMON_NAMES.get(name.len())?);
    let end = usize::from(*SHORTER_COMMON_NAMES.get(name.len().checked_add(1)?)?);
    let mut as_long = COMMON_NAMES.get(first..end)?.iter().copied();
    as_long.find(|common| name.eq_ignore_ascii_case(common.as_bytes()))
}

/// For each length, the number of common names that are shorter than this length. The last length in the table is the
/// length of the longest name plus one.
static SHORTER_COMMON_NAMES: [u8; 34] = {
    let mut shorter = [0; 34];
    let mut length: usize = 0;
    let mut rest: &mut [u8] = &mut shorter;
    while let [first, others @ ..] = rest {
        let mut names: &[&str] = &COMMON_NAMES;
        while let [name, longer @ ..] = names {
            if name.len() < length {
                *first += 1;
            }
            names = longer;
        }
        length += 1;
        rest = others;
    }
    shorter
};

/// Common header names, the shortest first. Creating or copying a [`HeaderName`] with a common name does not allocate.
static COMMON_NAMES: [&str; 29] = [
    "date",
    "etag",
    "vary",
    "range",
    "accept",
    "origin",
    "pragma",
    "server",
    "expires",
    "location",
    "set-cookie",
    "content-type",
    "authorization",
    "cache-control",
    "last-modified",
    "content-length",
    "accept-language",
    "content-language",
    "x-requested-with",
    "timing-allow-origin",
    "access-control-max-age",
    "access-control-allow-origin",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "cross-origin-resource-policy",
    "access-control-expose-headers",
    "access-control-request-method",
    "access-control-request-headers",
    "access-control-allow-credentials",
];

// The names of the headers that the algorithms append.
pub(crate) const ACCEPT: HeaderName = HeaderName::from_static("accept");
pub(crate) const ACCESS_CONTROL_REQUEST_HEADERS: HeaderName =
    HeaderName::from_static("access-control-request-headers");
pub(crate) const ACCESS_CONTROL_REQUEST_METHOD: HeaderName =
    HeaderName::from_static("access-control-request-method");
pub(crate) const ORIGIN: HeaderName = HeaderName::from_static("origin");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_names_do_not_allocate() {
        for name in COMMON_NAMES {
            let found = HeaderName::from_token(name.to_uppercase().as_bytes());
            assert_eq!(found, name);
            assert!(matches!(found.0, Cow::Borrowed(_)), "{name}");
        }
    }
}
