//! [Origins](https://html.spec.whatwg.org/#concept-origin) of pages and of URLs, and their serialization in headers.
//!
//! ```
//! use fetch_cors::infrastructure::origin::Origin;
//!
//! let page = Origin::parse("https://app.example")?;
//! assert_eq!(page.serialize(), "https://app.example");
//! assert_eq!(Origin::parse("null")?.serialize(), "null");
//! assert!(Origin::parse("https://app.example/").is_err());
//! assert!(Origin::parse("https://app.example:443").is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{
    boxed::Box,
    string::{String, ToString},
};
use core::str::FromStr;

use ::url::{Position, Url};

pub use super::origin_header::matches_origin_or_null;
use super::{
    bytes::isomorphic_decode, origin_header::is_scheme_without_pages,
    serialized_origin::is_serialized_without_punycode, url::is_http_or_https,
};
use crate::missing_scheme::with_scheme;

/// An [origin](https://html.spec.whatwg.org/#concept-origin).
///
/// ```
/// use fetch_cors::infrastructure::origin::{OpaqueOrigin, Origin};
///
/// let page: Origin = "https://app.example".parse()?;
/// let sandboxed = Origin::Opaque(OpaqueOrigin(1));
/// assert_eq!(sandboxed.serialize(), "null");
/// assert!(!sandboxed.is_same_origin(&page));
/// assert!(!sandboxed.is_same_origin(&Origin::Opaque(OpaqueOrigin(2))));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
// Exhaustive: the standard has two kinds of origins.
pub enum Origin {
    /// A scheme, a host and a port.
    Tuple(TupleOrigin),
    /// An opaque origin, which is same origin only with itself.
    Opaque(OpaqueOrigin),
}

/// The identity of an [opaque origin](https://html.spec.whatwg.org/#concept-origin-opaque), as a number that the caller
/// chooses. Two opaque origins with the same number are the same origin.
///
/// ```
/// use fetch_cors::infrastructure::origin::{OpaqueOrigin, Origin};
/// assert_ne!(OpaqueOrigin(0), OpaqueOrigin(1));
/// assert_eq!(Origin::parse("null")?, Origin::Opaque(OpaqueOrigin::NULL));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpaqueOrigin(pub u64);

impl OpaqueOrigin {
    /// The identity of every opaque origin that is parsed from `null`. The number is 0.
    ///
    /// All opaque origins have the serialization `null`, so `null` does not identify a page. The library treats all
    /// origins that are parsed from `null` as the same origin. For pages with different opaque origins, use
    /// [`Origin::Opaque`] with different numbers.
    pub const NULL: Self = Self(0);
}

/// A [tuple origin](https://html.spec.whatwg.org/#concept-origin-tuple). Its scheme is `http`, `https`, `ws`, `wss` or
/// `ftp`, or the scheme of an app or a browser extension, as in `tauri://localhost`.
///
/// Two tuple origins are the same origin if their serializations are equal, so the type stores only the serialization.
///
/// ```
/// use fetch_cors::infrastructure::origin::TupleOrigin;
///
/// let url = "https://user@app.example:8443/path".parse()?;
/// let origin = TupleOrigin::from_url(&url).unwrap();
/// assert_eq!(origin.serialize(), "https://app.example:8443");
/// assert_eq!((origin.scheme(), origin.host()), ("https", "app.example"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TupleOrigin {
    serialization: Box<str>,
}

impl Origin {
    /// Parses the serialized origin of a page: `null`, or the serialization of a tuple origin.
    ///
    /// For `null`, the result is the opaque origin [`OpaqueOrigin::NULL`]. Any other string is parsed as a URL, and
    /// must equal the serialized origin of this URL.
    ///
    /// The pages of apps and browser extensions have origins with schemes that the standard does not list. Such an
    /// origin must have a scheme and a host, and can have a port. These parts must have the form that the URL parser
    /// produces. `file://` is also accepted. An origin with a scheme that no page has, such as `blob`, `data` or `wss`,
    /// is an error.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidOriginError`], which has a suggestion if the string is the URL of a page.
    ///
    /// ```
    /// use fetch_cors::infrastructure::origin::Origin;
    ///
    /// let page = Origin::parse("tauri://localhost")?;
    /// assert!(!page.is_same_origin_with(&"http://localhost".parse()?));
    /// assert!(Origin::parse("tauri://localhost/").is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(serialized: impl AsRef<[u8]>) -> Result<Self, InvalidOriginError> {
        let serialized = serialized.as_ref();
        if serialized == b"null" {
            return Ok(Self::Opaque(OpaqueOrigin::NULL));
        }
        TupleOrigin::parse(serialized).map(Self::Tuple)
    }

    /// Whether this origin and `other` are the [same origin](https://html.spec.whatwg.org/#same-origin).
    pub fn is_same_origin(&self, other: &Self) -> bool {
        // definition/same-origin: equal scheme, host and port, or the same opaque origin
        self == other
    }

    /// Whether this origin and the [origin](https://url.spec.whatwg.org/#concept-url-origin) of `url` are
    /// the [same origin](https://html.spec.whatwg.org/#same-origin).
    ///
    /// If this origin is opaque, the result is always false. In the URL standard, a URL such as `tauri://localhost/` has
    /// an opaque origin. In a web view that supports the scheme, the URL has the origin `tauri://localhost`. This
    /// function follows the web view, and treats `tauri://localhost` as the origin of the URL.
    pub fn is_same_origin_with(&self, url: &Url) -> bool {
        match self {
            Self::Tuple(tuple) => tuple.is_origin_of(url),
            Self::Opaque(_) => false,
        }
    }

    /// Returns the [ASCII serialization](https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin).
    pub fn serialize(&self) -> &str {
        // definition/serialize-an-origin: scheme, host and non-default port; `null` for an opaque origin
        match self {
            Self::Tuple(tuple) => tuple.serialize(),
            Self::Opaque(_) => "null",
        }
    }
}

