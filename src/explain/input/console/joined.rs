//! Joins the lines of a message that a terminal, an e-mail program or a chat program wrapped. Some programs wrap between
//! words, and drop the space. Other programs wrap at a column, also inside words.

use alloc::{string::String, vec::Vec};

use super::{
    Browser, ConsoleMessage,
    template::{STATUS_DIGITS, ends_with_hyphen},
};

/// Lines that are joined to one line.
#[derive(Debug, Clone, Default)]
pub(super) struct Joined {
    text: String,
    /// Whether a single quotation mark is open at the end of the text.
    is_quoted: bool,
    has_line: bool,
}

/// How lines are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Separator {
    /// With a space, except inside of single quotation marks, inside of a number and after a hyphen: these parts of a
    /// message have no spaces.
    Words,
    /// Without a space: the message was wrapped at a column.
    Nothing,
    /// Without a space after a line with the length of the longest line: the message was wrapped at a column, and the
    /// spaces at the ends of the lines are lost.
    NothingAfterFullLine,
}

/// The ways to join lines, the likeliest first.
const SEPARATORS: [Separator; 3] = [
    Separator::Words,
    Separator::Nothing,
    Separator::NothingAfterFullLine,
];

impl Joined {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the text ends inside of single quotation marks.
    pub(super) const fn is_quoted(&self) -> bool {
        self.is_quoted
    }

    /// Adds a line. `width` is the length of the longest line, in characters. An empty line adds nothing.
    pub(super) fn push(&mut self, line: &str, separator: Separator, last_line: &str, width: usize) {
        if line.trim().is_empty() {
            return;
        }
        let mut line = line;
        if self.has_line && separator == Separator::Words && ends_with_hyphen(&self.text) {
            self.text.truncate(self.text.trim_end().len());
            line = line.trim_start();
        } else if self.has_line && self.needs_space(line, separator, last_line, width) {
            self.text.push(' ');
        }
        self.has_line = true;
        let mut before = self.text.chars().next_back();
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            let next = characters.peek().copied();
            self.see(before, character, next);
            before = Some(character);
        }
        self.text.push_str(line);
    }

    /// Updates the state after a character.
    fn see(&mut self, before: Option<char>, character: char, next: Option<char>) {
        let is_in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match character {
            '‘' => self.is_quoted = true,
            // An apostrophe inside a word, as in `doesn't`, is not a quotation mark.
            '’' | '\'' if is_in_word(before) && is_in_word(next) => {}
            '’' => self.is_quoted = false,
            '\'' if self.is_quoted => self.is_quoted = is_in_word(next),
            '\'' => self.is_quoted = !is_in_word(before),
            _ => {}
        }
    }

    fn needs_space(&self, next: &str, separator: Separator, last_line: &str, width: usize) -> bool {
        let text = &self.text;
        match separator {
            Separator::Nothing => false,
            Separator::NothingAfterFullLine => last_line.chars().count() != width,
            Separator::Words => {
                let is_digit = |c: char| c.is_ascii_digit();
                // In a list of values, a space follows the comma.
                let is_in_value = self.is_quoted && !text.ends_with(',');
                let is_in_number = text.ends_with(is_digit) && next.starts_with(is_digit);
                !(is_in_value || is_in_number)
            }
        }
    }
}

/// Whether a quotation ends behind the end of the line.
pub(super) fn ends_in_quotation(line: &str) -> bool {
    let mut joined = Joined::default();
    joined.push(line, Separator::Words, "", 0);
    joined.is_quoted()
}

/// Returns all lines, joined in one way.
pub(super) fn joined(lines: &[&str], separator: Separator) -> String {
    let width = width(lines.iter().copied());
    let mut joined = Joined::default();
    lines.iter().fold("", |last, line| {
        joined.push(line, separator, last, width);
        line
    });
    joined.text
}

/// Returns the length of the longest line, in characters. The last line does not count, because no line break follows.
pub(super) fn width<'l>(lines: impl Iterator<Item = &'l str>) -> usize {
    let lengths: Vec<usize> = lines.map(|line| line.chars().count()).collect();
    let wrapped = lengths.split_last().map_or(&[][..], |(_, others)| others);
    wrapped.iter().copied().max().unwrap_or_default()
}

/// Parses a wrapped message. `parse` joins the lines in one way, and returns the message. The result is the message with
/// the most values.
pub(super) fn best<T: Clone>(
    parse: impl Fn(Separator) -> Option<T>,
    message: impl Fn(&mut T) -> &mut ConsoleMessage,
) -> Option<T> {
    let mut found: Vec<T> = SEPARATORS.into_iter().filter_map(parse).collect();
    let scores: Vec<_> = found
        .iter_mut()
        .map(|found| score(message(found)))
        .collect();
    let best = scores.iter().max()?;
    let mut equal = found
        .into_iter()
        .zip(&scores)
        .filter(|(_, score)| *score == best);
    let (mut first, _) = equal.next()?;
    for (mut other, _) in equal {
        message(&mut first).keep_values_of(message(&mut other));
    }
    Some(first)
}

