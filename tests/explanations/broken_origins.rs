//! Broken values of `Access-Control-Allow-Origin`, each with its near misses.

use core::time::Duration;

use fetch_cors::{
    api::ApiCall,
    browser::{HeaderList, Origin, RequestInit, Response, UserAgent},
    explain::{CautionKind, NearMiss, NearMissKind as Kind, explain},
};
use http::StatusCode;

use crate::{
    broken::{SET_ASTERISK, SET_ORIGIN, get},
    case::{Exchange, changes},
};

/// The value of `Access-Control-Allow-Origin`, the near misses, and the text after `blocked: ` in the first line.
const ORIGINS: &[(&str, &[Kind], &str)] = &[
    (
        "https://app.example/",
        &[Kind::TrailingSlash],
        "the response allows the origin `https://app.example/`, but the page has the origin `https://app.example`",
    ),
    (
        "https://app.example/notes",
        &[Kind::Path],
        "the response allows the origin `https://app.example/notes`, but the page has the origin `https://app.example`",
    ),
    (
        "http://app.example",
        &[Kind::Scheme],
        "the response allows the origin `http://app.example`, but the page has the origin `https://app.example`",
    ),
    (
        "http://app.example/",
        &[Kind::TrailingSlash, Kind::Scheme],
        "the response allows the origin `http://app.example/`, but the page has the origin `https://app.example`",
    ),
    (
        "https://app.example:8443",
        &[Kind::Port],
        "the response allows the origin `https://app.example:8443`, but the page has the origin `https://app.example`",
    ),
    (
        "https://app.example:443",
        &[Kind::DefaultPort],
        "the response allows the origin `https://app.example:443`, but the page has the origin `https://app.example`",
    ),
    (
        "https://App.example",
        &[Kind::Case],
        "the response allows the origin `https://App.example`, but the page has the origin `https://app.example`",
    ),
    (
        "other.test",
        &[Kind::MissingScheme, Kind::OtherOrigin],
        "the response has `Access-Control-Allow-Origin: other.test`, which is not an origin",
    ),
    (
        "https://app.example<br>",
        &[Kind::ExtraCharacter],
        "the response has `Access-Control-Allow-Origin: https://app.example<br>`, which is not an origin",
    ),
    (
        "app.eXample",
        &[Kind::MissingScheme, Kind::Case],
        "the response has `Access-Control-Allow-Origin: app.eXample`, which is not an origin",
    ),
    (
        "HTTPS://app.example",
        &[Kind::Case],
        "the response allows the origin `HTTPS://app.example`, but the page has the origin `https://app.example`",
    ),
    (
        "https://www.app.example",
        &[Kind::Www],
        "the response allows the origin `https://www.app.example`, but the page has the origin `https://app.example`",
    ),
    (
        "https://dev.app.example",
        &[Kind::Subdomain],
        "the response allows the origin `https://dev.app.example`, but the page has the origin `https://app.example`",
    ),
    (
        "https://api.example",
        &[Kind::ServersOwnOrigin],
        "the response allows the origin `https://api.example`, but the page has the origin `https://app.example`",
    ),
    (
        "https://other.example",
        &[Kind::OtherOrigin],
        "the response allows the origin `https://other.example`, but the page has the origin `https://app.example`",
    ),
    (
        "https://app.example\u{200b}",
        &[Kind::InvisibleCharacter],
        "the response has `Access-Control-Allow-Origin: https://app.example\\u{200b}`, which is not an origin",
    ),
    (
        "null",
        &[Kind::Null],
        "the response allows the origin `null`, but the page has the origin `https://app.example`",
    ),
    (
        "app.example",
        &[Kind::MissingScheme],
        "the response has `Access-Control-Allow-Origin: app.example`, which is not an origin",
    ),
    (
        "undefined",
        &[Kind::Placeholder],
        "the response has `Access-Control-Allow-Origin: undefined`, which is not an origin",
    ),
    (
        "\"https://app.example\"",
        &[Kind::Quotes],
        "the response has `Access-Control-Allow-Origin: \"https://app.example\"`, which is not an origin",
    ),
    (
        "",
        &[Kind::Empty],
        "the response has `Access-Control-Allow-Origin: `, which is not an origin",
    ),
    (
        "https://*.example",
        &[Kind::Pattern],
        "the response allows the origin `https://*.example`, but the page has the origin `https://app.example`",
    ),
    (
        "https://app.example, https://app.example",
        &[Kind::SameValueTwice],
        "the response has several values in `Access-Control-Allow-Origin`, which can have only one value: `https://app.example, https://app.example`",
    ),
    (
        "https://app.example https://other.example",
        &[Kind::SeveralValues],
        "the response has several values in `Access-Control-Allow-Origin`, which can have only one value: `https://app.example https://other.example`",
    ),
];

