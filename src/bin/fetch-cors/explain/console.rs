//! Explanations of console messages of a browser.

use std::{collections::HashMap, mem, path::Path};

use fetch_cors::{
    explain::{
        Caution, NearMiss, Verdict as FetchVerdict,
        input::{Browser, ConsoleLine, ConsoleMessage, UnknownConsoleMessageError},
        printable,
    },
    wording,
};
use serde::Serialize;

use super::{Arguments, evidence, page::Entries, print};
use crate::{
    Verdict, input,
    output::{Output, Stop, print_aside},
    source::Source,
    width::Width,
};

/// The maximum length of all console lines together, in bytes.
const MAX_CONSOLE_BYTES: usize = 16 << 20;

/// A message as a line of JSON.
#[derive(Serialize)]
pub(super) struct Line<'m> {
    /// The number of the first line of the message in the input, counted from 1. `None` if the message is from a recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    browser: Option<&'static str>,
    failures: Vec<&'static str>,
    url: &'m Option<String>,
    redirected_from: &'m Option<String>,
    origin: &'m Option<String>,
    value: &'m Option<String>,
    method: &'m Option<String>,
    header: &'m Option<String>,
    cookie: &'m Option<String>,
    status: Option<u16>,
    /// Whether the message contradicts itself. Such a message was changed or lost a part, and has no explanation.
    contradicts_itself: bool,
    meaning: String,
    near_misses: Vec<NearMiss>,
    causes: Vec<String>,
    /// The likeliest fix. The message alone does not prove that this fix works.
    likeliest_fix: String,
    caution: Option<&'static str>,
    /// The dangers of the likeliest fix.
    cautions: Vec<Caution>,
    next: Vec<String>,
}

impl<'m> From<&'m ConsoleMessage> for Line<'m> {
    fn from(message: &'m ConsoleMessage) -> Self {
        Self {
            line: None,
            browser: message.browser.map(Browser::as_str),
            failures: message
                .failures
                .iter()
                .map(|failure| failure.code())
                .collect(),
            url: &message.url,
            redirected_from: &message.redirected_from,
            origin: &message.origin,
            value: &message.value,
            method: &message.method,
            header: &message.header_name,
            cookie: &message.cookie,
            status: message.status,
            contradicts_itself: message.contradiction().is_some(),
            meaning: message.meaning(),
            near_misses: message.near_misses(),
            causes: message.causes(),
            likeliest_fix: message.fix(),
            caution: message.caution(),
            cautions: message.cautions(),
            next: message.next_commands(),
        }
    }
}

/// The messages in the text of a console.
pub(super) struct Messages {
    known: Vec<KnownMessage>,
    /// Whether the text also has a CORS message that is not known.
    has_unknown: bool,
}

/// A message, and the number of its first line, counted from 1.
struct KnownMessage {
    line: usize,
    message: ConsoleMessage,
}

