//! The fix, the causes and the commands of console messages.

use fetch_cors::{
    Failure,
    engine::{Engine, Quirk},
    explain::{CautionKind, input::ConsoleMessage},
};

#[path = "console_causes.rs"]
mod causes;
#[path = "console_contradictions.rs"]
mod contradictions;
#[path = "console_other_messages.rs"]
mod other_messages;
#[path = "console_policies_and_cookies.rs"]
mod policies_and_cookies;
#[path = "console_redirects.rs"]
mod redirects;

fn parse(line: &str) -> ConsoleMessage {
    ConsoleMessage::parse(line).unwrap_or_else(|error| panic!("{error}"))
}

/// Returns a message of Chromium. `at` is the text from the kind to the origin.
fn chromium(at: &str, reason: &str) -> ConsoleMessage {
    parse(&format!(
        "Access to {at} has been blocked by CORS policy: {reason}"
    ))
}

const PREFLIGHT: &str = "Response to preflight request doesn't pass access control check: ";

const MISSING: &str =
    "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
const AT: &str = "fetch at 'https://api.example/notes' from origin 'https://app.example'";

/// Returns the lines of Firefox and of Safari about a response without CORS headers.
fn missing_headers(status: u16) -> [String; 2] {
    [
        format!(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: {status}."
        ),
        format!(
            "Origin https://app.example is not allowed by Access-Control-Allow-Origin. Status code: {status}"
        ),
    ]
}

/// A page from a file has the origin `null`, even if the message has `file://`.
#[test]
fn page_from_a_file_has_the_fix_of_the_origin_null() {
    let message = chromium(&AT.replace("https://app.example", "file://"), MISSING);
    assert!(message.fix().starts_with("load the page from an http"));
    let text = message.to_string();
    assert!(text.contains("web views of apps"), "{text}");
    assert!(text.contains("--origin null"), "{text}");
    assert_eq!(message.cautions()[0].kind, CautionKind::NullOrigin);
}

/// Firefox does not print the origin of the page.
#[test]
fn placeholder_of_the_origin_has_an_example() {
    let mismatch = |value: &str| {
        let line =
            format!("(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’)");
        parse(&line).fix()
    };
    for (value, example) in [
        ("https://page.example/", "https://page.example"),
        ("http://page.example:80/a", "http://page.example"),
        ("https://other.example", "https://app.example"),
        ("page", "https://app.example"),
    ] {
        let fix = mismatch(value);
        assert!(fix.ends_with(&format!("for example `{example}`")), "{fix}");
        assert!(!fix.contains("exactly as written"), "{fix}");
    }
    let line = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).";
    let fix = parse(line).fix();
    assert!(fix.contains("for example `https://app.example`"), "{fix}");
    assert!(!chromium(AT, MISSING).fix().contains("for example"));
}

/// A reason that is not known is not a cut line.
#[test]
fn reason_that_is_not_known_is_named() {
    let start = format!("Access to {AT} has been blocked by CORS policy: ");
    let error = |line: &str| ConsoleMessage::parse(line).unwrap_err().to_string();
    for line in [
        format!("{start}Some brand new reason."),
        format!("{start}{PREFLIGHT}Some brand new reason."),
        String::from(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: a new reason).",
        ),
    ] {
        let error = error(&line);
        assert!(
            error.contains("reason of the browser is not known"),
            "{error}"
        );
    }
    for line in [
        start.clone(),
        format!("{start}The value of the 'Access-Control-All"),
        format!("{start}{PREFLIGHT}"),
        format!("{start}The 'Access-Control-Allow-Origin' header"),
    ] {
        assert!(error(&line).contains("the line is cut off"), "{line}");
    }
}