/// Returns a number that is larger for a message with more values.
fn score(message: &ConsoleMessage) -> (bool, usize) {
    let values = [
        &message.url,
        &message.origin,
        &message.value,
        &message.redirected_from,
        &message.header_name,
        &message.method,
        &message.resource_kind,
        &message.directive,
    ];
    let values = values.into_iter().filter(|value| value.is_some()).count();
    let status = usize::from(message.status.is_some());
    let preflight = usize::from(message.is_preflight() == Some(true));
    (message.has_reason(), values + status + preflight)
}

impl ConsoleMessage {
    /// Removes the values that differ in `other`, which is the same message with its lines joined in another way. Only the
    /// values without quotation marks can differ.
    fn keep_values_of(&mut self, other: &Self) {
        if self.url != other.url {
            self.url = None;
        }
        if self.origin != other.origin {
            self.origin = None;
        }
        if self.browser == Some(Browser::Safari) && self.value != other.value {
            self.value = None;
        }
        if self.header_name != other.header_name {
            self.header_name = None;
        }
        if !other.is_of_element() {
            self.resource_kind.clone_from(&other.resource_kind);
        }
    }

    /// Whether the message has the same values as `other`.
    pub(super) fn has_values_of(&self, other: &Self) -> bool {
        score(self) == score(other)
            && (&self.url, &self.origin, &self.value) == (&other.url, &other.origin, &other.value)
    }
}

/// The words before the status, without spaces.
const STATUS: &str = "Statuscode:";

/// Whether a message is wrapped before or inside its status, which ends in the line `next`.
pub(super) fn is_status_cut(message: &str, next: &str) -> bool {
    let next = next.trim();
    let tail = message.trim_end();
    let end = tail.rfind(['.', '(']).map_or(0, |end| end + 1);
    let tail: String = tail
        .get(end..)
        .unwrap_or_default()
        .split_whitespace()
        .collect();
    let digits_of = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some((_, code)) = tail.rsplit_once("code") {
        let next = if code.is_empty() {
            next.trim_start_matches([':', ' '])
        } else {
            next
        };
        let code = code.trim_start_matches(':');
        let count = digits_of(code);
        let is_cut = count == code.len() && count < STATUS_DIGITS;
        return is_cut && digits_of(next) == STATUS_DIGITS - count;
    }
    let Some(missing) = STATUS.strip_prefix(&*tail) else {
        return false;
    };
    let next: String = next
        .chars()
        .filter(|c| !c.is_whitespace())
        .take(STATUS.len())
        .collect();
    // A short line has only a part of the missing words.
    next.starts_with(missing) || (missing.starts_with(&next) && !next.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined() {
        for (lines, expected) in [
            (
                ["doesn't be at 'ht", "tp' from"],
                "doesn't be at 'http' from",
            ),
            (
                ["doesn’t be at ‘ht", "tp’ from"],
                "doesn’t be at ‘http’ from",
            ),
            (["at 'a", "' from 'b'"], "at 'a' from 'b'"),
            (["at '", "a' from 'b'"], "at 'a' from 'b'"),
            (["'a' from", "'b'"], "'a' from 'b'"),
            (["values 'a,", "b' c"], "values 'a, b' c"),
            (["code: 2", "00."], "code: 200."),
            (["no-", "cors"], "no-cors"),
            (["a", "b"], "a b"),
        ] {
            assert_eq!(joined(&lines, Separator::Words), expected);
        }
        assert_eq!(joined(&["a ", "b", "c"], Separator::Nothing), "a bc");
        let full = Separator::NothingAfterFullLine;
        assert_eq!(joined(&["ab", "c", "de", "longer"], full), "abc delonger");
    }

    #[test]
    fn status_in_the_next_line_is_recognized() {
        for (message, next, expected) in [
            ("a. Status code:", "200.", true),
            ("a. Status code: 2", "00.", true),
            ("a. Sta", "tus code: 200", true),
            ("a. Status", "code: 200", true),
            ("a. Status code", ": 200", true),
            ("a.", "Status code: 404", true),
            ("has invalid HTTP status code 40", "4", true),
            ("a. Status code: 200", "12:30 b", false),
            ("a. Status code: 20", "12:30 b", false),
            ("a.", "b", false),
            ("a. b", "c", false),
            ("a.", "", false),
        ] {
            assert_eq!(is_status_cut(message, next), expected, "{message} | {next}");
        }
    }
}
