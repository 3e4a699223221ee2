//! Lines of a browser's console.

use std::{error::Error, fs, path::Path};

use fetch_cors::{
    Failure,
    explain::input::{Browser, ConsoleForm, ConsoleMessage},
};
use proptest::prelude::*;

type Outcome = Result<(), Box<dyn Error>>;

const URL: &str = "https://api.example/notes?a=b";
const ORIGIN: &str = "https://app.example";

fn parse(line: &str) -> ConsoleMessage {
    ConsoleMessage::parse(line).unwrap_or_else(|error| panic!("{error}"))
}

fn chromium(kind: &str, reason: &str) -> String {
    format!(
        "Access to {kind} at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy: {reason}"
    )
}

const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";

/// Each reason that Chromium prints after the CORS check, with the failure for a response, the failure for a preflight
/// response, and the header value in the reason.
const CHECKS: [(&str, Failure, Failure, Option<&str>); 6] = [
    (
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        Failure::MissingAllowOriginHeader,
        Failure::PreflightMissingAllowOriginHeader,
        None,
    ),
    (
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the \
         request's credentials mode is 'include'.",
        Failure::WildcardOriginNotAllowed,
        Failure::PreflightWildcardOriginNotAllowed,
        None,
    ),
    (
        "The 'Access-Control-Allow-Origin' header contains multiple values 'https://a.test, *', but only one is \
         allowed. Have the server send the header with a valid value.",
        Failure::MultipleAllowOriginValues,
        Failure::PreflightMultipleAllowOriginValues,
        Some("https://a.test, *"),
    ),
    (
        "The 'Access-Control-Allow-Origin' header contains the invalid value 'a.test'.",
        Failure::InvalidAllowOriginValue,
        Failure::PreflightInvalidAllowOriginValue,
        Some("a.test"),
    ),
    (
        "The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the \
         supplied origin. Have the server send the header with a valid value, or, if an opaque response serves your \
         needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.",
        Failure::AllowOriginMismatch,
        Failure::PreflightAllowOriginMismatch,
        Some("https://app.example/"),
    ),
    (
        "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when \
         the request's credentials mode is 'include'. The credentials mode of requests initiated by the \
         XMLHttpRequest is controlled by the withCredentials attribute.",
        Failure::InvalidAllowCredentials,
        Failure::PreflightInvalidAllowCredentials,
        Some(""),
    ),
];

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

/// Without the end of the line, the reason is missing.
#[test]
fn cut_lines_are_recognized() {
    for line in [
        "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS pol\u{2026}",
        "blocked by CORS policy",
        "CORS policy: The 'Access-Control-Allow-Origin' header",
    ] {
        let error = ConsoleMessage::parse(line).unwrap_err();
        assert!(error.to_string().contains("the line is cut off"), "{error}");
    }
}

/// Firefox translates its messages.
#[test]
fn lines_in_other_languages_are_recognized() {
    for line in [
        "Quellübergreifende (Cross-Origin) Anfrage blockiert: Die Gleiche-Quelle-Regel verbietet das Lesen der externen Ressource auf https://api.example/. (Grund: CORS-Kopfzeile 'Access-Control-Allow-Origin' fehlt). Statuscode: 200.",
        "Blocage d’une requête multiorigine (Cross-Origin Request) : la politique « Same Origin » ne permet pas de consulter la ressource distante située sur https://api.example/. Raison : l’en-tête CORS « Access-Control-Allow-Origin » est manquant. Code d’état : 200.",
        "Solicitud desde otro origen bloqueada: la política de mismo origen impide leer el recurso remoto en https://api.example/ (razón: falta la cabecera CORS 'Access-Control-Allow-Origin'). Código de estado: 200.",
        "クロスオリジン要求をブロックしました: 同一生成元ポリシーにより、https://api.example/ にあるリモートリソースの読み込みは拒否されます (理由: CORS ヘッダー 'Access-Control-Allow-Origin' が足りない)。ステータスコード: 200",
        "已拦截跨源请求：同源策略禁止读取位于 https://api.example/ 的远程资源。（原因：CORS 头缺少 'Access-Control-Allow-Origin'）。状态码：200。",
    ] {
        let error = ConsoleMessage::parse(line).unwrap_err();
        assert!(error.is_translated(), "{line}");
        assert!(error.to_string().contains("in another language"), "{error}");
    }
    for line in [
        "Uncaught TypeError: a is not a function",
        "CORS is enabled",
        "",
        "Der Server läuft",
    ] {
        let error = ConsoleMessage::parse(line).unwrap_err();
        assert!(!error.is_translated(), "{line}");
        assert!(
            error.to_string().contains("paste the whole line"),
            "{error}"
        );
    }
}

