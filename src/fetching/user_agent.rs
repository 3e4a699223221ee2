//! The state of a browser between fetches.

use alloc::sync::Arc;

use super::cors_preflight_cache::CorsPreflightCache;
use crate::infrastructure::site::{NoPublicSuffixes, PublicSuffixes};

/// A browser: the state that is shared between fetches.
///
/// ```
/// use fetch_cors::browser::UserAgent;
/// assert!(UserAgent::new().cors_preflight_cache.is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct UserAgent {
    /// The [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache).
    pub cors_preflight_cache: CorsPreflightCache,
    /// The list of public suffixes, which decides which hosts are the same site.
    pub public_suffixes: Arc<dyn PublicSuffixes>,
    /// Whether the user [allows mixed content](https://w3c.github.io/webappsec-mixed-content/#requirements-user-controls):
    /// pages on https may fetch over http.
    pub allows_mixed_content: bool,
}

impl UserAgent {
    /// Creates a user agent with an empty cache and without a list of public suffixes. It blocks mixed
    /// content.
    pub fn new() -> Self {
        Self {
            cors_preflight_cache: CorsPreflightCache::new(),
            public_suffixes: Arc::new(NoPublicSuffixes),
            allows_mixed_content: false,
        }
    }

    /// Allows mixed content, so that pages on https can fetch from a server over http.
    ///
    /// ```
    /// use fetch_cors::browser::UserAgent;
    /// assert!(UserAgent::new().allowing_mixed_content().allows_mixed_content);
    /// ```
    #[must_use]
    pub const fn allowing_mixed_content(mut self) -> Self {
        self.allows_mixed_content = true;
        self
    }
}

impl Default for UserAgent {
    fn default() -> Self {
        Self::new()
    }
}
