//! Output to the standard output and to the standard error.

use std::{
    fmt::Display,
    io::{self, ErrorKind, Stdout, Write},
    process::ExitCode,
};

use anstream::{AutoStream, ColorChoice};
use serde::Serialize;

use crate::{progress::Progress, width::Width};

/// The size of one write.
const WRITE_BYTES: usize = 64 * 1024;

/// The reason why the program ends before the end of its input.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The standard output is closed.
    OutputClosed,
    /// The program cannot run. The field is the message for the standard error.
    CannotRun(String),
}

/// The standard output, buffered.
#[derive(Debug)]
pub(crate) struct Output {
    buffer: Vec<u8>,
    stdout: Stdout,
    width: Width,
    progress: Progress,
}

impl Default for Output {
    fn default() -> Self {
        Self::new()
    }
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            buffer: Vec::new(),
            stdout: io::stdout(),
            width: Width::of_standard_output(),
            progress: Progress::new(),
        }
    }

    /// Returns the progress of the command.
    pub(crate) const fn progress(&mut self) -> &mut Progress {
        &mut self.progress
    }

    /// Returns the width of the text.
    pub(crate) const fn width(&self) -> Width {
        self.width
    }

    /// Writes `value` as a line of JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Stop> {
        json_line(&mut self.buffer, value)?;
        self.flush_if_large()
    }

    /// Writes `text` and a line break.
    pub(crate) fn text(&mut self, text: impl Display) -> Result<(), Stop> {
        writeln!(self.buffer, "{text}").map_err(|error| failed_to_write(&error))?;
        self.flush_if_large()
    }

    /// Writes `lines` to the standard output, and empties `lines`. [`json_line`] appends to `lines`.
    pub(crate) fn take_lines(&mut self, lines: &mut Vec<u8>) -> Result<(), Stop> {
        if self.buffer.is_empty() {
            std::mem::swap(&mut self.buffer, lines);
        } else {
            self.buffer.append(lines);
        }
        let written = self.flush();
        // If the lines were large, most of their memory is released.
        lines.shrink_to(2 * WRITE_BYTES);
        self.buffer.shrink_to(2 * WRITE_BYTES);
        written
    }

    /// Whether the standard output shows colors: the standard output is a terminal, and the environment does not forbid
    /// colors (`NO_COLOR`).
    pub(crate) fn has_colors(&self) -> bool {
        AutoStream::choice(&self.stdout) != ColorChoice::Never
    }

    /// Returns `text`. If the standard output does not show colors, removes the colors of the text.
    pub(crate) fn without_missing_colors(&self, text: impl Display) -> String {
        let text = text.to_string();
        if self.has_colors() {
            text
        } else {
            anstream::adapter::strip_str(&text).to_string()
        }
    }

    /// Writes the buffer to the standard output.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self
            .progress
            .suspend(|| self.stdout.write_all(&self.buffer));
        // The buffer is cleared after an error too, since the write is not repeated.
        self.buffer.clear();
        written
            .and_then(|()| self.stdout.flush())
            .map_err(|error| failed_to_write(&error))
    }

    fn flush_if_large(&mut self) -> Result<(), Stop> {
        if self.buffer.len() < WRITE_BYTES {
            return Ok(());
        }
        self.flush()
    }
}

/// Appends `value` as a line of JSON. Characters that a terminal does not print are escaped: a terminal can interpret
/// U+009B as the start of a command.
pub(crate) fn json_line(lines: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Stop> {
    let length = lines.len();
    serde_json::to_writer(&mut *lines, value).map_err(|error| {
        lines.truncate(length);
        Stop::CannotRun(format!("could not serialize a line: {error}"))
    })?;
    escape_invisible(lines, length);
    lines.push(b'\n');
    Ok(())
}

/// Escapes the invisible characters of the JSON from `start` on. Only the strings of JSON can contain such characters,
/// because all other parts of JSON are visible ASCII.
fn escape_invisible(lines: &mut Vec<u8>, start: usize) {
    let json = lines.get(start..).unwrap_or_default();
    if json.is_ascii() && memchr::memchr(0x7F, json).is_none() {
        return;
    }
    let mut escaped = String::with_capacity(json.len());
    for c in String::from_utf8_lossy(json).chars() {
        // For a visible character outside of ASCII, `escape_debug` returns only the character itself.
        if c < '\x7F' || c.escape_debug().nth(1).is_none() {
            escaped.push(c);
        } else {
            let mut units = [0; 2];
            let units = c.encode_utf16(&mut units).iter();
            escaped.extend(units.map(|unit| format!("\\u{unit:04x}")));
        }
    }
    lines.truncate(start);
    lines.append(&mut escaped.into_bytes());
}

/// Returns the number with its noun: `1 request`, `2 requests`.
pub(crate) fn counted<N: Display + PartialEq + From<u8>>(
    count: N,
    singular: &str,
    plural: &str,
) -> String {
    let noun = if count == N::from(1) {
        singular
    } else {
        plural
    };
    format!("{count} {noun}")
}

/// Prints an error on the standard error, and returns exit status 2.
pub(crate) fn print_error(message: &str) -> ExitCode {
    // If the standard error is closed, only the exit status shows that the program failed.
    let _ = writeln!(io::stderr(), "fetch-cors: {message}");
    ExitCode::from(2)
}

/// Prints lines on the standard error. Keeps the colors only if the standard error is a terminal that shows colors.
pub(crate) fn print_aside(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Prints a note on the standard error. On a terminal, the lines of the note fit in the width of the terminal.
pub(crate) fn print_note(note: &str) {
    print_aside(&Width::note(note));
}

/// Returns the message of an operating system error, in lower case and without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

fn failed_to_write(error: &io::Error) -> Stop {
    match error.kind() {
        ErrorKind::BrokenPipe => Stop::OutputClosed,
        _ => Stop::CannotRun(format!("could not write the output: {}", reason(error))),
    }
}

#[cfg(test)]
mod tests {
    use super::json_line;

    #[test]
    fn invisible_characters_are_escaped_in_json() {
        let value = "a\u{9b}\u{202e}\u{7f}\u{e0041}\u{e9}\u{1f600}\"\\\n";
        let mut lines = b"{}\n".to_vec();
        json_line(&mut lines, &value).unwrap();
        let lines = String::from_utf8(lines).unwrap();
        let line = lines.strip_prefix("{}\n").unwrap();
        assert_eq!(
            line,
            "\"a\\u009b\\u202e\\u007f\\udb40\\udc41\u{e9}\u{1f600}\\\"\\\\\\n\"\n"
        );
        assert_eq!(serde_json::from_str::<String>(line).unwrap(), value);
    }
}
