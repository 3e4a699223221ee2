//! Input: lines of files and of the standard input.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, ErrorKind, Read},
    path::Path,
};

use fetch_cors::cases::MAX_LINE_BYTES;

mod name;
mod value;
mod whole;

pub(crate) use crate::line::{Content, Line, too_long};
pub(crate) use name::{name, name_of_input, note_empty, refuse_two_standard_inputs, unreadable};
pub(crate) use whole::{Beginning, MAX_WHOLE_BYTES, read_beginning, read_whole};

use value::{Value, begins_value};
use whole::without_mark;

use crate::{
    batch::{Batch, LargeBuffer, Position, Room},
    output::{Output, Stop},
    parallel::Part,
    recognize::{self, Kind},
};

/// The size of one read. The buffer of a line doubles its size when the buffer grows. The size of one read and the
/// maximum length of a line are powers of two, so the largest size of the buffer is exactly the maximum length of a
/// line.
const READ_BYTES: usize = 256 * 1024;

/// A file or the standard input, read line by line.
pub(crate) struct Input {
    name: String,
    reader: BufReader<Box<dyn Read + Send>>,
    line: Vec<u8>,
    /// The buffer for a line that does not fit into `line`.
    large: LargeBuffer,
    number: u64,
    /// Whether the next line can be the beginning of a value that spans several lines.
    is_at_start: bool,
    /// The line after a value of several lines, if the line was read to find the end of the value.
    next: Option<(Found, Vec<u8>)>,
    /// The number of bytes that were read.
    read_bytes: u64,
    /// The length of the file in bytes. `None` if the input is not a file.
    length: Option<u64>,
}

/// The result of [`Input::read`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Line,
    /// All lines that are left in the buffer are blank.
    Blank,
    TooLong,
    End,
}

/// A function that a reader calls before each wait for input. The first argument is the number of bytes of the current
/// line or value that were already read. The second argument is the position in the input.
type BeforeWait<'f> = dyn FnMut(usize, Position) -> Result<(), Stop> + 'f;

impl Input {
    /// Opens a file; `-` is the standard input.
    pub(crate) fn open(path: &Path) -> Result<Self, Stop> {
        let (name, reader, length): (String, Box<dyn Read + Send>, _) = if path == Path::new("-") {
            let name = String::from("standard input");
            (name, Box::new(io::stdin()), None)
        } else {
            let file = File::open(path).map_err(|error| unreadable(&name(path), &error))?;
            // For a pipe, `metadata` returns the length 0. So the length 0 counts as unknown.
            let length = file.metadata().ok().map(|metadata| metadata.len());
            (
                name(path),
                Box::new(file),
                length.filter(|length| *length > 0),
            )
        };
        Ok(Self::new(name, reader, length))
    }

    /// Reads the lines of a reader. `length` is the length of a file in bytes. It is `None` if the input is not a file.
    pub(crate) fn new(name: String, reader: Box<dyn Read + Send>, length: Option<u64>) -> Self {
        Self {
            name,
            reader: BufReader::with_capacity(READ_BYTES, reader),
            line: Vec::with_capacity(READ_BYTES),
            large: LargeBuffer::default(),
            number: 0,
            is_at_start: true,
            next: None,
            read_bytes: 0,
            length,
        }
    }

