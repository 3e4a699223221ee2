//! Preflights with an error status, proxies and WebSockets: the known mistakes, and the fix.

use fetch_cors::explain::{Explanation, Fix};

use crate::case::{Exchange, GET, changes};

/// Returns the names and the sentences of the known mistakes of the first refusal.
fn misses(explanation: &Explanation) -> Vec<(&'static str, &str)> {
    let misses = explanation.refusals[0].near_misses.iter();
    misses
        .map(|miss| (miss.kind.name(), &*miss.sentence))
        .collect()
}

#[test]
fn each_error_status_of_a_preflight_is_named() {
    for (status, kind, words) in [
        (400, "preflight-denied", "FastAPI"),
        (
            401,
            "preflight-needs-authentication",
            "before authentication",
        ),
        (
            403,
            "preflight-needs-authentication",
            "does not allow the origin",
        ),
        (404, "no-route-for-options", "no route"),
        (300, "preflight-error-status", "before this part"),
        (402, "preflight-error-status", "before this part"),
        (406, "preflight-handled-as-request", "has no body"),
        (408, "preflight-error-status", "in time"),
        (410, "no-route-for-options", "no route"),
        (413, "preflight-error-status", "before this part"),
        (414, "preflight-too-long", "shorter URL"),
        (415, "preflight-handled-as-request", "has no body"),
        (418, "preflight-error-status", "before this part"),
        (421, "preflight-error-status", "this host"),
        (422, "preflight-handled-as-request", "has no body"),
        (426, "preflight-error-status", "another protocol"),
        (428, "preflight-handled-as-request", "has no body"),
        (429, "preflight-rate-limited", "counts preflights"),
        (431, "preflight-too-long", "larger headers"),
        (451, "preflight-error-status", "legal reasons"),
        (499, "preflight-error-status", "before this part"),
        (500, "preflight-server-error", "in the log"),
        (501, "no-route-for-options", "no route"),
        (502, "preflight-server-error", "a proxy"),
        (503, "preflight-server-error", "a proxy"),
    ] {
        for headers in ["", "Access-Control-Allow-Origin: *"] {
            let explained = Exchange {
                method: "PUT",
                preflight: Some((status, headers)),
                ..GET
            }
            .explain();
            let [(found, sentence)] = misses(&explained)[..] else {
                panic!("{explained}");
            };
            assert_eq!(found, kind, "{status}");
            assert!(sentence.contains(words), "{status}: {sentence}");
        }
    }
}

/// Fewer headers of the page help only if the preflight lists headers of the page.
#[test]
fn preflight_without_a_list_of_headers_has_no_advice_about_the_list() {
    for (headers, has_list) in [("", false), ("X-A: 1", true)] {
        let explained = Exchange {
            method: "PUT",
            headers,
            preflight: Some((431, "")),
            ..GET
        }
        .explain();
        let [(_, sentence)] = misses(&explained)[..] else {
            panic!("{explained}");
        };
        for words in ["`Access-Control-Request-Headers` lists", "fewer headers"] {
            assert_eq!(sentence.contains(words), has_list, "{sentence}");
        }
    }
}

/// No answer of the server changes the status of a proxy.
#[test]
fn status_407_is_the_status_of_a_proxy() {
    let explained = Exchange {
        response: Some((407, "")),
        ..GET
    }
    .explain();
    let Fix::NotCors { advice } = &explained.fix else {
        panic!("{explained}");
    };
    assert!(advice.contains("the proxy of your network"), "{advice}");
    assert_eq!(explained.refusals.len(), 1, "{explained}");
}

/// The advice about the proxy comes first, and then the changes of all answers that the browser refuses earlier.
#[test]
fn changes_of_the_server_come_after_the_advice_about_the_proxy() {
    let explained = Exchange {
        method: "PUT",
        headers: "X-A: 1\nX-B: 1",
        preflight: Some((403, "")),
        response: Some((407, "")),
        ..GET
    }
    .explain();
    let Fix::NotCors { advice } = &explained.fix else {
        panic!("{explained}");
    };
    let (proxy, server) = advice
        .split_once(". The server also has to allow the request: ")
        .unwrap_or_else(|| panic!("{advice}"));
    assert!(proxy.starts_with("log in to the proxy"), "{advice}");
    for words in [
        "`Access-Control-Allow-Origin: https://app.example`",
        "a status from 200 to 299",
        "list `PUT`",
        "list `x-a`, `x-b` by name",
    ] {
        assert!(server.contains(words), "{words}: {advice}");
    }
}

