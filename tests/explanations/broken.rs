//! Broken servers, each with the first line of its explanation, its near misses and its fix.

use fetch_cors::explain::{NearMissKind as Kind, Verdict};

use crate::case::{Exchange, GET, changes};

const ALLOW: &str = "Access-Control-Allow-Origin: https://app.example";
const ALLOW_WITH_CREDENTIALS: &str =
    "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true";
pub(crate) const SET_ORIGIN: &str = "0 Access-Control-Allow-Origin: https://app.example";
pub(crate) const SET_ASTERISK: &str = "0 Access-Control-Allow-Origin: *";

pub(crate) const fn get(response: (u16, &'static str)) -> Exchange {
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

pub(crate) const fn put(preflight: (u16, &'static str)) -> Exchange {
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
        ("yes", Kind::NotExactlyTrue),
        ("false", Kind::NotExactlyTrue),
        ("False", Kind::NotExactlyTrue),
        ("off", Kind::NotExactlyTrue),
        ("no cookies", Kind::NotExactlyTrue),
        ("https://app.example", Kind::ValueOfOtherHeader),
        ("GET, PUT", Kind::ValueOfOtherHeader),
        ("", Kind::Empty),
        ("true, true", Kind::SameValueTwice),
        ("true, false", Kind::SeveralValues),
    ] {
        let headers: &'static str =
            format!("{ALLOW}\nAccess-Control-Allow-Credentials: {value}").leak();
        let explanation = with_credentials(get((200, headers))).explain();
        assert_eq!(explanation.refusals[0].near_misses[0].kind, kind, "{value}");
    }
}

/// A list with another separator than a comma is named with this separator, and the fix has commas.
#[test]
fn wrong_separators_are_named() {
    for separator in ["+", "|", "&", "~", "#", ";", "/", " ", "-", "_", "."] {
        let named = if separator == " " {
            "not with spaces".into()
        } else {
            format!("not with `{separator}`")
        };
        let check = |exchange: Exchange, fixed: &str| {
            let explanation = exchange.explain();
            let sentence = &explanation.refusals[0].near_misses[0].sentence;
            assert!(sentence.contains(&named), "{separator}: {sentence}");
            let changes = changes(&explanation);
            assert!(changes.contains(&fixed.into()), "{separator}: {changes:?}");
        };
        let methods = format!("{ALLOW}\nAccess-Control-Allow-Methods: GET{separator}PUT").leak();
        let fixed = "0 Access-Control-Allow-Methods: GET, PUT";
        check(put((200, methods)), fixed);
        // These characters are parts of header names.
        if ["-", "_", ".", "~", "#"].contains(&separator) {
            continue;
        }
        let headers =
            format!("{ALLOW}\nAccess-Control-Allow-Headers: X-A{separator}X-Api-Key").leak();
        let fixed = "0 Access-Control-Allow-Headers: X-A, X-Api-Key";
        check(with_headers("X-Api-Key: 1", (200, headers)), fixed);
    }
}

/// The near miss names the element that the fix replaces.
#[test]
fn near_miss_and_fix_name_the_same_element() {
    for (listed, sent, named, fixed) in [
        (
            "X-Request-With, X_Requested_With",
            "X-Requested-With: 1",
            "X_Requested_With",
            "X-Request-With, x-requested-with",
        ),
        (
            "X_Requested_With, X-Request-With",
            "X-Requested-With: 1",
            "X_Requested_With",
            "x-requested-with, X-Request-With",
        ),
    ] {
        let headers = format!("{ALLOW}\nAccess-Control-Allow-Headers: {listed}").leak();
        let explanation = with_headers(sent, (200, headers)).explain();
        let sentence = &explanation.refusals[0].near_misses[0].sentence;
        assert!(sentence.contains(&format!("`{named}`")), "{sentence}");
        assert_eq!(
            changes(&explanation),
            [format!("0 Access-Control-Allow-Headers: {fixed}")]
        );
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
        put((308, "Location: /notes/")),
        "the preflight response is a redirect (status 308), and has no `Access-Control-Allow-Origin`",
        Some(Kind::RedirectToSlash),
        // The page can fetch the new URL, so the fix is a change of the page.
        &[],
    ),
    (
        put((401, "")),
        "the preflight response has no `Access-Control-Allow-Origin` (status 401)",
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
        Some(Kind::OriginNotAllowed),
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
        // Without `Location`, this is not a redirect.
        get((302, "")),
        "the response has no `Access-Control-Allow-Origin`",
        None,
        &[SET_ORIGIN],
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

/// The headline names the unknown answer, so the text also names the header that the known answer has.
#[test]
fn refused_answer_is_named_although_an_earlier_answer_is_not_known() {
    let exchange = Exchange {
        preflight: None,
        response: Some((200, "Access-Control-Allow-Origin: https://app.example/")),
        method: "PUT",
        ..GET
    };
    let explanation = exchange.explain();
    assert_eq!(explanation.verdict, Verdict::Undecided);
    let text = explanation.to_string().replace("\n  ", " ");
    let sentence = "a known answer blocks the fetch in any case: the response allows the origin `https://app.example/`";
    assert!(text.contains(sentence), "{text}");
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
        "a page cannot send the methods CONNECT, TRACE and TRACK: `TRACE`",
        "use another method",
    ),
    (
        Exchange {
            headers: "X A: 1",
            ..GET
        },
        "the header name `X A` has the character U+0020 (a space), which a name cannot have",
        "remove U+0020 (a space) from the header name `X A`",
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