/// A shell removes the quotes of a line in single quotes. Chat programs, editors and bug trackers change the quotes.
#[test]
fn quotes_can_be_changed_or_missing() {
    let line = chromium(
        "fetch",
        &format!(
            "The 'Access-Control-Allow-Origin' header has a value '{ORIGIN}/' that is not equal to the supplied origin."
        ),
    );
    let firefox = format!(
        "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at '{URL}'. \
         (Reason: header 'x-a' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight \
         response)."
    );
    let method = chromium(
        "fetch",
        "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
    );
    for quote in ["", "\"", "`", "´", "„", "«", "&#39;", "&quot;", "\\'"] {
        let message = parse(&line.replace('\'', quote));
        assert_eq!(message.failures, [Failure::AllowOriginMismatch], "{quote}");
        let fields = [message.url, message.origin, message.value];
        let expected = [URL.to_owned(), ORIGIN.to_owned(), format!("{ORIGIN}/")];
        assert_eq!(fields, expected.map(Some), "{quote}");

        let message = parse(&firefox.replace('\'', quote));
        assert_eq!(message.header_name.as_deref(), Some("x-a"), "{quote}");
        assert_eq!(message.url.as_deref(), Some(URL), "{quote}");

        // The reason has no quotes, but the words around the reason have quotes.
        let message = parse(&method.replace('\'', quote));
        let fields = [message.url, message.origin, message.method];
        let expected = [URL, ORIGIN, "PUT"].map(|field| Some(field.to_owned()));
        assert_eq!(fields, expected, "{quote}");
    }
    let preflight = chromium(
        "fetch",
        &format!(
            "{PREFLIGHT}No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ),
    );
    let message = parse(&preflight.replace('\'', ""));
    assert_eq!(
        message.failures,
        [Failure::PreflightMissingAllowOriginHeader]
    );
}

/// A terminal, an e-mail or a PDF wraps at spaces and at hyphens.
#[test]
fn message_is_read_at_each_width() {
    let line = chromium(
        "fetch",
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
    );
    for width in [30, 40, 60, 80] {
        let mut text = String::new();
        let mut column = 0;
        for part in line.split_inclusive([' ', '-']) {
            if column + part.len() > width {
                text.push('\n');
                column = 0;
            }
            text.push_str(part);
            column += part.len();
        }
        let lines = ConsoleMessage::parse_all(&text);
        let message = lines[0].message.as_ref().unwrap();
        assert_eq!(message.failures, [Failure::MissingAllowOriginHeader]);
        assert_eq!(message.url.as_deref(), Some(URL), "{text}");
        assert_eq!(lines.len(), 1, "{text}");
    }
}

#[test]
fn wrapped_messages_are_one_message() {
    let text = format!(
        "Access to fetch at '{URL}'\nfrom origin '{ORIGIN}' has been blocked by CORS policy: No 'Access-Control-\n\
         Allow-Origin' header is present on the requested resource.\n\nmain.js:3 GET {URL} net::ERR_FAILED\n\
         Access to fetch at 'x'\nAccess to fetch at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy:\n\
         {PREFLIGHT}\nIt does not have HTTP ok status.\n    at main.js\n"
    );
    let found: Vec<_> = ConsoleMessage::parse_all(&text)
        .into_iter()
        .map(|line| {
            let message = line.message.ok();
            (
                line.line,
                message.map(|message| message.failures.first().copied()),
            )
        })
        .collect();
    let expected = [
        (1, Some(Some(Failure::MissingAllowOriginHeader))),
        (5, Some(Some(Failure::MissingAllowOriginHeader))),
        (6, None),
        (7, Some(Some(Failure::PreflightInvalidStatus))),
        (10, None),
    ];
    assert_eq!(found, expected);
}

/// Safari prints the reason in one line, and the URL in the next line.
#[test]
fn lines_of_safari_complete_each_other() {
    let reason = format!(
        "[Error] Origin {ORIGIN} is not allowed by Access-Control-Allow-Origin. Status code: 404\n"
    );
    let url =
        |url: &str| format!("[Error] Fetch API cannot load {url} due to access control checks.\n");
    let urls = |text: &str| {
        let lines = ConsoleMessage::parse_all(text).into_iter();
        lines
            .map(|line| line.message.unwrap().url)
            .collect::<Vec<_>>()
    };
    let [a, b] = ["https://a.example/", "https://b.example/"].map(|url| Some(url.to_owned()));
    let text = [
        &*reason,
        &url("https://a.example/"),
        &reason,
        &url("https://b.example/"),
    ]
    .concat();
    assert_eq!(urls(&text), [a.clone(), a, b.clone(), b]);
    let far = [
        &*reason,
        "TypeError: Load failed\n",
        "TypeError: Load failed\n",
        &url("https://a.example/"),
    ]
    .concat();
    assert_eq!(urls(&far)[0], None);
    // If the request got no response, the line with the URL can come first.
    let refused = "[Error] Failed to load resource: Could not connect to the server.\n";
    let reversed = [
        &*url("https://a.example/"),
        refused,
        &reason,
        &url("https://b.example/"),
    ];
    let [a, b] = ["https://a.example/", "https://b.example/"].map(|url| Some(url.to_owned()));
    assert_eq!(urls(&reversed.concat()), [a.clone(), a, b.clone(), b]);
}

/// Safari prints the reason a second time, before the reason of the next failure.
#[test]
fn repeated_reason_of_safari_does_not_take_the_next_url() {
    let reason = |status: u16| {
        format!(
            "Origin {ORIGIN} is not allowed by Access-Control-Allow-Origin. Status code: {status}"
        )
    };
    let url = |url: &str| format!("Fetch API cannot load {url} due to access control checks.");
    let text = [
        reason(404),
        url("https://a.example/"),
        format!("Failed to load resource: {} (a, line 0)", reason(404)),
        reason(500),
        url("https://b.example/"),
    ]
    .join("\n");
    let lines = ConsoleMessage::parse_all(&text);
    let urls: Vec<_> = lines
        .iter()
        .map(|line| line.message.as_ref().unwrap().url.as_deref())
        .collect();
    let [a, b] = [Some("https://a.example/"), Some("https://b.example/")];
    assert_eq!(urls, [a, a, None, b, b]);
}

/// The reason has the URL after a redirect. The next line has the URL that redirected.
#[test]
fn lines_of_safari_about_a_redirect_complete_each_other() {
    let text = "[Error] Cross-origin redirection to https://b.example/notes denied by Cross-Origin Resource Sharing policy: Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: 200\n\
         [Error] XMLHttpRequest cannot load https://a.example/notes due to access control checks.\n";
    let repeated = text
        .lines()
        .next()
        .unwrap()
        .replace("[Error]", "Failed to load resource:");
    let lines = ConsoleMessage::parse_all(&format!("{text}{repeated}"));
    let [reason, second, third] = &*lines else {
        panic!()
    };
    let (reason, second) = (
        reason.message.as_ref().unwrap(),
        second.message.as_ref().unwrap(),
    );
    assert_eq!(reason.url.as_deref(), Some("https://b.example/notes"));
    assert_eq!(
        reason.redirected_from.as_deref(),
        Some("https://a.example/notes")
    );
    assert!(second.adds_nothing_to(reason));
    assert!(third.message.as_ref().unwrap().adds_nothing_to(reason));
    // Safari prints the origin that it sends, so it did not send `null`.
    let text = reason.to_string();
    let (text, _) = text.split_once("\nThe message:").unwrap();
    assert!(!text.contains("`null`"), "{text}");
}

#[test]
fn explanation_of_a_line_has_fix_causes_and_commands() {
    let line = chromium(
        "fetch",
        "Request header field content-type is not allowed by Access-Control-Allow-Headers in preflight response.",
    );
    let expected = "Chromium: `Access-Control-Allow-Headers` of the preflight response does not
  allow the request header `content-type`
  A preflight is the OPTIONS request that asks the server for permission first.

Likeliest fix: answer the preflight with `Access-Control-Allow-Headers:
  content-type`, plus the names that your server already lists

Caution: browsers name only the first denied header: after you allow this
  header, the next header fails. List all names of
  `Access-Control-Request-Headers`

Usual causes, the most frequent first:
  1. the server's list does not have this name
  2. the list is `*`: with credentials, `*` is not a wildcard
  3. the page sets the header by mistake: if the page does not need it, remove
     it there

To be certain, run:
$ curl -sSviX OPTIONS -H 'Origin: https://app.example' -H 'Access-Control-Request-Method: METHOD' -H 'Access-Control-Request-Headers: content-type' 'https://api.example/notes?a=b' > preflight.txt 2>&1
$ fetch-cors explain --origin https://app.example --url 'https://api.example/notes?a=b' -H 'content-type: application/json' --preflight preflight.txt
Add each other header that the page sets, such as `Authorization`, to
`Access-Control-Request-Headers`, in lower case: `content-type,authorization`.
Replace the words in upper case: the message does not have these values.

The message:
  URL: `https://api.example/notes?a=b`
  origin of the page: `https://app.example`
  request header: `content-type`
  failure code: header-disallowed-by-preflight-response";
    assert_eq!(parse(&line).to_string(), expected);
}

#[test]
fn fix_depends_on_the_values_of_the_message() {
    let fix = |reason: &str| parse(&chromium("fetch", reason)).fix();
    let method = |name: &str| {
        fix(&format!(
            "Method {name} is not allowed by Access-Control-Allow-Methods in preflight response."
        ))
    };
    assert_eq!(
        method("PUT"),
        "answer the preflight with `Access-Control-Allow-Methods: PUT`, plus the methods that your server already lists"
    );
    assert!(
        method("patch").starts_with("in the page, write the method in upper case: `PATCH`. Then")
    );
    assert!(
        method("Query").starts_with("in the page, write the method in upper case: `QUERY`. Then")
    );
    let header = |name: &str| {
        fix(&format!(
            "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
        ))
    };
    assert!(
        header("x-a").starts_with("answer the preflight with `Access-Control-Allow-Headers: x-a`")
    );
    for name in [
        "Access-Control-Allow-Origin",
        "access-control-max-age",
        "X-Frame-Options",
    ] {
        let start = format!("remove `{name}` from the request in the page");
        assert!(header(name).starts_with(&start), "{}", header(name));
        let line = chromium(
            "fetch",
            &format!(
                "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
            ),
        );
        // No part of the text tells the server to allow the header, because the page must not send this header.
        let text = parse(&line).to_string().replace("\n  ", " ");
        assert!(!text.contains("answer the preflight with"), "{text}");
        assert!(!text.contains("after you allow this header"), "{text}");
    }
}

#[test]
fn mistakes_of_the_value_are_named() {
    let text = |value: &str| {
        let reason = format!(
            "The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin. Have the server send the header with a valid value."
        );
        parse(&chromium("fetch", &reason)).to_string()
    };
    for (value, mistake) in [
        ("https://app.example/", "the value ends with a slash"),
        ("http://app.example", "the scheme differs"),
        ("https://app.example:81", "the value has the port 81"),
        ("https://www.app.example", "`www.`"),
        ("https://api.example", "the origin of the server itself"),
        ("null", "`null` is the origin of sandboxed pages, of files"),
    ] {
        assert!(text(value).contains(mistake), "{}", text(value));
    }
    let firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: ";
    let status = |status: u16| parse(&format!("{firefox}{status}.")).to_string();
    assert!(status(404).contains("the response is an error (status 404)"));
    assert!(status(302).contains("the response is a redirect (status 302)"));
    assert!(!status(200).contains("status 200)"));
}

/// A script asks for a header that the response does not expose.
#[test]
fn header_that_is_not_exposed_has_a_fix() {
    for line in [
        "Refused to get unsafe header \"X-Total-Count\"",
        "main.js:7 Refused to get unsafe header \"X-Total-Count\"",
    ] {
        let message = parse(line);
        assert_eq!(message.header_name.as_deref(), Some("X-Total-Count"));
        assert!(
            message
                .fix()
                .starts_with("send `Access-Control-Expose-Headers: X-Total-Count`")
        );
    }
}

/// The messages about the local network have different fixes.
#[test]
fn local_network_has_the_fix_of_each_message() {
    for (reason, fix) in [
        (
            "The request client is not a secure context and the resource is in more-private address space `private`.",
            "serve the page over https",
        ),
        (
            "No 'Access-Control-Allow-Private-Network' header was present in the preflight response for this private network request targeting the `private` address space.",
            "answer the preflight with `Access-Control-Allow-Private-Network: true`",
        ),
        (
            "Permission was denied for this request to access the `loopback` address space.",
            "if the URL is a mistake",
        ),
    ] {
        let line = chromium("fetch", reason);
        assert!(parse(&line).fix().starts_with(fix), "{line}");
    }
}

/// Firefox prints the list that is not valid.
#[test]
fn mistakes_of_the_list_are_named() {
    for (value, mistake) in [
        (
            "put; get",
            "separate the elements of the list with commas, not with spaces or semicolons",
        ),
        (
            "PUT GET",
            "separate the elements of the list with commas, not with spaces or semicolons",
        ),
        (
            "'PUT'",
            "the value has quotation marks or brackets: remove them",
        ),
    ] {
        for header in ["Methods", "Headers"] {
            let line = format!(
                "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: invalid token ‘{value}’ in CORS header ‘Access-Control-Allow-{header}’)."
            );
            let misses = parse(&line).near_misses();
            let sentences: Vec<_> = misses.iter().map(|miss| &*miss.sentence).collect();
            assert_eq!(sentences, [mistake], "{line}");
        }
    }
}

/// If the line has the status, the causes fit this status.
#[test]
fn status_of_the_line_decides_the_causes() {
    let firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).";
    let safari = "Origin https://app.example is not allowed by Access-Control-Allow-Origin.";
    for line in [firefox, safari] {
        let status = |status: u16| parse(&format!("{line} Status code: {status}."));
        let is_about_errors = |cause: &String| cause.starts_with("the response is an error");
        assert!(!status(200).causes().iter().any(is_about_errors), "{line}");
        assert!(status(404).causes().iter().any(is_about_errors), "{line}");
        assert!(parse(line).causes().iter().any(is_about_errors), "{line}");
    }
    let caution = |end: &str| {
        parse(&format!("{firefox}{end}"))
            .caution()
            .unwrap_or_default()
    };
    assert!(caution("").contains("look at the status of the response first"));
    let success = caution(" Status code: 200.");
    assert!(
        success.starts_with("the status is not an error"),
        "{success}"
    );
    assert!(!success.contains("404"), "{success}");
    let error = caution(" Status code: 404.");
    assert!(
        error.contains("find the reason for the status first"),
        "{error}"
    );
}