/// The fix of a preflight says on which responses the server sends its headers.
#[test]
fn headers_of_a_preflight_belong_on_both_responses() {
    let fix = |reason: &str| chromium(AT, &format!("{PREFLIGHT}{reason}")).fix();
    let wildcard = fix(
        "The value of the 'Access-Control-Allow-Origin' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.",
    );
    let end = "on the response to the preflight and on the response to the request";
    assert!(
        wildcard.ends_with(&format!("Send these headers {end}")),
        "{wildcard}"
    );
    assert!(
        fix(MISSING).contains(&format!("Send this header {end}")),
        "{}",
        fix(MISSING)
    );
}

/// A program through which a line is copied can add characters that a reader does not see.
#[test]
fn invisible_characters_of_a_copy_do_not_matter() {
    let line = format!("Access to {AT} has been blocked by CORS policy: {MISSING}");
    let expected = parse(&line).to_string();
    for character in [
        '\u{ad}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{200e}', '\u{2060}', '\u{2068}',
        '\u{fe0f}', '\u{feff}',
    ] {
        for word in ["blocked", "Access to", "notes", "app.example", "header is"] {
            let (start, end) = word.split_at(word.len() / 2);
            let copied = line.replace(word, &format!("{start}{character}{end}"));
            assert_eq!(parse(&copied).to_string(), expected, "{character:?} {word}");
            let wrapped = copied.replace("has been", "has\nbeen");
            let lines = ConsoleMessage::parse_all(&wrapped);
            let message = lines[0].message.as_ref().unwrap();
            assert_eq!(message.to_string(), expected, "{character:?} {word}");
        }
    }
    let spaces = line.replace(' ', "\u{a0}");
    assert_eq!(parse(&spaces).to_string(), expected);
}

/// A command that sends a request with a method such as PUT can change data.
#[test]
fn command_that_can_change_data_has_a_caution() {
    let caution = |method: &str| {
        format!("\nCaution: the command with `{method}` can change data: use a test instance.\n")
    };
    let failed = |method: &str| {
        parse(&format!(
            "{method} https://api.example/notes net::ERR_FAILED"
        ))
        .to_string()
    };
    assert!(failed("PUT").contains(&caution("PUT")), "{}", failed("PUT"));
    assert!(
        !failed("GET").contains("can change data"),
        "{}",
        failed("GET")
    );
    let unknown = parse("Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).").to_string();
    assert!(unknown.contains(&caution("METHOD")), "{unknown}");
    // The only command with `curl` sends the preflight.
    let preflight = chromium(
        AT,
        "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
    );
    assert!(
        !preflight.to_string().contains("can change data"),
        "{preflight}"
    );
}

/// The second line of Safari has the URL of a file, which shows the reason. No HTTP request can find out more.
#[test]
fn line_about_a_file_has_no_commands() {
    let second =
        "[Error] Fetch API cannot load file:///home/a/notes.json due to access control checks.";
    let message = parse(second);
    assert_eq!(message.failures, [Failure::CorsDisabledScheme]);
    assert!(
        message
            .fix()
            .contains("open the page over `http://localhost`"),
        "{}",
        message.fix()
    );
    assert_eq!(message.next_commands(), [""; 0]);
    let both = format!("[Error] Cross origin requests are only supported for HTTP.\n{second}\n");
    let lines = ConsoleMessage::parse_all(&both);
    let [first, second] = [0, 1].map(|index| lines[index].message.clone().unwrap());
    assert_eq!(first.url.as_deref(), Some("file:///home/a/notes.json"));
    assert!(second.adds_nothing_to(&first));
    for line in [
        "GET file:///home/a/notes.json net::ERR_FAILED",
        "GET app:a net::ERR_FAILED",
    ] {
        let commands = parse(line).next_commands();
        assert!(
            !commands.iter().any(|command| command.contains("file:")),
            "{commands:?}"
        );
    }
}

