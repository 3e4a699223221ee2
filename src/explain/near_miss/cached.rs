//! Finds responses that a cache probably stored for a different page.

use alloc::{borrow::Cow, format};

use super::miss;
use crate::{
    explain::{
        refusal::{NearMiss, NearMissKind as Kind},
        shown::shown_briefly,
        vary::varies_by_origin,
    },
    infrastructure::response::{Response, is_ok_status},
};

/// Headers in which caches and content delivery networks report that a response comes from the cache.
const HIT_HEADERS: [&str; 4] = [
    "cf-cache-status",
    "x-cache",
    "x-cache-status",
    "x-proxy-cache",
];

/// Returns the known mistake of a cached response without `Vary: Origin`.
pub(super) fn near_miss(response: &Response) -> Option<NearMiss> {
    if !is_ok_status(response.status) || varies_by_origin(response) {
        return None;
    }
    let line = |name: &'static str| Some((name, response.header_list.get(name)?));
    let is_old = |(_, age): &(&str, Cow<'_, [u8]>)| {
        age.iter().all(u8::is_ascii_digit) && age.iter().any(|digit| *digit != b'0')
    };
    let is_hit = |(_, value): &(&str, Cow<'_, [u8]>)| {
        let mut words = value.split(|byte| !byte.is_ascii_alphabetic());
        words.any(|word| word.eq_ignore_ascii_case(b"hit"))
    };
    let hit = || HIT_HEADERS.into_iter().filter_map(line).find(is_hit);
    let (name, value) = line("age").filter(is_old).or_else(hit)?;
    let cache = format!("a cache (`{name}: {}`)", shown_briefly(&value));
    Some(stored_for_other_page(&cache))
}

/// Returns the known mistake of a response from the cache of the browser without `Vary: Origin`. `stored_by` is the position
/// of the earlier entry of the recording that loaded the same URL without CORS.
#[cfg(feature = "cases")]
pub(in crate::explain) fn near_miss_of_browser(
    response: &Response,
    stored_by: Option<usize>,
) -> Option<NearMiss> {
    if !is_ok_status(response.status) || varies_by_origin(response) {
        return None;
    }
    let Some(position) = stored_by else {
        return Some(stored_for_other_page("the cache of the browser"));
    };
    let entry = position.saturating_add(1);
    Some(miss(
        Kind::CachedResponse,
        format!(
            "the response comes from the cache of the browser. It is probably the response of entry {entry} of the recording, which loaded this URL without CORS, as `<img>` without `crossorigin` does: {VARY_AND_EMPTY}"
        ),
    ))
}

/// The fix for a cache that stores the response of one page for another page.
const VARY_AND_EMPTY: &str =
    "send `Vary: Origin` with each response of this URL, then empty the cache";

fn stored_for_other_page(cache: &str) -> NearMiss {
    miss(
        Kind::CachedResponse,
        format!(
            "the response comes from {cache}, which may have stored it for another page: {VARY_AND_EMPTY}"
        ),
    )
}
