//! Messages that contradict themselves, and values that only seem to contradict the message.

use super::*;

/// Each message contradicts itself in one place. The same message without the contradiction is explained.
#[test]
fn lines_that_contradict_themselves_are_named() {
    let cors = |url: &str, reason: &str| {
        format!(
            "Access to fetch at '{url}' from origin 'https://app.example' has been blocked by CORS policy: {reason}"
        )
    };
    let api = |reason: &str| cors("https://api.example/notes", reason);
    let mismatch = |value: &str| {
        api(&format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
        ))
    };
    let invalid = |value: &str| {
        api(&format!(
            "{PREFLIGHT}The 'Access-Control-Allow-Origin' header contains the invalid value '{value}'."
        ))
    };
    let multiple = |value: &str| {
        api(&format!(
            "The 'Access-Control-Allow-Origin' header contains multiple values '{value}', but only one is allowed."
        ))
    };
    let credentials = |value: &str| {
        api(&format!(
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true' when the request's credentials mode is 'include'."
        ))
    };
    let method = |method: &str| {
        api(&format!(
            "Method {method} is not allowed by Access-Control-Allow-Methods in preflight response."
        ))
    };
    let firefox = |reason: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: {reason})."
        )
    };
    let token = |token: &str| {
        firefox(&format!(
            "invalid token ‘{token}’ in CORS header ‘Access-Control-Allow-Methods’"
        ))
    };
    let mixed = |page: &str, url: &str| {
        format!(
            "Mixed Content: The page at '{page}' was loaded over HTTPS, but requested an insecure resource '{url}'. This request has been blocked; the content must be served over HTTPS."
        )
    };
    let unsafe_header = |name: &str| format!("Refused to get unsafe header \"{name}\"");
    let safari =
        |status: u16| format!("Preflight response is not successful. Status code: {status}");
    let failed = |status: u16| {
        format!("Failed to load resource: the server responded with a status of {status} ()")
    };
    let scheme = |url: &str| {
        cors(
            url,
            "Cross origin requests are only supported for protocol schemes: chrome, data, http, https.",
        )
    };
    let redirected = "fetch at 'https://app.example/' (redirected from 'https://api.example/') from origin 'https://app.example'";
    for (wrong, fact, right) in [
        (
            mismatch("https://app.example"),
            "equals the origin",
            mismatch("https://app.example/"),
        ),
        (mismatch("*"), "allows every origin", mismatch("null")),
        (
            invalid("https://app.example"),
            "is an origin",
            invalid("app.example"),
        ),
        (
            invalid("http://127.0.0.1:3000"),
            "is an origin",
            invalid("null"),
        ),
        (
            multiple("https://app.example"),
            "only one value",
            multiple("*, *"),
        ),
        (credentials("true"), "exactly `true`", credentials("True")),
        (method("POST"), "needs no permission", method("PUT")),
        (method("put"), "as `PUT`", method("patch")),
        (token("PUT"), "is valid", token("PUT;DELETE")),
        (safari(204), "is a success", safari(302)),
        (
            api("Response for preflight has invalid HTTP status code 200"),
            "is a success",
            api("Response for preflight has invalid HTTP status code 500"),
        ),
        (failed(200), "is a success", failed(404)),
        (
            mixed("http://app.example/", "http://api.example/"),
            "is not on https",
            mixed("https://app.example/", "http://api.example/"),
        ),
        (
            mixed("https://app.example/", "https://api.example/"),
            "is on https",
            mixed("https://localhost/", "http://api.example/"),
        ),
        (
            unsafe_header("Content-Type"),
            "can read",
            unsafe_header("etag"),
        ),
        (
            scheme("https://api.example/"),
            "scheme `https`",
            scheme("file:///a"),
        ),
        (
            cors("https://app.example/notes", MISSING),
            "origin of the page",
            format!("Access to {redirected} has been blocked by CORS policy: {MISSING}"),
        ),
    ] {
        let sentence = parse(&wrong)
            .contradiction()
            .unwrap_or_else(|| panic!("{wrong}"));
        assert!(sentence.contains(fact), "{sentence}");
        assert_eq!(parse(&wrong).meaning(), sentence);
        assert!(
            parse(&wrong).fix().starts_with("paste the line again"),
            "{wrong}"
        );
        assert_eq!(parse(&right).contradiction(), None, "{right}");
    }
    assert_eq!(
        parse(&unsafe_header("Content-Length")).contradiction(),
        None
    );
    // Older versions of Firefox print this line for a credentialed request.
    let line = firefox("CORS header ‘Access-Control-Allow-Origin’ does not match ‘*’");
    let message = parse(&line);
    assert_eq!(message.contradiction(), None);
    assert_eq!(
        message.failures,
        [
            Failure::WildcardOriginNotAllowed,
            Failure::PreflightWildcardOriginNotAllowed
        ]
    );
    assert!(message.meaning().contains("has credentials"), "{message}");
}

