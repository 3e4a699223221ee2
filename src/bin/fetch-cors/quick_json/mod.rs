//! A quick reader of JSON from a stream.
//!
//! The stream reader of `serde_json` reads byte by byte. `QuickJson` searches its buffer for the end of a string, and
//! skips a string without copying the string. `QuickJson` refuses texts with very long numbers, which `serde_json` reads.
//! The errors of `QuickJson` have the reasons and the positions that
//! `serde_json` reports.

use std::io::{ErrorKind, Read};

use serde::de::Error;
use serde_json::Value;

pub(crate) use error::{Problem, Refused};
use scalar::{is_in_scalar, is_scalar, small_integer};

mod deserializer;
mod error;
mod escape;
mod parts;
mod scalar;
mod special;
mod strings;
#[cfg(test)]
mod tests;

/// The maximum nesting of the lists and objects whose parts are kept. `serde_json` has the same limit.
const MAX_DEPTH: usize = 127;

/// The maximum nesting of lists and objects in a value that is skipped. The limit bounds the memory.
const MAX_SKIPPED_DEPTH: usize = 1 << 24;

/// The maximum length of a number or a word.
const MAX_SCALAR_BYTES: usize = 1024;

/// Reads JSON from a reader, and stores only the buffer and the string or number that it reads now.
pub(crate) struct QuickJson<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The text of the buffer. Empty if the buffer has a character that is not ASCII.
    ascii: String,
    /// The bytes of the buffer that were not read yet begin at `start` and end before `end`.
    start: usize,
    end: usize,
    /// Stores a number, a word, a string with an escape, or a string that continues after the end of the buffer.
    text: Vec<u8>,
    /// Stores the decoded text of a string with escapes.
    decoded: Vec<u8>,
    depth: usize,
    /// The brackets that end the lists and objects of the value that this reader skips now.
    skipped_ends: Vec<u8>,
    /// The line and the column of the first repair.
    repaired_at: Option<(usize, usize)>,
    /// Whether [`RecordingRepair`] repairs the strings that a JSON parser refuses.
    is_repairing: bool,
    /// A text that leads a JSON parser to the current state of this reader. Before the colon of a member, for example,
    /// the text is `{""`.
    before: &'static str,
    /// Whether `text` is the number or the word that this reader reads now.
    is_in_scalar: bool,
    /// The number of line breaks before the buffer.
    lines_before: usize,
    /// The number of bytes after the last line break and before the buffer.
    columns_before: usize,
}

impl<R: Read> QuickJson<R> {
    pub(crate) fn new(reader: R, buffer_bytes: usize) -> Self {
        Self {
            reader,
            buffer: vec![0; buffer_bytes],
            ascii: String::new(),
            start: 0,
            end: 0,
            text: Vec::new(),
            decoded: Vec::new(),
            depth: 0,
            skipped_ends: Vec::new(),
            repaired_at: None,
            is_repairing: false,
            before: "",
            is_in_scalar: false,
            lines_before: 0,
            columns_before: 0,
        }
    }

    /// Creates a reader that repairs strings as [`RecordingRepair`] does.
    pub(crate) fn repairing(reader: R, buffer_bytes: usize) -> Self {
        Self {
            is_repairing: true,
            ..Self::new(reader, buffer_bytes)
        }
    }

    /// Returns the line and the column of the first string that was repaired. `None` if no string was repaired.
    pub(crate) fn repaired_at(&self) -> Option<(usize, usize)> {
        self.repaired_at
    }

    /// Records that the reader repairs a string, `bytes` bytes before the current position.
    #[cold]
    fn repair_before(&mut self, bytes: usize) {
        let (line, column) = self.position();
        self.repaired_at
            .get_or_insert((line, column.saturating_sub(bytes)));
    }

