use alloc::sync::Arc;

use super::cors_preflight_cache::CorsPreflightCache;
use crate::infrastructure::site::{NoPublicSuffixes, PublicSuffixes};

/// A browser: the state that it keeps from one fetch to the next.
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
}

impl UserAgent {
    /// Creates a user agent with an empty cache and no list of public suffixes.
    pub fn new() -> Self {
        Self {
            cors_preflight_cache: CorsPreflightCache::new(),
            public_suffixes: Arc::new(NoPublicSuffixes),
        }
    }
}

impl Default for UserAgent {
    fn default() -> Self {
        Self::new()
    }
}
