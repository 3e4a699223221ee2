//! The text of a console: messages that are cut, quoted, wrapped or in several lines.

use super::*;

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

#[test]
fn reason_of_firefox_without_its_parentheses_is_recognized() {
    for (text, code) in [
        (
            "CORS header ‘Access-Control-Allow-Origin’ missing",
            "missing-allow-origin-header",
        ),
        (
            "Error: Reason: CORS header 'Access-Control-Allow-Origin' missing.",
            "missing-allow-origin-header",
        ),
        (
            "CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://a.example/’",
            "allow-origin-mismatch",
        ),
    ] {
        let message = ConsoleMessage::parse(text).unwrap();
        assert_eq!(message.failures[0].code(), code, "{text}");
    }
    assert!(ConsoleMessage::parse("CORS header of Access-Control-Allow-Origin is nice").is_err());
}
