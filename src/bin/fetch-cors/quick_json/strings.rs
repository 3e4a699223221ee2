//! Reads and skips strings.

use std::{io::Read, ops::Range};

use fetch_cors::explain::input::RecordingRepair;
use serde::de::Error;

use super::{
    QuickJson, Refused,
    escape::{self, remove_incomplete_character},
    special::position_of_special,
};

/// The maximum length of a string that is kept. The rest of a longer string is skipped, so that the memory is bounded. A
/// recording has no useful string of this length: it leaves out an entry whose URL or headers are much shorter.
pub(super) const MAX_STRING_BYTES: usize = 4 << 20;

/// The value of `QuickJson::before` inside a string.
const IN_STRING: &str = "\"";

/// The value of `QuickJson::before` after the backslash of an escape.
const IN_ESCAPE: &str = "\"\\";

/// The value of `QuickJson::before` after an invalid escape.
const INVALID_ESCAPE: &str = "\"\\q";

impl<R: Read> QuickJson<R> {
    /// Reads a byte of a string.
    pub(super) fn byte(&mut self) -> Result<u8, Refused> {
        if !self.fill()? {
            return Err(Refused::SYNTAX);
        }
        let byte = self
            .buffer
            .get(self.start)
            .copied()
            .ok_or(Refused::SYNTAX)?;
        self.start += 1;
        Ok(byte)
    }

    /// Reads the rest of a string after its first quotation mark, and returns the range of the string in the buffer. Returns
    /// `None` and reads nothing if the string has a backslash, or does not end in the buffer.
    #[inline]
    pub(super) fn plain_string(&mut self) -> Option<Range<usize>> {
        let rest = self.rest();
        let length = position_of_special(rest);
        if rest.get(length) != Some(&b'"') {
            return None;
        }
        let string = self.start..self.start + length;
        self.start = string.end + 1;
        Some(string)
    }

    /// Reads a part of a string. A quotation mark, a backslash or the end of the buffer ends the part. Returns the
    /// range of the part in the buffer, and the quotation mark or the backslash after the part. A repaired part can
    /// also end with a control character.
    fn part(&mut self) -> Result<(Range<usize>, Option<u8>), Refused> {
        if !self.fill()? {
            return Err(Refused::SYNTAX);
        }
        let rest = self.rest();
        let length = position_of_special(rest);
        let next = rest.get(length).copied();
        let part = self.start..self.start + length;
        if next.is_some_and(|byte| byte < 0x20) {
            self.start = part.end;
            return self.part_with_control(part);
        }
        self.start = part.end + usize::from(next.is_some());
        Ok((part, next))
    }

    #[cold]
    fn part_with_control(
        &mut self,
        part: Range<usize>,
    ) -> Result<(Range<usize>, Option<u8>), Refused> {
        if !self.is_repairing {
            return Err(Refused::SYNTAX);
        }
        self.start += 1;
        self.repair_before(0);
        Ok((part.start..self.start, None))
    }

    /// Skips the rest of a string after its first quotation mark.
    #[inline]
    pub(super) fn skip_string(&mut self) -> Result<(), Refused> {
        if self.plain_string().is_some() {
            return Ok(());
        }
        self.skip_long_string()
    }

    fn skip_long_string(&mut self) -> Result<(), Refused> {
        self.before = IN_STRING;
        loop {
            match self.part()?.1 {
                None => {}
                Some(b'"') => return Ok(()),
                Some(_) => self.escape(false)?,
            }
        }
    }

    /// Reads the rest of an escape after the backslash. If `is_kept` is true, appends the rest to `self.text`.
    fn escape(&mut self, is_kept: bool) -> Result<(), Refused> {
        self.before = IN_ESCAPE;
        let escaped = self.byte()?;
        if is_kept {
            self.text.push(escaped);
        }
        match escaped {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
            b'u' => self.hexadecimal_digits(is_kept)?,
            _ => return Err(self.invalid_escape()),
        }
        self.before = IN_STRING;
        Ok(())
    }

    /// Reads the digits of an escape such as `\u00e9`.
    fn hexadecimal_digits(&mut self, is_kept: bool) -> Result<(), Refused> {
        let mut is_valid = true;
        for _ in 0..4 {
            let digit = self.byte()?;
            is_valid &= digit.is_ascii_hexdigit();
            if is_kept {
                self.text.push(digit);
            }
        }
        if is_valid {
            Ok(())
        } else {
            Err(self.invalid_escape())
        }
    }

    #[cold]
    fn invalid_escape(&mut self) -> Refused {
        self.before = INVALID_ESCAPE;
        Refused::SYNTAX
    }

    /// Reads the rest of a string after its first quotation mark.
    #[inline]
    pub(super) fn string(&mut self) -> Result<&[u8], Refused> {
        match self.plain_string() {
            Some(string) => self.buffer.get(string).ok_or(Refused::SYNTAX),
            None => self.long_string(),
        }
    }

    /// Reads the rest of a string that has a backslash, or continues after the end of the buffer.
    pub(super) fn long_string(&mut self) -> Result<&[u8], Refused> {
        self.before = IN_STRING;
        let (mut part, mut next) = self.part()?;
        // Collects the string with its quotation marks in `self.text`, because `serde_json` needs a complete string.
        self.text.clear();
        self.text.push(b'"');
        loop {
            self.text
                .extend_from_slice(self.buffer.get(part).unwrap_or_default());
            self.text.extend(next);
            match next {
                Some(b'"') => break,
                Some(_) => self.escape(true)?,
                None if self.text.len() > MAX_STRING_BYTES => {
                    remove_incomplete_character(&mut self.text);
                    self.skip_long_string()?;
                    self.text.push(b'"');
                    break;
                }
                None => {}
            }
            (part, next) = self.part()?;
        }
        if escape::decode_short(&self.text, &mut self.decoded) {
            return Ok(&self.decoded);
        }
        let decoded: Result<String, _> = serde_json::from_slice(&self.text);
        let decoded = match decoded {
            Err(error) if self.is_repairing => {
                self.repair_before(self.text.len().saturating_sub(error.column()));
                serde_json::from_slice(&repaired(&self.text))
            }
            decoded => decoded,
        };
        self.text = decoded.map_err(Refused::custom)?.into_bytes();
        Ok(&self.text)
    }
}

fn repaired(text: &[u8]) -> Vec<u8> {
    let (mut repair, mut repaired) = (RecordingRepair::new(), Vec::new());
    repair.push(text, &mut repaired);
    repair.finish(&mut repaired);
    repaired
}
