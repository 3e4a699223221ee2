//! Lines of the consoles of all browsers: each message with its failure, its URL and its values.

use super::*;

#[test]
fn chromium_prints_the_reason_of_the_check() {
    for (reason, failure, on_preflight, value) in CHECKS {
        for (kind, prefix, suffix) in [
            ("fetch", "", ""),
            ("XMLHttpRequest", "index.html:1 ", " main.js:3"),
            ("font", "(index):1 ", ""),
            (
                "script",
                "Uncaught (in promise) TypeError: ",
                "\n    at main.js:3:1",
            ),
        ] {
            for (preflight, failure) in [("", failure), (PREFLIGHT, on_preflight)] {
                let line = format!(
                    "{prefix}{}{suffix}",
                    chromium(kind, &format!("{preflight}{reason}"))
                );
                let message = parse(&line);
                assert_eq!(message.browser, Some(Browser::Chromium), "{line}");
                assert_eq!(message.failures, [failure], "{line}");
                assert_eq!(
                    message.is_preflight(),
                    Some(!preflight.is_empty()),
                    "{line}"
                );
                assert_eq!(message.url.as_deref(), Some(URL), "{line}");
                assert_eq!(message.origin.as_deref(), Some(ORIGIN), "{line}");
                assert_eq!(message.value.as_deref(), value, "{line}");
                assert_eq!(
                    message.resource_kind,
                    Some(kind.to_ascii_lowercase()),
                    "{line}"
                );
                assert!(message.has_reason(), "{line}");
            }
        }
    }
}