/// Chromium prints an empty value for a missing header.
#[test]
fn empty_value_is_named() {
    let shown = |reason: &str| parse(&chromium("fetch", reason)).to_string();
    let credentials = shown(CHECKS[5].0);
    assert!(
        credentials.starts_with("Chromium: the request has credentials, and `Access-Control-Allow-Credentials` is\n  missing or empty\n"),
        "{credentials}"
    );
    let one = shown(&CHECKS[5].0.replace("''", "'1'"));
    assert!(one.contains("not exactly `true`"), "{one}");
    for reason in [
        CHECKS[5].0,
        "The 'Access-Control-Allow-Origin' header contains the invalid value ''.",
        "The 'Access-Control-Allow-Origin' header has a value '' that is not equal to the supplied origin.",
        "The 'Access-Control-Allow-Origin' header contains multiple values '', but only one is allowed.",
        "Redirect location '' contains a username and password, which is disallowed for cross-origin requests.",
    ] {
        let shown = shown(reason);
        assert!(!shown.contains("``"), "{shown}");
        assert!(
            shown.contains("value of the response header: missing or empty\n"),
            "{shown}"
        );
    }
}

#[test]
fn line_without_values_is_named() {
    for line in ["TypeError: Failed to fetch", "AxiosError: Network Error"] {
        let shown = parse(line).to_string();
        assert!(
            shown.ends_with("\nThe message does not have a URL, an origin or a reason."),
            "{shown}"
        );
    }
}

