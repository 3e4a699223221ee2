//! What goes out: lines to the standard output, and one line to the standard error.

use std::{
    fmt::Display,
    io::{self, ErrorKind, StdoutLock, Write},
    process::ExitCode,
};

use serde::Serialize;

/// So much is gathered before it is written.
const CHUNK: usize = 64 * 1024;

/// Why the program ends before its input does.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Nobody reads the output any more.
    Closed,
    /// It cannot go on, for this reason.
    Failed(String),
}

/// The standard output, which is written to in large pieces.
#[derive(Debug)]
pub(crate) struct Output {
    buffer: Vec<u8>,
    stdout: StdoutLock<'static>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self {
            buffer: Vec::with_capacity(2 * CHUNK),
            stdout: io::stdout().lock(),
        }
    }

    /// Writes `value` as a line of JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Stop> {
        let line = serde_json::to_vec(value)
            .map_err(|error| Stop::Failed(format!("could not serialize a line: {error}")))?;
        self.buffer.extend_from_slice(&line);
        self.end_line()
    }

    /// Writes `text` as a line, or as several.
    pub(crate) fn text(&mut self, text: impl Display) -> Result<(), Stop> {
        write!(self.buffer, "{text}").map_err(|error| failed_to_write(&error))?;
        self.end_line()
    }

    /// Writes what has been gathered.
    pub(crate) fn flush(&mut self) -> Result<(), Stop> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let written = self.stdout.write_all(&self.buffer);
        // After an error too: it is not to be tried again.
        self.buffer.clear();
        written
            .and_then(|()| self.stdout.flush())
            .map_err(|error| failed_to_write(&error))
    }

    fn end_line(&mut self) -> Result<(), Stop> {
        self.buffer.push(b'\n');
        if self.buffer.len() < CHUNK {
            return Ok(());
        }
        self.flush()
    }
}

/// Says on the standard error why the program could not run.
pub(crate) fn complain(message: &str) -> ExitCode {
    // Where the standard error is closed, the exit status has to do.
    let _ = writeln!(io::stderr(), "fetch-cors: {message}");
    ExitCode::from(2)
}

/// An error of the operating system in the form of our own: lower case, and without its number.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}

fn failed_to_write(error: &io::Error) -> Stop {
    match error.kind() {
        ErrorKind::BrokenPipe => Stop::Closed,
        _ => Stop::Failed(format!("could not write the output: {}", reason(error))),
    }
}
