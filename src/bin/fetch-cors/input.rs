//! Input: lines of files and of the standard input.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read},
    path::{Path, PathBuf},
};

use fetch_cors::cases::MAX_LINE_BYTES;

use crate::{
    output::{Output, Stop, reason},
    recognize,
};

/// The size of one read. This size and the limit of a line are powers of two. The buffer of a line doubles when it
/// grows, so the buffer's largest size is exactly the limit.
const READ_BYTES: usize = 256 * 1024;

/// A file or the standard input, read line by line.
pub(crate) struct Input {
    name: String,
    reader: BufReader<Box<dyn Read>>,
    line: Vec<u8>,
    number: u64,
    /// Whether the next line can be the beginning of a value of several lines.
    is_at_start: bool,
    /// Lines that were read, but are not part of a value of several lines.
    pending: VecDeque<(u64, Found, Vec<u8>)>,
    /// The bytes that were read.
    read_bytes: u64,
    /// The length of a file.
    length: Option<u64>,
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
        let (name, reader, length): (String, Box<dyn Read>, _) = if path == Path::new("-") {
            let name = String::from("standard input");
            (name, Box::new(io::stdin().lock()), None)
        } else {
            let file = File::open(path).map_err(|error| unreadable(&name(path), &error))?;
            // A pipe has no length.
            let length = file.metadata().ok().map(|metadata| metadata.len());
            (
                name(path),
                Box::new(file),
                length.filter(|length| *length > 0),
            )
        };
        Ok(Self {
            name,
            reader: BufReader::with_capacity(READ_BYTES, reader),
            line: Vec::with_capacity(READ_BYTES),
            number: 0,
            is_at_start: true,
            pending: VecDeque::new(),
            read_bytes: 0,
            length,
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
    ///
    /// The first value can have several lines, as `jq` prints it. It then is one line with line breaks.
    pub(crate) fn next_line(&mut self, output: &mut Output) -> Result<Option<Line<'_>>, Stop> {
        if self.pending.is_empty() {
            let Some(found) = self.next_found(output)? else {
                return Ok(None);
            };
            if self.is_at_start {
                self.is_at_start = false;
                self.refuse_other_kinds(&self.line)?;
                if found == Found::Line && begins_value(&self.line) {
                    self.read_value(output)?;
                }
            }
            if self.pending.is_empty() {
                return Ok(Some(self.found_line(self.number, found)));
            }
        }
        let Some((number, found, line)) = self.pending.pop_front() else {
            return Ok(None);
        };
        self.line = line;
        Ok(Some(self.found_line(number, found)))
    }

    /// Refuses an input that is not lines of JSON, by its beginning.
    fn refuse_other_kinds(&self, beginning: &[u8]) -> Result<(), Stop> {
        match recognize::kind_of_first_line(beginning) {
            Some(kind) => Err(Stop::CannotRun(kind.message_for(&self.name))),
            None => Ok(()),
        }
    }

    fn found_line(&self, number: u64, found: Found) -> Line<'_> {
        let content = match found {
            Found::TooLong => Content::TooLong,
            _ => Content::Bytes(&self.line),
        };
        Line { number, content }
    }

    /// Reads the next line that is not blank; `None` at the end.
    fn next_found(&mut self, output: &mut Output) -> Result<Option<Found>, Stop> {
        loop {
            let found = self.read(output)?;
            self.number += 1;
            output.progress().bytes(self.read_bytes, self.length);
            match found {
                Found::End => return Ok(None),
                Found::Line if self.line.trim_ascii().is_empty() => {}
                Found::Line | Found::TooLong => return Ok(Some(found)),
            }
        }
    }

    /// Reads the other lines of a value into `pending`. The first line was read before. The lines are joined to one
    /// line, unless a line of them is a value itself: each then stays a separate line.
    fn read_value(&mut self, output: &mut Output) -> Result<(), Stop> {
        let first = self.number;
        let mut value = std::mem::take(&mut self.line);
        let mut lines = vec![(first, 0..value.len())];
        let mut nesting = Nesting::default();
        nesting.read(&value);
        while nesting.depth > 0 {
            let found = self.next_found(output)?;
            let is_own = recognize::kind(str::from_utf8(&self.line).unwrap_or_default()).is_some();
            let is_too_long = value.len() + self.line.len() >= MAX_LINE_BYTES;
            match found {
                None => break,
                Some(Found::Line) if !is_own && !is_too_long => {
                    // Blank lines are lines of the value too.
                    let last = lines.last().map_or(first, |(number, _)| *number);
                    value.extend((last..self.number).map(|_| b'\n'));
                    let start = value.len();
                    value.extend_from_slice(&self.line);
                    lines.push((self.number, start..value.len()));
                    nesting.read(&self.line);
                }
                Some(found) => {
                    self.refuse_other_kinds(&value)?;
                    let last = std::mem::take(&mut self.line);
                    let lines = lines.into_iter().map(|(number, range)| {
                        let line = value.get(range).unwrap_or_default().to_vec();
                        (number, Found::Line, line)
                    });
                    self.pending = lines.collect();
                    self.pending.push_back((self.number, found, last));
                    return Ok(());
                }
            }
        }
        self.refuse_other_kinds(&value)?;
        // Another value of several lines can follow.
        self.is_at_start = true;
        self.pending.push_back((first, Found::Line, value));
        Ok(())
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
            self.read_bytes += u64::try_from(length).unwrap_or_default();
            if ended {
                return Ok(found);
            }
        }
    }
}

/// Whether a JSON object of several lines begins with this line.
fn begins_value(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"{") && str::from_utf8(line).is_ok_and(recognize::is_incomplete)
}

/// The nesting of lists and objects at a place of a JSON text.
#[derive(Debug, Default)]
struct Nesting {
    depth: usize,
    is_string: bool,
    is_escaped: bool,
}

impl Nesting {
    fn read(&mut self, part: &[u8]) {
        for byte in part {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' if self.is_string => self.is_escaped = true,
                b'"' => self.is_string = !self.is_string,
                _ if self.is_string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        // A string ends on its line.
        (self.is_string, self.is_escaped) = (false, false);
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