#[test]
fn line_about_a_resource_has_no_url() {
    let line = parse("Failed to load resource: net::ERR_FAILED");
    assert_eq!(line.url, None);
}

#[test]
fn text_from_outside_is_escaped() {
    let line = chromium(
        "fetch",
        "The 'Access-Control-Allow-Origin' header contains the invalid value '\x1b[31m`$(id)'.",
    )
    .replace("/notes", "/\u{202e}\u{e9}'$(id)");
    let shown = parse(&line).to_string();
    assert!(!shown.contains(['\x1b', '\u{202e}']), "{shown}");
    assert!(shown.contains("`\\u{1b}[31m\\u{60}$(id)`"), "{shown}");
    let command = parse(&line).next_commands().remove(0);
    assert!(
        command.contains(r"$'https://api.example/\xc3\xa9\'$(id)?a=b'"),
        "{command}"
    );
}

fn page(path: &str) -> Result<String, Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    Ok(fs::read_to_string(path)?)
}

/// Returns the rows of the tables in `spec-notes/console.md`.
fn rows() -> Vec<String> {
    let forms = ConsoleForm::all().iter();
    forms
        .map(|form| {
            let browser = form.browser().map_or("several", Browser::as_str);
            let failures: Vec<_> = form
                .failures()
                .iter()
                .map(|failure| format!("`{failure}`"))
                .collect();
            let failures = if failures.is_empty() {
                "–".to_owned()
            } else {
                failures.join(", ")
            };
            format!("| {browser} | `` {} `` | {failures} |", form.template())
        })
        .collect()
}

