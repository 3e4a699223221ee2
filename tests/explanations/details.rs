//! Parts of an explanation: preflights, hidden headers, dangers, missing answers, the text.

use std::time::Duration;

use fetch_cors::{
    api::ApiCall,
    browser::{Body, HeaderList, Mode, Origin, RequestInit, Response, UserAgent},
    engine::{Engine, Quirk},
    explain::{
        Asked, CautionKind, Fix, HtmlPage, Verdict, explain,
        input::{ConsoleForm, ConsoleMessage},
    },
    http::StatusCode,
};

use crate::{
    case::{Exchange, GET, changes},
    properties::{MARKUP, is_well_formed},
};

#[test]
fn reasons_for_a_preflight_are_sentences() {
    let explanation = Exchange {
        method: "PATCH",
        headers: "Content-Type: application/json\nX-A: 1\nRange: bytes=-5",
        ..GET
    }
    .explain();
    assert_eq!(
        explanation.preflight,
        [
            "the content type `application/json` is not `text/plain`, `multipart/form-data` or `application/x-www-form-urlencoded`",
            "the range `bytes=-5` is not of the form `bytes=0-99`",
            "the header `x-a` is not safelisted",
            "the method `PATCH` is not GET, HEAD or POST",
        ]
    );
    // The type of the content is safelisted, but a character of the value is not.
    for (headers, value) in [
        (
            "Content-Type: text/plain; charset=\"utf-8\"",
            "text/plain; charset=\"utf-8\"",
        ),
        (
            "Content-Type: multipart/form-data; boundary=(x)",
            "multipart/form-data; boundary=(x)",
        ),
    ] {
        let explanation = Exchange {
            method: "POST",
            headers,
            ..GET
        }
        .explain();
        assert_eq!(
            explanation.preflight,
            [format!(
                "the value of `content-type` has a character that is not safelisted: `{value}`"
            )]
        );
    }
    let own = Exchange {
        url: "https://app.example/",
        ..GET
    }
    .explain();
    assert_eq!(own.preflight, ["the URL has the origin of the page"]);
    assert_eq!(
        GET.explain().preflight,
        ["the method and all headers are safelisted"]
    );
}

/// A fetch that fails before the network has no preflight, and the preflight cache is not the reason.
#[test]
fn fetch_that_fails_before_the_network_has_no_preflight() {
    for (origin, url) in [
        ("https://app.example", "http://api.example/"),
        ("https://app.example", "https://api.example:22/"),
        ("https://app.example", "ftp://api.example/"),
        ("http://localhost:3000", "localhost:5000/notes"),
        ("https://app.example", "data:,a"),
    ] {
        let explained = Exchange {
            origin,
            url,
            method: "PUT",
            headers: "X-A: 1",
            ..GET
        }
        .explain();
        let reasons = &explained.preflight;
        assert_eq!(
            reasons,
            &["the browser sends no request to a server"],
            "{url}"
        );
    }
}

/// The first line, the fix and the page show a value in the same form.
#[test]
fn value_has_one_form() {
    for (value, shown) in [
        ("^https:\\/\\/a\\.b$", "^https:\\/\\/a\\.b$"),
        ("https://a\\n", "https://a\\\\n"),
        ("\"it's é\">", "\"it's \\u{e9}\">"),
    ] {
        value_has_form(value, shown);
    }
}

fn value_has_form(value: &str, shown: &str) {
    let headers = format!("Access-Control-Allow-Origin: {value}");
    let explanation = Exchange {
        response: Some((200, headers.leak())),
        ..GET
    }
    .explain();
    assert!(
        explanation.headline.contains(&format!("{shown}`")),
        "{}",
        explanation.headline
    );
    let line = format!("\n- Access-Control-Allow-Origin: {shown}\n");
    assert!(explanation.to_string().contains(&line), "{explanation}");
    let page = HtmlPage::new("a").with_fetch("b", &explanation).to_string();
    assert!(
        !page.contains("\\&quot;") && !page.contains("\\&#39;"),
        "{page}"
    );
}

