//! Input: lines of files and of the standard input.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read},
    path::{Path, PathBuf},
};

use fetch_cors::cases::MAX_LINE_BYTES;

use crate::output::{Output, Stop, reason};

/// The size of one read. This is a power of two, as the limit of a line is. The buffer of a line
/// doubles when it grows, so its largest size is exactly the limit.
const READ_BYTES: usize = 256 * 1024;

/// A file or the standard input, read line by line.
pub(crate) struct Input {
    name: String,
    reader: BufReader<Box<dyn Read>>,
    line: Vec<u8>,
    number: u64,
}

/// A line that is not blank.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// The number of the line, counted from 1, blank lines included.
    pub(crate) number: u64,
    /// The line without its line break.
    pub(crate) content: Content<'a>,
}

#[derive(Debug)]
pub(crate) enum Content<'a> {
    Bytes(&'a [u8]),
    /// More than [`MAX_LINE_BYTES`] bytes, which are not stored.
    TooLong,
}

/// The error of a line that is [`Content::TooLong`].
pub(crate) fn too_long() -> String {
    format!("the line is longer than {MAX_LINE_BYTES} bytes")
}

/// The result of [`Input::read`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Line,
    TooLong,
    End,
}

impl Input {
    /// Opens a file; `-` is the standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        let (name, reader): (String, Box<dyn Read>) = if path == Path::new("-") {
            let name = String::from("standard input");
            (name, Box::new(io::stdin().lock()))
        } else {
            let file = File::open(path).map_err(|error| unreadable(&name(path), &error))?;
            (name(path), Box::new(file))
        };
        Ok(Self {
            name,
            reader: BufReader::with_capacity(READ_BYTES, reader),
            line: Vec::with_capacity(READ_BYTES),
            number: 0,
        })
    }

    /// The name of the input in messages.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the next line that is not blank.
    ///
    /// Flushes `output` before it waits for input. A caller can therefore send one line, and wait
    /// for the answer before it sends the next line.
    pub(crate) fn next_line(&mut self, output: &mut Output) -> Result<Option<Line<'_>>, Stop> {
        loop {
            let found = self.read(output)?;
            self.number += 1;
            match found {
                Found::End => return Ok(None),
                Found::Line if self.line.trim_ascii().is_empty() => {}
                Found::Line | Found::TooLong => {
                    return Ok(Some(Line {
                        number: self.number,
                        content: match found {
                            Found::TooLong => Content::TooLong,
                            _ => Content::Bytes(&self.line),
                        },
                    }));
                }
            }
        }
    }

    /// Reads a line. Stores at most as many bytes as the limit.
    fn read(&mut self, output: &mut Output) -> Result<Found, Stop> {
        let mut found = Found::End;
        self.line.clear();
        loop {
            if self.reader.buffer().is_empty() {
                output.flush()?;
            }
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&self.name, &error)),
            };
            if available.is_empty() {
                return Ok(found);
            }
            // On a slice, `skip_until` is a fast search and cannot fail.
            let length = { available }.skip_until(b'\n').unwrap_or(available.len());
            let part = available.get(..length).unwrap_or(available);
            let (part, ended) = match part.strip_suffix(b"\n") {
                Some(part) => (part, true),
                None => (part, false),
            };
            if found != Found::TooLong && part.len() <= MAX_LINE_BYTES - self.line.len() {
                found = Found::Line;
                self.line.extend_from_slice(part);
            } else {
                found = Found::TooLong;
            }
            self.reader.consume(length);
            if ended {
                return Ok(found);
            }
        }
    }
}

/// Reads a whole file as bytes; `-` is the standard input.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Stop> {
    if path != Path::new("-") {
        return std::fs::read(path).map_err(|error| unreadable(&name(path), &error));
    }
    let mut content = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut content);
    read.map_err(|error| unreadable("standard input", &error))?;
    Ok(content)
}

/// Refuses the standard input for two files at once.
pub(crate) fn refuse_two_standard_inputs(paths: [&PathBuf; 2]) -> Result<(), Stop> {
    if paths.iter().all(|path| *path == Path::new("-")) {
        let message =
            "`-` is given twice, but there is only one standard input: name a file for one of them";
        return Err(Stop::CannotRun(message.into()));
    }
    Ok(())
}

/// Reads a whole file as text.
pub(crate) fn read_whole(path: &PathBuf) -> Result<String, Stop> {
    std::fs::read_to_string(path).map_err(|error| unreadable(&name(path), &error))
}

/// Returns the path for messages.
pub(crate) fn name(path: &Path) -> String {
    format!("`{}`", path.to_string_lossy().escape_debug())
}

fn unreadable(name: &str, error: &io::Error) -> Stop {
    Stop::CannotRun(format!("could not read {name}: {}", reason(error)))
}
