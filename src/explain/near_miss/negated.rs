//! Finds the names in a list that the author of the list excluded, as in `DELETE (not PATCH)`.

use alloc::{format, vec::Vec};
use core::ops::Range;

use super::{
    meant_words::{is_false, is_meant_as_wildcard, is_one_of},
    miss,
    other_text::without,
};
use crate::explain::{
    refusal::{NearMiss, NearMissKind},
    shown::shown_briefly,
};

/// Words that exclude the names after them in the same element, in lower case.
const IN_ELEMENT: [&str; 9] = [
    "cannot", "deny", "disallow", "forbid", "never", "no", "non", "nor", "not",
];

/// Words that exclude all names after them, in lower case.
const IN_REST: [&str; 7] = [
    "but",
    "except",
    "exclude",
    "excludes",
    "excluding",
    "minus",
    "without",
];

/// Words that are not names, in lower case. They can stand after a word that excludes names, as in `PATCH not allowed`.
const FILLERS: [&str; 7] = [
    "accepted",
    "available",
    "implemented",
    "methods",
    "permitted",
    "supported",
    "yet",
];

/// Returns the known mistake of a malformed list that excludes names. `None` if the list excludes no names.
pub(super) fn near_miss(value: &[u8]) -> Option<NearMiss> {
    let parts = negated_parts(value).into_iter();
    let mut parts = parts.filter_map(|part| value.get(part).map(<[u8]>::trim_ascii));
    parts.find(|part| !part.is_empty()).map(exclusion)
}

/// Returns the known mistake of a list with this part, which excludes names.
pub(super) fn exclusion(part: &[u8]) -> NearMiss {
    miss(
        NearMissKind::Exclusion,
        format!(
            "a list has only the names that are allowed: remove `{}`, and list a name from it only if pages may use this name",
            shown_briefly(part)
        ),
    )
}

/// Returns the value with a space in place of each excluded name, and of the words that exclude the name.
pub(in crate::explain) fn without_negated(value: &[u8]) -> Vec<u8> {
    without(value, negated_parts(value))
}

/// Returns the parts of the value that exclude names.
fn negated_parts(value: &[u8]) -> Vec<Range<usize>> {
    let mut reader = Reader {
        value,
        excluded: Vec::new(),
        current: None,
        depth: 0,
        element_start: 0,
        has_name: false,
        before_bracket: None,
    };
    reader.read();
    reader.excluded
}

struct Reader<'v> {
    value: &'v [u8],
    excluded: Vec<Range<usize>>,
    /// The exclusion at the current position.
    current: Option<Exclusion>,
    /// The number of open brackets.
    depth: usize,
    /// The start of the current element of the list.
    element_start: usize,
    /// Whether the current element has a name before the current position.
    has_name: bool,
    /// The element before a round bracket that is open: its start, and whether it has a name.
    before_bracket: Option<(usize, bool)>,
}

/// A word that excludes names.
struct Exclusion {
    start: usize,
    depth: usize,
    element_start: usize,
    reach: Reach,
    /// Whether a name or a value stands after the word. If not, the word excludes the names before it, as in
    /// `PATCH not allowed`.
    has_name: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// To the end of the element.
    Element,
    /// To the next label, such as `allowed:`.
    Label,
    /// To the closing bracket, or to the end of the value.
    Rest,
}

