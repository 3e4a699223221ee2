//! CORS-preflight caches of two shapes and any size, and look-ups in them.

use fetch_cors::{
    fetching::cors_preflight_cache::{CacheKey, CorsPreflightCache},
    infrastructure::{
        header::HeaderName, origin::Origin, request::Request, site::NoPublicSuffixes,
    },
};

use crate::inputs::NOW;

/// The distribution of the entries over pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Each entry is for a method. All entries have different URLs.
    ManyPages,
    /// Each entry is for a header name. All entries have the same origin and URL.
    OnePage,
}

/// A cache, and look-ups that hit or miss.
#[derive(Debug)]
pub struct Filled {
    cache: CorsPreflightCache,
    shape: Shape,
    hits: Vec<(CacheKey, HeaderName)>,
    misses: Vec<(CacheKey, HeaderName)>,
}

impl Filled {
    /// The number of prepared look-ups. The number is the same for a small and a large cache, so that in both cases the
    /// processor's caches contain the entries.
    pub const LOOK_UPS: usize = 10;

    /// Creates a cache with `entries` entries.
    pub fn new(shape: Shape, entries: usize) -> Self {
        let mut cache = CorsPreflightCache::new();
        for number in 0..entries {
            let (key, name) = look_up(shape, number);
            match shape {
                Shape::ManyPages => cache.create_method_entry(&key, 600, b"PUT", NOW),
                Shape::OnePage => cache.create_header_name_entry(&key, 600, &name, NOW),
            }
        }
        assert_eq!(cache.len(), entries);
        let apart = (entries / Self::LOOK_UPS).max(1);
        Self {
            cache,
            shape,
            hits: (0..Self::LOOK_UPS)
                .map(|i| look_up(shape, i * apart % entries))
                .collect(),
            misses: (0..Self::LOOK_UPS)
                .map(|i| look_up(shape, entries + i))
                .collect(),
        }
    }

    /// Runs the look-ups that match an entry, and counts the matches.
    pub fn look_up_hits(&self) -> usize {
        self.count_matches(&self.hits)
    }

    /// Runs the look-ups that match no entry, and counts the matches.
    pub fn look_up_misses(&self) -> usize {
        self.count_matches(&self.misses)
    }

    fn count_matches(&self, look_ups: &[(CacheKey, HeaderName)]) -> usize {
        let matches = look_ups.iter().filter(|(key, name)| match self.shape {
            Shape::ManyPages => self.cache.has_method_cache_entry_match(key, b"PUT", NOW),
            Shape::OnePage => self.cache.has_header_name_cache_entry_match(key, name, NOW),
        });
        matches.count()
    }
}

fn look_up(shape: Shape, number: usize) -> (CacheKey, HeaderName) {
    let page = match shape {
        Shape::ManyPages => number,
        Shape::OnePage => 0,
    };
    let origin = Origin::parse(b"https://app.example").expect("an origin");
    let url = format!("https://api.example/v1/items/{page:05}");
    let request = Request::new(origin, url.parse().expect("a URL"));
    let name = format!("x-header-{number:05}");
    (
        CacheKey::new(&request, &NoPublicSuffixes),
        name.parse().expect("a header name"),
    )
}