/// Each line has its browser, the code of the first failure, and the value in the message. `None` if the message does
/// not have a value. Every line has the same URL.
#[test]
fn lines_of_all_browsers_are_recognized() {
    let firefox = |reason: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. \
             (Reason: {reason}). [Learn More]"
        )
    };
    for (line, browser, code, value) in [
        (
            chromium(
                "fetch",
                &format!("{PREFLIGHT}It does not have HTTP ok status."),
            ),
            Browser::Chromium,
            "preflight-invalid-status",
            None,
        ),
        (
            chromium(
                "fetch",
                &format!("{PREFLIGHT}Redirect is not allowed for a preflight request."),
            ),
            Browser::Chromium,
            "preflight-disallowed-redirect",
            None,
        ),
        (
            chromium(
                "fetch",
                "Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response.",
            ),
            Browser::Chromium,
            "method-disallowed-by-preflight-response",
            Some("PATCH"),
        ),
        (
            chromium(
                "fetch",
                "Request header field x-a is not allowed by Access-Control-Allow-Headers in preflight response.",
            ),
            Browser::Chromium,
            "header-disallowed-by-preflight-response",
            Some("x-a"),
        ),
        (
            chromium(
                "fetch",
                "Cannot parse Access-Control-Allow-Headers response header field in preflight response.",
            ),
            Browser::Chromium,
            "invalid-allow-headers-preflight-response",
            None,
        ),
        (
            chromium(
                "fetch",
                "Redirect location 'https://u:p@a.test/' contains a username and password, which is disallowed for cross-origin requests.",
            ),
            Browser::Chromium,
            "redirect-contains-credentials",
            Some("https://u:p@a.test/"),
        ),
        (
            format!(
                "Failed to load {URL}: No 'Access-Control-Allow-Origin' header is present on the requested resource. Origin '{ORIGIN}' is therefore not allowed access. The response had HTTP status code 404."
            ),
            Browser::Chromium,
            "missing-allow-origin-header",
            None,
        ),
        (
            firefox("CORS header ‘Access-Control-Allow-Origin’ missing"),
            Browser::Firefox,
            "missing-allow-origin-header",
            None,
        ),
        (
            firefox("CORS header 'Access-Control-Allow-Origin' missing"),
            Browser::Firefox,
            "missing-allow-origin-header",
            None,
        ),
        (
            firefox("CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://x.test’"),
            Browser::Firefox,
            "allow-origin-mismatch",
            Some("https://x.test"),
        ),
        (
            firefox("Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed"),
            Browser::Firefox,
            "multiple-allow-origin-values",
            None,
        ),
        (
            firefox(
                "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’",
            ),
            Browser::Firefox,
            "wildcard-origin-not-allowed",
            None,
        ),
        (
            firefox("expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’"),
            Browser::Firefox,
            "invalid-allow-credentials",
            None,
        ),
        (
            firefox("Did not find method in CORS header ‘Access-Control-Allow-Methods’"),
            Browser::Firefox,
            "method-disallowed-by-preflight-response",
            None,
        ),
        (
            firefox(
                "header ‘x-a’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response",
            ),
            Browser::Firefox,
            "header-disallowed-by-preflight-response",
            Some("x-a"),
        ),
        (
            firefox("invalid token ‘a b’ in CORS header ‘Access-Control-Allow-Methods’"),
            Browser::Firefox,
            "invalid-allow-methods-preflight-response",
            Some("a b"),
        ),
        (
            firefox("CORS request did not succeed"),
            Browser::Firefox,
            "network-error",
            None,
        ),
        (
            format!("[Error] XMLHttpRequest cannot load {URL} due to access control checks."),
            Browser::Safari,
            "missing-allow-origin-header",
            None,
        ),
        (
            format!(
                "[Error] Cross-origin redirection to {URL} denied by Cross-Origin Resource Sharing policy: Origin {ORIGIN} is not allowed by Access-Control-Allow-Origin. Status code: 301"
            ),
            Browser::Safari,
            "missing-allow-origin-header",
            None,
        ),
        (
            format!(
                "Mixed Content: The page at '{ORIGIN}/' was loaded over HTTPS, but requested an insecure resource '{URL}'. This request has been blocked; the content must be served over HTTPS."
            ),
            Browser::Chromium,
            "blocked-as-mixed-content",
            None,
        ),
        (
            format!(
                "[blocked] The page at {ORIGIN}/ requested insecure content from {URL}. This content was blocked and must be served over HTTPS."
            ),
            Browser::Safari,
            "blocked-as-mixed-content",
            None,
        ),
        (
            format!("main.js:1 PUT {URL} net::ERR_CONNECTION_REFUSED"),
            Browser::Chromium,
            "network-error",
            Some("PUT"),
        ),
    ] {
        let message = parse(&line);
        assert_eq!(message.browser, Some(browser), "{line}");
        assert_eq!(message.failures[0].code(), code, "{line}");
        assert_eq!(message.url.as_deref(), Some(URL), "{line}");
        let found = message
            .value
            .clone()
            .or(message.header_name.clone())
            .or(message.method.clone());
        assert_eq!(found.as_deref(), value, "{line}");
    }
    for (line, code, status) in [
        (
            "[Error] Preflight response is not successful. Status code: 404",
            "preflight-invalid-status",
            Some(404),
        ),
        (
            "[Error] Failed to load resource: Preflight response is not successful. Status code: 404 (r, line 0)",
            "preflight-invalid-status",
            Some(404),
        ),
        (
            "[Error] Method PUT is not allowed by Access-Control-Allow-Methods.",
            "method-disallowed-by-preflight-response",
            None,
        ),
        (
            "Request header field X-A is not allowed by Access-Control-Allow-Headers.",
            "header-disallowed-by-preflight-response",
            None,
        ),
        (
            "Credentials flag is true, but Access-Control-Allow-Credentials is not \"true\".",
            "invalid-allow-credentials",
            None,
        ),
    ] {
        let message = parse(line);
        assert_eq!(message.browser, Some(Browser::Safari), "{line}");
        assert_eq!(
            (message.failures[0].code(), message.status),
            (code, status),
            "{line}"
        );
        assert_eq!(
            message.is_preflight(),
            if code == "invalid-allow-credentials" {
                None
            } else {
                Some(true)
            }
        );
    }
}

#[test]
fn redirects_and_statuses_are_read() {
    let line = format!(
        "Access to fetch at 'https://login.example/' (redirected from '{URL}') from origin '{ORIGIN}' has been \
         blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
    );
    let message = parse(&line);
    assert_eq!(message.url.as_deref(), Some("https://login.example/"));
    assert_eq!(message.redirected_from.as_deref(), Some(URL));
    let commands = message.next_commands();
    // After a redirect to a third origin, browsers send `Origin: null`, and `curl -L` does not.
    assert_eq!(
        commands[..2],
        [
            format!("curl -sSvi -H 'Origin: {ORIGIN}' '{URL}' > response.txt 2>&1"),
            String::from(
                "curl -sSvi -H 'Origin: null' https://login.example/ >> response.txt 2>&1"
            ),
        ]
    );
    assert!(
        message
            .to_string()
            .contains("only the first and the last URL of the redirects")
    );
    let to_slash = parse(&line.replace("https://login.example/", "https://api.example/notes/"));
    assert_eq!(
        to_slash.next_commands()[0],
        format!("curl -sSviL -H 'Origin: {ORIGIN}' '{URL}' > response.txt 2>&1")
    );
    let message = parse(&format!("GET {URL} net::ERR_FAILED 404 (Not Found)"));
    assert_eq!(
        (message.status, message.method.as_deref()),
        (Some(404), Some("GET"))
    );
}

