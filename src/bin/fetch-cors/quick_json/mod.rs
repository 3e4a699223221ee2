//! A quick reader of JSON from a stream.
//!
//! The stream reader of `serde_json` reads byte by byte. `QuickJson` searches its buffer for the end of a string, and
//! skips the string without copying it. `QuickJson` does not report why a text is not valid, and refuses some texts
//! that `serde_json` reads. So a caller reads a refused text again with `serde_json`.

use std::{
    fmt,
    io::{ErrorKind, Read},
    ops::Range,
};

use serde::de::Error;
use serde_json::Value;

use parts::Parts;

mod deserializer;
mod parts;
#[cfg(test)]
mod tests;

/// The maximum nesting of lists and objects.
const MAX_DEPTH: usize = 100;

/// The maximum length of a number or a word.
const MAX_SCALAR_BYTES: usize = 1024;

/// The error for a text that `QuickJson` refuses or cannot read.
#[derive(Debug)]
pub(crate) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the text was refused")
    }
}

impl std::error::Error for Refused {}

impl Error for Refused {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Reads JSON from a reader, and stores only the buffer and the string or number that it reads now.
pub(crate) struct QuickJson<R> {
    reader: R,
    buffer: Vec<u8>,
    /// The bytes of the buffer that were not read yet begin at `start` and end before `end`.
    start: usize,
    end: usize,
    /// Stores a number, a word, a string with an escape, or a string that continues after the end of the buffer.
    text: Vec<u8>,
    depth: usize,
}

impl<R: Read> QuickJson<R> {
    pub(crate) fn new(reader: R, buffer_bytes: usize) -> Self {
        Self {
            reader,
            buffer: vec![0; buffer_bytes],
            start: 0,
            end: 0,
            text: Vec::new(),
            depth: 0,
        }
    }

    /// Whether the rest of the text is white space.
    pub(crate) fn is_at_end(&mut self) -> Result<bool, Refused> {
        Ok(self.peek()?.is_none())
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Fills the buffer if all of its bytes were read. Returns false at the end of the text.
    fn fill(&mut self) -> Result<bool, Refused> {
        while self.start >= self.end {
            self.start = 0;
            self.end = match self.reader.read(&mut self.buffer) {
                Ok(0) => return Ok(false),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => 0,
                Err(_) => return Err(Refused),
            };
        }
        Ok(true)
    }

    /// Returns the next byte that is not white space.
    fn peek(&mut self) -> Result<Option<u8>, Refused> {
        while self.fill()? {
            let is_space = |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r' | b'\t');
            let rest = self.rest();
            let spaces = rest.iter().take_while(|byte| is_space(byte)).count();
            let byte = rest.get(spaces).copied();
            self.start += spaces;
            if byte.is_some() {
                return Ok(byte);
            }
        }
        Ok(None)
    }

    fn token(&mut self) -> Result<u8, Refused> {
        self.peek()?.ok_or(Refused)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Refused> {
        if self.token()? != byte {
            return Err(Refused);
        }
        self.start += 1;
        Ok(())
    }

    /// Reads a byte of a string.
    fn byte(&mut self) -> Result<u8, Refused> {
        if !self.fill()? {
            return Err(Refused);
        }
        let byte = self.buffer.get(self.start).copied().ok_or(Refused)?;
        self.start += 1;
        Ok(byte)
    }

    /// Reads the part of a string up to its end, up to a backslash, or up to the end of the buffer. Returns the range of the
    /// part in the buffer, and the quotation mark or the backslash after the part.
    fn part(&mut self) -> Result<(Range<usize>, Option<u8>), Refused> {
        if !self.fill()? {
            return Err(Refused);
        }
        let rest = self.rest();
        let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..0x20);
        let length = rest.iter().position(is_special).unwrap_or(rest.len());
        let next = rest.get(length).copied();
        if next.is_some_and(|byte| byte < 0x20) {
            return Err(Refused);
        }
        let part = self.start..self.start + length;
        self.start = part.end + usize::from(next.is_some());
        Ok((part, next))
    }

    /// Skips the rest of a string after its first quotation mark.
    fn skip_string(&mut self) -> Result<(), Refused> {
        loop {
            match self.part()?.1 {
                None => {}
                Some(b'"') => return Ok(()),
                Some(_) => self.skip_escape()?,
            }
        }
    }

    /// Skips the rest of an escape after the backslash.
    fn skip_escape(&mut self) -> Result<(), Refused> {
        match self.byte()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Ok(()),
            b'u' => {
                for _ in 0..4 {
                    if !self.byte()?.is_ascii_hexdigit() {
                        return Err(Refused);
                    }
                }
                Ok(())
            }
            _ => Err(Refused),
        }
    }

    /// Reads the rest of a string after its first quotation mark.
    fn string(&mut self) -> Result<&[u8], Refused> {
        let (mut part, mut next) = self.part()?;
        if next == Some(b'"') {
            return self.buffer.get(part).ok_or(Refused);
        }
        // Collects the string with its quotation marks in `self.text`, because `serde_json` needs a complete string.
        self.text.clear();
        self.text.push(b'"');
        loop {
            self.text
                .extend_from_slice(self.buffer.get(part).unwrap_or_default());
            self.text.extend(next);
            match next {
                Some(b'"') => break,
                Some(_) => {
                    let escaped = self.byte()?;
                    self.text.push(escaped);
                }
                None => {}
            }
            (part, next) = self.part()?;
        }
        let decoded: String = serde_json::from_slice(&self.text).map_err(Refused::custom)?;
        self.text = decoded.into_bytes();
        Ok(&self.text)
    }

    /// Reads a number or a word.
    fn scalar(&mut self) -> Result<Value, Refused> {
        self.text.clear();
        while self.fill()? {
            let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
            let rest = self.buffer.get(self.start..self.end).unwrap_or_default();
            let length = rest.iter().take_while(|byte| is_inside(byte)).count();
            self.text
                .extend_from_slice(rest.get(..length).unwrap_or_default());
            let has_ended = length < rest.len();
            self.start += length;
            if self.text.len() > MAX_SCALAR_BYTES {
                return Err(Refused);
            }
            if has_ended {
                break;
            }
        }
        serde_json::from_slice(&self.text).map_err(Refused::custom)
    }

    fn skip(&mut self) -> Result<(), Refused> {
        match self.token()? {
            b'"' => {
                self.start += 1;
                self.skip_string()
            }
            b'{' => self.nested(b'}', |json, end| {
                let mut members = Parts::new(json, end);
                while members.has_next()? {
                    members.json.expect(b'"')?;
                    members.json.skip_string()?;
                    members.json.expect(b':')?;
                    members.json.skip()?;
                }
                Ok(())
            }),
            b'[' => self.nested(b']', |json, end| {
                let mut elements = Parts::new(json, end);
                while elements.has_next()? {
                    elements.json.skip()?;
                }
                Ok(())
            }),
            _ => self.scalar().map(drop),
        }
    }

    /// Reads a list or an object with its brackets. `end` is the bracket at the end.
    fn nested<T>(
        &mut self,
        end: u8,
        read: impl FnOnce(&mut Self, u8) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        if self.depth == MAX_DEPTH {
            return Err(Refused);
        }
        self.start += 1;
        self.depth += 1;
        let value = read(self, end)?;
        self.depth -= 1;
        self.expect(end)?;
        Ok(value)
    }
}
