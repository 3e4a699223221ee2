//! Splits the text of a console into messages.

use alloc::{string::String, vec::Vec};

use super::{
    Browser, ConsoleMessage, MAX_MESSAGE_BYTES, UnknownConsoleMessageError,
    cut::{can_continue, has_beginning_of_reason},
    decoded::decoded,
    joined::{self, Joined, Separator, best, ends_in_quotation, is_status_cut, width},
    pieces::{Piece, pieces},
    request_lines::complete_methods,
    template::normalized,
    templates::Templates,
    topics,
    wrapped::{mark, without_mark},
};

/// The maximum number of further pieces of a message.
const MAX_PIECES: usize = 11;

/// The maximum number of further pieces if they are short, and their maximum length together. A narrow terminal wraps a
/// message over many short lines.
const MAX_SHORT_PIECES: usize = 40;
const MAX_SHORT_PIECES_BYTES: usize = 600;

/// The maximum number of lines that Safari prints for one failure.
const LINES_OF_A_SAFARI_FAILURE: usize = 3;

/// The beginnings of messages that some consoles wrap over several lines.
const BEGINNINGS: [&str; 11] = [
    "Access to ",
    "Redirect from ",
    "blocked by CORS policy",
    "Cross-Origin Request ",
    "Mixed Content: ",
    " cannot load ",
    "Failed to load http",
    "Origin http",
    "Origin null is ",
    "Request header field ",
    "Preflight response is ",
];

/// The beginning of the second line of a Chromium message about `eval()`. The message has a second line only if the
/// Content Security Policy is report-only.
const REPORT_ONLY: &str = " The policy is report-only";

/// A word after the origin of the page in messages of old versions of Chromium. In these messages, the origin is near the
/// end, often in a later line.
const ORIGIN_BELOW: &str = "therefore";

/// A message in a console. Some consoles wrap a long message over several lines. Several messages can be in one line, if
/// the text was pasted without its line breaks.
///
/// ```
/// use fetch_cors::explain::input::ConsoleMessage;
///
/// let lines = ConsoleMessage::parse_all("a\n\nTypeError: Failed to fetch\n");
/// assert_eq!((lines[0].line, lines[0].message.is_err()), (1, true));
/// assert_eq!((lines[1].line, lines[1].message.is_ok()), (3, true));
/// let lines = ConsoleMessage::parse_all("Load failed Cross-Origin Request Blocked: (Reason: CORS disabled).");
/// assert_eq!(lines.len(), 2);
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
    let text = &*decoded(text);
    let templates = Templates::default();
    let pieces = pieces(text);
    let mut found = Vec::new();
    let mut texts = Vec::new();
    let mut at = 0;
    while let Some([first, rest @ ..]) = pieces.get(at..) {
        if first.text.trim().is_empty() {
            at += 1;
            continue;
        }
        let (message, length) = match first_message(first, rest, &templates) {
            (Err(error), length) if error.is_about_cors() || has_beginning(first.text) => {
                cut_message(first, rest, &templates).unwrap_or((Err(error), length))
            }
            found => found,
        };
        found.push(ConsoleLine {
            line: first.line,
            message,
        });
        texts.push(first.text);
        at += length;
    }
    complete_safari(&mut found);
    complete_firefox(&mut found);
    complete_methods(&mut found, &texts);
    found
}

/// Whether the text has the beginning of a message that consoles wrap.
fn has_beginning(text: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| text.contains(beginning))
}

