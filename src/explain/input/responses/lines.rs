//! Splits a text into numbered lines.

/// An iterator over the lines of a text. The iterator stores the text that is not read yet, and the number of the next
/// line.
#[derive(Clone, Copy)]
pub(super) struct Lines<'t> {
    rest: &'t [u8],
    number: usize,
}

/// A line without its line break.
#[derive(Clone, Copy)]
pub(super) struct Line<'t> {
    /// The number of the line, counted from 1.
    pub(super) number: usize,
    pub(super) text: &'t [u8],
}

impl Line<'_> {
    /// Whether the line has only white space.
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim_ascii().is_empty()
    }
}

impl<'t> Lines<'t> {
    pub(super) const fn new(text: &'t [u8]) -> Self {
        Self {
            rest: text,
            number: 1,
        }
    }

    /// Returns the text that is not read yet.
    pub(super) const fn rest(&self) -> &'t [u8] {
        self.rest
    }

    /// Skips `length` bytes. If these bytes end inside a line, the rest of the line becomes the next line.
    pub(super) fn skip_bytes(&mut self, length: usize) {
        let (skipped, rest) = self
            .rest
            .split_at_checked(length)
            .unwrap_or((self.rest, &[]));
        self.number += skipped.iter().filter(|byte| **byte == b'\n').count();
        self.rest = rest;
    }

    /// Returns the next line without advancing the iterator.
    pub(super) fn peek(&self) -> Option<Line<'t>> {
        self.clone().next()
    }

    /// Skips empty lines and lines of white space.
    pub(super) fn skip_blank(&mut self) {
        while self.peek().is_some_and(|line| line.is_blank()) {
            self.next();
        }
    }
}

impl<'t> Iterator for Lines<'t> {
    type Item = Line<'t>;

    fn next(&mut self) -> Option<Line<'t>> {
        if self.rest.is_empty() {
            return None;
        }
        let end = self.rest.iter().position(|byte| *byte == b'\n');
        let (text, rest) = match end.and_then(|end| self.rest.split_at_checked(end)) {
            Some((text, rest)) => (text, rest.get(1..).unwrap_or_default()),
            None => (self.rest, &[][..]),
        };
        let number = self.number;
        self.number += 1;
        self.rest = rest;
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        Some(Line { number, text })
    }
}