/// The advice has the names of all headers, or says how many more there are.
#[test]
fn changes_of_the_server_have_all_names_of_headers() {
    for (count, rest) in [
        (13, None),
        (20, None),
        (23, Some("`, and 3 more by name in")),
    ] {
        let names: Vec<String> = (10..10 + count)
            .map(|number| format!("X-{number}"))
            .collect();
        let headers: Vec<String> = names.iter().map(|name| format!("{name}: 1")).collect();
        let explained = Exchange {
            method: "PUT",
            headers: headers.join("\n").leak(),
            preflight: Some((200, "Access-Control-Allow-Origin: https://app.example")),
            response: Some((407, "")),
            ..GET
        }
        .explain();
        let Fix::NotCors { advice } = &explained.fix else {
            panic!("{explained}");
        };
        for name in names.iter().take(20) {
            let name = format!("`{}`", name.to_lowercase());
            assert!(advice.contains(&name), "{advice}");
        }
        assert_eq!(advice.matches(" by name in ").count(), 1, "{advice}");
        assert!(!advice.contains('*'), "{advice}");
        assert_eq!(advice.contains(" more"), rest.is_some(), "{advice}");
        assert!(advice.contains(rest.unwrap_or_default()), "{advice}");
    }
}

#[test]
fn web_socket_is_not_a_fetch() {
    for (origin, url) in [
        ("https://app.example", "wss://api.example/a"),
        ("https://app.example", "ws://api.example/a"),
        ("http://app.example", "ws://api.example/a"),
    ] {
        let explained = Exchange { origin, url, ..GET }.explain();
        let Fix::Page { advice } = &explained.fix else {
            panic!("{explained}");
        };
        assert!(advice.contains("`new WebSocket(url)`"), "{advice}");
        let text = explained.to_string();
        assert!(!text.contains("write `https://`"), "{text}");
        assert!(!text.contains("mixed content"), "{text}");
    }
}

/// A page can make several mistakes for which the browser sends no request. The explanation lists all of them, and the
/// fix corrects all of them.
#[test]
fn all_mistakes_before_the_first_request_are_explained() {
    for (method, url, headers, failures, fix) in [
        (
            "GET",
            "http://u:p@api.example:6000/",
            "",
            &[
                "url-includes-credentials",
                "bad-port",
                "blocked-as-mixed-content",
            ][..],
            "use a URL without a user name and a password; use another port; write `https://` in the URL, and let the server support https",
        ),
        (
            "PUT",
            "https://api.example/",
            "X Y: 1\nX-A: 1\nZ(: 1",
            &["invalid-header", "invalid-header"],
            "remove U+0020 (a space) from the header name `X Y`; remove `(` from the header name `Z(`",
        ),
        (
            "TRACE",
            "https://api.example:22/",
            "X Y: 1",
            &["forbidden-method", "invalid-header", "bad-port"],
            "use another method; remove U+0020 (a space) from the header name `X Y`; use another port",
        ),
        (
            "GET",
            "http://api.example/",
            "X-A: \u{100}\nX Y: 1",
            &[
                "invalid-header",
                "invalid-header",
                "blocked-as-mixed-content",
            ],
            "remove U+0100 from the value of the header `X-A`, or encode the value, for example with `encodeURIComponent`; remove U+0020 (a space) from the header name `X Y`; write `https://` in the URL, and let the server support https",
        ),
        (
            "GET",
            "ftp://api.example:22/",
            "",
            &["blocked-as-mixed-content", "bad-port"],
            "use an `https` URL: browsers do not fetch `ftp:` URLs; use another port",
        ),
        (
            "GET",
            "api.example:22/",
            "",
            &["blocked-as-mixed-content", "bad-port"],
            "`api.example:` is read as the scheme: write `https://api.example:22/`; use another port",
        ),
    ] {
        let explained = Exchange {
            method,
            url,
            headers,
            ..GET
        }
        .explain();
        let found = explained.refusals.iter();
        let found: Vec<&str> = found.map(|refusal| refusal.failure.code()).collect();
        assert_eq!(found, failures, "{url}");
        assert_eq!(explained.fix, Fix::Page { advice: fix.into() });
        let first = &explained.refusals[0].sentence;
        assert_eq!(explained.headline, format!("blocked: {first}"));
    }
}

/// The first mistake is the mistake that the browser reports. The browser reads all names and values before it checks a
/// name.
#[test]
fn first_mistake_of_a_header_is_the_mistake_that_the_browser_reports() {
    let explained = Exchange {
        headers: "X Y: 1\nX-A: \u{100}",
        ..GET
    }
    .explain();
    let sentence = &explained.refusals[0].sentence;
    assert!(sentence.contains("U+0100"), "{sentence}");
    assert_eq!(explained.refusals.len(), 2);
}

