//! Entries of a policy: the suggestion for another form of an origin is the serialization of `url`.

use fetch_cors::server::{CorsPolicy, OriginPattern, OriginPatternError};
use proptest::strategy::Strategy;
use url::Url;

use crate::naive_policy::entries::{is_ambiguous, is_dead};

use super::{
    exhaustive::addresses,
    generated::{runner, written_origin},
    oracle::serialized_origin,
    punycode,
};

/// Asserts that the entry has the suggestion of `url`, unless `url` refuses the host by UTS 46.
#[track_caller]
fn assert_suggestion(entry: &str) {
    let expected = serialized_origin(entry).filter(|origin| !origin.contains('*'));
    let found = match entry.parse::<OriginPattern>() {
        Ok(pattern) => Some(pattern.to_string()),
        Err(OriginPatternError::Unmatchable { suggestion }) => Some(suggestion),
        Err(_) => None,
    };
    if is_another_scheme(entry) {
        return;
    }
    if needs_tables(entry) && !cfg!(feature = "browser") {
        assert_eq!(found, None, "{entry:?}");
        return;
    }
    if expected
        .as_ref()
        .is_some_and(|origin| is_refused(entry, origin))
    {
        assert_eq!(found, None, "{entry:?}");
        return;
    }
    if expected.is_none()
        && let Some(found) = &found
    {
        // The crate `url` refuses only the Punycode. If other text replaces the Punycode, `url` accepts the origin.
        let without_punycode = punycode::replace(found);
        assert_ne!(&without_punycode, found, "{entry:?} has no Punycode");
        assert_eq!(
            serialized_origin(&without_punycode),
            Some(without_punycode),
            "{entry:?}"
        );
        return;
    }
    assert_eq!(found, expected, "{entry:?}");
}

/// Whether the entry has no suggestion, although `url` reads `origin` in it.
fn is_refused(entry: &str, origin: &str) -> bool {
    let url = Url::parse(origin).unwrap();
    let is_serialized = entry == origin;
    is_dead(origin) || (!is_serialized && is_ambiguous(entry, url.host_str().unwrap()))
}

fn is_another_scheme(entry: &str) -> bool {
    let entry = entry.trim_start_matches(|c| c <= ' ').to_ascii_lowercase();
    !entry.starts_with("http:") && !entry.starts_with("https:")
}

/// Whether the host is not ASCII, before or after percent-decoding.
fn needs_tables(entry: &str) -> bool {
    let rest = entry.split_once(':').map_or("", |(_, rest)| rest);
    let mut parts = rest
        .trim_start_matches(['/', '\\'])
        .split(['/', '\\', '?', '#']);
    let host = parts
        .next()
        .and_then(|authority| authority.rsplit('@').next());
    host.is_some_and(|host| {
        let mut pairs = host.as_bytes().windows(2);
        let is_encoded = |pair: &[u8]| {
            pair[0] == b'%' && matches!(pair[1], b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F')
        };
        !host.is_ascii() || pairs.any(is_encoded)
    })
}

#[test]
fn addresses_have_the_suggestion_of_url() {
    for host in addresses() {
        assert_suggestion(&format!("http://{host}"));
    }
}

#[test]
fn generated_entries_have_the_suggestion_of_url() {
    let entries = written_origin().prop_filter("a wildcard", |entry| !entry.contains('*'));
    let result = runner().run(&entries, |entry| {
        assert_suggestion(&entry);
        Ok(())
    });
    result.unwrap();
}

/// A host that is not ASCII needs tables of Unicode, which come with the feature `browser`. Nothing else in the grammar
/// depends on this feature.
#[test]
fn only_suggestions_for_other_scripts_need_browser() {
    for (entry, suggestion, needs_browser) in [
        (
            "https://münchen.example",
            "https://xn--mnchen-3ya.example",
            true,
        ),
        (
            "https://*.münchen.example/",
            "https://*.xn--mnchen-3ya.example",
            true,
        ),
        (
            "https://m%C3%BCnchen.example",
            "https://xn--mnchen-3ya.example",
            true,
        ),
        ("https://ａ.example", "https://a.example", true),
        (
            "https://xn--MNCHEN-3ya.example",
            "https://xn--mnchen-3ya.example",
            false,
        ),
        ("https://a.example/münchen", "https://a.example", false),
        ("HTTPS://A.Example:443/", "https://a.example", false),
        (
            "https://*.A.example:08443",
            "https://*.a.example:8443",
            false,
        ),
        ("http://0x7f.1:*", "http://127.0.0.1:*", false),
        ("http://[::FFFF:1.2.3.4]", "http://[::ffff:102:304]", false),
        ("https:\\\\%61.example#", "https://a.example", false),
    ] {
        let expected = if needs_browser && !cfg!(feature = "browser") {
            OriginPatternError::Invalid
        } else {
            let suggestion = suggestion.to_owned();
            OriginPatternError::Unmatchable { suggestion }
        };
        assert_eq!(entry.parse::<OriginPattern>(), Err(expected), "{entry}");
        assert!(suggestion.parse::<OriginPattern>().is_ok(), "{suggestion}");
    }
    let error = CorsPolicy::builder().origin("https://münchen.example");
    let errors = error.build().unwrap_err();
    let kinds: Vec<_> = errors.iter().map(|error| error.kind().as_str()).collect();
    assert_eq!(kinds, ["unmatchable-origin"]);
    let error = errors.to_string();
    // The message has the suggestion, or an example of an entry.
    assert!(error.contains("xn--mnchen-3ya.example"), "{error}");
    assert_eq!(
        error.contains("not ASCII"),
        !cfg!(feature = "browser"),
        "{error}"
    );
}

#[test]
fn errors_of_an_entry_say_what_to_write() {
    for (entry, expected) in [
        (
            "app.example",
            "this is not an origin: write, for example, `https://app.example`",
        ),
        (
            "https://A.example/",
            "browsers send this origin as `https://a.example`: use this form",
        ),
        (
            "https://a.example:0",
            "browsers block this port, so no page has this origin: write the port of the page",
        ),
    ] {
        let error = entry.parse::<OriginPattern>().unwrap_err();
        assert_eq!(error.to_string(), expected, "{entry}");
    }
}
