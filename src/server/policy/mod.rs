//! A policy: what was configured.

pub(super) mod arguments;
pub(super) mod builder;
pub(super) mod config;
mod credential_risks;
pub(super) mod diff;
pub(super) mod error;
#[cfg(feature = "serde")]
pub(super) mod file;
pub(super) mod lists;
pub(super) mod predicate;
#[cfg(feature = "psl")]
pub(super) mod psl;
#[cfg(feature = "serde")]
mod raw_value;
mod validate;

use alloc::{sync::Arc, vec::Vec};

use http::{HeaderName, StatusCode};

use self::{
    config::PolicyConfig,
    lists::{Methods, RequestHeaders, ResponseHeaders},
    predicate::Predicate,
};
use super::{
    origin::{pattern::OriginPattern, set::OriginSet},
    response::precomputed::PrecomputedResponses,
};
use crate::infrastructure::{bytes::is_token, method::is_method, request::CredentialsMode};

/// A validated policy: who may do what across origins.
///
/// It cannot be changed, is cheap to clone and can be shared between threads; to reload one, put
/// another in its place.
///
/// With the feature `serde` it can be read and written, by the same rules. What is read so knows no public
/// suffixes but top-level names: `PolicyConfig::validate` takes a list.
///
/// ```
/// use fetch_cors::{infrastructure::request::CredentialsMode, server::CorsPolicy};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
/// assert!(policy.permits("https://app.example", "PUT", &[], CredentialsMode::SameOrigin));
/// assert!(!policy.permits("https://app.example", "DELETE", &[], CredentialsMode::SameOrigin));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CorsPolicy(pub(crate) Arc<PrecomputedResponses>);

/// What was configured.
#[derive(Debug)]
pub(crate) struct Policy {
    /// The members, normalized.
    pub(crate) config: PolicyConfig,
    pub(crate) origins: Origins,
    pub(crate) predicate: Option<Predicate>,
    pub(crate) methods: Methods,
    pub(crate) request_headers: RequestHeaders,
    pub(crate) expose_headers: ResponseHeaders,
    pub(crate) preflight_status: StatusCode,
}

/// The other fields follow from these.
impl PartialEq for Policy {
    fn eq(&self, other: &Self) -> bool {
        self.config == other.config && self.predicate == other.predicate
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origins {
    Any,
    Listed(OriginSet),
}

impl CorsPolicy {
    /// The members, normalized: each list is sorted and has each entry once, header names are in lower
    /// case, and `request_headers` has no entries that `*` makes redundant.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    ///
    /// let builder = CorsPolicy::builder().origins(["https://b.example", "https://a.example"]);
    /// let policy = builder.request_headers(["X-B", "x-a", "x-b"]).build()?;
    /// assert_eq!(policy.config().origins, ["https://a.example", "https://b.example"].into());
    /// assert_eq!(policy.config().request_headers, ["x-a", "x-b"]);
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn config(&self) -> &PolicyConfig {
        &self.0.policy.config
    }

    /// Whether a predicate allows more origins than [`config`](Self::config) lists.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// let policy = CorsPolicy::builder().origin_predicate(&[], |origin, _| origin.ends_with(".example")).build()?;
    /// assert!(policy.has_predicate() && policy.config().origins.entries().is_empty());
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn has_predicate(&self) -> bool {
        self.0.policy.predicate.is_some()
    }

    /// The origins that are listed, each once, in order; `None` for any origin.
    pub fn origins(&self) -> Option<Vec<OriginPattern>> {
        match &self.0.policy.origins {
            Origins::Any => None,
            Origins::Listed(set) => Some(set.patterns()),
        }
    }

    /// Whether script of a page of `origin` may send a request of `method` whose CORS-unsafe headers
    /// have these names, and read the response. Credentials are sent in the mode `include`.
    ///
    /// A predicate is called as if the request had no headers.
    ///
    /// ```
    /// use fetch_cors::{infrastructure::request::CredentialsMode, server::CorsPolicy};
    ///
    /// let policy = CorsPolicy::builder().origin("https://a.example").request_headers(["x-a"]).build()?;
    /// assert!(policy.permits("https://a.example", "GET", &["x-a"], CredentialsMode::SameOrigin));
    /// assert!(!policy.permits("https://a.example", "GET", &[], CredentialsMode::Include));
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn permits(
        &self,
        origin: &str,
        method: &str,
        unsafe_names: &[&str],
        credentials_mode: CredentialsMode,
    ) -> bool {
        let policy = &self.0.policy;
        (credentials_mode != CredentialsMode::Include || policy.config.credentials)
            && is_method(method.as_bytes())
            && policy.allows_origin(origin.as_bytes(), &|_| None)
            && policy
                .methods
                .allows(method.as_bytes(), policy.config.credentials)
            && unsafe_names.iter().all(|name| {
                let name = name.as_bytes();
                is_token(name)
                    && policy
                        .request_headers
                        .allows(name, policy.config.credentials)
            })
    }
}

impl Policy {
    #[inline]
    pub(crate) fn allows_origin<'r>(
        &'r self,
        origin: &[u8],
        header: &'r dyn Fn(&HeaderName) -> Option<&'r [u8]>,
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