#[test]
fn encoded_origin_is_named() {
    for (value, kinds) in [
        ("https%3A%2F%2Fapp.example", &["encoded"][..]),
        (
            "https%3a%2f%2fapp.example%2f",
            &["encoded", "trailing-slash"],
        ),
        ("https%253A%252F%252Fapp.example", &["encoded"]),
        ("https:&#x2F;&#x2F;app.example", &["encoded"]),
        ("https:&#47;&#47;app.example", &["encoded"]),
        ("https:&#x00002f;&#047;app.example&#xD;", &["encoded"]),
        ("https://app.example&#10;", &["encoded"]),
        ("https://app%2Eexample", &["encoded"]),
        ("https://app.example/a%20b", &["path"]),
        ("%ORIGIN%", &["placeholder"]),
        ("https://%FF%FE", &["other-origin"]),
    ] {
        let headers = format!("Access-Control-Allow-Origin: {value}");
        let explained = Exchange {
            response: Some((200, headers.leak())),
            ..GET
        }
        .explain();
        let misses = misses(&explained);
        let found: Vec<_> = misses.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(found, kinds, "{value}");
    }
}

/// A value that is encoded many times is not decoded to the end, so the work stays small.
#[test]
fn value_with_many_mistakes_is_explained() {
    for value in [
        format!("https:%{}2F%2Fapp.example", "25".repeat(100_000)),
        format!("{}app.example", "https://".repeat(100_000)),
        format!("https:{}#47;app.example", "&#37;26".repeat(100_000)),
    ] {
        let headers = format!("Access-Control-Allow-Origin: {value}");
        let explained = Exchange {
            response: Some((200, headers.leak())),
            ..GET
        }
        .explain();
        assert!(!misses(&explained).is_empty());
    }
}

#[test]
fn header_name_in_another_word_order_is_misspelled() {
    for name in [
        "Allow-Control-Access-Origin",
        "Access-Control-Origin-Allow",
        "Access-Allow-Origin",
        "Allow-Origin",
        "Access_Control_Allow_Origin",
    ] {
        let headers = format!("{name}: *");
        let explained = Exchange {
            response: Some((200, headers.leak())),
            ..GET
        }
        .explain();
        let [(kind, _)] = misses(&explained)[..] else {
            panic!("{name} {explained}");
        };
        assert_eq!(kind, "misspelled-header-name", "{name}");
    }
    for name in ["Access-Control-Allow-Methods", "Timing-Allow-Origin"] {
        let headers = format!("{name}: *");
        let explained = Exchange {
            response: Some((200, headers.leak())),
            ..GET
        }
        .explain();
        let mut misses = misses(&explained).into_iter();
        let is_misspelled = misses.any(|(kind, _)| kind == "misspelled-header-name");
        assert!(!is_misspelled, "{name} {explained}");
    }
}

/// Blocks of headers of a server are copied into the code of a page, such as `Expires: 0` next to `Cache-Control`.
#[test]
fn response_header_on_a_request_is_removed_from_the_page() {
    for header in [
        "Expires: 0",
        "ETag: a",
        "Last-Modified: a",
        "WWW-Authenticate: Basic",
        "X-Powered-By: a",
        "Server-Timing: a",
        "Content-Security-Policy-Report-Only: a",
    ] {
        let explained = Exchange {
            headers: header,
            preflight: Some((204, "Access-Control-Allow-Origin: *")),
            response: Some((200, "Access-Control-Allow-Origin: *")),
            ..GET
        }
        .explain();
        let [(kind, _)] = misses(&explained)[..] else {
            panic!("{header} {explained}");
        };
        assert_eq!(kind, "response-header-on-request", "{header}");
        let (name, _) = header.split_once(':').unwrap();
        let removed = format!("page without {}", name.to_ascii_lowercase());
        assert_eq!(changes(&explained), [removed]);
    }
    // An upload sends this header.
    let explained = Exchange {
        headers: "Content-Range: bytes 0-1/2",
        preflight: Some((204, "Access-Control-Allow-Origin: *")),
        ..GET
    }
    .explain();
    assert_eq!(misses(&explained)[0].0, "missing-from-list");
}

#[test]
fn preflight_that_is_redirected_to_its_own_url_has_no_new_url() {
    let explained = Exchange {
        method: "PUT",
        preflight: Some((301, "Location: https://api.example/notes#a")),
        ..GET
    }
    .explain();
    let [(kind, sentence)] = &misses(&explained)[..] else {
        panic!("{explained}");
    };
    assert_eq!(*kind, "preflight-redirected");
    assert!(sentence.contains("to the same URL"), "{sentence}");
    assert!(!sentence.contains("new URL"), "{sentence}");
}
