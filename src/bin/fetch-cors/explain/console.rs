//! Explanations of messages of a browser's console.

use std::path::Path;

use fetch_cors::explain::input::ConsoleMessage;
use serde::Serialize;

use crate::{
    Verdict,
    input::read_bytes,
    output::{Output, Stop},
};

/// A message as a line of JSON.
#[derive(Serialize)]
struct Line<'m> {
    failures: Vec<&'static str>,
    url: &'m Option<String>,
    origin: &'m Option<String>,
    value: &'m Option<String>,
    method: &'m Option<String>,
    header: &'m Option<String>,
    status: Option<u16>,
    meaning: String,
    causes: Vec<String>,
    /// The likeliest fix. The message alone does not prove it.
    likeliest_fix: String,
    caution: Option<&'static str>,
    next: Vec<String>,
}

impl<'m> From<&'m ConsoleMessage> for Line<'m> {
    fn from(message: &'m ConsoleMessage) -> Self {
        Self {
            failures: message
                .failures
                .iter()
                .map(|failure| failure.code())
                .collect(),
            url: &message.url,
            origin: &message.origin,
            value: &message.value,
            method: &message.method,
            header: &message.header_name,
            status: message.status,
            meaning: message.meaning(),
            causes: message.causes(),
            likeliest_fix: message.fix(),
            caution: message.caution(),
            next: message.next_commands(),
        }
    }
}

/// Explains a message, or each message of the standard input.
pub(super) fn explain_messages(
    text: &str,
    is_json: bool,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    if text != "-" {
        let message =
            ConsoleMessage::parse(text).map_err(|error| Stop::CannotRun(error.to_string()))?;
        print(&message, is_json, output)?;
        return Ok(Verdict::Passed);
    }
    let bytes = read_bytes(Path::new("-"))?;
    let lines = ConsoleMessage::parse_all(&String::from_utf8_lossy(&bytes));
    let mut messages = lines.iter().filter_map(|line| line.message.as_ref().ok());
    let Some(first) = messages.next() else {
        let message = "standard input has no known message about a failed fetch: paste the lines of the console, in English";
        return Err(Stop::CannotRun(message.into()));
    };
    print(first, is_json, output)?;
    for message in messages {
        if !is_json {
            output.text("")?;
        }
        print(message, is_json, output)?;
    }
    Ok(Verdict::Passed)
}

fn print(message: &ConsoleMessage, is_json: bool, output: &mut Output) -> Result<(), Stop> {
    if is_json {
        output.json(&Line::from(message))
    } else {
        output.text(message)
    }
}
