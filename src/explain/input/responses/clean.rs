//! Removes additions of terminals, mail programs and editors from the output of `curl`.

use alloc::{borrow::Cow, vec::Vec};

use super::{
    head::begins_like_status_line,
    lines::{Line, Lines},
};
use crate::infrastructure::bytes::is_token;

/// Returns the cleaned text. Removes terminal styles, the end of a block of code in Markdown, the progress meter of `curl`
/// before a status line, and the spaces or the `>` marks that a mail program puts before each line. If all line breaks are CR,
/// replaces each CR with LF.
pub(super) fn clean(text: &[u8]) -> Cow<'_, [u8]> {
    let mut text = Cow::Borrowed(text);
    if !text.contains(&b'\n') && text.contains(&b'\r') {
        let lines = text
            .iter()
            .map(|byte| if *byte == b'\r' { b'\n' } else { *byte });
        text = Cow::Owned(lines.collect());
    }
    if let Some(plain) = without_styles(&text) {
        text = Cow::Owned(plain);
    }
    if let Some(plain) = without_fences(&text) {
        text = Cow::Owned(plain);
    }
    if let Some(plain) = without_progress_meter(&text) {
        text = Cow::Owned(plain);
    }
    match common_prefix(&text).map(<[u8]>::to_vec) {
        Some(prefix) => Cow::Owned(without_prefix(&text, &prefix)),
        None => text,
    }
}

/// The marks of a block of code in Markdown.
const FENCES: [&[u8]; 2] = [b"```", b"~~~"];

/// Replaces each line that has only the mark of a block of code in Markdown with spaces. `None` if the text has no such
/// line.
fn without_fences(text: &[u8]) -> Option<Vec<u8>> {
    let is_fence = |line: &[u8]| FENCES.contains(&line.trim_ascii());
    let lines = || text.split(|byte| *byte == b'\n');
    if !lines().any(is_fence) {
        return None;
    }
    let lines = lines().map(|line| {
        if is_fence(line) {
            line.iter()
                .map(|byte| if *byte == b'\r' { b'\r' } else { b' ' })
                .collect()
        } else {
            line.to_vec()
        }
    });
    Some(lines.collect::<Vec<_>>().join(&b'\n'))
}

/// The beginning of a terminal escape.
const START: &[u8] = b"\x1b[";

/// Removes the terminal escapes for bold and colored text. Terminal programs, such as `curl`, style the status line,
/// the names of the headers, and whole values. Other escapes are from the server, and browsers judge them as a part of
/// the value, so they stay. `None` if the text has no terminal escape.
fn without_styles(text: &[u8]) -> Option<Vec<u8>> {
    if !text.windows(START.len()).any(|bytes| bytes == START) {
        return None;
    }
    let mut plain = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        match styled_header_line(line) {
            Some([name, value]) => {
                plain.extend(name);
                plain.extend(value);
            }
            None => plain.extend(without_all_styles(line)),
        }
    }
    Some(plain)
}

/// Splits a header line before its value. Removes all styles from the first part, and removes the styles around the
/// value if the first part has styles. `None` if the line is not a header line.
fn styled_header_line(line: &[u8]) -> Option<[Vec<u8>; 2]> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let (name, value) = line.split_at_checked(colon + 1)?;
    let plain_name = without_all_styles(name);
    let is_mark = |byte: &u8| matches!(byte, b' ' | b'\t' | b'<' | b'>');
    let marks = plain_name.iter().take_while(|byte| is_mark(byte)).count();
    let token = plain_name.get(marks..)?.strip_suffix(b":")?;
    if !is_token(token.trim_ascii_end()) {
        return None;
    }
    let value = if plain_name.len() < name.len() {
        without_outer_styles(value)
    } else {
        value.to_vec()
    };
    Some([plain_name, value])
}

