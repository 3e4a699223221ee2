//! The CORS-preflight cache: a list of entries, searched from end to end each time.

use std::time::Duration;

use super::headers::lower;
use super::safelist::is_non_wildcard_name;

/// What an entry is looked up by.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// The site of the page, or `opaque`.
    pub partition: String,
    /// The origin as the request serializes it, so `null` after a tainting redirect.
    pub origin: String,
    /// With fragment and userinfo.
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
    /// Drops what has outlived its max-age, for good.
    pub fn expire(&mut self, now: Duration) {
        self.entries
            .retain(|entry| now - entry.stored_at < Duration::from_secs(entry.max_age));
    }

    pub fn clear(&mut self, key: &Key) {
        self.entries.retain(|entry| entry.key != *key);
    }

    /// Does any entry speak for this method or name?
    pub fn has(&mut self, now: Duration, key: &Key, include: bool, wanted: &Grant) -> bool {
        self.expire(now);
        self.entries
            .iter()
            .any(|entry| matches(entry, key, include, wanted))
    }

    /// Renews the entries that speak for each of the grants, then adds one for each that has none.
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

/// A stored `*` speaks for everything but `Authorization`, whoever asks.
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
