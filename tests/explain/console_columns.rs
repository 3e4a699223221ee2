//! Messages that a terminal wraps at a column, also inside words.

use super::*;

const VALID_VALUE: &str = "Have the server send the header with a valid value, or, if an opaque response serves your needs, set the request's mode to 'no-cors' to fetch the resource with CORS disabled.";

/// Returns whole messages of the browsers.
fn messages() -> Vec<String> {
    let firefox = |reason: &str| {
        format!(
            "Cross-Origin Request Blocked: The Same Origin Policy disallows reading the remote resource at https://api.my-company.example/v1/notes.json. {reason}"
        )
    };
    let mut messages = vec![
        firefox("(Reason: CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 404."),
        firefox(
            "(Reason: CORS header ‘Access-Control-Allow-Origin’ does not match ‘https://app.example/’).",
        ),
        firefox(
            "(Reason: header ‘authorization’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).",
        ),
        firefox("(Reason: CORS request did not succeed). Status code: (null)."),
        format!("Origin {ORIGIN} is not allowed by Access-Control-Allow-Origin. Status code: 200"),
        format!("Fetch API cannot load {URL} due to access control checks."),
        format!(
            "Failed to load {URL}: The 'Access-Control-Allow-Origin' header contains the invalid value 'app.example'. Origin '{ORIGIN}' is therefore not allowed access."
        ),
        format!(
            "Access to XMLHttpRequest at '{URL}' (redirected from 'https://old.example/notes') from origin '{ORIGIN}' has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource."
        ),
    ];
    let reasons = CHECKS.iter().map(|(reason, ..)| (*reason).to_owned());
    let others = [
        "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.".to_owned(),
        "Method DELETE is not allowed by Access-Control-Allow-Methods in preflight response.".to_owned(),
        format!("{PREFLIGHT}It does not have HTTP ok status."),
        format!("{PREFLIGHT}The 'Access-Control-Allow-Origin' header has a value 'https://app.example/' that is not equal to the supplied origin. {VALID_VALUE}"),
        format!("The 'Access-Control-Allow-Origin' header contains the invalid value 'app.example'. {VALID_VALUE}"),
    ];
    messages.extend(
        reasons
            .chain(others)
            .map(|reason| chromium("fetch", &reason)),
    );
    messages
}

/// Returns the text with a line break after each column with this number, as a terminal copies a long line.
fn at_column(line: &str, width: usize, keeps_spaces: bool) -> String {
    let characters: Vec<char> = line.chars().collect();
    let lines = characters.chunks(width).map(|line| {
        let line: String = line.iter().collect();
        if keeps_spaces {
            line
        } else {
            line.trim_end().to_owned()
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns the text with a line break in place of spaces, as an e-mail program wraps a long line.
fn at_spaces(line: &str, width: usize) -> String {
    let mut text = String::new();
    let mut column = 0;
    for word in line.split(' ') {
        if column > 0 && column + word.len() >= width {
            text.push('\n');
            column = 0;
        } else if column > 0 {
            text.push(' ');
        }
        text += word;
        column += word.len() + 1;
    }
    text
}

/// A wrapped message has the values of the whole message, or lacks a value. It never has another value.
#[test]
fn wrapped_message_has_no_false_value() {
    let (mut count, mut incomplete) = (0, 0);
    for line in messages() {
        let whole = parse(&line);
        let expected = whole.to_string();
        let mut texts = Vec::new();
        for width in 40..=120 {
            texts.push(at_column(&line, width, true));
            // The other programs wrap in similar ways, so a part of the widths is enough.
            if width % 4 == 0 {
                texts.extend([at_column(&line, width, false), at_spaces(&line, width)]);
            }
        }
        let lines = ConsoleMessage::parse_all(&texts.join("\n\n"));
        let alone = texts
            .iter()
            .step_by(9)
            .map(|text| ConsoleMessage::parse(text));
        let found = lines.into_iter().map(|line| line.message).chain(alone);
        for message in found.flatten() {
            count += 1;
            let pairs = [
                (&message.url, &whole.url),
                (&message.origin, &whole.origin),
                (&message.value, &whole.value),
                (&message.redirected_from, &whole.redirected_from),
                (&message.header_name, &whole.header_name),
                (&message.method, &whole.method),
            ];
            for (found, expected) in pairs {
                let is_right = found.is_none() || found == expected;
                assert!(is_right, "{found:?}, not {expected:?}\n{line}");
            }
            let status = message.status;
            assert!(status.is_none() || status == whole.status, "{line}");
            let mut failures = message.failures.iter();
            let is_meant = failures.all(|failure| whole.failures.contains(failure));
            assert!(is_meant, "{:?}\n{line}", message.failures);
            incomplete += usize::from(message.to_string() != expected);
        }
    }
    assert!(
        count > 2000 && incomplete * 50 < count,
        "{incomplete} of {count}"
    );
}

/// A line that follows a whole message does not belong to the message.
#[test]
fn next_line_does_not_belong_to_a_whole_message() {
    for line in messages() {
        for next in ["12:30:01 loaded", "at main.js:3", "'use strict'"] {
            let lines = ConsoleMessage::parse_all(&format!("{line}\n{next}\n"));
            let message = lines[0].message.as_ref().unwrap();
            assert_eq!(message.to_string(), parse(&line).to_string());
            assert_eq!(lines.len(), 2, "{line}\n{next}");
        }
    }
}