/// Removes the styles and the white space before and after a value. The line break stays.
fn without_outer_styles(value: &[u8]) -> Vec<u8> {
    let content = value.strip_suffix(b"\n").unwrap_or(value);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    let line_break = value.get(content.len()..).unwrap_or_default();
    let mut rest = content.trim_ascii();
    while let Some(behind) = rest.strip_prefix(START).and_then(behind_style) {
        rest = behind.trim_ascii_start();
    }
    while let Some(start) = rest.strip_suffix(b"m").and_then(style_start) {
        rest = rest.get(..start).unwrap_or_default().trim_ascii_end();
    }
    [b" ", rest, line_break].concat()
}

fn without_all_styles(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    for byte in text {
        let style = (*byte == b'm').then(|| style_start(&plain)).flatten();
        match style {
            Some(start) => plain.truncate(start),
            None => plain.push(*byte),
        }
    }
    plain
}

/// Whether the byte can be in the numbers of a style, such as `1;31`.
const fn is_style_number(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b';')
}

/// Returns the text after a style. `text` begins with the numbers of the style. `None` if the escape is not a style.
fn behind_style(text: &[u8]) -> Option<&[u8]> {
    let end = text.iter().position(|byte| !is_style_number(*byte))?;
    text.get(end..)?.strip_prefix(b"m")
}

/// Returns the position of a terminal escape at the end of the text. The escape is complete except for its last letter.
fn style_start(text: &[u8]) -> Option<usize> {
    const MAX_NUMBERS_BYTES: usize = 32;
    let numbers = text.iter().rev().take(MAX_NUMBERS_BYTES);
    let numbers = numbers.take_while(|byte| is_style_number(**byte));
    let start = text.get(..text.len() - numbers.count())?;
    Some(start.strip_suffix(START)?.len())
}

/// Removes the progress meter before a status line. Without `-s`, `curl` writes the meter to the standard error stream
/// without a line break, so a file with both streams has the status line in the same line. `None` if no status line is
/// behind a meter.
fn without_progress_meter(text: &[u8]) -> Option<Vec<u8>> {
    const START: &[u8] = b"HTTP/";
    const TIME_PARTS: usize = 3;
    // A meter has times, such as `--:--:--` and `0:00:01`. Other text before `HTTP/` is possibly a part of a body.
    let is_time = |word: &[u8]| {
        let mut parts = word.split(|byte| *byte == b':');
        let is_part =
            |part: &[u8]| !part.is_empty() && part.iter().all(|byte| b"0123456789-".contains(byte));
        parts.clone().count() == TIME_PARTS && parts.all(is_part)
    };
    let is_meter = |bytes: &[u8]| {
        let is_part = |byte: &u8| byte.is_ascii_digit() || b" \r:-.kMGTP".contains(byte);
        let mut words = bytes.split(u8::is_ascii_whitespace);
        bytes.iter().all(is_part) && words.any(is_time)
    };
    let status_line = |line: &[u8]| {
        let start = line.windows(START.len()).position(|part| part == START)?;
        let (before, status_line) = line.split_at_checked(start)?;
        (is_meter(before) && begins_like_status_line(status_line)).then_some(start)
    };
    let mut plain = Vec::with_capacity(text.len());
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        let start = status_line(line).unwrap_or_default();
        plain.extend_from_slice(line.get(start..)?);
    }
    (plain.len() < text.len()).then_some(plain)
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

/// Whether `wget` prints the line below the headers. `wget -S` prints the headers with spaces before them, and no empty line.
fn is_of_wget(line: &[u8]) -> bool {
    const STARTS: [&[u8]; 5] = [
        b"Length: ",
        b"Saving to: ",
        b"Remote file exists",
        b"Reusing existing connection",
        b"--",
    ];
    let is_redirect =
        line.starts_with(b"Location: ") && line.trim_ascii().ends_with(b"[following]");
    is_redirect || STARTS.iter().any(|start| line.starts_with(start))
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
        // The line ends the headers, as an empty line does.
        if rest.is_none() && prefix.trim_ascii().is_empty() && is_of_wget(line) {
            continue;
        }
        plain.extend_from_slice(rest.unwrap_or(line));
    }
    plain
}
