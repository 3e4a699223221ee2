//! The [CORS-preflight cache](https://fetch.spec.whatwg.org/#cors-preflight-cache), which stores the
//! methods and header names that preflights allowed.
//!
//! The cost of a look-up does not depend on the number of entries.
//!
//! ```
//! use core::time::Duration;
//! use fetch_cors::browser::{Origin, Request};
//! use fetch_cors::fetching::cors_preflight_cache::{CacheKey, CorsPreflightCache};
//! use fetch_cors::infrastructure::site::NoPublicSuffixes;
//!
//! let request = Request::new(Origin::parse("http://a")?, "http://b".parse()?);
//! let key = CacheKey::new(&request, &NoPublicSuffixes);
//! let mut cache = CorsPreflightCache::new();
//! cache.create_method_entry(&key, 600, b"PUT", Duration::ZERO);
//! assert!(cache.has_method_cache_entry_match(&key, b"PUT", Duration::from_secs(599)));
//! assert!(!cache.has_method_cache_entry_match(&key, b"PUT", Duration::from_secs(600)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{collections::BTreeMap, string::String, sync::Arc, vec::Vec};
use core::{
    hash::{Hash, Hasher},
    time::Duration,
};

use ::url::Url;
use hashbrown::{Equivalent, HashMap};

use crate::infrastructure::{
    header::HeaderName,
    request::{CredentialsMode, Request},
    safelist::is_cors_non_wildcard_request_header_name,
    site::{PublicSuffixes, Site},
};

/// The imposed limit on max-age, unless [`CorsPreflightCache::with_limits`] sets another.
pub(crate) const MAX_CACHED_SECONDS: u64 = 7_200;
/// The capacity of a cache, unless [`CorsPreflightCache::with_limits`] sets another.
const MAX_CACHED_ENTRIES: usize = 65_536;

/// A [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache).
///
/// The cache has a capacity. When it is full, it evicts the entry that was stored first, as the
/// standard allows at any time.
///
/// ```
/// use fetch_cors::fetching::cors_preflight_cache::CorsPreflightCache;
///
/// let cache = CorsPreflightCache::new();
/// assert_eq!((cache.len(), cache.max_age_limit(), cache.capacity()), (0, 7200, 65536));
/// ```
#[derive(Debug, Clone)]
pub struct CorsPreflightCache {
    pages: HashMap<Arc<Page>, HashMap<Name, ByCredentials>>,
    /// The page, the name and the credentials of each entry, in the order of storing.
    stored: BTreeMap<u64, (Arc<Page>, Name, bool)>,
    next_number: u64,
    max_age_limit: u64,
    capacity: usize,
}

impl CorsPreflightCache {
    /// Creates an empty cache with a max-age limit of 7,200 seconds and a capacity of 65,536 entries.
    pub fn new() -> Self {
        Self::with_limits(MAX_CACHED_SECONDS, MAX_CACHED_ENTRIES)
    }

    /// Creates an empty cache with a max-age limit in seconds and a capacity in entries.
    pub fn with_limits(max_age_limit: u64, capacity: usize) -> Self {
        Self {
            pages: HashMap::new(),
            stored: BTreeMap::new(),
            next_number: 0,
            max_age_limit,
            capacity,
        }
    }

    /// Returns the [imposed limit](https://fetch.spec.whatwg.org/#concept-cache-max-age) on an entry's max-age, in seconds.
    pub const fn max_age_limit(&self) -> u64 {
        self.max_age_limit
    }

    /// Returns the maximum number of entries.
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Returns the number of entries, including expired entries that are not removed yet.
    pub fn len(&self) -> usize {
        self.stored.len()
    }

    /// Whether the cache has no entries.
    pub fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    /// Whether the cache has a [method cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-method)
    /// for `method` at the time `now`.
    pub fn has_method_cache_entry_match(
        &self,
        key: &CacheKey,
        method: &[u8],
        now: Duration,
    ) -> bool {
        // definition/method-cache-entry-match: an entry for the method or for `*`
        let names = [NameRef::Method(method), NameRef::Method(b"*")];
        self.has_cache_entry_match(key, names, now)
    }

    /// Whether the cache has a [header-name cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match-header)
    /// for `header_name` at the time `now`.
    ///
    /// An entry for `*` does not match `Authorization`.
    pub fn has_header_name_cache_entry_match(
        &self,
        key: &CacheKey,
        header_name: &HeaderName,
        now: Duration,
    ) -> bool {
        // definition/header-name-cache-entry-match: an entry for the name, or for `*` unless it is Authorization
        self.has_cache_entry_match(key, header_name_matches(header_name), now)
    }

