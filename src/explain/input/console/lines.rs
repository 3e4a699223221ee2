//! Splits the text of a console into messages.

use alloc::{string::String, vec::Vec};

use super::{Browser, ConsoleMessage, UnknownConsoleMessageError, template::normalized, topics};

/// The maximum number of lines of a wrapped message.
const MAX_WRAPPED_LINES: usize = 12;

/// The maximum number of lines that Safari prints for one failure.
const LINES_OF_A_SAFARI_FAILURE: usize = 3;

/// The beginnings of messages that some consoles wrap over several lines.
const BEGINNINGS: [&str; 5] = [
    "Access to ",
    "Redirect from ",
    "blocked by CORS policy",
    "Cross-Origin Request ",
    "Mixed Content: ",
];

/// A message in a console. Some consoles wrap a long message over several lines.
///
/// ```
/// use fetch_cors::explain::input::ConsoleMessage;
///
/// let lines = ConsoleMessage::parse_all("a\n\nTypeError: Failed to fetch\n");
/// assert_eq!((lines[0].line, lines[0].message.is_err()), (1, true));
/// assert_eq!((lines[1].line, lines[1].message.is_ok()), (3, true));
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ConsoleLine {
    /// The number of the first line, counted from 1.
    pub line: usize,
    /// The message, or an error if the line is not a known message.
    pub message: Result<ConsoleMessage, UnknownConsoleMessageError>,
}

pub(super) fn parse(text: &str) -> Vec<ConsoleLine> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(rest) = lines.get(at..).filter(|rest| !rest.is_empty()) {
        let (message, length) = first_message(rest);
        if rest.first().is_some_and(|line| !line.trim().is_empty()) {
            found.push(ConsoleLine {
                line: at + 1,
                message,
            });
        }
        at += length;
    }
    complete_safari(&mut found);
    found
}

/// Parses the message that begins at the first line. Returns the message and the number of its lines.
fn first_message(lines: &[&str]) -> (Result<ConsoleMessage, UnknownConsoleMessageError>, usize) {
    let first = lines.first().copied().unwrap_or_default();
    let alone = ConsoleMessage::parse(first);
    if alone.is_ok() {
        return (alone, 1);
    }
    // `normalized` removes the space at the end of the line. The known beginning of a message can end with this space,
    // so the space is added again.
    let seen = normalized(first) + " ";
    if !BEGINNINGS.iter().any(|beginning| seen.contains(beginning)) {
        return (alone, 1);
    }
    let mut joined = String::from(first);
    for (index, line) in lines.iter().enumerate().take(MAX_WRAPPED_LINES).skip(1) {
        // An empty line, or the beginning of the next message, ends this message.
        if line.trim().is_empty() || normalized(line).contains("Access to ") {
            break;
        }
        joined.push('\n');
        joined.push_str(line);
        match ConsoleMessage::parse(&joined) {
            Ok(message) if message.has_reason() => return (Ok(message), index + 1),
            _ => {}
        }
    }
    (alone, 1)
}

/// Adds the URL to each message of Safari that has a reason. Safari prints the reason and the URL in separate lines.
fn complete_safari(lines: &mut [ConsoleLine]) {
    for start in 0..lines.len() {
        let Some([first, others @ ..]) = lines.get_mut(start..) else {
            return;
        };
        let Ok(message) = &mut first.message else {
            continue;
        };
        if message.browser != Some(Browser::Safari) || message.url.is_some() {
            continue;
        }
        let others = others.iter().take(LINES_OF_A_SAFARI_FAILURE - 1);
        let others = others.filter_map(|other| other.message.as_ref().ok());
        let url = others
            .filter(|other| {
                other.browser == Some(Browser::Safari)
                    && (other.is_about(&topics::ACCESS_CONTROL_CHECKS)
                        || other.is_about(&topics::SCHEME))
            })
            .find_map(|other| other.url.clone());
        message.url = url;
    }
}