impl Reader<'_> {
    fn read(&mut self) {
        let mut position = 0;
        while let Some(byte) = self.value.get(position) {
            if is_word_byte(byte) {
                let end = self.end_of_word(position);
                self.read_word(position..end);
                position = end;
                continue;
            }
            if let Some(end) = self.end_of_comment(position) {
                self.excluded.push(position..end);
                position = end;
                continue;
            }
            match byte {
                b'(' | b'[' | b'{' => {
                    self.depth += 1;
                    if *byte == b'(' && self.current.is_none() {
                        self.before_bracket = Some((self.element_start, self.has_name));
                        self.start_element(position);
                    }
                }
                b')' | b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    self.end_if(position, |current, depth| depth < current.depth);
                    if let Some((start, has_name)) = self.before_bracket.take_if(|_| *byte == b')')
                    {
                        self.element_start = start.max(self.last_excluded());
                        self.has_name = has_name;
                    }
                }
                b',' | b'|' | b'&' => {
                    self.end_if(position, |current, depth| {
                        depth <= current.depth && current.reach == Reach::Element
                    });
                    self.start_element(position);
                }
                b';' => {
                    self.end_if(position, |current, depth| depth <= current.depth);
                    self.start_element(position);
                }
                b'!' if self.current.is_none() && self.is_before_word_only(position) => {
                    self.start(position..position + 1, Reach::Element);
                }
                _ => {}
            }
            position += 1;
        }
        self.end_if(position, |_, _| true);
    }

    fn read_word(&mut self, range: Range<usize>) {
        let word = self.value.get(range.clone()).unwrap_or_default();
        let is_label = self.is_before_sign(range.end);
        if is_label {
            self.end_if(range.start, |current, depth| {
                depth <= current.depth && current.reach == Reach::Label
            });
        }
        let is_name = !is_meant_as_wildcard(word) && !is_one_of(word, &FILLERS);
        if let Some(current) = &mut self.current {
            current.has_name |= is_name;
            return;
        }
        // The number 0 can be an index, as in `{"0": "PUT"}` and in `PUT[0]`.
        let before = range
            .start
            .checked_sub(1)
            .and_then(|before| self.value.get(before));
        let can_be_number = before.is_some_and(u8::is_ascii_whitespace) && !is_label;
        let is_false = is_false(word) && (word != b"0" || self.has_name && can_be_number);
        if is_one_of(word, &IN_REST) {
            self.start(range, Reach::Rest);
        } else if self.is_after_sign(range.start) {
            // The word is the value of a name, as in `PATCH: no`.
        } else if is_label && is_false {
            self.start(range, Reach::Label);
        } else if is_negation(word) || is_false && !self.subject().1 {
            self.start(range, Reach::Element);
        } else if is_false {
            // The word is about the names before it, as in `PATCH disabled` and in `PATCH (disabled)`.
            self.excluded.push(self.subject().0..range.end);
            self.start_element(range.end);
            self.before_bracket = None;
        } else {
            self.has_name |= is_name;
        }
    }

    /// Starts an exclusion with this word. If a bracket follows the word, the exclusion ends with this bracket.
    fn start(&mut self, word: Range<usize>, reach: Reach) {
        let opens = matches!(self.value.get(word.end), Some(b'(' | b'[' | b'{'));
        self.current = Some(Exclusion {
            start: word.start,
            depth: self.depth + usize::from(opens),
            element_start: self.subject().0,
            reach,
            has_name: false,
        });
    }

    /// Returns the start of the names that a word such as `disabled` is about, and whether there are such names. If the
    /// word is the first word in a round bracket, these are the names before the bracket.
    fn subject(&self) -> (usize, bool) {
        let inner = (self.element_start, self.has_name);
        self.before_bracket
            .filter(|(_, has_name)| *has_name && !self.has_name)
            .unwrap_or(inner)
    }

    /// Returns the end of the last excluded part.
    fn last_excluded(&self) -> usize {
        self.excluded.last().map_or(0, |range| range.end)
    }

    fn start_element(&mut self, position: usize) {
        self.element_start = position;
        self.has_name = false;
    }

    /// Ends the current exclusion at this position, if `is_end` is true for the exclusion and the number of open brackets.
    fn end_if(&mut self, position: usize, is_end: impl FnOnce(&Exclusion, usize) -> bool) {
        let depth = self.depth;
        let Some(ended) = self.current.take_if(|current| is_end(current, depth)) else {
            return;
        };
        let start = if ended.has_name {
            ended.start
        } else {
            ended.element_start
        };
        // No byte is excluded twice, so the work is linear.
        self.excluded
            .push(start.max(self.last_excluded())..position);
        self.start_element(position);
    }

    fn end_of_word(&self, start: usize) -> usize {
        let rest = self.value.get(start..).unwrap_or_default();
        // The apostrophe of `don't` is part of the word.
        let is_apostrophe = |position: usize| {
            let (before, after) = rest.split_at_checked(position).unwrap_or_default();
            matches!(before.last(), Some(b'n' | b'N'))
                && matches!(after.get(..2), Some([b'\'', b't' | b'T']))
                && !after.get(2).is_some_and(is_word_byte)
        };
        let mut positions = 0..rest.len();
        let end = positions.find(|position| {
            let is_part = rest.get(*position).is_some_and(is_word_byte);
            !is_part && !is_apostrophe(*position)
        });
        start + end.unwrap_or(rest.len())
    }

    /// Returns the end of the comment of a configuration file that begins at this position. `None` if no comment begins
    /// here.
    fn end_of_comment(&self, start: usize) -> Option<usize> {
        const MARKS: [(&[u8], &[u8]); 4] =
            [(b"#", b""), (b"//", b""), (b"/*", b"*/"), (b"<!--", b"-->")];
        let (before, rest) = self.value.split_at_checked(start)?;
        let mut marks = MARKS.into_iter();
        let (_, last) = marks.find(|(first, _)| rest.starts_with(first))?;
        if !before.last().is_none_or(u8::is_ascii_whitespace) {
            return None;
        }
        let mut ends = (last.len()..=rest.len()).filter(|_| !last.is_empty());
        let length = ends.find(|end| rest.get(..*end).is_some_and(|text| text.ends_with(last)));
        Some(start + length.unwrap_or(rest.len()))
    }

    /// Whether the mark at this position stands before a word, and not directly after a word as in `GET! PUT`.
    fn is_before_word_only(&self, position: usize) -> bool {
        let (before, rest) = self.value.split_at_checked(position).unwrap_or_default();
        let mut after = rest.iter().skip(1).filter(|byte| !is_blank(byte));
        let is_first = |byte: &u8| is_word_byte(byte) || b"([{".contains(byte);
        !before.last().is_some_and(is_word_byte) && after.next().is_some_and(is_first)
    }

    fn is_before_sign(&self, end: usize) -> bool {
        let rest = self.value.get(end..).unwrap_or_default();
        let mut rest = rest.iter().filter(|byte| !is_blank(byte));
        matches!(rest.next(), Some(b':' | b'='))
    }

    fn is_after_sign(&self, start: usize) -> bool {
        let before = self.value.get(..start).unwrap_or_default();
        let mut before = before.iter().rev().filter(|byte| !is_blank(byte));
        matches!(before.next(), Some(b':' | b'=' | b'>'))
    }
}

/// Whether the word excludes the names after it in the same element.
fn is_negation(word: &[u8]) -> bool {
    let ends_with_not = word.len() > 3
        && word
            .get(word.len() - 3..)
            .is_some_and(|end| end.eq_ignore_ascii_case(b"n't"));
    is_one_of(word, &IN_ELEMENT) || ends_with_not
}

const fn is_word_byte(byte: &u8) -> bool {
    matches!(byte, b'-' | b'_') || byte.is_ascii_alphanumeric()
}

/// Whether the byte is white space or a quotation mark.
const fn is_blank(byte: &u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`') || byte.is_ascii_whitespace()
}
