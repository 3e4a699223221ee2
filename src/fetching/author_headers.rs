//! The request headers that a script sets. Some quirks change how an engine checks or sends these headers:
//! `empty-author-value-replaces`, `singleton-author-headers`, `range-rewritten`, `author-values-as-utf8`,
//! `override-values-split-at-commas`, `no-cors-keeps-body-type`, `xhr-body-type-has-no-limit`,
//! `charset-replaced-in-place`, `url-search-params-count-as-string` and `charset-changed-after-check`.

use alloc::{borrow::Cow, collections::BTreeMap, format, string::String, vec::Vec};

use http::Method;

use super::http_request::HttpRequest;
use crate::{
    engine::{Quirk, QuirkSet},
    infrastructure::{
        bytes::{is_http_tab_or_space, isomorphic_decode, strip},
        forbidden::is_forbidden_if_split_at_commas,
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
        request::{Mode, Request},
        safelist::{
            cors_unsafe_request_header_names_with_quirks, has_cors_safelisted_value,
            is_cors_safelisted_request_header, is_cors_safelisted_with_quirks,
        },
    },
};

/// Drops the headers that an engine with these quirks does not let an author set.
pub(super) fn drop_author_headers(request: &mut Request, quirks: QuirkSet) {
    if let Some(content_type) = &request.author_content_type
        && request.header_list.contains("content-type")
    {
        let name = HeaderName::from_static("content-type");
        request.header_list.set(name, content_type.sent(quirks));
    }
    if quirks.contains(Quirk::OverrideValuesSplitAtCommas) {
        let is_forbidden = |(name, value): &(HeaderName, HeaderValue)| {
            is_forbidden_if_split_at_commas(name.as_bytes(), value.as_bytes())
        };
        let headers = core::mem::take(&mut request.header_list).into_iter();
        request.header_list = headers.filter(|header| !is_forbidden(header)).collect();
    }
    if request.mode == Mode::NoCors {
        let mut kept = HeaderList::new();
        for (name, value) in core::mem::take(&mut request.header_list) {
            let mut combined = kept.clone();
            combined.combine(name.clone(), &value);
            let combined = combined.get(name.as_str()).unwrap_or_default();
            // This code drops a header that the standard safelists but the engine does not safelist. A header that the
            // standard does not safelist stays: `fetch()` never creates a `no-cors` request with such a header, so the
            // caller of the library added the header.
            if is_cors_safelisted_with_quirks(name.as_bytes(), &combined, quirks)
                || !is_cors_safelisted_request_header(name.as_bytes(), &combined)
            {
                kept.append(name, value);
            }
        }
        request.header_list = kept;
        if quirks.contains(Quirk::NoCorsKeepsBodyType)
            && let Some(content_type) = request.dropped_body_type.take()
        {
            let name = HeaderName::from_static("content-type");
            request.header_list.append(name, content_type);
        }
    }
}

/// Returns the CORS-unsafe request-header names of a request, by the rules of an engine with these quirks.
pub(super) fn unsafe_names(request: &Request, quirks: QuirkSet) -> Vec<HeaderName> {
    let mut header_list = Cow::Borrowed(&request.header_list);
    if quirks.contains(Quirk::CharsetChangedAfterCheck)
        && let Some(content_type) = &request.author_content_type
        && header_list.contains("content-type")
    {
        let name = HeaderName::from_static("content-type");
        header_list.to_mut().set(name, content_type.value.clone());
    }
    let mut names = cors_unsafe_request_header_names_with_quirks(&header_list, quirks);
    if request.has_xhr_body_type && quirks.contains(Quirk::XhrBodyTypeHasNoLimit) {
        let value = request.header_list.get("content-type").unwrap_or_default();
        if has_cors_safelisted_value(b"content-type", &value, quirks) {
            names.retain(|name| name != "content-type");
        }
    }
    names
}

/// Returns the headers in the form that an engine with the quirk `empty-author-value-replaces` sends. An empty value
/// replaces all earlier values with the same name. The next value replaces the empty value.
fn with_replaced_values(header_list: HeaderList) -> HeaderList {
    let is_empty = |value: &HeaderValue| value.as_bytes().is_empty();
    if header_list.iter().all(|(_, value)| !is_empty(value)) {
        return header_list;
    }
    // The positions of the last line and of the last empty line of each name.
    let mut lasts: BTreeMap<HeaderName, (usize, Option<usize>)> = BTreeMap::new();
    for (position, (name, value)) in header_list.iter().enumerate() {
        let (last, last_empty) = lasts.entry(name.clone()).or_default();
        *last = position;
        if is_empty(value) {
            *last_empty = Some(position);
        }
    }
    let is_kept = |position: usize, name: &HeaderName| match lasts.get(name) {
        Some((last, Some(last_empty))) => position > *last_empty || position == *last,
        _ => true,
    };
    let headers = header_list.into_iter().enumerate();
    let kept = headers.filter(|(position, (name, _))| is_kept(*position, name));
    kept.map(|(_, header)| header).collect()
}

