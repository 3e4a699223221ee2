//! The errors of `QuickJson`.

use std::{fmt, io::Read};

use serde::{Deserialize, de::Error as _};
use serde_json::Value;

use super::QuickJson;

/// The maximum length of the text that shows the reason of an error.
const SAMPLE_BYTES: usize = 64;

/// A text that `QuickJson` refuses, or that cannot be read. [`QuickJson::error`] returns the reason and the position.
#[derive(Debug)]
pub(crate) struct Refused {
    /// The reason. `None` if the text is not JSON.
    reason: Option<String>,
    /// The line and the column after the value that was refused. `None` if the text is not JSON, and also before the end of
    /// the value.
    position: Option<(usize, usize)>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.reason.as_deref().unwrap_or("the text is not JSON"))
    }
}

impl std::error::Error for Refused {}

impl serde::de::Error for Refused {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self {
            reason: Some(reason.to_string()),
            position: None,
        }
    }
}

impl Refused {
    /// The error for a text that is not JSON.
    pub(super) const SYNTAX: Self = Self {
        reason: None,
        position: None,
    };

    pub(super) const fn has_position(&self) -> bool {
        self.reason.is_none() || self.position.is_some()
    }
}

/// The reason and the position of an error.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The error of `serde_json` with the same reason. Its position is the position in another text.
    pub(crate) reason: serde_json::Error,
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The column in bytes. The first byte of a line has the column 1.
    pub(crate) column: usize,
}

impl<R: Read> QuickJson<R> {
    /// Adds the current position to the error of a value.
    pub(super) fn at_position(&self, refused: Refused) -> Refused {
        if refused.has_position() {
            return refused;
        }
        Refused {
            position: Some(self.position()),
            ..refused
        }
    }

    /// Returns the reason and the position of an error, as `serde_json` reports them.
    ///
    /// If the text is not JSON, `serde_json` reads a short text with the same error: a beginning that leads to the state of
    /// this reader, and the bytes that this reader refused.
    pub(crate) fn error(&self, refused: &Refused) -> Problem {
        let (line, column) = refused.position.unwrap_or_else(|| self.position());
        if let Some(reason) = &refused.reason {
            let reason = serde_json::Error::custom(reason);
            return Problem {
                reason,
                line,
                column,
            };
        }
        let rest = self.rest();
        let rest = rest.get(..SAMPLE_BYTES).unwrap_or(rest);
        let scalar: &[u8] = if self.is_in_scalar { &self.text } else { b"" };
        let sample = [self.before.as_bytes(), scalar, rest].concat();
        match error_of(&sample) {
            Some(reason) => {
                let lines = reason.line().saturating_sub(1);
                let read = self.before.len() + scalar.len();
                let (line, column) = match lines {
                    0 => (line, (column + reason.column()).saturating_sub(read)),
                    lines => (line + lines, reason.column()),
                };
                Problem {
                    reason,
                    line,
                    column,
                }
            }
            None => {
                let reason = serde_json::Error::custom("this part of the text is not readable");
                Problem {
                    reason,
                    line,
                    column,
                }
            }
        }
    }

    /// Returns the line and the column of the last byte that was read.
    fn position(&self) -> (usize, usize) {
        let read = self.buffer.get(..self.start).unwrap_or_default();
        let lines = self.lines_before + count_lines(read);
        let column = match last_line_break(read) {
            Some(at) => read.len() - at - 1,
            None => self.columns_before + read.len(),
        };
        (lines + 1, column)
    }

    /// Counts the lines of the buffer, whose bytes were all read.
    pub(super) fn leave_buffer(&mut self) {
        let (line, column) = self.position();
        (self.lines_before, self.columns_before) = (line - 1, column);
    }
}

/// Returns the error of a text that consists of JSON values.
fn error_of(text: &[u8]) -> Option<serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    loop {
        if let Err(error) = Value::deserialize(&mut deserializer) {
            return Some(error);
        }
        if deserializer.end().is_ok() {
            return None;
        }
    }
}

fn count_lines(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

fn last_line_break(text: &[u8]) -> Option<usize> {
    text.iter().rposition(|byte| *byte == b'\n')
}
