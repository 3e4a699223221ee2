//! Broken servers, each with the first line of its explanation, its near misses and its fix.

use core::time::Duration;

use fetch_cors::{
    api::ApiCall,
    browser::{HeaderList, Origin, RequestInit, Response, UserAgent},
    explain::{CautionKind, NearMiss, NearMissKind as Kind, Verdict, explain},
};
use http::StatusCode;

use crate::case::{Exchange, GET, changes};

const ALLOW: &str = "Access-Control-Allow-Origin: https://app.example";
const ALLOW_WITH_CREDENTIALS: &str =
    "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true";
const SET_ORIGIN: &str = "0 Access-Control-Allow-Origin: https://app.example";
const SET_ASTERISK: &str = "0 Access-Control-Allow-Origin: *";

const fn get(response: (u16, &'static str)) -> Exchange {
    Exchange {
        response: Some(response),
        ..GET
    }
}

const fn with_credentials(exchange: Exchange) -> Exchange {
    Exchange {
        has_credentials: true,
        ..exchange
    }
}

const fn put(preflight: (u16, &'static str)) -> Exchange {
    Exchange {
        method: "PUT",
        preflight: Some(preflight),
        response: Some((200, ALLOW)),
        ..GET
    }
}

const fn with_headers(headers: &'static str, preflight: (u16, &'static str)) -> Exchange {
    Exchange {
        method: "GET",
        headers,
        ..put(preflight)
    }
}

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
        "the response has `Access-Control-Allow-Origin: https://app.example\\xe2\\x80\\x8b`, which is not an origin",
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
    for value in ["*, *", "* *", "*,", "**", "\"*\"", "['*']"] {
        let headers: &'static str = format!("Access-Control-Allow-Origin: {value}").leak();
        let explanation = get((200, headers)).explain();
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

#[test]
fn mistakes_in_the_value_for_credentials_are_named() {
    for (value, kind) in [
        ("true;", Kind::ExtraCharacter),
        ("\"true\"", Kind::Quotes),
        ("[true]", Kind::ExtraCharacter),
        ("true always", Kind::ExtraCharacter),
        ("true # x", Kind::ExtraCharacter),
        ("enabled", Kind::NotExactlyTrue),
        ("undefined", Kind::Placeholder),
        ("${CREDENTIALS}", Kind::Placeholder),
        ("TRUE", Kind::NotExactlyTrue),
        ("1", Kind::NotExactlyTrue),
    ] {
        let headers: &'static str =
            format!("{ALLOW}\nAccess-Control-Allow-Credentials: {value}").leak();
        let explanation = with_credentials(get((200, headers))).explain();
        assert_eq!(explanation.refusals[0].near_misses[0].kind, kind, "{value}");
    }
}

/// A broken exchange, the first line after `blocked: `, the first near miss, and the fix.
type Broken = (
    Exchange,
    &'static str,
    Option<Kind>,
    &'static [&'static str],
);

const BROKEN: &[Broken] = &[
    (
        get((200, "")),
        "the response has no `Access-Control-Allow-Origin`",
        None,
        &[SET_ORIGIN],
    ),
    (
        get((500, "")),
        "the response has no `Access-Control-Allow-Origin`",
        Some(Kind::ErrorWithoutHeaders),
        &[SET_ORIGIN],
    ),
    (
        get((200, "Access-Control-Allow-Orgin: https://app.example")),
        "the response has no `Access-Control-Allow-Origin`",
        Some(Kind::MisspelledHeaderName),
        &[SET_ORIGIN],
    ),
    (
        with_credentials(get((200, "Access-Control-Allow-Origin: *"))),
        "the response has `Access-Control-Allow-Origin: *`, which does not allow a request with credentials",
        Some(Kind::WildcardWithCredentials),
        &[SET_ORIGIN, "0 Access-Control-Allow-Credentials: true"],
    ),
    (
        with_credentials(get((200, ALLOW))),
        "the request has credentials, but the response has no `Access-Control-Allow-Credentials: true`",
        None,
        &["0 Access-Control-Allow-Credentials: true"],
    ),
    (
        with_credentials(get((
            200,
            "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: True",
        ))),
        "the request has credentials, but the response has `Access-Control-Allow-Credentials: True`, which is not exactly `true`",
        Some(Kind::NotExactlyTrue),
        &["0 Access-Control-Allow-Credentials: true"],
    ),
    (
        put((401, "")),
        "the preflight response has no `Access-Control-Allow-Origin`",
        Some(Kind::PreflightNeedsAuthentication),
        &["0 204", SET_ORIGIN, "0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        put((403, ALLOW)),
        "the preflight response has the status 403, but it must be from 200 to 299",
        Some(Kind::PreflightNeedsAuthentication),
        &["0 204", "0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        put((405, ALLOW)),
        "the preflight response has the status 405, but it must be from 200 to 299",
        Some(Kind::NoRouteForOptions),
        &["0 204", "0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        put((502, ALLOW)),
        "the preflight response has the status 502, but it must be from 200 to 299",
        Some(Kind::PreflightServerError),
        &["0 204", "0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        put((
            301,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\nLocation: /notes/",
        )),
        "the preflight response is a redirect (status 301), which browsers do not follow",
        Some(Kind::RedirectToSlash),
        &[
            "page fetches https://api.example/notes/",
            "1 Access-Control-Allow-Origin: https://app.example",
            "1 Access-Control-Allow-Methods: PUT",
            "2 Access-Control-Allow-Origin: https://app.example",
        ],
    ),
    (
        Exchange {
            origin: "http://app.example",
            url: "http://api.example/notes",
            response: Some((200, "Access-Control-Allow-Origin: *")),
            ..put((
                308,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\nLocation: https://api.example/notes",
            ))
        },
        "the preflight response is a redirect (status 308), which browsers do not follow",
        Some(Kind::RedirectToHttps),
        &[
            "page fetches https://api.example/notes",
            "1 Access-Control-Allow-Origin: http://app.example",
            "1 Access-Control-Allow-Methods: PUT",
            "2 Access-Control-Allow-Origin: http://app.example",
        ],
    ),
    (
        put((
            302,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PUT\nLocation: /other",
        )),
        "the preflight response is a redirect (status 302), which browsers do not follow",
        Some(Kind::PreflightRedirected),
        &["0 204"],
    ),
    (
        put((204, ALLOW)),
        "the preflight response does not allow the method `PUT`",
        Some(Kind::MissingFromList),
        &["0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        put((
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET, PATCH",
        )),
        "the preflight response does not allow the method `PUT`",
        Some(Kind::MissingFromList),
        &["0 Access-Control-Allow-Methods: GET, PATCH, PUT"],
    ),
    (
        put((
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: put",
        )),
        "the preflight response does not allow the method `PUT`",
        Some(Kind::MethodCase),
        &["0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        Exchange {
            method: "patch",
            ..put((
                204,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PATCH",
            ))
        },
        "the preflight response does not allow the method `patch`",
        Some(Kind::MethodCase),
        &["page PATCH"],
    ),
    (
        Exchange {
            method: "patch",
            ..put((204, ALLOW))
        },
        "the preflight response does not allow the method `patch`",
        Some(Kind::MethodCase),
        &["page PATCH", "0 Access-Control-Allow-Methods: PATCH"],
    ),
    (
        Exchange {
            method: "patch",
            ..put((
                204,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET, PUT",
            ))
        },
        "the preflight response does not allow the method `patch`",
        Some(Kind::MethodCase),
        &[
            "page PATCH",
            "0 Access-Control-Allow-Methods: GET, PUT, PATCH",
        ],
    ),
    (
        with_credentials(Exchange {
            response: Some((200, ALLOW_WITH_CREDENTIALS)),
            ..put((
                204,
                "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Allow-Methods: *",
            ))
        }),
        "the preflight response does not allow the method `PUT`",
        Some(Kind::WildcardWithCredentials),
        &["0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        put((
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: put; get",
        )),
        "`Access-Control-Allow-Methods: put; get` is not a list of methods separated by commas",
        Some(Kind::Separator),
        &["0 Access-Control-Allow-Methods: PUT, GET"],
    ),
    (
        put((
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: GET PUT",
        )),
        "`Access-Control-Allow-Methods: GET PUT` is not a list of methods separated by commas",
        Some(Kind::Separator),
        &["0 Access-Control-Allow-Methods: GET, PUT"],
    ),
    (
        put((
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: \"PUT\"",
        )),
        "`Access-Control-Allow-Methods: \"PUT\"` is not a list of methods separated by commas",
        Some(Kind::Quotes),
        &["0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        with_headers(
            "X-A: 1",
            (
                204,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: (",
            ),
        ),
        "`Access-Control-Allow-Headers: (` is not a list of header names separated by commas",
        Some(Kind::Quotes),
        &["0 Access-Control-Allow-Headers: x-a"],
    ),
    (
        with_headers(
            "X-A: 1\nX-B: 2\nX-C: 3",
            (
                204,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-b",
            ),
        ),
        "the preflight response does not allow the request header `x-a`",
        Some(Kind::MissingFromList),
        &["0 Access-Control-Allow-Headers: x-b, x-a, x-c"],
    ),
    (
        with_headers(
            "X-Requested-With: a",
            (
                204,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: X-Reqested-With",
            ),
        ),
        "the preflight response does not allow the request header `x-requested-with`",
        Some(Kind::MisspelledListElement),
        &["0 Access-Control-Allow-Headers: x-requested-with"],
    ),
    (
        with_headers(
            "Authorization: a",
            (
                204,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *",
            ),
        ),
        "the preflight response does not allow the request header `authorization`",
        Some(Kind::AuthorizationUnderWildcard),
        &["0 Access-Control-Allow-Headers: *, authorization"],
    ),
    (
        with_headers(
            "Access-Control-Allow-Origin: *",
            (
                204,
                "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: x-a",
            ),
        ),
        "the preflight response does not allow the request header `access-control-allow-origin`",
        Some(Kind::ResponseHeaderOnRequest),
        &["page without access-control-allow-origin"],
    ),
    (
        Exchange {
            origin: "null",
            ..get((200, ALLOW))
        },
        "the response allows the origin `https://app.example`, but the browser sent `Origin: null`",
        Some(Kind::OriginIsNull),
        &["0 Access-Control-Allow-Origin: null"],
    ),
    (
        Exchange {
            origin: "null",
            ..get((200, ""))
        },
        "the response has no `Access-Control-Allow-Origin`",
        Some(Kind::OriginIsNull),
        &["0 Access-Control-Allow-Origin: null"],
    ),
    (
        Exchange {
            origin: "http://127.0.0.1:3000",
            url: "http://localhost:8080/notes",
            ..get((200, "Access-Control-Allow-Origin: http://localhost:3000"))
        },
        "the response allows the origin `http://localhost:3000`, but the page has the origin `http://127.0.0.1:3000`",
        Some(Kind::OtherOrigin),
        &["0 Access-Control-Allow-Origin: http://127.0.0.1:3000"],
    ),
    (
        get((200, "Access-Control-Allow-Origin: https://api.example:443")),
        "the response allows the origin `https://api.example:443`, but the page has the origin `https://app.example`",
        Some(Kind::ServersOwnOrigin),
        &["0 Access-Control-Allow-Origin: https://app.example"],
    ),
    (
        Exchange {
            origin: "https://shop.example",
            ..get((200, "Access-Control-Allow-Origin: https://api.example:8443"))
        },
        "the response allows the origin `https://api.example:8443`, but the page has the origin `https://shop.example`",
        Some(Kind::OtherOrigin),
        &["0 Access-Control-Allow-Origin: https://shop.example"],
    ),
    (
        get((200, "Age: 300")),
        "the response has no `Access-Control-Allow-Origin`",
        Some(Kind::CachedResponse),
        &["0 Access-Control-Allow-Origin: https://app.example"],
    ),
    (
        get((200, "X-Cache: Hit from cloudfront")),
        "the response has no `Access-Control-Allow-Origin`",
        Some(Kind::CachedResponse),
        &["0 Access-Control-Allow-Origin: https://app.example"],
    ),
    (
        get((200, "Age: 300\nX-Cache: MISS\nVary: Origin")),
        "the response has no `Access-Control-Allow-Origin`",
        None,
        &["0 Access-Control-Allow-Origin: https://app.example"],
    ),
    (
        get((200, "Age: 0\nCF-Cache-Status: MISS")),
        "the response has no `Access-Control-Allow-Origin`",
        None,
        &["0 Access-Control-Allow-Origin: https://app.example"],
    ),
    // The browser uses the headers of the stored response.
    (
        get((304, "")),
        "the response has no `Access-Control-Allow-Origin`",
        Some(Kind::NotModified),
        &["0 Access-Control-Allow-Origin: https://app.example"],
    ),
    (
        get((302, "Location: https://id.example/oauth2/authorize?a=b")),
        "the redirect response has no `Access-Control-Allow-Origin`",
        Some(Kind::RedirectToLogin),
        &[],
    ),
    (
        put((302, "Location: /Sign-In\nAccess-Control-Allow-Origin: *")),
        "the preflight response is a redirect (status 302), which browsers do not follow",
        Some(Kind::RedirectToLogin),
        &["0 204", "0 Access-Control-Allow-Methods: PUT"],
    ),
    (
        get((302, "Location: /author/")),
        "the redirect response has no `Access-Control-Allow-Origin`",
        Some(Kind::RedirectWithoutHeaders),
        &[],
    ),
    (
        get((302, "Location: /notes/")),
        "the redirect response has no `Access-Control-Allow-Origin`",
        Some(Kind::RedirectToSlash),
        // This server answers every request with the same redirect, so the test does not compare the fix.
        &[],
    ),
];

#[test]
fn broken_servers_are_explained_in_the_first_line() {
    for (exchange, first_line, near_miss, fix) in BROKEN {
        let explanation = exchange.explain();
        assert_eq!(explanation.verdict, Verdict::Blocked);
        assert_eq!(explanation.headline, format!("blocked: {first_line}"));
        let near_misses = &explanation.refusals[0].near_misses;
        assert_eq!(
            near_misses.first().map(|miss| miss.kind),
            *near_miss,
            "{first_line}"
        );
        if !fix.is_empty() {
            assert_eq!(changes(&explanation), *fix, "{first_line}");
        }
    }
}

/// Fetches that no answer of a server makes successful. Each row has the fetch, the first line after `blocked: `, and
/// the advice.
const HOPELESS: &[(Exchange, &str, &str)] = &[
    (
        Exchange {
            url: "https://api.example:6667/",
            ..GET
        },
        "browsers do not connect to the port 6667",
        "use another port",
    ),
    (
        Exchange {
            url: "http://api.example/",
            ..GET
        },
        "the page is on https, but the URL is on http (mixed content): `http://api.example/`",
        "write `https://` in the URL, and let the server support https",
    ),
    (
        Exchange {
            url: "https://user:pass@api.example/",
            ..GET
        },
        "the URL has a user name or password: `https://user:pass@api.example/`",
        "use a URL without a user name and a password",
    ),
    (
        Exchange {
            method: "TRACE",
            ..GET
        },
        "the method is CONNECT, TRACE or TRACK: `TRACE`",
        "use another method",
    ),
    (
        Exchange {
            headers: "X A: 1",
            ..GET
        },
        "a header name is empty or has a character that a name cannot have, or a header value has NUL, CR, LF or a character above U+00FF: `X A`",
        "the header name `X A` has the character U+0020, which a name cannot have: remove the character",
    ),
];

#[test]
fn fetch_that_no_answer_fixes_has_advice_for_the_page() {
    for (exchange, first_line, expected) in HOPELESS {
        let explanation = exchange.explain();
        assert_eq!(explanation.headline, format!("blocked: {first_line}"));
        match explanation.fix {
            fetch_cors::explain::Fix::Page { advice } => assert_eq!(advice, *expected),
            fix => panic!("{fix:?}"),
        }
    }
}

/// The place to look for the reason of an error depends on the status.
#[test]
fn errors_of_proxies_are_named() {
    for (status, words) in [
        (403, "(such as Cloudflare)"),
        (429, "(such as Cloudflare)"),
        (500, "in the log of the server"),
        (
            502,
            "a proxy in front of the server often sends this status",
        ),
        (
            504,
            "a proxy in front of the server often sends this status",
        ),
    ] {
        let explanation = get((status, "")).explain();
        let sentence = &explanation.refusals[0].near_misses[0].sentence;
        assert!(sentence.contains(words), "{status}: {sentence}");
    }
}

/// A cache can have stored the response to another page.
#[test]
fn cached_response_with_another_origin_is_named() {
    let kinds = |headers| {
        let explanation = get((200, headers)).explain();
        let misses = explanation.refusals[0].near_misses.iter();
        misses.map(|miss| miss.kind).collect::<Vec<_>>()
    };
    assert_eq!(
        kinds("Access-Control-Allow-Origin: https://other.example\nAge: 7"),
        [Kind::OtherOrigin, Kind::CachedResponse]
    );
    assert_eq!(
        kinds("Access-Control-Allow-Origin: https://app.example/\nAge: 7"),
        [Kind::TrailingSlash]
    );
}
