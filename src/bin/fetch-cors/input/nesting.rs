//! JSON values that span several lines.

use crate::recognize;

/// Whether this line begins a JSON object that spans several lines.
pub(super) fn begins_value(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.starts_with(b"{") && str::from_utf8(line).is_ok_and(recognize::is_incomplete)
}

/// The nesting of lists and objects at a place of a JSON text.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    pub(super) depth: usize,
    is_string: bool,
    is_escaped: bool,
}

impl Nesting {
    pub(super) fn read(&mut self, part: &[u8]) {
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
