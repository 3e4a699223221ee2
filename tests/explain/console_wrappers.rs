//! Console messages with the text of other programs around them: logs, test runners, chat programs and terminals. Also
//! messages whose end is missing.

use fetch_cors::explain::input::ConsoleMessage;

const URL: &str = "https://api.example/notes";
const ORIGIN: &str = "https://app.example";

/// Returns one message for each kind of value: none, a header name, a method, an origin, a status.
fn messages() -> Vec<String> {
    let chromium = |reason: &str| {
        format!(
            "Access to fetch at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy: {reason}"
        )
    };
    let firefox = |reason: &str, status: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at {URL}. (Reason: {reason}).{status}"
        )
    };
    const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";
    const MISSING: &str =
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    vec![
        chromium(MISSING),
        chromium(&format!("{PREFLIGHT}{MISSING}")),
        chromium(
            "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
        ),
        chromium(
            "Request header field x-token is not allowed by Access-Control-Allow-Headers in preflight response.",
        ),
        chromium(
            "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
        ),
        chromium(
            "The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the supplied origin.",
        ),
        firefox(
            "CORS header ‘Access-Control-Allow-Origin’ missing",
            " Status code: 200.",
        ),
        firefox(
            "CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://app.example/’",
            "",
        ),
        firefox(
            "header ‘x-token’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response",
            "",
        ),
        firefox(
            "Did not find method in CORS header ‘Access-Control-Allow-Methods’",
            "",
        ),
        format!("Origin {ORIGIN} is not allowed by Access-Control-Allow-Origin. Status code: 200"),
        "Request header field X-Token is not allowed by Access-Control-Allow-Headers.".into(),
        "Preflight response is not successful. Status code: 404".into(),
    ]
}

/// The parts of a message that have to stay the same.
#[derive(Debug, PartialEq)]
struct Parts {
    failures: Vec<&'static str>,
    values: [Option<String>; 5],
    status: Option<u16>,
}

fn parts(message: &ConsoleMessage) -> Parts {
    Parts {
        failures: message
            .failures
            .iter()
            .map(|failure| failure.code())
            .collect(),
        values: [
            message.url.clone(),
            message.origin.clone(),
            message.value.clone(),
            message.header_name.clone(),
            message.method.clone(),
        ],
        status: message.status,
    }
}

/// Asserts that the text has one message, which is the message `original`.
fn is_recognized(text: &str, original: &str) {
    let expected = ConsoleMessage::parse(original).expect(original);
    let lines = ConsoleMessage::parse_all(text);
    let found: Vec<_> = lines
        .iter()
        .filter_map(|line| line.message.as_ref().ok())
        .collect();
    assert_eq!(found.len(), 1, "{text}\n{lines:#?}");
    assert_eq!(parts(found[0]), parts(&expected), "{text}");
}

/// Cuts a text into lines of at most `width` characters, at spaces.
fn wrapped_at_spaces(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines
}

#[test]
fn text_of_other_programs_is_ignored() {
    for message in messages() {
        let quoted = message.replace('"', "\\\"");
        for text in [
            format!("index.html:1 {message}"),
            format!("(index):1 {message}"),
            format!("(index):1{message}"),
            format!("notes:1 Uncaught (in promise) {message}"),
            format!("12:03:44.123 {message}"),
            format!("[2024-01-02T03:04:05.678Z] ERROR {message}"),
            format!("[error] {message}"),
            format!("❌ {message} (x3)"),
            format!("- {message}"),
            format!("**{message}**"),
            format!("```\n{message}\n```"),
            // Playwright, Cypress, Selenium, Jest, WebdriverIO, Chromium's log, Capacitor and Sentry.
            format!("page.on('console'): [error] {message}"),
            format!(
                "[chromium] › tests/a.spec.ts:3:1 › loads\n    console.error: {message}\n    at {ORIGIN}/:0:0"
            ),
            format!(
                "{{\"type\":\"error\",\"text\":\"{quoted}\",\"location\":{{\"lineNumber\":0}}}}"
            ),
            format!(
                "(uncaught exception)Error: the error is from your code\n\n  > {message}\n\nWhen it detects errors"
            ),
            format!(
                "{{'level': 'SEVERE', 'message': \"{ORIGIN}/ - {quoted}\", 'source': 'javascript'}}"
            ),
            format!("[2024-01-02T03:04:05+0000] [SEVERE] {ORIGIN}/ 0 {message}"),
            format!("  console.error\n    Error: {message}\n        at Object.dispatchError"),
            format!("[0-0] 2024-01-01T00:00:00.000Z ERROR chrome: {message}"),
            format!(
                "[1234:5678:0102/030405.678:INFO:CONSOLE(0)] \"{message}\", source: {ORIGIN}/ (0)"
            ),
            format!(
                "E/Capacitor/Console( 1234): File: https://localhost/ - Line 0 - Msg: {message}"
            ),
            format!("{{\"category\":\"console\",\"level\":\"error\",\"message\":\"{quoted}\"}}"),
            format!("level=error msg=\"{quoted}\""),
            format!("console\n{message}\nerror"),
            // The colors of a terminal.
            format!("\u{1b}[31m{message}\u{1b}[39m"),
            format!("\\x1b[31m{message}\\x1b[0m"),
            format!("[31m{message}[0m"),
        ] {
            is_recognized(&text, &message);
        }
    }
}

