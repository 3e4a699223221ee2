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
    server::{CorsPolicy, OriginPattern, OriginPatternError, Verdict},
    url::Url,
};
use fetch_cors_fuzz::{
    cases::show,
    grammar::ORIGIN,
    naive,
    naive_configuration::is_entry,
    naive_policy::{
        self,
        entries::{is_ambiguous, is_dead},
        punycode,
    },
    origins::ParsedOrigin,
};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// The length of the longest origin for which a predicate is called.
const LONGEST_ORIGIN_BYTES: usize = "https://:65535".len() + 254;

/// Allows every origin for which its predicate is called.
static ANY_SERIALIZED_ORIGIN: LazyLock<CorsPolicy> = LazyLock::new(|| {
    let policy = CorsPolicy::builder().origin_predicate(&[], |_, _| true);
    policy.build().expect("a valid policy")
});

#[derive(Debug, Arbitrary)]
struct Input {
    first: ParsedOrigin,
    second: ParsedOrigin,
}

fuzz_target!(|input: Input| {
    let origins = [&input.first, &input.second].map(|text| check_origin(&text.bytes()));
    check_request_origin(&input.first.bytes());
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

/// Checks how the bytes parse as an origin. Returns the tuple origin with its URL, if the bytes are
/// a tuple origin.
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
            // The target compares sites only for `http` and `https`, where the host is a domain or an address.
            naive::uri::is_http(&url).then_some((origin, url))
        }
        (Err(error), Some(expected)) => {
            // A local document (`file://`) has an opaque origin, which browsers send as `null`.
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
            // Only a host without a scheme has a suggestion.
            if let Some(suggestion) = error.suggestion() {
                assert!(Origin::parse(suggestion).is_ok(), "{}", message());
                assert!(
                    !bytes.windows(3).any(|part| part == b"://"),
                    "{}",
                    message()
                );
            }
            None
        }
        (Ok(origin), None) => panic!("{origin:?} was accepted: {}", message()),
    }
}

/// Checks when a policy accepts the bytes as the origin of a request. An origin of http or https must be a
/// serialization of the `url` crate, after plain labels replace well-formed Punycode. An origin of any other scheme
/// must match the grammar of `Origin`. No accepted origin is longer than [`LONGEST_ORIGIN_BYTES`].
fn check_request_origin(bytes: &[u8]) {
    let headers = |name: &str| (name == "origin").then_some(bytes).into_iter();
    let decision = ANY_SERIALIZED_ORIGIN.decide_raw(b"GET", &headers);
    let is_accepted = decision.verdict() == Verdict::Allowed;
    let is_serialized = |origin: &str| {
        let url = Url::parse(origin).ok().filter(naive::uri::is_http);
        url.is_some_and(|url| naive::origin_of(&url) == origin)
    };
    let text = std::str::from_utf8(bytes);
    let is_short = bytes.len() <= LONGEST_ORIGIN_BYTES;
    let is_http = bytes.starts_with(b"http://") || bytes.starts_with(b"https://");
    let matches = if is_http {
        text.is_ok_and(|text| is_serialized(&punycode::replace(text)))
    } else {
        ORIGIN.is_match(bytes)
    };
    assert_eq!(is_accepted, is_short && matches, "{}", show(bytes));
    assert!(
        is_accepted || !is_short || !text.is_ok_and(is_serialized),
        "{}",
        show(bytes)
    );
}

/// Returns the suggestion for an entry without wildcards. Returns `None` if the entry is not ASCII, if the host is
/// Punycode, if no page has the origin, or if the text can mean something else.
fn expected_suggestion(entry: &str) -> Option<String> {
    let url = Url::parse(entry).ok().filter(naive::uri::is_http)?;
    let host = url.host_str()?;
    let is_plain = entry.is_ascii() && !host.contains("xn--") && !host.contains('*');
    let origin = naive::origin_of(&url);
    let is_refused = is_dead(&origin) || is_ambiguous(entry, host);
    (is_plain && !is_refused).then_some(origin)
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
            if let Some(expected) = expected_suggestion(entry).filter(|_| !entry.contains('*')) {
                assert_eq!(suggestion, expected, "{entry:?}");
            }
        }
        Err(_) => {
            let expected = expected_suggestion(entry).filter(|_| !entry.contains('*'));
            assert_eq!(expected, None, "no suggestion for {entry:?}");
        }
    }
}
