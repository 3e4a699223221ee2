//! A policy, and what can be made ready before a request comes.

use alloc::{string::String, sync::Arc, vec::Vec};
use core::fmt;

use http::{HeaderName, HeaderValue, StatusCode, header};

use crate::infrastructure::{
    origin::{TupleOrigin, matches_origin_or_null},
    plain_origin::is_plainly_serialized,
};

use super::{
    OriginPattern,
    names::{Methods, RequestHeaders, ResponseHeaders},
    origin_set::OriginSet,
    origin_text::LENGTH_LIMIT,
};

/// A validated policy: who may do what across origins.
///
/// It cannot be changed, is cheap to clone and can be shared between threads; to reload one, put
/// another in its place.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
///
/// let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
/// assert!(policy.permits("https://app.example", "PUT", [""; 0], false));
/// assert!(!policy.permits("https://app.example", "DELETE", [""; 0], false));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CorsPolicy(pub(super) Arc<Compiled>);

/// What was configured.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Policy {
    pub(super) origins: Origins,
    pub(super) predicate: Option<Predicate>,
    pub(super) credentials: bool,
    pub(super) methods: Methods,
    pub(super) request_headers: RequestHeaders,
    pub(super) expose_headers: ResponseHeaders,
    pub(super) max_age: Option<u32>,
    pub(super) preflight_status: StatusCode,
    pub(super) dangerously_allow_insecure_origins: bool,
    pub(super) dangerously_allow_null_origin: bool,
    pub(super) dangerously_allow_subdomains_of_public_suffixes: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origins {
    Any,
    Listed(OriginSet),
}

/// The request headers that a predicate may read: those that it declared.
///
/// ```
/// use fetch_cors::server::CorsPolicy;
/// let policy = CorsPolicy::builder().origin_predicate(["x-tenant"], |_, headers| headers.get("x-tenant").is_some());
/// assert!(policy.build().is_ok());
/// ```
pub struct DeclaredHeaders<'r> {
    reads: &'r [String],
    header: &'r dyn Fn(&str) -> Option<&'r [u8]>,
}

impl<'r> DeclaredHeaders<'r> {
    /// The first value of the header, if it was declared and is there.
    pub fn get(&self, name: &str) -> Option<&'r [u8]> {
        let is_declared = self
            .reads
            .iter()
            .any(|read| read.eq_ignore_ascii_case(name));
        is_declared.then(|| (self.header)(name)).flatten()
    }
}

impl fmt::Debug for DeclaredHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DeclaredHeaders").field(&self.reads).finish()
    }
}

type Allows = dyn Fn(&str, &DeclaredHeaders<'_>) -> bool + Send + Sync;

#[derive(Clone)]
pub(super) struct Predicate {
    /// In lower case.
    pub(super) reads: Vec<String>,
    pub(super) allows: Arc<Allows>,
}

impl fmt::Debug for Predicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Predicate")
            .field("reads", &self.reads)
            .finish_non_exhaustive()
    }
}

impl PartialEq for Predicate {
    fn eq(&self, other: &Self) -> bool {
        self.reads == other.reads && Arc::ptr_eq(&self.allows, &other.allows)
    }
}

/// A policy with the header values that do not depend on a request.
#[derive(Debug, PartialEq)]
pub(super) struct Compiled {
    pub(super) policy: Policy,
    /// The value of Access-Control-Allow-Origin on every response, if the policy is static.
    pub(super) static_origin: Option<HeaderValue>,
    /// None where nothing is sent or where the method is reflected.
    pub(super) allow_methods: Option<HeaderValue>,
    pub(super) reflects_method: bool,
    /// None where nothing is sent or where the names are reflected.
    pub(super) allow_headers: Option<HeaderValue>,
    pub(super) reflects_headers: bool,
    pub(super) expose_headers: Option<HeaderValue>,
    pub(super) max_age: Option<HeaderValue>,
    pub(super) vary_on_options: Vary,
    pub(super) vary: Vary,
}

/// Names to be in `Vary`, and the line that has them all.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Vary {
    pub(super) names: Vec<HeaderName>,
    pub(super) line: Option<HeaderValue>,
}

impl CorsPolicy {
    /// The origins that are listed, each once, in order; `None` for any origin.
    pub fn origins(&self) -> Option<Vec<OriginPattern>> {
        match &self.0.policy.origins {
            Origins::Any => None,
            Origins::Listed(set) => Some(set.patterns()),
        }
    }