/// A public server that sends `*` in a wrong form stays public.
#[test]
fn asterisk_in_a_wrong_form_stays_an_asterisk() {
    for value in [
        "*, *",
        "* *",
        "*,",
        "**",
        "\"*\"",
        "['*']",
        "*.",
        "*/",
        "* always",
        "\"*\" always;",
    ] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        assert_eq!(changes(&explanation), [SET_ASTERISK], "{value}");
    }
}

/// The fix allows an origin, and not each origin.
#[test]
fn asterisk_with_an_origin_is_not_an_asterisk() {
    for value in [
        "*, https://app.example",
        "* null",
        "*.example",
        "*://*",
        "https://*",
        "*:80",
    ] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        assert_eq!(changes(&explanation), [SET_ORIGIN], "{value}");
    }
}

/// The sentence and the fix name the same values.
#[test]
fn several_asterisks_are_not_a_wildcard() {
    for value in ["**", "***"] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        let [NearMiss { kind, sentence, .. }] = &*explanation.refusals[0].near_misses else {
            panic!("{explanation}");
        };
        assert_eq!(*kind, Kind::Placeholder);
        let expected = format!(
            "`{value}` is not a wildcard: send the origin of the page, or send `*` if the page sends no credentials"
        );
        assert_eq!(*sentence, expected);
        assert_eq!(changes(&explanation), [SET_ASTERISK], "{value}");
    }
}

#[test]
fn mistakes_in_the_allowed_origin_are_named() {
    for (value, near_misses, first_line) in ORIGINS {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        assert_eq!(explanation.headline, format!("blocked: {first_line}"));
        let refusal = &explanation.refusals[0];
        let kinds: Vec<Kind> = refusal.near_misses.iter().map(|miss| miss.kind).collect();
        assert_eq!(kinds, *near_misses, "{value}");
        assert_eq!(changes(&explanation), [SET_ORIGIN], "{value}");
    }
}