#[test]
fn other_quotes_and_escapes_are_recognized() {
    for message in messages() {
        let html = message
            .replace('&', "&amp;")
            .replace('\'', "&#39;")
            .replace('‘', "&lsquo;")
            .replace('’', "&rsquo;");
        for text in [
            message.replace('\'', "’"),
            message.replace('\'', "“"),
            message.replace('\'', "\""),
            message.replace(['\'', '‘', '’'], "`"),
            message.replace(['\'', '‘'], "«").replace('’', "»"),
            message.replace(['\'', '‘', '’'], ""),
            html.replace(' ', "&nbsp;"),
            html.replace('&', "&amp;"),
            html,
            message.replace('‘', "\\u2018").replace('’', "\\u2019"),
        ] {
            is_recognized(&text, &message);
        }
    }
}

#[test]
fn wrapped_messages_are_recognized() {
    for message in messages() {
        for width in [80, 60, 40, 25] {
            let lines = wrapped_at_spaces(&message, width);
            is_recognized(&lines.join("\n"), &message);
            for (start, end) in [
                ("> ", ""),
                ("    ", ""),
                ("// ", ""),
                ("# ", ""),
                ("│ ", " │"),
                ("| ", " |"),
                ("> > ", ""),
                ("+ ", ""),
                ("+", ""),
                ("- ", ""),
                ("• ", ""),
                ("12:01:02.123 ", ""),
                ("[2026-01-02T10:11:12.123Z] ", ""),
                ("2026-01-02 10:11:12,123 ", ""),
                ("web-1  | ", ""),
                ("7: ", ""),
                ("", " \\"),
                ("", "\\"),
                ("", "<br>"),
                ("", " <br />"),
            ] {
                let lines = lines.iter().map(|line| format!("{start}{line}{end}"));
                is_recognized(&lines.collect::<Vec<_>>().join("\n"), &message);
            }
            is_recognized(&lines.join("<br>"), &message);
            // Some programs put an empty line after each line.
            is_recognized(&lines.join("\n\n"), &message);
            is_recognized(&lines.join("\r\n \r\n"), &message);
            let log = |line: &String| {
                let line = line.replace('"', "\\\"");
                format!("{{\"log\":\"{line}\\n\",\"stream\":\"stderr\"}}")
            };
            let logs: Vec<_> = lines.iter().map(log).collect();
            is_recognized(&logs.join("\n"), &message);
        }
        // A terminal wraps inside of words.
        for width in [80, 50] {
            let characters: Vec<char> = message.chars().collect();
            let lines = characters.chunks(width).map(|line| line.iter().collect());
            is_recognized(&lines.collect::<Vec<String>>().join("\n"), &message);
        }
    }
}

#[test]
fn messages_without_their_end_are_recognized() {
    for message in messages() {
        let expected = ConsoleMessage::parse(&message).unwrap();
        let count = message.chars().count();
        let mut recognized = 0;
        for length in 1..count {
            let cut: String = message.chars().take(length).collect();
            for end in ["", "…", "..."] {
                let text = format!("{cut}{end}");
                let Ok(found) = ConsoleMessage::parse(&text) else {
                    continue;
                };
                // A part of a message never means another failure, unless the status or the reason is missing.
                let is_right = found.failures == expected.failures;
                let is_vague = !found.has_reason() || found.failures.len() > 1;
                assert!(is_right || is_vague, "{text}: {:?}", found.failures);
                let is_likeliest = found.failures.first() == expected.failures.first();
                recognized += usize::from(is_likeliest);
            }
        }
        assert!(recognized > 3, "{message}");
    }
}

/// The known part belongs to messages about different failures.
#[test]
fn messages_that_are_cut_before_their_reason_are_not_guessed() {
    let start = format!(
        "Access to fetch at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy: "
    );
    for reason in [
        "",
        "The value",
        "The value of the 'Access-Control-Allow-",
        "The 'Access-Control-Allow-Origin' header",
        "Response to preflight request doesn't pass access control check: ",
        "Response to preflight",
    ] {
        for end in ["", "…", "..."] {
            let text = format!("{start}{reason}{end}");
            let found = ConsoleMessage::parse(&text);
            assert!(found.is_err(), "{text}: {found:?}");
        }
    }
    for text in [
        "Origin https://app.example",
        "CORS: Method PUT is wrong",
        "(Reason: CORS",
        // Firefox translates its messages.
        "(Grund: CORS-Kopfzeile 'Access-Control-Allow-Origin' fehlt).",
        "CORS: Origin is wrong",
    ] {
        assert!(ConsoleMessage::parse(text).is_err(), "{text}");
    }
}

/// A tag at the end of a quotation is a part of the value.
#[test]
fn tag_in_a_value_stays() {
    for value in ["https://app.example<br>", "https://app.example<br/>"] {
        let text = format!(
            "Access to fetch at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy: The 'Access-Control-Allow-Origin' header has a value '{value}' that is not equal to the supplied origin."
        );
        let message = ConsoleMessage::parse(&text).unwrap();
        assert_eq!(message.value.as_deref(), Some(value));
    }
}

/// A cut message does not take the lines below it.
#[test]
fn cut_message_has_only_its_own_lines() {
    let text = format!(
        "Access to fetch at '{URL}' from origin '{ORIGIN}' has been blocked by CORS policy: Request header field\n\
         x-token is not allowed by Access-Contr…\n\
         other text\n\
         Preflight response is not successful. Status code: 404\n"
    );
    let lines = ConsoleMessage::parse_all(&text);
    let found = lines.iter().map(|line| {
        let message = line.message.as_ref().ok();
        (
            line.line,
            message.and_then(|message| message.header_name.as_deref()),
        )
    });
    let found: Vec<_> = found.collect();
    assert_eq!(found, [(1, Some("x-token")), (3, None), (4, None)]);
}