    /// [Creates a new cache entry](https://fetch.spec.whatwg.org/#concept-cache-create-entry) for a
    /// method, which expires `max_age` seconds after `now`.
    pub fn create_method_entry(
        &mut self,
        key: &CacheKey,
        max_age: u64,
        method: &[u8],
        now: Duration,
    ) {
        self.create_a_new_cache_entry(key, max_age, Name::Method(method.into()), now);
    }

    /// [Creates a new cache entry](https://fetch.spec.whatwg.org/#concept-cache-create-entry) for a
    /// header name, which expires `max_age` seconds after `now`.
    pub fn create_header_name_entry(
        &mut self,
        key: &CacheKey,
        max_age: u64,
        header_name: &HeaderName,
        now: Duration,
    ) {
        self.create_a_new_cache_entry(key, max_age, Name::HeaderName(header_name.clone()), now);
    }

    /// [Clears cache entries](https://fetch.spec.whatwg.org/#concept-cache-clear): removes every entry
    /// with the partition, origin and URL of the key, with and without credentials.
    pub fn clear_cache_entries(&mut self, key: &CacheKey) {
        // definition/clear-cache-entries: remove the entries with the request's key, origin and URL
        let removed = self.pages.remove(&key.page).unwrap_or_default();
        for entry in removed
            .into_values()
            .flat_map(|by_credentials| by_credentials.0)
            .flatten()
        {
            self.stored.remove(&entry.number);
        }
    }

    /// Removes the entries that have expired by `now`. This only frees memory.
    pub fn remove_expired(&mut self, now: Duration) {
        let expired: Vec<u64> = self
            .entries()
            .filter(|entry| !entry.is_fresh(now))
            .map(|entry| entry.number)
            .collect();
        for number in expired {
            self.remove(number);
        }
    }

    pub(super) fn set_max_age_of_method_matches(
        &mut self,
        key: &CacheKey,
        method: &[u8],
        max_age: u64,
        now: Duration,
    ) {
        let names = [NameRef::Method(method), NameRef::Method(b"*")];
        self.set_max_age_of_matches(key, names, max_age, now);
    }

    pub(super) fn set_max_age_of_header_name_matches(
        &mut self,
        key: &CacheKey,
        header_name: &HeaderName,
        max_age: u64,
        now: Duration,
    ) {
        self.set_max_age_of_matches(key, header_name_matches(header_name), max_age, now);
    }

    /// Whether an entry with one of these exact names has a [cache entry match](https://fetch.spec.whatwg.org/#concept-cache-match).
    fn has_cache_entry_match<'name>(
        &self,
        key: &CacheKey,
        names: impl IntoIterator<Item = NameRef<'name>>,
        now: Duration,
    ) -> bool {
        // definition/cache-entry-match: same key, origin and URL, and credentials that cover the request's
        self.pages.get(&key.page).is_some_and(|entries| {
            names
                .into_iter()
                .filter_map(|name| entries.get(&name))
                .flat_map(|by_credentials| by_credentials.matching(key))
                .any(|entry| entry.is_fresh(now))
        })
    }

    /// Sets the max-age of matching entries. This does not renew them: the time of storing does not change.
    fn set_max_age_of_matches<'name>(
        &mut self,
        key: &CacheKey,
        names: impl IntoIterator<Item = NameRef<'name>>,
        max_age: u64,
        now: Duration,
    ) {
        let Some(entries) = self.pages.get_mut(&key.page) else {
            return;
        };
        for name in names {
            let by_credentials = entries.get_mut(&name).into_iter();
            for entry in by_credentials.flat_map(|entries| entries.matching_mut(key)) {
                if entry.is_fresh(now) {
                    entry.max_age = max_age;
                }
            }
        }
    }

    fn create_a_new_cache_entry(
        &mut self,
        key: &CacheKey,
        max_age: u64,
        name: Name,
        now: Duration,
    ) {
        if self.capacity == 0 {
            return;
        }
        // create-a-new-cache-entry/1: make an entry for the request, the max-age, and the method or name
        let entry = CacheEntry {
            max_age,
            stored_at: now,
            number: self.next_number,
        };
        self.next_number += 1;
        // create-a-new-cache-entry/2: add the entry to the cache
        let names = self.pages.entry(Arc::clone(&key.page)).or_default();
        let by_credentials = names.entry(name.clone()).or_default();
        let replaced = by_credentials.slot(key.credentials).replace(entry);
        if let Some(replaced) = replaced {
            self.stored.remove(&replaced.number);
        }
        self.stored
            .insert(entry.number, (Arc::clone(&key.page), name, key.credentials));
        if self.stored.len() > self.capacity
            && let Some((&oldest, _)) = self.stored.first_key_value()
        {
            self.remove(oldest);
        }
    }

    fn remove(&mut self, number: u64) {
        let Some((page, name, credentials)) = self.stored.remove(&number) else {
            return;
        };
        let Some(names) = self.pages.get_mut(&page) else {
            return;
        };
        if let Some(by_credentials) = names.get_mut(&name) {
            *by_credentials.slot(credentials) = None;
            if by_credentials.0.iter().all(Option::is_none) {
                names.remove(&name);
            }
        }
        if names.is_empty() {
            self.pages.remove(&page);
        }
    }

    fn entries(&self) -> impl Iterator<Item = &CacheEntry> {
        self.pages
            .values()
            .flat_map(HashMap::values)
            .flat_map(|by_credentials| by_credentials.0.iter().flatten())
    }
}

