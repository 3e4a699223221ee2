//! The predicate of a policy, and the request that a predicate sees.

use alloc::{sync::Arc, vec::Vec};
use core::fmt;

use http::{Extensions, HeaderName, Method, Uri};

use crate::infrastructure::{
    origin_header::matches_origin_or_null, serialized_origin::is_serialized_origin,
};
use crate::server::origin::parsed::ORIGIN_LIMIT_BYTES;

/// The request that a predicate sees: the method, and the headers that the predicate has declared. If the decision is
/// made from the whole request, the predicate also sees the URI and the extensions.
///
/// | the function that decides | the predicate sees |
/// |---|---|
/// | [`decide_request`](crate::server::CorsPolicy::decide_request), [`decide_parts`](crate::server::CorsPolicy::decide_parts), [`check_source`](crate::server::CorsPolicy::check_source), the tower layer | method, URI, extensions and declared headers |
/// | the middleware of actix-web | method, URI and declared headers; the extensions are always empty |
/// | [`decide`](crate::server::CorsPolicy::decide), [`decide_raw`](crate::server::CorsPolicy::decide_raw) | method and declared headers |
/// | [`permits`](crate::server::CorsPolicy::permits) | method |
///
/// ```
/// use fetch_cors::server::CorsPolicy;
/// use http::Request;
///
/// // HTTP/1.1 sends the host in `Host`. HTTP/2 sends the host in the authority of the URI.
/// let policy = CorsPolicy::builder()
///     .origin_predicate(&["host"], |origin, request| {
///         let authority = request.uri().and_then(|uri| uri.authority()).map(|authority| authority.as_str().as_bytes());
///         origin == "https://a.example" && authority.or(request.header("host")) == Some(b"api.a.example")
///     })
///     .build()?;
/// let http1 = Request::get("/").header("host", "api.a.example").header("origin", "https://a.example").body(())?;
/// let http2 = Request::get("https://api.a.example/").header("origin", "https://a.example").body(())?;
/// for request in [http1, http2] {
///     assert!(policy.decide_request(&request).verdict().is_allowed());
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PredicateRequest<'r> {
    reads: &'r [HeaderName],
    view: RequestView<'r>,
}

impl<'r> PredicateRequest<'r> {
    /// Returns the method of the request. A preflight has the method `OPTIONS`.
    pub fn method(&self) -> &'r str {
        match self.view.line {
            RequestLine::Method(method) | RequestLine::Whole { method, .. } => method.as_str(),
            RequestLine::Bytes(method) => str::from_utf8(method).unwrap_or_default(),
        }
    }

    /// Returns the URI of the request. Returns `None` if the decision is not made from the whole request.
    pub const fn uri(&self) -> Option<&'r Uri> {
        match self.view.line {
            RequestLine::Whole { uri, .. } => Some(uri),
            RequestLine::Method(_) | RequestLine::Bytes(_) => None,
        }
    }

    /// Returns the first value of the header. Returns `None` if the predicate has not declared the header, or if the
    /// request does not have the header.
    pub fn header(&self, name: &str) -> Option<&'r [u8]> {
        let mut reads = self.reads.iter();
        let declared = reads.find(|read| read.as_str().eq_ignore_ascii_case(name))?;
        (self.view.header)(declared)
    }

    /// Returns the extensions of the request. Returns `None` if the decision is not made from the whole request. If a
    /// middleware used request headers to compute an extension, a predicate that reads the extension must declare these
    /// headers.
    pub const fn extensions(&self) -> Option<&'r Extensions> {
        match self.view.line {
            RequestLine::Whole { extensions, .. } => Some(extensions),
            RequestLine::Method(_) | RequestLine::Bytes(_) => None,
        }
    }
}

impl fmt::Debug for PredicateRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PredicateRequest")
            .field("method", &self.method())
            .field("uri", &self.uri())
            .field("reads", &self.reads)
            .finish_non_exhaustive()
    }
}

/// The parts of a request other than its headers.
#[derive(Clone, Copy)]
pub(crate) enum RequestLine<'r> {
    Method(&'r Method),
    Bytes(&'r [u8]),
    Whole {
        method: &'r Method,
        uri: &'r Uri,
        extensions: &'r Extensions,
    },
}

/// The parts of a request that a predicate can see.
#[derive(Clone, Copy)]
pub(crate) struct RequestView<'r> {
    pub(crate) line: RequestLine<'r>,
    /// Returns the first value of a header.
    pub(crate) header: &'r dyn Fn(&HeaderName) -> Option<&'r [u8]>,
}

type AllowsOrigin = dyn Fn(&str, &PredicateRequest<'_>) -> bool + Send + Sync;

/// The function of a predicate. Two values are equal only if they are clones of the same value.
#[derive(Clone)]
pub(crate) struct Allows(pub(super) Arc<AllowsOrigin>);

impl fmt::Debug for Allows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allows").finish_non_exhaustive()
    }
}

impl PartialEq for Allows {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Predicate {
    pub(crate) reads: Vec<HeaderName>,
    /// The values of `Origin` for which the predicate is called.
    pub(crate) domain: Domain,
    pub(crate) allows: Allows,
}

/// The values of `Origin` for which a predicate is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Domain {
    Origins,
    AnyText,
}

impl Predicate {
    #[cold]
    pub(crate) fn allows<'r>(&'r self, origin: &[u8], view: RequestView<'r>) -> bool {
        let is_asked = match self.domain {
            Domain::Origins => origin.len() <= ORIGIN_LIMIT_BYTES && is_origin_or_null(origin),
            Domain::AnyText => true,
        };
        is_asked
            && str::from_utf8(origin).is_ok_and(|origin| {
                let reads = &*self.reads;
                (self.allows.0)(origin, &PredicateRequest { reads, view })
            })
    }
}

/// Whether the value is `null` or an origin. An origin with the scheme `http` or `https` must be in the form that
/// browsers send. Any other origin must match the grammar of the `Origin` header.
fn is_origin_or_null(origin: &[u8]) -> bool {
    if origin.starts_with(b"http://") || origin.starts_with(b"https://") {
        str::from_utf8(origin).is_ok_and(is_serialized_origin)
    } else {
        matches_origin_or_null(origin)
    }
}