/// The value of `Access-Control-Allow-Origin`, and the near misses: characters around an origin, schemes that are not
/// complete, and templates.
const SPELLINGS: &[(&str, &[Kind])] = &[
    ("https://app.example;", &[Kind::ExtraCharacter]),
    ("[https://app.example]", &[Kind::Quotes]),
    ("<https://app.example>", &[Kind::Quotes]),
    ("https//app.example", &[Kind::MissingCharacter]),
    ("https:/app.example", &[Kind::MissingCharacter]),
    ("https:///app.example", &[Kind::ExtraCharacter]),
    ("https:app.example", &[Kind::MissingCharacter]),
    ("https:\\\\app.example", &[Kind::WrongCharacter]),
    ("htps://app.example", &[Kind::MissingCharacter]),
    (
        "httpss://app.example/",
        &[Kind::ExtraCharacter, Kind::TrailingSlash],
    ),
    ("hxtps://app.example", &[Kind::WrongCharacter]),
    ("http//app.example", &[Kind::MissingCharacter]),
    ("//app.example", &[Kind::MissingScheme]),
    ("https://https://app.example", &[Kind::ExtraCharacter]),
    ("https://app.example.", &[Kind::ExtraCharacter]),
    ("https://app.example?", &[Kind::ExtraCharacter]),
    ("https://app.example:", &[Kind::ExtraCharacter]),
    ("https://app.example,", &[Kind::ExtraCharacter]),
    (
        "https://app.example/;",
        &[Kind::ExtraCharacter, Kind::TrailingSlash],
    ),
    ("https://app.example//", &[Kind::TrailingSlash]),
    ("=https://app.example", &[Kind::ExtraCharacter]),
    (
        "https://app.example:3000;",
        &[Kind::ExtraCharacter, Kind::Port],
    ),
    ("https://app.example\\n", &[Kind::ExtraCharacter]),
    (
        "https://\"app.example\"",
        &[Kind::ExtraCharacter, Kind::Quotes],
    ),
    ("[\"https://app.example\"]", &[Kind::Quotes]),
    ("https://app.exmple", &[Kind::MissingCharacter]),
    ("https://appp.example", &[Kind::ExtraCharacter]),
    ("https://bpp.example", &[Kind::WrongCharacter]),
    ("https://app2.example", &[Kind::OtherOrigin]),
    ("ftp://app.example", &[Kind::Scheme]),
    ("https://app.example always", &[Kind::ExtraCharacter]),
    (
        "Access-Control-Allow-Origin: https://app.example",
        &[Kind::RepeatedName],
    ),
    (
        "https://app.example;https://b.example",
        &[Kind::SeveralValues],
    ),
    ("${ORIGIN}", &[Kind::Placeholder]),
    ("ALL", &[Kind::Placeholder]),
    ("origin=https://app.example", &[Kind::ExtraCharacter]),
    ("http-origin=https://app.example", &[Kind::ExtraCharacter]),
    ("url: https://app.example", &[Kind::ExtraCharacter]),
    (
        "\"origin\":\"https://app.example\"",
        &[Kind::ExtraCharacter],
    ),
    (
        "{\"origin\":\"https://app.example/\"}",
        &[Kind::Quotes, Kind::ExtraCharacter, Kind::TrailingSlash],
    ),
    ("{{ origin }}", &[Kind::Placeholder]),
    ("<origin>", &[Kind::Placeholder]),
    ("%s", &[Kind::Placeholder]),
    ("%ORIGIN%", &[Kind::Placeholder]),
    ("https://%HOST%", &[Kind::Placeholder]),
    ("https://__HOST__:3000", &[Kind::Placeholder]),
    ("https://<host>/", &[Kind::Placeholder]),
    ("https://$HOST", &[Kind::Placeholder]),
    ("config.cors.origin", &[Kind::Placeholder]),
    ("config.allowedOrigin", &[Kind::Placeholder]),
    (".*", &[Kind::Placeholder]),
    ("app.cors.allowed-origins", &[Kind::Placeholder]),
    ("os.environ['ORIGIN']", &[Kind::Placeholder]),
    ("https://", &[Kind::Placeholder]),
    ("/", &[Kind::Placeholder]),
    ("!Ref Origin", &[Kind::Placeholder]),
    ("https://app.example:0443", &[Kind::DefaultPort]),
    ("https://app.example:$PORT", &[Kind::Port]),
    ("https://app。example", &[Kind::InvisibleCharacter]),
    (
        "&quot;https://app.example&quot;",
        &[Kind::Encoded, Kind::Quotes],
    ),
    ("https:\\u002F\\u002Fapp.example", &[Kind::Encoded]),
    ("https://app.example%20", &[Kind::Encoded]),
    ("https://(app|www).example", &[Kind::Pattern]),
    ("https://{app,www}.example", &[Kind::Pattern]),
    ("https://[a-z]+.example", &[Kind::Pattern]),
    ("*;", &[Kind::ExtraCharacter]),
    ("[ '*' ]", &[Kind::Quotes]),
    ("Some(\"https://app.example\")", &[Kind::ExtraCharacter]),
    ("b'https://app.example'", &[Kind::ExtraCharacter]),
    ("[0] => https://app.example", &[Kind::ExtraCharacter]),
    ("https:// app.example", &[Kind::ExtraCharacter]),
    ("https: //app.example", &[Kind::ExtraCharacter]),
    ("https://app,example", &[Kind::WrongCharacter]),
    ("https://.app.example", &[Kind::ExtraCharacter]),
    ("$http_origin", &[Kind::Placeholder]),
    ("[object Object]", &[Kind::Placeholder]),
    ("https://undefined", &[Kind::Placeholder]),
    ("https://null:3000", &[Kind::Placeholder]),
    ("^https://.*$", &[Kind::Pattern]),
    ("\"*\"", &[Kind::Quotes]),
    ("'*'", &[Kind::Quotes]),
    ("https://app.example\\", &[Kind::ExtraCharacter]),
    ("https://user@app.example", &[Kind::ExtraCharacter]),
    ("https://app.exmaple", &[Kind::WrongCharacter]),
    ("https://аpp.example", &[Kind::InvisibleCharacter]),
    (
        "[https://app.example](https://app.example)",
        &[Kind::ExtraCharacter],
    ),
    (
        "<https://app.example/|app.example>",
        &[Kind::ExtraCharacter, Kind::TrailingSlash],
    ),
    ("GET, PUT, POST", &[Kind::ValueOfOtherHeader]),
    ("GET", &[Kind::ValueOfOtherHeader]),
    ("Content-Type, X-A", &[Kind::ValueOfOtherHeader]),
    ("3600", &[Kind::ValueOfOtherHeader]),
    ("1", &[Kind::Placeholder]),
    ("allow-all", &[Kind::Placeholder]),
    (
        "https://app.example/, https://other.example/",
        &[Kind::SeveralValues, Kind::TrailingSlash],
    ),
    (
        "https://app.example/, https://app.example/",
        &[Kind::SameValueTwice, Kind::TrailingSlash],
    ),
];

