use alloc::sync::Arc;

use super::cors_preflight_cache::CorsPreflightCache;
use crate::infrastructure::site::{NoPublicSuffixes, PublicSuffixes};

/// What a user agent keeps from one fetch to the next: its
/// [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache), and the list of public
/// suffixes that it knows.
///
/// ```
/// use fetch_cors::browser::UserAgent;
/// assert!(UserAgent::new().cors_preflight_cache.is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct UserAgent {
    /// The CORS-preflight cache.
    pub cors_preflight_cache: CorsPreflightCache,
    /// Which hosts are the same site.
    pub public_suffixes: Arc<dyn PublicSuffixes>,
}

impl UserAgent {
    /// One with an empty cache and no list of public suffixes.
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
