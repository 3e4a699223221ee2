//! The state of a browser between fetches.

use alloc::sync::Arc;

use super::cors_preflight_cache::CorsPreflightCache;
use crate::{
    engine::{Engine, QuirkSet},
    infrastructure::site::{NoPublicSuffixes, PublicSuffixes},
};

/// A browser, with the state that all its fetches share.
///
/// ```
/// use fetch_cors::browser::UserAgent;
/// assert!(UserAgent::new().cors_preflight_cache.is_empty());
/// ```
#[derive(Debug, Clone)]
pub struct UserAgent {
    /// The [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache).
    pub cors_preflight_cache: CorsPreflightCache,
    /// The list of public suffixes, which decides whether two hosts are the same site.
    pub public_suffixes: Arc<dyn PublicSuffixes>,
    /// Whether the user [allows mixed
    /// content](https://w3c.github.io/webappsec-mixed-content/#requirements-user-controls). If this is true, pages on
    /// https may fetch over http.
    pub allows_mixed_content: bool,
    /// The quirks, which are deviations from the standard. The set is empty if no engine is chosen.
    pub quirks: QuirkSet,
}

impl UserAgent {
    /// Creates a user agent with an empty cache and without a list of public suffixes. The user agent blocks mixed
    /// content.
    pub fn new() -> Self {
        Self {
            cors_preflight_cache: CorsPreflightCache::new(),
            public_suffixes: Arc::new(NoPublicSuffixes),
            allows_mixed_content: false,
            quirks: QuirkSet::EMPTY,
        }
    }

    /// Creates a user agent with the quirks of `engine`, and with the engine's limit on max-age.
    ///
    /// ```
    /// use fetch_cors::{browser::UserAgent, engine::Engine};
    /// let user_agent = UserAgent::of_engine(Engine::Webkit);
    /// assert_eq!(user_agent.cors_preflight_cache.max_age_limit(), 600);
    /// ```
    pub fn of_engine(engine: Engine) -> Self {
        let cache = CorsPreflightCache::new();
        let capacity = cache.capacity();
        Self {
            cors_preflight_cache: CorsPreflightCache::with_limits(
                engine.max_age_limit_seconds(),
                capacity,
            ),
            quirks: engine.quirks(),
            ..Self::new()
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