/// Some values, each with words that the sentence about the value must have.
#[test]
fn sentences_name_the_mistake() {
    for (value, words) in [
        ("\"*\"", "quotation marks"),
        (
            "https://app.example\\",
            "the value has `\\` after the origin",
        ),
        ("https://user@app.example", "remove `user@`"),
        (
            "all",
            "`all` is not a wildcard: send the origin of the page, or send `*` if the page sends no credentials",
        ),
        (
            "true",
            "`true` is not a wildcard: send the origin of the page, or",
        ),
        ("origin=https://app.example", "`origin=` before the origin"),
        ("https://app.exmaple", "in the wrong order"),
        (
            "https://аpp.example",
            "the character U+0430 of another alphabet, which looks like `a`: write `a`",
        ),
    ] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        let sentence = &explanation.refusals[0].near_misses[0].sentence;
        assert!(sentence.contains(words), "{sentence}");
    }
}

#[test]
fn mistakes_in_the_spelling_of_the_origin_are_named() {
    for (value, near_misses) in SPELLINGS {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        let found = explanation.refusals[0].near_misses.iter();
        let kinds: Vec<Kind> = found.map(|miss| miss.kind).collect();
        assert_eq!(kinds, *near_misses, "{value}");
        let is_public = value.contains('*') && !value.contains(['.', '/', ':', 'a']);
        let expected = if is_public { SET_ASTERISK } else { SET_ORIGIN };
        assert_eq!(changes(&explanation), [expected], "{value}");
    }
}

#[test]
fn forms_of_hosts_and_ports_are_named() {
    for (origin, value, words) in [
        (
            "http://localhost:3000",
            "http://localhost:03000",
            "the port has a zero at its start, but browsers send no such zero: write `3000`",
        ),
        (
            "http://[::1]",
            "http://::1",
            "an IPv6 address in an origin is in brackets: write `[::1]`",
        ),
        (
            "http://[::1]:3000",
            "http://::1:3000",
            "an IPv6 address in an origin is in brackets: write `[::1]`",
        ),
        (
            "https://app.example",
            "https://app.example:port",
            "the value has `port` in place of a port",
        ),
    ] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = Exchange {
            origin,
            ..get((200, headers))
        }
        .explain();
        let [miss] = &explanation.refusals[0].near_misses[..] else {
            panic!("{explanation}");
        };
        assert!(miss.sentence.starts_with(words), "{}", miss.sentence);
    }
}

/// The user finds the text in the server only if the sentence has each character of the text.
#[test]
fn text_to_remove_has_its_invisible_characters() {
    for (value, shown) in [
        (
            "https://app.example \u{7f}pwn\u{7f}x",
            r"remove `\x7fpwn\x7fx`",
        ),
        (
            "https://app.example, a\u{200b}b c",
            r"remove `a\u{200b}b c`",
        ),
    ] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        let misses = &explanation.refusals[0].near_misses;
        assert_eq!(misses[0].kind, Kind::InvisibleCharacter);
        assert!(
            misses[1].sentence.ends_with(shown),
            "{}",
            misses[1].sentence
        );
    }
}

/// The host of the page can contain the name of a scheme.
#[test]
fn key_before_an_origin_is_named_for_each_host() {
    for origin in ["https://httpbin.org", "http://app-https.example:8080"] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: origin={origin}").leak();
        let exchange = get((200, headers));
        let explanation = Exchange { origin, ..exchange }.explain();
        let sentence = &explanation.refusals[0].near_misses[0].sentence;
        assert!(
            sentence.contains("`origin=` before the origin"),
            "{sentence}"
        );
    }
}