    /// Whether script of a page of `origin` may send a request of `method` whose CORS-unsafe headers
    /// have these names, with credentials or without, and read the response.
    ///
    /// A predicate is asked as if the request had no headers.
    pub fn permits<N: AsRef<str>>(
        &self,
        origin: &str,
        method: &str,
        unsafe_names: impl IntoIterator<Item = N>,
        credentials: bool,
    ) -> bool {
        let policy = &self.0.policy;
        (!credentials || policy.credentials)
            && policy.allows_origin(origin.as_bytes(), &|_| None)
            && policy.methods.allows(method.as_bytes(), policy.credentials)
            && unsafe_names.into_iter().all(|name| {
                policy
                    .request_headers
                    .allows(name.as_ref().as_bytes(), policy.credentials)
            })
    }

    pub(super) fn compile(policy: Policy) -> Self {
        let static_origin = match &policy.origins {
            _ if policy.credentials || policy.predicate.is_some() => None,
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::Listed(set) => set
                .only_exact()
                .and_then(|origin| HeaderValue::from_str(origin).ok()),
        };
        // Any origin stays any origin beside a predicate.
        let static_origin = match policy.origins {
            Origins::Any => Some(HeaderValue::from_static("*")),
            Origins::Listed(_) => static_origin,
        };
        let reflects_method = policy.credentials && policy.methods == Methods::Any;
        let allow_methods = match &policy.methods {
            Methods::Any if policy.credentials => None,
            Methods::Any => Some(HeaderValue::from_static("*")),
            Methods::Listed(listed) => joined(listed),
        };
        let reflects_headers = policy.credentials && policy.request_headers.any;
        let RequestHeaders { any, listed } = &policy.request_headers;
        let allow_headers = match any {
            true if policy.credentials => None,
            true if listed.is_empty() => Some(HeaderValue::from_static("*")),
            true => Some(HeaderValue::from_static("*,authorization")),
            false => joined(listed),
        };
        let expose_headers = match &policy.expose_headers {
            ResponseHeaders::Any => Some(HeaderValue::from_static("*")),
            ResponseHeaders::Listed(listed) => joined(listed),
        };
        let reads: Vec<HeaderName> = policy
            .predicate
            .iter()
            .flat_map(|predicate| &predicate.reads)
            .filter_map(|name| name.parse().ok())
            .filter(|name| *name != header::ORIGIN)
            .collect();
        let with_reads = |names: &[HeaderName]| {
            let mut names = names.to_vec();
            names.extend(
                reads
                    .iter()
                    .filter(|name| !names.contains(name))
                    .cloned()
                    .collect::<Vec<_>>(),
            );
            Vary::new(names)
        };
        let is_static = static_origin.is_some();
        Self(Arc::new(Compiled {
            static_origin,
            allow_methods,
            reflects_method,
            allow_headers,
            reflects_headers,
            expose_headers,
            max_age: policy.max_age.map(HeaderValue::from),
            vary_on_options: with_reads(&[
                header::ORIGIN,
                header::ACCESS_CONTROL_REQUEST_METHOD,
                header::ACCESS_CONTROL_REQUEST_HEADERS,
            ]),
            vary: if is_static {
                Vary::new(Vec::new())
            } else {
                with_reads(&[header::ORIGIN])
            },
            policy,
        }))
    }
}

impl Policy {
    #[inline]
    pub(super) fn allows_origin<'r>(
        &'r self,
        origin: &[u8],
        header: &'r dyn Fn(&str) -> Option<&'r [u8]>,
    ) -> bool {
        let Origins::Listed(set) = &self.origins else {
            return true;
        };
        set.contains(origin)
            || self
                .predicate
                .as_ref()
                .is_some_and(|predicate| predicate.allows(origin, header))
    }
}

impl Predicate {
    #[cold]
    fn allows<'r>(&'r self, origin: &[u8], header: &'r dyn Fn(&str) -> Option<&'r [u8]>) -> bool {
        is_origin_or_null(origin)
            && core::str::from_utf8(origin).is_ok_and(|origin| {
                let headers = DeclaredHeaders {
                    reads: &self.reads,
                    header,
                };
                (self.allows)(origin, &headers)
            })
    }
}

/// Whether a predicate is asked at all.
fn is_origin_or_null(origin: &[u8]) -> bool {
    let is_http = origin.starts_with(b"http://") || origin.starts_with(b"https://");
    match is_http {
        true if origin.len() > LENGTH_LIMIT => false,
        // The parser allocates, and most origins can do without it.
        true => is_plainly_serialized(origin) || TupleOrigin::parse(origin).is_ok(),
        false => matches_origin_or_null(origin),
    }
}

impl Vary {
    fn new(names: Vec<HeaderName>) -> Self {
        let line: Vec<&str> = names.iter().map(HeaderName::as_str).collect();
        let line = Some(line.join(", ")).filter(|line| !line.is_empty());
        Self {
            names,
            line: line.and_then(|line| HeaderValue::from_str(&line).ok()),
        }
    }
}

fn joined(names: &[String]) -> Option<HeaderValue> {
    HeaderValue::from_str(&names.join(","))
        .ok()
        .filter(|_| !names.is_empty())
}
