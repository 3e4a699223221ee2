//! Explanations of messages of a browser's console.

use std::path::Path;

use fetch_cors::explain::{NearMiss, input::ConsoleMessage};
use serde::Serialize;

use super::{Arguments, page::Entries};
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
    near_misses: Vec<NearMiss>,
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
            near_misses: message.near_misses(),
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
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let messages = messages(text)?;
    if let Some(path) = &arguments.html {
        let mut entries = Entries::default();
        for (number, message) in (1..).zip(messages) {
            let heading = match &message.url {
                Some(url) => format!("Message {number}: {}", url.escape_debug()),
                None => format!("Message {number}"),
            };
            entries.message(heading, message);
        }
        entries.write("Messages of a browser's console", path, output)?;
        return Ok(Verdict::Passed);
    }
    for (position, message) in messages.iter().enumerate() {
        if arguments.json {
            output.json(&Line::from(message))?;
            continue;
        }
        if position > 0 {
            output.text("")?;
        }
        output.text(message)?;
    }
    Ok(Verdict::Passed)
}

fn messages(text: &str) -> Result<Vec<ConsoleMessage>, Stop> {
    if text != "-" {
        let message = ConsoleMessage::parse(text);
        let message = message.map_err(|error| Stop::CannotRun(error.to_string()))?;
        return Ok(vec![message]);
    }
    let bytes = read_bytes(Path::new("-"))?;
    let lines = ConsoleMessage::parse_all(&String::from_utf8_lossy(&bytes));
    let mut messages: Vec<ConsoleMessage> = Vec::new();
    for message in lines.into_iter().filter_map(|line| line.message.ok()) {
        let last = messages.last();
        if !last.is_some_and(|last| message.adds_nothing_to(last)) {
            messages.push(message);
        }
    }
    if messages.is_empty() {
        let message = "standard input has no known message about a failed fetch: paste the lines of the console, in English";
        return Err(Stop::CannotRun(message.into()));
    }
    Ok(messages)
}