#[test]
fn lines_without_a_reason_are_recognized() {
    for line in [
        "Uncaught (in promise) TypeError: Failed to fetch",
        "TypeError: NetworkError when attempting to fetch resource.",
        "[Error] Unhandled Promise Rejection: TypeError: Load failed",
        "GET https://api.example/ net::ERR_FAILED",
        "Uncaught (in promise) AxiosError: Network Error",
        "AxiosError {message: 'Network Error', name: 'AxiosError', code: 'ERR_NETWORK', config: {…}}",
        "Error: Network Error",
        "code: 'ERR_NETWORK'",
        "HttpErrorResponse {headers: HttpHeaders, status: 0, message: 'Http failure response for https://api.example/: 0 Unknown Error'}",
        "Http failure response for (unknown url): 0 Unknown Error",
        "[TypeError: Network request failed]",
        "NetworkError: A network error occurred.",
        "NetworkError: Failed to execute 'send' on 'XMLHttpRequest': Failed to load 'https://api.example/'.",
        "(blocked:cors) CORS error",
        "Error: Request has been terminated Possible causes: the network is offline, Origin is not allowed by Access-Control-Allow-Origin, the page is being unloaded, etc.",
        "TypeError: fetch failed",
        "[Error] Fetch API cannot load https://api.example/ due to access control checks.",
        "Failed to load resource: the server responded with a status of 404 ()",
    ] {
        let message = parse(line);
        assert!(!message.has_reason(), "{line}");
        assert!(message.caution().is_some(), "{line}");
    }
    let message = parse("TypeError: Failed to fetch");
    assert!(
        message
            .to_string()
            .contains("look for another line in the console")
    );
    for line in [
        "",
        "a",
        "No header is present",
        "Uncaught TypeError: a is not a function",
    ] {
        assert!(ConsoleMessage::parse(line).is_err(), "{line}");
    }
    let url = |line| parse(line).url;
    assert_eq!(
        url("Http failure response for https://api.example/a: 0 Unknown Error").unwrap(),
        "https://api.example/a"
    );
    assert_eq!(
        url("Http failure response for (unknown url): 0 Unknown Error"),
        None
    );
    let long = format!("{}TypeError: Failed to fetch", " ".repeat(64 << 10));
    assert!(ConsoleMessage::parse(&long).is_err());
}

/// Libraries print an error next to the line of the browser, and Safari repeats the reason.
#[test]
fn lines_that_add_nothing_are_known() {
    let reason = parse(&chromium(
        "fetch",
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    ));
    assert!(parse("AxiosError: Network Error").adds_nothing_to(&reason));
    let line = "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200";
    let mut first = parse(line);
    first.url = Some("https://api.example/".into());
    assert!(parse(&format!("Failed to load resource: {line}")).adds_nothing_to(&first));
    let other = parse(&line.replace("200", "404"));
    assert!(!other.adds_nothing_to(&first));
    assert!(!parse(line).adds_nothing_to(&reason));
}

/// The policy of the page forbids a fetch. The browser prints further lines about the same fetch.
#[test]
fn lines_after_a_policy_of_the_page_add_nothing() {
    for (reason, others) in [
        (
            "Refused to connect to https://api.example/ because it does not appear in the connect-src directive of the Content Security Policy.",
            [
                "Fetch API cannot load https://api.example/ due to access control checks.",
                "TypeError: Load failed",
            ],
        ),
        (
            "Connecting to 'https://api.example/' violates the following Content Security Policy directive: \"connect-src 'self'\". The action has been blocked.",
            [
                "Fetch API cannot load https://api.example/. Refused to connect because it violates the document's Content Security Policy.",
                "Uncaught (in promise) TypeError: Failed to fetch. Refused to connect because it violates the document's Content Security Policy.",
            ],
        ),
        (
            "Content-Security-Policy: The page’s settings blocked the loading of a resource (connect-src) at https://api.example/ because it violates the following directive: “default-src 'self'”",
            [
                "TypeError: NetworkError when attempting to fetch resource.",
                "AxiosError: Network Error",
            ],
        ),
    ] {
        let reason = parse(reason);
        for line in others {
            assert!(parse(line).adds_nothing_to(&reason), "{line}");
            assert!(!reason.adds_nothing_to(&parse(line)), "{line}");
        }
    }
    let image = parse(
        "Loading the image 'https://api.example/a.png' violates the following Content Security Policy directive: \"img-src 'self'\". The action has been blocked.",
    );
    assert!(!parse("TypeError: Failed to fetch").adds_nothing_to(&image));
    let other = "Fetch API cannot load https://b.example/. Refused to connect because it violates the document's Content Security Policy.";
    assert!(!parse(other).adds_nothing_to(&image));
}