#[test]
fn notes_list_the_messages_in_order() -> Outcome {
    let page = page("spec-notes/console.md")?;
    let found: Vec<_> = page
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains("`` "))
        .collect();
    assert_eq!(found, rows(), "the table must be:\n{}", rows().join("\n"));
    Ok(())
}

#[test]
fn notes_list_the_meanings_and_warnings() -> Outcome {
    let page = page("spec-notes/console.md")?;
    let mut expected = Vec::new();
    for form in ConsoleForm::all() {
        if let Some(caution) = form.caution() {
            let row = format!("| {} | {caution} |", form.meaning());
            if !expected.contains(&row) {
                expected.push(row);
            }
        }
    }
    let (_, table) = page.split_once("| meaning | ").ok_or("no table")?;
    let found: Vec<_> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .collect();
    assert_eq!(
        found,
        expected,
        "the table must be:\n{}",
        expected.join("\n")
    );
    Ok(())
}

/// The page `cases.md` quotes words of the console message of each failure. These words occur in a message.
#[test]
fn words_of_the_format_page_are_in_the_messages() -> Outcome {
    let page = page("src/cases/format/cases.md")?;
    let mut checked = 0;
    for row in page.lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<_> = row.split(" | ").collect();
        let [code, _, _, _, console] = columns[..] else {
            continue;
        };
        let Ok(failure) = code.trim_matches(['|', ' ', '`']).parse::<Failure>() else {
            continue;
        };
        let fragments = console.split('`').skip(1).step_by(2);
        for fragment in
            fragments.filter(|fragment| *fragment != "TypeError" && !fragment.starts_with('.'))
        {
            let has_words = |form: &ConsoleForm| {
                let mut rest = form.template();
                fragment
                    .split('…')
                    .all(|words| match rest.split_once(words) {
                        Some((_, behind)) => {
                            rest = behind;
                            true
                        }
                        None => false,
                    })
            };
            let check = failure
                .code()
                .trim_start_matches("preflight-")
                .parse::<Failure>();
            let is_meant = |form: &ConsoleForm| {
                form.failures().contains(&failure)
                    || check
                        .as_ref()
                        .is_ok_and(|check| form.failures().contains(check))
            };
            let mut forms = ConsoleForm::all().iter();
            let found = forms.any(|form| {
                form.browser() == Some(Browser::Chromium) && has_words(form) && is_meant(form)
            });
            assert!(found, "{code}: no message with {fragment:?}");
            checked += 1;
        }
    }
    assert!(checked > 35, "{checked}");
    Ok(())
}

