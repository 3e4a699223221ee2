//! The [CORS-preflight cache](https://fetch.spec.whatwg.org/#cors-preflight-cache), which stores the methods and header
//! names that preflight responses allowed.
//!
//! The time of a look-up does not depend on the number of entries.
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

use crate::{
    engine::{Engine, Quirk, QuirkSet},
    infrastructure::{
        header::HeaderName,
        request::{CredentialsMode, Request},
        safelist::is_cors_non_wildcard_request_header_name,
        site::{PublicSuffixes, Site},
    },
};

/// The default limit on max-age, in seconds. [`CorsPreflightCache::with_limits`] can replace this limit.
pub(crate) const MAX_CACHED_SECONDS: u64 = Engine::Spec.max_age_limit_seconds();
/// The default capacity of a cache, in entries. [`CorsPreflightCache::with_limits`] can replace this capacity.
const MAX_CACHED_ENTRIES: usize = 65_536;

/// A [CORS-preflight cache](https://fetch.spec.whatwg.org/#concept-cache).
///
/// The cache has a capacity. If a new entry exceeds the capacity, the cache evicts the oldest entry. The standard permits
/// eviction at any time.
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
    /// The page and the name of each entry, and whether the entry is for requests with credentials. The key of the map
    /// is the number of the entry. A newer entry has a higher number than an older entry.
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

    /// Returns the [limit on max-age](https://fetch.spec.whatwg.org/#concept-cache-max-age) that the cache imposes, in
    /// seconds.
    pub const fn max_age_limit(&self) -> u64 {
        self.max_age_limit
    }

    /// Returns the maximum number of entries.
    pub const fn capacity(&self) -> usize {
        self.capacity
    }

    /// Returns the number of entries, including expired entries that are not yet removed.
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
        self.has_method_match(key, method, now, QuirkSet::EMPTY)
    }

    pub(super) fn has_method_match(
        &self,
        key: &CacheKey,
        method: &[u8],
        now: Duration,
        quirks: QuirkSet,
    ) -> bool {
        // definition/method-cache-entry-match: an entry for the method or for `*`; differs with quirk cached-wildcard-needs-no-credentials
        let wildcard = Some(NameRef::Method(b"*"));
        self.has_cache_entry_match(key, NameRef::Method(method), wildcard, now, quirks)
    }

    /// Whether the cache has an entry for the preflight itself. Only an engine with the quirk
    /// `safelisted-method-is-cached` or `safelisted-method-stays-cached` creates such an entry.
    pub(super) fn has_preflight_match(
        &self,
        key: &CacheKey,
        now: Duration,
        quirks: QuirkSet,
    ) -> bool {
        self.has_cache_entry_match(key, PREFLIGHT, None, now, quirks)
    }

    /// Creates an entry for the preflight itself. The entry is a method entry with the empty string as its method.
    pub(super) fn create_preflight_entry(&mut self, key: &CacheKey, max_age: u64, now: Duration) {
        self.create_method_entry(key, max_age, b"", now);
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
        self.has_header_name_match(key, header_name, now, QuirkSet::EMPTY)
    }

    pub(super) fn has_header_name_match(
        &self,
        key: &CacheKey,
        header_name: &HeaderName,
        now: Duration,
        quirks: QuirkSet,
    ) -> bool {
        // definition/header-name-cache-entry-match: an entry for the name, or for `*` if the name is not Authorization; differs with quirk credentialed-wildcard-not-cached or wildcard-not-cached or cached-wildcard-covers-authorization
        let name = NameRef::HeaderName(header_name.as_bytes());
        let wildcard = wildcard_for(header_name, quirks);
        self.has_cache_entry_match(key, name, wildcard, now, quirks)
    }

    /// [Creates a new cache entry](https://fetch.spec.whatwg.org/#concept-cache-create-entry) for a method. The entry
    /// expires `max_age` seconds after `now`.
    pub fn create_method_entry(
        &mut self,
        key: &CacheKey,
        max_age: u64,
        method: &[u8],
        now: Duration,
    ) {
        self.create_a_new_cache_entry(key, max_age, Name::Method(method.into()), now);
    }

    /// [Creates a new cache entry](https://fetch.spec.whatwg.org/#concept-cache-create-entry) for a header name. The
    /// entry expires `max_age` seconds after `now`.
    pub fn create_header_name_entry(
        &mut self,
        key: &CacheKey,
        max_age: u64,
        header_name: &HeaderName,
        now: Duration,
    ) {
        self.create_a_new_cache_entry(key, max_age, Name::HeaderName(header_name.clone()), now);
    }

    /// [Clears cache entries](https://fetch.spec.whatwg.org/#concept-cache-clear): removes every entry with the key's
    /// partition, origin and URL. The entries with credentials and the entries without credentials are removed.
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

    /// Removes the entries that are expired at the time `now`. An expired entry never matches, but it uses memory and
    /// capacity.
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
        quirks: QuirkSet,
    ) {
        let wildcard = Some(NameRef::Method(b"*"));
        self.set_max_age_of_matches(key, NameRef::Method(method), wildcard, max_age, now, quirks);
    }

    pub(super) fn set_max_age_of_header_name_matches(
        &mut self,
        key: &CacheKey,
        header_name: &HeaderName,
        max_age: u64,
        now: Duration,
        quirks: QuirkSet,
    ) {
        let name = NameRef::HeaderName(header_name.as_bytes());
        let wildcard = wildcard_for(header_name, quirks);
        self.set_max_age_of_matches(key, name, wildcard, max_age, now, quirks);
    }

    /// Whether an entry with the name, or with the wildcard that covers the name, is a [cache entry
    /// match](https://fetch.spec.whatwg.org/#concept-cache-match).
    fn has_cache_entry_match(
        &self,
        key: &CacheKey,
        name: NameRef<'_>,
        wildcard: Option<NameRef<'_>>,
        now: Duration,
        quirks: QuirkSet,
    ) -> bool {
        // definition/cache-entry-match: same key, origin and URL, and the entry has credentials or the request has no credentials; differs with quirk cache-separates-credentials
        self.pages.get(&key.page).is_some_and(|entries| {
            let is_match = |name, slots: Slots| {
                let by_credentials: Option<&ByCredentials> = entries.get(&name);
                by_credentials.is_some_and(|by_credentials| {
                    let mut entries = by_credentials.matching(slots);
                    entries.any(|entry| entry.is_fresh(now))
                })
            };
            is_match(name, key.slots(quirks))
                || wildcard.is_some_and(|name| {
                    let slots = key.slots_of_wildcard(quirks);
                    slots.is_some_and(|slots| is_match(name, slots))
                })
        })
    }

    /// Sets the max-age of each matching entry. The new max-age counts from the time when the entry was stored, and not
    /// from `now`.
    fn set_max_age_of_matches(
        &mut self,
        key: &CacheKey,
        name: NameRef<'_>,
        wildcard: Option<NameRef<'_>>,
        max_age: u64,
        now: Duration,
        quirks: QuirkSet,
    ) {
        let Some(entries) = self.pages.get_mut(&key.page) else {
            return;
        };
        let wildcard = wildcard.zip(key.slots_of_wildcard(quirks));
        let names = core::iter::once((name, key.slots(quirks))).chain(wildcard);
        for (name, slots) in names {
            let by_credentials = entries.get_mut(&name).into_iter();
            for entry in by_credentials.flat_map(|entries| entries.matching_mut(slots)) {
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

/// The key of a request in the cache: the network partition key, the byte-serialized origin, the URL, and whether the
/// credentials mode is `include`.
///
/// ```
/// use fetch_cors::browser::{Origin, Request};
/// use fetch_cors::{fetching::cors_preflight_cache::CacheKey, infrastructure::site::NoPublicSuffixes};
///
/// let key = |url: &str| Ok::<_, Box<dyn std::error::Error>>(CacheKey::new(
///     &Request::new(Origin::parse("http://a")?, url.parse()?),
///     &NoPublicSuffixes,
/// ));
/// assert_ne!(key("http://b/#c")?, key("http://b/#d")?); // the key contains the whole URL with its fragment
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CacheKey {
    page: Arc<Page>,
    credentials: bool,
}

impl CacheKey {
    /// Creates the key of `request`. The URL of the key is the current URL of the request. The network partition key is
    /// the site of the page, because the library treats each page as a top-level page.
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

impl CacheKey {
    /// Returns which entries the key can match: entries with credentials, entries without credentials, or both kinds.
    /// In the standard, an entry with credentials also matches a request without credentials.
    fn slots(&self, quirks: QuirkSet) -> Slots {
        let separate = quirks.contains(Quirk::CacheSeparatesCredentials);
        Slots {
            without: !self.credentials,
            with: self.credentials || !separate,
        }
    }

    /// Returns which entries with the name `*` can match the key as wildcards. Returns `None` if no entry with the name
    /// `*` can match the key.
    fn slots_of_wildcard(&self, quirks: QuirkSet) -> Option<Slots> {
        if quirks.is_empty() {
            return Some(self.slots(quirks));
        }
        if quirks.contains(Quirk::WildcardNotCached)
            || (self.credentials && quirks.contains(Quirk::CachedWildcardNeedsNoCredentials))
        {
            return None;
        }
        let mut slots = self.slots(quirks);
        slots.with &= !quirks.contains(Quirk::CredentialedWildcardNotCached);
        Some(slots)
    }
}

/// The cache entries that a look-up of one name reads: the entry without credentials, the entry with credentials, both
/// entries, or neither entry.
#[derive(Debug, Clone, Copy)]
struct Slots {
    without: bool,
    with: bool,
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

/// The entries of one name: at most one entry without credentials, and at most one entry with credentials. A new entry
/// replaces the entry with the same name and the same credentials.
#[derive(Debug, Clone, Default)]
struct ByCredentials([Option<CacheEntry>; 2]);

impl ByCredentials {
    fn slot(&mut self, credentials: bool) -> &mut Option<CacheEntry> {
        let [without, with] = &mut self.0;
        if credentials { with } else { without }
    }

    fn matching(&self, slots: Slots) -> impl Iterator<Item = &CacheEntry> {
        let [without, with] = &self.0;
        let without = without.iter().filter(move |_| slots.without);
        without.chain(with.iter().filter(move |_| slots.with))
    }

    fn matching_mut(&mut self, slots: Slots) -> impl Iterator<Item = &mut CacheEntry> {
        let [without, with] = &mut self.0;
        let without = without.iter_mut().filter(move |_| slots.without);
        without.chain(with.iter_mut().filter(move |_| slots.with))
    }
}

#[derive(Debug, Clone, Copy)]
struct CacheEntry {
    max_age: u64,
    stored_at: Duration,
    number: u64,
}

impl CacheEntry {
    /// Whether the entry is not expired at the time `now`.
    fn is_fresh(&self, now: Duration) -> bool {
        // definition/cache-entry-expiry: expired once max-age seconds have passed since storing
        now.saturating_sub(self.stored_at) < Duration::from_secs(self.max_age)
    }
}

/// The name of the entry for the preflight itself.
const PREFLIGHT: NameRef<'_> = NameRef::Method(b"");

/// Returns `*` if an entry for `*` can cover `header_name`, and `None` otherwise.
fn wildcard_for(header_name: &HeaderName, quirks: QuirkSet) -> Option<NameRef<'static>> {
    let is_covered = (!is_cors_non_wildcard_request_header_name(header_name.as_bytes())
        || quirks.contains(Quirk::CachedWildcardCoversAuthorization))
        && header_name != "*";
    is_covered.then_some(NameRef::HeaderName(b"*"))
}