#[test]
fn unknown_answers_are_undecided_and_have_the_lines_that_are_needed() {
    let explanation = Exchange {
        method: "PUT",
        has_credentials: true,
        ..GET
    }
    .explain();
    assert_eq!(explanation.verdict, Verdict::Undecided);
    assert_eq!(
        explanation.headline,
        "undecided: the answer to the preflight is not known"
    );
    assert!(explanation.refusals.is_empty());
    let was_sent = explanation
        .exchanges
        .iter()
        .map(|exchange| exchange.was_sent);
    assert_eq!(was_sent.collect::<Vec<_>>(), [true, false]);
    assert_eq!(
        changes(&explanation),
        [
            "0 Access-Control-Allow-Origin: https://app.example",
            "0 Access-Control-Allow-Credentials: true",
            "0 Access-Control-Allow-Methods: PUT",
            "1 Access-Control-Allow-Origin: https://app.example",
            "1 Access-Control-Allow-Credentials: true",
        ]
    );
    assert_eq!(
        explanation.exchanges[0].curl,
        "curl -sSiX OPTIONS -H 'access-control-request-method: PUT' -H 'origin: https://app.example' https://api.example/notes"
    );
    let known_preflight = Exchange {
        preflight: Some((204, "Access-Control-Allow-Origin: *")),
        method: "POST",
        headers: "Content-Type: application/json",
        ..GET
    };
    // The browser refuses a known answer, so the fetch is blocked, although the next answer is not known.
    assert_eq!(known_preflight.explain().verdict, Verdict::Blocked);
}

#[test]
fn every_missing_name_is_a_refusal() {
    let explanation = Exchange {
        headers: "Authorization: a\nX-B: 1\nX-A: 1",
        preflight: Some((204, "Access-Control-Allow-Origin: *")),
        response: Some((200, "")),
        ..GET
    }
    .explain();
    let refused = explanation.refusals.iter();
    let refused: Vec<_> = refused
        .map(|refusal| {
            (
                refusal.exchange,
                refusal.failure.code(),
                refusal.value.as_deref(),
            )
        })
        .collect();
    let header = "header-disallowed-by-preflight-response";
    assert_eq!(
        refused,
        [
            (Some(0), header, Some("authorization")),
            (Some(0), header, Some("x-a")),
            (Some(0), header, Some("x-b")),
            (Some(1), "missing-allow-origin-header", None),
        ]
    );
}

/// If the page sends a response header, or a method with a lower-case letter, the fix changes the page. The server has
/// to allow neither this header nor the method in lower case.
#[test]
fn mistakes_of_the_page_are_fixed_in_the_page() {
    let list = "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Methods: PATCH, QUERY\nAccess-Control-Allow-Headers: x-a";
    let response = Some((200, "Access-Control-Allow-Origin: *"));
    let fixed = |method, headers, preflight, response| {
        let exchange = Exchange {
            method,
            headers,
            preflight: Some((204, preflight)),
            response,
            ..GET
        };
        let explanation = exchange.explain();
        let Fix::Answers { page, .. } = &explanation.fix else {
            panic!("{explanation:?}");
        };
        let html = HtmlPage::new("").with_fetch("", &explanation).to_string();
        let text = explanation.to_string().replace("\n  ", " ");
        for change in page {
            assert!(
                text.contains(&format!("\nFix, in the page: {change}\n")),
                "{text}"
            );
        }
        assert!(html.contains("Fix, in the page</h3>"), "{html}");
        assert!(explanation.cautions.is_empty());
        explanation
    };
    for (method, headers, expected) in [
        (
            "GET",
            "Access-Control-Allow-Origin: *",
            "page without access-control-allow-origin",
        ),
        (
            "GET",
            "Access-Control-Max-Age: 1",
            "page without access-control-max-age",
        ),
        ("PATCH", "Vary: Origin", "page without vary"),
        (
            "PATCH",
            "X-A: 1\nX-Frame-Options: DENY",
            "page without x-frame-options",
        ),
        ("patch", "", "page PATCH"),
        ("Query", "", "page QUERY"),
    ] {
        let explanation = fixed(method, headers, list, response);
        assert_eq!(changes(&explanation), [expected], "{method} {headers}");
    }
    // The correct request needs a change of the server, too.
    let origin = "Access-Control-Allow-Origin: *";
    assert_eq!(
        changes(&fixed(
            "patch",
            "Access-Control-Allow-Methods: *\nX-B: 1",
            origin,
            Some((200, ""))
        )),
        [
            "page PATCH",
            "page without access-control-allow-methods",
            "0 Access-Control-Allow-Methods: PATCH",
            "0 Access-Control-Allow-Headers: x-b",
            "1 Access-Control-Allow-Origin: https://app.example",
        ]
    );
    // Without the header, no preflight is necessary. The explanation has the refused preflight, and then the request of
    // the corrected page.
    let explanation = fixed("GET", "Access-Control-Allow-Origin: *", "", Some((200, "")));
    assert_eq!(
        changes(&explanation),
        [
            "page without access-control-allow-origin",
            "1 Access-Control-Allow-Origin: https://app.example",
        ]
    );
    let [preflight, get] = &*explanation.exchanges else {
        panic!("{explanation:?}");
    };
    assert!(preflight.was_sent && preflight.is_preflight && !get.was_sent);
    assert_eq!(
        get.headers,
        [(String::from("origin"), String::from("https://app.example"))]
    );
    assert_eq!(
        changes(
            &Exchange {
                method: "PATCH",
                headers: "X-A: 1",
                preflight: Some((204, origin)),
                response,
                ..GET
            }
            .explain()
        ),
        [
            "0 Access-Control-Allow-Methods: PATCH",
            "0 Access-Control-Allow-Headers: x-a",
        ]
    );
}