/// Returns a message in this form, with a value in place of each placeholder.
fn message_of(form: &ConsoleForm) -> String {
    let value = |name: &str| match name {
        // A message about mixed content has a URL on http.
        "url" if form.failures() == [Failure::BlockedAsMixedContent] => "http://api.example/notes",
        "url" if form.failures() == [Failure::UnsupportedScheme] => "other:a",
        "url" | "from" => URL,
        // A list with one valid value and one invalid value.
        "value" | "list" => "https://b.example, a b",
        "page" => "https://app.example/a",
        "origin" => ORIGIN,
        "status" => "404",
        "kind" => "fetch",
        "method" => "PUT",
        "header" => "x-a",
        _ => "other",
    };
    let mut parts = form.template().split('{');
    let mut line = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, text) = part.split_once('}').unwrap();
        line += value(name);
        line += text;
    }
    line
}

#[test]
fn each_form_is_found_first_in_its_own_message() {
    for form in ConsoleForm::all() {
        let message = parse(&message_of(form));
        assert_eq!(message.failures, form.failures(), "{}", form.template());
        assert!(!message.causes().is_empty() && !message.fix().is_empty());
        // The text is broken into lines, so the test compares words.
        let words: Vec<_> = message
            .to_string()
            .split_whitespace()
            .map(String::from)
            .collect();
        assert!(words.join(" ").contains(&message.meaning()));
    }
}

/// Each form with a message, and the meaning of the message. A change of a form changes this list.
#[test]
fn each_form_has_a_reviewed_message() {
    let shown = ConsoleForm::all().iter().map(|form| {
        let line = message_of(form);
        let line = if line.starts_with("(Reason: ") {
            format!("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. {line}")
        } else if line.contains("Access-Control-") && form.browser() == Some(Browser::Chromium) {
            chromium("fetch", &line)
        } else {
            line
        };
        let message = parse(&line);
        let codes: Vec<_> = message.failures.iter().map(|failure| failure.code()).collect();
        let browser = message.browser.map_or("several", Browser::as_str);
        format!(
            "{line}\n  {browser}: {}\n  url {}, origin {}\n  {}\n  fix: {}\n",
            codes.join(", "),
            message.url.as_deref().unwrap_or("-"),
            message.origin.as_deref().unwrap_or("-"),
            message.meaning(),
            message.fix(),
        )
    });
    let shown: Vec<_> = shown.collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("console-forms", shown.join("\n")));
}

proptest! {
    /// Values and words around the message do not change its meaning.
    #[test]
    fn values_of_each_form_are_read(
        form in prop::sample::select(CHECKS.to_vec()),
        is_preflight in any::<bool>(),
        path in "[!-&(-~]{0,20}",
        before in "[a-z.:0-9 ]{0,20}",
        after in "[a-z.:0-9 ]{0,20}",
    ) {
        let (reason, failure, on_preflight, value) = form;
        let url = format!("https://api.example/{path}");
        let intro = if is_preflight { PREFLIGHT } else { "" };
        let line = chromium("fetch", &format!("{intro}{reason}")).replace(URL, &url);
        let message = ConsoleMessage::parse(&format!("{before}{line}{after}")).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(&message.failures, &[if is_preflight { on_preflight } else { failure }]);
        prop_assert_eq!(message.url.as_deref(), Some(&*url));
        prop_assert_eq!(message.value.as_deref(), value);
    }

    /// No text panics, and the printed text has no control characters except line breaks.
    #[test]
    fn any_text_is_recognized_or_refused(
        parts in prop::collection::vec(
            prop_oneof![
                prop::sample::select(ConsoleForm::all().iter().map(|form| form.template().to_owned()).collect::<Vec<_>>()),
                prop::sample::select(vec!["Access to fetch at '", "' from origin '", "\n", " net::ERR_", "\u{1b}", "‘", "{url}", "`"]).prop_map(str::to_owned),
                any::<String>(),
            ],
            0..6,
        )
    ) {
        let text = parts.concat();
        for line in ConsoleMessage::parse_all(&text) {
            let shown = match line.message {
                Ok(message) => message.to_string(),
                Err(error) => error.to_string(),
            };
            prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        }
    }
}