impl Default for CorsPreflightCache {
    fn default() -> Self {
        Self::new()
    }
}

/// The key of a request in the cache: network partition key, byte-serialized origin, URL, and whether
/// the credentials mode is `include`.
///
/// ```
/// use fetch_cors::browser::{Origin, Request};
/// use fetch_cors::{fetching::cors_preflight_cache::CacheKey, infrastructure::site::NoPublicSuffixes};
///
/// let key = |url: &str| Ok::<_, Box<dyn std::error::Error>>(CacheKey::new(
///     &Request::new(Origin::parse("http://a")?, url.parse()?),
///     &NoPublicSuffixes,
/// ));
/// assert_ne!(key("http://b/#c")?, key("http://b/#d")?); // the whole URL, fragment included
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheKey {
    page: Arc<Page>,
    credentials: bool,
}

impl CacheKey {
    /// Creates the key of `request` in its current state. Each page counts as a top-level page.
    pub fn new(request: &Request, public_suffixes: &dyn PublicSuffixes) -> Self {
        let page = Page {
            network_partition_key: Site::from_origin(&request.origin, public_suffixes),
            byte_serialized_origin: String::from(request.serialize_origin()),
            url: request.current_url().clone(),
        };
        let credentials = request.credentials_mode == CredentialsMode::Include;
        Self {
            page: Arc::new(page),
            credentials,
        }
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Page {
    network_partition_key: Site,
    byte_serialized_origin: String,
    url: Url,
}

/// The method or the header name of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    Method(Arc<[u8]>),
    HeaderName(HeaderName),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum NameRef<'a> {
    Method(&'a [u8]),
    HeaderName(&'a [u8]),
}

impl Name {
    fn as_ref(&self) -> NameRef<'_> {
        match self {
            Self::Method(method) => NameRef::Method(method),
            Self::HeaderName(name) => NameRef::HeaderName(name.as_bytes()),
        }
    }
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_ref().hash(state);
    }
}

impl Equivalent<Name> for NameRef<'_> {
    fn equivalent(&self, name: &Name) -> bool {
        *self == name.as_ref()
    }
}

/// The entries of one name: at most one entry without credentials and at most one with credentials. The
/// cache creates an entry only if no entry matches.
#[derive(Debug, Clone, Default)]
struct ByCredentials([Option<CacheEntry>; 2]);

impl ByCredentials {
    fn slot(&mut self, credentials: bool) -> &mut Option<CacheEntry> {
        let [without, with] = &mut self.0;
        if credentials { with } else { without }
    }

    /// Iterates over the entries that match the credentials of `key`. An entry with credentials also
    /// matches requests without credentials.
    fn matching(&self, key: &CacheKey) -> impl Iterator<Item = &CacheEntry> {
        self.0.iter().skip(usize::from(key.credentials)).flatten()
    }

    fn matching_mut(&mut self, key: &CacheKey) -> impl Iterator<Item = &mut CacheEntry> {
        self.0
            .iter_mut()
            .skip(usize::from(key.credentials))
            .flatten()
    }
}

#[derive(Debug, Clone, Copy)]
struct CacheEntry {
    max_age: u64,
    stored_at: Duration,
    number: u64,
}

impl CacheEntry {
    fn is_fresh(&self, now: Duration) -> bool {
        // definition/cache-entry-expiry: expired once max-age seconds have passed since storing
        now.saturating_sub(self.stored_at) < Duration::from_secs(self.max_age)
    }
}

/// Iterates over the names of the entries that match: the name itself, and `*` if a wildcard covers the
/// name.
fn header_name_matches(header_name: &HeaderName) -> impl Iterator<Item = NameRef<'_>> {
    let is_covered =
        !is_cors_non_wildcard_request_header_name(header_name.as_bytes()) && header_name != "*";
    core::iter::once(NameRef::HeaderName(header_name.as_bytes()))
        .chain(is_covered.then_some(NameRef::HeaderName(b"*")))
}
