//! A message in plain text, for people.

use core::fmt;

use super::ConsoleMessage;
use crate::explain::input::escaped::Escaped;

/// The explanation in plain text: the meaning, the usual causes, the fix, and what to run to be certain.
impl fmt::Display for ConsoleMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.browser {
            Some(browser) => write!(f, "{browser}: {}", self.meaning())?,
            None => write!(f, "{}", self.meaning())?,
        }
        let status = self.status.as_ref().map(alloc::string::ToString::to_string);
        for (name, value) in [
            ("URL", &self.url),
            ("redirected from", &self.redirected_from),
            ("origin of the page", &self.origin),
            ("method", &self.method),
            ("request header", &self.header_name),
            ("value of the response header", &self.value),
            ("status", &status),
        ] {
            if let Some(value) = value {
                write!(f, "\n  {name}: `{}`", Escaped(value.as_bytes()))?;
            }
        }
        let label = if self.has_reason() {
            "code"
        } else {
            "possible codes"
        };
        for (index, failure) in self.failures.iter().enumerate() {
            if index == 0 {
                write!(f, "\n  {label}: {failure}")?;
            } else {
                write!(f, " or {failure}")?;
            }
        }
        f.write_str("\n\nusual causes, the most frequent first:")?;
        for (index, cause) in self.causes().iter().enumerate() {
            write!(f, "\n  {}. {cause}", index + 1)?;
        }
        write!(f, "\n\nlikeliest fix: {}", self.fix())?;
        if let Some(caution) = self.caution() {
            write!(f, "\n\nbeware: {caution}")?;
        }
        for (index, command) in self.next_commands().iter().enumerate() {
            let separator = if index == 0 {
                "\n\nto be certain, run:"
            } else {
                ""
            };
            write!(f, "{separator}\n  {command}")?;
        }
        Ok(())
    }
}
