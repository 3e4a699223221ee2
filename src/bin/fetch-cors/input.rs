//! What comes in: lines of files and of the standard input.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read},
    path::{Path, PathBuf},
};

use fetch_cors::cases::MAX_LINE_BYTES;

use crate::output::{Output, Stop, reason};

/// So much is read at once. A power of two, as the limit is: then the line's buffer, which at least
/// doubles whenever it grows, is exactly the limit in the end and never more.
const CHUNK: usize = 256 * 1024;

/// A file, or the standard input, line by line.
pub(crate) struct Input {
    name: String,
    reader: BufReader<Box<dyn Read>>,
    line: Vec<u8>,
    number: u64,
}

/// A line that is not blank.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    /// Counted from 1, blank lines included.
    pub(crate) number: u64,
    /// Without its end.
    pub(crate) content: Content<'a>,
}

#[derive(Debug)]
pub(crate) enum Content<'a> {
    Bytes(&'a [u8]),
    /// More than [`MAX_LINE_BYTES`] bytes, which nobody keeps.
    TooLong,
}

/// What is said of a line that is [`Content::TooLong`].
pub(crate) fn too_long() -> String {
    format!("the line is longer than {MAX_LINE_BYTES} bytes")
}

/// What [`Input::read`] has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Line,
    TooLong,
    End,
}

impl Input {
    /// Opens a file; `-` is the standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        let standard_input = path == Path::new("-");
        let reader: Box<dyn Read> = match standard_input {
            true => Box::new(io::stdin().lock()),
            false => Box::new(File::open(path).map_err(|error| unreadable(&name(path), &error))?),
        };
        Ok(Self {
            name: match standard_input {
                true => String::from("standard input"),
                false => name(path),
            },
            reader: BufReader::with_capacity(CHUNK, reader),
            line: Vec::with_capacity(CHUNK),
            number: 0,
        })
    }

    /// As messages have it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The next line that is not blank.
    ///
    /// Before it waits for more input it flushes `output`, so that whoever writes one line and
    /// waits for its answer gets it.
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

    /// Reads a line, of which it keeps no more than the limit.
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
            // Of a slice this is nothing but a fast search, which cannot fail.
            let taken = { available }.skip_until(b'\n').unwrap_or(available.len());
            let part = available.get(..taken).unwrap_or(available);
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
            self.reader.consume(taken);
            if ended {
                return Ok(found);
            }
        }
    }
}

/// A small file that is read whole; `-` is the standard input.
pub(crate) fn read_bytes(path: &Path) -> Result<Vec<u8>, Stop> {
    if path != Path::new("-") {
        return std::fs::read(path).map_err(|error| unreadable(&name(path), &error));
    }
    let mut content = Vec::new();
    let read = io::stdin().lock().read_to_end(&mut content);
    read.map_err(|error| unreadable("standard input", &error))?;
    Ok(content)
}

/// Two files are not both the standard input.
pub(crate) fn only_once(paths: [&PathBuf; 2]) -> Result<(), Stop> {
    match paths.iter().all(|path| *path == Path::new("-")) {
        true => Err(Stop::Failed(
            "the standard input cannot be two files".into(),
        )),
        false => Ok(()),
    }
}

/// The text of a small file that is read whole.
pub(crate) fn read_whole(path: &PathBuf) -> Result<String, Stop> {
    std::fs::read_to_string(path).map_err(|error| unreadable(&name(path), &error))
}

pub(crate) fn name(path: &Path) -> String {
    format!("`{}`", path.to_string_lossy().escape_debug())
}

fn unreadable(name: &str, error: &io::Error) -> Stop {
    Stop::Failed(format!("could not read {name}: {}", reason(error)))
}
