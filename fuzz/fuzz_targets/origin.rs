//! Compares origins, origin patterns and sites with the `url` crate, a regular expression and the naive
//! model.
#![no_main]
#![forbid(unsafe_code)]

use arbitrary::Arbitrary;
use fetch_cors::{
    infrastructure::{
        origin::{OpaqueOrigin, Origin, TupleOrigin, matches_origin_or_null},
        site::{NoPublicSuffixes, is_same_site, is_schemelessly_same_site},
    },
    server::{OriginPattern, OriginPatternError},
    url::Url,
};
use fetch_cors_fuzz::{
    cases::show, grammar::ORIGIN, naive, naive_configuration::is_entry, naive_policy,
    origins::ParsedOrigin,
};
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Input {
    first: ParsedOrigin,
    second: ParsedOrigin,
}

fuzz_target!(|input: Input| {
    let origins = [&input.first, &input.second].map(|text| check_origin(&text.bytes()));
    let (first, second) = (input.first.text(), input.second.text());
    for (entry, origin) in [(&first, &second), (&second, &first), (&first, &first)] {
        check_pattern(entry, origin);
    }
    if let [Some((a, a_url)), Some((b, b_url))] = &origins {
        assert_eq!(a.is_same_origin(b), first == second);
        assert_eq!(a.is_same_origin_with(b_url), first == second);
        let sites_are_same = naive::uri::site_host(a_url) == naive::uri::site_host(b_url);
        let schemes_are_same = a_url.scheme() == b_url.scheme();
        assert_eq!(
            is_schemelessly_same_site(a, b, &NoPublicSuffixes),
            sites_are_same
        );
        assert_eq!(
            is_same_site(a, b, &NoPublicSuffixes),
            sites_are_same && schemes_are_same
        );
    }
});

/// Checks how the bytes parse as an origin. Returns the tuple origin with its URL, if they are one.
fn check_origin(bytes: &[u8]) -> Option<(Origin, Url)> {
    let message = || show(bytes);
    assert_eq!(
        matches_origin_or_null(bytes),
        ORIGIN.is_match(bytes),
        "{}",
        message()
    );
    let url = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| Url::parse(text).ok());
    if let Some(url) = &url {
        let serialization = TupleOrigin::from_url(url).map(|origin| origin.serialize().to_owned());
        assert_eq!(
            serialization.unwrap_or("null".into()),
            naive::origin_of(url),
            "{url}"
        );
    }
    let expected = url.as_ref().and_then(naive::uri::page_origin);
    let given = Origin::parse(bytes);
    if bytes == b"null" {
        assert_eq!(given, Ok(Origin::Opaque(OpaqueOrigin::NULL)));
        return None;
    }
    match (given, expected) {
        (Ok(origin), Some(expected)) => {
            assert_eq!(expected.as_bytes(), bytes, "{}", message());
            assert_eq!(origin.serialize(), expected);
            let (Origin::Tuple(tuple), Some(url)) = (&origin, url) else {
                panic!("{origin:?} has no URL");
            };
            assert_eq!(tuple.host(), url.host_str().unwrap_or_default());
            assert_eq!(tuple.scheme(), url.scheme());
            assert!(origin.is_same_origin_with(&url));
            // The sites below are those of domains and addresses.
            naive::uri::is_http(&url).then_some((origin, url))
        }
        (Err(error), Some(expected)) => {
            // A local document has an opaque origin.
            let suggestion = if expected == "file://" {
                "null"
            } else {
                &*expected
            };
            assert_eq!(error.suggestion(), Some(suggestion), "{}", message());
            assert_ne!(expected.as_bytes(), bytes);
            None
        }
        (Err(error), None) => {
            assert_eq!(error.suggestion(), None, "{}", message());
            None
        }
        (Ok(origin), None) => panic!("{origin:?} was accepted: {}", message()),
    }
}

fn check_pattern(entry: &str, origin: &str) {
    let parsed = entry.parse::<OriginPattern>();
    assert_eq!(parsed.is_ok(), is_entry(entry), "{entry:?} gave {parsed:?}");
    match parsed {
        Ok(parsed) => {
            assert_eq!(parsed.to_string(), entry);
            let given = parsed.matches(origin);
            assert_eq!(
                given,
                naive_policy::matches(entry, origin),
                "pattern {entry}, origin {origin:?}"
            );
        }
        Err(OriginPatternError::Unmatchable { suggestion }) => {
            assert!(
                is_entry(&suggestion),
                "invalid suggestion {suggestion:?} for {entry:?}"
            );
        }
        Err(_) => {}
    }
}