    /// Whether the rest of the text is white space.
    pub(crate) fn is_at_end(&mut self) -> Result<bool, Refused> {
        self.before = "";
        Ok(self.peek()?.is_none())
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Fills the buffer if all of its bytes were read. Returns false at the end of the text.
    fn fill(&mut self) -> Result<bool, Refused> {
        if self.start < self.end {
            return Ok(true);
        }
        self.read_buffer()
    }

    #[cold]
    fn read_buffer(&mut self) -> Result<bool, Refused> {
        self.leave_buffer();
        (self.start, self.end) = (0, 0);
        loop {
            match self.reader.read(&mut self.buffer) {
                Ok(read) => {
                    self.end = read;
                    self.copy_ascii();
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(Refused::custom(error)),
            }
        }
    }

    /// Copies the buffer to `self.ascii` if all characters are ASCII. One check of the whole buffer takes less time than a
    /// check of each string.
    fn copy_ascii(&mut self) {
        self.ascii.clear();
        let read = self.buffer.get(..self.end).unwrap_or_default();
        if read.is_ascii() {
            self.ascii
                .push_str(std::str::from_utf8(read).unwrap_or_default());
        }
    }

    /// Returns the next byte that is not white space.
    #[inline]
    fn peek(&mut self) -> Result<Option<u8>, Refused> {
        match self.rest().first() {
            Some(byte) if !is_space(*byte) => Ok(Some(*byte)),
            _ => self.peek_after_space(),
        }
    }

    fn peek_after_space(&mut self) -> Result<Option<u8>, Refused> {
        while self.fill()? {
            let mut bytes = self.rest().iter().copied().enumerate();
            if let Some((spaces, byte)) = bytes.find(|(_, byte)| !is_space(*byte)) {
                self.start += spaces;
                return Ok(Some(byte));
            }
            self.start = self.end;
        }
        Ok(None)
    }

    #[inline]
    fn token(&mut self) -> Result<u8, Refused> {
        self.peek()?.ok_or(Refused::SYNTAX)
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.token()? != byte {
            return Err(Refused::SYNTAX);
        }
        self.start += 1;
        Ok(())
    }

    /// Skips a number or a word.
    fn skip_scalar(&mut self) -> Result<(), Refused> {
        let rest = self.rest();
        let length = rest.iter().take_while(|byte| is_in_scalar(**byte)).count();
        let ends_in_buffer = length < rest.len().min(MAX_SCALAR_BYTES);
        let scalar = rest.get(..length).unwrap_or_default();
        if ends_in_buffer && is_scalar(scalar) {
            self.start += length;
            return Ok(());
        }
        self.scalar().map(drop)
    }

    /// Reads a positive integer with few digits. Returns `None` and reads nothing if the next value is a different value.
    fn small_integer(&mut self) -> Option<u64> {
        let (integer, length) = small_integer(self.rest())?;
        self.start += length;
        Some(integer)
    }

    /// Reads a number or a word.
    fn scalar(&mut self) -> Result<Value, Refused> {
        self.text.clear();
        self.is_in_scalar = true;
        while self.fill()? {
            let rest = self.buffer.get(self.start..self.end).unwrap_or_default();
            let length = rest.iter().take_while(|byte| is_in_scalar(**byte)).count();
            self.text
                .extend_from_slice(rest.get(..length).unwrap_or_default());
            let has_ended = length < rest.len();
            self.start += length;
            if self.text.len() > MAX_SCALAR_BYTES {
                return Err(Refused::custom("the number is too long"));
            }
            if has_ended {
                break;
            }
        }
        let value = serde_json::from_slice(&self.text).map_err(|_| Refused::SYNTAX)?;
        self.is_in_scalar = false;
        Ok(value)
    }

    /// Skips a value. The function is not recursive, so a deeply nested value does not need a large stack.
    fn skip(&mut self) -> Result<(), Refused> {
        self.skipped_ends.clear();
        loop {
            let mut is_first = false;
            match self.token()? {
                b'"' => {
                    self.start += 1;
                    self.skip_string()?;
                }
                bracket @ (b'{' | b'[') => {
                    if self.skipped_ends.len() == MAX_SKIPPED_DEPTH {
                        return Err(Refused::custom(TOO_DEEP));
                    }
                    self.start += 1;
                    is_first = true;
                    self.skipped_ends
                        .push(if bracket == b'{' { b'}' } else { b']' });
                }
                _ => self.skip_scalar()?,
            }
            // Leaves the lists and objects that end here.
            loop {
                let Some(end) = self.skipped_ends.last().copied() else {
                    return Ok(());
                };
                if self.has_next(end, is_first)? {
                    if end == b'}' {
                        self.expect(b'"')?;
                        self.skip_string()?;
                        self.colon()?;
                    }
                    break;
                }
                self.start += 1;
                self.skipped_ends.pop();
                is_first = false;
            }
        }
    }

    /// Reads the comma before the next part of a list or an object. Returns false if there is no next part. `end` is the
    /// bracket at the end.
    #[inline]
    fn has_next(&mut self, end: u8, is_first: bool) -> Result<bool, Refused> {
        let is_list = end == b']';
        match self.rest() {
            [byte, ..] if *byte == end => Ok(false),
            [b',', next, ..] if !is_first && !is_space(*next) && *next != end => {
                self.start += 1;
                self.before = if is_list { NEXT_ELEMENT } else { NEXT_MEMBER };
                Ok(true)
            }
            [byte, ..] if is_first && !is_space(*byte) => {
                self.before = if is_list { "[" } else { "{" };
                Ok(true)
            }
            _ => self.has_next_after_space(end, is_first),
        }
    }

    fn has_next_after_space(&mut self, end: u8, is_first: bool) -> Result<bool, Refused> {
        let [first, after, next] = if end == b']' {
            ["[", "[\"\"", NEXT_ELEMENT]
        } else {
            ["{", "{\"\":\"\"", NEXT_MEMBER]
        };
        self.before = if is_first { first } else { after };
        let token = self.token()?;
        if token == end {
            return Ok(false);
        }
        if !is_first {
            if token != b',' {
                return Err(Refused::SYNTAX);
            }
            self.start += 1;
            self.before = next;
            if self.token()? == end {
                return Err(Refused::SYNTAX);
            }
        }
        Ok(true)
    }

    /// Reads the colon after the name of a member.
    #[inline]
    fn colon(&mut self) -> Result<(), Refused> {
        self.before = "{\"\"";
        self.expect(b':')?;
        self.before = "{\"\":";
        Ok(())
    }

    /// Reads a list or an object with its brackets. `end` is the bracket at the end.
    fn nested<T>(
        &mut self,
        end: u8,
        read: impl FnOnce(&mut Self, u8) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if self.depth == MAX_DEPTH {
            return Err(Refused::custom(TOO_DEEP));
        }
        self.start += 1;
        self.depth += 1;
        let value = read(self, end);
        self.depth -= 1;
        if value.as_ref().is_err_and(Refused::has_position) {
            return value;
        }
        let has_ended = self.expect(end);
        let value = value.map_err(|refused| self.at_position(refused))?;
        has_ended.map(|()| value)
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

const TOO_DEEP: &str = "lists and objects are nested too deeply";

/// The value of `QuickJson::before` after the comma before an element.
const NEXT_ELEMENT: &str = "[\"\",";

/// The value of `QuickJson::before` after the comma before a member.
const NEXT_MEMBER: &str = "{\"\":\"\",";