impl TupleOrigin {
    /// Parses a serialized tuple origin by the same rules as [`Origin::parse`]. `null` is not a tuple origin.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidOriginError`], which has a suggestion if the string is the URL of a page.
    pub fn parse(serialized: impl AsRef<[u8]>) -> Result<Self, InvalidOriginError> {
        let serialized = serialized.as_ref();
        let invalid = |suggestion| InvalidOriginError {
            value: match core::str::from_utf8(serialized) {
                Ok(text) => text.escape_debug().to_string(),
                Err(_) => isomorphic_decode(serialized).escape_default().to_string(),
            },
            suggestion,
        };
        let string = core::str::from_utf8(serialized).map_err(|_| invalid(None))?;
        if is_serialized_without_punycode(serialized) {
            return Ok(Self {
                serialization: string.into(),
            });
        }
        let page_origin = |url: &str| Self::from_page_url(&Url::parse(url).ok()?);
        let origin = page_origin(string).ok_or_else(|| {
            let meant = with_scheme(string).and_then(|url| page_origin(&url));
            invalid(meant.map(|origin| origin.serialize().into()))
        })?;
        if origin.serialize() == string {
            Ok(origin)
        } else if origin.scheme() == "file" {
            // In browsers, a local document has an opaque origin, so the error for a `file:` URL suggests `null`. Only
            // old web views send `file://`.
            Err(invalid(Some(String::from("null"))))
        } else {
            Err(invalid(Some(String::from(origin.serialize()))))
        }
    }

    /// Returns the [origin](https://url.spec.whatwg.org/#concept-url-origin) of `url`, or `None` if the origin is opaque.
    pub fn from_url(url: &Url) -> Option<Self> {
        match url.scheme() {
            "http" | "https" | "ws" | "wss" | "ftp" => {
                let host_and_port = &url[Position::BeforeHost..Position::AfterPort];
                let serialization = [url.scheme(), "://", host_and_port].concat();
                Some(Self {
                    serialization: serialization.into_boxed_str(),
                })
            }
            // The origin of a blob URL is the origin of the http or https URL in its path.
            "blob" => Url::parse(url.path())
                .ok()
                .filter(is_http_or_https)
                .and_then(|url| Self::from_url(&url)),
            _ => None,
        }
    }

    /// Returns the origin of a page with the URL `url`, or `None` if no page has this URL. The scheme can also be the
    /// scheme of an app or a browser extension.
    fn from_page_url(url: &Url) -> Option<Self> {
        match url.scheme() {
            "http" | "https" => Self::from_url(url),
            scheme if is_scheme_without_pages(scheme) => None,
            "file" => Some(Self {
                serialization: Box::from("file://"),
            }),
            scheme => {
                let host_and_port = &url[Position::BeforeHost..Position::AfterPort];
                let serialization = [scheme, "://", host_and_port].concat();
                (!host_and_port.is_empty()).then(|| Self {
                    serialization: serialization.into_boxed_str(),
                })
            }
        }
    }

    /// Whether the host is an [opaque host](https://url.spec.whatwg.org/#opaque-host), which is not a domain. A URL has
    /// an opaque host if its scheme is not one of the special schemes of the URL standard.
    pub(crate) fn has_opaque_host(&self) -> bool {
        !matches!(self.scheme(), "http" | "https" | "ws" | "wss" | "ftp")
    }

    /// Returns the scheme.
    pub fn scheme(&self) -> &str {
        self.split().0
    }