/// A message has only the first and the last URL of the redirects. If the browser refuses the origin of the page, a
/// redirect between these URLs led to a third origin.
#[test]
fn origin_of_the_page_can_be_wrong_after_a_redirect() {
    let reason = |value: &str| {
        format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
        )
    };
    for (from, to) in [
        ("https://api.example/", "https://b.example/"),
        ("https://app.example/api", "https://app.example/cb"),
        ("https://api.example/a", "https://api.example/b"),
    ] {
        let at =
            |page: &str| format!("fetch at '{to}' (redirected from '{from}') from origin '{page}'");
        let page = at("https://app.example");
        let message = chromium(&page, &reason("https://app.example"));
        assert_eq!(message.contradiction(), None, "{page}");
        let meaning = message.meaning();
        assert!(meaning.contains("sent `Origin: null`"), "{meaning}");
        assert_eq!(message.near_misses()[0].kind.name(), "origin-is-null");
        assert!(message.causes()[0].contains("redirects"), "{page}");
        // The origin `null` stays `null` after every redirect.
        let null = chromium(&at("null"), &reason("null"));
        assert!(null.contradiction().is_some(), "{page}");
    }
    let direct = "fetch at 'https://api.example/' from origin 'https://app.example'";
    let direct = chromium(direct, &reason("https://app.example"));
    assert!(direct.contradiction().is_some());
}

/// `null` is not a URL, so Chromium calls the value `null` invalid if the page has another origin.
#[test]
fn null_is_an_invalid_value_for_other_pages() {
    let reason = "The 'Access-Control-Allow-Origin' header contains the invalid value 'null'.";
    for page in ["https://app.example", "http://localhost:4200", "file://"] {
        for reason in [String::from(reason), format!("{PREFLIGHT}{reason}")] {
            let at = format!("fetch at 'https://api.example/x' from origin '{page}'");
            assert_eq!(chromium(&at, &reason).contradiction(), None, "{at}");
        }
    }
    let at = "fetch at 'https://api.example/x' from origin 'null'";
    assert!(chromium(at, reason).contradiction().is_some());
}

/// A preflight with a success is not an error, so the line has no failure code of the status.
#[test]
fn line_about_a_successful_preflight_names_no_wrong_status() {
    let message = parse("OPTIONS https://api.example/ 204 (No Content)");
    assert_eq!(
        message.failures,
        [Failure::PreflightMissingAllowOriginHeader]
    );
    let text = message.to_string();
    assert!(text.contains("status 204, which is a success"), "{text}");
    assert!(!text.contains("must be from 200 to 299"), "{text}");
}

/// Browsers send an address in one form only.
#[test]
fn address_in_another_form_is_the_same_host() {
    let misses = |page: &str, value: &str| {
        let at = format!("fetch at 'https://api.example/' from origin '{page}'");
        let reason = format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
        );
        let misses = chromium(&at, &reason).near_misses().into_iter();
        misses.map(|miss| miss.sentence).collect::<Vec<_>>()
    };
    let same =
        |host: &str| format!("browsers send this host as `{host}`: write this in the server");
    let local = "http://127.0.0.1:3000";
    for value in [
        "http://127.1:3000",
        "http://0x7f.0.0.1:3000",
        "http://2130706433:3000",
    ] {
        assert_eq!(misses(local, value), [same("127.0.0.1")], "{value}");
    }
    let long = "http://[0:0:0:0:0:0:0:1]:3000";
    assert_eq!(misses("http://[::1]:3000", long), [same("[::1]")]);
    let port = misses(local, "http://127.1:80");
    assert!(port.len() == 2 && port[1].contains("port"), "{port:?}");
    // The host is an address of another machine, or the mistake is not in the host.
    for (page, value) in [
        ("https://app.example", "1"),
        ("http://10.0.0.1", "http://010.0.0.1"),
        ("https://127.0.0.1", "https://127.0.0.1:80:80"),
        ("https://127.0.0.1", "https://user@127.0.0.1"),
        ("https://127.0.0.1", "https://127.0.0.1\\x"),
        ("https://app.example", "https://münchen.example:80:80"),
        ("http://[2001:db8::a]", "http://[2001:DB8::A]"),
    ] {
        let misses = misses(page, value);
        let is_form = |miss: &String| miss.starts_with("browsers send this host as");
        assert!(!misses.iter().any(is_form), "{misses:?}");
    }
}
