//! The CORS-preflight cache: a list of entries with linear search.

use std::time::Duration;

use super::headers::lower;
use super::safelist::is_non_wildcard_name;

/// The key of an entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The site of the page, or `opaque`.
    pub partition: String,
    /// The serialized origin of the request, which is `null` after a tainting redirect.
    pub origin: String,
    /// The URL with fragment and userinfo.
    pub url: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Grant {
    Method(String),
    HeaderName(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub key: Key,
    pub stored_at: Duration,
    pub max_age: u64,
    pub credentials: bool,
    pub grant: Grant,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cache {
    pub entries: Vec<Entry>,
}

impl Cache {
    /// Removes the expired entries.
    pub fn expire(&mut self, now: Duration) {
        self.entries
            .retain(|entry| now - entry.stored_at < Duration::from_secs(entry.max_age));
    }

    pub fn clear(&mut self, key: &Key) {
        self.entries.retain(|entry| entry.key != *key);
    }

    /// Whether an entry matches the method or name.
    pub fn has(&mut self, now: Duration, key: &Key, include: bool, wanted: &Grant) -> bool {
        self.expire(now);
        self.entries
            .iter()
            .any(|entry| matches(entry, key, include, wanted))
    }

    /// For each grant, renews the matching entries, or adds an entry if none matches.
    pub fn store(
        &mut self,
        now: Duration,
        key: &Key,
        include: bool,
        grants: &[Grant],
        max_age: u64,
    ) {
        for grant in grants {
            self.expire(now);
            for entry in &mut self.entries {
                if matches(entry, key, include, grant) {
                    entry.max_age = max_age;
                }
            }
        }
        for grant in grants {
            if !self.has(now, key, include, grant) {
                self.entries.push(Entry {
                    key: key.clone(),
                    stored_at: now,
                    max_age,
                    credentials: include,
                    grant: grant.clone(),
                });
            }
        }
    }
}

/// Whether the entry matches. A cached `*` matches every name except `Authorization`, with and without credentials.
fn matches(entry: &Entry, key: &Key, include: bool, wanted: &Grant) -> bool {
    let same_request = entry.key == *key && (entry.credentials || !include);
    let same_grant = match (&entry.grant, wanted) {
        (Grant::Method(stored), Grant::Method(method)) => stored == method || stored == "*",
        (Grant::HeaderName(stored), Grant::HeaderName(name)) => {
            lower(stored) == lower(name) || (stored == "*" && !is_non_wildcard_name(name))
        }
        _ => false,
    };
    same_request && same_grant
}
