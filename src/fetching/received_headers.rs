//! The response headers that an engine reads. Four quirks change these headers: `singleton-lines-count-once`,
//! `empty-lines-dropped`, `content-type-lines-joined-by-comma` and `response-bytes-garbled`.

use alloc::{collections::BTreeMap, vec::Vec};

use crate::{
    engine::{Quirk, QuirkSet},
    infrastructure::{
        header::{HeaderName, HeaderValue},
        header_list::HeaderList,
    },
};

/// Returns the response headers that an engine with these quirks reads.
pub(super) fn received(
    header_list: HeaderList,
    has_canonical_names: bool,
    quirks: QuirkSet,
) -> HeaderList {
    let mut headers: Vec<_> = header_list.into_iter().collect();
    if quirks.contains(Quirk::SingletonLinesCountOnce) {
        keep_first_singletons(&mut headers);
    }
    if quirks.contains(Quirk::EmptyLinesDropped) {
        drop_empty_lines(&mut headers, has_canonical_names);
    }
    if quirks.contains(Quirk::ContentTypeLinesJoinedByComma) {
        join_content_types(&mut headers);
    }
    if quirks.contains(Quirk::ResponseBytesGarbled) {
        for (_, value) in &mut headers {
            if core::str::from_utf8(value.as_bytes()).is_err() {
                *value = HeaderValue::from_vec(garbled(value.as_bytes()));
            }
        }
    }
    headers.into_iter().collect()
}

type Headers = Vec<(HeaderName, HeaderValue)>;

/// Keeps only the first line of each singleton header, which is a header that can have only one value. If the Location
/// lines have different values, more than one Location line stays, so that the fetch fails later.
fn keep_first_singletons(headers: &mut Headers) {
    const SINGLETONS: [&str; 13] = [
        "authorization",
        "content-disposition",
        "content-length",
        "from",
        "host",
        "if-modified-since",
        "if-unmodified-since",
        "location",
        "max-forwards",
        "proxy-authorization",
        "referer",
        "strict-transport-security",
        "user-agent",
    ];
    let mut firsts: BTreeMap<&str, HeaderValue> = BTreeMap::new();
    headers.retain(|(name, value)| {
        let mut singletons = SINGLETONS.into_iter();
        let Some(singleton) = singletons.find(|singleton| name == singleton) else {
            return true;
        };
        match firsts.get(singleton) {
            Some(first) => singleton == "location" && first != value,
            None => {
                firsts.insert(singleton, value.clone());
                true
            }
        }
    });
}

/// Drops header lines with an empty value if another line has the same name. If all lines with the name have an empty
/// value, one line stays. Lines with a name in `KEPT` always stay. Lines with the name Access-Control-Allow-Origin stay
/// if the server sent the name with exactly these capital letters.
fn drop_empty_lines(headers: &mut Headers, has_canonical_names: bool) {
    const KEPT: [&str; 3] = ["content-length", "content-type", "location"];
    if headers
        .iter()
        .all(|(_, value)| !value.as_bytes().is_empty())
    {
        return;
    }
    let is_kept = |name: &HeaderName| {
        KEPT.into_iter().any(|kept| name == kept)
            || (has_canonical_names && name == "access-control-allow-origin")
    };
    let mut kept: Headers = Vec::with_capacity(headers.len());
    // The position of the first kept line of each name. With this map, the work is about linear.
    let mut firsts: BTreeMap<HeaderName, usize> = BTreeMap::new();
    for (name, value) in headers.drain(..) {
        if is_kept(&name) {
            kept.push((name, value));
            continue;
        }
        let first = *firsts.entry(name.clone()).or_insert(kept.len());
        match kept.get_mut(first) {
            Some(_) if value.as_bytes().is_empty() => {}
            Some((_, first)) if first.as_bytes().is_empty() => *first = value,
            _ => kept.push((name, value)),
        }
    }
    *headers = kept;
}

/// Joins the values of the Content-Type lines with commas. Drops the empty values at the beginning.
fn join_content_types(headers: &mut Headers) {
    let mut lines = headers.iter().filter(|(name, _)| name == "content-type");
    if lines.clone().count() < 2 {
        return;
    }
    let Some((name, first)) = lines.next() else {
        return;
    };
    let mut joined = Vec::from(first.as_bytes());
    for (_, value) in lines {
        if !joined.is_empty() {
            joined.push(b',');
        }
        joined.extend_from_slice(value.as_bytes());
    }
    let name = name.clone();
    headers.retain(|(other, _)| *other != name);
    headers.push((name, HeaderValue::from_vec(joined)));
}

/// Replaces each byte that is not a part of valid UTF-8 with the bytes of U+FFFD.
fn garbled(mut value: &[u8]) -> Vec<u8> {
    const REPLACEMENT: [u8; 3] = [0xEF, 0xBF, 0xBD];
    let mut garbled = Vec::with_capacity(value.len());
    while let Err(error) = core::str::from_utf8(value) {
        let (valid, rest) = value.split_at(error.valid_up_to());
        garbled.extend_from_slice(valid);
        garbled.extend_from_slice(&REPLACEMENT);
        value = rest.get(1..).unwrap_or_default();
    }
    garbled.extend_from_slice(value);
    garbled
}