    /// Returns two parts: the scheme, and the host with the port.
    fn split(&self) -> (&str, &str) {
        // A scheme does not contain a colon, so the first colon ends the scheme.
        let (scheme, rest) = self.serialization.split_once(':').unwrap_or_default();
        (scheme, rest.strip_prefix("//").unwrap_or(rest))
    }

    /// Returns the serialized host. An IPv6 address has brackets.
    pub fn host(&self) -> &str {
        let (_, rest) = self.split();
        match rest.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => rest,
        }
    }

    /// Returns the serialization.
    pub fn serialize(&self) -> &str {
        &self.serialization
    }

    fn is_origin_of(&self, url: &Url) -> bool {
        if url.scheme() == "blob" {
            return Self::from_url(url).as_ref() == Some(self);
        }
        self.serialization
            .strip_prefix(url.scheme())
            .and_then(|rest| rest.strip_prefix("://"))
            .is_some_and(|rest| url[Position::BeforeHost..Position::AfterPort] == *rest)
    }
}

/// Whether two URLs have the same tuple origin.
pub(super) fn have_same_tuple_origin(a: &Url, b: &Url) -> bool {
    if is_http_or_https(a) && is_http_or_https(b) {
        // For http and https URLs, this code compares parts of the URLs, and does not copy strings.
        let host_and_port = Position::BeforeHost..Position::AfterPort;
        return a.scheme() == b.scheme() && a[host_and_port.clone()] == b[host_and_port];
    }
    TupleOrigin::from_url(a).is_some_and(|a| a.is_origin_of(b))
}

impl FromStr for Origin {
    type Err = InvalidOriginError;

    fn from_str(serialized: &str) -> Result<Self, Self::Err> {
        Self::parse(serialized)
    }
}

impl FromStr for TupleOrigin {
    type Err = InvalidOriginError;

    fn from_str(serialized: &str) -> Result<Self, Self::Err> {
        Self::parse(serialized)
    }
}

/// The error for a string that is not a serialized origin.
///
/// ```
/// use fetch_cors::infrastructure::origin::Origin;
///
/// let error = Origin::parse("HTTPS://a.example/").unwrap_err();
/// assert_eq!(error.suggestion(), Some("https://a.example"));
/// assert_eq!(
///     error.to_string(),
///     "`HTTPS://a.example/` is not the origin of a page: write `https://a.example`"
/// );
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{}` is not the origin of a page{}", .value, Suggest(.suggestion.as_deref()))]
pub struct InvalidOriginError {
    /// The escaped string.
    value: String,
    suggestion: Option<String>,
}

impl InvalidOriginError {
    /// If the invalid string is the URL of a page, with or without its scheme, returns the serialized origin of this URL.
    /// For a `file:` URL, this origin is `null`. Otherwise, returns `None`.
    pub fn suggestion(&self) -> Option<&str> {
        self.suggestion.as_deref()
    }
}

struct Suggest<'a>(Option<&'a str>);

impl core::fmt::Display for Suggest<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.0 {
            Some(suggestion) => write!(f, ": write `{suggestion}`"),
            None => f.write_str(": write, for example, `https://app.example`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_serialized_origins_are_parsed() {
        for good in [
            "null",
            "http://a",
            "https://my_app.example",
            "https://a.example.",
            "http://[::1]:8080",
            "http://127.0.0.1",
        ] {
            assert_eq!(Origin::parse(good).unwrap().serialize(), good);
        }
        for bad in [
            "",
            "NULL",
            "null ",
            "*",
            "https://a/",
            "https://A",
            "https://a:443",
            "https://u@a",
            "https://a?",
            "https://ä.example",
            "ftp://a",
            "https://a b",
            "http://1",
            " https://a",
            "https://a\n",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
        assert!(Origin::parse(b"https://\xFF").is_err());
        assert!(TupleOrigin::parse("null").is_err());
    }

    #[test]
    fn same_origin_ignores_userinfo_of_the_url() {
        let origin = Origin::parse("http://a.example:81").unwrap();
        let is_same_origin_with = |url: &str| origin.is_same_origin_with(&url.parse().unwrap());
        assert!(
            is_same_origin_with("http://a.example:81/x?y#z")
                && is_same_origin_with("http://u:p@a.example:81")
                && is_same_origin_with("blob:http://a.example:81/x")
        );
        assert!(
            !is_same_origin_with("http://a.example")
                && !is_same_origin_with("https://a.example:81")
                && !is_same_origin_with("http://b.a.example:81")
                && !is_same_origin_with("data:,")
        );
        assert_eq!(
            TupleOrigin::parse("http://[::1]:81").unwrap().host(),
            "[::1]"
        );
        assert_eq!(TupleOrigin::parse("http://[::1]").unwrap().host(), "[::1]");
    }
}