/// Only a placeholder is to be replaced, and a part of a URL is not a placeholder.
#[test]
fn note_about_placeholders_needs_a_placeholder() {
    let note = "Replace the words in upper case";
    for (url, reason, expected) in [
        ("https://ORIGIN.example/METHOD/URL", MISSING, false),
        ("https://api.example/?redirect=ORIGIN", MISSING, false),
        ("https://api.example/", MISSING, false),
        (
            "https://api.example/",
            "Response to preflight request doesn't pass access control check: It does not have HTTP ok status.",
            true,
        ),
    ] {
        let at = format!("fetch at '{url}' from origin 'https://app.example'");
        let text = chromium(&at, reason).to_string();
        assert_eq!(text.contains(note), expected, "{text}");
    }
    let firefox = "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.example/. (Reason: CORS header ‘Access-Control-Allow-Origin’ missing).";
    assert!(parse(firefox).to_string().contains(note));
}

/// If the fix begins in the page, the commands send the request of the changed page.
#[test]
fn commands_send_the_request_of_the_changed_page() {
    let message = chromium(
        AT,
        "Method patch is not allowed by Access-Control-Allow-Methods in preflight response.",
    );
    let commands = message.next_commands().join("\n");
    assert!(
        commands.contains("Access-Control-Request-Method: PATCH"),
        "{commands}"
    );
    assert!(commands.contains(" -X PATCH "), "{commands}");
    assert!(!commands.contains("patch"), "{commands}");
    let at = "fetch at 'https://api.example/a/' (redirected from 'https://api.example/a') from origin 'https://app.example'";
    let redirected = chromium(at, MISSING);
    for command in redirected.next_commands() {
        assert!(command.contains("https://api.example/a/"), "{command}");
        assert!(!command.contains("https://api.example/a "), "{command}");
    }
    for message in [message, redirected] {
        let text = message.to_string();
        assert!(
            text.contains("\nTo check the fix, change the page and run:\n$ curl"),
            "{text}"
        );
    }
}

/// A new answer to OPTIONS also needs the lists of methods and header names.
#[test]
fn new_answer_to_a_preflight_has_the_lists() {
    let not_ok = "It does not have HTTP ok status.";
    let preflights = [MISSING, not_ok].map(|reason| chromium(AT, &format!("{PREFLIGHT}{reason}")));
    let others = [
        parse("(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 405."),
        parse("Preflight response is not successful. Status code: 401"),
        parse("(Reason: CORS preflight response did not succeed). Status code: 401."),
    ];
    for message in preflights.iter().chain(&others) {
        let fix = message.fix();
        assert!(fix.contains("`Access-Control-Allow-Methods`"), "{fix}");
        assert!(fix.contains("`Access-Control-Allow-Headers`"), "{fix}");
        let notes = message.to_string();
        assert!(
            notes.contains("Replace the words in upper case")
                && notes.contains("`NAMES`\nmeans the names of the headers"),
            "{notes}"
        );
        // The file shows the method and the names that the reader wrote in place of the placeholders.
        let commands = message.next_commands();
        let (explain, requests) = commands.split_last().unwrap();
        assert!(
            !explain.contains("METHOD") && !explain.contains("NAME"),
            "{explain}"
        );
        for request in requests {
            let is_preflight = request.contains("X OPTIONS ");
            let placeholder = if is_preflight {
                "Headers: NAMES'"
            } else {
                "-H 'NAME: VALUE'"
            };
            assert!(request.contains(placeholder), "{request}");
        }
    }
    let fix = chromium(AT, MISSING).fix();
    assert!(!fix.contains("`Access-Control-Allow-Methods`"), "{fix}");
}

#[test]
fn header_of_the_response_alone_is_not_about_preflights() {
    let reason = "The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.";
    let of_response = chromium(AT, reason);
    assert!(
        !of_response.fix().contains("preflight"),
        "{}",
        of_response.fix()
    );
    assert!(!of_response.to_string().contains("A preflight is"));
    let of_preflight = chromium(AT, &format!("{PREFLIGHT}{reason}"));
    assert!(
        of_preflight
            .fix()
            .contains("on the preflight response and on the response")
    );
}