/// The message of a line has the same cautions as an explanation. For example, `null` allows sandboxed pages of every
/// site.
#[test]
fn unsafe_changes_have_cautions() {
    use fetch_cors::explain::CautionKind as Kind;
    let null = |reason: &str| chromium("fetch", reason).replace(ORIGIN, "null");
    let missing = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    let wildcard = "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.";
    let credentials = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.";
    let mismatch = "The 'Access-Control-Allow-Origin' header has a value 'https://a.test' that is not equal to the supplied origin.";
    for (line, expected) in [
        (null(missing), &[Kind::NullOrigin][..]),
        (null(&format!("{PREFLIGHT}{missing}")), &[Kind::NullOrigin]),
        (null(mismatch), &[Kind::NullOrigin]),
        (null(wildcard), &[Kind::NullOrigin]),
        (
            "Origin null is not allowed by Access-Control-Allow-Origin. Status code: 200".into(),
            &[Kind::NullOrigin],
        ),
        (chromium("fetch", missing), &[]),
        (chromium("fetch", wildcard), &[Kind::Reflection]),
        (chromium("fetch", credentials), &[Kind::Reflection]),
        (null(credentials), &[Kind::NullOrigin]),
        (
            null(&format!("{PREFLIGHT}{credentials}")),
            &[Kind::NullOrigin],
        ),
        (
            chromium("fetch", credentials).replace(ORIGIN, "http://app.example"),
            &[Kind::Reflection, Kind::InsecureOrigin],
        ),
        (
            chromium("fetch", wildcard).replace(ORIGIN, "http://app.example"),
            &[Kind::Reflection, Kind::InsecureOrigin],
        ),
        (
            "GET https://a.test/ net::ERR_BLOCKED_BY_RESPONSE.NotSameOrigin".into(),
            &[Kind::AnySiteCanEmbed],
        ),
    ] {
        let message = parse(&line);
        let found: Vec<_> = message
            .cautions()
            .iter()
            .map(|caution| caution.kind)
            .collect();
        assert_eq!(found, expected, "{line}");
        let text = message.to_string();
        assert!(
            !text.contains("Likeliest fix: send `Access-Control-Allow-Origin: null`"),
            "{text}"
        );
        if found == [Kind::NullOrigin] {
            assert!(message.fix().starts_with("load the page"), "{text}");
        }
        for caution in message.cautions() {
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words(&text).contains(&words(&caution.safer)), "{text}");
        }
    }
}

/// An invisible character of the value is shown, and is the first mistake.
#[test]
fn invisible_characters_of_the_value_are_shown() {
    for character in [
        '\u{200b}', '\u{a0}', '\u{ad}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{202e}', '\u{2003}',
        '\u{3000}',
    ] {
        let code = u32::from(character);
        let reason = format!(
            "The 'Access-Control-Allow-Origin' header has a value '{ORIGIN}{character}' that is not equal to the supplied origin."
        );
        let firefox = format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{ORIGIN}{character}’)."
        );
        for line in [chromium("fetch", &reason), firefox] {
            let message = parse(&line);
            let kinds: Vec<_> = message.near_misses().iter().map(|miss| miss.kind).collect();
            assert_eq!(
                kinds,
                [fetch_cors::explain::NearMissKind::InvisibleCharacter],
                "{code:x}"
            );
            let text = message.to_string();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&format!("U+{code:04X}")), "{text}");
            assert!(text.contains(&format!("{ORIGIN}\\u{{{code:x}}}")), "{text}");
            assert!(text.contains("remove it"), "{text}");
        }
        // Some programs through which a line is pasted add an invisible character to the text around the value.
        let pasted =
            chromium("fetch", CHECKS[0].0).replace("has been", &format!("has{character} been"));
        let message = parse(&pasted.replace(ORIGIN, &format!("{ORIGIN}{character}")));
        assert_eq!(
            message.failures,
            [Failure::MissingAllowOriginHeader],
            "{code:x}"
        );
    }
}

/// Firefox does not print the origin of the page. The message still names a wrong spelling of the value.
#[test]
fn spelling_of_the_value_does_not_need_the_origin() {
    let line = |value: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’)."
        )
    };
    let kinds = |value: &str| {
        let misses = parse(&line(value)).near_misses();
        misses
            .iter()
            .map(|miss| miss.kind.name())
            .collect::<Vec<_>>()
    };
    assert_eq!(kinds("https://app.example;"), ["extra-character"]);
    assert_eq!(kinds("https://app.example/"), ["trailing-slash"]);
    assert_eq!(kinds("${ORIGIN}"), ["placeholder"]);
    assert!(kinds("https://other.example").is_empty());
}

/// A line with only a status does not say whether CORS denied the response.
#[test]
fn lines_with_a_status_are_recognized() {
    for (line, method, status) in [
        (
            "GET https://api.example/notes?a=b 404 (Not Found)",
            "GET",
            404,
        ),
        (
            "main.js:12  POST https://api.example/notes?a=b 500 (Internal Server Error)",
            "POST",
            500,
        ),
        (
            "XHRGET https://api.example/notes?a=b [HTTP/2 404 Not Found 12ms]",
            "GET",
            404,
        ),
        (
            "XHR PUT https://api.example/notes?a=b [HTTP/1.1 401 Unauthorized 3ms]",
            "PUT",
            401,
        ),
    ] {
        let message = parse(line);
        assert_eq!(
            (message.method.as_deref(), message.status),
            (Some(method), Some(status)),
            "{line}"
        );
        assert_eq!(message.url.as_deref(), Some(URL), "{line}");
        assert!(!message.has_reason(), "{line}");
        assert!(
            message
                .causes()
                .iter()
                .any(|cause| cause.contains("blocked by CORS policy"))
        );
    }
}

