//! The errors of `QuickJson`.

use std::{fmt, io::Read};

use memchr::{memchr_iter, memrchr};
use serde::{Deserialize, de::Error as _};
use serde_json::Value;

use super::QuickJson;

/// The maximum length of the text that shows the reason of an error.
const SAMPLE_BYTES: usize = 64;

/// The error for a text that `QuickJson` refuses or cannot read. [`QuickJson::error`] returns the reason and the
/// position.
///
/// The field is `None` if the text is not JSON. The type is small, because a large error slows down each function that
/// can return the error.
#[derive(Debug)]
pub(crate) struct Refused(Option<Box<RefusedValue>>);

/// A value that is not the expected value.
#[derive(Debug)]
struct RefusedValue {
    reason: String,
    /// The line and the column of the error. `None` until [`QuickJson::at_position`] sets this field.
    position: Option<(usize, usize)>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match &self.0 {
            Some(value) => &value.reason,
            None => "the text is not JSON",
        })
    }
}

impl std::error::Error for Refused {}

impl serde::de::Error for Refused {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self(Some(Box::new(RefusedValue {
            reason: reason.to_string(),
            position: None,
        })))
    }
}

impl Refused {
    /// The error for a text that is not JSON.
    pub(super) const SYNTAX: Self = Self(None);

    pub(super) fn has_position(&self) -> bool {
        self.0.as_ref().is_none_or(|value| value.position.is_some())
    }
}

/// The reason and the position of an error.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The reason, as an error of `serde_json`. The position in this error can be wrong: callers use `line` and
    /// `column`.
    pub(crate) reason: serde_json::Error,
    /// The line, counted from 1.
    pub(crate) line: usize,
    /// The column in bytes. The first byte of a line has the column 1.
    pub(crate) column: usize,
}

impl<R: Read> QuickJson<R> {
    /// Adds the current position to the error of a value, if the error has no position.
    pub(super) fn at_position(&self, mut refused: Refused) -> Refused {
        if let Some(value) = &mut refused.0 {
            value.position = value.position.or_else(|| Some(self.position()));
        }
        refused
    }

    /// Returns the reason and the position of an error, as `serde_json` reports them.
    ///
    /// If the text is not JSON, this function makes a sample with the same error, and `serde_json` reads the sample.
    /// The sample has two parts: a text that leads a JSON parser to the state of this reader, and the bytes that this
    /// reader refused.
    pub(crate) fn error(&self, refused: &Refused) -> Problem {
        let position = refused.0.as_ref().and_then(|value| value.position);
        let (line, column) = position.unwrap_or_else(|| self.position());
        if let Some(value) = &refused.0 {
            let reason = serde_json::Error::custom(&value.reason);
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
    pub(super) fn position(&self) -> (usize, usize) {
        let read = self.buffer.get(..self.start).unwrap_or_default();
        let lines = self.lines_before + memchr_iter(b'\n', read).count();
        let column = match memrchr(b'\n', read) {
            Some(at) => read.len() - at - 1,
            None => self.columns_before + read.len(),
        };
        (lines + 1, column)
    }

    /// Updates `lines_before` and `columns_before`. The function is called after all bytes of the buffer were read.
    pub(super) fn leave_buffer(&mut self) {
        let (line, column) = self.position();
        (self.lines_before, self.columns_before) = (line - 1, column);
    }
}

/// Reads all JSON values in `text`, and returns the first error. `None` if each value is valid.
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
