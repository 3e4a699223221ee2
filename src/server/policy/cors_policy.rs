//! A validated policy.

use alloc::{sync::Arc, vec::Vec};

use super::{
    config::PolicyConfig,
    predicate::{RequestLine, RequestView},
    rules::{Origins, Rules},
};
use crate::infrastructure::{
    bytes::is_token, credentials_mode::CredentialsMode, method::is_method,
};
use crate::server::{origin::pattern::OriginPattern, response::precomputed::PrecomputedResponses};

/// A validated policy: the cross-origin requests that a server allows.
///
/// A policy is immutable and cheap to clone, and threads can share it. To reload a policy, replace it with a new policy.
///
/// With the feature `serde`, a policy can be serialized, but not deserialized. To read a policy, deserialize a
/// `PolicyFile` or a `PolicyConfig` and call its `validate`, which needs a list of public suffixes.
///
/// ```
/// use fetch_cors::server::{CorsPolicy, CredentialsMode};
///
/// let policy = CorsPolicy::builder().origin("https://app.example").methods(["PUT"]).build()?;
/// assert!(policy.permits("https://app.example", "PUT", &[], CredentialsMode::SameOrigin));
/// assert!(!policy.permits("https://app.example", "DELETE", &[], CredentialsMode::SameOrigin));
/// # Ok::<(), fetch_cors::server::ConfigErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct CorsPolicy(pub(crate) Arc<PrecomputedResponses>);

impl CorsPolicy {
    pub(super) fn from_rules(rules: Rules) -> Self {
        Self(Arc::new(PrecomputedResponses::new(rules)))
    }

    /// Returns the members in normalized form. Each list is sorted and does not have duplicates. Header names are in
    /// lower case. `request_headers` does not have entries that `*` makes redundant.
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
        &self.0.rules.config
    }

    /// Whether the policy has a predicate. A predicate can allow origins that [`config`](Self::config) does not list.
    ///
    /// ```
    /// use fetch_cors::server::CorsPolicy;
    /// let policy = CorsPolicy::builder().origin_predicate(&[], |origin, _| origin.ends_with(".example")).build()?;
    /// assert!(policy.has_predicate() && policy.config().origins.entries().is_empty());
    /// # Ok::<(), fetch_cors::server::ConfigErrors>(())
    /// ```
    pub fn has_predicate(&self) -> bool {
        self.0.rules.predicate.is_some()
    }

    /// Returns the listed origins, sorted and without duplicates. Returns `None` if every origin is allowed.
    pub fn origins(&self) -> Option<Vec<OriginPattern>> {
        match &self.0.rules.origins {
            Origins::Any => None,
            Origins::Listed(set) => Some(set.patterns()),
        }
    }

    /// Whether a script on a page of `origin` can send a request and read the response. The request has the method
    /// `method` and CORS-unsafe headers with the names in `unsafe_names`. The request is credentialed if `credentials_mode`
    /// is `include`.
    ///
    /// A predicate sees the method of the request, but does not see the headers, the URI or the extensions.
    ///
    /// ```
    /// use fetch_cors::server::{CorsPolicy, CredentialsMode};
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
        let rules = &self.0.rules;
        let view = RequestView {
            line: RequestLine::Bytes(method.as_bytes()),
            header: &|_| None,
        };
        (credentials_mode != CredentialsMode::Include || rules.config.credentials)
            && is_method(method.as_bytes())
            && rules.allows_origin(origin.as_bytes(), view)
            && rules.methods.allows(method.as_bytes())
            && unsafe_names.iter().all(|name| {
                let name = name.as_bytes();
                is_token(name) && rules.request_headers.allows(name)
            })
    }
}
