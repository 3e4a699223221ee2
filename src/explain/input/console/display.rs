//! The explanation of a console message as text for a terminal.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt;

use super::{ConsoleMessage, topics};
use crate::explain::{
    display::wrap::wrapped, glossary::plain_words, input::escaped_text::EscapedText,
};

impl ConsoleMessage {
    /// Returns the values that the message contains, and the codes of the failures. Each value and each code has a label.
    /// The values are escaped and stand between backticks.
    pub(in crate::explain) fn facts(&self) -> Vec<(&'static str, String)> {
        let status = self.status.as_ref().map(ToString::to_string);
        let is_of_response =
            self.is_about(&topics::UNEXPOSED_HEADER) || self.is_about(&topics::UNREADABLE_HEADER);
        let header = if is_of_response {
            "response header"
        } else {
            "request header"
        };
        let values = [
            ("URL", &self.url),
            ("redirected from", &self.redirected_from),
            ("origin of the page", &self.origin),
            ("method", &self.method),
            (header, &self.header_name),
            ("value of the response header", &self.value),
            ("status", &status),
            ("directive", &self.directive),
        ];
        let values = values.into_iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            // If a header is missing, Chromium prints an empty value. An empty value therefore means a missing or an
            // empty header.
            let shown = if value.is_empty() {
                String::from("missing or empty")
            } else {
                format!("`{}`", EscapedText(value.as_bytes()))
            };
            Some((name, shown))
        });
        let codes = self.failures.iter().map(|failure| failure.code());
        let codes = codes.collect::<Vec<_>>().join(" or ");
        let label = if self.has_reason() {
            "failure code"
        } else {
            "possible failure codes"
        };
        let codes = (!codes.is_empty()).then_some((label, codes));
        values.chain(codes).collect()
    }

    /// Returns plain explanations of the technical words in the meaning, in the mistakes and in the fix.
    pub(in crate::explain) fn plain_words(&self) -> Vec<&'static str> {
        let misses = self.near_misses().into_iter().map(|miss| miss.sentence);
        let sentences = misses
            .chain(self.note())
            .chain([self.meaning(), self.fix()]);
        let sentences: Vec<String> = sentences.collect();
        plain_words(sentences.iter().map(String::as_str))
    }
}

/// Writes the explanation: the meaning, the likeliest fix, the usual causes, and the commands that find the exact reason.
impl fmt::Display for ConsoleMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let browser = self.browser.map(|browser| format!("{browser}: "));
        let meaning = browser.unwrap_or_default() + &self.meaning();
        wrapped(f, "", "  ", &meaning)?;
        for miss in self.near_misses() {
            wrapped(f, "  ", "  ", &miss.sentence)?;
        }
        if let Some(note) = self.note() {
            wrapped(f, "  ", "  ", &note)?;
        }
        for sentence in self.plain_words() {
            wrapped(f, "  ", "  ", sentence)?;
        }
        f.write_str("\n")?;
        wrapped(f, "Likeliest fix: ", "  ", &self.fix())?;
        if let Some(caution) = self.caution() {
            f.write_str("\n")?;
            wrapped(f, "Caution: ", "  ", caution)?;
        }
        for caution in self.cautions() {
            f.write_str("\n")?;
            wrapped(f, "Caution: ", "  ", &caution.sentence)?;
            wrapped(f, "  Safer: ", "  ", &caution.safer)?;
        }
        f.write_str("\nUsual causes, the most frequent first:\n")?;
        for (number, cause) in (1..).zip(self.causes()) {
            wrapped(f, &format!("  {number}. "), "     ", &cause)?;
        }
        let commands = self.next_commands();
        for (position, command) in commands.iter().enumerate() {
            if position == 0 {
                f.write_str("\nTo be certain, run:\n")?;
            }
            writeln!(f, "$ {command}")?;
        }
        for note in self.command_notes() {
            wrapped(f, "", "", &note)?;
        }
        let facts = self.facts();
        if facts.is_empty() {
            return f.write_str("\nThe message does not have a URL, an origin or a reason.");
        }
        f.write_str("\nThe message:")?;
        facts
            .iter()
            .try_for_each(|(name, value)| write!(f, "\n  {name}: {value}"))
    }
}