/// The lines of Firefox lack the origin of the page, so the value is compared with no origin.
#[test]
fn values_are_checked_without_the_origin_of_the_page() {
    use fetch_cors::explain::NearMissKind as Kind;
    for (value, expected) in [
        ("file://", &[][..]),
        ("//app.example", &[Kind::MissingScheme]),
        ("app.example", &[Kind::MissingScheme]),
        ("http:/app.example", &[Kind::MissingCharacter]),
        ("https:/app.example", &[Kind::MissingCharacter]),
        ("", &[Kind::Empty]),
        ("https://app.example/", &[Kind::TrailingSlash]),
        ("https://app.example", &[]),
    ] {
        let message = parse(&format!(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘{value}’)."
        ));
        let misses = message.near_misses();
        let kinds: Vec<_> = misses.iter().map(|miss| miss.kind).collect();
        assert_eq!(kinds, expected, "{value}: {misses:?}");
    }
    for (value, expected) in [
        ("True", &[Kind::NotExactlyTrue][..]),
        ("1", &[Kind::NotExactlyTrue]),
        ("false", &[Kind::NotExactlyTrue]),
        ("true, true", &[Kind::SameValueTwice]),
        ("", &[]),
    ] {
        let reason = format!(
            "The value of the 'Access-Control-Allow-Credentials' header in the response is '{value}' which must be 'true' when the request's credentials mode is 'include'."
        );
        let kinds: Vec<_> = chromium(AT, &reason)
            .near_misses()
            .iter()
            .map(|miss| miss.kind)
            .collect();
        assert_eq!(kinds, expected, "{value}");
    }
}

/// WebKit checks the status of a preflight response before `Access-Control-Allow-Origin`, so this header can be missing, too.
#[test]
fn fix_of_a_preflight_status_in_safari_sends_the_origin() {
    for status in [
        "",
        ". Status code: 401",
        ". Status code: 404",
        ". Status code: 500",
    ] {
        let line = format!("Preflight response is not successful{status}");
        let message = parse(&line);
        let fix = message.fix();
        assert!(
            fix.contains("`Access-Control-Allow-Origin: ORIGIN`"),
            "{fix}"
        );
        let caution = message.caution().unwrap();
        assert!(
            caution.contains("before `Access-Control-Allow-Origin`"),
            "{caution}"
        );
    }
}

/// A user possibly changed the origin in the message. The fix has the origin that the browser sends.
#[test]
fn fix_has_the_serialized_origin_of_the_page() {
    let reason = "No 'Access-Control-Allow-Origin' header is present on the requested resource.";
    for (written, expected) in [
        ("http://localhost:5173/", Some("http://localhost:5173")),
        ("https://App.Test", Some("https://app.test")),
        ("https://app.test/path", Some("https://app.test")),
        ("localhost:5173", None),
        ("null", Some("null")),
    ] {
        let at = format!("fetch at 'https://api.corp.test/x' from origin '{written}'");
        let message = chromium(&at, reason);
        assert_eq!(message.origin.as_deref(), expected, "{written}");
        let line = format!("Origin {written} is not allowed by Access-Control-Allow-Origin.");
        assert_eq!(parse(&line).origin.as_deref(), expected, "{written}");
    }
}

/// A preflight does not list a forbidden request-header name, so a server need not allow such a name.
#[test]
fn fix_does_not_list_a_forbidden_header_name() {
    for name in ["cookie", "Sec-Fetch-Mode", "host"] {
        let reason = format!(
            "Request header field {name} is not allowed by Access-Control-Allow-Headers in preflight response."
        );
        let at = "fetch at 'https://api.corp.test/x' from origin 'https://app.test'";
        let fix = chromium(at, &reason).fix();
        assert!(
            fix.starts_with(&format!("remove `{name}` from the call")),
            "{fix}"
        );
    }
}