    /// Returns the next line that is not blank.
    ///
    /// Flushes `output` before each wait for input. So another program can send a line, and read the answer before it
    /// sends the next line.
    ///
    /// The first JSON value of the input can span several lines, for example if `jq` printed the value. The function
    /// returns the lines of such a value together, as one [`Line`] that contains line breaks.
    pub(crate) fn next_line(&mut self, output: &mut Output) -> Result<Option<Line<'_>>, Stop> {
        let next = loop {
            let next = self.next_value(&mut |_, position| {
                position.show(output.progress());
                output.flush()
            })?;
            if !matches!(next, Some((_, Found::Blank))) {
                break next;
            }
        };
        self.position().show(output.progress());
        Ok(next.map(|(number, found)| self.found_line(number, found)))
    }

    /// Reads the next lines into `batch`. Returns whether the batch is small or large. Returns [`Part::End`] at the end
    /// of the input. The lines of a small batch fit into `room`. The function waits for input only while the batch is
    /// empty.
    ///
    /// A large batch has only one line, which does not fit into `room`. The function calls `wait` before it stores this
    /// line.
    pub(crate) fn next_batch(
        &mut self,
        batch: &mut Batch,
        room: Room,
        wait: &dyn Fn(),
    ) -> Result<Part, Stop> {
        batch.clear();
        let part = self.read_batch(batch, room, wait);
        batch.set_position(self.position());
        part
    }

    fn read_batch(
        &mut self,
        batch: &mut Batch,
        mut room: Room,
        wait: &dyn Fn(),
    ) -> Result<Part, Stop> {
        let start = self.read_bytes;
        loop {
            let buffered = self.reader.buffer();
            let length = line_length(buffered);
            let line = buffered.get(..length).unwrap_or_default();
            if self.next.is_none()
                && let Some(line) = line.strip_suffix(b"\n")
            {
                let is_blank = line.trim_ascii().is_empty();
                let rest = room.without(line.len()).filter(|_| !self.is_at_start);
                if is_blank || rest.is_some() {
                    self.number += 1;
                    if !is_blank {
                        room = rest.unwrap_or(room);
                        batch.push(self.number, line);
                    }
                    self.reader.consume(length);
                    self.read_bytes += u64::try_from(length).unwrap_or_default();
                    continue;
                }
            }
            // The batch is empty if all lines were blank. An empty batch still updates the progress.
            if !batch.is_empty() || self.read_bytes > start {
                return Ok(Part::Small);
            }
            // `next_value` calls the closure before each wait for input. `length` is the length of the parts of the
            // value that were read. If the value does not fit into an empty batch, the closure waits until all earlier
            // batches are finished.
            let next = self.next_value(&mut |length, _| {
                if room.is_too_small_for(length) {
                    wait();
                }
                Ok(())
            })?;
            let Some((number, found)) = next else {
                return Ok(Part::End);
            };
            if found == Found::Blank {
                return Ok(Part::Small);
            }
            if found == Found::TooLong {
                self.large.put_back(std::mem::take(&mut self.line));
                batch.push_too_long(number);
                return Ok(Part::Small);
            }
            match room.without(self.line.len()) {
                Some(rest) => {
                    room = rest;
                    batch.push(number, &self.line);
                }
                None => {
                    batch.take(number, &mut self.line, &self.large);
                    return Ok(Part::Large);
                }
            }
        }
    }

    const fn position(&self) -> Position {
        Position {
            read_bytes: self.read_bytes,
            length: self.length,
        }
    }

    /// Reads the next line that is not blank, or the next value that spans several lines, into `self.line`.
    fn next_value(
        &mut self,
        before_wait: &mut BeforeWait<'_>,
    ) -> Result<Option<(u64, Found)>, Stop> {
        let Some(found) = self.next_found(before_wait)? else {
            return Ok(None);
        };
        let number = self.number;
        if self.is_at_start && found != Found::Blank {
            self.is_at_start = false;
            self.refuse_other_kinds(&self.line)?;
            if found == Found::Line && begins_value(&self.line) {
                self.read_value(before_wait)?;
            }
        }
        Ok(Some((number, found)))
    }

    /// Returns an error if the beginning shows that the input does not consist of lines of JSON.
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

    /// Reads the next line that is not blank. If all buffered lines are blank, returns `Found::Blank` and does not wait
    /// for input. Returns `None` at the end of the input.
    fn next_found(&mut self, before_wait: &mut BeforeWait<'_>) -> Result<Option<Found>, Stop> {
        if let Some((found, line)) = self.next.take() {
            self.line = line;
            return Ok(Some(found));
        }
        loop {
            let found = self.read(before_wait)?;
            self.number += 1;
            match found {
                Found::End => return Ok(None),
                Found::Line if self.line.trim_ascii().is_empty() => {
                    if self.reader.buffer().is_empty() {
                        return Ok(Some(Found::Blank));
                    }
                }
                Found::Line | Found::TooLong | Found::Blank => return Ok(Some(found)),
            }
        }
    }

    /// Reads the value whose first line is in `self.line` into `self.line`. If the end of the value is missing, the value
    /// ends before the next complete line of a known kind, such as a case.
    fn read_value(&mut self, before_wait: &mut BeforeWait<'_>) -> Result<(), Stop> {
        let first = self.number;
        let mut last = first;
        let mut value = Value::new(std::mem::take(&mut self.line));
        while !value.is_complete() {
            let stored = value.text.len();
            let found =
                self.next_found(&mut |length, position| before_wait(stored + length, position))?;
            let kind = recognize::kind(str::from_utf8(&self.line).unwrap_or_default());
            // A line of a case can have a whole response, or a member without quotation marks, such as `server: []`.
            let is_own =
                kind.is_some_and(|kind| !matches!(kind, Kind::JsonResponse | Kind::HeaderLines));
            match found {
                None => break,
                // A blank line is not stored. The number of the next stored line shows how many blank lines are before
                // this line.
                Some(Found::Blank) => {}
                Some(Found::Line) if !is_own && !value.ends_before(&self.line) => {
                    if stored + self.line.len() >= MAX_LINE_BYTES {
                        self.refuse_other_kinds(&value.text)?;
                        return Err(self.too_long_value(first));
                    }
                    // The blank lines inside the value are restored, because they are a part of the value.
                    value.text.extend((last..self.number).map(|_| b'\n'));
                    self.large.extend(&mut value.text, &self.line);
                    value.read(&self.line);
                    last = self.number;
                }
                Some(found) => {
                    self.next = Some((found, std::mem::take(&mut self.line)));
                    break;
                }
            }
        }
        self.refuse_other_kinds(&value.text)?;
        self.line = value.text;
        // After this value, another value of several lines can follow.
        self.is_at_start = true;
        Ok(())
    }

    /// Returns the error for a JSON value that spans several lines and is too long.
    fn too_long_value(&self, first: u64) -> Stop {
        let name = &self.name;
        Stop::CannotRun(format!(
            "{name}, line {first}: the JSON value that begins here has more than {MAX_LINE_BYTES} bytes: split it, and write each part in a line of its own"
        ))
    }

    /// Reads a line. Stores at most [`MAX_LINE_BYTES`] bytes of the line. Calls `before_wait` before each wait for
    /// input.
    fn read(&mut self, before_wait: &mut BeforeWait<'_>) -> Result<Found, Stop> {
        let is_first = self.read_bytes == 0;
        let found = self.read_bytes_of_line(before_wait)?;
        if is_first {
            let mark = self.line.len() - without_mark(&self.line).len();
            self.line.drain(..mark);
        }
        Ok(found)
    }

    fn read_bytes_of_line(&mut self, before_wait: &mut BeforeWait<'_>) -> Result<Found, Stop> {
        let mut found = Found::End;
        self.line.clear();
        loop {
            if self.reader.buffer().is_empty() {
                before_wait(self.line.len(), self.position())?;
            }
            let available = match self.reader.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(unreadable(&self.name, &error)),
            };
            if available.is_empty() {
                return Ok(found);
            }
            let length = line_length(available);
            let part = available.get(..length).unwrap_or(available);
            let (part, ended) = match part.strip_suffix(b"\n") {
                Some(part) => (part, true),
                None => (part, false),
            };
            if found != Found::TooLong && part.len() <= MAX_LINE_BYTES - self.line.len() {
                found = Found::Line;
                self.large.extend(&mut self.line, part);
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

/// Returns the length of the line at the beginning of `bytes`, with its line break. Without a line break, all bytes are the
/// line.
fn line_length(bytes: &[u8]) -> usize {
    memchr::memchr(b'\n', bytes).map_or(bytes.len(), |end| end + 1)
}
