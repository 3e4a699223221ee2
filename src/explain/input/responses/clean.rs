//! Removes additions of terminals, mail programs and editors from the output of `curl`.

use alloc::{borrow::Cow, vec::Vec};

use super::{
    head::begins_like_status_line,
    lines::{Line, Lines},
};

/// Returns the cleaned text. Removes terminal styles, and the spaces or the `>` marks that a mail program puts before
/// each line. If all line breaks are CR, replaces each CR with LF.
pub(super) fn clean(text: &[u8]) -> Cow<'_, [u8]> {
    let mut text = without_styles(text);
    if !text.contains(&b'\n') && text.contains(&b'\r') {
        let lines = text
            .iter()
            .map(|byte| if *byte == b'\r' { b'\n' } else { *byte });
        text = Cow::Owned(lines.collect());
    }
    match common_prefix(&text).map(<[u8]>::to_vec) {
        Some(prefix) => Cow::Owned(without_prefix(&text, &prefix)),
        None => text,
    }
}

/// The beginning of a terminal escape.
const START: &[u8] = b"\x1b[";

/// Removes the terminal escapes for bold and colored text. `curl` writes header names in bold.
fn without_styles(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.windows(START.len()).any(|bytes| bytes == START) {
        return Cow::Borrowed(text);
    }
    let mut plain = Vec::with_capacity(text.len());
    for byte in text {
        let style = (*byte == b'm').then(|| style_start(&plain)).flatten();
        match style {
            Some(start) => plain.truncate(start),
            None => plain.push(*byte),
        }
    }
    Cow::Owned(plain)
}

/// Returns the position of a terminal escape at the end of the text. The escape is complete except for its last letter.
fn style_start(text: &[u8]) -> Option<usize> {
    const MAX_NUMBERS_BYTES: usize = 32;
    let numbers = text.iter().rev().take(MAX_NUMBERS_BYTES);
    let numbers = numbers.take_while(|byte| matches!(byte, b'0'..=b'9' | b';'));
    let start = text.get(..text.len() - numbers.count())?;
    Some(start.strip_suffix(START)?.len())
}

/// Returns the prefix of the first status line: spaces or `>` marks. `None` if there is no such prefix.
fn common_prefix(text: &[u8]) -> Option<&[u8]> {
    for Line { text: line, .. } in Lines::new(text) {
        let start = line
            .iter()
            .position(|byte| !matches!(byte, b' ' | b'\t' | b'>'));
        let (prefix, content) = line.split_at_checked(start.unwrap_or(line.len()))?;
        if begins_like_status_line(content) {
            return Some(prefix).filter(|prefix| !prefix.is_empty());
        }
        // If a line before the first status line has the mark `>` or `<`, the mark is from `curl -v`, and not from a
        // mail program. The text then has no prefix to remove.
        let is_marked = prefix.starts_with(b">") || content.starts_with(b"<");
        if is_marked && !content.is_empty() {
            return None;
        }
    }
    None
}

fn without_prefix(text: &[u8], prefix: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    for (position, line) in text.split(|byte| *byte == b'\n').enumerate() {
        if position > 0 {
            plain.push(b'\n');
        }
        let rest = line.strip_prefix(prefix).or_else(|| {
            // Some editors remove the spaces at the end of a line. So a line without text can lack the spaces at the
            // end of the prefix.
            let rest = line.strip_prefix(prefix.trim_ascii_end())?;
            rest.trim_ascii().is_empty().then_some(rest)
        });
        plain.extend_from_slice(rest.unwrap_or(line));
    }
    plain
}
