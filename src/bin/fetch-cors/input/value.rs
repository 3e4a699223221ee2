//! JSON values that span several lines.

use serde::de::IgnoredAny;
use serde_json::Deserializer;

use crate::recognize;

/// Whether this line begins a JSON object that spans several lines.
pub(super) fn begins_value(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"{") && str::from_utf8(line).is_ok_and(recognize::is_incomplete)
}

/// The lines of a JSON value that were read.
///
/// After a syntax error, the nesting does not show the end of the value. Then the indentation shows the end: the lines
/// inside a value have a larger indentation than its first line.
#[derive(Debug)]
pub(super) struct Value {
    pub(super) text: Vec<u8>,
    nesting: Nesting,
    /// The indentation of the first line.
    indentation: usize,
    /// Whether all lines after the first line have a larger indentation than the first line.
    is_indented: bool,
    /// Whether the last line has a closing brace at the indentation of the first line.
    is_closed: bool,
    /// Whether `text` is known to have a syntax error.
    is_broken: bool,
}

impl Value {
    pub(super) fn new(first_line: Vec<u8>) -> Self {
        let mut nesting = Nesting::default();
        nesting.read(&first_line);
        Self {
            nesting,
            indentation: indentation(&first_line),
            is_indented: true,
            is_closed: false,
            is_broken: false,
            text: first_line,
        }
    }

    /// Notes the shape of a line that was added to `text`.
    pub(super) fn read(&mut self, line: &[u8]) {
        self.nesting.read(line);
        let is_inside = indentation(line) > self.indentation;
        self.is_closed = self.is_indented && !is_inside && line.trim_ascii().starts_with(b"}");
        self.is_indented &= is_inside;
    }

    /// Whether the value ends with the last line that was read.
    pub(super) fn is_complete(&mut self) -> bool {
        if self.is_closed {
            return self.nesting.depth == 0 || self.has_syntax_error();
        }
        self.nesting.depth == 0 && !self.has_syntax_error()
    }

    /// Whether `line` begins another value.
    pub(super) fn ends_before(&mut self, line: &[u8]) -> bool {
        if !line.trim_ascii().starts_with(b"{") || indentation(line) > self.indentation {
            return false;
        }
        let end = self.text.trim_ascii_end().last();
        if !matches!(end, Some(b',' | b'[' | b':')) {
            return true;
        }
        (self.is_indented || self.nesting.depth == 0) && self.has_syntax_error()
    }

    /// Whether no continuation of `text` is a JSON value. Text after the end of a value is an error only if the last line
    /// is indented, because then the value ended too early.
    fn has_syntax_error(&mut self) -> bool {
        if !self.is_broken {
            let mut values = Deserializer::from_slice(&self.text).into_iter::<IgnoredAny>();
            self.is_broken = match values.next() {
                Some(Ok(_)) => {
                    let rest = self.text.get(values.byte_offset()..).unwrap_or_default();
                    self.is_indented && !rest.trim_ascii().is_empty()
                }
                Some(Err(error)) => !error.is_eof(),
                None => false,
            };
        }
        self.is_broken
    }
}

fn indentation(line: &[u8]) -> usize {
    line.len() - line.trim_ascii_start().len()
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
        // A JSON string cannot have a line break, so no string continues in the next line.
        (self.is_string, self.is_escaped) = (false, false);
    }
}