/// Parses the message that begins with the piece `first`, if the end of the message is missing. Returns the message and
/// the number of its pieces.
fn cut_message(
    first: &Piece<'_>,
    rest: &[Piece<'_>],
    templates: &Templates,
) -> Option<(Result<ConsoleMessage, UnknownConsoleMessageError>, usize)> {
    let mark = mark(first.text);
    let mut joined = Joined::default();
    joined.push(first.text, Separator::Words, "", 0);
    let cut = ConsoleMessage::from_cut(joined.text(), templates);
    let mut found = cut.map(|message| (Ok(message), 1));
    let has_beginning = has_beginning(first.text);
    for (length, next) in (2..).zip(rest.iter().take(MAX_PIECES)) {
        if next.is_beginning || next.text.trim().is_empty() {
            break;
        }
        let separator = if next.is_first {
            Separator::Words
        } else {
            Separator::Nothing
        };
        let text = mark.map_or(next.text, |mark| without_mark(next.text, mark));
        joined.push(text, separator, "", 0);
        let lacks_reason = has_beginning && !has_beginning_of_reason(joined.text());
        if !lacks_reason && !can_continue(joined.text(), templates) {
            break;
        }
        let message = ConsoleMessage::from_cut(joined.text(), templates);
        found = message.map(|message| (Ok(message), length)).or(found);
    }
    found
}

/// Parses the message that begins with the piece `first`. Returns the message and the number of its pieces. An empty line
/// usually ends a message. Some programs put an empty line after each line, so a message without its end can continue
/// after one empty line.
fn first_message(
    first: &Piece<'_>,
    rest: &[Piece<'_>],
    templates: &Templates,
) -> (Result<ConsoleMessage, UnknownConsoleMessageError>, usize) {
    let found = message_before_empty_line(first, rest, templates);
    let spaced = possible_pieces(rest).as_chunks().0.iter();
    let spaced = spaced.map_while(|[empty, next]| {
        let is_spaced = empty.text.trim().is_empty() && !next.text.trim().is_empty();
        is_spaced.then_some(*next)
    });
    let spaced: Vec<Piece<'_>> = spaced.collect();
    let Some(next) = spaced.first() else {
        return found;
    };
    let continues = match found.0 {
        Ok(_) => is_status_cut(first.text, next.text),
        Err(_) => has_beginning(&[first.text, next.text, ""].join(" ")),
    };
    if !continues {
        return found;
    }
    match message_before_empty_line(first, &spaced, templates) {
        (Ok(message), length) if length > 1 => (Ok(message), 2 * length - 1),
        _ => found,
    }
}

fn message_before_empty_line(
    first: &Piece<'_>,
    rest: &[Piece<'_>],
    templates: &Templates,
) -> (Result<ConsoleMessage, UnknownConsoleMessageError>, usize) {
    let parse = |text: &str| ConsoleMessage::parse_with(text, templates);
    let mut joined = String::from(first.text);
    let mut alone = parse(&joined);
    let mut length = 1;
    let rest = possible_pieces(rest).iter();
    if let Some(next) = rest.clone().next()
        && next.text.starts_with(REPORT_ONLY)
    {
        joined.push('\n');
        joined.push_str(next.text);
        return (parse(&joined), 2);
    }
    // The text before the beginning of a message, such as a time, belongs to the message.
    if is_other_text(&alone) {
        let same_line: Vec<_> = rest.clone().take_while(|next| !next.is_first).collect();
        let mut texts = same_line.iter().map(|piece| piece.text);
        let whole = texts
            .clone()
            .fold(joined.clone(), |whole, text| whole + text);
        // If all pieces together are not a message, fewer pieces are not a message either. A text over the limit is not
        // parsed.
        let parsed = parse(&whole);
        if is_other_text(&parsed) && whole.len() <= MAX_MESSAGE_BYTES {
            (joined, alone, length) = (whole, parsed, length + same_line.len());
        } else {
            while is_other_text(&alone)
                && let Some(text) = texts.next()
            {
                joined.push_str(text);
                alone = parse(&joined);
                length += 1;
            }
        }
    }
    let rest = rest.skip(length - 1);
    let has_origin_below = rest.clone().any(|next| next.text.contains(ORIGIN_BELOW));
    let mark = mark(first.text);
    let text = |text| mark.map_or(text, |mark| without_mark(text, mark));
    // The known beginning of a message can end in the next line.
    let next = rest.clone().next().map_or("", |next| text(next.text));
    let is_whole = alone
        .as_ref()
        .is_ok_and(|message| !has_origin_below || message.origin.is_some());
    let is_cut = is_status_cut(text(&joined), next)
        || alone
            .as_ref()
            .is_ok_and(|message| is_beginning_of_chromium(message, &joined))
        || (!next.trim().is_empty() && ends_in_quotation(text(&joined)));
    if is_whole && !is_cut {
        return (alone, length);
    }
    let seen = normalized(&[text(&joined), next].join("\n")) + " ";
    if !has_beginning(&seen) {
        return (alone, length);
    }
    // An empty line, or the beginning of the next message, ends this message.
    let wrapped =
        rest.take_while(|next| next.is_first && !next.is_beginning && !next.text.trim().is_empty());
    let first_line = String::from(text(&joined));
    let texts: Vec<&str> = wrapped.map(|piece| text(piece.text)).collect();
    let lines: Vec<&str> = core::iter::once(&*first_line)
        .chain(texts.iter().copied())
        .collect();
    let joined_with = |separator: Separator| -> Option<(ConsoleMessage, usize)> {
        // If all lines together are not a message, fewer lines are not a message either. A text over the limit is not
        // parsed.
        let whole = joined::joined(&lines, separator);
        if texts.is_empty() || whole.len() <= MAX_MESSAGE_BYTES && parse(&whole).is_err() {
            return None;
        }
        let width = width(lines.iter().copied());
        let mut joined = Joined::default();
        joined.push(&first_line, separator, "", width);
        let mut found = None;
        let mut last = &*first_line;
        for (index, text) in texts.iter().enumerate() {
            joined.push(text, separator, last, width);
            last = text;
            match parse(joined.text()) {
                Ok(message) if message.is_complete() || message.is_second_of_safari() => {
                    let next = texts.get(index + 1).copied().unwrap_or_default();
                    let lacks_end = is_beginning_of_chromium(&message, joined.text())
                        || (has_origin_below && message.origin.is_none())
                        || (joined.is_quoted() && !next.is_empty());
                    let is_last = !lacks_end;
                    if is_last || (found.is_none() && alone.is_err()) {
                        found = Some((message, length + index + 1));
                    }
                    if is_last && !is_status_cut(joined.text(), next) {
                        break;
                    }
                }
                _ => {}
            }
        }
        found
    };
    let found = best(joined_with, |(message, _)| message).filter(|(message, _)| {
        // If the next lines add nothing, these lines do not belong to the message.
        !(is_whole
            && alone
                .as_ref()
                .is_ok_and(|alone| alone.has_values_of(message)))
    });
    match found {
        Some((message, length)) => (Ok(message), length),
        None => (alone, length),
    }
}

/// Whether the message is one of Chromium whose last words are missing. The other words are those of Safari.
fn is_beginning_of_chromium(message: &ConsoleMessage, text: &str) -> bool {
    message.browser == Some(Browser::Safari) && text.contains(" CORS policy")
}

/// Returns the pieces that possibly belong to a message.
fn possible_pieces<'p, 't>(pieces: &'p [Piece<'t>]) -> &'p [Piece<'t>] {
    let mut bytes = 0_usize;
    let mut lengths = pieces.iter().map(|piece| piece.text.len());
    let end = lengths.position(|length| {
        bytes = bytes.saturating_add(length);
        bytes > MAX_SHORT_PIECES_BYTES
    });
    let end = end.unwrap_or(pieces.len());
    let end = end.clamp(MAX_PIECES, MAX_SHORT_PIECES);
    pieces.get(..end).unwrap_or(pieces)
}

/// Whether the text is neither a known message nor about CORS.
fn is_other_text(message: &Result<ConsoleMessage, UnknownConsoleMessageError>) -> bool {
    message.as_ref().is_err_and(|error| !error.is_about_cors())
}

/// Adds the missing URL to each message of Safari. Safari prints the reason of a failure and the URL in separate lines.
/// Usually, the reason comes first. If the request got no response, the URL can come first.
fn complete_safari(lines: &mut [ConsoleLine]) {
    // `last` is the position of the last message that got a URL. `free` is the first position after both this message and
    // the line with its URL.
    let (mut free, mut last) = (0, None);
    for position in 0..lines.len() {
        let is_completed = lines.get(position).is_some_and(lacks_url);
        let next = position + 1;
        let before = free.max(position.saturating_sub(1))..position;
        // If the message repeats the reason of the previous failure, only the line directly after the message can have its
        // URL. A later URL belongs to the next failure.
        let is_repeated = free == position
            && last.is_some_and(|last| adds_nothing(lines.get(position), lines.get(last)));
        let end = if is_repeated {
            next
        } else {
            position + LINES_OF_A_SAFARI_FAILURE
        };
        let found = core::iter::once(next)
            .chain(before)
            .chain(next + 1..end)
            .filter(|_| is_completed)
            .find_map(|at| Some((at, url_of_safari(lines.get(at)?)?)));
        let Some((at, url)) = found else {
            continue;
        };
        let url = String::from(url);
        let line = lines.get_mut(position);
        if let Some(Ok(message)) = line.map(|line| &mut line.message) {
            (free, last) = (position.max(at) + 1, Some(position));
            if message.url.is_none() {
                message.url = Some(url);
            } else if message.url.as_ref() != Some(&url) {
                message.redirected_from = Some(url);
            }
        }
    }
}

/// Finds the messages of Firefox about preflights. The next line shows that a message is about a preflight.
fn complete_firefox(lines: &mut [ConsoleLine]) {
    for position in 1..lines.len() {
        let Some([line, next]) = lines.get_mut(position - 1..=position) else {
            continue;
        };
        if let (Ok(message), Ok(next)) = (&mut line.message, &next.message)
            && message.is_of_preflight_before(next)
        {
            message.set_preflight();
        }
    }
}

fn adds_nothing(line: Option<&ConsoleLine>, earlier: Option<&ConsoleLine>) -> bool {
    let message = line.and_then(|line| line.message.as_ref().ok());
    let earlier = earlier.and_then(|earlier| earlier.message.as_ref().ok());
    message
        .zip(earlier)
        .is_some_and(|(message, earlier)| message.adds_nothing_to(earlier))
}

/// Whether the line is a message of Safari that lacks the URL of the request or, after a redirect, the URL before the
/// redirect.
fn lacks_url(line: &ConsoleLine) -> bool {
    line.message.as_ref().is_ok_and(|message| {
        let is_incomplete =
            message.url.is_none() || (message.is_redirected && message.redirected_from.is_none());
        message.browser == Some(Browser::Safari) && is_incomplete
    })
}

/// Returns the URL of a line about access control checks. `None` for other lines. Safari prints such a line in addition
/// to the line with the reason. If the scheme of the URL is the reason, the topic of such a line is [`topics::SCHEME`].
fn url_of_safari(line: &ConsoleLine) -> Option<&str> {
    let message = line.message.as_ref().ok()?;
    let url = message.url.as_deref()?;
    let is_second_line = message.is_second_of_safari() || message.is_about(&topics::SCHEME);
    is_second_line.then_some(url)
}