/// Explains the messages in an argument, in a file, or in the standard input. The verdict is `Failed` if a CORS message
/// has no explanation, because it is not known or contradicts itself.
pub(super) fn explain_messages(
    messages: Messages,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<Verdict, Stop> {
    let mut all = messages.known.iter();
    let verdict =
        if messages.has_unknown || all.any(|known| known.message.contradiction().is_some()) {
            Verdict::Failed
        } else {
            Verdict::Passed
        };
    print_messages(messages.known, arguments, output)?;
    Ok(verdict)
}

fn print_messages(
    messages: Vec<KnownMessage>,
    arguments: &Arguments,
    output: &mut Output,
) -> Result<(), Stop> {
    if let Some(path) = &arguments.html {
        let mut entries = Entries::default();
        for (number, group) in (1..).zip(message_groups(messages, output.width())) {
            let message = group.message;
            let times = match group.count {
                1 => String::new(),
                count => format!(", {count} times"),
            };
            let heading = match &message.url {
                Some(url) => format!("Message {number}{times}: {}", printable(url)),
                None => format!("Message {number}{times}"),
            };
            entries.message(heading, message);
        }
        return entries.write("Messages of a browser's console", path, output);
    }
    if arguments.json {
        let mut messages = messages.iter();
        return messages.try_for_each(|known| {
            output.json(&Line {
                line: Some(known.line),
                ..Line::from(&known.message)
            })
        });
    }
    let groups = message_groups(messages, output.width());
    for (position, group) in groups.iter().enumerate() {
        if position > 0 {
            output.text("")?;
        }
        if group.count > 1 {
            let times = format!("The console has this message {} times.", group.count);
            output.text(times)?;
        }
        let verdict = if group.message.failures.is_empty() {
            FetchVerdict::Undecided
        } else {
            FetchVerdict::Blocked
        };
        print(&group.text, verdict, output)?;
    }
    Ok(())
}

/// The messages with the same explanation.
struct MessageGroup {
    /// The first message.
    message: ConsoleMessage,
    count: usize,
    /// The explanation as text.
    text: String,
}

/// Groups the messages with the same explanation. Equal messages are explained once.
fn message_groups(messages: Vec<KnownMessage>, width: Width) -> Vec<MessageGroup> {
    let mut texts: Vec<String> = Vec::new();
    let mut positions_of_texts = HashMap::new();
    let mut positions_of_messages = HashMap::new();
    let positions = messages.iter().map(|known| {
        let message = &known.message;
        *positions_of_messages
            .entry(message.key())
            .or_insert_with(|| {
                let text = width.text(message);
                *positions_of_texts.entry(text).or_insert_with_key(|text| {
                    texts.push(text.clone());
                    texts.len() - 1
                })
            })
    });
    let positions: Vec<usize> = positions.collect();
    drop(positions_of_messages);
    let mut groups: Vec<MessageGroup> = Vec::new();
    for (KnownMessage { message, .. }, position) in messages.into_iter().zip(positions) {
        match groups.get_mut(position) {
            Some(group) => group.count += 1,
            None => groups.push(MessageGroup {
                message,
                count: 1,
                text: texts.get_mut(position).map(mem::take).unwrap_or_default(),
            }),
        }
    }
    groups
}

/// Returns the messages in an argument. The argument is one message or several lines of a console. A single message can
/// have line breaks.
pub(super) fn messages_of_argument(text: &str) -> Result<Messages, Stop> {
    let lines = ConsoleMessage::parse_all(text);
    let unknown = unknown_lines(&lines);
    let is_glued = has_known_and_unknown_message_in_a_line(&lines);
    let messages = messages(lines);
    if messages.len() > 1 || is_glued {
        name_unknown_lines(&unknown, text);
        return Ok(Messages {
            known: messages,
            has_unknown: !unknown.is_empty(),
        });
    }
    let message = ConsoleMessage::parse(text);
    let message = message.map_err(|error| {
        let is_word = !text.is_empty() && !text.contains(char::is_whitespace);
        let is_name = is_word && !error.is_description();
        Stop::CannotRun(if is_name {
            let file = input::name(Path::new(text));
            format!(
                "there is no file {file}: name a file, paste the whole line of the console, or use `--origin` and `--url`"
            )
        } else {
            error.to_string()
        })
    })?;
    Ok(Messages {
        known: vec![KnownMessage { line: 1, message }],
        has_unknown: false,
    })
}

/// Returns the messages in a file or in the standard input.
pub(super) fn messages_of_source(source: Source) -> Result<Messages, Stop> {
    let input = String::from(source.name());
    if source.beginning().trim_ascii().is_empty() {
        return Err(Stop::CannotRun(format!(
            "{input} is empty: paste the lines of the console, or name a HAR recording"
        )));
    }
    let bytes = source.into_bytes(MAX_CONSOLE_BYTES + 1)?;
    if bytes.len() > MAX_CONSOLE_BYTES {
        return Err(Stop::CannotRun(format!(
            "{input} has more than {MAX_CONSOLE_BYTES} bytes: paste only the lines about the failed fetch"
        )));
    }
    let text = evidence::text(&bytes);
    let lines = ConsoleMessage::parse_all(&text);
    let unknown = unknown_lines(&lines);
    let mut errors = lines.iter().filter_map(|line| line.message.as_ref().err());
    let about_cors = errors
        .find(|error| error.is_about_cors() || error.is_description())
        .cloned();
    let messages = messages(lines);
    if !messages.is_empty() {
        name_unknown_lines(&unknown, &text);
        return Ok(Messages {
            known: messages,
            has_unknown: !unknown.is_empty(),
        });
    }
    Err(Stop::CannotRun(match about_cors {
        Some(error) => format!("{input}: {error}"),
        None => format!(
            "{input} has no known message about a failed fetch: {}",
            wording::PASTE_WHOLE_LINE
        ),
    }))
}

/// Whether the text looks like a CORS message, but is not a known message.
fn is_unknown(line: &ConsoleLine) -> bool {
    let error = line.message.as_ref().err();
    error.is_some_and(UnknownConsoleMessageError::is_about_cors)
}

/// Whether a line has two messages, and only one of these messages is known.
fn has_known_and_unknown_message_in_a_line(lines: &[ConsoleLine]) -> bool {
    let mut unknown = lines.iter().filter(|line| is_unknown(line));
    unknown.any(|unknown| {
        let mut lines = lines.iter();
        lines.any(|line| line.line == unknown.line && line.message.is_ok())
    })
}

/// Returns the numbers of the lines with a text that looks like a CORS message, but is not a known message.
fn unknown_lines(lines: &[ConsoleLine]) -> Vec<String> {
    let unknown = lines.iter().filter(|line| is_unknown(line));
    let mut unknown: Vec<usize> = unknown.map(|line| line.line).collect();
    unknown.dedup();
    unknown.iter().map(ToString::to_string).collect()
}

/// Prints the numbers of the unknown lines to the standard error. The standard output has only the explanations of
/// known messages.
fn name_unknown_lines(unknown: &[String], text: &str) {
    let Some((last, others)) = unknown.split_last() else {
        return;
    };
    let count = text.lines().filter(|line| !line.trim().is_empty()).count();
    print_aside(&if others.is_empty() {
        format!(
            "1 of {count} lines has a CORS message that is not known and not explained: line {last}"
        )
    } else {
        format!(
            "{} of {count} lines have a CORS message that is not known and not explained: lines {}",
            unknown.len(),
            unknown.join(", ")
        )
    });
}

/// If the message has no status, copies the status of `other`. Copies nothing if the messages have different URLs, or
/// if the message may be about a preflight.
fn add_status(message: &mut ConsoleMessage, other: &ConsoleMessage) {
    if message.is_preflight() == Some(false) && other.url == message.url {
        message.status = message.status.or(other.status);
    }
}

/// Returns the known messages. Leaves out a message that adds nothing to the previous or the next message. For example,
/// `Failed to fetch` adds nothing to a message with the reason.
fn messages(lines: Vec<ConsoleLine>) -> Vec<KnownMessage> {
    let mut messages: Vec<KnownMessage> = Vec::new();
    for ConsoleLine { line, message, .. } in lines {
        let Ok(mut message) = message else {
            continue;
        };
        let last = messages.last();
        if last.is_some_and(|last| message.adds_nothing_to(&last.message)) {
            if let Some(last) = messages.last_mut() {
                add_status(&mut last.message, &message);
            }
            continue;
        }
        if last.is_some_and(|last| last.message.adds_nothing_to(&message)) {
            let last = messages.pop();
            last.iter()
                .for_each(|last| add_status(&mut message, &last.message));
        }
        messages.push(KnownMessage { line, message });
    }
    messages
}