/// Changes the author's headers to the form that an engine with these quirks sends.
pub(super) fn rewrite_author_headers(http_request: &mut HttpRequest, quirks: QuirkSet) {
    let header_list = &mut http_request.header_list;
    if quirks.contains(Quirk::EmptyAuthorValueReplaces) {
        *header_list = with_replaced_values(core::mem::take(header_list));
    }
    if quirks.contains(Quirk::SingletonAuthorHeaders) {
        keep_one(header_list, "authorization", Which::Last);
        let which = if http_request.body.is_some() {
            Which::First
        } else {
            Which::Last
        };
        keep_one(header_list, "content-type", which);
    }
    if quirks.contains(Quirk::RangeRewritten) && http_request.method == Method::GET {
        rewrite_range(header_list);
    }
    if quirks.contains(Quirk::AuthorValuesAsUtf8) {
        *header_list = core::mem::take(header_list)
            .into_iter()
            .map(|(name, value)| {
                let utf8 = isomorphic_decode(value.as_bytes()).into_bytes();
                (name, HeaderValue::from_vec(utf8))
            })
            .collect();
    }
}

/// The first or the last of several headers with the same name. The engine sends only this header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Which {
    First,
    Last,
}

fn keep_one(header_list: &mut HeaderList, name: &str, which: Which) {
    let kept = match which {
        Which::First => header_list.values(name).next(),
        Which::Last => header_list.values(name).last(),
    };
    let kept = kept.cloned();
    if let (Some(name), Some(kept)) = (find_name(header_list, name), kept) {
        header_list.set(name, kept);
    }
}

fn find_name(header_list: &HeaderList, name: &str) -> Option<HeaderName> {
    let mut names = header_list.iter().map(|(name, _)| name);
    names.find(|other| *other == name).cloned()
}

/// Rewrites the value of Range if the engine can parse the value. In an engine with the quirk `range-rewritten`, the
/// HTTP cache rewrites the value. A conditional request bypasses the HTTP cache, so the Range of such a request stays
/// unchanged.
fn rewrite_range(header_list: &mut HeaderList) {
    const CONDITIONS: [&str; 3] = ["if-unmodified-since", "if-match", "if-range"];
    if CONDITIONS
        .into_iter()
        .any(|name| header_list.contains(name))
    {
        return;
    }
    let Some(value) = header_list
        .get("range")
        .and_then(|value| single_range(&value))
    else {
        return;
    };
    if let Some(name) = find_name(header_list, "range") {
        header_list.set(name, HeaderValue::from_vec(value.into_bytes()));
    }
}

/// Returns the range of the value in the form `bytes=0-1`, `bytes=0-` or `bytes=-1`. Returns `None` if the value does not
/// have exactly one valid range.
fn single_range(value: &[u8]) -> Option<String> {
    let value = core::str::from_utf8(value).ok()?;
    let trimmed = |text: &'_ str| -> Option<String> {
        let bytes = strip(text.as_bytes(), is_http_tab_or_space);
        core::str::from_utf8(bytes).ok().map(String::from)
    };
    let (unit, ranges) = value.split_once('=')?;
    if !trimmed(unit)?.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let ranges = ranges.split(',').map(trimmed).collect::<Option<Vec<_>>>()?;
    let mut ranges = ranges.iter().filter(|range| !range.is_empty());
    let (range, None) = (ranges.next()?, ranges.next()) else {
        return None;
    };
    let (first, last) = range.split_once('-')?;
    let number = |text: &str| -> Option<Option<i64>> {
        let text = trimmed(text)?;
        if text.is_empty() {
            return Some(None);
        }
        text.parse().ok().map(Some)
    };
    match (number(first)?, number(last)?) {
        (Some(first), None | Some(-1)) if first >= 0 => Some(format!("bytes={first}-")),
        (Some(first), Some(last)) if first >= 0 && last >= first => {
            Some(format!("bytes={first}-{last}"))
        }
        (None, Some(length)) if length > 0 => Some(format!("bytes=-{length}")),
        _ => None,
    }
}
