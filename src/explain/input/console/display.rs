//! The explanation of a console message as text for a terminal.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::{fmt, hash::Hash, ptr};

use super::{ConsoleMessage, topics};
use crate::explain::{
    NearMiss,
    display::{
        fmt_caution,
        wrap::{wrapped, wrapped_without_end},
    },
    glossary::plain_words,
    input::escaped_text::escaped_up_to,
    shown::MAX_NEEDED_CHARS,
};

impl ConsoleMessage {
    /// Returns the values that the message contains. Each value has a label. The values are escaped and stand between
    /// backticks.
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
            ("cookie", &self.cookie),
        ];
        let values = values.into_iter().filter_map(|(name, value)| {
            let value = value.as_ref()?;
            // If a header is missing, Chromium prints an empty value. An empty value therefore means a missing or an
            // empty header.
            let shown = if value.is_empty() {
                String::from("missing or empty")
            } else {
                // The reader compares the URLs, so their middle is not left out.
                format!("`{}`", escaped_up_to(value, MAX_NEEDED_CHARS))
            };
            Some((name, shown))
        });
        values.collect()
    }

    /// Returns the words before the codes of the failures.
    pub(in crate::explain) fn codes_heading(&self) -> &'static str {
        let is_certain = self.has_reason() && self.contradiction().is_none();
        match self.failures.len() {
            1 if is_certain => "failure code",
            1 => "possible failure code",
            _ => "the message fits several failures, the likeliest first",
        }
    }

    /// Returns the codes of the failures. If there are several codes, each code has its meaning in words.
    pub(in crate::explain) fn codes(&self) -> Vec<String> {
        let failures = self.failures.iter();
        let codes = failures.map(|failure| match self.failures.len() {
            1 => String::from(failure.code()),
            _ => format!("{}: {}", failure.code(), failure.message()),
        });
        codes.collect()
    }

    /// Returns the words before the fix.
    pub(in crate::explain) fn fix_heading(&self) -> &'static str {
        if self.contradiction().is_some() {
            "What to do"
        } else {
            "Likeliest fix"
        }
    }

    /// Returns plain explanations of the technical words in the meaning, in the mistakes and in the fix.
    pub(in crate::explain) fn plain_words(&self) -> Vec<&'static str> {
        let (misses, note) = (self.near_misses(), self.note());
        self.plain_words_of(&misses, note.as_deref(), &self.fix())
    }

    /// Returns the [plain words](Self::plain_words) of a message whose mistakes, note and fix are known.
    fn plain_words_of(
        &self,
        misses: &[NearMiss],
        note: Option<&str>,
        fix: &str,
    ) -> Vec<&'static str> {
        let meaning = self.meaning();
        let misses = misses.iter().map(|miss| miss.sentence.as_str());
        let sentences = core::iter::once(&*meaning).chain(misses);
        plain_words(sentences.chain(note).chain([fix]))
    }

    /// Returns a key that is equal for messages with the same values. The explanations of these messages are equal, too.
    // Public only for the program of this crate.
    #[doc(hidden)]
    pub fn key(&self) -> impl Eq + Hash + '_ {
        let urls = (&self.url, &self.redirected_from, &self.redirect_target);
        let values = (&self.origin, &self.value, &self.header_name, &self.method);
        let kind = (&self.resource_kind, &self.cookie, self.status);
        let directives = (&self.directive, &self.missing_directive);
        let topic = (ptr::from_ref(self.topic), self.browser, &self.failures);
        (urls, values, kind, directives, topic, self.is_redirected)
    }
}

/// Writes the explanation: the meaning, the likeliest fix, the usual causes, and the commands that find the exact reason.
impl fmt::Display for ConsoleMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let browser = self.browser.map(|browser| format!("{browser}: "));
        let meaning = browser.unwrap_or_default() + &self.meaning();
        wrapped(f, "", "  ", &meaning)?;
        let (misses, note, fix) = (self.near_misses(), self.note(), self.fix());
        for miss in &misses {
            wrapped(f, "  ", "  ", &miss.sentence)?;
        }
        if let Some(note) = &note {
            wrapped(f, "  ", "  ", note)?;
        }
        for sentence in self.plain_words_of(&misses, note.as_deref(), &fix) {
            wrapped(f, "  ", "  ", sentence)?;
        }
        f.write_str("\n")?;
        let heading = format!("{}: ", self.fix_heading());
        wrapped(f, &heading, "  ", &fix)?;
        if let Some(caution) = self.caution() {
            f.write_str("\n")?;
            wrapped(f, "Caution: ", "  ", caution)?;
        }
        for caution in self.cautions() {
            fmt_caution(f, &caution, Some(&fix))?;
        }
        for (number, cause) in (1..).zip(self.causes()) {
            if number == 1 {
                f.write_str("\nUsual causes, the most frequent first:\n")?;
            }
            wrapped(f, &format!("  {number}. "), "     ", &cause)?;
        }
        let commands = self.next_commands();
        for (position, command) in commands.iter().enumerate() {
            if position == 0 {
                let heading = format!("{}:", self.commands_heading());
                wrapped(f, "\n", "", &heading)?;
            }
            writeln!(f, "$ {command}")?;
        }
        for note in self.command_notes() {
            wrapped(f, "", "", &note)?;
        }
        let (facts, codes) = (self.facts(), self.codes());
        if facts.is_empty() && codes.is_empty() {
            if self.blocks_no_fetch() {
                return Ok(());
            }
            return f.write_str("\nThe message does not have a URL, an origin or a reason.");
        }
        f.write_str("\nThe message:")?;
        let mut facts = facts.iter();
        facts.try_for_each(|(name, value)| write!(f, "\n  {name}: {value}"))?;
        match &*codes {
            [] => Ok(()),
            [code] => write!(f, "\n  {}: {code}", self.codes_heading()),
            codes => {
                write!(f, "\n  {}:", self.codes_heading())?;
                let mut codes = codes.iter();
                codes.try_for_each(|code| wrapped_without_end(f, "\n    ", "      ", code))
            }
        }
    }
}