/// A malformed list is not a missing list. If the corrected list lacks a name, the second refusal is about this name.
#[test]
fn malformed_lists_are_not_missing() {
    for (headers, lacking) in [
        ("Access-Control-Allow-Methods: PATCH, put; get", "DELETE"),
        ("Access-Control-Allow-Methods: PATCH, \"PUT\"", "DELETE"),
        ("Access-Control-Allow-Headers: x b", "x-a"),
    ] {
        let explanation = Exchange {
            method: "DELETE",
            headers: "X-A: 1",
            preflight: Some((204, headers)),
            ..GET
        }
        .explain();
        let name = headers.split(':').next().unwrap_or_default();
        let misses = explanation
            .refusals
            .iter()
            .flat_map(|refusal| &refusal.near_misses);
        let sentences: Vec<_> = misses.map(|miss| &*miss.sentence).collect();
        let missing = format!("`{name}` is missing");
        let lacks = format!("`{name}` also lacks `{lacking}`");
        assert!(
            !sentences
                .iter()
                .any(|sentence| sentence.starts_with(&missing)),
            "{sentences:?}"
        );
        assert!(
            sentences.iter().any(|sentence| **sentence == lacks),
            "{sentences:?}"
        );
    }
}

#[test]
fn hidden_headers_have_a_reason() {
    let hidden = |has_credentials, headers| {
        let explanation = Exchange {
            has_credentials,
            response: Some((200, headers)),
            ..GET
        }
        .explain();
        let hidden = explanation.hidden.into_iter();
        let hidden = hidden.map(|hidden| (hidden.name, hidden.reason));
        hidden
            .filter(|(name, _)| !name.starts_with("access-control"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        hidden(
            false,
            "Access-Control-Allow-Origin: *\nX-A: 1\nContent-Type: a/b\nSet-Cookie: a=b"
        ),
        [
            (
                "set-cookie".into(),
                "a script can never read cookies of a response"
            ),
            (
                "x-a".into(),
                "`Access-Control-Expose-Headers` does not list this header"
            ),
        ]
    );
    assert_eq!(
        hidden(
            true,
            "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true\nAccess-Control-Expose-Headers: *\nX-A: 1"
        ),
        [(
            "x-a".into(),
            "with credentials, `*` in `Access-Control-Expose-Headers` is not a wildcard"
        )]
    );
    assert_eq!(
        hidden(
            false,
            "Access-Control-Allow-Origin: *\nAccess-Control-Expose-Headers: x a\nX-A: 1"
        ),
        [(
            "x-a".into(),
            "`Access-Control-Expose-Headers` is not a list of names"
        )]
    );
}

#[test]
fn dangers_of_a_fix_have_a_safer_change() {
    let kinds = |exchange: Exchange| {
        let cautions = exchange.explain().cautions.into_iter();
        cautions.map(|caution| caution.kind).collect::<Vec<_>>()
    };
    let wildcard = Some((200, "Access-Control-Allow-Origin: *"));
    let credentialed = Exchange {
        has_credentials: true,
        response: wildcard,
        ..GET
    };
    assert_eq!(kinds(credentialed), [CautionKind::Reflection]);
    let insecure = Exchange {
        origin: "http://app.example",
        url: "http://api.example/",
        ..credentialed
    };
    assert_eq!(
        kinds(insecure),
        [CautionKind::Reflection, CautionKind::InsecureOrigin]
    );
    for origin in [
        "http://localhost:3000",
        "http://192.168.0.7",
        "https://app.test",
    ] {
        let development = Exchange {
            origin,
            ..credentialed
        };
        let found = kinds(development);
        assert!(
            found.contains(&CautionKind::DevelopmentOrigin),
            "{origin}: {found:?}"
        );
    }
    for origin in [
        "https://app.example.evil.com",
        "https://app.example.evil.test",
        "https://evilapp.example",
        "https://www-app.example.evil.com:8443",
        "https://api.example.evil.com",
    ] {
        let look_alike = Exchange {
            origin,
            response: Some((200, "Access-Control-Allow-Origin: https://app.example")),
            ..GET
        };
        assert_eq!(
            kinds(look_alike),
            [CautionKind::LookAlikeOrigin],
            "{origin}"
        );
        let credentialed = Exchange {
            has_credentials: true,
            ..look_alike
        };
        let expected = [CautionKind::LookAlikeOrigin, CautionKind::Reflection];
        assert_eq!(kinds(credentialed), expected, "{origin}");
    }
    let other = Exchange {
        origin: "https://other.com",
        response: Some((200, "Access-Control-Allow-Origin: https://app.example")),
        ..GET
    };
    assert_eq!(kinds(other), []);
    let null = Exchange {
        origin: "null",
        response: Some((200, "")),
        ..GET
    };
    assert_eq!(kinds(null), [CautionKind::NullOrigin]);
    // The fix adds only `Access-Control-Allow-Credentials`, and so lets the origin read with cookies.
    let only_allow_origin = [
        (
            "https://app.example",
            "Access-Control-Allow-Origin: https://app.example",
            &[CautionKind::Reflection][..],
        ),
        (
            "http://app.example",
            "Access-Control-Allow-Origin: http://app.example",
            &[CautionKind::Reflection, CautionKind::InsecureOrigin],
        ),
        (
            "null",
            "Access-Control-Allow-Origin: null",
            &[CautionKind::NullOrigin],
        ),
    ];
    for (origin, headers, expected) in only_allow_origin {
        let without_allow_credentials = Exchange {
            origin,
            url: if origin.starts_with("http:") {
                "http://api.example/"
            } else {
                credentialed.url
            },
            response: Some((200, headers)),
            ..credentialed
        };
        assert_eq!(kinds(without_allow_credentials), expected, "{origin}");
    }
    assert_eq!(
        kinds(Exchange {
            response: wildcard,
            ..GET
        }),
        []
    );
}

/// The server cannot list the origin of every installation of an extension, and an extension does not need CORS.
#[test]
fn page_of_an_extension_has_a_fix_in_its_manifest() {
    for (origin, expected) in [
        ("chrome-extension://abcdefghijklmnop", true),
        ("moz-extension://7c8e0a0b-1c6f-4d29-b0ad-1234567890ab", true),
        (
            "safari-web-extension://7c8e0a0b-1c6f-4d29-b0ad-1234567890ab",
            true,
        ),
        ("capacitor://localhost", false),
        ("https://chrome-extension.example", false),
    ] {
        let blocked = Exchange {
            origin,
            response: Some((200, "")),
            ..GET
        };
        let explanation = blocked.explain();
        let mut cautions = explanation.cautions.iter();
        let caution = cautions.find(|caution| caution.kind == CautionKind::ExtensionOrigin);
        assert_eq!(caution.is_some(), expected, "{origin}");
        if let Some(caution) = caution {
            assert!(
                caution.safer.contains("`host_permissions`"),
                "{}",
                caution.safer
            );
        }
        let line = format!(
            "Access to fetch at 'https://api.example/notes' from origin '{origin}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        );
        let message = ConsoleMessage::parse(&line).unwrap();
        assert_eq!(message.cautions(), explanation.cautions, "{origin}");
        // A successful fetch does not need a fix, so the explanation has no cautions.
        let allowed = Exchange {
            response: Some((200, "Access-Control-Allow-Origin: *")),
            ..blocked
        };
        assert_eq!(allowed.explain().cautions, []);
    }
}

/// A cookie for another site needs `SameSite=None` and `Secure`. A note names the cookie that lacks one of these.
#[test]
fn cookies_that_are_not_sent_to_another_site_have_a_note() {
    const ALLOW: &str =
        "Access-Control-Allow-Origin: https://app.example\nAccess-Control-Allow-Credentials: true";
    const SET: [(&str, &str); 7] = [
        (
            "Set-Cookie: sid=1; SameSite=Lax",
            "the cookie `sid` has `SameSite=Lax`",
        ),
        (
            "Set-Cookie: sid=1; Secure; samesite = Strict ",
            "the cookie `sid` has `SameSite=Strict`",
        ),
        (
            "Set-Cookie: sid=1; Path=/; HttpOnly",
            "the cookie `sid` has no valid `SameSite`",
        ),
        (
            "Set-Cookie: sid=1; SameSite=lax; SameSite=No",
            "the cookie `sid` has no valid `SameSite`",
        ),
        (
            "Set-Cookie: sid=a=b; SameSite=None",
            "the cookie `sid` has `SameSite=None` without `Secure`",
        ),
        ("Set-Cookie: sid=1; SameSite=None; Secure", ""),
        ("X-Cookie: sid=1", ""),
    ];
    for (line, expected) in SET {
        let response: &'static str = format!("{ALLOW}\n{line}").leak();
        let credentialed = Exchange {
            has_credentials: true,
            response: Some((200, response)),
            ..GET
        };
        let explanation = credentialed.explain();
        assert_eq!(explanation.verdict, Verdict::Readable);
        let notes = explanation.notes.join("\n");
        assert!(notes.starts_with(expected), "{line}: {notes}");
        let danger =
            "Other sites can then cause requests with this cookie: check `Origin`, or use a token";
        assert_eq!(
            notes.contains(danger),
            !expected.is_empty(),
            "{line}: {notes}"
        );
        assert_eq!(notes.is_empty(), expected.is_empty(), "{line}: {notes}");
        let text = explanation.to_string();
        assert_eq!(
            text.contains("\nNote: the cookie `sid` has "),
            !expected.is_empty(),
            "{text}"
        );
        let page = HtmlPage::new("").with_fetch("", &explanation).to_string();
        assert_eq!(
            page.contains("<strong>Note:</strong> the cookie"),
            !expected.is_empty()
        );
        // The browser ignores the cookies of an uncredentialed response, and sends all cookies to its own site. Without a
        // list of public suffixes, hosts with the same last two labels can belong to one site.
        for other in [
            Exchange {
                has_credentials: false,
                ..credentialed
            },
            Exchange {
                url: "https://app.example:81/",
                ..credentialed
            },
            Exchange {
                url: "https://api.app.example/",
                ..credentialed
            },
            Exchange {
                origin: "chrome-extension://abcdefghijklmnop",
                ..credentialed
            },
        ] {
            let is_stored = !line.ends_with("=None") || !other.has_credentials;
            let is_stored = is_stored || other.origin.starts_with("chrome");
            assert_eq!(other.explain().notes.is_empty(), is_stored, "{line}");
        }
    }
}

/// Each line has the origin of the page, the URL, the attributes of the cookie, and the notes.
#[test]
fn notes_on_cookies_depend_on_the_page_and_the_connection() {
    const HTTP: &str = "http://app.example";
    const HTTPS: &str = "https://app.example";
    const INSECURE: &str = "the cookie `sid` has `Secure`, but the response comes over http, so browsers do not store it: serve the URL over https";
    let scheme = |has: &str| {
        format!(
            "the cookie `sid` has {has}, and the page and the URL differ in http and https, which Chromium counts as different sites: Chromium neither stores nor sends the cookie. Serve both over https"
        )
    };
    let opaque = "the cookie `sid` has `SameSite=Lax`, so browsers neither store nor send it if a page with the origin `null`, which belongs to no site, fetches the URL. If the page needs the cookie, set it over https with `SameSite=None; Secure`. Other sites can then cause requests with this cookie: check `Origin`, or use a token";
    let default = "no valid `SameSite`, which Chromium reads as `SameSite=Lax`";
    let without_secure = "the cookie `sid` has `SameSite=None` without `Secure`, so Chromium and Firefox do not store it: ";
    let own_site = ", or use `SameSite=Lax`, which is enough for a page of the same site";
    let table: [(&str, &str, &str, Vec<String>); 14] = [
        (
            HTTP,
            "https://app.example/",
            "SameSite=Lax",
            vec![scheme("`SameSite=Lax`")],
        ),
        (
            HTTP,
            "https://api.app.example/",
            "Secure",
            vec![scheme(default)],
        ),
        (
            HTTP,
            "https://app.example/",
            "SameSite=None; Secure",
            vec![],
        ),
        (HTTPS, "http://localhost/", "SameSite=None; Secure", vec![]),
        (HTTPS, "https://app.example:81/", "SameSite=Strict", vec![]),
        (
            HTTP,
            "http://app.example:81/",
            "Secure",
            vec![INSECURE.into()],
        ),
        (
            HTTP,
            "http://app.example:81/",
            "SameSite=None; Secure",
            vec![INSECURE.into()],
        ),
        (HTTP, "http://app.example:81/", "SameSite=Lax", vec![]),
        (
            HTTP,
            "http://app.example:81/",
            "SameSite=None",
            vec![format!(
                "{without_secure}serve the URL over https, and add `Secure`{own_site}"
            )],
        ),
        (
            HTTPS,
            "https://app.example:81/",
            "SameSite=None",
            vec![format!("{without_secure}add `Secure`{own_site}")],
        ),
        (
            "http://localhost:1",
            "http://localhost:2/",
            "Secure",
            vec![],
        ),
        (
            "http://localhost:1",
            "http://127.0.0.1:2/",
            "SameSite=None; Secure",
            vec![],
        ),
        (
            "null",
            "https://api.example/",
            "SameSite=Lax",
            vec![opaque.into()],
        ),
        (
            "null",
            "https://api.example/",
            "SameSite=None; Secure",
            vec![],
        ),
    ];
    for (origin, url, attributes, notes) in table {
        let response = format!(
            "Access-Control-Allow-Origin: {origin}\nAccess-Control-Allow-Credentials: true\nSet-Cookie: sid=1; {attributes}"
        );
        let explanation = Exchange {
            origin,
            url,
            has_credentials: true,
            response: Some((200, response.leak())),
            ..GET
        }
        .explain();
        assert_eq!(explanation.notes, notes, "{origin} {url} {attributes}");
    }
}

/// Before the fix, the browser asks for the method of the page. The text says so next to the command.
/// The fix changes the method in the page, so the commands send the changed method.
#[test]
fn commands_have_the_method_of_the_changed_page() {
    let text = |method| {
        let exchange = Exchange { method, ..GET };
        exchange.explain().to_string()
    };
    let changed = text("patch");
    let words = changed.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        words.contains("write the method in upper case, `PATCH` in place of `patch`"),
        "{changed}"
    );
    assert!(
        changed.contains("\nTry it after the change of the page:\n$ curl -sSviX OPTIONS -H 'access-control-request-method: PATCH'"),
        "{changed}"
    );
    let [change, commands] = ["\nFix, in the page:", "\nTry it"].map(|start| changed.find(start));
    assert!(change.is_some() && change < commands, "{changed}");
    assert!(
        changed.contains(" -X PATCH --preflight preflight.txt"),
        "{changed}"
    );
    assert!(text("PATCH").contains("\nTry it:\n"), "{}", text("PATCH"));
}

#[test]
fn text_has_the_fix_on_the_first_screen() {
    let explanation = Exchange {
        method: "PUT",
        preflight: Some((204, "Access-Control-Allow-Origin: https://app.example/")),
        response: Some((200, "Access-Control-Allow-Origin: https://app.example/")),
        ..GET
    }
    .explain();
    let text = explanation.to_string();
    let expected = "\
blocked: the preflight response allows the origin `https://app.example/`, but
  the page has the origin `https://app.example`
  the value ends with a slash, but an origin does not: remove the slash
  A preflight is the OPTIONS request that asks the server for permission first.

Fix, in the preflight response to OPTIONS https://api.example/notes:
- Access-Control-Allow-Origin: https://app.example/
+ Access-Control-Allow-Origin: https://app.example
+ Access-Control-Allow-Methods: PUT

Fix, in the response to PUT https://api.example/notes:
- Access-Control-Allow-Origin: https://app.example/
+ Access-Control-Allow-Origin: https://app.example
With these changes, the fetch succeeds. Each change is necessary.
";
    assert_eq!(text.get(..expected.len()), Some(expected), "{text}");
    // A broken command would not run, so commands can be longer.
    let mut lines = text.lines().filter(|line| !line.starts_with("$ "));
    assert!(lines.all(|line| line.len() <= 80), "{text}");
}

#[test]
fn success_needs_no_fix() {
    let explanation = Exchange {
        response: Some((404, "Access-Control-Allow-Origin: *")),
        ..GET
    }
    .explain();
    assert_eq!(explanation.fix, Fix::NotNeeded);
    assert_eq!(
        explanation.headline,
        "readable: the page can read the response, which has the status 404"
    );
}

/// With work that grows faster than the number of names, this test would take minutes.
#[test]
fn tens_of_thousands_of_missing_names_are_explained() {
    const NAMES: usize = 50_000;
    let headers: String = (0..NAMES).map(|number| format!("x{number}: 1\n")).collect();
    let listed: Vec<String> = (0..NAMES).map(|number| format!("y{number}")).collect();
    let allowed = format!(
        "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {}",
        listed.join(",")
    );
    let explanation = Exchange {
        headers: headers.leak(),
        preflight: Some((204, allowed.leak())),
        response: Some((200, "Access-Control-Allow-Origin: *")),
        ..GET
    }
    .explain();
    assert_eq!(explanation.refusals.len(), NAMES);
    let Fix::Answers { answers, .. } = &explanation.fix else {
        panic!("no fix");
    };
    assert_eq!(answers[0].edits.len(), NAMES);
}

/// In the mode `no-cors`, browsers also look at the content type. Some rules depend on the body, so they are not certain.
#[test]
fn opaque_response_that_browsers_block_has_a_note() {
    const CERTAIN: Option<&str> = Some("Chromium and Firefox block this response");
    const CHROMIUM: Option<&str> = Some("Chromium blocks this response");
    const FIREFOX: Option<&str> = Some("Firefox blocks this response");
    const POSSIBLE: Option<&str> = Some("browsers can block this response");
    for (status, content_type, options, expected) in [
        (200, "application/json", "", POSSIBLE),
        (200, "text/html; charset=utf-8", "", POSSIBLE),
        (200, "application/problem+json", "", POSSIBLE),
        (200, "application/atom+xml", "", POSSIBLE),
        (200, "application/json", "nosniff", CERTAIN),
        (200, "text/plain", "NoSniff", CHROMIUM),
        (200, "text/plain", "nosniff, other", None),
        (200, "text/plain", "other, nosniff", None),
        (200, "text/plain", "", None),
        (206, "application/json", "", FIREFOX),
        (206, "video/mp4", "", None),
        (200, "application/pdf", "", CERTAIN),
        (200, "text/csv;charset=utf-8", "", CERTAIN),
        (404, "image/png", "", POSSIBLE),
        (404, "application/x-javascript", "", None),
        (200, "application/dash+xml", "nosniff", None),
        (404, "text/css", "nosniff", None),
        (200, "image/svg+xml", "nosniff", None),
        (200, "image/png", "nosniff", None),
        (200, "text/css", "", None),
        (404, "", "", None),
    ] {
        let explained = |mode| {
            let mut init = RequestInit::new("https://api.example/".parse().unwrap());
            init.mode = mode;
            let page = Origin::parse("https://app.example").unwrap();
            let headers = [
                ("Content-Type", content_type),
                ("X-Content-Type-Options", options),
                ("Access-Control-Allow-Origin", "*"),
            ];
            let headers = HeaderList::from_pairs(headers).unwrap();
            let status = StatusCode::from_u16(status).unwrap();
            explain(
                &UserAgent::new(),
                &page,
                &ApiCall::Fetch(init),
                Duration::ZERO,
                |_| Some(Ok(Response::new(status, headers.clone()))),
            )
        };
        let is_about = |note: &&String| note.contains("Opaque Response Blocking");
        let explanation = explained(Mode::NoCors);
        let note = explanation.notes.iter().find(is_about);
        let case = format!("{status} {content_type} {options}: {note:?}");
        assert_eq!(note.is_some(), expected.is_some(), "{case}");
        if let (Some(note), Some(expected)) = (note, expected) {
            assert!(note.starts_with(expected), "{case}");
        }
        assert_eq!(
            explained(Mode::Cors).notes.iter().find(is_about),
            None,
            "{case}"
        );
    }
}

/// The page of a message escapes the values of the message.
#[test]
fn markup_in_messages_is_escaped() {
    for form in ConsoleForm::all() {
        let mut line = String::new();
        for (position, part) in form.template().split(['{', '}']).enumerate() {
            let is_field = position % 2 == 1;
            line += match part {
                "status" => "404",
                "page" => "https://app.example/",
                _ if is_field => "https://a.example/<b>&\"x='",
                text => text,
            };
        }
        let Ok(message) = ConsoleMessage::parse(&line) else {
            continue;
        };
        let page = HtmlPage::new(MARKUP)
            .with_message(MARKUP, &message)
            .with_fetch_not_judged(MARKUP, MARKUP);
        is_well_formed(&page).unwrap();
    }
}

/// A long value is cut off after its beginning, and the text has its length. A name that the reader has to add is not
/// cut off.
#[test]
fn long_values_are_shortened() {
    const LENGTH: usize = 300_000;
    const NAME: &str = "x-a-name-that-is-longer-than-most-names-and-that-the-reader-has-to-copy-into-the-list-of-the-server";
    let long: String = (0..LENGTH)
        .map(|at| char::from(b'a' + (at / 7 % 26) as u8))
        .collect();
    let list: String = (0..LENGTH / 7).map(|at| format!("y{at:05},")).collect();
    let listed = format!("Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: {list}");
    let exchanges = [
        Exchange {
            response: Some((200, format!("Access-Control-Allow-Origin: {long}").leak())),
            ..GET
        },
        Exchange {
            headers: format!("{NAME}: 1\nX-Long: {long}").leak(),
            preflight: Some((204, listed.leak())),
            ..GET
        },
        Exchange {
            url: format!("https://api.example/{long}").leak(),
            ..GET
        },
        Exchange {
            method: long.clone().leak(),
            preflight: Some((204, "Access-Control-Allow-Origin: *")),
            ..GET
        },
    ];
    for (number, exchange) in exchanges.iter().enumerate() {
        let explanation = exchange.explain();
        let page = HtmlPage::new("").with_fetch(exchange.url, &explanation);
        for text in [explanation.to_string(), page.to_string()] {
            let shown = text.get(..2000).unwrap_or(&text);
            assert!(
                text.len() < 60_000,
                "{number}: {} bytes: {shown}",
                text.len()
            );
            let is_shortened = text.contains("...") && text.contains(" (3");
            assert!(is_shortened, "{number}: {shown}");
            assert_eq!(text.contains(NAME), number == 1, "{number}: {shown}");
        }
    }
}

/// A page that sends `Authorization`, and a server that allows all header names.
const AUTHORIZED: Exchange = Exchange {
    headers: "Authorization: a",
    preflight: Some((
        204,
        "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: *",
    )),
    response: Some((200, "Access-Control-Allow-Origin: *")),
    ..GET
};

#[test]
fn engines_that_allow_more_than_the_standard_are_named() {
    let explanation = AUTHORIZED.explain();
    assert_eq!(explanation.verdict, Verdict::Blocked);
    for (difference, engine) in explanation.engines.iter().zip(Engine::RECORDED) {
        assert_eq!(
            (difference.engine, difference.verdict),
            (engine, Verdict::Readable)
        );
        assert_eq!(difference.quirks, [Quirk::WildcardCoversAuthorization]);
    }
    assert_eq!(explanation.engines.len(), Engine::RECORDED.len());
    let paragraph = "
  https://fetch.spec.whatwg.org/#cors-preflight-fetch-0

Chromium, Firefox and WebKit allow this; the standard blocks it: `*` covers
  Authorization (wildcard-covers-authorization)
";
    let text = explanation.summary().to_string();
    assert!(text.ends_with(paragraph), "{text}");
    let page = HtmlPage::new("").with_fetch("", &explanation).to_string();
    assert!(page.contains("<p>Chromium, Firefox and WebKit allow this; the standard blocks it: "));
    // The first lines have this, too: a reader whose browser blocks the fetch has to look for another reason.
    let first = "`authorization`
  but Chromium, Firefox and WebKit do not block the fetch for this reason: the
  difference from the standard is below. If your browser blocks the fetch, look
  for another reason
";
    assert!(text.contains(first), "{text}");
    assert!(page.contains("Chromium, Firefox and WebKit do not block the fetch"));
}

#[test]
fn engines_that_agree_with_the_standard_are_not_named() {
    let listed = Exchange {
        preflight: Some((
            204,
            "Access-Control-Allow-Origin: *\nAccess-Control-Allow-Headers: Authorization",
        )),
        ..AUTHORIZED
    };
    for exchange in [listed, GET] {
        let explanation = exchange.explain();
        assert_eq!(explanation.engines, []);
        assert!(!explanation.to_string().contains("Firefox"));
    }
}

/// The engines accept the preflight response that the standard refuses, and send the request that follows.
#[test]
fn engines_that_accept_a_refused_preflight_are_named() {
    let explanation = Exchange {
        response: None,
        ..AUTHORIZED
    }
    .explain();
    let engines = explanation.engines.iter();
    let engines = engines.map(|other| (other.engine, other.verdict, other.failure));
    let expected = Engine::RECORDED.map(|engine| (engine, Verdict::Undecided, None));
    assert!(engines.eq(expected), "{explanation}");
    let text = explanation
        .to_string()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    let sentence = "Chromium, Firefox and WebKit allow this, and send a request whose answer is not known; the standard blocks it: `*` covers Authorization";
    assert!(text.contains(sentence), "{text}");
}

/// If an answer is not known that the standard needs, no engine is named.
#[test]
fn engines_with_unknown_answers_are_not_named() {
    for unknown in [AUTHORIZED, GET] {
        let unknown = Exchange {
            preflight: None,
            response: None,
            ..unknown
        };
        assert_eq!(unknown.explain().engines, []);
    }
}

/// The line for caches is a part of the data, and not only of the text.
#[test]
fn vary_for_caches_is_data() {
    let explained = |headers: &'static str| {
        let exchange = Exchange {
            response: Some((200, headers)),
            ..GET
        };
        let explanation = exchange.explain();
        let Fix::Answers { answers, .. } = &explanation.fix else {
            panic!("{explanation:?}");
        };
        let has_line = explanation.to_string().contains("\n+ Vary: Origin\n");
        (answers[0].vary, has_line)
    };
    assert_eq!(explained(""), (Some("Origin"), true));
    assert_eq!(explained("Vary: accept"), (Some("Origin"), true));
    assert_eq!(explained("Vary: accept, origin"), (None, false));
    assert_eq!(explained("Vary: *"), (None, false));
}

/// Only `fetch()` can send a stream. An XMLHttpRequest with listeners for its upload also sets the use-CORS-preflight flag.
#[test]
fn request_with_a_stream_is_a_call_of_fetch() {
    let page = Origin::parse("https://app.example").unwrap();
    for (body, api) in [
        (Body::Stream, "fetch"),
        (Body::WithSource, "XMLHttpRequest"),
    ] {
        let mut init = RequestInit::new("https://api.example/".parse().unwrap());
        (init.method, init.body) = ("POST".into(), Some(body.into()));
        let mut request = init.into_request(page.clone()).unwrap();
        request.use_cors_preflight_flag = true;
        assert_eq!(Asked::from(&request).api, api);
    }
}