/// If the value is the page's origin with one character added, removed or replaced, the value is not explained as
/// another origin of the server. The test does not add digits.
#[test]
fn origin_with_one_edit_is_not_another_origin() {
    const ORIGIN: &str = "https://app.example";
    let mut checked = 0;
    for place in 0..=ORIGIN.len() {
        let (before, behind) = ORIGIN.split_at(place);
        let mut edited = Vec::new();
        if let Some(rest) = behind.get(1..) {
            edited.push(format!("{before}{rest}"));
        }
        for character in (' '..='~').filter(|c| !c.is_ascii_digit()) {
            edited.push(format!("{before}{character}{behind}"));
            if let Some(rest) = behind.get(1..) {
                edited.push(format!("{before}{character}{rest}"));
            }
        }
        for value in edited.iter().filter(|value| value.trim() != ORIGIN) {
            let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
            let explanation = get((200, headers)).explain();
            let misses = &explanation.refusals[0].near_misses;
            assert!(!misses.is_empty(), "{value}");
            let has_other = misses.iter().any(|miss| miss.kind == Kind::OtherOrigin);
            assert!(!has_other, "{value} {misses:?}");
            checked += 1;
        }
    }
    assert!(checked > 3000, "{checked}");
}

/// The pages of apps can have a scheme that is similar to `http`. The correct scheme of such a page is not a spelling
/// mistake.
#[test]
fn scheme_of_the_page_is_not_a_mistake() {
    for scheme in ["htp", "htpp", "httpx", "htts", "hhttps"] {
        let page = Origin::parse(format!("{scheme}://app.example")).unwrap();
        let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse().unwrap()));
        for word in ["htp", "htpp", "http", "httpx", "https"] {
            let value = format!("{word}://other.example");
            let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |_| {
                let headers = [("Access-Control-Allow-Origin", &*value)];
                let headers = HeaderList::from_pairs(headers).unwrap();
                Some(Ok(Response::new(StatusCode::OK, headers)))
            });
            let misses = &explanation.refusals[0].near_misses;
            let is_corrected = |miss: &NearMiss| miss.sentence.contains("is misspelled");
            let is_expected = word != scheme && word != "http" && word != "https";
            assert_eq!(
                misses.iter().any(is_corrected),
                is_expected,
                "{value} {misses:?}"
            );
            assert_eq!(
                misses.last().unwrap().kind,
                Kind::OtherOrigin,
                "{value} {misses:?}"
            );
        }
    }
}

/// After a redirect to another origin, the browser sends `Origin: null`, so the server cannot fix the fetch with
/// another origin in its list.
#[test]
fn origin_null_after_a_redirect_is_not_another_origin() {
    let page = Origin::parse("https://app.example").unwrap();
    let call = ApiCall::Fetch(RequestInit::new("https://api.example/".parse().unwrap()));
    for value in [
        "https://app.example",
        "https://other.example",
        "https://app.example;",
    ] {
        let explanation = explain(&UserAgent::new(), &page, &call, Duration::ZERO, |request| {
            let headers = match request.url.host_str() {
                Some("api.example") => [
                    ("Access-Control-Allow-Origin", "*"),
                    ("Location", "https://cdn.example/"),
                ],
                _ => [("Access-Control-Allow-Origin", value), ("X-A", "b")],
            };
            let is_redirect = request.url.host_str() == Some("api.example");
            let status = if is_redirect {
                StatusCode::FOUND
            } else {
                StatusCode::OK
            };
            let headers = HeaderList::from_pairs(headers).unwrap();
            Some(Ok(Response::new(status, headers)))
        });
        let misses = explanation.refusals[0].near_misses.iter();
        let kinds: Vec<Kind> = misses.map(|miss| miss.kind).collect();
        assert_eq!(kinds, [Kind::OriginIsNull], "{value}");
        assert_eq!(explanation.cautions[0].kind, CautionKind::NullOrigin);
    }
}

/// A pattern can match pages of other people, and the program cannot know who owns the hosts. A policy refuses most of these
/// patterns.
#[test]
fn fix_of_a_pattern_is_a_list_of_origins() {
    for value in [
        "https://*",
        "*://*",
        "*.com",
        "/^https:.*$/",
        "https://*.co.uk",
        "https://*.github.io",
        "https://app.*",
        "https://*.app.example",
        "https://(app|www).example",
    ] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
        let [miss] = &*explanation.refusals[0].near_misses else {
            panic!("{explanation}");
        };
        assert_eq!(
            miss.sentence,
            "the header cannot have a pattern: compare `Origin` with a list of allowed origins, and send the `Origin` \
             that matches; list an entry with `*` only if you control all hosts that it matches",
        );
    }
}