/// If a server redirects to a third origin, and the server's origin is not the page's origin, browsers send `Origin:
/// null`.
#[test]
fn redirect_to_a_third_origin_is_named() {
    let line = |from: &str, origin: &str, reason: &str| {
        parse(&format!(
            "Access to fetch at 'https://last.example/a' (redirected from '{from}') from origin '{origin}' has been \
             blocked by CORS policy: {reason}"
        ))
    };
    for (reason, ..) in &CHECKS[..5] {
        for origin in [ORIGIN, "null"] {
            let message = line("https://first.example/", origin, reason);
            let fix = message.fix();
            assert!(
                fix.starts_with("let the page fetch `https://last.example/a` directly"),
                "{fix}"
            );
            let text = message.to_string();
            assert!(!text.contains("sandbox attribute"), "{text}");
            assert!(!text.contains("--origin null"), "{text}");
            assert_eq!(message.near_misses()[0].kind.name(), "origin-is-null");
            assert_eq!(
                message.cautions()[0].safer,
                "let the page fetch `https://last.example/a`, and allow this request from the origin of the page: then there is no redirect to another origin"
            );
        }
        // The first server has the origin of the page or of the last URL.
        for from in ["https://app.example/a", "https://last.example/"] {
            let fix = line(from, ORIGIN, reason).fix();
            assert!(!fix.contains("directly"), "{fix}");
        }
    }
    let sandboxed = line("https://last.example/", "null", CHECKS[0].0);
    assert!(sandboxed.fix().contains("`sandbox`"), "{}", sandboxed.fix());
}

/// Chromium names the scheme of the URL. If `http://` is missing, this scheme is in fact the host.
#[test]
fn unsupported_schemes_are_named() {
    for (url, scheme, fix) in [
        (
            "localhost:3000/x",
            "localhost",
            "`localhost:` is read as the scheme: write `http://localhost:3000/x`",
        ),
        (
            "api.example:81/",
            "api.example",
            "`api.example:` is read as the scheme: write `http://api.example:81/`",
        ),
        (
            "file:///a",
            "file",
            "open the page over `http://localhost`. In the code of the page, write the whole URL of the request, with `http://` or `https://`",
        ),
    ] {
        let message = parse(&format!(
            "Fetch API cannot load {url}. URL scheme \"{scheme}\" is not supported."
        ));
        assert_eq!(message.failures, [Failure::UnsupportedScheme], "{url}");
        assert_eq!(message.url.as_deref(), Some(url));
        assert_eq!(message.fix(), fix);
    }
}

/// The kind of a request can have two words, and older versions of Chromium name a redirect first.
#[test]
fn url_and_origin_are_read_from_each_beginning() {
    for kind in [
        "CSS stylesheet",
        "internal resource",
        "CSS stylesheet import",
        "link-element resource",
    ] {
        let message = parse(&chromium(kind, CHECKS[0].0));
        assert_eq!(message.url.as_deref(), Some(URL), "{kind}");
        assert_eq!(message.origin.as_deref(), Some(ORIGIN), "{kind}");
        assert_eq!(message.resource_kind, Some(kind.to_ascii_lowercase()));
    }
    let message = parse(&format!(
        "Redirect from '{URL}' to 'https://last.example/' has been blocked by CORS policy: {} Origin '{ORIGIN}' is therefore not allowed access.",
        CHECKS[0].0
    ));
    assert_eq!(message.url.as_deref(), Some(URL));
    assert_eq!(message.origin.as_deref(), Some(ORIGIN));
    assert_eq!(message.failures, [Failure::MissingAllowOriginHeader]);
}

/// Two names of the user's own computer are two origins.
#[test]
fn names_of_the_own_computer_are_compared() {
    for (value, page) in [
        ("http://127.0.0.1:3000", "http://localhost:3000"),
        ("http://localhost:3000", "http://127.0.0.1:3000"),
    ] {
        let reason = CHECKS[4].0.replace("https://app.example/", value);
        let message = parse(&chromium("fetch", &reason).replace(ORIGIN, page));
        let sentence = &message.near_misses()[0].sentence;
        assert!(
            sentence.contains("are the same computer, but different origins"),
            "{sentence}"
        );
    }
}

/// Documentation can have a message in another letter case. An origin has lower case.
#[test]
fn origin_in_capitals_is_written_in_lower_case() {
    let message = parse(&chromium("fetch", CHECKS[0].0).to_ascii_uppercase());
    assert_eq!(message.origin.as_deref(), Some(ORIGIN));
}

/// An empty line does not belong to the message after it, and the lines after a message do not either.
#[test]
fn message_has_the_number_of_its_first_line_with_text() {
    let message = chromium("fetch", CHECKS[0].0);
    let (_, end) = message.split_once("from origin").unwrap();
    let text = format!("\n{end}\na\n\n{message}\nb\n");
    let lines = ConsoleMessage::parse_all(&text);
    let found: Vec<_> = lines
        .iter()
        .map(|line| (line.line, line.message.is_ok()))
        .collect();
    assert_eq!(found, [(2, true), (3, false), (5, true), (6, false)]);
}
